"""Whether the camera moved: what a straight motion leaves in the spectra of all tiles with detail.

A motion by n pixels leaves zeros at a distance of 1/n in every spectrum, and so one dip at the lag n of the
cepstrum, across which edges stay as they are; gradients, stripes and grass have peaks (Ji and Liu, Motion blur
identification from image gradients, 2008; the cepstrum: Rom, 1975). Content of one direction may dip, too. So a
model weighs the dip with what else a motion does: it is in nearly every tile, and all finer details are weaker along
it than across.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Lags, pixels, at which the cepstrum is asked: a shorter shake is softness, a longer one does not fit a tile.
SHORTEST, LONGEST = 6.0, 29.0
# What repeats has dips and peaks in turns, these as high as so much of those and more.
REPEATS = 0.15
# A logarithm of odds that speaks clearly against.
OF_A_WAVE = -5.0
# Rings of spatial frequency, cycles per pixel, in which what lies along a motion is compared with what lies across.
RINGS = ((0.05, 0.12), (0.12, 0.22), (0.22, 0.32))
# Cosines of the angle to the motion that are along, and across.
ALONG, ACROSS = 0.92, 0.39
# Elsewhere is what lies off the line of the motion by more than this cosine.
OFF = 0.94
# Decibels beyond which sharpness and detail tell nothing more.
SHARPNESS, DETAIL = (-40.0, -5.0), (-30.0, -3.0)
# A tenth of the tiles may show less of the motion than this quantile.
FEW = 0.1

_FREQUENCIES = np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None, :]
_FREQUENCY = np.hypot(*_FREQUENCIES)
_DIRECTION = np.arctan2(_FREQUENCIES[0], np.broadcast_to(_FREQUENCIES[1], _FREQUENCY.shape))
_WITHIN = [(low <= _FREQUENCY) & (high > _FREQUENCY) for low, high in RINGS]
# Each column of a half spectrum stands for two of the whole, but for the first and the last.
_TWICE = np.full((1, TILE // 2 + 1), 2.0)
_TWICE[0, [0, -1]] = 1.0
# Distances in a cepstrum, shifted so that no lag is in its middle.
_LAG = np.hypot(np.arange(-TILE // 2, TILE // 2)[:, None], np.arange(-TILE // 2, TILE // 2)[None, :])
_LAGS = (_LAG >= SHORTEST) & (_LAG <= LONGEST)
_STEPS = np.argwhere(_LAGS) - TILE // 2
_LENGTHS = np.hypot(*_STEPS.T)
# A spectrum with its signs in turns is that of the same thing, its middle moved to the middle of the tile.
_IN_TURNS = (1 - 2 * (np.arange(TILE)[:, None] + np.arange(TILE // 2 + 1) & 1)).astype(np.float32)
_RING = np.rint(_LAG[_LAGS]).astype(np.int64)
_IN_RING = np.maximum(np.bincount(_RING), 1)
# The window takes the more of a dip the larger its lag is, as its own autocorrelation falls: half of that, in decibels,
# is given back. All of it would lift what is there by chance as well.
_ONE = np.hanning(TILE)
_FALL = np.array([_ONE[: TILE - lag] @ _ONE[lag:] for lag in range(TILE // 2 + 1)]) / (_ONE @ _ONE)
_FALL = _FALL[np.abs(np.arange(-TILE // 2, TILE // 2))]
_GIVEN_BACK = (np.outer(_FALL, _FALL)[_LAGS] ** -0.5).astype(np.float32)


def shaking(logarithms: NDArray[np.float32], sharpness: float, detail: float) -> tuple[float, float]:
    """Return how deep the cepstrum dips, in thousandths, and the natural logarithm of the odds of a shake by all signs.

    The weights are made by `tests/benchmarks/pixels/train_shaken.py`.
    `logarithms` (n, 2112) are those of the power spectra of the tiles with the
    most detail; `sharpness` and `detail` as `focus` measures them, decibels.
    Where the dip is one of a wave, the depth is 0 and the odds are no better than `OF_A_WAVE`.
    """
    found = signs(logarithms, sharpness, detail)
    mean, spread, weights, constant = _model()
    odds = float((found.weighed - mean) / spread @ weights + constant)
    return (0.0, min(odds, OF_A_WAVE)) if found.repeats else (found.depth, odds)


@dataclass(frozen=True, eq=False)
class Signs:
    """What speaks for a shake: `depth` of the dip, thousandths; whether it `repeats`; the numbers `weighed`."""

    depth: float
    repeats: bool
    weighed: NDArray[np.float64]


def signs(logarithms: NDArray[np.float32], sharpness: float, detail: float) -> Signs:
    """Return what speaks for a shake; arguments as those of `shaking`.

    Weighed are: the logarithm of the depth; the lag, pixels; the peak at twice
    the lag, and the deepest dip and the highest peak off the line of the
    motion, as shares of the depth; of the single tiles' dips their mean on
    their spread, the tenth smallest on the depth of all, and the share of tiles
    that dip at all; by how much the spectrum is weaker along than across, in
    each of `RINGS`; sharpness and detail, bounded.
    """
    every = logarithms.mean(axis=0, dtype=np.float32).reshape(_FREQUENCY.shape)
    smooth = _cepstrum(every)
    depths = _depths(smooth)
    given_back = depths * _GIVEN_BACK
    deepest = int(np.argmax(given_back))
    step, depth = _STEPS[deepest], max(float(depths[deepest]), 1e-6)
    peak = _twice(smooth, step) / depth
    length, most = float(_LENGTHS[deepest]), max(float(given_back[deepest]), 1e-6)
    off = np.abs(_STEPS @ step) < OFF * _LENGTHS * length
    tiles = _dips(logarithms, step)
    angle = np.abs(np.cos(_DIRECTION - np.arctan2(*step)))
    sides = [float(every[ring & (angle > ALONG)].mean() - every[ring & (angle < ACROSS)].mean()) for ring in _WITHIN]
    weighed = [
        np.log(most + 1e-3),
        length,
        np.clip(peak, -2, 2),
        min(float(given_back[off].max()) / most, 2),
        min(float(-given_back[off].min()) / most, 4),
        float(tiles.mean()) / (float(tiles.std()) + 1e-6),
        max(-4.0, float(np.quantile(tiles, FEW)) / depth),
        float((tiles > 0).mean()),
        *sides,
        float(np.clip(sharpness, *SHARPNESS)),
        float(np.clip(detail, *DETAIL)),
    ]
    return Signs(1000 * most, peak > REPEATS, np.array(weighed))


@cache
def _model() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]:
    """Return the mean and the spread of each sign, its weight, and the constant."""
    model = json.loads(files(__package__).joinpath("shaking.json").read_text(encoding="ascii"))
    return np.array(model["mean"]), np.array(model["spread"]), np.array(model["weights"]), model["constant"]


def _cepstrum(logarithm: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cepstrum of a mean logarithm of spectra (64, 33), smoothed, (64, 64), with no lag in its middle."""
    cepstrum = np.fft.irfft2(logarithm * _IN_TURNS, (TILE, TILE)).astype(np.float32)
    # A motion lies between the pixels' raster: its dip is spread over neighbours.
    return np.asarray(cv2.GaussianBlur(cepstrum, (0, 0), 0.7), np.float32)


