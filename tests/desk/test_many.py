"""The desk over a folder of very many pictures: the first screen, scrolling, and what it takes of memory."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk.browsing import needs_browser
from tests.desk.many import fill, picture
from tests.pictures import put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run
    from tests.desk.browsing import Page
    from tests.desk.conftest import Served

pytestmark = [
    needs_browser,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what a process takes is read from /proc"),
]
# Scrolls by a fifth of a screen at each frame, and tells how far apart the frames were, in milliseconds.
_SCROLL = """
const [frames, done] = arguments, grid = document.getElementById('grid'), apart = [];
let last = 0, most = 0;
function step(now) {
  if (last) apart.push(now - last);
  last = now;
  most = Math.max(most, document.querySelectorAll('.cell').length);
  grid.scrollTop += 150;
  if (apart.length < frames) requestAnimationFrame(step);
  else done({ apart, most, top: grid.scrollTop });
}
requestAnimationFrame(step);
"""
# A frame at 60 a second, in milliseconds.
_FRAME_MS = 1000 / 60


def _cpu(pid: int) -> float:
    """Return the CPU seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> int:
    """Return the largest resident memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _spent(page: Page) -> float:
    """Return the CPU seconds of the page's own thread."""
    found = page.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return float(next(one["value"] for one in found if one["name"] == "TaskDuration"))


@pytest.mark.parametrize("count", [600, pytest.param(10_000, marks=pytest.mark.soak)])
def test_a_folder_of_many_is_there_at_once_and_scrolls_smoothly(
    page: Page, serve: Callable[..., Served], stockctl: Callable[..., Run], home: Path, tmp_path: Path, count: int
) -> None:
    first = put(tmp_path / "first.jpg", picture(0))
    assert stockctl("check", first).code in {0, 1}
    fill(tmp_path / "photos", home / "catalogue.db", count)
    begun = time.monotonic()
    desk = serve(tmp_path / "photos")
    started = _cpu(desk.process.pid)
    address_s = time.monotonic() - begun
    page.driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    begun, spent = time.monotonic(), _spent(page)
    page.enter(desk)
    page.wait(lambda: len(page.all(".cell")) > 10 and page.find("#count").text == f"{count} pictures", 60)
    told: dict[str, Any] = {
        "pictures": count,
        "until the address stands there, CPU s": round(started, 2),
        "until the address stands there, s": round(address_s, 2),
        "the first page, CPU s of the browser": round(_spent(page) - spent, 2),
        "the first page, s": round(time.monotonic() - begun, 2),
    }
    assert started < 3
    page.driver.set_script_timeout(300)
    page.wait(lambda: not _jobs(page), 900)
    page.wait(lambda: page.js("return document.querySelectorAll('.cell .chip.small').length") > 10)
    before = _cpu(desk.process.pid)
    page.driver.get(f"{desk.base}/")
    page.wait(lambda: page.js("return document.querySelectorAll('.cell .chip.small').length") > 10)
    told["a first screen of a checked folder, CPU s of desk and page"] = round(
        _cpu(desk.process.pid) - before + _spent(page), 2
    )
    begun_s, frames = _spent(page), 120
    found = page.driver.execute_async_script(_SCROLL, frames)
    each_ms = 1000 * (_spent(page) - begun_s) / frames
    apart = sorted(found["apart"])
    told |= {
        "a frame while scrolling, CPU ms": round(each_ms, 1),
        "frames apart, ms, middle": round(apart[len(apart) // 2], 1),
        "frames apart, ms, the slowest twentieth": round(apart[-len(apart) // 20], 1),
        "cells in the page at the most": found["most"],
        "heap of the page, MB": round(page.js("return performance.memory.usedJSHeapSize") / 1e6),
        "memory of the desk, MB": _memory(desk.process.pid),
    }
    sys.stderr.write("".join(f"\n{name}: {value}" for name, value in told.items()) + "\n")
    assert found["top"] > 0
    assert found["most"] < 150
    assert each_ms < _FRAME_MS
    assert told["a first screen of a checked folder, CPU s of desk and page"] < 1
    assert _memory(desk.process.pid) < 300
    assert page.complaints() == []


def _jobs(page: Page) -> bool:
    ask = "const done = arguments[0]; fetch('/api/jobs').then((a) => a.json()).then((j) => done(j.jobs.length))"
    return bool(page.driver.execute_async_script(ask))
