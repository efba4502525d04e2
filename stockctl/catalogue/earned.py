"""What is asked of pictures that sold: their keywords, and how often each sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.catalogue.assets import everything

if TYPE_CHECKING:
    from stockctl.catalogue import Catalogue


def keywords(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return the keywords of every picture in the catalogue, in lower case, by media_id."""
    found: dict[str, tuple[str, ...]] = {}
    for seen in everything(catalogue):
        record = seen.facts.get("record")
        if seen.media_id and isinstance(record, dict):
            words = (str(word).casefold() for word in record.get("keywords") or ())
            found.setdefault(seen.media_id, tuple(dict.fromkeys(words)))
    return found


def counts(catalogue: Catalogue) -> dict[str, int]:
    """Return how often each picture in the catalogue was sold, at all agencies, by media_id."""
    rows = catalogue.rows(
        "SELECT d.media_id, sum(t.downloads) AS downloads FROM asset_totals t JOIN sold d ON d.id = t.sold"
        " WHERE d.media_id IS NOT NULL GROUP BY d.media_id"
    )
    return {row["media_id"]: row["downloads"] for row in rows}
