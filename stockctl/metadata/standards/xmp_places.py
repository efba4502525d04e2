"""Where each property stands in the bytes of an XMP packet: what an edit needs, and reading does not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from xml.parsers import expat

from stockctl.errors import DamagedError
from stockctl.metadata.standards.xmp import ABOUT, RDF, RDF_ROOT, XML

# A start tag or an empty element: quoted values may hold `>`.
TAG = re.compile(rb"<[^\s/>]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")


class Item(NamedTuple):
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
class Places:
    """The places of a packet's properties, foreign ones included."""

    data: bytes
    items: list[Item] = field(default_factory=list)
    descriptions: list[Description] = field(default_factory=list)
    # The tag of rdf:RDF, and its end tag (None where it is an empty element); namespaces in force inside it.
    rdf_tag: tuple[int, int] = (0, 0)
    rdf_close: int | None = None
    namespaces: dict[str, str] = field(default_factory=dict)


def find(data: bytes) -> Places:
    """Find the properties of a packet in UTF-8.

    Raises:
        DamagedError: not well-formed, no RDF in it, or with a document type.

    """
    places = Places(data)
    _Reader(places).run()
    return places


class _Reader:
    """One pass of expat over a packet: RDF, the descriptions in it, the properties in them."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.depth = 0
        self.rdf_depth = 0  # depth of rdf:RDF, 0 before it
        self.done = False
        self.start = 0
        self.key = ""
        self.fresh: dict[str, str] = {}
        parser = expat.ParserCreate("utf-8", "}")
        parser.StartElementHandler = self.begin
        parser.EndElementHandler = self.finish
        parser.StartNamespaceDeclHandler = self.declare
        parser.StartDoctypeDeclHandler = self.refuse
        self.parser = parser

    def run(self) -> None:
        try:
            self.parser.Parse(self.places.data, True)  # noqa: FBT003 - expat's own signature: this is all
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
        self.fresh[prefix or ""] = uri or ""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if not self.rdf_depth:
            self.places.namespaces |= self.fresh
            if _key(name) == RDF_ROOT:
                at = self.parser.CurrentByteIndex
                self.rdf_depth = self.depth
                self.places.rdf_tag = (at, _tag_end(self.places.data, at))
        elif self.depth == self.rdf_depth + 1:
            self._description(attributes)
        elif self.depth == self.rdf_depth + 2:
            self.start, self.key = self.parser.CurrentByteIndex, _key(name)
        self.fresh = {}

    def _description(self, attributes: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        end = _tag_end(self.places.data, at)
        keyed = {_key(name): value for name, value in attributes.items()}
        scope = self.places.namespaces | self.fresh
        about = keyed.get(ABOUT, keyed.get("about", ""))
        self.places.descriptions.append(Description(at, end, None, end, about, scope))
        self.places.items += [
            Item(key, at, end, attribute=True)
            for key in keyed
            if key.startswith("{") and not key.startswith((f"{{{RDF}}}", f"{{{XML}}}"))
        ]

    def finish(self, _: str) -> None:
        data, at = self.places.data, self.parser.CurrentByteIndex
        if self.rdf_depth and self.depth == self.rdf_depth + 2:
            close = _close(data, _tag_end(data, self.start), at)
            self.places.items.append(Item(self.key, self.start, at if close is None else _tag_end(data, at)))
        elif self.rdf_depth and self.depth == self.rdf_depth + 1:
            latest = self.places.descriptions[-1]
            latest.close = _close(data, latest.tag_end, at)
            latest.end = latest.tag_end if latest.close is None else _tag_end(data, at)
        elif self.depth == self.rdf_depth:
            self.places.rdf_close = _close(data, self.places.rdf_tag[1], at)
            self.done = True
            self.rdf_depth = 1 << 30  # whatever follows is no RDF of ours
        self.depth -= 1


def _key(name: str) -> str:
    """Return a name as ElementTree writes it."""
    return "{" + name if "}" in name else name


def _close(data: bytes, tag_end: int, at: int) -> int | None:
    """Return where the end tag is of the element whose start tag ends at `tag_end`; None where it is an empty one.

    Of an empty element expat tells the end of the tag, where anything may stand.
    """
    return None if at == tag_end and data[at - 2 : at] == b"/>" else at


def _tag_end(data: bytes, at: int) -> int:
    """Return where the tag that begins at `at` ends."""
    found = TAG.match(data, at) if data[at + 1 : at + 2] != b"/" else None
    return found.end() if found else data.index(b">", at) + 1
