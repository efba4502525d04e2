"""A person's day at the desk in a real browser, from an empty catalogue to prepared batches."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from tests.desk.browsing import needs_browser
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run
    from tests.desk.browsing import Page
    from tests.desk.conftest import Served

pytestmark = needs_browser
WORDS = "harbour, boat, sea, dawn, fishing, calm, water, travel"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Pictures that agencies take, without words."""
    folder = tmp_path / "photos"
    for number, name in enumerate(("harbour.jpg", "market.jpg")):
        put(folder / name, jpeg(seed=number))
    return folder


def _sheet(home: Path) -> list[dict[str, str]]:
    (sheet,) = [path for path in home.rglob("shutterstock*.csv") if path.is_file()]
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_day_by_keyboard_alone(  # noqa: PLR0915 - a day is long
    page: Page, serve: Callable[..., Served], good: Path, stockctl: Callable[..., Run], home: Path
) -> None:
    from selenium.webdriver.common.keys import Keys

    page.open(serve(good))
    page.tab_to("#grid")
    page.press(Keys.HOME, Keys.ENTER)
    page.wait(lambda: page.find("h1").text == "harbour.jpg")
    page.ready()
    page.tab_to("#title")
    page.press("Fishing boats in a small harbour at dawn")
    page.wait(lambda: "40 letters" in page.find("#title-counts").text)
    page.tab_to("#add")
    page.press(WORDS, Keys.ENTER)
    page.wait(lambda: len(page.words("keywords")) >= 8)
    # The first word goes to the end and back to the front, the next one out and in again.
    page.tab_to("#keywords .word")
    first = page.words("keywords")[0]
    page.press("l")
    page.wait(lambda: page.words("keywords")[-1] == first)
    page.press("f")
    page.wait(lambda: page.words("keywords")[0] == first)
    page.press(Keys.ARROW_RIGHT, " ")
    page.wait(lambda: "boat" not in page.words("keywords"))
    assert page.words("offered")[0] == "boat"
    page.press("u")
    page.wait(lambda: page.words("keywords")[1] == "boat")
    page.chord(Keys.SHIFT, Keys.ARROW_RIGHT)
    page.wait(lambda: page.words("keywords")[2] == "boat")
    page.chord(Keys.CONTROL, "s")
    page.wait(lambda: "batch" in page.find("#state").text)
    shown = stockctl("keyword", good / "harbour.jpg", "--dry-run", "--json").json["assets"][0]
    assert shown["title"] == "Fishing boats in a small harbour at dawn"
    assert [word["word"] for word in shown["keywords"]][:3] == ["harbour", "sea", "boat"]
    # On to the next one, which gets the words of the last.
    page.tab_to("#after")
    page.press(Keys.ENTER)
    page.wait(lambda: page.find("h1").text == "market.jpg")
    page.ready()
    page.tab_to("details:has(#copy-last) summary")
    page.press(Keys.ENTER)
    page.tab_to("#copy-last")
    page.press(Keys.ENTER)
    page.wait(lambda: page.words("keywords")[:3] == ["harbour", "sea", "boat"])
    page.tab_to("#title")
    page.press(Keys.END, ", seen from the pier")
    page.chord(Keys.CONTROL, "s")
    page.wait(lambda: "batch" in page.find("#state").text)
    page.press(Keys.ESCAPE, Keys.ESCAPE)
    page.wait(lambda: page.all(".cell"))
    page.tab_to("#grid")
    page.chord(Keys.CONTROL, "a")
    page.wait(lambda: page.find("#chosen").text == "2 chosen")
    page.tab_to("#send")
    page.press(Keys.ENTER)
    page.wait(lambda: page.all("#plan tr.planned"))
    page.tab_to("#prepare")
    page.press(Keys.ENTER)
    page.wait(lambda: page.find("#sum").text == "2 prepared")
    titles = {row["Filename"]: row["Description"] for row in _sheet(home)}
    assert titles == {
        "harbour.jpg": "Fishing boats in a small harbour at dawn.",
        "market.jpg": "Fishing boats in a small harbour at dawn, seen from the pier.",
    }
    assert page.complaints() == []


