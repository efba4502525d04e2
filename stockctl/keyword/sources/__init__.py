"""The sources of keywords: one module each, all behind one small protocol.

A source is a function that takes a subject and yields candidates; what it needs
besides (the portfolio, vectors, the other pictures of the run) it is given when
it is made. `CERTAIN`-like numbers are estimates of how often a person keeps such
a word; what a person does with them moves them (see `learning`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.keyword.candidate import Candidate
    from stockctl.keyword.hygiene import Rejected
    from stockctl.keyword.subject import Subject
    from stockctl.vision.usage import Usage


@dataclass(frozen=True, slots=True)
class Caption:
    """What a source that looked at the picture says of it; empty where none did."""

    title: str = ""
    description: str = ""


class Suggests(Protocol):
    """What every source is: a call from a subject to candidates."""

    def __call__(self, subject: Subject) -> Iterable[Candidate]:
        """Yield candidates for one subject; nothing where the source knows nothing of it."""
        ...


class Looks(Suggests, Protocol):
    """What a vision source is besides: it looks at pictures first, tells what that used, and may say it in sentences.

    `messages` are texts with hints, on what went wrong.
    """

    @property
    def asks(self) -> bool:
        """Whether there is anything that would look at a picture now."""
        ...

    @property
    def usage(self) -> Usage | None:
        """What it was asked; None where it was asked nothing."""
        ...

    @property
    def messages(self) -> list[tuple[str, str]]:
        """What went wrong, with hints."""
        ...

    def look(self, catalogue: Catalogue, subjects: Sequence[Subject], series: Sequence[Sequence[str]] = (), /) -> None:
        """Look at the pictures of these subjects; what was seen is kept in the catalogue.

        `series` lists the media_ids of near-identical frames.
        """
        ...

    def ask_nobody(self) -> None:
        """Use what was answered before, from now on."""
        ...

    def seen(self, subject: Subject, /) -> Caption:
        """Return title and description of a subject, where the source makes some."""
        ...

    def refused(self, subject: Subject, /) -> tuple[Rejected, ...]:
        """Return what was said of a subject and not let in, and why."""
        ...
