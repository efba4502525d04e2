"""The two identities of a file: of its bytes, and of the picture coded in it.

`file_sha256` changes with every keyword; `media_id` does not, nor does it with
a new name: it is the hash of the coded picture data and their length.
"""

from __future__ import annotations

import hashlib
import itertools
import mmap
import re
import struct
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from stockctl.errors import DamagedError
from stockctl.files.source import Memory
from stockctl.media import directories
from stockctl.media.jpeg import end_of_image, next_marker
from stockctl.media.mapped import parts, release

if TYPE_CHECKING:
    from collections.abc import Iterator

# 128 bits: by the birthday bound a collision among 10^9 pictures has odds of 1 in 10^20.
MEDIA_ID_HEX = 32

Span = tuple[int, int]
Buffer = bytes | memoryview | mmap.mmap


def file_sha256(data: Buffer) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    digest = hashlib.sha256()
    for part in parts(memoryview(data)):
        digest.update(part)
    return digest.hexdigest()


def media_id(data: Buffer, format_: str) -> str:
    """Return the identity of the picture in a file's bytes: 32 hex digits.

    What is hashed: JPEG the scans and the tables between them, up to the first
    image's end; PNG the IDAT chunks; TIFF the strips or tiles of every page;
    WebP the VP8, VP8L, ALPH and animation chunks; MP4 and MOV the mdat boxes.
    Where a file is of another format, or its structure does not lead to any
    picture data, all of its bytes are hashed.
    """
    view = memoryview(data)
    digest = hashlib.sha256()
    total = 0
    for start, end in _spans(view, format_):
        digest.update(view[start:end])
        total += end - start
    return _identity(digest, total)


def _identity(digest: hashlib._Hash, total: int) -> str:
    digest.update(total.to_bytes(8, "big"))
    return digest.hexdigest()[:MEDIA_ID_HEX]


# More segments, chunks, boxes or strips than any picture has: a file of more is known by all of its bytes.
_MOST_PARTS = 1_000_000


def _spans(view: memoryview, format_: str) -> list[Span]:
    """Return the ranges of coded picture data; the whole file where there are none."""
    spans: list[Span] = []
    if format_ in _SPANS:
        try:
            spans = [(start, end) for start, end in _SPANS[format_](view) if end > start]
            if sum(end - start for start, end in spans) > 2 * len(view):
                # Parts that lie over each other would be gone through again and again.
                spans = []
        except (struct.error, IndexError, ValueError, DamagedError):
            spans = []
    return spans or [(0, len(view))]


# A file of more than this is gone through once, so much at a time, and both hashes are taken side by side.
_PART = 32 << 20


def identities(data: Buffer, format_: str) -> tuple[str, str]:
    """Return `media_id` and `file_sha256` of a file's bytes; of a mapped file no more than a part stays in memory."""
    view = memoryview(data)
    spans = _spans(view, format_) if len(view) > _PART else []
    if not spans or any(end > start for (_, end), (start, _) in itertools.pairwise(spans)):
        return media_id(view, format_), file_sha256(view)
    picture, whole = hashlib.sha256(), hashlib.sha256()
    with ThreadPoolExecutor(1) as beside:
        for at in range(0, len(view), _PART):
            part = view[at : at + _PART]
            done = beside.submit(whole.update, part)
            for start, end in spans:
                if start < at + len(part) and end > at:
                    picture.update(part[max(start - at, 0) : end - at])
            done.result()
            release(view)
    return _identity(picture, sum(end - start for start, end in spans)), whole.hexdigest()


_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SOS, _EOI, _SOI = 0xDA, 0xD9, 0xD8
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_SINGLE_SCAN = {0xC0, 0xC1, 0xC3, 0xC9}


