"""A real browser, and what a person does in it: looks, presses keys, clicks, and waits until something is there."""

from __future__ import annotations

import json
import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.desk.conftest import Served

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
AXE = ROOT / ".venv-axe" / "node_modules" / "axe-core" / "axe.min.js"
_AXE = (
    ";axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})"
    ".then((found) => JSON.stringify(found.violations.map((one) => [one.id, one.nodes.map((node) => node.html)])))"
)
_FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--window-size=1280,900"),
)
needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver, which CI installs"
)


def start() -> Any:
    """Start a browser."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium, which CI installs")
    if not (CHROMIUM and DRIVER):
        pytest.skip("needs chromium and chromedriver, which CI installs")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in _FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_page_load_timeout(60)
    driver.set_script_timeout(60)
    return driver


class Page:
    """One tab at a time of a browser."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def find(self, css: str) -> Any:
        from selenium.webdriver.common.by import By

        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css: str) -> list[Any]:
        from selenium.webdriver.common.by import By

        found: list[Any] = self.driver.find_elements(By.CSS_SELECTOR, css)
        return found

    def texts(self, css: str) -> list[str]:
        """Return the texts of elements, of one moment."""
        found: list[str] = self.js(
            f"return [...document.querySelectorAll({css!r})].map((one) => one.textContent.trim())"
        )
        return found

    def words(self, which: str) -> list[str]:
        """Return the words of a list, in order."""
        return self.texts(f"#{which} .word span:first-child")

    def js(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def wait(self, what: Callable[[], Any], seconds: float = 60) -> Any:
        from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
        from selenium.webdriver.support.ui import WebDriverWait

        gone = (StaleElementReferenceException, NoSuchElementException)
        return WebDriverWait(self.driver, seconds, 0.1, gone).until(lambda _: what())

    def press(self, *keys: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver, duration=20).send_keys(*keys).perform()

    def chord(self, *keys: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        chain = ActionChains(self.driver, duration=20)
        for key in keys[:-1]:
            chain.key_down(key)
        chain.send_keys(keys[-1])
        for key in keys[:-1]:
            chain.key_up(key)
        chain.perform()

    def click(self, css: str) -> None:
        """Click an element, where a person would have scrolled to it."""
        self.js("arguments[0].scrollIntoView({ block: 'center' })", self.find(css))
        self.find(css).click()

    def drag(self, css: str, to: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver, duration=50).drag_and_drop(self.find(css), self.find(to)).perform()

    def tab_to(self, css: str) -> None:
        """Press Tab until an element has the focus: what cannot be reached so cannot be used without a mouse."""
        from selenium.webdriver.common.keys import Keys

        wanted = self.find(css)
        for _ in range(120):
            if self.driver.switch_to.active_element == wanted:
                return
            self.press(Keys.TAB)
        pytest.fail(f"{css} cannot be reached by Tab")

    def complaints(self, but: Sequence[str] = ()) -> list[str]:
        """Return what the browser itself complains of."""
        entries = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        # A style sheet that is opened by itself, as `enter` does, has no icon.
        return [entry for entry in entries if not any(known in entry for known in (*but, "favicon.ico"))]

    def settled(self) -> None:
        """Wait until the desk has nothing to do."""
        ask = (
            "const done = arguments[0];"
            "fetch('/api/jobs').then((a) => a.json()).then((j) => done(!j.jobs.length)).catch(() => done(false));"
        )
        self.wait(lambda: self.driver.execute_async_script(ask))

    def open(self, desk: Served) -> None:
        """Follow the address that a desk printed, and wait until its pictures are checked and shown so."""
        self.enter(desk)
        self.settled()
        self.wait(lambda: self.all(".cell .chip.small"))

    def enter(self, desk: Served) -> None:
        """Follow the address that a desk printed; it opens once, and the cookie that it was changed for is kept."""
        if not desk.cookie:
            self.driver.get(desk.address)
            desk.cookie = self.driver.get_cookie(f"stockctl_desk_{desk.port}")
            return
        self.driver.get(f"{desk.base}/static/desk.css")
        self.driver.add_cookie(desk.cookie)
        self.driver.get(f"{desk.base}/")

    def file(self, desk: Served, name: str) -> None:
        """Open one picture, and wait until its words are there."""
        self.driver.get(f"{desk.base}/")
        id_ = self.wait(lambda: self.ids().get(name))
        self.driver.get(f"{desk.base}/file/{id_}")
        self.ready()

    def ready(self) -> None:
        """Wait until a picture's words are there."""
        self.wait(lambda: self.find("#keywords-counts").text and self.find("#facts").text)

    def ids(self) -> dict[str, str]:
        found: dict[str, str] = self.js(
            "return Object.fromEntries([...document.querySelectorAll('.cell')]"
            ".map((cell) => [cell.querySelector('.name').textContent, cell.id.slice(5)]))"
        )
        return found

    def media(self, **features: str) -> None:
        """Show pages as for a dark room or on paper: `scheme` dark or light, `media` print or screen."""
        scheme = [{"name": "prefers-color-scheme", "value": features.get("scheme", "light")}]
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": scheme, "media": features.get("media", "")}
        )

    def size(self, width: int, height: int = 900) -> None:
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def reset(self) -> None:
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.media()

    def barriers(self) -> Any:
        """Return what axe-core finds that keeps somebody out."""
        # The page's own policy forbids what is not its own: the test runs beside it, in the debugger's world.
        found = self.driver.execute_cdp_cmd(
            "Runtime.evaluate",
            {
                "expression": AXE.read_text(encoding="utf-8") + _AXE,
                "awaitPromise": True, "returnByValue": True, "allowUnsafeEvalBlockedByCSP": True,
            },
        )  # fmt: skip
        return json.loads(found["result"]["value"])

    def still(self) -> None:
        """Let what was just drawn come to rest: colours fade over."""
        time.sleep(0.2)
