"""Sums of hashes, fixed for ever: digests of earlier imports are compared with those of later ones."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

_STEPS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1))


def odd(seed: str) -> np.uint64:
    """Return an odd number of 64 bits that a text stands for."""
    return np.uint64(int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=8).digest()) | 1)


def finished(mixed: np.ndarray[Any, np.dtype[np.uint64]]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Mix the bits of each number in place (SplitMix64's finaliser), so that they can be summed up."""
    for shift, factor in _STEPS:
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    return mixed
