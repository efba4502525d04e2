"""`stockctl review`: record what an agency decided, and learn from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell import completing
from stockctl.errors import UsageError
from stockctl.report.visible import visible

if TYPE_CHECKING:
    from stockctl.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("review")(review)


def review(
    context: typer.Context,
    decision: Annotated[
        str | None,
        typer.Argument(metavar="accepted|rejected", help="What the agency said; data-only: taken for data licensing."),
    ] = None,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH...", help="Of which files and folders.")] = None,
    *,
    agency: Annotated[
        str,
        typer.Option("--agency", metavar="NAME", help="The agency that decided.", autocompletion=completing.agencies),
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it rejected them, in its own words.")] = "",
    import_: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE.csv", help="A table: file,decision,reason,day."),
    ] = None,
    apply: Annotated[
        str | None,
        typer.Option(
            "--apply", metavar="RULE", help="Let the limit learned for this rule hold.", autocompletion=completing.rules
        ),
    ] = None,
    forget: Annotated[
        str | None,
        typer.Option("--forget", metavar="RULE", help="Let it no longer hold.", autocompletion=completing.rules),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record what an agency accepted and rejected, and show what that teaches.

    Without files: only what was learned so far. A learned limit holds in check
    and submit once --apply says so. Exit code 1 where a file or a line of the
    table could not be used.
    """
    if import_ and (decision or paths):
        raise UsageError("--import and files exclude each other", hint="choose one")
    if decision and not paths:
        raise UsageError("no file is named", hint=f"stockctl review --agency {agency} {decision} PATH...")
    from dataclasses import replace

    from stockctl import agencies
    from stockctl.check.thresholds import THRESHOLDS
    from stockctl.report.document import print_document
    from stockctl.report.terminal import messages, results
    from stockctl.review import run, show
    from stockctl.review.learn import Measure

    state: Context = context.obj
    chosen = agencies.resolve(agency, agencies.load(state.settings.folder))
    measures = {rule: Measure(one.measurement, one.limit, one.above) for rule, one in THRESHOLDS.items()}
    with state.catalogue() as catalogue:
        if import_:
            report = run.by_file(catalogue, chosen, import_)
        elif decision and paths:
            report = run.by_hand(catalogue, chosen, decision, paths, reason)
        else:
            report = run.Report(chosen, (), ())
        learned = run.lessons(catalogue, chosen, measures)
        for rule, applied in ((apply, True), (forget, False)):
            if rule:
                run.apply(catalogue, chosen, rule, applied=applied)
                learned = [replace(one, applied=applied) if one.rule == rule else one for one in learned]
    report = replace(report, learned=tuple(learned))
    if as_json:
        print_document(show.to_json(report))
    else:
        show.to_terminal(report, results())
    for problem in report.errors:
        messages().print(f"error: {visible(str(problem))}", style="red")
        if problem.hint:
            messages().print(f"hint: {problem.hint}")
    raise typer.Exit(report.exit_code())
