"""Spelling as a hint: words that look like a slip of another word; nothing is ever corrected.

The words known are those of symspellpy's English dictionary (82,765 words with
their frequencies), of SCOWL and WordNet (260,000), our lists of stock words and of
words of other kitchens, crafts and trades, names of places and people, and the
person's own dictionary. A text that is not in English is left alone.
"""

from __future__ import annotations

import re
import string
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from stockctl.words.lemma import key, plain, tokens
from stockctl.words.proper.names import restricted
from stockctl.words.proper.placenames import region, town
from stockctl.words.said.listed import LONGEST, is_phrase
from stockctl.words.said.things.plurals import right_plural, wrong_plurals
from stockctl.words.said.tokens import clauses
from stockctl.words.tables import entries, packed, rows
from stockctl.words.texts.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

# A likely correction is a word that stands at least so often in the dictionary's corpus.
_COMMON = 100_000
# What a word that could stand as it is must be one letter away from to be told.
_VERY_COMMON = 100 * _COMMON
# A name of a place or a feast is told from so many letters on.
_LONG_NAME = 7
# Two words in so few letters are rather a slip of one: botles.
_SHORT = 6
# No word of the dictionary is longer; what is, is no slip of one.
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Slip:
    """A word that looks misspelt, and the word it may have been meant to be."""

    word: str
    meant: str


def spelling(words: Iterable[str] | str, known: Collection[str] = ()) -> list[Slip]:
    """Return the words of a text, or of keywords, that look like slips, each once.

    A word is left alone where it is known, is short, holds a digit, is a name in
    the middle of a sentence (capital first letter), or where no common word is
    one letter away: then it is rather a name or a foreign word.
    `known` holds a person's own words, in lower case.
    """
    texts = [words] if isinstance(words, str) else list(words)
    found: dict[str, Slip] = {}
    for text in texts:
        for slip in _misused(text):
            if slip.word not in known:
                found.setdefault(slip.word, slip)
        for word in _doubtful(text):
            if word not in found and word not in known and key(word) not in known:
                instead = meant(word)
                if instead:
                    found[word] = Slip(word, instead)
    return list(found.values())


def is_known(word: str) -> bool:
    """Whether a single word stands in the dictionary or in our list of stock words."""
    flat = plain(word)
    return flat in packed("english") or flat in _stock_words() or flat in _frequencies()


def frequency(word: str) -> int:
    """Return how often a single word stands in the dictionary's corpus (the web of 2006); 0 where it is unknown."""
    return _frequencies().get(plain(word), 0)


def _misused(text: str) -> Iterator[Slip]:
    """Yield words of English that stand for others: wrong plurals, and words beside which another makes a phrase."""
    plurals, confused = wrong_plurals(), _confused()
    for clause in clauses(text):
        # No phrase goes across a comma: basket, flour.
        words = [one.bare for one in clause]
        if not (plurals.keys().isdisjoint(words) and confused.keys().isdisjoint(words)):
            yield from _misused_in(words, confused)


def _misused_in(words: Sequence[str], confused: Mapping[str, list[str]]) -> Iterator[Slip]:
    for at, word in enumerate(words):
        if right := right_plural(words, at):
            yield Slip(word, right)
        for other in confused.get(word, ()):
            pairs = [words[at - 1 : at + 1]] if at else []
            pairs += [words[at : at + 2]] if at + 1 < len(words) else []
            meant_ = any(is_phrase(" ".join(other if one == word else one for one in pair)) for pair in pairs)
            if meant_ and not any(is_phrase(" ".join(pair)) for pair in pairs):
                yield Slip(word, other)
                break


@cache
def _confused() -> dict[str, list[str]]:
    """Return each word that is taken for others, and those."""
    lines = [row[0].split() for row in rows("confused")]
    return {word: [other for other in line if other != word] for line in lines for word in line}


@cache
def _slips() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("slips")}


_SENTENCE_START = re.compile(r"(?:^|[.!?:–—]\s+)([^\W\d_]+)")


def _doubtful(text: str) -> Iterator[str]:
    # No sentence begins behind "Mt.": what follows is a name.
    firsts = {one.split(None, 1)[0].strip("\"'“‘([") for one in sentences(text)} if ". " in text else set()
    starts = {match[1] for match in _SENTENCE_START.finditer(text) if match[0][0] != "." or match[1] in firsts}
    names = {word for word in re.findall(r"\b[A-Z][\w'’-]*", text) if word not in starts}
    named = {part for name in names for part in tokens(name)}
    refused = {part for hit in restricted(text) for part in tokens(hit.word)}
    words = tokens(text.replace("-", " "))
    for at, word in enumerate(words):
        bare = word.removesuffix("'s").replace("'", "")
        if (
            not 4 <= len(bare) <= _LONGEST
            or word.endswith("n't")
            or not bare.isascii()
            or not bare.isalpha()
            or word in named
            or word in refused
        ):
            continue
        if bare in _slips():
            yield bare
            continue
        known = is_known(bare) or is_known(key(bare)) or _is_compound(bare) or _is_name(bare)
        if not known and not _in_phrase(words, at) and not _in_species(words, at):
            yield bare


# How the words of a species' name end.
_LATIN = ("a", "ae", "is", "us", "um", "ii", "ensis", "ops", "yx")


def _in_species(words: Sequence[str], at: int) -> bool:
    """Whether a word and one beside it, which English does not know either, are the name of a species."""
    return any(
        len(pair) == 2 and all(len(one) > 3 and one.endswith(_LATIN) and not is_known(one) for one in pair)
        for pair in (words[max(0, at - 1) : at + 1], words[at : at + 2])
    )


