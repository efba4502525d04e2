"""What is asked of pictures that sold: their keywords, and how often each sold."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stockctl.catalogue import Catalogue


def keywords(catalogue: Catalogue, media_ids: Iterable[str] | None = None) -> dict[str, tuple[str, ...]]:
    """Return the keywords of pictures, in lower case, by media_id; of all in the catalogue where none are named.

    Of several files of a picture the first by path that has some tells them.
    """
    found: dict[str, tuple[str, ...]] = {}
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    # One by one, and of what is known of a picture its words alone: all together would fill the memory.
    which, wanted = "media_id IS NOT NULL", []
    if media_ids is not None:
        which, wanted = "media_id IN (SELECT value FROM json_each(?))", [json.dumps(list(media_ids))]
    for media_id, words in cursor.execute(
        f"SELECT media_id, json_extract(facts, '$.record.keywords') FROM files WHERE {which} ORDER BY path",  # noqa: S608 - fixed texts
        wanted,
    ):
        if not found.get(media_id):
            # Most words stand on many pictures.
            plain = (sys.intern(str(word).casefold()) for word in (json.loads(words) if words else ()))
            found[media_id] = tuple(dict.fromkeys(plain))
    return found


# The years of the roll-up and the currencies of each: every one is found by one step through the key.
SPANS = """
    WITH RECURSIVE years (year) AS (
      SELECT min(year) FROM asset_totals UNION ALL
      SELECT (SELECT min(t.year) FROM asset_totals t WHERE t.year > years.year) FROM years WHERE year IS NOT NULL),
    spans (year, currency) AS (
      SELECT year, (SELECT min(t.currency) FROM asset_totals t WHERE t.year = years.year) FROM years
      WHERE year IS NOT NULL UNION ALL
      SELECT year, (SELECT min(t.currency) FROM asset_totals t WHERE t.year = spans.year
        AND t.currency > spans.currency) FROM spans WHERE currency IS NOT NULL)"""


def counts(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, int]:
    """Return how often each of these pictures was sold, at all agencies, by media_id; unsold ones are absent."""
    rows = catalogue.rows(
        f"{SPANS} SELECT d.media_id, sum(t.downloads) AS downloads"  # noqa: S608 - fixed texts
        " FROM sold d CROSS JOIN spans CROSS JOIN asset_totals t"
        " ON t.year = spans.year AND t.currency = spans.currency AND t.shown = d.shown AND t.sold = d.id"
        " WHERE d.media_id IN (SELECT value FROM json_each(?)) GROUP BY d.media_id",
        [json.dumps(list(media_ids))],
    )
    return {row["media_id"]: row["downloads"] for row in rows}


def counts_by_name(catalogue: Catalogue, names: Iterable[str]) -> dict[str, int]:
    """Return how often files of these names were sold of which no picture is known, by name; unsold ones are absent."""
    rows = catalogue.rows(
        f"{SPANS} SELECT d.name, sum(t.downloads) AS downloads"  # noqa: S608 - fixed texts
        " FROM sold d CROSS JOIN spans CROSS JOIN asset_totals t"
        " ON t.year = spans.year AND t.currency = spans.currency AND t.shown = d.shown AND t.sold = d.id"
        " WHERE d.name IN (SELECT value FROM json_each(?)) AND d.media_id IS NULL AND d.file <> '' GROUP BY d.name",
        [json.dumps(list(names))],
    )
    return {row["name"]: row["downloads"] for row in rows}
