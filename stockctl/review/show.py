"""A review's report as JSON and as terminal text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockctl.report.visible import visible

if TYPE_CHECKING:
    from rich.console import Console

    from stockctl.review.run import Report


def to_json(report: Report) -> dict[str, Any]:
    """Return the document of `review --json`."""
    return {
        "command": "review",
        "agency": report.agency.name,
        "recorded": [
            {
                "path": one.path,
                "media_id": one.decision.media_id,
                "decision": one.decision.decision.value,
                "reason": one.decision.reason,
            }
            for one in report.recorded
        ],
        "learned": [
            {
                "rule": lesson.rule,
                "agency": lesson.agency,
                "from": lesson.usual,
                "to": lesson.learned,
                "evidence": lesson.evidence,
                "applied": lesson.applied,
            }
            for lesson in report.learned
        ],
        "errors": [
            {"path": problem.where, "error": problem.message, "hint": problem.hint} for problem in report.errors
        ],
    }


def to_terminal(report: Report, console: Console) -> None:
    """Print what was written down, and each lesson with what applies it."""
    for one in report.recorded:
        reason = f" ({one.decision.reason})" if one.decision.reason else ""
        console.print(f"{one.decision.decision.value}  {visible(str(one.path))}{visible(reason)}")
    for lesson in report.learned:
        console.print(lesson.evidence, style="bold")
        if lesson.applied:
            console.print(f"  holds: {lesson.rule} {lesson.learned:g} instead of {lesson.usual:g}")
        else:
            console.print(
                f"  {lesson.rule} {lesson.learned:g} instead of {lesson.usual:g} holds once you say so: "
                f"stockctl review --agency {lesson.agency} --apply {lesson.rule}"
            )
    if not report.recorded and not report.learned:
        console.print("nothing to learn yet")
