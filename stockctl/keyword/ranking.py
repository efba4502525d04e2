"""From candidates to keywords: joined by lemma, ordered by their ground, parted into embedded and offered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.keyword.candidate import Candidate, Ground, Source, Tier
from stockctl.keyword.hygiene import Dictionary, Rejected, objection
from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

# Below this a guess is not worth reading.
LEAST = 0.03
# As many keywords are safe at every agency that takes keywords in order (Adobe Stock: 49).
MOST_TAKEN = 49
# So many keywords are aimed at where the settings say nothing.
DEFAULT_WANT = 30
# At Adobe Stock the first ten weigh most, and title words belong among them.
LEADING = 10
# What stands in the file on these grounds stays although this run has no word of it: nobody
# looked this time, or the other frame is not among the files.
_LASTING = frozenset({Ground.SEEN, Ground.ALIKE})


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword in its place: the word, its source, score 0 to 1 (a person's own: 1), why, and its ground.

    `by_all` says of a word on offer whether `--all` embeds it.
    """

    word: str
    source: Source
    score: float
    reason: str = ""
    ground: Ground = Ground.GUESSED
    by_all: bool = True

    @classmethod
    def of_person(cls, word: str) -> Keyword:
        """Return a word that a person chose."""
        return cls(word, Source.PERSON, 1.0, "", Ground.PERSON)

    @property
    def suggested(self) -> bool:
        """Whether it is a suggestion that nobody has looked at."""
        return self.ground is not Ground.PERSON


@dataclass(frozen=True)
class Ranked:
    """Keywords to embed, in order; others on offer, best first; what was turned down."""

    keywords: tuple[Keyword, ...] = ()
    offered: tuple[Keyword, ...] = ()
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class _Joined:
    """The offers of one lemma as one keyword: how far it goes, and its place among those of its ground."""

    keyword: Keyword
    reach: Tier
    place: int


def rank(
    own: Sequence[str],
    candidates: Iterable[Candidate],
    *,
    limit: int,
    want: int = DEFAULT_WANT,
    dictionary: Dictionary | None = None,
    title: Sequence[str] = (),
    shift: Callable[[str, Source, float], float] | None = None,
    all_offered: bool = False,
    standing: Mapping[str, Keyword] | None = None,
) -> Ranked:
    """Order a person's own words and the suggestions, by the ground of each.

    `own` comes first, untouched. What is said of the picture follows in the order in which it is
    offered; then what was seen in it, up to `want` keywords in all; then what its near-identical
    frame has, and what the camera knows. A guess is only offered, unless `all_offered`. `limit` caps the
    suggestions, which do not bring all keywords above 49 unless `limit` is higher; `title` holds
    the title's words, which move among the first ten; `shift` corrects a score by what was
    learned of the word and its source; `standing` holds, by key, the suggestions that stand in
    the file and that nobody looked at: one for which nothing speaks any more is left out.
    """
    dictionary, standing = dictionary or Dictionary(), standing or {}
    taken = {key(word) for word in own}
    groups: dict[str, list[Candidate]] = {}
    rejected: dict[str, Rejected] = {}
    offers = tuple(candidates)
    for candidate in (*offers, *_lasting(standing, offers)):
        itself = key(candidate.word)
        if itself in taken:
            continue
        why = objection(candidate.word, dictionary)
        if why:
            rejected.setdefault(itself, Rejected(candidate.word, why))
        else:
            groups.setdefault(itself, []).append(candidate)
    joined = [_join(group, place, shift, standing.get(itself)) for place, (itself, group) in enumerate(groups.items())]
    first, offered = _parted(joined, len(own), want, all_offered=all_offered)
    # A person's own words are never capped, but what is suggested does not fill a file beyond what agencies take.
    room = max(0, min(limit, max(limit, MOST_TAKEN) - len(own)))
    embedded = _title_leads([one.keyword for one in first], {key(word) for word in title}, LEADING - len(own))[:room]
    left = {one.keyword.word for one in first} - {word.word for word in embedded}
    offered += [one.keyword for one in first if one.keyword.word in left]
    offered.sort(key=lambda word: -word.score)
    return Ranked(
        keywords=(*map(Keyword.of_person, own), *embedded),
        offered=tuple(offered)[: max(0, limit - len(embedded))],
        rejected=tuple(rejected.values()),
    )


