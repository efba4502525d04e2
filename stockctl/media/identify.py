"""Tell what a file is by its first bytes, whatever its name says.

Signatures are those of the formats' own specifications: JPEG (ISO/IEC 10918-1
B.1.1.3), PNG (W3C PNG 5.2), TIFF 6.0 section 2, WebP (RFC 9649), ISO BMFF
brands (ISO/IEC 14496-12 4.3), EPSF 3.0, RIFF, EBML, FLAC (RFC 9639).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Enough for every signature below, and for an SVG's prologue of comments.
HEAD_BYTES = 4096


class Kind(StrEnum):
    """What an asset is to an agency. `illustration` is a picture that a person declared one."""

    PHOTO = "photo"
    ILLUSTRATION = "illustration"
    VECTOR = "vector"
    VIDEO = "video"
    AUDIO = "audio"


# Format → kind. The names are those that agencies' data files use.
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("jpeg", "tiff", "png", "webp", "gif", "bmp", "heic", "avif", "psd", "jxl", "jp2"), Kind.PHOTO),
    **dict.fromkeys(("eps", "ai", "svg"), Kind.VECTOR),
    **dict.fromkeys(("mp4", "mov", "mpg", "avi", "mkv", "webm", "wmv", "mxf"), Kind.VIDEO),
    **dict.fromkeys(("mp3", "wav", "aiff", "flac", "m4a", "ogg"), Kind.AUDIO),
}

# Suffix → the format that it promises.
SUFFIXES: dict[str, str] = {
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"), "jpeg"),
    **dict.fromkeys((".tif", ".tiff"), "tiff"),
    **dict.fromkeys((".heic", ".heif"), "heic"),
    **dict.fromkeys((".psd", ".psb"), "psd"),
    **dict.fromkeys((".jp2", ".j2k", ".jpx", ".jpf"), "jp2"),
    ".jxl": "jxl",
    **dict.fromkeys((".mp4", ".m4v"), "mp4"),
    **dict.fromkeys((".mpg", ".mpeg"), "mpg"),
    **dict.fromkeys((".aif", ".aiff"), "aiff"),
    **{f".{name}": name for name in ("png", "webp", "gif", "bmp", "avif", "eps", "ai", "svg")},
    **{f".{name}": name for name in ("mov", "avi", "mkv", "webm", "wmv", "mxf", "mp3", "wav", "flac", "m4a", "ogg")},
}

_SVG_ROOT = re.compile(rb"<(?:[\w-]+:)?svg[\s>]")


def _is_svg(text: bytes) -> bool:
    """Whether an XML document's root is `svg`: behind blanks, declarations, comments and a document type."""
    at = 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip())
        if text.startswith(b"<!--", at):
            end = text.find(b"-->", at + 4) + 3
        elif text.startswith(b"<?", at):
            end = text.find(b"?>", at) + 2
        elif text[at : at + 9].upper() == b"<!DOCTYPE":
            bracket, close = text.find(b"[", at), text.find(b">", at)
            end = text.find(b"]", bracket) if 0 <= bracket < close else at
            end = text.find(b">", end) + 1 if end >= 0 else 0
        else:
            return _SVG_ROOT.match(text, at) is not None
        if end <= at:
            return False
        at = end


def identify(head: bytes) -> str | None:  # noqa: C901 - one branch per family of signatures
    """Return the format that the first bytes of a file show, or None.

    `head` is the first `HEAD_BYTES` bytes, or the whole file. An EPS written by
    Illustrator is `eps`; `.ai` files, PDF or PostScript inside, are `ai` where
    the content names Illustrator.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0\x08\0", b"MM\0+\0\x08")):
        return "tiff"
    for signature, name in _PLAIN:
        if head.startswith(signature):
            return name
    if head[4:8] == b"ftyp":
        return _bmff(head)
    if head[:4] in {b"RIFF", b"RF64", b"BW64"}:
        return {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return "aiff"
    if head[:2] == b"\xff\xfb" or (head[:1] == b"\xff" and head[1:2] in {b"\xf3", b"\xf2", b"\xfa"}):
        return "mp3"
    if head.startswith(b"%!PS"):
        return "eps" if b"EPSF" in head[:32] else "ai" if b"Illustrator" in head else "eps"
    if head.startswith(b"%PDF-"):
        return "ai" if b"Illustrator" in head else None
    if head[4:8] in {b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return "mov"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = text.decode("utf-16", "ignore").encode()
    return "svg" if _is_svg(text) else None


_PLAIN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"8BPS", "psd"),
    (b"\xc5\xd0\xd3\xc6", "eps"),
    (b"\x1aE\xdf\xa3", "mkv"),
    (b"\0\0\x01\xba", "mpg"),
    (b"\0\0\x01\xb3", "mpg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wmv"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01", "mxf"),
    (b"fLaC", "flac"),
    (b"ID3", "mp3"),
    (b"OggS", "ogg"),
    (b"\xff\x0a", "jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"BM", "bmp"),
)


def _bmff(head: bytes) -> str:
    size = int.from_bytes(head[:4], "big")
    box = head[8 : max(size, 12)]
    brands = {box[:4]} | {box[i : i + 4] for i in range(8, len(box) - 3, 4)}
    if brands & {b"avif", b"avis"}:
        return "avif"
    if brands & {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}:
        return "heic"
    if box[:4] == b"qt  ":
        return "mov"
    return "m4a" if box[:4] in {b"M4A ", b"M4B "} else "mp4"


def format_of(path: Path, head: bytes) -> str | None:
    """Return the format by content; where content leaves a choice, the name decides it.

    Matroska's two names share one signature, a PDF may be an Illustrator file,
    and an EPS may carry the name of one.
    """
    found = identify(head)
    promised = SUFFIXES.get(path.suffix.lower())
    if found == "mkv" and (promised == "webm" or b"webm" in head[:64]):
        return "webm"
    if promised == "ai" and (head.startswith(b"%PDF-") or found == "eps"):
        return "ai"
    return found
