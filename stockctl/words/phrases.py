"""Cut a text into what may stand as a keyword: words and short phrases within one clause."""

from __future__ import annotations

import re

from stockctl.words.lemma import tokens
from stockctl.words.spam import is_filler
from stockctl.words.tables import entries

_CLAUSE = re.compile(r"[.,;:!?()\[\]{}\"“”«»|/\\•–—\n\t]+|\s-+\s")


def runs(text: str) -> list[list[str]]:
    """Return the runs of neighbouring content words, lower case, in order.

    A run ends at punctuation and at a stop word, so that no phrase made of it
    crosses a clause: "a boat on a lake, at sunrise" gives [boat], [lake], [sunrise].
    """
    stop = entries("stop")
    found: list[list[str]] = []
    for clause in _CLAUSE.split(text):
        run: list[str] = []
        for word in tokens(clause):
            bare = word.removesuffix("'s")
            if bare in stop or word in stop or len(bare) < 2 or not any(letter.isalpha() for letter in bare):
                found.append(run)
                run = []
            else:
                run.append(bare)
        found.append(run)
    return [run for run in found if run]


def words(text: str) -> list[str]:
    """Return the content words of a text, in order, each once."""
    return list(dict.fromkeys(word for run in runs(text) for word in run if not is_filler(word)))


def phrases(text: str, longest: int = 3) -> list[str]:
    """Return the phrases of two to `longest` neighbouring content words, in order, each once."""
    found: dict[str, None] = {}
    for run in runs(text):
        for start in range(len(run)):
            for length in range(2, longest + 1):
                part = run[start : start + length]
                if len(part) == length and not any(is_filler(word) for word in part):
                    found.setdefault(" ".join(part))
    return list(found)
