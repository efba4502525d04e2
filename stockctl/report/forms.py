"""The forms of report that the program writes, and what may stand where one of them is to go.

One rule for every option that names an output: an existing file gives way where
it is plainly a report of the same form made by us, or with `--force`; a picture,
clip, sound, vector, statement, SQLite file or catalogue never does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.errors import UsageError
from stockctl.files.output import look
from stockctl.files.walk import ASSET_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stockctl.files.output import Output

# What cameras and editors keep beside pictures; its content often looks like a TIFF or like text.
_NEVER = ASSET_SUFFIXES | frozenset(
    {
        *(".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".fff", ".iiq", ".k25", ".kdc", ".mef", ".mos"),
        *(".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f"),
        *(".xmp", ".db", ".sqlite", ".sqlite3"),
    }
)
_SQLITE = b"SQLite format 3\0"
# What a person calls each kind of asset.
_WORDS = {"photo": "picture", "vector": "vector", "video": "clip", "audio": "sound"}
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Form:
    """A form of report: what a message calls it, and whether bytes are the beginning of one.

    `edited`: people fill it in, so that one that stands there gives way with `--force` only.
    """

    name: str
    ours: Callable[[bytes], bool]
    edited: bool = False


def html(command: str, name: str) -> Form:
    """Return the form of a page whose generator `report.page` names as `stockctl COMMAND`."""
    mark = generator(command).encode()
    return Form(name, lambda head: mark in head[:4096])


def generator(command: str) -> str:
    """Return the element by which a page of ours is known."""
    return f'<meta name="generator" content="stockctl {command}">'


def table(name: str, header: str, *, edited: bool = False) -> Form:
    """Return the form of a CSV whose first line matches `header`, a regular expression over all of the line."""
    pattern = re.compile(header.encode())
    return Form(
        name, lambda head: bool(pattern.fullmatch(head.removeprefix(_BOM).partition(b"\n")[0].rstrip(b"\r"))), edited
    )


def begins(name: str, beginning: str, *, edited: bool = False) -> Form:
    """Return the form of a text that begins in one way: a comment, a property, a JSON key."""
    start = beginning.encode()
    return Form(name, lambda head: head.removeprefix(_BOM).startswith(start), edited)


def contains(name: str, mark: str, *, within: int = 4096) -> Form:
    """Return the form of a text in whose first bytes a mark stands."""
    wanted = mark.encode()
    return Form(name, lambda head: wanted in head[:within])


# Every form, beside the option that writes it in `cli/`.
CONTACT_SHEET = html("check", "contact sheet of stockctl check")
VERDICTS = table("table of stockctl check", r"file(,[a-z0-9_]+)*,findings")
KEYWORD_SHEET = table(
    "keyword sheet", r"file,title,description,keywords(,category_[a-z0-9_]+)*,editorial,licence,price(,[^,]+)*",
    edited=True,
)  # fmt: skip
EARNINGS_PAGE = html("earnings", "page of stockctl earnings")
EARNINGS_TABLE = table("table of stockctl earnings", r"[a-z_]+,currency,downloads,amount,per_download")
LETTER = begins("letter of stockctl earnings", "(Drafted by stockctl earnings")
CALENDAR = contains("calendar of stockctl plan", "PRODID:-//stockctl//plan//", within=200)
# It is a database, and those never give way.
CATALOGUE_COPY = Form("copy of the catalogue", lambda _: False)
MAPPING = begins("mapping of stockctl earnings", "# Which column of ", edited=True)


def claim(
    path: Path,
    form: Form,
    *,
    force: bool = False,
    inputs: Sequence[str] = (),
    ours: Sequence[Path] = (),
    is_statement: Callable[[Path], bool] = lambda _: False,
    unedited: Callable[[Path], bool] = lambda _: False,
) -> Output:
    """Look at the place named for a report, and refuse it where something would be lost.

    `inputs` are what else the call names: none of them is a place for its own
    report. `ours` are the files that the program keeps (catalogue, settings):
    neither they nor what stands beside them under their name give way.
    `is_statement` and `unedited` are asked where what stands there decides.

    Raises:
        UsageError: the place is not free.

    """
    for kept in ours:
        if path.name.startswith(kept.name) and _same(path.parent, kept.parent):
            raise _refused(path, "the program keeps its own data under this name")
    output = look(path)
    for kept in ours:
        if _same(output.place, kept):
            raise _refused(path, "the program keeps its own data under this name")
    if output.head is None:
        if path.suffix.lower() in ASSET_SUFFIXES:
            raise _refused(path, f"a {form.name} is no picture, clip or sound, and this is the name of one")
        return output
    if any(_same(output.place, other) for other in inputs if other != str(path)):
        raise _refused(path, "the same call reads this file")
    _protect(output)
    if output.folder is None:  # the shell opened it, and nothing is replaced
        return output
    if not output.head or (form.ours(output.head) and (not form.edited or force or unedited(output.place))):
        return output
    if is_statement(output.place):
        raise _refused(path, "a statement of sales stands there")
    if not force:
        what = "it may hold what you wrote" if form.ours(output.head) else f"it is no {form.name}"
        raise UsageError(
            f"a file stands there already, and {what}; it was left as it is",
            where=str(path),
            hint="name another file, or replace this one: --force",
        )
    return output


def _protect(output: Output) -> None:
    """Refuse what nothing may take the place of."""
    from stockctl.media.identify import HEAD_BYTES, KINDS, format_of

    head = output.head or b""
    if head.startswith(_SQLITE):
        raise _refused(output.path, "a database (SQLite) stands there")
    format_ = format_of(output.place, head[:HEAD_BYTES])
    if format_ is not None:
        raise _refused(output.path, f"a {_WORDS[KINDS[format_]]} ({format_}) stands there")
    suffix = output.place.suffix.lower() if output.place.suffix.lower() in _NEVER else output.path.suffix.lower()
    if suffix in _NEVER:
        raise _refused(output.path, f"a file of the kind {suffix} stands there")


def _refused(path: Path, why: str) -> UsageError:
    return UsageError(f"{why}; it was left as it is", where=str(path), hint="name another file for the report")


def _same(one: Path, other: Path | str) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False
