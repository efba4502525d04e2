"""What one's own files and sales say, worked out once and kept until either changes."""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from stockctl.catalogue.sent import ledger
from stockctl.errors import CatalogueLockedError
from stockctl.plan.coverage import Coverage, coverages, works
from stockctl.plan.niches import Niche, Spread, niches, spread
from stockctl.plan.seasons import Season, Seasons, monthly, seasons

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.plan.events import Event

# Under which the answer is kept, with what it was worked out from; the number goes up where its meaning changes.
_QUESTION = "plan 1: own work"


@dataclass(frozen=True)
class OwnWork:
    """One's own files for each event, by its words; seasons, niches, spread; and how many files have keywords."""

    coverage: Mapping[tuple[str, ...], Coverage]
    seasons: Seasons
    niches: tuple[Niche, ...]
    spread: tuple[Spread, ...]
    files: int


def own_work(catalogue: Catalogue, events: Sequence[Event]) -> OwnWork:
    """Return what one's own files and sales say of the events and in general."""
    stamp = _stamp(catalogue)
    wanted = {event.words for event in events}
    known = catalogue.rows("SELECT rows FROM worked_out WHERE question = ?", [_QUESTION])
    kept = json.loads(known[0][0]) if known else {}
    if kept.get("stamp") == stamp:
        found = _read(kept)
        if wanted <= found.coverage.keys():
            return found
        wanted |= found.coverage.keys()
    found = _work_out(catalogue, events, wanted)
    with contextlib.suppress(CatalogueLockedError), catalogue.impatient(), catalogue.transaction() as connection:
        written = json.dumps({"stamp": stamp, **_written(found)})
        connection.execute("INSERT OR REPLACE INTO worked_out (question, rows) VALUES (?, ?)", (_QUESTION, written))
    return found


def _stamp(catalogue: Catalogue) -> list[Any]:
    """Return what changes with every file that is looked at anew or sent; a change of sales forgets all anyway."""
    row = catalogue.rows(
        "SELECT (SELECT count(*) FROM files), (SELECT max(rowid) FROM files), (SELECT count(*) FROM uploads),"
        " (SELECT max(id) FROM sendings)"
    )[0]
    return list(row)


def _work_out(catalogue: Catalogue, events: Sequence[Event], wanted: Iterable[tuple[str, ...]]) -> OwnWork:
    downloads, income = _sold(catalogue)
    own = works(catalogue, ledger.sent(catalogue), downloads)
    words = list(dict.fromkeys([*(event.words for event in events), *wanted]))
    return OwnWork(
        coverage=dict(zip(words, coverages(words, own), strict=True)),
        seasons=seasons(own, monthly(catalogue)),
        niches=tuple(niches(own, income)),
        spread=tuple(spread(own, income)),
        files=len(own.words),
    )


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


def _written(own: OwnWork) -> dict[str, Any]:
    return {
        "coverage": [[list(words), asdict(coverage)] for words, coverage in own.coverage.items()],
        "seasons": asdict(own.seasons),
        "niches": [asdict(niche) for niche in own.niches],
        "spread": [asdict(one) for one in own.spread],
        "files": own.files,
    }


def _read(kept: Mapping[str, Any]) -> OwnWork:
    told = kept["seasons"]
    return OwnWork(
        coverage={tuple(words): Coverage(**coverage) for words, coverage in kept["coverage"]},
        seasons=Seasons(**{**told, "found": tuple(Season(**one) for one in told["found"])}),
        niches=tuple(Niche(**{**niche, "words": tuple(niche["words"])}) for niche in kept["niches"]),
        spread=tuple(Spread(**one) for one in kept["spread"]),
        files=kept["files"],
    )
