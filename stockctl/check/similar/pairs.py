"""Similar pictures: within the batch, and against everything that was ever checked or sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

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
# So many pictures are looked for turned and cropped at once: of each there are forms of some kilobytes.
AT_ONCE = 8192


class Look(NamedTuple):
    """What of a picture is compared: a tenth of what is known of it, as all of a batch are compared at once.

    `phash` and `moved` are the hash and those of its moved forms, 32 bytes each; empty where there are none.
    """

    path: Path
    media_id: str
    file_sha256: str
    phash: bytes
    moved: bytes
    submitted: tuple[str, ...]
    taken: datetime | None

    @classmethod
    def of(cls, asset: Asset) -> Look:
        """Return what of an asset is compared."""
        return cls(
            asset.path,
            asset.media_id,
            asset.file_sha256,
            bytes.fromhex(asset.facts.get("phash") or ""),
            bytes.fromhex(asset.facts.get("phash_moved") or ""),
            tuple(asset.facts.get("submitted", ())),
            asset.capture.taken,
        )

    @classmethod
    def of_facts(cls, path: Path, facts: Mapping[str, Any], submitted: tuple[str, ...]) -> Look:
        """Return what is compared of a file, from what its inspection found, and the agencies that have it."""
        found, taken = facts["facts"], facts["capture"]["taken"]
        return cls(
            path,
            facts["media_id"],
            facts["file_sha256"],
            bytes.fromhex(found.get("phash") or ""),
            bytes.fromhex(found.get("phash_moved") or ""),
            submitted,
            datetime.fromisoformat(taken) if taken else None,
        )


@dataclass(frozen=True)
class Pair:
    """Two alike pictures, the earlier one first.

    `relation` is identical (equal bytes) or near; `distance` counts the bits of
    256 that differ (0: the same picture under other metadata), `limit` how many
    may; `submitted` are the agencies that have the first one. `burst` tells
    frames of one series.
    """

    paths: tuple[Path, Path]
    relation: str
    distance: int
    submitted: tuple[str, ...] = ()
    burst: bool = False
    limit: int = FINE

    def findings(self, asset: Asset) -> Iterator[Finding]:
        """Yield what the rule says of the second picture, which is `asset`."""
        twin = {
            "name": self.paths[0].name,
            "identical": self.relation == IDENTICAL,
            "burst": self.burst,
            "submitted": self.submitted,
            "distance": self.distance,
            "limit": self.limit,
        }
        yield from _rule().judge(replace(asset, facts={**asset.facts, "twin": twin}))


@cache
def _rule() -> Rule:
    return rules()["similar-content"]


def find_similar(catalogue: Catalogue, assets: Sequence[Asset]) -> list[Pair]:
    """Return the similar pairs among `assets`, and of them with earlier pictures in the catalogue.

    The index takes up what is new first. A picture is paired with the first one
    that it resembles, the nearest earlier one of the batch or of the catalogue.
    """
    return pairs_of(catalogue, [Look.of(asset) for asset in assets])


def pairs_of(catalogue: Catalogue, looks: Sequence[Look]) -> list[Pair]:
    """Do as `find_similar`, of what is compared alone."""
    pictures = [look for look in looks if look.phash]
    ids = index.add(catalogue, {look.media_id: look.phash for look in pictures}, VERSION)
    pairs = list(_identical(looks))
    twins = {pair.paths[1] for pair in pairs}
    left = [look for look in pictures if look.path not in twins]
    if left:
        pairs += _near(catalogue, left, ids)
    return sorted(pairs, key=lambda pair: (str(pair.paths[1]), pair.distance))


def _identical(looks: Sequence[Look]) -> Iterator[Pair]:
    bytes_: dict[str, Look] = {}
    media: dict[str, Look] = {}
    for look in looks:
        first = bytes_.setdefault(look.file_sha256, look)
        same = media.setdefault(look.media_id, look)
        if first is not look:
            yield Pair((first.path, look.path), IDENTICAL, 0, first.submitted)
        elif same is not look:
            yield Pair((same.path, look.path), NEAR, 0, same.submitted)


def _near(catalogue: Catalogue, looks: Sequence[Look], ids: Mapping[str, int]) -> Iterator[Pair]:
    # Equal hashes are looked for once, however many pictures have them: the others are like the first.
    firsts: dict[bytes, int] = {}
    leaders = np.array([firsts.setdefault(look.phash, turn) for turn, look in enumerate(looks)])
    known, hashes = index.every(catalogue, VERSION)
    places = np.searchsorted(known, [ids[look.media_id] for look in looks])
    leading = leaders == np.arange(len(looks))
    turns = np.full(len(known), -1)
    turns[places] = np.where(leading, leaders, NEVER)
    best = _nearest(catalogue, looks, Entries(hashes, turns), places, np.flatnonzero(leading))
    for turn in np.flatnonzero(~leading).tolist():
        # What its like is equal to was there before it.
        best[turn] = min(best[leaders[turn]], key_of(places[leaders[turn]], 0))
    _bursts(looks, hashes[places], places, best)
    found = {turn: place_of(int(best[turn])) for turn in np.flatnonzero(best != NOWHERE).tolist()}
    pictures = index.pictures(catalogue, (int(known[place]) for place, _ in found.values()))
    by_media = {look.media_id: look for look in looks}
    elsewhere = {media_id for media_id in pictures.values() if media_id not in by_media}
    submitted = ledger.given(catalogue, elsewhere) if elsewhere else {}
    for turn, (place, distance) in found.items():
        look, media_id = looks[turn], pictures[int(known[place])]
        twin = by_media.get(media_id)
        path = twin.path if twin is not None else _last_seen(catalogue, media_id)
        if path is not None:
            sent = twin.submitted if twin is not None else tuple(sorted(submitted.get(media_id, ())))
            burst = _burst(look, twin)
            limit = BURST_FINE if burst else int(limit_of(hashes[[place]], hashes[places[[turn]]])[0])
            yield Pair((path, look.path), NEAR, distance, sent, burst, limit)


def _nearest(
    catalogue: Catalogue, looks: Sequence[Look], entries: Entries, places: NDArray[np.int64], turns: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return a key for each picture, looking for those that have their turn at `turns`; `NOWHERE`: nothing is near.

    What is like nothing as it is, is looked for turned and cropped a little. For
    a large batch and an unchanged index, what was found before is returned.
    """
    key = "" if few(entries, OWN_FORMS * len(turns)) else _key(looks, entries)
    kept = index.kept_search(catalogue, key) if key else None
    if kept is not None:
        return np.frombuffer(kept, np.int64).copy()
    best = np.full(len(looks), NOWHERE)
    own = _coded([looks[turn].phash for turn in turns.tolist()], 1)
    nearest(entries, Wanted(own_forms(own), turns, places[turns]), best)
    moved = [turn for turn in turns.tolist() if best[turn] == NOWHERE and looks[turn].moved]
    for start in range(0, len(moved), AT_ONCE):
        left = np.array(moved[start : start + AT_ONCE], np.int64)
        forms = moved_forms(_coded([looks[turn].moved for turn in left.tolist()], len(MOVES)))
        nearest(entries, Wanted(forms, left, places[left]), best, both_ways=True)
    if key:
        index.keep_search(catalogue, key, best.tobytes())
    return best


