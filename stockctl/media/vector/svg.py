"""Look into SVG as XML (SVG 1.1, 7.2 and 7.10)."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from stockctl.media.probe import MAX_BYTES, Probe
from stockctl.media.vector.layers import Layers
from stockctl.media.vector.numbers import side
from stockctl.media.vector.paths import Tally

# A drawing of more elements is looked at so far.
_MOST_ELEMENTS = 1_000_000
# A length or a box is written in no more than this.
_LONGEST = 200
# What is handed to the parser at once, and the largest element that it may gather.
_CHUNK, _LARGEST_TAG = 1 << 20, 24 << 20

# CSS 2.1, 4.3.2: pixels in one of each unit.
_UNITS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_LENGTH = re.compile(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*([a-z%]*)")
_OUTSIDE = re.compile(r"^\s*(?:https?:|ftp:|file:|//|\\\\)", re.IGNORECASE)


# What is in these is not drawn where it stands.
_NOT_DRAWN = frozenset({"defs", "clipPath", "mask", "symbol", "marker", "pattern", "metadata"})
# A path smaller than this share of the drawing is a crumb.
_CRUMB = 0.002
_LARGEST_STYLE = 1 << 20
_RULE = re.compile(r"([^{}]{1,4000})\{([^{}]{0,4000})\}")
_CLASS = re.compile(r"\.([\w-]{1,100})")
_FILL = re.compile(r"(?:^|[;\s])fill\s*:\s*([^;]{1,100})")
_NO_FILL = re.compile(r"(?:^|[;\s])fill\s*:\s*(?:none|transparent)\b")


class _EntityError(Exception):
    """The SVG declares entities of its own: a way to blow up a reader, and nothing an agency takes."""


class _EnoughError(Exception):
    """The SVG has more elements than are looked at."""


class _SvgReader:
    """What is noted while an SVG is read, element by element."""

    def __init__(self) -> None:
        self.root: dict[str, str] = {}
        self.name = ""
        self.elements = 0
        self.facts: dict[str, Any] = dict.fromkeys(("live_text", "raster", "scripts", "links"), False)
        self.tally = Tally()
        # Of each element that is open: whether it is filled, and whether what is in it is drawn at all.
        self.open: list[tuple[bool, bool]] = [(True, True)]
        self.style: list[str] = []
        self.in_style = False
        self.unfilled: frozenset[str] = frozenset()
        self.layers: Layers | None = None
        # A style sheet may make anything transparent, or hide it.
        self.plain = True

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.elements += 1
        if self.elements > _MOST_ELEMENTS:
            raise _EnoughError
        if not self.name:
            self._begin(local, attributes)
        filled, drawn = self.open[-1]
        filled, drawn = self._filled(attributes, inherited=filled), drawn and local not in _NOT_DRAWN
        self.open.append((filled, drawn))
        self.in_style = local == "style"
        if self.layers is not None:
            self.layers.start(
                local, attributes, filled=filled, drawn=drawn, plain=self.plain or not attributes.get("class")
            )
        if drawn and local == "path":
            self.tally.take(attributes.get("d", ""), filled=filled)
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

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.root = name, attributes
        size = _size(attributes)
        self.tally.crumb = _CRUMB * max(size)
        if all(size):
            self.layers = Layers(*_corner(attributes), *size)

    def end(self, name: str) -> None:
        if len(self.open) > 1:
            self.open.pop()
        if self.layers is not None:
            self.layers.end()
        if self.in_style and name.rpartition(":")[2] == "style":
            self.in_style = False
            sheet = "".join(self.style)[:_LARGEST_STYLE]
            self.plain = "opacity" not in sheet and "url(" not in sheet
            self.unfilled = frozenset(
                name for names, body in _RULE.findall(sheet) if _NO_FILL.search(body) for name in _CLASS.findall(names)
            )

    def text(self, data: str) -> None:
        if self.in_style:
            self.style.append(data)

    def _filled(self, attributes: dict[str, str], *, inherited: bool) -> bool:
        style = attributes.get("style", "")
        if (said := _FILL.search(style)) or "fill" in attributes:
            return (said[1] if said else attributes["fill"]).strip() not in {"none", "transparent"}
        if self.unfilled.intersection(attributes.get("class", "").split()):
            return False
        return inherited

    def entity(self, *_: object) -> None:
        raise _EntityError


def look(data: memoryview) -> Probe:
    """Return size and what is in the file; see `vector.probe`."""
    reader = _SvgReader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.entity
    # SVG 1.1, 12.1: colours are sRGB.
    facts: dict[str, Any] = {"container": "xml", "mode": "rgb"}
    try:
        _feed(parser, data)
    except _EnoughError:
        facts["elements_seen"] = reader.elements
    except _EntityError:
        facts["damaged"] = "it declares entities of its own, which no reader may expand"
    except expat.ExpatError as error:
        facts["damaged"] = f"not well-formed XML: {expat.ErrorString(error.code)}, line {error.lineno}"
    if reader.name != "svg" and not facts.keys() & {"damaged", "elements_seen"}:
        facts["damaged"] = f"its root is <{reader.name}>, not <svg>"
    view = _view(reader.root)
    width = side(_pixels(reader.root.get("width", "100%")) or view[0])
    height = side(_pixels(reader.root.get("height", "100%")) or view[1])
    if not (width and height) and "damaged" not in facts:
        facts["damaged"] = "it gives neither a size nor a viewBox"
    hidden = reader.layers.hidden() if reader.layers is not None and "damaged" not in facts else []
    facts |= {"hidden_pictures": hidden} if hidden else {}
    return Probe(width, height, {}, facts | reader.facts | reader.tally.facts())


def _view(root: dict[str, str]) -> tuple[float, float]:
    """Return width and height of the view box, zeros where there is none."""
    box = [_pixels(part) for part in re.split(r"[\s,]+", root.get("viewBox", "")[:_LONGEST].strip())]
    return (box[2], box[3]) if len(box) == 4 else (0.0, 0.0)


def _corner(root: dict[str, str]) -> tuple[float, float]:
    """Return where the view box begins."""
    box = [_pixels(part) for part in re.split(r"[\s,]+", root.get("viewBox", "")[:_LONGEST].strip())]
    return (box[0], box[1]) if len(box) == 4 else (0.0, 0.0)


def _size(root: dict[str, str]) -> tuple[float, float]:
    """Return the drawing's size in its own units."""
    view = _view(root)
    return view if all(view) else (_pixels(root.get("width", "")), _pixels(root.get("height", "")))


def _feed(parser: expat.XMLParserType, data: memoryview) -> None:
    for at in range(0, min(len(data), MAX_BYTES), _CHUNK):
        parser.Parse(bytes(data[at : min(at + _CHUNK, MAX_BYTES)]), False)  # noqa: FBT003 - expat's own way
        if at - parser.CurrentByteIndex > _LARGEST_TAG:
            raise _EnoughError
    if len(data) <= MAX_BYTES:
        parser.Parse(b"", True)  # noqa: FBT003


def _pixels(text: str) -> float:
    """Return a CSS length in pixels; 0 for a share of something unknown, or nonsense."""
    found = _LENGTH.fullmatch(text.strip()[:_LONGEST])
    return float(found[1]) * _UNITS.get(found[2], 0.0) if found else 0.0
