"""Measure every command that takes a folder on one folder of very many small files: CPU seconds and peak memory.

    python tests/benchmarks/folder.py [--files 10000] [--only WORD] [--folder FOLDER] [--json]

The files are small JPEGs, no two of them alike; a tenth have words of a person's own. An agency of our own takes
them, small as they are, so that `submit` has something to lay into its folder. Each command is a process of its own,
and the commands build on each other as they do in a person's day. With --folder the files and the catalogue stay.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.scale import Home, run  # noqa: E402 - found once the root is on the path
from tests.pictures import patches  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH, HEIGHT = 64, 48
# Every tenth file has words.
WORDED = 10
AGENCY = """name = "sunprints"
title = "Sun Prints"
initials = "SU"
order = 50
status = { value = "open", source = "sunprints.example/sell", confidence = "official", checked = 2026-11-29 }
[accepts]
photo = { value = true, source = "sunprints.example/sell", confidence = "official", checked = 2026-11-29 }
[sheet.columns]
value = [["Filename", "upload_name"], ["Title", "title"], ["Keywords", "keywords"]]
source = "its upload page"
confidence = "official"
checked = 2026-11-29
"""


def make(home: Home, files: int) -> None:
    """Write the pictures, and the settings with the agency that takes them."""
    shoot = home.folder / "shoot"
    shoot.mkdir(parents=True)
    (home.folder / "agencies").mkdir()
    (home.folder / "agencies" / "sunprints.toml").write_text(AGENCY, encoding="utf-8")
    head = words(home)
    for number in range(files):
        data = picture(number)
        worded = number % WORDED == 0
        (shoot / f"picture-{number:06}.jpg").write_bytes(data[:2] + head + data[2:] if worded else data)


def picture(number: int) -> bytes:
    """Return a small JPEG unlike that of any other number, some 1 KB."""
    colours = np.random.default_rng(number).integers(0, 255, (6, 8, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(colours).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR).save(buffer, "JPEG", quality=50)
    return buffer.getvalue()


def words(home: Home) -> bytes:
    """Return the segments that hold a person's words, as the program itself writes them."""
    path = home.folder / "worded" / "one.jpg"
    path.parent.mkdir(parents=True)
    plain = patches(1)
    path.write_bytes(plain)
    run(home, ["keyword", path, "--title", "Terraced rice fields at sunrise", "--add", "rice, sunrise, asia"])
    data, found, place = path.read_bytes(), b"", 2
    while data[place + 1] in {*range(0xE0, 0xF0)}:
        size = 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if data[place + 1] in {0xE1, 0xED}:
            found += data[place : place + size]
        place += size
    return found


def commands(home: Home) -> Iterator[tuple[str, list[str | Path]]]:
    """Yield what is run, in this order."""
    shoot, agency = home.folder / "shoot", ["--agency", "sunprints"]
    yield "status, new", ["status", shoot, "--json"]
    yield "check, first", ["check", shoot, "--json"]
    yield "check, again", ["check", shoot, "--json"]
    yield "check, table", ["check", shoot]
    yield "check --jsonl", ["check", shoot, "--jsonl"]
    yield "status", ["status", shoot, "--json"]
    yield "keyword --dry-run", ["keyword", shoot, "--dry-run", "--json"]
    yield "keyword", ["keyword", shoot, "--context", "Rice terraces in Bali, Indonesia", "--json"]
    yield "history", ["history", "--json"]
    yield "undo", ["undo", "--json"]
    yield "submit --dry-run", ["submit", shoot, *agency, "--dry-run", "--json"]
    yield "submit --dry-run, table", ["submit", shoot, *agency, "--dry-run"]
    yield "submit, real", ["submit", shoot, *agency, "--outbox", home.folder / "outbox", "--json"]
    yield "submit --status", ["submit", "--status", "--json"]
    yield "submit --mark-sent", ["submit", *agency, "--mark-sent", "--json"]
    yield "review", ["review", *agency, "accepted", shoot, "--json"]
    yield "plan", ["plan", "--json"]
    yield "desk of the folder, first page", ["desk", shoot, "--no-open"]
    yield "desk of all, first page", ["desk", "--no-open"]


def measure(home: Home, only: str | None) -> list[dict[str, Any]]:
    """Run them one after the other, and return a line for each."""
    lines = []
    for name, arguments in commands(home):
        if only is None or only in name:
            began = time.monotonic()
            cost = run(home, arguments)
            line = {"command": name, "exit": cost.code, "cpu_s": round(cost.cpu_s, 2), "rss_mb": round(cost.rss_mb)}
            lines.append(line | {"wall_s": round(time.monotonic() - began, 1)})
            print(shown(lines[-1]), file=sys.stderr, flush=True)
    return lines


def shown(line: dict[str, Any]) -> str:
    """Return a line of the table."""
    return f"{line['command']:<32}{line['cpu_s']:>9.2f}{line['wall_s']:>9.1f}{line['rss_mb']:>7}  {line['exit']}"


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000, help="files in the folder (default 10000)")
    parser.add_argument("--only", metavar="WORD", help="only the commands whose name has this in it")
    parser.add_argument("--folder", type=Path, help="keep the files and the catalogue here, or take those that were")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        kept = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        home = Home(kept / str(options.files))
        if not home.folder.exists():
            make(home, options.files)
        found = {"files": options.files, "commands": measure(home, options.only)}
    print(json.dumps(found, indent=1) if options.json else "\n".join(map(shown, found["commands"])))


if __name__ == "__main__":
    main()
