"""Vectors in half the memory say what whole ones say."""

from __future__ import annotations

import numpy as np

from stockctl.keyword.embed.halves import Halves


def test_products_and_moments_are_those_of_whole_vectors() -> None:
    random = np.random.default_rng(3)
    rows = random.standard_normal((5000, 384)).astype(np.float16)
    whole, columns = rows.astype(np.float32), random.standard_normal((384, 3)).astype(np.float32)
    halves = Halves.of(rows.tobytes())
    for _ in range(6):
        # Used often, they are kept whole.
        np.testing.assert_allclose(halves @ columns, whole @ columns, rtol=1e-4, atol=1e-3)
        np.testing.assert_allclose(halves @ columns[:, 0], whole @ columns[:, 0], rtol=1e-4, atol=1e-3)
    total, scatter = halves.moments()
    np.testing.assert_allclose(total, whole.sum(axis=0), rtol=1e-3, atol=0.1)
    np.testing.assert_allclose(scatter, whole.T @ whole, rtol=1e-3, atol=0.5)
    np.testing.assert_array_equal(halves[np.array([4, 4999])], whole[[4, 4999]])


def test_without_vectors_there_are_no_products() -> None:
    assert (Halves() @ np.zeros(384, np.float32)).shape == (0,)
    assert len(Halves()) == 0
