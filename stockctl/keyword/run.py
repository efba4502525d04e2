"""The stage itself: read, suggest, rank, compose, embed, remember."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stockctl.catalogue.seen import assets
from stockctl.catalogue.words import written
from stockctl.keyword import loading, sheet
from stockctl.keyword.candidate import Candidate, Ground, Source, Tier
from stockctl.keyword.carrying import Plan, Plans, carry_out, forms_wanted
from stockctl.keyword.earlier import experience, ours
from stockctl.keyword.ranking import Keyword, Ranked, rank
from stockctl.keyword.report import Report
from stockctl.keyword.sources import Caption
from stockctl.keyword.sources.capture import place_of
from stockctl.keyword.sources.registry import Sources
from stockctl.keyword.sources.text import denied_by
from stockctl.keyword.subject import load
from stockctl.keyword.taken_out import says_again, without_ground
from stockctl.keyword.texts import findings, unsure
from stockctl.keyword.texts.advice import advise, asked
from stockctl.keyword.texts.compose import as_it_stands, compose
from stockctl.keyword.texts.english import English, in_english, spelt
from stockctl.keyword.wishes import removed_keys, split_joined, with_wishes
from stockctl.metadata.changes.history import tidy
from stockctl.report.waiting import walk
from stockctl.words.lemma import key, tokens
from stockctl.words.proper.names import neutral, trademarks
from stockctl.words.spam import leaf_of_path
from stockctl.words.spelling import spelling
from stockctl.words.texts import phrases
from stockctl.words.texts.language import foreign, foreign_parts, is_latin
from stockctl.words.texts.people import is_person, private_names
from stockctl.words.texts.titles import tidied, untidy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.errors import FileProblem
    from stockctl.files.output import Output
    from stockctl.keyword.hygiene import Dictionary
    from stockctl.keyword.report import Keyworded
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.wishes import Wishes
    from stockctl.metadata import Record
    from stockctl.report.finding import Finding


def run(
    catalogue: Catalogue,
    settings: Settings,
    paths: Sequence[Path],
    wishes: Wishes,
    table: Output | None = None,
    told: Callable[[Keyworded], None] | None = None,
) -> Report:
    """Find words for the files under `paths` and embed them, as one batch that `undo` takes back.

    With `table`, nothing is embedded: what would be is written to that file.
    `told` is called with each file as soon as it is done.

    Raises:
        UsageError: none of the paths exists, the table cannot be written, or an
            agency or vision source is unknown.

    """
    if table is not None:
        wishes = replace(wishes, dry_run=True, table_only=True)
    wishes = with_copied_choices(catalogue, wishes.composed())
    wanted, aim = forms_wanted(settings, wishes), asked(settings, wishes)
    walked = walk(paths)
    problems: list[FileProblem] = list(walked.errors)
    sources = Sources.prepare(catalogue, settings, wishes)
    if not wishes.dry_run:
        tidy(catalogue)
    subjects = ours.with_composed(catalogue, loading.load_all(walked.files, wishes.context, problems), wishes)
    hidden = findings.of_hidden(subjects, dry_run=wishes.dry_run)
    plans = plan(catalogue, settings, subjects, wishes, sources)
    if hidden:
        sources.messages.append(hidden)
    own = (wishes.title, wishes.description, wishes.context, *wishes.add, *(wishes.set_words or ()))
    if said := findings.of_said(own, dry_run=wishes.dry_run):
        sources.messages.append(said)
    done, batch = carry_out(catalogue, plans, wishes, wanted, problems, told)
    paths_done = set(done.paths)
    carried = (planned for planned in plans if planned.subject.path in paths_done)
    if table is not None:
        _write_table(catalogue, settings, table, done, wishes)
        experience.record_offers(catalogue, carried, embedded=False)
    elif not wishes.dry_run and (missing := experience.remember(catalogue, carried, sources.vectors)):
        sources.say(missing)
    return Report(
        assets=done,
        errors=tuple(loading.as_error(problem) for problem in problems),
        dry_run=wishes.dry_run,
        batch=batch,
        messages=tuple(sources.messages),
        vision=sources.usage,
        asked=aim,
        advice=advise(done, aim, wishes),
        sheet=table.path if table is not None else None,
    )


# How likely the last part of a catalogue program's path is a keyword.
_LEAF = 0.5


@dataclass(frozen=True)
class Known:
    """What the catalogue knows that bears on the words of a run's files.

    `unseen` holds the embedded suggestions that nobody looked at, by path and
    key; `dropped` the keys of those that a person took out, by path.
    """

    dictionary: Dictionary
    shift: experience.Shift
    unseen: Mapping[Path, Mapping[str, Keyword]] = field(default_factory=dict)
    dropped: Mapping[Path, Collection[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue, subjects: Sequence[Subject]) -> Known:
        """Ask the catalogue for a run's files."""
        return cls(
            experience.dictionary(catalogue),
            experience.shift(catalogue),
            ours.suggested(catalogue, subjects),
            ours.dropped(catalogue, subjects),
        )


