"""Words from a CLIP or SigLIP on this machine: which of a vocabulary's words are nearest to the picture."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from stockctl.catalogue.seen import sights
from stockctl.errors import FileProblem
from stockctl.keyword.candidate import Candidate, Ground, Source, Tier
from stockctl.keyword.clip.models import DEFAULT, Store, resolve
from stockctl.keyword.clip.towers import ClipMissingError, Towers, load
from stockctl.keyword.sources import Caption
from stockctl.media.identify import Kind
from stockctl.vision.usage import Usage
from stockctl.words.lemma import key
from stockctl.words.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.keyword.clip.models import Model
    from stockctl.keyword.clip.towers import Floats
    from stockctl.keyword.earlier.portfolio import Portfolio
    from stockctl.keyword.hygiene import Rejected
    from stockctl.keyword.subject import Subject

# The longest side that a picture is decoded to before the model's own preparation, in pixels.
_SIDE = 512
# What it sees: it has no eye for clips and drawings that must be rendered first.
_SEEN_KINDS = frozenset({Kind.PHOTO, Kind.ILLUSTRATION})
# Words less likely than this are not offered, and never more than so many. Of hundreds of words a
# softmax shares its whole among those that fit, so that a tenth is much.
THRESHOLD, _MOST = 0.02, 25
# How likely a person keeps a word, from how likely the model finds it: an estimate, moved by what is kept.
_LEAST, _GAIN = 0.22, 0.5
# What it is at least so sure of is embedded: such a model only compares, and is often wrong below.
_SURE = 0.6
# Words of the person's own that are asked about: those on most of their pictures.
_OWN_WORDS = 2000


@dataclass
class Clip:
    """One configured source, used as `Vision` is: `look` sees all pictures, then each subject's words are yielded."""

    name: str
    model: Model
    store: Store
    threshold: float
    vocabulary: Sequence[str]
    found: dict[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)
    usage: Usage = field(default_factory=lambda: Usage("", ""))
    messages: list[tuple[str, str]] = field(default_factory=list)
    _towers: Towers | None = None
    _words: Floats | None = None

    @property
    def asks(self) -> bool:
        """It always looks itself."""
        return True

    def ask_nobody(self) -> None:
        """Go on: it asks nobody anyway."""

    def __call__(self, subject: Subject) -> Iterator[Candidate]:
        """Yield the words that the model finds likely, the likeliest first."""
        for word, likely in self.found.get(subject.media_id, ()):
            score = _LEAST + _GAIN * float(np.sqrt(likely))
            yield Candidate(
                word,
                Source.VISION,
                score,
                f"seen by {self.name} ({likely:.0%})",
                Ground.SEEN,
                Tier.EMBEDDED if score >= _SURE else Tier.OFFERED,
            )

    def seen(self, _subject: Subject) -> Caption:
        """Return nothing: such a model makes no sentences."""
        return Caption()

    def refused(self, _subject: Subject) -> tuple[Rejected, ...]:
        """Return nothing: it is asked about words that may be used."""
        return ()

    def look(self, catalogue: Catalogue, subjects: Sequence[Subject], _series: Sequence[Sequence[str]] = ()) -> None:
        """See every picture that was not seen yet; its vector is kept, so that it is seen once.

        A model that is missing or cannot be run is said once, and the other sources go on.
        """
        new = {
            subject.media_id: subject
            for subject in subjects
            if subject.media_id not in self.found and subject.kind in _SEEN_KINDS
        }
        self.usage = replace(self.usage, name=self.name, model=self.model.name)
        if not new:
            return
        try:
            self._towers = self._towers or load(self.model, self.store)
            if self._words is None:
                self._words = self._vectors_of_words(catalogue, self._towers)
            self._see(catalogue, self._towers, self._words, new)
        except ClipMissingError as error:
            self.usage = replace(self.usage, failed=self.usage.failed + len(new))
            if (error.message, error.hint) not in self.messages:
                self.messages.append((error.message, error.hint))

    def _see(self, catalogue: Catalogue, towers: Towers, words: Floats, new: dict[str, Subject]) -> None:
        kept = sights.kept(catalogue, towers.identity, new)
        for media_id, subject in new.items():
            if media_id in kept:
                vector = np.frombuffer(kept[media_id], np.float32)
                self.usage = replace(self.usage, cached=self.usage.cached + 1)
            else:
                try:
                    vector = towers.see(_picture(subject))
                except FileProblem as error:
                    self.messages.append((f"vision source {self.name}, {subject.path}: {error.message}", error.hint))
                    self.usage = replace(self.usage, asked=self.usage.asked + 1, failed=self.usage.failed + 1)
                    continue
                sights.keep(catalogue, towers.identity, {media_id: vector.tobytes()})
                self.usage = replace(self.usage, asked=self.usage.asked + 1)
            likely = towers.likelihoods(vector, words)
            best = np.argsort(-likely, kind="stable")[:_MOST].tolist()
            self.found[media_id] = tuple(
                (self.vocabulary[place], float(likely[place])) for place in best if likely[place] >= self.threshold
            )

    def _vectors_of_words(self, catalogue: Catalogue, towers: Towers) -> Floats:
        """Return the vocabulary's vectors; those that are not kept yet are computed and kept."""
        prompts = {word: self.model.prompt.replace("{}", word) for word in self.vocabulary}
        kept = sights.kept(catalogue, towers.identity, prompts.values())
        missing = [word for word in self.vocabulary if prompts[word] not in kept]
        if missing:
            made = towers.words(missing)
            fresh = {prompts[word]: vector.tobytes() for word, vector in zip(missing, made, strict=True)}
            sights.keep(catalogue, towers.identity, fresh)
            kept |= fresh
        return np.stack([np.frombuffer(kept[prompts[word]], np.float32) for word in self.vocabulary])


def configured(
    name: str, section: dict[str, object], settings: Settings, catalogue: Catalogue, portfolio: Portfolio
) -> Clip:
    """Return the source of a section [vision.NAME] whose kind is clip.

    Raises:
        UsageError: its model is unknown.
        SettingsError: the model's own section is wrong.

    """
    model = resolve(str(section.get("model") or DEFAULT), settings)
    threshold = section.get("threshold", THRESHOLD)
    return Clip(
        name=name,
        model=model,
        store=Store.beside(Path(catalogue.path)),
        threshold=float(threshold) if isinstance(threshold, int | float) else THRESHOLD,
        vocabulary=vocabulary(portfolio),
    )


def vocabulary(portfolio: Portfolio) -> list[str]:
    """Return the words to ask about: the shipped list, and the person's own most used ones; each once by its lemma."""
    terms = portfolio.terms.terms
    counts = np.bincount(terms["form"][terms["strength"] >= 1.0], minlength=1)
    counts[0] = 0  # what is no keyword
    shipped = [part.strip() for row in rows("tags") for part in row[0].split(",")]
    most = np.argsort(-counts, kind="stable")[: min(_OWN_WORDS, np.count_nonzero(counts))]
    own = [portfolio.terms.known[number] for number in most.tolist()]
    words: dict[str, str] = {}
    # As the person writes a word, it is offered.
    for word in (*own, *shipped):
        if word:
            words.setdefault(key(word), word)
    return list(words.values())


def _picture(subject: Subject) -> Image.Image:
    from stockctl.media.preview import preview

    data = preview(subject.path, subject.format, (), overview=_SIDE, crop=0).overview
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")
