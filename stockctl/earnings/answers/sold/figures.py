"""What a contributor asks of a year, or any period: how spread, how fast it turns over, what rises and falls."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stockctl.catalogue.sent import ledger
from stockctl.catalogue.sold import worked_out
from stockctl.catalogue.sold.sales import NOT_EARNED
from stockctl.earnings.answers.money.lines import NOT_TOLD
from stockctl.earnings.answers.sold.files import by_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.answers.period import Period

# Sales are compared over so many days with as many before, and so many files told that rise, and that fall.
_SPAN, _TOLD = 91, 5
_EARNED = f"f.kind NOT IN ({', '.join(repr(kind) for kind in NOT_EARNED)})"


@dataclass(frozen=True)
class Trend:
    """A file whose sales changed: amounts of the last quarter of a year and of the one before."""

    name: str
    currency: str
    before: int
    after: int


@dataclass(frozen=True)
class Figures:
    """One currency's period.

    Amounts in micro-units. `last_year` is what the same days of the year before brought;
    `best_fifth` the share that the best 20 % of the files sold bring, in per
    cent; `spread` how many agencies of equal weight would be as diverse, `themes`
    how many shoots (folders of the catalogue; 0: none is known);
    `online` the files that were sent and arrived (0: nothing is known), `sold`
    how many sold at least once; `half_life` in years, None without four years
    of sales.
    """

    currency: str
    amount: int
    downloads: int
    last_year: int
    best_fifth: int
    new_files: int
    macro: int
    spread: Decimal
    themes: Decimal
    online: int
    sold: int
    half_life: Decimal | None
    rising: tuple[Trend, ...]
    falling: tuple[Trend, ...]

    @property
    def per_file(self) -> int | None:
        """What a file online brought in the year, in micro-units."""
        return self.amount // self.online if self.online else None


def figures(catalogue: Catalogue, period: Period, agency: str = "") -> tuple[Figures, ...]:
    """Return the figures of a period, the currency with the most downloads first."""
    last = catalogue.rows(
        f"SELECT max(t.day) FROM day_totals t JOIN facets f ON f.id = t.facet WHERE {_EARNED}"  # noqa: S608 - fixed texts
        " AND t.day BETWEEN ? AND ? AND (? = '' OR f.agency = ?)",
        (*period.days, agency, agency),
    )[0][0]
    if last is None:
        return ()
    until = date.fromisoformat(last)
    told = period.until(until)
    this, before = _by_agency(catalogue, told, agency), _by_agency(catalogue, told.year_before, agency)
    files = _by_file(catalogue, period, agency)
    macro = _macro(catalogue, period, agency)
    trends = _trends(catalogue, until, agency)
    shoots = _shoots(catalogue, period, agency)
    online = ledger.arrived(catalogue, agency)
    found = []
    for currency in this:
        amounts = [amount for amount, _ in this[currency].values()]
        sold, new, best = files.get(currency, (0, 0, 0))
        changed = [trend for trend in trends if trend.currency == currency]
        found.append(
            Figures(
                currency=currency,
                amount=sum(amounts),
                downloads=sum(downloads for _, downloads in this[currency].values()),
                last_year=sum(amount for amount, _ in before.get(currency, {}).values()),
                best_fifth=best,
                new_files=new,
                macro=macro.get(currency, 0),
                spread=_spread(amounts),
                themes=_spread(shoots.get(currency, [])),
                online=online,
                sold=sold,
                half_life=_half_life(catalogue, currency, period.last.year, agency),
                rising=tuple(sorted(changed, key=lambda one: one.before - one.after)[:_TOLD]),
                falling=tuple(sorted(changed, key=lambda one: one.after - one.before)[:_TOLD]),
            )
        )
    return tuple(sorted(found, key=lambda one: -one.downloads))


def _shoots(catalogue: Catalogue, period: Period, agency: str) -> dict[str, list[int]]:
    """Return what each shoot brought, by currency."""

    def work_out() -> list[list[Any]]:
        lines = by_file(catalogue, "shoot", period, agency)
        return [[line.currency, line.amount] for line in lines if line.key != NOT_TOLD]

    # Files move without a sale being changed.
    files = catalogue.rows("SELECT count(*), coalesce(max(rowid), 0) FROM files")[0]
    found: dict[str, list[int]] = defaultdict(list)
    question = f"shoots {period} {agency} {files[0]}/{files[1]}"
    for currency, amount in worked_out.kept(catalogue, question, work_out, period.days):
        found[currency].append(amount)
    return found


def _by_agency(catalogue: Catalogue, period: Period, agency: str) -> dict[str, dict[str, tuple[int, int]]]:
    """Return (amount, downloads) by currency and agency."""
    found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in catalogue.rows(
        "SELECT f.currency, f.agency, sum(t.amount), sum(t.downloads) FROM day_totals t"  # noqa: S608 - fixed texts
        f" JOIN facets f ON f.id = t.facet WHERE {_EARNED} AND t.day BETWEEN ? AND ? AND (? = '' OR f.agency = ?)"
        " GROUP BY f.currency, f.agency",
        (*period.days, agency, agency),
    ):
        found[row[0]][row[1]] = (row[2], row[3])
    return found


def _by_file(catalogue: Catalogue, period: Period, agency: str) -> dict[str, tuple[int, int, int]]:
    """Return by currency: files sold, what files that never sold before brought, the best fifth's share in per cent."""
    # What sold before is not new, so that all days until its last have a say.
    days = ("", period.days[1])
    rows = worked_out.kept(catalogue, f"files {period} {agency}", lambda: _count_files(catalogue, period, agency), days)
    return {currency: (sold, new, best) for currency, sold, new, best in rows}


