"""BENCHMARKS.md: the table on record, as text."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEAD = """# Benchmarks

`make bench` writes this page: it builds its inputs from the sample pictures and from seeds, installs the Python peers
into an environment of their own, and lets stockctl and each peer take turns on the same work. A ratio above 1 says that
stockctl is so many times faster (or finds so many times more); below 1, that the peer is. Times are seconds, medians of
the rounds; the spread is the least and the largest ratio of a round. `make bench-quick` measures the short form again,
in under ten minutes, and fails where a ratio is worse than the one here by a quarter.

How a command grows is told by the processor time of the program and all that it starts: the least of several runs at
each size without the least of those on the smallest work. A difference under 0.03 s, or under three times what the two
least runs lie apart, is no figure; the exponent is that of the figures, with the least and the largest that it may be.

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
    if form.get("grown", form["date"]) != form["date"]:
        yield f"\nHow commands grow was measured on {form['grown']}."
    yield "\n| grows with | processor seconds beyond the smallest | exponent |\n|---|---|---|"
    yield from (grown(row) for row in form["growth"])
    if form["missing"]:
        yield "\nNot measured: " + "; ".join(f"{key} ({why})" for key, why in form["missing"].items()) + "."
    yield ""


def grown(row: Mapping[str, Any]) -> str:
    """Return how a command grows as a line of the table; what is no figure is told as that."""
    told = [
        f"{int(size):,}: " + ("too little to tell" if seconds is None else f"{seconds:.3g}")
        for size, seconds in row["seconds"].items()
    ]
    return f"| {row['work']} | {', '.join(told)} | {fitted(row['exponent'])} |"


def fitted(exponent: float | Sequence[float] | None) -> str:
    """Return an exponent with its least and largest; older records have it alone."""
    if exponent is None:
        return "not told: fewer than two figures"
    if isinstance(exponent, float):
        return f"{exponent:.2f}"
    value, low, high = exponent
    return f"{value:.2f} ({low:.2f}–{high:.2f})"


def line(row: Mapping[str, Any]) -> str:
    """Return one comparison as a line of the table."""
    ours, peers = (statistics.median(row[side]) for side in ("ours", "peers"))
    ratios = row["ratios"]
    spread = f"{min(ratios):.2f}–{max(ratios):.2f}" if len(ratios) > 1 else ""
    unit = "" if row["unit"] == "s" else f" {row['unit']}"
    ratio = statistics.median(ratios)
    return f"| {row['work']} | {ours:.3g}{unit} | {row['peer']} | {peers:.3g}{unit} | **{ratio:.2f}** | {spread} |"
