"""`stockctl plan`: what to shoot, and by when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.outputs import Force, Output, output
from stockctl.cli.shell import completing
from stockctl.report import forms

if TYPE_CHECKING:
    from stockctl.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("plan")(plan)


def plan(
    context: typer.Context,
    *,
    months: Annotated[int, typer.Option("--months", metavar="N", help="How far to look ahead.")] = 9,
    country: Annotated[
        list[str] | None,
        typer.Option("--country", metavar="CODES", help="Whose holidays: ID,US,DE; else [plan] countries."),
    ] = None,
    agency: Annotated[
        list[str] | None,
        typer.Option(
            "--agency",
            metavar="NAME",
            help="Plan for this agency; repeat for more.",
            autocompletion=completing.agencies,
        ),
    ] = None,
    trends: Annotated[
        Path | None, typer.Option("--trends", metavar="FILE.csv", help="Your own list: word,from,to,note.")
    ] = None,
    ics: Annotated[
        Output | None, output("--ics", forms.CALENDAR, metavar="FILE.ics", help="Write the days as a calendar, too.")
    ] = None,
    force: Force = False,  # noqa: ARG001 - the option that names an output goes by it
    as_json: AsJson = False,
) -> None:
    """Show events ahead with the days to shoot and upload by, your own files for them, and what your sales say."""
    from stockctl.plan import run, show
    from stockctl.report.document import print_document
    from stockctl.report.terminal import note, results

    state: Context = context.obj
    with state.catalogue() as catalogue:
        made = run.run(
            catalogue, state.settings, months=months, countries=country or (), agencies=agency or (), trends=trends
        )
    if ics is not None:
        from stockctl.plan.ics import calendar

        with ics.text(newline="") as file:
            file.write(calendar(made))
        note(f"calendar: {ics}")
    if as_json:
        print_document(show.to_json(made))
        return
    console = results()
    for line in show.to_lines(made):
        console.print(line)
