"""What posts earn: each rule by its arithmetic, and the ledger that holds what was paid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockctl.campaign.brief import Brief, Pay, read_brief
from stockctl.campaign.money.pay import settle, total
from stockctl.campaign.posts import Post, Reading, read_posts
from tests.campaign.briefs import BRIEF, HEADER, SAMPLES, paying, put_brief, put_posts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

PERFORMANCE = 'model = "performance"\ncurrency = "USD"\nrate = "0.85"\n'


@pytest.fixture
def pay(stockctl: Callable[..., Run], tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Account for posts and return the document."""

    def run(rule: str, *rows: str) -> dict[str, Any]:
        done = stockctl("campaign", "pay", put_brief(tmp_path, paying(rule)), put_posts(tmp_path, *rows), "--json")
        assert done.code == 0, done.err
        return done.json

    return run


def amounts(document: dict[str, Any]) -> list[str | None]:
    return [post["amount"] for post in document["posts"]]


def test_a_flat_rate_is_paid_for_each_post_with_enough_views(pay: Callable[..., dict[str, Any]]) -> None:
    done = pay('model = "flat"\ncurrency = "USD"\nflat = "12.50"\nmin_views = 1000\n', "a,2,9,1000", "b,3,9,999")
    assert amounts(done) == ["12.50", "0.00"]
    assert done["posts"][1]["why"] == ["999 views; the brief wants 1,000"]
    assert done["totals"][0]["expected"] == "12.50"


@pytest.mark.parametrize(
    ("rule", "views", "amount"),
    [
        (PERFORMANCE, 48210, "40.98"),
        (PERFORMANCE, 0, "0.00"),
        (PERFORMANCE + "per_views = 100000\n", 48210, "0.41"),
        ('model = "performance"\ncurrency = "USD"\nrate = "0.333333"\n', 3000, "1.00"),
        # Halves are rounded up: 1,000 views at 0.005 are half a cent.
        ('model = "performance"\ncurrency = "USD"\nrate = "0.005"\n', 1000, "0.01"),
        ('model = "performance"\ncurrency = "JPY"\nrate = "33.3"\n', 1000, "33.00"),
        (PERFORMANCE + 'cap_per_post = "20"\n', 48210, "20.00"),
        ('model = "performance"\ncurrency = "USD"\npot = "100"\npot_views = 300000\n', 100000, "33.33"),
        ('model = "hybrid"\ncurrency = "USD"\nflat = "5"\nrate = "0.85"\n', 48210, "45.98"),
        ('model = "hybrid"\ncurrency = "USD"\nflat = "5"\nrate = "0.85"\ncap_per_post = "30"\n', 48210, "30.00"),
    ],
)
def test_views_are_paid_by_the_rule(pay: Callable[..., dict[str, Any]], rule: str, views: int, amount: str) -> None:
    assert amounts(pay(rule, f"a,2,9,{views}")) == [amount]


def test_the_cap_for_a_person_is_used_up_in_the_order_of_posting(pay: Callable[..., dict[str, Any]]) -> None:
    rule = PERFORMANCE + 'cap_per_person = "50"\n'
    done = pay(rule, "late,9,20,40000", "early,2,9,40000", "refused,3,9,40000,rejected", "last,12,20,40000")
    assert [post["url"][-5:] for post in done["posts"]] == ["early", "fused", "/late", "/last"]
    assert amounts(done) == ["34.00", "0.00", "16.00", "0.00"]
    assert "capped at 50.00 per person: 16.00 of 34.00 was left" in done["posts"][2]["why"]


def test_views_are_frozen_after_the_window(pay: Callable[..., dict[str, Any]]) -> None:
    rule = PERFORMANCE + "measured_days = 7\n"
    done = pay(rule, "a,2,5,1000", "a,2,9,10000", "a,2,20,90000")
    (post,) = done["posts"]
    assert (post["views"], post["amount"], post["final"]) == (10000, "8.50", True)
    assert post["why"][0] == "frozen on day 7: 10,000 views of 90,000"
    (early,) = pay(rule, "a,2,5,1000")["posts"]
    assert (early["amount"], early["final"]) == ("0.85", False)
    (late,) = pay(rule, "a,2,20,5000")["posts"]
    assert late["why"][0] == "nobody read the views by day 7: those of 11 days later are taken"


def test_a_pot_whose_views_are_not_known_gives_no_amount(pay: Callable[..., dict[str, Any]]) -> None:
    done = pay('model = "performance"\ncurrency = "USD"\npot = "100"\n', "a,2,9,5000")
    assert amounts(done) == [None]
    assert done["totals"][0]["expected"] == "0.00"


