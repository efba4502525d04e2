"""Months and feasts are no persons, though many people bear their names."""

from __future__ import annotations

import pytest

from stockctl.words.texts.people import is_person, private_names


@pytest.mark.parametrize(
    "text",
    [
        "Muslim family breaking the fast during Ramadan",
        "Protest march in Berlin, Germany - 20 September 2026",
        "Children lighting lamps for Diwali",
        "Tulips in April",
        "Greeting card, lettering Merry Christmas",
        "Ramadan Kareem greeting card with lanterns",
    ],
)
def test_a_month_or_a_feast_is_nobodys_name(text: str) -> None:
    assert private_names(text) == []


def test_names_stay_names() -> None:
    assert private_names("Anna Kowalska in June") == ["Anna Kowalska"]
    assert private_names("My cousin April in Paris") == ["April"]
    assert private_names("Dr. Hernandez examining a little boy") == ["Hernandez"]
    assert private_names("The fisherman Joao Pereira mending nets") == ["Joao Pereira"]
    assert private_names("The geneticist Chen Weiling looks at flies") == ["Chen Weiling"]
    assert private_names("Portrait of apiarist Thabo Nkosi") == ["Thabo Nkosi"]
    assert private_names("Bartosz Wilczynski and his wife cut a cake") == ["Bartosz Wilczynski"]
    assert private_names("A dancer Bharatanatyam Festival, guide Angkor Wat") == []
    assert private_names("British shorthair cat named Muffin") == ["Muffin"]
    assert is_person("agnieszka")
    assert not is_person("ramadan")
    assert not is_person("september")
