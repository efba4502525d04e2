"""Words from what is said of the picture, and from how the person keyworded near pictures.

Both are weighed in one formula, a logistic regression. Its signals are: does the
word stand in the text, and where; how often does the person keep it then; what
do the nearest works vote; how near is the word to the text (KeyBERT's score);
what is usual in the whole portfolio; how common is the word in English. With a
small portfolio it leans on the text, with a large one on the person's habits.
The coefficients were fitted on 1,800 draws for each portfolio size (100, 1,000
and 6,000 works) out of 3,999 photos, with repeats (Flickr8k; see
tests/benchmarks/captions.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from stockctl.keyword.candidate import Candidate, Ground, Source, Tier
from stockctl.keyword.earlier.habit import Habit
from stockctl.keyword.earlier.likeness import LEAST, is_close, is_like
from stockctl.keyword.earlier.travel import travels
from stockctl.keyword.sources.shoot import is_near
from stockctl.words.lemma import key, tokens
from stockctl.words.proper.names import restricted
from stockctl.words.proper.placenames import country_of
from stockctl.words.said.kinds import broader, implied, is_sought
from stockctl.words.said.marks import mark_of
from stockctl.words.said.reading import read
from stockctl.words.spelling import frequency, spelling
from stockctl.words.texts import phrases
from stockctl.words.texts.filenames import is_drawn
from stockctl.words.texts.language import foreign
from stockctl.words.texts.people import private_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from stockctl.keyword.earlier.portfolio import Compared, Pictures, Portfolio, Vote
    from stockctl.keyword.embed.vectors import Vectors
    from stockctl.keyword.subject import Subject
    from stockctl.words.said.tokens import Unit

# How many of the works' words are weighed beside the text's own.
_VOTED = 80
# So many texts are compared with the works at once.
_BLOCK = 16
# A phrase is kept less often than its words.
_PHRASE = 0.8
# Without a text model the place in the text is all there is to go by.
_PLAIN, _PLAIN_GAIN = 0.6, 0.35
# From so many works on, the person's habits order the words of a text better than their places do.
_TELLING_WORKS = 30
# So many keywords agencies ask for (Shutterstock: 7, Adobe Stock: 5).
_ASKED = 7
# The keywords of another version of the same picture.
_VARIANT = 0.85
# So many words at most are taken of what holds with one.
_IMPLIED = 4


# The regression's coefficients for a small and for a large portfolio; between them they are blended.
# In order: constant, log of the vote, vote, cosine; and, where the word stands in the text, the same
# four again, how often it is kept, and its place in the text.
_SMALL = (-0.956, 1.412, 2.290, 4.562, -1.832, -1.263, 0.871, -0.035, 2.376, 0.0)
_LARGE = (-1.595, 0.380, 1.879, 2.215, -1.676, -0.366, -0.047, -1.939, 2.722, 0.213)
# For a large portfolio: log of the trend, trend, log of the share, log of the words together (see Habit),
# where the word stands in the text and where it does not.
_USUAL_IN, _USUAL_OUT = (0.294, 0.928, -0.299, 0.017), (0.154, 2.433, -0.036, 0.374)
# For a small one: each tenfold by which the word is commoner in English than one in 100,000.
_COMMON_IN, _COMMON_OUT, _LEAST_COMMON, _MIDDLE = 0.303, 0.134, 5.0, 7.0
# Fewer works than would make such a share never count.
_LEAST_SHARE = 0.003


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of one word for one picture; see the module. `place` is 0 for a text's first word, to 1."""

    in_text: bool
    kept: float
    place: float
    vote: float
    cosine: float
    usual: Habit
    frequency: int
    confidence: float


def likelihood(signals: Signals) -> float:
    """Return how likely a person would use the word, 0 to 1."""
    vote, trend, share, together = (
        min(1.0, max(_LEAST_SHARE, value))
        for value in (signals.vote, signals.usual.trend, signals.usual.share, signals.usual.together)
    )
    nearby = (1.0, math.log(vote), vote, signals.cosine)
    text = (*nearby, signals.kept, signals.place) if signals.in_text else (0.0,) * 6
    usual = (math.log(trend), max(0.0, min(1.0, signals.usual.trend)), math.log(share), math.log(together))
    common = max(_LEAST_COMMON, math.log10(max(1, signals.frequency))) - _MIDDLE
    small = _dot((*nearby, *text), _SMALL) + (_COMMON_IN if signals.in_text else _COMMON_OUT) * common
    large = _dot((*nearby, *text), _LARGE) + _dot(usual, _USUAL_IN if signals.in_text else _USUAL_OUT)
    total = (1 - signals.confidence) * small + signals.confidence * large
    return 1 / (1 + math.exp(-total))


