"""What a beast is called by those who have it: our cat Biscuit, my dog named Max, Bella the bulldog."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.proper.persons import is_given
from stockctl.words.proper.placenames import is_place
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import is_beast
from stockctl.words.tables import entries, packed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

_OWNERS = frozenset(("my", "our", "his", "her", "their"))
_CALLED = frozenset(("named", "called"))
_PETS = frozenset(("pet", "puppy", "kitten", "pup", "bunny", "pony", "foal", "hen", "rooster"))
# So many words stand at most between who has it and what it is: my old black dog Max.
_REACH = 3


def without_pets(tokens: Sequence[Token]) -> list[Token]:
    """Deny the names that beasts have of their own; what they are stays."""
    return [replace(token, denied=True) if _is_pets(tokens, at) else token for at, token in enumerate(tokens)]


def _is_pets(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if not token.free or not token.written[:1].isupper() or token.written.isupper() or not at:
        return False
    bare = token.bare
    if bare in packed("nations") or bare in entries("calendar") or (is_place(token.written) and not is_given(bare)):
        return False
    if tokens[at - 1].bare in _CALLED:
        return at > 1 and _is_beast(tokens[at - 2])
    # A Labrador Retriever is a kind of dog.
    kind = _is_beast(token) or phrase(tokens[at : at + 2]) is not None
    beast = _is_beast(tokens[at - 1]) and tokens[at - 1].written.islower() and not kind
    return beast and any(one.bare in _OWNERS for one in tokens[max(0, at - 1 - _REACH) : at - 1])


def _is_beast(token: Token) -> bool:
    return is_beast(token.bare) or is_beast(key(token.bare)) or token.bare in _PETS
