"""A model that looks, the place of a finding, and the words of one picture at the desk and in the terminal in turns."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.words import vocabulary
from tests.conftest import ROOT
from tests.desk.browsing import AXE, needs_browser
from tests.desk.conftest import LEAN, of_its_own, starting
from tests.earnings.samples import sale, table
from tests.keyword.test_interactive import Played
from tests.pictures import patches, put
from tests.vision.serving import GOOD, Server, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.desk.browsing import Page
    from tests.desk.conftest import Served

pytestmark = needs_browser
DATED = "misty-valley-0064-date.jpg"
STATEMENT = ("date", "agency", "asset", "file", "kind", "licence", "amount", "currency")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plain pictures, and one that has a date printed into it."""
    found = tmp_path_factory.mktemp("looking")
    put(found / "photos" / "mole.jpg", patches(1))
    put(found / "photos" / "quay.jpg", patches(2))
    shutil.copy(ROOT / "sample_assets" / "photos" / "bali-2026" / DATED, found / "photos")
    return found


@pytest.fixture(scope="module")
def seer() -> Iterator[Server]:
    """A model on loopback."""
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def desk(folder: Path, seer: Server) -> Iterator[Served]:
    """One desk for all, whose settings name the model and its price."""
    environment = of_its_own(folder)
    model = f'[vision.local]\nurl = "{seer.url}"\nmodel = "seer"\nprice_in = 150.0\nprice_out = 600.0\n'
    (folder / "c.toml").write_text(LEAN + model, encoding="utf-8")
    with starting(environment) as start:
        yield start(folder / "photos")


def test_a_model_looks_after_the_price_is_shown_and_a_word_of_its_is_banned(
    page: Page, desk: Served, seer: Server, folder: Path
) -> None:
    from selenium.webdriver.common.keys import Keys

    page.open(desk)
    ids = page.ids()
    page.js("sessionStorage.setItem('desk-chosen', JSON.stringify(arguments[0]))", [ids["mole.jpg"], ids["quay.jpg"]])
    page.driver.refresh()
    page.wait(lambda: page.find("#chosen").text == "2 chosen" and page.all(".cell"))
    page.click("#look")
    page.wait(lambda: page.all("dialog[open]"))
    assert page.find("dialog h2").text == "Look at 2 pictures"
    assert page.texts("#source option:checked") == ["local, seer"]
    assert "the pictures stay on this machine; about " in page.find("#cost").text
    assert page.find("#cost").text.endswith("USD for 2")
    if AXE.exists():
        page.still()
        assert page.barriers() == []
    # Who thinks better of it has asked nobody.
    page.press(Keys.ESCAPE)
    page.wait(lambda: not page.all("dialog"))
    assert seer.requests == []
    go_on = threading.Event()

    def answer(_body: Any) -> dict[str, Any]:
        go_on.wait(60)
        return GOOD

    seer.script = [answer]
    page.click("#look")
    page.wait(lambda: page.all("dialog[open]"))
    page.click("dialog .main")
    page.wait(lambda: "looking at pictures" in page.find("#job").text and page.find("#stop").is_displayed())
    go_on.set()
    page.wait(lambda: "looked at 2; 2 asked" in page.find("#said").text)
    assert not page.all("#stop")
    page.file(desk, "mole.jpg")
    seen = [*page.words("keywords"), *page.words("offered")]
    assert {"lighthouse", "fog"} <= set(seen)
    chip = "[data-list][aria-label^='fog, seen in the picture']"
    page.click(f"{chip} span:first-child")
    page.press("b")
    page.wait(lambda: not page.all(chip))
    with open_catalogue(folder / "c.db") as catalogue:
        assert ("fog", vocabulary.BAN) in vocabulary.dictionary(catalogue).values()
    page.wait(lambda: "kept here" in page.find("#state").text)
    page.driver.refresh()
    page.ready()
    assert "fog" not in [*page.words("keywords"), *page.words("offered")]
    assert page.complaints() == []


# Where the frame is and where it ought to be, in pixels of the window: the place of the finding, and what is around it.
_FRAME = """
const frame = document.getElementById('frame').getBoundingClientRect();
const image = document.getElementById('picture'), around = image.getBoundingClientRect();
const stage = document.getElementById('stage').getBoundingClientRect();
const scale = around.width / arguments[0], [x, y, width, height] = arguments[1];
return { off: [frame.left + frame.width / 2 - (around.left + (x + width / 2) * scale),
               frame.top + frame.height / 2 - (around.top + (y + height / 2) * scale)],
         more: [frame.width - width * scale, frame.height - height * scale],
         middle: [frame.left + frame.width / 2 - (stage.left + stage.width / 2),
                  frame.top + frame.height / 2 - (stage.top + stage.height / 2)],
         size: [stage.width / 2, stage.height / 2] };
"""


def test_the_frame_lies_on_the_place_of_its_finding(page: Page, desk: Served) -> None:
    page.open(desk)
    page.file(desk, DATED)
    id_ = page.driver.current_url.rsplit("/", 1)[1]
    told = page.driver.execute_async_script(
        "fetch(arguments[0]).then((one) => one.json()).then(arguments[1])", f"/api/file/{id_}"
    )
    box = next(one["box"] for one in told["findings"] if one["rule"] == "date-stamp")
    button = "#findings button[aria-label='{}: date-stamp']"
    for width in (1280, 900, 500):
        page.size(width)
        page.click(button.format("show the place"))
        page.still()
        found = page.js(_FRAME, told["width"], box)
        assert max(map(abs, found["off"])) <= 1, (width, found)
        assert all(0 <= more <= 16 for more in found["more"]), (width, found)
    page.size(1280)
    page.click(button.format("at 100 %"))
    page.wait(lambda: page.js("return document.getElementById('picture').clientWidth") == told["width"])
    page.still()
    found = page.js(_FRAME, told["width"], box)
    assert max(map(abs, found["off"])) <= 1, found
    # It stands within what is seen of the picture.
    assert all(abs(off) < half for off, half in zip(found["middle"], found["size"], strict=True)), found
    assert page.complaints() == []


