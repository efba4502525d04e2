"""Names of private persons are found in texts and keywords; places, plants and things called after somebody are not."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read
from stockctl.words.texts.people import persons, private_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anna Kowalska at her wedding", ["Anna Kowalska"]),
        ("my cousin Derrick at her wedding", ["Derrick"]),
        ("angela merkel", ["angela merkel"]),
        ("portrait of Jack Kowalski with Maria", ["Jack Kowalski", "Maria"]),
        ("Wayan", ["Wayan"]),
        ("james bond", ["james"]),
    ],
)
def test_a_person_is_found(text: str, names: list[str]) -> None:
    assert persons(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Lake Victoria", "Victoria Falls", "St. Peter's Square in Rome", "rose garden", "mark on the wall",
        "Prince Edward Island", "tom yum soup", "Christian church", "Jordan River", "san diego skyline", "jean jacket",
        "max speed", "bob haircut", "roman ruins", "christmas carol", "autumn forest in april",
        "Snowy mountain reflected in a calm lake", "jesus statue", "virgin mary",
    ],
)  # fmt: skip
def test_a_place_or_thing_is_no_person(text: str) -> None:
    assert persons(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Engineer Maria checking a turbine", ["Maria"]),
        ("Doctor Kowalski examining a patient", ["Kowalski"]),
        ("our neighbour Tom washing his car", ["Tom"]),
        ("Portrait of farmer Joseph in his field", ["Joseph"]),
        ("Pastor John preaching", ["John"]),
        ("Judge Brown in court", ["Brown"]),
        ("Dr Smith with a stethoscope", ["Smith"]),
        ("violinist Petrov playing in an orchestra", ["Petrov"]),
        ("Young Boxer Iman training", ["Iman"]),
        ("little Emma blowing out candles", ["Emma"]),
        ("Trainer Ben with dog Max", ["Ben", "Max"]),
        ("Boat captain Hassan on the Nile", ["Hassan"]),
        ("CEO Tanaka giving a speech", ["Tanaka"]),
    ],
)
def test_a_name_behind_what_somebody_is_is_private(text: str, names: list[str]) -> None:
    assert private_names(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Saint Peter statue in Rome", "King Charles portrait at a museum", "Lake Victoria at sunset",
        "Santa Maria church", "Apostle Paul icon", "Father Christmas with presents", "Hunter Valley vineyard",
        "Nurse shark in the Bahamas", "Judge Gavel on a desk", "Old woman Sapa market", "dancer Havana club",
        "Photographer London street", "Tourist Machu Picchu", "Fisherman Inle Lake", "Captain Cook monument",
        "Soldier Field stadium", "Marina glowing at dusk", "Gondola near Santa Maria della Salute",
    ],
)  # fmt: skip
def test_what_is_called_so_is_no_private_person(text: str) -> None:
    assert private_names(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Doctor Kowalski examining a patient", {"doctor", "kowalski", "patient"}),
        ("Skier Johansson racing downhill", {"skier", "johansson"}),
        ("Fisherman Inle Lake at dawn", {"fisherman", "inle lake"}),
        ("Trainer Ben with dog Max", {"trainer", "dog"}),
    ],
)
def test_what_somebody_is_is_no_part_of_the_name(text: str, said: set[str]) -> None:
    assert said <= {unit.word for unit in read(text).units}
