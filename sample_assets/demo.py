"""Run the whole pipeline on a copy of the sample assets, printing each step's command.

Everything lands in `demo/`: the copied pictures, the catalogue, the outbox and
the reports. Nothing outside it is touched; run it again to begin anew.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

SAMPLES = Path(__file__).parent
ROOT = SAMPLES.parent
DEMO = ROOT / "demo"
YEAR = "2026"


def step(title: str, *arguments: str, expected: tuple[int, ...] = (0,)) -> None:
    """Run one command as a newcomer would type it, and stop where it fails; `*` in an argument is spread out."""
    typed = " ".join(argument if "*" in argument else shlex.quote(argument) for argument in arguments)
    sys.stdout.write(f"\n── {title}\n$ stockctl {typed}\n\n")
    spread: list[str] = []
    for word in arguments:
        spread += [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(word))] if "*" in word else [word]
    sys.stdout.flush()
    environment = os.environ | {
        "STOCKCTL_DB": str(DEMO / "catalogue.db"),
        "STOCKCTL_CONFIG": str(DEMO / "stockctl.toml"),
        "COLUMNS": os.environ.get("COLUMNS", "100"),
    }
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "stockctl", *spread], cwd=ROOT, env=environment, check=False
    )
    if done.returncode not in expected:
        sys.exit(f"demo: exit code {done.returncode}, expected {' or '.join(map(str, expected))}")


def main() -> None:
    """Copy the samples and walk through check, keyword, submit and earnings."""
    shutil.rmtree(DEMO, ignore_errors=True)
    shutil.copytree(SAMPLES / "photos", DEMO / "photos")
    (DEMO / "stockctl.toml").write_text(
        '[defaults]\ncreator = ["Sari Wijaya"]\ncopyright = "© 2026 Sari Wijaya"\n', encoding="utf-8"
    )
    photos = "demo/photos"
    step("1  Would a reviewer refuse them, and why?", "check", photos, "--agency", "shutterstock", "--agency",
         "adobe_stock", "--report", "demo/check.html", expected=(0, 1))  # fmt: skip
    step("2  Titles, descriptions and keywords, embedded into the copies", "keyword", photos,
         "--context", "Bali, Indonesia", expected=(0, 1))  # fmt: skip
    step("3  What would be sent?", "submit", photos, "--agency", "shutterstock", "--outbox", "demo/outbox",
         "--dry-run", expected=(0, 1))  # fmt: skip
    step("4  Prepare the batches: files under their upload names, and the agency's sheet", "submit", photos,
         "--agency", "shutterstock", "--outbox", "demo/outbox", expected=(0, 1))  # fmt: skip
    step("   and for a second agency", "submit", photos, "--agency", "adobe_stock", "--outbox", "demo/outbox",
         expected=(0, 1))  # fmt: skip
    step("5  What came in, and at which level", "earnings", "sample_assets/statements/*", "--year", YEAR,
         "--report", "demo/earnings.html", expected=(0, 1))  # fmt: skip
    step(
        "6  What to shoot next, and by when", "plan", "--months", "4", "--country", "ID,US", "--agency", "shutterstock"
    )
    step("7  What is next, file by file", "status", photos)
    sys.stdout.write(
        "\nDone. Look at:\n"
        "  demo/check.html      the contact sheet: verdicts, findings, and each place at 100 %\n"
        "  demo/earnings.html   earnings with levels\n"
        "  demo/outbox/         the batches, ready for the agencies' upload pages\n"
        "\nAll of it on a page, to look at and to change (Ctrl-C ends it):\n"
        "  .venv/bin/stockctl --db demo/catalogue.db desk demo/photos\n"
        "\nThe same on your own pictures: .venv/bin/stockctl desk FOLDER\n"
    )


if __name__ == "__main__":
    main()
