"""A campaign's reports as JSON and as terminal text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from stockctl.agencies.agency import Confidence
from stockctl.campaign.money.amounts import unit_of, written
from stockctl.campaign.money.counts import asked, said
from stockctl.campaign.money.dependence import per_hour, per_thousand
from stockctl.earnings.terms.money import format_amount
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from stockctl.agencies.agency import Limit
    from stockctl.campaign.money.accounting import Paid
    from stockctl.campaign.money.pay import Settled
    from stockctl.campaign.profiles import Platform
    from stockctl.campaign.run import Checked, Due, Listing

_MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "✓"}
_WIDTH = 78
# Rules of a platform that a brief leaves open, in words.
_RULES = {
    "whole_units": "whole thousands of views are paid (pay.whole_units = false counts each view)",
    "min_views_of": 'the least views are those of all posts together (pay.min_views_of = "post" counts each)',
}


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
        mark = "?" if point.rule == "platform-asks" else _MARKS[point.severity]
        yield f"  {mark} {point.rule}: {point.message}"
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
    currency, text = report.brief.pay.currency, format_amount
    return {
        "command": "campaign",
        "brief": str(report.brief.path),
        "posts": [_post_json(report, one) for one in report.posts],
        "totals": [
            {
                "currency": currency,
                "expected": text(report.totals.expected),
                "approved": text(report.totals.approved),
                "pending": text(report.totals.pending),
                "paid": text(report.totals.paid),
                "owed": text(report.totals.owed),
                "points": report.totals.points,
                "views": report.totals.views,
                "per_thousand_views": per_thousand(report.totals.approved, report.totals.approved_views),
                "paid_per_thousand_views": per_thousand(report.totals.paid, report.totals.paid_views),
                "withdrawal": _withdrawal_json(report),
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
    last, text = one.reading, format_amount
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
        "amount": None if one.amount is None else text(one.amount),
        "currency": report.brief.pay.currency,
        "points": one.points if report.brief.pay.in_points else None,
        "status": one.status,
        "said": one.post.said or None,
        "paid": text(one.paid),
        "owed": text(one.owed),
        "claims": [
            {
                "claim": claim.name,
                "read_at": claim.reading.read_at.isoformat(),
                "views": claim.reading.views,
                "status": claim.reading.status,
                "amount": text(claim.amount),
            }
            for claim in one.claims
        ],
        "final": one.final,
        "why": list(one.why),
    }


def _withdrawal_json(report: Paid) -> dict[str, Any] | None:
    rule, pay = report.brief.pay.withdrawal, report.brief.pay
    if rule is None:
        return None
    return {
        "least": format_amount(rule.least),
        "first_least": format_amount(rule.first_least) if rule.first_least else None,
        "first_days": rule.first_days or None,
        "first_free": rule.first_free,
        "fee": format_amount(rule.costs(report.totals.paid, pay.unit)),
    }


def _withdrawal_line(report: Paid) -> Iterator[str]:
    """Yield what paying the balance out would cost, and whether it is enough for it."""
    rule, pay, paid = report.brief.pay.withdrawal, report.brief.pay, report.totals.paid
    if rule is None or not paid:
        return
    first = f" ({pay.text(rule.first_least)} in the first {rule.first_days} days)" if rule.first_least else ""
    if paid < rule.least:
        yield f"{pay.text(paid)} is less than is paid out: from {pay.text(rule.least)} on{first}"
        return
    free = ", the first time nothing" if rule.first_free else ""
    yield f"paying {pay.text(paid)} out costs {pay.text(rule.costs(paid, pay.unit))}{free}"


def _hours(hours: Fraction) -> str | None:
    return f"{float(hours):g}" if hours else None


def paid_lines(report: Paid) -> Iterator[str]:
    """Yield each post with what it earns and why, and the sums."""
    pay, totals = report.brief.pay, report.totals
    yield f"“{report.brief.title}” ({report.brief.brand}, {report.brief.platform}): {pay.model}, in {pay.currency}"
    for one in report.posts:
        amount = "not known yet" if one.amount is None else pay.text(one.amount)
        points = f" ({one.points:,} points)" if pay.in_points else ""
        paid = f", paid {pay.text(one.paid)}" if one.paid else ""
        word = one.post.said
        status = one.status if word.lower() in {"", one.status} else f"{one.status} ({word})"
        yield ""
        yield f"{one.post.url}"
        yield f"  {status}: {one.reading.views:,} views, {amount}{points}{paid}"
        for claim in one.claims:
            yield (
                f"      claim {claim.name}, {claim.reading.status}: {pay.text(claim.amount)}"
                f" at {claim.reading.views:,} views"
            )
        for reason in one.why:
            yield f"      {reason}"
    yield ""
    yield (
        f"expected {pay.text(totals.expected)} {totals.currency}: approved {pay.text(totals.approved)}, "
        f"pending {pay.text(totals.pending)}; paid {pay.text(totals.paid)}, owed {pay.text(totals.owed)}"
    )
    rate = per_thousand(totals.approved, totals.approved_views, pay.unit)
    hour = per_hour(totals.expected, totals.hours, pay.unit)
    if rate:
        yield f"{rate} for 1,000 views" + (f", {hour} for an hour of work ({float(totals.hours):g} h)" if hour else "")
    if pay.by_platform:
        yield f"counted as {report.brief.platform} counts: {', '.join(_RULES[rule] for rule in pay.by_platform)}"
    yield from _withdrawal_line(report)
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
            unit = unit_of(brief.currency)
            yield f"  paid {written(due.paid, unit)} {brief.currency}, owed {written(due.owed, unit)}"
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
