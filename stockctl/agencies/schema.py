"""Every key that an agency's file may hold, and what its value must be."""

from __future__ import annotations

import functools
from typing import Any

from stockctl.agencies.fields import FIELDS
from stockctl.media.identify import KINDS, Kind

TEXT, WHOLE, NUMBER, FLAG = "text", "a whole number", "a number", "true or false"
WORDS, NUMBERS, FORMATS = "a list of texts", "a list of numbers", "a list of formats"
COLUMNS, CATEGORIES, PAIR = "a list of [column, field]", "a list of names or [id, name]", "two texts: yes, no"
PAIRS = "a list of [text, text]"


def one_of(*words: str) -> str:
    """Return the kind of a key whose value is one of a few words."""
    return "one of " + ", ".join(words)


# Dotted key → what the value must be. `*` stands for one of `_STARS`.
KEYS: dict[str, str] = {
    "status": TEXT,
    "closed": TEXT,
    "accepts.*": FLAG,
    "formats.*": FORMATS,
    # Pictures: sizes in megapixels (10^6), megabytes (10^6 bytes) and pixels of one side.
    "image.min_mp": NUMBER,
    "image.max_mp": NUMBER,
    "image.min_mb": NUMBER,
    "image.max_mb": NUMBER,
    "image.max_mb_tiff": NUMBER,
    "image.min_long_px": WHOLE,
    "image.max_long_px": WHOLE,
    "image.min_width_px": WHOLE,
    "image.min_height_px": WHOLE,
    "image.modes": WORDS,
    "image.profiles": WORDS,
    "image.bits": NUMBERS,
    "image.layers": FLAG,
    "image.jpeg_quality_min": NUMBER,
    "image.jpeg_baseline": FLAG,
    "image.jpeg_level": TEXT,
    # Width × height × 3 bytes.
    "image.min_opened_mb": NUMBER,
    "image.png_transparency": one_of("required", "allowed", "refused"),
    "image.camera": TEXT,
    "psd.min_mb": NUMBER,
    "psd.max_mb": NUMBER,
    "psd.companion": one_of("none", "jpeg"),
    # Vectors: the artboard in megapixels, the companion that goes with the file.
    "vector.max_mb": NUMBER,
    "vector.min_mp": NUMBER,
    "vector.max_mp": NUMBER,
    "vector.eps": TEXT,
    "vector.svg": TEXT,
    "vector.modes": WORDS,
    # Whether the JPEG that shows a vector is taken beside it, as a picture of its own.
    "vector.preview_too": FLAG,
    "vector.companion": one_of("none", "jpeg", "zip", "additional"),
    "vector.preview_formats": FORMATS,
    "vector.preview_min_mp": NUMBER,
    "vector.preview_min_width_px": WHOLE,
    "vector.preview_min_height_px": WHOLE,
    "video.min_s": NUMBER,
    "video.max_s": NUMBER,
    "video.max_mb": NUMBER,
    "video.min_width_px": WHOLE,
    "video.max_width_px": WHOLE,
    "video.min_height_px": WHOLE,
    "video.resolutions": WORDS,
    # Shapes that the agency asks to avoid, which is advice: `vertical`, `square`.
    "video.avoid": WORDS,
    "video.fps": NUMBERS,
    "video.codecs": WORDS,
    "video.scan": one_of("progressive", "interlaced"),
    # The sound track: in words, and what of it can be looked at.
    "video.audio": TEXT,
    "video.audio_hz": NUMBERS,
    "video.audio_bits": NUMBERS,
    "video.audio_codecs": WORDS,
    "audio.max_s": NUMBER,
    "audio.max_mb": NUMBER,
    "audio.min_hz": WHOLE,
    "audio.hz": NUMBERS,
    "audio.min_bits": WHOLE,
    "audio.bits": NUMBERS,
    # Texts: lengths in characters.
    "meta.title_field": FLAG,
    "meta.title_min": WHOLE,
    "meta.title_max": WHOLE,
    "meta.title_best": TEXT,
    "meta.title_commas": FLAG,
    "meta.title_is_file_name": FLAG,
    "meta.title_unique": FLAG,
    "meta.description_field": FLAG,
    "meta.description_required": FLAG,
    "meta.description_min": WHOLE,
    "meta.description_max": WHOLE,
    "meta.description_min_words": WHOLE,
    "meta.special_letters": FLAG,
    "meta.forbidden_characters": TEXT,
    "meta.all_capitals": FLAG,
    "meta.forbidden": TEXT,
    "meta.language": TEXT,
    "meta.keywords_min": WHOLE,
    "meta.keywords_max": WHOLE,
    "meta.keywords_safe_max": WHOLE,
    "meta.keywords_best": TEXT,
    "meta.keyword_order": TEXT,
    "meta.keyword_vocabulary": TEXT,
    "meta.super_keywords_max": WHOLE,
    "meta.embedded_read": FLAG,
    "meta.embedded_fields": TEXT,
    "categories.required": FLAG,
    "categories.max": WHOLE,
    "categories.all": CATEGORIES,
    "categories.video": CATEGORIES,
    # File names: `characters` is the inside of a regular expression's [ ].
    "filename.characters": TEXT,
    "filename.max": WHOLE,
    "ai.policy": one_of("accepted", "refused", "separate"),
    "ai.declare": TEXT,
    "ai.keyword": TEXT,
    "ai.category": TEXT,
    "ai.models": WORDS,
    # Whether contributors' works train models, and how one says no.
    "ai.training": TEXT,
    # How many versions of one motif are welcome.
    "similar.terms": TEXT,
    # What a review may end with, in the agency's words.
    "review.outcomes": WORDS,
    "editorial.accepted": FLAG,
    "editorial.kinds": WORDS,
    "editorial.declare": TEXT,
    "editorial.caption": one_of("required", "forbidden"),
    "editorial.caption_in": one_of("title", "description"),
    "editorial.caption_form": TEXT,
    "editorial.caption_pattern": TEXT,
    "releases.formats": WORDS,
    "releases.max_mb": NUMBER,
    "releases.characters": TEXT,
    "releases.how": TEXT,
    # What is sold dearer beside what everybody may buy, in the agency's own words.
    "macrostock.creative": WORDS,
    "macrostock.editorial": WORDS,
    "macrostock.exclusive": TEXT,
    "exclusivity.offered": one_of("none", "file", "account", "file and account"),
    "exclusivity.terms": TEXT,
    "price.by_contributor": FLAG,
    "price.licences": WORDS,
    "price.licence_choice": TEXT,
    "payout.min_usd": NUMBER,
    "payout.methods": WORDS,
    "payout.when": TEXT,
    "payout.share": TEXT,
    "quota.terms": TEXT,
    # At most so many of a kind within a rolling window.
    "quota.images": WHOLE,
    "quota.videos": WHOLE,
    "quota.window_days": NUMBER,
    # Which files count: those sent in for review, or those uploaded.
    "quota.counts": one_of("submitted", "uploaded"),
    "sheet.columns": COLUMNS,
    "sheet.ai.columns": COLUMNS,
    "sheet.video.columns": COLUMNS,
    "sheet.required": WORDS,
    "sheet.formats": FORMATS,
    "sheet.delimiter": TEXT,
    "sheet.quote_all": FLAG,
    "sheet.bom": FLAG,
    "sheet.line_end": TEXT,
    "sheet.encoding": TEXT,
    "sheet.keyword_separator": TEXT,
    "sheet.category_separator": TEXT,
    # What stands in a cell for a category that is not chosen.
    "sheet.no_category": TEXT,
    "sheet.release_separator": TEXT,
    "sheet.date_format": TEXT,
    "sheet.yes_no": PAIR,
    # What stands where neither is true, and our word for a kind → the agency's.
    "sheet.not_applicable": TEXT,
    "sheet.image_types": PAIRS,
    "sheet.max_rows": WHOLE,
    "sheet.max_mb": NUMBER,
    "sheet.file_name": TEXT,
    "sheet.takes": TEXT,
    "sheet.open_to_all": FLAG,
    "sheet.with_the_files": FLAG,
    "sheet.next_step": TEXT,
    "transport.protocol": one_of("ftp", "ftps", "sftp", "https", "web"),
    "transport.host": TEXT,
    "transport.port": WHOLE,
    # Further hosts that the agency is said to have, tried where `host` does not answer.
    "transport.other_hosts": WORDS,
    "transport.folder": TEXT,
    "transport.passive": FLAG,
    "transport.login": TEXT,
    "transport.access": TEXT,
    "transport.folders.*": TEXT,
    "transport.hosts.*": TEXT,
    "transport.quota": TEXT,
    "transport.connections": WHOLE,
    # Whether the agency's page says that a person may make its folders over there.
    "transport.makes_folders": FLAG,
    # Files in one batch, which is all of one type; the type's name for a kind and for what is editorial.
    "transport.batch_files": WHOLE,
    "transport.batches.*": TEXT,
    "transport.web_batch_files": WHOLE,
    "transport.retention_days": WHOLE,
    "api.sandbox": TEXT,
    "api.login": TEXT,
    "api.paths": WORDS,
    "api.batch_fields": WORDS,
    "api.open_to_individuals": FLAG,
    "api.host": TEXT,
    # Our word for a batch's type → the API's.
    "api.batch_types": PAIRS,
}

