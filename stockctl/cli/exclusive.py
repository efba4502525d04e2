"""`stockctl exclusive`: declare pictures exclusive to one agency."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
