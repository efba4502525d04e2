"""Words from the picture itself, read off the thumbnail that the camera put into the file.

The thumbnail is decoded in a millisecond where the picture takes a hundred; what
is looked for (no colour at all, one colour over most of it, a wide even area)
shows at that size. A file without one yields nothing.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from stockctl.keyword.candidate import Candidate, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stockctl.keyword.subject import Subject

_GREY, _COLOUR, _SPACE = 0.7, 0.35, 0.4
# Channels of a picture without colour differ by no more than JPEG's rounding, in levels of 256.
_COLOURLESS_LEVELS = 6
# A colour is named where it fills so much of the picture.
_DOMINANT_SHARE = 0.4
# What is no brighter is black, in levels.
_BLACK_LEVELS = 12
# An area is even where neighbouring pixels differ by less, in levels; copy space fills such a share of one half.
_EVEN_LEVELS, _EVEN_SHARE = 4.0, 0.85
# Hue in degrees: the upper end of each name; red begins again at the end of the circle.
_HUES = ((15, "red"), (42, "orange"), (68, "yellow"), (165, "green"), (195, "turquoise"), (255, "blue"),
         (290, "purple"), (335, "pink"), (360, "red"))  # fmt: skip


def from_picture(subject: Subject) -> Iterator[Candidate]:
    """Yield black and white, a dominant colour, and copy space."""
    pixels = _pixels(subject.small)
    if pixels is None:
        return
    spread = _highest(pixels) - _lowest(pixels)
    if np.count_nonzero(spread > _COLOURLESS_LEVELS) <= 0.01 * spread.size:
        yield Candidate("black and white", Source.PICTURE, _GREY, "no colour in it")
        yield Candidate("monochrome", Source.PICTURE, _GREY / 2, "no colour in it")
    else:
        colour = dominant_colour(pixels)
        if colour:
            yield Candidate(colour, Source.PICTURE, _COLOUR, f"{colour} fills most of it")
    if has_copy_space(pixels):
        yield Candidate("copy space", Source.PICTURE, _SPACE, "an even area on one side")


def dominant_colour(pixels: NDArray[np.float32]) -> str:
    """Return the name of the hue that fills 40 % of an RGB picture (3, H, W; 0 to 255), or an empty text."""
    top = _highest(pixels)
    range_ = top - _lowest(pixels)
    vivid = (range_ > 0.25 * np.maximum(top, 1)) & (top > 50)
    if np.count_nonzero(vivid) < _DOMINANT_SHARE * vivid.size:
        return ""
    red, green, blue = (channel[vivid] for channel in pixels)
    highest, span = top[vivid], range_[vivid]
    hue = np.where(
        highest == red,
        (green - blue) / span % 6,
        np.where(highest == green, (blue - red) / span + 2, (red - green) / span + 4),
    )
    places = np.digitize(hue * 60, [end for end, _ in _HUES[:-1]])
    counts: dict[str, int] = {}
    for place, count in enumerate(np.bincount(places, minlength=len(_HUES)).tolist()):
        name = _HUES[place][1]
        counts[name] = counts.get(name, 0) + count
    name = max(counts, key=lambda colour: counts[colour])
    return name if counts[name] >= _DOMINANT_SHARE * vivid.size else ""


def has_copy_space(pixels: NDArray[np.float32]) -> bool:
    """Whether one half of an RGB picture (3, H, W), left, right or top, is even, and the other is not."""
    red, green, blue = pixels
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    even: NDArray[np.bool_] = np.zeros(luma.shape, bool)
    even[:-1, :-1] = (np.abs(luma[1:, :-1] - luma[:-1, :-1]) < _EVEN_LEVELS) & (
        np.abs(luma[:-1, 1:] - luma[:-1, :-1]) < _EVEN_LEVELS
    )
    height, width = luma.shape[0], luma.shape[1]
    halves = (even[:, : width // 2], even[:, width // 2 :], even[: height // 2])
    others = (halves[1], halves[0], even[height // 2 :])
    return any(half.mean() >= _EVEN_SHARE > other.mean() + 0.1 for half, other in zip(halves, others, strict=True))


def _highest(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each pixel's highest channel."""
    highest: NDArray[np.float32] = np.maximum(np.maximum(pixels[0], pixels[1]), pixels[2])
    return highest


def _lowest(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each pixel's lowest channel."""
    lowest: NDArray[np.float32] = np.minimum(np.minimum(pixels[0], pixels[1]), pixels[2])
    return lowest


def _pixels(thumbnail: bytes) -> NDArray[np.float32] | None:
    """Return a thumbnail's channels, shape (3, H, W): whole channels are worked on several times faster than pixels."""
    if not thumbnail:
        return None
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(thumbnail)) as image:
            image.thumbnail((160, 160))
            pixels = np.ascontiguousarray(np.asarray(image.convert("RGB")).transpose(2, 0, 1), np.float32)
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError):
        return None
    # Cameras fill a thumbnail up to 4:3 with black bars.
    lit = _highest(pixels) > _BLACK_LEVELS
    rows, columns = lit.any(axis=1), lit.any(axis=0)
    if not rows.all() or not columns.all():
        pixels = np.ascontiguousarray(pixels[:, rows][:, :, columns])
    return pixels if min(pixels.shape[1:]) >= 16 else None
