"""Find the answer in what a model wrote: JSON as it should be, JSON as it comes, or lines with labels."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# No answer of fifty keywords is longer; what is, is not looked at to its end.
_MOST = 32_768
# So many places are tried as the beginning of a broken answer: a brace, then a name and a colon.
_BRACES = 6
_BEGINS = re.compile(r"\{\s*(?://[^\n]*\s*)?[\"'“”‘’]?\w[\w -]{0,40}[\"'“”‘’]?\s*:")
# An answer has fewer brackets, with an object for each of fifty keywords.
_BRACKETS = 300

# Our name of a field → what models call it, letters only.
NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline", "imagetitle", "phototitle", "seotitle"),
    "description": ("description", "caption", "imagedescription", "alttext", "summary"),
    "keywords": ("keywords", "keyword", "tags", "tag", "keywordlist", "keyphrases", "searchterms", "stockkeywords"),
    "categories": ("categories", "category", "agencycategories"),
    "brands": ("brands", "logos", "brandsorlogos", "brandsandlogos", "visiblebrands", "trademarks"),
    "text": ("text", "readabletext", "visibletext", "texts"),
    "people": ("people", "recognisablepeople", "recognizablepeople", "numberofpeople", "peoplecount", "faces"),
    "property": ("property", "privateproperty", "recognisableproperty", "propertyorartwork", "artwork"),
    "generated": ("generated", "aigenerated", "madebyamodel", "isaigenerated", "synthetic"),
    "others": ("others", "otherpictures", "otherframes", "frames"),
    "refusal": ("refusal", "error", "message"),
}
_FIELDS = {name: field for field, names in NAMES.items() for name in names}

_THINK = r"(?:think|thinking|thought|thoughts|reasoning|reflection)"
_THINKING = re.compile(rf"<{_THINK}>.*?</{_THINK}>", re.DOTALL | re.IGNORECASE)
_THOUGHT = re.compile(rf"</{_THINK}>|<\|?(?:end_of_thought|message)\|?>", re.IGNORECASE)
_UNENDED = re.compile(rf"<{_THINK}>", re.IGNORECASE)
_FENCE = re.compile(r"```[\w-]*\s*\n?(.*?)(?:```|\Z)", re.DOTALL)


def fields(text: str) -> dict[str, Any]:
    """Return an answer's fields under our names; empty where the text holds no answer.

    What a model thought aloud is left out, unless nothing else holds an answer.
    Of several answers the last whole one counts.
    """
    text = text[-_MOST:] if len(text) > _MOST else text
    text = html.unescape(text) if "&quot;" in text else text
    spoken = _THINKING.sub("\n", text)
    spoken = _THOUGHT.split(spoken)[-1]
    head, unended, tail = _parted(spoken)
    for part in (head, tail, text) if unended or not spoken.strip() else (spoken,):
        if part.strip() and (found := _in(part)):
            return found
    return {}


def _parted(text: str) -> tuple[str, bool, str]:
    """Part a text where thinking begins that has no end."""
    match = _UNENDED.search(text)
    return (text[: match.start()], True, text[match.end() :]) if match else (text, False, "")


def _in(text: str) -> dict[str, Any]:
    pieces = [piece for piece in _FENCE.findall(text) if piece.strip()]
    for piece in (*reversed(pieces), text):
        if found := _best(_sound(piece)):
            return found
    for piece in (*reversed(pieces), text):
        if found := _best(_repaired(piece)):
            return found
    return _labelled(text)


def _best(found: Iterator[Any]) -> dict[str, Any]:
    """Return the fullest of the answers found, the last among equals."""
    best: dict[str, Any] = {}
    for each in found:
        fitting = _fitting(each)
        if fitting and _worth(fitting) >= _worth(best):
            best = fitting
    return best


def _worth(answer: Mapping[str, Any]) -> int:
    return 2 * ("keywords" in answer) + ("title" in answer) + ("description" in answer)


def _fitting(value: Any, depth: int = 2) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON came
    """Return an object's fields under our names, or those of what it holds one level below; empty where none fit."""
    if isinstance(value, str) and depth:
        # JSON within a text of JSON.
        return _best(_sound(value)) if "{" in value else {}
    if isinstance(value, dict):
        named: dict[str, Any] = {}
        for name, each in value.items():
            field = _FIELDS.get("".join(letter for letter in str(name).lower() if letter.isalpha()))
            if field is not None and each is not None:
                named.setdefault(field, each)
        if "title" in named or "keywords" in named or "description" in named:
            return named
        below: Any = value.values()
    else:
        below = value if isinstance(value, list) else ()
    if depth:
        for each in below:
            if found := _fitting(each, depth - 1):
                return found
    return {}


def _sound(text: str) -> Iterator[Any]:
    """Yield every JSON object, list or text that stands in a text."""
    decoder = json.JSONDecoder(strict=False)
    stripped = text.strip()
    if stripped.startswith('"'):
        try:
            yield decoder.decode(stripped)
        except (ValueError, RecursionError):
            pass
        else:
            return
    at = 0
    while (at := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            yield value


def _repaired(text: str) -> Iterator[Any]:
    """Yield what can be made of JSON with commas, quotes or brackets too many or too few."""
    # Loaded for answers that need it: most are sound.
    import json_repair

    # What takes it hours is no answer: thousands of brackets and quotes that open nothing.
    begins = [match.start() for match in _BEGINS.finditer(text)][:_BRACES]
    for at in begins if sum(map(text.count, "{[")) <= _BRACKETS else ():
        try:
            yield json_repair.loads(text[at:], skip_json_loads=True)
        except (ValueError, RecursionError, TypeError, IndexError):
            continue


_LABEL = re.compile(r"^[\s#>*_\-\d.]*(title|description|keywords|tags)[\s*_]*[:：][\s*_]*(.*)$", re.IGNORECASE)


def _labelled(text: str) -> dict[str, Any]:
    """Read lines such as `Title: …`, `**Keywords:** a, b, c`; a field goes on until the next label."""
    found: dict[str, list[str]] = {}
    open_: list[str] | None = None
    for line in text.splitlines():
        match = _LABEL.match(line)
        if match:
            open_ = found.setdefault(_FIELDS[match[1].lower()], [])
            open_.append(match[2])
        elif open_ is not None:
            open_.append(line)
    read: dict[str, Any] = {name: "\n".join(lines).strip(" \n*_\"'") for name, lines in found.items()}
    return {name: value for name, value in read.items() if value} if "keywords" in read else {}
