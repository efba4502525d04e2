"""An answer made safe: cleaned, bounded, each part that may not be used left out with the reason."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stockctl.vision.answers import hygiene
from stockctl.vision.answers.reading import fields
from stockctl.vision.answers.refusals import declines, says_nothing
from stockctl.words.lemma import key
from stockctl.words.texts import phrases
from stockctl.words.texts.sentences import cut

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

# The form in which answers are kept; another form is not read.
FORM = 2
# Longest keyword, title, description and remark, in characters, and most keywords and remarks.
_WORD, _TITLE, _DESCRIPTION, _REMARK, _WORDS, _REMARKS = 50, 200, 1000, 80, 80, 8
# What a model says of a thing that is not there.
_NONE = frozenset(
    {"", "none", "no", "n/a", "na", "nil", "null", "false", "0", "unknown", "not visible", "no brands", "nothing",
     "none visible", "no text", "no logos", "not applicable", "-", "unclear", "no people", "no property"}
)  # fmt: skip
_NUMBERS = {"none": 0, "zero": 0, "no": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "several": 3}


class NoAnswerError(ValueError):
    """What came holds no answer; the text says why."""


@dataclass(frozen=True)
class Answer:
    """What a model says of one picture, safe to show, to embed and to keep.

    `keywords` are in the model's order, lower case. `categories` holds the ids
    of an agency's categories by agency. `brands`, `text`, `property` are in
    the model's words; `people` counts those that can be recognised, None where
    that was not said; `generated` is "yes", "no" or empty. `refused` lists what
    was left out of it, and why; a `refusal`, in the model's words, stands alone.
    """

    title: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    brands: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    people: int | None = None
    property: tuple[str, ...] = ()
    generated: str = ""
    refused: tuple[tuple[str, str], ...] = ()
    refusal: str = ""

    def to_json(self) -> str:
        """Return the answer as the catalogue keeps it."""
        return json.dumps({"form": FORM, **{name: getattr(self, name) for name in _KEPT}}, ensure_ascii=False)

    @classmethod
    def of_json(cls, text: str) -> Answer | None:
        """Return a kept answer, or None where it was kept in another form."""
        found = json.loads(text)
        if not isinstance(found, dict) or found.get("form") != FORM:
            return None
        del found["form"]
        lists = {name: tuple(found[name]) for name in ("keywords", "brands", "text", "property")}
        categories = {name: tuple(ids) for name, ids in found["categories"].items()}
        pairs = tuple((word, why) for word, why in found["refused"])
        return cls(**{**found, **lists, "categories": categories, "refused": pairs})


_KEPT = (
    "title", "description", "keywords", "categories", "brands", "text", "people", "property", "generated", "refused",
    "refusal",
)  # fmt: skip


@dataclass(frozen=True)
class Bounds:
    """What an answer is held to: each agency's categories (name or id, in small letters → id), and names allowed."""

    categories: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    allowed: Collection[str] = ()


def read(texts: Sequence[str], bounds: Bounds, pictures: int = 1, *, cut_off: bool = False) -> list[Answer]:
    """Return an answer for each picture of a question, made of the first text that holds one.

    Of an answer that was `cut_off` the last keyword is left out, and too few keywords are none.

    Where a question was about several pictures of a series, the others have what was said of the
    first, but for what the model says differs.

    Raises:
        NoAnswerError: none of the texts holds an answer.

    """
    wrong = "the answer is empty"
    for text in texts:
        try:
            found = fields(text)
            if found:
                first = _answer(found, bounds, cut_off=cut_off)
                return [first, *_others(first, found.get("others"), bounds, pictures - 1)]
            wrong = "the answer holds no JSON with title and keywords"
        except NoAnswerError as error:
            wrong = str(error)
        except RecursionError:
            wrong = "the answer is nested too deeply"
    for text in texts:
        if declines(text):
            return [Answer(refusal=quoted(text))] * pictures
    raise NoAnswerError(wrong)


def refused(text: str, pictures: int = 1) -> list[Answer]:
    """Return a refusal for each picture of a question."""
    return [Answer(refusal=quoted(text) or "it declined")] * pictures


def quoted(text: str, longest: int = 200) -> str:
    """Return a server's or model's words as they may be shown: cleaned, on one line, not too long."""
    flat = hygiene.cleaned(re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]", "", text[: 4 * longest]))
    return flat if len(flat) <= longest else f"{cut(flat, longest - 1)}…"


