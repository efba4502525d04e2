"""A command as a person pastes it: every word quoted for the shell that they use."""

from __future__ import annotations

import os
import shlex
import subprocess
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "stockctl"


def command(*words: str | Path) -> str:
    """Return `stockctl` with these words after it, in one line that a shell takes apart again into the same words.

    POSIX shells get `shlex`'s quotes, Windows its own. A word that holds
    characters which a terminal would obey is written as bash's and zsh's
    `$'…'`, escapes in the open.
    """
    return " ".join([PROGRAM, *(quoted(str(word)) for word in words)])


def path_word(path: Path | str) -> str:
    """Return a path as an argument that is never taken for an option: `-1.jpg` becomes `./-1.jpg`."""
    text = str(path)
    return f".{os.sep}{text}" if text.startswith("-") else text


def quoted(word: str) -> str:
    """Return one word as the shell of this system wants it."""
    if os.name == "nt":
        return subprocess.list2cmdline([word])
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} for sign in word):
        return "$'" + "".join(_escaped(sign) for sign in word) + "'"
    return shlex.quote(word) if not _is_plain(word) else word


def _is_plain(word: str) -> bool:
    """Whether a word needs no quotes; letters of any script are as harmless as those of ASCII."""
    return bool(word) and all(sign.isalnum() or sign in "@%+=:,./_-" for sign in word)


def _escaped(sign: str) -> str:
    if sign in "'\\":
        return "\\" + sign
    if unicodedata.category(sign) not in {"Cc", "Cf", "Zl", "Zp"}:
        return sign
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
