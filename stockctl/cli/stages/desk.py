"""`stockctl desk`: a local page where pictures are looked at and worked on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from stockctl.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("desk")(desk)


def desk(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Files and folders; else all that the catalogue knows."),
    ] = None,
    *,
    port: Annotated[int, typer.Option(metavar="N", help="The port; by default a free one.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the address only; open no browser.")] = False,
) -> None:
    """Open a local page where pictures are looked at and worked on; it serves until Ctrl-C."""
    from stockctl.cli.shell.bug import report_bug
    from stockctl.desk import server
    from stockctl.errors import UsageError
    from stockctl.files.nearest import nearest

    state: Context = context.obj
    given = paths or []
    for path in given:
        if not path.exists():
            raise UsageError("no such file or folder", where=str(path), hint=nearest(path))
    # Opened once before: a catalogue that is damaged or locked is told here, and one that is new is made.
    with state.catalogue() as catalogue:
        place = catalogue.path

    def on_bug() -> str:
        report_bug(["desk"])
        return "a report was written; the terminal of the desk names it"

    server.run(place, state.settings, given, port=port, open_browser=not no_open, on_bug=on_bug)
