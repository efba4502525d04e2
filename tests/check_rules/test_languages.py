"""What language a title is in, and addresses in texts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stockctl.agencies import load
from stockctl.check.rules.texts.fields import language, links_in_text
from tests.check_rules.good import PHOTO

AGENCIES = load(None)


@pytest.mark.parametrize(
    ("agency", "title", "description", "told"),
    [
        # It gets the title.
        ("pond5", "Закат над морем", PHOTO.record.description, True),
        # It gets the description alone.
        ("shutterstock", "Закат над морем", PHOTO.record.description, False),
        ("shutterstock", PHOTO.record.title, "Закат над морем с пальмами", True),
        # It takes other languages, and one for each file.
        ("adobe_stock", "Закат над морем", PHOTO.record.description, True),
        ("adobe_stock", PHOTO.record.title, "Закат над морем с пальмами", False),
    ],
)
def test_each_text_that_an_agency_gets_is_judged_by_itself(
    agency: str, title: str, description: str, *, told: bool
) -> None:
    asset = replace(PHOTO, record=replace(PHOTO.record, title=title, description=description))
    assert bool(list(language(asset, AGENCIES[agency]))) is told


def test_an_agency_of_one_language_a_file_takes_all_in_another() -> None:
    words = ("закат", "море", "пальма", "вечер")
    record = replace(PHOTO.record, title="Закат над морем", keywords=words)
    assert not list(language(replace(PHOTO, record=record), AGENCIES["adobe_stock"]))


def test_addresses_are_shown_whole() -> None:
    record = replace(PHOTO.record, description="See https://example.com/a?b=1 or #sunset by @ana", keywords=("dawn",))
    (hit,) = links_in_text(replace(PHOTO, record=record))
    assert hit.message == "https://example.com/a?b=1, #sunset, @ana"
