"""The mapping: where each field of the record stands in XMP, IPTC IIM and EXIF.

By the IPTC Photo Metadata Standard 2025.1, IIM 4.2, PLUS 2.0 and the IPTC Photo
Metadata Mapping Guidelines. Every reader and writer goes by this one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from stockctl.metadata.record import RELEASE_CODES, SOURCE_TYPES, Record

NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}


class Form(Enum):
    """The shape of a property in XMP."""

    TEXT = auto()
    LANG_ALT = auto()
    BAG = auto()
    SEQ = auto()
    PLACE = auto()  # a bag of one Location Details
    PLACES = auto()
    FLAG = auto()  # a language alternative that says `EDITORIAL_ONLY`
    WHOLE = auto()


# The words by which `editorial` stands in plus:OtherConstraints.
EDITORIAL_ONLY = "Editorial use only"

# Location Details: attribute of `Location` → property in the namespace Iptc4xmpExt.
PLACE_PARTS = {
    "name": "LocationName",
    "sublocation": "Sublocation",
    "city": "City",
    "state": "ProvinceState",
    "country": "CountryName",
    "country_code": "CountryCode",
    "world_region": "WorldRegion",
}


@dataclass(frozen=True, slots=True)
class Property:
    """A property in XMP: its namespace's usual prefix, name, form, and the vocabulary its values belong to."""

    prefix: str
    name: str
    form: Form = Form.TEXT
    vocabulary: str = ""

    @property
    def key(self) -> str:
        """The name as ElementTree tells it: namespace in braces, local name."""
        return f"{{{NAMESPACES[self.prefix]}}}{self.name}"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset of IIM record 2: its number, the most bytes that it holds, whether it repeats."""

    number: int
    limit: int
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the record in the three standards; None where a standard has no place for it."""

    name: str
    label: str
    xmp: Property
    iim: Dataset | None = None
    exif: int | None = None


FIELDS: tuple[Field, ...] = (
    Field("title", "Title", Property("dc", "title", Form.LANG_ALT), Dataset(5, 64)),
    Field("headline", "Headline", Property("photoshop", "Headline"), Dataset(105, 256)),
    Field("description", "Description", Property("dc", "description", Form.LANG_ALT), Dataset(120, 2000), 0x010E),
    Field("keywords", "Keywords", Property("dc", "subject", Form.BAG), Dataset(25, 64, repeats=True)),
    Field("creators", "Creators", Property("dc", "creator", Form.SEQ), Dataset(80, 32, repeats=True), 0x013B),
    Field("copyright", "Copyright", Property("dc", "rights", Form.LANG_ALT), Dataset(116, 128), 0x8298),
    Field("credit", "Credit", Property("photoshop", "Credit"), Dataset(110, 32)),
    Field("source", "Source", Property("photoshop", "Source"), Dataset(115, 32)),
    Field("instructions", "Instructions", Property("photoshop", "Instructions"), Dataset(40, 256)),
    Field("sublocation", "Sublocation", Property("Iptc4xmpCore", "Location"), Dataset(92, 32)),
    Field("city", "City", Property("photoshop", "City"), Dataset(90, 32)),
    Field("state", "State", Property("photoshop", "State"), Dataset(95, 32)),
    Field("country", "Country", Property("photoshop", "Country"), Dataset(101, 64)),
    Field("country_code", "Country code", Property("Iptc4xmpCore", "CountryCode"), Dataset(100, 3)),
    Field("location_created", "Location created", Property("Iptc4xmpExt", "LocationCreated", Form.PLACE)),
    Field("locations_shown", "Locations shown", Property("Iptc4xmpExt", "LocationShown", Form.PLACES)),
    Field("people", "People", Property("Iptc4xmpExt", "PersonInImage", Form.BAG)),
    Field("model_release", "Model release", Property("plus", "ModelReleaseStatus", vocabulary=RELEASE_CODES)),
    Field("model_release_ids", "Model release ids", Property("plus", "ModelReleaseID", Form.BAG)),
    Field("property_release", "Property release", Property("plus", "PropertyReleaseStatus", vocabulary=RELEASE_CODES)),
    Field("property_release_ids", "Property release ids", Property("plus", "PropertyReleaseID", Form.BAG)),
    Field(
        "digital_source_type",
        "Digital source type",
        Property("Iptc4xmpExt", "DigitalSourceType", vocabulary=SOURCE_TYPES),
    ),
    Field("ai_system", "AI system", Property("Iptc4xmpExt", "AISystemUsed")),
    Field("ai_system_version", "AI system version", Property("Iptc4xmpExt", "AISystemVersionUsed")),
    Field("ai_prompt", "AI prompt", Property("Iptc4xmpExt", "AIPromptInformation")),
    Field("ai_prompt_writer", "AI prompt writer", Property("Iptc4xmpExt", "AIPromptWriterName")),
    Field("editorial", "Editorial", Property("plus", "OtherConstraints", Form.FLAG)),
    Field("rating", "Rating", Property("xmp", "Rating", Form.WHOLE)),
    Field("date_created", "Date created", Property("photoshop", "DateCreated")),
)

BY_NAME = {field.name: field for field in FIELDS}
# Every source of words, in the order in which they are believed, with what reports call it.
TITLES = {"sidecar": "sidecar", "xmp": "XMP", "iptc": "IPTC", "exif": "EXIF", "quicktime": "QuickTime"}

# EXIF joins several creators in one text (Exif 3.0, Artist).
CREATOR_SEPARATOR = "; "


def cut(text: str, limit: int) -> str:
    """Return `text` cut to `limit` bytes of UTF-8, never within a character."""
    if 4 * len(text) <= limit:  # no character takes more than four bytes
        return text
    encoded = text.encode()
    return text if len(encoded) <= limit else encoded[:limit].decode("utf-8", "ignore").rstrip()


def as_iptc(field: Field, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - any field's value
    """Return the texts of a field's IIM datasets, in order, each within its limit."""
    assert field.iim is not None
    texts = value if isinstance(value, tuple) else (value,)
    found = (cut(text, field.iim.limit) for text in texts)
    return tuple(dict.fromkeys(text for text in found if text))


def as_exif(value: Any) -> str:  # noqa: ANN401 - any field's value
    """Return the text of a field's EXIF tag."""
    return CREATOR_SEPARATOR.join(value) if isinstance(value, tuple) else value


def projected(record: Record, standard: str) -> Record:
    """Return what is left of a record when one standard holds it and it is read back."""
    if standard == "xmp":
        return record
    kept: dict[str, Any] = {}
    for field in FIELDS:
        value = getattr(record, field.name)
        if standard == "iptc" and field.iim and value:
            texts = as_iptc(field, value)
            kept[field.name] = texts if field.iim.repeats else texts[0] if texts else ""
        elif standard == "exif" and field.exif and value:
            kept[field.name] = value
    return Record(**kept)
