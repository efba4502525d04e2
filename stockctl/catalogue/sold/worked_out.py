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


def kept(catalogue: Catalogue, question: str, work_out: Callable[[], list[list[Any]]]) -> list[list[Any]]:
    """Return the rows that answer a question, worked out where they are not kept.

    Where another command is writing they are not kept, and worked out again the next time.
    """
    known = catalogue.rows("SELECT rows FROM worked_out WHERE question = ?", [question])
    if known:
        return json.loads(known[0][0])  # type: ignore[no-any-return]
    rows = work_out()
    with contextlib.suppress(CatalogueLockedError), catalogue.impatient(), catalogue.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO worked_out VALUES (?, ?)", (question, json.dumps(rows)))
    return rows


def forget(connection: sqlite3.Connection) -> None:
    """Forget what was worked out from sales that have changed since."""
    connection.execute("DELETE FROM worked_out")
