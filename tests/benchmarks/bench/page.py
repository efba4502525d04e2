"""BENCHMARKS.md: the table on record, as text."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HEAD = """# Benchmarks

`make bench` writes this page: it builds its inputs from the sample pictures and from seeds, installs the Python peers
into an environment of their own, and lets stockctl and each peer take turns on the same work. A ratio above 1 says that
stockctl is so many times faster (or finds so many times more); below 1, that the peer is. Times are seconds, medians of
the rounds; the spread is the least and the largest ratio of a round. `make bench-quick` measures the short form again,
in under ten minutes, and fails where a ratio is worse than the one here by a quarter.

Compare ratios, not seconds: another machine has other seconds.
"""


def page(record: Mapping[str, Any]) -> str:
    """Return the page of all forms on record, the whole one first."""
    parts = [HEAD]
    for name in ("whole", "quick"):
        if name in record:
            parts += section(name, record[name])
    return "\n".join(parts).rstrip() + "\n"


def section(name: str, form: Mapping[str, Any]) -> Iterable[str]:
    """Yield one form: where it was measured, the comparisons, the growth, what is missing."""
    yield f"## The {name} form\n"
    yield f"Measured on {form['date']} in {form['minutes']} minutes, {form['rounds']} rounds. "
    yield from (f"- {what}: {value}" for what, value in form["machine"].items())
    yield "- versions: " + ", ".join(f"{what} {value}" for what, value in form["versions"].items())
    yield "\n| work | ours | peer | | ratio | spread |\n|---|---:|---|---:|---:|---|"
    yield from (line(row) for row in form["rows"])
    notes = [f"- {row['work']} / {row['peer']}: {row['note']}" for row in form["rows"] if row["note"]]
    yield from ["", *notes]
    yield "\n| grows with | seconds beyond the smallest | exponent |\n|---|---|---:|"
    for row in form["growth"]:
        told = ", ".join(f"{int(size):,}: {seconds:.3g}" for size, seconds in row["seconds"].items())
        yield f"| {row['work']} | {told} | {row['exponent']:.2f} |"
    if form["missing"]:
        yield "\nNot measured: " + "; ".join(f"{key} ({why})" for key, why in form["missing"].items()) + "."
    yield ""


def line(row: Mapping[str, Any]) -> str:
    """Return one comparison as a line of the table."""
    ours, peers = (statistics.median(row[side]) for side in ("ours", "peers"))
    ratios = row["ratios"]
    spread = f"{min(ratios):.2f}–{max(ratios):.2f}" if len(ratios) > 1 else ""
    unit = "" if row["unit"] == "s" else f" {row['unit']}"
    ratio = statistics.median(ratios)
    return f"| {row['work']} | {ours:.3g}{unit} | {row['peer']} | {peers:.3g}{unit} | **{ratio:.2f}** | {spread} |"
