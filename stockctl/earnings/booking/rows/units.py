"""The units of the ledger: which stand there already, and which days another kind of statement told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from stockctl.catalogue.sold import sales

if TYPE_CHECKING:
    import sqlite3


class Unit(NamedTuple):
    """What one kind of statement tells of one day, or of the span of days from `first` to it.

    `period` is the statement's month, `contract` what sales of a day are told apart by.
    """

    agency: str
    source: str
    period: str
    contract: str
    day: str
    first: str
    digest: bytes
    rows: int

    @property
    def start(self) -> str:
        """The first of its days."""
        return self.first or self.day


class Standing(NamedTuple):
    """A unit as the ledger has it."""

    id: int
    digest: bytes | None
    contract: str
    first: str


class _Other(NamedTuple):
    start: str
    day: str
    id: int


@dataclass
class Units:
    """Looks units up and makes new ones, for one statement."""

    connection: sqlite3.Connection
    statement: int
    _known: dict[tuple[str, str], dict[tuple[str, str, str], Standing]] = field(default_factory=dict)
    _days: dict[str, dict[str, list[_Other]]] = field(default_factory=dict)
    _spans: dict[str, list[_Other]] = field(default_factory=dict)

    def standing(self, unit: Unit) -> Standing | None:
        """Return the unit as the ledger has it; one from before contracts were told apart stands for any."""
        key = (unit.agency, unit.source)
        if key not in self._known:
            rows = self.connection.execute(
                "SELECT period, contract, day, id, digest, first FROM units WHERE agency = ? AND source = ?", key
            )
            self._known[key] = {
                (period, contract, day): Standing(id_, digest, contract, first)
                for period, contract, day, id_, digest, first in rows
            }
        known = self._known[key]
        for contract in dict.fromkeys((unit.contract, "")):
            found = known.get((unit.period, contract, unit.day))
            # A month's sum and its last day end alike, and are two things.
            if found is not None and found.first == unit.first:
                return found
            if unit.first and (found := known.get((unit.period, contract, unit.first))) is not None:
                # A month's sum was booked on its first day once, with no other day of it beside.
                days = {day for _, _, day in known if unit.first <= day <= unit.day}
                if not found.first and days == {unit.first}:
                    return found
        return None

    def elsewhere(self, unit: Unit) -> list[_Other]:
        """Return the units in which another kind of statement, or a sum of more or fewer days, tells these days."""
        if "/" in unit.source:
            return []
        if unit.agency not in self._days:
            days: dict[str, list[_Other]] = {}
            spans = []
            for row in self.connection.execute(
                "SELECT first, day, id FROM units WHERE agency = ? AND (source <> ? OR (first = '') <> ?)"
                " AND source NOT LIKE '%/%' AND source NOT LIKE ? AND rows > 0",
                (unit.agency, unit.source, not unit.first, f"{sales.BOOKED}%"),
            ):
                other = _Other(row[0] or row[1], row[1], row[2])
                if row[0]:
                    spans.append(other)
                days.setdefault(row[1], []).append(other)
            self._days[unit.agency], self._spans[unit.agency] = days, spans
        days = self._days[unit.agency]
        if not unit.first:
            own = days.get(unit.day, [])
            return [*own, *(one for one in self._spans[unit.agency] if one.start <= unit.day < one.day)]
        return [one for found in days.values() for one in found if one.start <= unit.day and one.day >= unit.first]

    def replace(self, unit: Unit, others: list[_Other]) -> bool:
        """Take others' units out where the unit covers all of their days; tell whether it did."""
        if any(one.start < unit.start or one.day > unit.day for one in others):
            return False
        for one in others:
            sales.forget_unit(self.connection, one.id)
            self._days[unit.agency][one.day].remove(one)
        gone = {one.id for one in others}
        self._spans[unit.agency] = [one for one in self._spans[unit.agency] if one.id not in gone]
        return True

    def make(self, unit: Unit) -> int:
        """Put a new unit into the ledger; return its number."""
        made = self.connection.execute(
            "INSERT INTO units (agency, source, period, contract, day, first, digest, rows, statement)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*unit, self.statement),
        )
        return int(made.lastrowid or 0)

    def teller(self, number: int) -> tuple[str, int, str]:
        """Return of the statement that tells a unit its last day, when it was made (0: not known) and its file."""
        row = self.connection.execute(
            "SELECT coalesce(t.last_day, ''), coalesce(t.made, 0), t.file FROM units u JOIN statements t ON t.id ="
            " coalesce(u.statement, (SELECT max(s.statement) FROM sales s WHERE s.unit = u.id)) WHERE u.id = ?",
            [number],
        ).fetchone()
        return (str(row[0]), int(row[1]), str(row[2])) if row else ("", 0, "")
