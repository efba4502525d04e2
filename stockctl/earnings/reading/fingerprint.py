"""A statement's bytes: whether they can be one at all, and their hash, before anything is read of it."""

from __future__ import annotations

import codecs
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.errors import StatementError
from stockctl.files.fingerprint import unreadable
from stockctl.files.opening import open_bytes

if TYPE_CHECKING:
    from pathlib import Path

# How much is read to tell what a file is.
_HEAD_BYTES = 1 << 18
_CHUNK = 1 << 20
# No text holds as many, in whatever encoding.
_ZEROS = bytes(4096)


@dataclass(frozen=True)
class Whole:
    """What reading all of a file tells: its SHA-256, whether all of it is valid UTF-8, and the line ends in it.

    `made` is when it was written, in nanoseconds since 1970, as its file system says.
    """

    sha256: str
    utf8: bool
    lines: int
    made: int


def hash_file(path: Path) -> Whole:
    """Read all of a file.

    Raises:
        UnreadableError: it cannot be read.

    """
    made = 0
    digest, decoder, valid, lines = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), True, 0
    try:
        with open_bytes(path) as file:
            made = os.fstat(file.fileno()).st_mtime_ns
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                lines += chunk.count(b"\n")
                if valid and not (chunk.isascii() and decoder.getstate()[0] == b""):
                    try:
                        decoder.decode(chunk)
                    except UnicodeDecodeError:
                        valid = False
    except OSError as error:
        raise unreadable(path, error) from error
    return Whole(digest.hexdigest(), valid, lines, made)


def look(path: Path) -> bytes:
    """Return a statement's first bytes, having refused what cannot be one before all of it is read.

    Raises:
        StatementError: the file is empty, or holds zeros only.
        UnreadableError: it cannot be read.

    """
    try:
        with open_bytes(path) as file:
            start = file.read(_HEAD_BYTES)
    except OSError as error:
        raise unreadable(path, error) from error
    if not start.strip():
        raise StatementError("the file is empty", where=str(path), hint="export the statement again")
    if not start.strip(b"\0"):
        raise StatementError(
            "the file holds nothing but zero bytes", where=str(path), hint="the download broke off: export it again"
        )
    place = start.find(_ZEROS)
    if place >= 0 and not start.startswith((b"PK", b"%PDF")):
        lines = start.count(b"\n", 0, place)
        raise StatementError(
            "zero bytes stand where rows should go on",
            where=f"{path}:{lines + 1}",
            hint="the download broke off: export it again",
        )
    return start
