"""A plan as JSON, as terminal text and as a section of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockctl.earnings.terms.money import format_amount, in_currency
from stockctl.plan.deadlines import State, leads, review_days
from stockctl.plan.niches import TELLING
from stockctl.plan.seasons import MONTHS, SALES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from stockctl.plan.niches import Niche, Spread
    from stockctl.plan.run import Plan, Planned
    from stockctl.report.page import Section

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Groups and seasons that are printed; all stand in the JSON.
_SHOWN = 8


def to_json(plan: Plan) -> dict[str, Any]:
    """Return the document of `plan --json`."""
    return {
        "command": "plan",
        "today": plan.today.isoformat(),
        "months": plan.months,
        "countries": list(plan.countries),
        "events": [_event_json(one) for one in plan.events],
        "seasons": [
            {
                "word": season.word,
                "months": [(season.begins - 1 + ahead) % 12 + 1 for ahead in range(3)],
                "share": round(season.share, 3),
                "sales": season.sales,
            }
            for season in plan.seasons.found
        ],
        "seasons_known": {
            "enough": plan.seasons.enough,
            "months": plan.seasons.months,
            "sales": plan.seasons.sales,
            "needs_months": MONTHS,
            "needs_sales": SALES,
        },
        "niches": [_niche_json(niche) for niche in plan.niches],
        "spread": [_spread_json(one) for one in plan.spread],
        "leads": {name: {key: fact.to_json() for key, fact in facts.items()} for name, facts in leads().items()},
        "notes": list(plan.notes),
    }


def _event_json(one: Planned) -> dict[str, Any]:
    event, days, own = one.event, one.deadlines, one.coverage
    return {
        "name": event.name,
        "day": event.day.isoformat(),
        "until": event.until.isoformat(),
        "estimated": event.estimated,
        "countries": list(event.countries),
        "shoot_by": days.shoot_by.isoformat(),
        "upload_by": days.upload_by.isoformat(),
        "last_day": days.last_day.isoformat(),
        "state": one.state.value,
        "agencies": {name: day.isoformat() for name, day in days.agencies.items()},
        "begin": {name: day.isoformat() for name, day in days.begin.items()},
        "source": event.source,
        "note": event.note,
        "words": list(event.words),
        "files": own.files,
        "sent": dict(own.sent),
        "sold": own.sold,
        "downloads": own.downloads,
    }


def _niche_json(niche: Niche) -> dict[str, Any]:
    return {
        "words": list(niche.words),
        "files": niche.files,
        "online": niche.online,
        "sold": niche.sold,
        "downloads": niche.downloads,
        "sell_through": None if niche.sell_through is None else round(niche.sell_through, 3),
        "earned": {currency: format_amount(amount) for currency, amount in niche.earned.items()},
        "per_file": {
            currency: format_amount(amount // niche.online, 4)
            for currency, amount in niche.earned.items()
            if niche.online
        },
        "telling": niche.telling,
    }


def _spread_json(one: Spread) -> dict[str, Any]:
    return {
        "currency": one.currency,
        "amount": format_amount(one.amount),
        "earning": one.earning,
        "online": one.online,
        "half_from": one.half,
        "best_tenth": round(one.best_tenth, 3),
    }


def to_lines(plan: Plan) -> Iterator[str]:
    """Yield the plan for a terminal: what is to be done first, then what one's own sales say."""
    yield f"{plan.today}: {len(plan.events)} events in {plan.months} months, holidays of {', '.join(plan.countries)}"
    yield from _lead_lines(plan)
    for state, title in (
        (State.UPLOAD_NOW, "upload now"),
        (State.SHOOT_NOW, "shoot now"),
        (State.LATE, "late, but not too late"),
        (State.AHEAD, "ahead"),
        (State.TOO_LATE, "too late: past the last useful day"),
    ):
        chosen = [one for one in plan.events if one.state is state]
        if chosen:
            yield ""
            yield title
            yield from (line for one in chosen for line in _event_lines(one, plan))
    yield ""
    yield from _season_lines(plan)
    yield ""
    yield from _niche_lines(plan)
    yield from (f"note: {note}" for note in plan.notes)


def _event_lines(one: Planned, plan: Plan) -> Iterator[str]:
    event, days = one.event, one.deadlines
    about = " (estimated: it goes by the moon)" if event.estimated else ""
    where = f"  {', '.join(event.countries)}" if event.countries else ""
    until = f" to {event.until}" if event.until > event.day else ""
    yield f"  {event.day}{until}  {event.name}{about}{where}"
    if one.state is State.TOO_LATE:
        yield f"      its last useful day was {days.last_day}; what is online sells on; {_own(one)}"
        return
    yield f"      shoot by {days.shoot_by}, upload by {days.upload_by}, last useful {days.last_day}; {_own(one)}"
    yield from _agency_lines(one, plan)


def _lead_lines(plan: Plan) -> Iterator[str]:
    """Yield the rule that the days follow, and the agencies that have another one."""
    general = leads()["general"]
    yield (
        f"shoot {general['shoot_months'].value} months before, upload {general['upload_months'].value},"
        f" last useful {general['last_months'].value}; `stockctl plan --json` names the sources"
    )
    for agency in plan.agencies:
        own, review = leads().get(agency.name, {}).get("upload_months"), review_days(agency.name)
        if own is not None and (review or own.value != general["upload_months"].value):
            waits = f" and {review} working days for its review" if review else ""
            yield f"{agency.title}: upload {own.value} months{waits} before"


