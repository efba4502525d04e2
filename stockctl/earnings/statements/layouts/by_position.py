"""Layouts whose columns have no known names: read from the data file beside this module."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from stockctl.earnings.statements.layout import Provenance, layout
from stockctl.earnings.statements.shapes import DaySums, Sales

# What a data file says of the layout itself; the rest says how to read it.
_ABOUT = ("id", "title", "source", "seen", "family", "complete", "rows")


def register() -> None:
    """Register every layout of the data file."""
    data = tomllib.loads(files(__package__).joinpath("by_position.toml").read_text(encoding="utf-8"))
    for one in data["layout"]:
        shape = (Sales if one["rows"] == "sales" else DaySums)(
            **{name: value for name, value in one.items() if name not in _ABOUT}
        )
        layout(
            one["id"],
            agency=one["agency"],
            title=one["title"],
            provenance=Provenance.THIRD_PARTY,
            source=one["source"],
            seen=one["seen"],
            family=one.get("family", ""),
            complete=one.get("complete", True),
        )(shape.plan)


register()
