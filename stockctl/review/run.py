"""The run of `review`: find the pictures, write the decisions down, and see what they teach."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.catalogue.seen.pictures import pictures
from stockctl.catalogue.sent import decisions as table
from stockctl.catalogue.sent import learning, ledger
from stockctl.catalogue.sent.decisions import Decision, Lesson, Verdict
from stockctl.errors import FileProblem, UnreadableError, UsageError
from stockctl.files.text import read_table
from stockctl.review.learn import Measure, learn, share, version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue

HEADER = ("file", "decision", "reason", "day")
# How agencies word a decision, beside our own two words.
_WORDS = {
    "approved": Verdict.ACCEPTED,
    "passed": Verdict.ACCEPTED,
    "refused": Verdict.REJECTED,
    "declined": Verdict.REJECTED,
    "not accepted": Verdict.REJECTED,
    "not approved": Verdict.REJECTED,
    "failed": Verdict.REJECTED,
    "data licensing": Verdict.DATA_ONLY,
    "data licensing only": Verdict.DATA_ONLY,
    "accepted for data licensing only": Verdict.DATA_ONLY,
    "approved for data licensing only": Verdict.DATA_ONLY,
}


@dataclass(frozen=True)
class Recorded:
    """One decision as it was written down, under the path or name that the person gave."""

    path: str
    decision: Decision


@dataclass(frozen=True)
class Report:
    """What `review` wrote down and what it learned."""

    agency: Agency
    recorded: tuple[Recorded, ...]
    learned: tuple[Lesson, ...]
    errors: tuple[FileProblem, ...] = ()

    def exit_code(self) -> int:
        """Return 1 where a file or a line could not be used."""
        return 1 if self.errors else 0


def by_hand(catalogue: Catalogue, agency: Agency, verdict: str, paths: Sequence[Path], reason: str) -> Report:
    """Record one decision for all files under `paths`.

    Raises:
        UsageError: no such decision, or none of the paths exists.

    """
    decision = _verdict(verdict)
    found = pictures(catalogue, paths)
    recorded = [
        Recorded(str(path), Decision(agency.name, media_id, decision, reason)) for path, media_id in found.ids.items()
    ]
    return _written(catalogue, agency, recorded, found.errors)


def by_file(catalogue: Catalogue, agency: Agency, path: Path) -> Report:
    """Record the decisions of a CSV: `file,decision,reason,day`.

    `file` is a path, or the name under which the picture was uploaded.

    Raises:
        UsageError: the file cannot be read, or its header is another one.

    """
    text = read_table(path, what="decisions")
    first = text.partition("\n")[0]
    # Spreadsheets of countries with a decimal comma part the cells by semicolons.
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first and "," not in first else ",")
    try:
        header = [name.strip().lower() for name in reader.fieldnames or ()]
    except csv.Error as error:
        raise _broken(error, f"{path}:1") from error
    missing = [name for name in HEADER[:2] if name not in header]
    if missing:
        raise UsageError(
            f"no column {' and '.join(missing)}; there are: {', '.join(header) or 'none'}",
            where=f"{path}:1",
            hint=f"the header is {','.join(HEADER)}",
        )
    recorded: list[Recorded] = []
    errors: list[FileProblem] = []
    for row in _rows(reader, path):
        entry = {
            (key or "").strip().lower(): (value or "").strip() for key, value in row.items() if isinstance(key, str)
        }
        where = f"{path}:{reader.line_num}"
        try:
            recorded.append(_line(catalogue, agency, entry, path.parent))
        except (FileProblem, UsageError) as problem:
            errors.append(UnreadableError(str(problem), where=where, hint=problem.hint))
    return _written(catalogue, agency, recorded, errors)


def _rows(reader: csv.DictReader[str], path: Path) -> Iterator[dict[str, str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise _broken(error, f"{path}:{reader.line_num + 1}") from error


def _broken(error: csv.Error, where: str) -> UsageError:
    return UsageError(f"the table is broken: {error}", where=where, hint="save it anew as CSV in UTF-8")


def _line(catalogue: Catalogue, agency: Agency, entry: Mapping[str, str], folder: Path) -> Recorded:
    day = entry.get("day", "")
    try:
        day = date.fromisoformat(day).isoformat() if day else ""
    except ValueError:
        raise UsageError(f"{day!r} is no day", hint="write it as 2026-11-21") from None
    file = entry["file"]
    if not file:
        raise UsageError("no file is named", hint="write its path, or the name under which it was uploaded")
    decision = _verdict(entry["decision"])
    # No error where it is no name that a disk could hold.
    there = os.path.exists(file)  # noqa: PTH110
    media_id = ledger.by_remote(catalogue, agency.name, Path(file).name) if not there else None
    if media_id is None:
        given = Path(file) if there else folder / file
        if os.path.isdir(given):  # noqa: PTH112
            raise UsageError("it is a folder", where=file, hint="a line is about one file")
        found = pictures(catalogue, [given])
        if found.errors:
            raise found.errors[0]
        if not found.ids:
            raise UsageError("no picture of a kind that agencies take", where=file, hint="name the file that was sent")
        media_id = next(iter(found.ids.values()))
    return Recorded(file, Decision(agency.name, media_id, decision, entry.get("reason", ""), day))


def _verdict(word: str) -> Verdict:
    said = word.strip().lower()
    try:
        return _WORDS.get(said) or Verdict(said)
    except ValueError:
        raise UsageError(
            f"unknown decision {word!r}",
            hint="write accepted or rejected; or data-only, where it was taken for data licensing alone",
        ) from None


def _written(
    catalogue: Catalogue, agency: Agency, recorded: Sequence[Recorded], errors: Sequence[FileProblem]
) -> Report:
    table.record(catalogue, [one.decision for one in recorded])
    return Report(agency, tuple(recorded), (), tuple(errors))


def lessons(catalogue: Catalogue, agency: Agency, measures: Mapping[str, Measure]) -> list[Lesson]:
    """Learn from all decisions of an agency, keep what is learned, and return it."""
    learning.bring_up(catalogue, agency.name, sorted(measures), version(measures), partial(share, measures))
    tallies = learning.tallies(catalogue, agency.name)
    table.keep(catalogue, agency.name, learn(agency.name, agency.title, tallies, measures))
    return [lesson for lesson in table.lessons(catalogue) if lesson.agency == agency.name]


def apply(catalogue: Catalogue, agency: Agency, rule: str, *, applied: bool) -> None:
    """Make a lesson hold in `check` and `submit`, or no longer.

    Raises:
        UsageError: nothing is learned for that rule.

    """
    if not table.apply(catalogue, agency.name, rule, applied=applied):
        known = [lesson.rule for lesson in table.lessons(catalogue) if lesson.agency == agency.name]
        listed = f"learned: {', '.join(known)}" if known else "nothing is learned of this agency yet"
        raise UsageError(f"nothing is learned for {rule!r}", hint=listed)
