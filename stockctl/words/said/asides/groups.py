"""Heaps and groups whose name goes on behind a quality: a school of tropical fish is a school of fish."""

from __future__ import annotations

from dataclasses import replace

from stockctl.words.lemma import key
from stockctl.words.said.asides.numbers import BREAK, merged
from stockctl.words.said.kinds import broader
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import mark_of
from stockctl.words.said.tokens import Token, shown

# By themselves, before these or those that are one of them, such words say something else.
_OTHER = {
    "school": frozenset(("fish", "herring", "sardine", "barracuda", "tuna", "anchovy", "dolphin", "mackerel", "jack")),
    "sheet": frozenset(("ice", "rain", "water", "paper", "metal", "steel", "glass")),
    "sea": frozenset(
        (
            "flower",
            "people",
            "cloud",
            "fog",
            "poppy",
            "tulip",
            "umbrella",
            "sunflower",
            "light",
            "face",
            "flag",
            "lavender",
            "grass",
            "hand",
            "daisy",
            "mist",
            "sand",
        )
    ),
    "bed": frozenset(
        ("flower", "tulip", "rose", "moss", "lettuce", "rice", "leaf", "nail", "coal", "daffodil", "kelp")
    ),
    "pride": frozenset(("lion",)),
    "pod": frozenset(("whale", "dolphin", "orca")),
    "army": frozenset(("ant",)),
    "murder": frozenset(("crow",)),
}
# So many qualities stand within at most.
_MOST = 2


def with_groups(tokens: list[Token]) -> list[Token]:
    """Return a clause in which such a group is one token before what it is of, or silent where none calls it so."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        told = _group(tokens, at)
        found += told or [tokens[at]]
        at += 2 if told else 1
    return found


def _group(tokens: list[Token], at: int) -> list[Token]:
    """Return what stands for a group and its "of", nothing where no such group begins."""
    if at + 2 >= len(tokens) or tokens[at + 1].bare != "of":
        return []
    end = at + 2
    while end < at + 2 + _MOST and end + 1 < len(tokens) and mark_of(tokens[end].bare)[:1] in {"a", "c", "r"}:
        end += 1
    group, of, thing = tokens[at], tokens[at + 1], tokens[end]
    kinds = _OTHER.get(group.bare, frozenset())
    single = end == at + 2
    listed = phrase((group, of, thing))
    if listed is not None:
        if single:
            return []
        alone = [group, BREAK] if shown(group.written) in listed.parts or group.bare not in _OTHER else []
        return [*alone, merged((group, of, thing)), BREAK]
    if not {key(thing.bare), thing.bare, broader(thing.bare)} & kinds:
        return []
    if group.bare == "school":
        return [merged((group, of, thing)), BREAK]
    return [replace(group, silent=True), replace(of, silent=True)]
