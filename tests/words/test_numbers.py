"""Numbers and the words that they belong to: ages, days, measures, names with a number, and how many there are."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


def said(text: str) -> set[str]:
    """Return all keywords that a text gives."""
    found = read(text)
    return {word for unit in found.units for word in (unit.word, *unit.parts, unit.kind)} | set(found.spare)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        # An age is no keyword, and nobody young is old.
        ("Five year old boy blowing candles", ["boy", "candles"], ["old boy", "year", "old", "five year"]),
        ("90 year old woman knitting", ["woman", "knitting"], ["old woman", "year old woman", "year"]),
        ("Six month old baby on a rug", ["baby", "rug"], ["old baby", "old", "month", "six month"]),
        ("Two year old girl with a pony", ["girl", "pony"], ["two year old", "horse", "year"]),
        ("5 years old twins with a birthday cake", ["twins", "birthday cake"], ["old twins", "years", "old"]),
        ("Ninety five year old man", ["man"], ["ninety", "old man", "year"]),
        ("Two-year-old girl with a pony", ["girl", "pony"], ["two-year-old", "horse"]),
        ("Old man on a bench", ["old man", "man"], []),
        ("Woman in her fifties meditating", ["woman", "meditating"], ["fifties"]),
        ("Man in his early forties jogging", ["man", "jogging"], ["forties", "early forties"]),
        ("Fifties diner with neon", ["fifties", "diner"], []),
        # Ordinals only count; a date is one.
        ("Menorah on the seventh night of Hanukkah", ["night", "hanukkah"], ["seventh", "seventh night"]),
        ("Banner for women, eighth of March", ["eighth of march"], ["eighth", "march"]),
        ("Fourth of July family barbecue", ["fourth of july", "family barbecue"], ["fourth", "july"]),
        ("50th birthday cake with candles", ["50th birthday", "birthday cake"], ["50th"]),
        ("18th century manor house", ["18th century", "manor house"], ["18th", "century"]),
        ("Climbers on the 12th floor", ["climbers", "12th floor"], ["12th"]),
        ("Third floor apartment", ["third floor", "apartment"], ["floor apartment", "third"]),
        ("9th grade students", ["9th grade", "students"], ["grade students", "9th"]),
        ("Crowd on 42nd Street, New York", ["crowd", "42nd street"], ["street", "42nd"]),
        ("Black cat, Friday the 13th", ["friday the 13th"], ["friday", "13th"]),
        ("Boat race, number three in the lead", ["boat race"], ["number", "three"]),
        ("Second hand clothes", ["second hand clothes"], []),
        # Measures and names with a number.
        ("5 km charity race in a park", ["5 km", "charity race"], ["km", "km race"]),
        ("12 story building at night", ["building", "night"], ["story", "story building"]),
        ("Six month subscription box", ["subscription box"], ["month", "month subscription box"]),
        ("Five star hotel lobby", ["five star hotel"], []),
        ("24 hour race at Le Mans", ["race"], ["hour race", "hour"]),
        ("Old yellow tram number 28 in Lisbon", ["yellow tram", "tram 28"], ["number", "tram number"]),
        ("Bus number 12 in London", ["bus", "bus 12"], ["number", "bus number"]),
        ("Rental car on Route 66, Arizona", ["route 66", "rental car"], ["route"]),
        ("Motorbike on Highway 1, California", ["highway 1", "highway"], []),
        ("Tourists at Pier 39 in San Francisco", ["pier 39", "pier"], []),
        ("Formula 1 night race", ["formula 1", "night race"], ["formula"]),
        ("Sunscreen SPF 30 tube", ["sunscreen", "spf 30", "tube"], ["spf", "sunscreen spf"]),
        ("Omega 3 capsules in hand", ["omega 3", "capsules"], ["omega"]),
        ("Vitamin B12 capsules", ["vitamin b12", "capsules"], ["b12"]),
        ("Phone number 555 on a paper", ["phone number"], ["phone 555"]),
        # What is of a number.
        ("Three dimensional model of a heart", ["three dimensional", "model"], ["dimensional", "dimensional model"]),
        ("Three wheeled cargo bike", ["cargo bike"], ["wheeled", "three"]),
        ("4K drone footage of a forest", ["4k", "drone footage"], []),
        ("Full HD video of a globe", ["full hd", "video"], ["hd"]),
        # How many there are.
        ("Advent wreath with four burning candles", ["four burning candles", "burning candles", "four candles"], []),
        ("Three red apples on a table", ["three red apples", "red apples", "three apples"], []),
        ("Family of four opening presents", ["family", "family of four", "presents"], ["four"]),
        ("Blended family of five", ["blended family", "family of five"], ["five"]),
        ("Family of four cats", ["family", "four cats"], ["family of four"]),
        ("Picnic for two in a park", ["picnic", "picnic for two"], ["two"]),
        ("5 year-old boy with a kite", ["boy", "kite"], ["year-old", "old boy"]),
        ("Two sleeping cats on a sofa", ["two sleeping cats", "sleeping", "cats", "two cats"], []),
        ("Two women sitting on a sofa", ["two women", "sitting"], ["sitting on"]),
        ("Two wine glasses on a table", ["two wine glasses", "wine glasses", "two glasses"], []),
        ("Three phase motor in a plant", ["three phase motor", "motor"], ["phase motor", "phase"]),
        ("Two story house", [], ["two story houses", "two houses"]),
        ("Map of major rivers in Europe", ["map", "rivers", "europe"], ["major", "major rivers"]),
        ("Friends of different ages", ["friends", "different ages"], ["ages"]),
        ("Children of all ages", ["children", "all ages"], ["ages"]),
        ("Soup of the day on a chalkboard", ["soup", "soup of the day"], ["day"]),
        ("Lake at the end of the day", ["lake"], ["end of the day", "day"]),
        ("Light of the day on a lake", ["light", "lake"], ["light of the day", "day"]),
        ("A few weeks old kitten", ["kitten"], ["weeks", "old", "old kitten"]),
    ],
)
def test_a_number_and_its_word_are_one(text: str, there: list[str], never: list[str]) -> None:
    assert set(there) <= said(text)
    assert said(text).isdisjoint(never)
