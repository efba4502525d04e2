"""Finite verbs that a sentence shows: the chef plates the dish, a mason cuts stone, women dance at a wedding.

Their forms are those of nouns, and a list of neighbours has "chef plates" as easily as "dinner plates". A sentence
tells them apart: an article before one thing allows no plural behind it, an article or an owner behind a form in -s
makes it a verb, and so does a verb before "and". What is told so is a keyword by its name as an act, as if in -ing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.doings.acting import is_somebody
from stockctl.words.said.doings.figures import says_nothing
from stockctl.words.said.doings.gerunds import gerund, names_act
from stockctl.words.said.kinds import broader
from stockctl.words.said.listed import phrase, phrases
from stockctl.words.said.marks import is_plural, mark_of
from stockctl.words.said.nouns import noun_share
from stockctl.words.said.tokens import Token, is_empty
from stockctl.words.tables import packed

if TYPE_CHECKING:
    from collections.abc import Sequence

# With one of these an object begins, and with none of them a place.
_OBJECTS = frozenset(
    ("a", "an", "the", "his", "her", "its", "their", "our", "my", "your", "some", "it", "him", "them", "himself",
     "herself", "itself", "themselves", "this", "these")
)  # fmt: skip
# Behind one of these stands one thing, and no plural.
_ONE = frozenset(("a", "an", "one", "every", "each", "another"))
# Behind these stands somebody or something that is told of: the chef.
_THE = frozenset(("the", "my", "our", "his", "her", "their", "its", "this"))
# What leads from a verb to where, how or with whom.
_WHERE = frozenset(
    ("to", "from", "in", "on", "at", "into", "onto", "with", "through", "over", "across", "along", "down", "up", "by",
     "off", "out", "under", "behind", "around", "near", "for", "past", "towards", "toward", "beside", "outside",
     "inside", "between", "during", "while", "as", "together", "alone", "outdoors", "late", "above", "before",
     "after", "against", "about", "away", "next")
)  # fmt: skip
# Behind these a clause begins anew.
_AGAIN = frozenset(("and", "as", "while", "where", "when"))
# What somebody wears or has stands between them and what they do.
_WEARING = frozenset(("in", "with"))
# These are told as several.
_MANY = frozenset(("people", "police"))
# These join what one does with what one does besides.
_AND = frozenset(("and", "then", "or"))
_WHO = frozenset(("who", "he", "she", "it", "they", "we", "you", "i", "someone", "somebody"))
# Verbs whose words are mostly those of things, and that somebody is seen doing.
_MORE_VERBS = frozenset(("light", "clean", "cross", "text", "pilot", "close"))
_OF_SOMEBODY = frozenset(
    ("plate", "season", "water", "sketch", "milk", "plant", "type", "hammer", "iron", *_MORE_VERBS)
)
# Their forms in -s are things, of which somebody has some: woman hands, dog paws, dog treats.
_OWNED = frozenset(
    ("hands", "eyes", "legs", "feet", "arms", "heads", "faces", "fingers", "nails", "backs", "noses", "mouths", "lips",
     "shoulders", "knees", "elbows", "paws", "tails", "claws", "wings", "boots", "gloves", "shoes", "toys", "houses",
     "bowls", "dishes", "steps", "needs", "rights", "means", "bones", "palms", "beds", "bottles", "masks", "papers",
     "treats", "wipes", "breeds", "parts", "teams")
)  # fmt: skip
# These are so where no thing follows: police checks at a border.
_HAD = frozenset(
    ("leads", "rides", "tracks", "prints", "checks", "visits", "tags", "tests", "notes", "works", "watches")
)
# These stand before another noun as they are: a sports bag.
_ATTRIBUTIVE = frozenset(
    ("sports", "arms", "goods", "customs", "works", "glasses", "games", "sales", "savings", "news", "arts", "systems",
     "clothes")
)  # fmt: skip
# What several do by words that are as much those of what is held: a march, a queue.
_HELD = frozenset(
    ("parade", "queue", "march", "protest", "strike", "rally", "race", "picnic", "party", "camp", "riot", "trip",
     "tour", "trek", "hunt", "train", "model", "study", "meet", "show", "group", "team")
)  # fmt: skip
# These follow a verb, and tell where to: nothing else stands behind a thing so often.
_MOTION = frozenset(
    ("from", "into", "onto", "down", "off", "over", "through", "across", "along", "behind", "past", "towards", "toward",
     "around", "up", "out")
)  # fmt: skip
# What a thing is seen doing, in words that are rarely those of a thing.
_OF_THINGS = frozenset(
    ("melt", "boil", "rise", "burn", "flow", "set", "sail", "land", "fly", "float", "shine", "glow", "erupt", "crash",
     "move", "pass", "spin", "hang", "flicker", "sizzle", "simmer", "freeze", "sink", "glide", "hover", "drift",
     "swirl", "arrive", "depart", "explode", "sparkle", "reflect", "grow")
)  # fmt: skip
# People, animals and things that act whose words are told as those of other things.
_MORE_WHO = frozenset(
    ("mom", "mum", "barista", "butcher", "teen", "biker", "dj", "vlogger", "builder", "cleaner", "human", "duck",
     "gull", "butterfly", "dragonfly", "turtle", "police", "ceo", "executive", "model", "company", "santa", "elf",
     "businesspeople", "hand", "audience", "everyone", "everybody")
)  # fmt: skip
# Things of which a picture shows what they do, and kinds of such.
_MOVING = frozenset(
    ("sun", "moon", "star", "snow", "rain", "mist", "fog", "steam", "smoke", "water", "river", "wave", "light",
     "train", "boat", "ship", "car", "truck", "bus", "tram", "plane", "airplane", "aircraft", "helicopter", "drone",
     "balloon", "rocket", "ball", "leaf", "flag", "candle", "fire", "flame", "lava", "wind", "cloud", "lightning",
     "volcano", "waterfall", "stream", "glacier", "geyser", "vehicle", "machine", "robot", "crane", "tractor",
     "excavator", "kite", "flower", "curtain", "door", "oil", "honey", "butter", "coffee", "milk", "ice", "hair",
     "chocolate", "sauce", "syrup", "cheese")
)  # fmt: skip
# Of ten uses so many are at most a noun where a form is taken for a verb, by what stands about it.
_SURE, _LIKELY, _OPEN = 9, 7, 5
# Where something stands between who does it and what is done, fewer.
_FAR = 2
# Of two who do it a list may have the second with the verb as a thing: man and dog run.
_DOUBTED = 3
# What these do has the words of things, too.
_NATURAL = {
    "sun": ("rise", "set", "shine"), "moon": ("rise", "set", "shine"), "star": ("shine",), "snow": ("fall",),
    "rain": ("fall",), "leaf": ("fall",), "wave": ("crash", "break"), "flower": ("bloom",), "candle": ("burn",),
    "flag": ("wave",), "road": ("wind",), "path": ("wind",), "river": ("wind", "flow"), "smoke": ("rise",),
}  # fmt: skip
# So many words stand at most in the name of who does it.
_NAME = 4
# So many words has the longest listed phrase that an act begins.
_LONGEST = 4


def with_finite(tokens: Sequence[Token]) -> list[Token]:
    """Say what somebody does by its name as an act, where the sentence tells that a form is a verb."""
    found = list(tokens)
    verb = -1
    for at in range(len(tokens)):
        base = _verb(tokens, at, verb)
        if base:
            found[at] = named(tokens, at, base)
            verb = at
        elif tokens[at].bare in _AGAIN - _AND:
            verb = -1
    return found


def named(tokens: Sequence[Token], at: int, base: str) -> Token:
    """Return the act that a verb at a place tells of, silent where it shows nothing."""
    act = gerund(base)
    if not act or not names_act(base, act):
        return replace(tokens[at], silent=True, doing=True)
    one = Token(act, act)
    told = [*tokens[:at], one, *tokens[at + 1 :]]
    if says_nothing(told, at):
        return replace(tokens[at], silent=True, doing=True)
    # Lighting candles is one keyword, and so is a baby crawling.
    behind = any(phrase(told[at : at + length]) for length in range(2, _LONGEST + 1) if at + length <= len(told))
    return replace(one, doing=not (behind or phrase(told[at - 1 : at + 1])))


def _verb(tokens: Sequence[Token], at: int, earlier: int) -> str:
    """Return the verb that a word is a finite form of, or nothing; `earlier` is where another one stands."""
    one = tokens[at]
    if not at or not one.free or not one.written.islower() or is_empty(one.bare):
        return ""
    many = _is_third(one.bare)
    base = _base(one.bare) if many else one.bare if is_verb(one.bare) else ""
    if not base:
        return ""
    if earlier >= 0:
        joined = tokens[at - 1].bare in _AND and many == _is_third(tokens[earlier].bare)
        return base if joined and _goes_on(tokens, at, earlier, base) else ""
    if tokens[at - 1].bare in _WHO:
        return base if many else ""
    before = tokens[at - 1]
    adverb = at > 1 and before.bare.endswith("ly") and not (_known(before) or who(before))
    subject = _subject(tokens, at - 1 if adverb else at)
    if subject is None:
        return ""
    does = _does_one if many else _do_many
    return base if does(tokens, subject, at, base) else ""


def _is_third(word: str) -> bool:
    return word.endswith("s") and not word.endswith("ss")


def is_verb(word: str) -> bool:
    """Whether a word is a verb without any ending."""
    return word in _MORE_VERBS or bool(packed("verbs").get(word))


def _base(word: str) -> str:
    """Return the verb of a form in -s, or nothing."""
    made = (word[:-1], word[:-2] if word.endswith("es") else "", key(word))
    return next((verb for verb in made if verb != word and verb and is_verb(verb)), "")


def share_of(base: str) -> int:
    """Return how many tenths of a verb's uses are a noun."""
    return _SURE if base in _MORE_VERBS else noun_share(base)


