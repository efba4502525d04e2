"""The page in a real browser, on a desk and on a telephone: nothing is cut off, and its links lead somewhere."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.earnings.samples import plain, sale
from tests.earnings.test_page import page_of, sold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Run

__all__ = ["sold"]

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium, which CI installs")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver, which CI installs")
# What stands beyond the window's right edge, its text or itself.
BEYOND = """
const wide = document.documentElement.clientWidth;
const scrolls = (one) => one.closest(".scroll") && getComputedStyle(one.closest(".scroll")).overflowX === "auto";
return [document.documentElement.scrollWidth - wide, ...[...document.querySelectorAll("main *, header *")]
  .filter((one) => one.getBoundingClientRect().right > wide + 1 && !(wide > 700 && scrolls(one)))
  .map((one) => one.outerHTML.slice(0, 120))];
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--window-size=1280,900"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_cut_off(
    browser: Any,
    stockctl: Callable[..., Run],
    sold: Path,
    width: int,
) -> None:
    long = f"{'a-very-long-name-' * 12}.jpg"
    folder = sold / ("statements-of-a-person-who-likes-long-names" * 3)
    folder.mkdir()
    rows = [sale("2026-05-05", "1234567.89", file=long, asset="77", licence="x" * 90)]
    stockctl("earnings", plain(folder / f"{'s' * 90}.csv", rows))
    stockctl("earnings", plain(folder / "again.csv", [sale("2026-05-05", "0.01", file=long, asset="77")]))
    page_of(stockctl, sold, "--year", "2026", "--cost", f"{'shoot-' * 30}:5.00 USD 2026-01-01 x")
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )
    browser.get((sold / "page.html").as_uri())
    browser.execute_script("for (const one of document.querySelectorAll('details')) one.open = true;")
    assert browser.execute_script(BEYOND) == [0]
    seen = "const one = document.querySelector('.face img'); one.loading = 'eager'; const done = arguments[0];"
    assert browser.execute_async_script(f"{seen} one.decode().then(() => done(one.naturalWidth), done)") == 160
    # A word of a file leads to the word's row, and from there back to the file.
    for link in ("#file-2 a[href^='#keyword']", "tr:has(#keyword-1) a[href^='#file']"):
        browser.execute_script(f'document.querySelector("{link}").click()')
        assert browser.execute_script("return document.querySelector(':target') !== null")
    assert browser.get_log("browser") == []


def test_what_is_not_told_stands_last_however_it_is_sorted(
    browser: Any,
    stockctl: Callable[..., Run],
    sold: Path,
) -> None:
    stockctl("earnings", plain(sold / "n.csv", [sale("2026-05-05", "500.00", file="", asset="")]))
    page_of(stockctl, sold, "--year", "2026")
    browser.get((sold / "page.html").as_uri())
    names = "return [...document.querySelectorAll('#files tbody tr')].map((row) => row.cells[0].textContent.trim())"
    for _ in range(2):
        assert browser.execute_script(names)[-1] == "(not told)"
        browser.execute_script("document.querySelectorAll('#files th button')[2].click()")
    assert browser.execute_script(names)[-1] == "(not told)"
