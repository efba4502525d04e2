"""What measuring works out in a way of its own, against the library that has it too."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stockctl.check.measure.hashes import SIDE, _reduced
from stockctl.check.measure.lens.spots import CELL, _even_parts
from stockctl.check.measure.ranks import median, quantiles


@pytest.mark.parametrize("count", [1, 2, 3, 64, 101])
def test_ranks_are_those_of_numpy(count: int) -> None:
    """Medians and quantiles of few and of many numbers."""
    values = np.random.default_rng(count).normal(size=(1, count))
    shares = (0.0, 0.1, 0.5, 0.8, 1.0)
    assert quantiles(values, *shares) == pytest.approx(np.quantile(values, shares).tolist(), rel=1e-12)
    assert median(values) == pytest.approx(float(np.median(values)), rel=1e-12)


@pytest.mark.parametrize("shape", [(64, 64), (63, 200), (64, 65), (501, 333), (90, 750)])
def test_a_picture_is_reduced_as_by_areas(shape: tuple[int, int]) -> None:
    """Means of parts that end between pixels, and of a picture smaller than what it is reduced to."""
    luma = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    by_areas = cv2.resize(luma, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    apart = np.abs(_reduced(luma) - by_areas)
    # A mean between two levels may be rounded the other way.
    assert apart.max() <= 1
    assert np.count_nonzero(apart) <= 4


@pytest.mark.parametrize("shape", [(64, 65), (68, 69), (67, 70), (61, 90)])
def test_even_cells_are_told_to_the_rims(shape: tuple[int, int]) -> None:
    """One even cell of a rough plane is found wherever it lies, in places of the plane four times as dense."""
    size = (2 * shape[0], 2 * shape[1])
    for row in range(0, shape[0] - CELL + 1, CELL):
        for column in range(0, shape[1] - CELL, CELL):
            coarse = np.zeros(shape, np.uint8)
            coarse[:, ::2] = 200
            coarse[row : row + CELL, column : column + CELL + 1] = 100
            rows, columns = next(_even_parts(coarse, size))
            assert rows.start <= 2 * row < rows.stop
            assert (columns.start, columns.stop) == (2 * column, min(2 * (column + CELL), size[1]))