def _answer(found: Mapping[str, Any], bounds: Bounds, *, cut_off: bool) -> Answer:
    texts = {name: " ".join(_texts(found.get(name))) for name in ("title", "description")}
    words = list(_words(found.get("keywords")))[: -1 if cut_off else None]
    if cut_off and len(words) < _ENOUGH:
        raise NoAnswerError("it holds too few keywords")
    declined = {name for name, text in texts.items() if text and declines(text)}
    telling = [word for word in words if not says_nothing(word)]
    if declined == set(filter(texts.get, texts)) and declined or (declined and len(telling) < _TELLING):  # noqa: RUF021 - reads as said
        return Answer(refusal=quoted(next(texts[name] for name in ("title", "description") if name in declined)))
    spoken = {name: text for name, text in texts.items() if name not in declined}
    if not telling:
        # Asked for and paid for: a description says in words what its list would have said.
        said = f"{spoken.get('title', '')}. {spoken.get('description', '')}"
        telling = phrases.words(said)
        if len(telling) < _TELLING:
            raise NoAnswerError("the answer holds no keywords")
    left_out: dict[str, str] = {hygiene.cleaned(texts[name])[:_REMARK]: "refusal" for name in declined}
    left_out |= {quoted(word, _WORD): "refusal" for word in words if word not in telling and says_nothing(word)}
    title = _text(spoken.get("title", ""), _TITLE, bounds, left_out)
    description = _text(spoken.get("description", ""), _DESCRIPTION, bounds, left_out)
    keywords = _keywords(telling, bounds, left_out)
    alien, strange = hygiene.languages_apart(keywords, [text for text in (title, description) if text])
    left_out |= {word: "other language" for word in keywords if word in alien}
    left_out |= {text[:_REMARK]: "other language" for text in strange}
    return Answer(
        title="" if title in strange else hygiene.without_preamble(title).rstrip(". "),
        description="" if description in strange else hygiene.without_preamble(description),
        keywords=tuple(word for word in keywords if word not in alien)[:_WORDS],
        categories=_categories(found.get("categories"), bounds),
        brands=_remarks(found.get("brands")),
        text=_remarks(found.get("text")),
        people=_count(found.get("people")),
        property=_remarks(found.get("property")),
        generated=_yes_no(found.get("generated")),
        refused=tuple(left_out.items()),
    )


# An answer of fewer words tells nothing, and one that was cut is asked for again below so many.
_TELLING, _ENOUGH = 3, 10


def _text(raw: str, longest: int, bounds: Bounds, left_out: dict[str, str]) -> str:
    """Return a title or description as it may be used; empty where it may not, with the reason in `left_out`."""
    text = hygiene.cleaned(raw).strip("\"'“”*_ ")
    if not text:
        return ""
    why = "control characters" if hygiene.deceives(raw) else hygiene.text_objection(text, bounds.allowed)
    if why:
        left_out[quoted(text, _REMARK)] = why
        return ""
    return cut(text, longest)


def _keywords(raw: Sequence[str], bounds: Bounds, left_out: dict[str, str]) -> list[str]:
    """Return keywords as they may be used, each once; the others, with the reasons, go to `left_out`."""
    kept: dict[str, str] = {}
    for word in raw:
        shown = hygiene.cleaned(word).strip("\"'“”‘’*_#.,;:!?-–• ")
        if not shown:
            continue
        why = "control characters" if hygiene.deceives(word) else ""
        why = why or ("too long" if len(shown) > _WORD else hygiene.keyword_objection(shown, bounds.allowed))
        if why:
            # As a keyword is written, so that one list has no word twice.
            left_out.setdefault(quoted(shown, _WORD).lower(), why)
        else:
            kept.setdefault(key(shown), shown.lower())
    return list(kept.values())


