"""Was each sale paid right: by its price and rate, by the level in force, by the least that the agency pays."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import gcd, isqrt
from typing import TYPE_CHECKING

from stockctl.catalogue.sold.sales import MICRO
from stockctl.earnings.answers.audit.doubts import SALES, Doubt, Severity, doubt
from stockctl.earnings.answers.steps import tiers
from stockctl.earnings.answers.steps.counting import counted_days
from stockctl.earnings.answers.steps.schemes import rates
from stockctl.earnings.terms.money import format_amount, many
from stockctl.earnings.terms.names import titled

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.answers.money.levels import Level
    from stockctl.earnings.answers.steps.schemes import Scheme

# Agencies round a royalty to the cent; what differs by more was not rounding.
TOLERANCE = MICRO // 100
# What is short on fewer rows may be chance.
_FEWEST = 8

Span = tuple[str, str, str, str]


def by_rate(catalogue: Catalogue, span: Span) -> Iterator[Doubt]:
    """Judge sales whose statement names price and rate: their product, the sum of what is short, the rate itself."""
    by_agency: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in catalogue.rows(f"{SALES} AND s.rate IS NOT NULL ORDER BY u.day, s.unit, s.n", span):
        by_agency[row["agency"]].append(row)
    for agency, rows in by_agency.items():
        priced = [row for row in rows if row["price"] is not None]
        wrong = [row for row in priced if abs(row["amount"] - _product(row)) > TOLERANCE]
        if wrong:
            text = f"{many(len(wrong), 'sale')} were not paid the stated rate of the stated price"
            missing = sum(max(0, _product(row) - row["amount"]) for row in wrong)
            yield doubt("off-rate", Severity.WARNING, agency, text, wrong, missing=missing)
        yield from _short(agency, [(row, _product(row)) for row in priced if row not in wrong])
        yield from _lowered(agency, rows)


def _product(row: sqlite3.Row) -> int:
    return round(Fraction(row["price"] * row["rate"], MICRO))


def _short(agency: str, sales: list[tuple[sqlite3.Row, int]]) -> Iterator[Doubt]:
    """Find what is short by less than a cent on so many sales that it is no rounding: the sum over the rows."""
    if not sales:
        return
    # The smallest unit in which this agency's amounts are told, a cent at the most.
    unit = TOLERANCE
    for row, _ in sales:
        unit = gcd(unit, row["amount"])
    short = [(row, due - row["amount"]) for row, due in sales if row["amount"] < _rounded(due, unit)]
    over = sum(row["amount"] > _rounded(due, unit) for row, due in sales)
    missing = sum(left for _, left in short)
    if len(short) >= _FEWEST and missing >= TOLERANCE and len(short) > over + 3 * isqrt(len(short) + over):
        text = f"{many(len(short), 'sale')} are each short by less than a cent, {format_amount(missing)} in all"
        yield doubt("pay-short", Severity.WARNING, agency, text, [row for row, _ in short], missing=missing)


def _rounded(amount: int, unit: int) -> int:
    return int((Decimal(amount) / unit).quantize(Decimal(1), ROUND_HALF_EVEN)) * unit


def _lowered(agency: str, rows: list[sqlite3.Row]) -> Iterator[Doubt]:
    """Find rates below the least that the agency pays, or below that of nearly all sales of the same sort."""
    least = {kind: int(Decimal(rate) * MICRO) for kind, rate in rates(agency).items()}
    below = [row for row in rows if row["rate"] < least.get(row["kind"], 0)]
    if below:
        percents = ", ".join(sorted({f"{Decimal(row['rate']) / 10_000:f}".rstrip("0").rstrip(".") for row in below}))
        text = f"{many(len(below), 'sale')} at a rate of {percents} %, below the least that {titled(agency)} pays"
        missing = sum(least[row["kind"]] * (row["price"] or 0) // MICRO - row["amount"] for row in below)
        yield doubt("rate-lowered", Severity.WARNING, agency, text, below, missing=max(0, missing))
    sorts: dict[tuple[str, str, str], list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        if row["rate"] >= least.get(row["kind"], 0):
            sorts[row["kind"], row["licence"], row["contract"]].append(row)
    for (kind, licence, _), found in sorts.items():
        usual, times = Counter(row["rate"] for row in found).most_common(1)[0]
        lower = [row for row in found if row["rate"] < usual]
        # One sort of sale has one rate; where many differ it has several.
        if lower and times >= _FEWEST and len(lower) * 10 <= len(found):
            text = (
                f"{many(len(lower), 'sale')} of {licence or kind} at a lower rate than the"
                f" {Decimal(usual) / 10_000:f} % of {times} others"
            )
            missing = sum((usual * (row["price"] or 0)) // MICRO - row["amount"] for row in lower)
            yield doubt("rate-lowered", Severity.WARNING, agency, text, lower, missing=max(0, missing))


def by_level(catalogue: Catalogue, level: Level, span: Span) -> Iterator[Doubt]:
    """Judge sales whose price is stated and rate is not, by the level in force; and what pays a fixed sum at least."""
    yield from _below_minimum(catalogue, level.scheme, span)
    yield from _below_pays(catalogue, level, span)
    if level.held is not None:
        yield from _off_tier(catalogue, level, span)
    elif level.low == level.high:
        yield from _off_level(catalogue, level, span)


def _below_minimum(catalogue: Catalogue, scheme: Scheme, span: Span) -> Iterator[Doubt]:
    """Find downloads that paid less than the agency's least; of a day's sum only the whole can be judged."""
    if not scheme.minimum:
        return
    least = int(Decimal(scheme.minimum) * MICRO)
    marks = ", ".join("?" * len(scheme.kinds))
    single = catalogue.rows(
        f"{SALES} AND u.agency = ? AND f.kind IN ({marks}) AND s.downloads > 0 AND s.amount < ? * s.downloads"
        " AND (d.asset <> '' OR d.file <> '') ORDER BY u.day",
        (*span, scheme.agency, *scheme.kinds, least),
    )
    days = catalogue.rows(
        "SELECT u.day, '' AS asset, '' AS file, '(sum of the day)' AS licence, sum(s.amount) AS amount, NULL AS price,"  # noqa: S608 - marks only
        " min(f.currency) AS currency, sum(s.downloads) AS downloads, coalesce(t.file, u.source) AS statement"
        " FROM units u JOIN sales s ON s.unit = u.id JOIN facets f ON f.id = s.facet"
        " LEFT JOIN statements t ON t.id = s.statement"
        " WHERE u.day BETWEEN ? AND ? AND (? = '' OR u.agency = ?) AND u.agency = ?"
        " AND s.sold IN (SELECT id FROM sold WHERE agency = ? AND asset = '' AND file = '')"
        " GROUP BY u.id HAVING sum(s.downloads) > 0 AND min(s.amount) >= 0"
        f" AND sum(s.amount) < ? * sum(s.downloads) AND sum(f.kind NOT IN ({marks})) = 0 ORDER BY u.day",
        (*span, scheme.agency, scheme.agency, least, *scheme.kinds),
    )
    rows = [*single, *days]
    if rows:
        missing = sum(least * row["downloads"] - row["amount"] for row in rows)
        text = f"{many(len(rows), 'payment')} are below the least of {scheme.minimum} per download"
        yield doubt("below-minimum", Severity.WARNING, scheme.agency, text, rows, missing=missing)


def _below_pays(catalogue: Catalogue, level: Level, span: Span) -> Iterator[Doubt]:
    """Find subscription sales of images below the fixed sum that the level in force pays at least."""
    scheme = level.scheme
    pays = [int(Decimal(step.pays) * MICRO) for step in scheme.steps if step.pays]
    if not pays or len(pays) != len(scheme.steps):
        return
    wrong: list[tuple[sqlite3.Row, int]] = []
    for row in catalogue.rows(
        f"{SALES} AND u.agency = ? AND f.kind = 'image' AND s.downloads = 1 AND s.amount < ?"
        " AND lower(f.licence) LIKE 'subscription%' ORDER BY u.day",
        (*span, scheme.agency, max(pays)),
    ):
        least = pays[_in_force(level, date.fromisoformat(row["day"]))[0] - 1]
        if row["amount"] < least:
            wrong.append((row, least - row["amount"]))
    if wrong:
        text = f"{many(len(wrong), 'subscription sale')} paid less than the level's least"
        missing = sum(left for _, left in wrong)
        yield doubt("below-pays", Severity.WARNING, scheme.agency, text, [row for row, _ in wrong], missing=missing)


def _in_force(level: Level, day: date) -> tuple[int, int]:
    """Return the lowest and the highest level that can be in force on a day: on the very day both rates are right."""
    scheme = level.scheme
    reached = [(one.late, one.paid_from or one.late, one.level) for one in level.reached if one.late]
    dated = {number for _, _, number in reached}
    # What was reached before the window's first sale has no day.
    base = 1
    while base + 1 <= len(scheme.steps) and base + 1 not in dated and level.low >= scheme.steps[base].start:
        base += 1
    low = max((number for on, paid, number in reached if max(on, paid) < day), default=base)
    high = max((number for on, _, number in reached if on <= day), default=base)
    return max(base, low), max(base, high)


def _off_level(catalogue: Catalogue, level: Level, span: Span) -> Iterator[Doubt]:
    """Find sales that were not paid the level's share of the price; and levels that came late."""
    scheme = level.scheme
    shares = [Decimal(step.rate) for step in scheme.steps if step.rate]
    if len(shares) != len(scheme.steps) or not shares:
        return
    wrong: list[sqlite3.Row] = []
    late: list[sqlite3.Row] = []
    fair: list[tuple[sqlite3.Row, int]] = []
    missing = 0
    marks = ", ".join("?" * len(scheme.kinds))
    least = int(Decimal(scheme.minimum or 0) * MICRO)
    for row in catalogue.rows(
        f"{SALES} AND u.agency = ? AND f.kind IN ({marks}) AND s.price > 0 AND s.rate IS NULL ORDER BY u.day",
        (*span, scheme.agency, *scheme.kinds),
    ):
        low, high = _in_force(level, date.fromisoformat(row["day"]))
        dues = {number: max(int(shares[number - 1] * row["price"]), least) for number in range(1, high + 1)}
        if any(_fits(row, dues[number]) for number in range(low, high + 1)):
            fair.append((row, dues[low]))
            continue
        missing += max(0, dues[low] - row["amount"])
        (late if any(_fits(row, dues[number]) for number in range(1, low)) else wrong).append(row)
    if late:
        text = f"{many(len(late), f'{scheme.kind} sale')} were paid at a lower level's rate after the next was reached"
        yield doubt("level-late", Severity.WARNING, scheme.agency, text, late, missing=missing)
    if wrong:
        text = f"{many(len(wrong), f'{scheme.kind} sale')} were not paid the level's share of the stated price"
        yield doubt("off-level", Severity.WARNING, scheme.agency, text, wrong, missing=0 if late else missing)
    yield from _short(scheme.agency, fair)


