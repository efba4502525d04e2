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
FLATTEST = 64
BLOCK = 16
# Levels outside which noise is cut off, so that it would seem less.
DARK, BRIGHT = 12.0, 243.0
# The flattest share of the blocks decides: a twentieth, as long as these are some.
SHARE = 0.10

# Immerkaer's mask, the difference of two Laplacians, blind to constant slopes: this, down and across.
_MASK = np.array([1, -2, 1], np.float32)
# Mean magnitude of the mask's answer to Gaussian noise of 1 level: 6 × √(2/π).
_ANSWER = 6 * np.sqrt(2 / np.pi)


def noise(found: Tiles) -> tuple[dict[str, float], int | None]:
    """Measure noise in flat blocks of 16 × 16 pixels.

    Values:
        noise: standard deviation of luma, levels of 255 (Immerkaer, Fast noise
            variance estimation, 1996), the tenth part of the blocks with least.
        chroma_noise: the same of Cb and Cr together, at half the resolution
            (which JPEG's 4:2:0 leaves), levels.

    Also returns the tile in which noise shows best. Both are absent where the
    whole picture is black or white.
    """
    usable = np.flatnonzero((found.mean > DARK) & (found.mean < BRIGHT))
    chosen = usable[np.argsort(found.activity[usable])[:FLATTEST]]
    if len(chosen) == 0:
        return {}, None
    grey = found.grey[chosen]
    sigma = _sigma(grey, BLOCK)
    rows = grey.reshape(-1, BLOCK, TILE)
    least, most = (
        reduce(reduce(rows, axis=1).reshape(-1, BLOCK), axis=1).reshape(sigma.shape) for reduce in (np.min, np.max)
    )
    inside = (least > 3) & (most < 252)
    if not inside.any():
        return {}, None
    values = {"noise": float(np.quantile(sigma[inside], SHARE))}
    ycc = cv2.cvtColor(found.rgb[chosen].reshape(-1, TILE, 3), cv2.COLOR_RGB2YCrCb)
    half = cv2.resize(ycc, (TILE // 2, len(chosen) * TILE // 2), interpolation=cv2.INTER_AREA)
    planes = (cv2.extractChannel(half, k).reshape(len(chosen), TILE // 2, TILE // 2) for k in (1, 2))
    colour = np.hypot(*(_sigma(np.asarray(plane, np.uint8), BLOCK // 2) for plane in planes))
    values["chroma_noise"] = float(np.quantile(colour[inside], SHARE))
    quiet = np.where(inside, sigma, np.inf).min(axis=(1, 2))
    return values, int(chosen[int(np.argmin(quiet))])


def _sigma(planes: NDArray[np.uint8], block: int) -> NDArray[np.float32]:
    """Return the noise of every block of planes (n, side, side), levels, as (n, side / block, side / block)."""
    count, side = planes.shape[:2]
    answer = np.abs(cv2.sepFilter2D(planes.reshape(-1, side), cv2.CV_16S, _MASK, _MASK))
    # The rim of a block may belong to a tile's rim, where the mask reads the next tile.
    place = np.arange(side)
    inner = (place % block > 0) & (place % block < block - 1)
    within = (np.arange(side // block) == place[:, None] // block) & inner[:, None]
    sums = within.T.astype(np.float32) @ (answer.reshape(count, side, side).astype(np.float32) @ within)
    means: NDArray[np.float32] = sums / np.float32((block - 2) ** 2 * _ANSWER)
    return means
