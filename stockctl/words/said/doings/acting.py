"""Who does what in a text: an act stays apart from who does it, and from what it is done to.

"Skier carving fresh powder" is a skier, carving, and fresh powder; a bird building a nest makes no building.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.doings.shapes import shapes
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import is_beast, mark_of
from stockctl.words.said.nouns import THINGS_IN_ING, acts, names_thing
from stockctl.words.said.tokens import is_empty, shown
from stockctl.words.tables import packed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token, Unit

# With one of these an object begins.
_ARTICLES = frozenset(("a", "an", "the", "his", "her", "its", "their", "our", "my", "your", "some"))
# Things in -ing that are as often what somebody does to a thing.
_BUILDING = "building"
_MADE = frozenset((_BUILDING, "lighting"))
# Behind these, with no word about them, a word in -ing is what they do: a woman snorkeling at a reef.
_PLAIN = frozenset(
    ("woman", "man", "girl", "boy", "kid", "child", "women", "men", "girls", "boys", "kids", "children", "people")
)
# People and animals whose words are told as those of things or of verbs.
_MORE = frozenset(
    ("volunteer", "groom", "tailor", "guide", "cook", "judge", "pilot", "beaver", "commuter", "troupe", "crowd", "fan",
     "fawn", "choir", "band", "audience", "dragon", "crane", "seal", "robot", "grandson", "granddaughter",
     "chicken", "bear", "sloth", "bat", "otter", "donkey", "leopard", "octopus", "hippo")
)  # fmt: skip
# What types, kneads and writes is told without its owner, too; and machines do what people did.
_HANDS = frozenset(("hands", "fingers"))
_MACHINES = frozenset(
    ("drone", "tractor", "harvester", "combine", "excavator", "bulldozer", "truck", "crane", "robot", "helicopter",
     "train", "machine", "ship", "boat", "forklift", "plow", "printer", "satellite", "rover", "loader", "digger")
)  # fmt: skip
# Behind people these are as often a thing of theirs, or what is done for them.
_OF_PEOPLE = frozenset(
    ("housing", "training", "meeting", "gathering", "clothing", "trafficking", "counseling", "outing", "wedding",
     "greeting", "hiring", "drawing", "lettering", "rating", "ranking", "seating", "parking", "crossing", "opening")
)  # fmt: skip
# What is done to animals.
_OF_BEASTS = frozenset(
    ("farming", "hunting", "fishing", "breeding", "racing", "riding", "watching", "training", "grooming", "shearing",
     "milking", "feeding", "herding", "rearing", "rescuing", "keeping", "walking", "sitting", "shooting", "spotting",
     "tagging", "branding", "taming", "judging", "photographing", "crossing", "handling", "trekking", "sledding")
)  # fmt: skip
# Things by themselves; where somebody stands before them, what is done to a thing.
_EITHER = frozenset(
    ("drinking water", "playing cards", "playing card", "chewing gum", "climbing wall", "climbing rope",
     "packing boxes", "wrapping paper", "milking cow", "milking cows", "cutting paper")
)  # fmt: skip
# What somebody has on or with them stands between them and what they do.
_WEARING = frozenset(("in", "with"))
_JOINING = frozenset(("and", "while", "is", "are", "was", "were"))
# So many words has the longest listed phrase that an act may begin.
_LONGEST = 4


def with_acts(tokens: Sequence[Token]) -> list[Token]:
    """Hold what somebody does apart from the words about it."""
    found = list(tokens)
    for at in range(1, len(found)):
        if not _is_act(found, at):
            continue
        built = found[at].bare == _BUILDING
        found[at] = replace(found[at], silent=built, doing=True)
    return found


def is_somebody(token: Token) -> bool:
    """Whether a word is a person or an animal."""
    known = acts(token) or token.bare in _PLAIN or {token.bare, key(token.bare)} & _MORE
    return token.free and bool(known) and token.bare not in _JOINING and token.bare not in packed("nations")


def _is_act(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word in -ing is what somebody before it does, and neither a thing nor the beginning of a phrase."""
    one = tokens[at]
    thing = one.bare in THINGS_IN_ING and one.bare not in _MADE
    if not one.free or thing or not one.bare.endswith("ing") or not one.written.islower() or is_empty(one.bare):
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    article = after is not None and after.bare in _ARTICLES
    if after is not None and {after.bare, key(after.bare)} & shapes().get(one.bare, frozenset()):
        # Lighting candles is one keyword.
        return False
    if one.bare in _MADE and not (article or (after is not None and _is_object(after))):
        return False
    if one.bare != _BUILDING and _begins_phrase(tokens, at):
        return False
    return _is_done_by(tokens, at, article=article) or _is_done_wearing(tokens, at)


