"""A report of earnings as JSON (the contract) and as text for the terminal."""

from __future__ import annotations

import csv
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.catalogue.sold.sales import LARGE, LARGE_OF, MICRO
from stockctl.earnings.terms.money import format_amount, in_currency, per
from stockctl.errors import UsageError
from stockctl.report.table import safe_cell
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from stockctl.earnings.answers.audit import Doubt
    from stockctl.earnings.answers.money.levels import Level
    from stockctl.earnings.answers.money.payouts import Balance
    from stockctl.earnings.answers.sold.figures import Figures
    from stockctl.earnings.booking.imported import Imported
    from stockctl.earnings.run import Failure, Report
    from stockctl.files.output import Output


def document(report: Report) -> dict[str, Any]:
    """Return the report as `--json` prints it."""
    return {
        "command": "earnings",
        "year": report.year,
        "from": report.period.first.isoformat(),
        "to": report.period.last.isoformat(),
        "imported": [_imported(one) for one in report.imported],
        "totals": [
            {
                "agency": total.agency,
                "currency": total.currency,
                "downloads": total.downloads,
                "amount": format_amount(total.amount),
                "refunds": format_amount(total.refunds),
            }
            for total in report.totals
        ],
        "rows": [
            {
                "key": line.key,
                "currency": line.currency,
                "downloads": line.downloads,
                "amount": format_amount(line.amount),
                "per_download": per(line.amount, line.downloads),
            }
            for line in report.rows
        ],
        "levels": [_level(level) for level in report.levels],
        "audit": [_doubt(doubt) for doubt in report.audit],
        "converted": {
            "currency": report.converted.currency,
            "amount": format_amount(report.converted.amount),
            "by_agency": {name: format_amount(amount) for name, amount in report.converted.by_agency},
            "without_rate": list(report.converted.missing),
        }
        if report.converted
        else None,
        "figures": [_figures(one) for one in report.figures],
        "balances": [_balance(one) for one in report.balances],
        "costs": [
            {
                "shoot": one.shoot,
                "currency": one.currency,
                "cost": format_amount(one.cost),
                "earned": format_amount(one.earned),
                "profit": format_amount(one.profit),
                "broke_even_in": one.even,
            }
            for one in report.costs
        ],
        "batches": [
            {
                "month": one.month,
                "currency": one.currency,
                "files": one.files,
                "files_sold": one.sold,
                "earned": format_amount(one.earned),
                "per_file": format_amount(one.per_file),
                "half_in_months": one.half_in,
                "half_life_months": str(one.half_life) if one.half_life is not None else None,
            }
            for one in report.batches
        ],
        "uncovered": {agency: list(months) for agency, months in report.uncovered.items()},
        "errors": [_failure(failure) for failure in report.errors],
    }


def _imported(one: Imported) -> dict[str, Any]:
    return {
        "file": one.file,
        "agency": one.agency,
        "layout": one.layout,
        "provenance": one.provenance.value,
        "rows": one.rows,
        "new": one.new,
        "known": one.known,
        "skipped": one.skipped,
        "notes": [note.message for note in one.notes],
    }


def _doubt(doubt: Doubt) -> dict[str, Any]:
    return {
        "rule": doubt.rule,
        "severity": doubt.severity.value,
        "agency": doubt.agency,
        "message": doubt.message,
        "count": doubt.count,
        "missing": format_amount(doubt.missing) if doubt.missing else None,
        "currency": doubt.currency or None,
        "rows": [
            {
                "day": row.day,
                "asset": row.asset,
                "file": row.file,
                "licence": row.licence,
                "amount": format_amount(row.amount) if row.amount is not None else None,
                "price": format_amount(row.price) if row.price is not None else None,
                "statement": row.statement,
            }
            for row in doubt.rows
        ],
    }


