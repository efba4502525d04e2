"""One file's words on their way from suggestion to file, for whoever shows them: the terminal's review, the desk.

A draft is kept in the catalogue at every change, so that one review can be left
in the terminal and taken up on the desk, and the other way round.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stockctl.catalogue.words import drafts
from stockctl.catalogue.words.composed import Composed
from stockctl.files.fingerprint import fingerprint
from stockctl.keyword import loading
from stockctl.keyword.carrying import Plan, carry_out_one, forms_wanted
from stockctl.keyword.choosing.interactive.draft import Draft
from stockctl.keyword.earlier import experience, ours
from stockctl.keyword.ranking import Keyword, Ranked
from stockctl.keyword.run import Known, planned, wished
from stockctl.keyword.texts import findings
from stockctl.metadata.changes.history import tidy
from stockctl.metadata.seen import seen
from stockctl.words.lemma import key as lemma

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.errors import FileProblem
    from stockctl.keyword.report import Keyworded
    from stockctl.keyword.sources.registry import Sources
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.wishes import Wishes
    from stockctl.metadata import Record
    from stockctl.metadata.changes.history import Batch
    from stockctl.report.finding import Finding


@dataclass
class Drafted:
    """A file with its draft: `before` is what it says now, `subject` has the person's wishes in it."""

    subject: Subject
    said: list[Finding]
    before: Record
    plan: Plan | None = None
    draft: Draft = field(default_factory=Draft)
    status: str = drafts.OPEN
    done: Keyworded | None = None

    @property
    def findings(self) -> list[Finding]:
        """What is to be said of the file and its words."""
        return self.plan.findings if self.plan else self.said


class Drafting:
    """Drafts of files: begun from what is kept or suggested, kept at every change, written when accepted."""

    def __init__(self, catalogue: Catalogue, settings: Settings, wishes: Wishes, sources: Sources) -> None:
        self.catalogue = catalogue
        self.wishes = wishes
        self.sources = sources
        self._settings = settings
        self._wanted = forms_wanted(settings, wishes)
        self._dictionary = experience.dictionary(catalogue)

    def load(self, paths: Sequence[Path], problems: list[FileProblem]) -> list[Drafted]:
        """Read files; those that cannot be read are added to `problems`."""
        if not self.wishes.dry_run:
            tidy(self.catalogue)
        subjects = loading.load_all(list(paths), self.wishes.context, problems, bar=False)
        subjects = ours.with_composed(self.catalogue, subjects, self.wishes)
        files = [Drafted(*wished(subject, self.wishes, self._settings), before=subject.record) for subject in subjects]
        if self.wishes.suggests and files:
            self.sources.look([file.subject for file in files])
        return files

    @property
    def looks(self) -> bool:
        """Whether a vision source looks at each picture that is opened, which takes its time."""
        vision = self.sources.vision
        return self.wishes.suggests and vision is not None and vision.asks

    def recall(self, file: Drafted) -> drafts.Kept | None:
        """Return what was kept of a file where it still says the same, and take over how far it came.

        A file that says just what its draft does was written as the draft was
        accepted, and whatever wrote it was killed before it could note that.
        """
        kept = drafts.kept(self.catalogue, file.subject.media_id)
        if kept is None:
            return None
        if kept.base != says(file.before):
            draft = Draft.of_json(kept.draft)
            words = tuple(word.word for word in draft.keywords)
            written = replace(file.before, title=draft.title, description=draft.description, keywords=words)
            if not words or says(written) != says(file.before):
                return None
            kept = replace(kept, state=drafts.ACCEPTED)
        file.status = kept.state
        return kept

    def open(self, file: Drafted) -> None:
        """Work out a file's draft: the one that was kept where the file still says the same, else the suggestions."""
        if self.wishes.suggests:
            self.sources.see([file.subject])
        known = Known.of(self.catalogue, [file.subject])
        plan = planned(file.subject, list(file.said), self.wishes, self.sources, known)
        file.plan = plan
        experience.record_offers(self.catalogue, [plan], embedded=False)
        kept = self.recall(file)
        if kept is not None:
            file.draft = Draft.of_json(kept.draft)
        else:
            file.draft = Draft(plan.record.title, plan.record.description, plan.ranked.keywords, plan.ranked.offered)

    def with_offers(self, file: Drafted) -> Draft:
        """Return a file's draft with what was suggested since it was begun: on offer, and in texts that are empty."""
        assert file.plan is not None
        draft, plan = file.draft, file.plan
        there = {lemma(word.word) for word in (*draft.keywords, *draft.offered)}
        new = [word for word in (*plan.ranked.keywords, *plan.ranked.offered) if lemma(word.word) not in there]
        return replace(
            draft,
            title=draft.title or plan.record.title,
            description=draft.description or plan.record.description,
            offered=(*new, *draft.offered),
        )

    def keep(self, file: Drafted) -> None:
        """Keep a draft as it stands."""
        kept = drafts.Kept(file.status, says(file.before), file.draft.to_json())
        drafts.keep(self.catalogue, file.subject.media_id, kept)

    def accept(self, file: Drafted, batch: Batch | None, choices: Mapping[str, str] | None = None) -> Keyworded:
        """Write a file as its draft has it, and learn from it.

        Raises:
            FileProblem: the file cannot be written; it is as it was.

        """
        assert file.plan is not None
        draft = file.draft
        words = tuple(word.word for word in draft.keywords)
        record = replace(file.plan.record, title=draft.title, description=draft.description, keywords=words)
        subject = replace(file.subject, record=record)
        said = [*file.said, *findings.of_words(record, self._dictionary)]
        chosen = {**self.wishes.choices, **(choices or {})}
        plan = Plan(
            subject, record, words, Ranked(tuple(map(Keyword.of_person, words))), said, chosen, before=file.before
        )
        plan.composed = Composed(context=subject.context)
        done = carry_out_one(self.catalogue, batch, plan, self.wishes, self._wanted)
        file.done = replace(done, changed=done.changed or (file.done is not None and file.done.changed))
        experience.learn(self.catalogue, [plan])
        # What we wrote ourselves is what the next writing goes by.
        looked = seen(subject.path, fingerprint(subject.path), subject.format)
        file.subject, file.before, file.status = replace(subject, seen=looked), record, drafts.ACCEPTED
        self.keep(file)
        return file.done

    def compare(self, files: Sequence[Drafted]) -> None:
        """Compare files with each other again, after one of them was accepted."""
        if self.wishes.suggests:
            self.sources.compare([file.subject for file in files])


def says(record: Record) -> str:
    """Return what a file says in words, for finding out whether somebody else has changed it since."""
    return json.dumps([record.title, record.description, *record.keywords], ensure_ascii=False)
