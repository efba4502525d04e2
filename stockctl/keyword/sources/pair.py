"""Words of the other half of an asset: a vector and the JPEG that shows it say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.errors import FileProblem
from stockctl.keyword.candidate import Candidate, Ground, Source
from stockctl.keyword.sources import Caption
from stockctl.keyword.subject import load
from stockctl.media import pairs
from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from stockctl.keyword.subject import Subject


class Pairs:
    """The other half of each file of a run that has one, in the run or beside it."""

    def __init__(self, subjects: Sequence[Subject], unseen: Mapping[Path, Collection[str]]) -> None:
        """Look for pairs; `unseen` holds the suggestions (keys) that nobody looked at, by path."""
        self._unseen = unseen
        self._others: dict[Path, Subject] = {}
        by_path = {subject.path: subject for subject in subjects}
        for subject in subjects:
            beside = _other_half(subject.path)
            if beside is None:
                continue
            try:
                self._others[subject.path] = by_path.get(beside) or load(beside)
            except FileProblem:
                # It is told where its own turn comes.
                continue

    def __call__(self, subject: Subject) -> Iterator[Candidate]:
        """Yield the words that a person gave the other half, in their order."""
        other = self._others.get(subject.path)
        if other is None:
            return
        passed_over = self._unseen.get(other.path, ())
        for word in other.record.keywords:
            if key(word) not in passed_over:
                yield Candidate(word, Source.SHOOT, 0.99, f"{other.path.name} has it", Ground.ALIKE)

    def seen(self, subject: Subject) -> Caption:
        """Return the other half's title and description."""
        other = self._others.get(subject.path)
        return Caption() if other is None else Caption(other.title, other.description)


def _other_half(path: Path) -> Path | None:
    if pairs.has_preview(path):
        return pairs.preview_of(path)
    if path.suffix.lower() not in {".jpg", ".jpeg"}:
        return None
    return next((vector for suffix in sorted(pairs.VECTORS) if (vector := path.with_suffix(suffix)).is_file()), None)
