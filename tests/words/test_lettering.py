"""What is written in a picture is a keyword as it is written."""

from __future__ import annotations

import pytest

from stockctl.words.said.picture.lettering import lettering
from stockctl.words.said.reading import read


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('Hand lettering phrase "Merry and bright" with snowflakes', "merry and bright"),
        ("T-shirt print with the words “Dog mom” and a paw", "dog mom"),
        ("Greeting card saying 'Thank you teacher'", "thank you teacher"),
        ('Protester holds a placard: "No war". Crowd in the street.', "no war"),
    ],
)
def test_what_is_written_comes_whole(text: str, written: str) -> None:
    assert list(lettering(text)) == [written]
    assert written in {unit.word for unit in read(text).units}


@pytest.mark.parametrize(
    "text",
    [
        # Nothing there carries words; a name; another language; one word; the genitive.
        'The children call it "their castle in the air"',
        'The ferry "Queen Mary"',
        "Card „Frohe Weihnachten“",
        'Sign "Exit"',
        "The dog's bowl and the cat's toy beside a sign",
        'Poster "this is all that we have got to say to you"',
    ],
)
def test_what_is_quoted_only_is_no_phrase(text: str) -> None:
    assert list(lettering(text)) == []
