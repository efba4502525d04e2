"""The category of a picture at each agency, as a suggestion: the model's own, or what its keywords are about."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stockctl.agencies import Agency
    from stockctl.vision.answers.answer import Answer

# The first keywords say what a picture is of, the later ones what else is in it.
_FIRST, _FIRST_WEIGH = 10, 2
# Fewer words than these weigh nothing: no category is better than a wrong one.
_LEAST = 2


def known(agency: Agency, kind: str) -> dict[str, str]:
    """Return an agency's categories for a kind: name and id, in small letters → id."""
    found: dict[str, str] = {}
    for category in agency.categories(kind):
        found[category.id.lower()] = found[category.name.lower()] = category.id
    return found


def suggested(answer: Answer, kind: str, agencies: Iterable[Agency]) -> dict[str, list[str]]:
    """Return the ids of the categories to suggest, by agency: the model's, else by the theme of its keywords."""
    found: dict[str, list[str]] = {}
    for agency in agencies:
        ids = known(agency, kind)
        if not ids:
            continue
        chosen = [id_ for id_ in answer.categories.get(agency.name, ()) if id_.lower() in ids]
        if not chosen:
            named = (_themes()[theme][1].get(agency.name, "") for theme in _of_words(answer.keywords))
            chosen = [ids[name.lower()] for name in named if name.lower() in ids][:1]
        if chosen:
            found[agency.name] = chosen
    return found


def _of_words(words: Iterable[str]) -> list[str]:
    """Return the themes of keywords, the strongest first."""
    weights: dict[str, int] = {}
    for place, word in enumerate(words):
        parts = {key(word), *key(word).split()}
        for theme, (about, _) in _themes().items():
            if parts & about:
                weights[theme] = weights.get(theme, 0) + (_FIRST_WEIGH if place < _FIRST else 1)
    order = list(_themes())
    return sorted(
        (theme for theme, weight in weights.items() if weight >= _LEAST),
        key=lambda theme: (-weights[theme], order.index(theme)),
    )


@cache
def _themes() -> dict[str, tuple[frozenset[str], Mapping[str, str]]]:
    """Return each theme's words, as keys, and its category's name by agency."""
    text = files(__package__ or "stockctl.vision.answers").joinpath("themes.toml").read_text(encoding="utf-8")
    return {
        name: (frozenset(key(word) for word in table.pop("words").split()), table)
        for name, table in tomllib.loads(text).items()
    }