def _depths(cepstrum: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by how much a cepstrum dips at each of the lags asked, beyond what all directions have in common."""
    dips = cepstrum[_LAGS]
    # Softness dips in all directions alike.
    around = np.minimum(np.bincount(_RING, dips) / _IN_RING, 0)
    depths: NDArray[np.float32] = around[_RING] - dips
    return depths


def _twice(cepstrum: NDArray[np.float32], step: NDArray[np.int64]) -> float:
    """Return the mean of a cepstrum at twice a lag (rows, columns), where a wave peaks and a motion dips again."""
    length = float(np.hypot(*step))
    places = np.rint(TILE // 2 + np.outer(2 + np.array([-1, 0, 1]) / length, step)).astype(np.int64)
    if places.min() < 0 or places.max() >= TILE:
        return 0.0
    return float(cepstrum[places[:, 0], places[:, 1]].mean())


def _dips(logarithms: NDArray[np.float32], step: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return by how much the cepstrum of each tile dips around a lag, beyond the mean of all directions, (n,)."""
    near = np.abs(_STEPS - step).max(axis=1) <= 1
    ring = np.abs(_LENGTHS - np.hypot(*step)) <= 1
    weights = _waves(_STEPS[near]) - _waves(_STEPS[ring])
    dips: NDArray[np.float32] = -(logarithms @ weights)
    return dips


def _waves(steps: NDArray[Any]) -> NDArray[np.float32]:
    """Return with which weights the numbers of a half spectrum add up to the mean of its cepstrum at some lags."""
    down, across = (np.exp(2j * np.pi * np.outer(side, steps[:, axis])) for axis, side in enumerate(_AXES))
    waves: NDArray[np.float64] = (down @ across.T).real * _TWICE / (len(steps) * TILE * TILE)
    return waves.ravel().astype(np.float32)


_AXES = np.fft.fftfreq(TILE), np.fft.rfftfreq(TILE)
