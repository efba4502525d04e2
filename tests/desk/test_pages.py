"""Each page and dialog of the desk in a real browser: what it can do, who can use it, and what is hostile to it."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.desk.browsing import AXE, needs_browser
from tests.desk.conftest import of_its_own, starting
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.desk.browsing import Page
    from tests.desk.conftest import Served

pytestmark = needs_browser
HOSTILE = 'x"><img src=x onerror=document.title="owned">.jpg'
SAID = "A small harbour <script>document.title='owned'</script> at dawn in winter"
EVIL = "</textarea><script>document.title='owned'</script>{{7*7}}"


def _frame() -> bytes:
    """Return a picture that is nearly the same as another one."""
    buffer = io.BytesIO()
    Image.open(io.BytesIO(patches(1))).crop((4, 3, 396, 297)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _said(text: str) -> bytes:
    """Return a picture whose metadata say a text."""
    buffer, image = io.BytesIO(), Image.open(io.BytesIO(patches(9)))
    exif = image.getexif()
    exif[0x010E] = text
    image.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One desk for all: two shoots, two frames that are alike, a hostile name."""
    folder = tmp_path_factory.mktemp("pages")
    photos = folder / "photos"
    put(photos / "a" / "harbour-1.jpg", patches(1))
    put(photos / "a" / "harbour-2.jpg", _frame())
    put(photos / "a" / "market.jpg", patches(2))
    put(photos / "b" / HOSTILE, _said(SAID))
    with starting(of_its_own(folder)) as start:
        yield start(photos)


@pytest.fixture(autouse=True)
def _entered(page: Page, desk: Served) -> None:
    page.open(desk)


