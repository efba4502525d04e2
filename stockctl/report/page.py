"""One self-contained HTML page: nothing is loaded from elsewhere, and it prints.

A stage writes its parts as Jinja templates beside its `show.py`, renders them
with `fragment` (which escapes every value) and hands them to `page`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from stockctl.report.forms import generator
from stockctl.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Section:
    """A part of a page: its heading, its HTML as `fragment` gave it, and a line under the heading."""

    heading: str
    body: Markup
    note: str = ""
    anchor: str = ""

    @property
    def id(self) -> str:
        """The name by which links reach the section."""
        return self.anchor or re.sub(r"[^a-z0-9]+", "-", self.heading.lower()).strip("-")


@dataclass(frozen=True)
class Fact:
    """A figure at the head of a page: what it is, its value as text, and a word on it.

    `tone` is `good`, `warning`, `bad` or empty.
    """

    name: str
    value: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, whether it holds numbers (set right and sorted as such)."""

    title: str
    number: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell: the text shown, and the value that it is sorted by where that is another."""

    text: str | Markup
    sort: str | int | None = None


@dataclass(frozen=True)
class Table:
    """A table that a reader sorts by clicking a heading; `caption` may be empty."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str | Markup]]
    caption: str = ""
    empty: str = "nothing here yet"
    total: Sequence[str] = field(default=())


def page(
    title: str,
    sections: Sequence[Section],
    *,
    lead: str = "",
    facts: Sequence[Fact] = (),
    made: str = "",
    style: str = "",
    command: str,
) -> str:
    """Return a whole HTML document, readable on a phone, in the dark and on paper.

    `lead` is the sentence under the title, `made` says when and from what the
    page was made, `style` is a stage's own CSS, and `command` made it: the page
    says so, and a later run knows it by that. All texts are escaped; only the
    sections' bodies and `style` are taken as they are.
    """
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            title=title,
            sections=sections,
            lead=lead,
            facts=facts,
            made=made,
            style=Markup(style),  # noqa: S704 - ours
            generator=Markup(generator(command)),  # noqa: S704 - ours
        )
    )


def table(content: Table) -> Markup:
    """Return a table as HTML, with every text escaped."""
    return fragment(_TEMPLATES / "table.html.j2", table=content)


def fragment(template: Path, **values: Any) -> Markup:  # noqa: ANN401 - whatever the template names
    """Render a stage's own template with every value escaped."""
    return Markup(_environment().from_string(_text(template)).render(**values))  # noqa: S704 - rendered with escaping


@cache
def _text(template: Path) -> str:
    return template.read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )


def _seen(value: Any) -> Any:  # noqa: ANN401 - whatever a template shows
    """Show what strangers wrote; what is markup is ours."""
    return visible(value, lines=True) if type(value) is str else value
