"""`stockctl check`: would a reviewer refuse this file, where, and what mends it."""

from __future__ import annotations

import contextlib
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
from stockctl.report.terminal import echo, note

if TYPE_CHECKING:
    from stockctl.check.run.judged import Report
    from stockctl.cli.context import Context
    from stockctl.machines.far import Far

Names = list[str] | None


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("check")(taking(Options, check))


@dataclass(frozen=True, kw_only=True)
class Options:
    """What may be asked of `stockctl check`."""

    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="Files and folders; else this folder.")
    ] = None
    agency: Annotated[
        Names,
        typer.Option(metavar="NAME", help="Judge for this agency; repeatable.", autocompletion=completing.agencies),
    ] = None
    select: Annotated[
        Names, typer.Option(metavar="RULE", help="Only this rule; repeatable.", autocompletion=completing.rules)
    ] = None
    ignore: Annotated[
        Names, typer.Option(metavar="RULE", help="Leave this rule out; repeatable.", autocompletion=completing.rules)
    ] = None
    waive: Annotated[
        Names,
        typer.Option(
            metavar="RULE", help="Accept this finding for these pictures, from now on.", autocompletion=completing.rules
        ),
    ] = None
    explain: Annotated[
        str | None,
        typer.Option(metavar="RULE", help="Explain a rule and how to mend it.", autocompletion=completing.rules),
    ] = None
    rules: Annotated[bool, typer.Option("--rules", help="List all rules.")] = False
    report: Annotated[
        Output | None,
        output(
            "--report", forms.CONTACT_SHEET, metavar="FILE.html", help="Write a contact sheet with verdicts and crops."
        ),
    ] = None
    csv: Annotated[
        Output | None, output("--csv", forms.VERDICTS, metavar="FILE", help="Write files × agencies as CSV.")
    ] = None
    force: Force = False
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes; 1 works in this one. Default: one per core.")
    ] = None
    executor: Annotated[
        str | None,
        typer.Option(metavar="dask://HOST:PORT", help="Look into the files on a Dask cluster; needs stockctl[dask]."),
    ] = None
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count for the exit code.")] = False
    calibrate: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Compare the thresholds with these good pictures of yours.")
    ] = None
    bad: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="With --calibrate: pictures that were refused.")
    ] = None
    rate: Annotated[
        float, typer.Option(metavar="SHARE", help="With --calibrate: how many good pictures a rule may flag.")
    ] = 0.01
    apply: Annotated[
        bool, typer.Option("--apply", help="With --calibrate: use the proposed thresholds from now on.")
    ] = False
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show all of every file, also what only informs.")
    ] = False
    statistics: Annotated[bool, typer.Option("--statistics", help="Show counts by rule, and no file.")] = False
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show findings and errors alone, a line each.")] = False
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print one JSON object a line, as files are done.")] = False
    as_json: AsJson = False


def check(context: typer.Context, options: Options) -> None:
    """Judge files as the agencies' reviewers would, before uploading.

    Exit code 1 where a file is unreadable or damaged, or where no agency that
    takes its kind would take it (with --agency: where any of those named would not).
    """
    if options.explain or options.rules:
        _describe(options.explain, as_json=options.as_json)
        return
    state: Context = context.obj
    if options.calibrate:
        _calibrate(state, options, options.calibrate)
        return
    with contextlib.ExitStack() as stack:
        far = None
        if options.executor:
            if options.workers is not None:
                raise UsageError("--executor and --workers exclude each other", hint="the cluster has its own workers")
            from stockctl.machines.cluster import cluster

            far = stack.enter_context(cluster(options.executor))
        found = _judged(state, options, far)
        if options.report:
            from stockctl.check.showing import sheet

            sheet.write(found, options.report, options.workers or state.settings.get("check", "workers"), far)
    _show(found, options)
    raise typer.Exit(found.exit_code(strict=options.strict))


def _judged(state: Context, options: Options, far: Far | None) -> Report:
    """Run the stage, here or on a cluster."""
    from stockctl.check.run.pipeline import run
    from stockctl.check.showing import document
    from stockctl.report.document import print_line
    from stockctl.report.terminal import silent

    with contextlib.ExitStack() as stack:
        catalogue = stack.enter_context(state.catalogue())
        stack.enter_context(silent(when=options.quiet))
        return run(
            catalogue,
            state.settings,
            options.paths or [Path()],
            agencies=options.agency or (),
            workers=options.workers,
            select=options.select or (),
            ignore=options.ignore or (),
            waive=options.waive or (),
            executor=far,
            done=(lambda judged: print_line(document.asset_to_json(judged))) if options.jsonl else None,
        )


def _show(found: Report, options: Options) -> None:
    """Write and print what was found, in the form that is asked for."""
    from stockctl.check.showing import document, terminal
    from stockctl.report.document import print_in_parts, print_line
    from stockctl.report.terminal import results

    if options.csv:
        document.write_csv(found, options.csv)
    if options.jsonl:
        print_line(document.rest_to_json(found))
    elif options.as_json:
        head, assets, rest = document.in_parts(found)
        print_in_parts(head, "assets", assets, rest)
    elif options.quiet:
        terminal.quiet(found, results())
    else:
        if options.statistics:
            terminal.statistics(found, results())
        else:
            terminal.to_terminal(found, results(), verbose=options.verbose)
        for path in (options.report, options.csv):
            if path:
                echo(f"written: {path}")


def _calibrate(state: Context, options: Options, good: Path) -> None:
    from datetime import date

    from stockctl.check import calibrate
    from stockctl.check.run.pipeline import run
    from stockctl.check.showing import calibration
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    with state.catalogue() as catalogue:
        sets = [
            [judged.asset for judged in run(catalogue, state.settings, [folder], workers=options.workers).assets]
            for folder in (good, options.bad)
            if folder is not None
        ]
    limits = calibrate.limits_in_force(state.settings)
    found = calibrate.calibrate(sets[0], sets[1] if options.bad else (), rate=options.rate, limits=limits)
    if options.as_json:
        print_document(found.to_json())
    else:
        calibration.to_terminal(found, results())
    if options.apply:
        path = calibrate.save(state.settings, found, date.today())  # noqa: DTZ011 - the person's own day
        note(f"in force from now on: {path}")


def _describe(explain: str | None, *, as_json: bool) -> None:
    from stockctl.check import thresholds
    from stockctl.check.rules.registry import NOT_IMPLEMENTED, named, rules
    from stockctl.check.showing import document
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    chosen = named([explain]) if explain else set(rules())
    listed = [rule for rule in rules().values() if rule.name in chosen]
    if as_json:
        print_document(document.rules_to_json(listed, {} if explain else NOT_IMPLEMENTED))
        return
    console = results()
    for name in sorted(chosen & set(NOT_IMPLEMENTED)):
        console.print(f"{name}  (no longer looked for)\n\n{NOT_IMPLEMENTED[name]}.")
    for rule in listed:
        console.print(f"{rule.id}  {rule.name}  ({rule.severity.value})", style="bold")
        console.print(f"{rule.title}." if not explain else f"{rule.title}.\n\n{rule.explanation}")
        if explain and (limits := thresholds.said(rule.name)):
            console.print(f"\n{limits}")
