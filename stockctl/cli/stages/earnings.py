"""`stockctl earnings`: what came in, from where, at which level."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.outputs import Force, Output, output
from stockctl.cli.shell import completing
from stockctl.cli.taking import taking
from stockctl.errors import UsageError
from stockctl.report import forms
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from datetime import date

    from stockctl.catalogue import Catalogue
    from stockctl.cli.context import Context
    from stockctl.earnings.run import Report, Wanted


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("earnings")(taking(Options, earnings))


@dataclass(frozen=True, kw_only=True)
class Options:
    """What may be asked of `stockctl earnings`."""

    statements: Annotated[
        list[Path] | None, typer.Argument(metavar="[STATEMENT]...", help="Statements to import before the report.")
    ] = None
    year: Annotated[
        int | None, typer.Option(metavar="Y", min=1995, max=2100, help="The year of sale; else this year.")
    ] = None
    from_: Annotated[
        str, typer.Option("--from", metavar="DAY", help="The first day of sale; a month or year will do.")
    ] = ""
    to: Annotated[str, typer.Option(metavar="DAY", help="The last one; else today.")] = ""
    last: Annotated[
        str, typer.Option(metavar="12m", help="So many days, weeks, months or years (90d, 8w, 12m, 2y).")
    ] = ""
    agency: Annotated[
        str, typer.Option(metavar="NAME", help="Report this agency only.", autocompletion=completing.agencies)
    ] = ""
    by: Annotated[
        str,
        typer.Option(
            help="Group by agency, month, year, asset, kind, licence, country, keyword, shoot, or a campaign's brand"
            " or platform."
        ),
    ] = "agency"
    as_: Annotated[
        str,
        typer.Option(
            "--as", metavar="AGENCY[:LAYOUT]", help="Say what the statements are.", autocompletion=completing.agencies
        ),
    ] = ""
    dates: Annotated[
        str,
        typer.Option(
            metavar="FORM", help="How the statements write days: dmy, mdy, ymd, iso; or the months' language."
        ),
    ] = ""
    decimal: Annotated[str, typer.Option(metavar="SIGN", help="Their decimal sign, where it cannot be told.")] = ""
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.toml", help="Which column is what, for a layout not known.")
    ] = None
    map_template: Annotated[
        Output | None,
        output(
            "--map-template",
            forms.MAPPING,
            metavar="FILE.toml",
            help="Write such a file for the statement, to be filled in.",
        ),
    ] = None
    downloads: Annotated[
        list[str] | None,
        typer.Option(metavar="AGENCY:KIND=N", help="A year's count, read off the agency's own page (repeatable)."),
    ] = None
    other: Annotated[
        list[str] | None,
        typer.Option(metavar="AGENCY:AMOUNT CURRENCY DAY TEXT", help="Income without a sale (repeatable)."),
    ] = None
    payout: Annotated[
        list[str] | None,
        typer.Option(metavar="AGENCY:AMOUNT CURRENCY DAY TEXT", help="What the agency paid out (repeatable)."),
    ] = None
    tax: Annotated[
        list[str] | None,
        typer.Option(metavar="AGENCY:AMOUNT CURRENCY DAY TEXT", help="Tax that it withheld (repeatable)."),
    ] = None
    cost: Annotated[
        list[str] | None,
        typer.Option(metavar="SHOOT:AMOUNT CURRENCY DAY TEXT", help="What a shoot (a folder) cost (repeatable)."),
    ] = None
    audit: Annotated[bool, typer.Option("--audit", help="Look for what was not paid or told right.")] = False
    figures: Annotated[
        bool, typer.Option("--figures", help="Add what files, agencies and trends come to, and what is unpaid.")
    ] = False
    report: Annotated[
        Output | None,
        output("--report", forms.EARNINGS_PAGE, metavar="FILE.html", help="Write the whole report as one page."),
    ] = None
    csv: Annotated[
        Output | None,
        output("--csv", forms.EARNINGS_TABLE, metavar="FILE.csv", help="Write the grouped rows as a table."),
    ] = None
    letter: Annotated[
        Output | None,
        output("--letter", forms.LETTER, metavar="FILE.txt", help="Draft to the agencies what the audit found."),
    ] = None
    force: Force = False
    rates: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Rates (day,currency,rate) to add the currencies up at.")
    ] = None
    currency: Annotated[str, typer.Option(help="The currency that the rates lead to.")] = "USD"
    strict: Annotated[bool, typer.Option("--strict", help="Refuse a statement that has one broken row.")] = False
    replace_days: Annotated[
        bool,
        typer.Option(
            "--replace-days",
            help="The statements are the truth for what they cover: an agency's own export for its days, any other"
            " for the files that it names on them.",
        ),
    ] = False
    open_: Annotated[
        bool, typer.Option("--open", help="Look at the catalogue in a browser with Datasette, where it is installed.")
    ] = False
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more of each statement.")] = False
    as_json: AsJson = False


def earnings(context: typer.Context, options: Options) -> None:
    """Read the agencies' statements; show what came in, and at which level."""
    from datetime import date

    from stockctl.earnings import run
    from stockctl.earnings.showing import document, terminal
    from stockctl.report.document import print_document

    state: Context = context.obj
    if options.map_template is not None:
        _template(options)
        return
    today = date.today()  # noqa: DTZ011 - the person's own day
    with state.catalogue() as catalogue:
        found = run.run(catalogue, options.statements or (), _wanted(options, today, state.settings.folder), today)
        if options.report is not None:
            _page(found, options.report, catalogue, state, today)
    written = _written(found, options, today)
    if options.as_json:
        print_document(document.document(found))
    else:
        terminal.show(found, verbose=options.verbose)
        for path in written:
            echo(f"written: {path}")
    terminal.complain(found)
    if options.open_:
        document.browse(catalogue.path)
    if found.exit_code:
        raise typer.Exit(found.exit_code)


