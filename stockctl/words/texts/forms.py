"""Title, description and keywords in each agency's form, made from one master record.

Nothing is invented: a form is cut, joined and spelt out of what the record and
the camera say. What cannot be mended that way is a problem, in the words that
`submit` prints.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.words.lemma import tokens
from stockctl.words.texts.addresses import without_credit
from stockctl.words.texts.editorial import dateline, missing
from stockctl.words.texts.sentences import cut, distinct, first_sentence, sentence, transliterated
from stockctl.words.texts.titles import is_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stockctl.agencies import Agency
    from stockctl.media.capture import Capture
    from stockctl.metadata import Record

YES = "yes"
_UNLIMITED = 10_000


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule of the agency that the texts break: its name as `check` has it, and what is wrong.

    `official` says whether the agency itself says so; only then it may hold a file.
    """

    rule: str
    message: str
    official: bool = True

    def __str__(self) -> str:
        """Return the form in which `submit` lists it: `too-few-keywords: 3, needs 7`."""
        return f"{self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Texts:
    """A record in one agency's form; a text is empty where the agency has no such field."""

    title: str
    description: str
    keywords: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def render(record: Record, agency: Agency, choices: Mapping[str, str], capture: Capture) -> Texts:
    """Return the texts as the agency wants them.

    `choices` are what a person chose for the picture (`catalogue.assets.choices`);
    with `editorial` yes, agencies that ask for a dateline get one from the
    record's city and country and the day on which it was taken.
    """
    problems: list[Problem] = []
    title, description = _texts(record, agency, choices, capture, problems)
    return Texts(title, description, _keywords(record, agency, problems), tuple(problems))


def changes(record: Record, texts: Texts) -> tuple[str, ...]:
    """Say each text that goes to the agency otherwise than it stands in the file."""
    said = [
        f"{field}: “{new}”, {f'in the file “{old}”' if old else 'which the file leaves empty'}"
        for field, old, new in (
            ("title", " ".join(record.title.split()), texts.title),
            ("description", " ".join(record.description.split()), texts.description),
        )
        if new and new != old
    ]
    going = set(texts.keywords)
    gone = [word for word in record.keywords if word not in going]
    come = [word for word in texts.keywords if word not in set(record.keywords)]
    if gone:
        said.append(f"keywords without {len(gone)} of the file's: {', '.join(gone)}")
    if come:
        said.append(f"keywords with {', '.join(come)}, which the file has not so")
    return tuple(said)


def is_too_short(record: Record, agency: Agency, choices: Mapping[str, str], capture: Capture) -> bool:
    """Whether title or description are too short for the agency, also in the form that `render` gives them."""
    problems: list[Problem] = []
    _texts(record, agency, choices, capture, problems)
    return any(problem.rule == "text-too-short" for problem in problems)


def _texts(
    record: Record, agency: Agency, choices: Mapping[str, str], capture: Capture, problems: list[Problem]
) -> tuple[str, str]:
    editorial = choices.get("editorial") == YES or record.editorial
    title = _title(record, agency, problems)
    description = _description(record, agency, problems)
    place = agency.text("editorial.caption_in") if editorial else ""
    if place:
        gaps = missing(record, capture)
        longest = int(agency.number(f"meta.{place}_max") or _UNLIMITED)
        if gaps:
            problems.append(Problem("editorial-caption", f"needs {', '.join(gaps)} for its dateline"))
        elif place == "title":
            title = dateline(title, record, agency, capture, longest).rstrip(".")
        else:
            description = dateline(description, record, agency, capture, longest)
    return _fitted(title, agency, "title", problems), _fitted(description, agency, "description", problems)


def _title(record: Record, agency: Agency, problems: list[Problem]) -> str:
    if agency.flag("meta.title_field") is False:
        return ""
    title = _clean(record.title or record.headline or _sentence_of(record.description), agency)
    if not title:
        problems.append(Problem("no-title", "none, and no description to make one from"))
        return ""
    if agency.flag("meta.title_commas") is False:
        title = re.sub(r"\s*,\s*", " ", title).strip()
    return title.rstrip(".")


def _sentence_of(description: str) -> str:
    """Return what a description gives for a title: its first sentence; nothing where it is a list of words."""
    return "" if is_list(description) else first_sentence(without_credit(description))


def _description(record: Record, agency: Agency, problems: list[Problem]) -> str:
    if agency.flag("meta.description_field") is False:
        return ""
    title, description = _clean(record.title, agency), _clean(record.description, agency)
    text = " ".join(distinct([description])) or title
    least = agency.number("meta.description_min") or 0
    if len(text) < least and title and title.lower().rstrip(".") not in description.lower():
        text = " ".join(distinct([sentence(title), sentence(description)]))
    required = agency.flag("meta.title_field") is False or agency.flag("meta.description_required")
    if not text:
        if required is not False:
            problems.append(Problem("no-title", "no description, and no title to make one from"))
        return ""
    return sentence(text)


def _fitted(text: str, agency: Agency, field: str, problems: list[Problem]) -> str:
    """Cut a text to the agency's length and say where it is too short."""
    if not text:
        return text
    most = agency.limit(f"meta.{field}_max")
    if most is not None and len(text) > most.value:
        full_stop = text.endswith(".")
        text = cut(text, int(most.value) - full_stop) + "." * full_stop
    least = agency.limit(f"meta.{field}_min")
    if least is not None and len(text) < least.value:
        message = f"{field} of {len(text)} characters, needs {least.value}"
        problems.append(Problem("text-too-short", message, least.official))
    words = agency.limit(f"meta.{field}_min_words")
    if words is not None and len(tokens(text)) < words.value:
        message = f"{field} of {len(tokens(text))} words, needs {words.value}"
        problems.append(Problem("text-too-short", message, words.official))
    return text


def _keywords(record: Record, agency: Agency, problems: list[Problem]) -> tuple[str, ...]:
    # A comma or line end within a keyword would become two keywords in the sheet.
    cleaned = (re.sub(r"\s*[,;\n]\s*", " ", _clean(word, agency)).strip() for word in record.keywords)
    words = list({word.lower(): word for word in reversed([word for word in cleaned if word])}.values())[::-1]
    most = agency.limit("meta.keywords_safe_max") or agency.limit("meta.keywords_max")
    if most is not None and len(words) > most.value:
        words = words[: int(most.value)]
    least = agency.limit("meta.keywords_min")
    if least is not None and len(words) < least.value:
        problems.append(Problem("too-few-keywords", f"{len(words)}, needs {least.value}", least.official))
    return tuple(words)


def _clean(text: str, agency: Agency) -> str:
    text = " ".join(text.split())
    if agency.flag("meta.special_letters") is False:
        text = transliterated(text)
    for letter in agency.text("meta.forbidden_characters"):
        text = text.replace(letter, " ")
    if agency.flag("meta.all_capitals") is False and text.isupper() and len(text) > 4:
        text = text.capitalize()
    return " ".join(text.split())
