"""Tables of what review learns from: how often each value of a measurement was taken and refused, kept up to date.

A decision, or a file that is measured anew, puts its picture on a list
(`relearn`, kept by triggers); what the picture adds to the tallies is then
worked out anew, and what it added before is taken out again.
"""

from __future__ import annotations

import array
import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("learning")

# Values are counted by so many significant digits, one more than a learned limit has.
_DIGITS = 4
# Pictures are worked out so many in one transaction: one that is stopped has kept the others.
_AT_ONCE = 1000


@migrations
def m001_tallies(db: Database) -> None:
    """Start with the tallies, what each picture added to them, and the pictures that are to be worked out."""
    db.execute(
        "CREATE TABLE relearn (agency TEXT NOT NULL, media_id TEXT NOT NULL, PRIMARY KEY (agency, media_id))"
        " WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE learned_from (agency TEXT NOT NULL, media_id TEXT NOT NULL, taken INTEGER NOT NULL,"
        " numbers BLOB NOT NULL, PRIMARY KEY (agency, media_id)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE tallies (agency TEXT NOT NULL, rule TEXT NOT NULL, value REAL NOT NULL, taken INTEGER NOT NULL,"
        " refused INTEGER NOT NULL, PRIMARY KEY (agency, rule, value)) WITHOUT ROWID"
    )
    db.execute("CREATE TABLE learned_by (version TEXT NOT NULL)")
    db.execute("INSERT INTO relearn SELECT DISTINCT agency, media_id FROM decisions")
    db.execute(
        "CREATE TRIGGER decisions_relearn AFTER INSERT ON decisions BEGIN"
        " INSERT OR IGNORE INTO relearn VALUES (NEW.agency, NEW.media_id); END"
    )
    for event in ("INSERT", "UPDATE OF media_id, facts"):
        db.execute(
            f"CREATE TRIGGER files_relearn_{event.split()[0].lower()} AFTER {event} ON files"  # noqa: S608 - fixed texts
            " WHEN NEW.media_id IS NOT NULL BEGIN INSERT OR IGNORE INTO relearn"
            " SELECT DISTINCT agency, media_id FROM decisions WHERE media_id = NEW.media_id; END"
        )


@dataclass(frozen=True)
class Share:
    """What one picture says of the rules: whether it was taken, and the value of each rule that it speaks of."""

    taken: bool
    values: Mapping[str, float]


@dataclass(frozen=True)
class Tally:
    """One value of a rule's measurement: how many pictures that have it were taken and refused."""

    value: float
    taken: int
    refused: int


def bring_up(
    catalogue: Catalogue,
    agency: str,
    rules: Sequence[str],
    version: str,
    share: Callable[[str, str, Mapping[str, float]], Share],
) -> None:
    """Work out what the pictures on an agency's list add to its tallies.

    `share` returns it for a decision, its reason, and what was measured;
    `rules` are all that it may name. Under another `version` than before, all
    is worked out anew.
    """
    with catalogue.transaction() as connection:
        _begin_anew(connection, version)
    while catalogue.rows("SELECT 1 FROM relearn WHERE agency = ? LIMIT 1", [agency]):
        with catalogue.transaction() as connection:
            query = "SELECT media_id FROM relearn WHERE agency = ? LIMIT ?"
            ids = [row[0] for row in connection.execute(query, (agency, _AT_ONCE))]
            _work_out(connection, agency, ids, rules, share)


def _begin_anew(connection: sqlite3.Connection, version: str) -> None:
    known = connection.execute("SELECT version FROM learned_by").fetchone()
    if known is not None and known[0] == version:
        return
    if known is not None:
        for table in ("tallies", "learned_from", "learned_by"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables
        connection.execute("INSERT OR IGNORE INTO relearn SELECT DISTINCT agency, media_id FROM decisions")
    connection.execute("INSERT INTO learned_by VALUES (?)", (version,))


def _work_out(
    connection: sqlite3.Connection,
    agency: str,
    ids: Sequence[str],
    rules: Sequence[str],
    share: Callable[[str, str, Mapping[str, float]], Share],
) -> None:
    measured = _measurements(connection, ids)
    change: Counter[tuple[str, float, bool]] = Counter()
    keep: list[tuple[str, str, int, bytes]] = []
    for media_id in ids:
        before = connection.execute(
            "SELECT taken, numbers FROM learned_from WHERE agency = ? AND media_id = ?", (agency, media_id)
        ).fetchone()
        if before is not None:
            change.subtract((rule, value, bool(before[0])) for rule, value in _unpacked(rules, before[1]))
        said = connection.execute(
            "SELECT decision, reason FROM decisions WHERE agency = ? AND media_id = ? ORDER BY day DESC, id DESC",
            (agency, media_id),
        ).fetchone()
        found = share(said[0], said[1], measured.get(media_id, {})) if said else Share(taken=False, values={})
        numbers = _packed(rules, found.values)
        change.update((rule, value, found.taken) for rule, value in _unpacked(rules, numbers))
        keep.append((agency, media_id, int(found.taken), numbers))
    connection.executemany("INSERT OR REPLACE INTO learned_from VALUES (?, ?, ?, ?)", keep)
    connection.executemany(
        "INSERT INTO tallies VALUES (?, ?, ?, ?, ?) ON CONFLICT (agency, rule, value)"
        " DO UPDATE SET taken = taken + excluded.taken, refused = refused + excluded.refused",
        [
            (agency, rule, value, by if taken else 0, 0 if taken else by)
            for (rule, value, taken), by in change.items()
            if by
        ],
    )
    connection.executemany(
        "DELETE FROM relearn WHERE agency = ? AND media_id = ?", [(agency, media_id) for media_id in ids]
    )


def _measurements(connection: sqlite3.Connection, media_ids: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return what `check` measured on these pictures last, by media_id; what was never checked is absent."""
    rows = connection.execute(
        "SELECT media_id, json_extract(facts, '$.measurements') AS numbers FROM files"
        " WHERE media_id IN (SELECT value FROM json_each(?)) ORDER BY seen_at",
        (json.dumps(media_ids),),
    )
    return {row["media_id"]: json.loads(row["numbers"]) for row in rows if row["numbers"]}


def _packed(rules: Sequence[str], values: Mapping[str, float]) -> bytes:
    """Return the values of the rules as float32, in their order; not a number where there is none."""
    return array.array("f", [values.get(rule, math.nan) for rule in rules]).tobytes()


def _unpacked(rules: Sequence[str], numbers: bytes) -> list[tuple[str, float]]:
    """Return each rule with its value, as far as there is one, in the digits by which values are counted."""
    values = array.array("f", numbers)
    return [
        (rule, float(f"{value:.{_DIGITS}g}"))
        for rule, value in zip(rules, values, strict=True)
        if not math.isnan(value)
    ]


def tallies(catalogue: Catalogue, agency: str) -> dict[str, list[Tally]]:
    """Return the tallies of an agency by rule, each in the order of its values."""
    found: dict[str, list[Tally]] = {}
    query = (
        "SELECT rule, value, taken, refused FROM tallies WHERE agency = ? AND taken + refused > 0 ORDER BY rule, value"
    )
    for row in catalogue.rows(query, [agency]):
        found.setdefault(row["rule"], []).append(Tally(row["value"], row["taken"], row["refused"]))
    return found
