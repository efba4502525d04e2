"""Put a statement's sales into the ledger, day by day: what is known is not counted twice, and nothing is lost.

A unit is (agency, source, statement month, contract, day). Its digest is the sum of
its rows' hashes, so the order of the rows does not matter. An equal digest: all of
it is known. Another: of a day's single sales only the surplus copies are added; a
day's sum is told by the statement that ends later or, where both end as late, was
made later.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.catalogue import sales
from stockctl.earnings.booking.blocks import COLUMNS, NONE, Block
from stockctl.earnings.booking.described import Described
from stockctl.earnings.booking.digests import HASHED, day_digest, row_hashes
from stockctl.earnings.booking.sums import Sums
from stockctl.earnings.booking.units import Standing, Unit, Units

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from stockctl.earnings.reading.columns import Numbers

_PLAIN = ("sold", "facet", "downloads", "amount")
# More statement months or owners than this do not fit into one sort key.
_PERIODS, _OWNERS = 1 << 20, 1 << 20
# Sales that are sorted and written together, and those of one INSERT: SQLite runs a long one twice as fast.
_TOGETHER, _INSERTED = 1 << 17, 64


_NOTHING = Block({name: np.zeros(0, np.int64) for name in COLUMNS})


class DisorderedError(Exception):
    """A day came back after it was written: the statement must be sorted first."""


@dataclass(frozen=True)
class Restated:
    """A day, or a span of days, of which two statements tell another sum; both as (downloads, micro-units).

    `file` is the one that told it `before`; the later one `wins` or not.
    """

    agency: str
    first: str
    last: str
    before: tuple[int, int]
    after: tuple[int, int]
    file: str
    wins: bool


@dataclass
class Ledger:
    """Writes one statement's sales; use `write` for blocks in any order, then `finish`.

    `spans` says that a day is the last of a whole month, `made` when the file was
    made (nanoseconds since 1970; 0: not known). `new`, `known`, `skipped` count the
    statement's rows; `restated`, `missing` and `elsewhere` list the days about which
    the person is told.
    """

    connection: sqlite3.Connection
    source: str
    statement: int
    owners: list[tuple[str, str, str]]
    replace_days: bool = False
    spans: bool = False
    made: int = 0
    new: int = 0
    known: int = 0
    skipped: int = 0
    first: int = 0
    last: int = 0
    restated: list[Restated] = field(default_factory=list)
    missing: Counter[tuple[str, str]] = field(default_factory=Counter)
    elsewhere: Counter[tuple[str, str]] = field(default_factory=Counter)
    _waiting: list[Block] = field(default_factory=list)
    _count: int = 0
    _done: set[int] = field(default_factory=set)
    _days: Sums = field(default_factory=lambda: Sums(keys=2))
    _assets: Sums = field(default_factory=lambda: Sums(keys=3))
    _contested: list[tuple[Standing, Unit, Block]] = field(default_factory=list)
    _currencies: list[str] = field(default_factory=list)
    _codes: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    _large: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        """Prepare to look units up."""
        self.units = Units(self.connection, self.statement)

    def write(self, block: Block, *, sums: bool) -> None:
        """Take sales in; whole days are written as soon as another day follows.

        Raises:
            DisorderedError: a day that was written came back.

        """
        self._waiting.append(block)
        self._count += len(block)
        if self._count >= _TOGETHER:
            self._flush(sums=sums, whole=False)

    def finish(self, *, sums: bool, agency: str = "", empty: Iterable[int] = ()) -> None:
        """Write what is left, and the roll-ups; `empty` are the days (ordinals) that `agency` says sold nothing."""
        if self._waiting:
            self._flush(sums=sums, whole=True)
        empty = set(empty)
        if empty:
            self.first, self.last = min(self.first or min(empty), *empty), max(self.last, *empty)
            self._empty(agency, empty)
        # Which statement ends later is known only now.
        for standing, unit, block in self._contested:
            self._restate(standing, unit, block)
        if not self._days.parts:
            return
        day, *rest = (column.tolist() for column in self._days.total())
        texts = {ordinal: date.fromordinal(ordinal).isoformat() for ordinal in set(day)}
        sales.add_totals(
            self.connection, zip(map(texts.__getitem__, day), *rest, strict=True), self._by_asset(self._assets.total())
        )

    def _by_asset(self, totals: list[Numbers]) -> Iterable[tuple[object, ...]]:
        """Return (year, currency, shown, sold, …) in the order in which they are kept."""
        year, code, sold, *sums = totals
        distinct, places = np.unique(sold, return_inverse=True)
        query = "SELECT id, shown FROM sold WHERE id IN (SELECT value FROM json_each(?))"
        files = dict(self.connection.execute(query, [json.dumps(distinct.tolist())]).fetchall())
        shown = np.array([files[number] for number in distinct.tolist()], np.int64)[places]
        order = np.lexsort((sold, shown, code, year))
        found = [column[order].tolist() for column in (year, code, shown, sold, *sums)]
        return zip(found[0], map(self._currencies.__getitem__, found[1]), *found[2:], strict=True)

    def _currency_codes(self, facets: Numbers) -> Numbers:
        """Return each facet's place in `_currencies`."""
        if int(facets.max()) >= len(self._codes):
            rows = self.connection.execute("SELECT id, currency FROM facets ORDER BY id").fetchall()
            self._currencies.extend(sorted({row[1] for row in rows} - set(self._currencies)))
            self._codes, self._large = np.zeros((2, rows[-1][0] + 1), np.int64)
            for row in rows:
                self._codes[row[0]] = self._currencies.index(row[1])
                self._large[row[0]] = sales.LARGE_OF.get(row[1], sales.LARGE)
        return self._codes[facets]

    def _flush(self, *, sums: bool, whole: bool) -> None:
        block = Block.join(self._waiting)
        self._waiting, self._count = [], 0
        if not whole:
            # The last day may go on in what is still to come.
            last = block.columns["day"] == block.columns["day"][-1]
            if last.any():
                self._waiting, self._count = [block.take(last)], int(last.sum())
                block = block.take(~last)
        if not len(block):
            return
        days = block.columns["day"]
        key = (days * _PERIODS + block.columns["period"]) * _OWNERS + block.columns["owner"]
        if (key[1:] < key[:-1]).any():
            order = np.argsort(key, kind="stable")
            block, key = block.take(order), key[order]
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        found = set(key[starts].tolist())
        if found & self._done:
            raise DisorderedError
        self._done |= found
        low, high = int(block.columns["day"][0]), int(block.columns["day"][-1])
        if self.spans:
            low = date.fromordinal(low).replace(day=1).toordinal()
        self.first, self.last = min(self.first or low, low), max(self.last, high)
        self._units(block, starts, sums=sums)

    def _units(self, block: Block, starts: Numbers, *, sums: bool) -> None:
        ends = np.append(starts[1:], len(block))
        halves = [np.add.reduceat(half, starts).tolist() for half in row_hashes(block)]
        rows = np.add.reduceat(block.columns["rows"], starts).tolist()
        heads = {name: block.columns[name][starts].tolist() for name in ("day", "period", "owner")}
        fresh: list[tuple[int, int, int]] = []
        for place, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            digest = day_digest(halves[0][place], halves[1][place])
            agency, suffix, contract = self.owners[heads["owner"][place]]
            source = f"{self.source}/{suffix}" if suffix else self.source
            period = heads["period"][place]
            day = date.fromordinal(heads["day"][place])
            unit = Unit(
                agency=agency,
                source=source,
                period=date.fromordinal(period).isoformat()[:7] if period else "",
                contract=contract,
                day=day.isoformat(),
                first=day.replace(day=1).isoformat() if self.spans else "",
                digest=digest,
                rows=rows[place],
            )
            standing = self.units.standing(unit)
            if standing is None and not self._told_elsewhere(unit):
                fresh.append((self.units.make(unit), start, end))
                self.new += unit.rows
            elif standing is not None and standing.first != unit.first:
                # Booked on the first day of its month, when a month was no span yet.
                sales.forget_unit(self.connection, standing.id)
                fresh.append((self.units.make(unit), start, end))
                self.known += unit.rows
            elif standing is not None and standing.digest == digest:
                self.known += unit.rows
            elif standing is not None:
                self._merge(standing, unit, block.take(slice(start, end)), sums=sums)
        if fresh:
            self._insert(block, fresh)

    def _told_elsewhere(self, unit: Unit) -> bool:
        """Tell whether another kind of statement told this agency's days; the rows are left out, or replace those."""
        others = self.units.elsewhere(unit)
        if not others or (self.replace_days and self.units.replace(unit, others)):
            return False
        self.skipped += unit.rows
        self.elsewhere[unit.agency, unit.day] += unit.rows
        return True

    def _insert(self, block: Block, fresh: list[tuple[int, int, int]]) -> None:
        lengths = np.array([end - start for _, start, end in fresh])
        if int(lengths.sum()) < len(block):
            block = block.take(np.concatenate([np.arange(start, end) for _, start, end in fresh]))
        units = np.repeat(np.array([unit for unit, _, _ in fresh]), lengths)
        numbers = np.arange(1, len(block) + 1) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        self._add(block, units, numbers)

    def _add(self, block: Block, units: Numbers, numbers: Numbers) -> None:
        columns = block.columns
        found = [units, numbers, *(columns[name] for name in _PLAIN)]
        marks = ["?"] * len(found)
        for name in ("price", "rate"):
            # Most layouts have neither; a literal costs nothing per row.
            there = bool((columns[name] != NONE).any())
            marks.append(f"nullif(?, {NONE})" if there else "NULL")
            found.extend((columns[name],) if there else ())
        row = f"({', '.join(marks)}, {self.statement:d})"
        rows = np.column_stack(found)
        whole = len(rows) // _INSERTED * _INSERTED
        for times, part in ((_INSERTED, rows[:whole].reshape(-1, _INSERTED * rows.shape[1])), (1, rows[whole:])):
            values = ", ".join([row] * times)
            self.connection.executemany(f"INSERT INTO sales VALUES {values}", part.tolist())  # noqa: S608 - marks
        downloads, amount, facet = columns["downloads"], columns["amount"], columns["facet"]
        currency, refunds = self._currency_codes(facet), np.minimum(amount, 0)
        large = np.where((downloads == 1) & (amount >= self._large[facet]), amount, 0)
        self._days.add(columns["day"], facet, downloads, amount, refunds, large)
        self._assets.add(_years(columns["day"]), currency, columns["sold"], downloads, amount, refunds)

    def _merge(self, standing: Standing, unit: Unit, block: Block, *, sums: bool) -> None:
        """Bring a known day up to what another statement says of it."""
        if sums:
            self._contested.append((standing, unit, block))
            return
        stored = self.connection.execute(
            "SELECT sold, facet, downloads, amount, price, rate FROM sales WHERE unit = ?", [standing.id]
        ).fetchall()
        before = Counter(tuple(row) for row in stored)
        rows = [tuple(None if value == NONE else value for value in row) for row in _tuples(block, HASHED)]
        surplus = Counter(rows) - before
        gone = before - Counter(rows)
        replaced = self._better(standing.id, surplus, gone) if surplus and gone else 0
        gone = +gone
        ours = standing.contract == unit.contract
        if gone and ours:
            self.missing[unit.agency, unit.day] += gone.total()
        if gone and ours and self.replace_days:
            sales.forget_unit(self.connection, standing.id)
            self._insert(block, [(self.units.make(unit), 0, len(block))])
        elif surplus:
            self._add_surplus(standing, block, rows, surplus)
        self.new += surplus.total() - replaced
        self.known += unit.rows - surplus.total() + replaced

    def _better(self, unit: int, surplus: Counter[Any], gone: Counter[Any]) -> int:
        """Take out sales of which the statement says more now: a name, a kind or a price that was not read once.

        They leave `gone`; those in `surplus` that take their places are counted.
        """
        texts = Described(self.connection, {row[:2] for row in (*surplus, *gone)})
        out: Counter[Any] = Counter()
        for row, left in surplus.items():
            for poorer in list(gone):
                if left and texts.says_more(row, poorer):
                    times = min(left, gone[poorer])
                    out[poorer] += times
                    gone[poorer] -= times
                    left -= times  # noqa: PLW2901 - what is left of it
        out = +out
        if not out:
            return 0
        sales.roll_up(self.connection, unit, -1)
        for row, times in out.items():
            self.connection.execute(
                "DELETE FROM sales WHERE unit = ?1 AND n IN (SELECT n FROM sales WHERE unit = ?1 AND sold = ?2"
                " AND facet = ?3 AND downloads = ?4 AND amount = ?5 AND price IS ?6 AND rate IS ?7 LIMIT ?8)",
                (unit, *row, times),
            )
        sales.roll_up(self.connection, unit, 1)
        self.connection.execute("UPDATE units SET rows = rows - ? WHERE id = ?", (out.total(), unit))
        return out.total()

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

    def _add_surplus(
        self, standing: Standing, block: Block, rows: list[tuple[int | None, ...]], surplus: Counter[Any]
    ) -> None:
        """Add the sales of a known day that are new."""
        left = surplus.copy()
        places = []
        for place, row in enumerate(rows):
            if left[row]:
                left[row] -= 1
                places.append(place)
        added = block.take(np.array(places))
        top = self.connection.execute("SELECT coalesce(max(n), 0) FROM sales WHERE unit = ?", [standing.id])
        first = top.fetchone()[0] + 1
        self._add(added, np.full(len(added), standing.id), np.arange(first, first + len(added)))
        self.connection.execute("UPDATE units SET rows = rows + ? WHERE id = ?", (len(added), standing.id))
        self._rehash(standing.id)

    def _restate(self, standing: Standing, unit: Unit, block: Block) -> None:
        """Keep the sum of a day from the statement that ends later or, where both end as late, was made later."""
        row = self.connection.execute(
            "SELECT coalesce(sum(downloads), 0), coalesce(sum(amount), 0) FROM sales WHERE unit = ?", [standing.id]
        ).fetchone()
        before = (int(row[0]), int(row[1]))
        after = (int(block.columns["downloads"].sum()), int(block.columns["amount"].sum()))
        end, made, file = self.units.teller(standing.id)
        wins = self.replace_days or (date.fromordinal(self.last).isoformat(), self.made) >= (end, made)
        if before != after:
            self.restated.append(Restated(unit.agency, unit.start, unit.day, before, after, file, wins=wins))
        if not wins:
            self.known += unit.rows
            return
        sales.forget_unit(self.connection, standing.id)
        number = self.units.make(unit)
        if len(block):
            self._insert(block, [(number, 0, len(block))])
        self.new += unit.rows

    def _empty(self, agency: str, days: Iterable[int]) -> None:
        """Take in the days of which the statement says that nothing was sold."""
        for ordinal in sorted(days):
            day = date.fromordinal(ordinal).isoformat()
            unit = Unit(agency, self.source, "", "", day, "", day_digest(0, 0), 0)
            standing = self.units.standing(unit)
            if standing is None:
                self.units.make(unit)
            elif standing.digest != unit.digest:
                self._contested.append((standing, unit, _NOTHING))


