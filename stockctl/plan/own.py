"""What one's own files and sales say, worked out once and kept until either changes."""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from stockctl.catalogue.seen import keywords
from stockctl.catalogue.sent import ledger
from stockctl.catalogue.sold import earned, month_sums, pictures, worked_out
from stockctl.catalogue.sums import arrived
from stockctl.catalogue.sums import now as sums_now
from stockctl.errors import CatalogueLockedError
from stockctl.plan.coverage import Coverage, coverage_of, coverages, works
from stockctl.plan.niches import Niche, Spread, niches, spread
from stockctl.plan.seasons import Season, Seasons, seasons
from stockctl.plan.table import of_catalogue, of_works
from stockctl.report.terminal import note
from stockctl.words.lemma import key, key_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.plan.events import Event
    from stockctl.plan.table import Monthly, Table

# Under which the answer is kept, with what it was worked out from; the number goes up where its meaning changes.
_QUESTION = "plan 3: own work"
# Of so many files and sales all is worked out anew whenever one of them changes.
_FEW_FILES, _FEW_SALES = 5_000, 50_000
# Of so many it takes so long that it is said.
_LONG_FILES, _LONG_SALES = 50_000, 500_000
# Of more, seasons and niches hold until one in so many has changed.
_OF_MANY = 100


@dataclass(frozen=True)
class OwnWork:
    """One's own files for each event, by its words; seasons, niches, spread; and how many files have keywords.

    `since` says how many files and downloads came after seasons, niches and spread were worked out.
    """

    coverage: Mapping[tuple[str, ...], Coverage]
    seasons: Seasons
    niches: tuple[Niche, ...]
    spread: tuple[Spread, ...]
    files: int
    since: tuple[int, int] = (0, 0)


class _Counts(NamedTuple):
    """How much there is: what changes with every file that is looked at anew, sent, linked or sold."""

    files: int
    newest: int
    uploads: int
    sendings: int
    linked: int
    downloads: int
    amount: int


def own_work(catalogue: Catalogue, events: Sequence[Event]) -> OwnWork:
    """Return what one's own files and sales say of the events and in general.

    The files for an event are those of this moment. Of a large catalogue
    seasons, niches and spread may be some files and sales behind (`since`).
    """
    now = _counts(catalogue)
    known = catalogue.rows("SELECT rows FROM kept_plans WHERE question = ?", [_QUESTION])
    kept = json.loads(known[0][0]) if known else {}
    before = _Counts(*kept["counts"]) if kept else None
    if before is None or not _holds(before, now):
        if (now.files > _LONG_FILES or now.downloads > _LONG_SALES) and not sums_now.are_kept(catalogue):
            note(
                f"{now.files:,} files and {now.downloads:,} sales are gone through"
                + ("" if kept else " for the first time")
                + ": it takes some seconds, once"
            )
        version_ = worked_out.version(catalogue)
        kept, before = {"counts": now, **_in_general(catalogue)}, now
        with contextlib.suppress(CatalogueLockedError), catalogue.impatient(), catalogue.transaction() as connection:
            if worked_out.version(catalogue) == version_:
                connection.execute("INSERT OR REPLACE INTO kept_plans VALUES (?, ?)", (_QUESTION, json.dumps(kept)))
    since = (_changed_files(before, now), abs(now.downloads - before.downloads))
    return _read(kept, _coverage(catalogue, list(dict.fromkeys(event.words for event in events))), since)


def _counts(catalogue: Catalogue) -> _Counts:
    row = catalogue.rows(
        "SELECT (SELECT count(*) FROM files), (SELECT coalesce(max(rowid), 0) FROM files),"
        " (SELECT coalesce(sum(pictures), 0) FROM upload_counts), (SELECT coalesce(max(id), 0) FROM sendings),"
        " (SELECT files FROM linked_sold),"
        " (SELECT coalesce(sum(downloads), 0) FROM day_totals), (SELECT coalesce(sum(abs(amount)), 0) FROM day_totals)"
    )[0]
    return _Counts(*row)


def _changed_files(before: _Counts, now: _Counts) -> int:
    # A file that is looked at anew gets a new number.
    return max(abs(now.files - before.files), abs(now.newest - before.newest))


