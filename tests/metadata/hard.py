"""Files that broke other writers: every row of the hard-case table, generated."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from typing import TYPE_CHECKING

import piexif
from PIL import Image, ImageCms

from stockctl.files.source import Memory
from stockctl.metadata import ifd, xmp
from tests.metadata.samples import encoded, picture

if TYPE_CHECKING:
    from collections.abc import Callable

CASES: dict[str, Callable[[], bytes]] = {}


def case(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Enter a builder under its name; the part before the first `_` is the suffix."""
    CASES[make.__name__] = make
    return make


# --- JPEG


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


@case
def jpg_plain() -> bytes:
    return encoded("JPEG")


@case
def jpg_cmyk() -> bytes:
    return encoded("JPEG", mode="CMYK")


@case
def jpg_progressive() -> bytes:
    return encoded("JPEG", progressive=True)


@case
def jpg_grey() -> bytes:
    return encoded("JPEG", mode="L")


@case
def jpg_restart_markers() -> bytes:
    return encoded("JPEG", restart_marker_blocks=2)


@case
def jpg_without_jfif() -> bytes:
    data = encoded("JPEG")
    return data[:2] + data[4 + struct.unpack(">H", data[4:6])[0] :]


@case
def jpg_density() -> bytes:
    return encoded("JPEG", dpi=(240, 240))


@case
def jpg_exif_big_endian() -> bytes:
    return encoded("JPEG", exif=exif_block())


@case
def jpg_exif_little_endian_wrong_type() -> bytes:
    return encoded("JPEG", exif=b"Exif\0\0" + little())


@case
def jpg_exif_nearly_full() -> bytes:
    return encoded("JPEG", exif=exif_block(size=63_000))


@case
def jpg_trailing_text() -> bytes:
    return encoded("JPEG") + b"\nend of card\n"


@case
def jpg_motion_photo() -> bytes:
    video = struct.pack(">I4s4sI4s", 20, b"ftyp", b"mp42", 0, b"isom") + struct.pack(">I4s", 108, b"mdat") + bytes(100)
    return encoded("JPEG", exif=exif_block()) + video


@case
def jpg_several_pictures() -> bytes:
    out = io.BytesIO()
    picture().save(out, "MPO", save_all=True, append_images=[picture((40, 30)), picture((32, 32))])
    return out.getvalue()


@case
def jpg_comment_and_long_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + bytes(70_000)
    data = encoded("JPEG", comment=b"a comment", icc_profile=profile)
    assert data.count(b"ICC_PROFILE\0") == 2
    return data


@case
def jpg_stray_bytes_and_fill() -> bytes:
    return with_segments(encoded("JPEG"), b"\xff\xff\xff", segment(0xFE, b"note"), b"\0\0\0", segment(0xE1, b""))


@case
def jpg_extended_xmp() -> bytes:
    depth = f"<crs:Depth>{'QUJD' * 34_000}</crs:Depth>"
    extended = packet(depth).split(b"?>", 1)[1].rsplit(b"<?", 1)[0]
    guid = hashlib.md5(extended, usedforsecurity=False).hexdigest().upper().encode()
    main = packet("", f'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="{guid.decode()}"')
    head = b"http://ns.adobe.com/xmp/extension/\0" + guid + struct.pack(">I", len(extended))
    parts = [
        segment(0xE1, head + struct.pack(">I", at) + extended[at : at + 60_000])
        for at in range(0, len(extended), 60_000)
    ]
    return with_segments(encoded("JPEG"), xmp_segment(main), *parts)


@case
def jpg_xmp_nearly_full() -> bytes:
    inner = f"<crs:Mask>{'m' * 40_000}</crs:Mask><crs:Curve>{'c' * 24_000}</crs:Curve>"
    return with_segments(encoded("JPEG"), xmp_segment(packet(inner)))


@case
def jpg_xmp_as_attributes() -> bytes:
    attributes = 'photoshop:City="Old" photoshop:Urgency="3" lr:privateRTKInfo="a&gt;b" dc:format=\'image/jpeg\''
    return with_segments(encoded("JPEG"), xmp_segment(packet("", attributes)))


@case
def jpg_xmp_utf16() -> bytes:
    inner = "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>alt</rdf:li></rdf:Alt></dc:title><lr:weight>ü</lr:weight>"
    text = packet(inner).decode()
    return with_segments(encoded("JPEG"), xmp_segment(text.encode("utf-16-be")))


