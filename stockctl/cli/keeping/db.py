"""`stockctl db`: the catalogue's own file, examined, copied and made small."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockctl.cli.context import AsJson, tell
from stockctl.cli.outputs import Force, Output, output
from stockctl.cli.shell.demand import Group
from stockctl.report import forms
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from stockctl.catalogue.upkeep.examining import Condition
    from stockctl.cli.context import Context

db = typer.Typer(
    cls=Group,
    help="Look after the catalogue's file: where it is, whether it is sound, a copy of it, and its size.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.add_typer(db, name="db")


@db.command()
def path(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print where the catalogue is."""
    where = _place(context.obj)
    exists = where.is_file()
    _show(
        {"path": str(where), "exists": exists, "bytes": where.stat().st_size if exists else 0},
        str(where),
        as_json=as_json,
    )


@db.command()
def check(
    context: typer.Context,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out indexes, and what holds between tables.")] = False,
    mend: Annotated[
        bool,
        typer.Option("--mend", help="Work out anew what other tables tell (sums, counts, caches), after a backup."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Examine the catalogue: is the file whole, does all in it belong together. Exit code 1 where it is not.

    The file is only read, unless you say --mend.
    """
    from dataclasses import replace

    from stockctl.catalogue.upkeep import examining

    state: Context = context.obj
    where = _place(state)
    condition = examining.examine(where, quick=quick, tell=tell)
    if mend and condition.mendable:
        with state.catalogue() as catalogue:
            mended = examining.mend(catalogue, condition)
        condition = replace(examining.examine(where, quick=quick, tell=tell), mended=mended)
    elif mend and condition.faults:
        condition = replace(condition, notes=(*condition.notes, "nothing was mended: sums rest on what is wrong here"))
    _show(_to_json(condition), "\n".join(_lines(condition)), as_json=as_json)
    if condition.faults:
        raise typer.Exit(1)


@db.command()
def backup(
    context: typer.Context,
    *,
    to: Annotated[
        Output | None,
        output(
            "--to",
            forms.CATALOGUE_COPY,
            metavar="FILE",
            help="Where; else beside the catalogue, under the present time.",
        ),
    ] = None,
    force: Force = False,  # noqa: ARG001 - the option that names an output goes by it
    as_json: AsJson = False,
) -> None:
    """Copy the catalogue, also while other commands use it: a whole and checked copy, or none."""
    from stockctl.catalogue.migrations import Waiting
    from stockctl.catalogue.upkeep import copying

    state: Context = context.obj
    _must_exist(state)
    waiting = Waiting(tell)

    def told(done: int, of: int) -> None:
        waiting.at(f"copying the catalogue, {100 * done // max(1, of)} %" if done < of else "examining the copy")

    with state.catalogue() as catalogue:
        if to is None:
            made = copying.back_up(catalogue, told)
        else:
            # What a backup holds is for the eyes of its owner, as the catalogue is.
            to.mode = 0o600
            with to.whole(catalogue.path) as place:
                copying.copy(catalogue, place, told)
            made = to.path
    if to is not None and to.folder is None:
        # What was poured out may be stdout itself.
        echo(f"copied to {made}", err=True)
        return
    size = made.stat().st_size
    _show({"path": str(made), "bytes": size}, f"copied: {made} ({_megabytes(size)})", as_json=as_json)


@db.command()
def compact(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Make the file small again: write it anew without what was deleted. No other command may write meanwhile."""
    from stockctl.catalogue.upkeep import compacting

    state: Context = context.obj
    _must_exist(state)
    with state.catalogue() as catalogue:
        done = compacting.compact(catalogue)
    text = f"{_megabytes(done.before)} before, {_megabytes(done.after)} now: {_megabytes(done.saved)} saved"
    if done.waits:
        text += "\nanother command reads the catalogue: the room is free when it has ended and the next one has run"
    _show({"before": done.before, "after": done.after, "saved": done.saved}, text, as_json=as_json)


def _place(state: Context) -> Path:
    from stockctl.config import catalogue_path

    return state.db or catalogue_path()


def _must_exist(state: Context) -> None:
    """Refuse where there is no catalogue: opening one would make it."""
    from stockctl.errors import CatalogueError

    where = _place(state)
    if not where.exists():
        raise CatalogueError(
            "there is no catalogue yet", where=str(where), hint="check a picture first, or name another: --db FILE"
        )


def _show(document: dict[str, Any], text: str, *, as_json: bool) -> None:
    if as_json:
        from stockctl.report.document import print_document

        print_document({"command": "db", **document})
    else:
        echo(text)


def _to_json(condition: Condition) -> dict[str, Any]:
    return {
        "path": str(condition.path),
        "sound": not condition.faults,
        "bytes": condition.bytes,
        "free": condition.free,
        "faults": [
            {
                "what": fault.what,
                "message": fault.message,
                "count": fault.count,
                "hint": fault.hint,
                "mendable": fault.mendable,
            }
            for fault in condition.faults
        ],
        "notes": list(condition.notes),
        "mended": list(condition.mended),
    }


def _lines(condition: Condition) -> list[str]:
    lines = [f"{condition.path}: {_megabytes(condition.bytes)}"]
    if condition.free:
        lines[0] += f", of which {_megabytes(condition.free)} lie free (stockctl db compact)"
    lines += [f"mended: {name}" for name in condition.mended]
    for fault in condition.faults:
        count = f"{fault.count:,} times: " if fault.count > 1 else ""
        lines += [f"{fault.what}: {count}{fault.message}", f"  {fault.hint}"]
    lines += [f"note: {note}" for note in condition.notes]
    if not condition.faults:
        lines.append("sound" if not condition.notes else "sound, as far as it was examined")
    return lines


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
