"""What the program put into each file and nobody looked at: copies of one picture have each their own."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.catalogue.words import composed, vocabulary
from stockctl.catalogue.words.composed import Composed, Suggested
from stockctl.keyword.candidate import Ground, Source
from stockctl.keyword.ranking import Keyword
from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.keyword.carrying import Plan
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.wishes import Wishes
    from stockctl.metadata import Record

# Of a copy of which nothing was written by us.
_NOTHING = Composed(suggested=(), dropped=frozenset())


def with_composed(catalogue: Catalogue, subjects: Sequence[Subject], wishes: Wishes) -> list[Subject]:
    """Return the subjects with what in them is ours, and what was said of their series before.

    What this call says of the series counts instead; an empty `--context` forgets it.
    """
    kept = composed.kept(catalogue, [subject.media_id for subject in subjects])
    found = []
    for subject in subjects:
        ours = _of_file(kept.get(subject.media_id, ()), subject)
        if ours is None:
            found.append(subject)
        else:
            context = subject.context or ("" if wishes.forget_context else ours.context)
            found.append(replace(subject, composed=ours, context=context))
    said = Counter(subject.context for subject in found)
    return [
        replace(
            subject,
            shares_context=said[subject.context] > 1
            or (subject.composed.title_ground == Ground.SEEN and subject.composed.context == subject.context),
        )
        if subject.context
        else subject
        for subject in found
    ]


def _of_file(rows: Sequence[Composed], subject: Subject) -> Composed | None:
    """Return what was put into a file: by its path; else what was put into the file that it is a copy of, or was.

    None where nothing is known of its picture.
    """
    if not rows:
        return None
    here, says = _place(subject.path), digest(subject.record)
    by_path = {row.path: row for row in rows}
    if here in by_path:
        return by_path[here]
    if "" in by_path:
        return by_path[""]
    if copied := next((row for row in rows if says and row.says == says), None):
        return copied
    return next((row for row in rows if not os.path.lexists(row.path)), _NOTHING)


def _place(path: Path) -> str:
    return str(path.absolute())


def digest(record: Record) -> str:
    """Return what stands for a record's title, description and keywords; empty where it has none."""
    words = "\n".join((record.title, record.description, *record.keywords))
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words.strip() else ""


def suggested(catalogue: Catalogue, subjects: Iterable[Subject]) -> dict[Path, dict[str, Keyword]]:
    """Return the words of ours in some files that nobody looked at, by path and key."""
    subjects = list(subjects)
    found = {
        subject.path: {
            one.word: Keyword(one.shown, Source(one.source), one.score, "", Ground(one.ground))
            for one in subject.composed.suggested
        }
        for subject in subjects
        if subject.composed.suggested
    }
    # What was embedded before files were told apart.
    older = [subject for subject in subjects if subject.composed.suggested is None]
    of_pictures = _of_pictures(catalogue, {subject.media_id for subject in older})
    return found | {subject.path: of_pictures[subject.media_id] for subject in older if subject.media_id in of_pictures}


def _of_pictures(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, dict[str, Keyword]]:
    found: dict[str, dict[str, Keyword]] = {}
    for offer in vocabulary.unseen(catalogue, media_ids):
        word = Keyword(offer.shown, Source(offer.source), offer.score, "", Ground(offer.ground))
        of_picture = found.setdefault(offer.media_id, {})
        # Of two sources the better ground counts.
        if offer.word not in of_picture or word.ground.rank <= of_picture[offer.word].ground.rank:
            of_picture[offer.word] = word
    return found


def dropped(catalogue: Catalogue, subjects: Iterable[Subject]) -> dict[Path, frozenset[str]]:
    """Return the suggestions (keys) that a person took out of some files, by path."""
    subjects = list(subjects)
    found = {subject.path: subject.composed.dropped for subject in subjects if subject.composed.dropped}
    older = [subject for subject in subjects if subject.composed.dropped is None]
    of_pictures = vocabulary.decided(catalogue, {subject.media_id for subject in older}, kept=False)
    return found | {
        subject.path: frozenset(of_pictures[subject.media_id]) for subject in older if subject.media_id in of_pictures
    }


