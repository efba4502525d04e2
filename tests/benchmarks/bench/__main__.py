"""Run the benchmark: `python -m tests.benchmarks.bench [--quick] [--only WORD [--keep]]`.

The whole form measures the short one too, and writes both into `BENCHMARKS.md`
and `figures.json`; with `--only` and `--keep` how commands grow in the whole form
alone is written, with its own day. `--quick` measures the short form alone and compares it
with the figures on record: it ends with 1 where a ratio is worse by a quarter.
A row that seems worse is measured once more before it counts.
"""

from __future__ import annotations

import argparse
import compileall
import dataclasses
import json
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.bench import embedding, growing, importing, looking, page, peers, sending
from tests.benchmarks.bench.form import FORMS, LARGEST_FILES, LARGEST_ROWS, QUICK, WHOLE, Form
from tests.benchmarks.bench.rows import Growth, Missing, Row, worse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
FIGURES, PAGE = HERE / "figures.json", peers.ROOT / "BENCHMARKS.md"
MEASURES: dict[str, Callable[[Form, Path], Iterator[Row | Growth | Missing]]] = {
    "start": growing.start_up,
    "check": looking.against_cleanvision,
    "decoding": looking.against_decoding,
    "near": looking.near_duplicates,
    "metadata": embedding.write_and_read,
    "upload": sending.uploads,
    "import": importing.imports,
    "growth": growing.growth,
}


def main() -> None:
    """Measure, then write or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the short form alone, compared with the one on record")
    parser.add_argument("--only", choices=MEASURES, action="append", help="these measures alone; nothing is written")
    parser.add_argument("--keep", action="store_true", help="with --only growth: measure the whole form, and write it")
    parser.add_argument(
        "--largest", action="store_true", help=f"up to {LARGEST_ROWS:,} rows and {LARGEST_FILES:,} files"
    )
    options = parser.parse_args()
    peers.install()
    # As an installed program is: where Python is told to write no bytecode, each start would compile all modules anew.
    compileall.compile_dir(peers.ROOT / "stockctl", quiet=1)
    whole = WHOLE
    if options.largest:
        whole = dataclasses.replace(WHOLE, rows=(*WHOLE.rows, LARGEST_ROWS), files=(*WHOLE.files, LARGEST_FILES))
    kept = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    forms = [QUICK] if options.quick else [whole] if options.keep else [QUICK, whole]
    measured = {form.name: measure(form, options.only or list(MEASURES)) for form in forms}
    for name, found in measured.items():
        print("\n".join(page.section(name, found)))
    if options.quick:
        sys.exit(compared(measured["quick"], kept.get("quick")))
    if options.keep and options.only == ["growth"] and "whole" in kept:
        kept["whole"] |= {"growth": measured["whole"]["growth"], "grown": measured["whole"]["date"]}
        FIGURES.write_text(json.dumps(kept, indent=1) + "\n")
        PAGE.write_text(page.page(kept), encoding="utf-8")
    if not options.only:
        FIGURES.write_text(json.dumps(kept | measured, indent=1) + "\n")
        PAGE.write_text(page.page(kept | measured), encoding="utf-8")


def measure(form: Form, names: list[str]) -> dict[str, Any]:
    """Return a form's figures, as they are kept on record."""
    found: dict[str, Any] = {"date": f"{datetime.now().astimezone():%Y-%m-%d}", "rounds": form.rounds}
    found |= {"machine": peers.machine(), "versions": peers.versions(), "rows": [], "growth": [], "missing": {}}
    began = time.monotonic()
    for name in names:
        with tempfile.TemporaryDirectory(prefix="bench-") as work:
            for row in MEASURES[name](form, Path(work)):
                if isinstance(row, Missing):
                    found["missing"][row.key] = row.why
                    continue
                found["growth" if isinstance(row, Growth) else "rows"].append(row.document() | {"measure": name})
                told = f"exponent {page.fitted(row.exponent)}" if isinstance(row, Growth) else f"ratio {row.ratio:.2f}"
                print(f"{time.monotonic() - began:5.0f} s  {row.key}: {told}", file=sys.stderr, flush=True)
    return found | {"minutes": round((time.monotonic() - began) / 60)}


def compared(found: dict[str, Any], kept: dict[str, Any] | None) -> int:
    """Tell which ratios are worse than those on record by a quarter; return the exit code."""
    if kept is None:
        print("There are no figures on record to compare with: `make bench` writes them.")
        return 0
    old = {row["key"]: row for row in kept["rows"]}
    slower = [row for row in found["rows"] if row["key"] in old and worse(row, old[row["key"]])]
    if slower:
        again = measure(FORMS["quick"], sorted({row["measure"] for row in slower}))
        keys = {row["key"] for row in slower}
        slower = [row for row in again["rows"] if row["key"] in keys and worse(row, old[row["key"]])]
    for row in slower:
        print(f"WORSE  {page.line(row)}\n   was  {page.line(old[row['key']])}")
    print(f"{len(slower)} of {len(found['rows'])} ratios are worse than those on record by a quarter.")
    return 1 if slower else 0


if __name__ == "__main__":
    main()
