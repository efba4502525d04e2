"""What a person should know of a file's words: one finding each, in the form that every report shows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from stockctl.keyword.hygiene import remarks
from stockctl.keyword.sources.capture import place_of
from stockctl.keyword.sources.places import contradiction
from stockctl.metadata.record import hidden_in
from stockctl.report.finding import Finding, Severity
from stockctl.report.line import told_apart
from stockctl.report.visible import visible
from stockctl.words.texts.filenames import is_foreign
from stockctl.words.texts.titles import is_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from stockctl.keyword.hygiene import Dictionary
    from stockctl.keyword.subject import Subject
    from stockctl.metadata import Record

# More than any agency takes (Storyblocks takes 100, most 50).
MOST_KEYWORDS = 50


def warning(name: str, message: str, hint: str = "", agency: str | None = None) -> Finding:
    """Return a warning; rules of this stage go by their name."""
    return Finding(rule=name, name=name, severity=Severity.WARNING, message=message, hint=hint, agency=agency)


def not_enough() -> Finding:
    """Return what is said of a file about which nothing is known."""
    return warning(
        "not-enough",
        "not enough to go by: no title, no description, no telling name, no earlier work like it",
        "say what it shows: --title or --context, a telling file name, or --vision NAME",
    )


def no_title(path: Path, context: str = "", description: str = "") -> Finding:
    """Return what is said of a file for whose title there is nothing to go by."""
    for what, text in (("the description", description), ("what you said of the shoot", context)):
        if is_list(text):
            return warning(
                "word-list",
                f"{what} is a list of words: they are keywords, and no title is made of them",
                "say it in a sentence: --context or --title; words alone: --add",
            )
    foreign = is_foreign(path.stem)
    why = "its name is not in English, as agencies want a title" if foreign else "nothing to make a title from"
    return warning("no-title", why, "say what it shows: --title or --context")


def of_places(subject: Subject) -> Iterator[Finding]:
    """Yield where the context names another country than the position in the file lies in."""
    place = place_of(subject.capture)
    other = contradiction(subject.context, place)
    if place is not None and other:
        yield warning(
            "place-conflict",
            f"you said {other}, and the position in the file is in {place.country}; the description leaves that out",
            "run it by itself with what is true of it: --context, or take a wrong position out: --strip-location",
        )


def of_words(
    record: Record, dictionary: Dictionary, context: str = "", *, editorial: bool = False
) -> Iterator[Finding]:
    """Yield what agencies will object to in a person's own words, and in what they said of the series."""
    editorial = editorial or record.editorial
    texts = (record.title, record.description, context)
    for remark in remarks(texts, record.keywords, dictionary, editorial=editorial):
        yield warning(remark.rule, remark.message, remark.hint)
    if len(record.keywords) > MOST_KEYWORDS:
        yield warning(
            "too-many-keywords",
            f"{len(record.keywords)} keywords; most agencies take {MOST_KEYWORDS} and drop or refuse the rest",
            "put the best first, and take the weakest out: --remove WORDS",
        )


def of_hidden(subjects: Sequence[Subject], *, dry_run: bool) -> tuple[str, str] | None:
    """Return what is said once of all characters in the files' words that nobody can see, and a hint; None: none."""
    holding = [subject for subject in subjects if subject.hidden]
    count = sum(subject.hidden for subject in holding)
    if not count:
        return None
    named = ", ".join(subject.path.name for subject in holding[:_NAMED])
    more = f" and {len(holding) - _NAMED} more" if len(holding) > _NAMED else ""
    what = "character that nobody can see" if count == 1 else "characters that nobody can see"
    taken = "would be taken" if dry_run else "are taken"
    return f"{count} {what} (marks of direction, zero-width, controls) {taken} out of the words of {named}{more}", ""


def of_said(texts: Iterable[str | None], *, dry_run: bool) -> tuple[str, str] | None:
    """Return what is said once of characters that nobody can see in what the person typed or pasted; None: none."""
    holding = [text for text in texts if text and hidden_in(text)]
    if not holding:
        return None
    count = sum(map(hidden_in, holding))
    what = "character that nobody can see" if count == 1 else "characters that nobody can see"
    taken = "would be taken" if dry_run else "are taken"
    first = visible(holding[0] if len(holding[0]) <= _SHOWN else holding[0][:_SHOWN] + "…")
    return (
        f"{count} {what} (marks of direction, zero-width, controls) {taken} out of what you gave: {first}",
        "they often come along when words are pasted from a page or a document",
    )


# So much of a text is shown.
_SHOWN = 60
# So many files are named; the rest is counted.
_NAMED = 3


def of_conflicts(subject: Subject) -> Iterator[Finding]:
    """Yield the fields on which the file contradicts itself, and whose word was taken."""
    for conflict in subject.conflicts:
        values = "; ".join(f"{name} says {_shown(value)}" for name, value in conflict.values.items())
        yield warning(
            "conflict",
            f"{conflict.name}: {values}; taken from {conflict.taken}",
            "embedding writes the same into all of them; to keep another value, type it",
        )


def _shown(value: object, longest: int = 60) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
    return repr(text if len(text) <= longest else f"{text[:longest]}…")


def note(text: str) -> Finding:
    """Return what the writing of a file had to tell."""
    return Finding(rule="note", name="note", severity=Severity.INFO, message=text)


def twins_among(files: Iterable[tuple[Path, Record]]) -> dict[Path, list[Finding]]:
    """Return a warning for each file that would reach an agency with the words of another one."""
    groups: dict[bytes, list[Path]] = {}
    for path, record in files:
        if record.title and record.keywords:
            words = "\n".join((record.title, *record.keywords)).lower()
            groups.setdefault(hashlib.sha256(words.encode()).digest(), []).append(path)
    found: dict[Path, list[Finding]] = {}
    for paths in groups.values():
        if len(paths) > 1:
            twin = _twin(list(told_apart(paths[:_NAMED]).values()), len(paths))
            found.update((path, [twin]) for path in paths)
    return found


def _twin(names: Sequence[str], count: int) -> Finding:
    """Return the same finding for all files of a group, so that it is said once; `names` are those of the first."""
    shown = ", ".join(names) + (f" and {count - len(names)} more" if count > len(names) else "")
    return warning(
        "same-words",
        f"the same title and keywords ({shown}): agencies take such files for repeats",
        "say what is different in this one: --title, --add",
    )
