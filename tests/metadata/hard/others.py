"""PNG, WebP, TIFF and EPS files that broke other writers."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageCms

from stockctl.files.source import Memory
from stockctl.metadata.standards import ifd
from tests.metadata.hard.parts import (
    DRAWING,
    EPS,
    OTHER_RESOURCES,
    appended,
    case,
    chunk,
    dataset,
    exif_block,
    packet,
    read_by_filter,
    resource,
    with_chunks,
)
from tests.metadata.samples import encoded, picture


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
def eps_photoshop_old() -> bytes:
    data = packet("<lr:keep>yes</lr:keep>")
    code = (
        f"/MetadataString {len(data)} string def % exact length of metadata\r/TempString 100 string def\r"
        "/ConsumeMetadata {\rcurrentfile TempString readline pop pop\rcurrentfile MetadataString readstring pop pop\r"
        f"}} bind def\rConsumeMetadata\r%begin_xml_packet: {len(data)}\r"
    ).encode()
    code += data + b"\r%end_xml_packet\r"
    mac = EPS.replace(b"\n", b"\r")
    return mac.replace(b"%%EndComments\r", b"%ADO_ContainsXMP: MainFirst\r%%EndComments\r" + code)


@case
def eps_without_end_of_comments() -> bytes:
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n/x 1 def\nshowpage\n%%EOF\n"


@case
def eps_mac_lines() -> bytes:
    return EPS.replace(b"\n", b"\r")
