"""The contact sheet: every picture with its verdicts, each finding with its place at 100 %."""

from __future__ import annotations

import base64
import re
import secrets
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from stockctl.check.run.pool import each
from stockctl.check.showing.lines import WORDLESS, Line, groups, lines
from stockctl.errors import FileProblem
from stockctl.media.identify import Kind
from stockctl.media.preview import Preview, preview
from stockctl.report.command import command, path_word
from stockctl.report.finding import BLOCKED, MISSING, READY, WARNING
from stockctl.report.line import told_apart
from stockctl.report.page import Fact, Section, fragment, page
from stockctl.report.terminal import progress
from stockctl.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stockctl.check.run.judged import Judged, Report
    from stockctl.files.output import Output
    from stockctl.machines.far import Far
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
class Shots:
    """The small pictures of a file, as a process of the pool makes them."""

    path: Path
    preview: Preview


@dataclass(frozen=True)
class Card:
    """One picture on the page: `name` tells it from the others, `command` is what to do next with it."""

    judged: Judged
    name: str
    overview: str
    findings: Sequence[Shown]
    command: str

    @property
    def tone(self) -> str:
        """The tone of the worse of its two verdicts."""
        return _TONES[min(self.judged.picture, self.judged.words, key=_WORST_FIRST.index)]

    @property
    def rank(self) -> tuple[int, int, int]:
        """Where it stands among the others, the worst picture first."""
        judged = self.judged
        return (_WORST_FIRST.index(judged.picture), _WORST_FIRST.index(judged.words), -len(self.findings))

    @property
    def rules(self) -> list[str]:
        """The names of the rules that found something, for the page's filter."""
        return list(dict.fromkeys(shown.line.finding.name for shown in self.findings))

    @property
    def boxes(self) -> list[Box]:
        """The places to draw in the overview."""
        return list(dict.fromkeys(shown.line.finding.box for shown in self.findings if shown.line.finding.box))


_WORST_FIRST = [BLOCKED, MISSING, WARNING, READY]
_TONES = {BLOCKED: "bad", MISSING: "warning", WARNING: "warning", READY: "good"}


def write(report: Report, output: Output, workers: int | None = None, far: Far | None = None) -> None:
    """Write the contact sheet as one self-contained page.

    The pictures are decoded by as many processes as a check takes (`workers`
    as there), or by the workers of `far`, and wait on disk until the page is written: a thousand of them
    take no more memory than one.

    Raises:
        UsageError: the file cannot be written there.

    """
    with output.text() as file, tempfile.TemporaryFile(dir=output.folder) as kept:
        images = _Images(kept)
        text = render(report, images, workers, far)
        for part in images.put_into(text):
            file.write(part)


class _Images:
    """JPEGs kept in a file until a page is written; in its text a mark stands for each."""

    def __init__(self, file: IO[bytes]) -> None:
        # No title of a file can hold it by chance or by design.
        self._sign = secrets.token_hex(16)
        self._file = file
        self._places: list[tuple[int, int]] = []

    def keep(self, jpeg: bytes) -> str:
        """Keep a picture and return the mark of its data address; "" of none."""
        if not jpeg:
            return ""
        self._places.append((self._file.tell(), len(jpeg)))
        self._file.write(jpeg)
        return f"{self._sign}:{len(self._places) - 1};"

    def put_into(self, text: str) -> Iterator[str]:
        """Yield a text in parts, with the data address of its picture for each mark."""
        for number, part in enumerate(re.split(f"{self._sign}:(\\d+);", text)):
            if number % 2 == 0:
                yield part
                continue
            at, length = self._places[int(part)]
            self._file.seek(at)
            yield f"data:image/jpeg;base64,{base64.b64encode(self._file.read(length)).decode()}"


