"""Names of things that no list has, told by how English makes them: durian seller, gold bars, banh chung.

English makes new names of a noun, or of an adjective that only says to what something belongs (industrial), and a
noun behind it. Before some nouns (`heads.txt` of the tables) that is what nearly every such word is for; elsewhere two
neighbours may meet by chance and stay two words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.proper.placenames import countries, flat, is_place, region, town
from stockctl.words.said.kinds import broader
from stockctl.words.said.listed import is_species, phrase
from stockctl.words.said.marks import adjectives, depends, is_held, mark_of, stands_before
from stockctl.words.said.nouns import (
    EITHER,
    THINGS_IN_ING,
    acts,
    heads,
    is_bound,
    is_newer,
    is_plain_noun,
    is_thing,
    names_thing,
    noun_share,
)
from stockctl.words.said.singles import says_something
from stockctl.words.said.things.homonyms import homonym
from stockctl.words.said.things.looks.described import AS, described, lettered, shaded
from stockctl.words.said.things.qualified import qualified
from stockctl.words.said.tokens import Unit, is_empty, joined, shown
from stockctl.words.tables import entries, packed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

_MOST_FOREIGN = 3
# So many letters has an abbreviation at most, and one that says something by itself at least.
_INITIALS, _TELLING = 4, 3
_WATERS = frozenset(("river", "lake"))
_ORDINALS = frozenset(("first", "second", "third", "fourth", "fifth", "sixth", "last", "next"))
# Behind these an act tells what a thing is for: in a shearing shed.
_LEADING = frozenset(("of", "in", "on", "at", "with", "from", "near", "a", "an", "the", "into"))
# Of these a people's name tells the kind, and is not seen by itself: African elephant.
_BEASTS = frozenset(("animal", "bird", "fish", "monkey", "snake", "reptile", "whale", "shark", "insect", "bear"))


# What a picture is of stands before these.
_IDEAS = frozenset(("concept", "concepts", "theme", "symbol", "metaphor", "silhouette", "silhouettes"))


def compound(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return the name that begins at a place of a clause, and how many tokens it takes; None where none does."""
    if at and tokens[at - 1].bare in _ORDINALS:
        # Pupils of the first grade are no grade pupils.
        return None
    if described(tokens, at + 1) is not None:
        # Blue trumpet shaped flowers are no blue trumpet's.
        return None
    return (
        described(tokens, at)
        or qualified(tokens, at)
        or homonym(tokens, at)
        or _making(tokens, at)
        or _seller(tokens, at)
        or _headed(tokens, at)
        or _of_nation(tokens, at)
        or _apart(tokens, at)
        or shaded(tokens, at)
        or lettered(tokens, at)
        or _owned(tokens, at)
        or _against(tokens, at)
        or _sized(tokens, at)
        or _species(tokens, at)
        or _foreign(tokens, at)
    )


