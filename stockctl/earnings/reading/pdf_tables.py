"""The process that takes a PDF apart: the file on stdin, its tables' rows as lines of JSON on stdout.

Its argument is the processor time that it may take, in seconds.
A line is a list of cells; a text says why the file is refused. What a stranger put
into the file ends this process at worst.
"""

from __future__ import annotations

import io
import json
import logging
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from stockctl.files.bounds import bound

if TYPE_CHECKING:
    from collections.abc import Iterator

# More than any statement needs.
_MOST_PAGES, _MOST_ROWS, _MOST_TEXT = 300, 200_000, 32 << 20
_MEMORY = 2 << 30


class _RefusedError(Exception):
    """Why a PDF is not read, in words."""


def main() -> None:
    """Read, and write."""
    bound(memory=_MEMORY, seconds=int(sys.argv[1]))
    logging.disable()
    try:
        for line in _lines(sys.stdin.buffer.read()):
            sys.stdout.write(f"{line}\n")
    except _RefusedError as refused:
        sys.stdout.write(f"{json.dumps(str(refused))}\n")
    except Exception as error:  # noqa: BLE001 - a damaged file makes the reader raise whatever it likes
        password = "Password" in type(error).__name__ or "Password" in repr(error)
        why = "it is locked with a password" if password else "it is damaged"
        sys.stdout.write(f"{json.dumps(why)}\n")


def _lines(data: bytes) -> Iterator[str]:
    """Give the rows as JSON; the heading that later pages repeat stands once."""
    heading: list[str] | None = None
    written = size = 0
    for row in _rows(data):
        if row == heading:
            continue
        heading = heading or row
        line = json.dumps(row)
        written, size = written + 1, size + len(line)
        if written > _MOST_ROWS or size > _MOST_TEXT:
            raise _RefusedError("it holds more than any statement")
        yield line


def _rows(data: bytes) -> Iterator[list[str]]:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        if len(document.pages) > _MOST_PAGES:
            raise _RefusedError(f"it has more than {_MOST_PAGES} pages")
        unruled = _Unruled()
        for page in document.pages:
            for table in page.extract_tables() or [cast("list[list[str | None]]", unruled.rows(page))]:
                for row in table:
                    cells = [" ".join((cell or "").split()) for cell in row]
                    if any(cells):
                        yield cells
            # What was laid out of a page is not kept.
            page.close()


@dataclass
class _Unruled:
    """A table without ruled lines: the columns of its first page, found by where words stand, hold for all pages."""

    lefts: list[float] = field(default_factory=list)
    heading: list[str] = field(default_factory=list)

    def rows(self, page: Any) -> list[list[str]]:  # noqa: ANN401 - pdfplumber's own
        """Return a page's rows."""
        if self.lefts:
            return self._by_columns(page)
        found = page.find_tables({"vertical_strategy": "text", "horizontal_strategy": "text"})
        if not found:
            return []
        table = max(found, key=lambda one: len(one.rows))
        rows = [[cell or "" for cell in row] for row in table.extract()]
        used = [place for place in range(len(rows[0])) if any(row[place] for row in rows)]
        edges = sorted({cell[0] for cell in table.cells})
        self.lefts = [edges[place] for place in used]
        rows = [[row[place] for place in used] for row in rows]
        self.heading = next((row for row in rows if any(row)), [])
        return rows

    def _by_columns(self, page: Any) -> list[list[str]]:  # noqa: ANN401 - pdfplumber's own
        rows: list[list[str]] = []
        bottom = -1.0
        for word in sorted(page.extract_words(), key=lambda one: (round(one["top"]), one["x0"])):
            if word["top"] > bottom:
                rows.append([""] * len(self.lefts))
                bottom = (word["top"] + word["bottom"]) / 2
            middle = (word["x0"] + word["x1"]) / 2
            place = max((number for number, left in enumerate(self.lefts) if left <= middle), default=0)
            rows[-1][place] = f"{rows[-1][place]} {word['text']}".strip()
        # Above the heading that a page repeats stands what is no row.
        start = rows.index(self.heading) if self.heading in rows else 0
        return rows[start:]


if __name__ == "__main__":
    main()
