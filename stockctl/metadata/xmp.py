"""XMP packets, read with expat in one pass: our properties' values, and where each stands in the bytes.

By ISO 16684-1 (XMP part 1): the serialisations of section 7, that is properties
as elements or attributes, arrays, language alternatives, structures with
`rdf:Description`, with `rdf:parseType` or as attributes, and `rdf:resource`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any
from xml.parsers import expat

from stockctl.errors import DamagedError
from stockctl.metadata.mapping import EDITORIAL_ONLY, FIELDS, NAMESPACES, PLACE_PARTS, Form, Property
from stockctl.metadata.record import Location, Record, clean_text

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"
_RDF_ROOT, _DESCRIPTION = f"{RDF} RDF", f"{RDF} Description"
_RESOURCE, _ABOUT, _PARSE_TYPE = f"{RDF} resource", f"{RDF} about", f"{RDF} parseType"
_LANG, _VALUE = f"{XML} lang", f"{RDF} value"
_ARRAYS = frozenset({f"{RDF} Bag", f"{RDF} Seq", f"{RDF} Alt"})

# Properties that steer us and are no field of the record.
EXTENSION = f"{NAMESPACES['photoshop']} SidecarForExtension"
EXTENDED = "http://ns.adobe.com/xmp/note/ HasExtendedXMP"
# Position in XMP stands in the namespace of EXIF, in names that begin so.
GPS = "http://ns.adobe.com/exif/1.0/ GPS"

WANTED = frozenset({field.xmp.key for field in FIELDS} | {EXTENSION, EXTENDED})

# A start tag or an empty element: quoted values may hold `>`.
TAG = re.compile(rb"<[^\s/>]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")


# No property of ours is nested deeper than a place's name in its languages; hostile ones are.
_DEEPEST = 32


class Node:
    """An element inside one of our properties."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        """Start without text and children."""
        self.name = name
        self.attributes = attributes
        self.children: list[Node] = []
        self.text = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Where a property stands: bytes `start` to `end` of the packet; an attribute has the range of its owner's tag."""

    key: str
    start: int
    end: int
    attribute: bool = False


@dataclass(slots=True)
class Description:
    """A top-level `rdf:Description`: its tag `start` to `tag_end`, its end tag at `close` (None: it is empty)."""

    start: int
    tag_end: int
    close: int | None
    end: int
    about: str
    namespaces: dict[str, str]


