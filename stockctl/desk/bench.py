"""Words at the desk: drafts opened, kept at every change, copied to others, and saved as one batch of the history."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from stockctl.agencies import load
from stockctl.catalogue import assets, open_catalogue, releases, vocabulary
from stockctl.errors import UsageError
from stockctl.keyword.carrying import opened
from stockctl.keyword.choosing.drafting import Drafted, Drafting
from stockctl.keyword.choosing.interactive.draft import Draft
from stockctl.keyword.earlier import experience
from stockctl.keyword.ranking import Keyword
from stockctl.keyword.sources.registry import Sources
from stockctl.keyword.wishes import Wishes
from stockctl.metadata.changes import undoing
from stockctl.words.lemma import key
from stockctl.words.texts.forms import render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.desk.shelf import Row
    from stockctl.errors import FileProblem
    from stockctl.keyword.report import Keyworded
    from stockctl.metadata import Record

T = TypeVar("T")

# What may be copied from one file to others.
FIELDS = ("title", "description", "keywords", "choices")
# Choices that a page may set; categories are `category.AGENCY`.
CHOICES = re.compile(r"editorial|mature|illustration|licence|price|category\.[a-z0-9_]+")
# No title or description of any agency is near this long, and no list of keywords.
_LONGEST, _MOST = 4000, 400


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
            wishes = Wishes(command="stockctl desk", vision=self.vision or "none")
            self._drafting = Drafting(
                catalogue, self._settings, wishes, Sources.prepare(catalogue, self._settings, wishes)
            )
        return self._drafting

    def forget(self) -> None:
        """Begin anew with what the files say by now: after an undo, or a change by another command."""
        self._files.clear()
        self._drafting = None

    def opened(self, rows: Sequence[Row]) -> list[Drafted]:
        """Return the drafts of files, opened where they were not.

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
        return [self._files[row.id] for row in rows]

    def shown(self, row: Row, agencies: Sequence[Agency]) -> dict[str, Any]:
        """Return a file's words as a page shows them."""
        (file,) = self.opened([row])
        catalogue = self._open_catalogue()
        choices = assets.choices(catalogue, file.subject.media_id)
        linked = releases.by_picture(catalogue, [file.subject.media_id]).get(file.subject.media_id, [])
        return {
            "id": row.id,
            "status": file.status,
            "title": file.draft.title,
            "description": file.draft.description,
            "keywords": [_shown(word) for word in file.draft.keywords],
            "offered": [_shown(word) for word in file.draft.offered],
            "stands": [file.before.title, file.before.description, list(file.before.keywords)],
            "findings": [
                {"severity": one.severity.value, "message": one.message, "hint": one.hint} for one in file.findings
            ],
            "choices": choices,
            "releases": [{"name": release.name, "kind": str(release.kind)} for release in linked],
            "forms": [_form(agency, file, choices) for agency in agencies],
        }

    def keep(self, row: Row, said: Mapping[str, Any], agencies: Sequence[Agency]) -> dict[str, Any]:
        """Keep a draft as a page has it, and return the agencies' forms of it.

        `said` holds `title`, `description`, `keywords` and `offered` (texts, in
        order); words that were not there before are the person's own.

        Raises:
            UsageError: it is no draft.

        """
        (file,) = self.opened([row])
        file.draft = _draft(said, file.draft)
        file.status = "open"
        self._prepared().keep(file)
        choices = assets.choices(self._open_catalogue(), file.subject.media_id)
        return {"forms": [_form(agency, file, choices) for agency in agencies]}

    def choose(self, rows: Sequence[Row], chosen: Mapping[str, Any]) -> None:
        """Keep choices (category, editorial, …) for files; an empty value takes one back.

        Raises:
            UsageError: there is no such choice.

        """
        for name, value in chosen.items():
            if not CHOICES.fullmatch(name) or not isinstance(value, str) or len(value) > _LONGEST:
                raise UsageError(f"there is no choice {name!r}")
        catalogue = self._open_catalogue()
        for row in rows:
            assets.choose(catalogue, row.media_id, {name: str(value) for name, value in chosen.items()})

    def copy(self, source: Row, rows: Sequence[Row], fields: Sequence[str]) -> int:
        """Copy fields of one draft into those of others, and keep them; return how many changed."""
        (model,) = self.opened([source])
        if not fields or not set(fields) <= set(FIELDS):
            raise UsageError("nothing to copy", hint="choose among: " + ", ".join(FIELDS))
        chosen = assets.choices(self._open_catalogue(), model.subject.media_id) if "choices" in fields else {}
        changed = 0
        for row, file in zip(rows, self.opened(rows), strict=True):
            if row.id == source.id:
                continue
            words = tuple(Keyword.of_person(word.word) for word in model.draft.keywords)
            keys = {key(word.word) for word in words}
            draft = replace(
                file.draft,
                title=model.draft.title if "title" in fields else file.draft.title,
                description=model.draft.description if "description" in fields else file.draft.description,
                keywords=words if "keywords" in fields else file.draft.keywords,
                offered=tuple(word for word in file.draft.offered if key(word.word) not in keys)
                if "keywords" in fields
                else file.draft.offered,
            )
            changed += self._changed(file, draft)
            if chosen:
                assets.choose(self._open_catalogue(), file.subject.media_id, dict(chosen))
        return changed

    def add(self, rows: Sequence[Row], words: Sequence[str]) -> int:
        """Add a person's own words to drafts, behind their own and before what is suggested."""
        changed = 0
        for file in self.opened(rows):
            there = {key(word.word) for word in file.draft.keywords if not word.suggested}
            new = [Keyword.of_person(word) for word in words if key(word) not in there]
            keys = {key(word.word) for word in new}
            own = tuple(word for word in file.draft.keywords if not word.suggested)
            rest = tuple(word for word in file.draft.keywords if word.suggested and key(word.word) not in keys)
            offered = tuple(word for word in file.draft.offered if key(word.word) not in keys)
            changed += self._changed(file, replace(file.draft, keywords=(*own, *new, *rest), offered=offered))
        return changed

    def substitute(self, rows: Sequence[Row], old: str, new: str) -> int:
        """Write whole words another way in titles, descriptions and keywords of drafts; case does not matter."""
        if not old.strip():
            raise UsageError("nothing to look for", hint="type the words that are to be replaced")
        wanted = re.compile(rf"(?<!\w){re.escape(old.strip())}(?!\w)", re.IGNORECASE)
        changed = 0
        for file in self.opened(rows):
            words: dict[str, Keyword] = {}
            for word in file.draft.keywords:
                text = " ".join(wanted.sub(lambda _: new.strip(), word.word).split())
                if text:
                    words.setdefault(text.lower(), word if text == word.word else Keyword.of_person(text))
            draft = replace(
                file.draft,
                title=wanted.sub(lambda _: new.strip(), file.draft.title),
                description=wanted.sub(lambda _: new.strip(), file.draft.description),
                keywords=tuple(words.values()),
            )
            changed += self._changed(file, draft)
        return changed

    def _changed(self, file: Drafted, draft: Draft) -> bool:
        if draft == file.draft:
            return False
        file.draft, file.status = draft, "open"
        self._prepared().keep(file)
        return True

    def save(self, rows: Sequence[Row], told: Callable[[int], None]) -> dict[str, Any]:
        """Write the drafts of files, as one batch that `undo` takes back.

        `told` is called with how many are done. A file that cannot be written is
        told, and the rest goes on.
        """
        from stockctl.errors import ChangedError, FileProblem

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
                    errors.append({"id": row.id, "name": row.path.name, "error": problem.message, "hint": problem.hint})
                told(number)
            changed = [one for one in saved if one.changed]
            number_ = batch.number if batch and changed else None
        # What was accepted is earlier work for the files that follow.
        self._drafting = None
        return {"batch": number_, "saved": len(saved), "changed": len(changed), "errors": errors}

    def look(self, rows: Sequence[Row], source: str, told: Callable[[int], None]) -> dict[str, Any]:
        """Have the vision source look at files; what it sees is suggested in their drafts.

        Raises:
            UsageError: there is no such source, or none is set up.

        """
        self.vision = source or self._settings.get("keyword", "vision", "") or "auto"
        self.forget()
        try:
            drafting = self._prepared()
            problems: list[FileProblem] = []
            files = drafting.load([row.path for row in rows], problems)
            if problems:
                raise problems[0]
            by_path = {file.subject.path: file for file in files}
            for number, row in enumerate(rows, 1):
                file = by_path[row.path]
                drafting.open(file)
                self._files[row.id] = file
                told(number)
            usage = drafting.sources.usage
            said = [" ".join(filter(None, message)) for message in drafting.sources.messages]
        finally:
            self.vision = ""
            self._drafting = None
        return {"messages": said, "usage": usage.to_json() if usage is not None and hasattr(usage, "to_json") else None}

    def undo(self, number: int | None) -> dict[str, Any]:
        """Take back a batch, as `stockctl undo` does."""
        catalogue = self._open_catalogue()
        report = undoing.undo(catalogue, number)
        experience.taken_back(catalogue, [file.path for file in report.files if file.state == undoing.RESTORED])
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


