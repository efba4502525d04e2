"""`stockctl models`: the CLIP and SigLIP models that can look at pictures on this machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell.demand import Group

if TYPE_CHECKING:
    from collections.abc import Callable

    from stockctl.cli.context import Context
    from stockctl.keyword.clip.models import Model, Store

Name = Annotated[str, typer.Argument(metavar="[NAME]", help="A model that `models list` names.")]


def register(app: typer.Typer) -> None:
    """Add the command and its sub-commands to the program."""
    models = typer.Typer(
        cls=Group,
        help="Fetch, list and remove the models that look at pictures on this machine (keyword --vision).",
        rich_markup_mode=None,
        no_args_is_help=True,
        add_completion=False,
    )
    models.command("list")(list_)
    models.command("fetch")(fetch)
    models.command("remove")(remove)
    app.add_typer(models, name="models")


def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the models: shipped ones and those of your settings, and whether they are here."""
    from stockctl.keyword.clip.models import known

    state: Context = context.obj
    store = _store(state)
    found = [_described(model, store) for model in known(state.settings).values()]
    _show({"command": "models", "models": found}, "\n".join(map(_line, found)) + f"\n{_NOTE}", as_json=as_json)


def fetch(
    context: typer.Context,
    name: Name = "clip-vit-b32",
    *,
    url: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Fetch from this folder instead: a mirror, say.")
    ] = None,
    sha256: Annotated[
        list[str] | None,
        typer.Option(metavar="PART=HASH", help="The hash that image, text, tokenizer or preprocessor must have."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a model once; what comes is used only if it has the pinned hash.

    A file whose hash is not known is trusted the first time and pinned then.
    What was cut off goes on where it was.
    """
    from stockctl.errors import UsageError
    from stockctl.keyword.clip.fetching import fetch as fetch_files
    from stockctl.keyword.clip.models import pin, resolve

    state: Context = context.obj
    model, store = resolve(name, state.settings), _store(state)
    if url:
        model = replace(model, url=url)
    for text in sha256 or []:
        part, digest = pin(text)
        if store.pins(model).get(part, digest) != digest:
            raise UsageError(
                f"{part} of {name} is pinned to another hash: {store.pins(model)[part]}",
                hint=f"stockctl models remove {name}, or another name for another model: [models.NAME]",
            )
        model = replace(model, files={**model.files, part: replace(model.files[part], sha256=digest)})
    done = fetch_files(model, store, _progress())
    document = {
        "command": "models",
        "fetched": [
            {"part": each.part, "path": str(each.path), "sha256": each.sha256, "bytes": each.bytes,
             "pinned": each.pinned}
            for each in done
        ],
        "model": _described(model, store),
    }  # fmt: skip
    lines = [
        f"{each.part}: {each.path} ({f'{each.bytes:,} bytes came' if each.bytes else 'was there'})\n"
        + (f"  sha256 {each.sha256}" if each.pinned else f"  no hash was known; trusted now, and pinned: {each.sha256}")
        for each in done
    ]
    lines.append(f'use it: [vision.NAME] with kind = "clip" and model = "{model.name}", then keyword --vision NAME')
    _show(document, "\n".join(lines), as_json=as_json)


def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model that `models list` names.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Remove a model's files from this machine, and what was pinned of it."""
    import shutil

    from stockctl.keyword.clip.models import resolve

    state: Context = context.obj
    model, store = resolve(name, state.settings), _store(state)
    folder = store.folder / model.name
    there = folder.is_dir()
    if there:
        shutil.rmtree(folder)
    text = f"removed {folder}" if there else f"{name} is not on this machine"
    _show({"command": "models", "removed": there, "model": _described(model, store)}, text, as_json=as_json)


_NOTE = (
    "The hashes are those that public projects pin; the downloads themselves were not tried when this was written. "
    "What comes is used only if it has its hash."
)


def _store(state: Context) -> Store:
    from stockctl.keyword.clip.models import Store

    return Store.beside(state.place())


def _described(model: Model, store: Store) -> dict[str, Any]:
    pins = store.pins(model)
    return {
        "name": model.name,
        "title": model.title,
        "licence": model.licence,
        "url": model.url,
        "shipped": model.shipped,
        "state": store.state(model),
        "folder": str(store.folder / model.name),
        "bytes": sum(part.bytes or 0 for part in model.files.values()) or None,
        "files": [
            {"part": name, "path": part.path, "bytes": part.bytes, "sha256": pins.get(name)}
            for name, part in model.files.items()
        ],
    }


def _line(model: dict[str, Any]) -> str:
    size = f"{model['bytes'] / 1e6:.0f} MB" if model["bytes"] else "size unknown"
    hashes = "hashes pinned" if all(part["sha256"] for part in model["files"]) else "trusted and pinned at first fetch"
    return (
        f"{model['name']}  ({model['state']})\n  {model['title'] or model['url']}; {size}; "
        f"{model['licence'] or 'licence unknown'}; {hashes}"
    )


def _progress() -> Callable[[str, int, int | None], None]:
    """Return what tells how far a fetch is: a line on stderr where that is a terminal."""
    import sys

    from stockctl.report.terminal import is_silent, redraw

    if is_silent() or not sys.stderr.isatty():
        return lambda _name, _done, _total: None

    def tell(name: str, done: int, total: int | None) -> None:
        whole = f" of {total / 1e6:.1f}" if total else ""
        redraw("" if done == total else f"{name}: {done / 1e6:.1f}{whole} MB")

    return tell


def _show(document: dict[str, Any], text: str, *, as_json: bool) -> None:
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    if as_json:
        print_document(document)
    else:
        results().print(text)
