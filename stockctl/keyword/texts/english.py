"""American or British spelling of what is suggested, by choice; a person's own words stay as they are."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from stockctl.errors import SettingsError
from stockctl.keyword.candidate import Ground, Source
from stockctl.keyword.ranking import Keyword, Ranked
from stockctl.words.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stockctl.config import Settings


class English(StrEnum):
    """Which spelling suggestions come in; BOTH adds the other one beside each."""

    US = "us"
    UK = "uk"
    BOTH = "both"


_WORD = re.compile(r"[^\W\d_]+")


def chosen(settings: Settings, preset: str | None, option: str | None) -> English | None:
    """Return the spelling of the call, else of its preset, else of `[keyword] english`; None where none was chosen.

    Raises:
        SettingsError: it is none of us, uk, both.

    """
    choice = option or preset or settings.get("keyword", "english")
    if choice is None:
        return None
    try:
        return English(choice)
    except ValueError as error:
        raise SettingsError(
            f"english must be us, uk or both, not {choice!r}", where=str(settings.path), hint="mend the value"
        ) from error


def spelt(text: str, english: English) -> str:
    """Return a word, phrase or sentence in American or British spelling, capitals kept."""
    return _WORD.sub(lambda match: _like(match[0], _other(match[0].lower(), english)), text)


def in_english(ranked: Ranked, english: English | None, limit: int) -> Ranked:
    """Return ranked words with the suggestions among them spelt as chosen; a person's words stay as they are.

    With BOTH each suggestion, and each of the person's words, has its other
    spelling behind it, as far as `limit` suggestions have room.
    """
    if english is None:
        return ranked
    if english is not English.BOTH:
        return replace(
            ranked,
            keywords=tuple(_respelt(word, english) for word in ranked.keywords),
            offered=tuple(_respelt(word, english) for word in ranked.offered),
        )
    own = [word for word in ranked.keywords if not word.suggested]
    taken = {word.word.lower() for word in ranked.keywords}
    found = [word for word in ranked.keywords if word.suggested]
    twins = list(_doubled(own, taken))
    suggested = [*(twin for word, twin in twins if twin is not word), *(each for _, each in _doubled(found, taken))]
    offered = [each for _, each in _doubled(ranked.offered, taken)]
    return replace(ranked, keywords=(*own, *suggested[:limit]), offered=(*suggested[limit:], *offered)[:limit])


def _doubled(words: Sequence[Keyword], taken: set[str]) -> Iterator[tuple[Keyword, Keyword]]:
    """Yield each word as (word, word), and behind it (word, its other spelling) where there is one."""
    for word in words:
        yield word, word
        for english, name in ((English.US, "American"), (English.UK, "British")):
            other = spelt(word.word, english)
            if other.lower() not in taken and other.lower() != word.word.lower():
                taken.add(other.lower())
                reason = f"{name} spelling of {word.word!r}"
                if word.suggested:
                    yield word, replace(word, word=other, score=min(word.score, 0.99), reason=reason)
                else:
                    yield word, Keyword(other, Source.CAPTION, min(word.score, 0.99), reason, Ground.SAID)


def _respelt(word: Keyword, english: English) -> Keyword:
    return word if not word.suggested else replace(word, word=spelt(word.word, english))


def _other(word: str, english: English) -> str:
    """Return a lower-case word in the spelling asked for; one that the table does not hold stays."""
    table = _tables()[english]
    if word in table:
        return table[word]
    singular = word.removesuffix("s")
    return f"{table[singular]}s" if singular != word and singular in table else word


@cache
def _tables() -> dict[English, dict[str, str]]:
    """Per spelling: a word of the other one → the word in this one."""
    pairs = [(american, british) for american, british in rows("variants")]
    return {
        English.US: {british: american for american, british in pairs},
        English.UK: dict(pairs),
    }


def _like(model: str, word: str) -> str:
    """Return a word with the capitals of another."""
    if word == model.lower():
        return model
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word.capitalize() if model[:1].isupper() else word
