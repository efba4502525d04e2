"""The report of `keyword` as terminal text and as the JSON document of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockctl.report.line import told_apart
from stockctl.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.console import Console

    from stockctl.keyword.ranking import Keyword
    from stockctl.keyword.report import Keyworded, Report
    from stockctl.report.finding import Finding
    from stockctl.words.texts.forms import Texts


def to_json(report: Report) -> dict[str, Any]:
    """Return the document that `--json` prints."""
    head, assets, rest = in_parts(report)
    return {**head, "assets": list(assets), **rest}


def in_parts(report: Report) -> tuple[dict[str, Any], Iterable[dict[str, Any]], dict[str, Any]]:
    """Return that document in parts: what stands before its `assets`, each of them, and what stands behind them."""
    head = {"command": "keyword", "dry_run": report.dry_run, "batch": report.batch}
    rest = {
        "vision": None
        if report.vision is None
        else {
            "name": report.vision.name,
            "model": report.vision.model,
            "asked": report.vision.asked,
            "cached": report.vision.cached,
            "failed": report.vision.failed,
            "tokens_in": report.vision.tokens_in,
            "tokens_out": report.vision.tokens_out,
            "cost": report.vision.cost or None,
        },
        "wanted": None
        if report.asked is None
        else {"want": report.asked.want, "least": report.asked.least, "agency": report.asked.agency or None},
        "advice": [
            {"message": one.message, "hints": list(one.hints), "paths": [str(path) for path in one.paths]}
            for one in report.advice
        ],
        "sheet": str(report.sheet) if report.sheet else None,
        "unmatched": list(report.unmatched),
        "messages": [text for text, _ in report.messages],
        "errors": [{"path": path, "error": error} for path, error in report.errors],
    }
    return head, map(asset_to_json, report.assets), rest


def rest_to_json(report: Report) -> dict[str, Any]:
    """Return what `--jsonl` prints behind the files: the document without them."""
    head, _, rest = in_parts(report)
    return {**head, **rest}


def asset_to_json(asset: Keyworded) -> dict[str, Any]:
    """Return what became of one file, as `--json` lists it."""
    return {
        "path": str(asset.path),
        "media_id": asset.media_id,
        "changed": asset.changed,
        "where": asset.where or None,
        "title": asset.title,
        "title_ground": asset.title_ground if asset.title else None,
        "description": asset.description,
        "description_ground": asset.description_ground if asset.description else None,
        "before": None
        if asset.before is None
        else {
            "title": asset.before.title,
            "description": asset.before.description,
            "keywords": list(asset.before.keywords),
        },
        "keywords": [_keyword(word) for word in asset.keywords],
        "offered": [_keyword(word) for word in asset.offered],
        "rejected": [{"word": rejected.word, "why": rejected.why} for rejected in asset.rejected],
        "findings": [finding.to_json() for finding in asset.findings],
        "agencies": {
            name: {
                "title": form.title,
                "description": form.description,
                "keywords": list(form.keywords),
                "problems": [str(problem) for problem in form.problems],
            }
            for name, form in asset.forms.items()
        },
    }


def _keyword(word: Keyword) -> dict[str, Any]:
    return {
        "word": word.word,
        "source": word.source.value,
        "ground": word.ground.value,
        "score": round(word.score, 4),
        "reason": word.reason,
    }


def to_terminal(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Print each file with its words, what is to be said of several files once, and a line of totals."""
    shared = _shared(report)
    for asset in report.assets:
        own = [finding for finding in asset.findings if verbose or (finding.message, finding.hint) not in shared]
        if not (verbose or asset.changed or own or asset.title or asset.keywords or asset.forms):
            continue
        _one(asset, own, console, dry_run=report.dry_run, verbose=verbose)
    once: list[tuple[str, Sequence[str], Sequence[Path]]] = []
    if not verbose:
        once += [(f"{len(paths)} files: {said}", (hint,), paths) for (said, hint), paths in shared.items()]
    once += [(advice.message, advice.hints, advice.paths) for advice in report.advice]
    for message, hints, paths in once:
        named = _named(paths)
        # What compares files with each other names them already.
        console.print(message if named in message else f"{message}: {named}", style="yellow")
        for hint in filter(None, hints):
            console.print(f"  hint: {hint}", style="dim")
    _totals(report, console)


