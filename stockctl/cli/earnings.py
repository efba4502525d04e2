"""`stockctl earnings`: what came in, from where, at which level."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
