"""Look into vector files: EPS by its structuring comments, SVG as XML, Illustrator files as PDF.

EPS: "Encapsulated PostScript File Format Specification" 3.0 and "PostScript
Language Document Structuring Conventions" 3.0 (Adobe, 1992). SVG 1.1, 7.2 and
7.10. PDF: ISO 32000-1, 14.11.2. Nothing is rendered, and no PostScript is run.
"""

from __future__ import annotations

import math
import re
import struct
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from stockctl.media.probe import MAX_BYTES, Probe

if TYPE_CHECKING:
    from pathlib import Path

# Comments stand at the head and, where the head says (atend), at the tail.
_COMMENT_BYTES = 256 << 10

# A side longer than this is no artboard but a broken number.
_MAX_SIDE = 1_000_000


def probe(path: Path, data: memoryview, format_: str) -> Probe:  # noqa: ARG001 - one call for every kind of probe
    """Return size (1 pt = 1 px, as the agencies count an artboard) and what is in the file.

    Facts: `container` (dsc, binary, pdf or xml), `creator`, `bounding_box`,
    `mode` (rgb or cmyk, where the file tells), `live_text`, `raster`, `scripts`,
    `links`, `preview` (width and height of the TIFF preview in a binary EPS),
    and `damaged` where the file is broken.
    """
    if format_ == "svg":
        return _svg(data)
    if bytes(data[:4]) == _BINARY:
        return _binary_eps(data)
    if bytes(data[:5]) == b"%PDF-":
        return _pdf(data)
    return _dsc(data)


_BINARY = b"\xc5\xd0\xd3\xc6"


def _binary_eps(data: memoryview) -> Probe:
    """Read the 30-byte header of a DOS EPS: where PostScript, WMF and TIFF parts begin, and how long they are."""
    if len(data) < 30:
        return Probe(facts={"container": "binary", "damaged": "the EPS header is cut off"})
    start, length, _, _, preview, preview_length = struct.unpack_from("<6I", data, 4)
    if not length or start < 30 or start + length > len(data):
        missing = f"the header promises PostScript up to byte {start + length:,}, the file has {len(data):,}"
        return Probe(facts={"container": "binary", "damaged": missing})
    inner = _dsc(data[start : start + length])
    facts = {**inner.facts, "container": "binary"}
    if preview and preview + preview_length <= len(data):
        size = _tiff_size(data[preview : preview + preview_length])
        if size:
            facts["preview"] = size
    return Probe(inner.width, inner.height, inner.measurements, facts)


_NUMBER = rb"[-+]?(?:\d+\.?\d*|\.\d+)"
_BOX = re.compile(rb"^%%(?:HiRes)?BoundingBox:[ \t]*" + rb"[ \t]+".join([rb"(" + _NUMBER + rb")"] * 4), re.MULTILINE)
_HIRES = re.compile(rb"^%%HiResBoundingBox:[ \t]*" + rb"[ \t]+".join([rb"(" + _NUMBER + rb")"] * 4), re.MULTILINE)
_LINE = re.compile(rb"^%%(Creator|LanguageLevel|Title):[ \t]*\(?([^\r\n]{0,200}?)\)?[ \t]*$", re.MULTILINE)
_FONTS = re.compile(
    rb"^%%(?:DocumentFonts|DocumentNeededFonts):[ \t]*(?!\(atend\))\S"
    rb"|^%%(?:\+|DocumentNeededResources:|DocumentSuppliedResources:)[ \t]*font[ \t]",
    re.MULTILINE,
)
_RASTER = re.compile(
    rb"^%AI5_BeginRaster|^%%BeginPhotoshop|\d+ \d+ (?:1|2|4|8|12) ?\[[^\]]{5,80}\]\s*\{?\s*currentfile", re.MULTILINE
)


