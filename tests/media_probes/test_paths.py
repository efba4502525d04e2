"""What an SVG's paths are like: open and filled, stray, tiny; counted by hand beside it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from stockctl.media.vector import probe

NAMES = ("paths", "nodes", "open_filled", "stray_points", "crumbs")


def counted(inside: str, root: str = 'viewBox="0 0 1000 800"') -> tuple[int, ...]:
    data = f'<svg xmlns="http://www.w3.org/2000/svg" {root}>{inside}</svg>'.encode()
    facts = probe(Path("a.svg"), memoryview(data), "svg").facts
    return tuple(facts[name] for name in NAMES)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("M0 0h90v90z", (1, 3, 0, 0, 0)),
        ("M0 0 90 0 90 90", (1, 3, 1, 0, 0)),
        # Its end lies where it began.
        ("M0 0L90 0 90 90 0 0", (1, 4, 0, 0, 0)),
        ("m10,10c10-10 20-10 30,0s20.5.5 30 0", (1, 3, 1, 0, 0)),
        ("M10 10A50 50 0 0 1 90 90Z", (1, 2, 0, 0, 0)),
        ("M5 5", (1, 1, 0, 1, 0)),
        ("M5 5z", (1, 1, 0, 1, 0)),
        ("M0 0h90v90zM200 200h90v90h-90Zl5 5", (3, 9, 0, 0, 0)),
        ("M10 10h1v1z", (1, 3, 0, 0, 1)),
        # A line has no inside.
        ("M0 0L90 90", (1, 2, 0, 0, 0)),
        ("", (0, 0, 0, 0, 0)),
        ("99 M", (0, 0, 0, 0, 0)),
    ],
)
def test_the_parts_of_a_path_are_counted(data: str, expected: tuple[int, ...]) -> None:
    assert counted(f'<path d="{data}"/>') == expected


OPEN = "M0 0h90v90"


@pytest.mark.parametrize(
    ("inside", "filled"),
    [
        (f'<path d="{OPEN}"/>', 1),
        (f'<path d="{OPEN}" fill="none"/>', 0),
        (f'<path d="{OPEN}" style="stroke:red;fill:none"/>', 0),
        (f'<path d="{OPEN}" style="fill-opacity:0;stroke:red"/>', 1),
        (f'<g fill="none"><path d="{OPEN}"/><g fill="red"><path d="{OPEN}"/></g></g>', 1),
        (f'<g fill="none"></g><path d="{OPEN}"/>', 1),
        (f'<style>.a,.b{{fill:none;stroke:#000}}.c{{fill:red}}</style><path class="b" d="{OPEN}"/>', 0),
        (f'<style>.a,.b{{fill:none;stroke:#000}}.c{{fill:red}}</style><path class="c" d="{OPEN}"/>', 1),
        (f'<clipPath id="x"><path d="{OPEN}"/></clipPath><defs><path d="{OPEN}"/></defs>', 0),
    ],
)
def test_what_is_not_filled_may_be_open(inside: str, filled: int) -> None:
    assert counted(inside)[2] == filled


def test_paths_of_any_length_take_linear_time() -> None:
    began = time.process_time()
    for data in ("M" + "1 " * 2_000_000, "M0 0" + "L1 1" * 500_000, "M0 0" + "z" * 3_000_000, "." * 3_000_000):
        counted(f'<path d="{data}"/>')
    counted("<style>" + ".a{" * 300_000 + "</style>")
    counted('<g fill="none">' * 50_000)
    assert time.process_time() - began < 20
