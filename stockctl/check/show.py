"""Show a check: the file with its findings under it, the verdict table, JSON and CSV."""

from __future__ import annotations

import csv
import textwrap
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockctl.report.finding import BLOCKED, READY, WARNING, Finding, Severity
from stockctl.report.table import safe_cell
from stockctl.report.terminal import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import Console

    from stockctl.check.pipeline import Judged, Report
    from stockctl.check.rules.registry import Rule
    from stockctl.errors import FileProblem
    from stockctl.files.output import Output

STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
SIGNS = {READY: ("ok", "green"), WARNING: ("!", "yellow"), BLOCKED: ("x", "red")}
NAME_WIDTH = 34
# What fits a terminal of the usual width.
_WRAPPED = 80


def to_json(report: Report) -> dict[str, Any]:
    """Return the document that `check --json` prints."""
    return {
        "command": "check",
        "assets": [_asset(judged) for judged in report.assets],
        "similar": [
            {
                "paths": [str(path) for path in pair.paths],
                "relation": pair.relation,
                "distance": pair.distance,
                "submitted": list(pair.submitted),
            }
            for pair in report.similar
        ],
        "skipped": dict(sorted(report.skipped.items())),
        "errors": problems_to_json(report.errors),
    }


def problems_to_json(problems: Iterable[FileProblem]) -> list[dict[str, str]]:
    """Return files that could not be worked on, as the documents' `errors` hold them."""
    return [{"path": problem.where, "error": problem.message, "hint": problem.hint} for problem in problems]


def _asset(judged: Judged) -> dict[str, Any]:
    asset = judged.asset
    return {
        "path": str(asset.path),
        "media_id": asset.media_id,
        "file_sha256": asset.file_sha256,
        "kind": asset.kind,
        "format": asset.format,
        "width": asset.width,
        "height": asset.height,
        "megapixels": round(asset.megapixels, 2),
        "bytes": asset.bytes,
        "measurements": dict(asset.measurements),
        "findings": [finding.to_json() for finding in judged.findings],
        "verdict": dict(judged.verdict),
    }


def rules_to_json(rules: Iterable[Rule], missing: Mapping[str, str]) -> dict[str, Any]:
    """Return the document of `check --rules --json`; `missing` tells why a rule is not there."""
    listed = [
        {
            "id": rule.id,
            "name": rule.name,
            "title": rule.title,
            "severity": rule.severity.value,
            "explanation": rule.explanation,
            "implemented": True,
        }
        for rule in rules
    ]
    listed += [
        {"id": "", "name": name, "title": name, "severity": "info", "explanation": why, "implemented": False}
        for name, why in missing.items()
    ]
    return {"command": "check", "rules": listed}


