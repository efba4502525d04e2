"""Perceptual hashes: alike pictures have alike hashes, however they were scaled or coded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Side to which a picture is scaled, and the lowest frequencies that are kept, in each direction.
SIDE = 64
KEPT = 16
# The lowest 8 × 8 of them make the first 64 bits.
COARSE = 8


def _order() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    places = [(row, column) for row in range(KEPT) for column in range(KEPT)]
    places.sort(key=lambda place: (max(place) >= COARSE, place))
    return np.array([row for row, _ in places]), np.array([column for _, column in places])


_ROWS, _COLUMNS = _order()


def perceptual_hash(srgb: NDArray[np.uint8]) -> str:
    """Return the hash of a picture, 256 bits as 64 hex digits.

    A bit for the sign of each of the 16 × 16 lowest frequencies of the cosine
    transform of the luma, scaled to 64 × 64 (after pHash: Zauner,
    Implementation and benchmarking of perceptual image hash functions, 2010);
    the first 64 bits are the lowest 8 × 8, a hash of their own for searching.
    Signs, not comparisons with the median: mirroring then only turns bits over.
    """
    luma = cv2.cvtColor(srgb, cv2.COLOR_RGB2GRAY)
    reduced = cv2.resize(luma, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(reduced)[:KEPT, :KEPT]
    # The mean brightness is no part of what a picture shows.
    low[0, 0] = 0
    return np.packbits(low[_ROWS, _COLUMNS] > 0).tobytes().hex()


def forms(hash_: str) -> list[bytes]:
    """Return the hashes, 32 bytes each, of a picture's eight turned and mirrored forms, its own first.

    Mirroring changes the sign of every odd frequency in one direction, turning
    by a quarter exchanges rows and columns too.
    """
    bits = np.zeros((KEPT, KEPT), bool)
    bits[_ROWS, _COLUMNS] = np.unpackbits(np.frombuffer(bytes.fromhex(hash_), np.uint8)).astype(bool)
    odd = np.arange(KEPT) % 2 == 1
    found = []
    for plane in (bits, bits.T):
        for down in (False, True):
            for across in (False, True):
                turned = plane ^ (odd[:, None] & down) ^ (odd[None, :] & across)
                turned[0, 0] = False
                found.append(np.packbits(turned[_ROWS, _COLUMNS]).tobytes())
    return found
