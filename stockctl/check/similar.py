"""Similar pictures: within the batch, and against everything that was ever checked or sent."""

from __future__ import annotations

import hashlib
import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.catalogue import assets as table
from stockctl.catalogue import hashes as index
from stockctl.check.forms import forms
from stockctl.check.rules.registry import rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue
    from stockctl.check.asset import Asset
    from stockctl.check.rules.registry import Rule
    from stockctl.report.finding import Finding

IDENTICAL, NEAR = "identical", "near"

# The hash's own version: a new one makes a new index.
VERSION = "1"
# Bits of the first 64 that may differ in a candidate: two thirds of 5 % crops and
# 2° turns differ in 7 at most, all but 2 % in 13; two pictures drawn at random in
# 32 ± 4, so that one in a million comes so near.
COARSE = 13
# Up to so many comparisons, comparing all with all is faster than any index.
FEW_COMPARISONS = 20_000_000
# Bits of all 256 that may differ: turned and cropped copies differ in 76 at most,
# two pictures drawn at random in 128 ± 8.
FINE = 76
# Frames taken within this time of each other are of one burst, and may differ in more.
BURST = timedelta(seconds=3)
BURST_FINE = 90
# Forms looked up at once; their candidates in a million hashes take some 50 MB.
FORMS_AT_ONCE = 256
# What a quarter of 16 bits may differ by: nothing, one bit, or two.
_PROBES = np.array(
    [0, *(1 << a for a in range(16)), *(1 << a | 1 << b for a in range(16) for b in range(a))], dtype=np.uint16
)


