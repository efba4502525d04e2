"""Focus, shake, softness and halos, from the spectrum of the tiles with the most detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from stockctl.check.measure.lens.rims import RINGS, Seen, oversharpening
from stockctl.check.measure.lens.shaking import shaking
from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Tiles

# Tiles with the most detail: these tell shakes, the first of them enlarging, and the best sharpness.
MANY, MOST, BEST = 112, 80, 32
# Mean square difference of neighbouring pixels, levels squared, below which a tile shows nothing. Where nothing
# lies above, the picture may be out of focus: a quarter of its best tile's will do, down to the second number,
# below which there is but one tone, or a slope that whole levels draw as a few steps.
FLAT, FLATTEST = 0.5, 0.02
# What is added to a tile's power before its logarithm is taken, levels squared: JPEG's rounding fills what is empty.
ROUNDING = 30.0
# Level of middle details, decibels, that a sharp picture reaches: a strong blur takes these away too.
CONTRAST = 12.0
# How far below the coarsest details those four and two times as fine may lie, decibels, before these bound
# sharpness. Natural pictures fall off by 20 and 12, soft but good ones by 30 and 21.
MIDDLE_FALL, COARSE_FALL = 20.5, 15.75
# A fall that no measurement reaches: all that is left is grain.
DEEPEST = 1e-5

_WINDOW = np.outer(np.hanning(TILE), np.hanning(TILE)).astype(np.float32).ravel()
_DOWN, _ACROSS = np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None, :]
_FREQUENCY = np.hypot(_DOWN, _ACROSS)
# A rim that sharpening draws is thinner than this, pixels.
_RIM = np.ones((5, 5), np.uint8)
# An even tone and slopes down and across, of length 1: a sky's gradient is no structure.
_SLOPE = np.arange(TILE) - (TILE - 1) / 2
_PLANE = np.stack([np.ones((TILE, TILE)), np.tile(_SLOPE[:, None], TILE), np.tile(_SLOPE, (TILE, 1))]).reshape(3, -1)
_PLANE = (_PLANE / np.linalg.norm(_PLANE, axis=1, keepdims=True)).astype(np.float32)


def _ring(low: float, high: float) -> NDArray[np.bool_]:
    ring: NDArray[np.bool_] = (low <= _FREQUENCY) & (high > _FREQUENCY)
    return ring


# Rings of spatial frequency, cycles per pixel. Half of all that a pixel raster can hold lies above 0.28.
_MIDDLE, _UPPER, _FINE, _FINEST = _ring(0.12, 0.17), _ring(0.17, 0.22), _ring(0.28, 0.35), _ring(0.35, 0.42)
_COARSEST, _COARSE = _ring(0.012, 0.04), _ring(0.06, 0.12)
_RIM_RINGS = [_ring(*ring) for ring in RINGS]
# A natural logarithm of power in decibels.
DECIBELS = 10 / np.log(10)


def focus(found: Tiles, noise: float) -> tuple[dict[str, float], dict[str, int], NDArray[np.float32] | None]:
    """Measure sharpness on the tiles with the most detail; a shallow depth of field leaves some.

    Values, from the mean power spectrum (Hann window) of these tiles, each
    tile weighted by the root of its power:
        sharpness: level of the finest details (0.35 to 0.42 cycles per pixel),
            less half of that of the middle ones (0.12 to 0.17), decibels (after
            Narvekar and Karam's and others' ratio of fine to coarse energy; half,
            because a soft picture of strong contrast is still soft); at most what
            is left of a picture's structure at middle and coarse scales allows
            (see `_bound`), because a strong blur leaves only grain and JPEG's
            rounding among the finest details, which would pass for sharp.
        detail_db: fine details (0.28 to 0.42) against middle ones (0.12 to
            0.22), decibels. An enlarged picture has none above its old Nyquist
            frequency (Gallagher, Detection of linear and cubic interpolation, 2005).
        shake: depth of the deepest dip of the cepstrum of all these tiles, 6 to
            29 pixels from its middle, beyond what all directions have in common, in thousandths.
        shaken: what all signs of a straight motion weigh (see `shaking`), natural
            logarithm of odds; above 0 more speaks for it than against.
        halos: share of the pixels of these tiles at black or at white, whichever
            is less, in per cent: rims drawn by sharpening run into both ends, and
            are thin; ink, lamps and shadows that are wider than five pixels do not count.
        oversharpening: what rims beside steps and the spectrum together weigh
            (see `rims`), where there are enough steps; above 0 more speaks for it than against.

    `noise` (levels) is taken off the spectrum. Also returns the tile that shows
    each best, and the mean logarithm of the power spectra of the first `MOST`
    tiles, noise and all, (64, 33). These are empty, and None, where no tile
    shows anything.
    """
    order = np.argsort(found.activity)[::-1][:MANY]
    most = float(found.activity[order[0]])
    many = order[found.activity[order] > max(min(FLAT, most / 4), FLATTEST)]
    if len(many) == 0:
        return {}, {}, None
    best, logarithms, finest_of = _spectra(found.grey, many, noise)
    middle, upper, fine, finest = (_level(best, ring) for ring in (_MIDDLE, _UPPER, _FINE, _FINEST))
    fineness = finest - max(middle, CONTRAST) / 2
    grey = found.grey[many]
    black, white = _rims(grey)
    halos = 100 * float(min(black.mean(), white.mean()))
    everywhere = _mean(logarithms)
    values = {
        "sharpness": min(fineness, _bound(best)),
        "detail_db": (fine + finest - middle - upper) / 2,
        "halos": halos,
    }
    values["shake"], values["shaken"] = shaking(logarithms, values["sharpness"], values["detail_db"])
    rings = np.array([DECIBELS * float(everywhere[ring].mean()) for ring in _RIM_RINGS])
    sharpened = oversharpening(grey, Seen(rings, halos, noise))
    if sharpened is not None:
        values["oversharpening"] = sharpened
    # The sharpest tile: if that is soft, all is.
    sharpest = int(many[int(np.argmax(finest_of))])
    rimmed = int(many[int(np.argmax(np.minimum(black, white)))])
    places = {"sharpness": sharpest, "detail_db": sharpest, "shake": sharpest, "halos": rimmed}
    return values, places, _mean(logarithms[:MOST])


def _rims(grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return which share of each tile (n, 64, 64) is black, and which white, in what is no wider than a rim: (n,) each.

    Both are 0 where a picture has but one of the two.
    """
    plane = grey.reshape(-1, TILE)
    ends = [np.asarray(cv2.inRange(plane, *limits), np.uint8) for limits in ((0, 3), (252, 255))]
    shares = np.zeros((2, len(grey)), np.float32)
    if all(cv2.hasNonZero(end) for end in ends):
        for share, end in zip(shares, ends, strict=True):
            tiles = end.reshape(-1, TILE * TILE)
            some = np.flatnonzero(tiles.view(np.uint64).any(axis=1))
            share[some] = _thin(tiles[some].reshape(-1, TILE)) / np.float32(255)
    return shares[0], shares[1]