def _lasting(standing: Mapping[str, Keyword], offers: Sequence[Candidate]) -> list[Candidate]:
    """Return the offers that suggestions in the file make for themselves; a frame that was asked has the word."""
    asked = {Ground.ALIKE} & {offer.ground for offer in offers}
    return [
        Candidate(word.word, word.source, word.score, word.reason, word.ground)
        for word in standing.values()
        if word.ground in _LASTING - asked
    ]


def _parted(
    joined: Sequence[_Joined], own: int, want: int, *, all_offered: bool
) -> tuple[list[_Joined], list[Keyword]]:
    """Return what is embedded, in order, and what is on offer; what was seen fills up to `want` keywords."""
    furthest = Tier.OFFERED if all_offered else Tier.EMBEDDED
    goes = [one for one in joined if one.reach <= furthest]
    seen = [one for one in goes if one.keyword.ground is Ground.SEEN]
    room = len(goes) if all_offered else max(0, want - own - (len(goes) - len(seen)))
    late = {one.keyword.word for one in sorted(seen, key=lambda one: -one.keyword.score)[room:]}
    first = [one for one in goes if one.keyword.word not in late]
    first.sort(key=lambda one: (one.keyword.ground.rank, *_within(one)))
    chosen = {one.keyword.word for one in first}
    offered = [one.keyword for one in joined if one.keyword.word not in chosen and one.keyword.score >= LEAST]
    return first, offered


def _within(one: _Joined) -> tuple[float, int]:
    """Return a word's place among those of its ground: what is said keeps its order, all else goes by score."""
    return (0.0 if one.keyword.ground is Ground.SAID else -one.keyword.score, one.place)


def _join(
    group: Sequence[Candidate],
    place: int,
    shift: Callable[[str, Source, float], float] | None,
    stands: Keyword | None,
) -> _Joined:
    """Make one keyword of the offers of one lemma; sources that agree make it likelier, and the best ground counts."""
    best: dict[Source, Candidate] = {}
    for candidate in group:
        if candidate.source not in best or candidate.score > best[candidate.source].score:
            best[candidate.source] = candidate
    scores = {
        source: shift(candidate.word, source, candidate.score) if shift else candidate.score
        for source, candidate in best.items()
    }
    missed = math.prod(1 - score for score in scores.values())
    leader = min(group, key=lambda candidate: (candidate.ground.rank, candidate.reach))
    reach = min(candidate.reach for candidate in group)
    order = sorted(best.values(), key=lambda candidate: (candidate.ground.rank, -scores[candidate.source]))
    reasons = dict.fromkeys(candidate.reason for candidate in (leader, *order) if candidate.reason)
    score = round(min(0.99, 1 - missed), 4)
    return _Joined(
        Keyword(leader.word, leader.source, score, "; ".join(reasons), leader.ground, reach <= Tier.OFFERED),
        # What --all embedded stays while it is guessed again; a guess is no ground for what rested on a better one.
        Tier.EMBEDDED if stands and leader.ground.rank <= stands.ground.rank else reach,
        place,
    )


def _title_leads(words: Sequence[Keyword], title: set[str], places: int) -> list[Keyword]:
    """Move the title's words that stand below the leading places up into their end."""
    places = max(places, 0)
    late = [word for word in words[places:] if key(word.word) in title]
    if not late:
        return list(words)
    head = list(words[:places])
    others = [word for word in head if key(word.word) not in title]
    room = min(len(late), len(others))
    moved = {word.word for word in others[len(others) - room :]}
    risen = {word.word for word in late[:room]}
    kept = [word for word in head if word.word not in moved]
    rest = [word for word in words if word.word in moved or (word not in head and word.word not in risen)]
    return [*kept, *late[:room], *rest]