def _own(one: Planned) -> str:
    own = one.coverage
    if not own.files:
        return "no files of yours"
    sent = ", ".join(f"{name} {count}" for name, count in own.sent.items())
    return f"{own.files} of your files, {own.sold} sold" + (f"; sent: {sent}" if sent else "; none sent")


def _agency_lines(one: Planned, plan: Plan) -> Iterator[str]:
    """Yield agencies whose day is another than the general one, and those whose quota the waiting files exceed."""
    days = one.deadlines
    for agency in plan.agencies:
        day, begin = days.agencies[agency.name], days.begin.get(agency.name)
        review = review_days(agency.name)
        waits = f", its review of {review} working days counted in" if review else ""
        if begin is not None:
            most, window = agency.number("quota.images"), agency.number("quota.window_days")
            waiting = one.coverage.files - one.coverage.sent.get(agency.name, 0)
            yield (
                f"      {agency.title}: {waiting} wait, {most:g} in {window or 7:g} days;"
                f" begin by {begin}, the last by {day}{waits}"
            )
        elif day != days.upload_by and one.coverage.files:
            yield f"      {agency.title}: by {day}{waits}"


def _season_lines(plan: Plan) -> Iterator[str]:
    known = plan.seasons
    if not known.enough:
        yield (
            f"your own seasons: not enough to say ({known.sales:,} sales over {known.months} months;"
            f" it takes {SALES} over {MONTHS})"
        )
        return
    if not known.found:
        yield f"your own seasons: none of your keywords sells more in some months ({known.sales:,} sales)"
        return
    yield f"your own seasons ({known.sales:,} sales over {known.months} months)"
    for season in known.found[:_SHOWN]:
        yield f"  {season.word}: {season.share:.0%} of {season.sales:,} sales in {_three(season.begins)}"
    yield from _more(len(known.found))


def _three(begins: int) -> str:
    return f"{_MONTHS[begins - 1]} to {_MONTHS[(begins + 1) % 12]}"


def _more(count: int) -> Iterator[str]:
    if count > _SHOWN:
        yield f"  … {count - _SHOWN} more: --json"


def _niche_lines(plan: Plan) -> Iterator[str]:
    """Yield the groups that sell and those that do not, and how the income is spread."""
    if not plan.niches:
        yield f"your niches: {plan.files} keyworded files make no groups yet"
        return
    yield "your niches: groups of your own files by their keywords (your own sales only; nothing here knows the market)"
    for niche in _best(plan.niches)[:_SHOWN]:
        yield f"  {', '.join(niche.words[:4])}: {_niche_words(niche)}"
    yield from _more(len(plan.niches))
    idle = [niche for niche in plan.niches if niche.telling and not niche.sold]
    if idle:
        yield "  many files that earn nothing: " + "; ".join(
            f"{', '.join(niche.words[:2])} ({niche.online})" for niche in idle[:_SHOWN]
        )
    for one in plan.spread:
        yield (
            f"income in {one.currency}: half of it from {one.half} of {one.online} files online,"
            f" {one.best_tenth:.0%} from the best tenth; {one.online - one.earning} earned nothing"
        )


def _best(niches: Iterable[Niche]) -> Sequence[Niche]:
    """Return the groups that say something first, by how much of them sold; the others by size."""
    return sorted(niches, key=lambda niche: (not niche.telling, -(niche.sell_through or 0), -niche.files))


def _niche_words(niche: Niche) -> str:
    if not niche.online:
        return f"{niche.files} files, none online"
    if not niche.telling:
        return f"{niche.files} files, {niche.online} online: too few to tell (it takes {TELLING})"
    earned = "".join(
        f", {in_currency(amount // niche.online, currency)} {currency} a file"
        for currency, amount in niche.earned.items()
    )
    return f"{niche.files} files, {niche.online} online, {niche.sell_through:.0%} of them sold{earned}"


def to_section(plan: Plan) -> Section:
    """Return the events ahead as a section of a page."""
    from stockctl.report.page import Cell, Column, Section, Table, table

    def day(value: date) -> Cell:
        return Cell(value.isoformat(), value.isoformat())

    rows = [
        (
            day(one.event.day),
            one.event.name + (" (estimated)" if one.event.estimated else ""),
            ", ".join(one.event.countries),
            one.state.value,
            day(one.deadlines.shoot_by),
            day(one.deadlines.upload_by),
            day(one.deadlines.last_day),
            Cell(str(one.coverage.files), one.coverage.files),
            Cell(str(one.coverage.sold), one.coverage.sold),
        )
        for one in plan.events
    ]
    columns = [
        *(Column("Day"), Column("Event"), Column("Countries"), Column("State"), Column("Shoot by")),
        *(Column("Upload by"), Column("Last useful"), Column("Own files", number=True), Column("Sold", number=True)),
    ]
    body = table(Table(columns, rows, empty="no events in these months"))
    return Section("What is ahead", body, note=f"{plan.months} months; holidays of {', '.join(plan.countries)}")