_KIND_NAMES = frozenset(kind.value for kind in Kind)
_STARS: dict[str, frozenset[str]] = {
    "accepts.*": _KIND_NAMES,
    "formats.*": _KIND_NAMES,
    "transport.hosts.*": _KIND_NAMES,
    "transport.batches.*": _KIND_NAMES | {"editorial"},
    "transport.folders.*": _KIND_NAMES | {"additional", "releases", "editorial", "news", "archive"},
}

# What one fact may hold.
PARTS = ("value", "source", "confidence", "checked", "note", "disputed", "examples")

# Facts that no rule reads and no sheet or transport needs: `stockctl agencies NAME` shows them to a person. All
# other keys are read somewhere, which a test holds.
SHOWN = frozenset(
    {
        *("status", "similar.terms", "review.outcomes", "quota.terms", "quota.counts"),
        # In another form they are judged: as megapixels, as a quality, by the camera's own make.
        *("image.min_opened_mb", "image.jpeg_level", "image.camera", "image.bits"),
        *("vector.svg", "vector.preview_formats", "video.audio"),
        *("meta.title_best", "meta.keywords_best", "meta.keyword_order", "meta.keyword_vocabulary", "meta.forbidden"),
        *("meta.embedded_read", "meta.embedded_fields"),
        *("ai.models", "ai.training", "editorial.declare", "releases.how"),
        *("macrostock.creative", "macrostock.editorial", "macrostock.exclusive"),
        *("price.by_contributor", "price.licence_choice", "payout.methods", "payout.when", "payout.share"),
        *("sheet.file_name", "sheet.takes", "sheet.open_to_all"),
        *("transport.quota", "transport.retention_days", "transport.web_batch_files"),
        *("api.sandbox", "api.login", "api.paths", "api.batch_fields", "api.open_to_individuals"),
    }
)