def _coded(hashes: Sequence[bytes], count: int) -> NDArray[np.uint8]:
    """Return hashes, so many of each picture, as uint8 (pictures, count, 32)."""
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(len(hashes), count, HASH_BYTES)


def _key(looks: Sequence[Look], entries: Entries) -> str:
    """Return what a search is kept under: it changes with the batch, the index, and how they are compared."""
    digest = hashlib.sha256(f"4 {VERSION} {COARSE} {FINE} {PLAIN_FINE}".encode())
    for look in looks:
        digest.update(look.phash)
        digest.update(look.moved)
    digest.update(entries.turns.tobytes())
    digest.update(entries.hashes.tobytes())
    return digest.hexdigest()


def _bursts(
    looks: Sequence[Look], hashes: NDArray[np.uint64], places: NDArray[np.int64], best: NDArray[np.int64]
) -> None:
    """Pair frames with the nearest one of their burst that has its turn before them, where nothing is nearer.

    `hashes`: uint64 (n, 4), those of the pictures.
    """
    forms = own_forms(hashes.view(np.uint8).reshape(-1, 1, HASH_BYTES)).view(np.uint64)
    for aware in (False, True):
        times = {
            turn: look.taken.replace(tzinfo=look.taken.tzinfo or UTC).timestamp()
            for turn, look in enumerate(looks)
            if look.taken is not None and (look.taken.tzinfo is not None) is aware
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


def _burst(look: Look, other: Look | None) -> bool:
    taken, before = look.taken, other.taken if other is not None else None
    if taken is None or before is None or (taken.tzinfo is None) != (before.tzinfo is None):
        return False
    return abs(taken - before) <= BURST


def _last_seen(catalogue: Catalogue, media_id: str) -> Path | None:
    """Return the path under which a picture was last seen."""
    paths = table.paths_of(catalogue, media_id)
    return Path(paths[0]) if paths else None
