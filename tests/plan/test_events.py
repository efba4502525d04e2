"""Which events are ahead, and by when: each day by hand or by the library that the table was made from."""

from __future__ import annotations

import json
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from stockctl.agencies import load
from stockctl.errors import StatementError, UsageError
from stockctl.plan import events
from stockctl.plan.deadlines import State, deadlines, leads, working_days_before
from stockctl.plan.trends import read_trends

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / ".venv-holidays" / "bin" / "python"
TODAY = date(2026, 11, 29)


def names(found: list[events.Event], day: str) -> set[str]:
    return {event.name for event in found if event.day.isoformat() == day}


@pytest.mark.parametrize(
    ("day", "name", "countries"),
    [
        ("2026-12-25", "Christmas Day", ("ID", "US", "DE")),
        ("2027-02-06", "Lunar New Year", ("ID",)),
        ("2027-02-14", "Valentine's Day", ("US",)),
        # 30 days before the feast, which no country's list names.
        ("2027-02-08", "Ramadan", ("ID",)),
        ("2027-03-08", "Day of Silence", ("ID",)),
        ("2027-03-10", "Eid al-Fitr", ("ID",)),
        ("2027-03-28", "Easter Sunday", ("ID", "US", "DE")),
        ("2027-05-09", "Mother's Day", ("US",)),
        ("2027-06-20", "Father's Day", ("US",)),
        ("2027-07-04", "Independence Day", ("US",)),
        ("2027-08-17", "Independence Day", ("ID",)),
        ("2027-09-18", "Oktoberfest", ()),
        ("2027-10-03", "German Unity Day", ("DE",)),
        ("2027-10-31", "Halloween", ("US",)),
        ("2027-11-25", "Thanksgiving Day", ("US",)),
        ("2027-11-26", "Black Friday", ()),
    ],
)
def test_events_fall_on_their_days(day: str, name: str, countries: tuple[str, ...]) -> None:
    found = events.ahead(("ID", "US", "DE"), TODAY, date(2027, 12, 31))
    (event,) = [one for one in found if one.name == name and one.day.isoformat() == day]
    assert event.countries == countries
    assert event.words
    assert event.source


def test_an_event_stands_once_however_many_countries_and_days_it_has() -> None:
    found = events.ahead(("ID", "US", "DE", "GB", "SG", "MY", "CN"), date(2027, 1, 1), date(2027, 12, 31))
    assert len({(event.name, event.day) for event in found}) == len(found)
    for name in ("Christmas Day", "Eid al-Fitr", "Lunar New Year", "Easter Sunday", "New Year's Day"):
        assert len([event for event in found if event.name == name]) == 1, name


def test_days_that_go_by_the_moon_are_marked() -> None:
    found = {event.name: event for event in events.ahead(("ID", "US"), TODAY, date(2027, 12, 31))}
    assert found["Eid al-Fitr"].estimated
    assert found["Ramadan"].estimated
    assert not found["Christmas Day"].estimated
    assert not found["Thanksgiving Day"].estimated


@pytest.mark.parametrize(
    ("year", "day"), [(2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2027, "03-28"), (2038, "04-25")]
)
def test_easter_is_the_churchs(year: int, day: str) -> None:
    assert events.easter(year).isoformat() == f"{year}-{day}"