def write_csv(report: Report, output: Output) -> None:
    """Write the grouped rows as a table for a spreadsheet (UTF-8 with byte order mark).

    Raises:
        UsageError: it cannot be written there.

    """
    with output.text(encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([report.by, "currency", "downloads", "amount", "per_download"])
        for line in report.rows:
            each = per(line.amount, line.downloads) or ""
            writer.writerow([safe_cell(line.key), line.currency, str(line.downloads), format_amount(line.amount), each])


def browse(catalogue: Path) -> None:
    """Serve the catalogue on this machine with Datasette until it is interrupted.

    Raises:
        UsageError: Datasette is not installed.

    """
    # Beside the interpreter first: an environment need not be activated for its programs to be found.
    program = shutil.which("datasette", path=str(Path(sys.executable).parent)) or shutil.which("datasette")
    if program is None:
        raise UsageError("Datasette is not installed", hint="pipx install datasette, then run this again")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    echo(f"the catalogue: http://127.0.0.1:{port}/ (Ctrl-C ends it)", err=True)
    where = ["--host", "127.0.0.1", "--port", port, "--open"]
    subprocess.run([program, "serve", str(catalogue.absolute()), *where], check=False)  # noqa: S603 - the catalogue's own path


def in_short(one: Figures) -> list[tuple[str, str, str]]:
    """Return one currency's figures in words: name, value, and what is to be known about it."""

    def share(part: int, whole: int) -> str:
        return f"{part * 100 // whole} %" if whole > 0 else "–"

    # A few sales of one old statement are nothing to compare with.
    comparable = one.last_year * 10 >= one.amount
    change = f"{(one.amount - one.last_year) * 100 // one.last_year:+} %" if one.last_year > 0 and comparable else "–"
    per_file = in_currency(one.per_file, one.currency, 4) if one.per_file is not None else "–"
    online = f"{one.online:,} files online" if one.online else "how many are online is known from `submit` only"
    half_life = f"{one.half_life} years" if one.half_life else "–"
    large = LARGE_OF.get(one.currency, LARGE)
    return [
        ("Same days of the year before", in_currency(one.last_year, one.currency), change),
        ("Per download (RPD)", per(one.amount, one.downloads, one.currency) or "–", ""),
        ("Per file online (RPI)", per_file, online),
        ("Files that sold", f"{one.sold:,}", f"sell-through {share(one.sold, one.online)}" if one.online else ""),
        ("The best 20 % of the files bring", f"{one.best_fifth} %", "of what is told per file"),
        ("Files that never sold before", in_currency(one.new_files, one.currency), share(one.new_files, one.amount)),
        (
            "Large licences (macrostock)",
            in_currency(one.macro, one.currency),
            f"{share(one.macro, one.amount)}, of {large // MICRO:,} and more each",
        ),
        ("Spread over agencies", str(one.spread), "as diverse as so many of equal weight"),
        ("Spread over shoots", str(one.themes or "–"), "of what is sold of the catalogue's folders"),
        ("Half-life of a file", half_life, "told from four years on"),
    ]


def _figures(one: Figures) -> dict[str, Any]:
    return {
        "currency": one.currency,
        "downloads": one.downloads,
        "amount": format_amount(one.amount),
        "last_year": format_amount(one.last_year),
        "per_download": per(one.amount, one.downloads),
        "files_online": one.online or None,
        "per_file_online": format_amount(one.per_file) if one.per_file is not None else None,
        "files_sold": one.sold,
        "best_fifth_percent": one.best_fifth,
        "new_files": format_amount(one.new_files),
        "macro": format_amount(one.macro),
        "spread_agencies": str(one.spread),
        "spread_shoots": str(one.themes),
        "half_life_years": str(one.half_life) if one.half_life else None,
        **{
            name: [
                {"file": trend.name, "before": format_amount(trend.before), "after": format_amount(trend.after)}
                for trend in trends
            ]
            for name, trends in (("rising", one.rising), ("falling", one.falling))
        },
    }


def _balance(one: Balance) -> dict[str, Any]:
    return {
        "agency": one.agency,
        "currency": one.currency,
        "earned": format_amount(one.earned),
        "paid": format_amount(one.paid),
        "tax": format_amount(one.tax),
        "unpaid": format_amount(one.unpaid),
        "minimum": format_amount(one.minimum) if one.minimum is not None else None,
        "reached_on": one.reached.isoformat() if one.reached else None,
        "paid_by": one.paid_on.isoformat() if one.paid_on else None,
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "path": failure.path,
        "error": failure.error.message,
        "where": failure.error.where,
        "hint": failure.error.hint,
    }


def _level(level: Level) -> dict[str, Any]:
    scheme, following, exact = level.scheme, level.following, level.low == level.high
    number = level.number
    step = scheme.steps[number - 1] if number is not None else None
    money = scheme.money

    def count(value: int) -> int | str:
        return format_amount(value) if money else value

    return {
        "agency": scheme.agency,
        "kind": scheme.kind,
        "year": level.year,
        "window": scheme.window,
        "counts": scheme.counts,
        "downloads": count(level.low) if exact else None,
        "downloads_range": None if exact else [count(level.low), count(level.high)],
        "as_of": level.as_of.isoformat() if level.as_of else None,
        "level": number,
        "name": step.name if step else None,
        "rate": step.rate if step else None,
        "pays": step.pays if step else None,
        "next_level": number + 1 if following and number is not None else None,
        "next_starts_after": (count(following.start) if money else following.start - 1) if following else None,
        "remaining": count(level.remaining) if level.remaining is not None else None,
        "reached": [
            {"level": one.level, "on": one.on.isoformat() if one.on else None}
            | ({"between": [day.isoformat() for day in one.between]} if one.between else {})
            | ({"paid_from": one.paid_from.isoformat()} if one.paid_from else {})
            for one in level.reached
        ],
        "began_at_level": level.began,
        "keeps_level_after": count(level.keep) if level.keep is not None else None,
        "keeps_level_until": level.until.isoformat() if level.keep is not None and level.until else None,
        "next_month": {
            "from": level.coming.on.isoformat(),
            "downloads": [count(level.coming.low), count(level.coming.high)],
        }
        if level.coming
        else None,
        "expected_next_on": level.expected.isoformat() if level.expected else None,
        "expected_next_range": [day.isoformat() if day else None for day in level.expected_range]
        if level.expected_range
        else None,
        "reset": {
            "on": level.reset.on.isoformat(),
            "rate": level.reset.rate,
            "costs": format_amount(level.reset.costs, 2) if level.reset.costs is not None else None,
            "currency": level.reset.currency,
        }
        if level.reset
        else None,
        "files": [{"level": step.name, "files": files} for step, files in zip(scheme.steps, level.files, strict=False)],
        "note": scheme.note,
        "source": scheme.source,
        "confidence": scheme.confidence,
    }