# Has the page show findings at these places, as if the desk had told them.
_PLACES = """
const [boxes, done] = arguments, real = window.fetch;
window.fetch = async (...asked) => {
  const answer = await real(...asked);
  if (!String(asked[0]).startsWith('/api/file/')) return answer;
  const found = await answer.json();
  const plain = { message: '', severity: 'warning', agencies: [], hint: '' };
  found.findings = boxes.map((box, at) => ({ ...plain, rule: `place-${at}`, box }));
  return new Response(JSON.stringify(found), { headers: { 'content-type': 'application/json' } });
};
import('/static/picture.js').then(async (page) => {
  await page.look();
  window.fetch = real;
  done([page.file.width, page.file.height]);
});
"""
# How far each side of the frame lies within the picture, then how far outside of its place.
_SIDES = """
const frame = document.getElementById('frame').getBoundingClientRect();
const image = document.getElementById('picture').getBoundingClientRect();
const [x, y, width, height] = arguments[1], scale = image.width / arguments[0];
return [frame.left - image.left, frame.top - image.top, image.right - frame.right, image.bottom - frame.bottom,
        image.left + x * scale - frame.left, image.top + y * scale - frame.top,
        frame.right - image.left - (x + width) * scale, frame.bottom - image.top - (y + height) * scale];
"""


def test_the_frame_of_a_finding_at_the_edge_stays_within_the_picture(page: Page, desk: Served) -> None:
    page.open(desk)
    page.file(desk, DATED)
    wide, high = page.js("return import('/static/picture.js').then((one) => [one.file.width, one.file.height])")
    boxes = [[0, 0, 9, 9], [wide - 9, high - 9, 9, 9], [0, high - 40, wide, 40], [0, 0, wide, high]]
    assert page.driver.execute_async_script(_PLACES, boxes) == [wide, high]
    for width in (1280, 500):
        page.size(width)
        for at, box in enumerate(boxes):
            page.click(f"#findings button[aria-label='show the place: place-{at}']")
            page.still()
            sides = page.js(_SIDES, wide, box)
            assert min(sides) >= -1, (width, box, sides)
    page.size(1280)
    assert page.complaints() == []


def test_desk_and_terminal_work_on_the_same_words_in_turns(
    page: Page, desk: Served, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in of_its_own(folder).items():
        monkeypatch.setenv(name, value)
    page.open(desk)
    page.file(desk, "quay.jpg")
    page.find("#title").clear()
    page.find("#title").send_keys("Typed at the desk")
    page.wait(lambda: "kept here" in page.find("#state").text)
    played = Played("keyword", folder / "photos" / "quay.jpg", "--interactive", "--all")
    try:
        played.until("Typed at the desk")
        played.type("a")
        played.until("add words")
        played.type("breakwater\r")
        played.until("breakwater")
        played.type("q")
        assert played.end() == 0
    finally:
        played.process.kill()
    # The page is told when it goes on, and takes what the terminal added.
    page.find("#title").send_keys(" again")
    page.wait(lambda: page.find("#conflict").is_displayed())
    page.click("#take")
    page.wait(lambda: "breakwater" in page.words("keywords"))
    assert page.find("#title").get_attribute("value") == "Typed at the desk"
    page.click("details:has(#choices) summary")
    for name in ("editorial", "illustration"):
        page.click(f"#choices [name={name}]")
        page.wait(lambda: not page.all("#said:not([hidden])"))
    page.wait(
        lambda: page.driver.execute_async_script(_CHOICES, page.driver.current_url.rsplit("/", 1)[1]) == "yes yes"
    )
    page.driver.refresh()
    page.ready()
    page.wait(
        lambda: page.all("#choices [name=editorial]:checked") and page.all("#choices [name=illustration]:checked")
    )
    assert page.complaints(but=["409"]) == []


_CHOICES = """
fetch(`/api/words/${arguments[0]}`).then((one) => one.json())
  .then((one) => arguments[1](`${one.choices.editorial} ${one.choices.illustration}`));
"""
_DROP = """
const carried = new DataTransfer();
carried.items.add(new File([arguments[0]], 'sales-2026.csv', { type: 'text/csv' }));
const event = new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true });
document.getElementById('drop').dispatchEvent(event);
"""


def test_a_statement_is_dropped_on_the_page_of_earnings(page: Page, desk: Served) -> None:
    page.enter(desk)
    page.driver.get(f"{desk.base}/earnings")
    page.js(_DROP, table([STATEMENT, sale("2026-05-01", file="mole.jpg"), sale("2026-05-02", "0.25", asset="7")]))
    page.wait(lambda: "2 new of 2 rows" in page.find("#imported").text)
    page.click("#imported a")
    page.wait(lambda: "0.35" in page.find(".facts").text)
    page.js(_DROP, "no statement at all")
    page.wait(lambda: page.all("#imported .error"))
    assert page.complaints() == []
