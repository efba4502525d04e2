"""The stage itself: read, suggest, rank, compose, embed, remember."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stockctl import agencies as agency_data
from stockctl.catalogue import assets
from stockctl.errors import FileProblem, StockctlError
from stockctl.files.walk import walk
from stockctl.keyword import experience, findings, loading
from stockctl.keyword.candidate import Source
from stockctl.keyword.compose import compose
from stockctl.keyword.ranking import Ranked, rank
from stockctl.keyword.report import Keyworded, Report
from stockctl.keyword.sources.capture import place_of
from stockctl.keyword.sources.registry import Sources
from stockctl.keyword.wishes import removed_keys, split_joined, with_wishes
from stockctl.metadata import Record, history
from stockctl.metadata.writing import Nothing, Options, prepare
from stockctl.words import phrases
from stockctl.words.forms import render
from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.keyword.hygiene import Dictionary
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.wishes import Wishes
    from stockctl.report.finding import Finding

    Write = history.Batch


@dataclass
class Plan:
    """What one file is to become, before anything is written."""

    subject: Subject
    record: Record
    own: tuple[str, ...]
    ranked: Ranked
    findings: list[Finding] = field(default_factory=list)

    @property
    def wanted(self) -> Record:
        """The record to embed: the person's words, then the first tier."""
        return replace(self.record, keywords=tuple(word.word for word in self.ranked.keywords))


def run(catalogue: Catalogue, settings: Settings, paths: Sequence[Path], wishes: Wishes) -> Report:
    """Find words for the files under `paths` and embed them, as one batch that `undo` takes back.

    Raises:
        UsageError: none of the paths exists, or an agency or vision source is unknown.

    """
    named = agency_data.load(settings.folder)
    wanted = {agency.name: agency for agency in (agency_data.resolve(name, named) for name in wishes.agencies)}
    walked = walk(paths)
    problems: list[FileProblem] = list(walked.errors)
    subjects = loading.load_all(walked.files, wishes.context, problems)
    sources = Sources.prepare(catalogue, settings, wishes)
    plans = plan(catalogue, settings, subjects, wishes, sources)
    done, batch = _carry_out(catalogue, plans, wishes, wanted, problems)
    if not wishes.dry_run:
        experience.remember(catalogue, [plan_ for plan_ in plans if plan_.subject.path in {d.path for d in done}])
    return Report(
        assets=tuple(done),
        errors=tuple(_error(problem) for problem in problems),
        dry_run=wishes.dry_run,
        batch=batch,
        messages=tuple(sources.messages),
        vision=sources.usage,
    )


def plan(
    catalogue: Catalogue, settings: Settings, subjects: Sequence[Subject], wishes: Wishes, sources: Sources
) -> list[Plan]:
    """Work out for every subject what it is to become; nothing is written."""
    dictionary = experience.dictionary(catalogue)
    defaults = Record(
        creators=tuple(settings.get("defaults", "creator", [])), copyright=settings.get("defaults", "copyright", "")
    )
    shift = experience.shift(catalogue)
    wished: list[tuple[Subject, list[Finding]]] = []
    for subject in subjects:
        said = list(findings.of_conflicts(subject))
        record, split = split_joined(subject.record)
        if split:
            said.append(findings.warning("joined-keywords", split, "take the change back with: stockctl undo"))
        wished.append((replace(subject, record=with_wishes(record, wishes, defaults)), said))
    if wishes.suggests:
        sources.look([subject for subject, _ in wished])
    return [_planned(subject, said, wishes, sources, dictionary, shift) for subject, said in wished]


def _planned(
    subject: Subject,
    said: list[Finding],
    wishes: Wishes,
    sources: Sources,
    dictionary: Dictionary,
    shift: experience.Shift,
) -> Plan:
    own = subject.record.keywords
    candidates = []
    if wishes.suggests:
        removed = removed_keys(wishes)
        candidates = [found for found in sources.candidates(subject) if key(found.word) not in removed]
    title, description = compose(subject, place_of(subject.capture)) if wishes.suggests else ("", "")
    title, description = sources.texts(subject, title, description)
    record = replace(
        subject.record,
        title=subject.record.title or title,
        description=subject.record.description or description,
    )
    ranked = rank(
        own,
        candidates,
        limit=wishes.limit,
        dictionary=dictionary,
        title=phrases.words(record.title),
        shift=shift,
        all_offered=wishes.all_offered,
    )
    if wishes.suggests and not (record.title or record.description) and not _telling(ranked):
        said.append(findings.not_enough())
        ranked = replace(ranked, keywords=ranked.keywords[: len(own)], offered=())
    said += findings.of_words(replace(record, keywords=own), dictionary)
    return Plan(subject, record, own, ranked, said)


def _telling(ranked: Ranked) -> bool:
    """Whether anything but the camera's clock and the picture's form speaks of the picture."""
    return any(word.source not in {Source.TIME, Source.PICTURE} for word in (*ranked.keywords, *ranked.offered))


def _carry_out(
    catalogue: Catalogue,
    plans: Sequence[Plan],
    wishes: Wishes,
    wanted: Mapping[str, Agency],
    problems: list[FileProblem],
) -> tuple[list[Keyworded], int | None]:
    twins = findings.twins_among([(plan_.subject.path, plan_.wanted) for plan_ in plans])
    done: list[Keyworded] = []
    with _batch(catalogue, wishes) as batch:
        for plan_ in plans:
            try:
                changed, where, notes = _write(batch, plan_, wishes)
            except FileProblem as problem:
                problems.append(problem)
                continue
            if not wishes.dry_run and wishes.choices:
                assets.choose(catalogue, plan_.subject.media_id, dict(wishes.choices))
            chosen = assets.choices(catalogue, plan_.subject.media_id) | dict(wishes.choices) if wanted else {}
            said = [*plan_.findings, *twins.get(plan_.subject.path, ()), *(findings.note(text) for text in notes)]
            done.append(
                Keyworded(
                    path=plan_.subject.path,
                    media_id=plan_.subject.media_id,
                    changed=changed,
                    title=plan_.record.title,
                    description=plan_.record.description,
                    keywords=plan_.ranked.keywords,
                    offered=plan_.ranked.offered,
                    rejected=plan_.ranked.rejected,
                    findings=tuple(said),
                    where=where,
                    forms={
                        name: render(plan_.wanted, agency, chosen, plan_.subject.capture)
                        for name, agency in wanted.items()
                    },
                )
            )
        number = batch.number if batch else None
    return done, number


@contextlib.contextmanager
def _batch(catalogue: Catalogue, wishes: Wishes) -> Iterator[Write | None]:
    if wishes.dry_run:
        yield None
        return
    with history.batch(catalogue, of="keyword", command=wishes.command) as batch:
        yield batch


def _write(batch: Write | None, plan_: Plan, wishes: Wishes) -> tuple[bool, str, tuple[str, ...]]:
    """Write one record, or find out what writing it would change."""
    path = plan_.subject.path
    if batch is None:
        change = prepare(path, plan_.wanted, Options(sidecar=wishes.sidecar))
        return not isinstance(change, Nothing), change.where, change.notes
    outcome = batch.write(path, plan_.wanted, sidecar=wishes.sidecar)
    return outcome.changed, outcome.where, outcome.notes


def _error(problem: StockctlError) -> tuple[str, str]:
    text = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    return problem.where, text
