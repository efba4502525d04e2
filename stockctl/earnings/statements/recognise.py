"""Find the one layout that a statement has."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.earnings.reading.source import PDF
from stockctl.earnings.statements.layout import Layout, Plan, Provenance
from stockctl.earnings.statements.layouts import LAYOUTS
from stockctl.errors import StatementError, UsageError

if TYPE_CHECKING:
    from stockctl.earnings.reading.source import Source


def candidates(as_: str) -> list[Layout]:
    """Return the layouts that `--as AGENCY[:LAYOUT]` allows; all for an empty text.

    Raises:
        UsageError: no layout of that name, or none for that agency.

    """
    from stockctl.earnings.terms.names import agency_named

    if not as_:
        return list(LAYOUTS.values())
    agency, _, name = as_.partition(":")
    if name:
        if name not in LAYOUTS:
            near = difflib.get_close_matches(name, list(LAYOUTS), 1)
            hint = f"did you mean {near[0]}?" if near else "known: " + ", ".join(LAYOUTS)
            raise UsageError(f"unknown layout {name!r}", hint=hint)
        return [LAYOUTS[name]]
    found = [layout for layout in LAYOUTS.values() if layout.agency == agency_named(agency) or layout.id == agency]
    if not found:
        known = sorted({layout.agency for layout in LAYOUTS.values() if layout.agency})
        near = difflib.get_close_matches(agency, known, 1)
        raise UsageError(
            f"no layout of {agency!r} is known",
            hint=f"did you mean {near[0]}?" if near else "describe it: --map-template FILE.toml, then --map FILE.toml",
        )
    return found


def provenance(name: str) -> Provenance:
    """Return how well a layout is known; a mapping that a person wrote is theirs."""
    return LAYOUTS[name].provenance if name in LAYOUTS else Provenance.PERSON


def recognise(source: Source, as_: str = "") -> tuple[Layout, Plan]:
    """Return the one layout that a statement has, and how to read it.

    Layouts in the form in which agencies write them come first; then those that a
    spreadsheet brought into another: other delimiters, days and decimals.

    Raises:
        StatementError: none fits, or several do; the columns are listed, and the
            nearest known layout is named.
        UsageError: `as_` names no layout.

    """
    allowed = candidates(as_)
    if source.encoding == PDF:
        # What a page looks like is no promise of what its columns are.
        raise StatementError(
            "a table in a PDF is read through a map, which says what its columns are",
            where=str(source.path),
            hint="`stockctl earnings FILE --map-template my.toml`, fill it in, then use --map my.toml",
        )
    found: list[tuple[Layout, Plan]] = []
    for form in (source, replace(source, exact=False)):
        found = found or [
            (layout, replace(plan, rewritten=not form.exact))
            for layout in allowed
            if (plan := layout.recognise(form)) is not None
        ]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"{layout.agency}:{layout.id}" for layout, _ in found)
        raise StatementError(
            f"this may be one of several layouts: {names}",
            where=str(source.path),
            hint=f"say which: --as {found[0][0].agency}:{found[0][0].id}",
        )
    columns = [cell.strip() for cell in source.header]
    shown = ", ".join(f"{index}: {name or '(no name)'}" for index, name in enumerate(columns, 1))
    near = nearest(columns)
    have = {name.casefold() for name in columns}
    lacking = [name for name in near.columns if name.casefold() not in have]
    nearest_text = (
        f"nearest known: {near.id} ({near.agency or 'any agency'}), which has the columns {', '.join(near.columns)}"
        if lacking
        else f"the columns are those of {near.id} ({near.agency or 'any agency'}); only what stands in them is written"
        " in another form than is known"
    )
    raise StatementError(
        f"unknown layout{f' for {as_}' if as_ else ''}; its columns are {shown}; {nearest_text}",
        where=f"{source.path}:1",
        hint="describe it once: `stockctl earnings FILE --map-template my.toml`, fill it in, then use --map my.toml",
    )


def nearest(columns: list[str]) -> Layout:
    """Return the layout whose known header is most like these columns."""

    def likeness(layout: Layout) -> float:
        wanted = [name.casefold() for name in layout.columns]
        have = [name.casefold() for name in columns if name]
        if not wanted or not have:
            return 0.0
        best = (max(difflib.SequenceMatcher(None, name, other).ratio() for other in have) for name in wanted)
        return sum(best) / len(wanted)

    return max(LAYOUTS.values(), key=likeness)
