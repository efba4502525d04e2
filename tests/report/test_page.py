"""The page that every HTML report is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from stockctl.report.page import Cell, Column, Fact, Section, Table, fragment, page, table

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = '<script>alert("x")</script>'


def test_a_page_loads_nothing_from_elsewhere() -> None:
    text = page(
        "Earnings", [Section("A", Markup("<p>a</p>"))], lead="l", facts=[Fact("n", "1")], made="today", command="check"
    )
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:)""", text)
    assert "@import" not in text
    assert "url(" not in text


def test_every_text_is_escaped() -> None:
    cells = Table([Column(HOSTILE), Column("n", number=True)], [[HOSTILE, Cell(HOSTILE, sort=HOSTILE)]], HOSTILE)
    text = page(
        HOSTILE,
        [Section(HOSTILE, table(cells), HOSTILE)],
        lead=HOSTILE,
        facts=[Fact(HOSTILE, HOSTILE)],
        command="check",
    )
    assert HOSTILE not in text
    assert text.count("&lt;script&gt;") >= 8


def test_a_fragment_escapes_the_values_of_a_stage_s_template(tmp_path: Path) -> None:
    template = tmp_path / "part.html.j2"
    template.write_text("<b>{{ name }}</b>", encoding="utf-8")
    assert fragment(template, name="<i>") == "<b>&lt;i&gt;</b>"


def test_an_empty_table_says_so() -> None:
    assert "nothing here yet" in table(Table([Column("a")], []))


def test_a_cell_sorts_by_its_value_not_its_text() -> None:
    made = table(Table([Column("when")], [[Cell("1 March", sort="2026-03-01")]]))
    assert 'data-sort="2026-03-01"' in made
    assert ">1 March<" in made
