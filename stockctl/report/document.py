"""The JSON document that `--json` prints: exactly one, on stdout."""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec

from stockctl.report.visible import in_json


def print_document(document: dict[str, Any]) -> None:
    """Print one JSON document on stdout, text as it is but for what cannot be seen; indented on a terminal."""
    encoded = _encoded(document)
    if sys.stdout.isatty():
        encoded = msgspec.json.format(encoded)
    sys.stdout.write(in_json(encoded.decode()) + "\n")


def print_line(document: dict[str, Any]) -> None:
    """Print one JSON object in a line of its own, at once: who reads along need not wait for the rest."""
    sys.stdout.write(in_json(_encoded(document).decode()) + "\n")
    sys.stdout.flush()


def _encoded(document: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        # A path may hold bytes that are no text; they leave as the replacement character.
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
