"""What strangers wrote, made safe to show: names, metadata, statements, servers' and models' answers.

A control character moves the cursor or clears the screen; a format character
turns a name round or hides a part of it (Unicode 15, chapter 23; UTS 55). All
that is printed goes through `visible`.
"""

from __future__ import annotations

import re
import unicodedata

# Cc but for tab and line feed; Cf; line and paragraph separators; lone surrogates; tags.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001-\U000e007f"
)
# Joiners belong to the writing of Persian, Hindi and others, and to emoji of several parts.
_JOINED = re.compile("(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f])")
_IN_LINES = re.compile(f"[{_HIDDEN}]")
_IN_A_LINE = re.compile(f"[\t\n{_HIDDEN}]")
_NAMES = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def visible(text: str, *, lines: bool = False) -> str:
    r"""Return a text as it may be printed: what cannot be seen as its code, `\x1b`, `\u202e`.

    With `lines`, line feeds and tabs of the text are its own, and stay.
    """
    # Most texts have nothing of the kind, which this tells at once.
    if text.isprintable():
        return text
    joined = {found.start() for found in _JOINED.finditer(text)}
    pattern = _IN_LINES if lines else _IN_A_LINE
    return pattern.sub(lambda found: found[0] if found.start() in joined else _coded(found[0]), text)


def clean(text: str) -> str:
    """Return a text without what cannot be seen, for a title or keyword that is kept; line feeds and tabs stay.

    A letter and its accent are one sign (NFC), as in `composed`.
    """
    if text.isprintable():
        return composed(text)
    joined = {found.start() for found in _JOINED.finditer(text)}
    return composed(_IN_LINES.sub(lambda found: found[0] if found.start() in joined else "", text))


def composed(text: str) -> str:
    """Return a text with each letter and its accent as one sign (NFC): macOS writes them as two, in file names, too."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def in_json(text: str) -> str:
    r"""Return a JSON document with what cannot be seen written as `\uXXXX`, which means the same."""
    return text if text.isascii() else _IN_LINES.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _coded(letter: str) -> str:
    code = ord(letter)
    if letter in _NAMES:
        return _NAMES[letter]
    if 0xDC80 <= code <= 0xDCFF:
        # A byte of a name that is no text.
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
