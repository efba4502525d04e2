"""`stockctl login`: ask for an agency's user and password, try them, and keep them where they belong."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell import completing
from stockctl.errors import UsageError
from stockctl.report.terminal import ask, echo
from stockctl.report.visible import visible

if TYPE_CHECKING:
    from stockctl.agencies import Agency
    from stockctl.cli.context import Context
    from stockctl.submit.login import Login, Trial

# How often a person at a terminal is asked.
_TRIES = 3


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("login")(login)


def login(
    context: typer.Context,
    agency: Annotated[
        str,
        typer.Argument(metavar="AGENCY", help="See them all: stockctl agencies.", autocompletion=completing.agencies),
    ],
    *,
    user: Annotated[str | None, typer.Option(metavar="NAME", help="The user; else it is asked for.")] = None,
    password_command: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND", help="A command that prints the password: it is kept in the settings, the password not."
        ),
    ] = None,
    accept_new_host_key: Annotated[
        bool, typer.Option("--accept-new-host-key", help="Trust a host whose key is not known yet.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask for user and password, try them once, and keep them for `stockctl submit`.

    The password goes into the system's keyring and nowhere else. Where there
    is no keyring, it is said which variable to set. Without a terminal, user
    and password are read as two lines.
    """
    from stockctl.agencies import load, resolve
    from stockctl.submit.account import HostKeys
    from stockctl.submit.login import needs, try_login

    state: Context = context.obj
    chosen = resolve(agency, load(state.settings.folder))
    at_terminal = sys.stdin.isatty()
    for line in needs(chosen):
        _say(line)
    keys = HostKeys(accept=accept_new_host_key, ask=_ask if at_terminal and sys.stderr.isatty() else None)
    with state.catalogue() as catalogue:
        for left in range(_TRIES if at_terminal else 1, 0, -1):
            trial = _trial(state, chosen, user, password_command)
            found = try_login(catalogue, state.settings, chosen.name, keys, trial)
            # What is wrong with the line, another password does not mend.
            if found.login not in {"password", "not-qualified"} or left == 1 or password_command:
                break
            _say(f"{found.login}: {found.message}\nhint: {found.hint}")
    kept = _keep(state, chosen, trial, found, password_command) if found.fine else {"stored": None, "next": found.hint}
    _finish(chosen, found, kept, as_json=as_json)


def _trial(state: Context, agency: Agency, user: str | None, command: str | None) -> Trial:
    """Ask for what is to be tried.

    Raises:
        UsageError: nothing was given.
        SettingsError: the command failed.

    """
    from stockctl import passwords
    from stockctl.submit.login import Trial

    known = state.settings.get(f"agencies.{agency.name}", "user", "")
    named = user or _asked(f"User{f' [{known}]' if known else ''}: ", hidden=False) or known
    if not named:
        raise UsageError("no user was given", hint=f"stockctl login {agency.name} --user NAME")
    secret = passwords.by_command(command, "--password-command") if command else _asked("Password: ", hidden=True)
    if not secret:
        raise UsageError("no password was given", hint="type it, or name a command that prints it: --password-command")
    return Trial(named, secret)


def _asked(prompt: str, *, hidden: bool) -> str:
    """Return a line from the terminal, what is hidden without showing it; else from stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    if hidden:
        return getpass.getpass(visible(prompt))
    ask(prompt)
    return sys.stdin.readline().strip()


def _keep(state: Context, agency: Agency, trial: Trial, found: Login, command: str | None) -> dict[str, Any]:
    """Keep what opened the door; return where the password is, and what is left to do."""
    from stockctl import passwords
    from stockctl.submit.keeping import keep_settings

    values = {"user": trial.user} | ({"host": found.host} if found.host else {})
    if command:
        keep_settings(state.settings, agency.name, values | {"password_command": command})
        return {"stored": "command", "next": ""}
    keep_settings(state.settings, agency.name, values)
    if passwords.store(agency.name, trial.password):
        return {"stored": "keyring", "next": _in_the_way(state, agency, trial)}
    return {"stored": None, "next": f"the password is not kept: {passwords.ways(agency.name)}"}


def _in_the_way(state: Context, agency: Agency, trial: Trial) -> str:
    """Say what would be asked before the keyring and says something else; empty where nothing does."""
    from stockctl.passwords import variable

    name = variable(agency.name)
    if os.environ.get(name, trial.password) != trial.password:
        return f"{name} is set to another password, and comes first: take it out"
    if state.settings.get(f"agencies.{agency.name}", "password_command"):
        return f"password_command in [agencies.{agency.name}] comes first: take it out where it prints another password"
    return ""


def _finish(agency: Agency, found: Login, kept: dict[str, Any], *, as_json: bool) -> None:
    from stockctl.passwords import variable
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    if as_json:
        print_document(
            {
                "command": "login",
                "agency": agency.name,
                "login": found.login,
                "message": found.message,
                "stored": kept["stored"],
                "variable": variable(agency.name),
                "hint": kept["next"],
            }
        )
    else:
        console = results()
        console.print(f"{agency.name}: {found.login}: {found.message}", style="green" if found.fine else "red")
        if found.fine:
            where = {"keyring": "in the system's keyring", "command": "where the command has it"}.get(
                kept["stored"] or ""
            )
            if where:
                console.print(f"the password is {where}; next: stockctl submit FOLDER --agency {agency.name}")
        if kept["next"]:
            console.print(f"hint: {kept['next']}")
    raise typer.Exit(0 if found.fine else 1)


def _say(line: str) -> None:
    echo(line, err=True)


def _ask(question: str) -> bool:
    return typer.confirm(f"{visible(question)}. Trust it from now on?", err=True)
