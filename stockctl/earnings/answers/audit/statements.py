"""Are the statements whole: months that are missing, rows that were told twice, totals that do not add up."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from stockctl.earnings.answers.audit.doubts import SALES, SHOWN, Doubt, Row, Severity, doubt
from stockctl.earnings.terms.money import many

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.answers.period import Period

# An agency that sells less often has months without a sale.
_MONTHS = 3
# So many equal rows in two statements' months are no chance.
_EQUAL = 2


def gaps(catalogue: Catalogue, period: Period, today: date, agency: str) -> Iterator[Doubt]:
    """Find months without a sale, from the first one known to last month, that no statement says had none."""
    last_month = today.replace(day=1) - timedelta(days=1)
    months = [month for month in period.months if month <= f"{last_month:%Y-%m}"]
    have: dict[str, set[str]] = defaultdict(set)
    first: dict[str, str] = {}
    for row in catalogue.rows(
        "SELECT f.agency, substr(t.day, 1, 7) AS month FROM day_totals t JOIN facets f ON f.id = t.facet"
        " WHERE (? = '' OR f.agency = ?) AND t.downloads > 0 GROUP BY 1, 2",
        (agency, agency),
    ):
        first[row["agency"]] = min(first.get(row["agency"], row["month"]), row["month"])
        if row["month"] in period.months:
            have[row["agency"]].add(row["month"])
    for name, sold in have.items():
        covered = sold | months_without(catalogue, name, period)
        missing = [month for month in months if month >= first[name] and month not in covered]
        if missing and len(sold) >= _MONTHS:
            text = f"no sales in {', '.join(missing)}: is a statement missing?"
            yield doubt("gap", Severity.INFO, name, text, _around(catalogue, name, missing))


def months_without(catalogue: Catalogue, agency: str, period: Period) -> set[str]:
    """Return the months of a period of which a statement says that on some day nothing was sold."""
    rows = catalogue.rows(
        "SELECT DISTINCT substr(day, 1, 7) FROM units WHERE agency = ? AND rows = 0 AND day BETWEEN ? AND ?",
        (agency, *period.days),
    )
    return {row[0] for row in rows}


def _around(catalogue: Catalogue, name: str, missing: list[str]) -> list[sqlite3.Row]:
    """Return the last sale before each stretch of missing months and the first one after it."""
    rows = []
    for month in missing:
        for beside, when, order in ((_month(month, -1), "max", "DESC"), (_month(month, 1), "min", "ASC")):
            if beside not in missing:
                day = catalogue.rows(
                    f"SELECT {when}(t.day) FROM day_totals t JOIN facets f ON f.id = t.facet"  # noqa: S608 - fixed texts
                    " WHERE f.agency = ? AND t.downloads > 0 AND t.day LIKE ?",
                    (name, f"{beside}-%"),
                )[0][0]
                if day is not None:
                    rows += catalogue.rows(f"{SALES} ORDER BY s.unit, s.n {order} LIMIT 1", (day, day, name, name))
    # One sale may stand between two stretches.
    return [row for place, row in enumerate(rows) if tuple(row) not in {tuple(other) for other in rows[:place]}]


def _month(month: str, step: int) -> str:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + step, 12)
    return f"{year}-{number + 1:02}"


def told_again(catalogue: Catalogue, span: tuple[str, str, str, str]) -> Iterator[Doubt]:
    """Find sales that stand in two statement months: the same day, file, licence and amount."""
    by_agency: dict[str, list[sqlite3.Row]] = defaultdict(list)
    seen: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
    # Few days are told in two months: only their sales are looked at.
    days = (
        "(SELECT agency, contract, day FROM units WHERE period <> '' GROUP BY agency, contract, day"
        " HAVING count(DISTINCT period) > 1)"
    )
    rows = catalogue.rows(
        f"{SALES} AND u.period <> '' AND s.amount > 0 AND (u.agency, u.contract, u.day) IN {days}"
        " ORDER BY u.period, u.day, s.unit, s.n",
        span,
    )
    for row in rows:
        key = (row["agency"], row["contract"], row["day"], row["sold"], row["facet"], row["amount"], row["price"])
        earlier = seen[key]
        # As often as in an earlier month, and no more: what is beyond that is new.
        if any(period < row["period"] and times > earlier[row["period"]] for period, times in earlier.items()):
            by_agency[row["agency"]].append(row)
        earlier[row["period"]] += 1
    for agency, again in by_agency.items():
        if len(again) >= _EQUAL:
            text = f"{many(len(again), 'sale')} of an earlier statement stand in a later one's month again"
            missing = sum(row["amount"] for row in again)
            yield doubt("told-again", Severity.WARNING, agency, text, again, missing=missing)


def overlaps(catalogue: Catalogue, period: Period, agency: str) -> Iterator[Doubt]:
    """Find statements that tell what earlier ones told: it was counted once."""
    for row in catalogue.rows(
        "SELECT id, agency, file, layout, known, rows, first_day, last_day FROM statements WHERE known > 0"
        " AND first_day <= ? AND last_day >= ? AND (? = '' OR agency = ?) ORDER BY id",
        (str(period.last), str(period.first), agency, agency),
    ):
        others = catalogue.rows(
            "SELECT file, first_day, last_day FROM statements WHERE id < ? AND agency = ? AND first_day <= ?"
            " AND last_day >= ? ORDER BY id",
            (row["id"], row["agency"], row["last_day"], row["first_day"]),
        )
        if not others:
            # The same file, read again.
            continue
        shown = tuple(
            Row(one["first_day"], "", one["file"], f"to {one['last_day']}", None, None, one["file"])
            for one in (row, *others)
        )
        text = f"{row['file']}: {row['known']} of its {row['rows']} rows were told before; they are counted once"
        yield Doubt("overlap", Severity.INFO, row["agency"], text, shown[:SHOWN], len(shown))


def notes(catalogue: Catalogue, period: Period, agency: str) -> Iterator[Doubt]:
    """Give back what imports noticed: totals that do not add up, days that were told twice."""
    for row in catalogue.rows(
        "SELECT n.what, n.message, n.line, n.agency AS whose, n.first_day, n.last_day, s.agency, s.file"
        " FROM statement_notes n"
        " JOIN statements s ON s.id = n.statement"
        " WHERE coalesce(s.first_day, ?) <= ? AND coalesce(s.last_day, ?) >= ? AND (? = '' OR s.agency = ?)",
        (*(str(day) for day in (period.first, period.last, period.first, period.first)), agency, agency),
    ):
        where = f"{row['file']}:{row['line']}" if row["line"] else row["file"]
        severity = Severity.WARNING if row["what"] in {"totals", "cut-off", "missing", "restated"} else Severity.INFO
        # What stands in the ledger for the days that the note is about.
        days = (row["first_day"], row["last_day"], row["whose"], row["whose"])
        shown = catalogue.rows(f"{SALES} ORDER BY u.day, s.unit, s.n LIMIT {SHOWN}", days) if days[0] else []
        yield doubt(row["what"], severity, row["agency"], f"{where}: {row['message']}", shown)
