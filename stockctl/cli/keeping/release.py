"""`stockctl release`: model and property releases, and what they cover."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell.demand import Group
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from stockctl.cli.context import Context

Which = Annotated[str, typer.Argument(metavar="RELEASE", help="Its number, name or file name.")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    group = typer.Typer(cls=Group, name="release", help="Keep model and property releases, and what they cover.")
    group.command("add")(add)
    group.command("link")(link)
    group.command("unlink")(unlink)
    group.command("list")(show_all)
    app.add_typer(group, no_args_is_help=True)


def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The signed paper: JPEG or PDF.")],
    *,
    person: Annotated[str | None, typer.Option(metavar="NAME", help="A model release: of whom.")] = None,
    property_: Annotated[
        str | None, typer.Option("--property", metavar="NAME", help="A property release: of what.")
    ] = None,
    minor: Annotated[bool, typer.Option("--minor", help="The person is a minor.")] = False,
    guardian: Annotated[str, typer.Option(metavar="NAME", help="Who signed for the minor.")] = "",
    expires: Annotated[str | None, typer.Option(metavar="DAY", help="The last day on which it holds.")] = None,
    as_json: AsJson = False,
) -> None:
    """Keep a release in the catalogue; the paper itself stays where it is."""
    from stockctl.catalogue.sent import releases
    from stockctl.errors import UsageError
    from stockctl.files.fingerprint import fingerprint
    from stockctl.files.walk import is_text
    from stockctl.report.document import print_document

    if not is_text(file):
        raise UsageError("the file's name is no valid text", where=str(file), hint="rename it")
    state: Context = context.obj
    size = fingerprint(file).size if file.is_file() or not file.exists() else 0
    new = releases.of_paper(
        file.resolve(), size, person=person or "", property_=property_ or "", minor=minor, guardian=guardian,
        expires=expires or "",
    )  # fmt: skip
    with state.catalogue() as catalogue:
        kept = releases.add(catalogue, new)
    if as_json:
        print_document({"command": "release", "releases": [kept.to_json() | {"pictures": kept.pictures}]})
        return
    echo(f"release {kept.id}: {kept.kind} {kept.name}")
    echo(f"next: stockctl release link {kept.id} PATH...")


def link(context: typer.Context, release: Which, paths: Paths, *, as_json: AsJson = False) -> None:
    """Say that a release covers these pictures; it stays with them through renaming and keywording."""
    _link(context.obj, release, paths, as_json=as_json, take_off=False)


def unlink(context: typer.Context, release: Which, paths: Paths, *, as_json: AsJson = False) -> None:
    """Take a release off these pictures."""
    _link(context.obj, release, paths, as_json=as_json, take_off=True)


def _link(state: Context, release: str, paths: list[Path], *, as_json: bool, take_off: bool) -> None:
    from stockctl.catalogue.seen.pictures import pictures
    from stockctl.catalogue.sent import releases
    from stockctl.report.document import print_document

    with state.catalogue() as catalogue:
        found = releases.find(catalogue, release)
        named = pictures(catalogue, paths)
        change = releases.unlink if take_off else releases.link
        changed = change(catalogue, found, named.ids.values())
        found = releases.find(catalogue, str(found.id))
    if as_json:
        print_document(
            {
                "command": "release",
                "releases": [found.to_json() | {"pictures": found.pictures}],
                "changed": changed,
                "files": [{"path": str(path), "media_id": media_id} for path, media_id in named.ids.items()],
                "errors": [{"path": problem.where, "error": problem.message} for problem in named.errors],
            }
        )
    else:
        echo(f"release {found.id}, {found.name}: {changed} changed, {found.pictures} pictures in all")
        for problem in named.errors:
            echo(f"error: {problem}", err=True)
    raise typer.Exit(1 if named.errors else 0)


def show_all(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the releases, what they cover and until when."""
    from stockctl.catalogue.sent import releases
    from stockctl.report.document import print_document

    state: Context = context.obj
    with state.catalogue() as catalogue:
        everyone = releases.listed(catalogue)
    if as_json:
        entries = [release.to_json() | {"pictures": release.pictures} for release in everyone]
        print_document({"command": "release", "releases": entries})
        return
    for release in everyone:
        until = f", {'expired' if release.expired() else 'until'} {release.expires}" if release.expires else ""
        signed = f" (guardian {release.guardian})" if release.guardian else " (no guardian)"
        echo(
            f"{release.id:>4}  {release.kind:<9} {release.name}{', minor' + signed if release.minor else ''}{until},"
            f" {release.pictures} pictures, {release.path}"
        )
