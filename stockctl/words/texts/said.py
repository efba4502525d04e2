"""What a text says of a picture, as keywords: words, real phrases and names, in order; nothing of what it denies.

Two or three neighbours are a phrase where a list has them (`tables/phrases.txt.gz`), where they are a name by
their capitals or by the places of GeoNames, or where the caller knows them (earlier work); never by chance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from stockctl.words.lemma import key, plain
from stockctl.words.proper.placenames import countries, flat, is_place, region, town
from stockctl.words.spam import is_filler
from stockctl.words.tables import entries, packed, packed_lines, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# What cuts a text into clauses; a hyphen or stop within a word does not.
_CLAUSE = re.compile(r"[,;:!?()\[\]{}\"“”«»|/\\•–—\n\t，、；。！？]+|\.+(?=\s|$)|\s-+\s|\.{2,}")
_STOPPED = re.compile(r"\b((?:[^\W\d_]\.){2,}|[^\W\d_]{1,6}\.)(?=\s|$|,)")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_LONGEST = 5
# A text of so many words, all of the longer ones with capitals, is a headline: its capitals say nothing.
_HEADLINE_WORDS = 3
# Words that stay small in headlines have so many letters; so many others that are no names make one.
_SMALL_WORD, _RAISED = 3, 2
_SMALL_IN_NAMES = frozenset("of de da do del della di la el al van von bin du des dos das y e i".split())  # noqa: SIM905 - a table
# A people's name before one of these is part of a place's: the Julian Alps, the Arabian Sea.
_WATERS_AND_RANGES = frozenset(
    ("alps", "sea", "ocean", "gulf", "bay", "strait", "range", "desert", "peninsula", "coast")
)
_NEGATORS = frozenset(
    ("no", "not", "without", "nobody", "none", "nothing", "never", "lacking", "neither", "nor", "non")
)
_NOBODY = frozenset(("nobody", "noone"))
_PEOPLE = frozenset(
    ("people", "person", "human", "humans", "persons", "one", "anybody", "anyone", "body", "crowd", "crowds")
)
NO_PEOPLE = "no people"
# What a denial reaches over: articles, "any", adjectives and nouns up to one of these.
_ENDS_DENIAL = frozenset(
    ("in", "on", "at", "with", "but", "by", "from", "of", "for", "to", "near", "under", "over", "against", "during",
     "while", "into", "through", "between", "beside", "behind", "just", "only", "is", "are", "was",
     "were", "has", "have", "as")
)  # fmt: skip
_GOES_ON = frozenset(("or", "nor"))


@dataclass(frozen=True, slots=True)
class Unit:
    """One keyword that a text says, lower case as written, and the `parts` of it that stand by themselves.

    `kind` is what it is one of (a golden retriever: dog), where a list says so.
    """

    word: str
    parts: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Read:
    """What one text says and what it denies (keys); `words` counts its content words."""

    units: tuple[Unit, ...] = ()
    denied: frozenset[str] = frozenset()
    words: int = 0


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of a clause: as written, in plain letters, and what it is there."""

    written: str
    bare: str
    silent: bool = False
    denied: bool = False


def read(text: str, known: Callable[[str], bool] | None = None) -> Read:
    """Read a text; `known` tells whether a phrase of two or three words (lower case) is one of the person's own."""
    return _read(text) if known is None else _made(text, known)


@lru_cache(maxsize=4096)
def _read(text: str) -> Read:
    return _made(text, lambda _: False)


def _made(text: str, known: Callable[[str], bool]) -> Read:
    headline = is_headline(text)
    units: dict[str, Unit] = {}
    denied: set[str] = set()
    count = 0
    for clause in _CLAUSE.split(_STOPPED.sub(lambda match: match[0].replace(".", ""), text)):
        tokens = [_Token(word, plain(word.replace("’", "'"))) for word in _WORD.findall(clause or "")]
        tokens = _with_denials(_placed(tokens))
        denied |= {key(token.bare) for token in tokens if token.denied and not _empty(token.bare)}
        count += sum(not token.denied and not _empty(token.bare) for token in tokens)
        for unit in _units(tokens, known, names=not headline):
            units.setdefault(key(unit.word), unit)
    # What is said of one thing and denied of another stays said: "no cars but one red car".
    said = {itself for itself, unit in units.items() if unit.word != NO_PEOPLE}
    return Read(tuple(units.values()), frozenset(denied - said), count)


def is_headline(text: str) -> bool:
    """Whether all words of a text but the small ones have capitals, which then say nothing.

    A line that begins with a capital and holds only names besides ("Boat on Lake Bled") is none.
    """
    words = _WORD.findall(text)
    long = [word for word in words if len(word) > _SMALL_WORD]
    if text.isupper():
        return True
    if len(long) < _HEADLINE_WORDS or not all(word[0].isupper() for word in long):
        return False
    begin, _, end = _geography()
    raised = 0
    for before, word in pairwise(words):
        bare = plain(word)
        if not word[0].isupper() or plain(before) in begin or bare in begin | end or bare in packed("nations"):
            continue
        if bare in entries("stop"):
            return True
        raised += bare in packed("english") and not is_place(word)
    return raised >= _RAISED


