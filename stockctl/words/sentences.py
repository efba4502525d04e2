"""Sentences: cut at a word, end with a full stop, spell in plain letters."""

from __future__ import annotations

import re
import unicodedata

# Small words that must not stand at the end of a text that was cut.
_DANGLING = frozenset(
    ("a", "an", "the", "of", "in", "on", "at", "by", "for", "with", "and", "or", "to", "from", "near", "over", "under",
     "into", "his", "her", "its", "their", "during", "between", "through", "along", "behind", "while", "as", "is")
)  # fmt: skip
# Letters that do not come apart into a letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss", "đ": "d", "Đ": "D",
     "ı": "i", "þ": "th", "ð": "d"}
)  # fmt: skip


def first_sentence(text: str, longest: int = 200) -> str:
    """Return a text's first sentence without its full stop, cut at a word where it is too long."""
    parts = re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ\d\"“])", " ".join(text.split()))
    return cut(parts[0].rstrip(". "), longest)


def cut(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters, cut before a word, without a dangling small word."""
    if len(text) <= longest:
        return text
    head = text[: longest + 1]
    words = (head.rsplit(" ", 1)[0] if " " in head else text[:longest]).rstrip(" ,;:–-").split(" ")
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
    return head if head.endswith((".", "!", "?", "…")) else f"{head}."


def transliterated(text: str) -> str:
    """Return a text in plain letters where they exist: å → a, ø → o; other scripts stay as they are."""
    decomposed = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))
