"""`stockctl config`: the settings in force and where they come from."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