@dataclass(slots=True)
class Packet:
    """A parsed packet: its bytes in UTF-8, our properties, and the places of all of them."""

    data: bytes
    nodes: dict[str, Node] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    descriptions: list[Description] = field(default_factory=list)
    # The tag of rdf:RDF, and its end tag (None where it is an empty element); namespaces in force inside it.
    rdf_tag: tuple[int, int] = (0, 0)
    rdf_close: int | None = None
    namespaces: dict[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """Return a property as plain text; empty where it is absent."""
        node = self.nodes.get(key)
        return _text(node) if node else ""

    @property
    def record(self) -> Record:
        """What the packet says."""
        values: dict[str, Any] = {}
        for entry in FIELDS:
            node = self.nodes.get(entry.xmp.key)
            if node is not None:
                values[entry.name] = _value(node, entry.xmp)
        return replace(Record(), **values).cleaned() if values else Record()


def parse(data: bytes) -> Packet:
    """Read a packet.

    Raises:
        DamagedError: not well-formed, no RDF in it, or with a document type
            (whose entities could grow without bound).

    """
    packet = Packet(as_utf8(data))
    _Reader(packet).run()
    return packet


def as_utf8(data: bytes) -> bytes:
    """Return a packet in UTF-8 without byte order mark and without the NULs that some writers put around it."""
    head = data[:4]
    for mark, encoding in _ENCODINGS:
        if head.startswith(mark):
            try:
                text = data[: len(data) - len(data) % _WIDTHS[encoding]].decode(encoding)
            except UnicodeDecodeError as error:
                raise DamagedError(f"the XMP packet is not the {encoding} that it begins as") from error
            return _DECLARED.sub("", text.lstrip("\ufeff").strip("\0")).encode()
    return data.removeprefix(b"\xef\xbb\xbf").strip(b"\0")


_ENCODINGS = (
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_WIDTHS = {"utf-32-le": 4, "utf-32-be": 4, "utf-16-le": 2, "utf-16-be": 2}
# An XML declaration would name the encoding that was left behind.
_DECLARED = re.compile(r"^\s*<\?xml\s[^>]*\?>\s*")


class _Reader:
    """One pass of expat over a packet; foreign properties are passed by without a look inside."""

    def __init__(self, packet: Packet) -> None:
        self.packet = packet
        self.depth = 0
        self.rdf_depth = 0  # depth of the content of rdf:RDF, 0 outside
        self.stack: list[Node] = []
        self.start = 0
        self.key = ""
        self.namespaces: dict[str, str] = {}
        self.fresh: dict[str, str] = {}
        self.done = False
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartElementHandler = self.begin
        parser.EndElementHandler = self.finish
        parser.StartNamespaceDeclHandler = self.declare
        parser.StartDoctypeDeclHandler = self.refuse
        self.parser = parser

    def run(self) -> None:
        try:
            self.parser.Parse(self.packet.data, True)  # noqa: FBT003 - expat's own signature: this is all
        except expat.ExpatError as error:
            # What stands behind the RDF is packet wrapping and padding; nothing of ours is in it.
            if not self.done:
                what = expat.ErrorString(error.code)
                raise DamagedError(f"the XMP packet is broken: {what}, line {error.lineno}") from error
        if not self.done:
            raise DamagedError("the XMP packet holds no RDF")

    def refuse(self, *_: Any) -> None:  # noqa: ANN401 - expat's arguments
        raise DamagedError("the XMP packet has a document type, which XMP forbids")

    def declare(self, prefix: str | None, uri: str | None) -> None:
        if self.rdf_depth == 0 or self.depth <= self.rdf_depth:
            self.fresh[prefix or ""] = uri or ""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if not self.rdf_depth:
            self._before_rdf(name)
        elif self.depth == self.rdf_depth + 1:
            self._description(attributes)
        elif self.depth == self.rdf_depth + 2:
            self._property(name, attributes)

    def _before_rdf(self, name: str) -> None:
        self.namespaces |= self.fresh
        self.fresh = {}
        if name == _RDF_ROOT:
            at = self.parser.CurrentByteIndex
            self.rdf_depth = self.depth
            self.packet.rdf_tag = (at, _tag_end(self.packet.data, at))
            self.packet.namespaces = dict(self.namespaces)

    def _description(self, attributes: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        end = _tag_end(self.packet.data, at)
        about = attributes.get(_ABOUT, attributes.get("about", ""))
        scope = self.packet.namespaces | self.fresh
        self.fresh = {}
        self.packet.descriptions.append(Description(at, end, None, end, about, scope))
        for key, value in attributes.items():
            if key.startswith((RDF, XML)) or " " not in key:
                continue
            self.packet.items.append(Item(key, at, end, attribute=True))
            if key in WANTED:
                node = Node(key, {})
                node.text = value
                self.packet.nodes.setdefault(key, node)

    def _property(self, name: str, attributes: dict[str, str]) -> None:
        self.start = self.parser.CurrentByteIndex
        self.key = name
        self.fresh = {}
        if name in WANTED:
            self.stack = [Node(name, attributes)]
            self.parser.StartElementHandler = self.begin_ours
            self.parser.EndElementHandler = self.finish_ours
            self.parser.CharacterDataHandler = self.characters
        else:
            self.parser.StartElementHandler = self.deeper
            self.parser.EndElementHandler = self.shallower

    def begin_ours(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.stack) > _DEEPEST:
            raise DamagedError("the XMP packet is nested deeper than any property of ours")
        node = Node(name, attributes)
        self.stack[-1].children.append(node)
        self.stack.append(node)

    def finish_ours(self, _: str) -> None:
        node = self.stack.pop()
        if not self.stack:
            self.packet.nodes.setdefault(self.key, node)
            self.parser.CharacterDataHandler = None
            self._end_property()

    def characters(self, text: str) -> None:
        self.stack[-1].text += text

    def deeper(self, _name: str, _attributes: dict[str, str]) -> None:
        self.depth += 1

    def shallower(self, _: str) -> None:
        if self.depth == self.rdf_depth + 2:
            self._end_property()
        else:
            self.depth -= 1

    def _end_property(self) -> None:
        end = _tag_end(self.packet.data, self.parser.CurrentByteIndex)
        self.packet.items.append(Item(self.key, self.start, end))
        self.depth -= 1
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.finish

    def finish(self, _: str) -> None:
        data, at = self.packet.data, self.parser.CurrentByteIndex
        if self.rdf_depth and self.depth == self.rdf_depth + 1:
            latest = self.packet.descriptions[-1]
            latest.close = at if data[at : at + 2] == b"</" else None
            latest.end = _tag_end(data, at)
        elif self.rdf_depth and self.depth == self.rdf_depth:
            self.packet.rdf_close = at if data[at : at + 2] == b"</" else None
            self.done = True
            self.rdf_depth = 1 << 30  # whatever follows is no RDF of ours
        self.depth -= 1


def _tag_end(data: bytes, at: int) -> int:
    """Return where the tag that begins at `at` ends."""
    found = TAG.match(data, at) if data[at + 1 : at + 2] != b"/" else None
    return found.end() if found else data.index(b">", at) + 1


def languages(node: Node) -> list[tuple[str, str]]:
    """Return a language alternative as pairs of language and text; a plain text is the default."""
    if node.children and node.children[0].name in _ARRAYS:
        return [(li.attributes.get(_LANG, "x-default"), _text(li)) for li in node.children[0].children]
    return [(node.attributes.get(_LANG, "x-default"), _text(node))]


def _value(node: Node, wanted: Property) -> Any:  # noqa: ANN401 - as the form says
    match wanted.form:
        case Form.LANG_ALT:
            return _default(node)
        case Form.FLAG:
            return EDITORIAL_ONLY.casefold() in _default(node).casefold()
        case Form.BAG | Form.SEQ:
            return tuple(clean_text(text) for text in _texts(node))
        case Form.PLACES:
            return _places(node)
        case Form.PLACE:
            places = _places(node)
            return places[0] if places else None
        case Form.WHOLE:
            return _whole(_text(node))
        case _:
            text = _text(node)
            return text.rpartition("/")[2] if wanted.vocabulary and "://" in text else text


def _text(node: Node) -> str:
    if _RESOURCE in node.attributes:
        return node.attributes[_RESOURCE]
    for child in node.children:
        if child.name in _ARRAYS:
            return _text(child.children[0]) if child.children else ""
        if child.name == _VALUE:
            return _text(child)
        if child.name == _DESCRIPTION:
            return child.attributes.get(_VALUE) or next((_text(part) for part in child.children), "")
    return node.text


def _texts(node: Node) -> list[str]:
    if node.children and node.children[0].name in _ARRAYS:
        return [_text(li) for li in node.children[0].children]
    return [_text(node)]


def _default(node: Node) -> str:
    pairs = languages(node)
    return next((text for language, text in pairs if language.lower() == "x-default"), pairs[0][1] if pairs else "")


def _places(node: Node) -> tuple[Location, ...]:
    arrays = [child for child in node.children if child.name in _ARRAYS]
    places = [_place(li) for li in (arrays[0].children if arrays else [node])]
    return tuple(place for place in places if place != Location())


def _place(node: Node) -> Location:
    inner = next((child for child in node.children if child.name == _DESCRIPTION), node)
    prefix = NAMESPACES["Iptc4xmpExt"] + " "
    parts: dict[str, str] = {}
    for attribute, name in PLACE_PARTS.items():
        child = next((child for child in inner.children if child.name == prefix + name), None)
        text = _default(child) if child else inner.attributes.get(prefix + name, "")
        parts[attribute] = clean_text(text)
    return Location(**parts)


def _whole(text: str) -> int | None:
    try:
        value = int(float(text))
    except (ValueError, OverflowError):
        return None
    return value if -1 <= value <= 5 and value else None


def has_location(data: bytes | None) -> bool:
    """Whether a packet holds a position in the namespace of EXIF."""
    # The name is looked for first: most packets hold none, and need not be parsed for it.
    return data is not None and b"GPS" in as_utf8(data) and any(item.key.startswith(GPS) for item in parse(data).items)
