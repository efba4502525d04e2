"""`stockctl release`: model and property releases, and what they cover."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
