"""A check as JSON and as CSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from stockctl.check.showing.lines import Gathering, groups
from stockctl.report.table import safe_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from stockctl.check.rules.registry import Rule
    from stockctl.check.run.judged import Judged, Report
    from stockctl.check.showing.lines import Group
    from stockctl.errors import FileProblem
    from stockctl.files.output import Output


def to_json(report: Report) -> dict[str, Any]:
    """Return the document that `check --json` prints."""
    head, assets, rest = in_parts(report)
    return {**head, "assets": list(assets), **rest()}


def in_parts(report: Report) -> tuple[dict[str, Any], Iterator[dict[str, Any]], Callable[[], dict[str, Any]]]:
    """Return that document in parts: what stands before its `assets`, each of them, and what stands behind them."""
    gathering = Gathering(report)

    def assets() -> Iterator[dict[str, Any]]:
        for judged in report.assets:
            gathering.add(judged)
            yield asset_to_json(judged)

    return {"command": "check"}, assets(), lambda: _rest(report, gathering.groups())


def rest_to_json(report: Report) -> dict[str, Any]:
    """Return the last line of `check --jsonl`: all but the files."""
    return {"command": "check", **_rest(report, groups(report))}


def _rest(report: Report, said: Iterable[Group]) -> dict[str, Any]:
    return {
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
        "statistics": [
            {"rule": group.name, "severity": group.severity.value, "files": len(group.members)} for group in said
        ],
        "errors": problems_to_json(report.errors),
    }


def problems_to_json(problems: Iterable[FileProblem]) -> list[dict[str, str]]:
    """Return files that could not be worked on, as the documents' `errors` hold them."""
    return [{"path": problem.where, "error": problem.message, "hint": problem.hint} for problem in problems]


def asset_to_json(judged: Judged) -> dict[str, Any]:
    """Return one file as the documents hold it."""
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
        "picture": judged.picture,
        "words": judged.words,
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
            "package": rule.package or None,
        }
        for rule in rules
    ]
    listed += [
        {
            "id": "",
            "name": name,
            "title": name,
            "severity": "info",
            "explanation": why,
            "implemented": False,
            "package": None,
        }
        for name, why in missing.items()
    ]
    return {"command": "check", "rules": listed}


def write_csv(report: Report, output: Output) -> None:
    """Write files × agencies as CSV: one row a file, one column an agency, and the findings in words.

    Raises:
        UsageError: the file cannot be written there.

    """
    with output.text(encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", *(agency.name for agency in report.agencies), "findings"])
        for judged in report.assets:
            words = [f"{finding.severity.value} {finding.name}" for finding in judged.findings]
            verdict = [judged.verdict.get(agency.name, "") for agency in report.agencies]
            rows.writerow([safe_cell(str(judged.asset.path)), *verdict, "; ".join(dict.fromkeys(words))])
