"""The option that names an output: declared by `output`, and judged before the command begins its work.

    report: Annotated[Output | None, output("--report", forms.CONTACT_SHEET, metavar="FILE.html", help=…)] = None
    force: Force = False

The command is given an `Output` that is free to be written, or is not called at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockctl.files.output import Output
from stockctl.report import forms

if TYPE_CHECKING:
    from collections.abc import Callable

    from stockctl.cli.context import Context
    from stockctl.report.forms import Form

__all__ = ["Force", "Output", "output"]

_FORCE, _NAMED = "stockctl.force", "stockctl.outputs"


def _note_force(context: typer.Context, wanted: bool) -> bool:  # noqa: FBT001 - typer's callback signature
    context.meta[_FORCE] = wanted
    return wanted


# The option that every command with an output has; read first, whatever the order of the call.
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        is_eager=True,
        callback=_note_force,
        help="Replace what stands where a report is to go; never a picture, statement or database.",
    ),
]


def output(name: str, form: Form, *, metavar: str, help: str) -> Any:  # noqa: A002, ANN401 - as typer.Option has it
    """Declare an option that names the file for a report of a form."""

    def claimed(context: typer.Context, value: Output | None) -> Output | None:
        return None if value is None else _claim(context, value.path, form)

    return typer.Option(name, metavar=metavar, help=help, parser=_named, callback=claimed)


def _named(text: str) -> Output:
    return Output(Path(text))


def _claim(context: typer.Context, path: Path, form: Form) -> Output:
    from stockctl.config import catalogue_path, settings_path
    from stockctl.errors import UsageError

    state: Context = context.obj
    catalogue = state.db or catalogue_path()
    found = forms.claim(
        path,
        form,
        force=context.meta.get(_FORCE, False),
        inputs=state.arguments,
        ours=(catalogue, settings_path()),
        is_statement=_statement_test(catalogue),
        unedited=lambda place: _unedited(catalogue, place),
    )
    named: list[Path] = context.meta.setdefault(_NAMED, [])
    if found.folder is not None and found.place in named:
        raise UsageError("two reports of this call go to one file", where=str(path), hint="name another for one")
    named.append(found.place)
    return found


def _statement_test(catalogue: Path) -> Callable[[Path], bool]:
    def is_statement(path: Path) -> bool:
        """Whether a file is a statement by its layout, or was imported as one."""
        from stockctl.earnings.reading.fingerprint import hash_file
        from stockctl.earnings.reading.source import open_source
        from stockctl.earnings.statements.recognise import recognise
        from stockctl.errors import StockctlError

        try:
            whole = hash_file(path)
        except StockctlError:
            return True  # what cannot be read does not give way
        try:
            recognise(open_source(path, whole))
        except StockctlError:
            return _imported(catalogue, whole.sha256)
        return True

    return is_statement


def _imported(catalogue: Path, sha256: str) -> bool:
    if not catalogue.exists():
        return False
    from stockctl.catalogue import open_catalogue
    from stockctl.catalogue.sold.sales import statement_known

    with open_catalogue(catalogue) as opened:
        return statement_known(opened, sha256) is not None


def _unedited(catalogue: Path, place: Path) -> bool:
    if not catalogue.exists():
        return False
    from stockctl.catalogue import open_catalogue
    from stockctl.catalogue.words import written

    with open_catalogue(catalogue) as opened:
        return written.unedited(opened, place)
