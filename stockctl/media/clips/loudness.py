"""Loudness of a whole sound, LUFS: EBU R 128 by ITU-R BS.1770-4 (K-weighting, gated blocks of 400 ms).

The two filters are laid over the spectrum of overlapping pieces: what a
recursive filter gives, without a loop over samples.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    # Frames by channels, shares of full scale.
    Samples = NDArray[np.float32]

# BS.1770-4's filters for 48 kHz as analogue ones, for any rate: a shelf of 4 dB, and a high-pass.
_SHELF_HZ, _SHELF_Q, _SHELF_DB = 1681.974450955533, 0.7071752369554196, 3.999843853973347
_PASS_HZ, _PASS_Q = 38.13547087602444, 0.5003270373238773
# Samples that are weighted at once, and those before them that a filter still rings with.
_PIECE, _TAIL = 1 << 16, 1 << 15
# Steps a second, steps in a block; blocks below -70 LUFS, and 10 LU below the mean of the rest, are left out.
_STEPS, _BLOCK = 10, 4
_ABSOLUTE, _RELATIVE = -70.0, -10.0
_OFFSET = -0.691
# More channels than any sound that is sold; a broken head may name sixty thousand.
_MOST_CHANNELS = 16
# Below and above them the filters of the recommendation mean nothing, Hz: no sound that is sold has so few samples, or
# so many.
_LEAST_RATE, _MOST_RATE = 2000, 800_000
# Weights of six channels (L, R, C, LFE, Ls, Rs); of fewer each counts alike.
_SURROUND = (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)


class Meter:
    """Takes a sound part by part, and tells how loud the whole of it is."""

    def __init__(self, rate: int, channels: int) -> None:
        self._step = max(1, rate // _STEPS)
        self._able = channels <= _MOST_CHANNELS and _LEAST_RATE <= rate <= _MOST_RATE
        channels = min(channels, _MOST_CHANNELS)
        self._weights = np.array(_SURROUND if channels == len(_SURROUND) else (1.0,) * channels, np.float32)
        self._response = _response(min(max(rate, _LEAST_RATE), _MOST_RATE))
        self._energies: list[NDArray[np.float64]] = []
        self.cut()

    def cut(self) -> None:
        """Say that what comes next does not follow what came before."""
        self._tail = np.zeros((_TAIL, len(self._weights)), np.float32)
        self._left = np.empty((0,), np.float32)
        self._energies.append(np.empty(0))

    def take(self, samples: Samples) -> None:
        """Take the next samples, float32 (frames, channels)."""
        if not self._able:
            return
        for start in range(0, len(samples), _PIECE):
            piece = np.nan_to_num(samples[start : start + _PIECE]).clip(-8, 8)
            whole = np.concatenate([self._tail, piece, np.zeros((_PIECE - len(piece), piece.shape[1]), np.float32)])
            self._tail = whole[len(piece) : len(piece) + _TAIL]
            heard = np.fft.irfft(np.fft.rfft(whole, axis=0) * self._response[:, None], axis=0)
            heard = heard[_TAIL : _TAIL + len(piece)]
            power = np.concatenate([self._left, ((heard * heard) @ self._weights).astype(np.float32)])
            steps = len(power) // self._step
            self._left = power[steps * self._step :]
            means = power[: steps * self._step].reshape(steps, self._step).mean(axis=1, dtype=np.float64)
            self._energies[-1] = np.concatenate([self._energies[-1], means])

    def loudness(self) -> float | None:
        """Return the integrated loudness, LUFS; None of silence, or of less than a block."""
        blocks = [
            np.convolve(part, np.full(_BLOCK, 1 / _BLOCK), "valid") for part in self._energies if len(part) >= _BLOCK
        ]
        power = np.concatenate([np.empty(0), *blocks])
        power = power[power > _power(_ABSOLUTE)]
        if not power.size:
            return None
        power = power[power > power.mean() * 10 ** (_RELATIVE / 10)]
        return round(_OFFSET + 10 * float(np.log10(power.mean())), 2)


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


@lru_cache(maxsize=8)
def _response(rate: int) -> NDArray[np.complex64]:
    """Return what K-weighting does to each frequency of a piece with its tail."""
    turns = np.exp(-2j * np.pi * np.fft.rfftfreq(_PIECE + _TAIL))
    found = np.ones_like(turns)
    for upper, lower in (_shelf(rate), _pass(rate)):
        found *= (upper[0] + upper[1] * turns + upper[2] * turns**2) / (
            lower[0] + lower[1] * turns + lower[2] * turns**2
        )
    response: NDArray[np.complex64] = found.astype(np.complex64)
    return response


Biquad = tuple[tuple[float, float, float], tuple[float, float, float]]


def _shelf(rate: int) -> Biquad:
    k = float(np.tan(np.pi * min(_SHELF_HZ, rate * 0.45) / rate))
    high = 10 ** (_SHELF_DB / 20)
    band = high**0.4996667741545416
    below = 1 + k / _SHELF_Q + k * k
    upper = (high + band * k / _SHELF_Q + k * k, 2 * (k * k - high), high - band * k / _SHELF_Q + k * k)
    return upper, (below, 2 * (k * k - 1), 1 - k / _SHELF_Q + k * k)


def _pass(rate: int) -> Biquad:
    k = float(np.tan(np.pi * _PASS_HZ / rate))
    below = 1 + k / _PASS_Q + k * k
    # BS.1770's own: its upper part is not scaled.
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / below, (1 - k / _PASS_Q + k * k) / below)
