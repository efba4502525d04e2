"""Perceptual hashes: alike pictures have alike hashes, however they were scaled or coded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.forms import COLUMNS, KEPT, ROWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Side to which a picture is scaled.
SIDE = 64


def perceptual_hash(luma: NDArray[np.uint8]) -> str:
    """Return the hash of a picture by its luma, 256 bits as 64 hex digits.

    A bit for the sign of each of the 16 × 16 lowest frequencies of the cosine
    transform of the luma, scaled to 64 × 64 (after pHash: Zauner,
    Implementation and benchmarking of perceptual image hash functions, 2010);
    the first 64 bits are the lowest 8 × 8, a hash of their own for searching.
    Signs, not comparisons with the median: mirroring then only turns bits over.
    """
    reduced = cv2.resize(luma, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(reduced)[:KEPT, :KEPT]
    # The mean brightness is no part of what a picture shows.
    low[0, 0] = 0
    return np.packbits(low[ROWS, COLUMNS] > 0).tobytes().hex()
