"""Bring a day that is known up to what another statement says of it; what a statement does not cover stays.

Statements differ in what they are the truth for. An agency's own export holds every
sale of its days. One written by hand, read through a map or of a guessed layout may
hold a few of them only: it speaks for the files that it names, and for what the very
same file said before. So does an export that was made while the day was not over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from stockctl.catalogue.sold import sales
from stockctl.earnings.booking.rows.blocks import COLUMNS, NONE, Block, tuples
from stockctl.earnings.booking.rows.described import Described
from stockctl.earnings.booking.rows.digests import HASHED, day_digest, row_hashes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from stockctl.earnings.booking.rows.units import Standing, Unit, Units
    from stockctl.earnings.reading.columns import Numbers

# A day is over everywhere on earth so long after it ended by UTC, and began so long before: nanoseconds.
_HOUR = 3_600 * 10**9
_AFTER, _BEFORE = 12 * _HOUR, 14 * _HOUR
_EPOCH = date(1970, 1, 1).toordinal()

# A file, a kind and a currency: what one sum of a day is of.
_Key = tuple[int, str, str]


class Books(Protocol):
    """What a known day needs of the ledger that it stands in; see `ledger.Ledger` for each."""

    connection: sqlite3.Connection
    statement: int
    replace_days: bool
    complete: bool
    made: int
    last: int
    new: int
    known: int
    units: Units

    def insert(self, block: Block, fresh: list[tuple[int, int, int]]) -> None:
        """Add the sales of new units."""
        ...

    def add(self, block: Block, units: Numbers, numbers: Numbers) -> None:
        """Add sales under the numbers of their units and their own in those."""
        ...


@dataclass(frozen=True)
class Restated:
    """A day, or a span of days, of which two statements tell another sum; both as (downloads, micro-units).

    `file` is the one that told it `before`; the later one `wins` or not. `asks`
    says that it would lower the sum and does not claim to be whole.
    """

    agency: str
    first: str
    last: str
    before: tuple[int, int]
    after: tuple[int, int]
    file: str
    wins: bool
    asks: bool = False


@dataclass
class KnownDays:
    """What one statement says of days that are known, for its `ledger`.

    `missing` counts sales that the statement should have and has not, `open` those
    of them whose day was not over when it was made, `beside` those of which it says
    nothing: all by agency and day.
    """

    ledger: Books
    restated: list[Restated] = field(default_factory=list)
    missing: Counter[tuple[str, str]] = field(default_factory=Counter)
    open: Counter[tuple[str, str]] = field(default_factory=Counter)
    beside: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def connection(self) -> sqlite3.Connection:
        """The catalogue's connection."""
        return self.ledger.connection

    def was_open(self, day: str) -> bool:
        """Tell whether the statement was made on a day of which it tells: more may have been sold on it later."""
        noon = (date.fromisoformat(day).toordinal() - _EPOCH) * 24 * _HOUR
        return noon - _BEFORE <= self.ledger.made < noon + 24 * _HOUR + _AFTER

    def whole(self, day: str) -> bool:
        """Tell whether the statement holds every sale of a day."""
        return self.ledger.complete and not self.was_open(day)

    def merge(self, standing: Standing, unit: Unit, block: Block) -> None:
        """Add the sales of a known day that are new; take none out that the statement does not cover."""
        stored = self.connection.execute(
            "SELECT sold, facet, downloads, amount, price, rate, statement FROM sales WHERE unit = ?", [standing.id]
        ).fetchall()
        before = Counter(tuple(row)[:-1] for row in stored)
        own = {tuple(row)[:-1] for row in stored if row[-1] == self.ledger.statement}
        rows = [tuple(None if value == NONE else value for value in row) for row in tuples(block, HASHED)]
        surplus, gone = Counter(rows) - before, before - Counter(rows)
        replaced = 0
        if gone:
            whole = self.whole(unit.day)
            texts = Described(self.connection, {row[:2] for row in (*(surplus if whole else rows), *gone)})
            richer = self._better(standing.id, texts, surplus, gone)
            replaced = richer.total()
            # What was matched already takes the place of a sale of which less was said.
            surplus = richer + _poorer(texts, surplus - richer, gone)
            gone = +gone
            if not whole:
                gone = self._covered(unit, texts, rows, gone, own)
            if gone and standing.contract == unit.contract:
                self._missing(standing, unit, gone)
        if surplus:
            self._add(standing, block, rows, surplus)
        self.ledger.new += surplus.total() - replaced
        self.ledger.known += unit.rows - surplus.total() + replaced

    def _covered(
        self, unit: Unit, texts: Described, rows: list[Any], gone: Counter[Any], own: set[Any]
    ) -> Counter[Any]:
        """Return those of the sales that are gone for which a statement that is not whole speaks."""
        ours = Counter({row: times for row, times in gone.items() if row in own})
        if self.ledger.complete:
            # More of any file may have been sold after it was made.
            self.open[unit.agency, unit.day] += gone.total() - ours.total()
            return ours
        named = texts.files(row[0] for row in rows)
        ours |= Counter({row: times for row, times in gone.items() if texts.files([row[0]]) & named})
        self.beside[unit.agency, unit.day] += gone.total() - ours.total()
        return ours

    def _missing(self, standing: Standing, unit: Unit, gone: Counter[Any]) -> None:
        self.missing[unit.agency, unit.day] += gone.total()
        if self.ledger.replace_days:
            self._take_out(standing.id, gone)
            self._rehash(standing.id)

    def _better(self, unit: int, texts: Described, surplus: Counter[Any], gone: Counter[Any]) -> Counter[Any]:
        """Take out sales of which the statement says more now: a name, a kind or a price that was not read once.

        They leave `gone`; returned are those of `surplus` that take their places.
        """
        out: Counter[Any] = Counter()
        matched: Counter[Any] = Counter()
        for row, left in surplus.items():
            for poorer in list(gone):
                if left and texts.says_more(row, poorer):
                    times = min(left, gone[poorer])
                    out[poorer] += times
                    gone[poorer] -= times
                    matched[row] += times
                    left -= times  # noqa: PLW2901 - what is left of it
        if out := +out:
            self._take_out(unit, out)
        return +matched

    def _take_out(self, unit: int, out: Counter[Any]) -> None:
        """Take sales out of a unit; its digest is to be worked out afterwards."""
        sales.roll_up(self.connection, unit, -1)
        for row, times in out.items():
            self.connection.execute(
                "DELETE FROM sales WHERE unit = ? AND n IN (SELECT n FROM sales WHERE unit = ? AND sold = ?"
                " AND facet = ? AND downloads = ? AND amount = ? AND price IS ? AND rate IS ? LIMIT ?)",
                (unit, unit, *row, times),
            )
        sales.roll_up(self.connection, unit, 1)
        self.connection.execute("UPDATE units SET rows = rows - ? WHERE id = ?", (out.total(), unit))

    def _rehash(self, unit: int) -> None:
        """Work a unit's digest out from its sales."""
        stored = self.connection.execute(
            "SELECT sold, facet, downloads, amount, price, rate FROM sales WHERE unit = ?", [unit]
        ).fetchall()
        columns = dict.fromkeys(COLUMNS, np.zeros(len(stored), np.int64))
        for place, name in enumerate(HASHED):
            columns[name] = np.array([NONE if row[place] is None else row[place] for row in stored], np.int64)
        halves = [int(half.sum(dtype=np.uint64)) for half in row_hashes(Block(columns))]
        self.connection.execute("UPDATE units SET digest = ? WHERE id = ?", (day_digest(*halves), unit))

    def _add(self, standing: Standing, block: Block, rows: list[tuple[int | None, ...]], surplus: Counter[Any]) -> None:
        """Add the sales of a known day that are new."""
        left = surplus.copy()
        places = []
        for place, row in enumerate(rows):
            if left[row]:
                left[row] -= 1
                places.append(place)
        self._put(standing.id, block.take(np.array(places)))
        self._rehash(standing.id)

    def _put(self, unit: int, block: Block) -> None:
        """Add sales behind those of a unit."""
        first = self.connection.execute("SELECT coalesce(max(n), 0) + 1 FROM sales WHERE unit = ?", [unit])
        number = int(first.fetchone()[0])
        self.ledger.add(block, np.full(len(block), unit), np.arange(number, number + len(block)))
        self.connection.execute("UPDATE units SET rows = rows + ? WHERE id = ?", (len(block), unit))

    def restate(self, standing: Standing, unit: Unit, block: Block) -> None:
        """Keep the sum of a day from the statement that ends later or, where both end as late, was made later."""
        end, made, file = self.ledger.units.teller(standing.id)
        later = (date.fromordinal(self.ledger.last).isoformat(), self.ledger.made) >= (end, made)
        if not self.ledger.complete:
            self._restate_parts(standing, unit, block, file, later=later)
            return
        row = self.connection.execute(
            "SELECT coalesce(sum(downloads), 0), coalesce(sum(amount), 0) FROM sales WHERE unit = ?", [standing.id]
        ).fetchone()
        before, after = (int(row[0]), int(row[1])), _sum(block)
        wins = self.ledger.replace_days or later
        if before != after:
            self.restated.append(Restated(unit.agency, unit.start, unit.day, before, after, file, wins=wins))
        if not wins:
            self.ledger.known += unit.rows
            return
        sales.forget_unit(self.connection, standing.id)
        number = self.ledger.units.make(unit)
        if len(block):
            self.ledger.insert(block, [(number, 0, len(block))])
        self.ledger.new += unit.rows

    def _restate_parts(self, standing: Standing, unit: Unit, block: Block, file: str, *, later: bool) -> None:
        """Compare sums file by file and kind by kind: what the statement does not tell stays, and it lowers nothing.

        With `replace_days` it may lower what it tells.
        """
        keys = self._keys(tuples(block, ("sold", "facet")))
        mine: dict[_Key, list[int]] = {}
        for place, key in enumerate(keys):
            mine.setdefault(key, []).append(place)
        stored = self.connection.execute(
            "SELECT n, sold, facet, downloads, amount, statement FROM sales WHERE unit = ?", [standing.id]
        ).fetchall()
        theirs: dict[_Key, list[Any]] = {}
        for row, key in zip(stored, self._keys([(row[1], row[2]) for row in stored]), strict=True):
            theirs.setdefault(key, []).append(row)
        out: list[int] = []
        added: list[int] = []
        for key, places in mine.items():
            before = (sum(row[3] for row in theirs.get(key, ())), sum(row[4] for row in theirs.get(key, ())))
            after = _sum(block.take(np.array(places)))
            if key in theirs and before != after:
                lowers = after[0] < before[0] or after[1] < before[1]
                wins = self.ledger.replace_days or (later and not lowers)
                self.restated.append(
                    Restated(unit.agency, unit.start, unit.day, before, after, file, wins=wins, asks=later and not wins)
                )
                out += [row[0] for row in theirs[key]] if wins else []
                added += places if wins else []
            elif key not in theirs:
                added += places
        for key in theirs.keys() - mine.keys():
            # What this very file said before, and says no longer.
            own = [row[0] for row in theirs[key] if row[5] == self.ledger.statement and self.ledger.replace_days]
            out += own
            self.beside[unit.agency, unit.day] += len(theirs[key]) - len(own)
        self._exchange(standing.id, out, block, added)
        new = int(block.columns["rows"][np.array(added, np.int64)].sum())
        self.ledger.new += new
        self.ledger.known += unit.rows - new

    def _exchange(self, unit: int, out: list[int], block: Block, added: list[int]) -> None:
        """Take sales, by their numbers, out of a unit, and put others in."""
        if not out and not added:
            return
        sales.roll_up(self.connection, unit, -1)
        self.connection.executemany("DELETE FROM sales WHERE unit = ? AND n = ?", [(unit, number) for number in out])
        sales.roll_up(self.connection, unit, 1)
        self.connection.execute(
            "UPDATE units SET rows = rows - ?, statement = ? WHERE id = ?", (len(out), self.ledger.statement, unit)
        )
        if added:
            self._put(unit, block.take(np.array(sorted(added))))
        self._rehash(unit)

    def _keys(self, pairs: list[Any]) -> list[_Key]:
        """Return of files and facets what one sum is of."""
        query = "SELECT kind, currency FROM facets WHERE id = ?"
        words = {facet: self.connection.execute(query, [facet]).fetchone() for facet in {pair[1] for pair in pairs}}
        return [(sold, words[facet][0], words[facet][1]) for sold, facet in pairs]

    def lowers(self, others: Iterable[int], block: Block) -> bool:
        """Tell whether a statement tells less of some days than units of another kind of statement do."""
        keys = Described(self.connection, {(sold, facet) for sold, facet in tuples(block, ("sold", "facet"))})
        here: Counter[tuple[str, str]] = Counter()
        for facet, downloads, amount in tuples(block, ("facet", "downloads", "amount")):
            here["downloads", keys.currency(facet)] += downloads
            here["amount", keys.currency(facet)] += amount
        there: Counter[tuple[str, str]] = Counter()
        files: set[tuple[str, str]] = set()
        for unit in others:
            stored = self.connection.execute(
                "SELECT sold, facet, downloads, amount FROM sales WHERE unit = ?", [unit]
            ).fetchall()
            texts = Described(self.connection, {(row[0], row[1]) for row in stored})
            files |= texts.unnamed(keys)
            for _, facet, downloads, amount in stored:
                there["downloads", texts.currency(facet)] += downloads
                there["amount", texts.currency(facet)] += amount
        return bool(files) or any(here[key] < value for key, value in there.items())


def _sum(block: Block) -> tuple[int, int]:
    return int(block.columns["downloads"].sum()), int(block.columns["amount"].sum())


def _poorer(texts: Described, surplus: Counter[Any], gone: Counter[Any]) -> Counter[Any]:
    """Match sales with known ones of which more is said: those leave `gone`, what is left of `surplus` is returned."""
    left = surplus.copy()
    for row in surplus:
        for fuller in list(gone):
            if left[row] and gone[fuller] and texts.says_more(fuller, row):
                times = min(left[row], gone[fuller])
                left[row] -= times
                gone[fuller] -= times
    return +left
