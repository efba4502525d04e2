"""`stockctl campaign check` from outside: each point of a brief, and media that only one may have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.campaign.briefs import BRIEF, CAPTION, SAMPLES, put_brief, put_posts
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

SOUND = SAMPLES.parent / "photos" / "garden" / "river-pebbles-small.jpg"
FILM = SAMPLES.parent / "photos" / "campaign" / "sunset-reel-upright.mp4"
EXCLUSIVE = BRIEF.replace("[pay]", '[rights]\nusage = "six months"\nexclusive_until = 2098-12-31\n\n[pay]')


@pytest.fixture
def check(stockctl: Callable[..., Run], tmp_path: Path) -> Callable[..., Run]:
    """Check a picture for a brief, with changes to the brief's text."""
    picture = put(tmp_path / "field.jpg", SOUND.read_bytes())

    def run(caption: str | None = CAPTION, *options: str, text: str = BRIEF, file: Path = picture) -> Run:
        said = [] if caption is None else ["--caption", caption]
        return stockctl("campaign", "check", put_brief(tmp_path, text), file, *said, *options, "--json")

    return run


def severities(document: dict[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for finding in document["findings"]:
        found.setdefault(finding["rule"], set()).add(finding["severity"])
    return found


def missed(document: dict[str, Any]) -> list[str]:
    return [finding["rule"] for finding in document["findings"] if finding["severity"] == "error"]


def test_every_point_that_is_met_is_told(check: Callable[..., Run]) -> None:
    run = check(f"{CAPTION} a7x2k9m4", "--post-on", "2098-05-20", "--code", "a7x2k9m4")
    assert run.code == 0, run.out
    assert run.json["command"] == "campaign"
    assert run.json["verdict"] == "ready"
    found = severities(run.json)
    assert {
        *("content-kind", "orientation", "resolution", "caption-must-contain", "caption-must-not-contain"),
        *("caption-length", "hashtags-required", "hashtags-forbidden", "hashtag-count", "mentions", "disclosure"),
        *("posting-window", "network-limit", "media"),
    } <= set(found)
    assert set().union(*found.values()) == {"info"}


@pytest.mark.parametrize(
    ("caption", "rule"),
    [
        ("A dawn over the field with @senja.coffee #RiceField #ad", "caption-must-contain"),
        ("A sunrise, not Cheap, with @senja.coffee #RiceField #ad", "caption-must-not-contain"),
        ("A sunrise with @senja.coffee #Rice #Field #ad", "hashtags-required"),
        ("A sunrise with @senja.coffee #ricefield #ad #GiveAway", "hashtags-forbidden"),
        ("A sunrise with @senja.coffee #RiceField #ad #a #b #c", "hashtag-count"),
        ("A sunrise with senja.coffee #RiceField #ad", "mentions"),
        ("A sunrise with @senja.coffee #RiceField #advert", "disclosure"),
        ("A sunrise with @senja.coffee #RiceField #ad " + "🌅" * 40, "caption-length"),
        (None, "caption"),
        ("  ", "caption"),
    ],
)
def test_a_point_that_is_missed_blocks_and_says_what_mends_it(
    check: Callable[..., Run], caption: str | None, rule: str
) -> None:
    run = check(caption)
    assert run.code == 1
    assert run.json["verdict"] == "blocked"
    assert missed(run.json) == [rule]
    assert all(finding["hint"] for finding in run.json["findings"] if finding["severity"] == "error")


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('kinds = ["photo"]', 'kinds = ["video"]', "content-kind"),
        ('orientation = "landscape"', 'orientation = "portrait"', "orientation"),
        ("min_width = 1200", "min_width = 9000", "resolution"),
    ],
)
def test_the_picture_is_judged_by_the_brief(check: Callable[..., Run], old: str, new: str, rule: str) -> None:
    assert missed(check(text=BRIEF.replace(old, new)).json) == [rule]


def test_a_film_s_length_and_shape_are_read(check: Callable[..., Run]) -> None:
    film = BRIEF.replace('kinds = ["photo"]', 'kinds = ["video"]\nduration_s = [5, 30]').replace(
        "landscape", "portrait"
    )
    film = film.replace("min_width = 1200", "min_width = 720\nmin_height = 1280")
    run = check(text=film, file=FILM)
    assert run.json["verdict"] == "ready", run.out
    assert severities(run.json)["video-duration"] == {"info"}
    long = check(text=film.replace("[5, 30]", "[15, 60]"), file=FILM)
    assert missed(long.json) == ["video-duration"]
    assert "8.0 s longer" in long.out


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        ("2098-05-01", []),
        ("2098-05-31", []),
        ("2098-04-30", ["posting-window"]),
        ("2098-06-01", ["posting-window"]),
        ("2098-05-31T20:00", []),
        ("2098-05-31T20:01", ["posting-window"]),
        ("2098-05-01T01:00:00+00:00", []),
        ("2098-05-01T00:59:00+00:00", ["posting-window"]),
    ],
)
def test_the_day_of_posting_is_held_against_the_window_in_its_zone(
    check: Callable[..., Run], day: str, rules: list[str]
) -> None:
    assert missed(check(CAPTION, "--post-on", day).json) == rules


