"""What of a phrase of several words is a keyword: no piece that cuts another phrase asunder or says something else."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


def said(text: str) -> set[str]:
    """Return all keywords that a text gives."""
    return {word for unit in read(text).units for word in (unit.word, *unit.parts)}


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Nursing home garden", ["nursing home", "garden"], ["home garden", "home"]),
        ("Washing machine factory", ["washing machine", "factory"], ["machine factory", "machine"]),
        ("Real estate market crash", ["real estate", "market"], ["estate market"]),
        ("Hot dog costume", ["costume"], ["dog costume", "dog"]),
        ("Chocolate chip cookies", ["chocolate chip", "chocolate", "cookies"], ["chip cookie"]),
        ("Bus stop sign", ["bus stop", "sign"], ["stop sign"]),
        ("Poison ivy leaves", ["poison ivy", "leaves"], ["ivy leaves", "ivy"]),
        ("Wall Street sign", ["wall street", "sign"], ["street sign", "street"]),
        ("Sweet potato fries", ["sweet potato", "fries"], ["potato fries", "potato"]),
        ("Dragon boat festival", ["dragon boat", "festival"], ["boat festival"]),
        ("Wall with a dark blue background", ["blue background", "blue"], []),
        ("Small business owner", ["small business", "business owner"], []),
    ],
)
def test_no_piece_begins_within_a_phrase_in_which_its_words_do_not_stand(
    text: str, there: list[str], never: list[str]
) -> None:
    assert set(there) <= said(text)
    assert said(text).isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Boxing Day sale banner", ["boxing day", "sale"], ["boxing"]),
        ("Black Friday sale sign", ["black friday", "sign"], ["black"]),
        ("Mardi Gras parade", ["mardi gras", "parade"], ["mardi"]),
        ("St Patrick's Day parade", ["st patrick's day", "parade"], ["patrick's day"]),
        ("Breast cancer awareness month", ["breast cancer", "awareness"], ["breast"]),
        ("Winter squash plant", ["winter squash", "plant"], ["winter"]),
    ],
)
def test_what_a_name_begins_with_is_not_there_by_itself(text: str, there: list[str], never: list[str]) -> None:
    assert set(there) <= said(text)
    assert said(text).isdisjoint(never)