def _fits(row: sqlite3.Row, due: int) -> bool:
    return bool(abs(row["amount"] - due) <= TOLERANCE)


def _off_tier(catalogue: Catalogue, level: Level, span: Span) -> Iterator[Doubt]:
    """Find sales whose commission is not one of the level that was in force on their day."""
    scheme = level.scheme
    days = counted_days(catalogue, scheme, date(1970, 1, 1), date(level.year + 1, 12, 31))
    followed = tiers.timeline(scheme, days, level.start)
    wrong: list[tuple[sqlite3.Row, int]] = []
    fair: list[tuple[sqlite3.Row, int]] = []
    for row in catalogue.rows(
        f"{SALES} AND u.agency = ? AND s.price > 0 AND s.rate IS NULL ORDER BY u.day", (*span, scheme.agency)
    ):
        day = date.fromisoformat(row["day"])
        dues = [
            int(Decimal(share) * row["price"])
            for place in _tiers_on(followed, day)
            for share in (scheme.steps[place].shares or (scheme.steps[place].rate or "0",))
        ]
        best = min(dues, key=lambda due: abs(due - row["amount"]))
        if _fits(row, best):
            fair.append((row, best))
        else:
            wrong.append((row, max(0, max(dues) - row["amount"])))
    if wrong:
        text = f"the commission of {many(len(wrong), 'sale')} is not that of the level in force"
        missing = sum(left for _, left in wrong)
        yield doubt("off-tier", Severity.WARNING, scheme.agency, text, [row for row, _ in wrong], missing=missing)
    yield from _short(scheme.agency, fair)


def _tiers_on(followed: list[tuple[date, int, int]], day: date) -> Iterable[int]:
    """Return the places of the levels that can hold on a day: before and after its sales."""
    found = [(before, after) for when, before, after in followed if when <= day]
    before, after = found[-1] if found else (followed[0][1], followed[0][1])
    held = followed[len(found) - 1][0] == day if found else False
    return {before, after} if held else {after}
