"""What a file's name and its folder's name say of the picture, which is often nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import plain
from stockctl.words.spelling import is_known
from stockctl.words.tables import entries
from stockctl.words.texts.phrases import together

if TYPE_CHECKING:
    from pathlib import Path

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(r"^(?=.*\d)[0-9a-f-]{8,}$|^[a-z]{1,4}\d{3,}$", re.IGNORECASE)
# Versions: v2, a lone letter (but for the article) or number.
_VERSION = re.compile(r"^(?:v?\d+|[b-z])$")
# Pictures of a download site bear its photographer's name; messengers name theirs by the clock.
_SITE = re.compile(r"^(?:pexels|pixabay)-.*\d$|-unsplash$|^whatsapp (?:image|video)", re.IGNORECASE)
_HASH = re.compile(r"^(?=.*\d)[0-9A-Za-z]{6,}$")


def name_words(path: Path) -> list[str]:
    """Return the telling words of a file's name, lower case, in order.

    `DSC_1234.JPG`, `IMG-20260101-WA0001.jpg` and the like say nothing.
    """
    return list(_telling(_stem(path)))


def folder_words(path: Path) -> list[str]:
    """Return the telling words of the nearest folder; what stands above it says nothing.

    A generic name (DCIM, 100CANON, export, new folder) is no name: it gives nothing.
    """
    return list(_telling(_nfc(path.absolute().parent.name)))


def name_title(path: Path) -> str:
    """Return a file's name as a line of text: small words and capitals as written, codes and export marks taken off.

    Empty where it is no English: agencies take no other titles.
    """
    parts = [part for part in _parts(_stem(path)) if not part.rstrip(",").isdigit()]
    while parts and _is_mark(parts[0]):
        del parts[0]
    while parts and (_is_mark(parts[-1]) or parts[-1].lower().rstrip(",") in entries("stop") - {"up", "off", "out"}):
        del parts[-1]
    line = " ".join(parts).rstrip(",")
    return "" if is_foreign(_stem(path)) else line.lower() if line.isupper() else line


def is_drawn(name: str) -> bool:
    """Whether a file is a vector by its name: it is no frame of a shoot of photographs."""
    return name.lower().endswith((".svg", ".eps", ".ai"))


def _stem(path: Path) -> str:
    return _nfc(path.stem)


def _nfc(name: str) -> str:
    """Return a name with each letter and its accent as one sign: macOS keeps them as two."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def is_foreign(name: str) -> bool:
    """Whether a name holds a small word of another language, or no word at all that English knows."""
    name = _nfc(name)
    words = [part.lower().strip(",") for part in _parts(name)]
    told = _telling(name)
    return any(word in entries("foreign") for word in words) or bool(told and not any(map(_is_english, told)))


def _is_english(word: str) -> bool:
    return all(map(is_known, word.split()))


def _is_mark(part: str) -> bool:
    """Whether a part of a name is a camera's or an export's mark: IMG, final, v2, a lone letter."""
    bare = part.lower().rstrip(",")
    return plain(bare) in entries("generic") or bool(_VERSION.match(bare))


@lru_cache(maxsize=10_000)
def _telling(name: str) -> tuple[str, ...]:
    # Asked for by several sources for each file, and of a folder for all its files.
    silent = _silent()
    words = together([word.lower() for part in _parts(name) for word in _WORD.findall(part)])
    return tuple(dict.fromkeys(word for word in words if silent.isdisjoint((word, plain(word))) and len(word) > 2))


@cache
def _silent() -> frozenset[str]:
    return entries("generic") | entries("stop") | entries("foreign")


@lru_cache(maxsize=10_000)
def _parts(name: str) -> tuple[str, ...]:
    """Return the words of a name as they are written, a comma after one kept; none where a download site named it."""
    if _SITE.search(name):
        return ()
    found: list[str] = []
    for part in re.split(r"(?<=,)|[\s_.;+()\[\]-]+", name):
        # Codes of cameras, phones and download sites: digits among letters, hex, DSC01234.
        if not part or _CODE.match(part) or _HASH.match(part):
            continue
        humps = _HUMP.split(part)
        found += [hump.lower() for hump in humps] if len(humps) > 1 else humps
    return tuple(found)
