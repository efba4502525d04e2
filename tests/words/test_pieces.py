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
        ("Pier at sunset, Bali honeymoon", ["bali", "honeymoon"], []),
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


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Red and white wine", ["red wine", "white wine"], ["red and white"]),
        ("Roasted and salted almonds", ["roasted almonds", "salted almonds", "almonds"], []),
        ("Sliced and whole oranges", ["sliced oranges", "whole oranges", "oranges"], ["sliced", "whole"]),
        ("Front and back view of a t-shirt", ["front view", "back view"], []),
        ("Left and right arrows", ["left arrows", "right arrows"], []),
        ("Winter and summer landscape", ["winter landscape", "summer landscape", "winter"], []),
        ("Witch and skeleton costumes", ["witch costumes", "skeleton costumes"], []),
        ("Fruit and vegetable market", ["fruit market", "vegetable market", "fruit"], []),
        ("Cat and dog tracks", ["cat tracks", "dog tracks"], []),
        ("Men's and women's shoes", ["men's shoes", "women's shoes"], []),
        ("Investment and savings concept", ["investment concept", "savings concept"], []),
        ("Hot and cold water", ["hot water", "cold water"], []),
        # Two things, or one of both.
        ("Thyme and cherry tomatoes", ["cherry tomatoes"], ["thyme tomatoes"]),
        ("Black and white photo", ["black and white photo"], ["black photo", "white photo"]),
        ("Sweet and sour chicken", ["sweet and sour chicken"], ["sweet chicken"]),
        ("Desk and office chair", ["desk", "office chair"], ["desk chair"]),
        ("Father and twin daughters", ["father", "twin daughters"], ["father daughters"]),
        ("Coffee and chocolate cake", ["coffee", "chocolate cake"], ["coffee cake"]),
    ],
)
def test_two_share_the_thing_behind_them(text: str, there: list[str], never: list[str]) -> None:
    assert set(there) <= said(text)
    assert said(text).isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Hand-painted Easter eggs", ["easter eggs", "hand-painted easter eggs"], ["hand-painted easter"]),
        ("Heart-shaped latte art", ["heart-shaped latte art", "latte art"], []),
        ("Plant-based steak on a plate", ["plant-based steak", "steak"], []),
        ("One-piece swimsuit", ["one-piece swimsuit", "swimsuit"], []),
        ("Two-lane mountain road", ["two-lane mountain road", "mountain road"], []),
        ("Wood-fired pizza", ["wood-fired pizza", "pizza"], []),
        ("Close-up of Chinese yuan banknotes", ["close-up", "chinese yuan", "banknotes"], ["close-up of chinese"]),
        ("Close-up of Swiss cheese", ["close-up", "swiss cheese"], ["close-up of swiss"]),
        ("Saint-Malo old town", ["saint-malo", "old town"], []),
    ],
)
def test_a_word_with_hyphens_tells_of_the_whole_thing_behind_it(text: str, there: list[str], never: list[str]) -> None:
    assert set(there) <= said(text)
    assert said(text).isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Pink piggy bank with glasses", ["pink piggy bank", "piggy bank", "pink"], []),
        ("White semi truck on a road", ["white semi truck", "semi truck"], []),
        ("Whipped egg whites in a bowl", ["whipped egg whites", "egg whites"], []),
        ("Clear plastic bottle", ["clear plastic bottle", "plastic bottle"], ["clear"]),
        ("Huge dump truck", ["huge dump truck", "dump truck"], ["huge"]),
        ("Red torii gates in a forest", ["red torii gates", "torii gates"], []),
        ("Volleyball net on an empty sandy beach", ["empty sandy beach", "sandy beach"], []),
        ("Locksmith and a broken door lock", ["broken door lock", "door lock"], []),
        # What somebody does, what another word tells of, and shades.
        ("Startup team brainstorming", ["startup team"], ["startup team brainstorming"]),
        ("Model in a hanbok inspired evening gown", ["evening gown"], ["inspired evening gown"]),
        ("Waves hitting a sea wall", ["waves", "sea wall"], ["hitting sea wall"]),
        ("Kite in a pastel blue sky", ["pastel blue", "blue"], []),
    ],
)
def test_a_quality_stays_with_the_thing_of_two_words_behind_it(text: str, there: list[str], never: list[str]) -> None:
    assert set(there) <= said(text)
    assert said(text).isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Conveyor belt sushi restaurant", ["conveyor belt sushi restaurant", "sushi restaurant"], []),
        ("Sugar free dessert recipe", ["sugar free dessert recipe", "sugar free dessert", "recipe"], []),
        ("Ugly Christmas sweater party", ["ugly christmas sweater party", "ugly christmas sweater", "party"], []),
        ("Offshore wind farm turbines at sunrise", ["offshore wind farm turbines", "turbines"], []),
        ("Real estate investment concept", ["real estate investment concept", "real estate"], ["estate investment"]),
        ("Mixed race businessman", ["mixed race businessman", "businessman"], ["race", "race businessman"]),
        ("Clear night over the mountains", ["clear night", "night"], ["clear"]),
        ("Used masks on the ground", ["used masks", "masks"], ["used"]),
        ("Left hand holding a pen", ["left hand", "hand"], ["left"]),
        ("Spilled coffee beans", ["coffee beans"], ["spilled coffee"]),
        ("Old street lamp", ["old street lamp", "street lamp"], ["old street"]),
        ("Empty office", ["empty office", "office"], []),
        ("Gas plant at night", ["gas plant"], ["plant"]),
    ],
)
def test_a_thing_of_several_words_keeps_its_first_and_last_one(text: str, there: list[str], never: list[str]) -> None:
    assert set(there) <= said(text)
    assert said(text).isdisjoint(never)
