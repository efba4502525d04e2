"""Words from the names of the file and of its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.keyword.candidate import Candidate, Source
from stockctl.words.filenames import folder_words, is_foreign, name_words
from stockctl.words.spelling import is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.keyword.subject import Subject

# A name that a person gave a file says what it shows; a folder's holds for most of its files.
_FILE, _FOLDER = 0.72, 0.6
# A word that no dictionary knows may be a place, or a client's name; so may all words of a name in another language.
_UNKNOWN = 0.6


def from_names(subject: Subject) -> Iterator[Candidate]:
    """Yield the telling words of the two names."""
    for words, name, score, reason in (
        (name_words(subject.path), subject.path.stem, _FILE, "in the file's name"),
        (folder_words(subject.path), subject.path.absolute().parent.name, _FOLDER, "in the folder's name"),
    ):
        foreign = is_foreign(name)
        for word in words:
            sure = not foreign and all(map(is_known, word.split()))
            yield Candidate(word, Source.FILE, score if sure else score * _UNKNOWN, reason)
