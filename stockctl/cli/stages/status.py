"""`stockctl status`: where each file stands, and what is next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson

if TYPE_CHECKING:
    from stockctl.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("status")(status)


def status(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="Files and folders; else this folder.")
    ] = None,
    *,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List also the files for which nothing is to be done.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say how far files have come, and what is to be done next with each.

    Nothing is opened or changed.
    """
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results
    from stockctl.report.waiting import walk
    from stockctl.status.show import to_json, to_terminal
    from stockctl.status.standing import standings

    state: Context = context.obj
    found = walk(paths or [Path()])
    with state.catalogue() as catalogue:
        listed = standings(catalogue, state.settings, found.files)
    if as_json:
        print_document(to_json(listed))
    else:
        to_terminal(listed, results(), verbose=verbose)
