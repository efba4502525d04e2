"""A brief that is wrong is refused with its line, and with what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.campaign.brief import read_brief
from stockctl.campaign.profiles import network_named, networks, platforms
from stockctl.errors import BriefError
from tests.campaign.briefs import BRIEF, SAMPLES, paying, put_brief, put_posts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


def line(text: str, start: str) -> int:
    return next(number for number, found in enumerate(text.splitlines(), 1) if found.startswith(start))


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("must_contain", "must_contian", "must_contian", "did you mean caption.must_contain?"),
        ("[mentions]", "[mentoins]", "[mentoins]", "unknown key 'mentoins'"),
        ('zone = "Asia/Jakarta"', 'zone = "Asia/Jakata"', "zone", "did you mean Asia/Jakarta?"),
        ("closes = 2098-05-31T20:00:00", "closes = 2098-04-30", "closes", "before it opens"),
        ('rate = "0.85"', "rate = 0.85", "rate", "an amount in quotes"),
        ('rate = "0.85"', 'rate = "0,85"', "rate", "is no amount"),
        ('rate = "0.85"', 'rate = "IDR 85"', "rate", "the currency stands in pay.currency"),
        ('rate = "0.85"', 'rate = "-1"', "rate", "must not be negative"),
        ("per_views = 1000", "per_views = 0", "per_views", "must not be zero"),
        ('rate = "0.85"', 'rate = "0.85"\nflat = "5"', "flat", "means nothing where the model is performance"),
        ('rate = "0.85"', 'rate = "0.85"\npot = "5"', "pot", "a rate and a pot"),
        ('rate = "0.85"\n', "", "[pay]", "needs pay.rate or pay.pot"),
        ('currency = "USD"', 'currency = "dollars"', "currency", "three letters"),
        ('currency = "USD"\n', "", "[pay]", "pay.currency is missing"),
        ('model = "performance"', 'model = "lottery"', "model", "one of flat, performance, hybrid, points"),
        ('kinds = ["photo"]', 'kinds = ["reel"]', "kinds", "no such kind"),
        ("min_length = 10", "min_length = 500", "min_length", "more than max_length"),
        ("most = 4", 'most = "4"', "most", "a whole number"),
        ("opens = 2098-05-01T08:00:00", 'opens = "1 May"', "opens", "a day or a time"),
        ("[window]", "[window", "[window", "not valid TOML"),
        ("[caption]", "[content.counts]\nphoto = 0\n\n[caption]", "photo", "must not be zero"),
        ("[caption]", "[content.counts]\nreels = 2\n\n[caption]", "reels", "unknown key 'content.counts.reels'"),
        ("[caption]", "[content.counts]\nphoto = 1\nvideo = 2\n\n[caption]", "video", "not among content.kinds"),
        ("[caption]", "posts = 3\n[content.counts]\nphoto = 2\n\n[caption]", "posts", "content.counts make 2"),
        ("[caption]", "counts = { photo = 1, drone = 2 }\n\n[caption]", "counts", "content.counts.drone"),
        ("[caption]", "counts = 3\n\n[caption]", "counts", "write [content.counts]"),
        ("closes = 2098-05-31T20:00:00", "closes = 9999-12-31", "closes", "lies in the year 9999"),
        ("opens = 2098-05-01T08:00:00", "opens = 08:00:00", "opens", "not 08:00:00"),
        ('rate = "0.85"', 'rate = "0.85"\nmeasured_days = 99999999', "measured_days", "write 3,650 or less"),
        ('rate = "0.85"', 'rate = "0.85"\nmin_views = 99999999999', "min_views", "too large"),
        ('zone = "Asia/Jakarta"', 'zone = "WITA"', "zone", "did you mean Asia/Makassar?"),
        ("[mentions]", "[mention]", "[mention]", "did you mean mentions?"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    stockctl: Callable[..., Run], tmp_path: Path, old: str, new: str, at: str, said: str
) -> None:
    assert old in BRIEF
    text = BRIEF.replace(old, new, 1)
    brief = put_brief(tmp_path, text)
    run = stockctl("campaign", "pay", brief, put_posts(tmp_path), "--json")
    assert run.code == 2
    assert run.out == ""
    assert said in run.err
    assert f"{brief}:{line(text, at)}" in run.err
    assert "hint: " in run.err


def test_a_brief_that_is_not_there_or_no_text(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'title = "Caf\xe9"\n')
    for name, said in (("missing.toml", "no such file or folder"), ("latin.toml", "cannot read the brief")):
        run = stockctl("campaign", "pay", tmp_path / name, tmp_path / "posts.csv")
        assert run.code == 2
        assert f"{tmp_path / name}: {said}" in run.err


def test_days_stand_for_their_whole_length_in_the_brief_s_zone(tmp_path: Path) -> None:
    text = BRIEF.replace("2098-05-01T08:00:00", "2098-05-01").replace("2098-05-31T20:00:00", "2098-05-31")
    brief = read_brief(put_brief(tmp_path, text))
    assert brief.opens.isoformat() == "2098-05-01T00:00:00+07:00"
    assert brief.closes.isoformat() == "2098-05-31T23:59:59.999999+07:00"


def test_a_time_with_a_zone_of_its_own_is_that_time(tmp_path: Path) -> None:
    brief = read_brief(put_brief(tmp_path, BRIEF.replace("2098-05-01T08:00:00", "2098-05-01T08:00:00Z")))
    assert brief.opens.isoformat() == "2098-05-01T15:00:00+07:00"


def test_the_smallest_unit_is_the_currency_s(tmp_path: Path) -> None:
    units = {
        currency: read_brief(put_brief(tmp_path, BRIEF.replace("USD", currency))).pay.unit
        for currency in ("USD", "JPY", "KWD")
    }
    assert units == {"USD": 10_000, "JPY": 1_000_000, "KWD": 1_000}
    assert read_brief(put_brief(tmp_path, BRIEF + "decimals = 4\n")).pay.unit == 100


def test_there_is_a_sample_for_each_way_of_paying() -> None:
    briefs = [read_brief(path) for path in sorted(SAMPLES.glob("*.toml"))]
    assert {brief.pay.model for brief in briefs} == {"flat", "performance", "hybrid", "points"}
    for brief in briefs:
        assert brief.path.with_suffix(".posts.csv").is_file()
        assert brief.platform in platforms()
        assert all(network_named(name) for name in brief.networks)
    assert all("#" in brief.path.read_text(encoding="utf-8").splitlines()[0] for brief in briefs)


def test_a_points_brief_caps_points(tmp_path: Path) -> None:
    pay = 'model = "points"\ncurrency = "IDR"\npoints_per_post = 5\npoint_value = "10"\ncap_per_post = "5"\n'
    with pytest.raises(BriefError, match=r"pay\.cap_per_post means nothing"):
        read_brief(put_brief(tmp_path, paying(pay)))


def test_every_fact_of_a_profile_has_a_source_or_says_that_it_is_not_known() -> None:
    assert len(platforms()) >= 8
    tables = [one.facts for one in platforms().values()] + [one.facts for one in networks().values()]
    for key, fact in (pair for facts in tables for pair in facts.items()):
        assert (fact.value is None) == (fact.confidence == "unknown"), (key, fact)
        assert fact.source or fact.confidence in {"unknown", "memory"}, (key, fact)
    wefluence = platforms()["wefluence"]
    assert wefluence.value("pays") == ["flat", "performance", "points"]
    assert {"export", "api", "point_value"} <= {key for key, fact in wefluence.facts.items() if fact.value is None}


def test_platforms_are_shown_and_a_slip_of_the_pen_is_helped(stockctl: Callable[..., Run]) -> None:
    (shown,) = stockctl("campaign", "platforms", "wefluence", "--json").json["platforms"]
    api = shown["facts"]["api"]
    assert (api["value"], api["source"], api["confidence"], api["checked"]) == (None, None, "unknown", "2026-11-28")
    run = stockctl("campaign", "platforms", "wefluense")
    assert (run.code, "did you mean wefluence?" in run.err) == (2, True)
    assert "not known: " in stockctl("campaign", "platforms").out
