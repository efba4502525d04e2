"""What a clause calls for or forbids: "save the planet" is one keyword, and so is what a sign says ("no dogs allowed").

The verb of it says nothing by itself (save, stop), but the things it tells of do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.lemma import key, plain
from stockctl.words.said.asides.numbers import BREAK, merged
from stockctl.words.said.listed import LONGEST, phrase
from stockctl.words.said.marks import mark_of
from stockctl.words.said.nouns import noun_share
from stockctl.words.said.tokens import is_empty
from stockctl.words.tables import packed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

# A clause that begins with one of these calls for something.
_CALLS = frozenset(
    ("save", "stop", "think", "keep", "follow", "believe", "adopt", "choose", "protect", "join", "grab", "eat", "be",
     "stay", "imagine", "remember", "respect", "never", "let's", "lets", "enjoy", "discover", "explore",
     "achieve", "reduce", "improve", "increase", "become", "contact", "buy", "invest", "earn", "learn", "create")
)  # fmt: skip
# Before one of these they are things (an increase in sales), but for a few.
_TELLING = frozenset(("in", "for", "of", "with", "and", "to", "on", "from", "at", "by", "is", "are", "or"))
_BEFORE = frozenset(("believe", "invest", "learn", "be", "stay", "think"))
# With one of these behind them many more verbs do.
_WHOSE = frozenset(("your", "yourself", "the", "our", "this"))
_ONE = frozenset(("a", "an"))
# What is to be done so: work hard.
_SO = frozenset(
    ("hard", "well", "clean", "green", "safe", "big", "smart", "local", "vegan", "now", "more", "less", "better",
     "positive", "free", "different", "healthy", "safely", "kind", "strong", "happy", "today", "responsibly", "here")
)  # fmt: skip
_DOING_SO = frozenset(
    ("train", "work", "dream", "think", "shop", "eat", "play", "live", "stay", "go", "buy", "call", "order", "drive",
     "sleep", "act", "feel", "start", "learn", "speak", "be", "drink", "give", "care", "waste", "apply", "click")
)  # fmt: skip
_LOVING = frozenset(("i", "we"))
# What words are written on, or are for: where one follows, they end before it.
_CARRIES = frozenset(
    ("sign", "signs", "signboard", "sticker", "stickers", "icon", "icons", "symbol", "label", "poster", "banner",
     "notice", "pictogram", "placard", "lettering", "text", "quote", "slogan", "concept", "message", "button",
     "typography", "inscription", "motto", "signage", "plate", "board", "card", "campaign", "phrase")
)  # fmt: skip
# Of words that are written one of these tells surely.
_LETTERED = frozenset(
    ("lettering", "quote", "quotes", "typography", "calligraphy", "motivational", "inspirational", "handwritten",
     "slogan", "motto", "saying", "handlettering")
)  # fmt: skip
# With one of these a short clause is a sentence, and tells of nothing seen.
_SENTENCES = frozenset(
    ("is", "are", "you", "it", "we", "i", "me", "will", "can", "take", "makes", "comes", "always", "yourself", "your")
)  # fmt: skip
_FORBIDS = frozenset(("don't", "dont", "never"))
_ALLOWED = frozenset(("allowed", "permitted", "beyond"))
# What a ban stands on, and words before it with which it is only a sign that is not there: no traffic sign.
_BANS = frozenset(("sign", "sticker", "icon", "pictogram"))
_ROADSIDE = frozenset(("traffic", "road", "street", "warning", "stop", "exit", "danger", "neon", "a", "the", "shop"))
_NEGATIONS = frozenset(("don't", "dont", "not", "no", "never", "without"))
_JOINING = frozenset(("and", "or", "before", "while", "when"))
# So many words has such a keyword.
_FEWEST, _MOST = 2, 5
# Of ten uses so many are at most a noun where a word behind a joining one is a verb.
_RATHER_VERB = 5


def with_mottos(tokens: list[Token], *, lettered: bool = False) -> list[Token]:
    """Return a clause with what it calls for or forbids as one token, and behind it what that tells of.

    Where the text is `lettered`, it tells of words that are written: then a short sentence is what they are.
    """
    return _notice(tokens) or _motto(tokens) or (_saying(tokens) if lettered else []) or _from(tokens) or tokens


def is_lettered(text: str) -> bool:
    """Whether a text tells of words that are written in the picture."""
    return not _LETTERED.isdisjoint(plain(text).replace(".", " ").replace(",", " ").split())


def _saying(tokens: list[Token]) -> list[Token]:
    """Return a short sentence that somebody wrote as one; nothing where a clause is none."""
    bare = [one.bare for one in tokens]
    short = _FEWEST < len(tokens) <= _MOST + 1 and not {*bare} & (_CARRIES | _LETTERED)
    sentence = short and ({*bare} & _SENTENCES or (bare[0] in _DOING_SO and bare[1] in _SO))
    return [merged(tokens)] if sentence else []


def _from(tokens: list[Token]) -> list[Token]:
    """Return a clause with the land that a thing is made in, both with and without that it is."""
    for at in range(len(tokens) - 2):
        part = tokens[at : at + 3]
        if [one.bare for one in part[:2]] == ["made", "in"] and part[2].written[:1].isupper():
            return [*tokens[:at], BREAK, merged(part), BREAK, *tokens[at + 2 :]]
    return []


def _notice(tokens: list[Token]) -> list[Token]:
    """Return a clause with what a sign forbids as one; nothing where it has no such sign."""
    for at in range(len(tokens)):
        end = _end_of_notice(tokens, at)
        if end and end - at <= _MOST:
            return [*tokens[:at], BREAK, merged(tokens[at:end]), BREAK, *tokens[end:]]
    return []


def _end_of_notice(tokens: Sequence[Token], at: int) -> int:
    """Return where a ban ends that begins at a place: no dogs allowed, do not disturb | sign; 0 where none does."""
    bare = [one.bare for one in tokens[at:]]
    if bare[0] == "no":
        allowed = next((place for place, word in enumerate(bare[:_MOST]) if word in _ALLOWED), 0)
        return at + allowed + 1 if allowed > 1 or bare[1:3] == ["entry", "beyond"] else _end_of_ban(tokens, at)
    if bare[:2] != ["do", "not"] and bare[0] not in _FORBIDS:
        return 0
    carrier = next((place for place, word in enumerate(bare) if word in _CARRIES), 0)
    if carrier >= _FEWEST and phrase(tokens[at + carrier - 1 : at + carrier + 1]) is not None:
        # Do not bleach | care label.
        carrier -= 1
    if carrier:
        return at + carrier if carrier >= _FEWEST else 0
    # A whole clause that forbids something is written somewhere, too.
    return len(tokens) if at == 1 and tokens[0].bare == "please" else 0


def _end_of_ban(tokens: Sequence[Token], at: int) -> int:
    """Return where a ban ends that a clause begins with, before its sign: no junk mail | sticker; 0 where none does."""
    bare = [one.bare for one in tokens]
    end = next((place for place, word in enumerate(bare) if word in _BANS), 0)
    known = any(phrase(tokens[:length]) for length in range(_FEWEST, end + 2))
    return 0 if at or end < _FEWEST or known or bare[end - 1] in _ROADSIDE else end


def _motto(tokens: list[Token]) -> list[Token]:
    """Return a clause that calls for something, that as one and what it tells of; nothing where it does not."""
    begins = _calls(tokens)
    known = any(phrase(tokens[:length]) for length in range(2, LONGEST + 1) if length <= len(tokens))
    if not begins or (known and begins < len(tokens)):
        return []
    end = next((at for at, one in enumerate(tokens) if at >= _FEWEST and one.bare in _CARRIES), len(tokens))
    said = [one for one in tokens[:end] if one != BREAK]
    whole = [BREAK, merged(said), BREAK] if _FEWEST <= len(said) <= _MOST else []
    things = _things(tokens[begins:end])
    return [*whole, *things, *([BREAK] if things else []), *tokens[end:]] or [BREAK]


def _calls(tokens: Sequence[Token]) -> int:
    """Return of how many words the call itself is with which a clause begins; 0 where there is none."""
    bare = [one.bare for one in tokens]
    if len(bare) < _FEWEST:
        return 0
    if bare[0] == "never" and bare[1] not in packed("verbs"):
        return 0
    if bare[:2] == ["do", "not"] or bare[0] in _FORBIDS or bare[:3] == ["say", "no", "to"]:
        return len(bare) if bare[0] != "never" else 2
    if bare[1] in _CARRIES or (bare[1] in _TELLING and bare[0] not in _BEFORE):
        return 0
    if bare[0] in _LOVING and bare[1] == "love":
        return 2
    so = bare[0] in _DOING_SO and bare[1] in _SO and (len(bare) == _FEWEST or bare[2] in _CARRIES)
    mark = mark_of(bare[0])[:1]
    verb = (
        len(bare) <= _MOST and (bare[0] in packed("verbs") or mark == "m") and mark != "p" and key(bare[0]) == bare[0]
    )
    verb = verb and not (bare[0].endswith(("ing", "ed", "s")) and not bare[0].endswith("ss"))
    whose = verb and (bare[1] in _WHOSE or (bare[1] in _ONE and noun_share(bare[0]) < _RATHER_VERB))
    return int(so or whose or bare[0] in _CALLS)


def _things(tokens: Sequence[Token]) -> list[Token]:
    """Return what a call tells of, up to what it denies or calls for besides: the planet; nothing where none is."""
    end = len(tokens)
    for at, one in enumerate(tokens):
        after = tokens[at + 1].bare if at + 1 < len(tokens) else ""
        other = one.bare in _JOINING and after in packed("verbs") and noun_share(after) <= _RATHER_VERB
        if one.bare in _NEGATIONS or other:
            end = at
            break
    part = list(tokens[: end - 1 if end and tokens[end - 1].bare in _SO else end])
    things = any(
        not is_empty(one.bare) and (mark_of(one.bare) or mark_of(key(one.bare)) or "n")[:1] not in {"a", "v"}
        for one in part
        if one.bare not in _SO
    )
    return part if things else []
