"""Tables of what the agencies decided: accepted or rejected, and why; and of the lessons drawn from it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen.assets import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("decisions")


@migrations
def m001_decisions(db: Database) -> None:
    """Start with the decisions and the lessons."""
    db.table("decisions").create(
        {"id": int, "agency": str, "media_id": str, "decision": str, "reason": str, "day": str, "at": str},
        pk="id",
        not_null={"agency", "media_id", "decision", "reason", "day", "at"},
    )
    db.table("decisions").create_index(["agency", "media_id"])
    db.table("lessons").create(
        {
            "agency": str,
            "rule": str,
            "measurement": str,
            "above": int,
            "usual": float,
            "learned": float,
            "evidence": str,
            "applied": int,
            "at": str,
        },
        pk=("agency", "rule"),
        not_null={"measurement", "above", "usual", "learned", "evidence", "applied", "at"},
    )


@migrations
def m002_of_pictures(db: Database) -> None:
    """Find what was said of a picture."""
    db.execute("CREATE INDEX decisions_picture ON decisions (media_id, day, id)")


class Verdict(StrEnum):
    """What an agency said of a picture."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    # Law and texts are in order, the quality is not: taken for data licensing alone (Shutterstock).
    DATA_ONLY = "data-only"


@dataclass(frozen=True)
class Decision:
    """One agency's word on one picture; `day` is an ISO date."""

    agency: str
    media_id: str
    decision: Verdict
    reason: str = ""
    day: str = ""


@dataclass(frozen=True)
class Lesson:
    """A limit that an agency's refusals speak for, on one measurement of `check`.

    `above`: larger values are worse. `usual` is the limit without the lesson,
    `learned` the one with it, which holds where `applied`.
    """

    agency: str
    rule: str
    measurement: str
    above: bool
    usual: float
    learned: float
    evidence: str
    applied: bool = False


def record(catalogue: Catalogue, decisions: Iterable[Decision]) -> None:
    """Write decisions down; one that stands there word for word is not written again."""
    with catalogue.transaction() as connection:
        for one in decisions:
            day = one.day or now()[:10]
            known = connection.execute(
                "SELECT decision, reason FROM decisions WHERE agency = ? AND media_id = ? ORDER BY day DESC, id DESC",
                (one.agency, one.media_id),
            ).fetchone()
            if known is not None and (known["decision"], known["reason"]) == (one.decision.value, one.reason):
                continue
            connection.execute(
                "INSERT INTO decisions (agency, media_id, decision, reason, day, at) VALUES (?, ?, ?, ?, ?, ?)",
                (one.agency, one.media_id, one.decision.value, one.reason, day, now()),
            )


def latest(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return each agency's last word on each of these pictures: media_id → agency → decision."""
    found: dict[str, dict[str, str]] = {}
    query = (
        "SELECT media_id, agency, decision FROM decisions WHERE media_id IN (SELECT value FROM json_each(?))"
        " ORDER BY day, id"
    )
    for row in catalogue.rows(query, [json.dumps(list(media_ids))]):
        found.setdefault(row["media_id"], {})[row["agency"]] = row["decision"]
    return found


def lessons(catalogue: Catalogue) -> list[Lesson]:
    """Return all lessons that are kept, applied or not."""
    return [
        Lesson(
            agency=row["agency"],
            rule=row["rule"],
            measurement=row["measurement"],
            above=bool(row["above"]),
            usual=row["usual"],
            learned=row["learned"],
            evidence=row["evidence"],
            applied=bool(row["applied"]),
        )
        for row in catalogue.rows("SELECT * FROM lessons ORDER BY agency, rule")
    ]


def keep(catalogue: Catalogue, agency: str, learned: Iterable[Lesson]) -> None:
    """Keep what is learned of an agency now, in place of what was; what the person applied stays applied."""
    with catalogue.transaction() as connection:
        applied = {
            row["rule"]
            for row in connection.execute("SELECT rule FROM lessons WHERE agency = ? AND applied = 1", (agency,))
        }
        connection.execute("DELETE FROM lessons WHERE agency = ? AND applied = 0", (agency,))
        connection.executemany(
            "INSERT OR REPLACE INTO lessons VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(one.agency, one.rule, one.measurement, int(one.above), one.usual, one.learned, one.evidence),
                    *(int(one.rule in applied), now()),
                )
                for one in learned
            ],
        )


def apply(catalogue: Catalogue, agency: str, rule: str, *, applied: bool = True) -> bool:
    """Make a lesson hold, or no longer; return whether there is such a lesson."""
    with catalogue.transaction() as connection:
        done = connection.execute(
            "UPDATE lessons SET applied = ? WHERE agency = ? AND rule = ?", (int(applied), agency, rule)
        )
        return done.rowcount > 0
