"""Small pictures for reports: an overview, and places at 100 %."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from stockctl.files.fingerprint import unreadable
from stockctl.media.decode import decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# x, y, width, height in pixels of the upright picture, as in `report.finding`.
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Preview:
    """JPEG bytes of an overview, and of each place asked for."""

    overview: bytes
    crops: Mapping[Box, bytes]


def preview(path: Path, format_: str, boxes: Sequence[Box], *, overview: int, crop: int) -> Preview:
    """Decode a picture once and return its overview and its crops, upright and in sRGB.

    `overview` is the longest side of the overview, `crop` the side of a crop
    (at 100 %, around the middle of its box), both in pixels.

    Raises:
        FileProblem: the file cannot be read or decoded.

    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    picture = Image.fromarray(decode(data, format_).pixels)
    crops = {box: _jpeg(picture.crop(_around(box, crop, picture.size)), 88) for box in boxes}
    small = picture.copy()
    small.thumbnail((overview, overview), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return Preview(_jpeg(small, 80), crops)


def _around(box: Box, side: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    x, y, width, height = box
    left = max(0, min(x + width // 2 - side // 2, size[0] - side))
    top = max(0, min(y + height // 2 - side // 2, size[1] - side))
    return left, top, min(left + side, size[0]), min(top + side, size[1])


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, subsampling=0 if quality > 85 else 2)
    return buffer.getvalue()
