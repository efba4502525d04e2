"""`stockctl history`: the batches of changes to files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from stockctl.cli.context import AsJson

if TYPE_CHECKING:
    from stockctl.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("history")(history)


def history(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the batches of changes to files, the latest first; `undo` takes one back."""
    from stockctl.metadata import show
    from stockctl.metadata.changes import history as changes

    state: Context = context.obj
    with state.catalogue() as catalogue:
        batches = changes.batches(catalogue)
    show.history(batches, as_json=as_json)
