"""Verbs in a text: what somebody does is a keyword by its name as an act (plays: playing), and else none.

How often a form is a noun is counted in tagged texts (`verbs.txt.gz`); where a word is as often either, what stands
beside it tells.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.asides.numbers import BREAK
from stockctl.words.said.doings.sentences import finite
from stockctl.words.said.kinds import broader
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import is_people, is_plural, mark_of
from stockctl.words.said.nouns import noun_share
from stockctl.words.said.tokens import Token, is_empty
from stockctl.words.tables import packed

if TYPE_CHECKING:
    from collections.abc import Sequence

_ARTICLES = frozenset(("a", "an", "the", "his", "her", "its", "their", "our", "my", "your", "some"))
# The actress waves to her fans.
_TOWARDS = frozenset(("to",))
# A drone flies over a lagoon.
_ALONG = frozenset(("over", "through", "above", "across", "past", "into", "along"))
# Behind these a word that may be a verb is one: stones already lie on the road.
_ADVERBS = frozenset(("already", "still", "often", "always", "never", "usually", "slowly", "quickly", "gently"))
# Behind these what somebody does has an object of theirs.
_OWN = frozenset(("his", "her", "their", "its"))
# What somebody wears or has stands between them and what they do.
_WEARING = frozenset(("in", "with"))
# What somebody does who is seen so; with its ending none of these is a thing.
_RESTING = frozenset(("sleep", "rest", "nap", "kneel", "swim", "yawn", "crawl", "hover", "perch", "graze", "smile"))
# With an object these are no act of that name: draws blood, saves a penalty, runs a shop.
_OTHERWISE = frozenset(
    ("draw", "save", "pass", "perform", "join", "found", "rule", "hit", "block", "run", "cross", "bear", "cast", "lead",
     "meet", "bend", "turn", "hold", "keep", "set", "put", "draft", "break", "strike", "fall", "stand", "mean",
     "open", "close", "end", "begin", "start", "change", "mark", "point", "press", "work", "live", "beat")
)  # fmt: skip
_WHO = frozenset(("who", "which", "that", "he", "she", "it", "they"))
# Behind these the ending of a verb has an e of its own: washes, but shines.
_SIBILANT = ("ses", "xes", "zes", "ches", "shes", "oes")
# What these lead to does nothing.
_PLACING = frozenset(("of", "with", "on", "in", "from", "for", "under", "near", "between", "behind", "and"))
# Things of which a picture shows what they do, and kinds of such.
_MOVING = frozenset(
    ("sun", "moon", "star", "snow", "rain", "mist", "fog", "steam", "smoke", "water", "river", "wave", "tide", "light",
     "train", "boat", "ship", "car", "truck", "bus", "tram", "plane", "aircraft", "helicopter", "drone", "balloon",
     "rocket", "ball", "leaf", "flag", "candle", "fire", "flame", "lava", "wind", "cloud", "storm", "lightning", "sand",
     "dust", "volcano", "waterfall", "stream", "glacier", "geyser", "animal", "bird", "fish", "insect", "dog", "cat",
     "vehicle", "machine", "worker", "athlete", "musician", "crane", "tractor", "engine", "kite", "flower", "curtain",
     "clock", "bell", "door", "oil", "honey", "coffee", "milk", "blood", "ice", "hair")
)  # fmt: skip
# How nouns end whose verbs are rare behind a thing.
_OF_NOUNS = ("or", "er", "ment", "ion", "age")
# Between a thing and another one these are no quality.
_ROUND = frozenset(("past", "round"))
# Participles whose words are those of things, with what leads from them to who did it, or where to.
_DONE = {
    **dict.fromkeys(("hit", "split", "shut", "rung", "hurt", "built", "struck"), frozenset(("by", "with"))),
    **dict.fromkeys(("cast", "cut", "fed", "led", "let", "set"), frozenset(("by", "into"))),
}
# Of ten uses so many are at most a noun where a word is taken for a verb: behind somebody, behind a thing, before an
# article.
_BEHIND_SOMEBODY, _BEHIND_THING, _BEFORE_ARTICLE = 4, 1, 7


def without_verbs(tokens: Sequence[Token]) -> list[Token]:
    """Silence what somebody or something does, or give the act its name where it has no object."""
    found = list(tokens)
    verbs = False
    for at in range(1, len(tokens)):
        if _leads(tokens, at) or _is_done_by(tokens, at):
            found[at] = replace(tokens[at], silent=True)
        elif base := (sure := finite(tokens, at, going_on=verbs)) or _does(tokens, at):
            verbs = True
            act = act_of(base)
            spare = act and _has_object(tokens, at)
            act = "" if spare and base in _OTHERWISE else act
            silent = BREAK if sure and _listed(tokens, at) else replace(tokens[at], silent=True)
            found[at] = Token(act, act, doing=bool(spare)) if act else silent
    return found


def act_of(base: str) -> str:
    """Return the name of the act that a verb tells of, or nothing: run → running."""
    short = f"{base[:-2]}ying" if base.endswith("ie") else f"{base[:-1]}ing" if base.endswith("e") else ""
    made = (short, f"{base}ing", f"{base}{base[-1]}ing")
    return next((act for act in made if act in packed("acts")), "")


def _leads(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word leads to a place, and tells nothing of it: sailing past an island, a tape round an arm."""
    if tokens[at].bare not in _ROUND or at + 1 == len(tokens) or _listed(tokens, at):
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    if not (before.free and after.free) or is_empty(before.bare) or is_empty(after.bare):
        return False
    return before.bare.endswith("ing") or (mark_of(before.bare) or mark_of(key(before.bare)))[:1] in {"n", "p", "m"}


