"""A check on the terminal: a summary first, then what is a file's alone, and the verdicts that differ."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from stockctl.check.showing.lines import WORDLESS, Group, Line, groups, lines
from stockctl.report.finding import BLOCKED, MISSING, READY, WARNING, Severity
from stockctl.report.line import columns, padded, shortened, told_apart, width, wrapped
from stockctl.report.terminal import Writer
from stockctl.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rich.console import Console

    from stockctl.check.run.judged import Report

STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
SIGNS = {READY: ("ok", "green"), WARNING: ("!", "yellow"), BLOCKED: ("x", "red"), MISSING: ("none", "yellow")}
# What follows a severity is set in from here.
_INDENT = 10
# So many files are named where more have the same; so many equal rows of the table are shown one by one.
NAMED, ROWS = 3, 3
# The two columns before the agencies', and one of these.
_PICTURE, _WORDS, _VERDICT = 8, 6, 3
_NAME_AT_LEAST = 16


def to_terminal(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Print a summary, then each file with what is said of it alone, then the verdicts that differ.

    `verbose`: all that was found of each file, and every row of the table.
    """
    out = Writer(console)
    names = {path: visible(name) for path, name in told_apart(one.path for one in report.sums).items()}
    said = groups(report)
    shared = [] if verbose else [group for group in said if len(group.members) > 1]
    _print_sum(report, out)
    for group in shared:
        _print_group(group, names, out)
    if report.assets:
        out.line()
    titles = {agency.name: agency.initials for agency in report.agencies}
    told = {group.name for group in shared}
    for judged in report.assets:
        own = [line for line in lines(judged, titles, verbose=verbose) if line.finding.name not in told]
        if own:
            out.line((visible(str(judged.asset.path)), "bold"))
            for line in own:
                _print_line(out, line)
            out.line()
    _print_problems(report, out)
    if report.assets:
        _print_table(report, out, titles, names, verbose=verbose)
    out.flush()


def quiet(report: Report, console: Console) -> None:
    """Print what was found and nothing else: a line for each rule and file."""
    out = Writer(console)
    titles = {agency.name: agency.initials for agency in report.agencies}
    for judged in report.assets:
        for line in lines(judged, titles):
            finding = line.finding
            out.line(
                f"{visible(str(judged.asset.path))}: ",
                (finding.severity.value, STYLES[finding.severity]),
                f" {finding.name}: {visible('; '.join(line.says))}",
            )
    for problem in report.errors:
        out.line(f"{visible(problem.where)}: ", ("error", "red"), f" {visible(problem.message)}")
    out.flush()


def statistics(report: Report, console: Console) -> None:
    """Print counts alone: files by rule, the gravest first, and the sum."""
    out = Writer(console)
    for group in groups(report):
        severity = (f"{group.severity.value:8}", STYLES[group.severity])
        out.line(f"{len(group.members):6}  ", severity, f"  {group.name}")
    _print_sum(report, out)
    out.flush()


def _print_problems(report: Report, out: Writer) -> None:
    for problem in report.errors:
        out.line((visible(problem.where), "bold"))
        out.line((f"  {'error':8}{visible(problem.message)}", "red"))
        if problem.hint:
            _indented(out, problem.hint)
        out.line()


def _print_group(group: Group, names: Mapping[Path, str], out: Writer) -> None:
    count = len(group.members)
    severity = (f"  {group.severity.value:8}", STYLES[group.severity])
    if group.name == WORDLESS:
        out.line(severity, f"{count} files have no words → {visible(group.hint)}")
        return
    who = f" for {_listed(group.agencies)}" if group.agencies else ""
    some = [names[path] for path in group.members[:NAMED]]
    more = f" and {count - NAMED} more" if count > NAMED else ""
    text = f"{count} files: {visible(group.says)}{who} ({group.name}): {', '.join(some)}{more}"
    first, *rest = wrapped(text, columns() - _INDENT)
    out.line(severity, first)
    for line in rest:
        out.line(" " * _INDENT + line)
    if group.hint:
        _indented(out, group.hint)


def _listed(agencies: Sequence[str]) -> str:
    if len(agencies) > NAMED:
        return f"{', '.join(agencies[:NAMED])} and {len(agencies) - NAMED} more"
    return ", ".join(agencies)


def _indented(out: Writer, text: str) -> None:
    # A command is pasted: it stays in one line.
    parts = [text] if "stockctl " in text else wrapped(text, columns() - _INDENT)
    for part in parts:
        out.line((" " * _INDENT + visible(part), "dim"))


def _print_line(out: Writer, line: Line) -> None:
    finding = line.finding
    severity = (f"  {finding.severity.value:8}", STYLES[finding.severity])
    first, *rest = wrapped(visible(f"{finding.name}: {'; '.join(line.says)}"), columns() - _INDENT)
    out.line(severity, first)
    for part in rest:
        out.line(" " * _INDENT + part)
    if finding.box:
        x, y, across, down = finding.box
        out.line((f"{' ' * _INDENT}at {x},{y}, {across}×{down} pixels", "dim"))
    if finding.hint:
        _indented(out, finding.hint)


