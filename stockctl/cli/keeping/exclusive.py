"""`stockctl exclusive`: declare pictures exclusive to one agency."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell import completing
from stockctl.report.terminal import echo, is_silent

if TYPE_CHECKING:
    from stockctl.agencies import Agency
    from stockctl.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("exclusive")(exclusive)


def exclusive(
    context: typer.Context,
    agency: Annotated[
        str,
        typer.Argument(
            metavar="AGENCY", help="The agency, or `none` to take it back.", autocompletion=completing.agencies
        ),
    ],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.")],
    *,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Declare also what was sent elsewhere: you take it down there yourself.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Declare pictures exclusive to an agency: check refuses them for all others.

    What was sent elsewhere already is held back, exit code 1, unless --anyway.
    """
    from stockctl.agencies import load, resolve
    from stockctl.catalogue.seen import assets
    from stockctl.catalogue.seen.pictures import pictures
    from stockctl.catalogue.sent import ledger
    from stockctl.report.document import print_document

    state: Context = context.obj
    profile = None if agency.strip().lower() == "none" else resolve(agency, load(state.settings.folder))
    chosen, note = (profile.name, _note(profile)) if profile else ("", "")
    with state.catalogue() as catalogue:
        named = pictures(catalogue, paths)
        sent = ledger.given(catalogue, named.ids.values())
        elsewhere = {
            path: sorted(sent.get(media_id, set()) - {chosen}) for path, media_id in named.ids.items() if chosen
        }
        held = {path: names for path, names in elsewhere.items() if names and not anyway}
        with catalogue.transaction():
            for path, media_id in named.ids.items():
                if path not in held:
                    assets.choose(catalogue, media_id, {"exclusive": chosen})
    if as_json:
        print_document(
            {
                "command": "exclusive",
                "agency": chosen or None,
                "note": note,
                "files": [
                    {
                        "path": str(path),
                        "media_id": media_id,
                        "state": "held" if path in held else "declared" if chosen else "free",
                        "sent_elsewhere": elsewhere.get(path, []),
                    }
                    for path, media_id in named.ids.items()
                ],
                "errors": [{"path": problem.where, "error": problem.message} for problem in named.errors],
            }
        )
    else:
        for path, names in elsewhere.items():
            if names:
                what = "held: " if path in held else "declared, but "
                echo(f"{path}: {what}already sent to {', '.join(names)}", err=True)
        done = len(named.ids) - len(held)
        echo(f"{done} pictures exclusive to {chosen}" if chosen else f"{done} pictures exclusive to nobody")
        if note and not is_silent():
            echo(f"note: {note}", err=True)
        if held:
            echo("hint: take them down there first, then say --anyway", err=True)
        for problem in named.errors:
            echo(f"error: {problem}", err=True)
    raise typer.Exit(1 if held or named.errors else 0)


def _note(agency: Agency) -> str:
    """Return what the agency itself offers, where that is not exclusivity for single files."""
    offered, terms = agency.text("exclusivity.offered"), agency.text("exclusivity.terms")
    if not offered:
        return f"whether {agency.title} offers exclusivity is not known: ask there before you count on more"
    if offered == "none":
        return f"{agency.title} offers no exclusivity: you bind yourself, and get nothing for it"
    if offered == "account":
        return f"{agency.title} offers it for an account as a whole, not for single files ({terms})"
    return ""
