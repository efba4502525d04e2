"""What is called by its year, its day or its measure, and May where it is a month."""

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
        ("New Year 2026 party", ["new year 2026", "new year", "2026", "party"], []),
        ("Happy New Year 2027 banner", ["happy new year 2027", "new year 2027", "new year", "2027"], ["happy"]),
        ("Easter 2026 card", ["easter 2026", "easter", "2026"], []),
        ("Black Friday 2026 sale", ["black friday 2026", "black friday"], ["friday", "friday 2026"]),
        ("Expo 2025 in Osaka", ["expo 2025", "expo", "2025", "osaka"], []),
        ("2026 calendar template", ["2026 calendar", "calendar", "2026", "template"], []),
        ("Class of 2026 graduation caps", ["class of 2026", "2026"], []),
        # A year by itself only says when a picture was taken.
        ("Photo of a bridge in Paris 2019", ["bridge", "paris"], ["2019", "paris 2019"]),
        ("Paris, France - July 14, 2022: Soldiers on a road", ["soldiers"], ["july 14", "2022", "july"]),
        ("Summer 2019 in Lapland", ["summer"], ["2019", "summer 2019"]),
        ("March 8 card with tulips", ["march 8", "tulips"], ["march", "8"]),
        ("Fourth of July picnic", ["fourth of july"], ["july", "fourth"]),
        ("Bluebells in May", ["bluebells", "may"], []),
        ("May the force be with you", [], ["may"]),
        ("May Day parade in Moscow", ["may day", "parade"], ["may", "day"]),
        ("50 mm lens on a table", ["50 mm lens", "lens"], ["mm"]),
        ("Vintage 35mm camera", ["35mm camera", "camera"], []),
        ("Old 8 mm film reel", ["film reel", "8 mm"], ["8 mm film"]),
    ],
)
def test_a_year_or_a_day_is_told_with_what_it_is_of(text: str, there: list[str], never: list[str]) -> None:
    found = said(text)
    assert set(there) <= found
    assert found.isdisjoint(never)
