"""The question: a template filled with what is known of the picture and what is wanted, and the answer's schema."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from stockctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stockctl.agencies import Agency

# Title and description where no chosen agency says how long they may be, in characters.
TITLE, DESCRIPTION = 70, 200
WANT = 30
# More than this many keywords are of no use to any agency.
_MOST_WANTED = 50
# Room for the answer, in tokens: for a keyword, for all else, and for each further picture of a series.
_PER_WORD, _BASE, _PER_PICTURE = 8, 900, 250

_PLACE = re.compile(r"\{(\w*)\}")
PLACES = ("kind", "language", "want", "title_max", "description_max", "categories", "never", "context")


@dataclass(frozen=True)
class About:
    """What is known of one picture before anybody looks: in the person's words, or from the file."""

    kind: str = "photo"
    context: str = ""
    place: str = ""
    time: str = ""
    own: tuple[str, ...] = ()
    frames: int = 1


@dataclass(frozen=True)
class Question:
    """The wishes that hold for a whole run; `text` fills them in for one picture.

    `template` holds `{places}` (see `PLACES`), the shipped one where it is empty; `categories` has each agency's
    categories as (id, name).
    """

    template: str = ""
    language: str = "English"
    want: int = WANT
    title_max: int = TITLE
    description_max: int = DESCRIPTION
    never: tuple[str, ...] = ()
    categories: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """What an answer is kept under, beside the picture and the model.

        The template and the language: what a person adds to a file between two
        runs, or how many keywords are wanted, is no reason to pay twice.
        """
        return hashlib.sha256(f"{self.template or default_template()}\0{self.language}".encode()).hexdigest()[:12]

    def text(self, about: About, pictures: int = 1) -> str:
        """Return the question about one picture, or about `pictures` of a series."""
        known = [
            ("What it shows, in the photographer's words", about.context),
            ("Place", about.place),
            ("Taken", about.time),
            ("The photographer's own keywords, which are kept (do not repeat them)", ", ".join(about.own)),
        ]
        lines = [f"{what}: {said}" for what, said in known if said]
        if about.frames > 1:
            lines.append(f"The {about.frames} pictures are frames of one clip: describe the clip.")
        if pictures > 1:
            lines.append(_SERIES.format(count=pictures))
        lists = "; ".join(
            f"{agency}: {' | '.join(name for _, name in known_)}" for agency, known_ in self.categories.items()
        )
        values = {
            "kind": _KINDS.get(about.kind, "pictures"),
            "language": self.language,
            "want": str(max(5, min(self.want, _MOST_WANTED))),
            "title_max": str(self.title_max),
            "description_max": str(self.description_max),
            "categories": lists or "(none)",
            "never": ", ".join(self.never) or "(none)",
            "context": "\n".join(lines),
        }
        return _PLACE.sub(lambda match: values[match[1]], self.template or default_template()).strip()

    def schema(self, pictures: int = 1) -> dict[str, Any]:
        """Return the JSON schema of the answer; every field is required, as strict servers want it."""
        words = {"type": "array", "items": {"type": "string"}}
        properties: dict[str, Any] = {
            "title": {"type": "string"},
            "description": {"type": "string"},
            "keywords": words,
            **({"categories": _object(dict.fromkeys(self.categories, words))} if self.categories else {}),
            "brands": words,
            "text": words,
            "people": {"type": "integer"},
            "property": words,
            "generated": {"type": "string", "enum": ["yes", "no"]},
        }
        if pictures > 1:
            other = {"title": {"type": "string"}, "keywords": words, "without": words, "people": {"type": "integer"}}
            properties["others"] = {"type": "array", "items": _object(other)}
        return _object(properties)

    def room(self, pictures: int = 1) -> int:
        """Return how many tokens an answer may take."""
        return _BASE + _PER_WORD * max(self.want, WANT) + _PER_PICTURE * (pictures - 1)


_KINDS = {"photo": "photographs", "illustration": "illustrations", "vector": "vector drawings", "video": "clips"}
_SERIES = (
    "The {count} pictures are frames of one series. Answer for the first one in full, and add others: a list with one "
    "object for each further picture, in order, with title, keywords (only those to add), without (those of the first "
    "that do not hold there) and people."
)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


@cache
def default_template() -> str:
    """Return the shipped template."""
    return files(__package__ or "stockctl.vision.sent").joinpath("question.txt").read_text(encoding="utf-8")


def template(path: Path) -> str:
    """Read a person's own template.

    Raises:
        UsageError: it cannot be read, is empty, or has a place that means nothing.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the prompt: {error}", where=str(path), hint="it must be UTF-8 text") from error
    if not text.strip():
        raise UsageError("the prompt is empty", where=str(path), hint="begin with: stockctl vision prompt")
    unknown = sorted({name for name in _PLACE.findall(text) if name not in PLACES})
    if unknown:
        line = next(number for number, each in enumerate(text.splitlines(), 1) if f"{{{unknown[0]}}}" in each)
        known = ", ".join(f"{{{name}}}" for name in PLACES)
        raise UsageError(f"{{{unknown[0]}}} means nothing in a prompt", where=f"{path}:{line}", hint=f"known: {known}")
    return text


def limits(agencies: Sequence[Agency]) -> tuple[int, int]:
    """Return how long a title and a description may be at all of some agencies, in characters."""
    titles = [int(most) for agency in agencies if (most := agency.number("meta.title_max"))]
    texts = [int(most) for agency in agencies if (most := agency.number("meta.description_max"))]
    return min([TITLE, *titles]), min(texts, default=DESCRIPTION)