@dataclass(frozen=True, slots=True)
class _Subject:
    """Who does something: the last word of its name, what leads to it, and whether more stands behind it.

    `several` are many, or two: father and son.
    """

    head: Token
    led: str
    far: bool = False
    several: bool = False


def _subject(tokens: Sequence[Token], at: int) -> _Subject | None:
    """Return who a clause up to a place tells of, and nothing else; None where it tells of more."""
    begin = _name(tokens, at)
    if begin == at:
        return None
    led = tokens[begin - 1].bare if begin else ""
    start = begin - 1 if led in _ONE | _THE else begin
    if not start or tokens[start - 1].bare in _AGAIN:
        # Father and son build a sandcastle.
        two = start > 1 and tokens[start - 1].bare == "and" and tokens[start - 2].free and who(tokens[start - 2])
        several = two or is_plural(tokens[at - 1].bare) or tokens[at - 1].bare in _MANY
        return _Subject(tokens[at - 1], led if start < begin else "", several=several)
    if tokens[start - 1].bare in _WEARING:
        inner = _subject(tokens, start - 1)
        return replace(inner, far=True) if inner is not None and who(inner.head) else None
    return None


def _name(tokens: Sequence[Token], at: int) -> int:
    """Return where the name begins that ends before a place; the place itself where none does."""
    begin = at
    while begin and at - begin < _NAME and tokens[begin - 1].free and not is_empty(tokens[begin - 1].bare):
        begin -= 1
    if begin == at:
        return at
    head = tokens[at - 1]
    told = head.bare.endswith(("ing", "ed", "ly")) and not (_known(head) or who(head))
    quality = mark_of(head.bare)[:1] in {"a", "c", "r", "v"} and not who(head)
    return at if told or quality or head.bare.endswith("'s") else begin


