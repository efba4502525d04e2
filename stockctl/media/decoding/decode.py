"""Decode a picture once: upright pixels in sRGB, and what its file says of them."""

from __future__ import annotations

import re

from PIL import Image

from stockctl.errors import DamagedError, UnreadableError
from stockctl.media.decoding.beyond import beyond
from stockctl.media.decoding.jpeg import decode_jpeg
from stockctl.media.decoding.other import as_file, decode_other, told_size
from stockctl.media.decoding.picture import AGAIN, Memory, Picture
from stockctl.media.decoding.psd import decode_psd, document
from stockctl.media.decoding.quiet import quiet
from stockctl.media.jpeg import structure

_HEIC = "export it as JPEG: no agency takes HEIC from a contributor"


def decode(data: bytes | memoryview, format_: str, memory: Memory | None = None, *, at_least: int = 0) -> Picture:
    """Decode the first picture of a file, into `memory` where that is given and the decoder can.

    A damaged JPEG whose picture can still be shown is returned with
    `facts["damaged"]`. Where `at_least` pixels along the longer side will do, a
    JPEG may be scaled down on the way, in half the time.

    Raises:
        DamagedError: nothing, or only a part that cannot be trusted, can be shown.
        UnreadableError: the format cannot be decoded here, or the picture is too large.

    """
    if format_ == "heic":
        raise UnreadableError("HEIC pictures cannot be decoded", hint=_HEIC)
    if format_ == "jxl":
        raise UnreadableError("JPEG XL is not decoded here", hint="export it as JPEG: no agency takes JPEG XL")
    if found := beyond(data, format_):
        raise UnreadableError(found.why, hint="export it as JPEG, or with 8 bits per channel, to have it looked at")
    try:
        with quiet():
            if format_ == "jpeg":
                return decode_jpeg(data, memory or Memory(), at_least)
            return decode_psd(data) if format_ == "psd" else decode_other(data, format_)
    except (DamagedError, UnreadableError, MemoryError):
        raise
    except Exception as error:
        # Whatever a decoder raises is this file's problem: each has errors of its own.
        raise DamagedError(_in_words(str(error)), hint=AGAIN) from error


# What decoders say of data that end too early, and of data that they cannot follow, each in words of its own.
_ENDS = re.compile(r"truncat|premature|ends before|unexpected end|not enough", re.IGNORECASE)
_BROKEN = re.compile(r"decoder (?:error|object)|broken|corrupt|next frame|bad (?:chunk|image)", re.IGNORECASE)


def _in_words(said: str) -> str:
    if _ENDS.search(said):
        return "the file ends before the picture does"
    return "a part of the picture is broken" if _BROKEN.search(said) else f"cannot be decoded: {said}"


def announced_size(data: bytes | memoryview, format_: str = "") -> tuple[int, int]:
    """Return width and height as a picture's head has them, undecoded and unturned; zeros where nothing tells."""
    Image.MAX_IMAGE_PIXELS = None
    try:
        if size := told_size(data, format_):
            return size
        if found := beyond(data, format_):
            return found.width, found.height
        if format_ == "psd":
            head = document(memoryview(data))
            return head.width, head.height
        if format_ == "jpeg":
            frame = structure(data)
            return frame.width, frame.height
        with quiet(), Image.open(as_file(data)) as image:
            return image.size
    except Exception:  # noqa: BLE001 - each decoder has errors of its own, and none of them tells a size
        return 0, 0
