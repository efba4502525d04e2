"""The command line: parse, call one stage, show.

One file per command, in the rooms beside this one. A command is imported when it is called, and imports
its stage when it runs.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperGroup
from typer.exceptions import Abort, TyperException

from stockctl import __version__
from stockctl.cli.context import Context
from stockctl.cli.shell import calls, streams
from stockctl.cli.shell.completing import VARIABLE
from stockctl.cli.shell.demand import OnDemand, Program
from stockctl.errors import StockctlError
from stockctl.report.terminal import echo

# In the order of the work: where each command is, by its name.
COMMANDS = {
    "desk": "stockctl.cli.stages.desk",
    "check": "stockctl.cli.stages.check",
    "keyword": "stockctl.cli.stages.keyword",
    "login": "stockctl.cli.keeping.login",
    "submit": "stockctl.cli.stages.submit",
    "review": "stockctl.cli.stages.review",
    "earnings": "stockctl.cli.stages.earnings",
    "plan": "stockctl.cli.stages.plan",
    "campaign": "stockctl.cli.stages.campaign",
    "status": "stockctl.cli.stages.status",
    "history": "stockctl.cli.keeping.history",
    "undo": "stockctl.cli.keeping.undo",
    "agencies": "stockctl.cli.keeping.agencies",
    "release": "stockctl.cli.keeping.release",
    "exclusive": "stockctl.cli.keeping.exclusive",
    "words": "stockctl.cli.keeping.words",
    "presets": "stockctl.cli.keeping.presets",
    "vision": "stockctl.cli.keeping.vision",
    "models": "stockctl.cli.keeping.models",
    "config": "stockctl.cli.keeping.config",
    "db": "stockctl.cli.keeping.db",
    "completion": "stockctl.cli.shell.completion",
    "help": "stockctl.cli.shell.help",
}
# What the program is as a whole, and each of its commands.
_SETTINGS: dict[str, Any] = {
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "add_completion": False,
    "no_args_is_help": True,
    "context_settings": {"help_option_names": ["--help", "-h"]},
}
app = typer.Typer(
    name="stockctl",
    cls=Program,
    help="Check, keyword, submit and account for stock pictures, on your own machine.",
    **_SETTINGS,
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback signature
    if wanted:
        echo(f"stockctl {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    db: Annotated[
        Path | None,
        typer.Option("--db", metavar="FILE", help="The catalogue; else STOCKCTL_DB, else your data folder."),
    ] = None,
    *,
    _show_version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    from stockctl.config import catalogue_path
    from stockctl.files.writing.temporary import book

    context.obj = Context(db, context.obj or ())
    # Whatever the command is: what one that was killed left behind goes first.
    context.with_resource(book(db or catalogue_path()))


def main(arguments: list[str] | None = None) -> None:
    """Run the program and leave with its exit code.

    0 nothing wrong; 1 findings, or something held back or failed; 2 the call or
    its input is wrong; 3 a bug, with a report; 130 interrupted; 141 nobody
    reads the output any more.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    # numpy reads it when it is loaded: the products of matrices here are small, and threads would wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        streams.prepare()
        try:
            code = _called(arguments)
        finally:
            _tell_of_plugins()
            sys.stdout.flush()
        sys.exit(code)
    except TyperException as error:
        if calls.is_help(error):
            echo(error.message, err=True)
        else:
            _say(calls.refused(error))
        sys.exit(2)
    except Abort:
        _say(StockctlError("stopped: a question was not answered", hint="run it again where you can type"))
        sys.exit(1)
    except StockctlError as error:
        _say(error)
        sys.exit(error.exit_code)
    except streams.StdoutError as error:
        sys.exit(streams.explain(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - what escapes is a bug, and the person gets a report of it
        from stockctl.cli.shell.bug import no_bug, report_bug

        told = no_bug(arguments, error)
        if told is not None:
            _say(told)
            sys.exit(told.exit_code)
        sys.exit(report_bug(arguments))


def _tell_of_plugins() -> None:
    """Say which packages of others failed, each once; where none was looked for, nothing is loaded for it."""
    if "stockctl.plugins" not in sys.modules:
        return
    from stockctl import plugins

    for failure in plugins.failures():
        echo(f"warning: {failure.package}, a package of others, is left out: {failure.what}", err=True)
        echo(f"hint: renew or remove it, or leave out all: {plugins.SWITCH}=none", err=True)


@cache
def program() -> TyperGroup:
    """Return the parser of all commands, with the options that each of them has."""
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    root.commands = OnDemand(COMMANDS, _SETTINGS)  # type: ignore[assignment] # no command is added to it
    return root


def _called(arguments: list[str]) -> int:
    """Run the command that is called and return its exit code."""
    if VARIABLE in os.environ:
        from stockctl.cli.shell import completion

        completion.prepare()
    # Not on its own: what it refuses is told by us.
    done = program().main(arguments, "stockctl", VARIABLE, standalone_mode=False, obj=tuple(arguments))
    return done if isinstance(done, int) else 0


def _say(error: StockctlError) -> None:
    from stockctl.report.visible import visible

    if error.where and isinstance(error.__cause__, FileNotFoundError) and not os.path.lexists(error.where):
        # Whatever was to be read: that it is not there is said in the same words, with the nearest name.
        from stockctl.files.nearest import nearest

        error = StockctlError("no such file or folder", where=error.where, hint=nearest(Path(error.where)))
    echo(f"error: {visible(str(error))}", err=True)
    if error.hint:
        echo(f"hint: {error.hint}", err=True)
