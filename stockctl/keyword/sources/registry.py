"""Every source of a run, in one place: made once, asked for each subject."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from stockctl.errors import StockctlError
from stockctl.keyword.earlier import experience, ours
from stockctl.keyword.embed.vectors import MOST, Vectors
from stockctl.keyword.sources import Caption
from stockctl.keyword.sources.capture import from_camera, from_place, from_time
from stockctl.keyword.sources.names import from_names
from stockctl.keyword.sources.pair import Pairs
from stockctl.keyword.sources.series import series
from stockctl.keyword.sources.shoot import shoots
from stockctl.keyword.sources.text import FromText

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.keyword.candidate import Candidate
    from stockctl.keyword.earlier.portfolio import Portfolio
    from stockctl.keyword.hygiene import Rejected
    from stockctl.keyword.sources import Looks, Suggests
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.wishes import Wishes
    from stockctl.vision.usage import Usage


def _from_picture(subject: Subject) -> Iterator[Candidate]:
    from stockctl.keyword.sources.picture import from_picture

    return from_picture(subject)


# Sources that need nothing but the subject.
PLAIN: tuple[Suggests, ...] = (from_names, from_time, from_place, from_camera, _from_picture)


@dataclass
class Sources:
    """The sources of one run; `messages` say what is missing, and what to do about it."""

    catalogue: Catalogue
    portfolio: Portfolio
    vision: Looks | None = None
    active: list[Suggests] = field(default_factory=list)
    among: list[Suggests] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)
    vectors: Vectors = field(default_factory=Vectors)
    _series: list[list[str]] = field(default_factory=list)
    _pairs: Pairs | None = None

    @classmethod
    def prepare(cls, catalogue: Catalogue, settings: Settings, wishes: Wishes) -> Sources:
        """Make the sources that the settings and the wishes ask for.

        Raises:
            UsageError: the vision source is unknown.

        """
        from stockctl.keyword.earlier.portfolio import Portfolio

        portfolio = experience.portfolio(catalogue) if wishes.suggests else Portfolio()
        return cls(catalogue, portfolio, _looks(catalogue, settings, wishes, portfolio) if wishes.suggests else None)

    def ask_nobody(self) -> None:
        """Have no model asked: what was answered before is used."""
        if self.vision is not None:
            self.vision.ask_nobody()

    def look(self, subjects: Sequence[Subject]) -> None:
        """Look at all subjects at once: texts are embedded together, and shoots are found."""
        texts = list(dict.fromkeys(subject.text for subject in subjects if subject.text))
        self._with_copies(subjects)
        self.active = [*PLAIN, self._text_source(texts, subjects)]
        self.compare(subjects)

    def _with_copies(self, subjects: Sequence[Subject]) -> None:
        """Take in the works of these pictures and of their copies, where the portfolio holds a share of all works."""
        if len(self.portfolio) < experience.MOST_WORKS // 2:
            return
        alike = experience.alike(self.catalogue)
        known = self.portfolio.places
        copies = {one for subject in subjects for one in (subject.media_id, *alike(subject.media_id))} - known.keys()
        if experience.worked_on(self.catalogue, copies):
            self.portfolio = experience.portfolio(self.catalogue, copies)

    def compare(self, subjects: Sequence[Subject]) -> None:
        """Compare the subjects with each other, again where their words have changed."""
        unseen = ours.suggested(self.catalogue, subjects)
        frames = series(subjects, experience.hashes(self.catalogue, subjects), unseen, self.vision)
        self._pairs = Pairs(subjects, unseen)
        beside = experience.beside(self.catalogue, subjects)
        self.among = [self._pairs, shoots(subjects, beside, unseen, self._likeness), frames]
        together = {id(each): [frame.media_id for frame in each] for each in frames.series.values()}
        self._series = list(together.values())

    def _likeness(self, text: str, others: Sequence[str]) -> Sequence[float] | None:
        """Return the cosines of a text to others; None where there is no text model."""
        try:
            found: Sequence[float] = (self.vectors.of(others) @ self.vectors.of([text])[0]).tolist()
        except StockctlError as error:
            self.say(error)
            return None
        return found

    def see(self, subjects: Sequence[Subject]) -> None:
        """Have the vision source, where one is asked for, look at the subjects' pictures."""
        if self.vision is not None:
            self.vision.look(self.catalogue, subjects, self._series)
            self.messages += [message for message in self.vision.messages if message not in self.messages]

    def _text_source(self, texts: Sequence[str], subjects: Sequence[Subject]) -> FromText:
        from stockctl.keyword.earlier.portfolio import Pictures
        from stockctl.keyword.embed.keyphrases import is_long, keyphrases

        vectors: Vectors | None = self.vectors
        scored: dict[str, dict[str, float]] = {}
        described = [subject.described for subject in subjects if subject.described]
        try:
            if vectors is not None and subjects and len(self.portfolio):
                # Of more, each is embedded when its turn comes.
                vectors.of(list(islice(dict.fromkeys(described), MOST)))
            long = [text for text in texts if is_long(text)]
            if vectors is not None and long:
                scored = dict(zip(long, keyphrases(long, vectors), strict=True))
        except StockctlError as error:
            self.say(error)
            vectors = None
        return FromText(
            self.portfolio,
            vectors,
            scored,
            Pictures(self.portfolio, experience.alike(self.catalogue)) if len(self.portfolio) else None,
            described,
            lambda media_id: experience.taken(self.catalogue, media_id),
        )

    def say(self, error: StockctlError) -> None:
        """Keep what is missing, and what to do about it, once."""
        if (error.message, error.hint) not in self.messages:
            self.messages.append((error.message, error.hint))

    def candidates(self, subject: Subject) -> Iterator[Candidate]:
        """Yield what all sources offer for a subject."""
        for source in (*self.active, *self.among, *((self.vision,) if self.vision else ())):
            yield from source(subject)

    def seen(self, subject: Subject) -> Caption:
        """Return what the other half of a pair, or a source that looked at the picture, says of it in sentences."""
        beside = self._pairs.seen(subject) if self._pairs is not None else Caption()
        looked = self.vision.seen(subject) if self.vision is not None else Caption()
        return Caption(beside.title or looked.title, beside.description or looked.description)

    def refused(self, subject: Subject) -> tuple[Rejected, ...]:
        """Return what a source that looked at the picture said of it and was not let in, and why."""
        return self.vision.refused(subject) if self.vision is not None else ()

    @property
    def usage(self) -> Usage | None:
        """What the vision source was asked."""
        return self.vision.usage if self.vision is not None else None


def _looks(catalogue: Catalogue, settings: Settings, wishes: Wishes, portfolio: Portfolio) -> Looks | None:
    """Return the source that looks at pictures: the call's, else the settings', else what is found when it is needed.

    Raises:
        UsageError: there is no such source.

    """
    from stockctl.vision.sources import services

    name = wishes.vision or str(settings.get("keyword", "vision", services.AUTO))
    if name == services.NONE:
        return None
    if name != services.AUTO and services.is_clip(name, settings):
        from stockctl.keyword.sources import clip

        return clip.configured(name, services.section_of(name, settings), settings, catalogue, portfolio)
    from stockctl.agencies import load
    from stockctl.keyword.sources import vision

    return vision.prepare(
        name,
        settings,
        wishes,
        experience.dictionary(catalogue),
        load(settings.folder),
        explicit=bool(wishes.vision) and name != services.AUTO,
    )
