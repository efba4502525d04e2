"""What the grid shows: the rows of a desk's files, filled and judged as that is worked out; every thread may ask."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.agencies import load
from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import assets
from stockctl.check.run import pipeline
from stockctl.desk.shelf import judging
from stockctl.desk.shelf.judging import NOT_JUDGED, Verdict
from stockctl.desk.shelf.rows import Row, filled, id_of, standing
from stockctl.files.walk import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Executor
    from multiprocessing.process import BaseProcess

    from stockctl.agencies import Agency
    from stockctl.check.run.judged import Judged
    from stockctl.config import Settings

# Without a path the desk takes the newest so many files: more than that no person looks through.
NEWEST = 10_000
# Rows that the first screen can show; the others are filled afterwards, so many at a time.
FIRST, PORTION = 60, 500
# Files that are alike are judged together, at most so many.
_ALIKE = 50
# How long the catalogue's own files are looked for on a slow disk before the rest is left out, in seconds.
_PATIENCE_S = 5.0


class Shelf:
    """The files of one desk, and which of them changed since a page last asked."""

    def __init__(self, catalogue: Path, settings: Settings, paths: Sequence[Path], executor: Executor | None) -> None:
        self.catalogue = catalogue
        self.settings = settings
        self._paths = tuple(paths)
        self._executor = executor
        self._lock = threading.Lock()
        # By id, in the order of the paths; and at which version each changed last.
        self._rows: dict[str, Row] = {}
        self._folders: dict[Path, int] = {}
        self._at: dict[str, int] = {}
        self._read_at = 0
        self.version = 0
        self.left_out = 0
        self.agencies: tuple[tuple[str, str, str], ...] = ()
        self._near: dict[str, list[tuple[str, str, int]]] = {}
        self._problems: dict[str, None] = {}
        self._process: BaseProcess | None = None
        self._ended = False

    # -- reading and judging

    def read(self) -> None:
        """List the files under the paths, or the newest that the catalogue knows; fill the rows of a first screen."""
        with open_catalogue(self.catalogue) as catalogue:
            if self._paths:
                found = walk(self._paths)
                files, problems = sorted(found.files, key=str), [str(one) for one in found.errors]
            else:
                files, problems = self._known(catalogue), []
            with self._lock:
                before = self._rows
            listed = [before.get(id_ := id_of(str(path))) or Row(id_, path) for path in files]
            first = filled(catalogue, listed[:FIRST])
        with self._lock:
            self.version += 1
            self._read_at = self.version
            self._rows = {row.id: row for row in [*first, *listed[FIRST:]]}
            self._folders = {folder: number for number, folder in enumerate(dict.fromkeys(one.parent for one in files))}
            self._at = dict.fromkeys(self._rows, self.version)
            self._problems = dict.fromkeys(problems)

    def _known(self, catalogue: Any) -> list[Path]:  # noqa: ANN401 - a catalogue
        found: list[Path] = []
        end = time.monotonic() + _PATIENCE_S
        for name in assets.newest(catalogue, 2 * NEWEST):
            if len(found) == NEWEST or time.monotonic() > end:
                break
            if (path := Path(name)).exists():
                found.append(path)
        self.left_out = max(0, assets.count(catalogue) - 2 * NEWEST) if len(found) == NEWEST else 0
        return sorted(found, key=str)

    def fill(self) -> None:
        """Fill all rows with what the catalogue knows, some at a time."""
        with open_catalogue(self.catalogue) as catalogue:
            rows = self.rows()
            for start in range(0, len(rows), PORTION):
                self._take(filled(catalogue, rows[start : start + PORTION]))

    def first(self) -> None:
        """Judge the files of a first screen that are known; the others come with the rest."""
        rows = self.rows()
        known = [row for row in rows[:FIRST] if not row.fresh]
        # A first screen of all files is judged with all files.
        if known and len(rows) > FIRST:
            self._judge(known, whole=False)

    def judge_all(self, told: Callable[[int, int], None]) -> None:
        """Judge all files; `told` hears how many of the new ones are done."""
        rows = [row for row in self.rows() if row.path.exists()]
        if not rows:
            return
        if len(rows) <= judging.FEW:
            self._judge(rows, whole=True)
            return
        fresh = [row.path for row in rows if row.fresh]

        def step(judgement: judging.Judgement, done: int) -> None:
            self._judged(judgement, whole=False)
            told(done, len(fresh))

        found = judging.judge_many(
            self.catalogue, self.settings, [row.path for row in rows], fresh, step, self._begun
        )  # fmt: skip
        self._judged(found, whole=True)

    def _begun(self, process: BaseProcess) -> None:
        with self._lock:
            self._process = process
            ended = self._ended
        if ended:
            process.terminate()

    def end(self) -> None:
        """End a check that is under way; what it has inspected is kept."""
        with self._lock:
            self._ended = True
            process = self._process
        if process is not None:
            with contextlib.suppress(ValueError):
                process.terminate()

    def judge(self, ids: Iterable[str]) -> None:
        """Judge some files anew, together with those that they are compared to."""
        rows = [row for row in map(self.row, ids) if row is not None]
        if len(rows) > judging.FEW:
            self.judge_all(lambda _done, _of: None)
        elif rows:
            self._judge([*rows, *self._company(rows)], whole=False)

    def look(self, row: Row) -> Judged | None:
        """Return all that the rules say of a file, judged anew; None where it cannot be read."""
        for judged in self._judge([row, *self._company([row])], whole=False):
            if judged.asset.path == row.path:
                return judged
        return None

    def _company(self, rows: Sequence[Row]) -> list[Row]:
        """Return the files whose titles, names or looks have a say in the verdict of these."""
        taken = {row.id for row in rows}
        titles = {row.title.casefold() for row in rows if row.title}
        stems = {row.path.stem.casefold() for row in rows}
        with self._lock:
            near = {other for row in rows for other, _, _ in self._near.get(row.id, ())}
            found = [
                row
                for row in self._rows.values()
                if row.id not in taken
                and (row.id in near or row.title.casefold() in titles or row.path.stem.casefold() in stems)
            ]
        return found[:_ALIKE]

    def _judge(self, rows: Sequence[Row], *, whole: bool) -> Sequence[Judged]:
        paths = [row.path for row in rows if row.path.exists()]
        if not paths:
            return ()
        report = judging.look(self.catalogue, self.settings, paths, self._executor)
        self._judged(judging.judge(report), whole=whole)
        return report.assets

    def _judged(self, found: judging.Judgement, *, whole: bool) -> None:
        """Take verdicts into the rows, with what else the catalogue says of the files by now."""
        with self._lock:
            rows = [row for path in found.verdicts if (row := self._rows.get(id_of(str(path)))) is not None]
        with open_catalogue(self.catalogue) as catalogue:
            now = filled(catalogue, rows)
        self._take([replace(row, verdict=found.verdicts[row.path]) for row in now])
        with self._lock:
            before = (self.agencies, list(self._problems))
            self.agencies = found.agencies
            if whole:
                self._near = _near(found.near)
                self._problems = dict.fromkeys(found.problems)
            else:
                self._problems |= dict.fromkeys(found.problems)
            self.version += (self.agencies, list(self._problems)) != before

    def restand(self) -> None:
        """Read anew what was prepared, sent, decided and sold."""
        with open_catalogue(self.catalogue) as catalogue:
            self._take(standing(catalogue, self.rows()))

    def _take(self, rows: Iterable[Row]) -> None:
        """Take the place of earlier rows; those that are as before do not count as changed."""
        with self._lock:
            new = [row for row in rows if row.id in self._rows and self._rows[row.id] != row]
            if new:
                self.version += 1
            for row in new:
                self._rows[row.id] = row
                self._at[row.id] = self.version

    # -- asking

    def rows(self) -> list[Row]:
        """Return all rows, by path."""
        with self._lock:
            return list(self._rows.values())

    def row(self, id_: str) -> Row | None:
        """Return a row by its name on the pages, None where there is none."""
        with self._lock:
            return self._rows.get(id_)

    def chosen(self) -> list[Agency]:
        """Return the agencies that files are judged for: those of the settings, else all that are open."""
        return pipeline.chosen_agencies(self.settings.get("check", "agencies", []), load(self.settings.folder))

    def near(self, row: Row) -> list[tuple[Row, str, int]]:
        """Return the files that look like one, each with the relation and how many bits differ."""
        with self._lock:
            found = self._near.get(row.id, ())
            return [(self._rows[other], relation, bits) for other, relation, bits in found if other in self._rows]

    def to_json(self, since: int = 0) -> dict[str, Any]:
        """Return what the grid needs: all of it, or the rows that changed since a version that it has.

        `whole` tells which; the order and number of files change only with a whole
        one. Files that are judged alike name their verdict by its place in `verdicts`.
        """
        with self._lock:
            version, whole = self.version, since < self._read_at
            rows = [row for id_, row in self._rows.items() if whole or self._at[id_] > since]
            folders, problems = self._folders, list(self._problems)
        verdicts: dict[Verdict | None, int] = {}
        files = [row.to_json(folders) | {"verdict": verdicts.setdefault(row.verdict, len(verdicts))} for row in rows]
        return {
            "version": version,
            "whole": whole,
            "verdicts": [verdict.to_json() if verdict else NOT_JUDGED for verdict in verdicts],
            "folders": [str(folder) for folder in folders],
            "agencies": [{"name": name, "title": title, "initials": short} for name, title, short in self.agencies],
            "files": files,
            "problems": problems[:20],
            "problem_count": len(problems),
            "left_out": self.left_out,
        }


def _near(pairs: Sequence[judging.Near]) -> dict[str, list[tuple[str, str, int]]]:
    found: dict[str, list[tuple[str, str, int]]] = {}
    for pair in pairs:
        one, other = (id_of(str(path)) for path in pair.paths)
        found.setdefault(one, []).append((other, pair.relation, pair.distance))
        found.setdefault(other, []).append((one, pair.relation, pair.distance))
    return found
