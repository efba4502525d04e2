"""The JSON document that `--json` prints: exactly one, on stdout."""

from __future__ import annotations

import json
import sys
from typing import Any


def print_document(document: dict[str, Any]) -> None:
    """Print one JSON document on stdout, text as it is (not escaped); indented where a person reads it."""
    text = json.dumps(document, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
    # A path may hold bytes that are no text; they leave as the replacement character.
    sys.stdout.write(text.encode("utf-8", "replace").decode() + "\n")
