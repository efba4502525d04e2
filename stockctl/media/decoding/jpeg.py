"""Decode JPEG: by libjpeg-turbo, which tells what is broken; what it does not read goes through Pillow."""

from __future__ import annotations

import re
import struct

import simplejpeg

from stockctl.errors import DamagedError, UnreadableError
from stockctl.media.decoding.colour import colour_space
from stockctl.media.decoding.other import decode_other
from stockctl.media.decoding.picture import AGAIN, Memory, Picture, guard, space_facts
from stockctl.media.jpeg import BrokenStructureError, Structure, structure


def decode_jpeg(data: bytes | memoryview, memory: Memory, at_least: int) -> Picture:
    """Decode the first picture of a JPEG file; see `decode.decode`."""
    try:
        found = structure(data)
    except (BrokenStructureError, struct.error, IndexError) as error:
        raise DamagedError(f"no JPEG picture in it: {error}", hint=AGAIN) from error
    guard(found.width, found.height, found.held)
    if found.coding == "lossless" or found.bits != 8:
        raise UnreadableError(
            f"{found.coding or 'lossy'} JPEG of {found.bits} bits is not decoded here", hint=_BASELINE
        )
    damaged = "" if found.end is not None else "the file ends before the picture does"
    if found.end is not None and found.pictures > 1:
        damaged = _harm_of_second(memoryview(data)[found.end :])
    if found.components not in {1, 3} or found.bits != 8:
        # What decodes it below says nothing of broken data.
        damaged = damaged or (_harm(data, "CMYK") if found.components == 4 else "")
        return _with(decode_other(data, "jpeg", found.held), found, damaged)
    room = memory.room(found.width * found.height * 3)
    # Nothing given means full size to this decoder.
    least = {"min_width" if found.width >= found.height else "min_height": at_least}
    try:
        pixels = simplejpeg.decode_jpeg(data, strict=True, buffer=room, **least)
    except ValueError as error:
        damaged = damaged or _in_words(str(error))
        try:
            pixels = simplejpeg.decode_jpeg(data, strict=False, buffer=room, **least)
        except ValueError:
            # Arithmetic coding, odd sampling: beyond this decoder, not beyond Pillow's.
            return _with(decode_other(data, "jpeg", found.held), found, damaged)
    space = colour_space(found.profile or None, "L" if found.components == 1 else "RGB")
    facts = {"mode": "L" if found.components == 1 else "RGB", "bits": 8, "alpha": False, **space_facts(space)}
    return _with(Picture(pixels, 1, space, facts), found, damaged)


_BASELINE = "export it again as plain (baseline) JPEG, which every program reads"

# libjpeg's warnings of files that show as they should: an oddity of the program that wrote them.
_BENIGN = re.compile(r"Invalid SOS parameters|Unknown Adobe color transform|Unrecognized component IDs")
_WORDS = (
    (re.compile(r"premature end", re.IGNORECASE), "coded data end too early: a part of the picture is grey"),
    (re.compile(r"Huffman"), "coded data are broken: from some row on the picture is wrong"),
    (re.compile(r"extraneous bytes"), "coded data are broken: bytes are left over"),
    (re.compile(r"marker|restart", re.IGNORECASE), "coded data are broken: a marker stands where none may"),
)


def _harm_of_second(rest: memoryview) -> str:
    """Return in words what is broken of the picture behind the first one (MPO, Ultra HDR); "" of none."""
    start = bytes(rest[:4096]).find(b"\xff\xd8\xff")
    if start < 0:
        return ""
    try:
        found = structure(rest[start:])
    except (BrokenStructureError, struct.error, IndexError):
        found = None
    if found is None or found.end is None:
        return "the file ends before its second picture (preview or gain map) does"
    harm = _harm(rest[start:], "GRAY") if found.components in {1, 3} else ""
    return f"its second picture (preview or gain map): {harm}" if harm else ""


def _harm(data: bytes | memoryview, colours: str) -> str:
    """Return in words what is broken of a JPEG's coded data; "" where nothing is, or where this decoder cannot tell."""
    try:
        simplejpeg.decode_jpeg(data, colours, strict=True, min_width=1)
    except ValueError as error:
        text = str(error)
        return _in_words(text) if any(pattern.search(text) for pattern, _ in _WORDS) else ""
    return ""


def _in_words(warning: str) -> str:
    """Return what a warning of the decoder means; "" where it means nothing for the picture."""
    if _BENIGN.search(warning):
        return ""
    for pattern, words in _WORDS:
        if pattern.search(warning):
            return words
    return f"the decoder says: {warning}"


def _with(picture: Picture, found: Structure, damaged: str) -> Picture:
    facts = picture.facts | {
        "progressive": found.progressive,
        **({"coding": found.coding} if found.coding else {}),
        "quality": _quality(found.tables),
        "pictures": found.pictures,
        "gain_map": found.gain_map,
        "orientation": found.orientation,
        **({"damaged": damaged} if damaged else {}),
    }
    return Picture(picture.stored, found.orientation, picture.space, facts, found.tables)


# ISO/IEC 10918-1 table K.1, summed: the luma table of quality 50 in libjpeg's scale.
_K1_SUM = 3688


def _quality(tables: tuple[tuple[int, ...], ...]) -> int | None:
    """Return the quality, 1 to 100, at which libjpeg would write a luma table of the same sum."""
    if not tables:
        return None
    scale = sum(tables[0]) * 100 / _K1_SUM
    return max(1, min(100, round(5000 / scale if scale > 100 else (200 - scale) / 2)))