def _dot(values: Sequence[float], coefficients: Sequence[float]) -> float:
    return sum(value * factor for value, factor in zip(values, coefficients, strict=True))


@dataclass(frozen=True)
class _Known:
    """What the portfolio says for one text: the near works' votes, and what is usual, by key of the word."""

    votes: Mapping[str, Vote] = field(default_factory=dict)
    usual: Mapping[str, Habit] = field(default_factory=dict)


@dataclass(frozen=True)
class FromText:
    """The source: `scored` holds KeyBERT's scores by text; `vectors` is None where there is no text model.

    `said` are the texts of all subjects, in the order in which they will be asked for; `taken` tells
    when a work was taken, by media_id.
    """

    portfolio: Portfolio
    vectors: Vectors | None
    scored: Mapping[str, Mapping[str, float]]
    pictures: Pictures | None = None
    said: Sequence[str] = ()
    taken: Callable[[str], datetime | None] | None = None
    _compared: dict[str, Compared] = field(default_factory=dict)

    def __call__(self, subject: Subject) -> Iterator[Candidate]:
        """Yield the words and phrases of the text, and those that near works agree on."""
        yield from self._of_versions(subject)
        said = subject.described
        if not said:
            return
        known = _Known()
        if self.vectors is not None and len(self.portfolio):
            words, beside = list(dict.fromkeys(map(key, phrases.words(subject.text)))), self._beside(said)
            known = _Known(
                beside.votes(subject.media_id, drawn=is_drawn(subject.path.name)), beside.usual(words, subject.media_id)
            )
        yield from self._in_text(subject, known)
        yield from self._voted(subject, said, known)

    def _of_versions(self, subject: Subject) -> Iterator[Candidate]:
        """Yield the words of other versions of the picture, by its perceptual hash.

        They stand on firm ground where they were taken within minutes; else the pictures may only be alike.
        """
        for place in self.pictures.same(subject.media_id) if self.pictures is not None else ():
            other = self.portfolio.media_ids[place]
            if other == subject.media_id:
                continue
            near = self.taken is not None and is_near(subject.capture.taken, self.taken(other))
            reason = f"on your {self.portfolio.names[place]}, the same picture"
            for word, strength in self.portfolio.keywords(place):
                if travels(word) and strength > 0:
                    tier = Tier.EMBEDDED if near and strength >= 1 else Tier.OFFERED
                    yield Candidate(word, Source.PORTFOLIO, _VARIANT * strength, reason, Ground.ALIKE, tier)

    def _beside(self, said: str) -> Compared:
        """Compare a text with all works, and with it those that will be asked for next."""
        if said not in self._compared and self.vectors is not None:
            at = self._turns.get(said, 0)
            block = list(dict.fromkeys((said, *self.said[at : at + _BLOCK])))
            self._compared.clear()
            self._compared.update(zip(block, self.portfolio.compared(self.vectors.of(block)), strict=True))
        return self._compared[said]

    @cached_property
    def _turns(self) -> Mapping[str, int]:
        """Where each text stands first among those that will be asked for."""
        return {said: len(self.said) - 1 - place for place, said in enumerate(reversed(self.said))}

    def _in_text(self, subject: Subject, known: _Known) -> Iterator[Candidate]:
        """Yield what the person's texts say, the title first; KeyBERT orders a long text, earlier work the others."""
        units = said_of(subject, self._own_phrases)
        words = [word for word, _ in units]
        near = self.scored.get(subject.text) or self._near(words, subject.text)
        found: list[tuple[int, float, Candidate]] = []
        for at, (word, reason) in enumerate(units):
            vote = known.votes.get(key(word))
            if self.vectors is None or not len(self.portfolio):
                score = _PLAIN + _PLAIN_GAIN * (1 - at / len(units))
                weight = near.get(word, 0.0) if subject.text in self.scored else -at
            else:
                score = self._likelihood(word, known, near.get(word, 0.0), place=at / len(units))
                score *= _PHRASE if " " in word else 1.0
                weight = score if len(self.portfolio) >= _TELLING_WORKS else -at
            why = f"{reason}; {_why(vote)}" if vote else reason
            first = 0 if key(word) in self._title_keys(subject) else 1
            found.append((first, -weight, Candidate(word, Source.CAPTION, score, why, Ground.SAID)))
        yield from (candidate for _, _, candidate in sorted(found, key=lambda one: one[:2]))

    def _near(self, words: Sequence[str], text: str) -> Mapping[str, float]:
        """Return the cosine of each word to the text; nothing where there is no earlier work to weigh it against."""
        if self.vectors is None or not len(self.portfolio) or not words:
            return {}
        return dict(zip(words, (self.vectors.of(words) @ self.vectors.of([text])[0]).tolist(), strict=True))

    def _title_keys(self, subject: Subject) -> frozenset[str]:
        return frozenset(key(unit.word) for unit in read(subject.texts[0]).units) if subject.texts else frozenset()

    @cached_property
    def _own_phrases(self) -> Callable[[str], bool] | None:
        """Tells whether a phrase is a keyword of the person's earlier work; None where there is no such phrase."""
        import numpy as np

        terms = self.portfolio.terms
        with_works = np.flatnonzero(np.diff(terms.works_with.starts)) if len(terms) else np.zeros(0, np.intp)
        own = {terms.known[number] for number in with_works.tolist() if " " in terms.known[number]}
        return (lambda phrase: key(phrase) in own) if own else None

    def _voted(self, subject: Subject, said: str, known: _Known) -> Iterator[Candidate]:
        inside = {key(word) for word, _ in said_of(subject, self._own_phrases)}
        best = sorted(
            (vote for itself, vote in known.votes.items() if itself not in inside), key=lambda vote: -vote.share
        )
        best = [vote for vote in best if vote.share > 0 and vote.near >= LEAST and travels(vote.word)][:_VOTED]
        if not best or self.vectors is None:
            return
        near = self.vectors.of([vote.word for vote in best]) @ self.vectors.of([said])[0]
        words = phrases.words(subject.text)
        # A word of the text that stands in a phrase there: the person's own works say that they use it alone.
        places = {key(word): at / len(words) for at, word in enumerate(words)}
        for vote, cosine in zip(best, near.tolist(), strict=True):
            if not is_like(vote.near, cosine, vote.agreed):
                continue
            score = self._likelihood(vote.word, known, cosine, place=places.get(key(vote.word)))
            tier = Tier.OFFERED if is_close(vote.near, cosine) else Tier.SHOWN
            yield Candidate(vote.word, Source.PORTFOLIO, score, _why(vote), tier=tier)

    def _likelihood(self, word: str, known: _Known, cosine: float, place: float | None = None) -> float:
        """Return a word's likelihood; `place` is its place in the text, None where it does not stand there."""
        itself = key(word)
        vote = known.votes.get(itself)
        return likelihood(
            Signals(
                in_text=place is not None,
                kept=self.portfolio.kept(itself),
                place=place or 0.0,
                vote=vote.share if vote else 0.0,
                cosine=cosine,
                usual=known.usual.get(itself, Habit()),
                frequency=frequency(itself),
                confidence=self.portfolio.confidence,
            )
        )


