"""Texts of which nothing says in which character set they are: the tables that spreadsheets save."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from stockctl.errors import UsageError
from stockctl.files.opening import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What spreadsheets save beside UTF-8: Windows' sets of western Europe and of Cyrillic, and that of old Macintoshes.
CANDIDATES = {"cp1252": "Windows-1252", "cp1251": "Windows-1251", "mac_roman": "Macintosh Roman"}

# Cyrillic letters that one language writes and few texts hold.
_RARE = frozenset("ЂЃѓђЉЊЌЋЏљњќћџЅѕЈј")
_WORD = re.compile(r"[^\W\d_]+")


def read_table(path: Path, found: Callable[[str], int] | None = None, what: str = "table") -> str:
    """Read a table's text: UTF-8, UTF-16, or one of `CANDIDATES` where it is plain which.

    `found` tells how many of the files that a text of the table names are
    there: where one reading finds files that the others do not, that is it.
    `what` is what the person calls it.

    Raises:
        UsageError: it cannot be opened, or nothing tells which character set it is in.

    """
    try:
        data = read_bytes(path)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UsageError(f"cannot read the {what}: {why}", where=str(path)) from error
    text = decoded(data, found)
    if text is None:
        raise UsageError(
            f"nothing tells which character set the {what} is in",
            where=f"{path}:{_line(data)}",
            hint="save it again as CSV UTF-8",
        )
    return text


def decoded(data: bytes, found: Callable[[str], int] | None = None) -> str | None:
    """Return the text of these bytes; None where nothing tells how to read them. See `read_table`."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    readings: dict[str, None] = {}
    for codec in CANDIDATES:
        try:
            readings.setdefault(data.decode(codec))
        except UnicodeDecodeError:
            continue
    if found is not None and len(readings) > 1:
        counts = {text: found(text) for text in readings}
        best = max(counts.values())
        if best and sum(count == best for count in counts.values()) == 1:
            text = max(counts, key=counts.__getitem__)
            # Small letters are the same in sets of which the capitals are not (Windows' and Macintosh's Cyrillic).
            return text if likeliness(text) >= 0 else None
    ranked = sorted(((likeliness(text), text) for text in readings), reverse=True, key=lambda pair: pair[0])
    if not ranked or ranked[0][0] < 0 or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def likeliness(text: str) -> int:
    """Return how many signs beyond ASCII stand where a person writes them; -1 where too many do not."""
    good = faults = 0
    for word in _WORD.findall(text):
        wrong = _faults(word)
        faults += wrong
        good += 0 if wrong else sum(letter > "\x7f" for letter in word)
    for at, sign in enumerate(text):
        if sign > "\x7f" and not sign.isalpha():
            worth = _sign(text[max(at - 1, 0) : at], sign, text[at + 1 : at + 4])
            good, faults = good + max(worth, 0), faults + (worth < 0)
    cyrillic = [letter for letter in text.lower() if "\u0400" <= letter <= "\u04ff"]
    # The six commonest letters are near half of all that Slavs write; of Greek so read they are a sixth.
    strange = len(cyrillic) > _FEW and sum(letter in "оеаинті" for letter in cyrillic) < 0.2 * len(cyrillic)
    return -1 if strange or faults * _TOLERANCE > good else good


# A fault in so many signs is a slip of the person's.
_TOLERANCE = 40
# Fewer letters than this have no statistics.
_FEW = 5


def _faults(word: str) -> int:
    """Return how much in a word no person writes."""
    strange = [letter for letter in word if letter > "\x7f"]
    if not strange:
        return 0
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in word)
    mixed = 0 < cyrillic < len(word)
    # Capitals stand at the beginning, or everywhere.
    jumps = sum(one.islower() and two.isupper() for one, two in pairwise(word))
    # No language of Latin letters puts three marked ones side by side.
    heaps = 0 if cyrillic else len(_HEAP.findall(word))
    alone = len(word) == 1 and word.lower() not in "àéèóòùåæøöаиоуясквієй"
    return mixed + jumps + heaps + alone + len(_RARE.intersection(word))


_HEAP = re.compile(r"[^\x00-\x7f]{3,}")
_OPENING, _CLOSING, _DASHES = frozenset("“„«‘"), frozenset("”»"), frozenset("–—")
_CONTRACTED = re.compile(r"(s|t|d|m|re|ve|ll)\b", re.IGNORECASE)


def _sign(before: str, sign: str, after: str) -> int:
    """Return what a sign that is no letter counts where it stands; below zero: nobody writes it there."""
    nearest = after[:1]
    if unicodedata.category(sign) in {"Cc", "Cn", "Co"} or (nearest > "\x7f" and not nearest.isalpha()):
        return -1
    if sign == "’":
        return 2 if before.isalpha() and _CONTRACTED.match(after) else 1
    if sign in _OPENING:
        return -1 if before.isalpha() else 2
    if sign in _CLOSING:
        return -1 if nearest.isalpha() else 2
    if sign in _DASHES:
        return -1 if before.isalpha() or nearest.isalpha() else 1
    if sign in "…©®°™·•€£¿¡\xa0":
        return -1 if before.isalpha() and nearest.isalpha() else 1
    return -1 if before.isalpha() or nearest.isalpha() else 0


def _line(data: bytes) -> int:
    """Return the first line that is not ASCII, counted from 1."""
    return next((number for number, line in enumerate(data.split(b"\n"), 1) if not line.isascii()), 1)
