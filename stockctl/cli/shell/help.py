"""`stockctl help`: a command's options, or a topic in a page of text."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell.completing import topics as offered
from stockctl.errors import UsageError
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from typer.core import TyperCommand, TyperGroup


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("help")(help_)


def help_(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TOPIC]", help="A command or a topic; without it, all of them.", autocompletion=offered
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Explain a command or a topic: exit codes, files, grounds, levels, verdicts, and more."""
    from stockctl.cli.topics import titles, topics
    from stockctl.report.document import print_document

    if not words:
        if as_json:
            print_document(
                {"command": "help", "topics": [{"name": name, "title": title} for name, title in titles().items()]}
            )
            return
        root = context.find_root()
        echo(root.command.get_help(root))
        echo("\nTopics (stockctl help TOPIC):")
        for name, title in titles().items():
            echo(f"  {name:12}{title}")
        return
    name = " ".join(words)
    text = topics().get(name.replace(" ", "-").lower()) or _of_command(context, words)
    if text is None:
        raise _unknown(context, name)
    if as_json:
        print_document({"command": "help", "topic": name, "text": text})
    else:
        echo(text)


def _of_command(context: typer.Context, words: list[str]) -> str | None:
    """Return the help of a command that is named by its words."""
    at = context.find_root()
    for word in words:
        command: TyperCommand | TyperGroup | None = getattr(at.command, "commands", {}).get(word)
        if command is None:
            return None
        at = typer.Context(command, parent=at, info_name=word, help_option_names=at.help_option_names)
    return at.get_help()


def _unknown(context: typer.Context, name: str) -> UsageError:
    from stockctl.check.rules.registry import rules
    from stockctl.cli.topics import titles

    if name in rules():
        return UsageError("this is a rule, no topic", where=name, hint=f"stockctl check --explain {name}")
    known = [*titles(), *getattr(context.find_root().command, "commands", {})]
    near = difflib.get_close_matches(name, known, 1)
    meant = f"did you mean {near[0]}? See" if near else "see"
    return UsageError("no such command or topic", where=name, hint=f"{meant} them all: stockctl help")