def limits(agency: Agency) -> dict[str, Any]:
    """Return what a page counts by: the agency's limits of texts, with whether each is official."""
    names = ("title_min", "title_max", "description_min", "description_max", "keywords_min", "keywords_max")
    found = {}
    for name in names:
        limit = agency.limit(f"meta.{name}")
        if limit is not None and limit.value is not None:
            found[name] = {"value": limit.value, "official": limit.official}
    return {
        "name": agency.name,
        "title": agency.title,
        "limits": found,
        "categories": [{"id": one.id, "name": one.name} for one in agency.categories()],
    }


def chosen_agencies(settings: Settings) -> list[Agency]:
    """Return the agencies whose limits are counted: those of `[check] agencies`, else the two that most have."""
    known = load(settings.folder)
    names = settings.get("check", "agencies", ()) or ("adobe_stock", "shutterstock")
    return [known[name] for name in names if name in known]


def _shown(word: Keyword) -> dict[str, Any]:
    return {"word": word.word, "ground": word.ground.value, "source": word.source.value, "reason": word.reason}


def _form(agency: Agency, file: Drafted, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return what an agency would get, and what is wrong with it."""
    words = tuple(word.word for word in file.draft.keywords)
    before: Record = file.plan.record if file.plan else file.subject.record
    record = replace(before, title=file.draft.title, description=file.draft.description, keywords=words)
    texts = render(record, agency, choices, file.subject.capture)
    return {
        "agency": agency.name,
        "title": texts.title,
        "description": texts.description,
        "keywords": len(texts.keywords),
        "problems": [{"message": str(one), "official": one.official} for one in texts.problems],
    }


def _draft(said: Mapping[str, Any], before: Draft) -> Draft:
    """Return the draft that a page describes, each word with the ground that it had."""
    known = {word.word: word for word in (*before.offered, *before.keywords)}

    def words(name: str) -> tuple[Keyword, ...]:
        listed = said.get(name, [])
        if not isinstance(listed, list) or len(listed) > _MOST or not all(isinstance(one, str) for one in listed):
            raise UsageError(f"{name} must be a list of texts")
        texts = dict.fromkeys(clean for one in listed if (clean := _line(one)))
        return tuple(known.get(text) or Keyword.of_person(text) for text in texts)

    texts = [said.get(name, "") for name in ("title", "description")]
    if not all(isinstance(text, str) and len(text) <= _LONGEST for text in texts):
        raise UsageError("title and description must be texts")
    title, description = map(_line, texts)
    keywords = words("keywords")
    held = {word.word for word in keywords}
    return Draft(title, description, keywords, tuple(word for word in words("offered") if word.word not in held))


def _line(text: str) -> str:
    """Return a text in one line without control and format characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
