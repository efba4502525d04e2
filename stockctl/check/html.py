"""The contact sheet: every picture with its verdicts, each finding with its place at 100 %."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.check.judge import BLOCKED, READY
from stockctl.check.show import Line, lines
from stockctl.errors import FileProblem
from stockctl.files.output import write_new
from stockctl.media.identify import Kind
from stockctl.media.preview import Preview, preview
from stockctl.report.page import Fact, Section, fragment, page
from stockctl.report.terminal import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.check.pipeline import Judged, Report
    from stockctl.report.finding import Box

_TEMPLATES = Path(__file__).parent / "templates"

# Longest side of an overview, and the side of a crop at 100 %, in pixels.
OVERVIEW = 480
CROP = 240


@dataclass(frozen=True)
class Shown:
    """A finding on the page: what is said of it, and its crop as a data address."""

    line: Line
    crop: str


@dataclass(frozen=True)
class Card:
    """One picture on the page."""

    judged: Judged
    overview: str
    findings: Sequence[Shown]
    tone: str
    outcome: str

    @property
    def rules(self) -> list[str]:
        """The names of the rules that found something, for the page's filter."""
        return list(dict.fromkeys(shown.line.finding.name for shown in self.findings))

    @property
    def boxes(self) -> list[Box]:
        """The places to draw in the overview."""
        return list(dict.fromkeys(shown.line.finding.box for shown in self.findings if shown.line.finding.box))


def write(report: Report, path: Path) -> None:
    """Write the contact sheet as one self-contained page.

    Raises:
        UsageError: the file cannot be written there.

    """
    text = render(report)
    with write_new(path) as file:
        file.write(text)


def render(report: Report) -> str:
    """Return the contact sheet as an HTML document."""
    titles = {agency.name: agency.initials for agency in report.agencies}
    with progress("report", report.assets, len(report.assets)) as assets:
        cards = [_card(judged, titles) for judged in assets]
    outcomes = Counter(card.outcome for card in cards)
    facts = [
        Fact("files", str(len(cards)), f"{len(report.errors)} unreadable" if report.errors else ""),
        Fact("ready everywhere", str(outcomes["ready"]), tone="good"),
        Fact("look first", str(outcomes["look"]), tone="warning"),
        Fact("refused by some", str(outcomes["some"]), tone="warning"),
        Fact("refused by all", str(outcomes["refused"]), tone="bad"),
    ]
    sections = [
        Section(
            "Contact sheet",
            fragment(
                _TEMPLATES / "contact.html.j2",
                cards=cards,
                agencies=report.agencies,
                rules=sorted({name for card in cards for name in card.rules}),
            ),
            note="The box in a picture is the place that decided; beside each finding it stands at 100 %.",
        )
    ]
    if report.errors:
        sections.append(Section("Could not be read", fragment(_TEMPLATES / "problems.html.j2", problems=report.errors)))
    if report.similar:
        sections.append(Section("Similar pictures", fragment(_TEMPLATES / "similar.html.j2", pairs=report.similar)))
    made = f"Made by stockctl check on {datetime.now().astimezone():%d %B %Y, %H:%M}."
    style = (_TEMPLATES / "contact.css").read_text(encoding="utf-8")
    return page("What the reviewers would say", sections, facts=facts, made=made, style=style)


def _card(judged: Judged, titles: dict[str, str]) -> Card:
    shots = _preview(judged)
    shown = [
        Shown(line, _address(shots.crops.get(line.finding.box, b"") if line.finding.box else b""))
        for line in lines(judged, titles)
    ]
    tone, outcome = _outcome(judged)
    return Card(judged, _address(shots.overview), shown, tone, outcome)


def _outcome(judged: Judged) -> tuple[str, str]:
    outcomes = set(judged.verdict.values())
    if outcomes == {BLOCKED}:
        return "bad", "refused"
    if BLOCKED in outcomes:
        return "warning", "some"
    return ("good", "ready") if outcomes <= {READY} else ("warning", "look")


def _preview(judged: Judged) -> Preview:
    asset = judged.asset
    if asset.kind not in {Kind.PHOTO, Kind.ILLUSTRATION} or not judged.sound:
        return Preview(b"", {})
    boxes = [finding.box for finding in judged.findings if finding.box]
    try:
        return preview(asset.path, asset.format, boxes, overview=OVERVIEW, crop=CROP)
    except FileProblem:
        return Preview(b"", {})


def _address(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}" if jpeg else ""