def test_without_a_day_a_window_that_is_over_blocks(check: Callable[..., Run]) -> None:
    over = BRIEF.replace("2098", "2024")
    assert missed(check(text=over).json) == ["posting-window"]
    due = BRIEF.replace("[pay]", "draft_due = 2024-01-01\n\n[pay]", 1).replace("\n\ndraft_due", "\ndraft_due")
    assert severities(check(text=due).json)["draft-deadline"] == {"warning"}


def test_a_day_that_is_none_is_refused(check: Callable[..., Run]) -> None:
    run = check(CAPTION, "--post-on", "next friday")
    assert (run.code, "'next friday' is no day" in run.err) == (2, True)


def test_official_limits_of_a_network_block_and_others_warn(check: Callable[..., Run]) -> None:
    many = CAPTION + "".join(f" #t{index}x" for index in range(8))
    loose = BRIEF.replace("most = 4\n", "").replace("max_length = 120\n", "")
    run = check(many, text=loose)
    warnings = [one for one in run.json["findings"] if one["severity"] == "warning" and one["rule"] == "network-limit"]
    assert run.code == 0
    assert [one["message"] for one in warnings] == [
        "TikTok takes at most 5 hashtags; these are 10",
        "Instagram takes at most 5 hashtags; these are 10",
    ]
    assert missed(check(CAPTION + " é" * 1100, text=loose).json) == ["network-limit"]
    x = loose.replace('["tiktok", "instagram"]', '["x"]')
    assert missed(check(CAPTION + " " + "語" * 120, text=x).json) == ["network-limit"]
    assert missed(check(CAPTION + " " + "語" * 100, text=x).json) == []


def test_the_language_is_looked_at(check: Callable[..., Run]) -> None:
    indonesian = BRIEF.replace("min_length = 10", 'min_length = 10\nlanguage = "id"')
    assert severities(check(text=indonesian).json)["caption-language"] == {"warning"}
    said = "Matahari terbit di atas sawah yang hijau, sunrise, bersama @senja.coffee #RiceField #ad"
    assert severities(check(said, text=indonesian).json)["caption-language"] == {"info"}


def test_what_check_finds_in_the_file_counts(check: Callable[..., Run], tmp_path: Path) -> None:
    cut = put(tmp_path / "cut.jpg", jpeg()[:200_000])
    run = check(file=cut)
    assert run.code == 1
    assert "damaged-file" in missed(run.json)
    # What agencies ask of titles and keywords is no business of a brand.
    assert not {"no-title", "too-few-keywords"} & set(severities(check().json))


def test_a_file_that_cannot_be_checked(check: Callable[..., Run], tmp_path: Path) -> None:
    empty = tmp_path / "empty.jpg"
    empty.touch()
    assert check(file=empty).code == 1
    assert check(file=tmp_path / "missing.jpg").code == 2
    assert check(file=tmp_path).code == 2


def test_the_caption_may_stand_in_a_file(check: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "caption.txt").write_text(CAPTION, encoding="utf-8")
    assert check(f"@{tmp_path / 'caption.txt'}").code == 0
    assert check("@senja.coffee and a sunrise #RiceField #ad").code == 0
    assert check("@nowhere.txt").code == 2


def test_a_platform_without_a_profile_is_kept_under_its_name(check: Callable[..., Run]) -> None:
    run = check(text=BRIEF.replace("wefluence", "wefluense"))
    (finding,) = [one for one in run.json["findings"] if one["rule"] == "platform-unknown"]
    assert (run.code, finding["hint"]) == (0, "did you mean wefluence?")


