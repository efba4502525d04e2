"""`stockctl keyword`: titles, descriptions and ranked keywords, embedded into the files."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stockctl.cli.outputs import Output
from stockctl.cli.stages.keyword_options import Options, refuse, wishes_of
from stockctl.cli.taking import taking
from stockctl.errors import UsageError
from stockctl.report.terminal import echo, note
from stockctl.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from stockctl.cli.context import Context
    from stockctl.keyword.report import Keyworded, Report
    from stockctl.keyword.wishes import Wishes


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("keyword")(taking(Options, keyword))


def keyword(context: typer.Context, options: Options) -> None:
    """Find titles, descriptions and ranked keywords, and embed them.

    What you wrote yourself is kept as it is and comes first. Every other word stands
    on a ground: what you said of the picture, what was seen in it, what a near-identical
    frame has and what the camera knows are embedded, guesses only offered.
    `stockctl undo` takes the whole run back.
    """
    if options.iptc_charset:
        from stockctl.metadata.standards.charset import assume

        assume(options.iptc_charset)
    if options.stats:
        _stats(context.obj, as_json=options.as_json)
        return
    if not options.paths and not options.apply:
        raise UsageError("no files named", hint="stockctl keyword FOLDER")
    if options.show:
        _show(options.paths or [], as_json=options.as_json)
        return
    refuse(options)
    state: Context = context.obj
    wishes = wishes_of(options, state)
    with contextlib.ExitStack() as stack:
        if options.executor:
            from stockctl.machines.cluster import cluster

            wishes = replace(wishes, far=stack.enter_context(cluster(options.executor)))
        report = (
            _review(state, options.paths or [], wishes)
            if options.interactive
            else _run(
                state, options.paths or [], wishes, options.sheet, options.apply, told=_line if options.jsonl else None
            )
        )
    _finish(report, as_json=options.as_json, jsonl=options.jsonl, verbose=options.verbose)


def _review(state: Context, paths: list[Path], wishes: Wishes) -> Report:
    from stockctl.keyword.choosing.interactive.session import review
    from stockctl.keyword.choosing.interactive.terminal import open_terminal

    with open_terminal() as terminal, state.catalogue() as catalogue:
        return review(catalogue, state.settings, paths, wishes, terminal)


def _line(asset: Keyworded) -> None:
    from stockctl.keyword.show import asset_to_json
    from stockctl.report.document import print_line

    print_line(asset_to_json(asset))


def _run(
    state: Context,
    paths: list[Path],
    wishes: Wishes,
    sheet: Output | None,
    apply: Path | None,
    *,
    told: Callable[[Keyworded], None] | None,
) -> Report:
    from stockctl.keyword.choosing.applying import apply as apply_table
    from stockctl.keyword.run import run

    with state.catalogue() as catalogue:
        if apply is not None:
            return apply_table(catalogue, state.settings, apply, paths, wishes, told)
        return run(catalogue, state.settings, paths, wishes, sheet, told)


def _finish(report: Report, *, as_json: bool, jsonl: bool, verbose: bool) -> None:
    from stockctl.keyword import show
    from stockctl.report.document import print_in_parts, print_line
    from stockctl.report.terminal import results

    for text, hint in report.messages:
        note(text, hint)
    if jsonl:
        print_line(show.rest_to_json(report))
    elif as_json:
        head, assets, rest = show.in_parts(report)
        print_in_parts(head, "assets", assets, lambda: rest)
    else:
        show.to_terminal(report, results(), verbose=verbose)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def _stats(state: Context, *, as_json: bool) -> None:
    from stockctl.keyword.earlier.stats import acceptance, to_json, to_text
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    with state.catalogue() as catalogue:
        lines = acceptance(catalogue)
    if as_json:
        print_document(to_json(lines))
    else:
        results().print(to_text(lines))


def _show(paths: list[Path], *, as_json: bool) -> None:
    """Show metadata as it stands; a file that cannot be read makes the exit code 1."""
    from stockctl.errors import FileProblem
    from stockctl.files.walk import walk
    from stockctl.metadata import read
    from stockctl.metadata.show import document, tables
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    found = walk(paths)
    problems: list[FileProblem] = list(found.errors)
    shown = []
    for path in found.files:
        try:
            shown.append((path, read(path)))
        except FileProblem as problem:
            problems.append(problem)
    if as_json:
        print_document(
            {
                "command": "keyword",
                "assets": [{"path": str(path), **document(reading)} for path, reading in shown],
                "errors": [{"path": one.where, "error": one.message} for one in problems],
            }
        )
    else:
        for path, reading in shown:
            results().print(f"{visible(str(path))}\n{tables(reading)}\n")
        for one in problems:
            echo(f"error: {visible(str(one))}", err=True)
    if problems:
        raise typer.Exit(1)
