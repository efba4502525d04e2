"""Texts of which only a guess tells the character set: no word rests on them, and nothing is written over them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stockctl.keyword.candidate import Ground
from stockctl.keyword.texts.findings import warning

if TYPE_CHECKING:
    from stockctl.keyword.ranking import Ranked
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.texts.compose import Written
    from stockctl.keyword.wishes import Wishes
    from stockctl.report.finding import Finding

_TEXTS = ("title", "headline", "description")


def left_alone(subject: Subject, wishes: Wishes) -> frozenset[str]:
    """Return the fields of a subject that are read by a guess, and that the person does not ask for in this run."""
    return subject.unsure.intersection((*_TEXTS, "keywords")) - wishes.asked_for


def without(subject: Subject, fields: frozenset[str]) -> Subject:
    """Return a subject that says nothing in some of its texts, for finding words and making texts."""
    silent: dict[str, Any] = {name: "" for name in _TEXTS if name in fields}
    return replace(subject, record=replace(subject.record, **silent)) if silent else subject


def kept(written: Written, subject: Subject, fields: frozenset[str]) -> Written:
    """Return title and description with those that are left alone as the subject has them."""
    if "title" in fields:
        written = replace(written, title=subject.record.title, title_ground=Ground.PERSON)
    if "description" in fields:
        written = replace(written, description=subject.record.description, description_ground=Ground.PERSON)
    return written


def only_offered(ranked: Ranked, own: int) -> Ranked:
    """Return the words with all suggestions behind the person's `own` on offer."""
    offered = (replace(word, by_all=False) for word in (*ranked.keywords[own:], *ranked.offered))
    return replace(ranked, keywords=ranked.keywords[:own], offered=tuple(offered))


def told(fields: frozenset[str]) -> list[Finding]:
    """Return what is said of a file whose texts are left alone."""
    if not fields:
        return []
    names = [name for name in (*_TEXTS, "keywords") if name in fields]
    return [
        warning(
            "unknown-charset",
            f"{' and '.join(names)} left alone: nothing tells their character set",
            "say it: --iptc-charset windows-1251 (or windows-1250, mac-roman, …); or write them anew: --title, --set",
        )
    ]
