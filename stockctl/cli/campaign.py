"""`stockctl campaign`: briefs checked, posts accounted for."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