def _totals(report: Report, console: Console) -> None:
    """Print what failed, what was asked of a model, and the counts."""
    for path, error in report.errors:
        console.print(f"{visible(str(path))}\n  error: {visible(str(error))}", style="red")
    for row in report.unmatched:
        console.print(f"row of the sheet without a file: {row}", style="red")
    if report.vision is not None:
        used = report.vision
        cost = f", {used.cost}" if used.cost else ""
        console.print(
            f"{used.name} ({used.model}): {used.asked} asked, {used.cached} known, {used.failed} failed, "
            f"{used.tokens_in} + {used.tokens_out} tokens{cost}"
        )
    changed = sum(asset.changed for asset in report.assets)
    verb = "would change" if report.dry_run else "changed"
    total = f"{len(report.assets)} {'file' if len(report.assets) == 1 else 'files'}, {changed} {verb}"
    if report.errors:
        total += f", {len(report.errors)} could not be worked on"
    console.print(total)
    if report.batch is not None:
        console.print(f"batch {report.batch}: take it back with `stockctl undo {report.batch}`")


# So many of the files that something is said of are named.
_MOST_NAMED = 3


def _shared(report: Report) -> dict[tuple[str, str], list[Path]]:
    """Return what is said of several files, message and hint, with the files."""
    found: dict[tuple[str, str], list[Path]] = {}
    for asset in report.assets:
        for finding in dict.fromkeys((finding.message, finding.hint) for finding in asset.findings):
            found.setdefault(finding, []).append(asset.path)
    return {said: paths for said, paths in found.items() if len(paths) > 1}


def _named(paths: Sequence[Path]) -> str:
    """Return the first files by name, and how many more there are."""
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return ", ".join(map(visible, told_apart(paths[:_MOST_NAMED]).values())) + more


def _one(asset: Keyworded, own: Sequence[Finding], console: Console, *, dry_run: bool, verbose: bool) -> None:
    state = ("would change" if dry_run else "changed") if asset.changed else "unchanged"
    console.print(f"{visible(str(asset.path))}  ({state})", style="bold")
    for label, text in (
        ("title", asset.title),
        ("description", asset.description),
        ("keywords", ", ".join(word.word for word in asset.keywords)),
        ("on offer", ", ".join(word.word for word in asset.offered)),
    ):
        if text:
            console.print(f"  {label}: {text}", style="dim" if label == "on offer" else None)
        if dry_run:
            _was(label, text, asset, console)
    if verbose:
        shown = [(word, _ground(word)) for word in asset.keywords]
        shown += [(word, f"on offer, {word.ground}") for word in asset.offered]
        for word, ground in shown:
            console.print(f"    {ground:<18} {word.word}{f'  {word.reason}' if word.reason else ''}", style="dim")
        for rejected in asset.rejected:
            console.print(f"    turned down: {rejected.word} ({rejected.why})", style="dim")
    for name, form in asset.forms.items():
        _form(name, form, asset, console)
    for finding in own:
        console.print(f"  {finding.severity}: {finding.message}", style="yellow")
        if finding.hint:
            console.print(f"    hint: {finding.hint}", style="dim")


def _ground(word: Keyword) -> str:
    """Return a word's ground, a person's own words told from suggestions that nobody looked at."""
    return word.ground.value if not word.suggested else f"suggested, {word.ground.value}"


def _was(label: str, text: str, asset: Keyworded, console: Console) -> None:
    """Print what a preview would change of what stands in the file already; nothing where it stays, or nothing was."""
    before = asset.before
    if before is None or label == "on offer":
        return
    if label == "keywords":
        now = {word.word for word in asset.keywords}
        gone = [word for word in before.keywords if word not in now]
        if gone:
            console.print(f"    no longer: {', '.join(gone)}", style="yellow")
        return
    was = before.title if label == "title" else before.description
    if was and was != text:
        console.print(f"    was: {was}", style="yellow")


def _form(name: str, form: Texts, asset: Keyworded, console: Console) -> None:
    console.print(f"  {name}:")
    for label, text, master in (
        ("title", form.title, asset.title),
        ("description", form.description, asset.description),
    ):
        if text:
            cut = f", shortened from {len(master)}" if len(text) + 1 < len(master) else ""
            console.print(f"    {label} ({len(text)}{cut}): {text}")
    console.print(f"    keywords ({len(form.keywords)}): {', '.join(form.keywords)}")
    for problem in form.problems:
        console.print(f"    {problem}", style="yellow")
