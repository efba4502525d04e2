"""`stockctl vision`: the models that can look at pictures, here and elsewhere; which one does; one trial."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell import completing
from stockctl.cli.shell.demand import Group
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from stockctl.cli.context import Context
    from stockctl.vision.sources.listing import Source
    from stockctl.vision.trial import Trial


def register(app: typer.Typer) -> None:
    """Add the command and its sub-commands to the program."""
    vision = typer.Typer(
        cls=Group,
        help="Show which models can look at your pictures, here and elsewhere; choose one; try it.",
        rich_markup_mode=None,
        invoke_without_command=True,
        add_completion=False,
    )
    vision.callback()(list_)
    vision.command("use")(use)
    vision.command("test")(try_)
    vision.command("prompt")(prompt)
    app.add_typer(vision, name="vision")


def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Show which models can look at your pictures, here and elsewhere; choose one; try it.

    Servers on this machine are asked on their ports of loopback; clouds are not asked
    for anything, they are ready where their key is found.
    """
    if context.invoked_subcommand is not None:
        return
    from stockctl.config import catalogue_path
    from stockctl.keyword.clip.models import states
    from stockctl.vision.sources.listing import sources

    state: Context = context.obj
    found = sources(state.settings, states(state.settings, state.db or catalogue_path()))
    document = {"command": "vision", "sources": [source.to_json() for source in found]}
    _show(document, "\n".join(map(_line, found)) + f"\n{_NEXT}", as_json=as_json)


def use(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A name that `stockctl vision` lists, auto, or none.", autocompletion=completing.vision
        ),
    ],
    *,
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="The model; else the preset's, or one found.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let a model look at pictures that lack words from now on, after one trial picture.

    It is written into your settings: [keyword] vision, and the model where you name one.
    """
    from stockctl.config import load_settings
    from stockctl.vision.sources import services, setting
    from stockctl.vision.trial import trial, trial_picture

    state: Context = context.obj
    settings = state.settings
    tried: Trial | None = None
    if name == services.CLIP and name not in settings.section("vision"):
        _begin_clip(state)
        settings = load_settings(settings.path)
    if name not in {services.AUTO, services.NONE} and not services.is_clip(name, settings):
        with trial_picture() as path:
            tried = trial(settings, path, name, model=model)
        tried.check()
    if tried is not None and (model or not services.service(name, settings).model):
        setting.put(settings.path, f"vision.{name}", {"model": tried.model})
    setting.put(settings.path, "keyword", {"vision": name})
    document = {
        "command": "vision",
        "used": {"name": name, "model": tried.model if tried else model, "settings": str(settings.path)},
        "trial": tried.to_json() if tried else None,
    }
    lines = [] if tried is None else [f"{name} ({tried.model}) answered in {tried.seconds:.1f} s: {tried.words}"]
    lines.append(f'written: {settings.path}: [keyword] vision = "{name}"')
    _show(document, "\n".join(lines), as_json=as_json)


def try_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A picture, clip or drawing.")],
    *,
    name: Annotated[
        str | None,
        typer.Option(
            "--vision",
            metavar="NAME",
            help="A name that `stockctl vision` lists; else the one in use.",
            autocompletion=completing.vision,
        ),
    ] = None,
    model: Annotated[str | None, typer.Option(metavar="MODEL", help="Another model of it.")] = None,
    prompt_: Annotated[Path | None, typer.Option("--prompt", metavar="FILE", help="Your own question.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask about one file and show the question, the answer, what of it may be used, tokens, time and cost.

    The file is not changed, and the answer is not kept.
    """
    from stockctl.vision.trial import trial

    state: Context = context.obj
    tried = trial(state.settings, file, name, model=model, prompt=prompt_)
    _show({"command": "vision", "test": tried.to_json()}, tried.to_text(), as_json=as_json)
    if not tried.useful:
        raise typer.Exit(1)


def prompt() -> None:
    """Print the question as it is shipped, to begin one of your own: `stockctl vision prompt > prompt.txt`."""
    from stockctl.vision.sent.question import default_template

    echo(default_template().removesuffix("\n"))


def _begin_clip(state: Context) -> None:
    """Write the section of a CLIP on this machine, whose files must be here.

    Raises:
        UsageError: they are not.

    """
    from stockctl.config import catalogue_path
    from stockctl.errors import UsageError
    from stockctl.keyword.clip.models import states
    from stockctl.vision.sources import setting

    ((name, (model, here)),) = states(state.settings, state.db or catalogue_path()).items()
    if not here:
        raise UsageError(f"the model {model} is not on this machine", hint=f"stockctl models fetch {model}")
    setting.put(state.settings.path, f"vision.{name}", {"kind": "clip", "model": model})


_NEXT = "choose one: stockctl vision use NAME; try one: stockctl vision test FILE --vision NAME"


def _line(source: Source) -> str:
    mark = "* " if source.in_use else "  "
    model = f" {source.model}" if source.model else ""
    lines = [f"{mark}{source.name}{model}  ({source.state})"]
    if source.others:
        lines.append(f"    also here: {', '.join(source.others)}")
    lines += [f"    {text}" for text in (source.costs, source.note, source.url, source.next) if text]
    return "\n".join(lines)


def _show(document: dict[str, Any], text: str, *, as_json: bool) -> None:
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    if as_json:
        print_document(document)
    else:
        results().print(text)
