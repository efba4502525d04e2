"""A letter to an agency about what the audit found: a plain text to look over and send oneself; nothing is sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.earnings.showing.wording import titled
from stockctl.earnings.terms.money import in_currency, many

if TYPE_CHECKING:
    from datetime import date

    from stockctl.earnings.answers.audit import Doubt
    from stockctl.earnings.run import Report

BEGINS = "(Drafted by stockctl earnings: look it over, and send it yourself.)"
# What an agency can be asked about, by the finding's rule.
_ASKS = {
    "below-minimum": "These downloads were paid less than your least per download. Please look at them.",
    "below-pays": "These subscription downloads were paid less than my level pays at least. Please look at them.",
    "off-rate": "These royalties are not the stated rate of the stated price. Please correct them.",
    "pay-short": "Each of these royalties is a little less than the share of the price that is due. Please tell me how"
    " they were worked out.",
    "rate-lowered": "The royalty rate of these sales is lower than the one that is due. Please tell me why.",
    "off-level": "These royalties are not my level's share of the stated price. Please correct them.",
    "off-tier": "The commission taken from these sales is not that of the tier that I was in. Please correct it.",
    "level-late": "These sales were paid at a lower level's rate, after I had reached the next. Please correct them.",
    "refunded-twice": "These sales were taken back more often than they were made. Please look at them.",
    "refund-without-sale": "I find no sale of the files of these refunds. Please tell me which sale each belongs to.",
    "told-again": "These sales stand in two statements. Please tell me which of them holds.",
    "totals": "The statement's own total is not the sum of its rows. Please tell me which is right.",
    "missing": "These sales stood in an earlier statement and not in the newer one. Please tell me why.",
    "restated": "Two statements tell another sum of the same days. Please tell me what was taken back, and why.",
    "gap": "I have no statement of these months. Please tell me where to find it, or that nothing was sold.",
}


def letter(report: Report, today: date) -> str:
    """Return the text: a part for each agency, with every finding that can be asked about, and its rows."""
    by_agency: dict[str, list[Doubt]] = {}
    for doubt in report.audit:
        if doubt.rule in _ASKS:
            by_agency.setdefault(doubt.agency, []).append(doubt)
    if not by_agency:
        return f"{BEGINS}\n\nNothing to write about: the audit of {report.year} found nothing to ask an agency.\n"
    parts = [_to(agency, doubts, report.year, today) for agency, doubts in by_agency.items()]
    return BEGINS + "\n\n" + "\n\n".join(parts)


def _clean(text: str) -> str:
    """Return a text as one line without control and format characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _to(agency: str, doubts: list[Doubt], year: int, today: date) -> str:
    lines = [
        f"To: {_clean(titled(agency))}, contributor support",
        f"Date: {today.isoformat()}",
        f"Subject: my statements of {year}",
        "",
        "Hello,",
        "",
        f"I went through my statements of {year} and have {many(len(doubts), 'question')}.",
    ]
    for number, doubt in enumerate(doubts, 1):
        lines += ["", f"{number}. {_ASKS[doubt.rule]}", f"   ({_clean(doubt.message)})", ""]
        for row in doubt.rows:
            cells = [row.day, row.file or row.asset or "-", row.licence or "-"]
            cells += [f"paid {in_currency(row.amount, row.currency, 6)}"] if row.amount is not None else []
            cells += [f"price {in_currency(row.price, row.currency, 6)}"] if row.price is not None else []
            cells += [Path(row.statement).name]
            lines.append("   " + "  ".join(map(_clean, cells)))
        if doubt.count > len(doubt.rows):
            lines.append(f"   and {doubt.count - len(doubt.rows):,} more, which I can send")
        if doubt.missing:
            lines.append(f"   In all: {in_currency(doubt.missing, doubt.currency, 6)} {doubt.currency}".rstrip())
    return "\n".join([*lines, "", "Thank you,", "", ""])
