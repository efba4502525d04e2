"""A caption as networks see it: its length as each counts, its hashtags and its mentions."""

from __future__ import annotations

import re
import unicodedata

# twitter-text's configuration, version 3 (github.com/twitter/twitter-text, config/v3.json): code points in these
# ranges weigh 1, all others 2; an emoji weighs 2 whatever it is composed of; a link weighs 23.
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_LINK_WEIGHT = 23
_HEAVY = 2
_LINK = re.compile(
    r"https?://\S+|(?<![@#\w./])(?:[a-z0-9-]+\.)+(?:com|net|org|info|io|co|id|app|dev|me|ly|gg|tv|xyz|shop|store|uk"
    r"|de|fr|au|sg|my|jp)\b(?:/\S*)?",
    re.IGNORECASE,
)
# Emoji as Unicode's UTS #51 composes them: flags, keycaps, and pictographs with presentation, skin tone and joiners.
_PICTOGRAPH = "[\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff\u203c-\u3299]"
_PART = rf"(?:{_PICTOGRAPH}|[\u00a9\u00ae](?=\ufe0f))(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[#*0-9]\ufe0f?\u20e3"
    rf"|{_PART}[\U000e0020-\U000e007f]*(?:\u200d{_PART})*"
)
_MENTION = re.compile(r"(?<![\w@＠/.])[@＠]([A-Za-z0-9_](?:[A-Za-z0-9_.]*[A-Za-z0-9_])?)")
# Scripts that put no spaces between words begin about here (Thai); before, a phrase ends where a word ends.
_UNSPACED = 0x0E00


def weighted_length(text: str) -> int:
    """Return the length that X counts: weighted code points after NFC, emoji 2, links 23."""
    text = unicodedata.normalize("NFC", text)
    total, text = _LINK_WEIGHT * len(_LINK.findall(text)), _LINK.sub("", text)
    emoji = [found for found in _EMOJI.findall(text) if len(found) > 1 or not _light(found)]
    text = _EMOJI.sub(lambda found: found[0] if len(found[0]) == 1 and _light(found[0]) else "", text)
    return total + _HEAVY * len(emoji) + sum(1 if _light(letter) else _HEAVY for letter in text)


def _light(letter: str) -> bool:
    return any(low <= ord(letter) <= high for low, high in _LIGHT)


def utf16_length(text: str) -> int:
    """Return the number of UTF-16 code units: what TikTok documents, and never less than other counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8_length(text: str) -> int:
    """Return the number of bytes in UTF-8: what YouTube documents for a description."""
    return len(text.encode("utf-8", "surrogatepass"))


# What a network's data call its way of counting.
COUNTS = {"weighted": weighted_length, "utf-16": utf16_length, "utf-8": utf8_length, "code points": len}


def hashtags(text: str) -> list[str]:
    """Return the hashtags of a caption without their sign, as written.

    A hashtag is letters, their marks, digits and underscores with at least one
    letter, after a `#` that no word, `&` or `/` precedes (so no `&#39;`, no link).
    """
    found: list[str] = []
    for place in re.finditer(r"[#＃]", text):
        before = text[place.start() - 1] if place.start() else " "
        if before in "&/" or _in_word(before):
            continue
        end = place.end()
        while end < len(text) and _in_word(text[end]):
            end += 1
        tag = text[place.end() : end]
        if any(unicodedata.category(letter)[0] == "L" for letter in tag):
            found.append(tag)
    return found


def _in_word(letter: str) -> bool:
    # Joiners hold letters of Persian and Indic scripts together.
    return letter in "_\u200c\u200d" or unicodedata.category(letter)[0] in "LMN"


def mentions(text: str) -> list[str]:
    """Return the accounts that a caption mentions, without their sign; a full stop at the end is the sentence's."""
    return _MENTION.findall(text)


def same(text: str) -> str:
    """Return a text in the form in which two that read alike are equal: NFKC, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def holds(caption: str, phrase: str) -> bool:
    """Whether a phrase stands in a caption as words of its own; case and spacing do not matter."""
    wanted = same(phrase)
    if any(ord(letter) >= _UNSPACED for letter in wanted):
        return wanted in same(caption)
    edges = (r"(?<!\w)" if wanted[:1].isalnum() else "", r"(?!\w)" if wanted[-1:].isalnum() else "")
    return re.search(edges[0] + re.escape(wanted) + edges[1], same(caption)) is not None