def render(report: Report, images: _Images, workers: int | None, far: Far | None = None) -> str:
    """Return the contact sheet as an HTML document, with marks for pictures."""
    titles = {agency.name: agency.initials for agency in report.agencies}
    marks: dict[Path, tuple[str, dict[Box, str]]] = {}
    tasks = {judged.asset.path: _wanted(judged) for judged in report.assets if _is_shown(judged)}
    with progress("report", _drawn(tasks, workers, far), len(tasks)) as shot:
        for shots in shot:
            crops = {box: images.keep(jpeg) for box, jpeg in shots.preview.crops.items()}
            marks[shots.path] = images.keep(shots.preview.overview), crops
    names = told_apart(judged.asset.path for judged in report.assets)
    cards = [
        _card(judged, visible(names[judged.asset.path]), titles, *marks.get(judged.asset.path, ("", {})))
        for judged in report.assets
    ]
    cards.sort(key=lambda card: card.rank)
    pictures, words = (Counter(each) for each in ([c.judged.picture for c in cards], [c.judged.words for c in cards]))
    facts = [
        Fact("files", str(len(cards)), f"{len(report.errors)} unreadable" if report.errors else ""),
        Fact("pictures ready", str(pictures[READY]), _rest(pictures), "good" if pictures[READY] else "warning"),
        Fact("words ready", str(words[READY]), _rest(words), "good" if words[READY] else "warning"),
    ]
    found = groups(report)
    sections = []
    if found:
        body = fragment(_TEMPLATES / "reasons.html.j2", groups=found, names=names)
        sections.append(
            Section("What was found", body, note="Each reason once, with what mends it; click to copy a command.")
        )
    sections.append(
        Section(
            "Contact sheet",
            fragment(
                _TEMPLATES / "contact.html.j2",
                cards=cards,
                agencies=report.agencies,
                rules=sorted({name for card in cards for name in card.rules}),
                order=[group.name for group in found],
            ),
            note="The box in a picture is the place that decided; beside each finding it stands at 100 %. "
            "Arrow keys go from picture to picture, Enter enlarges one, Escape closes it.",
        )
    )
    if report.errors:
        sections.append(Section("Could not be read", fragment(_TEMPLATES / "problems.html.j2", problems=report.errors)))
    if report.similar:
        sections.append(Section("Similar pictures", fragment(_TEMPLATES / "similar.html.j2", pairs=report.similar)))
    made = f"Made by stockctl check on {datetime.now().astimezone():%d %B %Y, %H:%M}."
    style = (_TEMPLATES / "contact.css").read_text(encoding="utf-8")
    return page("What the reviewers would say", sections, facts=facts, made=made, style=style, command="check")


def _card(judged: Judged, name: str, titles: dict[str, str], overview: str, crops: Mapping[Box, str]) -> Card:
    shown = [
        Shown(line, crops.get(line.finding.box, "") if line.finding.box else "")
        for line in lines(judged, titles)
        # Its tile says so.
        if line.finding.name != WORDLESS
    ]
    path = path_word(judged.asset.path)
    next_ = command("keyword", path) if judged.words == MISSING else command("check", "-v", path)
    return Card(judged, name, overview, shown, next_)


def _rest(outcomes: Counter[str]) -> str:
    said = {BLOCKED: "refused", MISSING: "missing", WARNING: "to look at"}
    return ", ".join(f"{outcomes[outcome]} {word}" for outcome, word in said.items() if outcomes[outcome])


def _is_shown(judged: Judged) -> bool:
    return judged.asset.kind in {Kind.PHOTO, Kind.ILLUSTRATION} and judged.sound


def _wanted(judged: Judged) -> tuple[str, list[Box]]:
    """Return a picture's format and the places that are shown of it."""
    return judged.asset.format, list({finding.box for finding in judged.findings if finding.box})


def _drawn(tasks: Mapping[Path, tuple[str, list[Box]]], workers: int | None, far: Far | None) -> Iterable[Shots]:
    if far is None:
        return each(_shots, tasks, workers, _unseen)
    from stockctl.machines.previews import Previews

    done = far.each(tasks, Previews(tasks, OVERVIEW, CROP))
    return (Shots(one.path, one.preview) if one.preview is not None else _unseen(one.path) for one in done)


def _shots(path: Path, wanted: tuple[str, list[Box]]) -> Shots:
    format_, boxes = wanted
    try:
        return Shots(path, preview(path, format_, boxes, overview=OVERVIEW, crop=CROP))
    except FileProblem:
        return _unseen(path)


def _unseen(path: Path) -> Shots:
    return Shots(path, Preview(b"", {}))
