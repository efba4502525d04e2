"""What a file's name and its folder's name say of the picture, which is often nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.words.lemma import plain
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from pathlib import Path

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(r"^(?=.*\d)[0-9a-f-]{8,}$|^[a-z]{1,4}\d{3,}$", re.IGNORECASE)
_HASH = re.compile(r"^(?=.*\d)[0-9A-Za-z]{6,}$")


def name_words(path: Path) -> list[str]:
    """Return the telling words of a file's name, lower case, in order.

    `DSC_1234.JPG`, `IMG-20260101-WA0001.jpg` and the like say nothing.
    """
    return _telling(path.stem)


def folder_words(path: Path) -> list[str]:
    """Return the telling words of the nearest folder; what stands above it says nothing.

    A generic name (DCIM, 100CANON, export, new folder) is no name: it gives nothing.
    """
    return _telling(path.absolute().parent.name)


def _telling(name: str) -> list[str]:
    generic = entries("generic")
    found: dict[str, None] = {}
    for part in re.split(r"[\s_.,;+()\[\]-]+", name):
        # Codes of cameras, phones and download sites: digits among letters, hex, DSC01234.
        if _CODE.match(part) or _HASH.match(part):
            continue
        for hump in _HUMP.split(part):
            for word in _WORD.findall(hump):
                lower = word.lower()
                if plain(lower) not in generic and lower not in entries("stop") and len(lower) > 2:
                    found.setdefault(lower)
    return list(found)
