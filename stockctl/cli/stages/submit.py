"""`stockctl submit`: send what passes to an agency, once and only once."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell import completing
from stockctl.errors import UsageError
from stockctl.report.visible import visible

if TYPE_CHECKING:
    from stockctl.cli.context import Context
    from stockctl.submit.account import HostKeys


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("submit")(submit)


def submit(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...", help="Files and folders; else all that is catalogued, passes, and was not sent there."
        ),
    ] = None,
    *,
    agency: Annotated[
        str | None,
        typer.Option("--agency", metavar="NAME", help="Send to this agency.", autocompletion=completing.agencies),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan; send and write nothing.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Only what failed before.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Send although it was sent before.")] = False,
    mark_sent: Annotated[
        bool, typer.Option("--mark-sent", help="Remember as sent what you uploaded: these files, or all prepared.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="What was sent, waits or failed; without --agency for all.")
    ] = False,
    test_login: Annotated[bool, typer.Option("--test-login", help="Log in once and say what is wrong.")] = False,
    accept_new_host_key: Annotated[
        bool, typer.Option("--accept-new-host-key", help="Trust a host whose key is not known yet.")
    ] = False,
    make_folders: Annotated[
        bool, typer.Option("--make-folders", help="Make a folder that is missing, where the agency lets you.")
    ] = False,
    outbox: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="For the sheet, and without a login the files; else your data folder."),
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print one JSON object a line, as files are done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send what passes the check to an agency, and write its sheet for what arrived.

    Without a login in the settings the batch is prepared in the outbox
    folder, ready for the agency's web page. Exit code 1 where a file was held
    back or failed.
    """
    state: Context = context.obj
    if status:
        _status(state, agency, as_json=as_json)
        return
    if agency is None:
        raise UsageError("no agency is named", hint="add --agency NAME; see them all: stockctl agencies")
    if sum((again, mark_sent, retry_failed)) > 1:
        raise UsageError("--again, --mark-sent and --retry-failed exclude each other", hint="choose one")
    from stockctl.submit.account import HostKeys

    keys = HostKeys(accept=accept_new_host_key, ask=_ask if sys.stdin.isatty() and sys.stderr.isatty() else None)
    if test_login:
        _test_login(state, agency, keys, as_json=as_json)
        return
    from stockctl.report.document import print_in_parts, print_line
    from stockctl.report.terminal import messages, results
    from stockctl.submit import show
    from stockctl.submit.plan import Wish
    from stockctl.submit.run import Options, run

    wish = Wish(again=again, retry_failed=retry_failed, mark_sent=mark_sent)
    options = Options(dry_run=dry_run, wish=wish, outbox=outbox, keys=keys, make_folders=make_folders)
    if jsonl:
        options = replace(options, told=lambda step, folder: print_line(show.step_to_json(step, folder)))
    with state.catalogue() as catalogue, show.progress(messages()) as progress:
        report = run(catalogue, state.settings, paths or [], agency, options, progress)
    show.problems(report, messages())
    if jsonl:
        print_line(show.rest_to_json(report))
    elif as_json:
        head, files, rest = show.in_parts(report)
        print_in_parts(head, "files", files, lambda: rest)
    else:
        show.to_terminal(report, results())
    raise typer.Exit(report.exit_code())


def _status(state: Context, agency: str | None, *, as_json: bool) -> None:
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results
    from stockctl.submit import show
    from stockctl.submit.status import standings

    with state.catalogue() as catalogue:
        found = standings(catalogue, state.settings, agency)
    if as_json:
        print_document(show.status_json(found))
    else:
        show.status_to_terminal(found, results())


def _test_login(state: Context, agency: str, keys: HostKeys, *, as_json: bool) -> None:
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results
    from stockctl.submit import show
    from stockctl.submit.login import test_login

    with state.catalogue() as catalogue:
        login = test_login(catalogue, state.settings, agency, keys)
    if as_json:
        print_document(show.login_json(login))
    else:
        console = results()
        console.print(f"{login.agency}: {login.login}: {login.message}", style="green" if login.fine else "red")
        if login.hint:
            console.print(f"hint: {login.hint}")
    raise typer.Exit(0 if login.fine else 1)


def _ask(question: str) -> bool:
    return typer.confirm(f"{visible(question)}. Trust it from now on?", err=True)
