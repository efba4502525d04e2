"""Room for somebody's words is copy space, and nothing of it is seen."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


def said(text: str) -> set[str]:
    """Return all keywords that a text gives."""
    return {word for unit in read(text).units for word in (unit.word, *unit.parts)}


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Blurred lights, copy space for text", ["copy space"], ["copy", "copy copy space", "space"]),
        ("Flat lay of office supplies, copy space for your design", ["flat lay", "copy space"], ["design"]),
        ("Paper with torn edges and space for your message", ["torn edges", "copy space"], ["message", "space"]),
        ("Banner with snowflakes and space for your logo", ["banner", "copy space"], ["logo", "space"]),
        ("Wooden frame with blank space for your greeting", ["wooden frame", "copy space"], ["greeting", "blank"]),
        ("Empty sign with room for your message", ["sign", "copy space"], ["room", "message"]),
        ("Wall with large empty space for a text or logo", ["wall", "copy space"], ["text", "logo", "empty"]),
        ("Living room with place for text", ["living room", "copy space"], ["place"]),
        ("Storage room for products", ["storage room", "products"], ["copy space"]),
        ("Room for a child", ["child"], ["copy space"]),
        ("Parking space for disabled people", ["parking space"], ["copy space"]),
    ],
)
def test_room_for_words_is_copy_space(text: str, there: list[str], never: list[str]) -> None:
    assert set(there) <= said(text)
    assert said(text).isdisjoint(never)


@pytest.mark.parametrize("text", ["Kitchen, nobody", "Beach in winter, no people, nobody", "Pier at dusk, nobody."])
def test_nobody_and_no_people_stand_apart(text: str) -> None:
    assert {"no people", "nobody"} <= said(text)
    assert "no people nobody" not in said(text)
