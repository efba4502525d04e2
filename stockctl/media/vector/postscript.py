"""Look into EPS: by its structuring comments, and by the operators that its program calls.

"Encapsulated PostScript File Format Specification" 3.0, "PostScript Language
Document Structuring Conventions" 3.0 (Adobe, 1992), "PostScript Language
Reference" 3. The program is not run: its tokens are gone through once.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Any

from stockctl.media.probe import MAX_BYTES, Probe
from stockctl.media.vector.ending import broken_off
from stockctl.media.vector.numbers import FOUR, NUMBER, box, side
from stockctl.media.vector.program import follow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stockctl.media.vector.canvas import Sides

_BINARY = b"\xc5\xd0\xd3\xc6"
# Comments stand at the head and, where the head says (atend), at the tail.
_COMMENT_BYTES = 256 << 10
# Tokens that are looked at: those of a drawing of some ten megabytes; a number is none.
# No real program has its procedures one in another so deep.
_MOST_TOKENS, _MOST_NAMES, _DEEPEST = 3_000_000, 100_000, 1_000
# A part's length may be rounded up to whole words.
_ROUNDED = 3


def look(data: memoryview) -> Probe:
    """Return size and what is in the file; see `vector.probe`."""
    return _binary(data) if bytes(data[:4]) == _BINARY else _plain(data)


def _binary(data: memoryview) -> Probe:
    """Read the 30-byte header of a DOS EPS: where PostScript, WMF and TIFF parts begin, and how long they are."""
    if len(data) < 30:
        return Probe(facts={"container": "binary", "damaged": "the EPS header is cut off"})
    start, length, wmf, wmf_length, preview, preview_length = struct.unpack_from("<6I", data, 4)
    if not length or start < 30 or start + length > len(data):
        missing = f"the header promises PostScript up to byte {start + length:,}, the file has {len(data):,}"
        return Probe(facts={"container": "binary", "damaged": missing})
    inner = _plain(data[start : start + length])
    facts = {**inner.facts, "container": "binary"}
    for begin, size in ((wmf, wmf_length), (preview, preview_length)):
        if size and begin + size > len(data) + _ROUNDED:
            short = f"its preview is cut off: it should end at byte {begin + size:,}, the file has {len(data):,}"
            facts.setdefault("damaged", short)
    if preview and preview + preview_length <= len(data):
        size = _tiff_size(data[preview : preview + preview_length])
        if size:
            facts["preview"] = size
    return Probe(inner.width, inner.height, inner.measurements, facts)


_BOX = re.compile(rb"^%%(?:HiRes)?BoundingBox:[ \t]*" + FOUR, re.MULTILINE)
_HIRES = re.compile(rb"^%%HiResBoundingBox:[ \t]*" + FOUR, re.MULTILINE)
_LINE = re.compile(rb"^%%(Creator|LanguageLevel):([^\r\n]{0,300})", re.MULTILINE)
_FONTS = re.compile(
    rb"^%%(?:DocumentFonts|DocumentNeededFonts):[ \t]*(?!\(atend\))\S"
    rb"|^%%(?:\+|DocumentNeededResources:|DocumentSuppliedResources:)[ \t]*font[ \t]",
    re.MULTILINE,
)


def _plain(data: memoryview) -> Probe:
    head = bytes(data[:_COMMENT_BYTES])
    text = (head + b"\n" + bytes(data[-_COMMENT_BYTES:]) if len(data) > len(head) else head).replace(b"\r\n", b"\n")
    text = text.replace(b"\r", b"\n")
    facts: dict[str, Any] = {"container": "dsc"}
    for name, value in _LINE.findall(text):
        said = value.strip().removeprefix(b"(").removesuffix(b")")[:200]
        facts.setdefault(name.decode().lower(), said.decode("utf-8", "replace").strip())
    found = _HIRES.search(text) or _BOX.search(text)
    width = height = 0
    if found:
        left, bottom, right, top = sides = box(found.groups())
        width, height = side(right - left), side(top - bottom)
        facts |= {"bounding_box": sides} if width and height else {}
    cut = broken_off(data)
    if cut or not width or not height:
        facts["damaged"] = cut or ("its bounding box is empty" if found else "it has no bounding box")
    body = bytes(data[:MAX_BYTES])
    mode = _mode(text, body[: MAX_BYTES // 4])
    facts |= {"mode": mode} if mode else {}
    called = _called(body)
    facts["live_text"] = bool(_FONTS.search(text)) or bool(called & _TEXT)
    facts["raster"] = bool(called & _PICTURE)
    if width and height:
        left, bottom, right, top = facts["bounding_box"]
        facts |= _followed(body, (left, bottom, right, top), facts)
    return Probe(width, height, {}, facts)


def _followed(body: bytes, board: Sides, facts: Mapping[str, Any]) -> dict[str, Any]:
    # Ghostscript writes pages in a language of its own, and drops what closes a path that is filled.
    if "eps2write" in facts.get("creator", ""):
        return {}
    return follow(body, board, pictures=facts["raster"])


# What says outright which mode a document is in: Illustrator's comments (model 1 is RGB, 2 is CMYK), the first it has.
_SAYS_MODE = re.compile(rb"^%AI9_ColorModel:[ \t]*([12])|^%%(RGB|CMYK)ProcessColor:", re.MULTILINE)
# The mode of the swatches, in the XMP that Illustrator embeds.
SWATCH = re.compile(rb"<xmpG:mode>(RGB|CMYK)<")
_COLOUR = re.compile(rb"[ \t\r\n](?:(setrgbcolor|rg|RG|Xa|XA)|setcmykcolor|[kK])(?![^\s{}/\[\]()<>%])")
_OPERANDS = {
    count: re.compile(rb"(?<![^\s{}/\[\]()<>%])(?:" + NUMBER + rb"[ \t\r\n]+){%d}\Z" % count) for count in (3, 4)
}
# In which so many numbers find room, and the calls without them that are put up with.
_BEFORE, _MOST_CALLS = 120, 5000
_PROCESS = re.compile(rb"^%%DocumentProcessColors:.*(?:Cyan|Magenta|Yellow)", re.MULTILINE)


def _mode(comments: bytes, body: bytes) -> str:
    """Return rgb or cmyk: as the comments say, else as all swatches or all colour operators have it; empty if mixed."""
    if said := _SAYS_MODE.search(comments):
        return "rgb" if said[1] == b"1" or said[2] == b"RGB" else "cmyk"
    if len(swatches := set(SWATCH.findall(comments))) == 1:
        return str(swatches.pop(), "ascii").lower()
    modes: set[str] = set()
    calls = 0
    for call in _COLOUR.finditer(body):
        mode, count = ("rgb", 3) if call[1] else ("cmyk", 4)
        if mode in modes:
            continue
        if _OPERANDS[count].search(body[max(0, call.start() - _BEFORE) : call.start() + 1]):
            modes.add(mode)
            if len(modes) == 2:
                return ""
        elif (calls := calls + 1) > _MOST_CALLS:
            break
    if modes:
        return modes.pop()
    return "cmyk" if _PROCESS.search(comments) else ""


# Operators and dictionary keys that paint pixels, and that set type (PLRM 3, 8.1); comments that programs put before.
_PICTURE = frozenset(
    {b"image", b"colorimage", b"imagemask", b"/ImageType", b"%ImageData", b"%BeginPhotoshop", b"beginimage", b"%Raster"}
)
_TEXT = frozenset(
    {
        *(b"show", b"ashow", b"widthshow", b"awidthshow", b"kshow", b"cshow", b"xshow", b"yshow", b"xyshow"),
        *(b"glyphshow", b"/FontType"),
    }
)
_SAID = (
    (b"%ImageData:", b"%ImageData"),
    (b"%%ImageData:", b"%ImageData"),
    (b"%BeginPhotoshop:", b"%BeginPhotoshop"),
    (b"%%BeginPhotoshop:", b"%BeginPhotoshop"),
    (b"%AI5_BeginRaster", b"%Raster"),
)
# Strings and comments are taken whole; a number is no token. Nothing here goes back over what it has read.
_TOKEN = re.compile(
    rb"%[^\r\n]*+|\((?:[^()\\]++|\\.)*+\)?+|[{}]|/?+[A-Za-z_@$][^\s()<>\[\]{}/%]*+",
    re.DOTALL,
)
# What stands between these is data of a picture or of another program.
_CALL = 100
_DATA = ((b"%%BeginData", b"%%EndData"), (b"%%BeginBinary", b"%%EndBinary"), (b"%%BeginPreview", b"%%EndPreview"))


# What may make one name another; it is looked at each time.
_NAMING = frozenset({b"load", b"get"})


def _called(body: bytes) -> set[bytes]:
    """Return what the program calls outright or by procedures of its own; those that it only defines do not count.

    A name is a call where no procedure with a name stands around it. What a
    procedure calls, whoever calls it calls too.
    """
    known = _Procedures()
    outside = known.uses[b""]
    for number, token in enumerate(_tokens(body, known)):
        if token in outside and not known.literal and len(known.around) == 1 and token not in _NAMING:
            # Most of a drawing is a few names, over and over.
            if number > _MOST_TOKENS:
                break
            continue
        if number > _MOST_TOKENS or known.names > _MOST_NAMES or len(known.around) > _DEEPEST:
            break
        known.take(token)
    return known.called()


# What is more than names and numbers; and from how many bytes without it on these are taken at once.
_MORE = re.compile(rb"[(){}/%]")
_AT_ONCE = 4096


def _tokens(body: bytes, known: _Procedures) -> Iterator[bytes]:
    """Yield the tokens of a program; those of its plain stretches once each."""
    at = 0
    while at < len(body):
        if known.is_outside:
            more = _MORE.search(body, at)
            # A name may run into what follows it.
            plain = body.rfind(b"\n", at, more.start() if more else len(body))
            if plain - at > _AT_ONCE:
                yield from _words(body, at, plain)
                at = plain
        skipped = len(body)
        for token in _TOKEN.finditer(body, at):
            yield token[0]
            if token[0] == b"}" and known.is_outside:
                skipped = token.end()
                break
            if token[0][:2] != b"%%":
                continue
            end = next((end for start, end in _DATA if token[0].startswith(start)), None)
            if end is not None:
                # The first line is the call that reads the data.
                first = body[token.end() : token.end() + _CALL].split(None, 1)[:1]
                yield from (name for name in first if name[:1].isalpha())
                found = body.find(end, token.end())
                skipped = found if found >= 0 else len(body)
                break
        at = skipped


def _words(body: bytes, start: int, stop: int) -> Iterator[bytes]:
    """Yield each name of a stretch once that holds nothing but names, numbers and lists."""
    for begin in range(start, stop, 1 << 20):
        # Cut at the end of a line: a stretch without one ends before it is cut.
        first = begin if begin == start else max(start, body.rfind(b"\n", start, begin))
        last = stop if begin + (1 << 20) >= stop else max(first, body.rfind(b"\n", start, begin + (1 << 20)))
        yield from sorted(set(_WORD.findall(body, first, last)))


_WORD = re.compile(rb"[A-Za-z_@$][^\s<>\[\]]*+")


class _Procedures:
    """What is known of a program's names while its tokens come in."""

    def __init__(self) -> None:
        self.uses: dict[bytes, set[bytes]] = {b"": set()}
        self.around: list[bytes] = [b""]
        self.literal = self.before = b""
        self.names = 0

    @property
    def is_outside(self) -> bool:
        """Whether no procedure stands around, and no name waits for what it is given."""
        return len(self.around) == 1 and not self.literal and not self.before

    def take(self, token: bytes) -> None:
        """Take the next token."""
        first = token[:1]
        if first == b"{":
            # The name that a procedure gets stands before it; one without is run where it stands.
            self.around.append(self.literal or self.around[-1])
            self.literal = b""
        elif first == b"}":
            if len(self.around) > 1:
                self.around.pop()
        elif first == b"/":
            self.before, self.literal = self.literal, token[1:]
            if token in _PICTURE or token in _TEXT:
                self._use(self.around[-1], token)
        elif first == b"%":
            mark = next((mark for start, mark in _SAID if token.startswith(start)), None)
            if mark is not None:
                self._use(b"", mark)
        elif first != b"(":
            if token in {b"load", b"get"} and self.before:
                # `/a /b load def`: one name for another.
                self._use(self.before, self.literal)
            else:
                self._use(self.around[-1], token)
            self.literal = self.before = b""

    def _use(self, by: bytes, name: bytes) -> None:
        used = self.uses.setdefault(by, set())
        if name not in used:
            used.add(name)
            self.names += 1

    def called(self) -> set[bytes]:
        """Return all names that are called from the program's outermost level."""
        found: set[bytes] = set()
        waiting = [b""]
        while waiting:
            for name in self.uses.get(waiting.pop(), ()):
                if name not in found:
                    found.add(name)
                    waiting.append(name)
        return found


def _tiff_size(data: memoryview) -> list[int] | None:
    """Return width and height of a TIFF's first page (tags 256 and 257), or None."""
    from stockctl.errors import DamagedError
    from stockctl.files.source import Memory
    from stockctl.media import directories

    source = Memory(data)
    try:
        flavour, start = directories.header(source)
        page = directories.read(source, flavour, start)
        size = [directories.number(source, flavour, tag) for tag in map(page.get, (256, 257)) if tag]
    except DamagedError:
        return None
    return size if len(size) == 2 else None