def _print_table(
    report: Report, out: Writer, titles: Mapping[str, str], names: Mapping[Path, str], *, verbose: bool
) -> None:
    """Print the verdicts: every file's where few are alike, else one row for all that are."""
    rows: dict[tuple[str, ...], list[Path]] = {}
    for judged in report.sums:
        row = (judged.picture, judged.words, *(judged.verdict.get(agency, "") for agency in titles))
        rows.setdefault(row, []).append(judged.path)
    alike = {} if verbose else {row: several for row, several in rows.items() if len(several) > ROWS}
    longest = max((width(name) for name in names.values()), default=0)
    shorts = list(titles.values())
    cells, parts = _parted(len(shorts), longest)
    for start, end in parts:
        # Of a table in parts, only the first tells what all agencies have in common.
        first = 2 if start else 0
        if start:
            out.line()
        common = "" if start else f"{'picture':{_PICTURE}}{'words':{_WORDS}}"
        out.line((f"{' ' * cells}{common}{' '.join(shorts[start:end])}", "bold"))
        for row, several in alike.items():
            _print_row(out, row[:2][first:], row[2:][start:end], f"{len(several)} files", cells)
        for row, several in rows.items():
            for path in several if row not in alike else ():
                _print_row(out, row[:2][first:], row[2:][start:end], shortened(names[path], cells - 1), cells)
    out.line()
    legend = ", ".join(
        f"{short} {agency.title}" for short, agency in zip(titles.values(), report.agencies, strict=True)
    )
    for line in wrapped(
        f"ok ready, ! look first, x refused, - not taken, none: no title and no keywords; {legend}", columns()
    ):
        out.line((line, "dim"))


def _parted(agencies: int, longest: int) -> tuple[int, list[tuple[int, int]]]:
    """Return how wide the names' column is, and from which agency to which each part of the table goes.

    One part where the terminal is wide enough for all of them; else as few as it can be, one below the other.
    """
    room = columns() - _PICTURE - _WORDS
    first = min(agencies, (room - _NAME_AT_LEAST) // _VERDICT)
    cells = max(_NAME_AT_LEAST, min(room - _VERDICT * first, longest + 2))
    each = (columns() - cells) // _VERDICT
    starts = [0, *range(first, agencies, each)]
    return cells, list(zip(starts, [*starts[1:], agencies], strict=True))


def _print_row(out: Writer, common: Sequence[str], verdicts: Sequence[str], name: str, cells: int) -> None:
    parts = [
        (f"{sign:{room}}", style)
        for each, room in (*zip(common, (_PICTURE, _WORDS), strict=False), *((one, _VERDICT) for one in verdicts))
        for sign, style in (SIGNS.get(each, ("-", "dim")),)
    ]
    out.line(padded(name, cells), *parts)


def _print_sum(report: Report, out: Writer) -> None:
    parts = [f"{_files(len(report.assets))} checked, {report.inspected} of them new or changed"]
    if report.errors:
        parts.append(f"{len(report.errors)} unreadable")
    if report.similar:
        parts.append(f"{len(report.similar)} similar pair{'s' if len(report.similar) > 1 else ''}")
    if report.skipped:
        parts.append(f"{sum(report.skipped.values())} skipped ({_skipped(report.skipped)})")
    _wrapped(out, "; ".join(parts) + ".")
    if report.assets:
        pictures, words = (
            Counter(each) for each in zip(*((one.picture, one.words) for one in report.sums), strict=True)
        )
        ready = sum(READY in one.verdict.values() for one in report.sums)
        _wrapped(
            out, f"Pictures: {_counted(pictures)}. Words: {_counted(words)}. {ready} ready for an agency as they are."
        )


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


_SAID = {READY: "ready", WARNING: "to look at", BLOCKED: "refused", MISSING: "missing"}


def _counted(outcomes: Mapping[str, int]) -> str:
    return ", ".join(f"{outcomes[outcome]} {said}" for outcome, said in _SAID.items() if outcomes.get(outcome))


def _skipped(skipped: Counter[str]) -> str:
    """Name the kinds of files that were passed over, with counts that add up."""
    most = skipped.most_common(NAMED) if len(skipped) > NAMED + 1 else skipped.most_common()
    named = [f"{visible(suffix) or 'without suffix'} {count}" for suffix, count in most]
    left = sum(skipped.values()) - sum(count for _, count in most)
    return ", ".join([*named, *([f"others {left}"] if left else [])])


def _wrapped(out: Writer, text: str) -> None:
    for line in wrapped(text, columns()):
        out.line(line)
