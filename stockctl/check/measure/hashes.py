"""Perceptual hashes: alike pictures have alike hashes, however they were scaled or coded."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.similar.forms import COLUMNS, KEPT, MOVES, ROWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.similar.forms import Move

# Side to which a picture is scaled.
SIDE = 64
# A ground is even within so many levels to either side, and makes a picture plain from this share of it on: 1 % of
# photos, and most logos and icons.
_EVEN = 3
_PLAIN_FROM = 0.8
# A border's levels lie within so many of each other; it takes at most the second share of a side, and opposite sides of
# it differ by at most the third.
BORDER, WIDEST, UNEQUAL = 6, 0.3, 0.015
# What stands where there is no picture, by whether it is mirrored there.
_RIMS = {False: cv2.BORDER_REPLICATE, True: cv2.BORDER_REFLECT_101}
# The lowest frequencies of the cosine transform (type II): (16, 64).
_COSINES = np.cos(np.outer(np.arange(KEPT), 2 * np.arange(SIDE) + 1) * (math.pi / (2 * SIDE))).astype(np.float32)


def perceptual_hashes(luma: NDArray[np.uint8]) -> dict[str, str]:
    """Return the facts by which alike pictures are found, hashes of 64 hex digits each.

    `phash` is the picture's own; `phash_moved` are those that it would have
    turned and cropped a little, by each of `MOVES`, one after the other. Only
    the own one is in the index; the others are looked up in it.
    """
    luma = trimmed(luma)
    reduced = _reduced(luma)
    moved = [
        cv2.warpAffine(reduced, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=_RIMS[move.mirrored])
        for move, matrix in zip(MOVES, _matrices(luma.shape[1] / luma.shape[0]), strict=True)
    ]
    low = _COSINES @ np.stack(moved) @ _COSINES.T
    plain = _is_plain(reduced)
    return {"phash": _hash(_frequencies(reduced), plain=plain), "phash_moved": _hash(low, plain=plain)}


def perceptual_hash(luma: NDArray[np.uint8]) -> str:
    """Return the hash of a picture by its luma, 256 bits as 64 hex digits.

    A bit for the sign of each of the 16 × 16 lowest frequencies of the cosine
    transform of the luma, scaled to 64 × 64 (after pHash: Zauner,
    Implementation and benchmarking of perceptual image hash functions, 2010);
    the first 64 bits are the lowest 8 × 8, a hash of their own for searching.
    Signs, not comparisons with the median: mirroring then only turns bits over.
    The first bit, of the mean brightness, tells instead whether the picture is
    plain: a small thing on an even ground.
    """
    reduced = _reduced(trimmed(luma))
    return _hash(_frequencies(reduced), plain=_is_plain(reduced))


def trimmed(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture without the even border that may lie around it: a frame, or bars on two sides.

    Only lines of one level are taken off, from opposite sides alike: a plain
    ground about a thing is no border, and stays where it reaches further in on
    one side than on the other.
    """
    height, width = luma.shape
    top, bottom = _even_lines(luma), _even_lines(luma[::-1])
    left, right = _even_lines(luma.T), _even_lines(luma[:, ::-1].T)
    down, across = min(top, bottom), min(left, right)
    # Frames are as wide on all sides or on two of them; a ground has other distances.
    if max(top, bottom) > down + height * UNEQUAL or max(left, right) > across + width * UNEQUAL:
        return luma
    if max(down / height, across / width) > WIDEST or not (down or across):
        return luma
    return luma[top : height - bottom or None, left : width - right or None]


def _even_lines(luma: NDArray[np.uint8]) -> int:
    """Return how many lines from the first on are of the first one's level."""
    first = int(luma[0, 0])
    # Most pictures have none: one line tells.
    if int(luma[0].max()) - int(luma[0].min()) > BORDER:
        return 0
    even = np.abs(luma[: luma.shape[0] // 2].astype(np.int16) - first).max(axis=1) <= BORDER
    return int(np.argmin(even)) if not even.all() else 0


def _reduced(luma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the mean levels of `SIDE` × `SIDE` even parts of a picture, in whole numbers.

    As OpenCV's INTER_AREA, in a third of its time: from the sums of all that lies
    above and to the left of each place, between two of which they run evenly.
    """
    if min(luma.shape) < SIDE:
        return cv2.resize(luma, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    sums = cv2.integral(luma)
    for axis, length in enumerate(luma.shape):
        at = np.arange(SIDE + 1) * (length / SIDE)
        before = np.minimum(at.astype(np.int64), length - 1)
        behind = np.expand_dims(at - before, 1 - axis)
        sums = np.diff(sums.take(before, axis) * (1 - behind) + sums.take(before + 1, axis) * behind, axis=axis)
    return np.asarray(np.rint(sums * (SIDE * SIDE / luma.size)), np.float32)


def _frequencies(reduced: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.dct(reduced), np.float32)


def _is_plain(reduced: NDArray[np.float32]) -> bool:
    """Whether most of a picture is of one brightness, but for a few levels."""
    levels = np.bincount(np.rint(reduced).astype(np.int64).ravel(), minlength=256)
    near = np.convolve(levels, np.ones(2 * _EVEN + 1, np.int64))
    return bool(near.max() > _PLAIN_FROM * reduced.size)


def _hash(frequencies: NDArray[np.float32], *, plain: bool) -> str:
    """Return the hash of a picture by its frequencies, or those of several, one after the other."""
    positive = frequencies[..., ROWS, COLUMNS] > 0
    positive[..., 0] = plain
    return np.packbits(positive, axis=-1).tobytes().hex()


# A batch has few aspects; a thousand of them take 2 MB.
@lru_cache(maxsize=1024)
def _matrices(aspect: float) -> tuple[NDArray[np.float64], ...]:
    """Return how `MOVES` move the pixels of a picture that was so much wider than high before it was scaled."""
    return tuple(_matrix(move, aspect) for move in MOVES)


def _matrix(move: Move, aspect: float) -> NDArray[np.float64]:
    angle = math.radians(move.degrees)
    # Enlarged so much, no corner of the turned picture is empty.
    filling = math.cos(angle) + max(aspect, 1 / aspect) * abs(math.sin(angle))
    scale = move.scale * filling**move.filling
    along, across = scale * math.cos(angle), scale * math.sin(angle)
    turn = np.array([[along, across / aspect], [-across * aspect, along]])
    middle = np.full(2, (SIDE - 1) / 2)
    return np.column_stack([turn, middle + SIDE * np.array(move.shift) - turn @ middle])