def _known(token: Token) -> bool:
    return mark_of(token.bare)[:1] in {"n", "p"}


def who(token: Token) -> bool:
    """Whether a word is somebody who does something."""
    return is_somebody(token) or bool({token.bare, key(token.bare)} & _MORE_WHO)


def _moves(token: Token) -> bool:
    """Whether a word is a thing that is seen doing something."""
    return bool({token.bare, key(token.bare), broader(token.bare)} & _MOVING)


def behind(tokens: Sequence[Token], at: int) -> str:
    """Return what stands behind a place: object, where, thing, end, and, or nothing that tells."""
    if at + 1 == len(tokens):
        return "end"
    after = tokens[at + 1]
    if after.bare in _OBJECTS:
        return "object"
    if after.bare in _AND:
        return "and"
    if after.bare in _WHERE or (after.bare.endswith("ly") and after.bare != "only" and not _known(after)):
        return "where"
    known = after.free and not is_empty(after.bare) and not after.bare.endswith("ing")
    return "thing" if known else ""


def _is_listed(tokens: Sequence[Token], at: int) -> bool:
    """Whether a list has a form in -s with the word behind it: sports car, but not a mason cuts stone."""
    return f"{tokens[at].bare} {key(tokens[at + 1].bare)}" in phrases()


def _does_one(tokens: Sequence[Token], subject: _Subject, at: int, base: str) -> bool:
    """Whether a form in -s is what one person or thing does."""
    head, word, share = subject.head, tokens[at].bare, share_of(base)
    if is_plural(head.bare):
        return False
    told, somebody = behind(tokens, at), who(head)
    listed = phrase(tokens[at - 1 : at + 1]) is not None or phrase(tokens[max(0, at - 2) : at + 1]) is not None
    if told == "object":
        return somebody or not listed or _moves(head)
    if told == "where" and _is_natural(head, base):
        return True
    one, sure = subject.led in _ONE, subject.led in _ONE | _THE
    if word in _OWNED or (word in _HAD and told != "thing" and not (sure and told == "where")):
        return False
    if told == "thing" and (word in _ATTRIBUTIVE or _is_listed(tokens, at)):
        return False
    if subject.far:
        return not listed and share <= _FAR and told in {"where", "thing"}
    if word.endswith("ves") and key(word).endswith(("f", "fe")):
        # Pantry shelves with jars.
        return False
    if told == "thing":
        most = (_LIKELY if somebody else _OPEN if one and _moves(head) else 0) if sure or not listed else -1
        return share <= most or (somebody and base in _OF_SOMEBODY)
    if told not in {"where", "end", "and"} or not (somebody or _moves(head)):
        return False
    if one:
        return True
    if somebody:
        return share <= (_LIKELY if sure else _OPEN if told == "where" and not listed else -1)
    moving = told == "where" and tokens[at + 1].bare in _MOTION and share <= _OPEN
    listed = listed and not (moving and share == 0)
    return (sure or not listed) and (base in _OF_THINGS or moving)


