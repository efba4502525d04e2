"""`stockctl review`: record what an agency decided, and learn from it."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
