"""The command line: parse, call one stage, show.

One file per command, in the rooms beside this one. A command imports its stage when it runs,
so that `stockctl --help` loads nothing but the parser.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import Abort, TyperException

from stockctl import __version__
from stockctl.cli import everywhere
from stockctl.cli.context import Context
from stockctl.cli.keeping import (
    agencies,
    config,
    db,
    exclusive,
    history,
    login,
    models,
    presets,
    release,
    undo,
    vision,
    words,
)
from stockctl.cli.shell import (
    calls,
    completion,
    help,  # noqa: A004 - the command is called so
    streams,
)
from stockctl.cli.stages import campaign, check, desk, earnings, keyword, plan, review, status, submit
from stockctl.errors import StockctlError
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from typer.core import TyperGroup

app = typer.Typer(
    name="stockctl",
    help="Check, keyword, submit and account for stock pictures, on your own machine.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"]},
)

# In the order of the work.
COMMANDS = (
    desk,
    check,
    keyword,
    login,
    submit,
    review,
    earnings,
    plan,
    campaign,
    status,
    history,
    undo,
    agencies,
    release,
    exclusive,
    words,
    presets,
    vision,
    models,
    config,
    db,
    completion,
    help,
)
for _command in COMMANDS:
    _command.register(app)


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
    from stockctl.files.temporary import book

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


def program() -> TyperGroup:
    """Return the parser of all commands, with the options that each of them has."""
    return everywhere.with_common_options(typer.main.get_command(app))


def _called(arguments: list[str]) -> int:
    """Run the command that is called and return its exit code."""
    if completion.VARIABLE in os.environ:
        completion.prepare()
    # Not on its own: what it refuses is told by us.
    done = program().main(arguments, "stockctl", completion.VARIABLE, standalone_mode=False, obj=tuple(arguments))
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
