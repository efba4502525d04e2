"""What every command is given: the settings and the catalogue, opened when asked for."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import typer

from stockctl.report.terminal import echo, note

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

    def place(self) -> Path:
        """Return where the catalogue is, or will be made.

        Raises:
            CatalogueError: `--db` names a folder that is not there. One that is typed anew each time is mistyped
                some time, and an empty catalogue knows nothing of what was sent.

        """
        from stockctl.config import catalogue_path

        if self.db is None or self.db.parent.is_dir():
            return self.db or catalogue_path()
        from stockctl.errors import CatalogueError
        from stockctl.files.nearest import nearest

        folder = self.db.parent
        raise CatalogueError(
            f"there is no folder {folder} for a catalogue",
            where=str(self.db),
            hint=f"{nearest(folder)}; a new one: make the folder first",
        )

    def catalogue(self) -> Catalogue:
        """Open the catalogue; use it in a `with` block."""
        from stockctl.catalogue import open_catalogue

        place = self.place()
        made = "STOCKCTL_DB" in os.environ and not place.parent.is_dir()
        found = open_catalogue(place, tell)
        if made:
            note(f"the folder {place.parent} was made for the catalogue, as STOCKCTL_DB says")
        return found


def tell(text: str) -> None:
    """Say what is under way with the catalogue, where somebody sits and waits for it."""
    if sys.stderr.isatty():
        echo(text, err=True)
