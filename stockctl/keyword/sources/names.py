"""Words from the names of the file and of its folder: guesses, and a folder's only ever shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.keyword.candidate import Candidate, Ground, Source, Tier
from stockctl.keyword.sources.folders import told_by
from stockctl.keyword.sources.silent import silent_words
from stockctl.words.spelling import is_known
from stockctl.words.texts.filenames import is_foreign, name_words
from stockctl.words.texts.people import is_person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.keyword.subject import Subject

# A name that a person gave a file says what it shows; a folder's may hold for most of its files.
_FILE, _FOLDER = 0.72, 0.4
# A word that no dictionary knows may be a place, or a client's name; so may all words of a name in another language.
_UNKNOWN = 0.6


def from_names(subject: Subject) -> Iterator[Candidate]:
    """Yield the telling words of both names; of the folder's none of a client's or a place's name.

    Of the file's none is a person's or a mark's name, and none is of sex.
    """
    strange = is_foreign(subject.path.stem)
    silent = silent_words(subject.path)
    for word in name_words(subject.path):
        sure = not strange and all(map(is_known, word.split()))
        if not is_person(word) and silent.isdisjoint(word.split()):
            yield Candidate(word, Source.FILE, _FILE if sure else _FILE * _UNKNOWN, "in the file's name")
    for word in told_by(subject.path):
        yield Candidate(word, Source.FILE, _FOLDER, "in the folder's name", Ground.GUESSED, Tier.SHOWN)
