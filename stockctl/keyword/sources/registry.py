"""Every source of a run, in one place: made once, asked for each subject."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.errors import StockctlError
from stockctl.keyword import experience
from stockctl.keyword.compose import Seen
from stockctl.keyword.keyphrases import KeyBertMissingError, keyphrases
from stockctl.keyword.portfolio import Portfolio
from stockctl.keyword.sources.capture import from_camera, from_place, from_time
from stockctl.keyword.sources.names import from_names
from stockctl.keyword.sources.text import FromText
from stockctl.keyword.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.keyword.candidate import Candidate
    from stockctl.keyword.report import Usage
    from stockctl.keyword.sources import Suggests
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.wishes import Wishes

# Sources that need nothing but the subject.
PLAIN: tuple[Suggests, ...] = (from_names, from_time, from_place, from_camera)


@dataclass
class Sources:
    """The sources of one run; `messages` say what is missing, and what to do about it."""

    catalogue: Catalogue
    portfolio: Portfolio
    active: list[Suggests] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)
    usage: Usage | None = None
    vectors: Vectors = field(default_factory=Vectors)

    @classmethod
    def prepare(cls, catalogue: Catalogue, settings: Settings, wishes: Wishes) -> Sources:
        """Make the sources that the settings and the wishes ask for."""
        _ = settings
        return cls(catalogue, experience.portfolio(catalogue) if wishes.suggests else Portfolio())

    def look(self, subjects: Sequence[Subject]) -> None:
        """Look at all subjects at once: texts are embedded together, and shoots are found."""
        texts = list(dict.fromkeys(subject.text for subject in subjects if subject.text))
        self.active = [*PLAIN, self._text_source(texts, subjects)]

    def _text_source(self, texts: Sequence[str], subjects: Sequence[Subject]) -> FromText:
        vectors: Vectors | None = self.vectors
        scored: dict[str, dict[str, float]] = {}
        try:
            if vectors is not None and subjects:
                vectors.of([subject.described for subject in subjects if subject.described])
                scored = dict(zip(texts, keyphrases(texts, vectors), strict=True))
        except KeyBertMissingError as error:
            self._say(error)
        except StockctlError as error:
            self._say(error)
            vectors = None
        return FromText(self.portfolio, vectors, scored)

    def _say(self, error: StockctlError) -> None:
        if (error.message, error.hint) not in self.messages:
            self.messages.append((error.message, error.hint))

    def candidates(self, subject: Subject) -> Iterator[Candidate]:
        """Yield what all sources offer for a subject."""
        for source in self.active:
            yield from source(subject)

    def seen(self, subject: Subject) -> Seen:
        """Return what a source that looked at the picture says of it in sentences."""
        _ = subject
        return Seen()
