"""From a statement's rows to columns of whole numbers: days, amounts, and the catalogue's own numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.catalogue.sales import facet_id
from stockctl.earnings.days import DayError, Days
from stockctl.earnings.money import Amounts, parse_amount
from stockctl.earnings.reading import Chunk
from stockctl.earnings.statements.layout import RowPlan, SalePlan, Text
from stockctl.earnings.statements.shapes import CellError, count

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from stockctl.earnings.reading import Row, Source

Numbers = np.ndarray[Any, np.dtype[np.int64]]

# A number that no price and no rate has: there is none.
NONE = int(np.iinfo(np.int64).min)
COLUMNS = ("day", "period", "owner", "sold", "facet", "downloads", "amount", "price", "rate", "rows")


@dataclass(frozen=True)
class Problem:
    """A row that could not be read: its line, its column's name, what stands there, and why."""

    line: int
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class Block:
    """Sales as columns of equal length.

    `day` is an ordinal, `period` one too (0: none), `owner` a number in
    `Intake.owners`; amounts and prices in micro-units, rates in millionths;
    `rows` is 1 where a row of the statement begins, 0 for its further parts.
    """

    columns: dict[str, Numbers]

    def __len__(self) -> int:
        """Return the number of sales."""
        return len(self.columns["day"])

    def take(self, places: Any) -> Block:  # noqa: ANN401 - whatever indexes an array
        """Return the sales at some places."""
        return Block({name: column[places] for name, column in self.columns.items()})

    @staticmethod
    def join(blocks: list[Block]) -> Block:
        """Return blocks one after the other."""
        if len(blocks) == 1:
            return blocks[0]
        return Block({name: np.concatenate([block.columns[name] for block in blocks]) for name in COLUMNS})


class _Keys(dict[tuple[str, ...], int]):
    """Tuples of raw texts to the catalogue's numbers, each distinct tuple looked up once."""

    def __init__(self, texts: tuple[Text, ...], number: Any) -> None:  # noqa: ANN401 - a function of texts
        super().__init__()
        self.texts, self.number = texts, number
        self.columns = tuple(text.column for text in texts if text.column is not None)

    def __missing__(self, raw: tuple[str, ...]) -> int:
        cells = iter(raw)
        found: int = self.number(
            *[text.read(text.constant if text.column is None else next(cells)) for text in self.texts]
        )
        self[raw] = found
        return found

    def numbers(self, columns: Sequence[Sequence[str]], length: int) -> Numbers:
        if not self.columns:
            return np.full(length, self[()], np.int64)
        raw = zip(*[columns[place] for place in self.columns], strict=True)
        return np.fromiter(map(self.__getitem__, raw), np.int64, length)


