"""What a layout is: how it is recognised, where it is known from, and which column says what."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, cast

from stockctl import plugins
from stockctl.errors import StockctlError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source


class Provenance(StrEnum):
    """How well a layout is known."""

    OURS = "ours"
    OFFICIAL = "official"
    THIRD_PARTY = "third-party"
    GUESS = "guess"
    PERSON = "your mapping"


@dataclass(frozen=True)
class Text:
    """Where a text is found: in a column, or the same for the whole statement; and how it is read.

    `read` raises ValueError for a text that means nothing.
    """

    column: int | None = None
    constant: str = ""
    read: Callable[[str], str] = str.strip


NOTHING = Text()


@dataclass(frozen=True)
class SalePlan:
    """How to read a statement whose rows are sales, column by column.

    `start` is the number of rows before the first sale; `width` the number of
    columns; `names` what to call them in messages. `downloads`, `price` (what
    the buyer paid) and `rate` (a fraction, or a percentage where `percent`) are
    columns, or None. `sums` says that a row is the sum of a day or, where the
    day's form is `month`, of a month. `closing` tells rows at the end that are no
    sales, `left_out` rows that are none anywhere. `rewritten` says that a spreadsheet
    brought the statement into another form than the agency's. `sure` says that the days cannot
    be meant the other way round. `contract` is what sales of one day are told
    apart by, `terms` what it is called; `stated` is the column that repeats the
    statement's own total, of one contract, on every row.
    """

    start: int
    names: tuple[str, ...]
    day: int
    amount: int
    agency: Text
    day_form: str = "iso"
    language: str = ""
    sure: bool = True
    decimal: str = "."
    currency: str = ""
    default_currency: str = "USD"
    currency_column: Text | None = None
    period: int | None = None
    asset: Text = NOTHING
    file: Text = NOTHING
    title: Text = NOTHING
    kind: Text = NOTHING
    licence: Text = NOTHING
    country: Text = NOTHING
    downloads: int | None = None
    price: int | None = None
    rate: int | None = None
    percent: bool = False
    sums: bool = False
    rewritten: bool = False
    contract: int | None = None
    terms: int | None = None
    stated: int | None = None
    closing: Callable[[Row], bool] = field(default=lambda _: False)
    left_out: Callable[[Row], bool] | None = None

    @cached_property
    def width(self) -> int:
        """The number of columns."""
        return len(self.names)

    @property
    def spans(self) -> bool:
        """Whether a row's day is a whole month."""
        return self.day_form == "month"

    @property
    def day_cut(self) -> int | None:
        """How many characters of the day's column hold the day, where a time may follow and all differ."""
        return 10 if self.day_form in {"iso", "mdy", "dmy"} else None


@dataclass(frozen=True)
class Part:
    """What one row says of one kind and licence; `amount` and `price` (the gross) in micro-units.

    Parts of one day that have the same `key` are one sale: its price and its fee, say.
    """

    kind: str
    licence: str
    downloads: int
    amount: int
    asset: str = ""
    file: str = ""
    country: str = ""
    title: str = ""
    price: int | None = None
    key: str = ""


@dataclass(frozen=True)
class RowPlan:
    """How to read a statement whose rows need a function each: sums of a day, mostly.

    `parts` turns a row into its parts, and raises ValueError with the column's
    name first where a cell is wrong; `stated` returns (downloads, micro-units)
    for the row that repeats the statement's totals, None for any other.
    `sums` says that a row is the sum of a day, which a later statement restates.
    `sure` says that the days cannot be meant the other way round; `month` is the
    first day of the one month in which all must lie, `one_month` that they must
    lie in one, whichever.
    """

    start: int
    names: tuple[str, ...]
    day: int
    agency: str
    parts: Callable[[Row], list[Part]]
    day_form: str = "iso"
    language: str = ""
    sure: bool = True
    one_month: bool = False
    month: date | None = None
    currency: str = "USD"
    stated: Callable[[Row], tuple[int, int] | None] = field(default=lambda _: None)
    closed: bool = False
    sums: bool = True
    rewritten: bool = False
    spans: ClassVar[bool] = False

    @cached_property
    def width(self) -> int:
        """The number of columns."""
        return len(self.names)


