"""The benchmark's arithmetic of growth: what is a figure, and what an exponent."""

from __future__ import annotations

import pytest

from tests.benchmarks.bench.growing import LONG_S, several
from tests.benchmarks.bench.page import fitted, grown
from tests.benchmarks.bench.rows import FLOOR_S, Growth, slope


def growth(runs: dict[int, list[float]], nothing: list[float] | None = None) -> Growth:
    return Growth("grow", "do it", runs, nothing or [0.5, 0.5, 0.6])


def test_the_least_runs_count() -> None:
    found = growth({100: [9.0, 1.5, 1.5], 1000: [10.6, 10.5, 40.0]})
    assert found.seconds == {100: pytest.approx(1.0), 1000: pytest.approx(10.0)}
    assert found.exponent == pytest.approx((1.0, 1.0, 1.0), abs=0.01)


def test_a_difference_under_the_floor_is_no_figure() -> None:
    found = growth({100: [0.455, 0.455], 1000: [0.5 + FLOOR_S / 2] * 2, 10_000: [1.0, 1.0]})
    assert found.seconds == {100: None, 1000: None, 10_000: pytest.approx(0.5)}
    assert found.exponent is None
    assert grown(found.document()) == (
        "| do it | 100: too little to tell, 1,000: too little to tell, 10,000: 0.5 | not told: fewer than two figures |"
    )


def test_what_lies_within_the_noise_of_its_runs_is_no_figure() -> None:
    assert growth({100: [0.8, 0.91, 2.0]}).seconds == {100: None}
    assert growth({100: [0.8, 0.8]}, [0.5, 0.61]).seconds == {100: None}
    # Of one run nobody knows how noisy it was.
    assert growth({100: [3.0]}).seconds == {100: None}


def test_three_noisy_points_give_no_steep_exponent() -> None:
    found = growth({100: [0.455, 0.52], 1000: [0.56, 0.7], 10_000: [3.27, 3.3]})
    assert (found.seconds[100], found.seconds[1000]) == (None, None)
    assert found.exponent is None


def test_an_exponent_is_told_with_its_spread() -> None:
    found = slope({100: (1.0, 0.1), 10_000: (10.0, 1.0)})
    assert found is not None
    assert found == pytest.approx((0.5, 0.456, 0.544), abs=0.001)
    assert fitted(found) == "0.50 (0.46–0.54)"
    assert slope({10: (1.0, 0.3), 100: (10.0, 0.0), 1000: (100.0, 30.0)}) == pytest.approx(
        (1.0, 0.866, 1.134), abs=0.001
    )
    assert slope({100: (1.0, 0.0)}) is None


def test_an_older_record_has_the_exponent_alone() -> None:
    assert fitted(0.6655) == "0.67"


def test_long_runs_are_two() -> None:
    assert several(5, lambda: (1.0, 2.0)) == [[1.0] * 5, [2.0] * 5]
    assert several(5, lambda: (LONG_S, 1.0)) == [[LONG_S] * 2, [1.0] * 2]
