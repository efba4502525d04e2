"""A review from its first file to its last: suggest, show, take keys, write at once what is accepted, remember all."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stockctl.catalogue.words import drafts
from stockctl.errors import FileProblem
from stockctl.keyword import loading
from stockctl.keyword.carrying import opened
from stockctl.keyword.choosing.drafting import Drafted, Drafting
from stockctl.keyword.choosing.interactive.draft import Draft, Event, State, press
from stockctl.keyword.choosing.interactive.picture import shown
from stockctl.keyword.choosing.interactive.screen import View, picture_cells, screen
from stockctl.keyword.choosing.interactive.terminal import CLOSED, RESIZED
from stockctl.keyword.report import Report
from stockctl.keyword.sources.registry import Sources
from stockctl.keyword.texts import findings
from stockctl.media.identify import Kind
from stockctl.report.waiting import walk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.keyword.choosing.interactive.picture import Shown
    from stockctl.keyword.choosing.interactive.terminal import Terminal
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.wishes import Wishes
    from stockctl.metadata.changes.history import Batch
    from stockctl.report.finding import Finding

# The longest side that a picture is decoded to, in pixels: more than any terminal shows.
_SIDE = 1000
_PICTURED = frozenset({Kind.PHOTO, Kind.ILLUSTRATION})


def review(
    catalogue: Catalogue, settings: Settings, paths: Sequence[Path], wishes: Wishes, terminal: Terminal
) -> Report:
    """Show the files under `paths` one by one and embed what is accepted, as one batch that `undo` takes back.

    A review goes on where it was left: what was accepted and still stands in
    the file is behind, and a draft that was not accepted comes as it was.

    Raises:
        UsageError: none of the paths exists, or an agency or vision source is unknown.

    """
    walked = walk(paths)
    problems: list[FileProblem] = list(walked.errors)
    sources = Sources.prepare(catalogue, settings, wishes)
    drafting = Drafting(catalogue, settings, wishes, sources)
    terminal.show(f"reading {len(walked.files)} files and looking for words …")
    files = [_File(drafted) for drafted in drafting.load(walked.files, problems)]
    with opened(catalogue, wishes) as batch:
        session = _Session(drafting, terminal, batch, files)
        if files:
            session.run()
        number = batch.number if batch else None
    done = [file.drafted.done for file in files if file.drafted.done is not None]
    return Report(
        assets=tuple(done),
        errors=tuple(loading.as_error(problem) for problem in (*problems, *session.failed)),
        batch=number,
        messages=(*sources.messages, *session.summary()),
        vision=sources.usage,
    )


@dataclass
class _File:
    """A file of the review: `state` is its draft on the screen, None until it was opened."""

    drafted: Drafted
    state: State | None = None
    failure: FileProblem | None = None

    @property
    def subject(self) -> Subject:
        """The file as it is worked on."""
        return self.drafted.subject


@dataclass
class _Session:
    drafting: Drafting
    terminal: Terminal
    batch: Batch | None
    files: list[_File]
    at: int = 0
    picture: Shown | None = None
    pictured: tuple[object, ...] = ()
    instead: str = ""

    def __post_init__(self) -> None:
        for file in self.files:
            self.drafting.recall(file.drafted)
        waiting = [place for place, file in enumerate(self.files) if file.drafted.status == drafts.OPEN]
        skipped = [place for place, file in enumerate(self.files) if file.drafted.status == drafts.SKIPPED]
        self.at = (waiting or skipped or [0])[0]

    @property
    def failed(self) -> list[FileProblem]:
        """What could not be written, and was not later on."""
        return [file.failure for file in self.files if file.failure is not None]

    def summary(self) -> list[tuple[str, str]]:
        """Return what is said at the end, in one line."""
        count = {state: sum(file.drafted.status == state for file in self.files) for state in _STATES}
        left = count[drafts.OPEN] + count[drafts.SKIPPED]
        text = f"{count[drafts.ACCEPTED]} of {len(self.files)} files accepted, {count[drafts.SKIPPED]} skipped"
        return [(text, "run the same again: it goes on there" if left else "")]

    def run(self) -> None:
        """Take keys until the person leaves, or nothing is left."""
        while True:
            file = self.files[self.at]
            if file.state is None:
                self._open(file)
            self._draw(file)
            key = self.terminal.key()
            if key == CLOSED:
                return
            if key == RESIZED or file.state is None:
                self.pictured = ()
                continue
            before = file.state.draft
            file.state, event = press(file.state, key)
            if file.state.draft != before:
                file.drafted.status = drafts.OPEN
                self._keep(file)
            if event is not None and not self._answer(file, event):
                return

    def _answer(self, file: _File, event: Event) -> bool:
        """Do what a key asked for; return whether the review goes on."""
        if event is Event.QUIT:
            return False
        if event is Event.BACK:
            self.at = max(0, self.at - 1)
            return True
        if event is Event.ACCEPT and not self._accept(file):
            return True
        if event is Event.SKIP and file.drafted.status != drafts.ACCEPTED:
            file.drafted.status = drafts.SKIPPED
            self._keep(file)
        self.at += 1
        return self.at < len(self.files)

    def _open(self, file: _File) -> None:
        """Work out what to show of a file: its kept draft, or the suggestions as they are by now."""
        if self.drafting.looks:
            self.terminal.clear()
            self.terminal.show(screen(self._view(file, State(Draft()), "looking at it …"), *self.terminal.size))
            self.pictured = ()
        self.drafting.open(file.drafted)
        file.state = State(file.drafted.draft)

    def _keep(self, file: _File) -> None:
        if file.state is not None:
            file.drafted.draft = file.state.draft
            self.drafting.keep(file.drafted)

    def _accept(self, file: _File) -> bool:
        """Write a file as the screen shows it, and learn from it; return whether it could be written."""
        if file.state is None:
            return False
        file.drafted.draft = file.state.draft
        try:
            self.drafting.accept(file.drafted, self.batch)
        except FileProblem as problem:
            file.failure = problem
            file.state = replace(file.state, note=" ".join(filter(None, (problem.message, problem.hint))))
            return False
        file.failure = None
        # What was accepted here is known of the frames that follow, unless somebody has begun on them.
        self.drafting.compare([other.drafted for other in self.files])
        return True

    def _draw(self, file: _File) -> None:
        size = self.terminal.size
        wide, high = picture_cells(*size)
        key = (file.subject.path, size)
        if self.pictured != key:
            self.terminal.clear()
            self.picture, instead = self._picture(file.subject, wide, high)
            self.pictured, self.instead = key, instead
            if self.picture is not None and self.picture.graphic:
                self.terminal.show(f"\x1b[2;1H{self.picture.graphic}")
        if file.state is not None:
            self.terminal.show(screen(self._view(file, file.state, self.instead), *size))

    def _view(self, file: _File, state: State, instead: str) -> View:
        status = "" if file.drafted.status == drafts.OPEN else f", this one {file.drafted.status}"
        done = sum(other.drafted.status == drafts.ACCEPTED for other in self.files)
        count = f"{self.at + 1}/{len(self.files)} ({done} accepted{status})"
        said = [*file.drafted.findings, *self._twins(file, state)]
        picture = self.picture if self.pictured else None
        return View(count, str(file.subject.path), state, picture, instead, [finding.message for finding in said])

    def _twins(self, file: _File, state: State) -> list[Finding]:
        """Return the warning of words that another accepted file of this review has, all of them."""
        record = replace(
            file.drafted.before,
            title=state.draft.title,
            description=state.draft.description,
            keywords=tuple(word.word for word in state.draft.keywords),
        )
        others = [
            (other.subject.path, other.drafted.before)
            for other in self.files
            if other is not file and other.drafted.status == drafts.ACCEPTED
        ]
        return findings.twins_among([(file.subject.path, record), *others]).get(file.subject.path, [])

    def _picture(self, subject: Subject, wide: int, high: int) -> tuple[Shown | None, str]:
        """Return the picture for so many cells, and what to say where there is none."""
        if subject.kind not in _PICTURED:
            return None, f"{subject.kind.value}: no picture to show"
        from PIL import Image

        from stockctl.media.preview import preview

        try:
            data = preview(subject.path, subject.format, (), overview=_SIDE, crop=0).overview
        except FileProblem as problem:
            return None, problem.message
        with Image.open(io.BytesIO(data)) as image:
            found = shown(image, self.terminal.graphics, wide, high)
        return found, "" if found else "this terminal shows no pictures"


_STATES = (drafts.OPEN, drafts.SKIPPED, drafts.ACCEPTED)
