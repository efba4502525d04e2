"""From a statement's rows to columns of whole numbers: days, amounts, and the catalogue's own numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.earnings.booking.rows.blocks import COLUMNS, NONE, Block
from stockctl.earnings.booking.rows.tables import Counts, Facets, Prices, Rates, SoldFiles
from stockctl.earnings.reading.cells import Cells, Meanings
from stockctl.earnings.statements.layout import RowPlan, SalePlan, Text
from stockctl.earnings.statements.shapes import CellError
from stockctl.earnings.terms.days import DayError, Days
from stockctl.earnings.terms.money import Amounts, parse_amount_in

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from stockctl.earnings.reading.columns import Numbers, Row
    from stockctl.earnings.reading.source import Chunk, Source


# Statements of fewer lines look up what they need, longer ones read all that is known of an agency.
_FEW = 5000


@dataclass(frozen=True)
class Problem:
    """A row that could not be read: its line, its column's name, what stands there, and why."""

    line: int
    column: str
    value: str
    message: str


@dataclass
class Intake:
    """Reads one statement by its plan; keeps what every cell was found to mean.

    `skipped` counts rows that are no sales; `stated` is the statement's own
    (downloads, micro-units).
    """

    connection: sqlite3.Connection
    source: Source
    plan: SalePlan | RowPlan
    problems: list[Problem] = field(default_factory=list)
    skipped: int = 0
    rows: int = 0
    stated: tuple[int, int] | None = None
    stated_line: int = 0

    def __post_init__(self) -> None:
        """Prepare a reader for what the statement may hold."""
        self._facets = Facets(self.connection)
        self._sold = SoldFiles(self.connection, few=self.source.lines < _FEW)
        self.days = Days(self.plan.day_form, self.plan.language, ends=self.plan.spans)
        # Days of which a statement of sums says that nothing was sold.
        self.empty: set[int] = set()
        self._joined: dict[tuple[str, int], list[int]] = {}
        self.contents = self.source.contents(self.plan.start)
        self._sales = (
            _Sales(self.plan, self._facets, self._sold, self.days) if isinstance(self.plan, SalePlan) else None
        )

    @property
    def owners(self) -> list[tuple[str, str, str]]:
        """To whom sales belong: (agency, suffix of the source, contract), as `Block` numbers them."""
        return self._facets.owners

    @property
    def contracts(self) -> int:
        """How many contracts the statement's sales belong to."""
        return len({contract for _, _, contract in self._facets.owners if contract})

    def blocks(self) -> Iterator[Block]:
        """Read the statement to its end.

        Raises:
            StatementError: the table is broken beyond a row.

        """
        for chunk in self.source.chunks(self.plan.start, self.contents):
            if self._sales is None:
                found = list(self._day_by_day(chunk))
            elif (block := self._whole(self._sales, chunk)) is not None:
                found = [block]
            else:
                found = list(self._row_by_row(self._sales, chunk))
            self._sold.write()
            yield from found
        if self._joined:
            yield self._of_joined()
        self._facets.write_terms()

    def _whole(self, sales: _Sales, chunk: Chunk) -> Block | None:
        """Turn a chunk into a block at once; None where a row needs to be looked at."""
        cells = chunk.cells
        if sales.plan.left_out is not None:
            return None
        if cells is None and set(map(len, chunk.rows)) == {self.plan.width}:
            cells = Cells.of(chunk.rows)
        if cells is None or cells.width != self.plan.width:
            return None
        try:
            block = sales.block(cells)
        except ValueError:
            return None
        self.rows += len(cells)
        return block

    def _row_by_row(self, sales: _Sales, chunk: Chunk) -> Iterator[Block]:
        """Keep a chunk's rows that can be read, and say what is wrong with the others."""
        good: list[Row] = []
        for line, row in chunk.numbered():
            if not any(cell.strip() for cell in row):
                continue
            self.rows += 1
            try:
                fitted = sales.checked(row)
            except ValueError as error:
                self._refuse(line, error)
            else:
                self.skipped += fitted is None
                good.extend(() if fitted is None else (fitted,))
        if good:
            yield sales.block(Cells.of(good))

    def _day_by_day(self, chunk: Chunk) -> Iterator[Block]:
        for line, row in chunk.numbered():
            if not any(cell.strip() for cell in row):
                continue
            self.rows += 1
            try:
                block = self._parts(row, line)
            except ValueError as error:
                self._refuse(line, error)
            else:
                self.skipped += block is None
                yield from (block,) if block else ()

    def _refuse(self, line: int, error: ValueError) -> None:
        self.skipped += 1
        told = (error.column, error.text, error.why) if isinstance(error, CellError) else ("", "", str(error))
        self.problems.append(Problem(line, *told))

    def _parts(self, row: Row, line: int) -> Block | None:
        plan = self.plan
        assert isinstance(plan, RowPlan)
        row = fitted(row, plan.width)
        stated = plan.stated(row)
        if stated is not None:
            self.stated, self.stated_line = stated, line
            return None
        try:
            day = self.days[row[plan.day]]
        except DayError as error:
            raise CellError(plan.names[plan.day], row[plan.day], str(error)) from error
        parts = plan.parts(row)
        if not parts:
            if plan.sums:
                self.empty.add(day)
            return None
        # A day's sum belongs together, other income in it too.
        owner = self._facets.owner_of(plan.agency, "")
        found: list[tuple[int, ...]] = []
        for part in parts:
            sold = self._sold.number(plan.agency, part.asset, part.file, part.title)
            facet = self._facets.number(plan.agency, part.kind, part.licence, part.country, plan.currency)
            price = NONE if part.price is None else part.price
            if part.key:
                sums = self._joined.setdefault((part.key, day), [owner, sold, facet, 0, 0, NONE, 0])
                if part.downloads:
                    # The row of the sale says what the others belong to.
                    sums[1:3] = sold, facet
                sums[3] += part.downloads
                sums[4] += part.amount
                sums[5] = price if sums[5] == NONE else sums[5]
                sums[6] += 1
            else:
                found.append((day, 0, owner, sold, facet, part.downloads, part.amount, price, NONE, int(not found)))
        return _block(found)

    def _of_joined(self) -> Block:
        """Return the sales of which several rows told a part."""
        return _block(
            [
                (day, 0, owner, sold, facet, downloads, amount, price, NONE, rows)
                for (_, day), (owner, sold, facet, downloads, amount, price, rows) in sorted(
                    self._joined.items(), key=lambda item: item[0][1]
                )
            ]
        )


