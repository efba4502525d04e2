"""Import a statement: one that is known is told by its bytes, any other is recognised, read and entered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.catalogue.sold.sales import statement_known
from stockctl.earnings.booking.imported import known_again
from stockctl.earnings.reading.fingerprint import hash_file, look

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.booking.imported import Imported
    from stockctl.earnings.reading.source import Said, Source
    from stockctl.earnings.statements.layout import Layout, Plan


def import_statement(
    catalogue: Catalogue,
    path: Path,
    *,
    as_: str = "",
    mapping: Callable[[Source], tuple[Layout, Plan]] | None = None,
    strict: bool = False,
    replace_days: bool = False,
    said: Said | None = None,
) -> Imported:
    """Import one statement in one transaction: on any failure the catalogue is as before.

    `as_` says which agency's (and which layout) it is; `mapping` reads a layout
    that is not known. Broken rows are left out and told; with `strict` one of
    them refuses the file. With `replace_days` the statement is the truth for
    the days that it tells. `said` is what the person said of how it is written.

    Raises:
        StatementError: it cannot be read as a statement.
        UnreadableError: it cannot be read at all.

    """
    look(path)
    whole = hash_file(path)
    known = None if replace_days else statement_known(catalogue, whole.sha256)
    # Where rows were broken it is read again, so that they are told each time.
    if known and not (known["skipped"] if known["broken"] is None else known["broken"]):
        return known_again(path, known)
    # A file that is known needs none of this.
    from stockctl.earnings.booking.entering import enter
    from stockctl.earnings.booking.swapped import OtherDaysError
    from stockctl.earnings.reading.source import NOTHING_SAID, open_source
    from stockctl.earnings.statements.recognise import recognise

    source = open_source(path, whole, said or NOTHING_SAID)
    found, plan = mapping(source) if mapping else recognise(source, as_)
    try:
        return enter(catalogue, source, found, plan, strict=strict, replace_days=replace_days)
    except OtherDaysError as other:
        # The first rows could be read both ways, a later one tells which is meant.
        source = replace(source, said=replace(source.said, dates=str(other)))
        found, plan = mapping(source) if mapping else recognise(source, as_)
        return enter(catalogue, source, found, plan, strict=strict, replace_days=replace_days)
