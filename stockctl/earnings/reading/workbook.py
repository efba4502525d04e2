"""Read the first sheet of a workbook (XLSX, ECMA-376 part 1) as rows of text, in little memory whatever it claims.

Parts are unpacked and parsed bit by bit; what is larger, wider or more packed
than any statement is refused before it is read.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO
from xml.parsers import expat

from stockctl.earnings.reading.cells import LONGEST_CELL
from stockctl.errors import StatementError
from stockctl.files.opening import open_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


# Excel's own limit of rows; columns, texts and parts as no agency fills them.
_MOST_ROWS, _MOST_COLUMNS, _MOST_TEXTS, _MOST_STYLES, _MOST_PARTS = 1 << 20, 1000, 4_000_000, 65_536, 10_000
_LARGEST_PART, _LARGEST_TEXTS, _LARGEST_SHEET = 16 << 20, 128 << 20, 1 << 30
# Sheets pack to a tenth or a twentieth of their size.
_MOST_PACKED, _SMALL = 100, 4 << 20
_CHUNK = 64 << 10

_END, _END64 = b"PK\5\6", b"PK\6\7"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

Row = list[str]


class _RefusedError(Exception):
    """Why a workbook is not read, in words."""


def rows(path: Path) -> Iterator[Row]:
    """Give the rows of a workbook's first sheet as text, dates in ISO form, missing rows as empty lists.

    Raises:
        StatementError: it is no workbook, or one of more than any statement holds.

    """
    try:
        with open_bytes(path) as file:
            _check_directory(file)
            with zipfile.ZipFile(file) as archive:
                yield from _Book(archive).rows()
    except (
        _RefusedError,
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        # What `zipfile` raises of a compression that it does not know.
        NotImplementedError,
        RuntimeError,
        LookupError,
        ValueError,
        EOFError,
        OSError,
        struct.error,
    ) as error:
        why = str(error) if isinstance(error, (_RefusedError, zipfile.BadZipFile, OSError)) else "it is damaged"
        raise StatementError(
            f"this is no workbook that can be read: {why}", where=str(path), hint="save it again as XLSX or CSV"
        ) from error


def _check_directory(file: BinaryIO) -> None:
    """Refuse a ZIP of many entries before its directory is read, each of which takes memory."""
    size = file.seek(0, 2)
    start = max(0, size - (1 << 16) - 22)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        raise _RefusedError("it has no end")
    entries, length = struct.unpack_from("<HI", tail, at + 10)
    if entries > _MOST_PARTS or length > _MOST_PARTS * 400 or _END64 in tail[max(0, at - 20) : at]:
        raise _RefusedError("it has more parts than any statement")
    file.seek(0)


class _Book:
    """An open workbook: its parts by what they are for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.path = self._office()
        self.relations = self._related(self.path)
        self.epoch = 1900
        self.sheets: list[str] = []
        self._parse(self.path, self._on_workbook, _LARGEST_PART)

    def _office(self) -> str:
        found = [target for kind, target in self._related("").values() if kind == "officeDocument"]
        return found[0] if found else "xl/workbook.xml"

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the parts that a part leads to: kind and name in the archive by their id."""
        folder, name = posixpath.split(part)
        place = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def on(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and len(found) < _MOST_PARTS:
                target = attributes.get("Target", "")
                whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], whole.lstrip("/"))

        if place in self.archive.NameToInfo:
            self._parse(place, on, _LARGEST_PART)
        return found

    def _on_workbook(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            self.epoch = 1904
        elif name == "sheet":
            id_ = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            kind, target = self.relations.get(id_, ("", ""))
            if kind == "worksheet" and target in self.archive.NameToInfo:
                self.sheets.append(target)

    def _part(self, kind: str) -> str:
        found = (target for each, target in self.relations.values() if each == kind)
        return next((target for target in found if target in self.archive.NameToInfo), "")

    @contextmanager
    def _open(self, part: str, most: int) -> Iterator[zipfile.ZipExtFile]:
        info = self.archive.getinfo(part)
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise _RefusedError("it is packed in a way that no program of this kind uses")
        if info.file_size > most or info.file_size > max(_SMALL, _MOST_PACKED * info.compress_size):
            raise _RefusedError(f"{part} would unpack to {info.file_size:,} bytes, more than any statement")
        with self.archive.open(info) as file:
            yield file  # type: ignore[misc]  # an archive opened to read gives what reads

    def _parse(self, part: str, on: Callable[[str, dict[str, str]], None], most: int) -> None:
        parser = _parser()
        parser.StartElementHandler = lambda name, attributes: on(name.rpartition(":")[2], attributes)
        with self._open(part, most) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk)
            parser.Parse(b"", True)  # noqa: FBT003 - expat's own way to say that this was all

    @cached_property
    def texts(self) -> list[str]:
        """The strings that cells share."""
        part = self._part("sharedStrings")
        reader = _Texts()
        if part:
            with self._open(part, _LARGEST_TEXTS) as file:
                while chunk := file.read(_CHUNK):
                    reader.parser.Parse(chunk)
                reader.parser.Parse(b"", True)  # noqa: FBT003
        return reader.found

    @cached_property
    def moments(self) -> dict[int, bool]:
        """The styles in which numbers are moments, by their number; true where they are lengths of time."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

        formats: dict[int, str] = dict(BUILTIN_FORMATS)
        styles: list[int] = []
        inside = False

        def on(name: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            if name == "numFmt" and len(formats) < _MOST_STYLES:
                formats[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")[:200]
            elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
                inside = name == "cellXfs"
            elif name == "xf" and inside and len(styles) < _MOST_STYLES:
                styles.append(int(attributes.get("numFmtId", 0)))

        part = self._part("styles")
        if part:
            self._parse(part, on, _LARGEST_PART)
        kinds = {id_: is_timedelta_format(formats[id_]) for id_ in set(styles) if is_date_format(formats.get(id_, ""))}
        return {number: kinds[id_] for number, id_ in enumerate(styles) if id_ in kinds}

    def rows(self) -> Iterator[Row]:
        """Give the rows of the first sheet."""
        if not self.sheets:
            raise _RefusedError("there is no sheet in it")
        reader = _Sheet(self)
        with self._open(self.sheets[0], _LARGEST_SHEET) as file:
            while chunk := file.read(_CHUNK):
                reader.parser.Parse(chunk)
                yield from reader.take()
            reader.parser.Parse(b"", True)  # noqa: FBT003
            yield from reader.take()

    def number(self, text: str, style: int) -> str:
        """Return a number as a person sees it: a date in ISO form where its style says that it is one."""
        plain = not any(letter in text for letter in ".eE")
        value = int(text) if plain and len(text) < 20 else float(text)
        if style in self.moments:
            return _moment(value, self.epoch, length=self.moments[style])
        # A workbook keeps numbers in binary; fifteen digits are what the person saw typed in.
        return f"{value:.15g}" if isinstance(value, float) else str(value)


def _moment(value: float, epoch: int, *, length: bool) -> str:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    try:
        found = from_excel(value, CALENDAR_MAC_1904 if epoch == 1904 else CALENDAR_WINDOWS_1900, timedelta=length)
    except (OverflowError, ValueError):
        return "#VALUE!"
    return found.isoformat() if isinstance(found, (date, datetime, time)) else str(found)


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise _RefusedError("it declares a document type, which no workbook has")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


class _Reader(ABC):
    """What is noted while a part is parsed: the text of the elements that hold some."""

    def __init__(self) -> None:
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.text: list[str] = []
        self.length = 0
        self.phonetic = 0

    def _begin_text(self) -> None:
        self.parser.CharacterDataHandler = self._characters

    def _end_text(self) -> None:
        self.parser.CharacterDataHandler = None

    def _characters(self, text: str) -> None:
        self.length += len(text)
        if self.length > LONGEST_CELL:
            raise _RefusedError("a cell in it is longer than any text of a statement")
        self.text.append(text)

    def _taken(self) -> str:
        text = "".join(self.text)
        self.text.clear()
        self.length = 0
        return text

    @abstractmethod
    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""

    @abstractmethod
    def _end(self, name: str) -> None:
        """Take the end of an element."""


class _Texts(_Reader):
    """Reads the shared strings (18.4)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def _start(self, name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "rPh":
            self.phonetic += 1
        elif local == "t" and not self.phonetic:
            self._begin_text()

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "rPh":
            self.phonetic -= 1
        elif local == "t":
            self._end_text()
        elif local == "si":
            if len(self.found) >= _MOST_TEXTS:
                raise _RefusedError("it has more texts than any statement")
            self.found.append(self._taken().replace("x005F_", ""))


class _Sheet(_Reader):
    """Reads the rows of a sheet (18.3.1); `take` gives those that are complete."""

    def __init__(self, book: _Book) -> None:
        super().__init__()
        self.book = book
        self.done: list[Row] = []
        self.row: Row = []
        self.number = self.width = self.column = 0
        self.kind, self.style = "n", 0

    def take(self) -> list[Row]:
        """Return the rows that were completed since."""
        done, self.done = self.done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            found = _REFERENCE.match(attributes.get("r", ""))
            self.column = _column(found[1]) if found else self.column + 1
            if self.column > _MOST_COLUMNS:
                raise _RefusedError(f"it has more than {_MOST_COLUMNS} columns")
            self.kind = attributes.get("t", "n")
            self.style = int(attributes.get("s", 0))
        elif local == "v" or (local == "t" and not self.phonetic):
            self._begin_text()
        elif local == "rPh":
            self.phonetic += 1
        elif local == "row":
            number = int(attributes.get("r", self.number + 1))
            if not self.number < number <= _MOST_ROWS:
                raise _RefusedError(f"its rows are numbered beyond {_MOST_ROWS:,} or not in their order")
            self.done += ([] for _ in range(number - self.number - 1))
            self.number, self.row, self.column = number, [], 0
        elif local == "dimension":
            last = _REFERENCE.match(attributes.get("ref", "").rpartition(":")[2])
            width = _column(last[1]) if last else 0
            self.width = width if width <= _MOST_COLUMNS else 0

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in {"v", "t"}:
            self._end_text()
        elif local == "rPh":
            self.phonetic -= 1
        elif local == "c":
            text = self._cell(self._taken())
            if text:
                self.row += [""] * (self.column - len(self.row))
                self.row[self.column - 1] = text
        elif local == "row":
            self.width = max(self.width, len(self.row))
            self.done.append(self.row + [""] * (self.width - len(self.row)))
            self.row = []

    def _cell(self, text: str) -> str:
        if not text:
            return ""
        if self.kind == "s":
            return self.book.texts[int(text)]
        if self.kind == "b":
            return str(bool(int(text)))
        return self.book.number(text, self.style) if self.kind == "n" else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
