"""Whether a picture was enlarged: what interpolation leaves in it, weighed by a trained model."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from stockctl.check.measure.ranks import median
from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Tiles

# Tiles with the most detail, which are looked at; a quarter of them is the least that tells.
CHOSEN = 80
# A difference counts at most this often its tile's mean, so that one edge does not speak for a tile.
CAPPED = 4
# The units in which rhythms are told, near where chance ends: of the alternation (a share of the mean difference), and
# of its certainty (standard errors).
ALTERNATION, CERTAIN = 0.03, 7.0
# Where two rasters are neither in step nor against each other, up to this cosine, nothing alternates.
TURNED = 0.4
# Frequencies, cycles per pixel, at which a peak is looked for: below, things themselves repeat; at multiples of an
# eighth, JPEG's blocks do; and a half is the alternation's.
LOWEST, HIGHEST, BLOCKS = 0.13, 0.485, 0.008
# The period of enlarging by one half is three pixels: its peak, of a side that is not enlarged so to the pixel, lies
# within so many periods a side.
THIRD, NEAR_THIRD = 1 / 3, 1.5
# Rhythms are told within these bounds: what is clear need not be clearer.
LEAST, MOST = -5.0, 15.0
# A third difference covers the pixels from i to i + 3: the five places of a block of 8 that do not touch its rim.
_WITHIN = slice(0, 5)
# The fourth difference of five neighbouring places: blind to all that runs smoothly within a block.
_ALTERNATING = np.array([1, -4, 6, -4, 1]) / 16
# Bands of frequency, in steps of 1/64 cycle per pixel, down and across alike.
_BANDS = [slice(*ends) for ends in ((0, 2), (2, 4), (4, 8), (8, 12), (12, 16), (16, 20), (20, 24), (24, 28), (28, 33))]
# Where among the signs it stands how clearly twofold enlarging shows along both sides.
DOUBLED = len(_BANDS) * (len(_BANDS) + 1) // 2


class _Peaks(NamedTuple):
    """Heights in the spectrum of a difference's energy along a side, times its root mean square."""

    third: float
    highest: float
    frequency: float


class _Side(NamedTuple):
    """What repeats along a side: how clearly every other third difference is larger, by how much, and peaks."""

    doubled: float
    alternation: float
    peaks: list[_Peaks]

    @property
    def rhythms(self) -> list[float]:
        """The numbers of which the smaller and the larger one of both sides are told."""
        return [self.doubled, self.alternation, *(height for peaks in self.peaks for height in peaks[:2])]


def traces(found: Tiles, spectrum: NDArray[np.float32], sharp: dict[str, float]) -> dict[str, float]:
    """Tell how likely a picture was enlarged.

    `spectrum` is the mean logarithm of the power spectra of the tiles with the
    most detail, (64, 33); `sharp` has their sharpness and detail in decibels.

    Values:
        enlarged: the logarithm of the odds that the picture was enlarged, by
            a logistic regression over `signs`; left out where there is too
            little detail. Its weights are made by
            `tests/benchmarks/pixels/train_enlarged.py` from 309 photos of 136
            cameras, as they are, enlarged, and soft, smoothed, scaled down and
            saved anew.
        doubling: how clearly every other third difference is the larger one
            along both sides, near 1 where it counts: only what was enlarged
            twofold has that, however soft it is.
    """
    told = signs(found, spectrum, sharp)
    if told is None:
        return {}
    middle, scale, weights, constant = _model()
    return {"enlarged": float((told - middle) / scale @ weights + constant), "doubling": float(told[DOUBLED])}


