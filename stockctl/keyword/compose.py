"""Title and description from what is known, never from what might be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.keyword.places import contradiction
from stockctl.words.filenames import name_title, name_words
from stockctl.words.names import neutral
from stockctl.words.sentences import first_sentence, sentence

if TYPE_CHECKING:
    from stockctl.keyword.places import Place
    from stockctl.keyword.subject import Subject

# A file's name of fewer telling words is a label, not a title.
_TELLING_WORDS = 3
# A context whose parts between commas are no longer than this names a place; a name that adds so many words is used.
_PLACE_WORDS, _OWN_WORDS = 2, 2


@dataclass(frozen=True, slots=True)
class Seen:
    """What a source that looked at the picture says of it; empty where none did."""

    title: str = ""
    description: str = ""


def compose(
    subject: Subject, place: Place | None, seen: Seen | None = None, allowed: frozenset[str] = frozenset()
) -> tuple[str, str]:
    """Return title and description for a subject; what a person wrote stays as it is.

    An empty title is made from the description's first sentence, the context (after what
    the file's name adds to it, where it names a place), what a vision source has `seen`, or
    the file's name (in neutral words where it holds a mark that is not `allowed`); an empty
    description from the title, with the place where the file holds
    one. Where there is nothing to go by, both stay empty.
    """
    record = subject.record
    if seen is None:
        seen = Seen()
    title = record.title or record.headline.strip() or _title_of(subject, seen, allowed)
    description = record.description or seen.description or _description_of(title, subject.context, place)
    return title, description


def _title_of(subject: Subject, seen: Seen, allowed: frozenset[str]) -> str:
    if subject.record.description.strip():
        return first_sentence(subject.record.description)
    if subject.context.strip():
        return first_sentence(_capital(_with_name(subject, subject.context.strip())))
    if seen.title:
        return seen.title
    if sum(len(word.split()) for word in name_words(subject.path)) < _TELLING_WORDS:
        return ""
    return first_sentence(_capital(neutral(name_title(subject.path), allowed)))


def _with_name(subject: Subject, context: str) -> str:
    """Put a file's own words before a context that only names a place: a series needs a title for each of its files."""
    parts = [part.split() for part in context.rstrip(".").split(",")]
    if max(len(words) for words in parts) > _PLACE_WORDS:
        return context
    known = {word.casefold() for words in parts for word in words}
    own = [word for word in name_words(subject.path) if word.casefold() not in known]
    return f"{' '.join(own)}, {context}" if len(own) >= _OWN_WORDS else context


def _description_of(title: str, context: str, place: Place | None) -> str:
    if not title:
        return ""
    parts = [sentence(title)]
    if context.strip() and context.strip().rstrip(".").lower() not in title.lower():
        parts.append(sentence(context))
    said = " ".join(parts).lower()
    if place and place.country.lower() not in said and not contradiction(context, place):
        region = (
            f"{place.state}, " if place.state and place.state.lower() not in f"{said} {place.country.lower()}" else ""
        )
        parts[-1] = f"{parts[-1].rstrip('.')}, {region}{place.country}."
    return " ".join(parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
