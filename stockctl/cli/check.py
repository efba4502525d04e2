"""`stockctl check`: would a reviewer refuse this file, where, and what mends it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson

if TYPE_CHECKING:
    from stockctl.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("check")(check)


def check(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="Files and folders; else this folder.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Judge files as the agencies' reviewers would, before uploading."""
    state: Context = context.obj
    with state.catalogue() as catalogue:
        typer.echo(f"{catalogue.path} {paths} {as_json}")
