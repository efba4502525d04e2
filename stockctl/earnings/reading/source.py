"""Open a statement: its encoding, its delimiter, and its rows."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, TextIO

from stockctl.earnings.reading import pdf, workbook
from stockctl.earnings.reading.cells import LONGEST_CELL, Cells
from stockctl.earnings.reading.contents import Contents
from stockctl.earnings.reading.fingerprint import look
from stockctl.errors import StatementError
from stockctl.files.fingerprint import unreadable
from stockctl.files.opening import open_text

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.fingerprint import Whole

# How many of a statement's rows a layout may look at.
HEAD_ROWS = 40
# Tab first: text columns hold commas far more often than tabs.
_DELIMITERS = "\t;,|"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
XLSX, PDF = "xlsx", "pdf"
_OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")
_LONGEST_LINE = 1 << 20
# Lines that one cell may go on for before csv is asked where it ends.
_LONGEST_QUOTED = 100
# Rows that are handed on together where csv reads them.
_ROWS = 8192
# Characters that are split together, and those that are only told again: what they become should stay in the
# processor's cache.
_TEXT, _TOLD = 1 << 20, 1 << 18


@dataclass(frozen=True)
class Chunk:
    """Some rows of a statement; `before` is the number of lines above them.

    Where all rows have as many cells, and nothing is quoted in a way that only
    a reader of CSV can tell, `cells` holds them; else `texts` does, row by row,
    blank lines as empty lists.
    """

    before: int
    cells: Cells | None = None
    texts: tuple[Row, ...] = ()

    @property
    def rows(self) -> Sequence[Row]:
        """The rows as texts."""
        return self.texts if self.cells is None else self.cells.rows()

    def numbered(self) -> Iterator[tuple[int, Row]]:
        """Give the rows with their line numbers, from 1; a cell may hold line breaks."""
        line = self.before + 1
        for row in self.rows:
            yield line, row
            line += 1 + sum(cell.count("\n") for cell in row)


@dataclass(frozen=True)
class Said:
    """What a person said of how a statement is written, each empty where nothing was said.

    `dates` is one of the forms of a day, `language` that of its months' names,
    `decimal` the decimal sign of its amounts.
    """

    dates: str = ""
    language: str = ""
    decimal: str = ""


NOTHING_SAID = Said()


@dataclass(frozen=True)
class Source:
    """A statement's file as found: how to read it, and its first rows.

    `head` holds up to `HEAD_ROWS` rows, blank lines included as empty lists, so
    that a row's place in it is its line but for cells that hold line breaks;
    `lines` is the number of line ends in the whole file, `made` when it was written
    (nanoseconds since 1970; 0: not known); `table` all rows of a PDF. `exact` asks for the form in which an
    agency writes; without it, for those too into which a spreadsheet brings it.
    """

    path: Path
    sha256: str
    encoding: str
    delimiter: str
    quoted: bool
    head: tuple[Row, ...]
    lines: int
    made: int = 0
    said: Said = NOTHING_SAID
    exact: bool = True
    table: tuple[Row, ...] = ()

    @property
    def header(self) -> Row:
        """The first row that is not blank."""
        return next((row for row in self.head if any(row)), [])

    def contents(self, start: int) -> Contents:
        """Return what takes in the text after the first `start` rows, to know it again."""
        return Contents(self.delimiter, self.quoted, self.head[:start])

    def read_into(self, contents: Contents, start: int) -> None:
        """Take in all text after the first `start` rows."""
        with self._after(start) as (file, _):
            while contents.certain and (text := self._lines(file, _TOLD)):
                contents.add(text)

    @contextlib.contextmanager
    def _after(self, start: int) -> Iterator[tuple[TextIO, int]]:
        """Open the text behind the first `start` rows; give the number of lines above, too."""
        with open_text(self.path, self.encoding, newline="", errors="replace") as file:
            reader = _reader(file, self.delimiter, quoted=self.quoted)
            try:
                for _ in range(start):
                    next(reader, None)
            except csv.Error as error:
                raise broken(self.path, reader.line_num + 1, error) from error
            yield file, reader.line_num

    def chunks(self, start: int, contents: Contents) -> Iterator[Chunk]:
        """Give the rows after the first `start`, in chunks; `contents` takes in their text on the way.

        Raises:
            StatementError: the table is broken beyond a row.

        """
        if self.encoding == XLSX:
            contents.certain = False
            yield from _grouped(islice(workbook.rows(self.path), start, None), start)
            return
        if self.encoding == PDF:
            contents.certain = False
            yield from _grouped(islice(self.table, start, None), start)
            return
        with self._after(start) as (file, line):
            yield from self._text_chunks(file, line, contents)

    def _text_chunks(self, file: TextIO, line: int, contents: Contents) -> Iterator[Chunk]:
        with ThreadPoolExecutor(1) as ahead:
            # The next chunk is read and split while this one is turned into numbers.
            coming = ahead.submit(self._next, file, contents)
            while (found := coming.result()) is not None:
                text, cells = found
                coming = ahead.submit(self._next, file, contents)
                if cells is not None:
                    yield Chunk(line, cells)
                elif self.quoted and '"' in text:
                    # A cell may end in a later chunk: only csv itself knows.
                    after = coming.result()
                    contents.certain = False
                    texts = (text, after[0]) if after else (text,)
                    lines = chain(*(io.StringIO(one, newline="") for one in texts), file)
                    yield from self._parsed(lines, line, quoted=True)
                    return
                else:
                    yield from self._parsed(io.StringIO(text, newline=""), line, quoted=False)
                line += text.count("\n")

    def _parsed(self, lines: Iterable[str], before: int, *, quoted: bool) -> Iterator[Chunk]:
        """Give rows as a reader of CSV finds them."""
        rows = _reader(lines, self.delimiter, quoted=quoted)
        try:
            yield from _grouped(rows, before)
        except csv.Error as error:
            raise broken(self.path, before + rows.line_num, error) from error

    def _next(self, file: TextIO, contents: Contents) -> tuple[str, Cells | None] | None:
        """Read some whole lines, and split them where that is safe; None at the file's end."""
        text = self._lines(file, _TEXT)
        if not text:
            return None
        contents.add(text)
        return text, Cells.split(text, self.delimiter, quoted=self.quoted)

    def _lines(self, file: TextIO, size: int) -> str:
        """Read some whole lines, and the cells that begin in them to their ends."""
        text = file.read(size)
        return text + _rest_of_line(file, text, quoted=self.quoted) if text else ""


