"""The words of a text's clauses, and the keywords that are made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import plain
from stockctl.words.spam import is_filler
from stockctl.words.tables import entries
from stockctl.words.texts.addresses import without_addresses
from stockctl.words.texts.sentences import sentences
from stockctl.words.texts.trade import of_picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What cuts a text into clauses; a hyphen or stop within a word does not.
_CLAUSE = re.compile(r"[,;:!?()\[\]{}\"“”«»|/\\•–—\n\t，、；。！？]+|\.+(?=\s|$)|\s-+\s|\.{2,}")
_STOPPED = re.compile(r"\b((?:[^\W\d_]\.){2,}|[^\W\d_]{1,6}\.)(?=\s|$|,)")
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
NEGATORS = frozenset(("no", "not", "without", "nobody", "none", "nothing", "never", "lacking", "neither", "nor", "non"))

# A date whose comma is no end of a clause: May 1, 2023.
_DATE = re.compile(r"\b([A-Za-z]{3,9}\.? \d{1,2}|\d{1,2} [A-Za-z]{3,9}), ((?:19|20)\d\d)\b")
# Small words within names of other languages, by themselves no keywords.
_WITHIN_NAMES = frozenset(("de", "da", "del", "dei", "des", "la", "las", "los"))
# What cameras begin the names of files with.
_OF_CAMERAS = frozenset(("img", "dsc", "dscf", "dscn", "dscp", "imgp", "cimg", "pxl", "mvi"))
# A denial that is a keyword where it stands alone.
_KEPT = "nobody"


@dataclass(frozen=True, slots=True)
class Unit:
    """One keyword that a text says, lower case as written, and the `parts` of it that stand by themselves.

    `kind` is what it is one of (a golden retriever: dog), where a list says so.
    """

    word: str
    parts: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a clause: as written, in plain letters, and what it is there.

    What is `doing` is what somebody does: it may be a keyword, and is part of no phrase.
    """

    written: str
    bare: str
    silent: bool = False
    denied: bool = False
    doing: bool = False

    @property
    def free(self) -> bool:
        """Whether it may be part of a phrase."""
        return not self.silent and not self.denied and not self.doing


def token(word: str) -> Token:
    """Return a word as it stands in a text as a token."""
    return Token(word, plain(word.replace("’", "'")))


def clauses(text: str) -> Iterator[list[Token]]:
    """Yield the clauses of a text, each as its tokens; the full stops of abbreviations are taken off."""
    for line in of_picture(without_addresses(text)).split("\n"):
        for sentence in sentences(_DATE.sub(r"\1 \2", line)):
            for clause in _CLAUSE.split(_STOPPED.sub(_unstopped, sentence)):
                if tokens := [token(word) for word in WORD.findall(clause or "")]:
                    yield tokens


def _unstopped(match: re.Match[str]) -> str:
    """Return an abbreviation or an initial without its stops, any other word as it is."""
    word = match[0].removesuffix(".")
    short = len(word) == 1 or "." in word or word.lower() in entries("abbreviations")
    return match[0].replace(".", "") if short else match[0]


@lru_cache(maxsize=65_536)
def is_empty(word: str) -> bool:
    """Whether a word in plain letters is no keyword by itself."""
    bare = word.removesuffix("'s")
    stop = entries("stop")
    return bare != _KEPT and (
        bare in stop
        or word in stop
        or bare in NEGATORS
        or bare in entries("weak")
        or bare in entries("foreign")
        or bare in _WITHIN_NAMES
        or bare in _OF_CAMERAS
        or (len(bare) < 2 or not any(letter.isalpha() for letter in bare))
        or is_filler(bare)
    )


def shown(written: str) -> str:
    """Return a word as a keyword: lower case, without its possessive."""
    return written.lower().replace("’", "'").removesuffix("'s")


def joined(part: Sequence[Token]) -> str:
    """Return a phrase as it is written, lower case; a possessive within it stays."""
    return " ".join([*(one.written.lower().replace("’", "'") for one in part[:-1]), shown(part[-1].written)])
