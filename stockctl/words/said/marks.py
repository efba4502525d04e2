"""What a word is before a noun: a thing, a person, a quality, a colour, what something belongs to."""

from __future__ import annotations

from functools import cache, lru_cache

from stockctl.words.lemma import key
from stockctl.words.tables import entries, packed, rows

# How adjectives end that are made of any noun: cashless, waterproof.
_MADE = ("less", "proof", "style", "like")

# How learned adjectives end: laparoscopic, echocardiographic.
_LEARNED = ("scopic", "graphic", "metric", "logical", "thermal", "dermal", "cardial", "plastic")


@lru_cache(maxsize=65_536)
def mark_of(word: str) -> str:
    """Return what a word is before a noun; nothing where it makes no name.

    With + it stands by itself there; with - it does not behind another noun, but with = it does behind a quality;
    with b it hardly does before one; with ~ it is an animal, of which a word before it tells the kind.

    n is a thing, p a person, m a thing whose word is a verb or an adjective as often, r an adjective of belonging,
    c a colour, a an adjective that makes a name with any noun, v a past form of a verb.
    """
    if word in entries("colours"):
        return "c+"
    mark = adjectives().get(word) or packed("modifiers").get(word)
    if mark or len(word) <= 6:
        return mark or ""
    if word.endswith(_LEARNED) and word in packed("english"):
        return "r"
    if word.endswith("er") and not packed("verbs").get(word) and _does(word[:-2]):
        return "p"
    return "a" if word.endswith(_MADE) else ""


def _does(stem: str) -> bool:
    """Whether what stands before -er is a verb: plucker, tapper, threader."""
    return any(packed("verbs").get(verb) for verb in (stem, f"{stem}e", stem[:-1] if stem[-2:-1] == stem[-1] else ""))


def depends(word: str) -> bool:
    """Whether a noun says too little by itself behind another: kit, carrier."""
    return "-" in (mark_of(word) or mark_of(key(word)))


def is_held(word: str) -> bool:
    """Whether a noun that depends on a noun before it stands behind a quality: a red pen, a torn net."""
    return "=" in (mark_of(word) or mark_of(key(word)))


def stands_before(word: str) -> bool:
    """Whether a word says something by itself where it stands before a noun."""
    return "+" in mark_of(word) and word not in entries("counts")


def is_beast(word: str) -> bool:
    """Whether a word is an animal."""
    return "~" in (mark_of(word) or mark_of(key(word)))


# How plurals end, less the few that English keeps from of old (men, teeth, mice) or has from elsewhere.
PLURAL = ("s", "men", "ae", "eet", "eeth", "eese", "ice", "ren", "people", "fungi", "cacti")


def is_plural(word: str) -> bool:
    """Whether a word is a plural, and no other form: waves, women, but not mown."""
    return key(word) != word and word.endswith(PLURAL)


def is_people(word: str) -> bool:
    """Whether a word is the plural of somebody who is one of a kind: tourists, workers."""
    return key(word) != word and mark_of(key(word))[:1] == "p"


@cache
def adjectives() -> dict[str, str]:
    """Return our adjectives that make a name with nearly any noun, each with its mark."""
    marks = {"alone": "a+", "together": "a"}
    return {word: marks[stands] for stands, words in rows("adjectives") for word in words.split()}