def said_of(subject: Subject, known: Callable[[str], bool] | None = None) -> list[tuple[str, str]]:
    """Return the words and phrases of a subject's texts, each with its reason, in the order of the texts.

    A part that stands by itself follows behind its text, and so does what buyers seek by its kind (a golden
    retriever: dog). Where all that gives fewer than agencies ask for, though the texts have as many words, what
    else a thing is one of is added, where a place lies, and what holds of every such picture.
    """
    found: dict[str, tuple[str, str]] = {}
    kinds: dict[str, tuple[str, str]] = {}
    denied = denied_by(subject)
    for text in subject.texts:
        one = read(text, known)
        where = _where(subject, text)
        for unit in one.units:
            found.setdefault(key(unit.word), (unit.word, where))
        for unit in one.units:
            for part in _parts_of(unit, tuple(subject.texts)):
                found.setdefault(key(part), (part, f"part of {unit.word!r} {where}"))
        for unit in one.units:
            kind = (unit.kind, f"what {unit.word!r} in {where[3:]} is one of")
            if is_sought(unit.kind) and key(unit.kind) not in denied:
                found.setdefault(key(unit.kind), kind)
            elif unit.kind:
                kinds.setdefault(key(unit.kind), kind)
    # What is done to a thing stands last: packing (boxes).
    for text in subject.texts:
        for word in read(text, known).spare:
            if key(word) not in denied:
                found.setdefault(key(word), (word, f"what is done {_where(subject, text)}"))
    content = {word for text in subject.texts for run in phrases.runs(text) for word in run}
    if (
        len(content) >= _ASKED
        and len(found) < 2 * _ASKED
        and (lost := _not_kept(found, subject.texts)) + _ASKED > len(found)
    ):
        _filled_up(found, kinds, denied, _ASKED + lost)
    return list(found.values())


