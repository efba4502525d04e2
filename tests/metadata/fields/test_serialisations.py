"""However a program writes its XMP, our fields come out of it and go into it, and the others' stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stockctl.metadata.standards import xmp, xmp_edit
from tests.metadata.fields.test_records import RECORDS, SLOW

if TYPE_CHECKING:
    from stockctl.metadata import Record

DC, CRS = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/camera-raw-settings/1.0/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"


@dataclass(frozen=True)
class Style:
    """How a program writes: its prefix of RDF, its wrappers, white space, and where simple properties stand."""

    rdf: str
    meta: str
    wrapped: bool
    gap: str
    attributes: bool
    descriptions: int
    closed: bool
    quote: str
    encoding: str


STYLES = st.builds(
    Style,
    rdf=st.sampled_from(["rdf", "r", "RDF"]),
    meta=st.sampled_from(["x:xmpmeta", "x:xapmeta", ""]),
    wrapped=st.booleans(),
    gap=st.sampled_from(["", "\n", "\r\n  ", "\t"]),
    attributes=st.booleans(),
    descriptions=st.integers(1, 3),
    closed=st.booleans(),
    quote=st.sampled_from(["'", '"']),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)


def written(style: Style) -> bytes:
    """Return a packet with a headline, a title in two languages and a foreign property, as `style` writes it."""
    q, rdf, gap = style.quote, style.rdf, style.gap
    spaces = f"xmlns:dc={q}{DC}{q} xmlns:crs={q}{CRS}{q} xmlns:photoshop={q}{PHOTOSHOP}{q}"
    simple = {"crs:Exposure": "+0.35", "photoshop:Headline": "Früh &amp; spät"}
    title = (
        f"<dc:title><{rdf}:Alt><{rdf}:li xml:lang={q}x-default{q}>One</{rdf}:li>"
        f"<{rdf}:li xml:lang={q}de{q}>Eins</{rdf}:li></{rdf}:Alt></dc:title>"
    )
    attributes = "".join(f" {name}={q}{value}{q}" for name, value in simple.items()) if style.attributes else ""
    elements = "" if style.attributes else "".join(f"{gap}<{name}>{value}</{name}>" for name, value in simple.items())
    parts = [
        f"<{rdf}:Description {rdf}:about={q}{q} {spaces}{attributes}>{elements}{gap}{title}{gap}</{rdf}:Description>"
    ]
    empty = f"<{rdf}:Description {rdf}:about={q}{q}"
    parts += [f"{empty}/>" if style.closed else f"{empty}></{rdf}:Description>"] * (style.descriptions - 1)
    body = gap.join([f"<{rdf}:RDF xmlns:{rdf}={q}{xmp.RDF}{q}>", *parts, f"</{rdf}:RDF>"])
    if style.meta:
        body = f"<{style.meta} xmlns:x={q}adobe:ns:meta/{q}>{gap}{body}{gap}</{style.meta}>"
    if style.wrapped:
        body = f"<?xpacket begin={q}\ufeff{q} id={q}W5M0MpCehiHzreSzNTczkc9d{q}?>{body}<?xpacket end={q}w{q}?>"
    return body.encode(style.encoding)


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(STYLES, RECORDS)
def test_any_way_of_writing_xmp_takes_any_record(style: Style, record: Record) -> None:
    data = written(style)
    before = xmp.parse(data).record
    assert (before.title, before.headline) == ("One", "Früh & spät")
    new = xmp_edit.edit(data, record, xmp_edit.changed_fields(before, record))
    assert xmp.parse(new).record == record
    assert foreign(new) == foreign(data)
    if record.title:
        assert b">Eins<" in xmp.as_utf8(new)


def foreign(data: bytes) -> list[Any]:
    """Return what the packet says in the namespace of the raw converter."""
    from xml.etree import ElementTree as ET

    root = ET.fromstring(xmp.as_utf8(data))  # noqa: S314 - our own packet
    attributes = [value for node in root.iter() for name, value in node.attrib.items() if CRS in name]
    return attributes + [node.text for node in root.iter() if CRS in str(node.tag)]
