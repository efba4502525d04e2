"""`stockctl config`: the settings in force and where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell.demand import Group
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from stockctl.cli.context import Context
    from stockctl.config import Settings

config = typer.Typer(
    cls=Group, help="Show the settings in force, or write a commented file to edit.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.add_typer(config, name="config")


@config.command()
def path(*, as_json: AsJson = False) -> None:
    """Print where the settings file is."""
    from stockctl.config import settings_path
    from stockctl.report.document import print_document

    where = settings_path()
    if as_json:
        print_document({"command": "config", "path": str(where), "exists": where.exists()})
    else:
        echo(str(where))


@config.command()
def show(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print every setting in force and where it comes from."""
    from stockctl import plugins
    from stockctl.config import catalogue_path
    from stockctl.report.document import print_document

    state: Context = context.obj
    settings = state.settings
    db = state.db or catalogue_path()
    rows = _rows(settings)
    others = [one for group in plugins.GROUPS for one in plugins.installed(group)]
    if as_json:
        listed = [{"key": key, "value": value, "from": origin} for key, value, origin in rows]
        print_document(
            {
                "command": "config",
                "path": str(settings.path),
                "catalogue": str(db),
                "settings": listed,
                "plugins": [{"group": one.group, "package": one.package, "version": one.version} for one in others],
            }
        )
        return
    echo(f"settings   {settings.path}{'' if settings.path.exists() else '  (none yet: stockctl config init)'}")
    echo(f"catalogue  {db}")
    for key, value, origin in rows:
        echo(f"{key} = {value!r}  ({origin})")
    for one in others:
        echo(f"{one.group} of {one.name}  (a package of others)")


@config.command()
def init(*, as_json: AsJson = False) -> None:
    """Write a commented settings file, if there is none yet."""
    from stockctl.config import SAMPLE, settings_path
    from stockctl.errors import UsageError
    from stockctl.files.own import write_own
    from stockctl.report.document import print_document

    where = settings_path()
    if where.exists():
        raise UsageError("there is a settings file already", where=str(where), hint="edit it; nothing was changed")
    with write_own(where) as file:
        file.write(SAMPLE)
    if as_json:
        print_document({"command": "config", "path": str(where), "exists": True})
    else:
        echo(f"written: {where}")


def _rows(settings: Settings) -> list[tuple[str, Any, str]]:
    """List every setting: what the file says, and the default where it says nothing."""
    from stockctl.config import DEFAULTS

    rows: list[tuple[str, Any, str]] = []
    for section, table in settings.values.items():
        for key, value in table.items():
            if isinstance(value, dict):
                rows += [(f"{section}.{key}.{inner}", part, str(settings.path)) for inner, part in value.items()]
            else:
                rows.append((f"{section}.{key}", value, str(settings.path)))
    named = {key for key, _, _ in rows}
    return rows + [(key, value, "default") for key, value in DEFAULTS.items() if key not in named]
