"""Noise of brightness and of colour, from the flattest places of a picture."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.measure.ranks import median, quantiles
from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Tiles

# Tiles that are looked at, the flattest first, and the side of a block in them, in pixels.
FLATTEST = 24
BLOCK = 16
# The share of their blocks with the least noise, which has no texture in it.
EVERYWHERE = 0.1
# Grain is white or pink: what stands in a block apart from a slope is 0.9 to 2.7 times what the mask tells of it in the
# evenest fifth of the blocks. Leaves, scales and cloth vary more slowly.
TEXTURED, EVENEST = 2.7, 0.2
# By which power of that it counts for less: grain over texture, and edges. Of normal noise the mask's mean magnitude is
# 0.798 of its root mean square, of 6 levels over crumbs of leaves 0.78, of the crumbs alone 0.72.
OVER_TEXTURE, OF_EDGES, NORMAL = 1.5, 8.0, 0.75
# Coarse grain, as small sensors and demosaicing leave it, varies slowly, too, but alike: where the middle of the blocks
# differ by less than this of their median, it is no texture's edges. Crumbs of leaves differ by 0.66.
ALIKE = 0.5
# Grain is the same in all flats: where the middle of the blocks differ by more than this of their median, it counts for
# what it is in the evenest fifth. A grain of 3 levels in all of a picture reaches 0.73.
UNLIKE = 0.8
# Levels outside which noise is cut off, so that it would seem less.
DARK, BRIGHT = 12.0, 243.0

# Immerkaer's mask, the difference of two Laplacians, blind to constant slopes: this, down and across.
_MASK = np.array([1, -2, 1], np.float32)
# Mean magnitude of the mask's answer to Gaussian noise of 1 level: 6 × √(2/π).
_ANSWER = 6 * np.sqrt(2 / np.pi)


def noise(found: Tiles) -> tuple[dict[str, float], int | None, float]:
    """Measure noise in flat blocks of 16 × 16 pixels.

    Values:
        noise: standard deviation of luma, levels of 255 (Immerkaer, Fast noise
            variance estimation, 1996), the median of the blocks of the flattest tiles;
            less where even the evenest fifth of them varies more slowly than
            grain does, for that is texture, and much less where the mask's
            answer is that of edges, few and large, and not that of noise.
        chroma_noise: the same of Cb and Cr together, at half the resolution
            (which JPEG's 4:2:0 leaves), levels.

    Also returns the tile in which noise shows best, and the noise, levels, that
    is everywhere. Values and tile are absent where the whole picture is black or white.
    """
    usable = np.flatnonzero((found.mean > DARK) & (found.mean < BRIGHT))
    chosen = usable[np.argsort(found.activity[usable])[:FLATTEST]]
    if len(chosen) == 0:
        return {}, None, 0.0
    grey = found.grey[chosen].reshape(-1, TILE)
    # The mean of a block is full where all of its pixels are.
    within = cv2.resize(cv2.inRange(grey, 4, 251), None, fx=1 / BLOCK, fy=1 / BLOCK, interpolation=cv2.INTER_AREA)
    inside = within.reshape(len(chosen), TILE // BLOCK, TILE // BLOCK) == 255
    if not inside.any():
        return {}, None, 0.0
    ycc = cv2.cvtColor(found.rgb[chosen].reshape(-1, TILE, 3), cv2.COLOR_RGB2YCrCb)
    half = cv2.resize(ycc, (TILE // 2, len(ycc) // 2), interpolation=cv2.INTER_AREA)
    planes = [np.asarray(cv2.extractChannel(half, k), np.uint8) for k in (1, 2)]
    sigma, spread = _sigma(grey, BLOCK), _spread(grey, BLOCK)
    colour, colours = (np.hypot(*(tell(plane, BLOCK // 2) for plane in planes)) for tell in (_sigma, _spread))
    edges = partial(_has_edges, grey, inside)
    luma_noise = _grain(sigma[inside], spread[inside], edges)
    chroma_noise = _grain(colour[inside], colours[inside], lambda: False)
    quiet = np.where(inside, sigma, np.inf).min(axis=(1, 2))
    values = {"noise": luma_noise, "chroma_noise": chroma_noise}
    (everywhere,) = quantiles(sigma[inside], EVERYWHERE)
    return values, int(chosen[int(np.argmin(quiet))]), everywhere


def _has_edges(planes: NDArray[np.uint8], inside: NDArray[np.bool_]) -> bool:
    """Whether the mask answers to edges in most blocks that count, of square planes below each other."""
    answer = cv2.sepFilter2D(planes, cv2.CV_16S, _MASK, _MASK).astype(np.float32)
    count = TILE // BLOCK
    blocks = answer.reshape(-1, count, BLOCK, count, BLOCK).swapaxes(2, 3)[..., 1:-1, 1:-1][inside]
    shares = np.abs(blocks).mean(axis=(1, 2)) / np.sqrt(np.square(blocks).mean(axis=(1, 2)) + 1e-6)
    return median(shares) < NORMAL


def _sigma(planes: NDArray[np.uint8], block: int) -> NDArray[np.float32]:
    """Return the noise of every block of square planes below each other (n × side, side), levels.

    The answer has the shape (n, side / block, side / block).
    """
    side = planes.shape[1]
    answer = np.abs(cv2.sepFilter2D(planes, cv2.CV_16S, _MASK, _MASK)).astype(np.float32)
    # The rim of a block may belong to a tile's rim, where the mask reads the next tile.
    lines = (answer @ _within(side, block)).reshape(-1, side // block, block, side // block)
    means: NDArray[np.float32] = lines[:, :, 1:-1].sum(axis=2) / np.float32((block - 2) ** 2 * _ANSWER)
    return means


@lru_cache
def _within(side: int, block: int) -> NDArray[np.float32]:
    """Return by what a row of pixels is multiplied for its sums within each block, less their rims."""
    place = np.arange(side)
    inner = (place % block > 0) & (place % block < block - 1)
    return np.asarray((np.arange(side // block) == place[:, None] // block) & inner[:, None], np.float32)


def _grain(sigma: NDArray[np.float32], spread: NDArray[np.float32], edges: Callable[[], bool]) -> float:
    """Return the grain of blocks, levels, by what the mask tells of each and what stands in it altogether.

    `edges` tells whether that is few and large; it is asked only where there is texture.
    """
    low, middle, high = quantiles(sigma, EVENEST, 0.5, 1 - EVENEST)
    (slow,) = quantiles(spread / (sigma + np.float32(0.15)), EVENEST)
    level = low if high - low > UNLIKE * (middle + 0.1) else middle
    if slow <= TEXTURED:
        return level
    differ = high - low > ALIKE * (middle + 0.1)
    return float(level * (TEXTURED / slow) ** (OF_EDGES if differ and edges() else OVER_TEXTURE))


def _slopes(block: int) -> NDArray[np.float32]:
    """Return an even tone and slopes down and across in a block, each of length 1: (3, block²)."""
    step = np.arange(block) - (block - 1) / 2
    parts = np.stack([np.ones((block, block)), np.tile(step[:, None], block), np.tile(step, (block, 1))])
    flat = parts.reshape(3, -1)
    return np.asarray(flat / np.linalg.norm(flat, axis=1, keepdims=True), np.float32)


_SLOPES = {block: _slopes(block) for block in (BLOCK, BLOCK // 2)}


def _spread(planes: NDArray[np.uint8], block: int) -> NDArray[np.float32]:
    """Return the standard deviation of every block from a slope, levels; shapes as for `_sigma`."""
    count = planes.shape[1] // block
    # Eight pixels of a row are moved as one number.
    blocks = planes.view(np.uint64).reshape(-1, count, block, count, block // 8).transpose(0, 1, 3, 2, 4)
    levels = blocks.reshape(-1, block * block // 8).view(np.uint8).astype(np.float32)
    along = levels @ _SLOPES[block].T
    power = np.einsum("ij,ij->i", levels, levels) - np.einsum("ij,ij->i", along, along)
    spread: NDArray[np.float32] = np.sqrt(np.maximum(power, 0) / block**2).reshape(-1, count, count)
    return spread
