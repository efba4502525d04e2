"""Small pictures for reports: an overview, and places at 100 %."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import simplejpeg

from stockctl.files.fingerprint import unreadable
from stockctl.files.opening import LARGEST_PICTURE, read_bytes
from stockctl.media.decoding.decode import decode
from stockctl.media.decoding.picture import Memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from stockctl.media.decoding.picture import Picture

# x, y, width, height in pixels of the upright picture, as in `report.finding`.
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Preview:
    """JPEG bytes of an overview, and of each place asked for."""

    overview: bytes
    crops: Mapping[Box, bytes]


_MEMORY = Memory()


def preview(path: Path, format_: str, boxes: Sequence[Box], *, overview: int, crop: int) -> Preview:
    """Decode a picture once and return its overview and its crops, upright and in sRGB.

    `overview` is the longest side of the overview, `crop` the side of a crop
    (at 100 %, around the middle of its box), both in pixels.

    Raises:
        FileProblem: the file cannot be read or decoded.

    """
    try:
        data = read_bytes(path, LARGEST_PICTURE)
    except OSError as error:
        raise unreadable(path, error) from error
    picture = decode(data, format_, _MEMORY, at_least=0 if boxes else overview)
    whole = picture.upright(picture.stored)
    crops = {}
    for box in boxes:
        left, top, right, bottom = _around(box, crop, (picture.width, picture.height))
        crops[box] = _jpeg(picture.space.to_srgb(np.ascontiguousarray(whole[top:bottom, left:right])), 88)
    return Preview(_jpeg(_reduced(picture, overview), 80), crops)


def _reduced(picture: Picture, side: int) -> NDArray[np.uint8]:
    """Return a picture upright and in sRGB, its longest side at most `side` pixels, uint8 (height, width, 3)."""
    lying = picture.stored
    while max(lying.shape) >= 4 * side:
        height, width = (max(2, length // 2 * 2) for length in lying.shape[:2])
        # Exact halves first: they are a quarter of the time of one odd step.
        lying = np.asarray(
            cv2.resize(lying[:height, :width], (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8
        )
    scale = min(1.0, side / max(lying.shape))
    size = tuple(max(1, round(length * scale)) for length in lying.shape[1::-1])
    small = np.asarray(cv2.resize(lying, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(picture.upright(picture.space.to_srgb(small)))


def _around(box: Box, side: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    x, y, width, height = box
    left = max(0, min(x + width // 2 - side // 2, size[0] - side))
    top = max(0, min(y + height // 2 - side // 2, size[1] - side))
    return left, top, min(left + side, size[0]), min(top + side, size[1])


def _jpeg(pixels: NDArray[np.uint8], quality: int) -> bytes:
    sampling = "444" if quality > 85 else "420"
    return bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality=quality, colorsubsampling=sampling))
