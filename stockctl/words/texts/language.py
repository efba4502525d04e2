"""Whether a text is in English, as agencies want it: told for each text by itself, and not for names."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import plain
from stockctl.words.proper.placenames import flat, is_place
from stockctl.words.said.listed import is_phrase
from stockctl.words.spelling import frequency, meant
from stockctl.words.tables import entries, packed, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Beyond this code point no Latin letter stands (Latin Extended-B ends there; Vietnamese has its own block).
_LATIN = 0x24F
# A text of so many words that English does not know, and of none that it knows, is told without any sure word.
_MANY = 4
# A word that stands less often in the English corpus (see `spelling.frequency`) tells another language.
_RARE = 10_000_000
# Turns of two words that are names or dishes in English texts are left out of the count, too.
_LINKS = frozenset("de del della di da do du des la le les el los las al alla van von der den of y e i zu".split())  # noqa: SIM905


@lru_cache(maxsize=4096)
def foreign(text: str) -> str:
    """Return the language, or the script, of a text that is not English; empty where it is, or where it cannot be told.

    Names with capitals, places, dishes and other words that English borrows say nothing.
    """
    script = _script(text)
    if script:
        return script
    words = _WORD.findall(text)
    if len(words) < 2:
        return ""
    counted = [word for at, word in enumerate(words) if not _is_name_part(words, at)]
    hits: Counter[str] = Counter()
    sure: set[str] = set()
    for word in counted:
        for language in _languages().get(plain(word), ()):
            hits[language] += 1
            sure.add(plain(word))
    language, count = hits.most_common(1)[0] if hits else ("", 0)
    own = {plain(word) for word in counted if language in _languages().get(plain(word), ())}
    small = [plain(word) for word in counted if plain(word) not in own | _shared_with(language)]
    english = [word for word in small if _is_english(word)]
    # A word that is one slip away from a common one is rather misspelt.
    unknown = [word for word in small if not (_is_english(word) or is_place(word) or meant(word))]
    foreign_words = count + len([word for word in unknown if word.islower()])
    certain = [word for word in own if frequency(word) < _RARE and word not in entries("loanwords")]
    if certain and foreign_words >= 2 and foreign_words > len(english):
        return language
    # A small word with an accent that no list has is a word of a language that has no list here: tvrđava, sjön.
    accented = any(
        not word.isascii() and (word.islower() or word is words[0]) and plain(word) in unknown for word in counted
    )
    if accented and len(unknown) + count > len(english):
        return language or "another language"
    return "another language" if not english and len(unknown) >= _MANY and not is_phrase(text) else ""


def is_latin(text: str) -> bool:
    """Whether a text holds no letter of another script than the Latin one."""
    return text.isascii() or not _script("".join(letter for letter in text if ord(letter) > _LATIN))


def _script(text: str) -> str:
    """Return the name of the script of most letters, where that is not Latin."""
    if text.isascii():
        return ""
    letters = [letter for letter in text if letter.isalpha()]
    other = [letter for letter in letters if _is_of_other_script(letter)]
    return _named_script(other) if len(other) * 2 > len(letters) else ""


def _is_of_other_script(letter: str) -> bool:
    return ord(letter) > _LATIN and letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")


def _named_script(letters: Iterable[str]) -> str:
    """Return the name of the script of most of some letters, none of them Latin."""
    names = Counter(unicodedata.name(letter, "another script").split()[0] for letter in letters)
    name = names.most_common(1)[0][0]
    return {"CJK": "Chinese or Japanese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}.get(
        name, f"the {name.capitalize()} script" if name != "another" else "another script"
    )


def _of_other_scripts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words in a row, within a clause, of another script than the Latin one, each row with the script.

    A letter that stands for a measure or in a formula (Ω, π) is no word.
    """
    if text.isascii():
        return
    for clause in _CLAUSE.split(text):
        row: list[str] = []
        # Not by `_WORD`: marks over and under letters belong to the words of Hindi and Thai.
        for word in (*clause.split(), "end"):
            letters = [letter for letter in word if letter.isalpha()]
            if letters and all(map(_is_of_other_script, letters)):
                row.append(word)
            elif letters:
                own = [letter for letter in "".join(row) if letter.isalpha()]
                if len(own) > 1 or any(unicodedata.name(letter, "").startswith(_SIGNS) for letter in own):
                    yield " ".join(row), _named_script(own)
                row = []


# Scripts of which one sign is a word.
_SIGNS = ("CJK", "HANGUL")


def _is_name_part(words: list[str], at: int) -> bool:
    """Whether a word is part of a name or borrowed: it says nothing of the language."""
    word, bare = words[at], plain(words[at])
    if bare in entries("loanwords") and bare not in _languages():
        return True
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    if bare in _LINKS and _within_name(words, at):
        return True
    if before and (is_phrase(f"{before} {word}") or (after and is_phrase(f"{word} {after}"))):
        return bare not in packed("english")
    if after and is_phrase(f"{word} {after}"):
        return bare not in packed("english")
    # A capital in the middle is a name's, but for words that a list has (German nouns).
    if word[:1].isupper() and at and bare not in _languages() and bare not in packed("english"):
        return True
    return word[:1].isupper() and is_place(flat([word]))


