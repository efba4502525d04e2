"""`stockctl earnings`: what came in, from where, at which level."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli import completing
from stockctl.cli.context import AsJson
from stockctl.cli.outputs import Force, Output, output
from stockctl.errors import UsageError
from stockctl.report import forms
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from stockctl.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("earnings")(earnings)


def earnings(
    context: typer.Context,
    statements: Annotated[
        list[Path] | None, typer.Argument(metavar="[STATEMENT]...", help="Statements to import before the report.")
    ] = None,
    *,
    year: Annotated[
        int | None, typer.Option(metavar="Y", min=1995, max=2100, help="The year of sale; else this year.")
    ] = None,
    from_: Annotated[
        str, typer.Option("--from", metavar="DAY", help="The first day of sale; a month or year will do.")
    ] = "",
    to: Annotated[str, typer.Option(metavar="DAY", help="The last one; else today.")] = "",
    last: Annotated[
        str, typer.Option(metavar="12m", help="So many days, weeks, months or years (90d, 8w, 12m, 2y).")
    ] = "",
    agency: Annotated[
        str, typer.Option(metavar="NAME", help="Report this agency only.", autocompletion=completing.agencies)
    ] = "",
    by: Annotated[
        str,
        typer.Option(
            help="Group by agency, month, year, asset, kind, licence, country, keyword, shoot, or a campaign's brand"
            " or platform."
        ),
    ] = "agency",
    as_: Annotated[
        str,
        typer.Option(
            "--as", metavar="AGENCY[:LAYOUT]", help="Say what the statements are.", autocompletion=completing.agencies
        ),
    ] = "",
    dates: Annotated[
        str,
        typer.Option(
            metavar="FORM", help="How the statements write days: dmy, mdy, ymd, iso; or the months' language."
        ),
    ] = "",
    decimal: Annotated[str, typer.Option(metavar="SIGN", help="Their decimal sign, where it cannot be told.")] = "",
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.toml", help="Which column is what, for a layout not known.")
    ] = None,
    map_template: Annotated[
        Output | None,
        output(
            "--map-template",
            forms.MAPPING,
            metavar="FILE.toml",
            help="Write such a file for the statement, to be filled in.",
        ),
    ] = None,
    downloads: Annotated[
        list[str] | None,
        typer.Option(metavar="AGENCY:KIND=N", help="A year's count, read off the agency's own page (repeatable)."),
    ] = None,
    other: Annotated[
        list[str] | None,
        typer.Option(metavar="AGENCY:AMOUNT CURRENCY DAY TEXT", help="Income without a sale (repeatable)."),
    ] = None,
    payout: Annotated[
        list[str] | None,
        typer.Option(metavar="AGENCY:AMOUNT CURRENCY DAY TEXT", help="What the agency paid out (repeatable)."),
    ] = None,
    tax: Annotated[
        list[str] | None,
        typer.Option(metavar="AGENCY:AMOUNT CURRENCY DAY TEXT", help="Tax that it withheld (repeatable)."),
    ] = None,
    cost: Annotated[
        list[str] | None,
        typer.Option(metavar="SHOOT:AMOUNT CURRENCY DAY TEXT", help="What a shoot (a folder) cost (repeatable)."),
    ] = None,
    audit: Annotated[bool, typer.Option("--audit", help="Look for what was not paid or told right.")] = False,
    figures: Annotated[
        bool, typer.Option("--figures", help="Add what files, agencies and trends come to, and what is unpaid.")
    ] = False,
    report: Annotated[
        Output | None,
        output("--report", forms.EARNINGS_PAGE, metavar="FILE.html", help="Write the whole report as one page."),
    ] = None,
    csv: Annotated[
        Output | None,
        output("--csv", forms.EARNINGS_TABLE, metavar="FILE.csv", help="Write the grouped rows as a table."),
    ] = None,
    letter: Annotated[
        Output | None,
        output("--letter", forms.LETTER, metavar="FILE.txt", help="Draft to the agencies what the audit found."),
    ] = None,
    force: Force = False,  # noqa: ARG001 - the options that name outputs go by it
    rates: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Rates (day,currency,rate) to add the currencies up at.")
    ] = None,
    currency: Annotated[str, typer.Option(help="The currency that the rates lead to.")] = "USD",
    strict: Annotated[bool, typer.Option("--strict", help="Refuse a statement that has one broken row.")] = False,
    replace_days: Annotated[
        bool,
        typer.Option(
            "--replace-days",
            help="The statements are the truth for what they cover: an agency's own export for its days, any other"
            " for the files that it names on them.",
        ),
    ] = False,
    open_: Annotated[
        bool, typer.Option("--open", help="Look at the catalogue in a browser with Datasette, where it is installed.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more of each statement.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the agencies' statements; show what came in, and at which level."""
    from datetime import date

    from stockctl.earnings import run
    from stockctl.earnings.answers.period import asked
    from stockctl.earnings.showing import document, terminal
    from stockctl.report.document import print_document

    state: Context = context.obj
    if map_template is not None:
        if not statements or len(statements) != 1:
            raise UsageError("--map-template needs one statement", hint="stockctl earnings FILE --map-template my.toml")
        run.write_template(statements[0], map_template)
        if as_json:
            print_document({"command": "earnings", "map_template": str(map_template)})
        else:
            echo(
                f"{map_template}: fill in what is missing, then"
                f"\n  stockctl earnings {statements[0]} --map {map_template}"
            )
        return
    today = date.today()  # noqa: DTZ011 - the person's own day
    period = asked(year, from_, to, last, today)
    wanted = run.Wanted(
        year=period.last.year,
        period=period,
        agency=agency,
        by=by,
        as_=as_,
        mapping=mapping,
        dates=dates,
        decimal=decimal,
        downloads=downloads or (),
        other=other or (),
        payouts=payout or (),
        taxes=tax or (),
        costs=cost or (),
        audit=audit or report is not None or letter is not None,
        in_short=figures,
        whole=report is not None,
        rates=rates,
        currency=currency.upper(),
        strict=strict,
        replace_days=replace_days,
    )
    with state.catalogue() as catalogue:
        found = run.run(catalogue, statements or (), wanted, today)
        if report is not None:
            from stockctl.earnings.showing.page import write_page
            from stockctl.plan import run as planning
            from stockctl.plan.show import to_section

            plan = planning.run(catalogue, state.settings, months=9, countries=(), agencies=(), trends=None)
            write_page(found, report, today, [to_section(plan)])
    if csv is not None:
        document.write_csv(found, csv)
    if letter is not None:
        from stockctl.earnings.showing.letter import letter as drafted

        with letter.text() as file:
            file.write(drafted(found, today))
    if as_json:
        print_document(document.document(found))
    else:
        terminal.show(found, verbose=verbose)
        for written in filter(None, (report, csv, letter)):
            echo(f"written: {written}")
    terminal.complain(found)
    if open_:
        document.browse(catalogue.path)
    if found.exit_code:
        raise typer.Exit(found.exit_code)
