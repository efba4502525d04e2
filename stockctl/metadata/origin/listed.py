"""The hashes that bind a JPEG, PNG or WebP (or another RIFF file) to its Content Credentials, box by box.

By the C2PA specification 2.2, 15.12.3 and 18.7 (`c2pa.hash.boxes`): the assertion
lists all boxes of the file in their order, one or more of them with the hash of
all that lies from the first one's start to the last one's end. A box is a segment
of a JPEG (a scan with its coded data), a chunk of a PNG or of RIFF.
"""

from __future__ import annotations

import hashlib
import re
from itertools import islice
from typing import Any, NamedTuple

from stockctl.errors import DamagedError
from stockctl.files.source import Memory
from stockctl.media.mapped import release
from stockctl.metadata.containers import chunks
from stockctl.metadata.origin.boxed import HASHES

_PART = 16 << 20
# Restart markers of a large picture may stand behind each of its blocks.
_MOST_BOXES, _MOST_EXCLUSIONS = 100_000, 1000
# The box that holds the credentials themselves, and all behind the last box, by their names in the assertion.
_STORE, _AFTER = "C2PA", "c2pa.after"
_PNG_HEAD = "PNGh"
# A JUMBF box of manifests (C2PA 2.2, 11.1.4.2), in the first of the segments that it is parted into.
_STORE_TYPE = bytes.fromhex("6332706100110010800000AA00389B71")
# Markers of a JPEG by ISO/IEC 10918-1, table B.1; those of one letter and a number are counted from the first.
_SOI, _EOI, _SOS, _RST0, _APP11 = 0xD8, 0xD9, 0xDA, 0xD0, 0xEB
_NAMES = {
    **{0xC0 + n: f"SOF{n}" for n in range(16) if n not in {4, 8, 12}},
    **{_RST0 + n: f"RST{n}" for n in range(8)},
    **{0xE0 + n: f"APP{n}" for n in range(16)},
    **{0xF0 + n: f"JPG{n}" for n in range(14)},
    0xC4: "DHT",
    0xC8: "JPG",
    0xCC: "DAC",
    _SOI: "SOI",
    _EOI: "EOI",
    _SOS: "SOS",
    0xDB: "DQT",
    0xDC: "DNL",
    0xDD: "DRI",
    0xDE: "DHP",
    0xDF: "EXP",
    0xFE: "COM",
    0x01: "TEM",
}
_ALONE = frozenset({_SOI, _EOI, 0x01, *range(_RST0, _RST0 + 8)})
_CODED = frozenset({_SOS, *range(_RST0, _RST0 + 8)})
_MARKER = re.compile(rb"\xff[\x01-\xfe]")


class _Box(NamedTuple):
    """A box: its name in the assertion, where it starts and ends."""

    name: str
    start: int
    end: int