def _within_name(words: list[str], at: int) -> bool:
    """Whether small words lead from a capital before a place to one behind it: Puerto de la Cruz."""
    first, last = at, at
    while first > 0 and plain(words[first]) in _LINKS:
        first -= 1
    while last < len(words) - 1 and plain(words[last]) in _LINKS:
        last += 1
    return words[first][:1].isupper() and words[last][:1].isupper() and first < at < last


@lru_cache(maxsize=32)
def _shared_with(language: str) -> frozenset[str]:
    """Return the words that a language shares with English: once it is told, they speak for neither."""
    return frozenset(word for name, words in rows("languages") if name == language for word in words.split())


@lru_cache(maxsize=65_536)
def _is_english(word: str) -> bool:
    parts = [part.removesuffix("'s") for part in word.replace("’", "'").split("-")]
    return all(
        part in packed("english") or part in entries("stop") or part in packed("nations") or len(part) < 2
        for part in parts
    )


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    """Return the languages of each listed word, in plain letters; words of English in daily use are left out."""
    common = entries("stop") | entries("shared")
    found: dict[str, tuple[str, ...]] = {}
    for language, words in rows("languages"):
        for word in words.split():
            if word not in common or word in {"der", "das", "les", "van", "el", "los", "las", "del", "den", "het"}:
                found[word] = (*found.get(word, ()), language)
    return found


@lru_cache(maxsize=4096)
def foreign_parts(text: str) -> tuple[tuple[str, str], ...]:
    """Return what a text that is English as a whole says in other languages, each part with its language, in order.

    A part is words in a row, within a clause, that English does not have, one of which a list has for sure
    (coucher de soleil); or such a word alone (pantai); or what is in another script. Names, dishes and crafts
    in Latin letters are none.
    """
    if foreign(text):
        return ()
    found: dict[tuple[str, str], bool] = dict.fromkeys(_of_other_scripts(text), True)
    for clause in _CLAUSE.split(text):
        words = _WORD.findall(clause)
        run: list[int] = []
        for at in range(len(words) + 1):
            if at < len(words) and _is_other(words, at):
                run.append(at)
                continue
            language, certain = _language_of(words, run)
            if language:
                found[" ".join(words[run[0] : run[-1] + 1]), language] = certain
            run = []
    # Two words of one language that may each be a name, or English, are neither.
    counts = Counter(language for _, language in found)
    return tuple(part for part, certain in found.items() if certain or counts[part[1]] > 1)


def shown_parts(parts: Sequence[tuple[str, str]]) -> str:
    """Return parts of a text in other languages as they are shown: 'pantai' (Indonesian)."""
    return ", ".join(f"{part!r} ({language})" for part, language in parts)


_CLAUSE = re.compile(r"[.,;:!?()\[\]{}\"“”«»|/\\•–—\n\t،؛؟，、；。！？]+|\s-+\s")


def _is_other(words: list[str], at: int) -> bool:
    """Whether a word is none of English where it stands: no name, no dish, no slip."""
    word, bare = words[at], plain(words[at])
    if _is_of_other_script(word[0]):
        return False
    listed = _languages().get(bare, ())
    if _of_phrase(words, at) or (word[:1].isupper() and (at or len(words) == 1 or not listed)):
        return False
    if at + 1 < len(words) and words[at + 1][:1].isupper() and bare in entries("loanwords"):
        # Pantai Kuta.
        return False
    if listed:
        return True
    if bare in entries("stop") or bare in _LINKS:
        return bare in _LINKS
    return not (_is_english(bare) or is_place(word) or bare in entries("loanwords"))


def _of_phrase(words: list[str], at: int) -> bool:
    """Whether a word is part of a phrase of two or three words that a list has: coq au vin."""
    return any(
        is_phrase(" ".join(words[first : first + length]))
        for length in (2, 3, 4)
        for first in range(max(0, at - length + 1), at + 1)
        if first + length <= len(words)
    )


def _language_of(words: list[str], run: list[int]) -> tuple[str, bool]:
    """Return the language of a run of words, the one that has most of them, and whether that is certain.

    It is empty where none of them tells.
    """
    whole = len(run)
    while run and plain(words[run[-1]]) in _LINKS:
        run.pop()
    while run and plain(words[run[0]]) in _LINKS:
        del run[0]
    sure = [plain(words[at]) for at in run if _tells(plain(words[at]))]
    if not sure:
        return "", False
    # Alone with a capital or beside a small word it is a name's: Calle Mayor, fleur de sel.
    lone = len(run) == 1 and (_is_english(sure[0]) or words[run[0]][:1].isupper() or whole > 1)
    own = Counter(language for at in run for language in _languages().get(plain(words[at]), ()))
    return own.most_common(1)[0][0], not lone


def _tells(bare: str) -> bool:
    return len(bare) >= _TELLING and bare in _languages() and frequency(bare) < _RARE


# Shorter words stand in names and signs of many languages.
_TELLING = 4
