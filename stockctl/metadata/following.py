"""Fields that say the same thing follow: what holds a copy of an old text takes the new one, or goes.

A word that was taken out would come back from such a copy. What says something
of its own is left as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stockctl.metadata.record import clean_text
from stockctl.report.visible import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stockctl.metadata.record import Record

_PARTS = re.compile(r"[|/\\]")
_LISTED = re.compile(r"[,;]")


def _plain(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True)
class Turn:
    """One change of a file's words: what each standard said, and what shall be said."""

    standards: Mapping[str, Record]
    wanted: Record

    @cached_property
    def removed(self) -> frozenset[str]:
        """The keywords, in small letters, that some standard has and that are not wanted."""
        wanted = {word.casefold() for word in self.wanted.keywords}
        old = {word.casefold() for record in self.standards.values() for word in record.keywords}
        return frozenset(old - wanted)

    def was(self, name: str, text: str) -> bool:
        """Whether a text is what some standard said in a field; a list counts in any order, however it is parted."""
        said = [value for record in self.standards.values() if (value := getattr(record, name))]
        if name in {"keywords", "creators"}:
            words = _words(clean_text(text))
            return bool(words) and any(words == _words(";".join(value)) for value in said)
        text = _plain(clean_text(text))
        return any(_plain(value) == text for value in said)

    def after(self, text: str, names: Sequence[str]) -> str | None:
        """Return what a copy of one of these fields says now; None where it is no copy, or says so already."""
        name = next((name for name in names if self.was(name, text)), None)
        if name is None:
            return self._less(text) if names == ("keywords",) else None
        value: Any = getattr(self.wanted, name)
        if isinstance(value, tuple):
            fresh = _joint(text).join(value)
            return None if _words(fresh) == _words(text) else fresh
        return None if _plain(value) == _plain(text) else value

    def _less(self, text: str) -> str | None:
        """Return a list in one text without the keywords that were taken out, other words kept; None where all stay."""
        words = [word for each in _LISTED.split(clean(text)) if (word := each.strip())]
        left = [word for word in words if word.casefold() not in self.removed]
        return None if len(left) == len(words) else _joint(text).join(left)

    def left(self, entries: Sequence[str]) -> list[str] | None:
        """Return the entries of a list whose keyword was not taken out, nothing hidden in them; None where all stay.

        An entry may be a path (`Places|Bali`, `Places/Bali`): its last part counts.
        """
        kept = [
            entry
            for entry in map(clean, entries)
            if entry.casefold() not in self.removed and _PARTS.split(entry)[-1].strip().casefold() not in self.removed
        ]
        return kept if kept != list(entries) else None


def _joint(text: str) -> str:
    """Return what parts a list in one text."""
    return ", " if "," in text and ";" not in text else "; "


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in _LISTED.split(text) if word.strip())


def with_headline(before: Record, standards: Mapping[str, Record], wanted: Record) -> Record:
    """Return the wanted record with its headline, where that was the title and nobody changed it."""
    if not wanted.headline or wanted.headline != before.headline or wanted.title == before.title:
        return wanted
    was_title = Turn(standards, wanted).was("title", wanted.headline)
    return replace(wanted, headline=wanted.title) if was_title else wanted