def _jpeg(view: memoryview) -> Iterator[Span]:
    start = 0
    single_scan = False
    position = 2
    for _ in range(_MOST_PARTS):
        position, marker = next_marker(view, position)
        if position + 4 > len(view) or marker is None or marker == _EOI:
            break
        if marker in _STANDALONE or marker in {0x00, _SOI}:
            position += 2
        else:
            if marker in _SINGLE_SCAN:
                # Components of the frame: one scan holds them all only where it says so.
                components = view[position + 9]
                single_scan = True
            if marker == _SOS:
                start = start or position
                whole = single_scan and view[position + 4] == components
                position = _entropy_end(view, position + 2 + _u16(view, position + 2), whole=whole)
                continue
            position += 2 + _u16(view, position + 2)
    else:
        raise ValueError("more segments than any picture has")
    if start:
        yield start, min(position + 2, len(view))


def _entropy_end(view: memoryview, position: int, *, whole: bool) -> int:
    """Return where the coded data that begin at `position` are followed by a marker."""
    if whole and isinstance(view.obj, (bytes, mmap.mmap)):
        # The only scan of the picture: coded data cannot hold FF D9, so the first is the end.
        return end_of_image(view.obj, position)
    found = _MARKER.search(view, position)
    return found.start() if found else len(view)


def _png(view: memoryview) -> Iterator[Span]:
    position = 8
    for _ in range(_MOST_PARTS):
        if position + 8 > len(view):
            return
        length, name = struct.unpack_from(">I4s", view, position)
        if name in {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"fdAT"}:
            yield position + 8, min(position + 8 + length, len(view))
        position += 12 + length
    raise ValueError("more parts than any file has")


def _webp(view: memoryview) -> Iterator[Span]:
    position = 12
    for _ in range(_MOST_PARTS):
        if position + 8 > len(view):
            return
        name, length = struct.unpack_from("<4sI", view, position)
        if name in {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}:
            yield position + 8, min(position + 8 + length, len(view))
        position += 8 + length + (length & 1)
    raise ValueError("more parts than any file has")


def _bmff(view: memoryview) -> Iterator[Span]:
    position = 0
    for _ in range(_MOST_PARTS):
        if position + 8 > len(view):
            return
        length, name = struct.unpack_from(">I4s", view, position)
        header = 8
        if length == 1:
            length = struct.unpack_from(">Q", view, position + 8)[0]
            header = 16
        elif length == 0:
            length = len(view) - position
        if length < header:
            return
        if name == b"mdat":
            yield position + header, min(position + length, len(view))
        position += length
    raise ValueError("more parts than any file has")


# Offsets and byte counts of strips and of tiles, TIFF 6.0.
_STRIPS, _TILES = (273, 279), (324, 325)
_NUMBERS = {2: "H", 4: "I", 8: "Q"}
_MOST_PAGES, _MOST_ENTRIES = 1000, 100_000


def _tiff(view: memoryview) -> Iterator[Span]:
    source = Memory(view)
    flavour, offset = directories.header(source)
    visited: set[int] = set()
    entries = 0
    while offset and offset not in visited and len(visited) < _MOST_PAGES:
        visited.add(offset)
        page = directories.read(source, flavour, offset)
        entries += len(page.entries)
        step, count, word = (20, 8, 8) if flavour.big else (12, 2, 4)
        if offset + count + step * len(page.entries) + word > len(view) or entries > _MOST_ENTRIES:
            # Cut off before its last pointer, or worse.
            raise ValueError("its pages cannot be trusted")
        for where, counts in (_STRIPS, _TILES):
            starts, lengths = (_numbers(source, flavour, page.get(tag)) for tag in (where, counts))
            for start, length in zip(starts, lengths, strict=False):
                yield start, min(start + length, len(view))
        offset = page.next


def _numbers(source: Memory, flavour: directories.Flavour, entry: directories.Entry | None) -> tuple[int, ...]:
    size = directories.TYPE_SIZES.get(entry.type, 0) if entry else 0
    if entry is None or size not in _NUMBERS or entry.type not in directories.WHOLE or entry.values > _MOST_PARTS:
        return ()
    return flavour.unpack(f"{entry.values}{_NUMBERS[size]}", directories.value(source, entry))


def _u16(view: memoryview, position: int) -> int:
    return view[position] << 8 | view[position + 1]


_SPANS = {
    "jpeg": _jpeg,
    "png": _png,
    "tiff": _tiff,
    "webp": _webp,
    **dict.fromkeys(("mp4", "mov", "m4a", "heic", "avif"), _bmff),
}
