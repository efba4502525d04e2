"""`stockctl plan` from outside: own files for an event, what they sold, own seasons, niches, the calendar."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.plan.coverage import Works
from stockctl.plan.ics import calendar
from stockctl.plan.niches import Niche, niches, spread
from stockctl.plan.run import run as make_plan
from stockctl.plan.seasons import seasons
from stockctl.plan.table import of_works
from tests.earnings.samples import plain, sale
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

KEYS = {
    *(
        "name",
        "day",
        "estimated",
        "countries",
        "shoot_by",
        "upload_by",
        "last_day",
        "agencies",
        "source",
        "files",
        "sold",
    ),
}


def events(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [one for one in document["events"] if one["name"] == name]
    (event,) = found
    return event


def test_the_document_is_as_scripts_rely_on(stockctl: Callable[..., Run]) -> None:
    run = stockctl("plan", "--months", "12", "--country", "ID,US", "--agency", "shutterstock", "--json")
    assert run.code == 0, run.err
    document = run.json
    assert document["command"] == "plan"
    assert {"events", "seasons", "niches"} <= set(document)
    for event in document["events"]:
        assert set(event) >= KEYS
        assert event["shoot_by"] < event["upload_by"] < event["last_day"] < event["day"]
        assert list(event["agencies"]) == ["shutterstock"]
        assert (event["files"], event["sold"]) == (0, 0)
    assert [one["day"] for one in document["events"]] == sorted(one["day"] for one in document["events"])
    assert not document["seasons_known"]["enough"]
    assert any("ID" in one["countries"] for one in document["events"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--country", "ID,UK"), "there is no country 'UK'"),
        (("--months", "0"), "--months is 0"),
        (("--months", "99"), "--months is 99"),
        (("--agency", "shuterstock"), "shuterstock"),
        (("--trends", "nowhere.csv"), "nowhere.csv: no such file or folder"),
    ],
)
def test_a_wrong_call_is_told(stockctl: Callable[..., Run], options: tuple[str, ...], said: str) -> None:
    run = stockctl("plan", *options)
    assert run.code == 2
    assert said in run.err
    assert "hint:" in run.err


def test_own_files_are_counted_by_their_keywords_with_what_they_sold(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    for number, words in enumerate(
        (
            "Halloween, pumpkin, candle",
            "halloweens, witch",
            "pumpkin, soup",
            "christmas tree, home",
            "Christmas Trees, snow",
        )
    ):
        put(tmp_path / f"p{number}.jpg", patches(number + 1))
        assert stockctl("keyword", tmp_path / f"p{number}.jpg", "--set", words).code == 0
    assert stockctl("check", tmp_path).code in {0, 1}
    sales = [
        sale("2025-10-02", file="p0.jpg", asset="1"), sale("2025-10-03", file="p0.jpg", asset="1"),
        sale("2025-12-01", file="p3.jpg", asset="3"),
    ]  # fmt: skip
    assert stockctl("earnings", plain(tmp_path / "s.csv", sales)).code == 0
    document = stockctl("plan", "--months", "12", "--country", "US", "--json").json
    halloween, christmas = events(document, "Halloween"), events(document, "Christmas Day")
    # A pumpkin soup is no Halloween picture; one word in another form is.
    assert (halloween["files"], halloween["sold"], halloween["downloads"]) == (2, 1, 2)
    assert (christmas["files"], christmas["sold"], christmas["downloads"]) == (2, 1, 1)
    assert events(document, "Valentine's Day")["files"] == 0
    text = stockctl("plan", "--months", "12", "--country", "US").out
    assert "2 of your files, 1 sold; none sent" in text
    assert "no files of yours" in text


def test_what_is_kept_is_worked_out_anew_where_files_or_sales_change(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    def halloween() -> tuple[int, int]:
        event = events(stockctl("plan", "--months", "12", "--country", "US", "--json").json, "Halloween")
        return event["files"], event["sold"]

    put(tmp_path / "a.jpg", patches(1))
    assert stockctl("keyword", tmp_path / "a.jpg", "--set", "halloween, candle").code == 0
    assert stockctl("check", tmp_path / "a.jpg").code in {0, 1}
    assert halloween() == halloween() == (1, 0)
    assert stockctl("keyword", tmp_path / "a.jpg", "--set", "candle").code == 0
    assert stockctl("check", tmp_path / "a.jpg").code in {0, 1}
    assert halloween() == (0, 0)
    assert stockctl("undo").code == 0
    assert stockctl("check", tmp_path / "a.jpg").code in {0, 1}
    assert halloween() == (1, 0)
    assert stockctl("earnings", plain(tmp_path / "s.csv", [sale("2025-10-02", file="a.jpg", asset="1")])).code == 0
    assert halloween() == (1, 1)
    # Another country's events have other words: they are looked up beside those that are kept.
    assert stockctl("plan", "--country", "IN", "--json").code == 0
    assert halloween() == (1, 1)


def test_the_page_of_earnings_says_what_is_ahead(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    page = tmp_path / "year.html"
    statement = plain(tmp_path / "s.csv", [sale("2026-05-01")])
    assert stockctl("earnings", statement, "--year", "2026", "--report", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "What is ahead" in text
    assert "Mother&#39;s Day" in text or "Halloween" in text
    assert text.index("Month by month") < text.index("What is ahead")


def test_a_list_of_ones_own_is_planned_for_alike(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "a.jpg", patches(1))
    assert stockctl("keyword", tmp_path / "a.jpg", "--set", "cottagecore, garden").code == 0
    assert stockctl("check", tmp_path).code in {0, 1}
    ahead = date.today().replace(day=1).isoformat()  # noqa: DTZ011 - as the program reads it
    trends = tmp_path / "t.csv"
    trends.write_text(
        f"word,from,to,note\nslow living;cottagecore,{ahead},2199-01-01,\nlong ago,2001-01-01,2001-02-01,\n",
        encoding="utf-8",
    )
    document = stockctl("plan", "--trends", trends, "--country", "US", "--json").json
    assert events(document, "slow living")["files"] == 1
    assert events(document, "slow living")["source"] == "your list"
    assert not [one for one in document["events"] if one["name"] == "long ago"]


def test_countries_stand_in_the_settings(stockctl: Callable[..., Run], home: Path) -> None:
    (home / "stockctl.toml").write_text('[plan]\ncountries = ["id"]\n', encoding="utf-8")
    assert stockctl("plan", "--json").json["countries"] == ["ID"]
    assert stockctl("plan", "--country", "DE", "--json").json["countries"] == ["DE"]


def test_the_calendar_holds_the_days_that_are_ahead(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "plan.ics"
    assert stockctl("plan", "--months", "12", "--country", "ID,US", "--ics", path).code == 0
    data = path.read_bytes()
    lines = data.split(b"\r\n")
    assert (lines[0], lines[-2], lines[-1]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    text = data.decode().replace("\r\n ", "")
    uids = re.findall(r"UID:(\S+)", text)
    assert len(uids) == len(set(uids)) == text.count("BEGIN:VEVENT") > 20
    assert re.search(r"SUMMARY:Upload by today: .*\r\n", text)
    # Written again, it takes the place of its own; each entry keeps its name.
    assert stockctl("plan", "--months", "12", "--country", "ID,US", "--ics", path).code == 0
    assert set(re.findall(r"UID:(\S+)", path.read_bytes().decode().replace("\r\n ", ""))) == set(uids)


def test_a_hostile_name_stays_a_text_in_the_calendar(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    trends = tmp_path / "t.csv"
    trends.write_text('word,from,to,note\n"a,b\nEND:VCALENDAR\x1b[2J",2026-01-01,2199-01-01,\n', encoding="utf-8")
    path = tmp_path / "plan.ics"
    assert stockctl("plan", "--trends", trends, "--country", "US", "--ics", path).code == 0
    text = path.read_bytes().decode()
    assert text.count("END:VCALENDAR\r\n") == 1
    assert "\x1b" not in text + stockctl("plan", "--trends", trends, "--country", "US").out


def works(words: dict[str, str], sent: str = "", downloads: dict[str, int] | None = None) -> Works:
    keyed = {media: tuple(text.split()) for media, text in words.items()}
    spelt = {word: word for text in keyed.values() for word in text}
    return Works(keyed, spelt, dict.fromkeys(sent.split(), ("alamy",)), downloads or {})


def niches_of(own: Works, earned: dict[str, dict[str, int]]) -> list[Niche]:
    return niches(of_works(own, earned)[0])


def test_niches_are_groups_of_files_that_share_their_words() -> None:
    words = {f"t{n}": "temple bali stone travel" for n in range(12)} | {
        f"k{n}": "kitchen food travel" for n in range(11)
    }
    words |= {f"x{n}": f"single{n}" for n in range(4)}
    own = works(words, " ".join(words), {"t1": 3, "t2": 1, "t3": 9})
    temples, kitchens = niches_of(own, {"t1": {"USD": 600_000}, "t3": {"USD": 900_000, "EUR": 100_000}})
    assert set(temples.words) >= {"temple", "bali", "stone"}
    # What stands on nearly every file tells no group from another.
    assert "travel" not in {*temples.words, *kitchens.words}
    assert (temples.files, temples.sold, temples.downloads) == (12, 3, 13)
    assert temples.earned == {"USD": 1_500_000, "EUR": 100_000}
    assert temples.sell_through == pytest.approx(3 / 12)
    assert (kitchens.files, kitchens.sold, kitchens.telling) == (11, 0, True)


def test_too_few_files_tell_nothing() -> None:
    words = {f"t{n}": "temple bali" for n in range(6)} | {f"x{n}": f"single{n}" for n in range(6)}
    own = works(words, "t1 t2", {"t1": 5})
    (niche,) = niches_of(own, {})
    assert (niche.files, niche.online, niche.telling) == (6, 2, False)
    assert niches_of(works({"a": "one two"}), {}) == []


def test_the_spread_tells_how_few_files_make_half_of_the_income() -> None:
    words = {f"f{n}": "word" for n in range(20)}
    own = works(words, " ".join(words))
    earned = {"f0": {"USD": 60}, "f1": {"USD": 20}, "f2": {"USD": 20}, "f3": {"EUR": 5}, "f4": {"USD": -3}}
    dollars = next(one for one in spread(of_works(own, earned)[0]) if one.currency == "USD")
    assert (dollars.half, dollars.earning, dollars.online, dollars.amount) == (1, 3, 20, 100)
    # The best tenth of twenty files are two.
    assert dollars.best_tenth == pytest.approx(0.8)


def by_month(years: int, each: Callable[[int], int]) -> dict[str, int]:
    return {f"{2023 + year}-{month:02d}": each(month) for year in range(years) for month in range(1, 13)}


def test_a_season_is_told_where_it_comes_again_and_sales_are_enough() -> None:
    own = works({"a": "snow", "b": "beach", "c": "office"})
    monthly = {
        "a": by_month(3, lambda month: 30 if month in {11, 12, 1} else 1),
        "b": by_month(3, lambda month: 30 if month in {6, 7, 8} else 2),
        "c": by_month(3, lambda _: 9),
    }
    found = seasons(*of_works(own, {}, monthly))
    assert found.enough
    assert {(one.word, one.begins) for one in found.found} == {("snow", 11), ("beach", 6)}
    # The last month may not be over: two whole years count.
    snow = next(one for one in found.found if one.word == "snow")
    assert snow.sales == 2 * (3 * 30 + 9)


def test_what_sold_in_one_spring_alone_is_no_season() -> None:
    own = works({"a": "snow"})
    once = by_month(3, lambda _: 2) | {"2024-03": 300}
    assert seasons(*of_works(own, {}, {"a": once})).found == ()


@pytest.mark.parametrize(
    ("years", "each", "enough"),
    [(1, 100, False), (3, 1, False), (3, 9, True)],
)
def test_too_few_months_or_sales_are_not_enough_to_say(years: int, each: int, enough: bool) -> None:  # noqa: FBT001
    known = seasons(*of_works(works({"a": "snow"}), {}, {"a": by_month(years, lambda _: each)}))
    assert (known.enough, known.months, known.sales) == (enough, 12 * years, 12 * years * each)
    assert seasons(*of_works(works({}), {}, {})).months == 0


def test_a_season_is_worked_out_from_the_ledger(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "snow.jpg", patches(1))
    assert stockctl("keyword", tmp_path / "snow.jpg", "--set", "snow, ski slope").code == 0
    assert stockctl("check", tmp_path).code in {0, 1}
    rows = [
        sale(f"{year}-{month:02d}-{day:02d}", file="snow.jpg", asset="1")
        for year in (2023, 2024, 2025)
        for month in range(1, 13)
        for day in range(1, 26 if month in {12, 1, 2} else 3)
    ]
    assert stockctl("earnings", plain(tmp_path / "s.csv", rows)).code == 0
    document = stockctl("plan", "--country", "US", "--json").json
    assert {tuple(one["months"]) for one in document["seasons"]} == {(12, 1, 2)}
    assert {one["word"] for one in document["seasons"]} == {"snow", "ski slope"}
    assert "ski slope: 81% of" in re.sub(r"8\d%", "81%", stockctl("plan", "--country", "US").out)


def test_the_calendar_and_the_plan_leave_out_what_is_past(home: Path) -> None:
    from stockctl.catalogue import open_catalogue
    from stockctl.config import load_settings

    with open_catalogue(home / "catalogue.db") as catalogue:
        plan = make_plan(
            catalogue, load_settings(), months=12, countries=["US"], agencies=["alamy"], trends=None,
            today=date(2026, 11, 29),
        )  # fmt: skip
    counts = Counter(one.state.value for one in plan.events)
    assert counts["too late"] >= 1
    text = calendar(plan)
    assert "Upload by today: Christmas" not in text.replace("\r\n ", "")
    assert "SUMMARY:Christmas Day" in text.replace("\r\n ", "")
    days = re.findall(r"DTSTART;VALUE=DATE:(\d{8})", text)
    assert min(days) >= "20261101"
