"""Platforms' own rules: whole thousands, claims, their words for a status, codes, disclosure, and what terms take."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.campaign.links import same_post
from tests.campaign.briefs import BRIEF, CAPTION, HEADER, SAMPLES, paying, put_brief, put_posts
from tests.pictures import put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

RUPIAH = 'model = "performance"\ncurrency = "IDR"\nrate = "5000"\nper_views = 1000\n'
DOLLARS = 'model = "performance"\ncurrency = "USD"\nrate = "2.00"\n'
PHOTO = SAMPLES.parent / "photos" / "garden" / "river-pebbles-small.jpg"
FILM = SAMPLES.parent / "photos" / "campaign" / "sunset-reel-upright.mp4"


@pytest.fixture
def paid(stockctl: Callable[..., Run], tmp_path: Path) -> Callable[..., Run]:
    """Account for posts under a rule; `platform` is that of the brief."""

    def run(rule: str, *rows: str, platform: str = "wefluence", header: str = HEADER, title: str = "") -> Run:
        text = paying(rule).replace('"wefluence"', f'"{platform}"')
        text = text.replace("Rice field morning", title or "Rice field morning")
        posts = tmp_path / "posts.csv"
        if header == HEADER:
            posts = put_posts(tmp_path, *rows)
        else:
            posts.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return stockctl("campaign", "pay", put_brief(tmp_path, text), posts, "--json")

    return run


def amounts(run: Run) -> list[str | None]:
    return [post["amount"] for post in run.json["posts"]]


@pytest.mark.parametrize(
    ("views", "amount"), [(0, "0.00"), (999, "0.00"), (1000, "5000.00"), (1900, "5000.00"), (2000, "10000.00")]
)
def test_wefluence_pays_whole_thousands(paid: Callable[..., Run], views: int, amount: str) -> None:
    run = paid(RUPIAH, f"a,2,9,{views}")
    assert (run.code, amounts(run)) == (0, [amount])


def test_a_brief_may_say_otherwise_and_other_platforms_are_not_guessed_at(paid: Callable[..., Run]) -> None:
    assert amounts(paid(RUPIAH + "whole_units = false\n", "a,2,9,1900")) == ["9500.00"]
    assert amounts(paid(RUPIAH, "a,2,9,1900", platform="vues")) == ["9500.00"]
    assert amounts(paid(DOLLARS + "whole_units = true\n", "a,2,9,1900", platform="vues")) == ["2.00"]
    assert amounts(paid(DOLLARS + "whole_units = true\nper_views = 100000\n", "a,2,9,199999")) == ["2.00"]
    points = 'model = "points"\ncurrency = "IDR"\npoints = 15\npoint_value = "10"\n'
    assert paid(points + "whole_units = true\n", "a,2,9,1900").json["posts"][0]["points"] == 15
    assert paid(points, "a,2,9,1900").json["posts"][0]["points"] == 28


def test_a_claim_pays_the_thousands_that_no_claim_before_it_was_paid_for(paid: Callable[..., Run]) -> None:
    film = "https://www.tiktok.com/@sari/video/1,2098-05-02T12:00:00+07:00"
    rows = [
        f"{film},2098-05-03,1900,1,1,1,approved,5000,1",
        f"{film},2098-05-04,2900,1,1,1,rejected,,2",
        f"{film},2098-05-05,3100,1,1,1,approved,10000,3",
        f"{film},2098-05-06,3900,1,1,1,pending,,4",
        f"{film},2098-05-07,4100,1,1,1,content_approved,,",
    ]
    run = paid(RUPIAH, *rows, header=f"{HEADER},claim")
    assert run.code == 0, run.err
    (post,) = run.json["posts"]
    assert [(claim["claim"], claim["status"], claim["amount"]) for claim in post["claims"]] == [
        ("1", "paid", "5000.00"),
        # It was refused: its thousand is claimed with the next one.
        ("2", "rejected", "0.00"),
        ("3", "paid", "10000.00"),
        ("4", "pending", "0.00"),
    ]
    assert (post["status"], post["amount"], post["paid"], post["owed"]) == (
        "approved", "20000.00", "15000.00", "5000.00",
    )  # fmt: skip
    assert run.json["booked"] == 2
    assert not [text for text in run.json["warnings"] if "promises" in text]


def test_an_approved_claim_stands_in_the_balance_whether_or_not_it_says_what_it_paid(paid: Callable[..., Run]) -> None:
    film = "https://www.tiktok.com/@sari/video/1,2098-05-02T12:00:00+07:00"
    run = paid(RUPIAH, f"{film},2098-05-03,3100,1,1,1,approved,,1", header=f"{HEADER},claim")
    (post,) = run.json["posts"]
    assert (post["status"], post["amount"], post["owed"]) == ("paid", "15000.00", "0.00")
    # The same word of a film means that it may be claimed.
    (post,) = paid(RUPIAH, f"{film},2098-05-03,3100,1,1,1,approved,,", header=f"{HEADER},claim").json["posts"]
    assert (post["status"], post["owed"]) == ("approved", "15000.00")


def test_three_refused_claims_in_a_row_are_told(paid: Callable[..., Run]) -> None:
    film = "https://www.tiktok.com/@sari/video/1,2098-05-02T12:00:00+07:00"
    rows = [f"{film},2098-05-0{day},{day}000,1,1,1,rejected,,{day}" for day in (3, 4, 5)]
    run = paid(RUPIAH, *rows, header=f"{HEADER},claim")
    assert any("3 claims in a row were refused; Wefluence locks a clip after 3" in one for one in run.json["warnings"])
    run = paid(RUPIAH, *rows[:2], header=f"{HEADER},claim")
    assert not any("in a row" in one for one in run.json["warnings"])


def test_no_more_is_paid_than_is_left_of_the_campaign(paid: Callable[..., Run]) -> None:
    run = paid(RUPIAH + 'rest = "60000"\n', "a,2,9,9400,approved,5000", "b,3,9,12999", "c,4,9,8000")
    assert amounts(run) == ["45000.00", "20000.00", "0.00"]
    assert run.json["totals"][0]["owed"] == "60000.00"


def test_the_least_views_may_be_those_of_all_films_together(paid: Callable[..., Run]) -> None:
    flat = 'model = "flat"\ncurrency = "IDR"\nflat = "20000"\nmin_views = 500\n'
    assert amounts(paid(flat + 'min_views_of = "campaign"\n', "a,2,9,300", "b,3,9,300")) == ["20000.00", "20000.00"]
    assert amounts(paid(flat + 'min_views_of = "campaign"\n', "a,2,9,300", "b,3,9,199")) == ["0.00", "0.00"]
    # A refused film, and one outside the window, reach nothing.
    assert amounts(paid(flat + 'min_views_of = "campaign"\n', "a,2,9,300", "b,3,9,300,bot")) == ["0.00", "0.00"]
    # The platform's own least number is meant as the platform counts it; another number is the brief's own.
    assert amounts(paid(flat, "a,2,9,300", "b,3,9,300")) == ["20000.00", "20000.00"]
    assert amounts(paid(flat.replace("500", "400"), "a,2,9,300", "b,3,9,300")) == ["0.00", "0.00"]
    assert amounts(paid(flat + 'min_views_of = "post"\n', "a,2,9,300", "b,3,9,300")) == ["0.00", "0.00"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        *(("pending", "pending"), ("pending_admin_review", "pending"), ("content_submitted", "pending")),
        *(("proof_submitted", "pending"), ("needs_proof", "pending"), ("banding_pending", "pending")),
        *(("content_approved", "approved"), ("accepted", "approved"), ("approved", "approved")),
        *(("banding_approved", "approved"), ("content_rejected", "rejected"), ("rejected", "rejected")),
        *(("bot", "rejected"), ("banding_rejected", "rejected"), ("completed", "ended"), ("expired", "ended")),
        *(("budget_exhausted", "ended"), ("dana_habis", "ended"), ("Content_Approved", "approved")),
    ],
)
def test_a_platforms_words_for_a_status_are_known(paid: Callable[..., Run], word: str, status: str) -> None:
    run = paid(RUPIAH, f"a,2,9,3100,{word}", "b,3,9,1000,content_approved")
    assert run.code == 0, run.err
    first, second = run.json["posts"]
    assert (first["status"], first["said"]) == (status, word)
    assert first["amount"] == ("15000.00" if status in {"pending", "approved"} else "0.00")
    assert first["owed"] == ("15000.00" if status == "approved" else "0.00")
    assert second["owed"] == "5000.00"


def test_what_was_approved_before_a_campaign_closed_is_still_paid_unless_its_budget_is_gone(
    paid: Callable[..., Run],
) -> None:
    rows = ["a,2,5,3100,content_approved", "b,3,5,3100,content_approved,5000"]
    closed = paid(RUPIAH, *rows, "a,2,9,3100,completed", "b,3,9,3100,completed")
    assert [(one["status"], one["owed"]) for one in closed.json["posts"]] == [
        ("approved", "15000.00"),
        ("approved", "10000.00"),
    ]
    gone = paid(RUPIAH, *rows, "a,2,9,3100,budget_exhausted", "b,3,9,3100,dana_habis")
    assert [(one["status"], one["amount"], one["owed"]) for one in gone.json["posts"]] == [
        ("ended", "0.00", "0.00"),
        ("ended", "5000.00", "0.00"),
    ]


def test_a_status_that_is_not_known_is_told_for_its_row_and_the_rest_goes_on(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    posts = put_posts(tmp_path, "a,2,9,3100,contnet_approved", "b,3,9,1000,content_approved", "c,4,9,900,\x1b[2Jodd")
    run = stockctl("campaign", "pay", put_brief(tmp_path, paying(RUPIAH)), posts, "--json")
    assert run.code == 1
    assert next((one["path"], one["hint"]) for one in run.json["errors"]) == (
        f"{posts}:2", "did you mean content_approved?",
    )  # fmt: skip
    assert run.json["errors"][1]["path"] == f"{posts}:4"
    assert [(one["status"], one["owed"]) for one in run.json["posts"]] == [
        ("pending", "0.00"), ("approved", "5000.00"), ("pending", "0.00"),
    ]  # fmt: skip
    shown = stockctl("campaign", "pay", put_brief(tmp_path, paying(RUPIAH)), posts)
    assert "\x1b" not in shown.out + shown.err


def test_rupiah_are_written_without_decimals(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    brief, posts = put_brief(tmp_path, paying(RUPIAH)), put_posts(tmp_path, "a,2,9,61900,approved,300000")
    out = stockctl("campaign", "pay", brief, posts).out
    assert "305000, paid 300000" in out
    assert "at 5000 for 1,000" in out
    assert "expected 305000 IDR: approved 305000, pending 0; paid 300000, owed 5000" in out
    # 5 %, but not less than 6,500.
    assert "paying 300000 out costs 15000, the first time nothing" in out
    assert ".00" not in out
    assert "  paid 300000 IDR, owed 5000" in stockctl("campaign", "list").out


def test_what_is_less_than_is_paid_out_is_told(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    brief, posts = put_brief(tmp_path, paying(RUPIAH)), put_posts(tmp_path, "a,2,9,1900,paid,5000")
    out = stockctl("campaign", "pay", brief, posts).out
    assert "5000 is less than is paid out: from 50000 on (20000 in the first 30 days)" in out
    rule = RUPIAH + 'withdraw_min = "4000"\nwithdraw_fee = "500"\nwithdraw_fee_pct = 2\n'
    run = stockctl("campaign", "pay", put_brief(tmp_path, paying(rule)), posts, "--json")
    assert run.json["totals"][0]["withdrawal"]["fee"] == "500.00"
    assert run.json["totals"][0]["withdrawal"]["first_least"] is None


def test_more_posts_than_asked_for_are_told(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    text = paying(RUPIAH).replace('kinds = ["photo"]\n', 'kinds = ["photo"]\nposts = 2\n')
    posts = put_posts(tmp_path, "a,2,9,1000", "b,3,9,1000", "c,4,9,1000", "d,5,9,1000,rejected")
    run = stockctl("campaign", "pay", put_brief(tmp_path, text), posts, "--json")
    assert "3 posts stand, and the brief asks for 2: ask whether the others are paid" in run.json["warnings"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.tiktok.com/@sari/video/7801", "https://m.tiktok.com/@sari/video/7801?is_from_webapp=1&lang=en"),
        ("https://www.instagram.com/reel/DNa9/", "instagram.com/sari/p/DNa9?igsh=abc"),
        ("https://youtu.be/q7Xy_12abcd?t=4", "https://www.youtube.com/watch?v=q7Xy_12abcd&feature=share"),
        ("https://youtube.com/shorts/q7Xy_12abcd", "https://m.youtube.com/watch?app=desktop&v=q7Xy_12abcd"),
        ("https://x.com/sari/status/99", "https://twitter.com/sari/status/99?s=20"),
        ("http://www.example.org/a/", "https://example.org/a?utm_source=x"),
    ],
)
def test_two_addresses_of_one_post_are_the_same(one: str, other: str) -> None:
    assert same_post(one) == same_post(other)


def test_addresses_of_two_posts_differ() -> None:
    urls = [
        *("https://www.tiktok.com/@sari/video/7801", "https://www.tiktok.com/@sari/video/7802"),
        *("https://youtu.be/q7Xy_12abcd", "https://youtu.be/q7Xy_12abcE", "https://www.instagram.com/reel/DNa9"),
        *("https://www.instagram.com/reel/DNA9", "https://vt.tiktok.com/ZS1/", "https://vt.tiktok.com/ZS2/", "[::1"),
    ]
    assert len({same_post(url) for url in urls}) == len(urls)


def test_a_post_that_stands_twice_is_told(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [
        f"https://www.tiktok.com/@sari/video/7{tail},2098-05-02,2098-05-09,1000,1,1,1,approved,"
        for tail in ("", "?a=b")
    ]
    posts = tmp_path / "posts.csv"
    posts.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    run = stockctl("campaign", "pay", put_brief(tmp_path, paying(RUPIAH)), posts, "--json")
    assert any("the same post as https://www.tiktok.com/@sari/video/7; a platform pays it once" in one
               for one in run.json["warnings"])  # fmt: skip
    second = put_brief(tmp_path, paying(RUPIAH).replace("Rice field morning", "Second"), name="second.toml")
    posts.write_text("\n".join([HEADER, rows[1]]) + "\n", encoding="utf-8")
    run = stockctl("campaign", "pay", second, posts, "--json")
    assert any("it stands in “Rice field morning” too" in one for one in run.json["warnings"])


@pytest.fixture
def check(stockctl: Callable[..., Run], tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Check a file for a brief and return its findings by rule."""
    photo = put(tmp_path / "field.jpg", PHOTO.read_bytes())

    def run(caption: str = CAPTION, *options: str, text: str = BRIEF, file: Path = photo) -> dict[str, Any]:
        done = stockctl("campaign", "check", put_brief(tmp_path, text), file, "--caption", caption, *options, "--json")
        assert done.code in {0, 1}, done.err
        found: dict[str, Any] = {"verdict": done.json["verdict"]}
        for finding in done.json["findings"]:
            found.setdefault(finding["rule"], []).append((finding["severity"], finding["message"]))
        return found

    return run


