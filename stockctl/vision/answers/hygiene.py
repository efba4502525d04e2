"""What a model's text may not hold, and the form in which it comes in: made safe once, at the door."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key, plain, tokens
from stockctl.words.proper.names import restricted
from stockctl.words.spam import is_filler
from stockctl.words.spelling import is_known
from stockctl.words.tables import entries, rows
from stockctl.words.texts.people import persons

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# What a terminal obeys, and what turns the direction of reading: a text that holds it was made to deceive.
_COMMANDS = re.compile("[\x1b\x07\x08\x9b\x90\x9d\x9e\x9f\u202a-\u202e\u2066-\u2069]")
_TAGS = re.compile("[\U000e0000-\U000e007f]")

_LINK = re.compile(
    r"(?:https?|ftp|file|data|javascript|mailto|tel)\s?:\s?\S|\bwww\s?\.|(?<![\w.])(?:[\w-]+\.)+"
    r"(?:com|net|org|info|biz|io|co|ai|app|dev|me|tv|cc|ly|gg|xyz|shop|store|online|site|club|top|link|example|test"
    r"|de|at|ch|fr|es|it|nl|be|pl|ru|uk|us|eu|id|jp|cn|in|au|ca|br|pt|se|no|dk|fi|cz|tr|gr|ua|kr|tw|sg|my|th|vn|ph|nz"
    r"|mx|ar|za|ie|hu|ro)(?![\w-])|\b[\w-]+\s?(?:\(dot\)|\[dot\]|\sdot\s)\s?(?:com|net|org)\b",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]+(?:@|\s?(?:\(at\)|\[at\])\s?)[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\])\s?\w+)+", re.IGNORECASE)
_HANDLE = re.compile(
    r"(?<!\w)@\s?\w|(?<!\w)#\w|\b(?:follow|dm|whatsapp|telegram|instagram|subscribe)\s+(?:me|us|to)\b", re.IGNORECASE
)
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d(?:[\s().\-/]*\d){6,}(?!\w)")
_MARKUP = re.compile(
    r"<[/!?a-z][^>]*>?|&(?:#\d+|#x[\da-f]+|\w+);|\]\(|!\[|[`{}<>\[\]|\\$^~]|\*\*|__|\\[nrtu]", re.IGNORECASE
)
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+)*(?:previous|prior|above|earlier|system)\b"
    r"|\b(?:system\s+prompt|new\s+instructions|jailbreak)\b",
    re.IGNORECASE,
)
# What a title or a description must not say of itself. Single praise is left alone: "great wall", "cool water".
_FILLER = re.compile(
    r"\b(?:stock\s+(?:photo|image|picture|footage|illustration|vector)\w*|royalty[\s-]free|[48]k|u?hd|hdr|uhq|hi-?res"
    r"|high[\s-](?:resolution|quality|definition)|best(?:[\s-]?seller\w*)?|top[\s-]quality|premium|download|buy\s+now"
    r"|for\s+sale|cheap|discount|free\s+shipping|trending|viral|masterpiece|award[\s-]winning|clickbait|keywords?\s*:)\b",
    re.IGNORECASE,
)
# How models begin a description, which says nothing: "A photo of", "The image shows".
_PREAMBLE = re.compile(
    r"^(?:(?:this|the|an?)\s+)?(?:(?:stunning|beautiful|stock|close-up|color|colour)\s+)?"
    r"(?:image|photo|photograph|picture|shot)\s+(?:of|shows|showing|depicts|depicting|features|featuring|captures"
    r"|capturing|displays)\s+",
    re.IGNORECASE,
)
# Emoji and other pictures among letters.
_SYMBOLS = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe00-\ufe0f\U0001f000-\U0001faff]")


def cleaned(text: str) -> str:
    """Return a text on one line, without control and format characters, emoji and private or unassigned characters."""
    flat = "".join(" " if letter.isspace() else letter for letter in _SYMBOLS.sub(" ", text))
    kept = (letter for letter in flat if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def deceives(text: str) -> bool:
    """Whether a text as it came holds what a terminal obeys or what turns the direction of reading."""
    return _COMMANDS.search(text) is not None or _TAGS.search(text) is not None


def without_preamble(text: str) -> str:
    """Return a title without "A photo of" and its like before it, with a capital at its beginning."""
    rest = _PREAMBLE.sub("", text)
    return rest[:1].upper() + rest[1:] if rest != text else text


def objection(text: str, allowed: Collection[str] = ()) -> str:
    """Return why a text of a model is not used, in a word or two, or an empty text; what holds for words and sentences.

    `allowed` holds keys of names that the person allowed. Languages are told by `foreign`.
    """
    for pattern, why in (
        (_MAIL, "e-mail"), (_LINK, "link"), (_HANDLE, "handle"), (_PHONE, "phone number"), (_MARKUP, "markup"),
        (_ORDERS, "instruction"),
    ):  # fmt: skip
        if pattern.search(text):
            return why
    for hit in restricted(text):
        if key(hit.word) not in allowed:
            return hit.why
    named = [name for name in persons(text) if key(name) not in allowed]
    return "private name" if named else ""


def keyword_objection(word: str, allowed: Collection[str] = ()) -> str:
    """Return why a keyword of a model is not used, or an empty text."""
    if why := objection(word, allowed):
        return why
    if not any(letter.isalpha() for letter in word):
        return "number"
    return "filler" if is_filler(word) or _FILLER.search(word) else ""


def text_objection(text: str, allowed: Collection[str] = ()) -> str:
    """Return why a title or description of a model is not used, or an empty text."""
    return objection(text, allowed) or ("filler" if _FILLER.search(text) else "")


# Languages whose words are told from English, in the order in which they are tried.
_LANGUAGES = ("fr", "de", "it", "es", "nl", "pt")
# Small words of other languages that are English words, too: they count beside a foreign word only.
_SMALL = frozenset(("am", "im", "die", "den", "al", "la", "las", "los", "del", "de", "da", "au", "en"))
# Shorter words are no evidence: too many languages share them.
_SHORT = 3


def foreign(word: str) -> bool:
    """Whether a keyword is in another script, or has a word that another language knows and English does not."""
    return any(_foreign(part) for part in tokens(word.replace("-", " ")))


@cache
def _foreign(word: str) -> bool:
    if any(letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN") for letter in word):
        return True
    if _english(word):
        return False
    # Loaded for words that English does not know: each language takes some tenths of a second.
    from simplemma import is_known as stands_in

    return any(stands_in(word, lang=language) for language in _LANGUAGES)


def _english(word: str) -> bool:
    bare = word.removesuffix("'s")
    return len(bare) <= _SHORT or is_known(bare) or is_known(key(bare)) or _is_ours(bare)


def _is_ours(word: str) -> bool:
    """Whether a word is among those that stock pictures go by."""
    bare = plain(word)
    return bare in _tags() or bare in entries("stock") or bare in entries("loanwords")


@cache
def _tags() -> frozenset[str]:
    return frozenset(part for row in rows("tags") for word in row[0].split(",") for part in tokens(word))


def other_language(text: str) -> bool:
    """Whether a sentence is not English, by the share of its words that are foreign, or that English does not know.

    Names (a capital within the sentence) tell nothing.
    """
    raw = re.findall(r"[^\W\d_]+", text)
    words = [word for number, word in enumerate(raw) if not (number and word[:1].isupper() and word.isascii())]
    if not words:
        return False
    low = [word.lower() for word in words]
    unknown = sum(not _english(word) for word in low)
    strange = sum(_foreign(word) for word in low)
    small = sum(word in entries("foreign") for word in low)
    small += sum(word in _SMALL for word in low) if unknown else 0
    if max(strange, unknown) + small >= 2:
        return 5 * (max(strange, unknown) + small) >= 2 * len(raw)
    return 2 * (strange + small) >= len(raw)


def languages_apart(words: Sequence[str], texts: Sequence[str]) -> tuple[set[str], set[str]]:
    """Return which keywords and which texts (title, description) of one answer are not English.

    Where any of its texts is in another language, or a fifth of its keywords, a word that stands
    in such a text is of that language, though English shares it (see, berg, rot).
    """
    strange = [text for text in texts if text and other_language(text)]
    alien = {word for word in words if foreign(word)}
    if not strange and 5 * len(alien) < len(words):
        return alien, set()
    strange = [text for text in texts if text and (text in strange or not all(map(_english, tokens(text))))]
    theirs = {key(word) for text in strange for word in tokens(text)}
    shared = {word for word in words if theirs.intersection(key(word).split()) and not all(map(_is_ours, tokens(word)))}
    return alien | shared, set(strange)
