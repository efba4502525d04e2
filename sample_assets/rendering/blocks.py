"""Bytes beside the picture: EXIF, XMP, IPTC and ICC blocks, and their places in a JPEG."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Words:
    """What a person wrote into a file."""

    title: str
    description: str
    keywords: tuple[str, ...]
    creator: str = "Sari Wijaya"
    copyright: str = "© 2026 Sari Wijaya"
    city: str = ""
    country: str = ""


@dataclass(frozen=True)
class Shot:
    """How a picture was taken: sensitivity, seconds, f-number, focal length in mm, position in degrees."""

    taken: datetime
    camera: tuple[str, str] = ("Halden Optics", "Halden R6 II")
    iso: int = 100
    seconds: Fraction = Fraction(1, 250)
    f_number: float = 8
    focal: int = 35
    position: tuple[float, float, float] | None = None


ASCII, SHORT, LONG, RATIONAL, UNDEFINED, BYTE = 2, 3, 4, 5, 7, 1
Tags = dict[int, tuple[int, bytes]]


def exif(shot: Shot, size: tuple[int, int], words: Words | None, *, srgb: bool = True) -> bytes:
    r"""Return the EXIF block of a JPEG (CIPA DC-008), `Exif\0\0` and a little-endian TIFF stream."""
    offset = shot.taken.strftime("%z")
    stamp, zone = _ascii(shot.taken.strftime("%Y:%m:%d %H:%M:%S")), _ascii(f"{offset[:3]}:{offset[3:]}")
    dots = _rational(Fraction(300))
    main: Tags = {0x010F: _ascii(shot.camera[0]), 0x0110: _ascii(shot.camera[1]), 0x0112: _short(1), 0x011A: dots,
                  0x011B: dots, 0x0128: _short(2), 0x0132: stamp, 0x0213: _short(1)}  # fmt: skip
    if words:
        main |= {0x010E: _ascii(words.description), 0x013B: _ascii(words.creator), 0x8298: _ascii(words.copyright)}
    photo: Tags = {
        0x829A: _rational(shot.seconds),
        0x829D: _rational(Fraction(str(shot.f_number))),
        0x8827: _short(shot.iso),
        0x9000: (UNDEFINED, b"0232"),
        0x9003: stamp,
        0x9004: stamp,
        0x9011: zone,
        0x9101: (UNDEFINED, b"\1\2\3\0"),
        0x920A: _rational(Fraction(shot.focal)),
        0xA000: (UNDEFINED, b"0100"),
        0xA001: _short(1 if srgb else 0xFFFF),
        0xA002: (LONG, struct.pack("<I", size[0])),
        0xA003: (LONG, struct.pack("<I", size[1])),
    }
    gps: Tags = {}
    if shot.position:
        latitude, longitude, metres = shot.position
        gps = {
            0: (BYTE, b"\2\3\0\0"),
            1: _ascii("S" if latitude < 0 else "N"),
            2: _degrees(latitude),
            3: _ascii("W" if longitude < 0 else "E"),
            4: _degrees(longitude),
            5: (BYTE, b"\0"),
            6: _rational(Fraction(str(metres))),
        }
    return b"Exif\0\0II*\0\10\0\0\0" + _directories(main, {0x8769: photo, 0x8825: gps})


def _directories(main: Tags, inner: dict[int, Tags]) -> bytes:
    """Lay out IFD0 from byte 8 on, the IFDs that it points to behind it (TIFF 6.0 section 2)."""
    inner = {tag: tags for tag, tags in inner.items() if tags}
    pointers: Tags = dict.fromkeys(inner, (LONG, bytes(4)))
    start = 8 + len(_directory(main | pointers, 8))
    body = b""
    for tag, tags in inner.items():
        pointers[tag] = (LONG, struct.pack("<I", start + len(body)))
        body += _directory(tags, start + len(body))
    return _directory(main | pointers, 8) + body


def _directory(tags: Tags, at: int) -> bytes:
    sizes = {SHORT: 2, LONG: 4, RATIONAL: 8}
    rows, values, place = b"", b"", at + 2 + 12 * len(tags) + 4
    for tag, (kind, value) in sorted(tags.items()):
        count = len(value) // sizes.get(kind, 1)
        if len(value) <= 4:
            field = value.ljust(4, b"\0")
        else:
            field = struct.pack("<I", place + len(values))
            values += value + b"\0" * (len(value) % 2)
        rows += struct.pack("<HHI", tag, kind, count) + field
    return struct.pack("<H", len(tags)) + rows + bytes(4) + values


def _ascii(value: str) -> tuple[int, bytes]:
    return ASCII, value.encode() + b"\0"


def _short(value: int) -> tuple[int, bytes]:
    return SHORT, struct.pack("<H", value)


def _rational(*values: Fraction) -> tuple[int, bytes]:
    return RATIONAL, b"".join(struct.pack("<II", value.numerator, value.denominator) for value in values)


def _degrees(angle: float) -> tuple[int, bytes]:
    seconds = round(abs(angle) * 360000)
    parts = Fraction(seconds // 360000), Fraction(seconds // 6000 % 60), Fraction(seconds % 6000, 100)
    return _rational(*parts)


def xmp(words: Words) -> bytes:
    """Return an XMP packet with Dublin Core and Photoshop's place names (ISO 16684-1)."""

    def alternatives(name: str, value: str) -> str:
        return f'<dc:{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(value)}</rdf:li></rdf:Alt></dc:{name}>'

    keywords = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in words.keywords)
    place = "".join(
        f"<photoshop:{name}>{escape(value)}</photoshop:{name}>"
        for name, value in (("City", words.city), ("Country", words.country))
        if value
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">'
        + alternatives("title", words.title)
        + alternatives("description", words.description)
        + alternatives("rights", words.copyright)
        + f"<dc:creator><rdf:Seq><rdf:li>{escape(words.creator)}</rdf:li></rdf:Seq></dc:creator>"
        + f"<dc:subject><rdf:Bag>{keywords}</rdf:Bag></dc:subject>{place}"
        + "</rdf:Description></rdf:RDF></x:xmpmeta>\n"
        + (" " * 99 + "\n") * 20
        + '<?xpacket end="w"?>'
    ).encode()


