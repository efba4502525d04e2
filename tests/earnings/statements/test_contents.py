"""What a statement says is known again in other words; the least change of it is not taken for the same."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.catalogue import open_catalogue
from stockctl.earnings.booking.importing import import_statement
from stockctl.earnings.reading.contents import Contents
from stockctl.errors import StatementError
from tests.earnings.ledger.test_counted_once import ledger, rolled_up
from tests.earnings.samples import PLAIN_HEADER, plain, sale

if TYPE_CHECKING:
    from pathlib import Path

CELL = st.text(st.sampled_from('ab1;, "\né€.0'), max_size=20) | st.text("x", min_size=60, max_size=90)
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[CELL] * width).filter(any), min_size=1, max_size=12)
)
FORMS = st.tuples(
    st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)), st.sampled_from(("\n", "\r\n")), st.sampled_from(",;\t")
)


def digest(rows: list[tuple[str, ...]], form: tuple[int, str, str], cut: int = 1) -> bytes | None:
    quoting, end, delimiter = form
    contents = Contents(delimiter, quoted=True, header=())
    for start in range(0, len(rows), cut):
        file = io.StringIO(newline="")
        writer = csv.writer(file, quoting=quoting, lineterminator=end, delimiter=delimiter)  # type: ignore[arg-type]
        writer.writerows(rows[start : start + cut])
        contents.add(file.getvalue())
    return contents.digest


@given(ROWS, FORMS, FORMS, st.data())
def test_the_same_rows_have_one_digest_however_they_are_written(
    rows: list[tuple[str, ...]], one: tuple[int, str, str], other: tuple[int, str, str], data: st.DataObject
) -> None:
    first = digest(rows, one)
    again = digest(data.draw(st.permutations(rows)), other, data.draw(st.integers(1, 5)))
    plain_cells = not any('"' in cell for row in rows for cell in row)
    if plain_cells:
        assert first is not None
        assert again is not None
    if first is not None and again is not None:
        assert first == again


@given(ROWS, ROWS, FORMS, FORMS)
def test_other_rows_have_another_digest(
    rows: list[tuple[str, ...]], others: list[tuple[str, ...]], one: tuple[int, str, str], other: tuple[int, str, str]
) -> None:
    first, second = digest(rows, one), digest(others, other)
    if Counter(rows) != Counter(others) and first is not None:
        assert first != second


@given(ROWS, FORMS, st.data())
def test_one_sign_more_or_one_row_twice_is_told(
    rows: list[tuple[str, ...]], form: tuple[int, str, str], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[place]) - 1))
    row = list(rows[place])
    at = data.draw(st.integers(0, len(row[column])))
    row[column] = row[column][:at] + data.draw(st.sampled_from("a0.")) + row[column][at:]
    first = digest(rows, form)
    if first is not None:
        assert digest([*rows[:place], tuple(row), *rows[place + 1 :]], form) != first
        assert digest([*rows, rows[place]], form) != first
        assert digest([*rows[:place], *rows[place + 1 :]], form) != first


def test_the_same_rows_under_another_heading_are_another_statement() -> None:
    found = []
    for header in (["gross", "net"], ["net", "gross"], ["gross"]):
        contents = Contents(",", quoted=True, header=[header])
        contents.add("1.00,0.38\n")
        found.append(contents.digest)
    assert len(set(found)) == 3


@pytest.mark.parametrize("text", ['a,"b ""c"""\n', "a\rb,c\n", "a\x1fb,c\n", 'a,"b\n', "x" * 5000 + ",b\n"])
def test_what_is_not_certain_has_none(text: str) -> None:
    contents = Contents(",", quoted=True, header=())
    contents.add(text)
    assert contents.digest is None


def rewritten(file: Path, way: str) -> Path:
    lines = file.read_text("utf-8").splitlines()
    match way:
        case "line ends":
            text = "\r\n".join([*lines, ""])
        case "order":
            text = "\n".join([lines[0], *reversed(lines[1:]), ""])
        case "quotes":
            text = "".join(",".join(f'"{cell}"' for cell in line.split(",")) + "\n" for line in lines)
        case "delimiter":
            text = "\n".join([*lines, ""]).replace(",", ";")
        case _:
            text = "\n".join(lines)
    other = file.with_name(f"{way}.csv")
    other.write_bytes(text.encode("utf-16" if way == "encoding" else "utf-8"))
    return other


@pytest.mark.parametrize("way", ["line ends", "order", "quotes", "delimiter", "encoding", "last line"])
def test_a_rewritten_statement_is_known_without_its_rows_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    file = plain(tmp_path / "m.csv", [sale(f"2026-01-{day:02}", "0.38", file=f"{day}.jpg") for day in range(1, 29)])
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, file)
        before, sums = ledger(catalogue), rolled_up(catalogue)
        with monkeypatch.context() as patch:
            patch.setattr("stockctl.earnings.booking.rows.intake.Intake.blocks", None)
            again = import_statement(catalogue, rewritten(file, way))
        assert (again.rows, again.new, again.known, again.skipped) == (28, 0, 28, 0)
        assert (ledger(catalogue), rolled_up(catalogue)) == (before, sums)
        # One cent more is another statement.
        changed = rewritten(file, way)
        encoding = "utf-16" if way == "encoding" else "utf-8"
        changed.write_bytes(changed.read_text(encoding).replace("0.38", "0.39", 1).encode(encoding))
        assert import_statement(catalogue, changed).new == 1
        assert ledger(catalogue) - before
        assert rolled_up(catalogue)[0] == rolled_up(catalogue)[1]


def test_a_statement_with_broken_rows_is_told_again_in_other_words(tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    file.write_text(",".join(PLAIN_HEADER) + "\n2026-01-05,pond5,1,a,image,,1.00,USD\n2026-01-05,pond5,1,a\n", "utf-8")
    with open_catalogue(tmp_path / "c.db") as catalogue:
        first = import_statement(catalogue, file)
        other = import_statement(catalogue, rewritten(file, "line ends"))
        assert first.problems == other.problems
        with pytest.raises(StatementError, match="columns of 8"):
            import_statement(catalogue, rewritten(file, "line ends"), strict=True)
