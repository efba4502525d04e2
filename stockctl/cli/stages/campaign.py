"""`stockctl campaign`: briefs checked, posts accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell.demand import Group
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from stockctl.cli.context import Context

BriefPath = Annotated[Path, typer.Argument(metavar="BRIEF.toml", help="The campaign's brief.")]
BriefName = Annotated[str, typer.Argument(metavar="BRIEF", help="The campaign's brief, or its title.")]
FilePath = Annotated[Path, typer.Argument(metavar="FILE", help="The picture or clip to be posted.")]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    group = typer.Typer(cls=Group, help="Check what you make for a brand's brief, and account for what it pays.",
                        no_args_is_help=True, rich_markup_mode=None)  # fmt: skip
    for command in (check, pay, list_, platforms, drop):
        group.command(command.__name__.rstrip("_"))(command)
    app.add_typer(group, name="campaign")


def check(
    context: typer.Context,
    brief: BriefPath,
    file: FilePath,
    *,
    caption: Annotated[
        str | None, typer.Option(metavar="TEXT|@FILE", help="The caption, or a file that holds it.")
    ] = None,
    code: Annotated[
        str | None, typer.Option(metavar="CODE", help="The platform's verification code for this sending.")
    ] = None,
    post_on: Annotated[str, typer.Option(metavar="DAY", help="When you mean to post it: 2026-05-20, or a time.")] = "",
    as_json: AsJson = False,
) -> None:
    """Judge a picture or clip and its caption by a brief, point by point."""
    from stockctl.campaign import run, show

    state: Context = context.obj
    with state.catalogue() as catalogue:
        report = run.check(
            catalogue, state.settings, brief, file, caption=_caption(caption), post_on=_day(post_on), code=_code(code)
        )
    _print(show.checked_json(report) if as_json else None, show.checked_lines(report))
    raise typer.Exit(0 if report.verdict == run.READY else 1)


def pay(
    context: typer.Context,
    brief: BriefPath,
    posts: Annotated[Path, typer.Argument(metavar="POSTS.csv", help="The posts' numbers; see sample_assets/briefs.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Work out what a brief's posts earn, and book what was paid among the earnings."""
    from stockctl.campaign import show
    from stockctl.campaign.money import accounting

    state: Context = context.obj
    with state.catalogue() as catalogue:
        report = accounting.pay(catalogue, brief, posts)
    _print(show.paid_json(report) if as_json else None, show.paid_lines(report))
    for problem in report.errors:
        echo(f"error: {problem}\nhint: {problem.hint}", err=True)
    raise typer.Exit(1 if report.errors else 0)


def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Show what is due when, what is posted, and what is owed."""
    from stockctl.campaign import run, show

    state: Context = context.obj
    with state.catalogue() as catalogue:
        listing = run.listing(catalogue)
    _print(show.listing_json(listing) if as_json else None, show.listing_lines(listing))


def platforms(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One platform; else all.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show what is known of each platform, and what is not."""
    from stockctl.campaign import show
    from stockctl.campaign.profiles import nearest
    from stockctl.campaign.profiles import platforms as profiles
    from stockctl.errors import UsageError

    known = profiles()
    if name and name not in known:
        near = nearest(name)
        raise UsageError(f"there is no profile of {name!r}", hint=f"did you mean {near}?" if near else ", ".join(known))
    chosen = [known[name]] if name else list(known.values())
    _print(show.platforms_json(chosen) if as_json else None, show.platforms_lines(chosen))


def drop(context: typer.Context, brief: BriefName, file: FilePath, *, as_json: AsJson = False) -> None:
    """Let a picture or clip go that a brief held for itself."""
    from stockctl.campaign import run

    state: Context = context.obj
    with state.catalogue() as catalogue:
        gone = run.drop(catalogue, state.settings, brief, file)
    document = {"command": "campaign", "brief": brief, "path": str(file), "dropped": gone}
    _print(document if as_json else None, [f"{file}: " + ("free again" if gone else "was not bound to this brief")])
    raise typer.Exit(0 if gone else 1)


def _print(document: dict[str, Any] | None, lines: Iterable[str]) -> None:
    from stockctl.report.document import print_document

    if document is not None:
        print_document(document)
        return
    for line in lines:
        echo(line)


def _caption(text: str | None) -> str | None:
    """Return the caption, read from its file where it begins with `@` and such a file is there."""
    from stockctl.errors import UsageError
    from stockctl.files.opening import read_text

    if text is None or not text.startswith("@"):
        return text
    path = Path(text[1:])
    # A caption may begin with a mention.
    if not path.is_file() and (" " in text or "\n" in text):
        return text
    try:
        return read_text(path, "utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        hint = "write --caption TEXT, or --caption @FILE with a file in UTF-8"
        raise UsageError(f"cannot read the caption: {error}", where=str(path), hint=hint) from error


def _code(text: str | None) -> str | None:
    """Return the code without the blanks around it, None where none was given."""
    return (text or "").strip() or None


def _day(text: str) -> date | None:
    """Return the day or time that a person gave, None where none was.

    Raises:
        UsageError: it is no day.

    """
    from datetime import date, datetime

    from stockctl.errors import UsageError

    if not text:
        return None
    try:
        return date.fromisoformat(text) if len(text) <= len("2026-05-20") else datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--post-on: {text!r} is no day", hint="write it as 2026-05-20 or 2026-05-20T18:00") from error
