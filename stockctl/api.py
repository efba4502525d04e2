"""The Python API: a function for each stage, thin over what the command line calls; documented in docs/api.md.

    from stockctl.api import open_catalogue, check

(Not from `stockctl` itself, where `check` is the name of a room.) Nothing heavy
is loaded before a function is called. Errors are those of `stockctl.errors`; a problem of one file is in the report.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Executor

    from stockctl.catalogue import Catalogue
    from stockctl.check.run.judged import Report as Checked
    from stockctl.config import Settings
    from stockctl.earnings.run import Report as Earned
    from stockctl.keyword.report import Report as Keyworded
    from stockctl.metadata.changes.undoing import UndoReport
    from stockctl.status.standing import Standing
    from stockctl.submit.run import Report as Submitted

__all__ = [
    "check",
    "document",
    "earnings",
    "keywords",
    "load_settings",
    "open_catalogue",
    "status",
    "submit_plan",
    "undo",
]

Place = str | Path


def open_catalogue(path: Place | None = None) -> Catalogue:
    """Open the catalogue at `path`, by default that of the commands; made where there is none. Use it in a `with`.

    Raises:
        CatalogueError: it is none, newer than this program, or cannot be opened.

    """
    from stockctl.catalogue import open_catalogue as opened
    from stockctl.config import catalogue_path

    return opened(catalogue_path() if path is None else Path(path))


def load_settings(path: Place | None = None) -> Settings:
    """Return the settings of a file, by default those of the commands.

    Raises:
        SettingsError: it is no TOML, or a key means nothing.

    """
    from stockctl.config import load_settings as loaded

    return loaded(None if path is None else Path(path))


def check(
    catalogue: Catalogue,
    paths: Iterable[Place] | Place,
    *,
    settings: Settings | None = None,
    agencies: Iterable[str] = (),
    workers: int | None = None,
    executor: Executor | None = None,
) -> Checked:
    """Judge files as `stockctl check` does; the report has `assets`, `similar` and `errors`.

    `workers` is the number of processes, 1 works in this one. Work goes to
    `executor` instead, where one is given; it is left open. Without either, a
    script needs the usual `if __name__ == "__main__":`, as processes are spawned.

    Raises:
        UsageError: none of the paths exists, or an agency is unknown.

    """
    from stockctl.check.run.pipeline import run

    return run(
        *(catalogue, _settings(settings), _paths(paths)), agencies=tuple(agencies), workers=workers, executor=executor
    )


def keywords(
    catalogue: Catalogue,
    paths: Iterable[Place] | Place,
    *,
    settings: Settings | None = None,
    embed: bool = False,
    **wishes: Any,  # noqa: ANN401 - the fields of `Wishes`, each with its type there
) -> Keyworded:
    """Find title, description and keywords for files; with `embed` they are written, as a batch that `undo` takes back.

    `wishes` are the fields of `stockctl.keyword.wishes.Wishes`: `title`,
    `description`, `context`, `add`, `remove`, `set_words`, `limit`, `want`,
    `agencies`, `vision` ("none" asks no model) …

    Raises:
        TypeError: there is no such field.
        UsageError: none of the paths exists, or a wish means nothing.

    """
    from stockctl.keyword.run import run
    from stockctl.keyword.wishes import Wishes

    wished = Wishes(**{"command": "stockctl.keywords", **wishes, "dry_run": not embed})
    return run(catalogue, _settings(settings), _paths(paths), wished)


def submit_plan(
    catalogue: Catalogue, agency: str, paths: Iterable[Place] | Place = (), *, settings: Settings | None = None
) -> Submitted:
    """Return what `stockctl submit --dry-run` would send to an agency, or hold back and why; nothing is sent.

    Without paths: all that is catalogued, passes, and was not sent there.

    Raises:
        UsageError: the agency is unknown, or none of the paths exists.

    """
    from stockctl.submit.run import Options, run

    return run(catalogue, _settings(settings), _paths(paths), agency, Options(dry_run=True))


def earnings(
    catalogue: Catalogue,
    statements: Iterable[Place] | Place = (),
    *,
    year: int | None = None,
    today: date | None = None,
    **wanted: Any,  # noqa: ANN401 - the fields of `Wanted`, each with its type there
) -> Earned:
    """Import statements and return the report of a year, by default the present one.

    `wanted` are the fields of `stockctl.earnings.run.Wanted`: `agency`, `by`,
    `as_`, `mapping`, `audit` … Amounts are exact.

    Raises:
        TypeError: there is no such field.
        UsageError: an agency or a group is unknown.

    """
    from stockctl.config import settings_path
    from stockctl.earnings.run import Wanted, run

    now = today or date.today()  # noqa: DTZ011 - the person's own day
    usual = {"year": now.year if year is None else year, "folder": settings_path().parent}
    return run(catalogue, _paths(statements), Wanted(**{**usual, **wanted}), now)


def status(
    catalogue: Catalogue, paths: Iterable[Place] | Place = (), *, settings: Settings | None = None
) -> list[Standing]:
    """Return how far files have come, and what is to be done next with each.

    Raises:
        UsageError: none of the paths exists.

    """
    from stockctl.status.standing import standings

    return standings(catalogue, _settings(settings), _paths(paths))


def undo(catalogue: Catalogue, batch: int | None = None) -> UndoReport:
    """Take back a batch of changes, by default the latest, as `stockctl undo` does.

    Raises:
        UsageError: there is no such batch, or it was taken back.

    """
    from stockctl.keyword.earlier import experience
    from stockctl.metadata.changes import undoing

    return undoing.undo(catalogue, batch, lambda paths: experience.taken_back(catalogue, paths))


def document(report: Checked | Keyworded | Submitted | Earned | list[Standing]) -> dict[str, Any]:
    """Return a report as the document that the command prints with `--json`: its fields keep their names.

    Raises:
        TypeError: it is no report of these functions.

    """
    from importlib import import_module

    kind = "stockctl.status" if isinstance(report, list) else type(report).__module__
    for stage, (shower, function) in _SHOWN.items():
        if kind.startswith(f"stockctl.{stage}"):
            shown: dict[str, Any] = getattr(import_module(f"stockctl.{shower}"), function)(report)
            return shown
    raise TypeError(f"no report: {type(report).__name__}")


# What turns each stage's report into its document.
_SHOWN = {
    "check": ("check.showing.document", "to_json"),
    "keyword": ("keyword.show", "to_json"),
    "submit": ("submit.show", "to_json"),
    "earnings": ("earnings.showing.document", "document"),
    "status": ("status.show", "to_json"),
}


def _settings(given: Settings | None) -> Settings:
    return load_settings() if given is None else given


def _paths(given: Iterable[Place] | Place) -> list[Path]:
    if isinstance(given, str | Path):
        return [Path(given)]
    return [Path(one) for one in given]
