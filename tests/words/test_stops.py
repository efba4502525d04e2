"""Full stops behind abbreviations: neither is a sentence cut, nor are two joined."""

from __future__ import annotations

import pytest

from stockctl.words.spelling import spelling
from stockctl.words.texts.sentences import first_sentence, sentences

TWO = (
    ("The shop opens at 9 a.m.", "People wait outside."),
    ("Breakfast at 7 a.m.", "Fresh bread on a table."),
    ("Open from 9 a.m. to 5 p.m.", "Closed on Sunday."),
    ("Train at 5 p.m.", "Tokyo station crowded with commuters."),
    ("Breakfast at 9 A.M.", "Woman drinks coffee."),
    ("Protest in Washington D.C.", "Crowd with flags."),
    ("Flag of the U.S.", "People celebrate."),
    ("Shops on Fifth Ave.", "People with bags walk by."),
    ("Broadway and W. 42nd St.", "Yellow taxis pass."),
    ("Driving on Sunset Blvd.", "Palm trees at dusk."),
    ("Office of Acme Inc.", "Workers at desks."),
    ("Made by Smith & Co.", "Workers pack boxes."),
    ("Dogs, cats, etc.", "Volunteers feed them."),
    ("Martin Luther King Jr.", "Crowd gathers."),
    ("Woman with a Ph.D.", "Research lab interior."),
    ("Rock face of 300 ft.", "Above it a bird glides."),
    ("Temple from 500 B.C.", "Tourists visit."),
    ("Statue of Robert E. Lee.", "Tourists around it."),
    ("Sailing to the lee.", "Waves behind."),
)
ONE = (
    "Sunrise at 6 a.m. over Bali.",
    "At 9 A.M. Monday the shop opens.",
    "The 3 p.m. Tea ceremony in Kyoto",
    "Coffee At 9 A.M. In Paris",
    "Sunset at 7 p.m. Bali",
    "Traffic in Washington, D.C. at night.",
    "Born in a U.S. Army base.",
    "U.S. Capitol building at dusk",
    "U.S. Soldiers march in a parade",
    "N.Y. Skyline at dusk",
    "Walking down Fifth Ave. New York",
    "Ave. Maria church.",
    "Port St. Lucie beach",
    "Church on St. Mary's street",
    "Office of Apple Inc. in California.",
    "Apple Inc. Headquarters in Cupertino",
    "Martin Luther King Jr. Memorial in Washington",
    "A Sr. Developer at work",
    "A tower approx. 300 m high.",
    "Population approx. Two million.",
    "Temple built ca. 1200 in Java.",
    "Portrait of Capt. James Cook statue.",
    "Police Sgt. Jones at work.",
    "Lt. Dan at sea.",
    "The café (est. 1890) in Vienna.",
    "Nat. Geo style photo of a lion.",
)


@pytest.mark.parametrize("parts", TWO, ids="|".join)
def test_a_sentence_ends_behind_an_abbreviation_where_another_begins(parts: tuple[str, str]) -> None:
    assert sentences(" ".join(parts)) == list(parts)


@pytest.mark.parametrize("text", ONE)
def test_a_sentence_goes_on_behind_an_abbreviation(text: str) -> None:
    assert sentences(text) == [text]


def test_a_title_is_the_first_sentence_whole() -> None:
    assert first_sentence("The shop opens at 9 a.m. People wait outside.") == "The shop opens at 9 a.m."


def test_a_name_behind_an_abbreviation_is_no_slip_and_a_sentences_first_word_is() -> None:
    assert spelling("Mt. Agung seen from Amed, approx. 3,031 m high") == []
    assert [slip.word for slip in spelling("A hill near Mt. Agung. Sunsett over it")] == ["sunsett"]
