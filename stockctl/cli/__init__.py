"""The command line: parse, call one stage, show.

One file per command beside this one. A command imports its stage when it runs,
so that `stockctl --help` loads nothing but the parser.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from stockctl import __version__
from stockctl.cli import (
    agencies,
    campaign,
    check,
    config,
    desk,
    earnings,
    exclusive,
    history,
    keyword,
    login,
    models,
    plan,
    presets,
    release,
    review,
    status,
    streams,
    submit,
    undo,
    vision,
    words,
)
from stockctl.cli.context import Context
from stockctl.errors import StockctlError

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
)
for _command in COMMANDS:
    _command.register(app)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback signature
    if wanted:
        typer.echo(f"stockctl {__version__}")
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
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
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
            app(args=arguments, prog_name="stockctl", obj=tuple(arguments))
        finally:
            sys.stdout.flush()
    except StockctlError as error:
        _say(error)
        sys.exit(error.exit_code)
    except streams.StdoutError as error:
        sys.exit(streams.explain(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - what escapes is a bug, and the person gets a report of it
        from stockctl.cli.bug import no_bug, report_bug

        told = no_bug(arguments, error)
        if told is not None:
            _say(told)
            sys.exit(told.exit_code)
        sys.exit(report_bug(arguments))


def _say(error: StockctlError) -> None:
    from stockctl.report.visible import visible

    sys.stderr.write(f"error: {visible(str(error))}\n")
    if error.hint:
        sys.stderr.write(f"hint: {visible(error.hint, lines=True)}\n")
