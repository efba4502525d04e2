"""The tags that Windows Explorer writes into EXIF: title, comment, author, keywords, subject, in UTF-16.

They are read where the standard tags say nothing, kept true where they stand, and never added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.errors import DamagedError
from stockctl.files.source import Memory
from stockctl.metadata.record import cleaned
from stockctl.metadata.standards import ifd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.metadata.following import Turn

READ = {0x9C9B: "title", 0x9C9D: "creators", 0x9C9E: "keywords"}
# Its comment and its subject are not read (drones note their settings there), and follow where they are copies.
COPIES = {0x9C9C: ("description", "title", "headline"), 0x9C9F: ("title", "description", "headline", "keywords")}
_JOINT = ";"


def listed(text: str) -> tuple[str, ...]:
    """Return the parts of a list in one text."""
    return tuple(part.strip() for part in text.split(_JOINT) if part.strip())


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list that Windows wrote: one letter is none."""
    return tuple(word for word in listed(text) if len(word) > 1)


def keywords_as_read(keywords: Sequence[str]) -> tuple[str, ...]:
    """Return the keywords that the tag holds once it is read back: a semicolon parts, one letter is none."""
    return cleaned({"keywords": words(_JOINT.join(keywords))}).keywords


def texts(block: bytes | None) -> dict[int, str]:
    """Return these texts of an EXIF block, by tag; a damaged block has none."""
    if not block:
        return {}
    source = Memory(block)
    found: dict[int, str] = {}
    try:
        for entry in ifd.read(source, *ifd.header(source)).entries:
            if entry.tag in READ or entry.tag in COPIES:
                found.setdefault(entry.tag, ifd.value(source, entry).decode("utf-16-le", "replace").strip("\0"))
    except DamagedError:
        return {}
    return found


def after(block: bytes | None, turn: Turn) -> dict[int, ifd.Value | None]:
    """Return the tags that a turn changes, each with its new value; None takes it out."""
    changes: dict[int, ifd.Value | None] = {}
    for tag, text in texts(block).items():
        if tag in READ:
            if READ[tag] != "title" and not words(text):
                continue  # a drone's own mark ("N"), which is no word
            value = getattr(turn.wanted, READ[tag])
            fresh = _JOINT.join(value) if isinstance(value, tuple) else value
            if fresh.strip() == text.strip() or (isinstance(value, tuple) and listed(fresh) == listed(text)):
                continue
        else:
            copy = turn.after(text, COPIES[tag])
            if copy is None:
                continue
            fresh = copy
        changes[tag] = ifd.Value(ifd.BYTE, fresh.encode("utf-16-le") + b"\0\0") if fresh else None
    return changes