@case
def jpg_xmp_languages_and_structures() -> bytes:
    inner = (
        "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>old</rdf:li><rdf:li xml:lang='fr'>vieux</rdf:li></rdf:Alt>"
        "</dc:title><dc:subject><rdf:Bag><rdf:li>old</rdf:li></rdf:Bag></dc:subject>"
        "<lr:hierarchicalSubject><rdf:Bag><rdf:li>a|b</rdf:li></rdf:Bag></lr:hierarchicalSubject>"
    )
    return with_segments(encoded("JPEG"), xmp_segment(packet(inner)))


@case
def jpg_xmp_without_wrapper() -> bytes:
    whole = packet("<lr:keep>yes</lr:keep>").decode()
    bare = whole[whole.index("<rdf:RDF") : whole.index("</x:xmpmeta>")]
    return with_segments(encoded("JPEG"), xmp_segment(bare.encode() + b"\0\0"))


@case
def jpg_xmp_old_root() -> bytes:
    return with_segments(
        encoded("JPEG"), xmp_segment(packet("<lr:keep>yes</lr:keep>").replace(b"x:xmpmeta", b"x:xapmeta"))
    )


@case
def jpg_iptc_latin1() -> bytes:
    block = dataset(2, 0, b"\0\2") + dataset(2, 118, "Café".encode("latin-1")) + dataset(2, 25, b"old")
    return with_segments(encoded("JPEG"), photoshop(resource(0x0404, block), *OTHER_RESOURCES))


@case
def jpg_iptc_out_of_order() -> bytes:
    block = dataset(2, 25, b"old") + dataset(1, 90, b"\x1b%G") + dataset(2, 22, b"id") + dataset(1, 0, b"\0\4")
    block += dataset(3, 20, b"\0\1") + dataset(2, 5, b"old title")
    return with_segments(encoded("JPEG"), photoshop(resource(0x0404, block)))


@case
def jpg_iptc_twice() -> bytes:
    one, two = dataset(2, 22, b"one"), dataset(2, 25, b"two")
    return with_segments(encoded("JPEG"), photoshop(resource(0x0404, one), resource(0x0404, two)))


@case
def jpg_resources_over_64k() -> bytes:
    return with_segments(
        encoded("JPEG"),
        photoshop(
            resource(0x07D0, b"p" * 80_000, b"Path 1"), resource(0x0404, dataset(2, 25, b"old")), *OTHER_RESOURCES
        ),
    )


# --- PNG


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunks(png: bytes, *chunks: bytes, late: bool = False) -> bytes:
    at = png.index(b"IEND") - 4 if late else 33
    return png[:at] + b"".join(chunks) + png[at:]


@case
def png_plain() -> bytes:
    return encoded("PNG")


@case
def png_palette() -> bytes:
    return encoded("PNG", mode="P", dpi=(300, 300))


@case
def png_deep_with_profile() -> bytes:
    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("I;16", (40, 30), 999).save(out, "PNG", icc_profile=profile)
    return out.getvalue()


@case
def png_animated() -> bytes:
    return encoded("PNG", save_all=True, append_images=[picture((64, 48)).rotate(90), picture()])


@case
def png_xmp_behind_data() -> bytes:
    text = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(packet("<lr:keep>yes</lr:keep>"))
    return with_chunks(encoded("PNG"), chunk(b"iTXt", text), late=True)


@case
def png_raw_profiles() -> bytes:
    def raw(name: bytes, data: bytes) -> bytes:
        digits = b"\n".join(data.hex().encode()[at : at + 72] for at in range(0, 2 * len(data), 72))
        text = b"\n" + name + f"\n{len(data):8}\n".encode() + digits + b"\n"
        return chunk(b"zTXt", b"Raw profile type " + name + b"\0\0" + zlib.compress(text))

    iptc = resource(0x0404, dataset(2, 25, b"old") + dataset(2, 22, b"id"))
    return with_chunks(encoded("PNG"), raw(b"exif", exif_block()), raw(b"iptc", iptc))


@case
def png_trailing_bytes() -> bytes:
    return with_chunks(encoded("PNG"), chunk(b"tEXt", b"Comment\0kept")) + b"trailer"


# --- WebP


@case
def webp_lossy() -> bytes:
    return encoded("WEBP", quality=70)


