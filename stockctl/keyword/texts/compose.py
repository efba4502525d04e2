"""Title and description from what is known, never from what might be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.words.composed import Composed
from stockctl.keyword.candidate import Ground
from stockctl.keyword.sources import Caption
from stockctl.keyword.sources.places import contradiction
from stockctl.keyword.sources.silent import title_of_name
from stockctl.words.proper.names import neutral
from stockctl.words.texts.addresses import without_credit
from stockctl.words.texts.filenames import name_title, name_words
from stockctl.words.texts.sentences import distinct, first_sentence, sentence
from stockctl.words.texts.titles import is_list
from stockctl.words.texts.trade import of_picture

if TYPE_CHECKING:
    from stockctl.keyword.sources.places import Place
    from stockctl.keyword.subject import Subject

# A file's name of fewer telling words is a label, not a title.
_TELLING_WORDS = 3
# A context whose parts between commas are no longer than this names a place; a name that adds so many words is used.
_PLACE_WORDS, _OWN_WORDS = 2, 2


@dataclass(frozen=True, slots=True)
class Written:
    """Title and description to embed, each with its ground; PERSON where a person wrote it."""

    title: str = ""
    title_ground: Ground = Ground.PERSON
    description: str = ""
    description_ground: Ground = Ground.PERSON

    def ours(self, context: str) -> Composed:
        """Return what of it is of our own making, as the catalogue keeps it, with what was said of the series."""
        own_title, own_description = self.title_ground is Ground.PERSON, self.description_ground is Ground.PERSON
        return Composed(
            "" if own_title else self.title,
            "" if own_title else self.title_ground.value,
            "" if own_description else self.description,
            "" if own_description else self.description_ground.value,
            context,
        )


def compose(
    subject: Subject, place: Place | None, seen: Caption | None = None, allowed: frozenset[str] = frozenset()
) -> Written:
    """Return title and description for a subject; what a person wrote stays as it is.

    An empty title is made from the description's first sentence, the context (after what
    the file's name adds to it, where it names a place), what a vision source has `seen`, or
    the file's name (in neutral words where it holds a mark that is not `allowed`); an empty
    description from the title, with the place where the file holds
    one. What was seen in this picture goes before a context that is said of other files, too:
    a shoot needs a title for each. Where there is nothing to go by, both stay empty. A text
    of ours that stands in the file gives way only to one on the same ground or a better one.
    """
    if seen is None:
        seen = Caption()
    title, title_ground = _kept(
        (subject.title, Ground.PERSON) if subject.title else _title_of(subject, seen, allowed),
        subject.record.title,
        subject.composed.title_ground,
        of_series=_is_of_the_series(subject),
    )
    if subject.description:
        description, description_ground = subject.description, Ground.PERSON
    elif seen.description:
        description, description_ground = seen.description, Ground.SEEN
    else:
        description = _description_of(title, _context_of(subject), place)
        description_ground = Ground.SAID if title_ground is Ground.PERSON else title_ground
    description, description_ground = _kept(
        (description, description_ground),
        subject.record.description,
        subject.composed.description_ground,
        of_series=_is_of_the_series(subject),
    )
    return Written(title, title_ground, description, description_ground)


def as_it_stands(subject: Subject) -> Written:
    """Return the texts of the record as they are, with the ground of each."""
    record, ours = subject.record, subject.composed
    return Written(
        record.title,
        Ground.PERSON if record.title != ours.title or not ours.title else Ground(ours.title_ground),
        record.description,
        Ground.PERSON
        if record.description != ours.description or not ours.description
        else Ground(ours.description_ground),
    )


def _kept(made: tuple[str, Ground], stands: str, ground: str, *, of_series: bool) -> tuple[str, Ground]:
    """Return a text with its ground, or the one of ours that `stands` in the file where that has a better ground.

    What was seen in a picture is better than what is said `of_series`. A text made of what the person
    said goes where that is said no more.
    """
    if not made[0] and ground == Ground.SAID:
        return made
    if of_series and stands and Ground.SEEN in {made[1], ground}:
        return made if made[1] is Ground.SEEN and made[0] else (stands, Ground.SEEN)
    if ground and stands and (not made[0] or Ground(ground).rank < made[1].rank):
        return stands, Ground(ground)
    return made


def _is_of_the_series(subject: Subject) -> bool:
    """Whether all that a person said of a picture is the context of several files."""
    return subject.shares_context and subject.texts == (subject.context.strip(),)


def _title_of(subject: Subject, seen: Caption, allowed: frozenset[str]) -> tuple[str, Ground]:
    if subject.record.headline.strip():
        return subject.record.headline.strip(), Ground.SAID
    described = _plain(subject.description)
    if described and not is_list(described):
        return first_sentence(described), Ground.SAID
    if seen.title and _is_of_the_series(subject):
        return seen.title, Ground.SEEN
    context = _context_of(subject)
    if context and not is_list(context):
        return first_sentence(_capital(_with_name(subject, context))), Ground.SAID
    if seen.title:
        return seen.title, Ground.SEEN
    if sum(len(word.split()) for word in name_words(subject.path)) < _TELLING_WORDS:
        return "", Ground.GUESSED
    # Whom an editorial picture shows is named.
    name = name_title(subject.path) if subject.record.editorial else title_of_name(subject.path)
    return first_sentence(_capital(neutral(name, allowed))), Ground.GUESSED


def _context_of(subject: Subject) -> str:
    return _plain(subject.context)


def _plain(text: str) -> str:
    """Return what a text says of the picture: nothing of who took it, of its file, or how it is sold."""
    return of_picture(without_credit(text.strip()))


def _with_name(subject: Subject, context: str) -> str:
    """Put a file's own words before a context that only names a place: a series needs a title for each of its files."""
    parts = [part.split() for part in context.rstrip(".").split(",")]
    if max(len(words) for words in parts) > _PLACE_WORDS:
        return context
    known = {word.casefold() for words in parts for word in words}
    own = [word for word in name_words(subject.path) if word.casefold() not in known]
    return f"{' '.join(own)}, {context}" if len(own) >= _OWN_WORDS else context


def _description_of(title: str, context: str, place: Place | None) -> str:
    title = of_picture(title)
    if not title:
        return ""
    parts = [sentence(one) for one in distinct([sentence(title), "" if is_list(context) else sentence(context)])]
    said = " ".join(parts).lower()
    if place and place.country.lower() not in said and not contradiction(context, place):
        region = (
            f"{place.state}, " if place.state and place.state.lower() not in f"{said} {place.country.lower()}" else ""
        )
        parts[-1] = f"{parts[-1].rstrip('.')}, {region}{place.country}."
    return " ".join(parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