def _tuples(block: Block, names: Iterable[str]) -> list[tuple[int, ...]]:
    return list(zip(*(block.columns[name].tolist() for name in names), strict=True))


def _years(days: Numbers) -> Numbers:
    """Return the year of each ordinal."""
    distinct, inverse = np.unique(days, return_inverse=True)
    return np.array([date.fromordinal(day).year for day in distinct.tolist()], np.int64)[inverse]


def stage(connection: sqlite3.Connection, blocks: Iterable[Block]) -> Iterable[Block]:
    """Sort blocks by day on disk and give them back: a statement in no order may be larger than memory."""
    connection.execute("DROP TABLE IF EXISTS temp.staged")
    connection.execute(f"CREATE TEMP TABLE staged ({', '.join(f'{name} INTEGER' for name in COLUMNS)})")
    marks = ", ".join("?" * len(COLUMNS))
    for block in blocks:
        connection.executemany(f"INSERT INTO staged VALUES ({marks})", _tuples(block, COLUMNS))  # noqa: S608 - marks
    found = connection.execute("SELECT * FROM staged ORDER BY day, period, owner, rowid")
    while rows := found.fetchmany(1 << 16):
        columns = zip(*rows, strict=True)
        yield Block({name: np.array(column, np.int64) for name, column in zip(COLUMNS, columns, strict=True)})
    connection.execute("DROP TABLE temp.staged")
