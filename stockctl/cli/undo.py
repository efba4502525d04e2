"""`stockctl undo`: take back a batch of changes, byte for byte."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
