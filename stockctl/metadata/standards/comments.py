"""EXIF's UserComment: it follows where it is a copy of a title or description, in its own bytes.

By Exif 3.0, 4.6.6: eight bytes say in which characters the text is. The value stands among what the camera wrote,
which may not move (maker notes point into it), so that a new text takes the old one's room, or the room is blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.errors import DamagedError
from stockctl.files.source import Memory
from stockctl.metadata.standards import ifd

if TYPE_CHECKING:
    from stockctl.files.source import Source
    from stockctl.metadata.following import Turn
    from stockctl.metadata.standards.ifd import Directory, Entry, Flavour

USER_COMMENT, _EXIF_IFD = 0x9286, 0x8769
# The fields whose old text it may hold.
COPIED = ("description", "title", "headline")
_ASCII, _UNICODE, _ANY = b"ASCII\0\0\0", b"UNICODE\0", bytes(8)
_CODE = 8


def entry_of(source: Source, flavour: Flavour, main: Directory) -> Entry | None:
    """Return the comment's entry; None where there is none that holds a text."""
    pointer = main.get(_EXIF_IFD)
    if pointer is None:
        return None
    entry = ifd.read(source, flavour, ifd.number(source, flavour, pointer)).get(USER_COMMENT)
    return entry if entry is not None and entry.size > _CODE and not entry.inline else None


def text_of(value: bytes, order: str) -> str:
    """Return the text of a comment; characters that it does not name are UTF-8, as most programs write them."""
    code, text = value[:_CODE], value[_CODE:]
    if code == _UNICODE:
        return text.decode(_wide(order), "replace").strip("\0 \ufeff")
    return text.decode("utf-8", "replace").strip("\0 ") if code in {_ASCII, _ANY} else ""


def after(block: bytes | None, turn: Turn) -> ifd.Value | None:
    """Return the comment's new value, as long as the old one, where a turn changes it."""
    if not block:
        return None
    source = Memory(block)
    try:
        flavour, start = ifd.header(source)
        entry = entry_of(source, flavour, ifd.read(source, flavour, start))
        old = ifd.value(source, entry) if entry else b""
    except DamagedError:
        return None
    text = text_of(old, flavour.order)
    fresh = turn.after(text, COPIED) if text else None
    return None if fresh is None else ifd.Value(ifd.UNDEFINED, _filled(old, fresh, flavour.order))


def _filled(old: bytes, text: str, order: str) -> bytes:
    """Return a value of the old one's length: the text where there is room for it, else blanks."""
    if old[:_CODE] == _UNICODE:
        made, blank = text.encode(_wide(order)), " ".encode(_wide(order))
    else:
        made, blank = text.encode(), b" "
    room = len(old) - _CODE
    if len(made) > room:
        made = b""
    padding = (blank * room)[: (room - len(made)) // len(blank) * len(blank)]
    return old[:_CODE] + (made + padding).ljust(room, b"\0")


def _wide(order: str) -> str:
    return "utf-16-le" if order == "<" else "utf-16-be"
