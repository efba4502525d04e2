"""Sales by file: the same picture across agencies, and the keywords and shoots that it belongs to."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from stockctl.catalogue.sales import NOT_EARNED
from stockctl.earnings.reports import Line, ordered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stockctl.catalogue import Catalogue

_NOT_TOLD = "(not told)"


def by_file(catalogue: Catalogue, by: str, year: int, agency: str = "") -> tuple[Line, ...]:
    """Return a year's sales by asset, by keyword (a sale counts whole for each of its words) or by shoot (folder)."""
    rows = catalogue.rows(
        "SELECT d.agency, d.asset, d.file, d.media_id, f.currency, sum(t.downloads) AS downloads,"  # noqa: S608 - marks
        " sum(t.amount) AS amount FROM asset_totals t JOIN sold d ON d.id = t.sold JOIN facets f ON f.id = t.facet"
        f" WHERE t.year = ? AND (? = '' OR f.agency = ?) AND f.kind NOT IN ({', '.join('?' * len(NOT_EARNED))})"
        " GROUP BY t.sold, f.currency",
        (year, agency, agency, *NOT_EARNED),
    )
    words = _names(catalogue, by)
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        for key in _keys(by, row["asset"], row["file"], row["media_id"], words):
            sums = found[key, row["currency"]]
            sums[0] += row["downloads"]
            sums[1] += row["amount"]
    return ordered([Line(key, currency, *sums) for (key, currency), sums in found.items()], by)


def _keys(by: str, asset: str, file: str, media_id: str | None, names: dict[str, tuple[str, ...]]) -> Iterable[str]:
    if by == "asset":
        # One name for a picture everywhere: its file's, however the agencies call it.
        return (names.get(media_id or "", (file or asset,))[0] or _NOT_TOLD,)
    return names.get(media_id or "") or (_NOT_TOLD,)


def _names(catalogue: Catalogue, by: str) -> dict[str, tuple[str, ...]]:
    """Return for each picture in the catalogue its file's name, its keywords or its shoot's folder."""
    from stockctl.catalogue.assets import everything

    found: dict[str, tuple[str, ...]] = {}
    for seen in everything(catalogue):
        if seen.media_id is None or seen.media_id in found:
            continue
        path = PurePath(seen.path)
        if by == "asset":
            found[seen.media_id] = (path.name,)
        elif by == "shoot":
            found[seen.media_id] = (path.parent.name,)
        else:
            record = seen.facts.get("record") or {}
            words = record.get("keywords") or () if isinstance(record, dict) else ()
            found[seen.media_id] = tuple(dict.fromkeys(str(word).casefold() for word in words))
    return found
