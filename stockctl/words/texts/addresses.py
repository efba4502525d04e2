"""Addresses of the net, hashtags and credits in texts: agencies refuse them, and none is a word of the picture."""

from __future__ import annotations

import re

from stockctl.words.lemma import plain
from stockctl.words.proper.placenames import is_place
from stockctl.words.tables import entries, packed

# Pages (https://…, www.…, example.com), mail, and accounts (@name); a stop at the end is the sentence's.
_ADDRESS = re.compile(
    r"(?:https?|ftp)://[^\s,;]+|\bwww\.[^\s,;]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.])@[A-Za-z_][\w.]*\w"
    r"|\b(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|io|co|me|tv|id|uk|de|fr|it|es|nl|eu|us|ru|jp|cn|in|au|br)\b(?:/[^\s,;]*)?"
)
_HASHTAG = re.compile(r"(?<!\w)[#＃](?=[^\W\d])(\w+)")

# A name: one to five words with capitals, initials and small words between them.
_PART = r"(?:[^\W\d_a-zà-ÿ][\w'’-]*\.?|d[aeiu]|del|della|van|von|der|den|bin|al|el)"
_NAME = rf"{_PART}(?:\s+{_PART}){{0,4}}"
_WHAT = r"(?:photo(?:s|graph|graphs|graphy|graphed)?|images?|pictures?|fotos?|illustrations?|videos?|footage|pics?)"
_SURE = rf"(?:{_WHAT}\s+)?(?:credits?(?:\s+should\s+read)?|courtesy(?:\s+of)?|copyright)|©|\(c\)"
_MADE = rf"(?:[A-Z]{{2,6}}(?:-[A-Z]{{2,6}})?\s+)?{_WHAT}|(?:{_WHAT}\s+)?(?:shot|taken|captured)?"
_YEARS = r"(?:\s*\d{4}(?:\s*[-–]\s*\d{2,4})?,?)?"
_SOURCES = (
    r"(?:Getty(?:\s+Images)?|AFP|Reuters|REUTERS|AP|EPA(?:-EFE)?|EFE|UPI|Xinhua|Bloomberg|Anadolu(?:\s+Agency)?|NurPhoto|"
    r"ZUMA(?:\s+Press)?|SOPA\s+Images|Shutterstock|Alamy|iStock(?:photo)?|Adobe\s+Stock|Dreamstime|Depositphotos|123RF|Unsplash|"
    r"Pexels|Pixabay|Flickr|Magnum|Corbis)"
)
_LEAD = rf"(?:(?P<sure>(?i:{_SURE}))\s*:?\s*(?:\bby\s+)?|(?i:{_MADE})\s*(?:(?i:\bby\s)|[:/|©-]))"
_REST = r"(?P<rest>\s*[/,].*|\s+(?i:on|for|via|from|and)\s+\S.*)?"
_START = r"(?:(?<=[.!?…])\s+|\s*[\n|]\s*|\s+[–—-]\s+|,\s+(?=(?i:credit|courtesy)))"
# What a caption ends with: (Photo by Anna Lee/Agency), (AP Photo/Anna Lee), (Courtesy of Anna Lee), (© Anna Lee).
_IN_BRACKETS = re.compile(rf"\s*[(\[]\s*{_LEAD}\s*(?P<name>{_NAME}){_REST}\s*[)\]]\s*\.?\s*$")
# The same behind the end of a sentence, a dash or at a line of its own; and what is signed with © anywhere.
_BEHIND = re.compile(rf"{_START}{_LEAD}\s*(?P<name>{_NAME}){_REST}\s*\.?\s*$")
_SIGNED = re.compile(
    rf"[\s,;.|–—-]*(?:©|\([cC]\)|\b[Cc]opyright(?:\s*(?:©|\([cC]\)))?){_YEARS}\s*(?:by\s+)?{_NAME}(?:\s*/.*)?"
    r"(?:[,.]?\s*(?i:all\s+rights\s+reserved))?\s*\.?\s*$"
)
_AGENCY = re.compile(
    rf"(?:{_START}{_NAME}\s*/\s*|\s+/\s*){_SOURCES}\b[^.]*\.?\s*$"
    rf"|\s*[(\[](?:[^()\[\]]*[/|]\s*|{_NAME}\s+(?:via|for)\s+)?{_SOURCES}(?:\s*[/|][^()\[\]]*)?[)\]]\s*\.?\s*$"
)
_RESERVED = re.compile(r"[\s,;.|–—-]*\ball\s+rights\s+reserved\s*\.?\s*$", re.IGNORECASE)
# Signs one of which every credit holds, so that most texts are not searched.
_HINTS = re.compile(r"©|\(c\)|copyright|credit|courtesy|rights reserved|\bby\b|[:/]|[)\]]\.?\s*$", re.IGNORECASE)


def addresses(text: str) -> list[str]:
    """Return the addresses, hashtags and credits of a text, each once, in order."""
    told = credit(text).lstrip(" ,;.|–—-")
    if not _has_one(text):
        return [told] if told else []
    text = without_credit(text)
    found = [(match.start(), match[0].rstrip(".!?)")) for match in _ADDRESS.finditer(text)]
    found += [(match.start(), match[0]) for match in _HASHTAG.finditer(_ADDRESS.sub(_blanks, text))]
    return list(dict.fromkeys((*(one for _, one in sorted(found)), *([told] if told else []))))


def without_addresses(text: str) -> str:
    """Return a text with a comma instead of each address; a hashtag's word stays, by itself; a credit goes."""
    text = without_credit(text)
    return _HASHTAG.sub(r", \1 ,", _ADDRESS.sub(" , ", text)) if _has_one(text) else text


def without_credit(text: str) -> str:
    """Return a text without the credit at its end: (Photo by Anna Lee/Agency), © Anna Lee."""
    told = credit(text)
    return text.rstrip()[: -len(told)].rstrip(" \n|–—-(") if told else text


def credit(text: str) -> str:
    """Return the credit that a text ends with, as it stands; empty where there is none."""
    if not _HINTS.search(text):
        return ""
    text = text.rstrip()
    start = len(text)
    for _ in range(_MOST_CREDITS):
        rest = text[:start].rstrip()
        match = _RESERVED.search(rest) or _named(_IN_BRACKETS.search(rest)) or _SIGNED.search(rest)
        match = match or _AGENCY.search(rest) or _named(_BEHIND.search(rest))
        if match is None or not match.start():
            break
        start = match.start()
    return text[start:].strip() if start < len(text) else ""


_MOST_CREDITS = 3


def _named(match: re.Match[str] | None) -> re.Match[str] | None:
    """Return a credit that names somebody; a place or a thing behind "Photo:" is what the picture shows."""
    if match is None or match["sure"] or match["rest"]:
        return match
    name = match["name"].rstrip(".")
    first = plain(name.split()[0])
    given = first in entries("given") or first in packed("given")
    stranger = first not in packed("english") and not is_place(name.split()[-1])
    return match if (given or stranger) and not is_place(name) else None


def _has_one(text: str) -> bool:
    return any(sign in text for sign in ".@#＃")


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])
