"""Levels on the page: each with its sentence, its place among the steps, and what comes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from stockctl.earnings.showing.wording import (
    WINDOWS,
    carried,
    coming,
    counted,
    percent,
    shown,
    titled,
    when,
    why_a_range,
)
from stockctl.earnings.terms.money import in_currency
from stockctl.report.chart import Series, bars, progress
from stockctl.report.page import Fact, fragment

if TYPE_CHECKING:
    from stockctl.earnings.answers.money.levels import Level

_TEMPLATES = Path(__file__).parent / "templates"


def level_fact(level: Level) -> Fact:
    """Return a level as a figure at the head of the page."""
    scheme = level.scheme
    name = f"{titled(scheme.agency)} {scheme.kind}"
    if level.number is None:
        return Fact(name, "?", f"between {level.low:,} and {level.high:,} downloads")
    more = f"{level.remaining:,} to the next" if level.remaining is not None else ""
    return Fact(name, f"level {scheme.steps[level.number - 1].name}", more)


def level_part(level: Level) -> Markup:
    """Return a level's part of the page."""
    scheme = level.scheme
    one = level.low == level.high
    count = shown(level, level.low) if one else f"between {shown(level, level.low)} and {shown(level, level.high)}"
    sentence = f"{count} {counted(level)} ({WINDOWS[scheme.window]})"
    number, badge = level.number, ""
    if number is not None:
        step = scheme.steps[number - 1]
        badge = f"level {step.name}"
        sentence += f": {percent(step.rate)} of the price" if step.rate else f": at least {step.pays} per download"
        if level.following and level.remaining is not None:
            sentence += f"; {shown(level, level.remaining)} more to level {level.following.name}"
        if level.expected:
            sentence += f", expected on {level.expected}"
        if level.expected and level.expected_range:
            early, late = level.expected_range
            sentence += f" ({early} to {late or 'later'})"
    more = [] if one else [why_a_range(level)]
    if level.keep is not None:
        more.append(f"{shown(level, level.keep)} more by {level.until} keep it for the year after")
    if level.coming:
        more.append(coming(level))
    sentence = "; ".join([sentence, *more])
    chart = _files_by_level(level) if scheme.per_file else _progress(level)
    if scheme.note:
        sentence += f" ({scheme.note})"
    reached = [f"level {scheme.steps[one.level - 1].name} {when(one)}" for one in level.reached]
    reset = carried(level) if scheme.carried else ""
    if level.reset and level.reset.costs:
        costs = f"{in_currency(level.reset.costs, level.reset.currency)} {level.reset.currency}"
        reset = f"On {level.reset.on} it starts again at {percent(level.reset.rate)}; climbing costs about {costs}."
    values: dict[str, object] = {
        "title": f"{titled(scheme.agency)}, {scheme.kind}",
        "badge": badge,
        "sentence": sentence,
        "chart": chart,
    }
    values |= {"reached": reached, "reset": reset, "source": scheme.source, "confidence": scheme.confidence}
    return fragment(_TEMPLATES / "level.html.j2", level=values)


def _progress(level: Level) -> Markup:
    scheme = level.scheme
    if not scheme.steps:
        return Markup("")
    steps = [(step.name, step.start) for step in scheme.steps]

    def text(value: int) -> str:
        return in_currency(value, scheme.currency) if scheme.money else f"{value:,}"

    title = f"{titled(scheme.agency)} {scheme.kind}: where each level begins"
    return progress(title, steps, level.low, level.high, text)


def _files_by_level(level: Level) -> Markup:
    """Draw how many files stand on each level, where every file has its own."""
    names = [f"level {step.name}" for step in level.scheme.steps]
    if not level.files:
        return Markup("<p>Its statements do not tell which file was sold.</p>")
    return bars(f"{titled(level.scheme.agency)}: files on each level", names, [Series("", level.files)])
