"""The JSON document that `--json` prints: exactly one, on stdout."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import msgspec

from stockctl.report.visible import in_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def print_document(document: dict[str, Any]) -> None:
    """Print one JSON document on stdout, text as it is but for what cannot be seen; indented on a terminal."""
    encoded = _encoded(document)
    if sys.stdout.isatty():
        encoded = msgspec.json.format(encoded)
    sys.stdout.write(in_json(encoded.decode()) + "\n")


def print_in_parts(
    head: dict[str, Any], name: str, items: Iterable[dict[str, Any]], rest: Callable[[], dict[str, Any]]
) -> None:
    """Print one JSON document with `items` as the list `name` between the fields of `head` and of `rest`.

    It is that of `print_document`, but is never there as a whole: the list may be of a hundred thousand files.
    `rest` is asked once they are printed.
    """
    if sys.stdout.isatty():
        print_document({**head, name: list(items), **rest()})
        return
    write = sys.stdout.write
    write(f"{_text(head)[:-1]},{_text(name)}:[")
    for number, item in enumerate(items):
        write(f"{',' if number else ''}{_text(item)}")
    write(f"],{_text(rest())[1:]}\n")


def print_line(document: dict[str, Any]) -> None:
    """Print one JSON object in a line of its own, at once: who reads along need not wait for the rest."""
    sys.stdout.write(_text(document) + "\n")
    sys.stdout.flush()


def _text(document: dict[str, Any] | str) -> str:
    return in_json(_encoded(document).decode())


def _encoded(document: dict[str, Any] | str) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        # A path may hold bytes that are no text; they leave as the replacement character.
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
