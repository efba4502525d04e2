"""Make the README's pictures anew: the contact sheet and the desk of the sample assets, by headless Chromium.

    python .ci/pictures.py

Needs `chromium`. Pictures are reduced to 128 colours, so that a page stays small.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs/pictures"
PHOTOS = ("bali-2026", "garden", "kitchen", "alps-2025")
_WIDTH, _COLOURS = 1280, 128
_LARGEST = 150_000


def main() -> None:
    """Check and keyword a copy, then take both pages."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for shoot in PHOTOS:
            shutil.copytree(ROOT / "sample_assets/photos" / shoot, folder / "photos" / shoot)
        environment = os.environ | {"STOCKCTL_DB": str(folder / "c.db"), "STOCKCTL_CONFIG": str(folder / "c.toml")}

        def stockctl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
            return subprocess.run(  # noqa: S603 - our own program
                [sys.executable, "-m", "stockctl", *arguments],
                cwd=folder, env=environment | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
            )  # fmt: skip

        agencies = ("--agency", "shutterstock", "--agency", "adobe_stock")
        stockctl("keyword", "photos/bali-2026", "--context", "Bali, Indonesia")
        stockctl("check", "photos", *agencies, "--report", "sheet.html")
        take(f"file://{folder}/sheet.html", TARGET / "contact-sheet.png", 1910, 1085)
        desk = subprocess.Popen(
            [sys.executable, "-m", "stockctl", "desk", "photos", "--no-open"],
            cwd=folder, env=environment | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert desk.stdout is not None
            take(desk.stdout.readline().strip(), TARGET / "desk.png", 860)
        finally:
            desk.send_signal(signal.SIGINT)
            desk.wait(30)


def take(address: str, target: Path, height: int, top: int = 0) -> None:
    """Take a page as it stands after some seconds, from a row of its pixels down to another."""
    chromium = shutil.which("chromium")
    assert chromium, "chromium is not installed"
    with tempfile.TemporaryDirectory() as name:
        raw = Path(name) / "page.png"
        subprocess.run(  # noqa: S603 - a program that the caller installed
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                f"--user-data-dir={name}/profile", f"--window-size={_WIDTH},{height}", "--virtual-time-budget=15000",
                f"--screenshot={raw}", address,
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        with Image.open(raw) as page:
            page.convert("RGB").crop((0, top, *page.size)).quantize(_COLOURS, dither=Image.Dither.NONE).save(
                target, optimize=True
            )
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}: {size:,} bytes")
    if size > _LARGEST:
        sys.exit("too large for a page that is to open at once")


if __name__ == "__main__":
    main()