def test_a_day_by_mouse(  # noqa: PLR0915 - a day is long
    page: Page, serve: Callable[..., Served], good: Path, stockctl: Callable[..., Run], home: Path
) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    before = {path.name: path.read_bytes() for path in good.iterdir()}
    page.open(serve(good))
    page.find("#all").click()
    assert page.find("#chosen").text == "2 chosen"
    ActionChains(page.driver).double_click(page.find(".cell")).perform()
    page.wait(lambda: page.find("h1").text == "harbour.jpg")
    page.ready()
    # One click in the grid chose the one picture alone: the other is added on its page.
    assert page.find("#choose").get_attribute("aria-pressed") == "true"
    page.find("#title").send_keys("Fishing boats in a small harbour")
    page.js(
        "const clipboardData = new DataTransfer(); clipboardData.setData('text', arguments[0]);"
        "const pasted = new ClipboardEvent('paste', { clipboardData, cancelable: true });"
        "document.getElementById('add').dispatchEvent(pasted)",
        WORDS.replace(", ", "\n"),
    )
    page.wait(lambda: len(page.words("keywords")) >= 8)
    page.drag("#keywords .word:nth-child(3)", "#keywords .word:nth-child(1)")
    page.wait(lambda: page.words("keywords")[:3] == ["sea", "harbour", "boat"])
    page.click("#keywords .word:nth-child(3) span:first-child")
    page.click("#word-acts [data-key='f']")
    page.wait(lambda: page.words("keywords")[:3] == ["boat", "sea", "harbour"])
    page.click("#keywords .word:nth-child(4) .x")
    page.wait(lambda: "dawn" not in page.words("keywords"))
    page.click("details:has(#choices) summary")
    page.click("#choices [name='category.shutterstock'] option:nth-child(3)")
    page.wait(lambda: "Shutterstock category" in page.find("#choices").text)
    # The other picture is chosen, and given the same words; then one of them is written another way in both.
    page.click("#after")
    page.wait(lambda: page.find("h1").text == "market.jpg")
    page.ready()
    page.click("#choose")
    page.click("#before")
    page.wait(lambda: page.find("h1").text == "harbour.jpg")
    page.ready()
    page.click("details:has(#apply) summary")
    page.click("#apply")
    page.wait(lambda: "1 picture has these words" in page.find("#said").text)
    page.click("#replace [name=old]")
    page.press("fishing")
    page.click("#replace [name=new]")
    page.press("angling")
    page.click("#replace button")
    page.wait(lambda: "replaced in 2 of 2 drafts" in page.find("#said").text)
    assert page.find("#title").get_attribute("value") == "Angling boats in a small harbour"
    page.click("#save-all")
    page.wait(lambda: "saved 2 files" in page.find("#state").text)
    shown = stockctl("keyword", good / "market.jpg", "--dry-run", "--json").json["assets"][0]
    assert shown["title"] == "Angling boats in a small harbour"
    page.find("#undo").click()
    page.wait(lambda: "taken back: 2 files restored" in page.find("#said").text)
    assert {path.name: path.read_bytes() for path in good.iterdir()} == before
    # What was taken back is not lost: it is taken up again, saved, and prepared.
    page.wait(lambda: page.find("#conflict").is_displayed())
    page.click("#take")
    page.wait(lambda: page.words("keywords")[:1] == ["boat"] and "kept here" in page.find("#state").text)
    page.click("#apply")
    page.wait(lambda: "1 picture has these words" in page.find("#said").text)
    page.click("#save-all")
    page.wait(lambda: "saved 2 files" in page.find("#state").text)
    page.find("nav a[href='/send']").click()
    page.wait(lambda: page.texts("#sum") != [""])
    assert page.texts("#sum") == ["2 planned"], page.texts("#plan tr")
    page.find("#prepare").click()
    page.wait(lambda: page.find("#sum").text == "2 prepared")
    assert len(_sheet(home)) == 2
    page.find("#mark").click()
    page.wait(lambda: page.find("#sum").text == "2 sent")
    page.find("nav a[href='/']").click()
    page.wait(lambda: page.all(".cell .chip.sent"))
    assert page.complaints() == []
