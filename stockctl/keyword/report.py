"""The value that one run of `keyword` returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.report.packed import Packed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stockctl.keyword.hygiene import Rejected
    from stockctl.keyword.ranking import Keyword
    from stockctl.metadata import Record
    from stockctl.report.finding import Finding
    from stockctl.vision.usage import Usage
    from stockctl.words.texts.forms import Texts


@dataclass(frozen=True)
class Keyworded:
    """One file: what stands in it now (in a dry run: what would), what else is on offer, what was turned down.

    `before` is what it said before this run; the grounds of title and description
    are `person` where a person wrote or kept them.
    """

    path: Path
    media_id: str
    changed: bool
    title: str
    description: str
    keywords: tuple[Keyword, ...]
    offered: tuple[Keyword, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    findings: tuple[Finding, ...] = ()
    where: str = ""
    before: Record | None = None
    title_ground: str = "person"
    description_ground: str = "person"
    forms: Mapping[str, Texts] = field(default_factory=dict)


class Done(Packed[Keyworded]):
    """The files of a run, as they are done."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.broken = False
        super().__init__()

    def append(self, item: Keyworded) -> None:
        """Take a file up."""
        self.paths.append(item.path)
        self.broken = self.broken or broken(item)
        super().append(item)


def broken(asset: Keyworded) -> bool:
    """Whether one of its forms breaks a rule of an agency."""
    return any(form.problems for form in asset.forms.values())


@dataclass(frozen=True)
class Asked:
    """How many keywords a run aims at, and the most that one of the chosen agencies (its title) asks for at least."""

    want: int
    least: int = 0
    agency: str = ""


@dataclass(frozen=True)
class Advice:
    """Files that lack the same, what they lack, and what would help."""

    paths: tuple[Path, ...]
    message: str
    hints: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """One run; `batch` is None where nothing was written."""

    assets: Sequence[Keyworded] = ()
    errors: tuple[tuple[str, str], ...] = ()
    dry_run: bool = False
    batch: int | None = None
    messages: tuple[tuple[str, str], ...] = ()
    vision: Usage | None = None
    sheet: Path | None = None
    unmatched: tuple[str, ...] = ()
    asked: Asked | None = None
    advice: tuple[Advice, ...] = ()

    @property
    def exit_code(self) -> int:
        """0; 1 where a file failed or was not looked at, a sheet's row found no file, or a form breaks a rule."""
        unseen = self.vision is not None and self.vision.failed > 0
        wrong = self.assets.broken if isinstance(self.assets, Done) else any(map(broken, self.assets))
        return 1 if self.errors or self.unmatched or wrong or unseen else 0
