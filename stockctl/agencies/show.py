"""Show agencies: an overview, one with all its facts, what was looked at long ago, and JSON."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from stockctl.agencies.agency import Confidence
from stockctl.media.identify import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from stockctl.agencies.agency import Agency, Limit

_UPLOADS = frozenset({"ftp", "ftps", "sftp", "https"})
_WIDTH = 78


def delivery(agency: Agency) -> str:
    """Return how files get there: the protocol, or `folder` where a person uploads them on a page."""
    protocol = agency.transport.protocol
    return protocol if protocol in _UPLOADS else "folder"


def to_json(agencies: Iterable[Agency]) -> dict[str, Any]:
    """Return the document that `stockctl agencies --json` prints."""
    return {
        "command": "agencies",
        "agencies": [
            {
                "name": agency.name,
                "title": agency.title,
                "closed": agency.closed,
                "accepts": [kind.value for kind in Kind if kind in agency.accepts],
                "delivery": delivery(agency),
                "note": agency.note,
                "own": agency.own,
                "package": agency.package or None,
                "limits": {key: limit.to_json() for key, limit in agency.limits.items()},
            }
            for agency in agencies
        ],
    }


def overview(agencies: Iterable[Agency]) -> Iterator[str]:
    """Yield one line per agency: its key, what it takes and how, within 80 columns."""
    yield f"{'agency':<16}{'takes':<7}{'least':>7}  {'keywords':<9}{'AI':<10}{'delivery':<10}{'payout':>7}"
    closed: list[str] = []
    others: list[str] = []
    for agency in agencies:
        if agency.package:
            others.append(f"{agency.name} ({agency.package})")
        if agency.closed:
            closed.append(f"{agency.name} ({agency.text('closed')})")
            continue
        takes = "".join(kind[0].upper() if kind != Kind.VIDEO else "M" for kind in Kind if kind in agency.accepts)
        least = agency.number("image.min_mp")
        low, high = agency.number("meta.keywords_min"), agency.number("meta.keywords_max")
        keywords = f"{_whole(low)}-{_whole(high)}" if low is not None or high is not None else "?"
        payout = agency.number("payout.min_usd")
        yield (
            f"{agency.name:<16}{takes or '?':<7}{f'{least:g} MP' if least is not None else '?':>7}  "
            f"{keywords:<9}{agency.text('ai.policy', '?'):<10}{delivery(agency):<10}"
            f"{f'${payout:g}' if payout is not None else '?':>7}"
        )
    yield ""
    yield "takes: P photo, I illustration, V vector, M video, A audio; ? not known"
    if others:
        yield from textwrap.wrap("from packages of others: " + "; ".join(others), _WIDTH)
    if closed:
        yield from textwrap.wrap("closed: " + "; ".join(closed), _WIDTH)


def _whole(number: float | None) -> str:
    return "?" if number is None else f"{number:g}"


def details(agency: Agency) -> Iterator[str]:
    """Yield one agency with every fact, its confidence, the day it was checked, and its source."""
    yield f"{agency.title}  ({agency.name})" + ("  CLOSED" if agency.closed else "")
    if agency.package:
        yield f"from the package {agency.package}, which is none of stockctl's"
    yield from textwrap.wrap(agency.note, _WIDTH)
    yield from _facts(agency.limits)
    yield ""
    yield "official: a page or file of the agency; on it a file may be refused. All else warns."


def stale(agencies: Iterable[Agency], before: date) -> list[tuple[Agency, dict[str, Limit]]]:
    """Return the agencies with facts that were last checked before a day, with those facts."""
    found = (
        (agency, {key: limit for key, limit in agency.limits.items() if limit.checked < before}) for agency in agencies
    )
    return [(agency, limits) for agency, limits in found if limits]


def stale_lines(found: Iterable[tuple[Agency, dict[str, Limit]]]) -> Iterator[str]:
    """Yield what was checked long ago, by agency."""
    for agency, limits in found:
        yield f"{agency.title}  ({agency.name})"
        yield from _facts(limits)
        yield ""


def _facts(limits: Mapping[str, Limit]) -> Iterator[str]:
    """Yield facts by section, each with the number of its source, and the sources after them."""
    named = dict.fromkeys(limit.source for limit in limits.values() if limit.source)
    sources = {source: number for number, source in enumerate(named, 1)}
    section = None
    for key, limit in limits.items():
        above = key.split(".")[0] if "." in key else ""
        if above != section:
            section = above
            yield ""
        known = limit.confidence is not Confidence.UNKNOWN
        yield from textwrap.wrap(
            f"{key}: {_value(limit.value) if known else 'unknown'}",
            _WIDTH,
            initial_indent="  ",
            subsequent_indent="      ",
            break_long_words=False,
        )
        trust = limit.confidence.value + (", disputed" if limit.disputed else "")
        trust += ", examples only" if limit.examples else ""
        about = (trust if known else "looked for", limit.checked.isoformat())
        yield "      " + ", ".join(about) + (f" [{sources[limit.source]}]" if limit.source else "")
        if limit.note:
            yield from textwrap.wrap(limit.note, _WIDTH, initial_indent="      note: ", subsequent_indent="      ")
    yield ""
    yield from (f"[{number}] {source}" for source, number in sources.items())


def _value(value: Any) -> str:  # noqa: ANN401 - whatever a fact holds
    match value:
        case bool():
            return "yes" if value else "no"
        case [[_, _], *_]:
            return ", ".join(f"{first}: {second}" if second else str(first) for first, second in value)
        case list():
            return ", ".join(str(item) for item in value)
    return repr(value) if isinstance(value, str) and value != value.strip() else str(value)
