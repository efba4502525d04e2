"""Title and description from what is known, never from what might be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.keyword.sources.capture import Place
    from stockctl.keyword.subject import Subject

# A title of fewer words is a name, not a sentence (Shutterstock asks for five).
_SENTENCE_WORDS = 3


def compose(subject: Subject, place: Place | None) -> tuple[str, str]:
    """Return title and description for a subject; what a person wrote stays as it is.

    An empty title is made from the description's first sentence, the context, or
    the file's name; an empty description from the title, with the place where
    the file holds one. Where there is nothing to go by, both stay empty.
    """
    record = subject.record
    title = record.title.strip() or record.headline.strip() or _title_of(subject)
    description = record.description.strip() or _description_of(title, subject.context, place)
    return title, description


def _title_of(subject: Subject) -> str:
    if subject.record.description.strip():
        return first_sentence(subject.record.description)
    if subject.context.strip():
        return first_sentence(_capital(subject.context.strip()))
    if len(subject.names) >= 2:
        return _capital(" ".join(subject.names))
    return ""


def _description_of(title: str, context: str, place: Place | None) -> str:
    if not title:
        return ""
    parts = [_sentence(title)]
    if context.strip() and context.strip().rstrip(".").lower() not in title.lower():
        parts.append(_sentence(context))
    if place and place.country.lower() not in " ".join(parts).lower():
        region = f"{place.state}, " if place.state and place.state != place.country else ""
        parts[-1] = f"{parts[-1].rstrip('.')}, {region}{place.country}."
    return " ".join(parts)


def first_sentence(text: str, longest: int = 200) -> str:
    """Return a text's first sentence without its full stop, cut at a word where it is too long."""
    sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z\d\"“])", " ".join(text.split()))[0].rstrip(". ")
    return cut(sentence, longest)


def cut(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters, cut before a word, without a dangling small word."""
    if len(text) <= longest:
        return text
    kept = text[: longest + 1].rsplit(" ", 1)[0] if " " in text[: longest + 1] else text[:longest]
    words: Sequence[str] = kept.rstrip(" ,;:–-").split(" ")
    while len(words) > _SENTENCE_WORDS and words[-1].lower() in _DANGLING:
        words = words[:-1]
    return " ".join(words).rstrip(" ,;:–-")


_DANGLING = frozenset("a an the of in on at by for with and or to from near over under into his her its their".split())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    text = _capital(" ".join(text.split()))
    return text if text.endswith((".", "!", "?")) else f"{text}."