def _in_phrase(words: Sequence[str], at: int) -> bool:
    """Whether a word is part of a listed phrase where it stands: pain au chocolat."""
    return any(
        is_phrase(" ".join(words[start : start + length]))
        for length in range(2, LONGEST)
        for start in range(max(0, at - length + 1), min(at, len(words) - length) + 1)
    )


def _is_name(word: str) -> bool:
    """Whether a word is a given name, a place or a nation, which keywords write small.

    A small town's name with a small letter is rather a slip of a very common word: chek.
    """
    lists = ("given", "nations", "cities", "capitals")
    known = any(word in packed(name) for name in lists) or word in entries("given_more")
    return known or bool(region(word)) or (bool(town(word)) and not _is_near(word))


def _is_compound(word: str) -> bool:
    """Whether a word is two that are written as one, and no slip of a very common word: backround."""
    return _joined(word) and not _doubles(word) and not (_is_near(word) or _is_near(word, _COMMON, _SHORT))


def _is_near(word: str, least: int = 0, longest: int = _LONGEST) -> bool:
    """Whether a word that is so common, and a word of at most so many letters, is one slip away."""
    return len(word) <= longest and frequency(meant(word)) >= (least or _VERY_COMMON)


def _joined(word: str) -> bool:
    """Whether a word is two common words written as one (cloudscape, snowboarder)."""
    common, english = _frequencies(), packed("english")
    return any(
        min(common.get(part, 0) for part in (word[:cut], word[cut:])) > _COMMON
        and word[:cut] in english
        and word[cut:] in english
        for cut in range(3, len(word) - 2)
    )


def _doubles(word: str) -> bool:
    """Whether a common word has one of a pair of letters only once: colorfull, which is no color full."""
    common = _frequencies()
    pairs = (at for at in range(1, len(word)) if word[at] == word[at - 1])
    return any(common.get(word[:at] + word[at + 1 :], 0) > _COMMON for at in pairs)


@lru_cache(maxsize=10_000)
def meant(word: str) -> str:
    """Return the most frequent common word that is one slip away; empty where there is none.

    Of two slips (1 in 20 of those in typed text, Damerau 1964) a long word is told
    that lacks two letters, or has its own in another order: tradional, restaraunt.
    Others would take names for words. Common ones stand in a list.
    """
    if word in _slips():
        return _slips()[word]
    # Short words lie close together, and many of them are names.
    least = _COMMON if len(word) > 5 else _VERY_COMMON
    common = _frequencies()
    edits = _edits(word)
    known = [candidate for candidate in edits if common.get(candidate, 0) >= least]
    # Two letters in the other's place are no other word: sowrd.
    known = known or [one for one in edits if common.get(one, 0) >= _COMMON and sorted(one) == sorted(word)]
    feasts = entries("calendar")
    # Autum is rather the season than nothing, though fewer write of it than of the news.
    known = known or [one for one in edits if one in feasts and one[:1] == word[:1] and len(one) > _SHORT - 1]
    if not known and len(word) >= _LONG_NAME:
        names = sorted(one for one in edits if one[:1] == word[:1] and (one in feasts or _is_well_known(one)))
        if names:
            return names[0]
    if not known and len(word) >= _LONG:
        same = sorted(word)
        near = (long for long in _long_words()[word[:2] + word[-2:]] if _lacks_two(word, long) or sorted(long) == same)
        known = [long for long in near if _jumbled(word, long)]
    return max(known, key=lambda candidate: common[candidate], default="")


def _is_well_known(name: str) -> bool:
    """Whether a name is a large town's, a country's or a region's: an alfombra is no slip of the village Alfambra."""
    return bool(region(name)) or (name in packed("cities") and name not in packed("english"))


# So many letters leave little to chance; words of which two slips are looked for stand this often in the corpus.
_LONG, _WELL_KNOWN = 8, 1_000_000


@cache
def _long_words() -> Mapping[str, list[str]]:
    """Return well-known words by their first and last two letters, which typists seldom miss."""
    found: dict[str, list[str]] = defaultdict(list)
    for word, count in _frequencies().items():
        if count >= _WELL_KNOWN and len(word) >= _LONG:
            found[word[:2] + word[-2:]].append(word)
    return found


def _lacks_two(word: str, whole: str) -> bool:
    """Whether a word is the whole one without two of its letters."""
    letters = iter(whole)
    return len(whole) == len(word) + 2 and all(letter in letters for letter in word)


def _jumbled(word: str, whole: str) -> bool:
    """Whether no more than four letters stand elsewhere than in the whole word, those that lack aside."""
    return len(word) != len(whole) or sum(one != other for one, other in zip(word, whole, strict=True)) <= 4


def _edits(word: str) -> set[str]:
    """Return what one slip makes of a word: a letter left out, doubled, swapped or wrong (Damerau 1964)."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    letters = string.ascii_lowercase
    edits = {
        *(left + right[1:] for left, right in cuts if right),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + letter + right[1:] for left, right in cuts if right for letter in letters),
        *(left + letter + right for left, right in cuts for letter in letters),
    }
    return edits - {word}


@cache
def _frequencies() -> dict[str, int]:
    text = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    pairs = (line.split() for line in text.splitlines())
    common = {word: int(count) for word, count in pairs}
    # Of color and colour it has one at times: either is as common.
    for row in rows("variants"):
        most = max(common.get(word, 0) for word in row)
        common |= dict.fromkeys((word for word in row if most and word not in common), most)
    return common


@cache
def _stock_words() -> frozenset[str]:
    variants = {plain(word) for row in rows("variants") for word in row}
    return entries("stock") | entries("loanwords") | variants
