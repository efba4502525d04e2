"""Places by position: the nearest town as the crow flies, its country and state, or nothing at sea."""

from __future__ import annotations

from typing import TYPE_CHECKING

import piexif
import pytest

from stockctl.keyword.sources.places import Place, contradiction, named, nearest
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

    Program = Callable[..., Run]


@pytest.mark.parametrize(
    ("latitude", "longitude", "place"),
    [
        (48.8584, 2.2945, ("France", "Île-de-France")),
        (-8.5069, 115.2625, ("Indonesia", "Bali")),
        (40.7580, -73.9855, ("United States", "New York")),
        (64.1466, -21.9426, ("Iceland", "Capital Region")),
    ],
)
def test_a_position_has_a_place(latitude: float, longitude: float, place: tuple[str, str]) -> None:
    found = nearest(latitude, longitude)
    assert found is not None
    assert found[:2] == place
    assert found.town


@pytest.mark.parametrize(("latitude", "longitude"), [(0.0, -30.0), (90.0, 0.0), (-90.0, 0.0), (-50.0, 179.99)])
def test_the_sea_is_no_place(latitude: float, longitude: float) -> None:
    assert nearest(latitude, longitude) is None


def test_the_date_line_is_no_border() -> None:
    # Taveuni, Fiji, lies on it: its towns are on either side.
    one, other = nearest(-16.85, 179.99), nearest(-16.85, -179.99)
    assert isinstance(one, Place)
    assert one == other


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Stonehenge, England", ["England"]),
        ("Sunset over fields in the United States", ["United States"]),
        ("Old harbour of Nice, France", ["Nice", "France"]),
        ("Ubud, Bali, Indonesia", ["Ubud", "Bali", "Indonesia"]),
        ("bali, indonesia", ["bali", "indonesia"]),
        ("USA road trip", ["USA"]),
        ("New York skyline at night", ["New York"]),
        ("Christmas market in Prague", ["Prague"]),
        # Each of these words is a town or a state somewhere.
        ("Nice boats at dusk", []),
        ("Rice Harvest With Farmers", []),
        ("Holiday", []),
        ("holiday", []),
        ("Harvest, Beach", []),
        ("Storm on the Western coast", []),
    ],
)
def test_a_text_names_places(text: str, names: list[str]) -> None:
    assert [place.name for place in named(text)] == names


BALI = Place("Indonesia", "Bali", "Ubud", "ID")


@pytest.mark.parametrize(
    ("context", "other"),
    [("Farm in England", "England"), ("Rice in Bali", ""), ("Indonesia", ""), ("Rice harvest", ""), ("Asia", "")],
)
def test_a_text_may_contradict_a_position(context: str, other: str) -> None:
    assert contradiction(context, BALI) == other
    assert contradiction(context, None) == ""


def test_a_named_place_is_embedded_whole(stockctl: Program, tmp_path: Path) -> None:
    path = put(tmp_path / "in" / "DSC_1.jpg", jpeg(320, 200))
    context = "Farmers bring in the harvest in the United States"
    (asset,) = stockctl("keyword", path, "--context", context, "--json").json["assets"]
    assert "united states" in {entry["word"] for entry in asset["keywords"]}
    words = {entry["word"] for entry in (*asset["keywords"], *asset["offered"])}
    assert words.isdisjoint({"united", "states", "state"})
    assert "farmers" in words


def test_a_position_that_contradicts_the_person_is_said_and_not_written(stockctl: Program, tmp_path: Path) -> None:
    path = put(tmp_path / "in" / "DSC_1.jpg", jpeg(320, 200))
    position = {
        piexif.GPSIFD.GPSLatitudeRef: b"N",
        piexif.GPSIFD.GPSLatitude: ((49, 1), (36, 1), (0, 1)),
        piexif.GPSIFD.GPSLongitudeRef: b"E",
        piexif.GPSIFD.GPSLongitude: ((20, 1), (0, 1), (0, 1)),
    }
    piexif.insert(piexif.dump({"GPS": position}), str(path))
    (asset,) = stockctl("keyword", path, "--context", "Wheat fields in England", "--dry-run", "--json").json["assets"]
    (said,) = [finding for finding in asset["findings"] if finding["name"] == "place-conflict"]
    assert "England" in said["message"]
    assert "Poland" in said["message"]
    assert "Poland" not in asset["description"]
    embedded = {entry["word"] for entry in asset["keywords"]}
    assert "england" in embedded
    assert "poland" not in embedded
    assert "poland" in {entry["word"] for entry in asset["offered"]}
    (asset,) = stockctl("keyword", path, "--context", "Wheat fields in summer", "--dry-run", "--json").json["assets"]
    assert asset["description"].endswith("Poland.")
