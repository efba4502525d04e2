"""Sales by file: the same picture across agencies, and the keywords and shoots that it belongs to."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from stockctl.catalogue import earned, hashes, sales
from stockctl.catalogue.assets import everything
from stockctl.earnings.answers.lines import Line, ordered

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.assets import Seen

NOT_TOLD = "(not told)"
# Bits of a perceptual hash's 256 in which a smaller or newly coded copy of a picture may differ,
# and the length of the parts by which such copies are looked up.
_ALIKE, _PART = 7, 32


def by_file(catalogue: Catalogue, by: str, year: int, agency: str = "") -> tuple[Line, ...]:
    """Return a year's sales by asset, by keyword (a sale counts whole for each of its words) or by shoot (folder)."""
    if by == "asset":
        return tuple(line for currency in currencies(catalogue) for line in _by_name(catalogue, year, agency, currency))
    groups = earned.keywords(catalogue) if by == "keyword" else _shoots(catalogue)
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for currency in currencies(catalogue):
        for media_id, (downloads, amount) in _by_picture(catalogue, year, agency, currency).items():
            for group in groups.get(media_id or "") or (NOT_TOLD,):
                sums = found[group, currency]
                sums[0] += downloads
                sums[1] += amount
    return ordered([Line(group, currency, *sums) for (group, currency), sums in found.items()], by)


def currencies(catalogue: Catalogue) -> list[str]:
    """Return the currencies of all sales."""
    return [row[0] for row in catalogue.rows("SELECT DISTINCT currency FROM facets ORDER BY currency")]


def _by_name(catalogue: Catalogue, year: int, agency: str, currency: str) -> Iterable[Line]:
    """Return a year's sales in one currency by the names of files, the largest first."""
    rows = _tuples(
        catalogue,
        # Grouped by number, in the order in which the roll-up lies; only then the names are looked up.
        "SELECT d.name, g.downloads, g.amount FROM (SELECT shown, sum(downloads) AS downloads, sum(amount) AS amount"
        " FROM asset_totals WHERE year = :year AND currency = :currency"
        " AND (:agency = '' OR sold IN (SELECT id FROM sold WHERE agency = :agency)) GROUP BY shown) g"
        " CROSS JOIN sold d ON d.id = g.shown ORDER BY g.amount DESC, d.name",
        {"year": year, "agency": agency, "currency": currency},
    )
    return (Line(name or NOT_TOLD, currency, downloads, amount) for name, downloads, amount in rows)


def _by_picture(catalogue: Catalogue, year: int, agency: str, currency: str) -> dict[str | None, list[int]]:
    """Return a year's downloads and amounts in one currency by picture of the catalogue; None: what is no picture's."""
    values = {"year": year, "agency": agency, "currency": currency}
    where = "t.year = :year AND t.currency = :currency"
    if not catalogue.rows("SELECT 1 FROM sold WHERE media_id IS NOT NULL LIMIT 1"):
        # No picture of the catalogue sold: no file need be looked up.
        ours = "(:agency = '' OR t.sold IN (SELECT id FROM sold WHERE agency = :agency))"
        sums = f"SELECT sum(t.downloads), sum(t.amount) FROM asset_totals t WHERE {where} AND {ours}"  # noqa: S608 - fixed texts
        downloads, amount = catalogue.rows(sums, values)[0]
        return {} if downloads is None else {None: [downloads, amount]}
    found: dict[str | None, list[int]] = defaultdict(lambda: [0, 0])
    for media_id, downloads, amount in _tuples(
        catalogue,
        "SELECT d.media_id, t.downloads, t.amount FROM asset_totals t CROSS JOIN sold d ON d.id = t.sold"  # noqa: S608 - fixed texts
        f" WHERE {where} AND (:agency = '' OR d.agency = :agency)",
        values,
    ):
        sums_ = found[media_id]
        sums_[0] += downloads
        sums_[1] += amount
    return found


def _tuples(catalogue: Catalogue, sql: str, parameters: dict[str, Any]) -> sqlite3.Cursor:
    """Run a query of many rows; tuples are made faster than rows with names."""
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, parameters)