def _do_many(tokens: Sequence[Token], subject: _Subject, at: int, base: str) -> bool:
    """Whether a word is what several people or animals do: women dance at a wedding."""
    head, share, told = subject.head, share_of(base), behind(tokens, at)
    if not subject.several or subject.far:
        return False
    if not who(head):
        return told == "where" and _is_natural(head, base)
    if told == "object":
        return True
    # Man and dog run on a beach, which is no dog run.
    doubted = is_plural(head.bare) or share > _DOUBTED
    if doubted and phrase(tokens[at - 1 : at + 1]) is not None:
        return False
    if told == "and":
        # Friends laugh and talk.
        return share <= _FAR and at + 2 < len(tokens) and is_verb(tokens[at + 2].bare)
    if told == "end" and not is_plural(head.bare):
        # Mother and baby care.
        return share == 0
    if told in {"where", "end"}:
        return share <= _OPEN and base not in _HELD
    if told != "thing" or phrase(tokens[at : at + 2]) is not None:
        return False
    return share <= (_OPEN if is_plural(tokens[at + 1].bare) else 0)


def _is_natural(head: Token, base: str) -> bool:
    """Whether a thing is seen doing just that: the sun rises, leaves fall."""
    return base in _NATURAL.get(key(head.bare), ())


def _goes_on(tokens: Sequence[Token], at: int, earlier: int, base: str) -> bool:
    """Whether a form in -s behind "and" goes on with what somebody does: drinks tea and watches television."""
    told, share = behind(tokens, at), share_of(base)
    if told == "object":
        return True
    between = tokens[earlier + 1 : at - 1]
    if not _is_third(tokens[at].bare) and share > _FAR:
        return False
    placed = not between or any(one.bare in _WHERE or one.bare in _OBJECTS for one in between)
    if told == "thing":
        return share <= (_LIKELY if placed else _OPEN) and not _is_listed(tokens, at)
    return told in {"where", "end"} and share <= (_LIKELY if placed else 1)