def plan(catalogue: Catalogue, settings: Settings, subjects: list[Subject], wishes: Wishes, sources: Sources) -> Plans:
    """Work out for every subject what it is to become; nothing is written.

    The list of subjects is emptied: a hundred thousand are not held twice.
    """
    known = Known.of(catalogue, subjects)
    wished_for: list[tuple[Subject, list[Finding]]] = []
    before: list[Record] = []
    for place, subject in enumerate(subjects):
        before.append(subject.record)
        wished_for.append(wished(subject, wishes, settings))
        subjects[place] = wished_for[-1][0]
    if wishes.suggests:
        sources.look(subjects)
        sources.see(subjects)
    subjects.clear()
    plans = Plans()
    for (subject, said), record in zip(wished_for, before, strict=True):
        made = planned(subject, said, wishes, sources, known)
        made.before = record
        made.taken_out |= {out for out in removed_keys(wishes) for word in record.keywords if says_again(word, {out})}
        plans.append(made)
    return plans


def wished(subject: Subject, wishes: Wishes, settings: Settings) -> tuple[Subject, list[Finding]]:
    """Return the subject with the record that the person wants, before anything is suggested, and what to say of it."""
    said = list(findings.of_conflicts(subject))
    record, split = split_joined(subject.record)
    if split:
        said.append(findings.warning("joined-keywords", split, "take the change back with: stockctl undo"))
    composed = subject.composed
    if wishes.title is not None:
        composed = replace(composed, title="", title_ground="")
    if wishes.description is not None:
        composed = replace(composed, description="", description_ground="")
    record = with_wishes(record, wishes, experience.defaults(settings))
    return replace(subject, record=record, composed=composed), said


def planned(subject: Subject, said: list[Finding], wishes: Wishes, sources: Sources, known: Known) -> Plan:
    """Work out what one subject is to become; `sources` have looked at it, and `said` is added to."""
    own, standing = _own_and_standing(subject, wishes, known)
    record, removed, said_again = subject.record, removed_keys(wishes), frozenset[str]()
    if wishes.suggests:
        said += findings.of_places(subject)
        alone = unsure.left_alone(subject, wishes)
        said += unsure.told(alone)
        original, subject = subject, unsure.without(subject, alone)
        seen = sources.seen(subject)
        if wishes.english in {English.US, English.UK}:
            seen = Caption(spelt(seen.title, wishes.english), spelt(seen.description, wishes.english))
        written = compose(subject, place_of(subject.capture), seen, known.dictionary.allowed)
        written = unsure.kept(written, original, alone)
        record = replace(record, title=written.title, description=written.description)
        dropped = frozenset(known.dropped.get(subject.path, ())).difference(map(key, own))
        candidates, said_again = _candidates(subject, wishes, sources, known.dictionary, dropped)
        ranked = rank(
            own,
            candidates,
            limit=wishes.limit,
            want=wishes.want,
            dictionary=known.dictionary,
            title=phrases.words(record.title),
            shift=known.shift,
            all_offered=wishes.all_offered,
            standing={
                itself: word for itself, word in standing.items() if not says_again(word.word, removed | dropped)
            },
        )
        ranked = in_english(ranked, wishes.english, wishes.limit)
        ranked = replace(ranked, rejected=tuple(dict.fromkeys((*ranked.rejected, *sources.refused(subject)))))
        if "keywords" in alone:
            ranked = unsure.only_offered(ranked, len(own))
        if not (record.title or record.description or alone) and not _telling(ranked):
            said.append(findings.not_enough())
            ranked = replace(ranked, keywords=ranked.keywords[: len(own)], offered=())
        elif not record.title and "title" not in alone:
            said.append(findings.no_title(subject.path, subject.context, subject.description))
        subject = original
    else:
        written = as_it_stands(subject)
        # A person only edits: what was suggested before keeps its place and its ground.
        ranked = Ranked(
            tuple(
                replace(standing[key(word)], word=word) if key(word) in standing else Keyword.of_person(word)
                for word in record.keywords
                if key(word) not in standing or not says_again(word, removed)
            )
        )
    texts = replace(subject.record, title=subject.title or record.title, description=subject.description, keywords=own)
    said += findings.of_words(texts, known.dictionary, subject.context, editorial=_editorial(subject, wishes))
    stale = frozenset(standing) - {key(word.word) for word in ranked.keywords}
    return Plan(
        subject, record, own, ranked, said, wishes.choices,
        stale=stale, composed=written.ours(subject.context), taken_out=said_again,
    )  # fmt: skip


