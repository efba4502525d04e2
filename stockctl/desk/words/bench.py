"""Words at the desk: drafts opened, kept at every change, copied to others, and saved as one batch of the history."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, TypeVar

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import assets
from stockctl.catalogue.sent import releases
from stockctl.catalogue.words import drafts, vocabulary
from stockctl.desk.words.forms import LONGEST, draft_json, draft_of, form_json, revision
from stockctl.errors import ChangedError, FileProblem, StockctlError, UsageError
from stockctl.files.fingerprint import fingerprint
from stockctl.keyword.carrying import opened
from stockctl.keyword.choosing.drafting import Drafted, Drafting, says
from stockctl.keyword.choosing.interactive.draft import Draft, added
from stockctl.keyword.earlier import experience
from stockctl.keyword.ranking import Keyword
from stockctl.keyword.sources.registry import Sources
from stockctl.keyword.wishes import Wishes, replaced
from stockctl.metadata import Record
from stockctl.metadata.changes import undoing
from stockctl.metadata.seen import seen
from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.desk.shelf.rows import Row
    from stockctl.keyword.report import Keyworded

T = TypeVar("T")

# What may be copied from one file to others.
FIELDS = ("title", "description", "keywords", "choices")
# Choices that a page may set; categories are `category.AGENCY`.
CHOICES = re.compile(r"editorial|mature|illustration|licence|price|category\.[a-z0-9_]+")


class Bench:
    """The drafts of one desk.

    All work on words is done by one thread, in the order in which it is asked
    for: a catalogue's connection belongs to one, and so do the sources.
    """

    def __init__(self, catalogue: Path, settings: Settings) -> None:
        self._path = catalogue
        self._settings = settings
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="words")
        self._catalogue: Catalogue | None = None
        self._files: dict[str, Drafted] = {}
        self._drafting: Drafting | None = None
        self.vision = ""

    def ask(self, work: Callable[[], T]) -> T:
        """Have the thread do something, and wait for it."""
        return self._thread.submit(work).result()

    def close(self) -> None:
        """End the thread after what it is doing."""

        def closing() -> None:
            if self._catalogue is not None:
                self._catalogue.close()

        self._thread.submit(closing)
        self._thread.shutdown(wait=True)

    # -- what follows runs in the thread

    def _open_catalogue(self) -> Catalogue:
        if self._catalogue is None:
            self._catalogue = open_catalogue(self._path)
        return self._catalogue

    def _prepared(self) -> Drafting:
        if self._drafting is None:
            catalogue = self._open_catalogue()
            wishes = Wishes(command="stockctl desk", vision=self.vision or "auto")
            sources = Sources.prepare(catalogue, self._settings, wishes)
            if not self.vision:
                sources.ask_nobody()
            self._drafting = Drafting(catalogue, self._settings, wishes, sources)
        return self._drafting

    def forget(self) -> None:
        """Begin anew with what the files say by now: after an undo, or a change by another command."""
        self._files.clear()
        self._drafting = None

    def opened(self, rows: Sequence[Row]) -> list[Drafted]:
        """Return the drafts of files as they stand by now: the terminal's review may have changed them meanwhile.

        Raises:
            FileProblem: one cannot be read.

        """
        drafting = self._prepared()
        fresh = [row for row in rows if row.id not in self._files]
        problems: list[FileProblem] = []
        loaded = {file.subject.path: file for file in drafting.load([row.path for row in fresh], problems)}
        if problems:
            raise problems[0]
        for row in fresh:
            file = loaded[row.path]
            drafting.open(file)
            self._files[row.id] = file
        found = [self._files[row.id] for row in rows]
        for file in found:
            if (kept := drafting.recall(file)) is not None:
                file.draft = Draft.of_json(kept.draft)
        return found

    def _earlier(self, file: Drafted) -> dict[str, Any] | None:
        """Return the draft of when the file said something else: it was taken back, or another program changed it."""
        kept = drafts.kept(self._open_catalogue(), file.subject.media_id)
        if kept is None or kept.base == says(file.before):
            return None
        draft = Draft.of_json(kept.draft)
        return None if _record(draft) == _record(file.draft) else draft_json(draft)

    def shown(self, row: Row, agencies: Sequence[Agency]) -> dict[str, Any]:
        """Return a file's words as a page shows them."""
        known = self._files.get(row.id)
        if known is not None and _written_to(known):
            # Another program has written to it: what is shown is what it says now.
            del self._files[row.id]
        (file,) = self.opened([row])
        catalogue = self._open_catalogue()
        choices = assets.choices(catalogue, file.subject.media_id)
        linked = releases.by_picture(catalogue, [file.subject.media_id]).get(file.subject.media_id, [])
        return {
            "id": row.id,
            "status": file.status,
            **draft_json(file.draft),
            "revision": revision(file.draft),
            "earlier": self._earlier(file),
            "stands": [file.before.title, file.before.description, list(file.before.keywords)],
            "findings": [
                {"severity": one.severity.value, "message": one.message, "hint": one.hint} for one in file.findings
            ],
            "choices": choices,
            "releases": [release.id for release in linked],
            "forms": [form_json(agency, file, choices) for agency in agencies],
        }

    def keep(self, row: Row, said: Mapping[str, Any], agencies: Sequence[Agency]) -> dict[str, Any]:
        """Keep a draft as a page has it, and return the agencies' forms of it.

        `said` holds `title`, `description`, `keywords` and `offered` (texts, in
        order); words that were not there before are the person's own. `base` is
        the revision that the page began with.

        Raises:
            UsageError: it is no draft.
            StaleError: it was changed elsewhere meanwhile; what stands there stays.

        """
        (file,) = self.opened([row])
        _same(file, said.get("base"))
        file.draft = draft_of(said, file.draft)
        file.status = "open"
        self._prepared().keep(file)
        choices = assets.choices(self._open_catalogue(), file.subject.media_id)
        return {
            "forms": [form_json(agency, file, choices) for agency in agencies],
            "revision": revision(file.draft),
            "dropped": len(said.get("keywords", ())) - len(file.draft.keywords),
        }

    def choose(self, rows: Sequence[Row], chosen: Mapping[str, Any]) -> None:
        """Keep choices (category, editorial, …) for files; an empty value takes one back.

        Raises:
            UsageError: there is no such choice.

        """
        for name, value in chosen.items():
            if not CHOICES.fullmatch(name) or not isinstance(value, str) or len(value) > LONGEST:
                raise UsageError(f"there is no choice {name!r}")
        catalogue = self._open_catalogue()
        for row in rows:
            assets.choose(catalogue, row.media_id, {name: str(value) for name, value in chosen.items()})

    def _each(self, rows: Sequence[Row]) -> tuple[list[tuple[Row, Drafted]], list[dict[str, str]]]:
        """Return the drafts of those files that can be read, and what is wrong with the others."""
        try:
            return list(zip(rows, self.opened(rows), strict=True)), []
        except FileProblem:
            pass
        found, errors = [], []
        for row in rows:
            try:
                found.append((row, self.opened([row])[0]))
            except FileProblem as problem:
                errors.append(_told(row, problem))
        return found, errors

    def _change(self, rows: Sequence[Row], change: Callable[[Drafted], Draft]) -> dict[str, Any]:
        """Change drafts and keep them; return how many changed, and what could not be read."""
        found, errors = self._each(rows)
        return {"changed": sum(self._changed(file, change(file)) for _, file in found), "errors": errors}

    def copy(self, source: Row, rows: Sequence[Row], fields: Sequence[str]) -> dict[str, Any]:
        """Copy fields of one draft into those of others, and keep them."""
        (model,) = self.opened([source])
        if not fields or not set(fields) <= set(FIELDS):
            raise UsageError("nothing to copy", hint="choose among: " + ", ".join(FIELDS))
        chosen = assets.choices(self._open_catalogue(), model.subject.media_id) if "choices" in fields else {}
        words = tuple(Keyword.of_person(word.word) for word in model.draft.keywords)
        keys = {key(word.word) for word in words}

        def copied(file: Drafted) -> Draft:
            draft = file.draft
            if "keywords" in fields:
                offered = tuple(word for word in draft.offered if key(word.word) not in keys)
                draft = replace(draft, keywords=words, offered=offered)
            texts = {name: getattr(model.draft, name) for name in ("title", "description") if name in fields}
            if chosen:
                assets.choose(self._open_catalogue(), file.subject.media_id, dict(chosen))
            return replace(draft, **texts)

        return self._change([row for row in rows if row.id != source.id], copied)

    def add(self, rows: Sequence[Row], words: Sequence[str]) -> dict[str, Any]:
        """Add a person's own words to drafts, behind their own and before what is suggested."""
        return self._change(rows, lambda file: added(file.draft, words))

    def substitute(self, rows: Sequence[Row], old: str, new: str) -> dict[str, Any]:
        """Write whole words another way in drafts, as `stockctl keyword --replace` does in files."""
        if not old.strip():
            raise UsageError("nothing to look for", hint="type the words that are to be replaced")

        def replacing(file: Drafted) -> Draft:
            draft = file.draft
            record = replaced(_record(draft), old.strip(), new.strip())
            known = {word.word: word for word in draft.keywords}
            words = tuple(known.get(word) or Keyword.of_person(word) for word in record.keywords)
            return replace(draft, title=record.title, description=record.description, keywords=words)

        return self._change(rows, replacing)

    def _changed(self, file: Drafted, draft: Draft) -> bool:
        if draft == file.draft:
            return False
        file.draft, file.status = draft, "open"
        self._prepared().keep(file)
        return True

    def current(self, row: Row, base: object) -> None:
        """Make sure that a page has the draft that is to be saved.

        Raises:
            StaleError: it was changed elsewhere meanwhile.

        """
        (file,) = self.opened([row])
        _same(file, base)

    def save(self, rows: Sequence[Row], told: Callable[[int], None]) -> dict[str, Any]:
        """Write the drafts of files, as one batch that `undo` takes back.

        `told` is called with how many are done. A file that cannot be written is
        told, and the rest goes on.
        """
        drafting = self._prepared()
        saved: list[Keyworded] = []
        errors = []
        with opened(self._open_catalogue(), drafting.wishes) as batch:
            for number, row in enumerate(rows, 1):
                try:
                    (file,) = self.opened([row])
                    saved.append(drafting.accept(file, batch))
                except FileProblem as problem:
                    if isinstance(problem, ChangedError):
                        # What is shown of it next is what it says now.
                        self._files.pop(row.id, None)
                    errors.append(_told(row, problem))
                told(number)
            changed = [one for one in saved if one.changed]
            number_ = batch.number if batch and changed else None
        # What was accepted is earlier work for the files that follow.
        self._drafting = None
        return {"batch": number_, "saved": len(saved), "changed": len(changed), "errors": errors}

    def look(
        self, rows: Sequence[Row], source: str, told: Callable[[int], None], stopped: Callable[[], bool]
    ) -> dict[str, Any]:
        """Have the vision source look at files; what it sees is suggested in their drafts.

        What was looked at before somebody asks to stop stays.

        Raises:
            UsageError: there is no such source, or none is set up.

        """
        self.vision = source or self._settings.get("keyword", "vision", "") or "auto"
        self.forget()
        try:
            drafting = self._prepared()
            problems: list[FileProblem] = []
            by_path = {file.subject.path: file for file in drafting.load([row.path for row in rows], problems)}
            looked = 0
            for row in rows:
                if stopped():
                    break
                if (file := by_path.get(row.path)) is None:
                    continue
                drafting.open(file)
                self._changed(file, drafting.with_offers(file))
                self._files[row.id] = file
                looked += 1
                told(looked)
            usage = drafting.sources.usage
            said = [*map(str, problems), *(" – ".join(filter(None, one)) for one in drafting.sources.messages)]
        finally:
            self.vision = ""
            self._drafting = None
        return {
            "messages": said,
            "usage": asdict(usage) if usage is not None else None,
            "looked": looked,
            "stopped": looked + len(problems) < len(rows),
        }

    def undo(self, number: int | None) -> dict[str, Any]:
        """Take back a batch, as `stockctl undo` does."""
        catalogue = self._open_catalogue()
        report = undoing.undo(catalogue, number, lambda paths: experience.taken_back(catalogue, paths))
        self.forget()
        return {
            "batch": report.batch,
            "paths": [str(file.path) for file in report.files],
            "files": [{"name": file.path.name, "state": str(file.state)} for file in report.files],
        }

    def ban(self, word: str) -> None:
        """Never suggest a word again, as `stockctl words ban` does."""
        if not word.strip():
            raise UsageError("no word given")
        vocabulary.decide(self._open_catalogue(), {key(word): word.strip()}, vocabulary.BAN)
        for file in self._files.values():
            offered = tuple(one for one in file.draft.offered if key(one.word) != key(word))
            file.draft = replace(file.draft, offered=offered)
        self._drafting = None


def _told(row: Row, problem: FileProblem) -> dict[str, str]:
    return {"id": row.id, "name": row.path.name, "error": problem.message, "hint": problem.hint}


class StaleError(StockctlError):
    """A draft was changed in another tab or in the terminal since a page read it."""


def _same(file: Drafted, base: object) -> None:
    """Make sure that a page has a file's draft as it stands; one that names no revision asks for none."""
    if base is not None and base != revision(file.draft):
        raise StaleError(
            "these words were changed elsewhere meanwhile, in another tab or in the terminal",
            hint="take what stands there, or keep what stands here",
        )


def _written_to(file: Drafted) -> bool:
    """Whether another program has written to a file, or to its sidecar, since its words were read."""
    subject = file.subject
    try:
        now = seen(subject.path, fingerprint(subject.path), subject.format)
    except FileProblem:
        return True
    return subject.seen is not None and subject.seen != now


def _record(draft: Draft) -> Record:
    return Record(
        title=draft.title, description=draft.description, keywords=tuple(word.word for word in draft.keywords)
    )