@pytest.mark.parametrize(
    ("caption", "severity"),
    [
        (f"{CAPTION} a7x2k9m4", "info"),
        (f"({CAPTION}) a7x2k9m4.", "info"),
        (CAPTION, "error"),
        (f"{CAPTION} A7X2K9M4", "error"),
        (f"{CAPTION} xa7x2k9m4", "error"),
        (f"{CAPTION} a7x2k9m", "error"),
    ],
)
def test_the_code_stands_in_the_caption_letter_by_letter(
    check: Callable[..., dict[str, Any]], caption: str, severity: str
) -> None:
    found = check(caption, "--code", " a7x2k9m4 ")
    assert [one[0] for one in found["verification-code"]] == [severity]
    assert found["verdict"] == ("blocked" if severity == "error" else "ready")


def test_a_code_is_asked_for_where_the_platform_gives_one(check: Callable[..., dict[str, Any]]) -> None:
    assert check()["verification-code"][0][0] == "warning"
    assert "verification-code" not in check(text=BRIEF.replace('"wefluence"', '"vues"'))
    assert "verification-code" not in check(text=BRIEF.replace("[caption]\n", "[caption]\ncode = false\n"))
    own = BRIEF.replace('"wefluence"', '"vues"').replace("[caption]\n", "[caption]\ncode = true\n")
    assert check(text=own)["verification-code"][0][0] == "warning"


