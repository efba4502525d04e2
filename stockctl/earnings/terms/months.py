"""The names of months in the languages in which statements come, as Unicode's CLDR has them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

# Forms that CLDR does not have and statements do: Getty's Indonesian and German, English without its dot.
_MORE = {"agt": 8, "peb": 2, "mrz": 3, "sept": 9, "sep": 9}
_BETWEEN = re.compile(r"[\s\d,;/_\-]+")


class MonthError(ValueError):
    """A word that is no month, or one of two."""


def plain(name: str) -> str:
    """Return a name as it is compared: lower case, without dots, blanks and accents."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in decomposed if char.isalnum())


@cache
def languages() -> dict[str, tuple[frozenset[str], ...]]:
    """Return the names of the twelve months by language."""
    data = tomllib.loads(files(__package__).joinpath("months.toml").read_text(encoding="utf-8"))
    return {language: tuple(frozenset(names.split()) for names in months) for language, months in data.items()}


@cache
def _numbers(language: str) -> dict[str, frozenset[int]]:
    """Return which months a name can be, in one language or in all of them."""
    found: dict[str, set[int]] = {}
    for known, months in languages().items():
        if language in {"", known}:
            for number, names in enumerate(months, 1):
                for name in names:
                    found.setdefault(name, set()).add(number)
    for name, number in _MORE.items():
        found.setdefault(name, {number})
    return {name: frozenset(numbers) for name, numbers in found.items()}


@cache
def months_named(name: str, language: str = "") -> frozenset[int]:
    """Return which months, 1 to 12, a name can be: none, one, or in several languages more than one."""
    return _numbers(language).get(plain(name), frozenset())


def month_in(text: str, language: str = "") -> int:
    """Return the month, 1 to 12, that is named in a text with other words in it, a weekday's say.

    Raises:
        MonthError: no month is named, or more than one can be meant.

    """
    words = [word for word in _BETWEEN.split(text) if word.strip(".")]
    found = [months_named(word, language) for word in words]
    meant = frozenset().union(*found)
    if len(meant) == 1:
        return next(iter(meant))
    if not meant:
        raise MonthError(f"{text.strip()!r} names no month")
    raise MonthError(f"{text.strip()!r} can be month {' or '.join(map(str, sorted(meant)))}")