def _template(options: Options) -> None:
    """Write the mapping of one statement, to be filled in."""
    from stockctl.earnings import run
    from stockctl.report.document import print_document

    if not options.statements or len(options.statements) != 1 or options.map_template is None:
        raise UsageError("--map-template needs one statement", hint="stockctl earnings FILE --map-template my.toml")
    statement, mapping = options.statements[0], options.map_template
    run.write_template(statement, mapping)
    if options.as_json:
        print_document({"command": "earnings", "map_template": str(mapping)})
    else:
        echo(f"{mapping}: fill in what is missing, then\n  stockctl earnings {statement} --map {mapping}")


def _wanted(options: Options, today: date, folder: Path) -> Wanted:
    """Return the options as the stage takes them."""
    from stockctl.earnings.answers.period import asked
    from stockctl.earnings.run import Wanted

    period = asked(options.year, options.from_, options.to, options.last, today)
    return Wanted(
        year=period.last.year,
        period=period,
        agency=options.agency,
        by=options.by,
        as_=options.as_,
        mapping=options.mapping,
        dates=options.dates,
        decimal=options.decimal,
        downloads=options.downloads or (),
        other=options.other or (),
        payouts=options.payout or (),
        taxes=options.tax or (),
        costs=options.cost or (),
        audit=options.audit or options.report is not None or options.letter is not None,
        in_short=options.figures,
        whole=options.report is not None,
        rates=options.rates,
        currency=options.currency.upper(),
        strict=options.strict,
        replace_days=options.replace_days,
        folder=folder,
    )


def _page(found: Report, target: Output, catalogue: Catalogue, state: Context, today: date) -> None:
    """Write the whole report as a page, with what is ahead."""
    from stockctl.earnings.showing.page import write_page
    from stockctl.plan import run as planning
    from stockctl.plan.show import to_section

    plan = planning.run(catalogue, state.settings, months=9, countries=(), agencies=(), trends=None)
    write_page(found, target, today, [to_section(plan)])


def _written(found: Report, options: Options, today: date) -> list[Output]:
    """Write the table and the letter, where they are asked for; return all outputs of the run."""
    from stockctl.earnings.showing import document
    from stockctl.earnings.showing.letter import letter

    if options.csv is not None:
        document.write_csv(found, options.csv)
    if options.letter is not None:
        with options.letter.text() as file:
            file.write(letter(found, today))
    return [output for output in (options.report, options.csv, options.letter) if output is not None]
