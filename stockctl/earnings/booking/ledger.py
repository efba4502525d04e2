"""Put a statement's sales into the ledger, day by day: what is known is not counted twice, and nothing is lost.

A unit is (agency, source, statement month, contract, day). Its digest is the sum of
its rows' hashes, so the order of the rows does not matter. An equal digest: all of
it is known. Another: of a day's single sales only the surplus copies are added; a
day's sum is told by the statement that ends later or, where both end as late, was
made later. What a statement does not cover stays (known_days).
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.sold import month_sums, sales, year_sums
from stockctl.earnings.booking.known_days import KnownDays
from stockctl.earnings.booking.rows.blocks import COLUMNS, NONE, Block, tuples
from stockctl.earnings.booking.rows.digests import day_digest, row_hashes
from stockctl.earnings.booking.rows.sums import Sums
from stockctl.earnings.booking.rows.units import Standing, Unit, Units

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from stockctl.earnings.reading.columns import Numbers

_PLAIN = ("sold", "facet", "downloads", "amount")
# More statement months or owners than this do not fit into one sort key.
_PERIODS, _OWNERS = 1 << 20, 1 << 20
# Sales that are sorted and written together, and those of one INSERT: SQLite runs a long one twice as fast.
_TOGETHER, _INSERTED = 1 << 17, 64
_EPOCH, _DAY = date(1970, 1, 1).toordinal(), 86_400 * 10**9

_NOTHING = Block({name: np.zeros(0, np.int64) for name in COLUMNS})


class DisorderedError(Exception):
    """A day came back after it was written: the statement must be sorted first."""


@dataclass
class Ledger:
    """Writes one statement's sales; use `write` for blocks in any order, then `finish`.

    `spans` says that a day is the last of a whole month, `made` when the file was
    made (nanoseconds since 1970; 0: not known), `complete` that it holds every sale of
    the days that it tells. `new`, `known`, `skipped` count the statement's rows;
    `known_days` and `elsewhere` list the days about which the person is told, `short`
    those of `elsewhere` of which another kind of statement told more.
    """

    connection: sqlite3.Connection
    source: str
    statement: int
    owners: list[tuple[str, str, str]]
    replace_days: bool = False
    spans: bool = False
    complete: bool = True
    made: int = 0
    new: int = 0
    known: int = 0
    skipped: int = 0
    first: int = 0
    last: int = 0
    elsewhere: Counter[tuple[str, str]] = field(default_factory=Counter)
    short: Counter[tuple[str, str]] = field(default_factory=Counter)
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
        self.known_days = KnownDays(self)
        self._months = month_sums.Adding(self.connection)

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
        # A day of which another row tells sales has them.
        empty = self._past(empty) - {key // _OWNERS // _PERIODS for key in self._done}
        if empty:
            self.first, self.last = min(self.first or min(empty), *empty), max(self.last, *empty)
            self._empty(agency, empty)
        # Which statement ends later is known only now.
        for standing, unit, block in self._contested:
            self.known_days.restate(standing, unit, block)
        self._months.write()
        if not self._days.parts:
            return
        day, *rest = (column.tolist() for column in self._days.total())
        texts = {ordinal: date.fromordinal(ordinal).isoformat() for ordinal in set(day)}
        assets = self._by_asset(self._assets.total())
        with year_sums.adding(self.connection, self._years(assets)):
            by_asset = [column.tolist() for column in assets]
            by_asset[1] = list(map(self._currencies.__getitem__, by_asset[1]))
            sales.add_totals(
                self.connection,
                zip(map(texts.__getitem__, day), *rest, strict=True),
                zip(*by_asset, strict=True),
            )

    def _years(self, assets: list[Numbers]) -> Iterable[tuple[int, str, NDArray[np.void]]]:
        """Yield the sums of each year and currency, from what `_by_asset` returns."""
        year, code = assets[:2]
        changes = np.flatnonzero((year[1:] != year[:-1]) | (code[1:] != code[:-1])) + 1
        for place in np.split(np.arange(len(year)), changes):
            sums = np.empty(len(place), np.dtype(year_sums.FIELDS))
            for (name, _), column in zip(year_sums.FIELDS, (assets[2], assets[4], assets[5]), strict=True):
                sums[name] = column[place]
            yield int(year[place[0]]), self._currencies[code[place[0]]], sums

    def _by_asset(self, totals: list[Numbers]) -> list[Numbers]:
        """Return year, place of the currency, shown, sold and the sums, in the order in which they are kept."""
        year, code, sold, *sums = totals
        distinct, places = np.unique(sold, return_inverse=True)
        query = "SELECT id, shown FROM sold WHERE id IN (SELECT value FROM json_each(?))"
        files = dict(self.connection.execute(query, [json.dumps(distinct.tolist())]).fetchall())
        shown = np.array([files[number] for number in distinct.tolist()], np.int64)[places]
        order = np.lexsort((sold, shown, code, year))
        return [column[order] for column in (year, code, shown, sold, *sums)]

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
            if standing is None and not self._told_elsewhere(unit, block, start, end):
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
                part = block.take(slice(start, end))
                if sums:
                    self._contested.append((standing, unit, part))
                else:
                    self.known_days.merge(standing, unit, part)
        if fresh:
            self.insert(block, fresh)

    def _told_elsewhere(self, unit: Unit, block: Block, start: int, end: int) -> bool:
        """Tell whether another kind of statement told this agency's days; the rows are left out, or replace those."""
        others = self.units.elsewhere(unit)
        if not others:
            return False
        # One that may hold a part of the day only takes the place of what it holds all of.
        short = not self.known_days.whole(unit.day) and self.known_days.lowers(
            [one.id for one in others], block.take(slice(start, end))
        )
        if not short and self.replace_days and self.units.replace(unit, others):
            return False
        self.skipped += unit.rows
        (self.short if short else self.elsewhere)[unit.agency, unit.day] += unit.rows
        return True

    def insert(self, block: Block, fresh: list[tuple[int, int, int]]) -> None:
        """Add the sales of new units: each its number, and from where to where its sales stand in the block."""
        lengths = np.array([end - start for _, start, end in fresh])
        if int(lengths.sum()) < len(block):
            block = block.take(np.concatenate([np.arange(start, end) for _, start, end in fresh]))
        units = np.repeat(np.array([unit for unit, _, _ in fresh]), lengths)
        numbers = np.arange(1, len(block) + 1) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        self.add(block, units, numbers)

    def add(self, block: Block, units: Numbers, numbers: Numbers) -> None:
        """Add sales under the numbers of their units and their own in those."""
        columns = block.columns
        names, months = _months(columns["day"])
        self._months.begin(names)
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
        self._add_months(columns, names, months, currency)

    def _add_months(self, columns: dict[str, Numbers], names: list[str], months: Numbers, currency: Numbers) -> None:
        """Add sales to the sums of their months, given the place of each one's; what lies behind is written."""
        part = months * len(self._currencies) + currency
        # Counted, not by `np.unique`, which loads all of numpy's masked arrays.
        for number in np.flatnonzero(np.bincount(part)).tolist():
            month, code = divmod(number, len(self._currencies))
            own = part == number
            sums = month_sums.grouped(*(columns[name][own] for name, _ in month_sums.FIELDS))
            self._months.add(names[month], self._currencies[code], sums)
        self._months.write(names[0])

    def _past(self, days: Iterable[int]) -> set[int]:
        """Return those of the empty days that were over, or nearly, when the statement was made."""
        days = set(days)
        made = _EPOCH + self.made // _DAY
        # A copy may bear any time: one before all of its days says nothing of them.
        told = [day for day in (self.first, min(days, default=0)) if day]
        return {day for day in days if day <= made} if self.made and min(told, default=made) <= made else days

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