@pytest.mark.parametrize(("country", "hint"), [("UK", "GB, not UK"), ("Germany", "two letters"), ("X1", "two letters")])
def test_a_country_that_is_none_is_refused(country: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        events.checked_countries([country])
    assert hint in caught.value.hint
    assert events.checked_countries(["id,us", "ID", " de "]) == ("ID", "US", "DE")


@pytest.mark.skipif(not LIBRARY.exists(), reason="needs the library holidays: make .venv-holidays/.done")
def test_a_year_of_each_country_is_as_the_library_has_it() -> None:
    """The table is looked up by name and day, from outside: nothing missing, nothing more, estimates marked."""
    countries = ("ID", "US", "DE")
    done = subprocess.run(
        [LIBRARY, ".ci/holidays_table.py", *countries], cwd=ROOT, capture_output=True, text=True, check=True
    )
    library = json.loads(done.stdout)
    for country in countries:
        for year in (2027, 2030):
            found = events.ahead((country,), date(year, 1, 1), date(year, 12, 31))
            held = [event for event in found if event.countries and events.HOLIDAYS in event.source]
            expected = [row for row in library[country] if row[0].startswith(str(year))]
            assert len(expected) > 8
            for day, name, estimated in expected:
                root = events.plain_name(name)
                (event,) = [
                    one for one in held if (one.name == root and one.day.isoformat() <= day <= one.until.isoformat())
                    or (one.name == root and timedelta() < one.day - date.fromisoformat(day) <= timedelta(days=8))
                ]  # fmt: skip
                if event.day.isoformat() == day:
                    assert event.estimated == estimated, (country, day, name)
            days = {(events.plain_name(name), day) for day, name, _ in expected}
            own = {(event.name, event.day.isoformat()) for event in held if event.name != "Ramadan"}
            trade = {row["name"] for row in events._tables().events}
            assert {one for one in own if one[0] not in trade} <= days


def test_the_days_to_shoot_and_upload_by_are_calendar_months_before() -> None:
    (christmas,) = [one for one in events.ahead(("US",), TODAY, date(2026, 12, 31)) if one.name == "Christmas Day"]
    days = deadlines(christmas, [], {})
    assert (days.shoot_by, days.upload_by, days.last_day) == (date(2026, 8, 25), date(2026, 9, 25), date(2026, 11, 25))
    assert [days.state(date(*day)) for day in ((2026, 6, 1), (2026, 8, 1), (2026, 9, 1), (2026, 11, 25))] == [
        State.AHEAD, State.SHOOT_NOW, State.UPLOAD_NOW, State.LATE,
    ]  # fmt: skip
    # Three days after the last useful one.
    assert days.state(TODAY) is State.TOO_LATE
    assert events.months_before(date(2027, 5, 31), 3) == date(2027, 2, 28)
    assert events.months_before(date(2027, 1, 31), -1) == date(2027, 2, 28)


def test_an_agencys_own_lead_and_its_review_are_counted_in() -> None:
    agencies = load(None)
    (halloween,) = [one for one in events.ahead(("US",), TODAY, date(2027, 10, 31)) if one.name == "Halloween"]
    days = deadlines(halloween, [agencies["shutterstock"], agencies["freepik"]], {"shutterstock": 40})
    assert days.agencies["shutterstock"] == date(2027, 7, 31)
    # Two months, and 25 working days of review: 2027-08-31 is a Tuesday.
    assert days.agencies["freepik"] == date(2027, 7, 27)
    assert working_days_before(date(2027, 8, 31), 25) == date(2027, 7, 27)
    assert days.begin == {}


@pytest.mark.parametrize(("waiting", "weeks"), [(500, None), (501, 1), (1000, 1), (1001, 2), (2600, 5)])
def test_a_quota_says_when_to_begin(waiting: int, weeks: int | None) -> None:
    shutterstock = load(None)["shutterstock"]
    assert shutterstock.number("quota.images") == 500
    (event,) = [one for one in events.ahead(("US",), TODAY, date(2027, 10, 31)) if one.name == "Halloween"]
    days = deadlines(event, [shutterstock], {"shutterstock": waiting})
    expected = None if weeks is None else date(2027, 7, 31) - timedelta(weeks=weeks)
    assert days.begin.get("shutterstock") == expected


def test_every_lead_time_and_every_event_has_its_source() -> None:
    for facts in leads().values():
        assert all(fact.source and fact.value > 0 for fact in facts.values())
    for row in events._tables().events:
        assert row["source"]
        assert row["confidence"] in {"official", "third-party", "memory"}
        assert len(row["words"]) > 2
        assert {"on", "nth", "after"} & set(row)
        assert events.day_of(row, 2028).year == 2028


def test_a_list_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "trends.csv"
    path.write_text(
        "word,from,to,note\nslow living; cottagecore,2027-01-10,2027-03-31,seen in briefs\n", encoding="utf-8"
    )
    (event,) = read_trends(path)
    assert (event.name, event.words) == ("slow living", ("slow living", "cottagecore"))
    assert (event.day, event.until, event.note) == (date(2027, 1, 10), date(2027, 3, 31), "seen in briefs")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("word;from\n", 1, "the header is another one"),
        ("word,from,to,note\n,2027-01-01,,\n", 2, "the word is empty"),
        ("word,from,to,note\na,2027-01-01,,\nb,1.3.2027,,\n", 3, "from is no day: '1.3.2027'"),
        ("word,from,to,note\na,2027-03-01,2027-01-01,\n", 2, "is before from"),
        ('word,from,to,note\n"a"b,2027-03-01,,\n', 2, "not a CSV"),
    ],
)
def test_a_list_that_means_nothing_is_named_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = tmp_path / "trends.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StatementError) as caught:
        read_trends(path)
    assert caught.value.where == f"{path}:{line}"
    assert said in caught.value.message
