"""A review from its first file to its last: suggest, show, take keys, write at once what is accepted, remember all."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stockctl.catalogue import drafts
from stockctl.catalogue.composed import Composed
from stockctl.errors import FileProblem
from stockctl.files.walk import walk
from stockctl.keyword import experience, findings, loading
from stockctl.keyword.carrying import Plan, carry_out_one, forms_wanted, opened
from stockctl.keyword.interactive.draft import Draft, Event, State, press
from stockctl.keyword.interactive.picture import shown
from stockctl.keyword.interactive.screen import View, picture_cells, screen
from stockctl.keyword.interactive.terminal import CLOSED, RESIZED
from stockctl.keyword.ranking import Keyword, Ranked
from stockctl.keyword.report import Report
from stockctl.keyword.run import Known, planned, wished
from stockctl.keyword.sources.registry import Sources
from stockctl.media.identify import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.keyword.hygiene import Dictionary
    from stockctl.keyword.interactive.picture import Shown
    from stockctl.keyword.interactive.terminal import Terminal
    from stockctl.keyword.report import Keyworded
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.wishes import Wishes
    from stockctl.metadata import Record
    from stockctl.metadata.history import Batch
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
    wanted = forms_wanted(settings, wishes)
    walked = walk(paths)
    problems: list[FileProblem] = list(walked.errors)
    sources = Sources.prepare(catalogue, settings, wishes)
    terminal.show(f"reading {len(walked.files)} files and looking for words …")
    subjects = experience.with_composed(
        catalogue, loading.load_all(walked.files, wishes.context, problems, bar=False), wishes
    )
    files = [_File(*wished(subject, wishes, settings), before=subject.record) for subject in subjects]
    if wishes.suggests and files:
        sources.look([file.subject for file in files])
    with opened(catalogue, wishes) as batch:
        session = _Session(catalogue, wishes, sources, terminal, batch, files, wanted)
        if files:
            session.run()
        number = batch.number if batch else None
    done = [file.done for file in files if file.done is not None]
    return Report(
        assets=tuple(done),
        errors=tuple(loading.as_error(problem) for problem in (*problems, *session.failed)),
        batch=number,
        messages=(*sources.messages, *session.summary()),
        vision=sources.usage,
    )


@dataclass
class _File:
    """A file of the review: `before` is what it says now, `subject` has the person's wishes in it."""

    subject: Subject
    said: list[Finding]
    before: Record
    plan: Plan | None = None
    state: State | None = None
    status: str = drafts.OPEN
    done: Keyworded | None = None
    failure: FileProblem | None = None


@dataclass
class _Session:
    catalogue: Catalogue
    wishes: Wishes
    sources: Sources
    terminal: Terminal
    batch: Batch | None
    files: list[_File]
    wanted: Mapping[str, Agency]
    dictionary: Dictionary = field(init=False)
    at: int = 0
    picture: Shown | None = None
    pictured: tuple[object, ...] = ()
    instead: str = ""

    def __post_init__(self) -> None:
        self.dictionary = experience.dictionary(self.catalogue)
        for file in self.files:
            kept = drafts.kept(self.catalogue, file.subject.media_id)
            if kept is not None and _says(file.before) == kept.base:
                file.status = kept.state
        waiting = [place for place, file in enumerate(self.files) if file.status == drafts.OPEN]
        skipped = [place for place, file in enumerate(self.files) if file.status == drafts.SKIPPED]
        self.at = (waiting or skipped or [0])[0]

    @property
    def failed(self) -> list[FileProblem]:
        """What could not be written, and was not later on."""
        return [file.failure for file in self.files if file.failure is not None]

    def summary(self) -> list[tuple[str, str]]:
        """Return what is said at the end, in one line."""
        count = {state: sum(file.status == state for file in self.files) for state in _STATES}
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
                file.status = drafts.OPEN
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
        if event is Event.SKIP and file.status != drafts.ACCEPTED:
            file.status = drafts.SKIPPED
            self._keep(file)
        self.at += 1
        return self.at < len(self.files)

    def _open(self, file: _File) -> None:
        """Work out what to show of a file: its kept draft, or the suggestions as they are by now."""
        if self.wishes.suggests:
            if self.sources.vision is not None and self.sources.vision.asks:
                self.terminal.clear()
                self.terminal.show(screen(self._view(file, State(Draft()), "looking at it …"), *self.terminal.size))
                self.pictured = ()
            self.sources.see([file.subject])
        known = Known.of(self.catalogue, [file.subject])
        plan = planned(file.subject, list(file.said), self.wishes, self.sources, known)
        file.plan = plan
        experience.record_offers(self.catalogue, [plan], embedded=False)
        fresh = Draft(plan.record.title, plan.record.description, plan.ranked.keywords, plan.ranked.offered)
        kept = drafts.kept(self.catalogue, file.subject.media_id)
        if kept is not None and kept.base == _says(file.before):
            file.state = State(Draft.of_json(kept.draft))
        else:
            file.state = State(fresh)

    def _keep(self, file: _File) -> None:
        if file.state is not None:
            kept = drafts.Kept(file.status, _says(file.before), file.state.draft.to_json())
            drafts.keep(self.catalogue, file.subject.media_id, kept)

    def _accept(self, file: _File) -> bool:
        """Write a file as the screen shows it, and learn from it; return whether it could be written."""
        if file.plan is None or file.state is None:
            return False
        draft = file.state.draft
        words = tuple(word.word for word in draft.keywords)
        record = replace(file.plan.record, title=draft.title, description=draft.description, keywords=words)
        subject = replace(file.subject, record=record)
        said = [*file.said, *findings.of_words(record, self.dictionary)]
        plan = Plan(subject, record, words, Ranked(tuple(map(Keyword.of_person, words))), said, self.wishes.choices)
        plan.composed = Composed(context=subject.context)
        try:
            done = carry_out_one(self.catalogue, self.batch, plan, self.wishes, self.wanted)
        except FileProblem as problem:
            file.failure = problem
            file.state = replace(file.state, note=" ".join(filter(None, (problem.message, problem.hint))))
            return False
        file.done = replace(done, changed=done.changed or (file.done is not None and file.done.changed))
        experience.learn(self.catalogue, [plan])
        file.subject, file.before, file.failure, file.status = subject, record, None, drafts.ACCEPTED
        self._keep(file)
        if self.wishes.suggests:
            # What was accepted here is known of the frames that follow, unless somebody has begun on them.
            self.sources.compare([other.subject for other in self.files])
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
        status = "" if file.status == drafts.OPEN else f", this one {file.status}"
        done = sum(other.status == drafts.ACCEPTED for other in self.files)
        count = f"{self.at + 1}/{len(self.files)} ({done} accepted{status})"
        said = [*(file.plan.findings if file.plan else file.said), *self._twins(file, state)]
        picture = self.picture if self.pictured else None
        return View(count, str(file.subject.path), state, picture, instead, [finding.message for finding in said])

    def _twins(self, file: _File, state: State) -> list[Finding]:
        """Return the warning of words that another accepted file of this review has, all of them."""
        record = replace(
            file.before,
            title=state.draft.title,
            description=state.draft.description,
            keywords=tuple(word.word for word in state.draft.keywords),
        )
        others = [
            (other.subject.path, other.before)
            for other in self.files
            if other is not file and other.status == drafts.ACCEPTED
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


def _says(record: Record) -> str:
    """Return what a file says in words, for finding out whether somebody else has changed it since."""
    return json.dumps([record.title, record.description, *record.keywords], ensure_ascii=False)
