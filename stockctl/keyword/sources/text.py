"""Words from what is said of the picture, and from how the person keyworded near pictures.

Both are weighed in one formula, a logistic regression whose five signals are:
does the word stand in the text, how often does the person keep it then, what do
the nearest works vote, how near is the word to the text (KeyBERT's score), and
how large the portfolio is. Its coefficients were fitted on 1,000 captions with
portfolios of 100, 1,000 and 6,000 others (Flickr8k; see the benchmark).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
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
    vote = min(1.0, max(0.003, signals.vote))
    log_vote = math.log(vote)
    total = -1.427 + (1.106 - 0.006 * signals.confidence) * log_vote + 2.645 * vote + 3.341 * signals.cosine
    if signals.in_text:
        total += (
            -0.817
            + (-1.040 + 0.327 * signals.confidence) * log_vote
            - 0.888 * vote
            + 2.940 * signals.kept
            - 1.223 * signals.cosine
        )
    return 1 / (1 + math.exp(-total))


@dataclass(frozen=True)
class FromText:
    """The source: `scored` holds KeyBERT's scores by text; None where there is no text model."""

    portfolio: Portfolio
    vectors: Vectors | None
    scored: Mapping[str, Mapping[str, float]]

    def __call__(self, subject: Subject) -> Iterator[Candidate]:
        """Yield the words and phrases of the text, and those that near works agree on."""
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
