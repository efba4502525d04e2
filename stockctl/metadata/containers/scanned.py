"""Formats in which an XMP packet is found by its markers, wherever it stands; read only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.files.source import Memory
from stockctl.metadata import mapping, xmp
from stockctl.metadata.containers import LARGEST_BLOCK, Blocks, packets

if TYPE_CHECKING:
    from stockctl.files.source import Source

# Sounds hold their metadata at one of the ends.
_ENDS = 4 * 1024 * 1024


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
                return Blocks(xmp=where.at(start, end - start), c2pa=_signed(source))
        return Blocks(c2pa=_signed(source))


def _parts(source: Source) -> tuple[Source, ...]:
    if source.size <= 2 * _ENDS:
        return (source,)
    return Memory(source.at(0, _ENDS)), Memory(source.at(source.size - _ENDS, _ENDS))


def _signed(source: Source) -> bool:
    # ID3 and RIFF keep the manifest near the start, in an object or chunk of this name.
    return b"application/x-c2pa-manifest-store" in source.head or b"C2PA" in source.head[:4096]


class Svg:
    """SVG: RDF in its element `metadata`, with the packet's markers or without."""

    def locate(self, source: Source) -> Blocks:
        """Cut the RDF out; its prefixes may be declared on the root."""
        data = source.at(0, min(source.size, LARGEST_BLOCK))
        signed = b"<c2pa:manifest" in data
        start, end = data.find(b"<rdf:RDF"), data.find(b"</rdf:RDF>")
        if start < 0 or end < start:
            return Blocks(c2pa=signed)
        names = {"rdf": xmp.RDF, "cc": "http://creativecommons.org/ns#", **mapping.NAMESPACES}
        scope = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in names.items())
        return Blocks(xmp=f"<metadata{scope}>".encode() + data[start : end + 10] + b"</metadata>", c2pa=signed)
