"""What a text denies ("no cars", "without people"): never said, but that there are no people is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.listed import LONGEST, phrases
from stockctl.words.said.marks import is_people
from stockctl.words.said.tokens import NEGATORS, Token, Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

NO_PEOPLE = "no people"
NOBODY = "nobody"
_NOBODY = frozenset(("nobody", "noone"))
_PEOPLE = frozenset(
    ("people", "person", "human", "humans", "persons", "one", "anybody", "anyone", "body", "crowd", "crowds")
)
_BESIDES = frozenset(("else", "other", "others", "more", "further", "additional"))
# Behind these people of a kind are a keyword: no tourists.
_WITHOUT = frozenset(("no", "without"))
# What a denial reaches over: articles, "any", adjectives and nouns up to one of these.
_ENDS_DENIAL = frozenset(
    ("in", "on", "at", "with", "but", "by", "from", "of", "for", "to", "near", "under", "over", "against", "during",
     "while", "into", "through", "between", "beside", "behind", "just", "only", "is", "are", "was",
     "were", "has", "have", "as", "after", "before", "along", "around", "above", "below", "inside", "outside")
)  # fmt: skip

# Before "like" and behind it these say that one thing looks like another.
_LOOKING = frozenset(("look", "looks", "looking", "shaped", "seems", "just"))
# Before "of" these say that the thing is another one: hail the size of golf balls.
_INSTEAD = frozenset(("instead", "size"))
_ARTICLES = frozenset(("a", "an", "the", "this"))
# Behind these and "of" stands what is not there.
_FREE = frozenset(("free", "devoid", "empty", "bare", "void"))
_TOWARDS = frozenset(("at", "to", "into", "in", "for"))


# What stands behind something that is not there, or not any more: labels removed, wing not visible.
_GONE = frozenset(("removed", "absent", "omitted", "avoided", "excluded"))
_SEEN = frozenset(("visible", "shown", "included", "pictured", "present", "seen", "there"))
_OUT = frozenset(("edited", "cropped", "cloned", "retouched", "left", "photoshopped", "airbrushed", "erased", "masked"))
_FRAMES = frozenset(("frame", "shot", "picture", "photo", "photograph", "image", "view", "sight", "scene", "clip"))
_BEING = frozenset(("is", "are", "was", "were", "has", "have", "been", "being"))


# Behind these stands what says so: a no dogs allowed sign.
_ALLOWED = frozenset(("allowed", "permitted"))


def with_denials(tokens: list[Token]) -> list[Token]:
    """Mark what is denied; where it is people, "no people" takes their place."""
    gone, told = next(((at, by) for at in range(1, len(tokens)) if (by := _is_gone(tokens, at))), (0, 0))
    if gone:
        leads = _ENDS_DENIAL | {"and"}
        begin = max((at + 1 for at, token in enumerate(tokens[:told]) if token.bare in leads), default=0)
        tokens = [replace(token, denied=begin <= at <= gone) for at, token in enumerate(tokens)]
        if not begin and gone == len(tokens) - 1:
            return tokens
    tokens = _anything_but(_without_likenesses(tokens))
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if _is_free_of(tokens, at):
            end = _end_of_denial(tokens, at + 1)
            found += [replace(token, silent=True), *(replace(one, denied=True) for one in tokens[at + 1 : end])]
            at = end
            continue
        listed = _listed(tokens, at) if token.bare in NEGATORS else 0
        if listed or token.silent or token.bare not in NEGATORS or not _denies(tokens, at):
            # No pain no gain is one, too.
            found += tokens[at : at + max(1, listed)]
            at += max(1, listed)
            continue
        end = _end_of_denial(tokens, at)
        reach = tokens[at + 1 : end]
        nobody = token.bare in _NOBODY or any(one.bare in _PEOPLE for one in reach)
        # No one else is somebody.
        nobody = nobody and not any(one.bare in _BESIDES for one in reach)
        if nobody:
            found += [Token("no", "no"), Token("people", "people")]
            if token.bare == "nobody" and len(tokens) == 1:
                # Between commas it is the keyword that agencies know; "and" keeps the two apart.
                found += [Token("and", "and"), Token(NOBODY, NOBODY)]
        elif token.bare in _WITHOUT and len(reach) == 1 and is_people(reach[0].bare):
            found.append(Token(f"no {reach[0].written.lower()}", f"no {reach[0].bare}"))
        found += [replace(one, denied=True) for one in reach]
        at = end
    return found


def without_denied(unit: Unit) -> Unit:
    """Return a keyword that begins with a denial without what of it is denied: a no parking sign is no parking sign."""
    words = unit.word.split()
    if words[0] not in NEGATORS:
        return unit
    return replace(unit, parts=tuple(part for part in unit.parts if part == words[-1] or part.split()[0] in NEGATORS))


def _is_free_of(tokens: Sequence[Token], at: int) -> bool:
    """Whether what follows is denied by another word: a street free of cars, a sky devoid of clouds."""
    return tokens[at].bare in _FREE and at + 2 < len(tokens) and tokens[at + 1].bare == "of"


def without_denied_parts(unit: Unit, denied: Collection[str]) -> Unit:
    """Return a unit without a part that is denied elsewhere, unless it is the thing itself: a lifeguard | tower."""
    last = unit.word.rpartition(" ")[2]
    left = tuple(part for part in unit.parts if part == last or key(part) not in denied)
    return replace(unit, parts=left) if len(left) < len(unit.parts) else unit


def _is_gone(tokens: Sequence[Token], at: int) -> int:
    """Return where it begins that what stands before is not in the picture, where a word ends that: 0 where none does.

    Removed and edited out do so at the end, not visible, not in the frame and out of shot anywhere.
    """
    bare = [token.bare for token in tokens[: at + 1]]
    begin = 0
    if at == len(tokens) - 1 and bare[at] in _GONE:
        begin = at
    elif (at == len(tokens) - 1 and bare[at] == "out" and bare[at - 1] in _OUT) or (
        bare[at] in _SEEN and bare[at - 1] == "not"
    ):
        begin = at - 1
    elif bare[at] in _FRAMES:
        before = at - 1 if bare[at - 1] in _ARTICLES else at
        begin = before - 2 if bare[max(0, before - 2) : before] in (["not", "in"], ["out", "of"]) else 0
    while begin > 1 and bare[begin - 1] in _BEING:
        begin -= 1
    return begin


def _without_likenesses(tokens: list[Token]) -> list[Token]:
    """Silence what something is only like, or is there instead of: foam like a cloud, candles instead of lamps."""
    found = list(tokens)
    for at in range(1, len(tokens) - 1):
        like = tokens[at].bare == "like" and (tokens[at - 1].bare in _LOOKING or tokens[at + 1].bare in _ARTICLES)
        if like or (tokens[at].bare == "of" and tokens[at - 1].bare in _INSTEAD):
            end = at + 1
            while end < len(tokens) and tokens[end].bare not in _ENDS_DENIAL - {"of"}:
                end += 1
            begin = at if like else at - 1
            found[begin:end] = [replace(one, silent=True) for one in tokens[begin:end]]
    return found


def _anything_but(tokens: list[Token]) -> list[Token]:
    """Mark what a thing is not by far: anything but boring."""
    behind = [one.bare for one in tokens]
    return [
        replace(one, denied=True) if at > 1 and behind[at - 2 : at] == ["anything", "but"] else one
        for at, one in enumerate(tokens)
    ]


def _denies(tokens: Sequence[Token], at: int) -> bool:
    following = tokens[at + 1].bare if at + 1 < len(tokens) else ""
    return not (tokens[at].bare == "not" and following in {"only", "far", "just"}) and following not in {
        "matter",
        "doubt",
    }


def _listed(tokens: Sequence[Token], at: int) -> int:
    """Return of how many words the phrase is that a negation begins and agencies know: no smoking; 0 where none is."""
    if at + 1 < len(tokens) and tokens[at + 1].bare in _PEOPLE:
        return 0
    return next(
        (
            length
            for length in range(min(LONGEST, len(tokens) - at), 1, -1)
            if " ".join(token.bare for token in tokens[at : at + length]) in phrases()
        ),
        0,
    )


def _end_of_denial(tokens: Sequence[Token], at: int) -> int:
    """Return where the reach of a denial ends: at a preposition, and at "and" before more than one word.

    "Non" denies the next word alone: a non touristic village.
    """
    if tokens[at].bare == "non":
        return min(at + 2, len(tokens))
    place = at + 1
    while place < len(tokens):
        bare = tokens[place].bare
        # Who is not looking at the camera shows no camera.
        leads = place == at + 2 and tokens[at].bare == "not" and tokens[place - 1].bare.endswith("ing")
        if bare in _ENDS_DENIAL and (place > at + 1 or bare == "but") and not (leads and bare in _TOWARDS):
            return place
        # A man with no beard smiling smiles; where no one is swimming, nobody does.
        if tokens[place - 1].bare in _ALLOWED:
            return place
        somebody = any(token.bare in _PEOPLE for token in tokens[at + 1 : place])
        if bare.endswith("ing") and place > at + 1 and not somebody and any(one.bare == "with" for one in tokens[:at]):
            return place
        if bare == "and":
            rest = tokens[place + 1 :]
            alone = len(rest) == 1 or (len(rest) > 1 and rest[1].bare in _ENDS_DENIAL)
            if tokens[at].bare != "without" or not alone:
                return place
        place += 1
    return place
