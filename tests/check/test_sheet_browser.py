"""The contact sheet in a real browser: arrows, Enter and Escape, sorting, filtering, and a click that copies."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Run

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium, which CI installs")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver, which CI installs")
_FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
# Two of one folder, and one of another that is too small for every agency: the worst.
_FILES = ("b/two.jpg", "a/three.jpg", "b/ten.jpg")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in _FLAGS:
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture(params=[1280, 400])
def sheet(browser: Any, stockctl: Callable[..., Run], tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """The page of three photos, one of them too small, at the width of a desk and of a phone."""
    for number, name in enumerate(_FILES):
        put(tmp_path / "photos" / name, patches(number + 1, *((400, 300) if number == 1 else (3200, 2400))))
    page = tmp_path / "sheet.html"
    stockctl("check", tmp_path / "photos", "--report", page, "--workers", "1")
    browser.set_window_size(request.param, 900)
    browser.get(page.as_uri())
    return browser


def focused(browser: Any) -> str:
    """Return the name on the card that has the focus; "" where none has."""
    name: str = browser.execute_script(
        "const card = document.activeElement.closest('.card'); return card ? card.dataset.name : ''"
    )
    return name


def names(browser: Any) -> list[str]:
    """Return the names of the cards that are seen, as they stand."""
    found: list[str] = browser.execute_script(
        "return [...document.querySelectorAll('.sheet .card')].filter((c) => c.offsetParent).map((c) => c.dataset.name)"
    )
    return found


def enlarged(browser: Any) -> str:
    """Return the name under the enlarged picture, which has been loaded; "" where none is enlarged."""
    name: str = browser.execute_script(
        "const large = document.querySelector('dialog.large'), image = large.querySelector('img');"
        "return large.open && image.naturalWidth ? large.querySelector('p').textContent : ''"
    )
    return name


def press(browser: Any, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def choose(browser: Any, css: str, value: str) -> None:
    """Choose from a list by keyboard, as far up or down as the value stands."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    select = browser.find_element(By.CSS_SELECTOR, css)
    here, there = browser.execute_script(
        "const all = [...arguments[0].options].map((o) => o.value);"
        "return [arguments[0].selectedIndex, all.indexOf(arguments[1])]",
        select,
        value,
    )
    browser.execute_script("arguments[0].focus()", select)
    press(browser, *[Keys.ARROW_DOWN if there > here else Keys.ARROW_UP] * abs(there - here))


def wait(browser: Any, until: Callable[[], object]) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 20).until(lambda _: until())


def test_keys_go_from_picture_to_picture_and_enlarge(sheet: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    order = names(sheet)
    assert order[0] == "three.jpg"
    sheet.execute_script("document.querySelector('.sheet .card').focus()")
    press(sheet, Keys.ARROW_RIGHT)
    assert focused(sheet) == order[1]
    press(sheet, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert focused(sheet) == order[2]
    press(sheet, Keys.ARROW_LEFT, Keys.ARROW_UP, Keys.ARROW_UP)
    assert focused(sheet) == order[0]
    press(sheet, Keys.ENTER)
    wait(sheet, lambda: enlarged(sheet) == order[0])
    press(sheet, Keys.ARROW_RIGHT)
    wait(sheet, lambda: enlarged(sheet) == order[1])
    press(sheet, Keys.ESCAPE)
    wait(sheet, lambda: not enlarged(sheet) and focused(sheet) == order[1])
    press(sheet, " ")
    wait(sheet, lambda: enlarged(sheet) == order[1])
    press(sheet, Keys.ENTER)
    wait(sheet, lambda: not enlarged(sheet) and focused(sheet) == order[1])


def test_it_sorts_and_filters_and_keys_follow(sheet: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    choose(sheet, "[data-sort]", "name")
    wait(sheet, lambda: names(sheet) == ["ten.jpg", "three.jpg", "two.jpg"])
    choose(sheet, "[data-filter=rule]", "too-few-pixels")
    wait(sheet, lambda: names(sheet) == ["three.jpg"])
    choose(sheet, "[data-filter=rule]", "")
    choose(sheet, "[data-filter=picture]", "ready")
    wait(sheet, lambda: names(sheet) == [])
    choose(sheet, "[data-filter=picture]", "")
    choose(sheet, "[data-sort]", "folder")
    wait(sheet, lambda: names(sheet)[0] == "three.jpg")
    choose(sheet, "[data-sort]", "name")
    wait(sheet, lambda: names(sheet)[0] == "ten.jpg")
    sheet.execute_script("document.querySelector('.sheet .card').focus()")
    press(sheet, Keys.ARROW_RIGHT)
    assert focused(sheet) == "three.jpg"


def test_a_click_enlarges_another_closes_and_a_button_copies_its_command(sheet: Any) -> None:
    from selenium.webdriver.common.by import By

    overview = sheet.find_element(By.CSS_SELECTOR, ".card .overview")
    overview.click()
    wait(sheet, lambda: enlarged(sheet) == "three.jpg")
    sheet.find_element(By.CSS_SELECTOR, "dialog.large img").click()
    wait(sheet, lambda: not enlarged(sheet))
    button = sheet.find_element(By.CSS_SELECTOR, ".card button.copy")
    button.click()
    wait(sheet, lambda: "copied" in button.get_attribute("class"))
    command = button.get_attribute("data-copy")
    assert command.startswith("stockctl keyword ")
    assert button.text.startswith(command)
    sheet.execute_script("document.body.insertAdjacentHTML('afterbegin', '<textarea id=here></textarea>')")
    here = sheet.find_element(By.ID, "here")
    here.click()
    press_paste(sheet)
    wait(sheet, lambda: here.get_attribute("value") == command)


def press_paste(browser: Any) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    ActionChains(browser).key_down(Keys.CONTROL).send_keys("v").key_up(Keys.CONTROL).perform()


def test_pictures_are_of_equal_height_and_nothing_stands_out_at_the_side(sheet: Any) -> None:
    heights = sheet.execute_script(
        "return [...document.querySelectorAll('.overview')].map((each) => each.getBoundingClientRect().height)"
    )
    assert len(set(heights)) == 1
    assert sheet.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
