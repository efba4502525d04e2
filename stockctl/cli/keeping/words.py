"""`stockctl words`: a person's own dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell.demand import Group

if TYPE_CHECKING:
    from stockctl.cli.context import Context

Words = Annotated[list[str], typer.Argument(metavar="WORD...", help="Words or phrases; quote a phrase.")]


def register(app: typer.Typer) -> None:
    """Add the command and its sub-commands to the program."""
    words = typer.Typer(
        cls=Group,
        help="Keep your own dictionary: words that are right, unwanted, or allowed although refused by default.",
        rich_markup_mode=None,
        no_args_is_help=True,
        add_completion=False,
    )
    words.command("add")(add)
    words.command("ban")(ban)
    words.command("allow")(allow)
    words.command("remove")(remove)
    words.command("list")(list_)
    app.add_typer(words, name="words")


def add(context: typer.Context, words: Words, *, as_json: AsJson = False) -> None:
    """Say that words are spelt right: they are not warned about."""
    _decide(context, words, "add", as_json=as_json)


def ban(context: typer.Context, words: Words, *, as_json: AsJson = False) -> None:
    """Say that words are never to be suggested."""
    _decide(context, words, "ban", as_json=as_json)


def allow(context: typer.Context, words: Words, *, as_json: AsJson = False) -> None:
    """Say that words are fine although a list refuses them (a trademark that you may use)."""
    _decide(context, words, "allow", as_json=as_json)


def remove(context: typer.Context, words: Words, *, as_json: AsJson = False) -> None:
    """Take words out of the dictionary."""
    from stockctl.catalogue.words.vocabulary import forget
    from stockctl.words.lemma import key

    state: Context = context.obj
    with state.catalogue() as catalogue:
        removed = forget(catalogue, [key(word) for word in words])
    _show({"command": "words", "removed": removed}, f"{removed} of {len(words)} taken out", as_json=as_json)


def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the dictionary."""
    from stockctl.catalogue.words.vocabulary import dictionary

    state: Context = context.obj
    with state.catalogue() as catalogue:
        found = dictionary(catalogue)
    entries = [{"word": shown, "decision": decision} for shown, decision in found.values()]
    lines = "\n".join(f"{entry['decision']:<6} {entry['word']}" for entry in entries) or "the dictionary is empty"
    _show({"command": "words", "words": entries}, lines, as_json=as_json)


def _decide(context: typer.Context, words: list[str], decision: str, *, as_json: bool) -> None:
    from stockctl.catalogue.words.vocabulary import decide
    from stockctl.errors import UsageError
    from stockctl.words.lemma import key

    wanted = {key(word): word.strip() for word in words if word.strip()}
    if not wanted:
        raise UsageError("no word given", hint=f"stockctl words {decision} WORD")
    state: Context = context.obj
    with state.catalogue() as catalogue:
        decide(catalogue, wanted, decision)
    document = {"command": "words", "decision": decision, "words": list(wanted.values())}
    _show(document, f"{decision}: {', '.join(wanted.values())}", as_json=as_json)


def _show(document: dict[str, Any], text: str, *, as_json: bool) -> None:
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    if as_json:
        print_document(document)
    else:
        results().print(text)