@dataclass(frozen=True)
class Pair:
    """Two alike pictures, the earlier one first.

    `relation` is identical (equal bytes) or near; `distance` counts the bits of
    256 that differ (0: the same picture under other metadata); `submitted` are
    the agencies that have the first one, `asset` is the second one. `burst` tells frames of one series.
    """

    paths: tuple[Path, Path]
    relation: str
    distance: int
    asset: Asset = field(repr=False)
    submitted: tuple[str, ...] = ()
    burst: bool = False

    def findings(self) -> Iterator[Finding]:
        """Yield what the rule says of the second picture."""
        twin = {
            "name": self.paths[0].name,
            "identical": self.relation == IDENTICAL,
            "burst": self.burst,
            "submitted": self.submitted,
            "distance": self.distance,
            "limit": BURST_FINE if self.burst else FINE,
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
    index.add(catalogue, ((asset.media_id, asset.facts["phash"]) for asset in pictures), VERSION)
    pairs = list(_identical(assets))
    twins = {pair.paths[1] for pair in pairs}
    left = [asset for asset in pictures if asset.path not in twins]
    if left:
        pairs += _near(catalogue, left)
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


def _near(catalogue: Catalogue, assets: Sequence[Asset]) -> Iterator[Pair]:
    every, ids = index.coarse(catalogue, VERSION)
    # Equal hashes are compared once, however many pictures have them.
    sorted_ = np.argsort(every, kind="stable")
    starts = np.flatnonzero(np.diff(every[sorted_], prepend=~every[sorted_[:1]]))
    groups = np.append(starts, len(every))
    queries = forms([asset.facts["phash"] for asset in assets])
    candidates = _candidates(catalogue, every[sorted_][starts], queries)
    wanted = np.unique(np.concatenate(candidates))
    members = {int(row): ids[sorted_[groups[row] : groups[row + 1]]].tolist() for row in wanted}
    entries = index.whole(catalogue, itertools.chain.from_iterable(members.values()))
    alike = {row: _by_hash(entries, numbers) for row, numbers in members.items()}
    order = {asset.media_id: number for number, asset in enumerate(assets)}
    by_media = {asset.media_id: asset for asset in assets}
    elsewhere = _Elsewhere(catalogue)
    for number, asset in enumerate(assets):
        best: tuple[int, int, str] | None = None
        for stored, pictures in itertools.chain.from_iterable(alike[int(row)].items() for row in candidates[number]):
            # Each finds itself.
            if len(pictures) == 1 and pictures[0][1] == asset.media_id:
                continue
            distance = int(np.bitwise_count(queries[number] ^ np.frombuffer(stored, np.uint8)).sum(axis=1).min())
            if distance > BURST_FINE or (best is not None and distance > best[0]):
                continue
            for id_, media_id in pictures:
                if media_id == asset.media_id or order.get(media_id, -1) > number:
                    continue
                if distance <= FINE or _burst(asset, by_media.get(media_id)):
                    best = min(best or (distance, id_, media_id), (distance, id_, media_id))
                    break
        if best is not None:
            twin = by_media.get(best[2])
            path = twin.path if twin is not None else elsewhere.path(best[2])
            if path is not None:
                sent = _sent(twin) if twin is not None else elsewhere.submitted(best[2])
                yield Pair((path, asset.path), NEAR, best[0], asset, sent, _burst(asset, twin))


def _by_hash(entries: Mapping[int, tuple[str, bytes]], ids: Sequence[int]) -> dict[bytes, list[tuple[int, str]]]:
    """Return the pictures, each with its place in the index, that have the same whole hash."""
    found: dict[bytes, list[tuple[int, str]]] = {}
    for id_ in ids:
        media_id, stored = entries[id_]
        found.setdefault(stored, []).append((id_, media_id))
    return found


def _burst(asset: Asset, other: Asset | None) -> bool:
    taken, before = asset.capture.taken, other.capture.taken if other is not None else None
    if taken is None or before is None or (taken.tzinfo is None) != (before.tzinfo is None):
        return False
    return abs(taken - before) <= BURST


def _candidates(
    catalogue: Catalogue, numbers: NDArray[np.uint64], queries: NDArray[np.uint8]
) -> list[NDArray[np.int64]]:
    """Return what `_search` finds: for a large batch and an unchanged index, what it found before."""
    if _few(numbers, queries):
        return _search(numbers, queries)
    digest = hashlib.sha256(f"{VERSION} {COARSE} {queries.shape}".encode())
    digest.update(np.ascontiguousarray(queries).tobytes())
    digest.update(numbers.tobytes())
    kept = index.kept_search(catalogue, digest.hexdigest())
    if kept is None:
        found = _search(numbers, queries)
        counts = np.array([len(rows) for rows in found], np.int64)
        index.keep_search(catalogue, digest.hexdigest(), np.concatenate([counts, *found]).tobytes())
        return found
    counts, rows = np.split(np.frombuffer(kept, np.int64), [len(queries)])
    return np.split(rows, np.cumsum(counts)[:-1])


def _few(numbers: NDArray[np.uint64], queries: NDArray[np.uint8]) -> bool:
    comparisons: int = queries.shape[0] * queries.shape[1] * numbers.size
    return comparisons <= FEW_COMPARISONS


def _search(numbers: NDArray[np.uint64], queries: NDArray[np.uint8]) -> list[NDArray[np.int64]]:
    """Return for each query the rows of `numbers` that come near one of its forms in the first 64 bits.

    Multi-index hashing (Norouzi, Punjani and Fleet, 2012): of four quarters, one
    differs in at most two bits wherever the whole differs in at most eleven,
    and mostly beyond; so only rows that share such a quarter are compared.
    """
    number_of_forms = queries.shape[1]
    coarse = np.ascontiguousarray(queries[:, :, : index.COARSE_BYTES]).reshape(-1, index.COARSE_BYTES)
    wanted = coarse.view(">u8").ravel().astype(np.uint64)
    found: list[NDArray[np.int64]] = []
    few = _few(numbers, queries)
    if few:
        for start in range(0, len(wanted), FORMS_AT_ONCE):
            part = wanted[start : start + FORMS_AT_ONCE, None] ^ numbers[None, :]
            which, rows = np.nonzero(np.bitwise_count(part) <= COARSE)
            found.append(np.stack([which + start, rows]))
    for quarter in range(0 if few else 4):
        shift = np.uint64(16 * quarter)
        band = (numbers >> shift).astype(np.uint16)
        order = np.argsort(band, kind="stable").astype(np.int32)
        # Those of one bucket side by side, so that comparing them reads memory in order.
        banded = numbers[order]
        starts = np.concatenate([[0], np.cumsum(np.bincount(band, minlength=1 << 16))])
        parts = range(0, len(wanted), FORMS_AT_ONCE)
        with ThreadPoolExecutor(2) as pool:
            found += pool.map(
                lambda start, shift=shift, banded=banded, order=order, starts=starts: _near_in_quarter(
                    banded, wanted, start, shift, order, starts
                ),
                parts,
            )
    if not found:
        return [np.empty(0, np.int64) for _ in queries]
    pairs = np.concatenate(found, axis=1)
    keys = np.sort(pairs[0] // number_of_forms * len(numbers) + pairs[1])
    # Each once; `np.unique` would do, and draw in masked arrays for a tenth of a second.
    keys = keys[np.diff(keys, prepend=-1) > 0]
    bounds = np.searchsorted(keys, np.arange(len(queries) + 1) * len(numbers))
    rows = keys % max(1, len(numbers))
    return [rows[start:end] for start, end in itertools.pairwise(bounds)]


def _near_in_quarter(
    banded: NDArray[np.uint64],
    wanted: NDArray[np.uint64],
    start: int,
    shift: np.uint64,
    order: NDArray[np.int32],
    starts: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return pairs (form, row), int (2, n), that share a quarter but for two bits, and are near as a whole."""
    forms_ = wanted[start : start + FORMS_AT_ONCE]
    buckets = (forms_ >> shift).astype(np.uint16)[:, None] ^ _PROBES[None, :]
    lengths = (starts[buckets.astype(np.int64) + 1] - starts[buckets]).ravel()
    ends = np.cumsum(lengths)
    # The places of each bucket's rows in `banded`, one bucket after the other.
    places = np.arange(ends[-1], dtype=np.int32)
    places += np.repeat((starts[buckets].ravel() - (ends - lengths)).astype(np.int32), lengths)
    counts = lengths.reshape(buckets.shape).sum(axis=1)
    apart = banded[places]
    apart ^= np.repeat(forms_, counts)
    near = np.flatnonzero(np.bitwise_count(apart) <= COARSE)
    which = np.searchsorted(np.cumsum(counts), near, side="right")
    return np.stack([which + start, order[places[near]].astype(np.int64)])


class _Elsewhere:
    """Where an earlier picture is, and who has it, asked of the catalogue only when needed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._sent: Mapping[str, Any] | None = None

    def path(self, media_id: str) -> Path | None:
        """Return the path under which a picture was last seen."""
        paths = table.paths_of(self._catalogue, media_id)
        return Path(paths[0]) if paths else None

    def submitted(self, media_id: str) -> tuple[str, ...]:
        """Return the agencies that have a picture."""
        from stockctl.catalogue import ledger

        if self._sent is None:
            self._sent = ledger.sent(self._catalogue)
        return tuple(sorted(self._sent.get(media_id, ())))
