"""Focus, shake, enlargement and halos, from the spectrum of the tiles with the most detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Tiles

# Tiles with the most detail: these tell directions, and the best of them sharpness.
MANY, BEST = 112, 32
# Mean square difference of neighbouring pixels below which a tile shows nothing, levels squared.
FLAT = 0.5
SECTORS = 8
# Level of middle details, decibels, that a sharp picture reaches: a strong blur takes these away too.
CONTRAST = 12.0

_WINDOW = np.outer(np.hanning(TILE), np.hanning(TILE)).astype(np.float32)
_DOWN, _ACROSS = np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None, :]
_FREQUENCY = np.hypot(_DOWN, _ACROSS)
_SECTOR = np.floor((np.arctan2(_DOWN, _ACROSS) % np.pi + np.pi / 16) / (np.pi / 8)).astype(int) % SECTORS


def _ring(low: float, high: float) -> NDArray[np.bool_]:
    ring: NDArray[np.bool_] = (low <= _FREQUENCY) & (high > _FREQUENCY)
    return ring


# Rings of spatial frequency, cycles per pixel. Half of all that a pixel raster can hold lies above 0.28.
_MIDDLE, _UPPER, _FINE, _FINEST = _ring(0.12, 0.17), _ring(0.17, 0.22), _ring(0.28, 0.35), _ring(0.35, 0.42)
_COARSE_SECTORS = [_ring(0.012, 0.06) & (sector == _SECTOR) for sector in range(SECTORS)]
_MIDDLE_SECTORS = [_ring(0.08, 0.26) & (sector == _SECTOR) for sector in range(SECTORS)]


def focus(found: Tiles, noise: float) -> tuple[dict[str, float], dict[str, int]]:
    """Measure sharpness on the tiles with the most detail; a shallow depth of field leaves some.

    Values, from the mean power spectrum (Hann window) of these tiles, each
    tile weighted by the root of its power:
        sharpness: level of the finest details (0.35 to 0.42 cycles per pixel),
            less half of that of the middle ones (0.12 to 0.17), decibels (after
            Narvekar and Karam's and others' ratio of fine to coarse energy; half,
            because a soft picture of strong contrast is still soft).
        detail_db: fine details (0.28 to 0.42) against middle ones (0.12 to
            0.22), decibels. An enlarged picture has none above its old Nyquist
            frequency (Gallagher, Detection of linear and cubic interpolation, 2005).
        direction_db: the widest gap between directions in how far middle
            details fall behind coarse ones, decibels: a straight motion wipes
            out what lies across it (Ji and Liu, Motion blur identification, 2008).
        shake_db: direction_db less 0.7 times sharpness: directions alone do not
            tell a fence from a shake, but a fence is sharp.
        halos: share of the pixels of these tiles at black or at white, whichever
            is less, in per cent: rims drawn by sharpening run into both ends.

    `noise` (levels) is taken off the spectrum. Also returns the tile that shows
    each best. Both are empty where no tile shows anything.
    """
    order = np.argsort(found.activity)[::-1][:MANY]
    many = order[found.activity[order] > FLAT]
    if len(many) == 0:
        return {}, {}
    luma = found.luma[many]
    power = _power(luma, noise)
    weighted = power / np.sqrt(power.sum(axis=(1, 2), keepdims=True))
    best, all_ = weighted[:BEST].mean(axis=0), weighted.mean(axis=0)
    middle, upper, fine, finest = (_level(best, ring) for ring in (_MIDDLE, _UPPER, _FINE, _FINEST))
    sharpness = finest - max(middle, CONTRAST) / 2
    gaps = [_level(all_, mid) - _level(all_, low) for mid, low in zip(_MIDDLE_SECTORS, _COARSE_SECTORS, strict=True)]
    direction = max(gaps) - min(gaps)
    black, white = (luma <= 3).mean(axis=(1, 2)), (luma >= 252).mean(axis=(1, 2))
    values = {
        "sharpness": sharpness,
        "detail_db": (fine + finest - middle - upper) / 2,
        "direction_db": direction,
        "shake_db": direction - 0.7 * sharpness,
        "halos": 100 * float(min(black.mean(), white.mean())),
    }
    # The sharpest tile: if that is soft, all is.
    sharpest = int(many[int(np.argmax(weighted[:, _FINEST].mean(axis=1)))])
    rimmed = int(many[int(np.argmax(np.minimum(black, white)))])
    return values, {"sharpness": sharpest, "detail_db": sharpest, "shake_db": sharpest, "halos": rimmed}


def _power(luma: NDArray[np.float32], noise: float) -> NDArray[np.float32]:
    """Return the power spectra of tiles, less that of white noise, which is the same everywhere."""
    centred = (luma - luma.mean(axis=(1, 2), keepdims=True)) * _WINDOW
    spectrum = np.fft.rfft2(centred)
    power = spectrum.real**2 + spectrum.imag**2
    less: NDArray[np.float32] = np.maximum(power - noise**2 * float((_WINDOW**2).sum()), 1e-3)
    return less


def _level(spectrum: NDArray[Any], ring: NDArray[np.bool_]) -> float:
    return 10 * float(np.log10(spectrum[ring].mean()))
