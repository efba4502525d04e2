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
from stockctl.metadata import Record
from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.keyword.carrying import Plan

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


def defaults(settings: Settings) -> Record:
    """Return creators and copyright of the settings; they fill what a file leaves empty."""
    return Record(
        creators=tuple(settings.get("defaults", "creator", [])), copyright=settings.get("defaults", "copyright", "")
    )


def record_offers(catalogue: Catalogue, plans: Sequence[Plan], *, embedded: bool = True) -> None:
    """Keep what was suggested; `embedded` says whether the first tier was written into the files."""
    vocabulary.record_offers(
        catalogue,
        (
            vocabulary.Offer(
                plan.subject.media_id, key(word.word), word.source.value, word.word, word.score, embedded=first
            )
            for plan in plans
            for words, first in ((plan.ranked.keywords, embedded), (plan.ranked.offered, False))
            for word in words
            if word.source is not Source.PERSON
        ),
    )


def remember(catalogue: Catalogue, plans: Sequence[Plan], vectors: Vectors | None = None) -> None:
    """Keep what was suggested, what a person took out, and the pictures that now have words as earlier work."""
    record_offers(catalogue, plans)
    with catalogue.transaction():
        for plan in plans:
            _judge(catalogue, plan)
    worth = [plan for plan in plans if plan.wanted.keywords and (plan.wanted.title or plan.wanted.description)]
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
                keywords=_strengths(catalogue, plan),
                taken=plan.subject.capture.taken.isoformat() if plan.subject.capture.taken else "",
                model=MODEL,
                vector=vector.tobytes(),
            )
            for plan, text, vector in zip(worth, texts, made, strict=True)
        ],
    )


def learn(catalogue: Catalogue, plans: Sequence[Plan]) -> None:
    """Take the plans' keywords for a person's last word: suggestions that stand there were kept, others dropped."""
    with catalogue.transaction():
        for plan in plans:
            vocabulary.judge_offers(catalogue, plan.subject.media_id, [key(word) for word in plan.own])
    remember(catalogue, plans)


def _judge(catalogue: Catalogue, plan: Plan) -> None:
    """Record what became of earlier suggestions that were embedded and that somebody has taken out since."""
    offers = vocabulary.offers_of(catalogue, plan.subject.media_id)
    standing = {key(word.word) for word in plan.ranked.keywords}
    gone = {offer.word for offer in offers if offer.embedded and offer.word not in standing}
    vocabulary.mark_dropped(catalogue, plan.subject.media_id, gone)


def _strengths(catalogue: Catalogue, plan: Plan) -> dict[str, float]:
    """Return each keyword of a plan with how far it is the person's own."""
    unseen = {
        offer.word
        for offer in vocabulary.offers_of(catalogue, plan.subject.media_id)
        if offer.embedded and offer.kept is None
    }
    return {word.word: _UNSEEN if key(word.word) in unseen else 1.0 for word in plan.ranked.keywords}