def signs(found: Tiles, spectrum: NDArray[np.float32], sharp: dict[str, float]) -> NDArray[np.float64] | None:
    """Return the numbers that tell enlarging, (60,), or None where there is too little detail.

    First the spectrum by bands down and across, in nepers: nothing lies above
    the old Nyquist frequency but what the kernel lets through. Then the
    rhythms: pixels between two others are their mean, so that second and third
    differences repeat with the period of the enlargement (Gallagher, Detection
    of linear and cubic interpolation in JPEG compressed images, 2005; Popescu
    and Farid, Exposing digital forgeries by detecting traces of resampling,
    2005). Twofold enlargement makes every other third difference the larger
    one; any other makes a peak in the spectrum of all tiles together, which
    lie at known places of one raster. Scaling down leaves peaks too: sharpness
    and detail, the last two, tell it apart.
    """
    chosen = np.argsort(found.activity)[::-1][:CHOSEN]
    if len(chosen) < CHOSEN // 4:
        return None
    grey = found.grey[chosen]
    # Every other line tells as much, in half the time.
    sides = [
        _along(_energies(grey[:, ::2].astype(np.int16), 1), found.at[chosen, 1], found.size[1]),
        _along(_energies(grey[:, :, ::2].astype(np.int16), TILE // 2), found.at[chosen, 0], found.size[0]),
    ]
    rhythms = np.sort([side.rhythms for side in sides], axis=0)
    # The same period both ways is the raster's own, one alone may be the picture's.
    shared = [
        min(one.highest, other.highest)
        for one, other in zip(*(side.peaks for side in sides), strict=True)
        if abs(one.frequency - other.frequency) < BLOCKS
    ]
    told = np.clip([*rhythms.ravel(), max(shared, default=0.0)], LEAST, MOST)
    return np.concatenate((_bands(spectrum), told, [sharp["sharpness"], sharp["detail_db"]]))


@cache
def _model() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]:
    """Return the mean and the spread of each sign, its weight, and the constant."""
    model = json.loads(files(__package__).joinpath("enlarged.json").read_text(encoding="ascii"))
    return np.array(model["mean"]), np.array(model["spread"]), np.array(model["weights"]), model["constant"]


def _bands(spectrum: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the means of a spectrum (64, 33) by bands, (45,): down and across, and up, are taken for one."""
    half = spectrum[: TILE // 2 + 1].astype(np.float64)
    half[1:-1] = (half[1:-1] + spectrum[: TILE // 2 : -1]) / 2
    half = (half + half.T) / 2
    return np.array([half[one, other].mean() for at, one in enumerate(_BANDS) for other in _BANDS[: at + 1]])


def _energies(planes: NDArray[np.int16], step: int) -> list[NDArray[np.float32]]:
    """Return how large second and third differences are at each place along tiles, against each tile's mean.

    `planes` are tiles (n, 32, 64) with differences along the last axis (`step`
    1), or (n, 64, 32) with differences along the middle one (`step` 32). The
    answers have the shape (n, 62) and (n, 61).
    """
    # In whole levels and as one line: what runs from one row into the next falls on places that are left out.
    differences, lines = planes.reshape(-1), TILE // 2
    differences = differences[step:] - differences[:-step]
    answers = []
    for order in (2, 3):
        differences = differences[step:] - differences[:-step]
        magnitude = np.zeros(planes.shape, np.int16)
        np.abs(differences, out=magnitude.reshape(-1)[: len(differences)])
        places = TILE - order
        # At most 32 × 2040.
        sums = _sums(magnitude, step)[:, :places]
        cap = np.floor(CAPPED * sums.sum(axis=1) / np.float32(lines * places) + 1)
        np.minimum(magnitude, cap.astype(np.int16)[:, None, None], out=magnitude)
        energy = _sums(magnitude, step)[:, :places] / np.float32(lines)
        energy /= energy.mean(axis=1, keepdims=True) + np.float32(0.05)
        answers.append(energy)
    return answers


def _sums(magnitude: NDArray[np.int16], step: int) -> NDArray[np.float32]:
    """Return the sums over the lines of tiles, (n, 64)."""
    whole = magnitude.view(np.uint16)
    if step == 1:
        return np.asarray(whole.sum(axis=1, dtype=np.uint16), np.float32)
    sums = cv2.reduce(whole.reshape(-1, TILE // 2), 1, cv2.REDUCE_SUM, dtype=cv2.CV_32F)
    return np.asarray(sums, np.float32).reshape(-1, TILE)


def _along(energies: list[NDArray[np.float32]], at: NDArray[np.int64], length: int) -> _Side:
    """Look along tiles that begin at places `at` of a picture of that length, by the energies of their differences."""
    turns = energies[1][:, :56].reshape(len(at), 7, 8).mean(axis=1)[:, _WITHIN] @ _ALTERNATING
    # A side that is not twice the old one to the pixel turns over once on its way.
    phase = np.cos(np.pi * (at + TILE / 2) / length)
    before, after = turns[phase > TURNED], turns[phase < -TURNED]
    over = (min(_alternation(sign * before), _alternation(-sign * after)) for sign in (1, -1))
    doubled = max(_alternation(turns), *over)
    return _Side(doubled, float(median(turns)), [_peaks(energy, at, length) for energy in energies])


def _alternation(turns: NDArray[np.float32]) -> float:
    """Return how clearly the tiles' alternations (n,) are above 0; near 1 where it counts."""
    if not len(turns):
        return 0.0
    middle = median(turns)
    error = 1.4826 * median(np.abs(turns - middle)) / np.sqrt(len(turns)) + 1e-4
    return float(min(middle / ALTERNATION, middle / error / CERTAIN))


def _peaks(energy: NDArray[np.float32], at: NDArray[np.int64], length: int) -> _Peaks:
    """Return the peaks of the spectrum of all tiles' energies (n, columns)."""
    ordered, middle = np.sort(energy, axis=1), energy.shape[1] // 2
    left = energy - (ordered[:, middle, None] + ordered[:, -middle - 1, None]) / 2
    places = np.arange(left.shape[1])
    phases = np.bincount(places % 8, left.mean(axis=0)) / np.bincount(places % 8)
    left -= phases.astype(np.float32)[places % 8]
    np.clip(left, -0.6, 0.6, out=left)
    line = np.bincount((at[:, None] + places).ravel(), left.ravel(), length).astype(np.float32)
    told, third = _told(length)
    heights = np.abs(np.fft.rfft(line)[told])
    spread = float(np.sqrt(np.mean(heights**2))) if len(heights) else 0.0
    if spread <= 0:
        return _Peaks(0.0, 0.0, 0.0)
    heights /= spread
    highest = int(np.argmax(heights))
    return _Peaks(float(heights[third].max()), float(heights[highest]), float(told[highest]) / length)


@lru_cache(maxsize=8)
def _told(length: int) -> tuple[NDArray[np.int64], slice]:
    """Return at which places of the spectrum of a line of that length a peak is looked for, and which are a third's."""
    frequency = np.arange(length // 2 + 1) / length
    told = (frequency > LOWEST) & (frequency < HIGHEST)
    for block in (0.125, 0.25, 0.375):
        told &= np.abs(frequency - block) > BLOCKS
    places = np.flatnonzero(told)
    near = np.flatnonzero(np.abs(frequency[places] - THIRD) * length <= NEAR_THIRD)
    return places, slice(int(near[0]), int(near[-1]) + 1)
