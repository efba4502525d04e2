"""Similar pictures: within the batch, and against everything that was ever checked or sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.seen import assets as table
from stockctl.catalogue.seen import hashes as index
from stockctl.catalogue.sent import ledger
from stockctl.check.rules.registry import rules
from stockctl.check.similar.forms import HASH_BYTES, MOVES, OWN_FORMS, moved_forms, own_forms
from stockctl.check.similar.nearest import (
    COARSE,
    FINE,
    NEVER,
    NOWHERE,
    PLAIN_FINE,
    Entries,
    Wanted,
    few,
    key_of,
    limit_of,
    nearest,
    place_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue
    from stockctl.check.asset import Asset
    from stockctl.check.rules.registry import Rule
    from stockctl.report.finding import Finding

IDENTICAL, NEAR = "identical", "near"

# The hash's own version: a new one makes a new index.
VERSION = "2"
# Frames taken within this time of each other are of one burst, and may differ in more.
BURST = timedelta(seconds=3)
BURST_FINE = 90
# Frames before one that are asked whether they are of its burst: no camera takes more in that time.
BURST_FRAMES = 100


@dataclass(frozen=True)
class Pair:
    """Two alike pictures, the earlier one first.

    `relation` is identical (equal bytes) or near; `distance` counts the bits of
    256 that differ (0: the same picture under other metadata), `limit` how many
    may; `submitted` are the agencies that have the first one, `asset` is the
    second one. `burst` tells frames of one series.
    """

    paths: tuple[Path, Path]
    relation: str
    distance: int
    asset: Asset = field(repr=False)
    submitted: tuple[str, ...] = ()
    burst: bool = False
    limit: int = FINE

    def findings(self) -> Iterator[Finding]:
        """Yield what the rule says of the second picture."""
        twin = {
            "name": self.paths[0].name,
            "identical": self.relation == IDENTICAL,
            "burst": self.burst,
            "submitted": self.submitted,
            "distance": self.distance,
            "limit": self.limit,
        }
        yield from _rule().judge(replace(self.asset, facts={**self.asset.facts, "twin": twin}))


@cache
def _rule() -> Rule:
    return rules()["similar-content"]


def find_similar(catalogue: Catalogue, assets: Sequence[Asset]) -> list[Pair]:
    """Return the similar pairs among `assets`, and of them with earlier pictures in the catalogue.

    The index takes up what is new first. A picture is paired with the first one
    that it resembles, the nearest earlier one of the batch or of the catalogue.
    """
    pictures = [asset for asset in assets if asset.facts.get("phash")]
    ids = index.add(catalogue, {asset.media_id: asset.facts["phash"] for asset in pictures}, VERSION)
    pairs = list(_identical(assets))
    twins = {pair.paths[1] for pair in pairs}
    left = [asset for asset in pictures if asset.path not in twins]
    if left:
        pairs += _near(catalogue, left, ids)
    return sorted(pairs, key=lambda pair: (str(pair.paths[1]), pair.distance))


def _identical(assets: Sequence[Asset]) -> Iterator[Pair]:
    bytes_: dict[str, Asset] = {}
    media: dict[str, Asset] = {}
    for asset in assets:
        first = bytes_.setdefault(asset.file_sha256, asset)
        same = media.setdefault(asset.media_id, asset)
        if first is not asset:
            yield Pair((first.path, asset.path), IDENTICAL, 0, asset, _sent(first))
        elif same is not asset:
            yield Pair((same.path, asset.path), NEAR, 0, asset, _sent(same))


def _sent(asset: Asset) -> tuple[str, ...]:
    return tuple(asset.facts.get("submitted", ()))


def _near(catalogue: Catalogue, assets: Sequence[Asset], ids: Mapping[str, int]) -> Iterator[Pair]:
    # Equal hashes are looked for once, however many pictures have them: the others are like the first.
    firsts: dict[str, int] = {}
    leaders = np.array([firsts.setdefault(asset.facts["phash"], turn) for turn, asset in enumerate(assets)])
    known, hashes = index.every(catalogue, VERSION)
    places = np.searchsorted(known, [ids[asset.media_id] for asset in assets])
    leading = leaders == np.arange(len(assets))
    turns = np.full(len(known), -1)
    turns[places] = np.where(leading, leaders, NEVER)
    best = _nearest(catalogue, assets, Entries(hashes, turns), places, np.flatnonzero(leading))
    for turn in np.flatnonzero(~leading).tolist():
        # What its like is equal to was there before it.
        best[turn] = min(best[leaders[turn]], key_of(places[leaders[turn]], 0))
    _bursts(assets, hashes[places], places, best)
    found = {turn: place_of(int(best[turn])) for turn in np.flatnonzero(best != NOWHERE).tolist()}
    pictures = index.pictures(catalogue, (int(known[place]) for place, _ in found.values()))
    by_media = {asset.media_id: asset for asset in assets}
    elsewhere = {media_id for media_id in pictures.values() if media_id not in by_media}
    submitted = ledger.given(catalogue, elsewhere) if elsewhere else {}
    for turn, (place, distance) in found.items():
        asset, media_id = assets[turn], pictures[int(known[place])]
        twin = by_media.get(media_id)
        path = twin.path if twin is not None else _last_seen(catalogue, media_id)
        if path is not None:
            sent = _sent(twin) if twin is not None else tuple(sorted(submitted.get(media_id, ())))
            burst = _burst(asset, twin)
            limit = BURST_FINE if burst else int(limit_of(hashes[[place]], hashes[places[[turn]]])[0])
            yield Pair((path, asset.path), NEAR, distance, asset, sent, burst, limit)


def _nearest(
    catalogue: Catalogue, assets: Sequence[Asset], entries: Entries, places: NDArray[np.int64], turns: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return a key for each asset, looking for those that have their turn at `turns`; `NOWHERE` where nothing is near.

    What is like nothing as it is, is looked for turned and cropped a little. For
    a large batch and an unchanged index, what was found before is returned.
    """
    key = "" if few(entries, OWN_FORMS * len(turns)) else _key(assets, entries)
    kept = index.kept_search(catalogue, key) if key else None
    if kept is not None:
        return np.frombuffer(kept, np.int64).copy()
    best = np.full(len(assets), NOWHERE)
    own = _coded(assets, turns, "phash", 1)
    nearest(entries, Wanted(own_forms(own), turns, places[turns]), best)
    moved = [turn for turn in turns.tolist() if best[turn] == NOWHERE and "phash_moved" in assets[turn].facts]
    if moved:
        left = np.array(moved, np.int64)
        forms = moved_forms(_coded(assets, left, "phash_moved", len(MOVES)))
        nearest(entries, Wanted(forms, left, places[left]), best, both_ways=True)
    if key:
        index.keep_search(catalogue, key, best.tobytes())
    return best


