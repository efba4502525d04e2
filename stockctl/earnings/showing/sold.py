"""Files with a face on the page, their keywords and their shoots, each linked with the others."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from stockctl.earnings.answers.sold.courses import Course, Courses, Face
from stockctl.earnings.showing.charts import labels_of
from stockctl.earnings.showing.wording import titled
from stockctl.earnings.terms.money import in_currency, per
from stockctl.errors import FileProblem
from stockctl.report.chart import spark
from stockctl.report.page import Cell, Column, Table, fragment, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stockctl.earnings.answers.money.lines import Line
    from stockctl.earnings.run import Report

_TEMPLATES = Path(__file__).parent / "templates"
# So many files, and so many keywords and shoots, are shown; --csv and --json have them all.
FILES, GROUPS = 200, 60
# The longest side of a small picture in pixels; so many are made, for so many seconds.
_SIDE, _PICTURES, _SECONDS = 160, 48, 30
_PICTURED = frozenset({"photo", "illustration"})


@dataclass
class SmallPictures:
    """Makes small pictures of catalogued files as addresses that hold the picture itself; empty where none can be."""

    made: int = 0
    ends: int = field(default_factory=lambda: time.monotonic_ns() + _SECONDS * 10**9)

    def __call__(self, face: Face) -> str:
        """Return the address of a file's small picture."""
        if face.kind not in _PICTURED or self.made >= _PICTURES or time.monotonic_ns() > self.ends:
            return ""
        from stockctl.media.preview import preview

        self.made += 1
        try:
            jpeg = preview(Path(face.path), face.format, (), overview=_SIDE, crop=0).overview
        except FileProblem:
            # It was moved or spoilt since it was catalogued.
            return ""
        return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode('ascii')}"


@dataclass(frozen=True)
class SoldParts:
    """The tables of files, keywords and shoots; `picture` gives a file's small picture, `page` a page of its own.

    Both return an address, or nothing.
    """

    report: Report
    picture: Callable[[Face], str]
    page: Callable[[Face], str]

    @cached_property
    def _courses(self) -> Courses:
        return self.report.courses or Courses((), {}, {}, {}, {})

    @cached_property
    def _files(self) -> list[Line]:
        return list(self.report.files[:FILES])

    @cached_property
    def _file_anchors(self) -> Mapping[str, str]:
        names = dict.fromkeys(line.key for line in self._files)
        return {name: f"file-{number}" for number, name in enumerate(names, 1)}

    @cached_property
    def _keywords(self) -> list[tuple[str, str, Course]]:
        return _ranked(self._courses.keywords)

    @cached_property
    def _shoots(self) -> list[tuple[str, str, Course]]:
        return _ranked(self._courses.shoots)

    @cached_property
    def _keyword_anchors(self) -> Mapping[str, str]:
        return _anchors("keyword", self._keywords)

    @cached_property
    def _shoot_anchors(self) -> Mapping[str, str]:
        return _anchors("shoot", self._shoots)

    def files(self) -> Markup:
        """Return the files that sold, each with its picture, title, shoot, words and months."""
        columns = [Column("File"), Column("Downloads", number=True), Column("Amount", number=True)]
        columns += [Column("Currency"), Column("Per download", number=True), Column("Over time")]
        seen: set[str] = set()
        rows: list[list[Cell | str | Markup]] = []
        for line in self._files:
            course = self._courses.files.get(line.key)
            rows.append(
                [
                    Cell(self._face(line, course, first=line.key not in seen), line.key),
                    Cell(f"{line.downloads:,}", line.downloads),
                    Cell(in_currency(line.amount, line.currency), line.amount),
                    line.currency,
                    per(line.amount, line.downloads, line.currency) or "–",
                    self._spark(line.key, course, line.currency),
                ]
            )
            seen.add(line.key)
        return table(Table(columns, rows))

    def _face(self, line: Line, course: Course | None, *, first: bool) -> Markup:
        face = self._courses.faces.get(line.key, Face())
        return fragment(
            _TEMPLATES / "face.html.j2",
            name=line.key,
            anchor=self._file_anchors[line.key] if first else "",
            picture=self.picture(face) if first else "",
            page=self.page(face),
            title=face.title,
            shoot=(face.shoot, self._shoot_anchors.get(face.shoot, "")),
            words=[(word, self._keyword_anchors.get(word, "")) for word in face.words],
            agencies=[
                f"{titled(one.agency)} {in_currency(one.amount, one.currency)}"
                for one in (course.sold() if course else ())
                if one.currency == line.currency
            ],
        )

    def keywords(self) -> Markup:
        """Return the keywords of what sold; a sale counts whole for each of its words."""
        return self._groups("Keyword", self._keywords, self._keyword_anchors)

    def shoots(self) -> Markup:
        """Return the shoots of what sold."""
        return self._groups("Shoot", self._shoots, self._shoot_anchors)

    def shoot(self, name: str) -> Cell | str:
        """Return a shoot's name, with a link to its sales where these are shown."""
        plain = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
        anchor = self._shoot_anchors.get(plain)
        return Cell(Markup('<a href="#{}">{}</a>').format(anchor, name), name) if anchor else name

    def _groups(self, heading: str, groups: list[tuple[str, str, Course]], anchors: Mapping[str, str]) -> Markup:
        columns = [Column(heading), Column("Downloads", number=True), Column("Amount", number=True)]
        columns += [Column("Currency"), Column("Per download", number=True), Column("Best files"), Column("Over time")]
        rows: list[list[Cell | str | Markup]] = []
        seen: set[str] = set()
        for name, currency, course in groups:
            downloads, amount = _of(course, currency)
            id_ = "" if name in seen else anchors[name]
            seen.add(name)
            best = [(file, self._file_anchors.get(file, "")) for file in course.best(currency)]
            rows.append(
                [
                    Cell(Markup('<span id="{}">{}</span>').format(id_, name) if id_ else name, name),
                    Cell(f"{downloads:,}", downloads),
                    Cell(in_currency(amount, currency), amount),
                    currency,
                    per(amount, downloads, currency) or "–",
                    fragment(_TEMPLATES / "links.html.j2", links=best),
                    self._spark(name, course, currency),
                ]
            )
        return table(Table(columns, rows))

    def _spark(self, name: str, course: Course | None, currency: str) -> Markup:
        steps = self._courses.steps
        if course is None or not steps:
            return Markup("")
        texts = labels_of(steps)
        return spark(
            f"{name}, {currency}", texts, course.values(currency, steps), lambda micro: in_currency(micro, currency)
        )


def _of(course: Course, currency: str) -> tuple[int, int]:
    own = [one for one in course.sold() if one.currency == currency]
    return sum(one.downloads for one in own), sum(one.amount for one in own)


def _ranked(courses: Mapping[str, Course]) -> list[tuple[str, str, Course]]:
    """Return the groups that brought most, currency by currency."""
    found = [
        (_of(course, currency)[1], name, currency, course)
        for name, course in courses.items()
        for currency in dict.fromkeys(code for _, code in course.agencies)
    ]
    found.sort(key=lambda one: (one[2], -one[0], one[1]))
    kept: list[tuple[str, str, Course]] = []
    for _, name, currency, course in found:
        if sum(code == currency for _, code, _ in kept) < GROUPS:
            kept.append((name, currency, course))
    return kept


def _anchors(kind: str, groups: list[tuple[str, str, Course]]) -> Mapping[str, str]:
    names = dict.fromkeys(name for name, _, _ in groups)
    return {name: f"{kind}-{number}" for number, name in enumerate(names, 1)}
