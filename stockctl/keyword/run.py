"""The stage itself: read, suggest, rank, compose, embed, remember."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.catalogue import assets, written
from stockctl.files.walk import walk
from stockctl.keyword import experience, findings, loading, sheet
from stockctl.keyword.candidate import Source
from stockctl.keyword.carrying import Plan, carry_out, forms_wanted
from stockctl.keyword.compose import Seen, compose
from stockctl.keyword.english import English, in_english, spelt
from stockctl.keyword.ranking import Ranked, rank
from stockctl.keyword.report import Report
from stockctl.keyword.sources.capture import place_of
from stockctl.keyword.sources.registry import Sources
from stockctl.keyword.subject import load
from stockctl.keyword.wishes import removed_keys, split_joined, with_wishes
from stockctl.words import phrases
from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.errors import FileProblem
    from stockctl.files.output import Output
    from stockctl.keyword.hygiene import Dictionary
    from stockctl.keyword.report import Keyworded
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.wishes import Wishes
    from stockctl.report.finding import Finding


def run(
    catalogue: Catalogue, settings: Settings, paths: Sequence[Path], wishes: Wishes, table: Output | None = None
) -> Report:
    """Find words for the files under `paths` and embed them, as one batch that `undo` takes back.

    With `table`, nothing is embedded: what would be is written to that file.

    Raises:
        UsageError: none of the paths exists, the table cannot be written, or an
            agency or vision source is unknown.

    """
    if table is not None:
        wishes = replace(wishes, dry_run=True, table_only=True)
    wishes = with_copied_choices(catalogue, wishes)
    wanted = forms_wanted(settings, wishes)
    walked = walk(paths)
    problems: list[FileProblem] = list(walked.errors)
    sources = Sources.prepare(catalogue, settings, wishes)
    subjects = loading.load_all(walked.files, wishes.context, problems)
    plans = plan(catalogue, settings, subjects, wishes, sources)
    done, batch = carry_out(catalogue, plans, wishes, wanted, problems)
    written = {asset.path for asset in done}
    plans = [planned for planned in plans if planned.subject.path in written]
    if table is not None:
        _write_table(catalogue, settings, table, done, wishes)
        experience.record_offers(catalogue, plans, embedded=False)
    elif not wishes.dry_run:
        experience.remember(catalogue, plans, sources.vectors)
    return Report(
        assets=tuple(done),
        errors=tuple(loading.as_error(problem) for problem in problems),
        dry_run=wishes.dry_run,
        batch=batch,
        messages=tuple(sources.messages),
        vision=sources.usage,
        sheet=table.path if table is not None else None,
    )


def plan(
    catalogue: Catalogue, settings: Settings, subjects: Sequence[Subject], wishes: Wishes, sources: Sources
) -> list[Plan]:
    """Work out for every subject what it is to become; nothing is written."""
    dictionary = experience.dictionary(catalogue)
    shift = experience.shift(catalogue)
    wished_for = [wished(subject, wishes, settings) for subject in subjects]
    if wishes.suggests:
        sources.look([subject for subject, _ in wished_for])
        sources.see([subject for subject, _ in wished_for])
    plans = [planned(subject, said, wishes, sources, dictionary, shift) for subject, said in wished_for]
    for made, subject in zip(plans, subjects, strict=True):
        made.before = subject.record
    return plans


def wished(subject: Subject, wishes: Wishes, settings: Settings) -> tuple[Subject, list[Finding]]:
    """Return the subject with the record that the person wants, before anything is suggested, and what to say of it."""
    said = list(findings.of_conflicts(subject))
    record, split = split_joined(subject.record)
    if split:
        said.append(findings.warning("joined-keywords", split, "take the change back with: stockctl undo"))
    return replace(subject, record=with_wishes(record, wishes, experience.defaults(settings))), said


def planned(
    subject: Subject,
    said: list[Finding],
    wishes: Wishes,
    sources: Sources,
    dictionary: Dictionary,
    shift: experience.Shift,
) -> Plan:
    """Work out what one subject is to become; `sources` have looked at it, and `said` is added to."""
    own, record, ranked = subject.record.keywords, subject.record, Ranked()
    candidates = []
    if wishes.suggests:
        said += findings.of_places(subject)
        seen = sources.seen(subject)
        if wishes.english in {English.US, English.UK}:
            seen = Seen(spelt(seen.title, wishes.english), spelt(seen.description, wishes.english))
        title, description = compose(subject, place_of(subject.capture), seen, dictionary.allowed)
        record = replace(record, title=title, description=description)
        removed = removed_keys(wishes)
        candidates = [found for found in sources.candidates(subject) if key(found.word) not in removed]
    ranked = rank(
        own,
        candidates,
        limit=wishes.limit,
        dictionary=dictionary,
        title=phrases.words(record.title),
        shift=shift,
        all_offered=wishes.all_offered,
    )
    if wishes.suggests:
        ranked = in_english(ranked, wishes.english, wishes.limit)
    if wishes.suggests and not (record.title or record.description) and not _telling(ranked):
        said.append(findings.not_enough())
        ranked = replace(ranked, keywords=ranked.keywords[: len(own)], offered=())
    elif wishes.suggests and not record.title:
        said.append(findings.no_title(subject.path))
    said += findings.of_words(replace(subject.record, keywords=own), dictionary)
    return Plan(subject, record, own, ranked, said, wishes.choices)


def with_copied_choices(catalogue: Catalogue, wishes: Wishes) -> Wishes:
    """Return the wishes with the choices (categories, …) of the file to copy from; what the call says counts.

    Raises:
        FileProblem: the file to copy from cannot be read.

    """
    if wishes.copied_from is None:
        return wishes
    copied = assets.choices(catalogue, load(wishes.copied_from).media_id)
    return replace(wishes, choices={**copied, **wishes.choices})


def _telling(ranked: Ranked) -> bool:
    """Whether anything but the camera's clock and the picture's form speaks of the picture."""
    return any(word.source not in {Source.TIME, Source.PICTURE} for word in (*ranked.keywords, *ranked.offered))


def _write_table(
    catalogue: Catalogue, settings: Settings, table: Output, done: Sequence[Keyworded], wishes: Wishes
) -> None:
    """Write what would be embedded as a table; categories for the agencies named, else for all that have some."""
    from stockctl.agencies import load

    named = forms_wanted(settings, wishes) or load(settings.folder)
    sheet.write(
        table,
        (
            sheet.Row(
                file=str(asset.path),
                title=asset.title,
                description=asset.description,
                keywords=tuple(word.word for word in asset.keywords),
                choices={**assets.choices(catalogue, asset.media_id), **wishes.choices},
                offered=tuple(word.word for word in asset.offered),
            )
            for asset in done
        ),
        [name for name, agency in named.items() if agency.categories() and not agency.closed],
    )
    if table.folder is not None:
        written.remember(catalogue, table.place)
