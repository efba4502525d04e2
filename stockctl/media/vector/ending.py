"""Whether an EPS breaks off: by what it promises to say at its end, and by what it ends with.

"PostScript Language Document Structuring Conventions" 3.0 (Adobe, 1992). Many
programs and persons write neither `%%Trailer` nor `%%EOF`, so that their absence
alone says nothing: something must have been begun that is not ended.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.media.probe import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

# The head's comments, and the last word, lie within so many bytes.
_COMMENT_BYTES, _WORD_BYTES = 256 << 10, 4 << 10
_LATE = re.compile(rb"^%%([A-Za-z]{1,60}):[ \t]*\(atend\)", re.MULTILINE)
# What says where a file ends; one that stands within another has its own.
_MARKS = re.compile(rb"(?:^|[\r\n])%%(EOF|Trailer|BeginDocument|EndDocument)\b")
# Illustrator keeps its own form of the drawing behind the end, from one of these to the other.
_PRIVATE = re.compile(rb"[\r\n]%AI9_PrivateData(Begin|End)\b")
# Parts that a program ends before it ends itself.
_PARTS = re.compile(
    rb"(?:^|[\r\n])%%(Begin|End)(Prolog|Setup|PageSetup|ProcSet|Resource|Font|Data|Binary|Preview|Document|Object)\b"
)
# Programs that end each of their files with %%EOF, as they call themselves: what such a file lacks was there.
_ENDERS = (
    (b"Adobe Illustrator", "Adobe Illustrator"),
    (b"Adobe Photoshop", "Adobe Photoshop"),
    (b"CorelDRAW", "CorelDRAW"),
    (b"GIMP PostScript", "GIMP"),
    (b"GPL Ghostscript", "Ghostscript"),
    (b"(ImageMagick)", "ImageMagick"),
    (b"LibreOffice", "LibreOffice"),
    (b"MATLAB", "MATLAB"),
    (b"cairo", "cairo (Inkscape)"),
)
_CREATOR = re.compile(rb"^%%Creator:[ \t]*([^\r\n]{0,80})", re.MULTILINE)
_LAST = re.compile(rb"([^\s{}\[\]()<>/%]*)([\s\x00\x04\x1a}\]]*)\Z")
_NAME = re.compile(rb"[A-Za-z_.$*@][^\s]*\Z")
# What a program can end with: operators that paint, clean up or leave.
_CLOSING = frozenset(
    b"showpage copypage end restore grestore grestoreall cleartomark clear pop quit stop flush closefile "
    b"cleardictstack setpagedevice exec".split()
)
_LEAVING = _CLOSING | frozenset(
    b"fill eofill stroke rectfill rectstroke shfill show ashow widthshow awidthshow kshow cshow xshow yshow xyshow "
    b"glyphshow image imagemask colorimage newpath def put forall for loop repeat if ifelse run setgray".split()
)


def broken_off(data: memoryview) -> str:
    """Return in words why an EPS, without a binary header, must have been longer; "" where nothing says so."""
    ended, trailer = _marked(data)
    private = [found[1] for found in _PRIVATE.finditer(data)]
    if private and private[-1] == b"Begin":
        return "it is cut off: Illustrator's own data at its end are not whole"
    if ended:
        return ""
    comments = _lines(data[:_COMMENT_BYTES]).partition(b"%%EndComments")[0]
    late = _lines(data[-_COMMENT_BYTES:] if trailer < 0 else data[trailer:][:_COMMENT_BYTES])
    hanging = _hanging(data)
    # Without its box no program can use it; other things are promised and not kept.
    promises = [name for name in _LATE.findall(comments) if hanging or name == b"BoundingBox"]
    for name in promises:
        if not re.search(rb"^%%" + name + rb":[ \t]*+(?!\(atend)", late, re.MULTILINE):
            return f"it is cut off: its head promises %%{name.decode()} at its end, where it is not"
    if trailer >= 0:
        return ""
    part = next(_open_parts(data), "")
    if part:
        return f"it is cut off: %%Begin{part} has no %%End{part}, and there is no %%EOF"
    creator = _CREATOR.search(comments)
    for start, program in _ENDERS if creator else ():
        if creator and creator[1].startswith(start):
            return f"it is cut off: {program} ends its files with %%EOF, and this one has none"
    return hanging


def _marked(data: memoryview) -> tuple[bool, int]:
    """Return whether a file has an end of its own, and where its trailer begins, -1 without one."""
    within, ended, trailer = 0, False, -1
    for found in _MARKS.finditer(data):
        mark = found[1]
        if mark in {b"BeginDocument", b"EndDocument"}:
            within = max(0, within + (1 if mark == b"BeginDocument" else -1))
        elif not within:
            ended, trailer = ended or mark == b"EOF", found.start(1) if mark == b"Trailer" else trailer
    return ended, trailer


def _lines(part: memoryview) -> bytes:
    return bytes(part).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _open_parts(data: memoryview) -> Iterator[str]:
    """Yield what of a program's parts is begun more often than ended."""
    if len(data) > MAX_BYTES:
        return
    begun: dict[bytes, int] = {}
    for side, part in _PARTS.findall(bytes(data)):
        begun[part] = begun.get(part, 0) + (1 if side == b"Begin" else -1)
    yield from (part.decode() for part, count in begun.items() if count > 0)


def _hanging(data: memoryview) -> str:
    """Return why a program cannot end with its last word; "" where it can."""
    last = bytes(data[-_WORD_BYTES:])
    # Behind the last line of the program there may be comments.
    line = [one for one in re.split(rb"[\r\n]+", last) if one.strip(b" \t\0\x04\x1a")]
    if not line or line[-1].lstrip().startswith(b"%"):
        return ""
    found = _LAST.search(last)
    word = found[1] if found else b""
    said = "it is cut off: it ends in the middle of its program"
    known = bool(_NAME.match(word)) and (word in _LEAVING or _defined(word, data))
    if not known:
        return said
    body = bytes(data[:MAX_BYTES])
    page = re.search(rb"[\r\n]%%Page:", body)
    unfinished = page and word not in _CLOSING and not re.search(rb"\bshowpage\b", body[page.end() :])
    return said if unfinished and b"showpage" not in body else ""


def _defined(word: bytes, data: memoryview) -> bool:
    """Whether a name is one of the program's own."""
    return re.search(rb"/" + re.escape(word) + rb"(?![^\s{}\[\]()<>/%])", bytes(data[:MAX_BYTES])) is not None
