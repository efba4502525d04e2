"""What the name of a folder tells of the pictures in it, and what it does not: for whom, how made, whom it may hurt."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.keyword.earlier.travel import travels
from stockctl.keyword.sources.unfit import is_family, is_name, is_unfit, names_somebody
from stockctl.words.lemma import key, tokens
from stockctl.words.proper.names import named, restricted
from stockctl.words.proper.persons import is_surname
from stockctl.words.said.listed import LONGEST, is_phrase
from stockctl.words.said.marks import mark_of
from stockctl.words.spelling import is_known
from stockctl.words.tables import entries, packed
from stockctl.words.texts.filenames import folder_words
from stockctl.words.texts.language import foreign
from stockctl.words.texts.people import is_called, is_person, persons

if TYPE_CHECKING:
    from collections.abc import Sequence

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
# Of these a folder is named with the family's name: miller wedding.
_FEASTS = _OCCASIONS - {"baby", "family", "shower", "studio"}
# What a person in the news does, or is met with.
_PUBLIC = frozenset(
    ("administration", "arrival", "campaign", "concert", "fans", "gig", "inauguration", "interview", "keynote", "live",
     "meeting", "parade", "premiere", "rally", "signing", "speech", "summit", "supporters", "tour", "tower", "visit")
)  # fmt: skip
_PEOPLE = frozenset(
    ("boy", "boys", "child", "children", "couple", "couples", "dad", "family", "families", "girl", "girls", "guy",
     "guys", "kid", "kids", "ladies", "lady", "man", "men", "mom", "moms", "mum", "people", "person", "woman", "women")
)  # fmt: skip
# What a picture is, or was taken with, also where it stands last.
_PICTURES = frozenset(
    ("clip", "clips", "film", "lens", "portrait", "portraits", "print", "prints", "session", "shots", "texture",
     "textures")
)  # fmt: skip


def told_by(path: Path) -> tuple[str, ...]:
    """Return the words and phrases of the name of a file's folder that may be true of what it shows, in order.

    Of a name for a client, a person, the work with the files, sex or politics nothing is: what stands beside such a
    word (the menu of a mark) says as little. Of a word that is of the work or of the picture (film, landscape), or
    that says of people what may hurt them, only that word is silent.
    """
    return _told(path.absolute().parent.name)


@lru_cache(maxsize=10_000)
def _told(folder: str) -> tuple[str, ...]:
    # All files of a folder ask for it.
    plainly = " ".join(_WORD.findall(folder.replace("_", " ")))
    words = tokens(plainly)
    if foreign(folder) or _is_of_work_or_harm(words) or _is_somebodys(folder, plainly, words):
        return ()
    silent = {word for word in words if _is_in(word, entries("worklike") | entries("delicate")) or is_name(word)}
    things = _things(words, silent)
    inside = {word for thing in things for word in thing.split()}
    public = any(word in _PUBLIC for word in words)
    return (
        *things,
        *(
            word
            for word in folder_words(Path("/", folder, "one"))
            # A name with an accent is known without it: Müller.
            if travels(word) and word.isascii() and all(map(is_known, word.split()))
            if word not in inside and silent.isdisjoint(word.split())
            if not _is_in(word, entries("worklike") | entries("delicate"))
            if not (public and word not in _PUBLIC and is_surname(word))
            if not silent or _is_subject(word)
        ),
    )


def _is_in(word: str, entered: frozenset[str]) -> bool:
    return word in entered or key(word) in entered or word.removesuffix("s") in entered


def _is_of_work_or_harm(words: Sequence[str]) -> bool:
    silent = entries("workflow") | entries("sensitive") | entries("sexual")
    return is_unfit(words) or any(_is_in(word, silent) for word in words)


def _is_somebodys(folder: str, plainly: str, words: Sequence[str]) -> bool:
    """Whether a folder is named for a mark, a person, or a feast of somebody's."""
    if (
        restricted(plainly)
        or named(plainly)
        or persons(plainly)
        or any(is_person(word) for word in (*folder.split(), *plainly.split()))
    ):
        return True
    if len(words) == 1 and words[0] in entries("surnames"):
        return True
    if names_somebody(words) or (any(map(is_called, words, words[1:])) and not is_phrase(plainly)):
        return True
    # Of a feast or of kin a folder is named with a name, which is often a word, too: mark graduation.
    occasion = {word for word in words if word in _OCCASIONS or word in entries("kin")}
    return any(
        (word in entries("givenwords") - _SETTINGS and word not in entries("calendar"))
        or (is_family(word) and bool(_FEASTS.intersection(words)))
        or (word in packed("family") and words[at + 1 : at + 2] == ["family"] and "wedding" not in words)
        for at, word in enumerate(words)
        if occasion and word not in occasion | _SETTINGS
    )


def _things(words: Sequence[str], silent: set[str]) -> list[str]:
    """Return the longest things of a list that hold a silent word: film festival, dead tree; no kind of people."""
    found: list[str] = []
    at = 0
    while at < len(words):
        length = next(
            (
                length
                for length in range(min(LONGEST, len(words) - at), 1, -1)
                if _is_thing(words[at : at + length], silent)
            ),
            0,
        )
        if length:
            found.append(" ".join(words[at : at + length]))
        at += length or 1
    return found


def _is_thing(run: Sequence[str], silent: set[str]) -> bool:
    if silent.isdisjoint(run) or not all(map(travels, run)):
        return False
    # Of the work is what a picture is (drone shots), not what else may be called so (garage sale, winter landscape).
    last = run[-1] in silent and (run[-1] in _PICTURES or run[0] in silent or _is_in(run[-1], entries("delicate")))
    people = _mark(run[-1]) == "p" or run[-1] in _PEOPLE
    return not (last or people) and is_phrase(" ".join(run))


def _is_subject(word: str) -> bool:
    """Whether a word by itself is a thing, an animal, a plant or somebody that a picture shows."""
    return " " in word or _mark(word) in {"n", "p", "m"}


def _mark(word: str) -> str:
    """Return what a word or its singular is before a noun, in a letter; see `mark_of`."""
    return (mark_of(word) or mark_of(key(word)))[:1]
