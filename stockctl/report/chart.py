"""Charts inside a page, drawn by leather in the colours of the page's own style, from whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import leather
from leather import theme
from markupsafe import Markup

from stockctl.report.page import fragment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_TEMPLATES = Path(__file__).parent / "templates"
_WIDTH, _HEIGHT, _BAR = 800, 320, 34
# The page's style has so many colours for bars; what comes after is drawn together.
COLOURS = 4

# Colours and fonts are the page's, in light, dark and print.
theme.background_color = "none"
theme.margin = 0.02
theme.tick_color, theme.zero_color, theme.label_color = "var(--line)", "var(--quiet)", "var(--quiet)"
theme.tick_font_family = "inherit"
theme.tick_font_size = 13
# Small screens write larger.
theme.tick_font_char_width, theme.tick_font_char_height = 14, 22


@dataclass(frozen=True)
class Series:
    """A name and one value per label, in whole units of any size; None where there is none yet."""

    name: str
    values: Sequence[int | None]


def bars(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    text: Callable[[int], str] = str,
    marked: Mapping[str, str] | None = None,
) -> Markup:
    """Return stacked bars, one per label; negative values hang below the line.

    `text` writes a value for the axis and for the words that show over a bar;
    `marked` are labels of which something is to be known, whose columns are
    shaded, and what it is.
    """
    chart = leather.Chart()
    if marked:
        chart.add_series(leather.Series([(label, 0) for label in labels]), _Shaded(labels, marked))
    up, down = [0] * len(labels), [0] * len(labels)
    for number, one in enumerate(series):
        spans = []
        for place, label in enumerate(labels):
            value = one.values[place] or 0
            stack = up if value >= 0 else down
            spans.append((label, stack[place], stack[place] + value))
            stack[place] += value
        chart.add_series(
            leather.Series([(label, end) for label, _, end in spans], name=one.name),
            _Stacked(spans, number % COLOURS + 1, one.name, text),
        )
    chart.add_y_scale(min([0, *down]), max([1, *up]))
    chart.add_y_axis(tick_formatter=_ticks(text))
    return _figure(chart, title, [one.name for one in series], shaded=next(iter((marked or {}).values()), ""))


def lines(title: str, labels: Sequence[str], series: Sequence[Series], text: Callable[[int], str] = str) -> Markup:
    """Return a line per series over the same labels; the last one is drawn strongest."""
    chart = leather.Chart()
    values = [value for one in series for value in one.values if value is not None]
    # The last series has the first colour, whatever came before it.
    colours = [(len(series) - 1 - number) % COLOURS + 1 for number in range(len(series))]
    for number, one in enumerate(series):
        last = number == len(series) - 1
        line = leather.Line(f"var(--bar-{colours[number]})", 4 if last else 2, None if last else "6 4")
        # leather's own check knows numbers and days only; months stand evenly all the same.
        line.validate_series, line.legend_to_svg = _accept, _no_legend
        chart.add_series(leather.Series(list(zip(labels, one.values, strict=True)), name=one.name), line)
    chart.add_y_scale(min([0, *values]), max([1, *values]))
    chart.add_y_axis(tick_formatter=_ticks(text))
    return _figure(chart, title, [one.name for one in series], colours)


def shares(title: str, parts: Sequence[tuple[str, int]], text: Callable[[int], str] = str) -> Markup:
    """Return a bar per part, the first at the top."""
    chart = leather.Chart()
    chart.add_bars([(value, name) for name, value in parts], fill_color="var(--bar-1)")
    chart.add_x_scale(min([0, *(value for _, value in parts)]), max([1, *(value for _, value in parts)]))
    chart.add_x_axis(tick_formatter=_ticks(text))
    return _figure(chart, title, [], height=40 + _BAR * len(parts))


@dataclass(frozen=True)
class _Stacked:
    """A shape as leather draws them: columns that begin where those below them end."""

    spans: Sequence[tuple[str, int, int]]
    colour: int
    name: str
    text: Callable[[int], str]

    def validate_series(self, series: Any) -> None:  # noqa: ANN401 - leather has no types
        """Accept what `bars` makes."""
        _accept(series)

    def legend_to_svg(self, series: Any, palette: Any) -> list[Any]:  # noqa: ANN401 - leather has no types
        """Leave the legend to the caption."""
        return _no_legend(series, palette)

    def to_svg(self, width: int, height: int, x_scale: Any, y_scale: Any, series: Any, palette: Any) -> ET.Element:  # noqa: ANN401, ARG002 - leather's call
        """Draw the columns."""
        group = ET.Element("g")
        for label, start, end in self.spans:
            if start == end:
                continue
            left, right = x_scale.project_interval(label, 0, width)
            top, bottom = sorted(y_scale.project(value, height, 0) for value in (start, end))
            box = {"x": left, "y": top, "width": right - left, "height": max(1, bottom - top)}
            colour = {"class": f"bar-{self.colour}"}
            column = ET.SubElement(group, "rect", {name: f"{value:.2f}" for name, value in box.items()} | colour)
            words = f"{label}, {self.name}" if self.name else label
            ET.SubElement(column, "title").text = f"{words}: {self.text(end - start)}"
        return group


@dataclass(frozen=True)
class _Shaded:
    """A shape as leather draws them: a shade behind the columns of some labels."""

    labels: Sequence[str]
    marked: Mapping[str, str]

    def validate_series(self, series: Any) -> None:  # noqa: ANN401 - leather has no types
        """Accept what `bars` makes."""
        _accept(series)

    def legend_to_svg(self, series: Any, palette: Any) -> list[Any]:  # noqa: ANN401 - leather has no types
        """Leave the legend to the caption."""
        return _no_legend(series, palette)

    def to_svg(self, width: int, height: int, x_scale: Any, y_scale: Any, series: Any, palette: Any) -> ET.Element:  # noqa: ANN401, ARG002 - leather's call
        """Draw the shades."""
        group = ET.Element("g")
        for label in self.labels:
            if label in self.marked:
                left, right = x_scale.project_interval(label, 0, width)
                box = {"x": f"{left:.2f}", "y": "0", "width": f"{right - left:.2f}", "height": str(height)}
                shade = ET.SubElement(group, "rect", box | {"class": "gap"})
                ET.SubElement(shade, "title").text = f"{label}: {self.marked[label]}"
        return group


def _accept(series: Any) -> None:  # noqa: ANN401 - leather has no types
    pass


def _no_legend(series: Any, palette: Any) -> list[Any]:  # noqa: ANN401, ARG001 - leather's call
    return []


def _ticks(text: Callable[[int], str]) -> Callable[[Any, int, int], str]:
    return lambda value, _, __: text(int(value))


def _figure(
    chart: Any,  # noqa: ANN401 - leather has no types
    title: str,
    names: Sequence[str],
    colours: Sequence[int] = (),
    height: int = _HEIGHT,
    shaded: str = "",
) -> Markup:
    svg = ET.Element("svg", {"viewBox": f"0 0 {_WIDTH} {height}", "role": "img", "aria-label": title})
    svg.append(chart.to_svg_group(_WIDTH, height))
    keys = [(colours[number] if colours else number % COLOURS + 1, name) for number, name in enumerate(names) if name]
    drawn = Markup(ET.tostring(svg, encoding="unicode"))  # noqa: S704 - ElementTree escapes names
    return fragment(_TEMPLATES / "figure.html.j2", svg=drawn, title=title, keys=keys, shaded=shaded)


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


def spark(title: str, labels: Sequence[str], values: Sequence[int], text: Callable[[int], str] = str) -> Markup:
    """Return small columns that fit into a table's cell, one per label; negative values hang below the line."""
    most, least = max([0, *values]), min([0, *values])
    span = most - least
    if not span:
        return Markup("")
    step = 160 // max(1, len(labels))
    zero = 1 + 32 * most // span
    columns = []
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        height = max(1, abs(value) * 32 // span)
        if value:
            top = zero - height if value > 0 else zero
            columns.append((place * step, top, max(1, step - 2), height, f"{label}: {text(value)}"))
    told = ", ".join(f"{label} {text(value)}" for label, value in zip(labels, values, strict=True) if value)
    return fragment(
        _TEMPLATES / "spark.svg.j2",
        title=title,
        words=f"{title}: {told}",
        width=step * len(labels),
        zero=zero,
        columns=columns,
    )