Plan = SalePlan | RowPlan


@dataclass(frozen=True)
class Layout:
    """One layout of one agency.

    `id` is its name in reports and for `--as`; `columns` the header as far as it
    is known; `source` and `seen` say who read a real file and when; `family`
    names layouts that tell the same sales the same way; with a `/` in it the layout
    tells sales that no other statement of the agency tells. `complete` says that a
    statement holds every sale of the days that it tells: one of a person's hand, or
    of a layout that was guessed, may hold a few of them. `package` is that of
    others which brought it; `id` and `family` begin with it then.
    """

    id: str
    agency: str
    title: str
    provenance: Provenance
    source: str
    seen: str
    columns: tuple[str, ...]
    family: str
    recognise: Callable[[Source], Plan | None]
    complete: bool = True
    package: str = ""


LAYOUTS: dict[str, Layout] = {}


def layout(
    id_: str,
    *,
    agency: str,
    title: str,
    provenance: Provenance,
    source: str,
    seen: str = "",
    columns: tuple[str, ...] = (),
    family: str = "",
    complete: bool = True,
) -> Callable[[Callable[[Source], Plan | None]], Callable[[Source], Plan | None]]:
    """Register a function that recognises a layout and says how to read it (None: it is another)."""

    def register(recognise: Callable[[Source], Plan | None]) -> Callable[[Source], Plan | None]:
        package = plugins.owner(recognise)
        whole = complete and provenance in {Provenance.OFFICIAL, Provenance.THIRD_PARTY}
        if package:
            name, kind = f"{package}/{id_}", f"{package}-{family or id_}"
            guarded = _guarded(package, id_, recognise)
            LAYOUTS[name] = Layout(
                *(name, agency, title, provenance, source, seen, tuple(columns), kind, guarded, whole), package=package
            )
            return recognise
        LAYOUTS[id_] = Layout(id_, agency, title, provenance, source, seen, columns, family or id_, recognise, whole)
        return recognise

    return register


def _guarded(package: str, name: str, recognise: Callable[[Source], Plan | None]) -> Callable[[Source], Plan | None]:
    """Wrap a layout of others: where it fails the statement is not its own, and that is told once."""

    @functools.wraps(recognise)
    def guarded(source: Source) -> Plan | None:
        try:
            plan = cast("object", recognise(source))
        except StockctlError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is in a package of others
            plugins.fail(package, f"statement {name}: {type(error).__name__}: {error}")
            return None
        if plan is None or isinstance(plan, SalePlan):
            return plan
        if isinstance(plan, RowPlan):
            return replace(plan, parts=_told(package, name, plan.parts))
        plugins.fail(package, f"statement {name}: it gives something else than a plan")
        return None

    return guarded


def _told(package: str, name: str, parts: Callable[[Row], list[Part]]) -> Callable[[Row], list[Part]]:
    """Wrap how a layout of others reads a row: where that fails, the row is one that cannot be read."""

    def told(row: Row) -> list[Part]:
        try:
            return parts(row)
        except ValueError:
            raise
        except Exception as error:
            plugins.fail(package, f"statement {name}: {type(error).__name__}: {error}")
            raise ValueError(f"{package} fails on this row: {type(error).__name__}") from error

    return told


def places(header: Row, *wanted: str) -> list[int] | None:
    """Return where the wanted names stand in a header, capitals and outer blanks apart; None unless all do."""
    plain = [name.strip().casefold() for name in header]
    found = [plain.index(name.casefold()) for name in wanted if name.casefold() in plain]
    return found if len(found) == len(wanted) else None


def place(header: Row, *wanted: str) -> int | None:
    """Return where the first of the wanted names that stands in a header is."""
    for name in wanted:
        found = places(header, name)
        if found:
            return found[0]
    return None


def named(row: Row, count: int) -> tuple[str, ...]:
    """Name columns for messages: by their header where there is one, else by number."""
    return tuple((row[index].strip() if index < len(row) else "") or f"column {index + 1}" for index in range(count))
