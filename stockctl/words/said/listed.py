"""Phrases that a list has (`phrases.txt.gz`), with what of them stands by itself and what they are one of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.tokens import WORD, Unit, joined, shown, token
from stockctl.words.tables import packed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token
    from stockctl.words.tables.sorted import Table

# What no line says.
_NONE = "\0"
# So many words has the longest phrase of the list.
LONGEST = 5


def phrase(part: Sequence[Token]) -> Unit | None:
    """Return the phrase that some tokens make, as a list has it; the last word may be a plural."""
    pieces = " ".join(one.bare.replace("-", " ").replace(".", "") for one in part).split()
    if len(pieces) < 2:
        return None
    table = phrases()
    itself = " ".join(pieces)
    found = table.get(itself, _NONE)
    if found == _NONE and not pieces[-1].endswith(("ing", "ed")):
        found = table.get(" ".join((*pieces[:-1], key(pieces[-1]))), _NONE)
    if found == _NONE and pieces[-1] == "glasses":
        # Spectacles by themselves, and behind shot or wine what one drinks from.
        found = table.get(" ".join((*pieces[:-1], "glass")), _NONE)
    if found == _NONE and "of" not in pieces:
        # A plural within it: birds of paradise, childrens rooms.
        found = table.get(" ".join(key(piece) if piece.endswith("s") else piece for piece in pieces), _NONE)
    if found == _NONE:
        return None
    parts, _, kind = found.partition("\t")
    written = [shown(one.written) for one in part]
    singles = {key(word): word for word in (*pieces, *written)}
    if pieces[-1] == "glasses":
        singles["glass"] = pieces[-1]
    stands = tuple(singles.get(key(one), one) for one in parts.split(",") if one)
    return Unit(joined(part), stands, kind)


def begins_with_article(part: Sequence[Token]) -> bool:
    """Whether a name of two words would begin with an article that is none of it: a frame, the valley."""
    return len(part) == len(("the", "valley")) and part[0].bare in {"a", "the"} and part[1].written.islower()


def is_phrase(text: str) -> bool:
    """Whether a list has these words as a phrase."""
    return phrase([token(word) for word in WORD.findall(text)]) is not None


# How the second words of species' names end.
_LATIN = re.compile(r"[a-z]{3,}(?:a|ae|e|i|is|ns|or|s|um|us|x)")


def is_species(genus: str, name: str) -> bool:
    """Whether two words are the name of a species: a genus that the list has, and a word in small letters behind it."""
    return bool(_LATIN.fullmatch(name)) and name not in packed("english") and f"genus {genus}" in phrases()


def phrases() -> Table:
    """Return the listed phrases, plain and lower case: the parts that stand by themselves, a tab, what it is one of."""
    return packed("phrases")
