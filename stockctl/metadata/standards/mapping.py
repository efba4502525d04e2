"""The mapping: where each field of the record stands in XMP, IPTC IIM and EXIF.

By the IPTC Photo Metadata Standard 2025.1, IIM 4.2, PLUS 2.0 and the IPTC Photo
Metadata Mapping Guidelines. Every reader and writer goes by this one table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from stockctl.metadata.record import RELEASE_CODES, SOURCE_TYPES, Record, clean_text
from stockctl.metadata.standards.countries import three_letters

if TYPE_CHECKING:
    from collections.abc import Collection

NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    # Of programs that keep copies of our fields under names of their own; see `COPIES` and `LISTS`.
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "MicrosoftPhoto_1_": "http://ns.microsoft.com/photo/1.0",
    "mediapro": "http://ns.iview-multimedia.com/mediapro/1.0/",
    "acdsee": "http://ns.acdsee.com/iptc/1.0/",
    "mwg-kw": "http://www.metadataworkinggroup.com/schemas/keywords/",
    "expressionmedia": "http://ns.microsoft.com/expressionmedia/1.0/",
    "ics": "http://ns.idimager.com/ics/1.0/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "prism_1": "http://prismstandard.org/namespaces/1.2/basic/",
    "prism_21": "http://prismstandard.org/namespaces/basic/2.1/",
    "prism_3": "http://prismstandard.org/namespaces/basic/3.0/",
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


# IIM's country code has three letters; two, which many programs write, are read as the same country.
COUNTRY_CODE = 100

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
    Field("country_code", "Country code", Property("Iptc4xmpCore", "CountryCode"), Dataset(COUNTRY_CODE, 3)),
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

# Properties that other programs fill with a copy of our fields: the fields whose old text they may hold,
# the likeliest first. They are read by nobody here, and follow only where they said the same.
COPIES: dict[Property, tuple[str, ...]] = {
    Property("tiff", "ImageDescription", Form.LANG_ALT): ("description", "title"),
    Property("tiff", "Artist"): ("creators",),
    Property("tiff", "Copyright", Form.LANG_ALT): ("copyright",),
    Property("exif", "UserComment", Form.LANG_ALT): ("description", "title"),
    Property("Iptc4xmpCore", "AltTextAccessibility", Form.LANG_ALT): ("title", "description"),
    Property("Iptc4xmpCore", "ExtDescrAccessibility", Form.LANG_ALT): ("description", "title"),
    Property("pdf", "Keywords"): ("keywords",),
    Property("pdf", "Title"): ("title",),
    Property("pdf", "Subject"): ("description", "title"),
    Property("pdf", "Author"): ("creators",),
    Property("xmp", "Keywords"): ("keywords",),
    Property("xmp", "Title", Form.LANG_ALT): ("title",),
    Property("xmp", "Description", Form.LANG_ALT): ("description", "title"),
    Property("xmp", "Author"): ("creators",),
    Property("xmpDM", "logComment"): ("description", "title"),
    Property("xmpDM", "comment"): ("description", "title"),
    Property("Iptc4xmpExt", "Headline", Form.LANG_ALT): ("headline", "title"),
    Property("acdsee", "caption"): ("title", "description", "headline"),
    Property("acdsee", "notes"): ("description", "title"),
    Property("acdsee", "author"): ("creators",),
}
# Lists of keywords, some as paths from the general to the particular: an entry goes with its last part.
LISTS: tuple[Property, ...] = (
    Property("lr", "hierarchicalSubject", Form.BAG),
    Property("lr", "weightedFlatSubject", Form.BAG),
    Property("digiKam", "TagsList", Form.SEQ),
    *(
        Property(prefix, name, Form.BAG)
        for prefix in ("MicrosoftPhoto", "MicrosoftPhoto_1_")
        for name in ("LastKeywordXMP", "LastKeywordIPTC")
    ),
    Property("mediapro", "CatalogSets", Form.BAG),
    Property("expressionmedia", "CatalogSets", Form.BAG),
    Property("photoshop", "SupplementalCategories", Form.BAG),
    *(Property(prefix, "keyword", Form.BAG) for prefix in ("prism", "prism_1", "prism_21", "prism_3")),
    Property("acdsee", "keywords", Form.BAG),
)
# Trees of keywords: a leaf goes with its keyword.
TREE, CATEGORIES = Property("mwg-kw", "Keywords"), Property("acdsee", "categories")
LABELS = Property("ics", "TagStructure", Form.BAG)
FOLLOWING = {each.key: each for each in (*COPIES, *LISTS, TREE, LABELS, CATEGORIES)}
# Every source of words, in the order in which they are believed, with what reports call it.
TITLES = {
    "sidecar": "sidecar",
    "xmp": "XMP",
    "iptc": "IPTC",
    "exif": "EXIF",
    "quicktime": "QuickTime",
    "png": "PNG text",
}
# Standards that hold a list as one text, and what parts it there.
_JOINTS = {"quicktime": ", ", "png": ", "}

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
    if field.iim.number == COUNTRY_CODE:
        # What is cut to two letters is read as those two are.
        texts = tuple(three_letters(cut(three_letters(text), field.iim.limit)) for text in texts)
    found = (cut(text, field.iim.limit) for text in texts)
    return tuple(dict.fromkeys(text for text in found if text))


def as_exif(value: Any) -> str:  # noqa: ANN401 - any field's value
    """Return the text of a field's EXIF tag."""
    return CREATOR_SEPARATOR.join(value) if isinstance(value, tuple) else value


_PARTED = re.compile(r"[,;]")


def as_text(value: Any, standard: str) -> str:  # noqa: ANN401 - any field's value
    """Return the text of a field in a standard that holds each field as one text."""
    return _JOINTS[standard].join(value) if isinstance(value, tuple) else str(value)


def of_text(name: str, text: str) -> Any:  # noqa: ANN401 - as the field holds it
    """Return a field's value from one text; lists are parted at commas and semicolons."""
    if name not in {"keywords", "creators"}:
        return clean_text(text)
    return tuple(dict.fromkeys(part for each in _PARTED.split(text) if (part := clean_text(each))))


def projected(record: Record, standard: str, names: Collection[str] = ()) -> Record:
    """Return what is left of a record when one standard holds it and it is read back.

    `names` are the fields that a standard holds which holds each as one text.
    """
    if standard == "xmp":
        return record
    if standard in _JOINTS:
        said = {name: value for name in names if (value := getattr(record, name))}
        return Record(**{name: of_text(name, as_text(value, standard)) for name, value in said.items()})
    kept: dict[str, Any] = {}
    for field in FIELDS:
        value = getattr(record, field.name)
        if standard == "iptc" and field.iim and value:
            texts = as_iptc(field, value)
            kept[field.name] = texts if field.iim.repeats else texts[0] if texts else ""
        elif standard == "exif" and field.exif and value:
            kept[field.name] = value
    return Record(**kept, hidden=record.hidden)
