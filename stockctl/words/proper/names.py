"""Names that agencies refuse in titles and keywords: marks, artists, camera data, insults."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from stockctl.words.lemma import key, plain, tokens
from stockctl.words.tables import rows


@dataclass(frozen=True, slots=True)
class Hit:
    """A refused name as it stands in a text.

    `why` is `trademark`, `artist`, `camera` or `offensive`; `what` says what
    bears the name; `instead` is a neutral word, or empty.
    """

    word: str
    why: str
    what: str = ""
    instead: str = ""


# Lens, exposure and model numbers: 85mm, 24-70 mm, f/2.8, ISO 400, 1/250s, ILCE-7M3, D850, 5D Mark II.
_CAMERA_DATA = re.compile(
    r"(?<![\w.])(?:\d{1,3}(?:\.\d)?(?:-\d{2,3})?\s?mm|f/\d{1,2}(?:\.\d)?|f\d{1,2}\.\d|iso\s?\d{2,6}|1/\d{2,5}\s?s(?:ec)?"
    r"|(?:ilce|dsc|dmc|dc|nex|sm|eos|ef|rf)-\w{2,8}|d\d{3,4}|\d{1,2}d mark [ivx]+|eos \w+|\d+\s?megapixels?)(?![\w])",
    re.IGNORECASE,
)


def restricted(text: str) -> list[Hit]:
    """Return every refused name in a text or keyword, in order of standing; case and accents do not matter.

    Words that a person allowed are the caller's to leave out.
    """
    words = [plain(word) for word in tokens(text)]
    found: list[Hit] = []
    position = 0
    while position < len(words):
        if length := _no_mark_at(words, position):
            position += length
            continue
        for parts, hit in _index().get(words[position], ()):
            if tuple(words[position : position + len(parts)]) == parts:
                found.append(hit)
                position += len(parts) - 1
                break
        position += 1
    found += [Hit(match[0], "camera", "camera data") for match in _CAMERA_DATA.finditer(text)]
    return found


def _no_mark_at(words: list[str], at: int) -> int:
    """Return how many words from a place on are a thing within which a mark's name is none: a Tesla coil."""
    things = _no_marks().get(key(words[at]), ())
    return next((len(thing) for thing in things if tuple(map(key, words[at : at + len(thing)])) == thing), 0)


@cache
def _no_marks() -> dict[str, list[tuple[str, ...]]]:
    """Return the things of `no_marks.txt` by their first words, the longest first, as keys."""
    index: dict[str, list[tuple[str, ...]]] = {}
    for (thing,) in sorted(rows("no_marks"), key=lambda row: -len(row[0].split())):
        parts = tuple(map(key, thing.split()))
        index.setdefault(parts[0], []).append(parts)
    return index


def trademarks(text: str) -> list[Hit]:
    """Return the trademarks and artists' names in a text, with what they name and what to say instead."""
    return [hit for hit in restricted(text) if hit.why in {"trademark", "artist"}]


def neutral(text: str, allowed: frozenset[str] = frozenset()) -> str:
    """Return a text with the neutral word for each refused name, or without it and the small words that led to it.

    `allowed` holds keys of names that a person allowed. Where a name cannot be
    taken out, nothing is left of the text.
    """
    refused = [hit for hit in restricted(text) if key(hit.word) not in allowed]
    for hit in refused:
        name = r"[\s-]+".join(re.escape(part) for part in hit.word.split())
        before = "" if hit.instead else r"(?:\b(?:a|an|the|and|at|by|from|in|of|on|with)\s+)*"
        *kind, noun = hit.instead.split() or [""]
        if noun:
            # Vespa scooters are motor scooters, a Tesla electric car is one: the noun stands there already.
            told = r"\s+".join(re.escape(word) for word in kind)
            there = rf"\b{name}\s+(?:{told}\s+)?({re.escape(key(noun))}(?:e?s)?)\b"
            text = re.sub(there, " ".join((*kind, r"\1")), text, flags=re.IGNORECASE)
        text = re.sub(rf"{before}\b{name}\b", hit.instead, text, flags=re.IGNORECASE)
    left = [hit for hit in restricted(text) if key(hit.word) not in allowed]
    return "" if left else " ".join(text.split()).strip(" ,")


def named(text: str) -> bool:
    """Whether a text holds the name of a mark, person or place of `named.txt`, in any case of letters.

    Such names are words of English, too: they say nothing against a person's own text, but hold for no other picture.
    """
    words = [plain(word).removesuffix("'s") for word in tokens(text)]
    names = _named()
    return any(
        tuple(words[at : at + length]) in names
        for at in range(len(words))
        for length in (1, 2)
        if at + length <= len(words)
    )


@cache
def _named() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(plain(word) for word in tokens(name)) for name, *_ in rows("named"))


@cache
def _index() -> dict[str, list[tuple[tuple[str, ...], Hit]]]:
    """First word → the names that begin with it, the longest first."""
    index: dict[str, list[tuple[tuple[str, ...], Hit]]] = {}
    for why, table in (
        ("trademark", "trademarks"),
        ("camera", "cameras"),
        ("artist", "artists"),
        ("offensive", "offensive"),
    ):
        for name, *rest in rows(table):
            what = rest[0] if rest and why != "offensive" else ""
            instead = rest[-1] if rest and (why == "offensive" or len(rest) > 1) else ""
            # A maker's name is a mark; what its cameras are set to is camera data.
            reason = "trademark" if what.endswith((" maker", " family")) and why == "camera" else why
            parts = tuple(plain(word) for word in tokens(name))
            index.setdefault(parts[0], []).append((parts, Hit(name, reason, what, instead)))
            if len(parts) == 1 and not parts[0].endswith("s"):
                index.setdefault(parts[0] + "s", []).append(((parts[0] + "s",), Hit(name, reason, what, instead)))
    for names in index.values():
        names.sort(key=lambda entry: -len(entry[0]))
    return index
