"""Events ahead: holidays of countries, the trade's own seasons, and a person's own list."""

from __future__ import annotations

import re
import tomllib
from calendar import MONDAY, monthrange
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_DATA = Path(__file__).parent / "data"
HOLIDAYS = "holidays (github.com/vacanza/holidays), as of the table's making"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Further days of one feast: the second day of Eid, the day after, the holiday in lieu.
_FURTHER = re.compile(
    r"^(?:day (?:after|preceding)|(?:the )?(?:first|second|third|fourth|fifth|sixth|seventh) day (?:of|after))"
    r"\s+(?:the )?"
    r"|\s*\(?(?:first|second|third|fourth|fifth|sixth) day\)?$|\s+holidays?$|'s eve$|\s+eve$",
    re.IGNORECASE,
)
# Days of one event that lie so near are the same feast.
_ONE_FEAST = timedelta(days=8)
_MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Event:
    """A day or season that pictures are wanted for.

    `until` is its last day; `countries` those asked for that keep it, empty where
    it is kept in many; `words` are those by which own files are found;
    `estimated` says that the day goes by a moon that was not seen yet.
    """

    name: str
    day: date
    until: date
    words: tuple[str, ...]
    countries: tuple[str, ...] = ()
    estimated: bool = False
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class _Tables:
    """The trade's own events as the file has them, words by name, and names that mean the same."""

    events: Sequence[Mapping[str, Any]]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)


@cache
def _tables() -> _Tables:
    table = tomllib.loads((_DATA / "seasons.toml").read_text(encoding="utf-8"))
    words = {name: tuple(found) for name, found in table["words"].items()}
    words |= {event["name"]: tuple(event["words"]) for event in table["event"]}
    return _Tables(table["event"], words, table["same"])


