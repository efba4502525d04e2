"""Words of the same shoot: pictures of one folder, taken minutes apart, share what is true of all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from stockctl.keyword.candidate import Candidate, Source, Tier
from stockctl.keyword.earlier.likeness import CLOSE, LIKE
from stockctl.keyword.earlier.travel import travels
from stockctl.words.lemma import key
from stockctl.words.texts import phrases
from stockctl.words.texts.filenames import is_drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from stockctl.catalogue.words.works import Work
    from stockctl.keyword.ranking import Keyword
    from stockctl.keyword.subject import Subject

    Likeness = Callable[[str, Sequence[str]], Sequence[float] | None]

# Pictures so near in time are of one scene.
APART = timedelta(minutes=30)
# Frames of one series follow each other at such a distance.
MINUTES = timedelta(minutes=10)
# So many frames are asked, and without times so many beside it are looked at for them.
MOST, _LOOKED_AT = 200, 1000
# How likely a word of the neighbours holds here: at the least, and what it gains when all have it.
_LEAST, _ALL = 0.15, 0.45
# Without a time the folder alone binds them, more loosely, and only those of which something like it is said.
_UNTIMED = 0.6


@dataclass(frozen=True)
class _Frame:
    """A picture of a folder with words that a person gave it; `drawn` is a vector, `said` are keys of its `text`."""

    media_id: str
    name: str
    taken: datetime | None
    words: Mapping[str, str]
    drawn: bool = False
    said: frozenset[str] = frozenset()
    text: str = ""


@dataclass(frozen=True)
class _Folder:
    """The worded pictures of one folder, in the order in which they were met.

    Of more than some hundreds the nearest are asked: a folder of a hundred
    thousand takes no longer for each picture than one of a thousand.
    """

    frames: Sequence[_Frame]

    def near(self, subject: Subject, taken: datetime) -> list[_Frame]:
        """Return the frames taken near a moment, but for the subject's own."""
        times, places = self._by_time
        at = bisect_left(times, taken)
        first, last = bisect_left(times, taken - APART), bisect_right(times, taken + APART)
        near = range(max(first, at - MOST), min(last, at + MOST + 1))
        nearest = sorted(near, key=lambda place: abs(times[place] - taken))[: MOST + 1]
        return self._others(subject, (places[place] for place in nearest))

    def beside(self, subject: Subject) -> list[_Frame]:
        """Return the frames beside the subject by name, but for its own."""
        names, places = self._by_name
        at = bisect_left(names, subject.path.name)
        first = max(0, min(at - _LOOKED_AT // 2, len(names) - _LOOKED_AT - 1))
        return self._others(subject, places[first : first + _LOOKED_AT + 1])

    def _others(self, subject: Subject, places: Iterable[int]) -> list[_Frame]:
        frames = (self.frames[place] for place in sorted(places))
        return [frame for frame in frames if frame.media_id != subject.media_id]

    @cached_property
    def _by_time(self) -> tuple[list[datetime], list[int]]:
        timed = [(frame.taken, place) for place, frame in enumerate(self.frames) if frame.taken is not None]
        timed.sort()
        return [taken for taken, _ in timed], [place for _, place in timed]

    @cached_property
    def _by_name(self) -> tuple[list[str], list[int]]:
        named = sorted((frame.name, place) for place, frame in enumerate(self.frames))
        return [name for name, _ in named], [place for _, place in named]


@dataclass(frozen=True)
class FromShoot:
    """The source: `frames` are the worded pictures of each folder, of this run and of earlier ones.

    `likeness` returns the cosines of one text to others; without it, or where it returns None, shared words tell.
    """

    frames: Mapping[str, _Folder] = field(default_factory=dict)
    likeness: Likeness | None = None

    def __call__(self, subject: Subject) -> Iterator[Candidate]:
        """Yield the words of the frames near by, the likelier the more of them have it."""
        folder = self.frames.get(str(subject.path.absolute().parent))
        if folder is None:
            return
        taken = _plain(subject.capture.taken)
        near_by, loosely = folder.near(subject, taken) if taken is not None else [], 1.0
        frames, far = self._like(subject, near_by)
        if not near_by:
            said, drawn = _keys(subject.text), is_drawn(subject.path.name)
            near = (
                frame
                for frame in folder.beside(subject)
                if (taken is None or frame.taken is None)
                and frame.drawn == drawn
                and (not said or not frame.said or said & frame.said)
            )
            (frames, far), loosely = self._like(subject, list(islice(near, MOST))), _UNTIMED
        close = {itself for frame in frames if frame.text not in far for itself in frame.words}
        counts = Counter(itself for frame in frames for itself in frame.words)
        shown = {itself: word for frame in frames for itself, word in frame.words.items()}
        for itself, count in counts.items():
            score = loosely * (_LEAST + _ALL * count / len(frames))
            if travels(shown[itself]):
                reason = f"on {count} of {len(frames)} pictures of the same shoot"
                tier = None if itself in close else Tier.SHOWN
                yield Candidate(shown[itself], Source.SHOOT, score, reason, tier=tier)

    def _like(self, subject: Subject, frames: Sequence[_Frame]) -> tuple[Sequence[_Frame], frozenset[str]]:
        """Return the frames of which nothing is said, or something like what is said of the subject.

        Beside them come those of their texts that are only a little like it.
        """
        if not subject.text:
            return frames, frozenset()
        texts = list(dict.fromkeys(frame.text for frame in frames if frame.text and frame.text != subject.text))
        if not texts:
            return frames, frozenset()
        far = frozenset[str]()
        cosines = self.likeness(subject.text, texts) if self.likeness is not None else None
        if cosines is None:
            said = _keys(subject.text)
            alike = {frame.text for frame in frames if said & frame.said}
        else:
            alike = {text for text, cosine in zip(texts, cosines, strict=True) if cosine >= LIKE}
            far = frozenset(text for text, cosine in zip(texts, cosines, strict=True) if cosine < CLOSE)
        alike |= {"", subject.text}
        return [frame for frame in frames if frame.text in alike], far


def shoots(
    subjects: Iterable[Subject],
    works: Iterable[Work],
    unseen: Mapping[Path, Mapping[str, Keyword]] | None = None,
    likeness: Likeness | None = None,
) -> FromShoot:
    """Gather the worded pictures by folder; of a picture in both, what the file says now counts.

    `unseen` holds the keys, by path, of suggestions that nobody looked at: they are no word
    of the person's; for `likeness` see `FromShoot`.
    """
    frames: dict[str, dict[str, _Frame]] = {}
    for work in works:
        words = {key(word): word for word, strength in work.keywords.items() if strength >= 1.0}
        taken = _plain(datetime.fromisoformat(work.taken)) if work.taken else None
        frame = _Frame(work.media_id, work.name, taken, words, is_drawn(work.name), _keys(work.text), work.text)
        frames.setdefault(work.folder, {})[work.media_id] = frame
    for subject in subjects:
        folder = str(subject.path.absolute().parent)
        echoes = (unseen or {}).get(subject.path, {})
        words = {itself: word for word in subject.record.keywords if (itself := key(word)) not in echoes}
        if words:
            taken = _plain(subject.capture.taken)
            frames.setdefault(folder, {})[subject.media_id] = _Frame(
                *(subject.media_id, subject.path.name, taken, words),
                *(is_drawn(subject.path.name), _keys(subject.text), subject.text),
            )
    return FromShoot({folder: _Folder(tuple(found.values())) for folder, found in frames.items()}, likeness)


def _keys(text: str) -> frozenset[str]:
    return frozenset(map(key, phrases.words(text)))


def is_near(one: datetime | None, other: datetime | None) -> bool:
    """Whether two pictures were taken within ten minutes of each other; unknown times are not near."""
    if one is None or other is None:
        return False
    return abs(one.replace(tzinfo=None) - other.replace(tzinfo=None)) <= MINUTES


def _plain(taken: datetime | None) -> datetime | None:
    """Return the camera's clock without its zone: within a folder it is the same one."""
    return None if taken is None else taken.replace(tzinfo=None)
