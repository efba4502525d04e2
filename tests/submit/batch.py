"""Batches of files with a stand-in for the check, so that these tests are about submitting alone."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from stockctl.catalogue.seen import assets as table
from stockctl.check.asset import Asset
from stockctl.errors import FileProblem, UnreadableError
from stockctl.files.fingerprint import fingerprint
from stockctl.files.walk import walk
from stockctl.media.capture import Capture
from stockctl.media.identity import file_sha256, media_id
from stockctl.metadata import Record
from stockctl.submit.preflight import Candidate, Preflight, Preview

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings

_KINDS = {".eps": ("vector", "eps"), ".mp4": ("video", "mp4"), ".png": ("photo", "png"), ".tif": ("photo", "tiff")}


USUAL = Record(
    title="Wave at dusk on the black beach of Canggu, Bali",
    description="A long wave breaks on the black beach of Canggu at dusk",
    keywords=("wave", "sea", "dusk", "bali", "beach", "surf", "ocean"),
    creators=("Sari Wijaya",),
    copyright="© 2026 Sari Wijaya",
    city="Canggu",
    state="Bali",
    country="Indonesia",
    country_code="ID",
    date_created="2026-03-14T06:42:11+08:00",
)


@dataclass
class Check:
    """The stand-in: says what a test told it to, of every file that it is shown."""

    held: dict[str, tuple[str, ...]] = field(default_factory=dict)
    said: dict[str, Record] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: int = 0

    def __call__(self, catalogue: Catalogue, _settings: Settings, paths: Sequence[Path], agency: Agency) -> Preflight:
        self.calls += 1
        chosen = list(paths) or [Path(seen.path) for seen in table.everything(catalogue)]
        candidates, problems = [], []
        for path in walk(chosen).files:
            try:
                candidates.append(self.candidate(path, agency))
            except OSError:
                problems.append(UnreadableError("cannot read", where=str(path)))
        return Preflight(tuple(candidates), cast("tuple[FileProblem, ...]", tuple(problems)))

    def candidate(self, path: Path, agency: Agency) -> Candidate:
        kind, format_ = _KINDS.get(path.suffix.lower(), ("photo", "jpeg"))
        data = path.read_bytes()
        said = self.said.get(path.name, USUAL)
        asset = Asset(
            path=path,
            media_id=media_id(data, format_),
            file_sha256=file_sha256(data),
            kind=kind,
            format=format_,
            width=3000,
            height=2000,
            bytes=len(data),
            record=said,
            capture=Capture(),
            choices=self.choices.get(path.name, {}),
            facts=self.facts.get(path.name, {}),
        )
        beside = path.with_suffix(".jpg")
        return Candidate(
            asset=asset,
            fingerprint=fingerprint(path),
            held=self.held.get(path.name, ()),
            not_taken="" if kind in agency.accepts else f"{agency.title} takes no {kind} files",
            preview=Preview(beside, fingerprint(beside)) if kind == "vector" and beside.is_file() else None,
        )


def install(monkeypatch: pytest.MonkeyPatch) -> Check:
    """Put the stand-in where `submit` asks the check."""
    check = Check()
    monkeypatch.setattr("stockctl.submit.run.preflight", check)
    return check


def files(folder: Path, *names: str, size: int = 20_000) -> list[Path]:
    """Write files of random bytes, none like another."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [folder / name for name in names]
    for path in made:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(size))
    return made


def with_record(**said: Any) -> Record:
    """Return the usual record with other fields."""
    return replace(USUAL, **said)
