"""`stockctl submit`: send what passes to an agency, once and only once."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
