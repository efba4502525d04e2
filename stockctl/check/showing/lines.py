"""What a check says, each thing once: of one file by rule, and of many files together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockctl.check.rules.registry import rules
from stockctl.report.command import command, path_word
from stockctl.report.finding import MISSING, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from stockctl.check.run.pipeline import Judged, Report

# What a file without any words is told by one line.
_WORDS = frozenset({"no-title", "too-few-keywords", "text-too-short"})
WORDLESS = "no-words"

# What only informs, and is said all the same: it is of this person's own files.
_ALWAYS = frozenset({"refused-before"})

_ORDER = list(Severity)


@dataclass(frozen=True)
class Line:
    """What is said of one rule: each thing that it found, with the agencies' initials behind it."""

    finding: Finding
    says: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """What is said of several files at once: the rule, its worst severity, files, agencies, and what mends it."""

    name: str
    severity: Severity
    says: str
    agencies: tuple[str, ...]
    hint: str
    members: tuple[Path, ...]


def lines(judged: Judged, titles: Mapping[str, str], *, verbose: bool = False) -> list[Line]:
    """Say a thing once: a rule has one line for each severity and place, whoever the agencies are.

    `titles` are the agencies' initials. A file without any words gets one line
    for that; what only informs is left out unless `verbose`,
    but for what was learned from the agency's decisions.
    """
    findings = list(judged.findings) if verbose else list(_said(judged))
    grouped: dict[tuple[Any, ...], tuple[Finding, dict[str, list[str]]]] = {}
    for finding in findings:
        _, says = grouped.setdefault((finding.severity, finding.name, finding.box), (finding, {}))
        who = says.setdefault(finding.message, [])
        if finding.agency:
            who.append(titles[finding.agency])
    said = [
        Line(finding, tuple(f"{text} [{' '.join(who)}]" if who else text for text, who in says.items()))
        for finding, says in grouped.values()
    ]
    return sorted(said, key=lambda line: _ORDER.index(line.finding.severity))


def _said(judged: Judged) -> Iterator[Finding]:
    """Yield the findings that a person is told of unasked, those of missing words as one."""
    left = list(judged.findings)
    if judged.words == MISSING:
        missed = [one for one in left if one.name in _WORDS]
        left = [one for one in left if one.name not in _WORDS]
        if missed:
            worst = min((one.severity for one in missed), key=_ORDER.index)
            why, hint = "no title, no keywords", command("keyword", path_word(judged.asset.path))
            for agency in dict.fromkeys(one.agency for one in missed if one.severity == worst):
                yield Finding("TXT000", WORDLESS, worst, why, hint, agency)
    yield from (one for one in left if one.severity != Severity.INFO or one.name in _ALWAYS)


def groups(report: Report) -> list[Group]:
    """Return what is said of the report's files, a group for each rule: the gravest first, then the most frequent."""
    titles = {agency.name: agency.title for agency in report.agencies}
    found: dict[str, list[tuple[Path, Finding]]] = {}
    for judged in report.assets:
        for finding in _said(judged):
            found.setdefault(finding.name, []).append((judged.asset.path, finding))
    result = [_group(name, entries, titles, report.paths) for name, entries in found.items()]
    return sorted(result, key=lambda group: (_ORDER.index(group.severity), -len(group.members), group.name))


def _group(
    name: str, entries: Sequence[tuple[Path, Finding]], titles: Mapping[str, str], paths: Sequence[Path]
) -> Group:
    members = tuple(dict.fromkeys(path for path, _ in entries))
    worst = min((finding.severity for _, finding in entries), key=_ORDER.index)
    who = dict.fromkeys(finding.agency for _, finding in entries if finding.agency)
    hints = {finding.hint for _, finding in entries}
    messages = {finding.message for _, finding in entries}
    rule = rules().get(name)
    says = _begun(messages.pop() if len(messages) == 1 or rule is None else rule.title)
    # What mends one file only is said with that file.
    hint = hints.pop() if len(hints) == 1 else ""
    if name == WORDLESS:
        says = "no words yet"
        asked = members if len(members) <= len(paths) or not paths else tuple(paths)
        hint = command("keyword", *map(path_word, asked))
    return Group(name, worst, says, tuple(titles[agency] for agency in who), hint, members)


def _begun(title: str) -> str:
    """Return a title as it stands inside of a sentence."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] == " " else title