def _thin(plane: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the mean of each of the tiles below each other (n × 64, 64), without what is as wide as a rim: (n,)."""
    thin = cv2.subtract(plane, cv2.morphologyEx(plane, cv2.MORPH_OPEN, _RIM)).reshape(-1, TILE * TILE)
    return np.asarray(cv2.reduce(thin, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F), np.float32).ravel()


def _bound(spectrum: NDArray[np.float32]) -> float:
    """Return how sharp a picture can be at most, decibels, by how fast its spectrum falls.

    The spectrum of a natural picture falls as a power of frequency (Field,
    Relations between the statistics of natural images, 1987), that of one out of
    focus like a Gaussian, long before the finest details. Grain is as strong at
    all frequencies, so the level of the finest ring, which is low in a good
    picture, is taken off the others.
    """
    finest, coarsest = spectrum[_FINEST].mean(), spectrum[_COARSEST].mean()
    middle, coarse = (
        10 * float(np.log10(max((spectrum[ring].mean() - finest) / coarsest, DEEPEST))) for ring in (_MIDDLE, _COARSE)
    )
    return 2 * min(middle + MIDDLE_FALL, coarse + COARSE_FALL)


def _spectra(
    grey: NDArray[np.uint8], many: NDArray[np.int64], noise: float
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean power spectrum (64, 33) of the first `BEST` of `many` tiles, less that of white noise.

    Each tile is weighted by the root of its power. Also returns the logarithms
    of the spectra of all, (n, 2112), and what each holds of the finest details.
    """
    floor = noise**2 * float((_WINDOW**2).sum())
    level = grey[many].reshape(-1, TILE * TILE).astype(np.float32)
    level -= (level @ _PLANE.T) @ _PLANE
    level *= _WINDOW
    for tile in level.reshape(-1, TILE, TILE):
        cv2.dft(tile, tile)
    power = _power(level.reshape(-1, TILE, TILE))
    power += np.float32(ROUNDING)
    logarithms = np.asarray(cv2.log(power), np.float32)
    power -= np.float32(floor + ROUNDING)
    np.maximum(power, np.float32(1e-3), out=power)
    weights = 1 / np.sqrt(power.sum(axis=1))
    best = weights[:BEST] @ power[:BEST] / np.float32(len(weights[:BEST]))
    finest = weights * (power @ _FINEST.ravel().astype(np.float32))
    return best.reshape(_FREQUENCY.shape), logarithms, finest


def _mean(spectra: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of spectra (n, 2112) as (64, 33)."""
    return np.asarray(spectra.mean(axis=0), np.float32).reshape(_FREQUENCY.shape)


def _power(packed: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the power at each frequency, (n, 64 × 33), from OpenCV's packed spectra of real tiles (n, 64, 64).

    There real and imaginary part stand side by side, but in the first and the
    last column below each other, in half of the rows: the rest mirrors them.
    `packed` is squared on the way.
    """
    np.multiply(packed, packed, out=packed)
    power = np.empty((len(packed), *_FREQUENCY.shape), np.float32)
    half = TILE // 2
    np.add(packed[:, :, 1:-1:2], packed[:, :, 2::2], out=power[:, :, 1:half])
    for column, at in ((0, 0), (-1, half)):
        ends = packed[:, :, column]
        power[:, 0, at], power[:, half, at] = ends[:, 0], ends[:, -1]
        power[:, 1:half, at] = ends[:, 1:-1:2] + ends[:, 2::2]
        power[:, half + 1 :, at] = power[:, half - 1 : 0 : -1, at]
    return power.reshape(len(packed), -1)


def _level(spectrum: NDArray[Any], ring: NDArray[np.bool_]) -> float:
    return 10 * float(np.log10(spectrum[ring].mean()))
