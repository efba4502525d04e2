"""Sentences: told apart, cut at a word or phrase, ended with a full stop, spelt in plain letters."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from stockctl.words.tables import entries
from stockctl.words.texts.stops import is_headline, may_end

if TYPE_CHECKING:
    from collections.abc import Iterable

# Small words that must not stand at the end of a text that was cut.
_DANGLING = frozenset(
    ("a", "an", "the", "of", "in", "on", "at", "by", "for", "with", "and", "or", "to", "from", "near", "over", "under",
     "into", "his", "her", "its", "their", "during", "between", "through", "along", "behind", "while", "as", "is",
     "without", "no", "not", "among", "across", "around", "against", "before", "after", "above", "below", "beside",
     "against", "towards", "inside", "outside", "onto", "via", "but", "that", "which", "who", "where", "when", "than",
     "are", "was", "were", "be", "being", "very", "st.", "mt.", "no.", "dr.")
)  # fmt: skip
# Words before which a text is best cut: what follows only adds where, when, with what.
_JOINTS = frozenset(
    ("in", "on", "at", "with", "and", "near", "during", "under", "over", "by", "for", "while", "from", "as", "of",
     "against", "behind", "along", "through", "before", "after", "into", "beside", "above", "without")
)  # fmt: skip
# A cut at a phrase may lose so much of the room.
_LOST = 0.35
# Letters that do not come apart into a letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss", "đ": "d", "Đ": "D",
     "ı": "i", "þ": "th", "ð": "d"}
)  # fmt: skip
# So many characters before and behind a stop tell whether a sentence ends there, however long the text is.
_NEAR = 500
# Where a sentence may end: a stop with what closes it, before a blank and what may begin another.
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[^\s])")
_LAST_WORD = re.compile(r"(?:^|[\s(\[\"“'‘-])((?:[^\W\d_]\.)*[^\W_]+)$")
# Abbreviations with stops inside end a sentence where one of these begins the next: The, A, He …
_OPENERS = re.compile(r"(?:The|A|An|It|He|She|They|We|This|That|These|Those|In|On|At|There|His|Her|Its|Their)\b")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, blanks made single, each with its own stop.

    A sentence does not end behind an abbreviation (St., Mt., U.S., Dr., approx., a.m.), an initial
    (J. S. Bach), the number of a list (1. Boats), "No." before a number, or before a small letter.
    """
    text = " ".join(text.split())
    found: list[str] = []
    start = 0
    for stop in _END.finditer(text):
        begin, end = max(start, stop.start() - _NEAR), stop.end() + _NEAR
        if stop.start() >= start and _ends(text[begin : stop.start()], stop[0], text[stop.end() : end].lstrip()):
            found.append(text[start : stop.end()].strip())
            start = stop.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def _ends(before: str, stop: str, after: str) -> bool:
    """Whether a stop between two pieces of text ends a sentence."""
    first = after.lstrip("\"'“‘«(¡¿")[:1]
    if not stop.startswith(".") or stop.startswith(".."):
        return not first.islower()
    word = _LAST_WORD.search(before)
    last = word[1] if word else ""
    if first.islower() or not before.strip():
        return False
    if last.isdigit() and before.strip() == last:
        # The number of a list: "1. Boats".
        return False
    if last in {"c", "est"} and first.isdigit():
        # About, established: "c. 500 B.C.", "est. 1890".
        return False
    if len(last) == 1 and last.isalpha():
        # An initial, but for the pronoun and a letter that ends a sentence ("vitamin C. The …").
        return bool(last.islower() or ((last == "I" or _OPENERS.match(after)) and len(before.split()) > 1))
    if "." in last and before.strip() == last:
        # "U.S. soldiers", "N.Y. skyline".
        return False
    short = last.lower()
    if short == "etc" or short in entries("abbreviations"):
        opens = _OPENERS.match(after) and not is_headline(before.split(), after.split())
        told = None if opens else may_end(short, before, after)
        if told is not None:
            return told
    if "." in last and last.lower() in entries("abbreviations"):
        return bool(_OPENERS.match(after))
    if last.lower() in {"no", "nos", "fig", "vol"}:
        return not (first.isdigit() and last[:1].isupper())
    if last.lower() in {"sun", "sat", "may", "art", "long", "min", "max", "mar", "co", "sta", "pl", "pt", "est"}:
        return not last[:1].isupper() or bool(_OPENERS.match(after))
    return last.lower() not in entries("abbreviations")


def first_sentence(text: str, longest: int = 200) -> str:
    """Return a text's first sentence without its full stop, cut at a phrase where it is too long."""
    parts = sentences(text)
    return cut(_unstopped(parts[0]), longest) if parts else ""


def _unstopped(text: str) -> str:
    """Return a sentence without its full stop; the one of an abbreviation (U.S.) stays."""
    word = re.search(r"((?:[^\W\d_]\.){2,})$", text.rstrip())
    return text.rstrip() if word else text.rstrip(". ")


def distinct(texts: Iterable[str]) -> list[str]:
    """Return the sentences of some texts in order, each once; one that another one holds whole is left out."""
    found: list[str] = []
    for text in texts:
        for one in sentences(text):
            bare = _bare(one)
            if bare and not any(bare in _bare(other) for other in found):
                found = [other for other in found if _bare(other) not in bare or not _bare(other)]
                found.append(one)
    return found


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def cut(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters.

    It is cut before a phrase (", ", "in …", "with …") where that leaves most of it, else before a
    word, and ends with no small word.
    """
    if len(text) <= longest:
        return text
    head = text[: longest + 1]
    words = (head.rsplit(" ", 1)[0] if " " in head else text[:longest]).rstrip(" ,;:–-").split(" ")
    whole = len(" ".join(words))
    for at in range(len(words) - 1, 1, -1):
        kept = " ".join(words[:at])
        if len(kept) < whole * (1 - _LOST):
            break
        if words[at].lower() in _JOINTS or words[at - 1].endswith((",", ";", ":", "–")):
            words = words[:at]
            break
    while len(words) > 2 and words[-1].lower() in _DANGLING:
        words = words[:-1]
    return " ".join(words).rstrip(" ,;:–-")


def sentence(text: str) -> str:
    """Return a text with a capital at its beginning and a full stop at its end; an empty one stays empty."""
    text = " ".join(text.split())
    if not text:
        return ""
    # A name that begins small on purpose (iPad, eBike) keeps its form.
    head = text[0].upper() + text[1:] if text[1:2].islower() or len(text) == 1 or text[1] == " " else text
    return head if head.rstrip("\"'”’»)]").endswith((".", "!", "?", "…")) else f"{head}."


def transliterated(text: str) -> str:
    """Return a text in plain letters where they exist: å → a, ø → o; other scripts stay as they are."""
    decomposed = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))
