"""What a text says beside what is seen: how it was filmed, what it is for, models, groups, and what is not there."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


def said(text: str) -> set[str]:
    """Return all keywords that a text gives."""
    found = read(text)
    return {word for unit in found.units for word in (unit.word, *unit.parts)} | set(found.spare)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        # The camera that takes the film is not in it.
        ("Camera moves along a narrow alley", ["narrow alley"], ["camera"]),
        ("Handheld camera follows a hiker from behind", ["hiker"], ["camera", "handheld camera"]),
        ("The camera slowly pans over a bookshelf", ["bookshelf"], ["camera", "camera pans"]),
        ("Camera zooms in on a flower", ["flower"], ["camera", "camera zooms in", "zooms in"]),
        ("Camera on a tripod", ["camera", "tripod"], []),
        ("Tiger looking straight into the camera", ["tiger", "looking at camera"], ["straight", "camera"]),
        ("Owl staring at the camera", ["owl", "looking at camera"], ["camera"]),
        ("Train passing by at full speed, static shot", ["full speed", "static shot"], ["static", "speed"]),
        # What a seller notes is not seen.
        ("Layered file, easy to change colors", [], ["easy", "colors", "change colors"]),
        ("Perfect for banners and posters", [], ["perfect", "banners", "posters"]),
        ("Perfect for meditation", ["meditation"], ["perfect"]),
        ("Phone with blank screen for your text", ["blank screen", "copy space"], ["text"]),
        # A model has its number.
        ("Ryanair Boeing 737 landing", ["boeing 737", "boeing"], ["ryanair boeing"]),
        ("Phone mockup, iPhone 15 with case", ["iphone 15"], []),
        # A group is called so with what it is of.
        ("School of tropical fish", ["school of fish", "tropical fish"], ["school"]),
        ("Sea of red poppies", ["red poppies"], ["sea"]),
        ("A school in a village", ["school"], []),
        ("Beekeeper inspecting a frame of honeycomb", ["frame", "honeycomb"], ["a frame"]),
        # What is not there.
        ("City street free of cars", ["city street"], ["cars"]),
        ("Lifeguard tower on Miami beach, no lifeguard", ["lifeguard tower", "tower"], ["lifeguard"]),
        ("No cars but one red car", ["red car", "car"], []),
        # Verbs that show nothing.
        ("Hourglass with sand running out", ["hourglass", "sand"], ["running"]),
        ("Tools laid out on a table", ["tools", "table"], ["laid"]),
        ("Puzzle pieces forming a heart", ["puzzle pieces", "heart"], ["forming"]),
        # Places in longer names.
        ("A hotel in Nice, France", ["nice"], []),
        ("Nice beach with palm trees", ["beach"], ["nice"]),
        ("Bridge over the River Seine", ["river seine", "seine"], []),
        ("Mount Rushmore National Memorial", ["mount rushmore"], []),
        ("A village in the valley", ["village", "valley"], ["the valley"]),
    ],
)
def test_only_what_is_seen_is_said(text: str, there: list[str], never: list[str]) -> None:
    """Each such turn gives what is in the picture, and nothing of how the picture is made."""
    found = said(text)
    assert set(there) <= found
    assert not found & set(never)
