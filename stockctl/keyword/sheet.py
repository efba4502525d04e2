"""The table in which a person reviews suggestions: CSV that any spreadsheet opens and saves."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.errors import UsageError
from stockctl.files.text import read_table
from stockctl.metadata.record import hidden_in
from stockctl.report.visible import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from stockctl.files.output import Output

FILE, TITLE, DESCRIPTION, KEYWORDS = "file", "title", "description", "keywords"
BEGINNING = (FILE, TITLE, DESCRIPTION, KEYWORDS)
CHOICES = ("editorial", "licence", "price")
CATEGORY = "category_"
# What is on offer beside the keywords, for copying over; `--apply` does not read it.
OFFERED = "on offer"
# Which of the keywords are suggestions that nobody has looked at, each with its ground; `--apply` does not read it.
SUGGESTED = "suggested"

# Other names of the columns that people and other programs give them.
_NAMES = {
    "filename": FILE, "file name": FILE, "file_name": FILE, "path": FILE,
    "headline": TITLE, "object name": TITLE,
    "caption": DESCRIPTION,
    "keyword": KEYWORDS, "tags": KEYWORDS,
}  # fmt: skip

# A spreadsheet takes a cell that begins like this for a formula (OWASP, CSV injection).
_FORMULA = re.compile(r"^'*[=+\-@\t\r]")
_GUARDED = re.compile(r"^'+[=+\-@\t\r]")


@dataclass(frozen=True)
class Row:
    """One line of the table. None means that the table has no such column; `number` counts lines from 1.

    `hidden` are the texts, as they stand there, in which there were characters
    that nobody can see.
    """

    file: str
    title: str | None = None
    description: str | None = None
    keywords: tuple[str, ...] | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    number: int = 0
    hidden: tuple[str, ...] = ()


def write(output: Output, rows: Iterable[Row], agencies: Sequence[str]) -> None:
    """Write the table: UTF-8 with BOM, one row per file, a category column per agency.

    Raises:
        UsageError: it cannot be written there.

    """
    header = [*BEGINNING, *(f"{CATEGORY}{name}" for name in agencies), *CHOICES, OFFERED, SUGGESTED]
    with output.text(encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, lineterminator="\r\n")
        table.writerow(header)
        for row in rows:
            cells = [
                row.file,
                row.title or "",
                row.description or "",
                joined(row.keywords or ()),
                *(row.choices.get(f"category.{name}", "") for name in agencies),
                *(row.choices.get(name, "") for name in CHOICES),
                joined(row.offered),
                joined(row.suggested),
            ]
            table.writerow([guarded(cell) for cell in cells])


def read(path: Path, exists: Callable[[Row], bool] | None = None) -> list[Row]:
    """Read a table that a spreadsheet saved: comma, semicolon or tab, in any character set that can be told.

    `exists` says whether the file that a row names is there, which helps to tell.

    Raises:
        UsageError: it cannot be read, its character set is not plain, or its
            header has no column `file`.

    """

    def found(text: str) -> int:
        try:
            rows = _rows(path, text)
        except UsageError:
            return 0
        return sum(exists is not None and not row.file.isascii() and exists(row) for row in rows)

    return _rows(path, read_table(path, found if exists else None))


def _rows(path: Path, text: str) -> list[Row]:
    first, _, rest = text.partition("\n")
    before = 0
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:
        # A line that Excel writes for itself.
        text, before = rest, 1
        first = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = _columns(next(lines, []))
        if FILE not in header:
            found = ", ".join(name for name in header if name) or "nothing"
            raise UsageError(
                f"the table's first line has no column {FILE!r}: {found}",
                where=f"{path}:{before + 1}",
                hint="begin with the table that --sheet wrote",
            )
        return [
            _row(dict(zip(header, cells, strict=False)), lines.line_num + before)
            for cells in lines
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise UsageError(f"the table is broken: {error}", where=f"{path}:{lines.line_num}") from error


def _columns(header: Sequence[str]) -> list[str]:
    """Return the names of the columns as we call them; another's name counts where ours is missing.

    Raises:
        UsageError: a column stands there twice: which one counts, nobody knows.

    """
    names = [name.strip().lower() for name in header]
    names = [_NAMES[name] if name in _NAMES and _NAMES[name] not in names else name for name in names]
    twice = next((name for name in BEGINNING if names.count(name) > 1), None)
    if twice:
        raise UsageError(f"the table has two columns for {twice!r}", hint="leave one of them")
    return names


def _row(cells: Mapping[str, str], number: int) -> Row:
    # A file is found by its name as it is; words keep nothing that nobody sees.
    hidden = tuple(cell for name, cell in cells.items() if name in {TITLE, DESCRIPTION, KEYWORDS} and hidden_in(cell))
    cells = {name: unguarded(cell) if name == FILE else clean(unguarded(cell)) for name, cell in cells.items()}
    choices = {name: cells[name].strip() for name in CHOICES if cells.get(name, "").strip()}
    choices |= {
        f"category.{name.removeprefix(CATEGORY)}": cell.strip()
        for name, cell in cells.items()
        if name.startswith(CATEGORY) and cell.strip()
    }
    return Row(
        file=cells.get(FILE, "").strip(),
        title=cells[TITLE].strip() if TITLE in cells else None,
        description=cells[DESCRIPTION].strip() if DESCRIPTION in cells else None,
        keywords=split(cells[KEYWORDS]) if KEYWORDS in cells else None,
        choices=choices,
        number=number,
        hidden=hidden,
    )


def joined(words: Iterable[str]) -> str:
    r"""Return keywords as one cell; a comma or semicolon within a keyword is written `\,` or `\;`."""
    return ", ".join(re.sub(r"[,;]", r"\\\g<0>", word) for word in words)


def split(cell: str) -> tuple[str, ...]:
    """Return the keywords of a cell, trimmed, each once, in order; where no comma parts them, semicolons do."""
    mark = "," if re.search(r"(?<!\\),", cell) else ";"
    parts = (re.sub(r"\\([,;])", r"\1", part).strip() for part in re.split(rf"(?<!\\){mark}|\n", cell))
    return tuple(dict.fromkeys(part for part in parts if part))


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Take off what `guarded` put on."""
    return cell[1:] if _GUARDED.match(cell) else cell
