"""Charts as SVG inside a page: whole numbers in, colours from the page's own style, a table's worth of text for all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.report.page import fragment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup

_TEMPLATES = Path(__file__).parent / "templates"
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 800, 300, 64, 28, 12
# The page's style has so many colours for bars; what comes after is drawn together.
COLOURS = 4


@dataclass(frozen=True)
class Series:
    """A name and one value per label, in whole units of any size."""

    name: str
    values: Sequence[int]


@dataclass(frozen=True)
class _Box:
    x: int
    y: int
    width: int
    height: int
    colour: int
    text: str


def bars(title: str, labels: Sequence[str], series: Sequence[Series], text: Callable[[int], str] = str) -> Markup:
    """Return stacked bars, one per label; negative values hang below the line.

    `text` writes a value for the axis and for the words that show over a bar.
    """
    above = [sum(max(one.values[place], 0) for one in series) for place in range(len(labels))]
    below = [sum(min(one.values[place], 0) for one in series) for place in range(len(labels))]
    ticks = _ticks(min(below, default=0), max(above, default=0))
    low, high = ticks[0], ticks[-1]

    def y(value: int) -> int:
        return _TOP + (high - value) * (_HEIGHT - _TOP - _BOTTOM) // max(1, high - low)

    slot = (_WIDTH - _LEFT) // max(1, len(labels))
    boxes: list[_Box] = []
    for place, label in enumerate(labels):
        up = down = 0
        for number, one in enumerate(series):
            value = one.values[place]
            if not value:
                continue
            start = up if value > 0 else down
            end = start + value
            top, bottom = y(max(start, end)), y(min(start, end))
            words = f"{label}, {one.name}: {text(value)}" if one.name else f"{label}: {text(value)}"
            boxes.append(
                _Box(_LEFT + place * slot + slot // 8, top, max(2, slot * 3 // 4), max(1, bottom - top), number, words)
            )
            up, down = (end, down) if value > 0 else (up, end)
    return fragment(
        _TEMPLATES / "bars.svg.j2",
        title=title,
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        boxes=boxes,
        ticks=[(y(tick), text(tick)) for tick in ticks],
        labels=[
            (_LEFT + place * slot + slot // 2, label)
            for place, label in enumerate(labels)
            if _shown(place, len(labels))
        ],
        base=_HEIGHT - 8,
        series=[(number % COLOURS, one.name) for number, one in enumerate(series) if one.name],
        colours=COLOURS,
    )


def progress(
    title: str, steps: Sequence[tuple[str, int]], low: int, high: int, text: Callable[[int], str] = str
) -> Markup:
    """Return a count on its way through the steps of a table, every step as wide as the next.

    `steps` are (name, the count at which it begins), ascending; between `low`
    and `high` the count is not known.
    """
    width = 1000 // max(1, len(steps))
    ends = [start for _, start in steps[1:]] + [max(high, steps[-1][1] * 2)]

    def x(value: int) -> int:
        for place, ((_, start), end) in enumerate(zip(steps, ends, strict=True)):
            if value < end:
                return place * width + (value - start) * width // max(1, end - start)
        return len(steps) * width

    return fragment(
        _TEMPLATES / "progress.svg.j2",
        title=title,
        steps=[(place * width, width, name, text(start)) for place, (name, start) in enumerate(steps)],
        low=x(low),
        high=x(high),
        width=width * len(steps),
    )


def _ticks(low: int, high: int) -> list[int]:
    """Return round values from at or below `low` to at or above `high`, four to eight of them."""
    span = max(1, high - min(low, 0))
    step = 1
    while span > step * 6:
        # 1, 2, 5, 10, 20 …
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    first = min(low, 0) // step * step
    ticks = [first]
    while ticks[-1] < high:
        ticks.append(ticks[-1] + step)
    return ticks if len(ticks) > 1 else [*ticks, ticks[-1] + step]


def _shown(place: int, count: int) -> bool:
    """Tell whether a label is written: at most about fifteen have room."""
    return place % (-(-count // 15) or 1) == 0
