"""What a word is where it stands beside others: a thing, a verb, the end of a name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.marks import PLURAL, mark_of
from stockctl.words.said.tokens import is_empty
from stockctl.words.tables import entries, packed, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

# What may follow a thing by itself: how it is taken, and what is seen of it.
_OF_VIEWS = frozenset(
    ("detail", "details", "close-up", "closeup", "macro", "view", "views", "backstage", "silhouette", "silhouettes",
     "interior", "exterior", "timelapse", "panorama", "flatlay", "isolated")
)  # fmt: skip
# So many letters has a short word, which may be anything.
_NEWER = 4
# Things, and times of the day, whose words end as acts do.
THINGS_IN_ING = frozenset(
    ("morning", "evening", "ceiling", "building", "lighting", "pudding", "dumpling", "herring", "earring",
     "duckling", "clothing", "spring", "string", "ring", "wing", "sibling", "sapling", "seedling", "railing",
     "wedding", "king", "viking", "sling", "swing", "lapwing", "redwing", "waxwing", "starling", "gosling", "fledgling",
     "hatchling", "bunting", "grayling", "yearling", "icing", "stocking")
)  # fmt: skip
# So many tenths of a verb's uses make it rather a noun.
_RATHER_NOUN = 2
# So many tenths of a verb's uses are a noun where it may be either.
EITHER = range(1, 10)


def is_bound(neighbour: Sequence[Token], *, before: bool = False) -> bool:
    """Whether what stands beside two nouns is no third one: nothing, a small word, a verb, or a name before them."""
    if not neighbour or not neighbour[0].free or is_empty(neighbour[0].bare):
        return True
    one = neighbour[0]
    if not before and one.bare in _OF_VIEWS:
        return True
    # What is done to a thing stands behind it (chestnuts sold in the street); before it stands what it is like.
    kinds = {"a", "v", "c", "r"} if before else {"a", "v"}
    told = one.bare.endswith(("ing", "ed")) or mark_of(one.bare)[:1] in kinds
    return told or (before and one.written[:1].isupper())


def is_thing(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is a thing or a person where it stands; of a verb's noun (retreat) what follows tells."""
    token = tokens[at]
    mark = mark_of(token.bare)
    if not mark and token.bare.endswith(PLURAL) and (mark := mark_of(key(token.bare)))[:1] == "m":
        # A dog runs, snow falls.
        return noun_share(key(token.bare)) >= _RATHER_NOUN
    if token.bare.endswith("ing"):
        return mark[:1] == "n" and (token.bare in heads() or token.bare in THINGS_IN_ING)
    if not mark and is_newer(token.bare):
        return True
    thing = mark[:1] in {"n", "p"} or _is_building(mark, token.bare)
    return thing or (mark[:1] == "m" and is_bound(tokens[at + 1 : at + 2]))


def _is_building(mark: str, word: str) -> bool:
    """Whether an adjective of belonging is a thing besides, which stands by itself: cathedral."""
    return mark == "r+" and f"{key(word)}s" in packed("english")


def is_newer(word: str) -> bool:
    """Whether a word is a noun that WordNet has not yet, as far as its end tells: hoodie, selfie."""
    other = word.endswith(("ly", "ed", "ing", "er", "est", "less", "ful", "ous", "ive", "ic", "al", "able", "ible"))
    known = word in packed("english") and word not in packed("verbs") and not mark_of(key(word))
    return known and not other and len(word) > _NEWER


def is_plain_noun(token: Token) -> bool:
    """Whether a word with a small letter is a thing or a person, and says something by itself."""
    mark = mark_of(token.bare) or mark_of(key(token.bare))
    small = token.free and token.written.islower() and not is_empty(token.bare)
    return small and mark[:1] in {"n", "p"} and not token.bare.endswith("ing")


def names_thing(token: Token) -> bool:
    """Whether a word may be a noun behind another one; where it is a verb there, that is found before."""
    base = key(token.bare)
    if token.bare in THINGS_IN_ING or token.bare in entries("loanwords"):
        return True
    if token.bare.endswith("ing"):
        return mark_of(token.bare)[:1] == "n" and token.bare in heads()
    if token.bare.endswith("ed") and base != token.bare:
        # A beak perched on a branch is no beak perch.
        return False
    mark = mark_of(token.bare) or mark_of(base)
    if _is_building(mark, token.bare):
        return True
    plural = token.bare.endswith("s") and base == token.bare and base in packed("english") and noun_share(base) > 9
    return mark[:1] in {"n", "p", "m"} or (not mark and (noun_share(base) in EITHER or plural))


# What leads to an act, and who acts whose word is told as a thing's.
_DOING = frozenset(
    ("is", "are", "was", "were", "and", "while", "men", "people", "person", "crew", "team", "family", "couple", "staff")
)


def acts(token: Token) -> bool:
    """Whether a word before one in -ing is who does it, or leads to it: is drinking."""
    mark = mark_of(token.bare) or mark_of(key(token.bare))
    return token.bare in _DOING or mark[:1] == "p" or "~" in mark


@cache
def heads() -> dict[str, str]:
    """Return, by a noun and its key, the marks of the words that make a name with it."""
    found: dict[str, str] = {}
    for marks, words in rows("heads"):
        for word in words.split():
            for form in {word, key(word)}:
                found[form] = found.get(form, "") + marks
    return found


def noun_share(word: str) -> int:
    """Return how many tenths of a verb's uses are a noun; 10 where the word is no verb."""
    share = packed("verbs").get(word, "")
    return int(share) if share else 10
