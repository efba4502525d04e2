"""Upload names: what an agency allows, unique there, and the same for a picture from the first try on."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from stockctl.agencies import Agency

# What every server and every agency's page takes; an agency may allow less.
_SAFE = "A-Za-z0-9_-"
_STRICTEST = "A-Za-z0-9_"
_UNTOUCHED = re.compile("[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*")
_LONGEST = 100

_SUFFIXES = {
    "jpeg": ".jpg",
    "tiff": ".tif",
    "png": ".png",
    "webp": ".webp",
    "psd": ".psd",
    "eps": ".eps",
    "ai": ".ai",
    "svg": ".svg",
    "zip": ".zip",
    "mp4": ".mp4",
    "mov": ".mov",
    "mpg": ".mpg",
    "avi": ".avi",
}
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "ł": "l", "Ł": "L", "đ": "d"})


def upload_name(agency: Agency, path: PurePath, format_: str, media_id: str, taken: Container[str] = ()) -> str:
    """Return the name under which a file goes to an agency.

    The person's own name is kept as far as the agency's characters and length
    allow, with the suffix of what the file is. `taken` holds names in lower
    case; a name in it gets a number. A name of which nothing is left (another
    script, say) becomes one made from `media_id`.
    """
    suffix = _SUFFIXES.get(format_, path.suffix.lower())
    said = agency.limit("filename.characters")
    # What is in dispute renames nobody's files.
    allowed = _SAFE if said is None or said.disputed else str(said.value)
    longest = int(agency.number("filename.max") or _LONGEST)
    join = _join(allowed)
    stem = plain_stem(path, allowed) or f"img{join}{media_id[:8]}"
    number = 1
    while True:
        tail = f"{join}{number}" if number > 1 else ""
        name = stem[: longest - len(suffix) - len(tail)] + tail + suffix
        if name.lower() not in taken:
            return name
        number += 1


def plain_stem(path: PurePath, allowed: str = _STRICTEST) -> str:
    """Return what is left of a file's name, without its suffix, in the characters allowed; empty where nothing is."""
    stem = path.stem
    # Most names need nothing, and a batch has more of them than are worth keeping.
    if allowed in {_SAFE, _STRICTEST} and _UNTOUCHED.fullmatch(stem):
        return stem
    return _plain(stem, allowed)


# Kept: each of a thousand files is named for every agency, and most of these allow the same.
@lru_cache(maxsize=4096)
def _plain(stem: str, allowed: str) -> str:
    stem = unicodedata.normalize("NFKD", stem.translate(_LETTERS)).encode("ascii", "ignore").decode()
    stem = re.sub(f"[^{allowed}]+", _join(allowed), stem)
    # A leading dash or dot would be an option or a hidden file somewhere.
    return re.sub("_{2,}", "_", stem).strip("_").lstrip("-.")


@cache
def _join(allowed: str) -> str:
    return "_" if re.match(f"[{allowed}]", "_") else ""


def with_suffix_of(name: str, format_: str) -> str:
    """Return the name of a companion: that of its picture, with the suffix of its own format."""
    return PurePath(name).stem + _SUFFIXES.get(format_, f".{format_}")