def iptc(words: Words) -> bytes:
    """Return Photoshop's image resources with the IPTC record (IIM 4.2), in UTF-8, and its digest."""
    fields = [(5, words.title), *((25, word) for word in words.keywords), (80, words.creator), (90, words.city),
              (101, words.country), (116, words.copyright), (120, words.description)]  # fmt: skip
    record = _dataset(1, 90, b"\x1b%G") + _dataset(2, 0, b"\0\4")
    record += b"".join(_dataset(2, number, value.encode()) for number, value in fields if value)
    return _resource(0x0404, record) + _resource(0x0425, hashlib.md5(record, usedforsecurity=False).digest())


def _dataset(record: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def _resource(number: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + b"\0" * (len(data) % 2)


# Primaries adapted to D50 (as both profiles' makers publish them), in XYZ.
_SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
_ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))


def icc(*, adobe: bool = False) -> bytes:
    """Return a matrix profile (ICC.1:2010): sRGB with its parametric curve, or Adobe RGB with its gamma."""
    name = "Adobe RGB (1998)" if adobe else "sRGB IEC61966-2.1"
    if adobe:
        curve = b"curv" + struct.pack(">IIH", 0, 1, 0x0233) + b"\0\0"
    else:
        numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
        curve = b"para" + struct.pack(">IHH", 0, 3, 0) + b"".join(_fixed(number) for number in numbers)
    tags = {b"desc": _text(name), b"cprt": _text("No copyright, use freely"), b"wtpt": _xyz(0.9642, 1.0, 0.8249)}
    tags |= dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), (_xyz(*row) for row in (_ADOBE if adobe else _SRGB)), strict=True))
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    body, table, start = b"", b"", 128 + 4 + 12 * len(tags)
    places: dict[bytes, tuple[int, int]] = {}
    for tag, data in tags.items():
        if data not in places:
            places[data] = (start + len(body), len(data))
            body += data + b"\0" * (-len(data) % 4)
        table += tag + struct.pack(">II", *places[data])
    head = struct.pack(">I4sI4s4s4s6H4s", start + len(body), b"\0\0\0\0", 0x04200000, b"mntr", b"RGB ", b"XYZ ",
                       2026, 1, 1, 0, 0, 0, b"acsp")  # fmt: skip
    head += b"\0" * 28 + _fixed(0.9642) + _fixed(1.0) + _fixed(0.8249)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _fixed(number: float) -> bytes:
    return struct.pack(">i", round(number * 65536))


def _xyz(x: float, y: float, z: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(x) + _fixed(y) + _fixed(z)


def _text(value: str) -> bytes:
    coded = value.encode("utf-16-be")
    return b"mluc" + struct.pack(">III2s2sII", 0, 1, 12, b"en", b"US", len(coded), 28) + coded


def into_jpeg(jpeg: bytes, exif_: bytes | None, words: Words | None, profile: bytes) -> bytes:
    """Put the blocks behind the start of a JPEG, in the order in which cameras and editors write them."""
    segments = []
    if exif_:
        segments.append((0xE1, exif_))
    if words:
        segments += [(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp(words)), (0xED, b"Photoshop 3.0\0" + iptc(words))]
    segments.append((0xE2, b"ICC_PROFILE\0\1\1" + profile))
    body = jpeg[2:]
    if exif_ and body[:2] == b"\xff\xe0":  # an EXIF file has no JFIF segment
        body = body[2 + struct.unpack_from(">H", body, 2)[0] :]
    lead = b""
    if body[:2] == b"\xff\xe0":
        end = 2 + struct.unpack_from(">H", body, 2)[0]
        lead, body = body[:end], body[end:]
    return jpeg[:2] + lead + b"".join(struct.pack(">BBH", 0xFF, m, len(data) + 2) + data for m, data in segments) + body
