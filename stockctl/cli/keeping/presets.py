"""`stockctl presets`: sets of options for `keyword` that the settings keep under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from stockctl.cli.context import AsJson

if TYPE_CHECKING:
    from stockctl.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("presets")(presets)


def presets(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the presets of the settings; use one with `stockctl keyword --preset NAME`.

    A preset is a section [presets.NAME] with any of: title, description,
    context, add, remove, creator, copyright, agency, category, licence, price,
    editorial, mature, illustration, limit, vision, english.
    """
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    state: Context = context.obj
    found: dict[str, dict[str, Any]] = state.settings.section("presets")
    if as_json:
        print_document({"command": "presets", "presets": [{"name": name, **found[name]} for name in sorted(found)]})
        return
    for name in sorted(found):
        results().print(f"{name}: " + "; ".join(f"{key} {_text(value)}" for key, value in found[name].items()))
    if not found:
        results().print(f"no presets; add a section [presets.NAME] to {state.settings.path}")


def _text(value: Any) -> str:  # noqa: ANN401 - a setting's own type
    if isinstance(value, list):
        return ", ".join(value)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