def _rest_of_line(file: TextIO, text: str, *, quoted: bool) -> str:
    """Read on to the end of the line, and of the cell where quotation marks hold line breaks together."""
    rest = file.readline(_LONGEST_LINE)
    if quoted and '"' in text:
        odd = (text.count('"') + rest.count('"')) % 2
        for _ in range(_LONGEST_QUOTED):
            if not odd or not (line := file.readline(_LONGEST_LINE)):
                break
            odd ^= line.count('"') % 2
            rest += line
    return rest


def open_source(path: Path, whole: Whole, said: Said = NOTHING_SAID) -> Source:
    """Find out how to read a statement.

    Raises:
        StatementError: the file is empty, no text, or a web page.
        UnreadableError: it cannot be read.

    """
    start = look(path)
    if start.startswith(b"PK\x03\x04") and b"opendocument" in start[:200]:
        raise StatementError("this is an OpenDocument table", where=str(path), hint="save it again as XLSX or CSV")
    if start.startswith(b"PK\x03\x04"):
        head = tuple(_first(workbook.rows(path)))
        return Source(path, whole.sha256, XLSX, "", False, head, whole.lines, whole.made, said)  # noqa: FBT003 - in order
    if start.startswith(b"%PDF"):
        try:
            table = pdf.rows(path)
        except OSError as error:
            raise unreadable(path, error) from error
        head = table[:HEAD_ROWS]
        return Source(path, whole.sha256, PDF, "", False, head, len(table), whole.made, said, table=table)  # noqa: FBT003 - in order
    if start.startswith(_OLD_WORKBOOK):
        raise StatementError(
            "this is a workbook in the old form (.xls)", where=str(path), hint="save it again as XLSX or CSV"
        )
    encoding = _encoding(start, utf8=whole.utf8)
    if encoding is None:
        raise StatementError(
            "this is no text file",
            where=str(path),
            hint="a statement is CSV, TSV, TXT or XLSX as the agency exports it; a PDF's table is read with --map",
        )
    text = start.decode(encoding, "replace")
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml", "<head", "<table", "mime-version")):
        raise StatementError(
            "this is a web page, not a table, whatever its name says",
            where=f"{path}:1",
            hint="use the page's own export (CSV or TXT) instead of saving the page",
        )
    lines = text.splitlines()[: HEAD_ROWS * 2]
    delimiter = _delimiter(lines)
    # Excel quotes tab-separated cells, Getty does not, and has inch signs in its texts.
    quoted = delimiter != "\t" or any(line.startswith('"') or '\t"' in line for line in lines[:1])
    with open_text(path, encoding, newline="", errors="replace") as file:
        head = tuple(_first(_reader(file, delimiter, quoted=quoted), path))
    return Source(path, whole.sha256, encoding, delimiter, quoted, head, whole.lines, whole.made, said)


