"""What every command is given: the settings and the catalogue, opened when asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings

# The option that every command has.
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, and nothing else there.")]


@dataclass
class Context:
    """The global options of one run."""

    db: Path | None
    # The call as it was typed, so that no output goes where an input is.
    arguments: Sequence[str] = ()

    @cached_property
    def settings(self) -> Settings:
        """The settings in force, read once."""
        from stockctl.config import load_settings

        return load_settings()

    def catalogue(self) -> Catalogue:
        """Open the catalogue; use it in a `with` block."""
        from stockctl.catalogue import open_catalogue
        from stockctl.config import catalogue_path

        return open_catalogue(self.db or catalogue_path(), tell)


def tell(text: str) -> None:
    """Say what is under way with the catalogue, where somebody sits and waits for it."""
    if sys.stderr.isatty():
        echo(text, err=True)
