"""Formats in which an XMP packet is found by its markers, wherever it stands; read only."""

from __future__ import annotations

import binascii
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.files.source import Memory
from stockctl.metadata.containers import LARGEST_BLOCK, Blocks, chunks, packets
from stockctl.metadata.standards import mapping, xmp

if TYPE_CHECKING:
    from stockctl.files.source import Source

# Sounds hold their metadata at one of the ends.
_ENDS = 4 * 1024 * 1024
# More chunks before the manifest than any sound or clip has; an AVI has one per frame behind its head.
_MOST_CHUNKS = 1000


@dataclass(frozen=True)
class Scanned:
    """Illustrator, GIF and sounds: `last` takes the last packet (a PDF is amended at its end); `ends` looks there only.

    An Illustrator file that is PDF holds one packet per version saved.
    """

    last: bool = False
    ends: bool = False

    def locate(self, source: Source) -> Blocks:
        """Search for packets."""
        for part in _parts(source) if self.ends else (source,):
            found = [(part, start, end) for start, end in packets.scan(part)]
            if found:
                where, start, end = found[-1 if self.last else 0]
                return _with_manifest(Blocks(xmp=where.at(start, end - start)), source)
        return _with_manifest(Blocks(), source)


def _parts(source: Source) -> tuple[Source, ...]:
    if source.size <= 2 * _ENDS:
        return (source,)
    return Memory(source.at(0, _ENDS)), Memory(source.at(source.size - _ENDS, _ENDS))


def _with_manifest(blocks: Blocks, source: Source) -> Blocks:
    """Note the Content Credentials: a chunk of RIFF, which is read; an object of ID3 near the start, which is not."""
    if source.head[:4] == b"RIFF":
        for chunk in itertools.islice(chunks.riff(source, source.size), _MOST_CHUNKS):
            if chunk.name == b"C2PA" and chunk.body_end <= source.size and chunk.body_end - chunk.body <= LARGEST_BLOCK:
                blocks.c2pa, blocks.manifest = True, source.at(chunk.body, chunk.body_end - chunk.body)
    blocks.c2pa = blocks.c2pa or b"application/x-c2pa-manifest-store" in source.head
    return blocks


class Svg:
    """SVG: RDF in its element `metadata`, with the packet's markers or without."""

    def locate(self, source: Source) -> Blocks:
        """Cut the RDF out; its prefixes may be declared on the root."""
        data = source.at(0, min(source.size, LARGEST_BLOCK))
        blocks = _of_svg(data)
        start, end = data.find(b"<rdf:RDF"), data.find(b"</rdf:RDF>")
        if start < 0 or end < start:
            return blocks
        names = {"rdf": xmp.RDF, "cc": "http://creativecommons.org/ns#", **mapping.NAMESPACES}
        scope = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in names.items())
        blocks.xmp = f"<metadata{scope}>".encode() + data[start : end + 10] + b"</metadata>"
        return blocks


def _of_svg(data: bytes) -> Blocks:
    """Return the Content Credentials of an SVG: base64 in an element of `metadata`."""
    found = re.search(rb"<c2pa:manifest[^<>]*>([A-Za-z0-9+/=\s]*)<", data)
    try:
        store = binascii.a2b_base64(found[1]) if found else None
    except binascii.Error:
        store = b""
    return Blocks(c2pa=b"<c2pa:manifest" in data, manifest=store)