def test_a_code_of_another_file_is_told(check: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    said = f"{CAPTION} a7x2k9m4"
    check(said, "--code", "a7x2k9m4")
    assert [one[0] for one in check(said, "--code", "a7x2k9m4")["verification-code"]] == ["info"]
    other = tmp_path / "other.jpg"
    shutil.copy(SAMPLES.parent / "photos" / "bali-2026" / "rice-terrace-ubud-0042.jpg", other)
    found = check(said, "--code", "a7x2k9m4", file=other)["verification-code"]
    assert [one[0] for one in found] == ["info", "warning"]
    assert "went out with another file" in found[1][1]


@pytest.mark.parametrize(
    ("caption", "severity"),
    [
        ("#ad A sunrise over the field with @senja.coffee #RiceField", "info"),
        ("Sponsored: a sunrise with @senja.coffee #RiceField #ad", "info"),
        # Nobody sees it without a tap.
        ("A sunrise over the field with @senja.coffee #RiceField " + "so calm " * 14 + "#ad", "warning"),
        # Not plain words.
        ("A sunrise over the field with @senja.coffee #RiceField #sp #collab paid_partnership", "warning"),
    ],
)
def test_a_post_says_that_it_is_paid_where_everybody_sees_it(
    check: Callable[..., dict[str, Any]], caption: str, severity: str
) -> None:
    long = BRIEF.replace("max_length = 120", "max_length = 400").replace('"#ad", "paid partnership"', '"#ad", "#sp"')
    assert [one[0] for one in check(caption, text=long)["disclosure-seen"]] == [severity]


def test_platforms_questions_and_what_their_terms_take_are_told(
    check: Callable[..., dict[str, Any]], stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    asked = " ".join(message for _, message in check()["platform-asks"])
    assert all(word in asked for word in ("paid promotion", "account public", "no other campaign"))
    for name in ("whop", "content_rewards", "Content Rewards"):
        rights = check(text=BRIEF.replace('"wefluence"', f'"{name}"'))["platform-rights"]
        assert rights[0][0] == "warning"
        assert "may become the platform's or the brand's" in rights[0][1]
    # Before the picture goes to an agency, too.
    done = stockctl("check", tmp_path / "field.jpg", "--select", "campaign-rights", "--json").json
    (finding,) = [one for one in done["assets"][0]["findings"] if one["name"] == "campaign-rights"]
    assert (finding["severity"], finding["agency"]) == ("warning", None)
    assert "Whop Content Rewards" in finding["message"]


def test_whop_and_content_rewards_are_one_product_with_two_clocks(stockctl: Callable[..., Run]) -> None:
    names = [one["name"] for one in stockctl("campaign", "platforms", "--json").json["platforms"]]
    assert "whop" in names
    assert "content_rewards" not in names
    (whop,) = stockctl("campaign", "platforms", "whop", "--json").json["platforms"]
    assert (whop["facts"]["approval_hours"]["value"], whop["facts"]["validation_hours"]["value"]) == (48, 72)


def test_shorts_are_a_network_with_their_own_limits(check: Callable[..., dict[str, Any]]) -> None:
    for name in ("youtube_shorts", "YouTube Shorts", "shorts"):
        text = BRIEF.replace('["tiktok", "instagram"]', f'["{name}"]').replace('kinds = ["photo"]', 'kinds = ["video"]')
        found = check(text=text.replace('orientation = "landscape"\nmin_width = 1200\n', ""), file=FILM)
        assert "network-unknown" not in found
        assert any("YouTube Shorts" in message and " s, within 1–180 s" in message
                   for _, message in found["network-limit"])  # fmt: skip


@pytest.mark.parametrize(
    ("named", "severity", "said"),
    [
        ("vertical reel", "warning", "this is landscape"),
        ("landscape photo", "info", "nothing in the file speaks against it"),
        ("lifestyle", "info", "the rest only you can see"),
    ],
)
def test_the_content_type_is_judged_where_the_file_tells(
    check: Callable[..., dict[str, Any]], named: str, severity: str, said: str
) -> None:
    text = BRIEF.replace('orientation = "landscape"\n', f'type = "{named}"\n')
    ((found, message),) = check(text=text)["content-type"]
    assert (found, said in message) == (severity, True), message


def test_a_film_without_sound_is_no_talking_clip(check: Callable[..., dict[str, Any]]) -> None:
    film = BRIEF.replace('kinds = ["photo"]\norientation = "landscape"\nmin_width = 1200\n', 'kinds = ["video"]\n')
    silent = "sound" not in film
    assert silent
    found = check(text=film.replace("[content]\n", '[content]\ntype = "talking head"\nsound = true\n'), file=FILM)
    has_sound = found["sound"][0][0] == "info"
    assert (found["content-type"][0][0] == "info") == has_sound
    turned = check(text=film.replace("[content]\n", "[content]\nsound = false\n"), file=FILM)
    assert (turned["sound"][0][0] == "info") != has_sound


def test_rates_of_unlike_models_are_compared_by_what_was_paid(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    flat = 'model = "flat"\ncurrency = "USD"\nflat = "20.00"\n'
    for number, (title, rule, rows) in enumerate(
        (
            # 20 dollars for 10,000 views are 2.00 for 1,000; what is not paid yet does not count.
            ("First", flat, ("a,2,9,10000,paid,20", "b,3,9,900000,approved")),
            ("Second", DOLLARS.replace("2.00", "0.50"), ("c,12,19,10000,paid,5",)),
        )
    ):
        text = paying(rule).replace("Rice field morning", title)
        text = text.replace("opens = 2098-05-01", f"opens = 2098-05-{number + 1:02d}")
        assert stockctl("campaign", "pay", put_brief(tmp_path, text), put_posts(tmp_path, *rows)).code == 0
    warnings = stockctl("campaign", "list", "--json").json["warnings"]
    assert "wefluence: “Second” pays USD 0.50 for 1,000 views, earlier briefs 2.00" in warnings
