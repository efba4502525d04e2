"""Read the files of a run, a few at a time: one that cannot be read does not stop the others."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from stockctl.errors import FileProblem
from stockctl.keyword.subject import Subject, load
from stockctl.report.terminal import progress
from stockctl.report.waiting import interrupted, waiting_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Hashing lets go of the interpreter's lock; more threads than this wait for the disk.
_AT_ONCE = 4
# Of more files than these no thumbnail is kept.
MANY = 2000


def load_all(paths: Sequence[Path], context: str, problems: list[FileProblem], *, bar: bool = True) -> list[Subject]:
    """Return the subjects in the order of `paths`; what cannot be read is added to `problems`; `bar` shows how far."""

    def one(path: Path) -> Subject | FileProblem:
        try:
            with waiting_for(path):
                loaded = load(path, context)
                # Of thousands of files the thumbnails would fill the memory.
                return loaded.told() if len(paths) > MANY else loaded
        except FileProblem as problem:
            return problem

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(one, paths)
        try:
            with progress("reading", found, len(paths)) if bar else contextlib.nullcontext(found) as loaded:
                results = list(loaded)
        except KeyboardInterrupt:
            interrupted()
            raise
    problems += [result for result in results if isinstance(result, FileProblem)]
    return [result for result in results if isinstance(result, Subject)]


def as_error(problem: FileProblem) -> tuple[str, str]:
    """Return the path and the text of a problem, as reports list it."""
    return problem.where, f"{problem.message}; {problem.hint}" if problem.hint else problem.message