def _coded(assets: Sequence[Asset], turns: NDArray[np.int64], name: str, count: int) -> NDArray[np.uint8]:
    """Return the hashes of a fact, uint8 (turns, count, 32)."""
    text = "".join(assets[turn].facts[name] for turn in turns.tolist())
    return np.frombuffer(bytes.fromhex(text), np.uint8).reshape(len(turns), count, HASH_BYTES)


def _key(assets: Sequence[Asset], entries: Entries) -> str:
    """Return what a search is kept under: it changes with the batch, the index, and how they are compared."""
    digest = hashlib.sha256(f"3 {VERSION} {COARSE} {FINE} {PLAIN_FINE}".encode())
    for asset in assets:
        digest.update(f"{asset.facts['phash']} {asset.facts.get('phash_moved')}".encode())
    digest.update(entries.turns.tobytes())
    digest.update(entries.hashes.tobytes())
    return digest.hexdigest()


def _bursts(
    assets: Sequence[Asset], hashes: NDArray[np.uint64], places: NDArray[np.int64], best: NDArray[np.int64]
) -> None:
    """Pair frames with the nearest one of their burst that has its turn before them, where nothing is nearer.

    `hashes`: uint64 (n, 4), those of the assets.
    """
    forms = own_forms(hashes.view(np.uint8).reshape(-1, 1, HASH_BYTES)).view(np.uint64)
    for aware in (False, True):
        times = {
            turn: asset.capture.taken.replace(tzinfo=asset.capture.taken.tzinfo or UTC).timestamp()
            for turn, asset in enumerate(assets)
            if asset.capture.taken is not None and (asset.capture.taken.tzinfo is not None) is aware
        }
        turns = np.array(sorted(times, key=lambda turn: (times[turn], turn)), np.int64)
        taken = np.array([times[turn] for turn in turns.tolist()])
        for lag in range(1, min(BURST_FRAMES, len(turns) - 1) + 1):
            close = np.flatnonzero(taken[lag:] - taken[:-lag] <= BURST.total_seconds())
            if not len(close):
                break
            pair = np.stack([turns[close], turns[close + lag]])
            earlier, later = pair.min(axis=0), pair.max(axis=0)
            distances = np.bitwise_count(forms[later] ^ hashes[earlier, None]).sum(axis=2, dtype=np.int64).min(axis=1)
            near = distances <= BURST_FINE
            np.minimum.at(best, later[near], key_of(places[earlier[near]], distances[near]))


def _burst(asset: Asset, other: Asset | None) -> bool:
    taken, before = asset.capture.taken, other.capture.taken if other is not None else None
    if taken is None or before is None or (taken.tzinfo is None) != (before.tzinfo is None):
        return False
    return abs(taken - before) <= BURST


def _last_seen(catalogue: Catalogue, media_id: str) -> Path | None:
    """Return the path under which a picture was last seen."""
    paths = table.paths_of(catalogue, media_id)
    return Path(paths[0]) if paths else None
