"""Each agency's form of a text, from one record."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.agencies import load
from stockctl.media.capture import Capture
from stockctl.metadata import Record
from stockctl.words.texts.forms import render

AGENCIES = load(None)
OPEN = [agency for agency in AGENCIES.values() if not agency.closed]
TERRACES = Record(
    title="Rice terraces, palms and mist at sunrise near Ubud, Bali, Indonesia, seen from the ridge above",
    description="Rice terraces at sunrise near Ubud, with morning mist between the palms. Farmers walk to work.",
    keywords=("rice terrace", "sunrise", "Bali", "mist", "palm", "morning", "Ubud"),
    city="Ubud",
    country="Indonesia",
)
MARCH = Capture(taken=datetime(2026, 3, 14, 6, 42))  # noqa: DTZ001 - a camera's clock


@pytest.mark.parametrize("agency", OPEN, ids=lambda agency: agency.name)
@given(
    title=st.text(max_size=260),
    description=st.text(max_size=3000),
    words=st.lists(st.text(min_size=1, max_size=30), max_size=120),
    editorial=st.booleans(),
)
def test_no_form_breaks_the_agencys_lengths(
    agency: str,
    title: str,
    description: str,
    words: list[str],
    editorial: bool,  # noqa: FBT001 - drawn
) -> None:
    record = Record(title=title, description=description, keywords=tuple(words), city="Ubud", country="Indonesia")
    found = render(record, agency, {"editorial": "yes" if editorial else "no"}, MARCH)  # type: ignore[arg-type]
    limits = {key: limit.value for key, limit in agency.limits.items() if limit.value is not None}  # type: ignore[attr-defined]
    assert len(found.title) <= limits.get("meta.title_max", 10_000)
    assert len(found.description) <= limits.get("meta.description_max", 10_000)
    assert len(found.keywords) <= limits.get("meta.keywords_safe_max", limits.get("meta.keywords_max", 10_000))
    assert not [word for word in found.keywords if "," in word or "\n" in word]
    assert ("," not in found.title) or limits.get("meta.title_commas", True)


def test_adobe_has_a_short_title_without_commas_and_no_description() -> None:
    found = render(TERRACES, AGENCIES["adobe_stock"], {}, MARCH)
    assert len(found.title) <= 70
    assert "," not in found.title
    assert found.title.startswith("Rice terraces palms and mist at sunrise near Ubud")
    assert not found.title.endswith((" the", " from", " near"))
    assert found.description == ""
    assert found.keywords[:2] == ("rice terrace", "sunrise")


def test_shutterstock_has_a_dateline_only_where_editorial() -> None:
    plain = render(TERRACES, AGENCIES["shutterstock"], {}, MARCH)
    assert plain.title == ""
    assert plain.description == TERRACES.description
    editorial = render(TERRACES, AGENCIES["shutterstock"], {"editorial": "yes"}, MARCH)
    assert editorial.description.startswith("UBUD, INDONESIA – MARCH 14: Rice terraces at sunrise")
    assert editorial.description.endswith("on March 14, 2026 in Ubud, Indonesia.")
    assert len(editorial.description) <= 200
    again = render(
        replace(TERRACES, description=editorial.description), AGENCIES["shutterstock"], {"editorial": "yes"}, MARCH
    )
    assert again.description == editorial.description


def test_circa_where_the_day_is_unknown() -> None:
    record = replace(TERRACES, description="Rice terraces at sunrise", date_created="2026-03")
    found = render(record, AGENCIES["shutterstock"], {"editorial": "yes"}, Capture())
    assert found.description == (
        "UBUD, INDONESIA – CIRCA MARCH 2026: Rice terraces at sunrise circa March 2026 in Ubud, Indonesia."
    )


def test_a_dateline_without_a_city_is_a_problem() -> None:
    found = render(replace(TERRACES, city=""), AGENCIES["shutterstock"], {"editorial": "yes"}, MARCH)
    assert "editorial-caption: needs the city for its dateline" in map(str, found.problems)


def test_a_title_too_short_is_told_and_never_replaced_and_a_dateline_counts() -> None:
    record = replace(TERRACES, title="Rice terraces")
    found = render(record, AGENCIES["pond5"], {}, MARCH)
    assert found.title == "Rice terraces"
    assert "text-too-short: title of 13 characters, needs 40" in map(str, found.problems)
    dated = render(record, AGENCIES["pond5"], {"editorial": "yes"}, MARCH)
    assert dated.title.startswith("UBUD, INDONESIA – 2026/03/14: ")


def test_dreamstime_joins_title_and_description_up_to_fifty() -> None:
    record = replace(TERRACES, title="Rice terraces at sunrise", description="Morning mist between the palms")
    found = render(record, AGENCIES["dreamstime"], {}, MARCH)
    assert found.description == "Rice terraces at sunrise. Morning mist between the palms."
    short = render(Record(title="Dog"), AGENCIES["dreamstime"], {}, MARCH)
    assert [problem.rule for problem in short.problems] == ["text-too-short", "text-too-short", "too-few-keywords"]


def test_too_few_keywords_are_told_in_submits_words() -> None:
    found = render(replace(TERRACES, keywords=("dog", "beach", "sea")), AGENCIES["shutterstock"], {}, MARCH)
    assert [str(problem) for problem in found.problems] == ["too-few-keywords: 3, needs 7"]


def test_special_letters_are_spelt_plainly_where_refused() -> None:
    record = replace(TERRACES, description="Café on Ærø in the morning light, Denmark")
    assert (
        render(record, AGENCIES["shutterstock"], {}, MARCH).description == "Cafe on Aero in the morning light, Denmark."
    )


def test_a_description_that_is_a_list_gives_no_title() -> None:
    record = Record(description="beach, sunset, palm tree, ocean, waves", keywords=("beach",))
    form = render(record, AGENCIES["adobe_stock"], {}, MARCH)
    assert form.title == ""
    assert "no-title" in {problem.rule for problem in form.problems}
