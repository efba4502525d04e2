"""`stockctl undo`: take back a batch of changes, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from stockctl.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("undo")(undo)


def undo(
    context: typer.Context,
    batch: Annotated[
        int | None,
        typer.Argument(
            metavar="[BATCH]", help="The number that `history` shows; else the latest that was not taken back."
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Take back a batch of changes, byte for byte; a file that was changed since stays as it is."""
    from stockctl.keyword.earlier import experience
    from stockctl.metadata import show
    from stockctl.metadata.changes import undoing

    state: Context = context.obj
    with state.catalogue() as catalogue:
        report = undoing.undo(catalogue, batch, lambda paths: experience.taken_back(catalogue, paths))
    show.undo(report, as_json=as_json)
    if report.left:
        echo(f"stopped; hint: to go on: stockctl undo {report.batch}", err=True)
        raise typer.Exit(130)
    if report.first is not None:
        echo(f"hint: stockctl undo {report.first}, then: stockctl undo {report.batch}", err=True)
    if any(file.state != undoing.RESTORED for file in report.files):
        raise typer.Exit(1)