def _texts(value: Any) -> list[str]:  # noqa: ANN401 - whatever JSON came
    """Return a text, the texts of a list, or the English or first one of an object."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, dict) and not isinstance(value.get("type"), str):
        chosen = next((value[name] for name in ("en", "english", "text", "value") if name in value), None)
        return _texts(chosen if chosen is not None else next(iter(value.values()), ""))
    return []


_NUMBERED = re.compile(r"^\s*(?:\d{1,2}\s*[.):]\s+|[-*•–]\s+)")
_WORD_NAMES = ("keyword", "word", "name", "tag", "term", "text", "value", "label", "phrase")


def _words(value: Any, depth: int = 3) -> Iterable[str]:  # noqa: ANN401 - whatever JSON came
    """Yield keywords, however they are listed: texts, one text, objects, lists of lists, words with scores."""
    if isinstance(value, str):
        if value.lstrip().startswith("[") and (listed := _listed(value)):
            yield from _words(listed, depth - 1)
            return
        # A keyword of a list may hold a comma; one text holds them all.
        parts = re.split(r"[,;\n|、，]", value) if depth == 3 or value.count(",") > 1 else [value]
        yield from (part for each in parts if (part := _NUMBERED.sub("", each).strip()))
    elif isinstance(value, list) and depth:
        for each in value:
            yield from _words(each, depth - 1)
    elif isinstance(value, dict) and depth:
        named = {str(name).lower(): each for name, each in value.items()}
        word = next((named[name] for name in _WORD_NAMES if isinstance(named.get(name), str)), None)
        if word is not None:
            yield from _words(word, depth - 1)
        elif all(isinstance(each, int | float) for each in value.values()):
            yield from map(str, value)
        elif "type" not in named:
            for each in value.values():
                yield from _words(each, depth - 1)


def _listed(text: str) -> list[Any]:
    """Return a list that stands in a text as JSON; an empty one where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def _categories(value: Any, bounds: Bounds) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - whatever JSON came
    """Return the ids of categories that an agency has, by agency; what it does not have is left out."""
    found: dict[str, tuple[str, ...]] = {}
    if isinstance(value, list):
        # A list of {agency, category}, or names for all agencies.
        pairs: list[tuple[Any, Any]] = [
            (next((each[name] for name in ("agency", "site", "name") if name in each), ""),
             next((each[name] for name in ("categories", "category", "id", "value") if name in each), []))
            for each in value
            if isinstance(each, dict)
        ]  # fmt: skip
        names = [each for each in value if isinstance(each, str | int)]
        value = {str(agency): names_ for agency, names_ in pairs} or dict.fromkeys(bounds.categories, names)
    elif isinstance(value, str | int):
        value = dict.fromkeys(bounds.categories, value)
    if not isinstance(value, dict):
        return found
    given = {_bare(str(name)): each for name, each in value.items()}
    for agency, known in bounds.categories.items():
        named = given.get(_bare(agency))
        named = [named] if isinstance(named, str | int | dict) else named if isinstance(named, list) else []
        ids: dict[str, None] = {}
        for each in named:
            entry = _one_category(each, known)
            if entry:
                ids[entry] = None
        if ids:
            found[agency] = tuple(ids)[:3]
    return found


def _one_category(value: Any, known: Mapping[str, str]) -> str:  # noqa: ANN401 - whatever JSON came
    if isinstance(value, dict):
        value = next((value[name] for name in ("id", "name", "category") if name in value), "")
    text = str(value).strip().lower() if isinstance(value, str | int) else ""
    # "11", "Landscape", "11 Landscape" and "11: Landscape" are one.
    parts = (text, re.sub(r"^\d+\W+", "", text), re.split(r"\W", text, maxsplit=1)[0] if text[:1].isdigit() else "")
    bare = {_bare(name): id_ for name, id_ in known.items()}
    return next((bare[_bare(part)] for part in parts if part and _bare(part) in bare), "")


def _bare(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _remarks(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever JSON came
    """Return what is said of things in the picture, in the model's words; nothing where it says that there are none."""
    if isinstance(value, bool):
        return ("yes",) if value else ()
    if isinstance(value, dict):
        value = [name if each is True else each for name, each in value.items() if each and each not in ("no", "none")]
    texts = _texts(value)
    shown = (quoted(text, _REMARK).strip(" .") for text in texts)
    return tuple(dict.fromkeys(text for text in shown if text.lower() not in _NONE and not declines(text)))[:_REMARKS]


def _count(value: Any) -> int | None:  # noqa: ANN401 - whatever JSON came
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return min(int(value), 1000) if 0 <= value < float("inf") else None
    if isinstance(value, list):
        return len(value)
    if isinstance(value, dict):
        return next((count for each in value.values() if (count := _count(each)) is not None), None)
    text = value.strip().lower() if isinstance(value, str) else ""
    if match := re.match(r"\d{1,4}", text):
        return min(int(match[0]), 1000)
    return next((number for word, number in _NUMBERS.items() if re.match(rf"{word}\b", text)), None)


def _yes_no(value: Any) -> str:  # noqa: ANN401 - whatever JSON came
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return "yes" if value >= 0.5 else "no"
    text = value.strip().lower() if isinstance(value, str) else ""
    if text.startswith(("no", "false", "unlikely")):
        return "no"
    return "yes" if text.startswith(("yes", "true", "likely", "probably")) else ""


def _others(first: Answer, value: Any, bounds: Bounds, count: int) -> list[Answer]:  # noqa: ANN401 - whatever JSON came
    """Return the answers for the other pictures of a series: what was said of the first, but for what differs."""
    given = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    found = []
    for place in range(count):
        other = given[place] if place < len(given) else {}
        left_out: dict[str, str] = {}
        gone = {key(word) for word in _words(other.get("without"))}
        words = [*(word for word in first.keywords if key(word) not in gone)]
        words += _keywords(list(_words(other.get("keywords"))), bounds, left_out)
        alien, _ = hygiene.languages_apart(words, [])
        title = _text(" ".join(_texts(other.get("title"))), _TITLE, bounds, left_out)
        people = _count(other.get("people"))
        found.append(
            replace(
                first,
                title=hygiene.without_preamble(title).rstrip(". ") if title and not declines(title) else first.title,
                keywords=tuple(dict.fromkeys(word for word in words if word not in alien))[:_WORDS],
                people=first.people if people is None else people,
                refused=(*first.refused, *left_out.items()),
            )
        )
    return found
