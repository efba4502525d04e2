"""Addresses of the net in texts: pages, mail, names of accounts, hashtags. Agencies refuse them, and none is a word."""

from __future__ import annotations

import re

# Pages (https://…, www.…, example.com), mail, and accounts (@name); a stop at the end is the sentence's.
_ADDRESS = re.compile(
    r"(?:https?|ftp)://[^\s,;]+|\bwww\.[^\s,;]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.])@[A-Za-z_][\w.]*\w"
    r"|\b(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|io|co|me|tv|id|uk|de|fr|it|es|nl|eu|us|ru|jp|cn|in|au|br)\b(?:/[^\s,;]*)?"
)
_HASHTAG = re.compile(r"(?<!\w)[#＃](?=[^\W\d])(\w+)")


def addresses(text: str) -> list[str]:
    """Return the addresses and hashtags of a text, each once, in order."""
    if not _has_one(text):
        return []
    found = [(match.start(), match[0].rstrip(".!?)")) for match in _ADDRESS.finditer(text)]
    found += [(match.start(), match[0]) for match in _HASHTAG.finditer(_ADDRESS.sub(_blanks, text))]
    return list(dict.fromkeys(one for _, one in sorted(found)))


def without_addresses(text: str) -> str:
    """Return a text with a comma instead of each address; a hashtag's word stays, by itself."""
    return _HASHTAG.sub(r", \1 ,", _ADDRESS.sub(" , ", text)) if _has_one(text) else text


def _has_one(text: str) -> bool:
    return any(sign in text for sign in ".@#＃")


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])
