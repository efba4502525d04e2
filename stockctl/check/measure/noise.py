"""Noise of brightness and of colour, from the flattest places of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Tiles

# Tiles that are looked at, the flattest first, and the side of a block in them, in pixels.
FLATTEST = 24
BLOCK = 16
# The share of their blocks with the least noise, which has no texture in it.
EVERYWHERE = 0.1
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
            variance estimation, 1996), the median of the blocks of the flattest tiles.
        chroma_noise: the same of Cb and Cr together, at half the resolution
            (which JPEG's 4:2:0 leaves), levels.

    Also returns the tile in which noise shows best, and the noise, levels, that
    is everywhere. Values and tile are absent where the whole picture is black or white.
    """
    usable = np.flatnonzero((found.mean > DARK) & (found.mean < BRIGHT))
    chosen = usable[np.argsort(found.activity[usable])[:FLATTEST]]
    if len(chosen) == 0:
        return {}, None, 0.0
    sigma, colour = np.empty((2, len(chosen), TILE // BLOCK, TILE // BLOCK), np.float32)
    inside = np.empty(sigma.shape, np.bool_)
    for part in found.portions(chosen):
        grey = found.grey[chosen[part]].reshape(-1, TILE)
        sigma[part] = _sigma(grey, BLOCK)
        # The mean of a block is full where all of its pixels are.
        within = cv2.resize(cv2.inRange(grey, 4, 251), None, fx=1 / BLOCK, fy=1 / BLOCK, interpolation=cv2.INTER_AREA)
        inside[part] = within.reshape(sigma[part].shape) == 255
        ycc = cv2.cvtColor(found.rgb[chosen[part]].reshape(-1, TILE, 3), cv2.COLOR_RGB2YCrCb)
        half = cv2.resize(ycc, (TILE // 2, len(ycc) // 2), interpolation=cv2.INTER_AREA)
        planes = (np.asarray(cv2.extractChannel(half, k), np.uint8) for k in (1, 2))
        colour[part] = np.hypot(*(_sigma(plane, BLOCK // 2) for plane in planes))
    if not inside.any():
        return {}, None, 0.0
    luma_noise, chroma_noise = (float(np.median(each[inside])) for each in (sigma, colour))
    quiet = np.where(inside, sigma, np.inf).min(axis=(1, 2))
    values = {"noise": luma_noise, "chroma_noise": chroma_noise}
    everywhere = float(np.quantile(sigma[inside], EVERYWHERE))
    return values, int(chosen[int(np.argmin(quiet))]), everywhere


def _sigma(planes: NDArray[np.uint8], block: int) -> NDArray[np.float32]:
    """Return the noise of every block of square planes below each other (n × side, side), levels.

    The answer has the shape (n, side / block, side / block).
    """
    side = planes.shape[1]
    answer = np.abs(cv2.sepFilter2D(planes, cv2.CV_16S, _MASK, _MASK)).astype(np.float32)
    # The rim of a block may belong to a tile's rim, where the mask reads the next tile.
    place = np.arange(side)
    inner = (place % block > 0) & (place % block < block - 1)
    within = (np.arange(side // block) == place[:, None] // block) & inner[:, None]
    lines = (answer @ within.astype(np.float32)).reshape(-1, side // block, block, side // block)
    means: NDArray[np.float32] = lines[:, :, 1:-1].sum(axis=2) / np.float32((block - 2) ** 2 * _ANSWER)
    return means
