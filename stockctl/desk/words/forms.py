"""A draft as pages have it: its words with their grounds, each agency's form of it, and back again."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stockctl.agencies import load
from stockctl.errors import UsageError
from stockctl.keyword.choosing.interactive.draft import Draft
from stockctl.keyword.ranking import Keyword
from stockctl.words.texts.forms import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stockctl.agencies import Agency
    from stockctl.config import Settings
    from stockctl.keyword.choosing.drafting import Drafted
    from stockctl.metadata import Record

# No title or description of any agency is near this long, and no list of keywords.
LONGEST, MOST = 4000, 400


def revision(draft: Draft) -> str:
    """Return what tells a draft from what it was before: pages name the one that they have."""
    return hashlib.sha256(draft.to_json().encode()).hexdigest()[:16]


def draft_json(draft: Draft) -> dict[str, Any]:
    """Return a draft as a page shows it."""
    return {
        "title": draft.title,
        "description": draft.description,
        "keywords": [word_json(word) for word in draft.keywords],
        "offered": [word_json(word) for word in draft.offered],
    }


def limits(agency: Agency) -> dict[str, Any]:
    """Return what a page counts by: the agency's limits of texts, with whether each is official."""
    names = ("title_min", "title_max", "description_min", "description_max", "keywords_min", "keywords_max")
    found = {}
    for name in names:
        limit = agency.limit(f"meta.{name}")
        if limit is not None and limit.value is not None:
            found[name] = {"value": limit.value, "official": limit.official}
    return {
        "name": agency.name,
        "title": agency.title,
        "limits": found,
        "categories": [{"id": one.id, "name": one.name} for one in agency.categories()],
    }


def chosen_agencies(settings: Settings) -> list[Agency]:
    """Return the agencies whose limits are counted: those of `[check] agencies`, else the two that most have."""
    known = load(settings.folder)
    names = settings.get("check", "agencies", ()) or ("adobe_stock", "shutterstock")
    return [known[name] for name in names if name in known]


def word_json(word: Keyword) -> dict[str, Any]:
    """Return a word as a page shows it."""
    return {"word": word.word, "ground": word.ground.value, "source": word.source.value, "reason": word.reason}


def form_json(agency: Agency, file: Drafted, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return what an agency would get, and what is wrong with it."""
    words = tuple(word.word for word in file.draft.keywords)
    before: Record = file.plan.record if file.plan else file.subject.record
    record = replace(before, title=file.draft.title, description=file.draft.description, keywords=words)
    texts = render(record, agency, choices, file.subject.capture)
    return {
        "agency": agency.name,
        "title": texts.title,
        "description": texts.description,
        "keywords": len(texts.keywords),
        "problems": [{"message": str(one), "official": one.official} for one in texts.problems],
    }


def draft_of(said: Mapping[str, Any], before: Draft) -> Draft:
    """Return the draft that a page describes, each word with the ground that it had."""
    known = {word.word: word for word in (*before.offered, *before.keywords)}

    def words(name: str) -> tuple[Keyword, ...]:
        listed = said.get(name, [])
        if not isinstance(listed, list) or len(listed) > MOST or not all(isinstance(one, str) for one in listed):
            raise UsageError(f"{name} must be a list of texts")
        texts = dict.fromkeys(clean for one in listed if (clean := one_line(one)))
        return tuple(known.get(text) or Keyword.of_person(text) for text in texts)

    texts = [said.get(name, "") for name in ("title", "description")]
    if not all(isinstance(text, str) and len(text) <= LONGEST for text in texts):
        raise UsageError("title and description must be texts")
    title, description = map(one_line, texts)
    keywords = words("keywords")
    held = {word.word for word in keywords}
    return Draft(title, description, keywords, tuple(word for word in words("offered") if word.word not in held))


def one_line(text: str) -> str:
    """Return a text in one line without control and format characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
