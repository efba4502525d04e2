"""Words from the names of the file and of its folder: guesses, and a folder's only ever shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.keyword.candidate import Candidate, Ground, Source, Tier
from stockctl.keyword.earlier.travel import travels
from stockctl.words.lemma import key, tokens
from stockctl.words.proper.names import named, restricted
from stockctl.words.spelling import is_known
from stockctl.words.tables import entries, packed
from stockctl.words.texts.filenames import folder_words, is_foreign, name_words
from stockctl.words.texts.language import foreign
from stockctl.words.texts.people import is_person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.keyword.subject import Subject

# A name that a person gave a file says what it shows; a folder's may hold for most of its files.
_FILE, _FOLDER = 0.72, 0.4
# A word that no dictionary knows may be a place, or a client's name; so may all words of a name in another language.
_UNKNOWN = 0.6
_WORD = re.compile(r"[^\W\d_]+|\w+")
# When and where an occasion is, though somebody may be called so.
_SETTINGS = frozenset(
    ("autumn", "beach", "country", "farm", "forest", "garden", "happy", "paris", "river", "summer", "winter", "young")
)
# What a folder is named for together with somebody.
_OCCASIONS = frozenset(
    ("anniversary", "baby", "baptism", "birthday", "christening", "engagement", "family", "funeral", "graduation",
     "headshot", "headshots", "maternity", "newborn", "prewedding", "shower", "studio", "wedding")
)  # fmt: skip


def from_names(subject: Subject) -> Iterator[Candidate]:
    """Yield the telling words of both names; of the folder's none that may be a client's, a person's or a place's."""
    strange = is_foreign(subject.path.stem)
    for word in name_words(subject.path):
        sure = not strange and all(map(is_known, word.split()))
        if not is_person(word):
            yield Candidate(word, Source.FILE, _FILE if sure else _FILE * _UNKNOWN, "in the file's name")
    folder = subject.path.absolute().parent.name
    if _is_workflow(folder) or foreign(folder):
        return
    for word in folder_words(subject.path):
        # A name with an accent is known without it: Müller.
        if travels(word) and word.isascii() and all(map(is_known, word.split())):
            yield Candidate(word, Source.FILE, _FOLDER, "in the folder's name", Ground.GUESSED, Tier.SHOWN)


def _is_workflow(folder: str) -> bool:
    """Whether a folder is named for the work with its files, for a client or a person, or for what may hurt somebody.

    What is beside such a word (the menu of a mark, the parade of a politician) says as little of the picture.
    """
    plainly = " ".join(_WORD.findall(folder.replace("_", " ")))
    words = tokens(plainly)
    silent = entries("workflow") | entries("sensitive")
    if any(word in silent or key(word) in silent or word.removesuffix("s") in silent for word in words):
        return True
    if restricted(plainly) or named(plainly) or any(is_person(word) for word in (*folder.split(), *plainly.split())):
        return True
    # Of a feast or of kin a folder is named with a name, which is often a word, too: mark graduation.
    occasion = {word for word in words if word in _OCCASIONS or word in entries("kin")}
    return any(
        (word in entries("givenwords") - _SETTINGS and word not in entries("calendar"))
        or (word in packed("family") and words[at + 1 : at + 2] == ["family"] and "wedding" not in words)
        for at, word in enumerate(words)
        if occasion and word not in occasion | _SETTINGS
    )
