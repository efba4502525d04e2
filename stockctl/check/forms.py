"""The bits of a perceptual hash, and those of the same picture turned and mirrored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# The lowest frequencies that are kept, in each direction.
KEPT = 16
# The lowest 8 × 8 of them make the first 64 bits.
COARSE = 8


def _order() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    places = [(row, column) for row in range(KEPT) for column in range(KEPT)]
    places.sort(key=lambda place: (max(place) >= COARSE, place))
    return np.array([row for row, _ in places]), np.array([column for _, column in places])


# Where the bits of a hash, in their order, lie among the frequencies.
ROWS, COLUMNS = _order()


def forms(hashes: Sequence[str]) -> NDArray[np.uint8]:
    """Return the hashes of each picture's eight turned and mirrored forms, its own first: uint8 (pictures, 8, 32).

    `hashes` are 64 hex digits each. Mirroring changes the sign of every odd
    frequency in one direction, turning by a quarter exchanges rows and columns
    too; so no picture is opened again.
    """
    coded = np.frombuffer(bytes.fromhex("".join(hashes)), np.uint8).reshape(-1, KEPT * KEPT // 8)
    bits = np.zeros((len(coded), KEPT, KEPT), bool)
    bits[:, ROWS, COLUMNS] = np.unpackbits(coded, axis=1).astype(bool)
    odd = np.arange(KEPT) % 2 == 1
    found = []
    for planes in (bits, bits.swapaxes(1, 2)):
        for down in (False, True):
            for across in (False, True):
                turned = planes ^ (odd[:, None] & down) ^ (odd[None, :] & across)
                turned[:, 0, 0] = False
                found.append(np.packbits(turned[:, ROWS, COLUMNS], axis=1))
    return np.stack(found, axis=1)
