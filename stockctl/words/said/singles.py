"""Which words of a text say something by themselves, where they belong to no phrase and no name.

A verb with its object does not (a plumber fixing a pipe: plumber, pipe; fixing comes behind all others), unless what
is done has a name as an act (weaving, welding); nor does a participle that only tells of its noun (trained
cormorants), an adverb, or a size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.marks import is_plural, mark_of
from stockctl.words.said.nouns import THINGS_IN_ING, noun_share
from stockctl.words.said.tokens import is_empty
from stockctl.words.tables import entries, packed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

# An object begins with one of these, or with a word that says something.
_ARTICLES = frozenset(
    ("a", "an", "the", "his", "her", "its", "their", "our", "my", "your", "some", "two", "three", "four", "several")
)
_JOINING = frozenset(("and", "while", "is", "are", "was", "were"))
# Behind "to" a word is a verb where at most so many tenths of its uses are a noun.
_EITHER = 5
# Behind these an act is what they are of: a phishing concept.
_OF_ACTS = frozenset(("concept", "concepts", "background", "theme", "idea"))
# As acts these are no keywords, for their words are those of things: brothers building a fort.
OF_THINGS = frozenset(("building",))
# Participles that say nothing of how a thing looks.
_TOLD_OF_ANY = frozenset(
    ("removed", "turned", "scored", "lined", "finished", "avoided", "pulled", "filled", "smeared", "washed",
     "located", "surrounded", "followed", "owned", "wanted", "needed", "provided", "produced", "designed",
     "dedicated", "inspired", "included", "opened", "tackled", "released", "carried", "tied", "raised", "repaired",
     "labelled", "labeled", "held", "kept", "left", "brought", "done", "led", "known", "said", "given", "found",
     "gone", "been", "born", "sold", "bought", "created", "renowned", "situated", "nestled", "attached", "connected",
     "combined", "mixed", "added", "visited", "started", "stopped", "ended", "called", "named", "worked", "played",
     "helped", "asked", "told", "became", "began", "spotted", "seen", "shown", "caught", "captured", "taken", "drawn",
     "locked", "hammered", "laid", "written", "explained", "furnished", "placed", "displayed", "reported",
      "layered", "crowded", "free", "trapped", "cropped", "closed", "mobile")
)  # fmt: skip
# What a finite verb leads to, besides an object.
_LEADS = frozenset(("at", "to", "while", "up", "down", "off", "out"))


def says_something(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is a keyword by itself where it stands in its clause."""
    word = tokens[at].bare
    if is_empty(word):
        return _is_town(tokens, at)
    if len(tokens) == 1:
        return True
    if at and tokens[at - 1].bare == "to" and (mark_of(word)[:1] in {"m", "v"} or noun_share(word) <= _EITHER):
        return False
    if word in entries("bare") or word in entries("counts"):
        return False
    return not (_only_leads(tokens, at) or _only_tells(word) or _is_verb_of_object(tokens, at))


def _is_town(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that says nothing elsewhere is a town: a hotel in Nice."""
    placed = at > 0 and tokens[at - 1].bare in {"in", "from", "near", "of"} and tokens[at].written == "Nice"
    return placed and (at + 1 == len(tokens) or not tokens[at + 1].written[:1].isupper())


def is_act(word: str) -> bool:
    """Whether a word in -ing may be said last, though it is no keyword where it stands."""
    return word.endswith("ing") and word not in THINGS_IN_ING and word not in OF_THINGS and not is_empty(word)


def is_state(tokens: Sequence[Token], at: int) -> bool:
    """Whether a participle, which is no keyword where it stands, tells what is seen of its noun: a decorated house."""
    word = tokens[at].bare
    if is_empty(word) or word in entries("bare") or word in _TOLD_OF_ANY or len(tokens) == 1:
        return False
    known = bool(mark_of(word)) or key(word) in packed("verbs")
    return known and _only_tells(word) and not word.endswith("ly")


def _only_leads(tokens: Sequence[Token], at: int) -> bool:
    """Whether a noun that hardly says anything before another one stands before one: a fall protection harness."""
    if "b" not in mark_of(tokens[at].bare)[1:] or at + 1 == len(tokens):
        return False
    after = tokens[at + 1]
    # In "dog Max" the second is a name.
    named = tokens[at].written.islower() and after.written[:1].isupper()
    return after.free and not named and not after.bare.endswith("ing") and _is_thing(after)


def _only_tells(word: str) -> bool:
    """Whether a word only says how, or what was done to a thing: freshly, washed."""
    mark = mark_of(word)
    if mark[:1] in {"v", "a"}:
        return "+" not in mark
    if mark or not word.isascii() or word not in packed("english"):
        return False
    # A folly is a building.
    return word.endswith("ed") or (word.endswith("ly") and any(mark_of(stem) for stem in _stems(word)))


def _stems(word: str) -> tuple[str, ...]:
    """Return the adjectives that an adverb may be made of: freshly, gently, happily, fully."""
    stem = word[:-2]
    return (stem, f"{stem}le", f"{stem}l", f"{stem[:-1]}y" if stem.endswith("i") else stem)


def _is_verb_of_object(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is what somebody does to something, and no act that has a name: fixing a pipe, draws blood."""
    word = tokens[at].bare
    if at + 1 == len(tokens) or not at or not _is_somebody(tokens[at - 1]) or tokens[at + 1].bare in _OF_ACTS:
        return False
    if word.endswith("ing"):
        return (word not in packed("acts") or word in OF_THINGS) and _begins_object(tokens[at + 1])
    if " " in word or not tokens[at + 1].free or not _is_thing(tokens[at - 1]):
        return False
    before = tokens[at - 1].bare
    if word.endswith("s"):
        base = key(word)
        finite = not mark_of(word) and mark_of(base)[:1] in {"m", ""} and base != word and base in packed("verbs")
        finite = finite and not before.endswith("ing")
        return finite and (_begins_object(tokens[at + 1]) or tokens[at + 1].bare in _LEADS)
    # Students throw caps.
    return mark_of(word)[:1] == "m" and is_plural(before) and _begins_object(tokens[at + 1])


def _is_somebody(token: Token) -> bool:
    """Whether a word before a verb may be who does it, or joins or leads to what is done."""
    return token.bare in _JOINING or not (is_empty(token.bare) or mark_of(token.bare)[:1] in {"a", "r", "c"})


def _begins_object(token: Token) -> bool:
    return token.bare in _ARTICLES or not (is_empty(token.bare) or token.bare.endswith("ly"))


def _is_thing(token: Token) -> bool:
    # A cat named so is no cat name, and one that is stuck no cat stick.
    mark = mark_of(token.bare) or (mark_of(key(token.bare)) if is_plural(token.bare) else "")
    return mark[:1] in {"n", "p"}