def _headed(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a modifier with its noun, where the noun is one that such names are made with."""
    if at + 1 >= len(tokens):
        return None
    first, head = tokens[at], tokens[at + 1]
    if not (first.free and head.free) or is_empty(first.bare) or is_empty(head.bare):
        return None
    act = first.bare in adjectives() and head.bare in packed("acts")
    if head.bare.endswith("ing") and head.bare not in heads() and not (act or head.bare in THINGS_IN_ING):
        return None
    # Somebody picks flowers and drinks juice, and nobody has a picking flower.
    if first.bare.endswith("ing") and (head.bare.endswith("s") or (at and acts(tokens[at - 1]))):
        return None
    if _goes_on(tokens, at):
        told = mark_of(first.bare)[:1] in {"n", "c", "a"} and first.bare not in _FELT | entries("counts")
        told = told and shaded(tokens, at) is None
        return _whole(tokens, at) if told else None
    wanted = heads().get(head.bare) or heads().get(key(head.bare), "")
    mark = mark_of(first.bare)
    free = mark[:1] in {"a", "c"} and head.written.islower() and not {first.bare, head.bare} & entries("bare")
    made = mark[:1] in wanted or (free and (act or wanted or is_thing(tokens, at + 1)))
    if not mark or not made or (head.written[:1].isupper() and first.written[:1].isupper()):
        return None
    # Behind such an adjective the last noun counts: a stormy autumn day.
    open_ = free and mark[:1] not in wanted and at + 2 < len(tokens)
    if open_ and tokens[at + 2].free and tokens[at + 2].written.islower() and is_thing(tokens, at + 2):
        return None
    return Unit(joined((first, head)), _parts(first, head)), 2


def _seller(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a thing of two nouns with who sells or makes it: candy floss seller."""
    part = tokens[at : at + 3]
    if len(part) < 3 or not all(one.free and not is_empty(one.bare) and one.written.islower() for one in part[1:]):
        return None
    wanted = heads().get(part[2].bare) or heads().get(key(part[2].bare), "")
    things = all(mark_of(one.bare)[:1] == "n" and key(one.bare) == one.bare for one in part[:2])
    person = (mark_of(part[2].bare) or mark_of(key(part[2].bare)))[:1] == "p"
    if not (things and person and "n" in wanted and part[0].free):
        return None
    if phrase(part[1:]) is not None and phrase(part[:2]) is None:
        alone = (shown(part[0].written),) if stands_before(part[0].bare) else ()
        return Unit(joined(part), (*alone, joined(part[1:]), shown(part[2].written))), 3
    return Unit(joined(part), (joined(part[:2]), shown(part[2].written))), 3


def _making(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return the making of a thing: candle making."""
    part = tokens[at : at + 2]
    if len(part) < 2 or part[1].bare != "making" or mark_of(part[0].bare)[:1] != "n" or not part[0].free:
        return None
    bound = is_bound(tokens[at - 1 : at] if at else (), before=True) and is_bound(tokens[at + 2 : at + 3])
    article = at + 2 < len(tokens) and tokens[at + 2].bare in {"a", "an", "the"}
    return (Unit(joined(part), (shown(part[0].written),)), 2) if bound and not article else None


def _parts(first: Token, head: Token) -> tuple[str, ...]:
    """Return what of a modifier and its noun says something by itself."""
    if head.bare in _IDEAS and mark_of(first.bare)[:1] in {"n", "m", "r"}:
        return (shown(first.written), shown(head.written))
    raised = first.written[:1].isupper()
    strange = first.bare not in packed("english") and bool(town(flat([first.written])))
    place = (is_place(first.written) or strange) and not (head.bare in _WATERS and first.bare in packed("english"))
    here = stands_before(first.bare) or (raised and (place or first.bare in packed("nations")))
    before = (shown(first.written),) if here else ()
    like = mark_of(first.bare)[:1] in {"a", "c"} and is_held(head.bare)
    return before if depends(head.bare) and not like else (*before, shown(head.written))


def _of_nation(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a thing or a person of a people or a land: Turkish breakfast, Sumatran rhino."""
    if at + 1 >= len(tokens) or tokens[at].bare not in packed("nations") or not is_plain_noun(tokens[at + 1]):
        return None
    first, head = tokens[at], tokens[at + 1]
    after = tokens[at + 2 : at + 3]
    two = bool(after) and after[0].free and not is_empty(head.bare)
    longer = two and (
        phrase((head, *after)) is not None
        or _headed(tokens, at + 1) is not None
        or (not depends(head.bare) and _apart(tokens, at + 1) is not None)
        or after[0].bare in entries("loanwords")
    )
    if not first.free or longer or is_empty(first.bare):
        return None
    stands = () if broader(head.bare) in _BEASTS else (shown(first.written),)
    return Unit(joined((first, head)), (*stands, shown(head.written))), 2


def _apart(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a noun and what it belongs to that stand by themselves: with tapioca pearls, a law office."""
    part = tokens[at : at + 2]
    # In a night train sleeper compartment the train ends a name.
    before = is_bound(tokens[at - 1 : at], before=True) or (at > 1 and phrase(tokens[at - 2 : at]) is not None)
    if len(part) < 2 or not (before and is_bound(tokens[at + 2 : at + 3])) or _goes_on(tokens, at):
        return None
    first, head = part
    if flat([head.written]) in countries():
        # Reykjanes iceland: a place, and the land where it lies.
        return None
    small = head.free and head.written.islower() and not is_empty(head.bare) and head.bare not in entries("bare")
    act = first.bare.endswith("ing") and first.bare not in THINGS_IN_ING
    act = act and not (at and tokens[at - 1].bare in _LEADING and mark_of(first.bare)[:1] == "n")
    if not first.written.isascii() or not small or act:
        return None
    plural = first.bare.endswith("s") and key(first.bare) != first.bare and first.bare not in _FOR_WHOM
    if not first.free or plural or not names_thing(head):
        return None
    # At the beginning any word has a capital, and a place is one by its name: a Bali honeymoon.
    place = is_place(first.written) and first.bare not in packed("english")
    if (at or place) and first.written[:1].isupper() and first.bare not in entries("calendar"):
        return _named_thing(first, head)
    if head.bare in entries("loanwords") and stands_before(first.bare) and first.bare not in entries("bare"):
        return Unit(joined(part), (shown(first.written), shown(head.written))), 2
    if first.bare in _OF_PICTURES:
        return Unit(joined(part), () if depends(head.bare) else (shown(head.written),)), 2
    mark = mark_of(first.bare)
    modifies = mark[:1] in {"n", "p", "r"} or mark[:2] == "m+" or _is_strange(first) or first.bare in _FOR_WHOM
    modifies = modifies or (not mark and is_newer(first.bare))
    modifies = modifies or first.bare in entries("calendar") or (first.bare.endswith("ed") and mark[:1] in {"a", ""})
    loose = not modifies and (mark[:1] == "m" or noun_share(first.bare) in EITHER)
    if is_empty(first.bare) or not (modifies or (loose and first.bare not in entries("bare"))):
        return None
    if head.bare in _IDEAS:
        return Unit(joined(part), (shown(first.written), shown(head.written))), 2
    if loose or not is_thing(tokens, at + 1):
        # What is a verb as often makes a name here, and says little by itself: haul trucks, an elevator pitch.
        seen = mark_of(head.bare)[:1] in {"n", "p"} and not depends(head.bare)
        return Unit(joined(part), (shown(head.written),) if seen and loose else ()), 2
    # Two that nobody knows as one thing may be two: a house and its keys.
    beast = "~" in (mark_of(head.bare) or mark_of(key(head.bare))) and key(head.bare) not in _YOUNG
    beast = beast and broader(first.bare) != key(head.bare) and first.bare not in AS
    # A word that nobody knows and that is no name tells the kind: chelsea boots.
    strange = first.written.islower() and _is_unknown(first.bare) and (not _is_strange(first) or _is_called(first.bare))
    bleached = depends(first.bare) or "b" in mark[1:] or beast or strange
    alone = () if bleached else (shown(first.written),)
    return Unit(joined(part), alone if depends(head.bare) else (*alone, shown(head.written))), 2


def _named_thing(first: Token, head: Token) -> tuple[Unit, int] | None:
    """Return a thing with a name before it, both of which stand by themselves: Timkat festival."""
    if is_empty(first.bare) or not mark_of(head.bare) or depends(head.bare):
        return None
    if first.written.isupper():
        # MRI scans are MRI; of HR managers and 3D models the second word tells.
        if len(first.written) > _INITIALS:
            return None
        short = () if len(first.written) < _TELLING else (shown(first.written),)
        return Unit(joined((first, head)), (*short, shown(head.written))), 2
    return Unit(joined((first, head)), (shown(first.written), shown(head.written))), 2


def _is_called(word: str) -> bool:
    """Whether a word is the name of a person or a town, whatever its letters."""
    return word in packed("given") or word in entries("given_more") or bool(town(word))


def _is_unknown(word: str) -> bool:
    """Whether a word is neither English nor borrowed from another kitchen, craft or feast."""
    known = word in packed("english") or key(word) in packed("english")
    return not (known or word in entries("loanwords") | entries("fluent") | entries("calendar"))


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether the second of two words belongs to the one behind: ukulele | background music."""
    part = tokens[at + 1 : at + 3]
    if len(part) < 2 or not all(one.free and one.written.islower() for one in part):
        return False
    after = None if part[1].bare in OF_ANY else phrase(part)
    return after is not None and after.word not in _VIEWS and phrase(tokens[at : at + 2]) is None


# Of what is drawn these tell by themselves: smooth | liquid waves.
_FELT = frozenset(("smooth", "glossy", "shiny"))
# What a picture is for, of whatever it shows: marine pollution | concept.
OF_ANY = frozenset(("concept", "concepts", "background", "backdrop", "palette", "wallpaper", "texture"))
# How a thing is taken: guide bars close up.
_VIEWS = frozenset(("close up", "top view", "side view", "front view", "back view"))


def _whole(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a noun with the listed thing behind it, which is the head: ukulele background music."""
    thing = phrase(tokens[at + 1 : at + 3])
    if thing is None or not is_bound(tokens[at + 3 : at + 4]) or _is_done(tokens, at):
        return None
    if at and tokens[at].bare.endswith(("ing", "ed")) and tokens[at - 1].free and mark_of(tokens[at].bare)[:1] != "c":
        # Waves hitting a sea wall are no hitting sea wall.
        done = tokens[at].bare.endswith("ed") and not is_bound(tokens[at - 1 : at], before=True)
        if done or is_thing(tokens, at - 1) or _is_strange(tokens[at - 1]):
            return None
    if tokens[at + 2].bare.endswith("ing") and tokens[at + 2].bare not in THINGS_IN_ING | heads().keys():
        return None
    quality = mark_of(tokens[at].bare)[:1] == "a"
    alone = says_something(tokens, at) if quality else not depends(tokens[at].bare)
    first = (shown(tokens[at].written),) if alone else ()
    return Unit(joined(tokens[at : at + 3]), tuple(dict.fromkeys((*first, thing.word, *thing.parts))), thing.kind), 3


def _is_done(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is what somebody before it does: a palaeontologist brushing a fossil, a driver stacks pallets."""
    before = tokens[at - 1].bare if at else ""
    somebody = (mark_of(before) or mark_of(key(before)))[:1] == "p" or before.endswith("ologist")
    bare = tokens[at].bare
    return somebody and (bare.endswith("ing") or (key(bare) != bare and key(before) == before))


# Of a beast's young, sex or herd the beast is there: a beagle puppy.
_YOUNG = frozenset(
    ("puppy", "kitten", "calf", "cub", "lamb", "chick", "foal", "joey", "duckling", "gosling", "piglet", "baby", "pup",
     "fawn", "hatchling", "egg", "larva", "tadpole", "mother", "female", "male", "herd", "flock", "colony")
)  # fmt: skip
# Before a noun these say for whom it is: a kids room.
_FOR_WHOM = frozenset(
    ("kids", "childrens", "mens", "womens", "ladies", "girls", "boys", "teachers", "sports", "seniors")
)
# What these stand before is a name: a photo album, a video call.
_OF_PICTURES = frozenset(("photo", "picture", "video"))


def _owned(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return what somebody has or a thing is called after: the bride's bouquet, a bird's nest."""
    part = tokens[at : at + 2]
    if len(part) < 2 or not part[0].bare.endswith("'s") or not all(one.free for one in part):
        return None
    owner = part[0].bare.removesuffix("'s")
    mark = mark_of(owner) or mark_of(key(owner))
    small = part[1].written.islower() and (not at or part[0].written.islower())
    if mark[:1] not in {"p", "n"} or not small or is_empty(part[1].bare) or not names_thing(part[1]):
        return None
    head = shown(part[1].written)
    if mark[:1] == "p" or "~" in mark:
        return Unit(joined(part), (shown(part[0].written), head)), 2
    return Unit(joined(part), () if depends(part[1].bare) else (head,)), 2


def _sized(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a thing with its size or measure, which say something only together: heavy traffic, long hair."""
    part = tokens[at : at + 2]
    if len(part) < 2 or part[0].bare not in _SIZES or not all(one.free and one.written.islower() for one in part[1:]):
        return None
    if is_empty(part[1].bare) or not is_thing(tokens, at + 1) or not is_bound(tokens[at + 2 : at + 3]):
        return None
    return Unit(joined(part), () if depends(part[1].bare) else (shown(part[1].written),)), 2


_SIZES = frozenset(
    ("new", "late", "early", "front", "wild", "narrow", "wide", "long", "short", "tall", "heavy", "big", "large",
     "huge", "giant", "tiny", "small", "thick", "thin", "high", "low", "deep", "hot", "flat",
     "double", "triple", "clear", "used")
)  # fmt: skip
# Before a noun these make one word of it and of what follows: anti aging cream.
_BEFORE = frozenset(("anti", "non", "multi", "semi", "pre", "post", "eco", "mini", "ultra"))


def _against(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a thing that is told by what it is against, before or beyond: an anti aging cream."""
    part = tokens[at : at + 3]
    if tokens[at].bare not in _BEFORE or len(part) < 2 or not all(one.free for one in part):
        return None
    thing = len(part) == 3 and part[2].written.islower() and not is_empty(part[2].bare)
    if thing and (mark_of(part[2].bare)[:1] == "c" or names_thing(part[2])):
        return Unit(joined(part), () if depends(part[2].bare) else (shown(part[2].written),)), 3
    return Unit(joined(part[:2])), 2


def _species(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a species by its name of science: victoria amazonica."""
    part = tokens[at : at + 2]
    known = len(part) == 2 and all(one.free for one in part) and is_species(part[0].bare, part[1].written)
    return (Unit(joined(part)), 2) if known else None


def _foreign(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a run of words that are not English as one name: opor ayam."""
    end = at
    while end < len(tokens) and end - at <= _MOST_FOREIGN and tokens[end].free and _is_strange(tokens[end]):
        end += 1
    part = tokens[at:end]
    if at and len({one.written[:1].isupper() for one in part}) > 1:
        # Marrakech riad: a name, and what is there.
        return None
    if not 2 <= len(part) <= _MOST_FOREIGN or all(one.bare in entries("fluent") for one in part):
        return None
    return Unit(joined(part), tuple(shown(one.written) for one in part if one.bare in entries("fluent"))), len(part)


def _is_strange(token: Token) -> bool:
    """Whether a word is neither English nor the name of a place or a person."""
    bare = token.bare
    if not bare.isalpha() or is_empty(bare) or bare in packed("english") or key(bare) in packed("english"):
        return False
    name = flat([token.written])
    raised = token.written[:1].isupper()
    if (is_place(name) and (raised or name in packed("cities"))) or region(name) or bare in packed("nations"):
        return False
    if bare in entries("calendar"):
        return False
    named = bare in packed("given") or bare in entries("given_more") or bool(town(name))
    return not (named and raised)
