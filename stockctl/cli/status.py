"""`stockctl status`: where each file stands, and what is next."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