@functools.cache
def known_keys() -> tuple[str, ...]:
    """Return every key that a file may hold, spelt out."""
    keys = [key for key in KEYS if key not in _STARS]
    return (*keys, *(key.replace("*", word) for key, words in _STARS.items() for word in sorted(words)))


def kind_of(key: str) -> str | None:
    """Return what the value of a dotted key must be, or None for a key that means nothing."""
    if key in KEYS:
        return KEYS[key]
    above, _, last = key.rpartition(".")
    star = f"{above}.*"
    return KEYS[star] if last in _STARS.get(star, ()) else None


def fault(value: Any, kind: str) -> str:  # noqa: ANN401 - TOML's own types
    """Return what is wrong with a value, or an empty text."""
    wrong = f"must be {kind}, not {value!r}"
    if kind == TEXT:
        return "" if isinstance(value, str) and value else wrong
    if kind == FLAG:
        return "" if isinstance(value, bool) else wrong
    if kind in {WHOLE, NUMBER}:
        types = int if kind == WHOLE else (int, float)
        if not isinstance(value, types) or isinstance(value, bool):
            return wrong
        return "" if value >= 0 else "must not be negative"
    if kind.startswith("one of "):
        return "" if value in kind.removeprefix("one of ").split(", ") else wrong
    if not isinstance(value, list):
        return wrong
    if kind == PAIR:
        return "" if len(value) == 2 and all(isinstance(item, str) for item in value) else wrong
    if kind == NUMBERS:
        return "" if all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in value) else wrong
    if kind == COLUMNS:
        return next((bad for item in value if (bad := _column_fault(item))), "" if value else wrong)
    if kind in {CATEGORIES, PAIRS}:
        fits = all(_is_pair(item) or (kind == CATEGORIES and isinstance(item, str)) for item in value)
        return "" if value and fits else wrong
    if not all(isinstance(item, str) for item in value):
        return wrong
    strange = [item for item in value if kind == FORMATS and item not in KINDS]
    return f"unknown format {strange[0]!r}; known: {', '.join(KINDS)}" if strange else ""


def _is_pair(item: Any) -> bool:  # noqa: ANN401 - TOML's own types
    return isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item)


def _column_fault(item: Any) -> str:  # noqa: ANN401 - TOML's own types
    if not _is_pair(item):
        return f"each column must be [name, field], not {item!r}"
    filling = item[1]
    if filling in FIELDS or filling.startswith("="):
        return ""
    return f"column {item[0]!r} is filled with {filling!r}; known: {', '.join(sorted(FIELDS))}"
