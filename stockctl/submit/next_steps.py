"""What a person does after a run of `submit`, step by step."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from stockctl.submit import sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stockctl.submit.account import Account
    from stockctl.submit.plan import Step


def next_steps(way: Account, steps: Sequence[Step], rows: int, paths: Sequence[Path]) -> tuple[str, ...]:
    """Return what a person does now, step by step."""
    agency = way.agency
    parts: list[str] = []
    if way.delivery == "folder" and steps:
        parts.append(f"upload the files in {way.door.folder} on {agency.title}'s page")
    if way.by_api and steps:
        released = any(sheet.papers(step.parts[0].cells) for step in steps)
        parts.append(
            "open the batch on esp.gettyimages.com, choose the meaning of the keywords that it marks"
            + (", lay the releases to their pictures" if released else "")
            + ", and submit it"
        )
    form = agency.sheet
    if rows and form is not None:
        names = ", ".join(str(path.relative_to(way.outbox)) for path in paths) or "the sheet"
        parts.append(f"{names}: {form.next_step}" if form.next_step else f"give {names} to the agency")
    empty: dict[str, int] = defaultdict(int)
    for step in steps:
        for column in step.empty:
            empty[column] += 1
    if empty:
        listed = ", ".join(f"{column} ({count} {'file' if count == 1 else 'files'})" for column, count in empty.items())
        parts.append(f"fill in on the page: {listed}")
    guessed = sum(bool(step.suggested) for step in steps)
    if guessed:
        parts.append(
            f"look at the category of {guessed} {'file' if guessed == 1 else 'files'}: a model suggests it "
            "(yours: stockctl keyword PATH --category AGENCY=ID; none: [keyword] categories = false)"
        )
    if way.delivery == "folder" and steps:
        parts.append(f"when they are uploaded, say so: stockctl submit --agency {agency.name} --mark-sent")
    return tuple(parts)
