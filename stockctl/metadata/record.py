"""The record: what a picture says about itself, whichever standard holds it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from stockctl.report.visible import clean, composed

# Where IPTC's NewsCodes and PLUS's vocabularies live; files hold the whole URI, the record its last part.
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
RELEASE_CODES = "http://ns.useplus.org/ldf/vocab/"

# PLUS: none, not applicable, unlimited, limited or incomplete releases.
MODEL_RELEASES = ("MR-NON", "MR-NAP", "MR-UMR", "MR-LMR")
PROPERTY_RELEASES = ("PR-NON", "PR-NAP", "PR-UPR", "PR-LPR")

# Digital source types (IPTC NewsCodes) of pictures that a model generated, wholly or in part. Not among them is
# `algorithmicMedia`: what a formula draws, a fractal say, without a trained model.
GENERATED = frozenset({"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"})


_BY_CASE = {name.casefold(): name for name in GENERATED}


def plain_source_type(text: str) -> str:
    """Return a digital source type without its vocabulary: of an address, of `digsrctype:…`, in any case."""
    code = re.split("[/:#]", text.strip().rstrip("/"))[-1]
    return _BY_CASE.get(code.casefold(), code)


@dataclass(frozen=True, slots=True)
class Location:
    """A place in words (IPTC Extension, Location Details); what is not known is empty."""

    name: str = ""
    sublocation: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    country_code: str = ""
    world_region: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """The metadata of one picture, free of the standards' forms.

    Empty texts, empty tuples and None mean that nothing is said. Keywords and
    creators stand in their order. `country_code` is ISO 3166-1, two or three
    letters. `model_release` and `property_release` are PLUS codes (`MR-UMR`, …)
    and `digital_source_type` is a NewsCode (`trainedAlgorithmicMedia`), each
    without its vocabulary's address. `rating` runs from -1 (rejected) to 5.
    `date_created` is ISO 8601 as far as it is known (`2026`, `2026-11-21`, …).
    `hidden` is no field: it tells of what was read how many characters that
    nobody can see were left out of which field.
    """

    title: str = ""
    headline: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    copyright: str = ""
    credit: str = ""
    source: str = ""
    instructions: str = ""
    sublocation: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    country_code: str = ""
    location_created: Location | None = None
    locations_shown: tuple[Location, ...] = ()
    people: tuple[str, ...] = ()
    model_release: str = ""
    model_release_ids: tuple[str, ...] = ()
    property_release: str = ""
    property_release_ids: tuple[str, ...] = ()
    digital_source_type: str = ""
    ai_system: str = ""
    ai_system_version: str = ""
    ai_prompt: str = ""
    ai_prompt_writer: str = ""
    editorial: bool = False
    rating: int | None = None
    date_created: str = ""
    hidden: tuple[tuple[str, int], ...] = field(default=(), compare=False, repr=False)

    @property
    def generated(self) -> bool:
        """Whether the picture says that a model made it, or a part of it."""
        return plain_source_type(self.digital_source_type) in GENERATED or bool(self.ai_system or self.ai_prompt)

    def said(self) -> dict[str, Any]:
        """Return the fields that say something, by name, in the record's order."""
        return {name: value for name in NAMES if (value := getattr(self, name))}

    def to_json(self) -> dict[str, Any]:
        """Return what is said, ready for JSON."""
        return {name: plain(value) for name, value in self.said().items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Record:
        """Rebuild a record that `to_json` wrote."""
        return cls(**{name: _built(value) for name, value in data.items()})

    def cleaned(self) -> Record:
        r"""Return the record as it can be written.

        Line ends are `\n`, characters that XML 1.0 cannot hold are gone, texts
        are trimmed, empty and repeated words of a list are dropped.
        """
        return cleaned(self.said())


def cleaned(values: dict[str, Any]) -> Record:
    """Return the record of these values by field, as it can be written; see `Record.cleaned`."""
    hidden = tuple((name, count) for name, value in values.items() if (count := hidden_in(value)))
    return Record(**{name: _clean(value) for name, value in values.items() if value}, hidden=hidden)


def hidden_in(value: Any) -> int:  # noqa: ANN401 - any field's value
    """Return how many characters that nobody can see, or that XML cannot hold, stand in a field's value."""
    if isinstance(value, str):
        if value.isprintable():
            return 0
        lines = value.replace("\r\n", "\n").replace("\r", "\n")
        lines = composed(lines)
        return len(lines) - len(_UNFIT.sub("", clean(lines)))
    if isinstance(value, Location):
        return sum(hidden_in(getattr(value, name)) for name in _PLACE_NAMES)
    return sum(map(hidden_in, value)) if isinstance(value, tuple) else 0


def unclean(current: Record, wanted: Record) -> frozenset[str]:
    """Return the fields that are to be written anew for what is hidden in them alone; `wanted` may let some be."""
    if not current.hidden:
        return frozenset()
    return frozenset(name for name, _ in current.hidden) - {name for name, _ in wanted.hidden}


NAMES = tuple(each.name for each in fields(Record) if each.name != "hidden")
_PLACE_NAMES = tuple(each.name for each in fields(Location))

# What XML 1.0 leaves out (section 2.2), and lone surrogates.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    r"""Return a text without what XML 1.0 cannot hold or nobody can see, with `\n` as line end, trimmed, in NFC."""
    if text.isprintable():  # most are, and reading many files is spent here
        return (text if text.isascii() else composed(text)).strip()
    return _UNFIT.sub("", clean(text.replace("\r\n", "\n").replace("\r", "\n"))).strip()


def plain(value: Any) -> Any:  # noqa: ANN401 - any field's value
    """Return a field's value as JSON holds it."""
    if isinstance(value, Location):
        return {name: part for name, part in asdict(value).items() if part}
    return [plain(part) for part in value] if isinstance(value, tuple) else value


def _built(value: Any) -> Any:  # noqa: ANN401 - any field's value
    if isinstance(value, dict):
        return Location(**value)
    if not isinstance(value, list):
        return value
    # A list holds words or places, never both: a file's fifty keywords are taken at once.
    return tuple(map(_built, value)) if value and isinstance(value[0], dict) else tuple(value)


def _clean(value: Any) -> Any:  # noqa: ANN401 - any field's value
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Location):
        place = Location(*(clean_text(getattr(value, name)) for name in _PLACE_NAMES))
        return None if place == Location() else place
    if isinstance(value, tuple):
        cleaned = [clean_text(item) if isinstance(item, str) else _clean(item) for item in value]
        return tuple(dict.fromkeys(filter(None, cleaned)))
    return value
