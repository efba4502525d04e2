"""The parts of which hard cases are built: segments, chunks, packets, datasets, directories."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import piexif

from stockctl.files.source import Memory
from stockctl.metadata.standards import ifd, xmp
from tests.metadata.samples import encoded

if TYPE_CHECKING:
    from collections.abc import Callable

CASES: dict[str, Callable[[], bytes]] = {}


def case(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Enter a builder under its name; the part before the first `_` is the suffix."""
    CASES[make.__name__] = make
    return make


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """Put segments behind JFIF."""
    at = 4 + struct.unpack(">H", jpeg[4:6])[0] if jpeg[2:4] == b"\xff\xe0" else 2
    return jpeg[:at] + b"".join(segments) + jpeg[at:]


def xmp_segment(packet: bytes) -> bytes:
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)


def packet(inner: str, attributes: str = "") -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="{xmp.RDF}"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/" '
        f'xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" {attributes}>{inner}</rdf:Description></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def exif_block(size: int = 0) -> bytes:
    """Return an EXIF block with a maker note that holds an offset, a thumbnail and a position."""
    note = b"STOCKTEST\0" + struct.pack(">I", 0x1234) + bytes(range(200)) * (1 + size // 200)
    block: bytes = piexif.dump(
        {
            "0th": {271: b"Maker", 272: b"Model", 282: (72, 1), 283: (72, 1), 296: 2, 305: b"Tool 1", 531: 1},
            "Exif": {36867: b"2026:11:21 10:20:30", 37500: note[: max(size, 200)], 36864: b"0232"},
            "GPS": {0: (2, 3, 0, 0), 1: b"N", 2: ((36, 1), (0, 1), (40, 1)), 3: b"W", 4: ((5, 1), (36, 1), (0, 1))},
            "1st": {282: (72, 1), 283: (72, 1), 296: 2},
            "thumbnail": encoded("JPEG", quality=20),
        }
    )
    return block


def little() -> bytes:
    """Return a little-endian block, which piexif does not write: one text, one foreign tag of a wrong type."""
    entries = [(271, 2, 6, b"Maker\0"), (282, 5, 1, struct.pack("<II", 72, 1)), (305, 4, 1, struct.pack("<I", 7))]
    head = struct.pack("<2sHI", b"II", 42, 8)
    at = 8 + 2 + 12 * len(entries) + 4
    table, values = struct.pack("<H", len(entries)), b""
    for tag, type_, count, data in entries:
        if len(data) <= 4:
            table += struct.pack("<HHI", tag, type_, count) + data.ljust(4, b"\0")
        else:
            table += struct.pack("<HHII", tag, type_, count, at + len(values))
            values += data
    return head + table + struct.pack("<I", 0) + values


def dataset(record: int, number: int, data: bytes) -> bytes:
    return bytes((0x1C, record, number)) + struct.pack(">H", len(data)) + data


def resource(number: int, data: bytes, name: bytes = b"") -> bytes:
    title = bytes((len(name),)) + name
    title += b"\0" * (len(title) & 1)
    return b"8BIM" + struct.pack(">H", number) + title + struct.pack(">I", len(data)) + data + b"\0" * (len(data) & 1)


def photoshop(*resources: bytes) -> bytes:
    data = b"".join(resources)
    step = 65_000
    return b"".join(segment(0xED, b"Photoshop 3.0\0" + data[at : at + step]) for at in range(0, len(data), step))


OTHER_RESOURCES = (resource(0x03ED, bytes(16), b"odd"), resource(0x0BB7, b"path" * 7), resource(0x040C, b"t" * 333))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunks(png: bytes, *chunks: bytes, late: bool = False) -> bytes:
    at = png.index(b"IEND") - 4 if late else 33
    return png[:at] + b"".join(chunks) + png[at:]


# --- WebP


# --- TIFF


def appended(data: bytes, values: dict[int, ifd.Value | None]) -> bytes:
    """Return a TIFF with values in its first directory."""
    source = Memory(data)
    flavour, start = ifd.header(source)
    at = len(data) + (len(data) & 1)
    tail = ifd.rebuilt(flavour, ifd.read(source, flavour, start), values, at)
    pointer = flavour.pack("I", at)
    return data[:4] + pointer + data[8:].ljust(at - 8, b"\0") + tail


# --- EPS


DRAWING = b"%%BoundingBox: 0 0 40 30\n%%EndComments\n%%EndProlog\n0.5 setgray 0 0 40 30 rectfill\nshowpage\n%%EOF\n"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%Creator: test\n" + DRAWING


def read_by_filter(data: bytes, marker: bytes = b"% &&end XMP packet marker&&") -> bytes:
    return b"currentfile 0 (" + marker + b") /SubFileDecode filter flushfile\n" + data + b"\n" + marker + b"\n"
