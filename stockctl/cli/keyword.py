"""`stockctl keyword`: titles, descriptions and ranked keywords, embedded into the files."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