def _block(rows: list[tuple[int, ...]]) -> Block:
    """Return sales, given in the order of `COLUMNS`, as a block."""
    columns = np.array(rows, np.int64).reshape(-1, len(COLUMNS)).T
    return Block({name: np.ascontiguousarray(column) for name, column in zip(COLUMNS, columns, strict=True)})


class _Sales:
    """Reads rows that are sales, column by column."""

    def __init__(self, plan: SalePlan, facets: Facets, sold: SoldFiles, days: Days) -> None:
        self.plan, self.facets, self.sold = plan, facets, sold
        self._amounts = Amounts(decimal=plan.decimal, currency=plan.currency)
        self._currency = self._amounts.currency
        cells: list[tuple[str, int | None, dict[str, int], int]] = [
            ("day", plan.day, days, 0),
            ("amount", plan.amount, self._amounts, 0),
            ("period", plan.period, Days("month", plan.language), 0),
            ("price", plan.price, Prices(decimal=plan.decimal, currency=plan.currency), NONE),
            ("rate", plan.rate, Rates(percent=plan.percent, decimal=plan.decimal), NONE),
            ("downloads", plan.downloads, Counts(), 1),
        ]
        self._missing = {name: missing for name, place, _, missing in cells if place is None}
        self._tables = {name: (place, table) for name, place, table, _ in cells if place is not None}
        self._meanings = {
            name: Meanings((place,), partial(map, table.__getitem__), plan.day_cut if name == "day" else None)
            for name, (place, table) in self._tables.items()
        }
        if plan.currency_column and plan.currency_column.column is not None:
            columns = (plan.amount, plan.currency_column.column)
            self._meanings["amount"] = Meanings(columns, partial(map, self._amount_in))
        currency = plan.currency_column or Text(read=lambda _: self._amounts.currency or plan.default_currency)
        self._facet_texts = (plan.agency, plan.kind, plan.licence, plan.country, currency)
        self._sold_texts = (plan.agency, plan.asset, plan.file, plan.title)
        self._facet_meanings = _together(self._facet_texts, facets.number)
        self._sold_meanings = _together(self._sold_texts, sold.number)
        contract = [Text(plan.contract), Text(plan.terms)] if plan.contract is not None else []
        self._contract_meanings = _together(tuple(contract), facets.contract) if contract else None

    def block(self, cells: Cells) -> Block:
        """Turn rows of the plan's width into a block.

        Raises:
            ValueError: some cell means nothing.

        """
        length = len(cells)
        found = {name: meanings.of(cells) for name, meanings in self._meanings.items()}
        found |= {name: np.full(length, missing, np.int64) for name, missing in self._missing.items()}
        if self._amounts.currency != self._currency:
            # The first sign in the amounts' column says what all of it is in.
            self._currency = self._amounts.currency
            self._facet_meanings = _together(self._facet_texts, self.facets.number)
        facet = found["facet"] = self._facet_meanings.of(cells)
        sold = found["sold"] = self._sold_meanings.of(cells)
        found["owner"] = self._owners(facet, cells)
        found["rows"] = np.ones(length, np.int64)
        if self.plan.downloads is None:
            # A refund is no download; a licence that paid nothing is one.
            found["downloads"] = (found["amount"] >= 0).astype(np.int64)
        if self.facets.income and self.sold.nameless:
            # A bonus or a fund's share names no file: it is income without a sale.
            none = np.isin(facet, list(self.facets.income)) & np.isin(sold, list(self.sold.nameless))
            found["downloads"] = np.where(none, 0, found["downloads"])
        return Block({name: found[name] for name in COLUMNS})

    def _amount_in(self, text: str, currency: str) -> int:
        """Read an amount whose row says what it is in."""
        assert self.plan.currency_column
        return parse_amount_in(text, self.plan.currency_column.read(currency), self.plan.decimal)

    def _owners(self, facet: Numbers, cells: Cells) -> Numbers:
        if self._contract_meanings is not None:
            contracts = self._contract_meanings.of(cells)
            pairs, places = np.unique(np.stack([facet, contracts]), axis=1, return_inverse=True)
            numbers = [self.facets.owner(number, contract) for number, contract in pairs.T.tolist()]
            return np.array(numbers, np.int64)[places.reshape(-1)]
        if len(self.facets.owners) == 1:
            return np.zeros(len(facet), np.int64)
        lowest = int(facet.min())
        owners = np.zeros(int(facet.max()) + 1 - lowest, np.int64)
        for number in np.flatnonzero(np.bincount(facet - lowest)).tolist():
            owners[number] = self.facets.owner(number + lowest)
        return owners[facet - lowest]

    def checked(self, row: Row) -> Row | None:
        """Return a row that can be read, in the plan's width; None for a closing row.

        Raises:
            CellError: a cell means nothing, is missing, or is one too many.

        """
        plan = self.plan
        if len(row) > max(plan.day, plan.amount) and plan.closing(row):
            return None
        if plan.left_out is not None and plan.left_out(row):
            return None
        row = fitted(row, plan.width)
        tables: dict[str, tuple[int, Callable[[str], Any]]] = {
            name: (place, table.__getitem__) for name, (place, table) in self._tables.items()
        }
        if plan.currency_column and plan.currency_column.column is not None:
            tables["amount"] = plan.amount, partial(self._amount_in, currency=row[plan.currency_column.column])
        tries: list[tuple[int | None, Callable[[str], Any]]] = [
            *tables.values(),
            *((text.column, text.read) for text in (*self._facet_texts, *self._sold_texts)),
        ]
        for column, read in tries:
            if column is not None:
                try:
                    read(row[column])
                except ValueError as found:
                    raise CellError(plan.names[column], row[column], str(found)) from found
        return [*row[: plan.day], row[plan.day].strip(), *row[plan.day + 1 :]]


def _together(texts: tuple[Text, ...], number: Callable[..., int]) -> Meanings:
    """Return what texts from several columns mean together."""

    def read(*columns: Sequence[str]) -> Iterable[int]:
        raw = iter(columns or ([""],))
        same = [repeat(text.constant, len(columns[0]) if columns else 1) for text in texts]
        found = [constant if text.column is None else next(raw) for text, constant in zip(texts, same, strict=True)]
        return map(number, *[map(text.read, cells) for text, cells in zip(texts, found, strict=True)])

    return Meanings(tuple(text.column for text in texts if text.column is not None), read)


def fitted(row: Row, width: int) -> Row:
    """Return a row of the plan's width; empty cells beyond it are left out.

    Raises:
        CellError: cells are missing, or more than the header names.

    """
    if len(row) == width:
        return row
    if len(row) > width and not any(cell.strip() for cell in row[width:]):
        return row[:width]
    raise CellError("", "", f"the row has {len(row)} columns of {width}")
