"""`stockctl agencies`: what each agency takes, from which source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell import completing
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from stockctl.cli.context import Context

# Agencies change their rules about twice a year.
STALE_DAYS = 180


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("agencies")(agencies)


def agencies(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]", help="One agency with all that is known of it.", autocompletion=completing.agencies
        ),
    ] = None,
    *,
    stale: Annotated[
        bool,
        typer.Option(
            "--stale", help=f"Only what was last checked more than {STALE_DAYS} days ago; --stale 365: more than 365."
        ),
    ] = False,
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
    name, days = _told(names or [], stale=stale)
    chosen = [resolve(name, known)] if name is not None else list(known.values())
    if stale:
        day = datetime.now(UTC).date() - timedelta(days=days)
        found = show.stale(chosen, day)
        lines = show.stale_lines(found)
        chosen = [replace(agency, limits=limits) for agency, limits in found]
    else:
        lines = show.details(chosen[0]) if name is not None else show.overview(chosen)
    if as_json:
        print_document(show.to_json(chosen))
        return
    for line in lines:
        echo(line)


def _told(words: list[str], *, stale: bool) -> tuple[str | None, int]:
    """Return the agency's name and the days: a number behind --stale is no name.

    Raises:
        UsageError: more than one name.

    """
    from stockctl.errors import UsageError

    days = [word for word in words if word.isdecimal()] if stale else []
    names = [word for word in words if word not in days]
    if len(names) > 1 or len(days) > 1:
        raise UsageError(f"one agency at a time, not {', '.join(words)}", hint=f"stockctl agencies {words[0]}")
    return (names[0] if names else None), int(days[0]) if days else STALE_DAYS
