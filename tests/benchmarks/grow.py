"""Grow an invented catalogue (see career.py): every picture again under other names, written by SQLite itself.

A million pictures with ten million sales are there in a quarter of an hour;
inventing each of them anew would take hours. The copies of a picture have its
hash, its words and its vector.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    # How a column of the copy with a number is made.
    Change = Callable[[int], str]

# Of their pictures the copies are at these agencies alone: five uploads each.
_AGENCIES = "agency IN ('shutterstock', 'adobe_stock', 'istock_getty', 'alamy', 'dreamstime')"
_LEARNT = (
    *("worked_out", "year_sums", "packs", "searches", "linked", "keyword_packs", "kept_plans"),
    *("month_sums", "sold_files", "sold_moved", "words_summed", "words_before", "words_moved", "word_sums"),
    *("month_words", "month_added", "sold_counted", "sold_before", "sold_totals"),
    *("arrived_files", "arrived_moved", "shown_files", "shown_moved", "shoots_shown"),
)


def grow(catalogue: Path, times: int) -> None:
    """Make a catalogue so many times as large; the one real picture stays alone."""
    with closing(sqlite3.connect(catalogue, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -2000000", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        connection.execute("BEGIN")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        _Grown(connection, times).write()
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


class _Grown:
    def __init__(self, connection: sqlite3.Connection, times: int) -> None:
        self.connection, self.times = connection, times

    def write(self) -> None:
        """Write the copies of all tables, one table after another."""
        pictures = "media_id NOT IN (SELECT media_id FROM files WHERE path LIKE '%known.jpg')"
        own = {"media_id": _renamed("media_id")}
        path, file = {"path": _moved("path")}, {"name": _called("name")}
        # The real picture is told by its file: files come last.
        for table, changes, where in (
            ("assets", own, pictures),
            ("hashes", own | self._numbered("hashes", "id"), pictures),
            ("works", own | file | {"folder": _moved("folder")}, pictures),
            ("uploads", own | path | {"remote": _called("remote")}, f"{pictures} AND {_AGENCIES}"),
            ("sendings", own | self._numbered("sendings", "id"), f"{pictures} AND {_AGENCIES}"),
            ("decisions", own | self._numbered("decisions", "id"), pictures),
            *((table, own, pictures) for table in ("choices", "waivers", "release_links", "faces", "offers")),
            ("batches", self._numbered("batches", "batch"), "1"),
            ("changes", path | self._numbered("batches", "batch") | self._numbered("changes", "id"), "1"),
        ):
            self._copy(table, changes, where)
        facts = {"facts": lambda copy: f"replace(facts, media_id, {_renamed('media_id')(copy)})"}
        sha = {"file_sha256": _renamed("file_sha256")}
        self._copy("files", own | path | sha | facts, pictures)
        self._sales()
        self.connection.execute("DELETE FROM upload_counts")
        self.connection.execute(
            "INSERT INTO upload_counts SELECT agency, state, count(*) FROM uploads WHERE part = 0 GROUP BY 1, 2"
        )
        linked = "SELECT count(*) FROM sold WHERE media_id IS NOT NULL"
        self.connection.execute(f"UPDATE linked_sold SET files = ({linked})")  # noqa: S608 - fixed text
        for table in _LEARNT:
            self.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names

    def _sales(self) -> None:
        files = self._numbered("sold", "id")["id"]
        number = {"sold": lambda copy: files(copy).replace("id", "sold", 1)}
        shown = {"shown": lambda copy: files(copy).replace("id", "shown", 1)}
        names = {
            "asset": lambda copy: f"'{copy}-' || asset",
            "file": _called("file"),
            "name": _called("name"),
            "media_id": lambda copy: f"CASE WHEN media_id IS NOT NULL THEN {_renamed('media_id')(copy)} END",
        }
        self._copy("sold", {"id": files} | shown | names, "1")
        self._copy("sales", number | self._numbered("sales", "n"), "1")
        self._copy("asset_totals", number | shown, "1")
        for column in ("downloads", "amount", "refunds", "large"):
            self.connection.execute(f"UPDATE day_totals SET {column} = {column} * {self.times}")  # noqa: S608 - fixed names

    def _numbered(self, table: str, column: str) -> dict[str, Change]:
        """Return how a number of a copy is made: after all that there are."""
        if column not in self._columns(table):
            return {}
        last = self.connection.execute(f"SELECT coalesce(max({column}), 0) FROM {table}").fetchone()[0]  # noqa: S608 - fixed names
        return {column: lambda copy: f"{column} + {copy * last}"}

    def _columns(self, table: str) -> list[str]:
        return [row[1] for row in self.connection.execute(f"PRAGMA table_info({table})")]

    def _copy(self, table: str, changes: dict[str, Change], where: str) -> None:
        """Write the copies of a table's rows: read from a table of their own, so that no copy is copied."""
        columns = self._columns(table)
        self.connection.execute(f"CREATE TEMP TABLE rows AS SELECT * FROM main.{table} WHERE {where}")  # noqa: S608 - fixed names
        for copy in range(1, self.times):
            made = ", ".join(changes[name](copy) if name in changes else name for name in columns)
            self.connection.execute(f"INSERT INTO main.{table} SELECT {made} FROM temp.rows")  # noqa: S608 - fixed names
        self.connection.execute("DROP TABLE temp.rows")


def _renamed(column: str) -> Change:
    """Return how a hash of a copy is made: no base hash has these letters."""
    return lambda copy: f"'z{copy}-' || substr({column}, {len(str(copy)) + 3})"


def _moved(column: str) -> Change:
    return lambda copy: f"replace({column}, '/photos/', '/photos-{copy}/')"


def _called(column: str) -> Change:
    return lambda copy: f"replace({column}, 'img_', 'i{copy}_')"