def test_points_are_counted_and_valued(pay: Callable[..., dict[str, Any]]) -> None:
    rule = (
        'model = "points"\ncurrency = "IDR"\ndecimals = 0\npoints_per_post = 500\npoints = 20\npoint_value = "10.5"\n'
    )
    done = pay(rule + "cap_points_per_post = 700\ncap_points_per_person = 1000\n", "a,2,9,12499", "b,3,9,1", "c,4,9,1")
    assert [post["points"] for post in done["posts"]] == [700, 300, 0]
    assert amounts(done) == ["7350.00", "3150.00", "0.00"]
    assert done["totals"][0]["points"] == 1000


def test_engagement_below_what_is_asked_pays_nothing(pay: Callable[..., dict[str, Any]]) -> None:
    done = pay(PERFORMANCE + "min_engagement_pct = 1.5\n", "few,2,9,1000", "many,3,9,800")
    # 13 reactions: 1.3 % of 1,000 views, 1.6 % of 800.
    assert amounts(done) == ["0.00", "0.68"]


def test_what_is_expected_stands_against_what_was_paid(pay: Callable[..., dict[str, Any]]) -> None:
    rows = ("a,2,9,10000,paid,8.50", "b,3,9,10000,paid,8.00", "c,4,9,10000,approved", "d,5,9,10000,pending",
            "e,6,9,10000,rejected")  # fmt: skip
    done = pay(PERFORMANCE, *rows)
    sums = done["totals"][0]
    assert {key: sums[key] for key in ("expected", "approved", "pending", "paid", "owed")} == {
        "expected": "34.00", "approved": "25.50", "pending": "8.50", "paid": "16.50", "owed": "9.00",
    }  # fmt: skip
    assert [post["owed"] for post in done["posts"]] == ["0.00", "0.50", "8.50", "0.00", "0.00"]
    assert any("0.50 less than the brief promises" in warning for warning in done["warnings"])