@lru_cache(maxsize=4096)
def _is_mark(phrase: str) -> bool:
    """Whether a phrase as a whole is a mark."""
    return any(hit.why == "trademark" and key(hit.word) == key(phrase) for hit in restricted(phrase))


def _not_kept(found: Mapping[str, tuple[str, str]], texts: Sequence[str]) -> int:
    """Return how many of the words said no agency gets: private persons' names, marks and slips."""
    named, slips = _refused_in(tuple(texts))
    return sum(
        bool(restricted(word)) or bool(named & {itself, *itself.split()}) or bool(slips & set(tokens(word)))
        for itself, (word, _) in found.items()
    )


def _parts_of(unit: Unit, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts of a keyword that stand by themselves; a mark (bubble wrap) has none."""
    beside = _beside_slips(unit.word, texts)
    return beside if unit.parts and _is_mark(unit.word) else (*unit.parts, *beside)


def _beside_slips(word: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is left of a phrase of which a word is misspelt: basil of basil leafs."""
    words = word.split()
    slips = _refused_in(texts)[1] if len(words) > 1 else frozenset()
    if slips.isdisjoint(words):
        return ()
    return tuple(other for other in words if other not in slips and mark_of(other)[:1] in {"n", "p"})


@lru_cache(maxsize=256)
def _refused_in(texts: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the keys of private persons' names in some texts, and their slips; a shoot's text stands on each file."""
    named = {key(part) for text in texts for name in private_names(text) for part in (name, *name.split())}
    slips = {slip.word for slip in spelling([text for text in texts if not foreign(text)])}
    return frozenset(named), frozenset(slips)


def _filled_up(
    found: dict[str, tuple[str, str]], kinds: Mapping[str, tuple[str, str]], denied: frozenset[str], wanted: int
) -> None:
    """Add what the things and places said are one of, or lie in, until there are as many as are wanted."""
    said = [word for word, _ in found.values()]
    more = dict(kinds)
    for word in said:
        if country := country_of(word):
            more.setdefault(key(country), (country, f"where {word!r} lies"))
    said += [word for word, _ in kinds.values()]
    for word in said:
        if kind := broader(word):
            more.setdefault(key(kind), (kind, f"what {word!r} is one of"))
    # In turns, so that no single word fills up all.
    for turn in range(_IMPLIED):
        for word in said:
            for other in implied(word)[turn : turn + 1]:
                more.setdefault(key(other), (other, f"goes with {word!r}"))
    for itself, entry in more.items():
        if len(found) < wanted and itself not in denied and not restricted(entry[0]):
            found.setdefault(itself, entry)


def denied_by(subject: Subject) -> frozenset[str]:
    """Return the words (keys) that the subject's texts deny and that none of them says."""
    texts = [read(text) for text in subject.texts]
    said = {key(unit.word) for one in texts for unit in one.units}
    return frozenset(itself for one in texts for itself in one.denied) - said


def _where(subject: Subject, text: str) -> str:
    if text == subject.context.strip():
        return "in what you said of the shoot"
    return "in the title" if text == subject.title.strip() else "in the description"


def _why(vote: Vote) -> str:
    works = f"on {vote.works} of your pictures like this one"
    return f"{works}, which sold {vote.sales} times" if vote.sales else works
