"""A calibration as a table on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from stockctl.check.calibrate import Calibration


def to_terminal(found: Calibration, console: Console) -> None:
    """Print a line per rule: the limit in force and the proposed one, each with what it flags."""
    bad = f", {found.bad} bad ones" if found.bad else ""
    console.print(f"{found.good} good pictures{bad}; proposed: {found.rate:.1%} of the good ones flagged by each rule")
    heads = ("rule", "limit", "good flagged", *(("bad found",) if found.bad else ()))
    heads = (*heads, "proposed", "good flagged", *(("bad found",) if found.bad else ()))
    console.print(f"{heads[0]:24}" + "".join(f"{head:>14}" for head in heads[1:]), style="bold")
    for line in found.lines:
        now = [f"{line.limit:g}", f"{line.false_alarms:.1%}"]
        then = [f"{line.proposed:.4g}", f"{line.proposed_false_alarms:.1%}"]
        if line.caught is not None and line.proposed_caught is not None:
            now.append(f"{line.caught:.1%}")
            then.append(f"{line.proposed_caught:.1%}")
        console.print(f"{line.rule:24}" + "".join(f"{cell:>14}" for cell in (*now, *then)))
