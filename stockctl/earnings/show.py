"""A report of earnings as JSON (the contract) and as text for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockctl.earnings.money import format_amount, per

if TYPE_CHECKING:
    from stockctl.earnings.importing import Imported
    from stockctl.earnings.levels import Level
    from stockctl.earnings.run import Failure, Report


def document(report: Report) -> dict[str, Any]:
    """Return the report as `--json` prints it."""
    return {
        "command": "earnings",
        "year": report.year,
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
        "audit": list(report.audit),
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
    money = scheme.counts == "amount"

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
            for one in level.reached
        ],
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
        "source": scheme.source,
        "confidence": scheme.confidence,
    }
