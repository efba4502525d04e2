"""`stockctl agencies`: what each agency takes, from which source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson

if TYPE_CHECKING:
    from stockctl.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("agencies")(agencies)


def agencies(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One agency with all that is known of it.")
    ] = None,
    *,
    stale: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, help="Only what was last checked more than DAYS ago.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what each agency takes, with source, confidence and the day it was checked.

    A file agencies/NAME.toml beside your settings changes what it names, or adds an agency.
    """
    from dataclasses import replace
    from datetime import UTC, datetime, timedelta

    from stockctl.agencies import load, resolve, show
    from stockctl.report.document import print_document

    state: Context = context.obj
    known = load(state.settings.folder)
    chosen = [resolve(name, known)] if name is not None else list(known.values())
    if stale is not None:
        day = datetime.now(UTC).date() - timedelta(days=stale)
        found = show.stale(chosen, day)
        lines = show.stale_lines(found)
        chosen = [replace(agency, limits=limits) for agency, limits in found]
    else:
        lines = show.details(chosen[0]) if name is not None else show.overview(chosen)
    if as_json:
        print_document(show.to_json(chosen))
        return
    for line in lines:
        typer.echo(line)