def _years(days: Numbers) -> Numbers:
    """Return the year of each ordinal."""
    distinct, inverse = np.unique(days, return_inverse=True)
    return np.array([date.fromordinal(day).year for day in distinct.tolist()], np.int64)[inverse]


def _months(days: Numbers) -> tuple[list[str], Numbers]:
    """Return the months of some ordinals (2026-05), in their order, and the place of each ordinal's."""
    distinct, inverse = np.unique(days, return_inverse=True)
    names, months = np.unique([date.fromordinal(day).isoformat()[:7] for day in distinct], return_inverse=True)
    return names.tolist(), months[inverse]


def stage(connection: sqlite3.Connection, blocks: Iterable[Block]) -> Iterable[Block]:
    """Sort blocks by day on disk and give them back: a statement in no order may be larger than memory."""
    connection.execute("DROP TABLE IF EXISTS temp.staged")
    connection.execute(f"CREATE TEMP TABLE staged ({', '.join(f'{name} INTEGER' for name in COLUMNS)})")
    marks = ", ".join("?" * len(COLUMNS))
    for block in blocks:
        connection.executemany(f"INSERT INTO staged VALUES ({marks})", tuples(block, COLUMNS))  # noqa: S608 - marks
    found = connection.execute("SELECT * FROM staged ORDER BY day, period, owner, rowid")
    while rows := found.fetchmany(1 << 16):
        columns = zip(*rows, strict=True)
        yield Block({name: np.array(column, np.int64) for name, column in zip(COLUMNS, columns, strict=True)})
    connection.execute("DROP TABLE temp.staged")