def _dsc(data: memoryview) -> Probe:
    head = bytes(data[:_COMMENT_BYTES])
    text = (head + b"\n" + bytes(data[-_COMMENT_BYTES:]) if len(data) > len(head) else head).replace(b"\r\n", b"\n")
    text = text.replace(b"\r", b"\n")
    facts: dict[str, Any] = {"container": "dsc"}
    for name, value in _LINE.findall(text):
        facts.setdefault(name.decode().lower(), value.decode("utf-8", "replace").strip())
    facts.pop("title", None)
    box = _HIRES.search(text) or _BOX.search(text)
    width = height = 0
    if box:
        left, bottom, right, top = (float(side) for side in box.groups())
        facts["bounding_box"] = [left, bottom, right, top]
        width, height = _side(right - left), _side(top - bottom)
    if not width or not height:
        facts["damaged"] = "it has no bounding box" if not box else "its bounding box is empty"
    mode = _mode(text, bytes(data[: MAX_BYTES // 4]))
    facts |= {"mode": mode} if mode else {}
    facts["live_text"] = bool(_FONTS.search(text))
    facts["raster"] = bool(_RASTER.search(data[:MAX_BYTES]))
    return Probe(width, height, {}, facts)


# What says outright which mode a document is in: Illustrator's comments (model 1 is RGB, 2 is CMYK), the first it has.
_SAYS_MODE = re.compile(rb"^%AI9_ColorModel:[ \t]*([12])|^%%(RGB|CMYK)ProcessColor:", re.MULTILINE)
# The mode of the swatches, in the XMP that Illustrator embeds.
_SWATCH = re.compile(rb"<xmpG:mode>(RGB|CMYK)<")
_NUMBERS = rb"(?<![\w./])(?:" + _NUMBER + rb"[ \t\r\n]+){%d}"
_RGB = re.compile(_NUMBERS % 3 + rb"(?:setrgbcolor|rg|RG|Xa|XA)\b")
_CMYK = re.compile(_NUMBERS % 4 + rb"(?:setcmykcolor|k|K)\b")
_PROCESS = re.compile(rb"^%%DocumentProcessColors:.*(?:Cyan|Magenta|Yellow)", re.MULTILINE)


def _mode(comments: bytes, body: bytes) -> str:
    """Return rgb or cmyk: as the comments say, else as all swatches or all colour operators have it; empty if mixed."""
    if said := _SAYS_MODE.search(comments):
        return "rgb" if said[1] == b"1" or said[2] == b"RGB" else "cmyk"
    if len(swatches := set(_SWATCH.findall(comments))) == 1:
        return str(swatches.pop(), "ascii").lower()
    rgb, cmyk = _RGB.search(body) is not None, _CMYK.search(body) is not None
    if rgb != cmyk:
        return "rgb" if rgb else "cmyk"
    return "cmyk" if not rgb and _PROCESS.search(comments) else ""


def _side(length: float) -> int:
    return round(length) if math.isfinite(length) and 0 < length <= _MAX_SIDE else 0


def _tiff_size(data: memoryview) -> list[int] | None:
    """Return width and height of a TIFF's first page (tags 256 and 257), or None."""
    order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]))
    if order is None:
        return None
    try:
        at = struct.unpack_from(order + "I", data, 4)[0]
        count = struct.unpack_from(order + "H", data, at)[0]
        found: dict[int, int] = {}
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, type_ = struct.unpack_from(order + "HH", data, entry)
            if tag in {256, 257}:
                found[tag] = struct.unpack_from(order + ("H" if type_ == 3 else "I"), data, entry + 8)[0]
    except struct.error:
        return None
    return [found[256], found[257]] if {256, 257} <= found.keys() else None


_PDF_BOX = re.compile(rb"/(ArtBox|CropBox|MediaBox)\s*\[\s*" + rb"\s+".join([rb"(" + _NUMBER + rb")"] * 4))
_PDF_CREATOR = re.compile(rb"<(?:xmp|xap):CreatorTool>([^<]{1,200})<|/Creator\s*\(([^)]{1,200})\)")


