"""From candidates to keywords: joined by lemma, scored, ordered, cut into two tiers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.keyword.candidate import Candidate, Source
from stockctl.keyword.hygiene import Dictionary, Rejected, objection
from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# What is at least so likely to be kept is embedded at once; the rest is offered.
FIRST_TIER = 0.6
# Below this a word is not worth reading.
LEAST = 0.03
# As many keywords are safe at every agency that takes keywords in order (Adobe Stock: 49).
MOST_TAKEN = 49
# At Adobe Stock the first ten weigh most, and title words belong among them.
LEADING = 10


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword in its place: the word, its source, score 0 to 1 (a person's own: 1), and why."""

    word: str
    source: Source
    score: float
    reason: str = ""


@dataclass(frozen=True)
class Ranked:
    """Keywords to embed, in order; others on offer, best first; what was turned down."""

    keywords: tuple[Keyword, ...] = ()
    offered: tuple[Keyword, ...] = ()
    rejected: tuple[Rejected, ...] = ()


def rank(
    own: Sequence[str],
    candidates: Iterable[Candidate],
    *,
    limit: int,
    dictionary: Dictionary | None = None,
    title: Sequence[str] = (),
    shift: Callable[[str, Source, float], float] | None = None,
    all_offered: bool = False,
) -> Ranked:
    """Order a person's own words and the suggestions.

    `own` comes first, untouched; `limit` caps the suggestions, which do not bring
    all keywords above 49 unless `limit` is higher; `title` holds the
    title's words, which move among the first ten; `shift` corrects a score by
    what was learned of the word and its source; `all_offered` embeds the
    second tier, too.
    """
    dictionary = dictionary or Dictionary()
    taken = {key(word) for word in own}
    groups: dict[str, list[Candidate]] = {}
    rejected: dict[str, Rejected] = {}
    for candidate in candidates:
        itself = key(candidate.word)
        if itself in taken:
            continue
        why = objection(candidate.word, dictionary)
        if why:
            rejected.setdefault(itself, Rejected(candidate.word, why))
        else:
            groups.setdefault(itself, []).append(candidate)
    joined = [_join(group, shift) for group in groups.values()]
    joined = sorted((word for word in joined if word.score >= LEAST), key=lambda word: -word.score)
    joined = _without_parts(joined, {key(word) for word in own})
    # A person's own words are never capped, but what is suggested does not fill a file beyond what agencies take.
    room = max(0, min(limit, max(limit, MOST_TAKEN) - len(own)))
    first = [word for word in joined if all_offered or word.score >= FIRST_TIER][:room]
    chosen = {word.word for word in first}
    return Ranked(
        keywords=(
            *(Keyword(word, Source.PERSON, 1.0) for word in own),
            *_title_leads(first, {key(word) for word in title}, LEADING - len(own)),
        ),
        offered=tuple(word for word in joined if word.word not in chosen)[: max(0, limit - len(first))],
        rejected=tuple(rejected.values()),
    )


def _join(group: Sequence[Candidate], shift: Callable[[str, Source, float], float] | None) -> Keyword:
    """Make one keyword of the offers of one lemma: each source that agrees makes it likelier."""
    best: dict[Source, Candidate] = {}
    for candidate in group:
        if candidate.source not in best or candidate.score > best[candidate.source].score:
            best[candidate.source] = candidate
    scores = {
        source: shift(candidate.word, source, candidate.score) if shift else candidate.score
        for source, candidate in best.items()
    }
    order = sorted(scores, key=lambda source: -scores[source])
    missed = math.prod(1 - score for score in scores.values())
    leader = best[order[0]]
    reasons = dict.fromkeys(best[source].reason for source in order if best[source].reason)
    return Keyword(leader.word, leader.source, round(min(0.99, 1 - missed), 4), "; ".join(reasons))


def _without_parts(words: Sequence[Keyword], own: set[str]) -> list[Keyword]:
    """Drop a phrase whose every word stands by itself already and is as likely: it would be a repeat."""
    singles = {key(word.word) for word in words if word.score >= FIRST_TIER} | own
    kept: list[Keyword] = []
    for word in words:
        parts = key(word.word).split()
        if len(parts) > 1 and word.source is Source.CAPTION and word.score < FIRST_TIER and singles.issuperset(parts):
            continue
        kept.append(word)
    return kept


def _title_leads(words: Sequence[Keyword], title: set[str], places: int) -> list[Keyword]:
    """Move the title's words that rank below the leading places up into their end."""
    places = max(places, 0)
    late = [word for word in words[places:] if key(word.word) in title]
    if not late:
        return list(words)
    head, tail = list(words[:places]), [word for word in words[places:] if word not in late]
    others = [word for word in head if key(word.word) not in title]
    room = min(len(late), len(others))
    moved = others[len(others) - room :]
    head = [word for word in head if word not in moved]
    return [*head, *late[:room], *sorted([*moved, *late[room:], *tail], key=lambda word: -word.score)]
