"""How a run of many pictures fares against a server that lets so many requests a minute through, and errs.

    python -m tests.benchmarks.vision [--pictures 500] [--quota 15] [--broken 2] [--scale 600] [--json]

A server on loopback counts requests in windows of a minute. Beyond the quota it answers 429: half of the time with
Retry-After, half of the time without a word. So many of a hundred answers are broken: cut JSON, prose, an error 500.
Time is scaled down: a minute of the server and of the asking's own clock lasts 60/scale seconds, so that 500 pictures
at 15 a minute, 34 minutes as the world counts, are asked in seconds. Each picture is asked by the code that
`stockctl keyword` uses, with four connections and no pace set (`--rpm` sets one).

Floors: all answered, at most 1.05 paid calls (answers with tokens) a picture, wall time at most 1.2 times what the
quota allows.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from stockctl.catalogue import open_catalogue
from stockctl.config import Settings
from stockctl.media.identify import Kind
from stockctl.vision.asking import line as manners
from stockctl.vision.asking.line import Line
from stockctl.vision.looking import Looker
from stockctl.vision.sent.pictures import Picture
from stockctl.vision.sources.services import Service, service
from tests.pictures import jpeg

WORDS = ["mountain", "lake", "reflection", "snow", "landscape", "nature", "sky", "travel", "water", "forest"]
GOOD = json.dumps({"title": "Snowy mountain and a calm lake", "description": "A mountain.", "keywords": WORDS})
FLOORS = {"answered": 1.0, "paid_per_picture": 1.05, "wall_over_quota": 1.2}


class Quota(ThreadingHTTPServer):
    """A server with a quota: `window_s` seconds are a minute."""

    def __init__(self, quota: int, window_s: float, broken: float, told: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.quota, self.window_s, self.broken, self.told = quota, window_s, broken, told
        self.random = random.Random(1)  # noqa: S311 - the same errors in every run
        self.lock = threading.Lock()
        self.window, self.used = -1, 0
        self.counts = {"paid": 0, "limited": 0, "broken": 0, "requests": 0}
        self.begun = time.monotonic()

    def judged(self) -> tuple[int, dict[str, str], str]:
        """Return status, headers and text for the next request."""
        with self.lock:
            passed = time.monotonic() - self.begun
            window = int(passed / self.window_s)
            if window != self.window:
                self.window, self.used = window, 0
            self.counts["requests"] += 1
            if self.used >= self.quota:
                self.counts["limited"] += 1
                tells = self.told == "always" or (self.told == "half" and self.random.random() < 0.5)
                # What is left of the minute, in whole seconds of the scaled minute.
                left = ((window + 1) * self.window_s - passed) / self.window_s * 60
                return 429, {"Retry-After": str(int(left) + 1)} if tells else {}, '{"error": {"message": "rate limit"}}'
            self.used += 1
            if self.random.random() < self.broken:
                self.counts["broken"] += 1
                kind = self.random.choice(("error", "cut", "prose"))
                if kind == "error":
                    return 500, {}, '{"error": "boom"}'
                self.counts["paid"] += 1
                return 200, {}, _chat(GOOD[:40] if kind == "cut" else "A lovely lake.")
            self.counts["paid"] += 1
            return 200, {}, _chat(GOOD)


def _chat(content: str) -> str:
    usage = {"prompt_tokens": 900, "completion_tokens": 150}
    return json.dumps({"choices": [{"message": {"content": content}, "finish_reason": "stop"}], "usage": usage})


class Handler(BaseHTTPRequestHandler):
    server: Quota

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, headers, text = self.server.judged()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: object) -> None:
        pass


def measure(
    pictures: int, quota: int, broken: float, scale: float, *, told: str = "half", rpm: float = 0
) -> dict[str, Any]:
    """Ask about so many pictures and return what it took; a minute lasts 60/scale seconds."""
    server = Quota(quota, 60 / scale, broken, told)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "photo.jpg")
        file.write_bytes(jpeg(320, 240))
        url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        section = {"url": url, "model": "m", "connections": 4, "rpm": rpm}
        settings = Settings(Path(folder, "s.toml"), {"vision": {"x": section}})
        asked = [Picture(file, f"{number:032x}", "jpeg", Kind.PHOTO) for number in range(pictures)]
        looker = Looker(service("x", settings), make_line=lambda chosen: _scaled(chosen, scale))
        with open_catalogue(Path(folder, "c.db")) as catalogue:
            server.begun = time.monotonic()
            looker.look(catalogue, asked)
            wall = time.monotonic() - server.begun
    server.shutdown()
    server.server_close()
    # The first minute's quota is free at once, so that n pictures need one minute less than n / quota.
    allowed = max(1.0, pictures / quota) * 60 / scale
    return {
        "pictures": pictures,
        "quota_per_minute": quota,
        "told": told,
        "rpm": rpm,
        "answered": len(looker.answers) / pictures,
        "paid_per_picture": round(server.counts["paid"] / pictures, 4),
        "requests_per_picture": round(server.counts["requests"] / pictures, 4),
        "wall_over_quota": round(wall / allowed, 3),
        "wall_s": round(wall, 1),
        "minutes": round(wall * scale / 60, 1),
        **server.counts,
        "messages": looker.messages,
    }


def _scaled(chosen: Service, scale: float) -> Line:
    """Return a line whose clock runs `scale` times as fast."""
    return Line(
        chosen.secrets(),
        chosen.rpm,
        chosen.url,
        now=lambda: time.monotonic() * scale,
        sleep=lambda seconds: time.sleep(seconds / scale),
    )


def main() -> int:
    """Measure, print, and say whether the floors hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=500)
    parser.add_argument("--quota", type=int, default=15, help="requests a minute that the server lets through")
    parser.add_argument("--broken", type=float, default=2.0, help="of a hundred answers so many are broken")
    parser.add_argument("--scale", type=float, default=120.0, help="how many times faster than the world")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    runs = {
        "429 without a word": {"told": "never", "rpm": 0},
        "429 with Retry-After half of the time": {"told": "half", "rpm": 0},
        "429 with Retry-After": {"told": "always", "rpm": 0},
        "rpm set": {"told": "half", "rpm": arguments.quota},
    }
    results: dict[str, Any] = {
        name: measure(
            arguments.pictures,
            arguments.quota,
            arguments.broken / 100,
            arguments.scale,
            told=str(how["told"]),
            rpm=float(how["rpm"]),
        )
        for name, how in runs.items()
    }
    holds = all(
        found["answered"] >= FLOORS["answered"]
        and found["paid_per_picture"] <= FLOORS["paid_per_picture"]
        and found["wall_over_quota"] <= FLOORS["wall_over_quota"]
        for found in results.values()
    )
    if arguments.json:
        print(
            json.dumps(
                {"runs": results, "floors": FLOORS, "holds": holds, "waits": [manners.FIRST_S, manners.LONGEST_S]}
            )
        )
    else:
        print(f"{'':40}{'answered':>10}{'paid':>8}{'requests':>10}{'wall/quota':>12}{'minutes':>9}")
        for name, found in results.items():
            answered = f"{found['answered'] * found['pictures']:.0f}/{found['pictures']}"
            print(
                f"{name:40}{answered:>10}{found['paid_per_picture']:>8.3f}{found['requests_per_picture']:>10.3f}"
                f"{found['wall_over_quota']:>12.3f}{found['minutes']:>9.1f}"
            )
        print("floors hold" if holds else f"below a floor: {FLOORS}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