def _pdf(data: memoryview) -> Probe:
    part = bytes(data[: MAX_BYTES // 4])
    boxes = {name: sides for name, *sides in _PDF_BOX.findall(part)}
    facts: dict[str, Any] = {"container": "pdf"}
    creator = _PDF_CREATOR.search(part)
    if creator:
        facts["creator"] = (creator[1] or creator[2]).decode("utf-8", "replace").strip()
    if len(swatches := set(_SWATCH.findall(part))) == 1:
        facts["mode"] = swatches.pop().decode().lower()
    facts["live_text"] = b"stFnt:fontName" in part or b"/BaseFont" in part
    facts["raster"] = bool(re.search(rb"/Subtype\s*/Image\b", part))
    facts["scripts"] = b"/JavaScript" in part
    width = height = 0
    for name in (b"ArtBox", b"CropBox", b"MediaBox"):
        if name in boxes:
            left, bottom, right, top = (float(side) for side in boxes[name])
            facts["bounding_box"] = [left, bottom, right, top]
            width, height = _side(right - left), _side(top - bottom)
            break
    tail = bytes(data[-2048:])
    if b"%%EOF" not in tail:
        facts["damaged"] = "the PDF inside has no end: it is cut off"
    return Probe(width, height, {}, facts)


# CSS 2.1, 4.3.2: pixels in one of each unit.
_UNITS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_LENGTH = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*([a-z%]*)\s*$")
_OUTSIDE = re.compile(r"^\s*(?:https?:|ftp:|file:|//|\\\\)", re.IGNORECASE)


class _EntityError(Exception):
    """The SVG declares entities of its own: a way to blow up a reader, and nothing an agency takes."""


class _SvgReader:
    """What is noted while an SVG is read, element by element."""

    def __init__(self) -> None:
        self.root: dict[str, str] = {}
        self.name = ""
        self.facts: dict[str, Any] = dict.fromkeys(("live_text", "raster", "scripts", "links"), False)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if not self.name:
            self.name, self.root = local, attributes
        if local in {"text", "tspan", "textPath", "flowRoot", "font", "font-face"}:
            self.facts["live_text"] = True
        elif local == "image":
            self.facts["raster"] = True
        elif local in {"script", "foreignObject", "handler"}:
            self.facts["scripts"] = True
        for key, value in attributes.items():
            if key.startswith("on"):
                self.facts["scripts"] = True
            elif key.rpartition(":")[2] in {"href", "src"} and _OUTSIDE.match(value):
                self.facts["links"] = True
            elif key.rpartition(":")[2] == "href" and value.lstrip().lower().startswith("javascript:"):
                self.facts["scripts"] = True

    def entity(self, *_: object) -> None:
        raise _EntityError


def _svg(data: memoryview) -> Probe:
    reader = _SvgReader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EntityDeclHandler = reader.entity
    # SVG 1.1, 12.1: colours are sRGB.
    facts: dict[str, Any] = {"container": "xml", "mode": "rgb"}
    try:
        parser.Parse(bytes(data[:MAX_BYTES]), len(data) <= MAX_BYTES)
    except _EntityError:
        facts["damaged"] = "it declares entities of its own, which no reader may expand"
    except expat.ExpatError as error:
        facts["damaged"] = f"not well-formed XML: {expat.ErrorString(error.code)}, line {error.lineno}"
    if reader.name != "svg" and "damaged" not in facts:
        facts["damaged"] = f"its root is <{reader.name}>, not <svg>"
    box = [_pixels(part) for part in re.split(r"[\s,]+", reader.root.get("viewBox", "").strip())]
    view = [box[2], box[3]] if len(box) == 4 else [0.0, 0.0]
    width = _side(_pixels(reader.root.get("width", "100%")) or view[0])
    height = _side(_pixels(reader.root.get("height", "100%")) or view[1])
    if not (width and height) and "damaged" not in facts:
        facts["damaged"] = "it gives neither a size nor a viewBox"
    return Probe(width, height, {}, facts | reader.facts)


def _pixels(text: str) -> float:
    """Return a CSS length in pixels; 0 for a share of something unknown, or nonsense."""
    found = _LENGTH.match(text)
    return float(found[1]) * _UNITS.get(found[2], 0.0) if found else 0.0
