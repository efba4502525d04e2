"""The forms in which a picture is looked up: the bits of its hash, turned and mirrored, and moved a little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The lowest frequencies that are kept, in each direction.
KEPT = 16
HASH_BYTES = KEPT * KEPT // 8
# The lowest 8 × 8 of them make the first 64 bits.
COARSE = 8
# Mirrored or not, and turned by none to three quarters.
OWN_FORMS = 8
# The mean brightness is no part of what a picture shows: in its place, the first bit of all, stands whether the
# picture is plain. In the first byte of a hash:
PLAIN = np.uint8(0x80)


def _order() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    places = [(row, column) for row in range(KEPT) for column in range(KEPT)]
    places.sort(key=lambda place: (max(place) >= COARSE, place))
    return np.array([row for row, _ in places]), np.array([column for _, column in places])


# Where the bits of a hash, in their order, lie among the frequencies.
ROWS, COLUMNS = _order()
# The bit that takes each bit's place where rows and columns are exchanged.
_PLACES = np.empty((KEPT, KEPT), np.int64)
_PLACES[ROWS, COLUMNS] = np.arange(KEPT * KEPT)
_EXCHANGED = _PLACES[COLUMNS, ROWS]
# The bits that mirroring changes: not at all, across, down, both.
_SIGNS = np.packbits([(ROWS % 2 * down + COLUMNS % 2 * across) % 2 for down in (0, 1) for across in (0, 1)], axis=1)


@dataclass(frozen=True)
class Move:
    """A small change of a picture's frame, as a person makes it: turned, enlarged, and shifted by shares of its sides.

    `filling` is the power of the scale that leaves no corner empty after the
    turn: 1 is a copy that was cut to its frame, 0 one with filled corners, −1
    the way back from a cut copy. Where there is no picture, its rim is drawn
    out, or the picture `mirrored` at it.
    """

    degrees: float = 0
    scale: float = 1
    filling: float = 0
    shift: tuple[float, float] = (0, 0)
    mirrored: bool = False


# Cropped on all sides, and the way back from such a copy.
CENTRED = (Move(scale=1.06), Move(scale=1 / 1.1), Move(scale=0.9, mirrored=True))
_CORNERS = tuple((across, down) for across in (0.025, -0.025) for down in (0.025, -0.025))
_CUT = tuple((across, down) for across in (0.125, -0.125) for down in (0.125, -0.125))
# A hash is alike within about a degree of a turn and 3 % of a crop: these reach as far as 3° and crops of 5 %
# at each side or at any corner (chosen on half of 273 photos: see tests/benchmarks/pixels/similar.py). The last are
# ways from a picture to a copy of which a fifth was cut off, or that was turned by 5°: such a copy is found beside its
# original.
MOVES = (
    *CENTRED,
    *(Move(degrees, filling=filling) for degrees in (2, -2) for filling in (1, 0, -1)),
    *(Move(scale=1.05, shift=shift) for shift in _CORNERS),
    *(Move(scale=1 / 1.05, shift=shift) for shift in _CORNERS),
    *(Move(scale=1 / 1.07, shift=shift, mirrored=True) for shift in _CORNERS),
    *(Move(scale=scale) for scale in (1.12, 1.18, 1.25)),
    *(Move(scale=1.25, shift=shift) for shift in _CUT),
    *(Move(degrees, filling=filling) for degrees in (4.5, -4.5) for filling in (1, -1)),
)


def own_forms(own: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the hashes of pictures' eight turned and mirrored forms: uint8 (pictures, 8, 32) of (pictures, 1, 32)."""
    return _forms(own[:, 0], turned=True)


def moved_forms(moved: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the forms of what pictures look like after each of `MOVES`: uint8 (pictures, forms, 32).

    `moved`: uint8 (pictures, moves, 32). All are mirrored; those of the middle
    are turned by quarters too: who crops a picture at a corner or sets its
    horizon right does not stand it on its side as well.
    """
    pictures, centred = len(moved), len(CENTRED)
    parts = ((moved[:, :centred], True), (moved[:, centred:], False))
    found = [_forms(part.reshape(-1, HASH_BYTES), turned=turned) for part, turned in parts]
    return np.ascontiguousarray(np.concatenate([part.reshape(pictures, -1, HASH_BYTES) for part in found], axis=1))


def _forms(coded: NDArray[np.uint8], *, turned: bool) -> NDArray[np.uint8]:
    """Return the hashes of turned and mirrored pictures, each one's own first, then mirrored: uint8 (n, 8 or 2, 32).

    Mirroring changes the sign of every odd frequency in one direction, turning
    by a quarter exchanges rows and columns too; so no picture is opened again.
    """
    if not turned:
        return coded[:, None] ^ _SIGNS[:2]
    exchanged = np.packbits(np.unpackbits(coded, axis=1)[:, _EXCHANGED], axis=1)
    return np.concatenate([coded[:, None] ^ _SIGNS, exchanged[:, None] ^ _SIGNS], axis=1)
