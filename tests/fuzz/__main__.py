"""Spoil sound files of every format and watch what the program makes of them, in time and memory.

A case is a seed file and a number: `--only NAME --case N` makes it again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.runner import run
from tests.fuzz.seeds import seeds
from tests.fuzz.targets import target_of


def main() -> None:
    """Parse, run, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="stop after so long (5)")
    parser.add_argument("--rounds", type=int, default=1_000_000, help="cases of each seed, at most")
    parser.add_argument("--first", type=int, default=1, help="the number of the first case (1)")
    parser.add_argument("--only", action="append", default=[], help="seeds whose name holds this")
    parser.add_argument("--case", type=int, help="this case alone")
    parser.add_argument("--out", type=Path, help="write the cases that go wrong into this folder")
    chosen = parser.parse_args()
    names = [name for name in seeds() if not chosen.only or any(part in name for part in chosen.only)]
    first, rounds = (chosen.case, 1) if chosen.case is not None else (chosen.first, chosen.rounds)
    done: Counter[str] = Counter()
    found = run(names, first=first, rounds=rounds, until=time.monotonic() + 60 * chosen.minutes, done=done)
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        for case, _ in found:
            (chosen.out / f"{case.number}-{case.name}").write_bytes(case.data())
    by_kind: dict[tuple[str, str], Counter[str]] = {}
    for tried, counts in (("tried", done), ("wrong", Counter(case.name for case, _ in found))):
        for name, count in counts.items():
            kind = (target_of(name).__name__, Path(name).suffix)
            by_kind.setdefault(kind, Counter())[tried] += count
    for (target, suffix), counts in sorted(by_kind.items()):
        print(f"{target:<12}{suffix:<10}{counts['tried']:>9,} tried{counts['wrong']:>6,} wrong")
    print(f"{sum(done.values()):,} cases of {len(names)} seeds, {len(found)} went wrong")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