@cache
def _holidays() -> tuple[tuple[date, bool, str, frozenset[str]], ...]:
    """Return every row of the table: day, whether it is an estimate, name, countries."""
    rows = []
    for line in (_DATA / "holidays.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            day, name, countries = line.split("\t")
            rows.append((date.fromisoformat(day[:10]), day.endswith("~"), name, frozenset(countries.split(","))))
    return tuple(rows)


def last_year() -> int:
    """Return the last year that the table of holidays reaches."""
    return _holidays()[-1][0].year


def known_countries() -> frozenset[str]:
    """Return the two-letter codes of all countries of the table."""
    return frozenset().union(*(row[3] for row in _holidays()))


def checked_countries(asked: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of the countries asked for, in capitals, each once.

    Raises:
        UsageError: one is no country of the table.

    """
    codes = dict.fromkeys(code.strip().upper() for text in asked for code in text.split(",") if code.strip())
    for code in codes:
        if code not in known_countries():
            raise UsageError(
                f"there is no country {code!r}", hint="two letters of ISO 3166, such as ID,US,DE (GB, not UK)"
            )
    return tuple(codes)


def ahead(countries: Sequence[str], begins: date, ends: date) -> list[Event]:
    """Return the events from `begins` to `ends`, both included, that the countries keep or all the world does."""
    found = [*_of_the_trade(countries, begins, ends), *_of_countries(countries, begins, ends)]
    by_name: dict[str, list[_Day]] = defaultdict(list)
    for one in found:
        by_name[one.event.name].append(one)
    joined = [_one(feast) for same in by_name.values() for feast in _feasts(same)]
    joined += _ramadan(countries, begins, ends)
    joined = [
        replace(event, countries=tuple(code for code in countries if code in event.countries)) for event in joined
    ]
    return sorted(joined, key=lambda event: (event.day, event.name))


@dataclass(frozen=True)
class _Day:
    """One day of an event; `main`: the day that it is named for, not its eve or its second day."""

    event: Event
    main: bool = True


def _feasts(days: Sequence[_Day]) -> Iterator[list[_Day]]:
    """Yield the days of one name that lie together: one feast, whichever country keeps which of them."""
    feast: list[_Day] = []
    for one in sorted(days, key=lambda one: (one.event.day, one.event.estimated)):
        if feast and one.event.day - feast[0].event.day > _ONE_FEAST:
            yield feast
            feast = []
        feast.append(one)
    if feast:
        yield feast


def _one(feast: Sequence[_Day]) -> Event:
    """Return one event of a feast's days: the first that it is named for, and every country that keeps it."""
    first = next((one.event for one in feast if one.main), feast[0].event)
    # The trade's own row holds wherever the day is kept; its words and its source come first.
    own = next((one.event for one in feast if one.event.source != HOLIDAYS), first)
    events = [one.event for one in feast]
    return Event(
        name=first.name,
        day=first.day,
        until=max(first.day, *(event.until for event in events)),
        words=own.words,
        countries=tuple(dict.fromkeys(code for event in events for code in event.countries)),
        estimated=all(event.estimated for event in events if event.day == first.day),
        source="; ".join(dict.fromkeys(event.source for event in (own, *events))),
        note=own.note,
    )


def _of_countries(countries: Sequence[str], begins: date, ends: date) -> Iterator[_Day]:
    wanted = frozenset(countries)
    tables = _tables()
    for day, estimated, name, keeping in _holidays():
        kept = keeping & wanted
        if not kept or not begins <= day <= ends:
            continue
        root = plain_name(name)
        codes = tuple(code for code in countries if code in kept)
        own = [word for code in codes for word in tables.words.get(f"{root}/{code}", ())]
        words = tuple(dict.fromkeys(own)) or tables.words.get(root) or _words_of(root)
        main = root == name or name in tables.same
        yield _Day(Event(root, day, day, words, codes, estimated, HOLIDAYS), main and not _FURTHER.search(name))


def _ramadan(countries: Sequence[str], begins: date, ends: date) -> Iterator[Event]:
    """Yield the month before each Eid al-Fitr: most countries' lists name the feast and not the fast."""
    words = _tables().words["First Day of Ramadan"]
    later = ends + _MONTH
    days = [one for one in _of_countries(countries, begins, later) if one.event.name == "Eid al-Fitr"]
    for feast in _feasts(days):
        eid = _one(feast)
        first = eid.day - _MONTH
        if first <= ends and eid.day > begins:
            until = eid.day - timedelta(days=1)
            source = f"30 days before Eid al-Fitr; {HOLIDAYS}"
            yield Event("Ramadan", first, until, words, eid.countries, estimated=True, source=source)


def plain_name(name: str) -> str:
    """Return the name of the feast that a holiday belongs to: without “Second Day”, “Holiday” and the like."""
    tables = _tables()
    if name in tables.same:
        return tables.same[name]
    root = _FURTHER.sub("", name).strip()
    if name in tables.words or root == name:
        return name
    root = tables.same.get(root, root)
    # “National Holiday” is no further day of “National”.
    return root if root in tables.words or root in _names() else name


@cache
def _names() -> frozenset[str]:
    return frozenset(row[2] for row in _holidays())


def _words_of(name: str) -> tuple[str, ...]:
    """Return the words of a holiday that no table has: its own name, with and without “Day”."""
    plain = name.lower()
    short = re.sub(r"\s+(?:day|festival)$", "", plain)
    # What is left of “Independence Day” says something; of “National Day” and “Army Day” it is in every second file.
    return (plain, short) if len(short.split()) > 1 or "'" in short else (plain,)


def _of_the_trade(countries: Sequence[str], begins: date, ends: date) -> Iterator[_Day]:
    for row in _tables().events:
        kept = [code for code in countries if code in row.get("countries", ())]
        if row.get("countries") and not kept:
            continue
        for year in range(begins.year, ends.year + 1):
            day = day_of(row, year)
            until = _month_day(row["until"], year) if "until" in row else day
            # A season that runs is ahead as long as it lasts.
            if until >= begins and day <= ends:
                yield _Day(Event(row["name"], day, until, tuple(row["words"]), tuple(kept), source=row["source"]))


def day_of(rule: Mapping[str, Any], year: int) -> date:
    """Return the day of a rule of `seasons.toml` in a year."""
    day = None
    if "on" in rule:
        day = _month_day(rule["on"], year)
    elif "nth" in rule:
        day = _nth_weekday(year, **rule["nth"])
    after = rule.get("after", {})
    if "easter" in after:
        return easter(year) + timedelta(days=after["easter"])
    assert day is not None, rule
    return day + timedelta(days=after.get("days", 0))


def _month_day(text: str, year: int) -> date:
    month, day = map(int, text.split("-"))
    return date(year, month, day)


def _nth_weekday(year: int, *, month: int, weekday: str, count: int, after_day: int = 1) -> date:
    """Return the so-manyeth weekday of a month, from `after_day` on."""
    first = date(year, month, after_day)
    ahead_by = (_WEEKDAYS.index(weekday) - first.weekday() + MONDAY) % 7
    return first + timedelta(days=ahead_by, weeks=count - 1)


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar, by the rule of Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 19 * m) // 433
    month = (h + m - 7 * n + 90) // 25
    return date(year, month, (h + m - 7 * n + 33 * month + 19) % 32)


def months_before(day: date, months: int) -> date:
    """Return the day so many calendar months earlier; the last of a shorter month where it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
