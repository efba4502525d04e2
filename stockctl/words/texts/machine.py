"""Descriptions that a camera or a program wrote by itself: no title, no words of the person's."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from stockctl.words.proper.placenames import is_place
from stockctl.words.tables import entries, packed, rows

if TYPE_CHECKING:
    from stockctl.metadata import Reading, Record

_COMPANY = frozenset(
    ("company", "corporation", "corp", "co", "inc", "ltd", "the", "optical", "imaging", "electronics", "camera",
     "computer", "digital")
)  # fmt: skip
_SIGNATURE = re.compile(
    r"^(?i:(?:image|photo|picture|video)s?\s)?(?i:processed|powered|photographed|stitched|created|edited|generated|produced|saved|exported|converted|scanned|rendered|enhanced|retouched|resized|"
    r"compressed|optimi[sz]ed|captured|made|shot|taken|drawn|painted)\s(?i:in|with|using|via|by|on|from)\s(?:the\s|a\s)?(.+)$",
    re.DOTALL,
)
_VERSION = re.compile(
    r"(?:\bv\.?\s?\d+(?:\.\d+)*|\b\d+\.\d+(?:\.\d+)*|\b(?:CS|CC)\s?\d*)(?:\s*\(\w+\))?\s*$", re.IGNORECASE
)
_FIRM = re.compile(r"\b(?:Inc|Corp|Ltd|GmbH|LLC|S\.A|Co)\b\.?|\b(?:Technologies|Software|Systems|Library|Encoder)\b")
_NUMBERED = re.compile(
    r"^(?:picture|image|photo|img|dsc\w?|untitled|document|slide|scan|layer|file|pic)[\s_-]*\(?\d*\)?$", re.IGNORECASE
)
# What a program's name follows: "file written by", "file source: https://…".
_LEADS_ON = (" by", ":")
# What stands behind a program's name where that is made of words: "windows photo viewer".
_BESIDE = frozenset(("app", "editor", "file", "gallery", "here", "image", "jpeg", "photo", "picture", "viewer"))
# A channel or a wavelength (735 nm), and the moment that a scanner or a fax writes.
_MEASURE = re.compile(r"^\d+(?:[.,]\d+)?\s?[a-zµ%°]{1,3}$", re.IGNORECASE)
_STAMPED = re.compile(
    r"\b(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\s+(?:\d+\s+)?[a-z]{3}\w*\s+(?:\d+\s+)?(?:\d{4}\s+)?\d\d:\d\d:\d\d\b",
    re.IGNORECASE,
)
# What cameras note of themselves: "filter: 0; mask: 0.0", "digital zoom 2x", "Untitled project".
_SETTINGS = re.compile(r"^(?:\w+:\s*[\d.]+;\s*){2,}|^(?:digital|optical)\s+zoom\b|^untitled\b", re.IGNORECASE)
# A model's name of more letters is its maker's; a text of so many words with it says no more.
_SHORT, _FEW = 3, 4
_EDITIONS = frozenset(("pro", "raw", "editor", "viewer", "suite", "elements", "edition", "ultimate"))
# So many words have the texts of programs at most.
_LONGEST = 14


def is_machine(text: str, make: str = "", model: str = "") -> bool:
    """Whether a description in EXIF alone was written by a camera or a program.

    It was where it is one token, where it is the maker's or model's name with what stands beside such
    names, where it is a program's signature ("Processed with VSCO with a6 preset"), or a default.
    """
    text, model = _bare(text), _bare(model)
    words = re.findall(r"[^\W_]+", text.lower())
    if len(text.split()) <= 1 or not any(word.isalpha() for word in words) or _NUMBERED.match(text):
        return True
    if any(form.search(text) for form in (_MEASURE, _STAMPED, _SETTINGS)) or _is_coded(text.split()):
        return True
    return _begins_with_maker(text, words, make, model) or _is_signature(text, words)


def _bare(text: str) -> str:
    return " ".join(text.replace("\0", " ").split()).strip("<>[](){}\"' ")


def _begins_with_maker(text: str, words: list[str], make: str, model: str) -> bool:
    """Whether a text is a maker's or model's name; of a maker whose name is a word (Apple) nothing else may follow."""
    if model and text.lower().startswith(model.lower()):
        return True
    makers = {word for word in re.findall(r"[^\W_]+", make.lower()) if len(word) > 1} - _COMPANY
    if words[0] in makers and words[0] not in packed("english"):
        return True
    # The maker's name may stand with the model alone: KODAK PIXPRO of JK Imaging.
    named = re.findall(r"[^\W_]+", model.lower())[:1]
    if words[:1] == named and len(named[0]) > _SHORT and named[0] not in packed("english"):
        return len(words) <= _FEW and not entries("stop").intersection(words)
    if words[0] not in makers | entries("makers") and words[:1] != ["eastman"]:
        return False
    codes = {word.lower() for word in re.findall(r"\b[A-Z]+\b", text)}
    known = entries("makers_words") | makers | entries("makers") | (set() if text.isupper() else codes)
    # A series of theirs is no word: Nokia Lumia.
    return all(
        word in known or any(sign.isdigit() for sign in word) or (word not in packed("english") and not is_place(word))
        for word in words
    )


def _is_signature(text: str, words: list[str]) -> bool:
    low = text.lower()
    if _is_unknown_program(text, words):
        return True
    if any(low.startswith(program) and _is_of_program(text, words, program) for program in _programs()):
        return True
    signed = _SIGNATURE.match(text)
    if signed is not None and len(words) <= 9:
        rest = signed[1]
        first = re.findall(r"[^\W_]+", rest.lower())[:1]
        known = any(rest.lower().startswith(program) for program in _programs()) or (
            first and first[0] in entries("makers")
        )
        by_tool = re.match(
            r"(?i:\w+\s(?:with|using|via)|(?:processed|edited|exported|converted|generated|rendered)\sby)\s", text
        )
        return bool(
            known
            or _VERSION.search(rest)
            or (by_tool is not None and rest[:1].isupper() and first[0] not in packed("english"))
        )
    return bool(_VERSION.search(text) and _FIRM.search(text))


def _is_coded(parts: list[str]) -> bool:
    """Whether a text is a code with a word that says nothing beside it: "SKM_C250i scan"."""
    return bool(re.search(r"_|\d", parts[0])) and "_" in parts[0] and all(_NUMBERED.match(part) for part in parts[1:])


def _is_unknown_program(text: str, words: list[str]) -> bool:
    """Whether a short text is a strange name with a version or an edition: "Photomatix Pro 6"."""
    known = words[0] in packed("english") or words[0] in entries("loanwords") or is_place(words[0])
    marked = _EDITIONS.intersection(words) or any(word.isdigit() and len(word) <= 2 for word in words[1:])
    hdr = re.search(r"\bHDR\s\d+$", text)
    return bool(hdr) or (not known and bool(marked) and len(words) <= _FEW and not entries("stop").intersection(words))


def _is_of_program(text: str, words: list[str], program: str) -> bool:
    """Whether a text that begins as a program's texts do is one of them."""
    if len(words) > _LONGEST:
        return False
    if _VERSION.search(text) or _FIRM.search(text) or program.endswith(_LEADS_ON):
        return True
    begins = re.findall(r"[^\W_]+", program)
    if all(word == "ai" or word in packed("english") or word in entries("stop") for word in begins):
        # "Digital camera" by itself, not "Digital camera on a desk".
        rest = words[len(begins) :]
        return all(word in _BESIDE or word not in packed("english") for word in rest)
    return " " in program or (len(words) <= 4 and not entries("stop").intersection(words))


@cache
def _programs() -> tuple[str, ...]:
    return tuple(row[0].lower() for row in rows("programs"))


def without_machine_texts(reading: Reading, make: str = "", model: str = "") -> Record:
    """Return the record of a reading without title and description that EXIF alone has, and that no person wrote."""
    record = reading.record
    if _by_machine(reading, "title", make, model):
        record = replace(record, title="")
    return replace(record, description="") if _by_machine(reading, "description", make, model) else record


def _by_machine(reading: Reading, name: str, make: str, model: str) -> bool:
    text: str = getattr(reading.record, name)
    said_by = {standard for standard, said in reading.per_standard.items() if getattr(said, name)}
    return bool(text) and said_by <= {"exif"} and is_machine(text, make, model)