@lru_cache(maxsize=65_536)
def _empty(word: str) -> bool:
    """Whether a word in plain letters is no keyword by itself."""
    bare = word.removesuffix("'s")
    stop = entries("stop")
    return (
        bare in stop
        or word in stop
        or bare in _NEGATORS
        or bare in entries("weak")
        or bare in entries("foreign")
        or (len(bare) < 2 or not any(letter.isalpha() for letter in bare))
        or is_filler(bare)
    )


def _placed(tokens: list[_Token]) -> list[_Token]:
    """Silence the turns that only place or count a thing."""
    found = list(tokens)
    for at in range(len(found)):
        for turn in _turns().get(found[at].bare, ()):
            part = found[at : at + len(turn)]
            if tuple(token.bare for token in part) == turn:
                found[at : at + len(turn)] = [replace(token, silent=True) for token in part]
                break
    return found


@cache
def _turns() -> dict[str, list[tuple[str, ...]]]:
    index: dict[str, list[tuple[str, ...]]] = {}
    for (turn,) in rows("placing"):
        parts = tuple(turn.split())
        index.setdefault(parts[0], []).append(parts)
    for turns in index.values():
        turns.sort(key=len, reverse=True)
    return index


def _with_denials(tokens: list[_Token]) -> list[_Token]:
    """Mark what is denied; where it is people, "no people" takes their place."""
    found: list[_Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.bare not in _NEGATORS or _listed(tokens, at) or not _denies(tokens, at):
            found.append(token)
            at += 1
            continue
        end = _end_of_denial(tokens, at)
        reach = tokens[at + 1 : end]
        nobody = token.bare in _NOBODY or any(one.bare in _PEOPLE for one in reach)
        if nobody:
            found += [_Token("no", "no"), _Token("people", "people")]
        found += [replace(one, denied=True) for one in reach]
        at = end
    return found


def _denies(tokens: Sequence[_Token], at: int) -> bool:
    following = tokens[at + 1].bare if at + 1 < len(tokens) else ""
    return not (tokens[at].bare == "not" and following in {"only", "far", "just"}) and following not in {
        "matter",
        "doubt",
    }


def _listed(tokens: Sequence[_Token], at: int) -> bool:
    """Whether a negation begins a phrase that agencies know: no smoking, zero waste."""
    return any(
        " ".join(token.bare for token in tokens[at : at + length]) in phrases_()
        for length in range(2, _LONGEST)
        if at + length <= len(tokens)
    ) and not (at + 1 < len(tokens) and tokens[at + 1].bare in _PEOPLE)


def _end_of_denial(tokens: Sequence[_Token], at: int) -> int:
    """Return where the reach of a denial ends: at a preposition, and at "and" before more than one word."""
    place = at + 1
    while place < len(tokens):
        bare = tokens[place].bare
        if bare in _ENDS_DENIAL and (place > at + 1 or bare == "but"):
            return place
        if bare == "and":
            rest = tokens[place + 1 :]
            alone = len(rest) == 1 or (len(rest) > 1 and rest[1].bare in _ENDS_DENIAL)
            if tokens[at].bare != "without" or not alone:
                return place
        place += 1
    return place


def _units(tokens: Sequence[_Token], known: Callable[[str], bool], *, names: bool) -> list[Unit]:
    """Return the units of a clause, the longest phrase or name at each place."""
    found: list[Unit] = []
    at = 0
    while at < len(tokens):
        if tokens[at].silent or tokens[at].denied:
            at += 1
            continue
        unit, length = _longest(tokens, at, known, names=names)
        if unit is not None:
            found.append(unit)
        elif not _empty(tokens[at].bare):
            found.append(Unit(_shown(tokens[at].written)))
        at += length
    return found


def _longest(
    tokens: Sequence[_Token], at: int, known: Callable[[str], bool], *, names: bool
) -> tuple[Unit | None, int]:
    """Return the longest phrase or name that begins at a place, and how many tokens it takes."""
    free = 0
    while at + free < len(tokens) and not tokens[at + free].denied:
        free += 1
    most = min(_LONGEST, free)
    named = _name(tokens[at : at + free], begins=at == 0) if names else 0
    for length in range(most, 0, -1):
        part = tokens[at : at + length]
        if length <= named:
            break
        unit = _phrase(part)
        if unit is not None and (length > 1 or "-" in part[0].bare):
            return unit, length
        joined = " ".join(token.bare for token in part)
        if 1 < length <= 3 and (known(joined) or _is_placename(part)):
            return Unit(_joined(part)), length
    if named:
        part = tokens[at : at + named]
        listed, name = _phrase(part), _named(part)
        return (replace(listed, parts=listed.parts or name.parts) if listed else name), named
    return None, 1


def _phrase(part: Sequence[_Token]) -> Unit | None:
    """Return the phrase that some tokens make, as a list has it; the last word may be a plural."""
    pieces = " ".join(token.bare.replace("-", " ").replace(".", "") for token in part).split()
    if len(pieces) < 2:
        return None
    table = phrases_()
    itself = " ".join(pieces)
    found = table.get(itself)
    if found is None and not pieces[-1].endswith(("ing", "ed")):
        found = table.get(" ".join((*pieces[:-1], key(pieces[-1]))))
    if found is None and "of" not in pieces:
        # A plural within it: birds of paradise, childrens rooms.
        found = table.get(" ".join(key(piece) if piece.endswith("s") else piece for piece in pieces))
    if found is None:
        return None
    parts, _, kind = found.partition("\t")
    written = [_shown(token.written) for token in part]
    singles = {key(word): word for word in (*pieces, *written)}
    stands = tuple(singles.get(key(one), one) for one in parts.split(",") if one)
    return Unit(_joined(part), stands, kind)


def is_phrase(text: str) -> bool:
    """Whether a list has these words as a phrase."""
    return _phrase([_Token(word, plain(word.replace("’", "'"))) for word in _WORD.findall(text)]) is not None


def place_ends() -> frozenset[str]:
    """Return the words with which names of places end: park, street, cathedral."""
    return _geography()[2]


@cache
def phrases_() -> dict[str, str]:
    """Return the listed phrases, plain and lower case: the parts that stand by themselves, a tab, what it is one of."""
    return {phrase: rest for phrase, _, rest in (line.partition("\t") for line in packed_lines("phrases"))}


def _is_placename(part: Sequence[_Token]) -> bool:
    """Whether some words are a place's name: a region of several words in any letters, a town only with capitals."""
    name = flat([token.written for token in part])
    if region(name):
        return True
    return all(token.written[:1].isupper() for token in part) and bool(town(name))


def _name(tokens: Sequence[_Token], *, begins: bool) -> int:
    """Return how many of the tokens, from the first on, make one name by their capitals; 0 where they make none."""
    length = 0
    while length < len(tokens) and (
        _capital(tokens[length])
        or (
            0 < length < len(tokens) - 1
            and tokens[length].bare in _SMALL_IN_NAMES | {"the"}
            and (
                _capital(tokens[length + 1])
                or (tokens[length + 1].bare == "the" and length + 2 < len(tokens) and _capital(tokens[length + 2]))
            )
            and (tokens[length].bare != "the" or tokens[length - 1].bare == "of")
        )
    ):
        length += 1
    words = tokens[:length]
    if length < 2:
        return 0
    first = words[0].bare
    begin, _, end = _geography()
    # A people, a faith or a weekday before a name is a word by itself, and so is a country behind one.
    if first.removesuffix("'s") in packed("nations") and words[-1].bare not in _WATERS_AND_RANGES:
        return 0
    if begins and first in packed("english") and first not in begin and words[1].bare in _SMALL_IN_NAMES:
        return 0
    if first in begin or words[-1].bare in end:
        return length
    if region(flat([words[0].written])) or flat([words[0].written]) in packed("cities") - packed("english"):
        return 0
    while length > 2 and flat([words[length - 1].written]) in countries():
        length -= 1
        words = words[:length]
    if length == 2 and flat([words[1].written]) in countries() | frozenset({"bali", "java"}):
        return 0
    common = packed("english")
    if begins and first in common:
        return 0
    return 0 if all(word.bare in common for word in words) and begins else length


def _capital(token: _Token) -> bool:
    return token.written[:1].isupper() and not _empty(token.bare)


def _named(part: Sequence[_Token]) -> Unit:
    """Return a name as a unit; what kind of place it is stands by itself."""
    kinds, written = _geography()[1], [_shown(token.written) for token in part]
    tail = part[-1].bare
    parts: tuple[str, ...] = ()
    if tail in kinds:
        double = " ".join(token.bare for token in part[-2:])
        parts = (double,) if double in phrases_() and len(part) > 2 else (written[-1],)
    elif part[0].bare == "lake":
        parts = (written[0],)
    if len(part) > 2 and part[1].bare == "of" and town(flat([token.written for token in part[2:]])):
        parts = (*parts, " ".join(written[2:]))
    return Unit(_joined(part), parts, _kinds().get(part[0].bare, ""))


@cache
def _geography() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the words with which names of places begin, those that end one and say its kind, and all that end one."""
    table = {row[0]: frozenset(row[1].split()) for row in rows("geography")}
    return table["begin"], table["end+"], table["end+"] | table["end"]


def broader(word: str) -> str:
    """Return what a single thing is one of (orangutan: animal), or nothing where that is not sure."""
    return _things().get(key(word), "")


@cache
def _things() -> dict[str, str]:
    return dict(line.split("\t") for line in packed_lines("kinds"))


@cache
def _kinds() -> dict[str, str]:
    """Return what a place is by the word that its name begins with: mount → mountain, pura → temple."""
    return {word: row[0] for row in rows("beginnings") for word in row[1].split()}


def _joined(part: Sequence[_Token]) -> str:
    """Return a phrase as it is written, lower case; a possessive within it stays."""
    return " ".join([*(token.written.lower().replace("’", "'") for token in part[:-1]), _shown(part[-1].written)])


def _shown(written: str) -> str:
    return written.lower().replace("’", "'").removesuffix("'s")
