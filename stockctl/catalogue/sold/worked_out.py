"""Answers about sales that take long to work out, kept until sales change; the table is one of the sales'."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from stockctl.errors import CatalogueLockedError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from stockctl.catalogue import Catalogue


# The days of an answer to which the sales of every day belong.
ALWAYS = ("", "9999-12-31")


def kept(
    catalogue: Catalogue, question: str, work_out: Callable[[], list[list[Any]]], days: tuple[str, str] = ALWAYS
) -> list[list[Any]]:
    """Return the rows that answer a question, worked out where they are not kept.

    `days` are the first and the last (ISO 8601) whose sales have a say in it:
    it is kept until sales of one of them change. Where another command is
    writing, or wrote meanwhile, they are not kept, and worked out again the next time.
    """
    known = catalogue.rows("SELECT rows FROM worked_out WHERE question = ?", [question])
    if known:
        return json.loads(known[0][0])  # type: ignore[no-any-return]
    before = version(catalogue)
    rows = work_out()
    with contextlib.suppress(CatalogueLockedError), catalogue.impatient(), catalogue.transaction() as connection:
        # What another command wrote meanwhile is not in it.
        if version(catalogue) == before:
            keep(connection, question, json.dumps(rows), days)
    return rows


def version(catalogue: Catalogue) -> int:
    """Return a number that changes when another connection has written to the catalogue."""
    return int(catalogue.rows("PRAGMA data_version")[0][0])


def keep(connection: sqlite3.Connection, question: str, rows: str, days: tuple[str, str] = ALWAYS) -> None:
    """Keep an answer in the place of an earlier one."""
    connection.execute(
        "INSERT OR REPLACE INTO worked_out (question, rows, first, last) VALUES (?, ?, ?, ?)", (question, rows, *days)
    )


def forget(connection: sqlite3.Connection, days: tuple[str, str] = ALWAYS) -> None:
    """Forget the answers in which sales of these days (the first, the last) have a say: they have changed."""
    connection.execute("DELETE FROM worked_out WHERE last >= ? AND first <= ?", days)