def test_filters_search_sorting_and_groups_and_the_selection_carries_over(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    assert page.texts(".head") == ["photos/a · 3", "photos/b · 1"]
    page.find("#search").send_keys("harb")
    page.wait(lambda: page.texts(".name") == ["harbour-1.jpg", "harbour-2.jpg"])
    page.find("#grid").send_keys(" ")
    page.wait(lambda: page.find("#chosen").text == "1 chosen")
    page.find("#search").clear()
    page.find("#search").send_keys("nothing is called so")
    page.wait(lambda: page.find("#none-there").is_displayed())
    assert "1 chosen that are not shown" in page.find("#count").text
    page.find("#search").send_keys(Keys.CONTROL, "a")
    page.find("#search").send_keys(Keys.BACKSPACE)
    page.wait(lambda: len(page.all(".cell")) == 4)
    for value, count in (("words", 4), ("sent", 0), ("chosen", 1), ("", 4)):
        page.find(f"#show option[value='{value}']").click()
        page.wait(partial(_shown, page, count))
    page.driver.refresh()
    page.wait(lambda: len(page.all(".cell")) == 4)
    assert page.find("#chosen").text == "1 chosen"
    # A group is chosen by one key; arrows go from group to group; Shift takes what lies between.
    page.find("#grid").send_keys(Keys.ESCAPE, Keys.END, "g")
    page.wait(lambda: page.find("#chosen").text == "1 chosen")
    page.find("#grid").send_keys(Keys.ARROW_UP, "g")
    page.wait(lambda: page.find("#chosen").text == "4 chosen")
    page.find("#grid").send_keys(Keys.ESCAPE, Keys.HOME)
    page.chord(Keys.SHIFT, Keys.ARROW_RIGHT)
    page.wait(lambda: page.find("#chosen").text == "2 chosen")
    page.find("#sort option[value='shoot']").click()
    page.wait(lambda: page.texts(".head") == ["photos/a · no day · 3", "photos/b · no day · 1"])
    assert page.complaints() == []


def test_alike_frames_are_compared_and_the_keeper_marked(page: Page, desk: Served) -> None:
    page.file(desk, "harbour-2.jpg")
    page.click("#compare")
    page.wait(lambda: len(page.all("dialog[open] .view img")) == 2)
    page.press("z")
    page.wait(lambda: len(page.all("dialog .view.whole")) == 2)
    page.press("1")
    page.wait(lambda: "is the keeper" in page.find("#said").text)
    assert page.find("#chosen").text == "1 chosen"
    assert page.find("#choose").get_attribute("aria-pressed") == "true"
    assert "similar-content" not in page.find("#findings").text
    assert page.complaints() == []


def test_a_picture_is_shown_at_its_own_size_and_a_finding_waived(page: Page, desk: Served) -> None:
    page.file(desk, "market.jpg")
    page.press("z")
    page.wait(lambda: page.js("return document.getElementById('picture').clientWidth") == 400)
    assert page.find("#zoom").get_attribute("aria-pressed") == "true"
    page.press("z")
    page.wait(lambda: page.find("#zoom").get_attribute("aria-pressed") == "false")
    button = page.find("#findings button[aria-label^='waive']")
    rule = button.get_attribute("aria-label").split(": ")[1]
    page.js("arguments[0].click()", button)
    page.wait(lambda: rule in page.find("#said").text)
    page.wait(lambda: f"waive: {rule}" not in [one.get_attribute("aria-label") for one in page.all("#findings button")])
    assert page.complaints() == []


def test_a_release_is_added_on_the_page(page: Page, desk: Served, tmp_path: Path) -> None:
    paper = put(tmp_path / "ani.jpg", patches(3))
    page.file(desk, "market.jpg")
    page.click("details:has(#paper) summary")
    page.find("#paper [name=file]").send_keys(str(paper))
    page.click("#paper [name=name]")
    page.press("Ani <b>Wijaya</b>")
    page.click("#paper button")
    page.wait(lambda: "the release is kept" in page.find("#said").text)
    box = page.wait(lambda: page.find("#releases input"))
    assert box.is_selected()
    assert "Ani <b>Wijaya</b> model" in page.find("#releases").text
    page.js("arguments[0].click()", box)
    page.driver.refresh()
    page.ready()
    page.wait(lambda: page.all("#releases input"))
    assert not page.find("#releases input").is_selected()
    page.file(desk, "harbour-1.jpg")
    page.click("details:has(#paper) summary")
    page.find("#paper [name=file]").send_keys(str(put(tmp_path / "text.pdf", b"no paper at all")))
    page.click("#paper [name=name]")
    page.press("Nobody")
    page.click("#paper button")
    page.wait(lambda: "neither JPEG nor PDF" in page.find("#said").text)


def test_two_tabs_lose_nothing_to_each_other(page: Page, desk: Served) -> None:
    """The tab that comes second is told, keeps what was typed in it, and chooses."""
    page.file(desk, "harbour-1.jpg")
    address, first = page.driver.current_url, page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    second = page.driver.current_window_handle
    page.driver.get(address)
    page.ready()
    page.find("#title").send_keys("Typed in the second tab")
    page.wait(lambda: "kept here" in page.find("#state").text)
    page.driver.switch_to.window(first)
    page.find("#title").send_keys("Typed in the first tab")
    page.wait(lambda: page.find("#conflict").is_displayed())
    assert "changed elsewhere" in page.find("#conflict").text
    assert page.find("#title").get_attribute("value") == "Typed in the first tab"
    # Saving does not decide it either.
    page.click("#save")
    page.wait(lambda: "which words are to stand" in page.find("#said").text)
    page.click("#leave")
    page.wait(lambda: "kept here" in page.find("#state").text)
    page.driver.switch_to.window(second)
    page.click("#save")
    page.wait(lambda: page.find("#conflict").is_displayed())
    page.click("#take")
    page.wait(lambda: page.find("#title").get_attribute("value") == "Typed in the first tab")
    assert page.complaints(but=["409", "422"]) == []


def test_hostile_names_and_texts_run_nothing(page: Page, desk: Served) -> None:
    page.file(desk, HOSTILE)
    assert page.find("h1").text == HOSTILE
    assert page.find("#title").get_attribute("value") == SAID
    page.find("#title").clear()
    page.find("#title").send_keys(EVIL)
    page.find("#add").send_keys(f"{EVIL},ok\n")
    page.wait(lambda: "kept here" in page.find("#state").text)
    page.click("#choose")
    for path in ("/", "/send", page.driver.current_url.removeprefix(desk.base), "/earnings", "/plan"):
        page.driver.get(desk.base + path)
        page.settled()
        page.wait(lambda: page.find("#main").text)
        assert "owned" not in page.driver.title.replace(HOSTILE, ""), path
        found = "return document.querySelectorAll('script:not([src]), img[src=x], #main script').length"
        assert page.js(found) == 0, path
    page.file(desk, HOSTILE)
    assert page.find("#title").get_attribute("value") == EVIL
    assert page.words("keywords")[:2] == [EVIL, "ok"]


def test_the_grid_is_printed_whole(page: Page) -> None:
    page.media(media="print")
    page.js("dispatchEvent(new Event('beforeprint'))")
    assert len(page.all(".cell")) == 4
    tops = page.js("return [...document.querySelectorAll('.cell')].map((cell) => cell.getBoundingClientRect().top)")
    assert tops == sorted(tops)
    assert not page.find(".bar").is_displayed()
    assert page.js("return getComputedStyle(document.querySelector('.grid')).overflowY") == "visible"


def test_on_paper_every_word_stands_in_dark_ink(page: Page, desk: Served) -> None:
    page.media(scheme="dark", media="print")
    page.file(desk, "market.jpg")
    for ground in ("person", "said", "seen", "known", "alike", "guessed"):
        page.js(
            "const one = document.createElement('li'); one.className = `chip word ${arguments[0]}`;"
            "one.textContent = arguments[0]; document.getElementById('keywords').append(one)",
            ground,
        )
        (word,) = page.all(f"#keywords .word.{ground}")
        assert word.is_displayed(), ground
    assert page.js("return getComputedStyle(document.body).color") == "rgb(28, 29, 31)"


def test_on_a_phone_a_day_stays_in_one_piece_and_reasons_have_room(page: Page, desk: Served) -> None:
    page.size(400)
    page.find("#all").click()
    page.driver.get(f"{desk.base}/plan")
    lines = page.js(
        "return [...document.querySelectorAll('[data-sort]')].map((one) => {"
        "const range = document.createRange(); range.selectNodeContents(one); return range.getClientRects().length; })"
    )
    assert set(lines) == {1}
    page.driver.get(f"{desk.base}/send")
    page.wait(lambda: page.all("#plan tr.held"))
    assert page.js("return document.querySelector('#plan td:last-child').clientWidth") > 300
    # What mends a reason stands beside it.
    assert "too-few-keywords: no keywords – find some" in page.texts("#plan p")


# Colours are told by the one, columns by the other.
@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (400, "light")])
def test_nothing_is_cut_off_and_everybody_can_use_it(page: Page, desk: Served, width: int, scheme: str) -> None:
    if not AXE.exists():
        pytest.skip("needs axe-core, which CI installs: make .venv-axe/.done")
    page.size(width)
    page.media(scheme=scheme)
    page.find("#all").click()
    id_ = page.ids()["harbour-2.jpg"]
    for path in ("/", f"/file/{id_}", "/send", "/earnings", "/plan"):
        page.driver.get(desk.base + path)
        page.settled()
        page.wait(lambda: page.find("#main").text)
        if path.startswith("/file"):
            page.ready()
            page.js("for (const one of document.querySelectorAll('details')) one.open = true")
            page.js("document.getElementById('conflict').hidden = false")
        if path == "/send":
            page.wait(lambda: page.all("#plan tr"))
        page.still()
        assert page.barriers() == [], path
        for narrower in (width, width - 256, 360) if width > 400 else (width, 360):
            page.size(narrower)
            wide = page.js("return document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (path, narrower, wide)
        page.size(width)
        if path.startswith("/file"):
            page.js("document.getElementById('compare').click()")
            page.wait(lambda: page.all("dialog[open]"))
            page.still()
            assert page.barriers() == [], "compare"


def _shown(page: Page, count: int) -> bool:
    return len(page.all(".cell")) == count