@case
def webp_lossless_alpha() -> bytes:
    return encoded("WEBP", mode="RGBA", lossless=True)


@case
def webp_animated() -> bytes:
    return encoded("WEBP", save_all=True, append_images=[picture().rotate(90)], duration=100)


@case
def webp_with_exif_and_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded("WEBP", exif=exif_block(), icc_profile=profile, xmp=packet("<lr:keep>yes</lr:keep>"))


@case
def webp_trailing_bytes() -> bytes:
    return encoded("WEBP") + b"trailer!"


# --- TIFF


@case
def tif_plain() -> bytes:
    return encoded("TIFF")


@case
def tif_compressed_16_bit() -> bytes:
    out = io.BytesIO()
    Image.new("I;16B", (40, 30), 999).save(out, "TIFF")
    return out.getvalue()


@case
def tif_big() -> bytes:
    return encoded("TIFF", big_tiff=True, compression="tiff_lzw")


@case
def tif_pages() -> bytes:
    return encoded("TIFF", save_all=True, append_images=[picture((20 + n, 30)) for n in range(6)])


@case
def tif_with_iptc_and_resources() -> bytes:
    block = dataset(1, 90, b"\x1b%G") + dataset(2, 25, b"old") + dataset(2, 22, b"id")
    block += b"\0" * (-len(block) % 4)
    packed = b"".join((*OTHER_RESOURCES, resource(0x0404, block), resource(0x0425, bytes(16))))
    return appended(
        encoded("TIFF"),
        {
            33723: ifd.Value(ifd.LONG, block),
            34377: ifd.Value(ifd.BYTE, packed),
            700: ifd.Value(ifd.BYTE, packet("<lr:keep>yes</lr:keep>")),
        },
    )


@case
def tif_sub_directory() -> bytes:
    data = encoded("TIFF", compression="tiff_adobe_deflate")
    source = Memory(data)
    flavour, start = ifd.header(source)
    sub = ifd.read(source, flavour, start)
    at = len(data) + (len(data) & 1)
    data = data.ljust(at, b"\0") + ifd.rebuilt(flavour, sub, {254: ifd.Value(ifd.LONG, flavour.pack("I", 1))}, at)
    return appended(data, {0x014A: ifd.Value(ifd.LONG, flavour.pack("I", at))})


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


@case
def eps_plain() -> bytes:
    return EPS


@case
def eps_dos_header() -> bytes:
    preview = encoded("TIFF")
    head = struct.pack("<4s6IH", b"\xc5\xd0\xd3\xc6", 30, len(EPS), 0, 0, 30 + len(EPS), len(preview), 0xFFFF)
    return head + EPS + preview


@case
def eps_illustrator() -> bytes:
    code = read_by_filter(packet("<lr:keep>yes</lr:keep>"))
    return (
        b"%!PS-Adobe-3.1 EPSF-3.0\n%ADO_DSC_Encoding: MacOS Roman\n%%Creator: Adobe Illustrator(R) 24\n"
        b"%AI5_FileFormat 14.0\n%ADO_ContainsXMP: MainFirst\n"
        + DRAWING.replace(b"%%EndProlog\n", code + b"%%EndProlog\n")
    )


@case
def eps_photoshop() -> bytes:
    data = packet("<lr:keep>yes</lr:keep>")
    marker = b"% &end XMP packet& %"
    code = b"currentfile 0 (" + marker + b") /SubFileDecode filter flushfile\n"
    code += f"%begin_xml_packet: {len(data)}\n".encode() + data + b"\n" + marker + b"\n%end_xml_packet\n"
    packed = resource(0x0404, dataset(1, 90, b"\x1b%G") + dataset(2, 25, b"old") + dataset(2, 22, b"id"))
    digits = packed.hex().upper().encode()
    lines = b"".join(b"% " + digits[at : at + 64] + b"\n" for at in range(0, len(digits), 64))
    block = f"%BeginPhotoshop: {len(packed)}\n".encode() + lines + b"%EndPhotoshop\n"
    return EPS.replace(b"%%EndComments\n", b"%ADO_ContainsXMP: MainFirst\n%%EndComments\n" + block + code)


@case
def eps_without_end_of_comments() -> bytes:
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n/x 1 def\nshowpage\n%%EOF\n"


@case
def eps_mac_lines() -> bytes:
    return EPS.replace(b"\n", b"\r")