def _is_done_by(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that may be a thing tells what was done to the one before it: a lamb led by a boy."""
    leads = _DONE.get(tokens[at].bare)
    if leads is None or at + 1 == len(tokens) or tokens[at + 1].bare not in leads:
        return False
    before = tokens[at - 1]
    return before.free and not is_empty(before.bare) and not _listed(tokens, at)


def _does(tokens: Sequence[Token], at: int) -> str:
    """Return the verb that a word is a finite form of where it stands, or nothing."""
    token, before = tokens[at], tokens[at - 1]
    if not (token.free and before.free) or not token.written.islower():
        return ""
    many = token.bare.endswith("s") and not token.bare.endswith("ss")
    base = _base(token.bare) if many else token.bare
    # Protesters wave yellow umbrellas.
    told = not many and at + 1 < len(tokens) and mark_of(tokens[at + 1].bare)[:1] in {"a", "c"}
    # Scissors and clothes are nouns as they stand.
    along = many and at + 1 < len(tokens) and tokens[at + 1].bare in _ALONG and noun_share(base) <= _BEHIND_THING
    is_who = mark_of(before.bare)[:1] == "p"
    # Farmers block the motorway.
    told = told or (not many and at + 1 < len(tokens) and tokens[at + 1].bare in _ARTICLES)
    # Nurses block avenue.
    told = told or (not many and is_people(before.bare) and _is_one_thing(tokens[at + 1 : at + 2]))
    noun = mark_of(token.bare)[:1] in {"n", "p"} and not (along or (told and is_people(before.bare)))
    # Supermarket shelves are no supermarket that shelves.
    noun = noun or (many and token.bare.endswith("ves") and mark_of(key(token.bare))[:1] == "n" and not is_who)
    # Heart rate monitors.
    # A window full of fob watches.
    noun = noun or (many and not along and _is_placed(tokens, at))
    noun = noun or (base.endswith(_OF_NOUNS) and many and not along and _ends_compound(tokens, at))
    if many and base in _RESTING and (is_who or "~" in mark_of(before.bare)) and not is_plural(before.bare):
        return base
    share = noun_share(base) if base and not noun else 10
    if share > _BEFORE_ARTICLE or _listed(tokens, at):
        return ""
    if before.bare in _WHO or before.bare in _ADVERBS:
        return base if share <= _BEHIND_SOMEBODY else ""
    if is_empty(before.bare) or (many and share == 0 and not mark_of(base)):
        return base if many and share == 0 and not is_empty(before.bare) else ""
    mark = mark_of(before.bare) or mark_of(key(before.bare))
    if mark[:1] in {"a", "r", "c", "v"} or before.bare.endswith("ing") or before.bare in packed("nations"):
        return ""
    single = not is_plural(before.bare)
    if not many and single and at + 1 < len(tokens) and tokens[at + 1].bare in _OWN:
        # A runner tie his shoe.
        return base if share <= _BEFORE_ARTICLE else ""
    if many != single:
        return ""
    # A welder in mask repairs a hull.
    somebody = (
        mark[:1] == "p" or "~" in mark or (at > 2 and tokens[at - 2].bare in _WEARING and _is_one(tokens[at - 3]))
    )
    most = _BEHIND_SOMEBODY if somebody else _BEHIND_THING
    if not many:
        most = _BEFORE_ARTICLE if somebody and told else _BEHIND_THING
    if many and at + 1 < len(tokens) and tokens[at + 1].bare in _ALONG:
        most = _BEHIND_SOMEBODY
    if at + 1 < len(tokens) and tokens[at + 1].bare in _ARTICLES | (_TOWARDS if somebody else set()):
        most = _BEFORE_ARTICLE if somebody else _BEHIND_SOMEBODY
    return base if share <= most else ""


def _is_placed(tokens: Sequence[Token], at: int) -> bool:
    """Whether a form in -s ends what a small word leads to, or names a thing that does nothing: papier-mache floats."""
    before = tokens[at - 1].bare
    still = mark_of(before)[:1] == "n" and before not in _MOVING and broader(before) not in _MOVING
    if not still and (at < 2 or tokens[at - 2].bare not in _PLACING):
        return False
    if at + 1 < len(tokens) and not is_empty(tokens[at + 1].bare):
        return False
    somebody = (mark_of(one.bare) for one in tokens[:at] if not is_plural(one.bare))
    return not any(mark[:1] == "p" or "~" in mark for mark in somebody)


def _ends_compound(tokens: Sequence[Token], at: int) -> bool:
    """Whether a form in -s ends a name that begins with a listed thing, which does nothing by itself."""
    listed = phrase(tokens[at - 2 : at]) if at > 1 else None
    if listed is None or (at + 1 < len(tokens) and not is_empty(tokens[at + 1].bare)):
        return False
    mark = mark_of(tokens[at - 1].bare)
    return not listed.kind and mark[:1] == "n" and "~" not in mark


def _is_one_thing(after: Sequence[Token]) -> bool:
    """Whether a thing follows, in small letters."""
    return bool(after) and after[0].free and after[0].written.islower() and mark_of(after[0].bare)[:1] == "n"


def _is_one(token: Token) -> bool:
    """Whether a word is one person."""
    return mark_of(token.bare)[:1] == "p"


def _base(word: str) -> str:
    """Return the verb of a form in -s that the list knows, or nothing."""
    made = (key(word), word[:-1], word[:-2] if word.endswith(_SIBILANT) else "")
    return next((verb for verb in made if verb != word and packed("verbs").get(verb)), "")


def _has_object(tokens: Sequence[Token], at: int) -> bool:
    if at + 1 == len(tokens):
        return False
    after = tokens[at + 1]
    return after.bare in _ARTICLES or not (is_empty(after.bare) or after.bare.endswith("ly"))


def _listed(tokens: Sequence[Token], at: int) -> bool:
    """Whether a list has the word with one beside it as a phrase: water drops."""
    return phrase(tokens[at - 1 : at + 1]) is not None or (
        at + 1 < len(tokens) and phrase(tokens[at : at + 2]) is not None
    )
