"""Names of things that no list has, told by how English makes them: durian seller, gold bars, banh chung.

English makes new names of a noun, or of an adjective that only says to what something belongs (industrial), and a
noun behind it. Before some nouns (`heads.txt` of the tables) that is what nearly every such word is for; elsewhere two
neighbours may meet by chance and stay two words.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.proper.placenames import flat, is_place, region, town
from stockctl.words.said.kinds import broader
from stockctl.words.said.listed import phrase
from stockctl.words.said.tokens import Unit, is_empty, joined, shown
from stockctl.words.tables import entries, packed, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

_MOST_FOREIGN = 3
# How plurals end, less the few that English keeps from of old (men, teeth, mice) or has from elsewhere.
_PLURAL = ("s", "men", "ae", "eet", "eeth", "eese", "ice", "ren", "people", "fungi", "cacti")
_ORDINALS = frozenset(("first", "second", "third", "fourth", "fifth", "sixth", "last", "next"))
# Of these a people's name tells the kind, and is not seen by itself: African elephant.
_BEASTS = frozenset(("animal", "bird", "fish", "monkey", "snake", "reptile", "whale", "shark", "insect", "bear"))


def compound(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return the name that begins at a place of a clause, and how many tokens it takes; None where none does."""
    if at and tokens[at - 1].bare in _ORDINALS:
        # Pupils of the first grade are no grade pupils.
        return None
    return (
        _making(tokens, at)
        or _seller(tokens, at)
        or _headed(tokens, at)
        or _of_nation(tokens, at)
        or _apart(tokens, at)
        or _foreign(tokens, at)
    )