def test_hours_give_pay_per_hour(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    times = "2098-05-02T12:00:00+07:00,2098-05-09T12:00:00+07:00"
    # Views that are not approved yet bring nothing yet: the rate leaves them out.
    rows = (
        f"https://t.example/{end}" for end in (f"a,{times},10000,1,1,1,approved,,2.5", f"b,{times},9,1,1,1,pending,,")
    )
    posts.write_text(f"{HEADER},hours\n" + "\n".join(rows) + "\n", encoding="utf-8")
    run = stockctl("campaign", "pay", put_brief(tmp_path, paying(PERFORMANCE)), posts, "--json")
    assert run.json["totals"][0]["per_hour"] == "3.40"
    assert run.json["totals"][0]["per_thousand_views"] == "0.85"


def test_every_sample_pays_as_its_comments_say(stockctl: Callable[..., Run]) -> None:
    found = {}
    for brief in sorted(SAMPLES.glob("*.toml")):
        run = stockctl("campaign", "pay", brief, brief.with_suffix(".posts.csv"), "--json")
        assert run.code == 0
        found[brief.stem] = [(post["model"], post["amount"]) for post in run.json["posts"]]
    assert found == {
        "glow-lab-hybrid": [("hybrid", "66.00"), ("hybrid", "0.00"), ("hybrid", "150.00")],
        "kopi-klub-points": [("points", "7480.00"), ("points", "15000.00"), ("points", "0.00")],
        "pagi-outdoor-hybrid": [("hybrid", "31.60"), ("hybrid", "38.40"), ("hybrid", "0.00")],
        "rasa-sambal-claims": [("performance", "45000.00"), ("performance", "20000.00"), ("performance", "0.00")],
        "lombok-air-performance": [("performance", "40.98"), ("performance", "60.00"), ("performance", "0.00")],
        "senja-coffee-flat": [("flat", "250000.00"), ("flat", "0.00"), ("flat", "250000.00")],
    }


def test_what_is_paid_stands_among_the_earnings_once_and_outside_the_levels(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    brief = put_brief(tmp_path, paying(PERFORMANCE))
    posts = put_posts(tmp_path, "a,2,9,10000,paid,8.50", "b,3,9,10000,approved")
    for _ in range(2):
        assert stockctl("campaign", "pay", brief, posts, "--json").json["booked"] == 1
    report = stockctl("earnings", "--year", "2098", "--json").json
    (sums,) = [one for one in report["totals"] if one["agency"] == "wefluence"]
    assert (sums["currency"], sums["amount"], sums["downloads"]) == ("USD", "8.50", 0)
    assert [one for one in report["levels"] if one["agency"] == "wefluence"] == []
    # The platform took a payment back: what stood in the ledger goes.
    assert stockctl("campaign", "pay", brief, put_posts(tmp_path, "a,2,9,10000,rejected"), "--json").json["booked"] == 0
    report = stockctl("earnings", "--year", "2098", "--json").json
    assert [one for one in report["totals"] if one["agency"] == "wefluence" and one["amount"] != "0.00"] == []


def test_brands_and_platforms_stand_beside_the_agencies(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    for brand, row in (("Senja", "a,2,9,10000,paid,8.50"), ("Kopi Klub", "b,3,9,10000,paid,4.00")):
        text = paying(PERFORMANCE).replace('"Senja"', f'"{brand}"')
        assert stockctl("campaign", "pay", put_brief(tmp_path, text), put_posts(tmp_path, row)).code == 0
    statement = tmp_path / "plain.csv"
    head = "date,agency,asset,file,kind,licence,amount,currency"
    statement.write_text(f"{head}\n2098-05-09,shutterstock,1,a.jpg,image,sub,0.25,USD\n", encoding="utf-8")
    report = stockctl("earnings", statement, "--year", "2098", "--by", "brand", "--json").json
    rows = [(row["key"], row["amount"], row["downloads"], row["per_download"]) for row in report["rows"]]
    assert rows == [("Senja", "8.50", 0, None), ("Kopi Klub", "4.00", 0, None), ("(agencies)", "0.25", 1, "0.25")]
    # Nothing of a campaign counts towards a level.
    levels = {(one["agency"], one["kind"]): one["downloads"] for one in report["levels"]}
    assert levels == {("shutterstock", "image"): 1, ("shutterstock", "video"): 0}
    grouped = {
        by: [
            (row["key"], row["amount"])
            for row in stockctl("earnings", "--year", "2098", "--by", by, "--json").json["rows"]
        ]
        for by in ("platform", "licence")
    }
    assert grouped == {
        "platform": [("wefluence", "12.50"), ("(agencies)", "0.25")],
        "licence": [("(campaigns)", "12.50"), ("sub", "0.25")],
    }
    assert "by platform" in stockctl("earnings", "--year", "2098", "--by", "platform").out


def test_a_post_outside_the_window_earns_nothing_and_is_named(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    brief = put_brief(tmp_path, paying(PERFORMANCE))
    early = "2098-05-01T07:59:00+07:00"
    posts = put_posts(
        tmp_path, f"early,{early},9,5000", "good,2,9,5000", "late,2098-06-01T00:00:00+07:00,2098-06-05,9000"
    )
    run = stockctl("campaign", "pay", brief, posts, "--json")
    assert run.code == 1
    assert amounts(run.json) == ["0.00", "4.25", "0.00"]
    assert [entry["path"] for entry in run.json["errors"]] == [f"{posts}:2", f"{posts}:4"]
    assert "before the window opened" in run.json["posts"][0]["why"][0]
    assert "after the window closed" in run.err


@pytest.mark.parametrize(
    ("rows", "line", "said"),
    [
        (["a,2,5,900", "a,2,9,800"], 3, "shrink: 900 in line 2, 800 in line 3"),
        (["a,2,9,800", "a,2,5,900"], 2, "shrink: 900 in line 3, 800 in line 2"),
        (["a,2,9,900,paid,EUR 5"], 2, "paid is in EUR, and the brief pays in USD"),
        (["a,2,9,900,paid,5 dollars"], 2, "paid is no amount"),
        (["a,2,9,9999999999999"], 2, "views is too large"),
        (["a,2,9,5,paid,99999999999999"], 2, "is too large"),
        (["a,2,9999-12-31,5"], 2, "read_at lies in the year 9999"),
        (["a,2,9,15.8K"], 2, "views is no whole number"),
        (["a,2,9,-5"], 2, "views is no whole number"),
        (["a,2,9,"], 2, "views is no whole number"),
        (["a,2,yesterday,5"], 2, "read_at is no time"),
        (["a,,9,5"], 2, "posted_at is empty"),
        (["a,9,2,5"], 2, "read_at is before posted_at"),
        (["a,2,5,900", "a,3,9,900"], 3, "posted at another time than in line 2"),
    ],
)
def test_a_row_that_means_nothing_is_named_with_its_line(
    stockctl: Callable[..., Run], tmp_path: Path, rows: list[str], line: int, said: str
) -> None:
    posts = put_posts(tmp_path, *rows)
    run = stockctl("campaign", "pay", put_brief(tmp_path, paying(PERFORMANCE)), posts)
    assert run.code == 2
    assert f"error: {posts}:{line}: " in run.err
    assert said in run.err


def test_amounts_that_cannot_be_are_refused_with_their_line(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    brief = put_brief(tmp_path, paying('model = "performance"\ncurrency = "USD"\nrate = "900000"\n'))
    posts = put_posts(tmp_path, "a,2,9,5", "b,3,9,999999999999")
    run = stockctl("campaign", "pay", brief, posts)
    assert (run.code, f"error: {posts}:3: " in run.err, "too large to be true" in run.err) == (2, True, True)


@pytest.mark.parametrize(
    ("columns", "cells", "said"),
    [
        (",currency", "12,1,1,1,paid,5,EUR", "paid is in EUR, and the brief pays in USD"),
        (",kind", "12,1,1,1,paid,5,reel", "there is no kind 'reel'"),
        # A number with a comma that is not quoted would move every cell after it.
        ("", "15,800,1,1,1,paid,5", "10 cells, the header has 9"),
        ("", "12,1,1", "6 cells, the header has 9"),
    ],
)
def test_columns_that_stand_beside_are_looked_at_too(
    stockctl: Callable[..., Run], tmp_path: Path, columns: str, cells: str, said: str
) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text(f"{HEADER}{columns}\nhttps://t.example/a,2098-05-02,2098-05-09,{cells}\n", encoding="utf-8")
    run = stockctl("campaign", "pay", put_brief(tmp_path, paying(PERFORMANCE)), posts)
    assert (run.code, f"error: {posts}:2: " in run.err, said in run.err) == (2, True, True), run.err


def test_another_header_is_refused_with_what_it_lacks(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    posts = put_posts(tmp_path, header="url,views,paid")
    run = stockctl("campaign", "pay", put_brief(tmp_path), posts)
    assert run.code == 2
    assert f"{posts}:1: the header lacks posted_at, read_at" in run.err


def test_a_column_that_is_nearly_a_known_one_is_not_passed_over(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    posts = put_posts(tmp_path, header=f"{HEADER},curency")
    run = stockctl("campaign", "pay", put_brief(tmp_path), posts)
    assert (run.code, f"{posts}:1: unknown column 'curency'" in run.err) == (2, True)
    assert "did you mean currency?" in run.err
    own = put_posts(tmp_path, header=f"{HEADER},my notes")
    assert stockctl("campaign", "pay", put_brief(tmp_path), own).code == 0


def test_semicolons_and_thousands_are_read(tmp_path: Path) -> None:
    brief = read_brief(put_brief(tmp_path))
    path = tmp_path / "posts.csv"
    row = "https://t.example/a;2098-05-02;2098-05-09;1.015.800;1;0;0;Finalized;Rp"
    path.write_text(f"\ufeff{HEADER.replace(',', ';')}\n{row.removesuffix('Rp')}\n\n", encoding="utf-8")
    (post,) = read_posts(path, brief)
    assert (post.last.views, post.last.status) == (1_015_800, "approved")
    assert post.first.posted_at.isoformat() == "2098-05-02T00:00:00+07:00"


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=6), st.integers(1, 10**9))
def test_caps_hold_and_more_views_never_pay_less(views: list[int], cap: int) -> None:
    opens = datetime(2098, 5, 1, tzinfo=UTC)
    rule = Pay("performance", "USD", 10_000, rate=850_000, cap_per_person=cap)
    brief = Brief(Path("brief.toml"), "T", "wefluence", "B", opens, opens + timedelta(days=30), rule)
    posts = [
        Post(str(number), (Reading(2, str(number), opens, opens, count, 0, 0, 0, "approved"),))
        for number, count in enumerate(views)
    ]
    settled = settle(brief, posts)
    assert sum(one.amount or 0 for one in settled) == total(brief, settled).expected <= cap
    alone = [settle(brief, [post])[0].amount or 0 for post in posts]
    assert [amount for _, amount in sorted(zip(views, alone, strict=True))] == sorted(alone)


def test_the_text_report_shows_posts_and_sums(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    run = stockctl("campaign", "pay", put_brief(tmp_path, BRIEF), put_posts(tmp_path, "a,2,9,48210"))
    assert "  approved: 48,210 views, 40.98" in run.out
    assert "expected 40.98 USD: approved 40.98, pending 0.00; paid 0.00, owed 40.98" in run.out
