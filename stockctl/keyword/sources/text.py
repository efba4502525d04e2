"""Words from what is said of the picture, and from how the person keyworded near pictures.

Both are weighed in one formula, a logistic regression whose five signals are:
does the word stand in the text, how often does the person keep it then, what do
the nearest works vote, how near is the word to the text (KeyBERT's score), and
how large the portfolio is. Its coefficients were fitted on 1,500 captions with
portfolios of 100 to 4,400 others (Flickr8k; see tests/benchmarks/captions.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.keyword.candidate import Candidate, Source
from stockctl.words import phrases
from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stockctl.keyword.portfolio import Portfolio, Vote
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.vectors import Vectors

# How many of the works' words are weighed beside the text's own.
_VOTED = 80
# A phrase is kept less often than its words.
_PHRASE = 0.8
# Without a text model the place in the text is all there is to go by.
_PLAIN = 0.6
# The keywords of another version of the same picture.
_VARIANT = 0.85


# The regression's coefficients for a small and for a large portfolio; between them they are blended.
# In order: constant, log of the vote, vote, cosine; and, where the word stands in the text, the same
# four again and how often it is kept.
_SMALL = (-0.956, 1.412, 2.290, 4.562, -1.832, -1.263, 0.871, -0.035, 2.376)
_LARGE = (-0.968, 1.267, 1.814, 1.872, -1.901, -1.148, 0.356, -0.948, 3.424)
# Fewer works than would make such a share never vote.
_LEAST_VOTE = 0.003


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of one word for one picture; see the module."""

    in_text: bool
    kept: float
    vote: float
    cosine: float
    confidence: float


def likelihood(signals: Signals) -> float:
    """Return how likely a person would use the word, 0 to 1."""
    vote = min(1.0, max(_LEAST_VOTE, signals.vote))
    always = (1.0, math.log(vote), vote, signals.cosine)
    values = (*always, *always, signals.kept) if signals.in_text else (*always, 0.0, 0.0, 0.0, 0.0, 0.0)
    large = signals.confidence
    total = sum(
        value * ((1 - large) * small + large * big) for value, small, big in zip(values, _SMALL, _LARGE, strict=True)
    )
    return 1 / (1 + math.exp(-total))


@dataclass(frozen=True)
class FromText:
    """The source: `scored` holds KeyBERT's scores by text; None where there is no text model."""

    portfolio: Portfolio
    vectors: Vectors | None
    scored: Mapping[str, Mapping[str, float]]
    hashes: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, subject: Subject) -> Iterator[Candidate]:
        """Yield the words and phrases of the text, and those that near works agree on."""
        for work in self.portfolio.variants(self.hashes, subject.media_id):
            for word, strength in work.keywords.items():
                yield Candidate(word, Source.PORTFOLIO, _VARIANT * strength, f"on your {work.name}, the same picture")
        said = subject.described
        if not said:
            return
        cosines = self.scored.get(subject.text, {})
        votes: Mapping[str, Vote] = {}
        if self.vectors is not None and len(self.portfolio):
            votes = self.portfolio.votes(self.vectors.of([said])[0], leave_out=subject.media_id)
        yield from self._in_text(subject.text, cosines, votes)
        yield from self._voted(subject, said, votes)

    def _in_text(self, text: str, cosines: Mapping[str, float], votes: Mapping[str, Vote]) -> Iterator[Candidate]:
        for word in phrases.words(text):
            itself = key(word)
            vote = votes.get(itself)
            if self.vectors is None:
                yield Candidate(word, Source.CAPTION, _PLAIN, "in the title or description")
                continue
            score = likelihood(
                Signals(
                    in_text=True,
                    kept=self.portfolio.kept(itself),
                    vote=vote.share if vote else 0.0,
                    cosine=cosines.get(word, 0.0),
                    confidence=self.portfolio.confidence,
                )
            )
            reason = "in the title or description"
            yield Candidate(word, Source.CAPTION, score, f"{reason}; {_why(vote)}" if vote else reason)
        for phrase in phrases.phrases(text, 2):
            if phrase in cosines:
                yield Candidate(
                    phrase, Source.CAPTION, _PHRASE * max(0.0, cosines[phrase]), "a phrase of the title or description"
                )

    def _voted(self, subject: Subject, said: str, votes: Mapping[str, Vote]) -> Iterator[Candidate]:
        inside = {key(word) for word in phrases.words(subject.text)}
        best = sorted((vote for itself, vote in votes.items() if itself not in inside), key=lambda vote: -vote.share)
        best = [vote for vote in best[:_VOTED] if vote.share > 0]
        if not best or self.vectors is None:
            return
        near = self.vectors.of([vote.word for vote in best]) @ self.vectors.of([said])[0]
        for vote, cosine in zip(best, near.tolist(), strict=True):
            score = likelihood(
                Signals(in_text=False, kept=0.0, vote=vote.share, cosine=cosine, confidence=self.portfolio.confidence)
            )
            yield Candidate(vote.word, Source.PORTFOLIO, score, _why(vote))


def _why(vote: Vote) -> str:
    works = f"on {vote.works} of your pictures like this one"
    return f"{works}, which sold {vote.sales} times" if vote.sales else works
