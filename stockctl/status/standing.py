"""Read off the catalogue how far each file has come: checked, keyworded, sent, decided, sold."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from stockctl.catalogue import assets, decisions, earned, ledger
from stockctl.errors import FileProblem
from stockctl.files.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue


class Stage(StrEnum):
    """The furthest point that a file has reached."""

    NEW = "new"
    CHANGED = "changed"
    CHECKED = "checked"
    KEYWORDED = "keyworded"
    SENT = "sent"
    DECIDED = "decided"
    SOLD = "sold"


@dataclass(frozen=True)
class Standing:
    """One file's way so far.

    `sent` are the agencies that have the picture, `decided` what each of them
    said (accepted or rejected), `sold` the number of its sales.
    """

    path: Path
    media_id: str | None = None
    changed: bool = False
    keyworded: bool = False
    sent: tuple[str, ...] = ()
    decided: Mapping[str, str] = field(default_factory=dict)
    sold: int = 0

    @property
    def stage(self) -> Stage:
        """The furthest point reached; a file changed since it was checked has to begin there."""
        steps = (
            (self.media_id is None, Stage.NEW),
            (self.sold > 0, Stage.SOLD),
            (bool(self.decided), Stage.DECIDED),
            (bool(self.sent), Stage.SENT),
            (self.changed, Stage.CHANGED),
            (self.keyworded, Stage.KEYWORDED),
        )
        return next((stage for holds, stage in steps if holds), Stage.CHECKED)

    @property
    def next(self) -> str:
        """What to do next, as a command or in words."""
        rejected = [agency for agency, decision in self.decided.items() if decision == "rejected"]
        if rejected:
            return f"mend what {', '.join(rejected)} refused, or send it elsewhere"
        match self.stage:
            case Stage.NEW | Stage.CHANGED:
                return f"stockctl check {self.path}"
            case Stage.CHECKED:
                return f"stockctl keyword {self.path}"
            case Stage.KEYWORDED:
                return f"stockctl submit {self.path} --agency NAME"
            case Stage.SENT:
                return "wait for the review; then: stockctl review --agency NAME accepted|rejected PATH"
            case _:
                return "nothing; more like it"


def standings(catalogue: Catalogue, paths: Sequence[Path]) -> list[Standing]:
    """Return where each of the files stands, in the order given; no file is opened."""
    known = assets.seen(catalogue, paths)
    ids = {row.media_id for row in known.values() if row.media_id}
    sent, decided, sold = ledger.sent(catalogue, ids), decisions.latest(catalogue, ids), earned.counts(catalogue, ids)
    found = []
    for path in paths:
        row = known.get(assets.key_of(path))
        if row is None or row.media_id is None:
            found.append(Standing(path))
            continue
        try:
            changed = fingerprint(path) != row.fingerprint
        except FileProblem:
            changed = True
        record = row.facts["record"]
        found.append(
            Standing(
                path=path,
                media_id=row.media_id,
                changed=changed,
                keyworded=bool(record.get("keywords") and (record.get("title") or record.get("description"))),
                sent=tuple(sorted(sent.get(row.media_id, ()))),
                decided=decided.get(row.media_id, {}),
                sold=sold.get(row.media_id, 0),
            )
        )
    return found
