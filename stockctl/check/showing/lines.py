"""What a check says, each thing once: of one file by rule, and of many files together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stockctl.check.rules.registry import rules
from stockctl.report.command import command, path_word
from stockctl.report.finding import MISSING, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from stockctl.check.run.judged import Judged, Report

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


@dataclass
class _Gathered:
    """What is gathered of a rule, file by file: where they say different things, it is the first that is kept."""

    severity: Severity
    says: str
    hint: str
    several: bool = False
    hints: bool = False
    agencies: dict[str, None] = field(default_factory=dict)
    members: list[Path] = field(default_factory=list)

    def add(self, path: Path, finding: Finding) -> None:
        self.severity = min(self.severity, finding.severity, key=_ORDER.index)
        self.several |= finding.message != self.says
        self.hints |= finding.hint != self.hint
        if finding.agency:
            self.agencies[finding.agency] = None
        # What is said of a file comes together.
        if not self.members or self.members[-1] is not path:
            self.members.append(path)


def groups(report: Report) -> list[Group]:
    """Return what is said of the report's files, a group for each rule: the gravest first, then the most frequent."""
    gathering = Gathering(report)
    for judged in report.assets:
        gathering.add(judged)
    return gathering.groups()


class Gathering:
    """Gathers what is said of a report's files while somebody else goes through them."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._found: dict[str, _Gathered] = {}

    def add(self, judged: Judged) -> None:
        """Take in what is said of a file."""
        path = judged.asset.path
        for finding in _said(judged):
            if finding.name not in self._found:
                self._found[finding.name] = _Gathered(finding.severity, finding.message, finding.hint)
            self._found[finding.name].add(path, finding)

    def groups(self) -> list[Group]:
        """Return what is said of all that were taken in."""
        titles = {agency.name: agency.title for agency in self._report.agencies}
        found = [_group(name, gathered, titles, self._report.paths) for name, gathered in self._found.items()]
        return sorted(found, key=lambda group: (_ORDER.index(group.severity), -len(group.members), group.name))


def _group(name: str, found: _Gathered, titles: Mapping[str, str], paths: Sequence[Path]) -> Group:
    members = tuple(found.members)
    rule = rules().get(name)
    says = _begun(rule.title if found.several and rule is not None else found.says)
    # What mends one file only is said with that file.
    hint = "" if found.hints else found.hint
    if name == WORDLESS:
        says = "no words yet"
        asked = members if len(members) <= len(paths) or not paths else tuple(paths)
        hint = command("keyword", *map(path_word, asked))
    return Group(name, found.severity, says, tuple(titles[agency] for agency in found.agencies), hint, members)


def _begun(title: str) -> str:
    """Return a title as it stands inside of a sentence."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] == " " else title
