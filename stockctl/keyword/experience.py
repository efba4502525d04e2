"""What the catalogue knows from earlier runs: the dictionary, earlier work, what was kept and dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue import vocabulary
from stockctl.keyword.candidate import Source
from stockctl.keyword.embedder import MODEL, ModelMissingError
from stockctl.keyword.hygiene import Dictionary
from stockctl.keyword.portfolio import Portfolio, portfolio_of
from stockctl.keyword.vectors import Vectors
from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.keyword.run import Plan

Shift = Callable[[str, Source, float], float]

# How many decisions a source's own estimate weighs.
_ESTIMATE_WEIGHT = 4
# A suggestion that nobody looked at counts so far as a keyword of the picture.
_UNSEEN = 0.6


def dictionary(catalogue: Catalogue) -> Dictionary:
    """Return the person's own dictionary."""
    decisions = vocabulary.dictionary(catalogue)

    def those(decision: str) -> frozenset[str]:
        return frozenset(word for word, (_, decided) in decisions.items() if decided == decision)

    return Dictionary(those(vocabulary.ADD), those(vocabulary.BAN), those(vocabulary.ALLOW))


def portfolio(catalogue: Catalogue) -> Portfolio:
    """Return the person's earlier work."""
    return portfolio_of(vocabulary.works(catalogue, MODEL), {}, {})


def shift(catalogue: Catalogue) -> Shift:
    """Return how what a person kept and dropped moves a word's score: as that many more observations."""
    judged = vocabulary.judged(catalogue)

    def moved(word: str, source: Source, score: float) -> float:
        kept, dropped = judged.get((key(word), source.value), (0, 0))
        return (score * _ESTIMATE_WEIGHT + kept) / (_ESTIMATE_WEIGHT + kept + dropped)

    return moved


def remember(catalogue: Catalogue, plans: Sequence[Plan], vectors: Vectors | None = None) -> None:
    """Keep what was suggested, and the pictures that now have words as earlier work."""
    vocabulary.record_offers(
        catalogue,
        (
            vocabulary.Offer(
                plan.subject.media_id, key(word.word), word.source.value, word.word, word.score, embedded=embedded
            )
            for plan in plans
            for words, embedded in ((plan.ranked.keywords, True), (plan.ranked.offered, False))
            for word in words
            if word.source is not Source.PERSON
        ),
    )
    worth = [plan for plan in plans if plan.own and (plan.wanted.title or plan.wanted.description)]
    if not worth:
        return
    texts = [". ".join(part for part in (plan.wanted.title, plan.wanted.description) if part) for plan in worth]
    try:
        made = (vectors or Vectors()).of(texts).astype(np.float16)
    except ModelMissingError:
        return
    vocabulary.remember(
        catalogue,
        [
            vocabulary.Work(
                media_id=plan.subject.media_id,
                folder=str(plan.subject.path.absolute().parent),
                name=plan.subject.path.name,
                title=plan.wanted.title,
                text=text,
                keywords={word.word: 1.0 if word.source is Source.PERSON else _UNSEEN for word in plan.ranked.keywords},
                taken=plan.subject.capture.taken.isoformat() if plan.subject.capture.taken else "",
                model=MODEL,
                vector=vector.tobytes(),
            )
            for plan, text, vector in zip(worth, texts, made, strict=True)
        ],
    )
