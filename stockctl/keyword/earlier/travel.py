"""Which words of one picture may be thought of for another: no place, no person's name, no brand."""

from __future__ import annotations

from functools import lru_cache

from stockctl.words.proper.names import restricted
from stockctl.words.proper.placenames import is_place
from stockctl.words.texts.people import is_person


@lru_cache(maxsize=20_000)
def travels(word: str) -> bool:
    """Whether a keyword of one picture may be suggested for another one."""
    return not restricted(word) and not is_place(word) and not is_person(word)
