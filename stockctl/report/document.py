"""The JSON document that `--json` prints: exactly one, on stdout."""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec

from stockctl.report.visible import in_json


def print_document(document: dict[str, Any]) -> None:
    """Print one JSON document on stdout, text as it is but for what cannot be seen; indented on a terminal."""
    try:
        encoded = msgspec.json.encode(document)
    except UnicodeEncodeError:
        # A path may hold bytes that are no text; they leave as the replacement character.
        encoded = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    if sys.stdout.isatty():
        encoded = msgspec.json.format(encoded)
    sys.stdout.write(in_json(encoded.decode()) + "\n")