def _headed(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a modifier with its noun, where the noun is one that such names are made with."""
    if at + 1 >= len(tokens):
        return None
    first, head = tokens[at], tokens[at + 1]
    if not (first.free and head.free) or is_empty(first.bare) or is_empty(head.bare):
        return None
    act = first.bare in _adjectives() and head.bare in packed("acts")
    if head.bare.endswith("ing") and head.bare not in _heads() and not act:
        return None
    # Somebody picks flowers, and nobody has a picking flower.
    if first.bare.endswith("ing") and head.bare.endswith("s"):
        return None
    wanted = _heads().get(head.bare) or _heads().get(key(head.bare), "")
    mark = mark_of(first.bare)
    free = mark[:1] in {"a", "c"} and head.written.islower() and not {first.bare, head.bare} & entries("bare")
    made = mark[:1] in wanted or (free and (act or _is_thing(tokens, at + 1)))
    if not mark or not made or (head.written[:1].isupper() and first.written[:1].isupper()):
        return None
    # Behind such an adjective the last noun counts: a stormy autumn day.
    open_ = free and mark[:1] not in wanted and at + 2 < len(tokens)
    if open_ and tokens[at + 2].free and tokens[at + 2].written.islower() and _is_thing(tokens, at + 2):
        return None
    return Unit(joined((first, head)), _parts(first, head)), 2


def _seller(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a thing of two nouns with who sells or makes it: candy floss seller."""
    part = tokens[at : at + 3]
    if len(part) < 3 or not all(one.free and not is_empty(one.bare) and one.written.islower() for one in part[1:]):
        return None
    wanted = _heads().get(part[2].bare) or _heads().get(key(part[2].bare), "")
    things = all(mark_of(one.bare)[:1] == "n" and key(one.bare) == one.bare for one in part[:2])
    person = (mark_of(part[2].bare) or mark_of(key(part[2].bare)))[:1] == "p"
    if not (things and person and "n" in wanted and part[0].free):
        return None
    return Unit(joined(part), (joined(part[:2]), shown(part[2].written))), 3


def _making(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return the making of a thing: candle making."""
    part = tokens[at : at + 2]
    if len(part) < 2 or part[1].bare != "making" or mark_of(part[0].bare)[:1] != "n" or not part[0].free:
        return None
    bound = _is_bound(tokens[at - 1 : at] if at else (), before=True) and _is_bound(tokens[at + 2 : at + 3])
    article = at + 2 < len(tokens) and tokens[at + 2].bare in {"a", "an", "the"}
    return (Unit(joined(part), (shown(part[0].written),)), 2) if bound and not article else None


def _parts(first: Token, head: Token) -> tuple[str, ...]:
    """Return what of a modifier and its noun says something by itself."""
    here = stands_before(first.bare) or (first.written[:1].isupper() and is_place(first.written))
    before = (shown(first.written),) if here else ()
    return before if _depends(head.bare) else (*before, shown(head.written))


def _of_nation(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a thing or a person of a people or a land: Turkish breakfast, Sumatran rhino."""
    if at + 1 >= len(tokens) or tokens[at].bare not in packed("nations") or not _is_plain_noun(tokens[at + 1]):
        return None
    first, head = tokens[at], tokens[at + 1]
    after = tokens[at + 2 : at + 3]
    longer = bool(after) and after[0].free and phrase((head, *after)) is not None
    if not first.free or longer or is_empty(first.bare):
        return None
    stands = () if broader(head.bare) in _BEASTS else (shown(first.written),)
    return Unit(joined((first, head)), (*stands, shown(head.written))), 2


def _apart(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a noun and what it belongs to that stand by themselves: with tapioca pearls, a law office."""
    part = tokens[at : at + 2]
    if len(part) < 2 or not (_is_bound(tokens[at - 1 : at], before=True) and _is_bound(tokens[at + 2 : at + 3])):
        return None
    first, head = part
    capital = first.written[:1].isupper() and at
    small = head.free and head.written.islower() and not is_empty(head.bare) and head.bare not in entries("bare")
    if capital or not first.written.isascii() or not small or not _is_thing(tokens, at + 1):
        return None
    mark = mark_of(first.bare)
    modifies = mark[:1] in {"n", "p", "r"} or mark[:2] == "m+" or _is_strange(first)
    if not first.free or is_empty(first.bare) or not modifies or key(first.bare) != first.bare:
        return None
    if first.bare.endswith("ing"):
        return None
    # Two that nobody knows as one thing may be two: a house and its keys.
    beast = "~" in (mark_of(head.bare) or mark_of(key(head.bare))) and "~" not in mark
    bleached = _depends(first.bare) or "b" in mark[1:] or beast
    alone = () if bleached else (shown(first.written),)
    return Unit(joined(part), alone if _depends(head.bare) else (*alone, shown(head.written))), 2


def _is_bound(neighbour: Sequence[Token], *, before: bool = False) -> bool:
    """Whether what stands beside two nouns is no third one: nothing, a small word, a verb, or a name before them."""
    if not neighbour or not neighbour[0].free or is_empty(neighbour[0].bare):
        return True
    one = neighbour[0]
    # What is done to a thing stands behind it (chestnuts sold in the street); before it stands what it is like.
    return one.bare.endswith("ing") or mark_of(one.bare)[:1] in {"a", "v"} or (before and one.written[:1].isupper())


def _is_thing(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is a thing or a person where it stands; of a verb's noun (retreat) what follows tells."""
    token = tokens[at]
    mark = mark_of(token.bare)
    if not mark and token.bare.endswith(_PLURAL) and (mark := mark_of(key(token.bare)))[:1] == "m":
        # A dog runs, snow falls.
        return False
    if token.bare.endswith("ing"):
        return mark[:1] == "n" and token.bare in _heads()
    return mark[:1] in {"n", "p"} or (mark[:1] == "m" and _is_bound(tokens[at + 1 : at + 2]))


def _is_plain_noun(token: Token) -> bool:
    """Whether a word with a small letter is a thing or a person, and says something by itself."""
    mark = mark_of(token.bare) or mark_of(key(token.bare))
    small = token.free and token.written.islower() and not is_empty(token.bare)
    return small and mark[:1] in {"n", "p"} and not token.bare.endswith("ing")


def _depends(word: str) -> bool:
    """Whether a noun says too little by itself behind another: kit, carrier."""
    return "-" in (mark_of(word) or mark_of(key(word)))


def stands_before(word: str) -> bool:
    """Whether a word says something by itself where it stands before a noun."""
    return "+" in mark_of(word)


def is_people(word: str) -> bool:
    """Whether a word is the plural of somebody who is one of a kind: tourists, workers."""
    return key(word) != word and mark_of(key(word))[:1] == "p"


@lru_cache(maxsize=65_536)
def mark_of(word: str) -> str:
    """Return what a word is before a noun; nothing where it makes no name.

    With + it stands by itself there; with - it does not behind another noun; with b it hardly does before one;
    with ~ it is an animal, of which a word before it tells the kind.

    n is a thing, p a person, m a thing whose word is a verb or an adjective as often, r an adjective of belonging,
    c a colour, a an adjective that makes a name with any noun, v a past form of a verb.
    """
    if word in entries("colours"):
        return "c+"
    return _adjectives().get(word) or packed("modifiers").get(word)


def _foreign(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a run of words that are not English as one name: opor ayam."""
    end = at
    while end < len(tokens) and end - at <= _MOST_FOREIGN and tokens[end].free and _is_strange(tokens[end]):
        end += 1
    part = tokens[at:end]
    if not 2 <= len(part) <= _MOST_FOREIGN or all(one.bare in entries("fluent") for one in part):
        return None
    return Unit(joined(part), tuple(shown(one.written) for one in part if one.bare in entries("fluent"))), len(part)


def _is_strange(token: Token) -> bool:
    """Whether a word is neither English nor the name of a place or a person."""
    bare = token.bare
    if not bare.isalpha() or is_empty(bare) or bare in packed("english") or key(bare) in packed("english"):
        return False
    name = flat([token.written])
    if is_place(name) or region(name) or bare in packed("nations"):
        return False
    named = bare in packed("given") or bare in entries("given_more") or bool(town(name))
    return not (named and token.written[:1].isupper())


@cache
def _heads() -> dict[str, str]:
    """Return, by a noun and its key, the marks of the words that make a name with it."""
    found: dict[str, str] = {}
    for marks, words in rows("heads"):
        for word in words.split():
            for form in {word, key(word)}:
                found[form] = found.get(form, "") + marks
    return found


@cache
def _adjectives() -> dict[str, str]:
    marks = {"alone": "a+", "together": "a"}
    return {word: marks[stands] for stands, words in rows("adjectives") for word in words.split()}
