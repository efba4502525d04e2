"""Words of near-identical frames: what is true of all is shared, what is true of one stays with it.

Frames of one folder are a series where their pictures are alike (by the hash that
`check` keeps, or else by the thumbnail in the file) and their times are near. What
a person wrote on a frame, or a vision source saw in it, holds for its series; but
not the words of the frame's own name, place and time.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from stockctl.keyword.candidate import Candidate, Ground, Source, Tier
from stockctl.keyword.earlier.travel import travels
from stockctl.keyword.sources.capture import from_place, from_time
from stockctl.words.lemma import key
from stockctl.words.texts.filenames import name_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from stockctl.keyword.ranking import Keyword
    from stockctl.keyword.sources import Suggests
    from stockctl.keyword.subject import Subject

# Bits of 64 in which alike pictures differ at most; two pictures drawn at random differ in 32 ± 4.
_ALIKE_BITS = 10
# Frames of a series follow each other at such a distance.
_APART = timedelta(minutes=10)
# A frame is compared with so many before it: a series is shot in one go.
_BEFORE = 12
# A series of more frames is taken in parts: each frame is told what the others say.
_MOST = 200
# How likely a word of other frames holds here: on all of several, on the only one that has words, and the
# least and most where the frames differ. The last is less than what is embedded without asking.
_ON_ALL, _ON_THE_ONE, _LEAST, _DIFFERING = 0.8, 0.62, 0.2, 0.5
# What a vision source is at least so sure of counts as said of a frame.
_SEEN = 0.4
# The cosine transform of 32 numbers, its 8 lowest frequencies: rows (8, 32).
_SIDE, _KEPT = 32, 8


@dataclass(frozen=True)
class FromSeries:
    """The source: `series` maps a media_id to the subjects of its series, itself among them.

    `unseen` holds, by path and key, the embedded suggestions that nobody
    looked at; `vision` yields what was seen in a frame.
    """

    series: Mapping[str, Sequence[Subject]] = field(default_factory=dict)
    unseen: Mapping[Path, Mapping[str, Keyword]] = field(default_factory=dict)
    vision: Suggests | None = None
    _written: dict[str, tuple[dict[str, str], frozenset[str]]] = field(default_factory=dict)

    def __call__(self, subject: Subject) -> Iterator[Candidate]:
        """Yield the words of the other frames, the likelier the more of them have it."""
        frames = self.series.get(subject.media_id, ())
        held = {frame.media_id: self._held(frame) for frame in frames}
        mine = held.pop(subject.media_id, {})
        others = [words for words in held.values() if words]
        if not others:
            return
        counts = Counter(itself for words in others for itself in words)
        shown = {itself: word for words in others for itself, word in words.items()}
        for itself, count in counts.items():
            if itself in mine:
                continue
            # A frame with words of its own that lacks this one differs in it.
            share = count / (len(others) + bool(mine))
            agreed = _ON_ALL if count > 1 else _ON_THE_ONE
            score = agreed if share == 1 else _LEAST + (_DIFFERING - _LEAST) * share
            reason = f"on {count} of {len(others)} near-identical frames that have words"
            tier = Tier.EMBEDDED if share == 1 and subject.capture.taken is not None else Tier.OFFERED
            yield Candidate(shown[itself], Source.SHOOT, score, reason, Ground.ALIKE, tier)

    def _held(self, frame: Subject) -> dict[str, str]:
        """Return what is said of a frame, by key, but for what is true of it alone."""
        if frame.media_id not in self._written:
            # Every frame of the series asks for it.
            self._written[frame.media_id] = self._words_and_own(frame)
        words, own = self._written[frame.media_id]
        if self.vision is None:
            return words
        seen = {key(seen.word): seen.word for seen in self.vision(frame) if seen.score >= _SEEN}
        return words | {itself: word for itself, word in seen.items() if itself not in own and travels(word)}

    def _words_and_own(self, frame: Subject) -> tuple[dict[str, str], frozenset[str]]:
        """Return the words written on a frame that may be true of others, and the keys of those that are not."""
        echoes = self.unseen.get(frame.path, {})
        own = {key(word) for word in name_words(frame.path)}
        own |= {key(fact.word) for fact in (*from_place(frame), *from_time(frame))}
        words = {
            itself: word
            for word in frame.record.keywords
            # A suggestion speaks for other frames only where it stands on a person's own text.
            if (itself := key(word)) not in echoes or echoes[itself].ground is Ground.SAID
        }
        travelling = {itself: word for itself, word in words.items() if itself not in own and travels(word)}
        return travelling, frozenset(own)


def series(
    subjects: Sequence[Subject],
    hashes: Mapping[str, int],
    unseen: Mapping[Path, Mapping[str, Keyword]] | None = None,
    vision: Suggests | None = None,
) -> FromSeries:
    """Find the series among subjects; `hashes` are those that `check` keeps (64 bits, by media_id)."""
    folders: dict[str, list[Subject]] = {}
    for subject in subjects:
        folders.setdefault(str(subject.path.absolute().parent), []).append(subject)
    found: dict[str, list[Subject]] = {}
    for frames in folders.values():
        if len(frames) > 1:
            _join(sorted(frames, key=_moment), _Alike(hashes), found)
    return FromSeries({media_id: frames for media_id, frames in found.items() if len(frames) > 1}, unseen or {}, vision)


def _join(
    frames: Sequence[Subject], alike: Callable[[Subject, Subject], bool], found: dict[str, list[Subject]]
) -> None:
    """Put each frame to the series of the nearest one before it that is alike."""
    for place, frame in enumerate(frames):
        before = reversed(frames[max(0, place - _BEFORE) : place])
        first = next((other for other in before if _near(frame, other) and alike(frame, other)), None)
        if first is not None and first.media_id != frame.media_id and len(found[first.media_id]) < _MOST:
            found[first.media_id].append(frame)
            found[frame.media_id] = found[first.media_id]
        else:
            found.setdefault(frame.media_id, [frame])


def _moment(subject: Subject) -> tuple[str, str]:
    taken = subject.capture.taken
    return (taken.replace(tzinfo=None).isoformat() if taken else "", subject.path.name)


def _near(one: Subject, other: Subject) -> bool:
    """Whether two frames were taken near each other; of two without a time the pictures alone tell."""
    times = [subject.capture.taken for subject in (one, other)]
    if times[0] is None or times[1] is None:
        return times[0] is times[1]
    return abs(times[0].replace(tzinfo=None) - times[1].replace(tzinfo=None)) <= _APART


class _Alike:
    """Tells whether two pictures are alike, by hashes of one kind; each thumbnail is hashed once."""

    def __init__(self, kept: Mapping[str, int]) -> None:
        self._kept = kept
        self._thumbnails: dict[str, int | None] = {}

    def __call__(self, one: Subject, other: Subject) -> bool:
        pair = [self._kept.get(subject.media_id) for subject in (one, other)]
        if pair[0] is None or pair[1] is None:
            pair = [self._thumbnail(one), self._thumbnail(other)]
        return pair[0] is not None and pair[1] is not None and (pair[0] ^ pair[1]).bit_count() <= _ALIKE_BITS

    def _thumbnail(self, subject: Subject) -> int | None:
        if subject.media_id not in self._thumbnails:
            self._thumbnails[subject.media_id] = _hash(subject.small)
        return self._thumbnails[subject.media_id]


def _hash(thumbnail: bytes) -> int | None:
    """Return the signs of the 8 × 8 lowest frequencies of a thumbnail's luma; None where there is no thumbnail."""
    import numpy as np

    if not thumbnail:
        return None
    from PIL import Image

    try:
        with Image.open(io.BytesIO(thumbnail)) as image:
            small = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    except (OSError, ValueError, SyntaxError):
        return None
    luma = np.asarray(small, np.float32)
    low = _cosines() @ luma @ _cosines().T
    low[0, 0] = 0
    return int.from_bytes(np.packbits(low > 0).tobytes(), "big")


@cache
def _cosines() -> NDArray[np.float32]:
    import numpy as np

    waves: Iterable[int] = range(_KEPT)
    places = (2 * np.arange(_SIDE) + 1) * np.pi / (2 * _SIDE)
    return np.array([np.cos(places * wave) for wave in waves], np.float32)
