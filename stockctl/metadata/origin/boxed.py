"""The hash that binds an ISO media file (MP4, MOV, HEIF, AVIF) to its Content Credentials.

By the C2PA specification 2.1, 9.2 and 18.7 (`c2pa.hash.bmff`, `.v2`, `.v3`): all of
the file but the boxes, and parts of boxes, that the assertion excludes; from
version 2 on, the place of each box of the first level stands before it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from stockctl.errors import DamagedError
from stockctl.files.source import Memory
from stockctl.media.mapped import release
from stockctl.metadata.containers.bmff import boxes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.files.source import Source

HASHES = frozenset({"sha256", "sha384", "sha512"})
_FIRST = "c2pa.hash.bmff"
_PART = 16 << 20
_MOST_EXCLUSIONS, _MOST_PLACES, _DEEPEST = 100, 10_000, 8


def is_as_signed(label: str, said: dict[Any, Any], algorithm: str, data: memoryview) -> bool | None:
    """Return whether a file is the one that an assertion of this label binds; None where that is not computed here.

    Not computed are trees of hashes, of files in fragments, and paths that name one box of several.
    """
    expected, exclusions = said.get("hash"), said.get("exclusions") or []
    if said.get("merkle") or not isinstance(expected, bytes) or algorithm not in HASHES:
        return None
    if not isinstance(exclusions, list) or len(exclusions) > _MOST_EXCLUSIONS:
        return None
    source = Memory(data)
    left_out: list[tuple[int, int]] = []
    whole: set[int] = set()
    try:
        for one in exclusions:
            parts = one.get("xpath", "").split("/")
            if parts[0] or not 1 < len(parts) <= _DEEPEST or any(len(part) != 4 for part in parts[1:]):
                return None
            types = [part.encode("latin-1") for part in parts[1:]]
            for start, end in _boxes_at(source, types, 0, len(data)):
                if not _is_meant(source, one, start, end):
                    continue
                subsets = one.get("subset")
                if subsets is None:
                    whole.add(start)
                    left_out.append((start, end))
                for part in subsets or ():
                    begin = start + int(part["offset"])
                    if start <= begin < end:
                        left_out.append((begin, min(end, begin + int(part["length"])) if part["length"] else end))
                if len(left_out) > _MOST_PLACES:
                    return None
    except (DamagedError, AttributeError, KeyError, TypeError, UnicodeError):
        return None
    marked = (
        [] if label == _FIRST else [start for start, _ in _boxes_at(source, [], 0, len(data)) if start not in whole]
    )
    return _digest(algorithm, sorted(left_out), marked, data) == expected


def _boxes_at(source: Source, types: list[bytes], at: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of the boxes that a path of types leads to; of those of the first level without one."""
    for box in boxes(source, at, end):
        if not types or box.type == types[0]:
            if len(types) <= 1:
                yield at, box.end
            else:
                # QuickTime's `meta` has no version and flags.
                wide = 4 if box.type == b"meta" and source.at(box.start + 4, 4) != b"hdlr" else 0
                yield from _boxes_at(source, types[1:], box.start + wide, box.end)
        at = box.end


def _is_meant(source: Source, exclusion: dict[Any, Any], start: int, end: int) -> bool:
    """Whether a box fits all that an exclusion says of it beside its path."""
    if exclusion.get("length") not in {None, end - start}:
        return False
    head = 16 if source.at(start, 4) == b"\0\0\0\1" else 8
    version, flags = exclusion.get("version"), exclusion.get("flags")
    if version is not None and source.at(start + head, 1)[0] != version:
        return False
    if flags is not None:
        found, wanted = (int.from_bytes(part, "big") for part in (source.at(start + head + 1, 3), flags))
        if found != wanted if exclusion.get("exact") in {None, True} else found & wanted != wanted:
            return False
    return all(
        source.at(start + part["offset"], len(part["value"])) == part["value"] for part in exclusion.get("data") or ()
    )


def _digest(algorithm: str, left_out: list[tuple[int, int]], marked: list[int], data: memoryview) -> bytes:
    """Return the hash of what is not left out, with the number of each marked place before what stands there."""
    digest = hashlib.new(algorithm)
    at = 0
    stops = sorted([*((start, end, False) for start, end in left_out), *((place, place, True) for place in marked)])
    for start, end, is_mark in [*stops, (len(data), len(data), False)]:
        for part in range(at, start, _PART):
            digest.update(data[part : min(part + _PART, start)])
            release(data)
        if is_mark:
            digest.update(start.to_bytes(8, "big"))
        at = max(at, end)
    return digest.digest()