def _encoding(start: bytes, *, utf8: bool) -> str | None:
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    zeros = Counter(index % 2 for index, byte in enumerate(start[:4096]) if byte == 0)
    if zeros:
        # UTF-16 without its mark: Latin text has every second byte zero.
        half = min(len(start), 4096) // 2
        if zeros[1] > half * 0.7 and zeros[0] < half * 0.1:
            return "utf-16-le"
        return "utf-16-be" if zeros[0] > half * 0.7 and zeros[1] < half * 0.1 else None
    if any(byte < 9 or 13 < byte < 32 for byte in start[:4096] if byte != 0x1B):
        return None
    return "utf-8" if utf8 else "cp1252"


def _reader(lines: Iterable[str], delimiter: str, *, quoted: bool) -> Reader:
    csv.field_size_limit(LONGEST_CELL)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)


def _grouped(rows: Iterator[Row], before: int) -> Iterator[Chunk]:
    while part := list(islice(rows, _ROWS)):
        yield Chunk(before, texts=tuple(part))
        before += len(part) + sum(cell.count("\n") for row in part for cell in row if "\n" in cell)


def _first(rows: Iterator[Row], path: Path | None = None) -> Iterator[Row]:
    try:
        for _, row in zip(range(HEAD_ROWS), rows, strict=False):
            yield row
    except csv.Error as error:
        raise broken(path, 1, error) from error


def broken(path: Path | None, line: int, error: Exception) -> StatementError:
    """Say that the table itself cannot be read on from a line."""
    return StatementError(
        f"the table is broken from here on: {error}",
        where=f"{path}:{line}",
        hint="look for a quotation mark that is not closed, or export the statement again",
    )


def _delimiter(lines: list[str]) -> str:
    """Return the sign that splits the first lines into most columns, alike in most of them."""

    def columns(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        if not widths:
            return 0, 0
        width, lines_of_it = Counter(widths).most_common(1)[0]
        return (lines_of_it if width > 1 else 0), width

    # A decimal comma splits every amount in two, so that `;` and tab win over a comma that is as even.
    best = max(_DELIMITERS, key=lambda delimiter: (columns(delimiter)[0], delimiter != ",", columns(delimiter)[1]))
    return best if columns(best)[0] else ","
