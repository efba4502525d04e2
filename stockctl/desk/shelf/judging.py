"""Judge files as `check` does, and keep little of it: of few in this process, of many in one of their own.

A check of ten thousand files takes seconds of computing and some hundred
megabytes. In a process of its own it neither holds up the pages meanwhile nor
stays in memory afterwards.
"""

from __future__ import annotations

import gc
import multiprocessing
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from stockctl.catalogue import open_catalogue
from stockctl.check.run import pipeline
from stockctl.check.run.pool import deaf, end_with_parent
from stockctl.errors import StockctlError
from stockctl.files.writing.temporary import lend_books
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor
    from multiprocessing.connection import Connection
    from pathlib import Path

    from stockctl.check.run.judged import Judged, Report
    from stockctl.config import Settings

# So many files are judged in this process: they take less time than a process takes to start.
FEW = 150
# New files are inspected and shown in portions of so many.
PORTION = 64


class Verdict(NamedTuple):
    """What the grid shows of a verdict: the words of `check`, and the rules that warn or refuse."""

    picture: str
    words: str
    agencies: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as the grid has it."""
        return {"picture": self.picture, "texts": self.words, "verdict": dict(self.agencies), "rules": self.rules}


# What the grid has of a file that was not judged yet.
NOT_JUDGED = {"picture": "", "texts": "", "verdict": {}, "rules": ()}


class Near(NamedTuple):
    """Two alike files: as `similar` has them in the documents of `check`."""

    paths: tuple[Path, Path]
    relation: str
    distance: int


@dataclass(frozen=True)
class Judgement:
    """A batch judged: verdicts by path, the agencies asked (name, title, initials), pairs and problems."""

    verdicts: Mapping[Path, Verdict]
    agencies: tuple[tuple[str, str, str], ...]
    near: tuple[Near, ...]
    problems: tuple[str, ...]


@lru_cache(8192)
def _shared(verdict: Verdict) -> Verdict:
    """Return one value for all files that are judged alike: ten thousand files have a few hundred of them."""
    return verdict


def verdict(judged: Judged) -> Verdict:
    """Return the little that is kept of a verdict."""
    names = tuple(sorted({one.name for one in judged.findings if one.severity != Severity.INFO}))
    return _shared(Verdict(judged.picture, judged.words, tuple(judged.verdict.items()), names))


def look(catalogue: Path, settings: Settings, paths: Sequence[Path], executor: Executor | None = None) -> Report:
    """Check files in this process; `executor` inspects those that are new.

    Raises:
        UsageError: none of the files is there.

    """
    with open_catalogue(catalogue) as opened:
        try:
            report = pipeline.run(opened, settings, paths, executor=executor)
        except BrokenProcessPool:
            # A decoder brought a process down: the check's own pool finds out on which file.
            report = pipeline.run(opened, settings, paths)
    # A command that ends soon holds what it made apart from collection; the desk goes on.
    gc.unfreeze()
    return report


def judge(report: Report) -> Judgement:
    """Return what is kept of a report."""
    return Judgement(
        {judged.asset.path: verdict(judged) for judged in report.assets},
        tuple((agency.name, agency.title, agency.initials) for agency in report.agencies),
        tuple(Near(pair.paths, pair.relation, pair.distance) for pair in report.similar),
        tuple(str(problem) for problem in report.errors),
    )


def judge_many(
    catalogue: Path,
    settings: Settings,
    paths: Sequence[Path],
    fresh: Sequence[Path],
    told: Callable[[Judgement, int], None],
    begun: Callable[[multiprocessing.process.BaseProcess], None],
) -> Judgement:
    """Check many files in a process of their own; those that are new come first, and are told of as they are done.

    `told` is called with a portion's judgement and how many of the new files are
    done; `begun` with the process, so that whoever closes the desk can end it.

    Raises:
        StockctlError: the check failed, or its process was ended.

    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_apart, args=(theirs, catalogue, settings, tuple(paths), tuple(fresh)))
    lend_books()
    with deaf():
        process.start()
    begun(process)
    theirs.close()
    try:
        while True:
            found = ours.recv()
            if isinstance(found, Exception):
                raise found
            judgement, done = found
            if done is None:
                return _read(judgement)
            told(_read(judgement), done)
    except EOFError:
        raise StockctlError("the check was ended", hint="check again") from None
    finally:
        ours.close()
        process.join()


def _read(judgement: Judgement) -> Judgement:
    """Return a judgement of another process with what many files have in common held once."""
    verdicts = {path: _shared(one) for path, one in judgement.verdicts.items()}
    return Judgement(verdicts, judgement.agencies, judgement.near, judgement.problems)


def _apart(
    told: Connection, catalogue: Path, settings: Settings, paths: tuple[Path, ...], fresh: tuple[Path, ...]
) -> None:
    """Run in a process of its own."""
    end_with_parent()
    try:
        for start in range(0, len(fresh), PORTION):
            portion = fresh[start : start + PORTION]
            told.send((judge(look(catalogue, settings, portion)), start + len(portion)))
        told.send((judge(look(catalogue, settings, paths)), None))
    except Exception as error:  # noqa: BLE001 - raised again on the other side
        told.send(error)
    finally:
        told.close()
