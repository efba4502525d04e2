"""What a clause calls for or forbids is one keyword, and its verb by itself none."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


def said(text: str) -> set[str]:
    return {word for unit in read(text).units for word in (unit.word, *unit.parts)}


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Hands holding a globe, save the planet", {"save the planet", "planet", "globe"}, {"save"}),
        ("Save the bees sign", {"save the bees", "bees", "sign"}, {"save"}),
        ("Stop global warming!", {"stop global warming", "global warming"}, {"stop"}),
        ("Plan your future", {"plan your future", "future"}, {"plan"}),
        ("Wash your hands poster", {"wash your hands", "hands", "poster"}, {"wash"}),
        ("Never stop learning", {"never stop learning", "learning"}, {"stop"}),
        ("Go vegan", {"go vegan"}, {"vegan", "go"}),
        ("Eat clean, train hard", {"eat clean", "train hard"}, {"eat", "clean", "train", "hard"}),
        ("Adopt don't shop. Dog behind bars", {"adopt don't shop", "dog"}, {"adopt", "shop"}),
        ("I love coffee lettering", {"i love coffee", "coffee", "lettering"}, {"love coffee"}),
        # What is denied there stays unsaid.
        ("Say no to fur", {"say no to fur"}, {"say", "fur"}),
        ("Don't feed the dog chocolate", {"don't feed the dog chocolate"}, {"feed", "chocolate", "dog chocolate"}),
        # A long one has the things alone.
        ("Save the planet by planting trees", {"planet", "planting", "trees"}, {"save"}),
        # Where a text tells of what is written, a sentence is that.
        ("Good things take time. Motivational quote", {"good things take time"}, {"things", "time"}),
        ("Work hard in silence, inspirational poster", {"work hard in silence"}, {"hard", "silence"}),
        ("No pain no gain, gym typography", {"no pain no gain", "gym"}, {"pain", "gain"}),
        ("Live laugh love wall sticker", {"live laugh love", "wall sticker"}, {"live", "laugh"}),
        ("Round stamp made in Italy", {"round stamp", "made in italy", "italy"}, {"made"}),
        ("Hand writing the word success", {"hand", "success"}, {"word", "word success"}),
        # These begin as calls do.
        ("Stop sign at a crossing", {"stop sign"}, {"stop"}),
        ("Stop motion animation", {"stop motion animation"}, {"stop", "motion"}),
        ("Increase in sales", {"increase", "sales"}, {"increase in sales"}),
        ("Never seen before view", {"view"}, {"never seen before view"}),
        ("Don't text and drive", {"don't text and drive"}, {"text", "drive"}),
        ("Contact lens on a finger", {"contact lens"}, {"contact"}),
    ],
)
def test_a_call_is_one_keyword(text: str, there: set[str], never: set[str]) -> None:
    found = said(text)
    assert there <= found
    assert found.isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("No dogs allowed sign", {"no dogs allowed", "sign"}, {"dogs", "no people"}),
        ("Fence, no pets allowed", {"fence", "no pets allowed"}, {"pets"}),
        ("Hotel door with do not disturb sign", {"hotel door", "do not disturb", "sign"}, {"disturb"}),
        ("Do not touch sticker", {"do not touch", "sticker"}, {"touch"}),
        ("Please do not feed the animals sign", {"do not feed the animals", "sign"}, {"animals", "feed"}),
        ("No junk mail sticker on a mailbox", {"no junk mail", "sticker", "mailbox"}, {"junk mail", "junk"}),
        ("Street, no traffic sign", {"street"}, {"sign", "no traffic"}),
        ("Road with no signs", {"road"}, {"signs", "sign"}),
    ],
)
def test_what_a_sign_forbids_is_one_keyword(text: str, there: set[str], never: set[str]) -> None:
    found = said(text)
    assert there <= found
    assert found.isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Woman can't close her jeans", {"woman", "jeans"}, {"close"}),
        ("Woman cannot open a jar", {"woman", "jar"}, {"open"}),
        ("Anything but boring salad", {"salad"}, {"boring salad", "boring"}),
    ],
)
def test_what_is_not_done_is_not_said(text: str, there: set[str], never: set[str]) -> None:
    found = said(text)
    assert there <= found
    assert found.isdisjoint(never)
