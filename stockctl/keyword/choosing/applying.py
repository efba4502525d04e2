"""Embed an edited table: rows are matched to files, and what a person kept or dropped is learned."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.keyword import loading, sheet
from stockctl.keyword.carrying import Plan, Plans, carry_out, forms_wanted
from stockctl.keyword.earlier import experience
from stockctl.keyword.ranking import Keyword, Ranked
from stockctl.keyword.report import Report
from stockctl.keyword.texts import findings
from stockctl.keyword.wishes import with_wishes
from stockctl.metadata.changes.history import tidy
from stockctl.report.visible import composed
from stockctl.report.waiting import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.errors import FileProblem
    from stockctl.keyword.report import Keyworded
    from stockctl.keyword.wishes import Wishes


def apply(
    catalogue: Catalogue,
    settings: Settings,
    table: Path,
    paths: Sequence[Path],
    wishes: Wishes,
    told: Callable[[Keyworded], None] | None = None,
) -> Report:
    """Embed a table; it replaces title, description and keywords of the files that it names.

    With `paths`, rows are matched to the files under them, by path or by a name
    that is the only one of its kind; without, to the paths in the table, from
    here or from the table's folder. Rows without a file are in `unmatched`.

    Raises:
        UsageError: the table cannot be read, or none of the paths exists.

    """
    problems: list[FileProblem] = []
    files: tuple[Path, ...] = ()
    if paths:
        walked = walk(paths)
        problems += walked.errors
        files = walked.files
    by_path, by_name = _known(files)
    rows = sheet.read(table, lambda row: _file_of(row, by_path, by_name, table, given=bool(files)) is not None)
    matched, unmatched, messages = _matched(rows, files, table)
    plans = Plans()
    dictionary = experience.dictionary(catalogue)
    if not wishes.dry_run:
        tidy(catalogue)
    for subject in loading.load_all(list(matched), "", problems):
        row = matched[subject.path]
        record = with_wishes(subject.record, replace(wishes, set_words=row.keywords), experience.defaults(settings))
        record = replace(
            record,
            title=record.title if row.title is None else row.title,
            description=record.description if row.description is None else row.description,
        )
        words = tuple(Keyword.of_person(word) for word in record.keywords)
        said = [*findings.of_conflicts(subject), *findings.of_words(record, dictionary)]
        plans.append(
            Plan(
                replace(subject, record=record),
                record,
                record.keywords,
                Ranked(words),
                said,
                {**wishes.choices, **row.choices},
                before=subject.record,
            )
        )
    own = [text for row in matched.values() for text in row.hidden]
    if hidden := findings.of_said(own, dry_run=wishes.dry_run):
        messages.append(hidden)
    wanted = forms_wanted(settings, wishes)
    done, batch = carry_out(catalogue, plans, wishes, wanted, problems, told)
    if not wishes.dry_run:
        written = set(done.paths)
        experience.learn(catalogue, [plan for plan in plans if plan.subject.path in written])
    return Report(
        assets=done,
        errors=tuple(loading.as_error(problem) for problem in problems),
        dry_run=wishes.dry_run,
        batch=batch,
        messages=tuple(messages),
        unmatched=tuple(unmatched),
    )


def _matched(
    rows: Sequence[sheet.Row], files: Sequence[Path], table: Path
) -> tuple[dict[Path, sheet.Row], list[str], list[tuple[str, str]]]:
    """Return path → its row, the rows without a file, and what else is to be told."""
    by_path, by_name = _known(files)
    matched: dict[Path, sheet.Row] = {}
    unmatched: list[str] = []
    for row in rows:
        target = _file_of(row, by_path, by_name, table, given=bool(files))
        if target is None:
            unmatched.append(f"line {row.number}: {row.file or 'no file named'}")
        elif target in matched:
            unmatched.append(f"line {row.number}: {row.file} stands in line {matched[target].number} already")
        else:
            matched[target] = row
    missing = [path for path in files if path not in matched]
    messages = []
    if missing:
        shown = ", ".join(path.name for path in missing[:3]) + (" …" if len(missing) > 3 else "")
        one = len(missing) == 1
        left = (
            "file has no row in the table and stays as it is"
            if one
            else "files have no row in the table and stay as they are"
        )
        messages.append((f"{len(missing)} {left}: {shown}", ""))
    return matched, unmatched, messages


def _known(files: Sequence[Path]) -> tuple[dict[str, Path], dict[str, list[Path]]]:
    """Return the files by their paths, and by their names."""
    by_name: dict[str, list[Path]] = {}
    for path in files:
        by_name.setdefault(composed(path.name), []).append(path)
    by_path = {composed(str(each)): path for path in files for each in (path, path.absolute())}
    return by_path, by_name


def _file_of(
    row: sheet.Row, by_path: dict[str, Path], by_name: dict[str, list[Path]], table: Path, *, given: bool
) -> Path | None:
    if not row.file:
        return None
    if given:
        found = by_path.get(composed(row.file)) or by_path.get(composed(str(Path(row.file).absolute())))
        named = by_name.get(composed(Path(row.file.replace("\\", "/")).name), [])
        return found or (named[0] if len(named) == 1 else None)
    places = [Path(row.file), table.parent / row.file]
    return next((path for path in places if os.path.isfile(path)), None) or _spelt_otherwise(places)  # noqa: PTH113


def _spelt_otherwise(places: Sequence[Path]) -> Path | None:
    """Return the file whose name has its accents in another form: macOS keeps é as two signs, tables have one."""
    for place in places:
        if str(place).isascii():
            continue
        with contextlib.suppress(OSError):
            sought = composed(place.name)
            for name in os.listdir(place.parent):  # noqa: PTH208 - names alone
                if composed(name) == sought and os.path.isfile(place.parent / name):  # noqa: PTH113
                    return place.parent / name
    return None
