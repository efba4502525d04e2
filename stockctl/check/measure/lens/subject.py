"""Focus on the subject: how sharp the faces of a picture are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stockctl.check.measure.lens.focus import focus
from stockctl.check.measure.light.noise import noise
from stockctl.check.measure.sample import TILE, Tiles, tiles
from stockctl.media.faces import is_certain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stockctl.media.decoding.picture import Picture
    from stockctl.report.finding import Box

# What of a face's box is looked at, as shares of it: hair and ground at its rim are not the face.
INNER = 0.1
# Sharpness, decibels, below which a face is looked at again: blurred leaves, chairs and books are taken for faces, too.
DOUBTFUL = -22.0
# How far apart tiles begin at least, pixels, and how many stand side by side at most.
APART, MOST = 24, 8


def sharpness_of(picture: Picture, faces: Sequence[Box]) -> list[float | None]:
    """Return how sharp each of the faces of a picture is, decibels, as `focus` measures the sharpness of a whole.

    `faces` are boxes in pixels of the upright picture. None where a face shows
    no detail at all, where it is soft and may be no face, or where the picture
    is smaller than a tile.
    """
    found = tiles(picture)
    if not len(found):
        return [None] * len(faces)
    everywhere = noise(found)[2]
    upright = picture.upright(picture.stored)
    answers: list[float | None] = []
    for face in faces:
        rows, columns = (_corners(*along) for along in zip(_inner(face), upright.shape[:2], strict=True))
        at = np.array([(row, column) for row in rows for column in columns], np.int64)
        coded = np.stack([upright[row : row + TILE, column : column + TILE] for row, column in at.tolist()])
        values, *_ = focus(Tiles(picture.space.to_srgb(coded), coded, at, found.size), everywhere)
        sharpness = values.get("sharpness")
        doubtful = sharpness is not None and sharpness < DOUBTFUL and not is_certain(picture.pixels, face)
        answers.append(None if sharpness is None or doubtful else round(sharpness, 5))
    return answers


def _inner(face: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return from where to where the inner part of a face reaches, down and across."""
    left, top, width, height = face
    return (
        (top + INNER * height, top + (1 - INNER) * height),
        (left + INNER * width, left + (1 - INNER) * width),
    )


def _corners(span: tuple[float, float], length: int) -> NDArray[np.int64]:
    """Return where tiles begin that cover a span of a side of that length; one tile at least."""
    first = max(0, min(int(span[0]), length - TILE))
    last = max(first, min(int(span[1]), length) - TILE)
    count = min(MOST, (last - first) // APART + 1)
    return np.unique(np.linspace(first, last, count).astype(np.int64))