def is_as_signed(said: dict[Any, Any], algorithm: str, data: memoryview) -> bool | None:
    """Return whether a file is the one whose boxes an assertion lists; None where that is not computed here.

    `algorithm` is the claim's own. Pictures behind the first one of a JPEG may be
    listed or not. Not computed are other formats (TIFF, GIF, fonts).
    """
    listed = said.get("boxes")
    if not isinstance(listed, list) or not listed:
        return None
    try:
        entries = [([str(name) for name in one["names"]], one) for one in listed]
        found = _boxes(data)
        algorithm = said.get("alg") or algorithm
        if not any(name.startswith("RST") for names, _ in entries for name in names):
            return _fits(entries, _with_restarts(found, listed=False), algorithm, data)
        same = _fits(entries, found, algorithm, data)
        # Writers in use take the whole scan for one box, and list its restart markers, alone, once more.
        return same if same is not False else _fits(entries, _with_restarts(found, listed=True), algorithm, data)
    except (DamagedError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None


def _fits(
    entries: list[tuple[list[str], dict[Any, Any]]], found: list[_Box], algorithm: str, data: memoryview
) -> bool | None:
    """Return whether boxes are those that the entries name, in their order and with their hashes."""
    at = int(found[0].name == _PNG_HEAD != entries[0][0][0])
    for names, one in entries:
        boxes = found[at : at + len(names)]
        if names == [_AFTER] and at:
            boxes = [_Box(_AFTER, found[at - 1].end, len(data))]
        else:
            at += len(names)
        if [box.name for box in boxes] != names:
            return False
        if names == [_STORE] or one.get("excluded") is True:
            continue
        named = one.get("alg") or algorithm
        if named not in HASHES:
            return None
        if _digest(named, boxes, one.get("exclusions") or [], data) != one.get("hash"):
            return False
    # What is left over was put in later, unless it is another picture, behind the first one's end.
    return at == len(found) or (at > 0 and found[at].name == "SOI")


def _with_restarts(found: list[_Box], *, listed: bool) -> list[_Box]:
    """Return boxes in which a scan holds its restart intervals, with their markers listed behind it or not."""
    scans: list[_Box] = []
    last = 0
    for box in found:
        if box.name.startswith("RST") and scans:
            scans[last] = scans[last]._replace(end=box.end)
            scans += [box._replace(end=box.start + 2)] if listed else []
        else:
            last = len(scans)
            scans.append(box)
    return scans


def _boxes(data: memoryview) -> list[_Box]:
    """Return the boxes of a file in their order.

    Raises:
        DamagedError: there is no such format, or there are too many boxes.

    """
    head = bytes(data[:12])
    if head.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if head.startswith(b"\x89PNG"):
        return _png(data)
    if head.startswith(b"RIFF"):
        return _riff(data)
    raise DamagedError("no format whose boxes are listed")


def _jpeg(data: memoryview) -> list[_Box]:
    """Return the segments of a JPEG, and of the pictures that follow it without a gap."""
    found: list[_Box] = []
    at, store = 0, b""
    while len(found) < _MOST_BOXES:
        marked = _MARKER.search(data, at)
        ended = bool(found) and found[-1].name == "EOI"
        if marked is None or (ended and bytes(data[at : at + 2]) != b"\xff\xd8"):
            return found
        start, marker = marked.start(), data[marked.start() + 1]
        end = start + 2
        if marker not in _ALONE:
            end += max(2, int.from_bytes(data[end : end + 2], "big"))
        if marker in _CODED:
            following = _MARKER.search(data, end)
            end = following.start() if following else len(data)
        name = _NAMES.get(marker, "?")
        if marker == _APP11 and bytes(data[start + 4 : start + 6]) == b"JP":
            part = bytes(data[start + 6 : start + 8])
            if found[-1].name == _STORE and part == store:
                found[-1] = found[-1]._replace(end=end)
                at = end
                continue
            if _STORE_TYPE in bytes(data[start : min(end, start + 80)]):
                name, store = _STORE, part
        found.append(_Box(name, start, end))
        at = end
    raise DamagedError("more boxes than any picture needs")


def _png(data: memoryview) -> list[_Box]:
    """Return the head and the chunks of a PNG."""
    walked = islice(chunks.png(Memory(data)), _MOST_BOXES)
    return [_Box(_PNG_HEAD, 0, 8), *(_chunk(one, b"caBX") for one in walked)]


def _riff(data: memoryview) -> list[_Box]:
    """Return the head and the chunks of a RIFF file; a list is one box by its type."""
    end = 8 + int.from_bytes(data[4:8], "little")
    if bytes(data[end : end + 4]) == b"RIFF":
        raise DamagedError("RIFF in several parts")
    found = [_Box(bytes(data[8:12]).decode("latin-1"), 0, 12)]
    for one in islice(chunks.riff(Memory(data), min(end, len(data))), _MOST_BOXES):
        box = _chunk(one, b"C2PA")
        kind = bytes(data[one.body : one.body + 4]).decode("latin-1")
        found.append(box._replace(name=kind) if one.name == b"LIST" else box)
    return found


def _chunk(one: chunks.Chunk, store: bytes) -> _Box:
    return _Box(_STORE if one.name == store else one.name.decode("latin-1"), one.start, one.end)


def _digest(algorithm: str, boxes: list[_Box], exclusions: list[Any], data: memoryview) -> bytes:
    """Return the hash from the first box's start to the last one's end, without what is excluded of each.

    An exclusion names its box by number, from 0; where it names none, there is one box.
    """
    left_out = []
    for one in exclusions[:_MOST_EXCLUSIONS]:
        start = boxes[one.get("boxIndex", 0)].start + int(one["start"])
        left_out.append((start, start + int(one["length"])))
    digest = hashlib.new(algorithm)
    at = boxes[0].start
    for start, end in [*sorted(left_out), (boxes[-1].end, boxes[-1].end)]:
        for part in range(at, min(start, len(data)), _PART):
            digest.update(data[part : min(part + _PART, start)])
            release(data)
        at = max(at, end)
    return digest.digest()
