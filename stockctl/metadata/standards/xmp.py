"""XMP packets: read into the record.

By ISO 16684-1 (XMP part 1): the serialisations of section 7, that is properties
as elements or attributes, arrays, language alternatives, structures with
`rdf:Description`, with `rdf:parseType` or as attributes, and `rdf:resource`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from stockctl.errors import DamagedError
from stockctl.metadata.record import Location, Record, cleaned, hidden_in
from stockctl.metadata.standards.mapping import (
    EDITORIAL_ONLY,
    FIELDS,
    FOLLOWING,
    NAMESPACES,
    PLACE_PARTS,
    Form,
    Property,
)

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"
RDF_ROOT, ABOUT = f"{{{RDF}}}RDF", f"{{{RDF}}}about"
_DESCRIPTION, _RESOURCE, _VALUE = f"{{{RDF}}}Description", f"{{{RDF}}}resource", f"{{{RDF}}}value"
_LANG = f"{{{XML}}}lang"
DEFAULT = "x-default"
_ARRAYS = frozenset({f"{{{RDF}}}Bag", f"{{{RDF}}}Seq", f"{{{RDF}}}Alt"})

# Properties that steer us and are no field of the record.
EXTENSION = f"{{{NAMESPACES['photoshop']}}}SidecarForExtension"
EXTENDED = "{http://ns.adobe.com/xmp/note/}HasExtendedXMP"
# Position in XMP stands in the namespace of EXIF, in names that begin so.
GPS = "{http://ns.adobe.com/exif/1.0/}GPS"

WANTED = frozenset({field.xmp.key for field in FIELDS} | {EXTENSION, EXTENDED})

# A packet with the history of thousands of edits has some hundred thousand.
_MOST_TAGS = 1_000_000

# No property of ours is nested deeper than a place's name in its languages; hostile ones are.
_DEEPEST = 32


@dataclass(slots=True)
class Packet:
    """A packet in UTF-8, our properties in it by key, whether it holds nothing at all, whether it tells a position.

    `following` are other programs' properties that may hold a copy of ours.
    """

    data: bytes
    nodes: dict[str, Element] = field(default_factory=dict)
    following: dict[str, Element] = field(default_factory=dict)
    is_empty: bool = False
    has_location: bool = False

    def text(self, key: str) -> str:
        """Return a property as plain text; empty where it is absent."""
        node = self.nodes.get(key)
        return "" if node is None else plain(node)

    @property
    def record(self) -> Record:
        """What the packet says."""
        values: dict[str, Any] = {}
        others: dict[str, int] = {}
        for entry in FIELDS:
            node = self.nodes.get(entry.xmp.key)
            if node is not None:
                values[entry.name] = _value(node, entry.xmp)
                if entry.xmp.form is Form.LANG_ALT:
                    others[entry.name] = sum(hidden_in(text) for _, text in languages(node))
        found = cleaned(values)
        # What is hidden in another language than the one that is read is hidden, too.
        hidden = {**dict(found.hidden), **{name: count for name, count in others.items() if count}}
        return replace(found, hidden=tuple(hidden.items())) if hidden else found

    @property
    def undefaulted(self) -> list[str]:
        """The fields that say something in some language, but nothing for who reads none of them."""
        return [
            entry.name
            for entry in FIELDS
            if entry.xmp.form is Form.LANG_ALT
            and (node := self.nodes.get(entry.xmp.key)) is not None
            and default(node)
            and all(language.lower() != DEFAULT or not text.strip() for language, text in languages(node))
        ]


def parse(data: bytes) -> Packet:
    """Read a packet.

    Raises:
        DamagedError: not well-formed, no RDF in it, or with a document type
            (whose entities could grow without bound).

    """
    packet = Packet(as_utf8(data))
    if b"<!DOCTYPE" in packet.data or b"<!ENTITY" in packet.data:
        raise DamagedError("the XMP packet has a document type, which XMP forbids")
    if packet.data.count(b"<") > _MOST_TAGS or packet.data.count(b"=") > _MOST_TAGS:
        raise DamagedError("the XMP packet has more properties than any program writes")
    # What stands behind the root is packet wrapping and padding; nothing of ours is in it.
    end = _ROOT_END.search(packet.data)
    try:
        root = ET.fromstring(packet.data[: end.end()] if end else packet.data)  # noqa: S314 - no document type
    except (ET.ParseError, ValueError) as error:
        raise DamagedError(f"the XMP packet is broken: {error}") from error
    rdf = next(root.iter(RDF_ROOT), None)
    if rdf is None:
        if root.tag not in _ROOTS or len(root):
            raise DamagedError("the XMP packet holds no RDF")
        packet.is_empty = True
        return packet
    for description in rdf:
        for key, text in description.items():
            _found(packet, key, None, text)
        for node in description:
            _found(packet, node.tag, node, "")
    return packet


_ROOTS = frozenset({"{adobe:ns:meta/}xmpmeta", "{adobe:ns:meta/}xapmeta"})
_ROOT_END = re.compile(rb"</x:x[am]pmeta\s*>")


def _found(packet: Packet, key: str, node: Element | None, text: str) -> None:
    if key in WANTED or key in FOLLOWING:
        if node is None:
            node = Element(key)
            node.text = text
        (packet.nodes if key in WANTED else packet.following).setdefault(key, node)
    elif key.startswith(GPS):
        packet.has_location = True


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


def languages(node: Element) -> list[tuple[str, str]]:
    """Return a language alternative as pairs of language and text; a plain text is the default."""
    array = array_of(node)
    if array is not None:
        return [(li.get(_LANG, DEFAULT), plain(li)) for li in array]
    return [(node.get(_LANG, DEFAULT), plain(node))]


def array_of(node: Element) -> Element | None:
    """Return the array that a property is; None where it is none."""
    return node[0] if len(node) and node[0].tag in _ARRAYS else None


def _value(node: Element, wanted: Property) -> Any:  # noqa: ANN401 - as the form says
    match wanted.form:
        case Form.LANG_ALT:
            return default(node)
        case Form.FLAG:
            return EDITORIAL_ONLY.casefold() in default(node).casefold()
        case Form.BAG | Form.SEQ:
            array = array_of(node)
            return tuple([plain(li) for li in array] if array is not None else [plain(node)])
        case Form.PLACES:
            return _places(node)
        case Form.PLACE:
            places = _places(node)
            return places[0] if places else None
        case Form.WHOLE:
            return _whole(plain(node))
        case _:
            text = plain(node)
            return text.rstrip("/").rpartition("/")[2] if wanted.vocabulary and "://" in text else text


def plain(node: Element, depth: int = 0) -> str:
    """Return a property or an item as plain text: of an array the first item, of a qualified value the value."""
    resource = node.get(_RESOURCE)
    if resource is not None:
        return resource
    if depth < _DEEPEST:
        for child in node:
            if child.tag in _ARRAYS:
                return plain(child[0], depth + 1) if len(child) else ""
            if child.tag == _VALUE:
                return plain(child, depth + 1)
            if child.tag == _DESCRIPTION:
                return child.get(_VALUE) or next((plain(part, depth + 1) for part in child), "")
    return node.text or ""


def default(node: Element) -> str:
    """Return the text for who reads none of the languages; where there is none, the English one, else the first."""
    pairs = [(language.lower(), text) for language, text in languages(node) if text.strip()]
    for language, text in pairs:
        if language == DEFAULT:
            return text
    english = (text for language, text in pairs if language.split("-")[0] == "en")
    return next(english, pairs[0][1] if pairs else "")


def _places(node: Element) -> tuple[Location, ...]:
    array = array_of(node)
    places = [_place(li) for li in (node if array is None else array)]
    return tuple(place for place in places if place != Location())


def _place(node: Element) -> Location:
    inner = node.find(_DESCRIPTION)
    inner = node if inner is None else inner
    parts = {_PLACE_KEYS[key]: text for key, text in inner.items() if key in _PLACE_KEYS}
    for child in inner:
        if child.tag in _PLACE_KEYS:
            parts[_PLACE_KEYS[child.tag]] = default(child)
    return Location(**parts)


_PLACE_KEYS = {f"{{{NAMESPACES['Iptc4xmpExt']}}}{name}": attribute for attribute, name in PLACE_PARTS.items()}


def _whole(text: str) -> int | None:
    try:
        value = int(float(text))
    except (ValueError, OverflowError):
        return None
    return value if -1 <= value <= 5 and value else None


def has_location(data: bytes | None) -> bool:
    """Whether a packet holds a position in the namespace of EXIF."""
    # The name is looked for first: most packets hold none, and need not be parsed for it.
    return data is not None and b"GPS" in as_utf8(data) and parse(data).has_location