def test_what_a_brand_has_for_itself_goes_to_no_agency(
    check: Callable[..., Run], stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    picture = tmp_path / "field.jpg"
    assert check(text=BRIEF).json["bound"] is None
    kept = check(text=EXCLUSIVE).json
    assert kept["bound"] == "exclusive to Senja on wefluence until 2098-12-31"
    assert [one["message"] for one in kept["findings"] if one["rule"] == "usage-rights"] == ["six months"]
    assert check("another try", text=EXCLUSIVE).json["verdict"] == "blocked"  # and it stays bound
    (asset,) = stockctl("check", picture, "--agency", "shutterstock", "--json").json["assets"]
    assert asset["verdict"] == {"shutterstock": "blocked"}
    assert "exclusive-elsewhere" in {finding["name"] for finding in asset["findings"]}
    plan = stockctl("submit", picture, "--agency", "shutterstock", "--outbox", tmp_path / "out", "--dry-run", "--json")
    (file,) = plan.json["files"]
    assert file["state"] == "held"
    assert any(why.startswith("exclusive-elsewhere: exclusive to Senja") for why in file["why"])
    # Another brand must not have it either, until it is let go.
    other = BRIEF.replace("Senja", "Rival")
    assert missed(check(text=other).json) == ["exclusivity"]
    assert stockctl("campaign", "drop", put_brief(tmp_path, EXCLUSIVE), picture).code == 0
    assert check(text=other).code == 0
    assert stockctl("campaign", "drop", put_brief(tmp_path, EXCLUSIVE), picture).code == 1
    (asset,) = stockctl("check", picture, "--agency", "shutterstock", "--json").json["assets"]
    assert "exclusive-elsewhere" not in {finding["name"] for finding in asset["findings"]}


def test_what_an_agency_has_is_not_for_a_brand_that_wants_it_for_itself(
    check: Callable[..., Run], stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    picture = tmp_path / "field.jpg"
    sent = stockctl("submit", picture, "--agency", "adobe_stock", "--mark-sent", "--json")
    assert sent.json["files"][0]["state"] == "sent", sent.out
    run = check(text=EXCLUSIVE)
    assert missed(run.json) == ["exclusivity"]
    assert "adobe_stock" in run.out
    assert check(text=BRIEF).code == 0


def test_the_list_says_what_is_due_posted_and_owed(
    check: Callable[..., Run], stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    assert "no briefs yet" in stockctl("campaign", "list").out
    wanted = BRIEF.replace('kinds = ["photo"]', 'kinds = ["photo"]\nposts = 2')
    check(text=wanted)
    (due,) = stockctl("campaign", "list", "--json").json["briefs"]
    assert (due["posted"], due["wanted"], due["next"]) == (0, 2, "post 2 from 2098-05-01 on")
    posts = put_posts(tmp_path, "a,2,9,10000,paid,8.50", "b,3,9,10000", "c,4,9,10000,rejected")
    stockctl("campaign", "pay", put_brief(tmp_path, wanted), posts)
    (due,) = stockctl("campaign", "list", "--json").json["briefs"]
    assert (due["posted"], due["paid"], due["owed"], due["next"]) == (2, "8.50", "8.50", "ask for what is owed")
    assert "2 of 2 posted; next: ask for what is owed" in stockctl("campaign", "list").out


def test_counts_per_kind_are_told_by_check_pay_and_list(
    check: Callable[..., Run], stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    kinds = 'kinds = ["photo", "video"]\ncounts = { video = 2, photo = 1 }'
    both = BRIEF.replace('kinds = ["photo"]', kinds).replace("min_width = 1200\n", "")
    both = both.replace('orientation = "landscape"\n', "")

    def count(run: Run) -> tuple[str, str]:
        (point,) = [one for one in run.json["findings"] if one["rule"] == "content-count"]
        return point["severity"], point["message"]

    assert count(check(text=both)) == ("info", "photo 1 of 1; still to be made: 2 videos")
    assert count(check(text=both, file=FILM)) == ("info", "video 1 of 2; still to be made: 1 video")
    # The same film again is not another one.
    assert count(check(text=both, file=FILM)) == ("info", "video 1 of 2; still to be made: 1 video")
    (due,) = stockctl("campaign", "list", "--json").json["briefs"]
    assert (due["asked"], due["missing"]) == ({"video": 2, "photo": 1}, {"video": 2, "photo": 1})
    assert due["next"] == "post 2 videos and 1 photo from 2098-05-01 on"
    # The address tells a video; /p/ tells nothing until the column does.
    posts = put_posts(tmp_path, "@sari/video/1,2,9,100", "p/2,3,9,100", "reel/3,4,9,100,rejected")
    run = stockctl("campaign", "pay", put_brief(tmp_path, both), posts, "--json")
    assert [post["kind"] for post in run.json["posts"]] == ["video", None, "video"]
    assert run.json["missing"] == {"video": 1, "photo": 1}
    assert [text for text in run.json["warnings"] if "add a column kind" in text and "/p/2" in text]
    lines = posts.read_text(encoding="utf-8").splitlines()
    told = [f"{line},{kind}" for line, kind in zip(lines, ("kind", "", "photo", ""), strict=True)]
    posts.write_text("\n".join(told), encoding="utf-8")
    assert "still missing: 1 video\n" in stockctl("campaign", "pay", put_brief(tmp_path, both), posts).out
    assert "2 of 3 posted (missing: 1 video); next: post 1 video" in stockctl("campaign", "list").out


def test_days_in_the_list_are_those_of_the_brief_s_own_clock(
    check: Callable[..., Run], stockctl: Callable[..., Run]
) -> None:
    day = BRIEF.replace("2098-05-01T08:00:00", "2098-05-01").replace("2098-05-31T20:00:00", "2098-05-31")
    check(text=day)
    check(text=day.replace("Asia/Jakarta", "America/New_York").replace("Rice field", "City"))
    first, second = stockctl("campaign", "list", "--json").json["briefs"]
    assert (first["opens"], first["next"]) == ("2098-05-01T00:00:00+07:00", "post 1 from 2098-05-01 on")
    assert second["closes"] == "2098-05-31T23:59:59.999999-04:00"
    assert stockctl("campaign", "list").out.count("closes 2098-05-31") == 2


def test_a_campaign_is_dropped_by_its_title_too(
    check: Callable[..., Run], stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    picture = tmp_path / "field.jpg"
    check(text=EXCLUSIVE)
    (tmp_path / "brief.toml").unlink()
    run = stockctl("campaign", "drop", "Rice field mornin", picture)
    assert (run.code, "did you mean “Rice field morning”?" in run.err) == (2, True)
    run = stockctl("campaign", "drop", "rice field morning", picture, "--json")
    assert (run.code, run.json["dropped"]) == (0, True)
    for name in (tmp_path / "brief.toml", "Senja", "wefluence:senja:rice-field-morning"):
        assert check(text=EXCLUSIVE).json["bound"]
        (tmp_path / "brief.toml").unlink()
        assert stockctl("campaign", "drop", name, picture).code == 0
    check(text=EXCLUSIVE.replace("Rice field morning", "Evening"))
    (tmp_path / "brief.toml").unlink()
    run = stockctl("campaign", "drop", "Senja", picture)
    assert (run.code, "2 campaigns go by 'Senja'" in run.err) == (2, True)
    assert "wefluence:senja:evening" in run.err


def test_leaning_on_one_hand_and_a_falling_rate_are_told(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    day = datetime.now(UTC) - timedelta(days=30)
    times = f"{day.isoformat()},{(day + timedelta(days=1)).isoformat()}"
    window = f"opens = {day.date() - timedelta(days=1)}\ncloses = {day.date() + timedelta(days=1)}\n"
    for title, rate, paid in (("First", "1.00", "10.00"), ("Second", "0.70", "7.00")):
        start = f"opens = {day.date() - timedelta(days=2)}\n" if title == "First" else ""
        text = BRIEF[: BRIEF.index("[window]")].replace("Rice field morning", title) + "[window]\n"
        text += start + (window.split("\n", 1)[1] if start else window)
        text += f'\n[pay]\nmodel = "performance"\ncurrency = "USD"\nrate = "{rate}"\n'
        posts = tmp_path / f"{title}.csv"
        row = f"https://t.example/{title},{times},10000,1,1,1,paid,{paid}"
        posts.write_text(put_posts(tmp_path).read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
        assert stockctl("campaign", "pay", put_brief(tmp_path, text), posts).code == 0
    warnings = stockctl("campaign", "list", "--json").json["warnings"]
    assert "100 % of the last year's USD came from the brand Senja" in warnings
    assert "100 % of the last year's USD came from the platform wefluence" in warnings
    assert "wefluence: “Second” pays USD 0.70 for 1,000 views, earlier briefs 1.00" in warnings
    statement = tmp_path / "plain.csv"
    head = "date,agency,asset,file,kind,licence,amount,currency"
    statement.write_text(f"{head}\n{day.date()},alamy,A1,a.jpg,image,sub,83.00,USD\n", encoding="utf-8")
    assert stockctl("earnings", statement).code == 0
    warnings = stockctl("campaign", "list", "--json").json["warnings"]
    assert not [text for text in warnings if "% of" in text]


def test_the_text_report_marks_each_point(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    picture = put(tmp_path / "field.jpg", SOUND.read_bytes())
    run = stockctl("campaign", "check", put_brief(tmp_path), picture, "--caption", "A sunrise #RiceField #ad")
    assert run.code == 1
    assert "  ✗ mentions: @senja.coffee is not mentioned\n      add @senja.coffee\n" in run.out
    assert "  ✓ disclosure: “#ad” tells that it is paid" in run.out
    assert "  ? platform-asks: Wefluence asks: is the account public" in run.out
    assert run.out.rstrip().endswith("blocked: 1 to mend, 1 to look at")
