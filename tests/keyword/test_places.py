"""Places by position: the nearest town as the crow flies, its country and state, or nothing at sea."""

from __future__ import annotations

import pytest

from stockctl.keyword.places import Place, nearest


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
