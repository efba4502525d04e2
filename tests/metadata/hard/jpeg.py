"""JPEG files that broke other writers."""

from __future__ import annotations

import hashlib
import io
import struct

from PIL import ImageCms

from tests.metadata.hard.parts import (
    OTHER_RESOURCES,
    case,
    dataset,
    exif_block,
    little,
    packet,
    photoshop,
    resource,
    segment,
    with_segments,
    xmp_segment,
)
from tests.metadata.samples import encoded, picture


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
def jpg_xmp_of_a_phone_before_jfif() -> bytes:
    inner = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    inner += '<rdf:Description rdf:about="" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" '
    inner += 'GCamera:MicroVideo="1" GCamera:MicroVideoOffset="418"/></rdf:RDF></x:xmpmeta>'
    data = encoded("JPEG")
    return data[:2] + xmp_segment(inner.encode()) + data[2:]


@case
def jpg_xmp_without_rdf() -> bytes:
    wrapped = (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/" /><?xpacket end="w"?>'
    )
    return with_segments(encoded("JPEG"), xmp_segment(wrapped))


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
def jpg_iptc_in_two_segments() -> bytes:
    block = dataset(1, 90, b"\x1b%G") + dataset(1, 0, b"\0\4") + dataset(2, 0, b"\0\2") + dataset(2, 25, b"old")
    one, two = photoshop(resource(0x0404, block)), photoshop(resource(0x0404, block + dataset(2, 22, b"id")))
    return with_segments(encoded("JPEG"), one, segment(0xFE, b"between"), two)


@case
def jpg_resources_of_other_programs() -> bytes:
    other = resource(0x0404, b"not IPTC").replace(b"8BIM", b"AgHg")
    return with_segments(encoded("JPEG"), photoshop(other, *OTHER_RESOURCES))


@case
def jpg_resources_over_64k() -> bytes:
    return with_segments(
        encoded("JPEG"),
        photoshop(
            resource(0x07D0, b"p" * 80_000, b"Path 1"), resource(0x0404, dataset(2, 25, b"old")), *OTHER_RESOURCES
        ),
    )
