"""Character sets of texts in IPTC and EXIF: those that a block designates, and those that nothing tells.

By ISO/IEC 2022 and the International Register of Coded Character Sets: IIM's
1:90 designates a set by ESC, an intermediate byte and a final one.
"""

from __future__ import annotations

import codecs
import os
import re
from typing import TYPE_CHECKING

from stockctl.config import load_settings
from stockctl.errors import SettingsError, UsageError
from stockctl.files.text import likeliness

if TYPE_CHECKING:
    from collections.abc import Sequence

UTF8, WINDOWS = "utf-8", "cp1252"
# What `--iptc-charset` sets for this run and the processes that it starts.
VARIABLE = "STOCKCTL_IPTC_CHARSET"

# UTF-8, whole or at one of its three levels of implementation.
_UTF8 = re.compile(rb"\x1b%(G|/[GHI])")
# A set of 96 characters is designated to G1, G2 or G3; its final byte is its number in the register.
_PARTS = re.compile(rb"\x1b[-./](.)", re.DOTALL)
_OF_8859 = {
    b"A": "iso8859_1", b"B": "iso8859_2", b"C": "iso8859_3", b"D": "iso8859_4", b"F": "iso8859_7",
    b"G": "iso8859_6", b"H": "iso8859_8", b"L": "iso8859_5", b"M": "iso8859_9", b"T": "iso8859_11",
    b"V": "iso8859_10", b"Y": "iso8859_13", b"_": "iso8859_14", b"b": "iso8859_15", b"f": "iso8859_16",
}  # fmt: skip
# Sets of two bytes a character, in the right half of the code table.
_WIDE = re.compile(rb"\x1b\$[)*+](.)", re.DOTALL)
_OF_TWO_BYTES = {b"A": "gb2312", b"B": "euc_jp", b"C": "euc_kr"}


def designated(data: bytes) -> str:
    """Return the codec that a coded character set (1:90) designates; empty where it is none that we know."""
    if _UTF8.search(data):
        return UTF8
    wide = [found for final in _WIDE.findall(data) if (found := _OF_TWO_BYTES.get(final))]
    parts = [found for final in _PARTS.findall(data) if (found := _OF_8859.get(final))]
    return next(iter([*wide, *parts]), "")


def known(name: str, where: str = "") -> str:
    """Return a character set's codec by any name that it has.

    Raises:
        UsageError: there is none of that name, or it is not one for texts.

    """
    try:
        found = codecs.lookup(name.strip())
        "a".encode(found.name)
    except (LookupError, ValueError) as error:
        hint = "write windows-1251, iso-8859-5, mac-roman, gbk, …"
        raise UsageError(f"no character set is called {name!r}", where=where, hint=hint) from error
    return found.name


def assume(name: str) -> None:
    """Let undeclared texts be read in this character set, here and in the processes that are started.

    Raises:
        UsageError: there is none of that name.

    """
    os.environ[VARIABLE] = known(name)


def assumed() -> str:
    """Return the codec of texts that declare none and are not UTF-8."""
    return _named() or WINDOWS


def is_said() -> bool:
    """Whether a person said which character set undeclared texts are in."""
    return bool(_named())


def _named() -> str:
    said = os.environ.get(VARIABLE, "")
    if said:
        return known(said, VARIABLE)
    settings = load_settings()
    said = settings.get("metadata", "iptc_charset", "")
    try:
        return known(said) if said else ""
    except UsageError as error:
        raise SettingsError(error.message, where=str(settings.path), hint=error.hint) from error


def decode(data: bytes, codec: str = "") -> str:
    """Return a text, `codec` being what is declared; empty: nothing is.

    Where nothing is declared, or what is not true, UTF-8 is tried, then what
    the person says such bytes are, else what Windows programs wrote.
    """
    found = _certain(data, codec)
    return _lenient(data, assumed()) if found is None else found


def is_guess(data: bytes, codec: str = "") -> bool:
    """Whether a text is neither what is declared nor UTF-8, nobody said what it is, and it makes a difference."""
    return _is_unknown(data, codec) and not _named()


def _is_unknown(data: bytes, codec: str) -> bool:
    return _certain(data, codec) is None and bool(data.translate(None, _ALIKE))


def sensible(data: bytes, codec: str = "") -> str:
    """Return a text as `decode` does; empty where it is a guess that makes no sense, as Cyrillic read as Latin."""
    found = _certain(data, codec)
    if found is not None:
        return found
    text = decode(data, codec)
    return "" if is_guess(data, codec) and likeliness(text) < 0 else text


def senseless(texts: Sequence[bytes], codec: str = "") -> frozenset[bytes]:
    """Return those of a list's texts that are a guess which makes no sense: all guesses, where it is half of them.

    Of one set and one language are the words of a list, and a short one may make sense by chance.
    """
    # The settings are read last: most files have no such text, and many files are read.
    found = unreadable(texts, codec)
    return frozenset() if found and _named() else found


def unreadable(texts: Sequence[bytes], codec: str = "") -> frozenset[bytes]:
    """Return those of a list's texts that are `senseless` as long as nobody says which set it is."""
    guesses = [data for data in texts if _is_unknown(data, codec)]
    lost = [data for data in guesses if likeliness(_lenient(data, WINDOWS)) < 0]
    return frozenset(guesses if lost and 2 * len(lost) >= len(guesses) else lost)


def _certain(data: bytes, codec: str) -> str | None:
    for name in (codec, UTF8):
        if name:
            try:
                return data.decode(name)
            except UnicodeDecodeError:
                continue
    return None


# Signs that all of Windows' sets have in the same place (©, ®, dashes, quotes, …), and ASCII.
_ALIKE = bytes({*range(128), 0x85, *range(0x91, 0x98), 0xA0, 0xA9, 0xAB, 0xAE, 0xB0, 0xB1, 0xB7, 0xBB})


def _lenient(data: bytes, codec: str) -> str:
    """Return a text in which a byte that the set leaves open stands for itself: none is lost."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        pass
    if codec != WINDOWS:
        return _lenient(data, WINDOWS)
    return "".join(bytes((byte,)).decode(codec) if byte not in _OPEN else chr(byte) for byte in data)


# The five places of Windows-1252 that no character has.
_OPEN = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})