def _holds(before: _Counts, now: _Counts) -> bool:
    """Whether what was worked out still says the same, near enough."""
    if now == before:
        return True
    if now.files < _FEW_FILES and now.downloads < _FEW_SALES:
        return False
    changes = (
        (_changed_files(before, now), before.files),
        *((abs(new - old), old) for new, old in list(zip(now, before, strict=True))[2:]),
    )
    return all(changed * _OF_MANY <= of for changed, of in changes)


def _coverage(catalogue: Catalogue, events: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], Coverage]:
    """Return what there is for each event, told by its words."""
    own = {words: {key(word) for word in words} for words in events}
    try:
        with catalogue.impatient(), keywords.packed(catalogue, key, key_version()):
            having = keywords.with_keys(catalogue, set().union(*own.values()))
    except CatalogueLockedError:
        # Another command is writing: it is worked out without what is kept.
        found = coverages(events, works(catalogue, ledger.sent(catalogue), _sold(catalogue)[0]))
        return dict(zip(events, found, strict=True))
    pictures = set().union(*having.values())
    sent, downloads = ledger.sent(catalogue, pictures), earned.counts(catalogue, pictures)
    return {
        words: coverage_of(set().union(*(having.get(one, set()) for one in keys)), sent, downloads)
        for words, keys in own.items()
    }


def _in_general(catalogue: Catalogue) -> dict[str, Any]:
    month_sums.fill(catalogue)
    pictures.fill(catalogue)
    arrived.fill(catalogue)
    before = worked_out.version(catalogue)
    try:
        with catalogue.impatient(), keywords.packed(catalogue, key, key_version()):
            sums = sums_now.of_now(catalogue.connection)
            told = _told(*of_catalogue(catalogue.connection, sums))
    except CatalogueLockedError:
        # Another command is writing: the words are read out of what is known of each file.
        downloads, income = _sold(catalogue)
        own = works(catalogue, dict.fromkeys(ledger.arrived_anywhere(catalogue), ("any",)), downloads)
        return _told(*of_works(own, income, _monthly(catalogue)))
    sums_now.keep_if(catalogue, sums, before)
    return told


def _told(table: Table, sold: Monthly) -> dict[str, Any]:
    return {
        "seasons": asdict(seasons(table, sold)),
        "niches": [asdict(niche) for niche in niches(table)],
        "spread": [asdict(one) for one in spread(table)],
        "files": table.worded,
    }


def _monthly(catalogue: Catalogue) -> dict[str, dict[str, int]]:
    """Return the downloads of each picture of the catalogue by month (2026-05), by media_id."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for media_id, month, downloads in catalogue.connection.execute(
        "SELECT d.media_id, substr(u.day, 1, 7), sum(s.downloads) FROM sales s JOIN units u ON u.id = s.unit"
        " JOIN sold d ON d.id = s.sold WHERE d.media_id IS NOT NULL AND s.downloads <> 0 GROUP BY 1, 2"
    ):
        found[media_id][month] = downloads
    return found


def _sold(catalogue: Catalogue) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Return how often each picture sold and what it earned by currency, in micro-units; both by media_id."""
    rows = catalogue.rows("SELECT id, media_id FROM sold WHERE media_id IS NOT NULL")
    media_of = {row[0]: row[1] for row in rows}
    downloads: dict[str, int] = defaultdict(int)
    earned: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    if not media_of:
        return downloads, earned
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    for sold, currency, count, amount in cursor.execute(
        "SELECT sold, currency, sum(downloads), sum(amount) FROM asset_totals GROUP BY 1, 2"
    ):
        media_id = media_of.get(sold)
        if media_id is not None:
            downloads[media_id] += count
            earned[media_id][currency] += amount
    return downloads, earned


def _read(kept: Mapping[str, Any], coverage: Mapping[tuple[str, ...], Coverage], since: tuple[int, int]) -> OwnWork:
    told = kept["seasons"]
    return OwnWork(
        coverage=coverage,
        seasons=Seasons(**{**told, "found": tuple(Season(**one) for one in told["found"])}),
        niches=tuple(Niche(**{**niche, "words": tuple(niche["words"])}) for niche in kept["niches"]),
        spread=tuple(Spread(**one) for one in kept["spread"]),
        files=kept["files"],
        since=since,
    )
