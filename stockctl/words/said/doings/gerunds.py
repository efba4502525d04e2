"""The names of acts: the form in -ing of any verb, and which of them show something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.said.nouns import THINGS_IN_ING
from stockctl.words.said.singles import OF_THINGS
from stockctl.words.said.tokens import is_empty
from stockctl.words.tables import packed

if TYPE_CHECKING:
    from collections.abc import Iterator

# Verbs that show nothing by themselves: a woman hands her resume to somebody.
_NOTHING = frozenset(
    ("hand", "give", "let", "make", "put", "take", "get", "have", "keep", "bring", "come", "go", "do", "be", "show",
     "contain", "feature", "include", "need", "want", "seem", "become", "represent", "symbolize", "help", "remain",
     "stick", "depict", "belong", "begin", "start", "end", "last", "mean", "cost", "set", "turn", "sit", "stand", "lie",
     "wear", "find", "leave", "meet", "stay", "like", "love", "ask")
)  # fmt: skip
# What shows who does it, though it hardly says what is done.
_STILL = frozenset(("waiting", "watching", "performing", "pointing", "fixing"))
_VOWELS = frozenset("aeiou")


def gerund(base: str) -> str:
    """Return the form in -ing of a verb, or nothing where English has none: plan → planning, ride → riding."""
    return next((act for act in _made(base) if act in packed("acts") or act in packed("english")), "")


def _made(base: str) -> Iterator[str]:
    if base.endswith("ie"):
        yield f"{base[:-2]}ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        yield f"{base[:-1]}ing"
    short = base[-3:-2] not in _VOWELS or base[-4:-2] == "qu"
    if base[-1] not in _VOWELS and base[-2:-1] in _VOWELS and short:
        yield f"{base}{base[-1]}ing"
    yield f"{base}ing"


def names_act(base: str, act: str) -> bool:
    """Whether the name of an act shows something by itself, and is no name of a thing."""
    if base in _NOTHING or act in THINGS_IN_ING or act in OF_THINGS:
        return False
    return act in _STILL or not is_empty(act)
