"""A campaign's reports as JSON and as terminal text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from stockctl.agencies.agency import Confidence
from stockctl.campaign.counts import asked, said
from stockctl.campaign.dependence import per_hour, per_thousand
from stockctl.earnings.terms.money import format_amount
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from stockctl.agencies.agency import Limit
    from stockctl.campaign.pay import Settled
    from stockctl.campaign.profiles import Platform
    from stockctl.campaign.run import Checked, Due, Listing, Paid

_MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "✓"}
_WIDTH = 78


def checked_json(report: Checked) -> dict[str, Any]:
    """Return the document of `campaign check --json`."""
    return {
        "command": "campaign",
        "brief": str(report.brief.path),
        "path": str(report.path),
        "findings": [
            {"rule": point.rule, "severity": point.severity.value, "message": point.message, "hint": point.hint}
            for point in report.points
        ],
        "verdict": report.verdict,
        "bound": report.bound or None,
    }


def checked_lines(report: Checked) -> Iterator[str]:
    """Yield each point with its mark, and what mends those that are missed; the verdict last."""
    yield f"{report.path}  for “{report.brief.title}” ({report.brief.brand}, {report.brief.platform})"
    for point in report.points:
        yield f"  {_MARKS[point.severity]} {point.rule}: {point.message}"
        if point.hint and point.severity is not Severity.INFO:
            yield f"      {point.hint}"
    missed = sum(point.severity is Severity.ERROR for point in report.points)
    warned = sum(point.severity is Severity.WARNING for point in report.points)
    counts = [f"{missed} to mend"] if missed else []
    counts += [f"{warned} to look at"] if warned else []
    yield f"{report.verdict}" + (f": {', '.join(counts)}" if counts else "")
    if report.bound:
        yield f"It is now {report.bound}: submit holds it back (`stockctl campaign drop` lets it go)."


def paid_json(report: Paid) -> dict[str, Any]:
    """Return the document of `campaign pay --json`."""
    currency = report.brief.pay.currency
    return {
        "command": "campaign",
        "brief": str(report.brief.path),
        "posts": [_post_json(report, one) for one in report.posts],
        "totals": [
            {
                "currency": currency,
                "expected": format_amount(report.totals.expected),
                "approved": format_amount(report.totals.approved),
                "pending": format_amount(report.totals.pending),
                "paid": format_amount(report.totals.paid),
                "owed": format_amount(report.totals.owed),
                "points": report.totals.points,
                "views": report.totals.views,
                "per_thousand_views": per_thousand(report.totals.approved, report.totals.approved_views),
                "hours": _hours(report.totals.hours),
                "per_hour": per_hour(report.totals.expected, report.totals.hours),
            }
        ],
        "asked": asked(report.brief.wanted, report.brief.counts),
        "missing": dict(report.missing),
        "booked": report.booked,
        "warnings": list(report.warnings),
        "errors": [{"path": one.where, "error": one.message, "hint": one.hint} for one in report.errors],
    }


def _post_json(report: Paid, one: Settled) -> dict[str, Any]:
    last = one.reading
    return {
        "url": one.post.url,
        "kind": one.post.kind or None,
        "posted_at": one.post.first.posted_at.isoformat(),
        "read_at": last.read_at.isoformat(),
        "views": last.views,
        "likes": last.likes,
        "comments": last.comments,
        "shares": last.shares,
        "engagement_pct": f"{100 * last.reactions / last.views:.2f}" if last.views else None,
        "model": report.brief.pay.model,
        "amount": None if one.amount is None else format_amount(one.amount),
        "currency": report.brief.pay.currency,
        "points": one.points if report.brief.pay.in_points else None,
        "status": one.status,
        "paid": format_amount(one.paid),
        "owed": format_amount(one.owed),
        "final": one.final,
        "why": list(one.why),
    }


def _hours(hours: Fraction) -> str | None:
    return f"{float(hours):g}" if hours else None


def paid_lines(report: Paid) -> Iterator[str]:
    """Yield each post with what it earns and why, and the sums."""
    pay, totals = report.brief.pay, report.totals
    yield f"“{report.brief.title}” ({report.brief.brand}, {report.brief.platform}): {pay.model}, in {pay.currency}"
    for one in report.posts:
        amount = "not known yet" if one.amount is None else format_amount(one.amount)
        points = f" ({one.points:,} points)" if pay.in_points else ""
        paid = f", paid {format_amount(one.paid)}" if one.paid else ""
        yield ""
        yield f"{one.post.url}"
        yield f"  {one.status}: {one.reading.views:,} views, {amount}{points}{paid}"
        for reason in one.why:
            yield f"      {reason}"
    yield ""
    yield (
        f"expected {format_amount(totals.expected)} {totals.currency}: approved {format_amount(totals.approved)}, "
        f"pending {format_amount(totals.pending)}; paid {format_amount(totals.paid)}, owed {format_amount(totals.owed)}"
    )
    rate, hour = per_thousand(totals.approved, totals.approved_views), per_hour(totals.expected, totals.hours)
    if rate:
        yield f"{rate} for 1,000 views" + (f", {hour} for an hour of work ({float(totals.hours):g} h)" if hour else "")
    if report.missing:
        yield f"still missing: {said(report.missing)}"
    yield from _warnings(report.warnings)


def listing_json(listing: Listing) -> dict[str, Any]:
    """Return the document of `campaign list --json`."""
    return {
        "command": "campaign",
        "briefs": [_due_json(due) for due in listing.briefs],
        "warnings": list(listing.warnings),
    }


def _due_json(due: Due) -> dict[str, Any]:
    brief = due.brief
    return {
        "brief": brief.path,
        "key": brief.key,
        "title": brief.title,
        "brand": brief.brand,
        "platform": brief.platform,
        "model": brief.model,
        "opens": brief.opens.isoformat(),
        "closes": brief.closes.isoformat(),
        "draft_due": brief.draft_due.isoformat() if brief.draft_due else None,
        "exclusive": brief.claim if brief.exclusive_until else None,
        "wanted": brief.wanted or None,
        "posted": due.posted,
        "asked": asked(brief.wanted, brief.counts),
        "missing": due.missing,
        "statuses": {
            status: sum(post.status == status for post in due.posts)
            for status in dict.fromkeys(post.status for post in due.posts)
        },
        "currency": brief.currency,
        "paid": format_amount(due.paid),
        "owed": format_amount(due.owed),
        "next": due.next,
    }


def listing_lines(listing: Listing) -> Iterator[str]:
    """Yield each brief with what is next, and what came in."""
    if not listing.briefs:
        yield "no briefs yet: stockctl campaign check BRIEF.toml FILE --caption TEXT"
    for due in listing.briefs:
        brief = due.brief
        posted = f"{due.posted} of {brief.wanted} posted" if brief.wanted else f"{due.posted} posted"
        yield f"{brief.title}  ({brief.brand}, {brief.platform})"
        lacking = f" (missing: {said(due.missing)})" if brief.counts and due.missing else ""
        yield f"  closes {brief.closes:%Y-%m-%d}; {posted}{lacking}; next: {due.next}"
        if due.posts:
            yield f"  paid {format_amount(due.paid)} {brief.currency}, owed {format_amount(due.owed)}"
    yield from _warnings(listing.warnings)


def _warnings(warnings: Iterable[str]) -> Iterator[str]:
    for warning in warnings:
        yield f"! {warning}"


def platforms_json(platforms: Iterable[Platform]) -> dict[str, Any]:
    """Return the document of `campaign platforms --json`."""
    return {
        "command": "campaign",
        "platforms": [
            {
                "name": one.name,
                "title": one.title,
                "note": one.note,
                "facts": {key: fact.to_json() for key, fact in one.facts.items()},
            }
            for one in platforms
        ],
    }


def platforms_lines(platforms: Iterable[Platform]) -> Iterator[str]:
    """Yield each platform with what is known of it, and what is not."""
    for one in platforms:
        yield f"{one.title}  ({one.name})"
        yield from textwrap.wrap(one.note, _WIDTH, initial_indent="  ", subsequent_indent="  ")
        for key, fact in one.facts.items():
            if fact.confidence is not Confidence.UNKNOWN:
                text = f"{key}: {_value(fact)}  [{fact.confidence.value}: {fact.source}]"
                yield from textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="      ")
        unknown = [key for key, fact in one.facts.items() if fact.confidence is Confidence.UNKNOWN]
        if unknown:
            yield f"  not known: {', '.join(unknown)}"
        yield ""


def _value(fact: Limit) -> str:
    return ", ".join(map(str, fact.value)) if isinstance(fact.value, list) else str(fact.value)