def to_terminal(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Print each file that has something to say, then all files against all agencies, then the sum."""
    out = Writer(console)
    titles = {agency.name: agency.initials for agency in report.agencies}
    for judged in report.assets:
        said = lines(judged, titles, verbose=verbose)
        if said:
            out.line((str(judged.asset.path), "bold"))
            for line in said:
                _print_line(out, line)
            out.line()
    for problem in report.errors:
        out.line((problem.where, "bold"))
        out.line((f"  {'error':8}{problem.message}", "red"))
        if problem.hint:
            out.line((f"          {problem.hint}", "dim"))
        out.line()
    if report.assets:
        _print_table(report, out, titles)
    _print_sum(report, out)
    out.flush()


# What a file without any words is told by one line.
_WORDS = frozenset({"no-title", "too-few-keywords", "text-too-short"})


# What only informs, and is said all the same: it is of this person's own files.
_ALWAYS = frozenset({"refused-before"})


@dataclass(frozen=True)
class Line:
    """What is said of one rule: each thing that it found, with the agencies' initials behind it."""

    finding: Finding
    says: tuple[str, ...]


def lines(judged: Judged, titles: Mapping[str, str], *, verbose: bool = False) -> list[Line]:
    """Say a thing once: a rule has one line for each severity and place, whoever the agencies are.

    `titles` are the agencies' initials. A file without any words gets one line
    for that; what only informs is left out unless `verbose`,
    but for what was learned from the agency's decisions.
    """
    record, findings = judged.asset.record, list(judged.findings)
    if not (record.title or record.description or record.keywords) and not verbose:
        findings = [*_wordless(judged), *(one for one in findings if one.name not in _WORDS)]
    groups: dict[tuple[Any, ...], tuple[Finding, dict[str, list[str]]]] = {}
    for finding in findings:
        if finding.severity == Severity.INFO and finding.name not in _ALWAYS and not verbose:
            continue
        _, says = groups.setdefault((finding.severity, finding.name, finding.box), (finding, {}))
        who = says.setdefault(finding.message, [])
        if finding.agency:
            who.append(titles[finding.agency])
    order = list(Severity)
    said = [
        Line(finding, tuple(f"{text} [{' '.join(who)}]" if who else text for text, who in says.items()))
        for finding, says in groups.values()
    ]
    return sorted(said, key=lambda line: order.index(line.finding.severity))


def _wordless(judged: Judged) -> list[Finding]:
    """Say that a file has no words, once for each agency that minds most."""
    missed = [one for one in judged.findings if one.name in _WORDS]
    if not missed:
        return []
    worst = min((one.severity for one in missed), key=list(Severity).index)
    why, hint = "no title, no keywords", f"stockctl keyword {judged.asset.path}"
    who = dict.fromkeys(one.agency for one in missed if one.severity == worst)
    return [Finding("TXT000", "no words yet", worst, why, hint, agency) for agency in who]


def _print_line(out: Writer, line: Line) -> None:
    finding = line.finding
    severity = (f"  {finding.severity.value:8}", STYLES[finding.severity])
    out.line(severity, f"{finding.name}: {'; '.join(line.says)}")
    if finding.box:
        x, y, width, height = finding.box
        out.line((f"          at {x},{y}, {width}×{height} pixels", "dim"))
    if finding.hint:
        out.line((f"          {finding.hint}", "dim"))


def _print_table(report: Report, out: Writer, titles: Mapping[str, str]) -> None:
    out.line((" " * NAME_WIDTH + " ".join(titles.values()), "bold"))
    for judged in report.assets:
        name = judged.asset.path.name
        if len(name) >= NAME_WIDTH:
            out.line(name)
            name = ""
        signs = [SIGNS.get(judged.verdict.get(agency, ""), ("-", "dim")) for agency in titles]
        out.line(f"{name:{NAME_WIDTH}}", *((f"{sign:3}", style) for sign, style in signs))
    out.line()
    legend = ", ".join(
        f"{short} {agency.title}" for short, agency in zip(titles.values(), report.agencies, strict=True)
    )
    for line in textwrap.wrap(f"ok ready, ! look first, x refused, - not taken; {legend}", _WRAPPED):
        out.line((line, "dim"))


def _print_sum(report: Report, out: Writer) -> None:
    ready = sum(READY in judged.verdict.values() for judged in report.assets)
    blocked = sum(set(judged.verdict.values()) == {BLOCKED} for judged in report.assets)
    parts = [f"{len(report.assets)} files checked, {report.inspected} of them new or changed"]
    if report.assets:
        parts.append(f"{ready} ready for an agency, {blocked} refused by all")
    if report.errors:
        parts.append(f"{len(report.errors)} unreadable")
    if report.similar:
        parts.append(f"{len(report.similar)} similar pairs")
    if report.skipped:
        count = sum(report.skipped.values())
        kinds = ", ".join(f"{suffix or 'no suffix'} {n}" for suffix, n in Counter(report.skipped).most_common(4))
        parts.append(f"{count} skipped ({kinds})")
    for line in textwrap.wrap("; ".join(parts) + ".", _WRAPPED):
        out.line(line)


def write_csv(report: Report, output: Output) -> None:
    """Write files × agencies as CSV: one row a file, one column an agency, and the findings in words.

    Raises:
        UsageError: the file cannot be written there.

    """
    rows: list[list[str]] = [["file", *(agency.name for agency in report.agencies), "findings"]]
    for judged in report.assets:
        words = [f"{finding.severity.value} {finding.name}" for finding in judged.findings]
        verdict = [judged.verdict.get(agency.name, "") for agency in report.agencies]
        rows.append([safe_cell(str(judged.asset.path)), *verdict, "; ".join(dict.fromkeys(words))])
    with output.text(encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