def judge(catalogue: Catalogue, plan: Plan) -> frozenset[str]:
    """Record what became of a file's suggestions: taken out by somebody, by us, or chosen by name; return the first."""
    media_id, before = plan.subject.media_id, plan.subject.composed.suggested
    if before is None:
        embedded = {offer.word for offer in vocabulary.offers_of(catalogue, media_id) if offer.embedded}
    else:
        embedded = {one.word for one in before}
    gone = embedded - {key(word.word) for word in plan.ranked.keywords}
    vocabulary.mark_dropped(catalogue, media_id, gone - plan.stale)
    vocabulary.stale(catalogue, media_id, gone & plan.stale)
    vocabulary.mark_kept(catalogue, media_id, embedded & {key(word) for word in plan.own})
    return frozenset(gone - plan.stale)


def keep(catalogue: Catalogue, plans: Iterable[tuple[Plan, frozenset[str]]]) -> None:
    """Keep what now stands in files by us; with each plan come the suggestions (keys) that a person took out."""
    rows: list[tuple[str, Composed]] = []
    gone: list[tuple[str, str]] = []
    for plan, out in plans:
        subject, here = plan.subject, _place(plan.subject.path)
        standing = {key(word.word) for word in plan.ranked.keywords}
        words = tuple(
            Suggested(key(word.word), word.word, word.source.value, word.score, word.ground.value)
            for word in plan.ranked.keywords
            if word.suggested
        )
        before = subject.composed
        away = dropped(catalogue, [subject]).get(subject.path, frozenset())
        rows.append(
            (
                subject.media_id,
                replace(
                    plan.composed,
                    suggested=words,
                    dropped=frozenset((away | out) - standing),
                    says=digest(plan.wanted),
                    path=here,
                ),
            )
        )
        if before.path not in {"", here} and not os.path.lexists(before.path):
            gone.append((subject.media_id, before.path))
    composed.keep(catalogue, rows, gone)


def written_to(catalogue: Catalogue, paths: Iterable[Path]) -> set[Path]:
    """Return those of some files that something of ours was put into."""
    by_place = {_place(path): path for path in paths}
    return {by_place[row.path] for _, row in composed.at(catalogue, by_place)}


def keep_before(catalogue: Catalogue, plans: Sequence[Plan]) -> None:
    """Keep what is known of the files whose words or texts are changed, for an undo of that."""
    changed = [
        replace(plan.subject, record=plan.before)
        for plan in plans
        if plan.before is not None and digest(plan.before) != digest(plan.wanted)
    ]
    rows = composed.kept(catalogue, [subject.media_id for subject in changed])
    # As it is kept: what the run wishes for may have set some of it aside.
    changed = [
        replace(subject, composed=_of_file(rows.get(subject.media_id, ()), subject) or Composed())
        for subject in changed
    ]
    words, out = suggested(catalogue, changed), dropped(catalogue, changed)
    composed.keep_before(
        catalogue,
        [
            (
                subject.media_id,
                replace(
                    subject.composed,
                    suggested=tuple(
                        Suggested(itself, word.word, word.source.value, word.score, word.ground.value)
                        for itself, word in words.get(subject.path, {}).items()
                    ),
                    dropped=out.get(subject.path, frozenset()),
                    says=digest(subject.record),
                    path=_place(subject.path),
                ),
            )
            for subject in changed
        ],
    )


def taken_back(catalogue: Catalogue, records: Mapping[Path, Record]) -> dict[str, tuple[Suggested, ...]]:
    """Know of files, with what they say now, what was known when they said it; return our words in them, by picture.

    Where that is not kept, texts are a person's, and of our words those stay that stand.
    """
    by_place = {_place(path): record for path, record in records.items()}
    rows: list[tuple[str, Composed]] = []
    for media_id, ours in composed.at(catalogue, by_place):
        record = by_place[ours.path]
        says = digest(record)
        before = composed.take_before(catalogue, media_id, ours.path, says) if says != ours.says else None
        known = before or Composed(suggested=ours.suggested, dropped=ours.dropped, says=says, path=ours.path)
        standing = set(map(key, record.keywords))
        words = tuple(one for one in known.suggested or () if one.word in standing)
        rows.append((media_id, replace(known, suggested=words)))
        if before is not None:
            _open_again(catalogue, media_id, ours.path, words)
    composed.keep(catalogue, rows)
    return {media_id: ours.suggested or () for media_id, ours in rows}


def _open_again(catalogue: Catalogue, media_id: str, path: str, words: Iterable[Suggested]) -> None:
    """Note that these words, which stand in a file again, were neither kept nor taken out; what copies say counts."""
    others = [row for row in composed.kept(catalogue, [media_id]).get(media_id, ()) if row.path != path]
    elsewhere = frozenset[str]().union(*(row.dropped or () for row in others))
    vocabulary.open_again(catalogue, media_id, {one.word for one in words} - elsewhere)