def _shoots(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return the folder in which each picture lies, by media_id."""
    return {
        seen.media_id: (PurePath(seen.path).parent.name,) for seen in everything(catalogue) if seen.media_id is not None
    }


def link(catalogue: Catalogue) -> int:
    """Tell which sold files are pictures of the catalogue; return how many were found out.

    A file is known by the name under which it was uploaded to that agency, by
    its own name with or without suffix, or by its title where the agency shows
    no name. A name that two pictures bear tells nothing. Copies of one picture are
    brought together by their perceptual hashes, which `check` keeps.
    """
    if not catalogue.rows("SELECT 1 FROM assets LIMIT 1"):
        return 0
    unknown = catalogue.rows(
        "SELECT id, agency, asset, file, title FROM sold WHERE media_id IS NULL AND (file <> '' OR title <> '')"
    )
    pictures = [seen for seen in everything(catalogue) if seen.media_id] if unknown else []
    if not pictures:
        return 0
    names = _unique((name, seen.media_id) for seen in pictures for name in _names(seen.path))
    by_title = any(not row["file"] for row in unknown)
    titles = _unique((_title(seen), seen.media_id) for seen in pictures) if by_title else {}
    uploads = _unique(
        (f"{row['agency']}/{name}", row["media_id"])
        for row in catalogue.rows("SELECT agency, media_id, remote FROM uploads WHERE part = 0")
        for name in _names(row["remote"])
    )
    own = {seen.media_id: PurePath(seen.path).name for seen in pictures if seen.media_id}
    found = []
    for row in unknown:
        keys = _names(row["file"]) if row["file"] else ()
        sent = (uploads.get(f"{row['agency']}/{key}") for key in keys)
        media_id = next(filter(None, (*sent, *map(names.get, keys))), None)
        if media_id is None and not row["file"]:
            media_id = titles.get(row["title"].casefold())
        if media_id is not None:
            found.append((media_id, own.get(media_id, row["file"] or row["asset"]), row["id"]))
    if found:
        with catalogue.transaction() as connection:
            connection.executemany("UPDATE sold SET media_id = ?, name = ? WHERE id = ?", found)
            connection.executemany("UPDATE sold SET name = ? WHERE media_id = ?", _renditions(catalogue, own))
            sales.show_by_name(connection)
    return len(found)


def _renditions(catalogue: Catalogue, own: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (name, media_id) of pictures that sold and look the same as another: a smaller or newly coded copy of it.

    All of them bear the name of the first. Two that one agency sells are two
    products to it, however alike they look, and stay apart.
    """
    sellers: dict[str, set[str]] = defaultdict(set)
    for row in catalogue.rows("SELECT DISTINCT media_id, agency FROM sold WHERE media_id IS NOT NULL ORDER BY id"):
        sellers[row["media_id"]].add(row["agency"])
    found = {media_id: int.from_bytes(hash_) for media_id, hash_ in hashes.hashes_of(catalogue, sellers).items()}
    first: dict[str, str] = {}
    seen: dict[tuple[int, int], list[str]] = defaultdict(list)
    for media_id in filter(found.__contains__, sellers):
        # Of so many parts one is equal where no more than that many bits but one differ.
        parts = [(place, found[media_id] >> place * _PART & (1 << _PART) - 1) for place in range(_ALIKE + 1)]
        for other in dict.fromkeys(other for part in parts for other in seen[part]):
            alike = (found[media_id] ^ found[other]).bit_count() <= _ALIKE
            if alike and not sellers[media_id] & sellers[other]:
                first[media_id] = other
                sellers[other] |= sellers[media_id]
                break
        else:
            for part in parts:
                seen[part].append(media_id)
    return [(own[other], media_id) for media_id, other in first.items() if other in own]


def _title(seen: Seen) -> str:
    record = seen.facts.get("record")
    return str(record.get("title", "")) if isinstance(record, dict) else ""


def _names(path: str) -> tuple[str, str]:
    """Return the two forms in which a file's name is compared: whole, and without its suffix."""
    name = PurePath(path).name.casefold()
    return name, PurePath(name).stem


def _unique(pairs: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Return the names that only one picture bears."""
    distinct = {(name.casefold(), media_id) for name, media_id in pairs if name and media_id}
    times = Counter(name for name, _ in distinct)
    return {name: media_id for name, media_id in distinct if times[name] == 1}