def _is_object(token: Token) -> bool:
    small = token.free and token.written.islower() and not is_empty(token.bare)
    return small and (names_thing(token) or mark_of(token.bare)[:1] in {"a", "c", "r"})


def _begins_phrase(tokens: Sequence[Token], at: int) -> bool:
    """Whether a list has the act with what stands behind it, as what somebody does: holding hands."""
    part = [one.bare for one in tokens[at : at + _LONGEST]]
    if " ".join(part[:2]) in _EITHER:
        return False
    return any(phrase(tokens[at : at + length]) for length in range(2, len(part) + 1))


def _is_done_by(tokens: Sequence[Token], at: int, *, article: bool) -> bool:
    """Whether who does it stands right before: a chick hatching from an egg."""
    before, one = tokens[at - 1], tokens[at]
    if one.bare == _BUILDING and article and before.free and not is_empty(before.bare):
        # A company building a factory.
        return True
    if before.free and (before.bare in _HANDS or _is_at_work(tokens, at)):
        return article or before.bare not in _HANDS or one.bare not in _OF_PEOPLE
    if not is_somebody(before):
        return False
    if article or before.bare in _PLAIN:
        ahead = phrase(tokens[at - 1 : at + 2]) if at + 1 < len(tokens) else None
        return article or (ahead is None and one.bare not in _OF_PEOPLE)
    if (is_beast(before.bare) and one.bare in _OF_BEASTS) or one.bare in _OF_PEOPLE:
        return False
    return not any(phrase(tokens[begin:end]) for begin in (at - 2, at - 1) for end in (at + 1, at + 2) if begin >= 0)


def _is_at_work(tokens: Sequence[Token], at: int) -> bool:
    """Whether a machine stands before a word in -ing, and behind it what it is done to: a drone spraying pesticide."""
    machine = {tokens[at - 1].bare, key(tokens[at - 1].bare)} & _MACHINES
    return bool(machine) and at + 1 < len(tokens) and _is_object(tokens[at + 1])


def _is_done_wearing(tokens: Sequence[Token], at: int) -> bool:
    """Whether what somebody has on stands right before: a skier in an orange jacket carving."""
    if not _is_worn(tokens, at) or phrase(tokens[at - 1 : at + 1]) is not None:
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after is None or not after.free or is_empty(after.bare) or mark_of(after.bare)[:1] in {"a", "c"}


def _is_worn(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word ends what somebody has on or with them: with a conical hat."""
    before = tokens[at - 1]
    # A woman in her forties drinking: an age is no keyword.
    age = before.silent and before.bare.endswith("ties")
    worn = age or (before.free and (mark_of(before.bare) or mark_of(key(before.bare)))[:1] == "n")
    leads = next((place for place in range(at - 1, 0, -1) if tokens[place].bare in _WEARING), 0)
    return worn and leads > 0 and leads < at - 1 and is_somebody(tokens[leads - 1])


def with_act(tokens: Sequence[Token], at: int, unit: Unit) -> Unit:
    """Return a phrase of an act and its object with the act by itself, too, where somebody does it: carrying baskets.

    Where no part of it stands by itself it is a figure of speech, or a thing: tying the knot, a washing machine.
    """
    one = tokens[at]
    act = one.bare.endswith("ing") and one.bare not in THINGS_IN_ING and not is_empty(one.bare)
    if not act or not at or not unit.parts or shown(one.written) in unit.parts:
        return unit
    if not is_somebody(tokens[at - 1]) and not _is_worn(tokens, at):
        return unit
    return replace(unit, parts=(shown(one.written), *unit.parts))
