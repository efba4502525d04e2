"""Focus, shake, enlargement and halos, from the spectrum of the tiles with the most detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Tiles

# Tiles with the most detail: these tell directions, and the best of them sharpness.
MANY, BEST = 112, 32
# Mean square difference of neighbouring pixels, levels squared, below which a tile shows nothing. Where nothing
# lies above, the picture may be out of focus: a quarter of its best tile's will do, down to the second number,
# below which there is but one tone, or a slope that whole levels draw as a few steps.
FLAT, FLATTEST = 0.5, 0.02
SECTORS = 8
# Level of middle details, decibels, that a sharp picture reaches: a strong blur takes these away too.
CONTRAST = 12.0
# Level of the finest details, decibels, below which softness says no more of a shake: it is lack of focus.
SOFT = -22.0
# How far below the coarsest details those four and two times as fine may lie, decibels, before these bound
# sharpness. Natural pictures fall off by 20 and 12, soft but good ones by 30 and 21.
MIDDLE_FALL, COARSE_FALL = 20.5, 15.75
# A fall that no measurement reaches: all that is left is grain.
DEEPEST = 1e-5

_WINDOW = np.outer(np.hanning(TILE), np.hanning(TILE)).astype(np.float32)
_DOWN, _ACROSS = np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None, :]
_FREQUENCY = np.hypot(_DOWN, _ACROSS)
_SECTOR = np.floor((np.arctan2(_DOWN, _ACROSS) % np.pi + np.pi / 16) / (np.pi / 8)).astype(int) % SECTORS

_SLOPE = np.arange(TILE, dtype=np.float32) - np.float32((TILE - 1) / 2)


def _ring(low: float, high: float) -> NDArray[np.bool_]:
    ring: NDArray[np.bool_] = (low <= _FREQUENCY) & (high > _FREQUENCY)
    return ring


# Rings of spatial frequency, cycles per pixel. Half of all that a pixel raster can hold lies above 0.28.
_MIDDLE, _UPPER, _FINE, _FINEST = _ring(0.12, 0.17), _ring(0.17, 0.22), _ring(0.28, 0.35), _ring(0.35, 0.42)
_COARSEST, _COARSE = _ring(0.012, 0.04), _ring(0.06, 0.12)
_COARSE_SECTORS = [_ring(0.012, 0.06) & (sector == _SECTOR) for sector in range(SECTORS)]
_MIDDLE_SECTORS = [_ring(0.08, 0.26) & (sector == _SECTOR) for sector in range(SECTORS)]


def focus(found: Tiles, noise: float) -> tuple[dict[str, float], dict[str, int]]:
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
        direction_db: the widest gap between directions in how far middle
            details fall behind coarse ones, decibels: a straight motion wipes
            out what lies across it (Ji and Liu, Motion blur identification, 2008).
        shake_db: direction_db less 0.4 times the level of the finest details:
            directions alone do not tell a fence from a shake, but a fence is sharp.
        halos: share of the pixels of these tiles at black or at white, whichever
            is less, in per cent: rims drawn by sharpening run into both ends.

    `noise` (levels) is taken off the spectrum. Also returns the tile that shows
    each best. Both are empty where no tile shows anything.
    """
    order = np.argsort(found.activity)[::-1][:MANY]
    most = float(found.activity[order[0]])
    many = order[found.activity[order] > max(min(FLAT, most / 4), FLATTEST)]
    if len(many) == 0:
        return {}, {}
    luma = found.luma[many]
    power = _power(luma, noise)
    weighted = power / np.sqrt(power.sum(axis=(1, 2), keepdims=True))
    best, all_ = weighted[:BEST].mean(axis=0), weighted.mean(axis=0)
    middle, upper, fine, finest = (_level(best, ring) for ring in (_MIDDLE, _UPPER, _FINE, _FINEST))
    fineness = finest - max(middle, CONTRAST) / 2
    gaps = [_level(all_, mid) - _level(all_, low) for mid, low in zip(_MIDDLE_SECTORS, _COARSE_SECTORS, strict=True)]
    direction = max(gaps) - min(gaps)
    grey = found.grey[many].reshape(len(many), -1)
    black, white = (np.count_nonzero(end, axis=1) / grey.shape[1] for end in (grey <= 3, grey >= 252))
    values = {
        "sharpness": min(fineness, _bound(best)),
        "detail_db": (fine + finest - middle - upper) / 2,
        "direction_db": direction,
        "shake_db": direction - 0.4 * max(fineness, SOFT),
        "halos": 100 * float(min(black.mean(), white.mean())),
    }
    # The sharpest tile: if that is soft, all is.
    sharpest = int(many[int(np.argmax(weighted[:, _FINEST].mean(axis=1)))])
    rimmed = int(many[int(np.argmax(np.minimum(black, white)))])
    return values, {"sharpness": sharpest, "detail_db": sharpest, "shake_db": sharpest, "halos": rimmed}


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


def _power(luma: NDArray[np.float32], noise: float) -> NDArray[np.float32]:
    """Return the power spectra of tiles, less that of white noise; a slope, as in a sky, is no structure."""
    tilt_down, tilt_across = (luma.mean(axis=along) @ _SLOPE / (_SLOPE @ _SLOPE) for along in (2, 1))
    lines = luma.mean(axis=(1, 2))[:, None] + tilt_down[:, None] * _SLOPE
    level = luma - lines[:, :, None]
    level -= (tilt_across[:, None] * _SLOPE)[:, None, :]
    level *= _WINDOW
    # One after the other: a tile and its spectrum stay in the core's cache, and numpy's take four times as long.
    spectra = np.empty((len(level), *_FREQUENCY.shape, 2), np.float32)
    for tile, spectrum in zip(level, spectra, strict=True):
        spectrum[...] = cv2.dft(tile, flags=cv2.DFT_COMPLEX_OUTPUT)[:, : _FREQUENCY.shape[1]]
    power = spectra[..., 0] ** 2 + spectra[..., 1] ** 2
    less: NDArray[np.float32] = np.maximum(power - noise**2 * float((_WINDOW**2).sum()), 1e-3)
    return less


def _level(spectrum: NDArray[Any], ring: NDArray[np.bool_]) -> float:
    return 10 * float(np.log10(spectrum[ring].mean()))
