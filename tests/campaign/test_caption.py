"""Captions as networks count them: what their own documents and test cases say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.campaign.caption import hashtags, holds, mentions, utf16_length, weighted_length


# Expected lengths are those of twitter-text's own conformance cases and of its configuration's rules.
@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("This is a test.", 15),
        ("日本語", 6),
        ("cafe\u0301", 4),
        ("😷", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("👍🏿", 2),
        ("🇮🇩🇯🇵", 4),
        ("1️⃣", 2),
        ("☀️", 2),
        ("H🐱☺👨‍👩‍👧‍👦", 7),
        ("“quoted” – so…", 15),
        ("https://example.com/a/very/long/path?with=query", 23),
        ("see example.com now", 31),
        ("mail a@example.com", 18),
        ("#hash @name 100%", 16),
    ],
)
def test_x_counts_weighted(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(("text", "length"), [("abc", 3), ("😷", 2), ("👨‍👩‍👧‍👦", 11), ("é", 1)])
def test_tiktok_counts_utf_16_units(text: str, length: int) -> None:
    assert utf16_length(text) == length


@given(st.text())
def test_every_text_has_a_length_under_every_count(text: str) -> None:
    assert weighted_length(text) >= 0
    assert utf16_length(text) >= len(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#Senja, (#Kopi) #kopi_pagi! #2026", ["Senja", "Kopi", "kopi_pagi"]),
        ("x#no y&#39;s http://a.b/#no", []),
        ("#สวัสดี #ありがとう #кофе #हिन्दी", ["สวัสดี", "ありがとう", "кофе", "हिन्दी"]),
        ("＃全角", ["全角"]),
        ("#a#b", ["a"]),
        ("#", []),
    ],
)
def test_hashtags_are_found_in_every_script(text: str, found: list[str]) -> None:
    assert hashtags(text) == found


def test_mentions_end_before_the_full_stop_and_leave_addresses_alone() -> None:
    assert mentions("With @senja.coffee. Write to me@example.com, or @a_b!") == ["senja.coffee", "a_b"]


@pytest.mark.parametrize(
    ("caption", "phrase", "there"),
    [
        ("Paid  Partnership with us", "paid partnership", True),
        ("#SenjaMoments", "Senja", False),
        ("It is cheaper", "cheap", False),
        ("とても美味しい", "美味", True),
        ("ＳＥＮＪＡ coffee", "senja", True),
        ("100% arabica", "100%", True),
    ],
)
def test_a_phrase_is_looked_for_as_words(caption: str, phrase: str, there: bool) -> None:  # noqa: FBT001 - a table's column
    assert holds(caption, phrase) is there