def _count_files(catalogue: Catalogue, period: Period, agency: str) -> list[list[Any]]:
    from stockctl.earnings.answers.sold import by_year

    if period.year:
        return by_year.of_year(catalogue, period.year, agency)
    files: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for currency, *line in _files_of_days(catalogue, period, agency):
        files[currency].append((line[0], line[1], line[2]))
    return [by_year.counted(currency, lines) for currency, lines in files.items()]


def _files_of_days(catalogue: Catalogue, period: Period, agency: str) -> Iterator[tuple[str, int, int, int]]:
    """Return of each file of some days, which no roll-up has, currency, amount, downloads and whether it is new."""
    within = (
        "SELECT s.sold, s.facet, sum(s.downloads) AS downloads, sum(s.amount) AS amount FROM units u CROSS JOIN sales s"
        " ON s.unit = u.id WHERE u.day BETWEEN {} AND {} AND (:agency = '' OR u.agency = :agency) GROUP BY 1, 2"
    )
    named = "JOIN facets f ON f.id = g.facet JOIN sold d ON d.id = g.sold"
    rows = catalogue.rows(
        "WITH earlier AS MATERIALIZED (SELECT currency, shown FROM asset_totals WHERE year < :year"  # noqa: S608 - fixed texts
        f" UNION SELECT f.currency, d.shown FROM ({within.format(':begin', ':before')}) g {named} WHERE {_EARNED})"
        " SELECT f.currency, sum(g.amount), sum(g.downloads), (f.currency, d.shown) NOT IN earlier"
        f" FROM ({within.format(':first', ':last')}) g {named} WHERE {_EARNED} AND d.name <> '' GROUP BY 1, d.shown",
        {
            "year": period.first.year,
            "begin": f"{period.first.year}-01-01",
            "before": str(period.first - timedelta(days=1)),
            "first": str(period.first),
            "last": str(period.last),
            "agency": agency,
        },
    )
    for row in rows:
        yield row[0], row[1], row[2], row[3]


def _macro(catalogue: Catalogue, period: Period, agency: str) -> dict[str, int]:
    """Return by currency what single sales of a large amount brought; sums of a day have none."""
    rows = catalogue.rows(
        "SELECT f.currency, sum(t.large) FROM day_totals t JOIN facets f ON f.id = t.facet"  # noqa: S608 - fixed texts
        f" WHERE {_EARNED} AND t.day BETWEEN ? AND ? AND (? = '' OR f.agency = ?) GROUP BY f.currency",
        (*period.days, agency, agency),
    )
    return {row[0]: row[1] for row in rows}


def _spread(amounts: list[int]) -> Decimal:
    """Return the effective number of sources: the inverse of Herfindahl's index of their shares."""
    positive = [amount for amount in amounts if amount > 0]
    total = sum(positive)
    if not total:
        return Decimal(0)
    return (Decimal(total * total) / sum(amount * amount for amount in positive)).quantize(Decimal("0.1"))


def _trends(catalogue: Catalogue, until: date, agency: str) -> list[Trend]:
    """Return the files whose sales changed most between the last span of days and the one before."""
    middle, start = until - timedelta(days=_SPAN), until - timedelta(days=2 * _SPAN)

    def work_out() -> list[list[Any]]:
        from stockctl.earnings.answers.sold import trends

        return trends.changed(catalogue, start, middle, until, agency, _TOLD)

    names = "SELECT name FROM sold WHERE id = ?"
    rows = worked_out.kept(catalogue, f"trends {until} {agency}", work_out, (str(start), str(until)))
    return [
        Trend(catalogue.rows(names, [shown])[0][0], currency, before, after) for currency, shown, before, after in rows
    ]


def _half_life(catalogue: Catalogue, currency: str, year: int, agency: str) -> Decimal | None:
    """Return after how many years a file brings half, from what files bring by their age (log-linear fit).

    A file's first year of sales is its ramp-up and is left out; fewer than four
    years of age say nothing (xpiks and Steve Heap, 2023).
    """

    def work_out() -> list[list[Any]]:
        from stockctl.earnings.answers.sold import by_year

        return by_year.by_age(catalogue, currency, year, agency)

    # Kept over the year: what it brings has no say.
    days = ("", f"{year - 1}-12-31")
    rows = worked_out.kept(catalogue, f"half-life {currency} {year} {agency}", work_out, days)
    points = [(row[0], (Decimal(row[1]) / row[2]).ln()) for row in rows if row[0] >= 1 and row[1] > 0]
    if len(points) < 4:
        return None
    count = len(points)
    mean_age = Decimal(sum(age for age, _ in points)) / count
    mean_log = sum((log for _, log in points), Decimal(0)) / count
    slope = sum(((age - mean_age) * (log - mean_log) for age, log in points), Decimal(0)) / sum(
        (age - mean_age) ** 2 for age, _ in points
    )
    return (Decimal(2).ln() / -slope).quantize(Decimal("0.1")) if slope < 0 else None