def _own_and_standing(subject: Subject, wishes: Wishes, known: Known) -> tuple[tuple[str, ...], dict[str, Keyword]]:
    """Part the record's keywords: those that a person chose, and the suggestions (by key) that nobody looked at."""
    unseen = known.unseen.get(subject.path, {})
    chosen = {key(word) for word in (*wishes.add, *(wishes.set_words or ()))}
    if wishes.copied is not None:
        unseen = {}
    standing = {
        itself: unseen[itself]
        for itself in map(key, subject.record.keywords)
        if itself in unseen and itself not in chosen
    }
    return tuple(word for word in subject.record.keywords if key(word) not in standing), standing


def _candidates(
    subject: Subject, wishes: Wishes, sources: Sources, dictionary: Dictionary, dropped: frozenset[str]
) -> tuple[list[Candidate], frozenset[str]]:
    """Return what the sources offer, and which of the removed words (keys) they said, or said within a phrase.

    What a person took out of this picture before (`dropped`, keys) is only shown.
    """
    removed, denied, said = removed_keys(wishes), denied_by(subject), set[str]()
    english = [text for text in subject.texts if not foreign(text)]
    slips = {slip.word for slip in spelling(english, dictionary.known)}
    strange = {key(word) for text in english for part, _ in foreign_parts(text) for word in tokens(part)}
    named = [] if _editorial(subject, wishes) else [name for text in subject.texts for name in private_names(text)]
    private = {key(part) for name in named for part in (name, *name.split())}
    orphans = without_ground(subject.texts, removed | dropped)
    found: list[Candidate] = []
    for offer in sources.candidates(subject):
        # Another picture's keyword may have been typed untidily.
        one = replace(offer, word=tidied(offer.word)) if untidy(offer.word) else offer
        if says_again(one.word, removed):
            said.update(word for word in removed if says_again(one.word, {word}))
            continue
        if key(one.word) in denied or (one.ground is Ground.SAID and key(one.word) in orphans):
            continue
        if one.ground is Ground.SAID and (key(one.word) in private or private & set(map(key, one.word.split()))):
            # The name itself is told with the findings, and no agency takes it.
            continue
        if one.ground is Ground.SAID and not is_latin(one.word):
            # Agencies take no keyword in another script; that the text is in one is told with the findings.
            continue
        if one.ground is Ground.SAID and set(map(key, tokens(one.word))) <= strange:
            # What a text says in another language is told with the findings, too.
            continue
        if one.ground is Ground.SAID and slips & set(tokens(one.word)):
            # A slip is told with the findings, with what was meant; the wrong word is nowhere on offer.
            continue
        found.append(replace(one, tier=Tier.SHOWN) if says_again(one.word, dropped) else one)
        plain = neutral(one.word, dictionary.allowed) if trademarks(one.word) else one.word
        if one.ground is Ground.SAID and plain and plain != one.word and not says_again(plain, removed | dropped):
            found.append(replace(one, word=plain, reason=f"says {one.word!r}, which agencies refuse, in plain words"))
    return [*found, *_leaves(subject)], frozenset(said)


def _editorial(subject: Subject, wishes: Wishes) -> bool:
    return subject.record.editorial or wishes.choices.get("editorial") == "yes"


def _leaves(subject: Subject) -> list[Candidate]:
    """Return the last parts of the paths that a catalogue program left among the keywords, for choosing."""
    return [
        Candidate(leaf.lower(), Source.FILE, _LEAF, f"the last part of {word!r}", Ground.GUESSED, Tier.SHOWN)
        for word in subject.record.keywords
        if (leaf := leaf_of_path(word)) and not is_person(leaf)
    ]


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
    catalogue: Catalogue, settings: Settings, table: Output, done: Iterable[Keyworded], wishes: Wishes
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
                suggested=tuple(f"{word.word} ({word.ground})" for word in asset.keywords if word.suggested),
            )
            for asset in done
        ),
        [name for name, agency in named.items() if agency.categories() and not agency.closed],
    )
    if table.folder is not None:
        written.remember(catalogue, table.place)
