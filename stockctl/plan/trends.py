"""A person's own list of trends: a CSV with the columns word, from, to, note."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

from stockctl.errors import StatementError
from stockctl.files.opening import read_text
from stockctl.plan.events import Event

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ("word", "from", "to", "note")
_HINT = "a CSV in UTF-8 that begins with: " + ",".join(HEADER)


def read_trends(path: Path) -> list[Event]:
    """Return the rows of a list of trends as events, the earliest first.

    `word` may hold several, separated by `;`; `from` and `to` are ISO days, `to`
    may be empty.

    Raises:
        StatementError: it cannot be read, or a row means nothing; `where` names file and line.

    """
    try:
        text = read_text(path, "utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise StatementError(f"cannot read the list of trends: {error}", where=str(path), hint=_HINT) from error
    table = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=text.split("\n", 1)[0].count), strict=True)
    events = []
    try:
        head = tuple(cell.strip().lower() for cell in next(table, []))
        if head[: len(HEADER) - 1] != HEADER[:-1]:
            raise StatementError("the header is another one", where=f"{path}:1", hint=_HINT)
        for cells in table:
            if any(cell.strip() for cell in cells):
                row = dict(zip(head, map(_clean, cells), strict=False))
                events.append(_event(row, f"{path}:{table.line_num}"))
    except csv.Error as error:
        raise StatementError(f"not a CSV: {error}", where=f"{path}:{table.line_num}", hint=_HINT) from error
    return sorted(events, key=lambda event: (event.day, event.name))


def _event(row: dict[str, str], where: str) -> Event:
    words = tuple(dict.fromkeys(word.strip().lower() for word in row.get("word", "").split(";") if word.strip()))
    if not words:
        raise StatementError("the word is empty", where=where, hint="write what the trend is about")
    begins = _day(row.get("from", ""), "from", where)
    ends = _day(row["to"], "to", where) if row.get("to") else begins
    if ends < begins:
        raise StatementError(f"to ({ends}) is before from ({begins})", where=where, hint="swap or mend the two days")
    return Event(words[0], begins, ends, words, source="your list", note=row.get("note", ""))


def _clean(cell: str) -> str:
    """Return a cell in one line, without control and format characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in cell).split())


def _day(text: str, name: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise StatementError(f"{name} is no day: {text!r}", where=where, hint="write it as 2027-03-01") from error