class _Sold:
    """The catalogue's numbers of sold files: an agency's are read once, new ones written together by `write`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._next = int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM sold").fetchone()[0])
        self._known: dict[str, dict[tuple[str, str], int]] = {}
        self._untitled: set[int] = set()
        self._new: list[tuple[int | str, ...]] = []

    def number(self, agency: str, asset: str, file: str, title: str) -> int:
        known = self._known.get(agency)
        if known is None:
            query = "SELECT asset, file, id, title FROM sold WHERE agency = ?"
            rows = self.connection.execute(query, [agency]).fetchall()
            known = self._known[agency] = {(row[0], row[1]): row[2] for row in rows}
            self._untitled |= {row[2] for row in rows if not row[3]}
        found = known.get((asset, file))
        if found is None:
            found = known[asset, file] = self._next
            self._next += 1
            self._new.append((found, agency, asset, file, title, file or asset))
        elif title and found in self._untitled:
            self._untitled.discard(found)
            self.connection.execute("UPDATE sold SET title = ? WHERE id = ?", (title, found))
        return found

    def write(self) -> None:
        self.connection.executemany(
            "INSERT INTO sold (id, agency, asset, file, title, name) VALUES (?, ?, ?, ?, ?, ?)", self._new
        )
        self._new = []


class _Rates(dict[str, int]):
    """Royalty rates as millionths; empty cells as none."""

    def __init__(self, *, percent: bool) -> None:
        super().__init__()
        self.percent = percent

    def __missing__(self, text: str) -> int:
        plain = text.strip()
        percent = self.percent or plain.endswith("%")
        micro = parse_amount(plain.rstrip("% "))[0] if plain else NONE
        self[text] = micro // 100 if percent and plain else micro
        return self[text]


class _Prices(Amounts):
    """Prices that a buyer paid; empty cells as none."""

    def __missing__(self, text: str) -> int:
        if not text.strip():
            self[text] = NONE
            return NONE
        return super().__missing__(text)


class _Counts(dict[str, int]):
    """Numbers of downloads."""

    def __missing__(self, text: str) -> int:
        self[text] = count(text, "downloads")
        return self[text]


@dataclass
class Intake:
    """Reads one statement by its plan; keeps what every cell was found to mean.

    `owners` lists (agency, suffix of the source): what has no conflict with a
    day's sales from another statement has a suffix. `skipped` counts rows that
    are no sales; `stated` is the statement's own (downloads, micro-units).
    """

    connection: sqlite3.Connection
    source: Source
    plan: SalePlan | RowPlan
    owners: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: int = 0
    rows: int = 0
    stated: tuple[int, int] | None = None
    stated_line: int = 0

    def __post_init__(self) -> None:
        """Prepare a reader for every column."""
        plan = self.plan
        self._days = Days(form=plan.day_form)
        self._facet_owner: dict[int, int] = {}
        self._income: set[int] = set()
        self._nameless: set[int] = set()
        self._facets: dict[tuple[str, ...], int] = {}
        self._sold_files = _Sold(self.connection)
        if isinstance(plan, SalePlan):
            self._amounts = Amounts(decimal=plan.decimal, currency=plan.currency)
            self._prices = _Prices(decimal=plan.decimal, currency=plan.currency)
            self._rates = _Rates(percent=plan.percent)
            self._counts = _Counts()
            self._periods = Days(form="month")
            currency = plan.currency_column or Text(read=self._currency)
            self._facet_keys = _Keys((plan.agency, plan.kind, plan.licence, plan.country, currency), self._facet)
            self._sold_keys = _Keys((plan.agency, plan.asset, plan.file, plan.title), self._sold)

    def _currency(self, _: str) -> str:
        assert isinstance(self.plan, SalePlan)
        return self._amounts.currency or self.plan.default_currency

    def _facet(self, agency: str, kind: str, licence: str, country: str, currency: str) -> int:
        key = (agency, kind, licence, country, currency)
        if key not in self._facets:
            number = facet_id(self.connection, *key)
            self._facets[key] = number
            owner = (agency, "" if kind != "other" else "other")
            if kind == "other":
                self._income.add(number)
            if owner not in self.owners:
                self.owners.append(owner)
            self._facet_owner[number] = self.owners.index(owner)
        return self._facets[key]

    def _sold(self, agency: str, asset: str, file: str, title: str) -> int:
        number = self._sold_files.number(agency, asset, file, title)
        if not asset and not file:
            self._nameless.add(number)
        return number

    def blocks(self) -> Iterator[Block]:
        """Read the statement to its end.

        Raises:
            StatementError: the table is broken beyond a row.

        """
        for chunk in self.source.chunks(self.plan.start):
            block = self._whole(chunk)
            yield from self._pieces(chunk.numbered()) if block is None else [block]
        self._sold_files.write()

    def _whole(self, chunk: Chunk) -> Block | None:
        """Turn a chunk into a block at once; None where a row needs to be looked at."""
        if not isinstance(self.plan, SalePlan):
            return None
        columns: Sequence[Sequence[str]] | None = chunk.columns
        if columns is None:
            rows = chunk.rows or []
            if set(map(len, rows)) == {self.plan.width}:
                columns = list(zip(*rows, strict=True))
        if columns is None or len(columns) != self.plan.width:
            return None
        try:
            block = self._sales(columns)
        except ValueError:
            return None
        self.rows += len(chunk)
        return block

    def _pieces(self, rows: list[tuple[int, Row]]) -> Iterator[Block]:
        """Turn rows into blocks: halves of them as long as something is wrong, so that one row is looked at alone."""
        if isinstance(self.plan, SalePlan) and len(rows) > 1:
            block = self._whole(Chunk(0, rows=[row for _, row in rows]))
            if block is not None:
                yield block
                return
            middle = len(rows) // 2
            yield from self._pieces(rows[:middle])
            yield from self._pieces(rows[middle:])
            return
        for line, row in rows:
            if not any(cell.strip() for cell in row):
                continue
            self.rows += 1
            try:
                found = self._sale(row) if isinstance(self.plan, SalePlan) else self._parts(row, line)
            except ValueError as error:
                self.skipped += 1
                self.problems.append(Problem(line, *_told(error)))
                continue
            if found is None:
                self.skipped += 1
            else:
                yield found

    def _sales(self, columns: Sequence[Sequence[str]]) -> Block:
        plan = self.plan
        assert isinstance(plan, SalePlan)
        length = len(columns[0])
        amount = np.fromiter(map(self._amounts.__getitem__, columns[plan.amount]), np.int64, length)
        days = columns[plan.day]
        if plan.day_cut is not None and len(days[0]) > plan.day_cut:
            days = [text.strip()[: plan.day_cut] for text in days]
        facet = self._facet_keys.numbers(columns, length)
        owners = self._facet_owner
        found = {
            "day": np.fromiter(map(self._days.__getitem__, days), np.int64, length),
            "owner": np.zeros(length, np.int64)
            if len(self.owners) == 1
            else np.fromiter(map(owners.__getitem__, facet.tolist()), np.int64, length),
            "sold": self._sold_keys.numbers(columns, length),
            "facet": facet,
            "amount": amount,
            "rows": np.ones(length, np.int64),
        }
        for name, place, cells, missing in (
            ("period", plan.period, self._periods, 0),
            ("price", plan.price, self._prices, NONE),
            ("rate", plan.rate, self._rates, NONE),
        ):
            found[name] = (
                np.full(length, missing, np.int64)
                if place is None
                else np.fromiter(map(cells.__getitem__, columns[place]), np.int64, length)
            )
        # A refund is no download; a licence that paid nothing is one.
        found["downloads"] = (
            np.where(amount < 0, 0, 1)
            if plan.downloads is None
            else np.fromiter(map(self._counts.__getitem__, columns[plan.downloads]), np.int64, length)
        )
        if self._income and self._nameless:
            # A bonus or a fund's share names no file: it is income without a sale.
            none = np.isin(facet, list(self._income)) & np.isin(found["sold"], list(self._nameless))
            found["downloads"] = np.where(none, 0, found["downloads"])
        return Block({name: found[name] for name in COLUMNS})

    def _fitted(self, row: Row) -> Row:
        """Return a row of the plan's width; empty cells beyond it are left out.

        Raises:
            CellError: cells are missing, or more than the header names.

        """
        width = self.plan.width
        if len(row) == width:
            return row
        if len(row) > width and not any(cell.strip() for cell in row[width:]):
            return row[:width]
        raise CellError("", "", f"the row has {len(row)} columns of {width}")

    def _sale(self, row: Row) -> Block | None:
        plan = self.plan
        assert isinstance(plan, SalePlan)
        if len(row) > max(plan.day, plan.amount) and plan.closing(row):
            return None
        row = self._fitted(row)
        try:
            return self._sales([[cell] for cell in row])
        except ValueError as error:
            raise self._located(row, error) from error

    def _located(self, row: Row, error: ValueError) -> CellError:
        """Find the cell that cannot be read."""
        plan = self.plan
        assert isinstance(plan, SalePlan)
        tries: list[tuple[int | None, Any]] = [
            (plan.day, self._days.__getitem__),
            (plan.amount, self._amounts.__getitem__),
            (plan.period, self._periods.__getitem__),
            (plan.price, self._prices.__getitem__),
            (plan.rate, self._rates.__getitem__),
            (plan.downloads, self._counts.__getitem__),
            *((text.column, text.read) for text in (*self._facet_keys.texts, *self._sold_keys.texts)),
        ]
        for column, read in tries:
            if column is not None:
                try:
                    read(row[column])
                except ValueError as found:
                    return CellError(plan.names[column], row[column], str(found))
        return CellError("", "", str(error))

    def _parts(self, row: Row, line: int) -> Block | None:
        plan = self.plan
        assert isinstance(plan, RowPlan)
        row = self._fitted(row)
        stated = plan.stated(row)
        if stated is not None:
            self.stated, self.stated_line = stated, line
            return None
        try:
            day = self._days[row[plan.day]]
        except DayError as error:
            raise CellError(plan.names[plan.day], row[plan.day], str(error)) from error
        parts = plan.parts(row)
        if not parts:
            return None
        found: dict[str, list[int]] = {name: [] for name in COLUMNS}
        for number, part in enumerate(parts):
            facet = self._facet(plan.agency, part.kind, part.licence, part.country, plan.currency)
            values = {
                "day": day,
                "period": 0,
                # A day's sum belongs together, other income in it too.
                "owner": self._day_owner(plan.agency),
                "sold": self._sold_number(plan.agency, part.asset, part.file),
                "facet": facet,
                "downloads": part.downloads,
                "amount": part.amount,
                "price": NONE,
                "rate": NONE,
                "rows": int(number == 0),
            }
            for name, value in values.items():
                found[name].append(value)
        return Block({name: np.array(column, np.int64) for name, column in found.items()})

    def _day_owner(self, agency: str) -> int:
        if (agency, "") not in self.owners:
            self.owners.append((agency, ""))
        return self.owners.index((agency, ""))

    def _sold_number(self, agency: str, asset: str, file: str) -> int:
        return self._sold_files.number(agency, asset, file, "")


def _told(error: ValueError) -> tuple[str, str, str]:
    if isinstance(error, CellError):
        return error.column, error.text, error.why
    return "", "", str(error)
