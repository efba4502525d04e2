"""What pages show: templates filled, and rows, findings and reports as JSON."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.desk.pictures.thumbnails import PICTURED

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from stockctl.check.run.judged import Judged
    from stockctl.config import Settings
    from stockctl.desk.shelf.rows import Row
    from stockctl.desk.shelf.shelf import Shelf

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def render(template: str, **values: Any) -> str:  # noqa: ANN401 - what the template names
    """Return a page; every value is escaped."""
    return _environment().get_template(template).render(**values)


def file_json(row: Row, judged: Judged | None, shelf: Shelf) -> dict[str, Any]:
    """Return one file with its findings and the frames that are near it."""
    titles = {name: title for name, title, _ in shelf.agencies}
    return {
        "id": row.id,
        "name": row.path.name,
        "folder": str(row.path.parent),
        "kind": row.kind,
        "format": row.format,
        "width": row.width,
        "height": row.height,
        "pictured": row.kind in PICTURED,
        "verdict": [{"agency": titles.get(name, name), "is": word} for name, word in judged.verdict.items()]
        if judged
        else [],
        "findings": _findings(judged.findings, titles) if judged else [],
        "similar": [
            {
                "id": other.id,
                "name": other.path.name,
                "relation": relation,
                "distance": distance,
                "changed": str(other.changed),
                "width": other.width,
                "height": other.height,
            }
            for other, relation, distance in shelf.near(row)
        ],
    }


def _findings(findings: Any, titles: dict[str, str]) -> list[dict[str, Any]]:  # noqa: ANN401 - a sequence of Finding
    """Return findings for people: the same sentence of several agencies once, with all their names."""
    joined: dict[tuple[str, str], dict[str, Any]] = {}
    for one in findings:
        known = joined.setdefault(
            (one.name, one.message),
            {
                "rule": one.name, "severity": one.severity.value, "message": one.message, "hint": one.hint,
                "box": list(one.box) if one.box else None, "agencies": [],
            },
        )  # fmt: skip
        if one.agency:
            known["agencies"].append(titles.get(one.agency, one.agency))
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(joined.values(), key=lambda one: order[one["severity"]])


def earnings(catalogue: Path, year: int | None, shelf: Shelf) -> dict[str, Any]:
    """Return what the page of a year's earnings shows: the parts of `stockctl earnings --report`.

    A file of the desk shows its small picture, and leads to its page.
    """
    from stockctl.catalogue import open_catalogue
    from stockctl.earnings import run
    from stockctl.earnings.showing.page import parts

    today = date.today()  # noqa: DTZ011 - the person's own day
    shown = year or today.year
    wanted = run.Wanted(year=shown, audit=True, whole=True, folder=shelf.settings.folder)
    with open_catalogue(catalogue) as opened:
        report = run.run(opened, (), wanted, today)
        years = sorted({int(row[0]) for row in opened.rows("SELECT DISTINCT year FROM asset_totals")} | {shown})
    ids = {row.media_id: row.id for row in shelf.rows() if row.media_id}
    title, facts, sections = parts(
        report,
        picture=lambda face: f"/thumb/{ids[face.media_id]}" if face.media_id in ids and face.kind in PICTURED else "",
        own=lambda face: f"/file/{ids[face.media_id]}" if face.media_id in ids else "",
    )
    return {"title": title, "facts": facts, "sections": sections, "years": years, "year": shown}


def imported(catalogue: Path, path: Path, today: date, folder: Path) -> dict[str, Any]:
    """Import a statement and return what came of it; `folder` is that of the settings."""
    from stockctl.catalogue import open_catalogue
    from stockctl.earnings import run
    from stockctl.earnings.showing import document

    with open_catalogue(catalogue) as opened:
        report = run.run(opened, (path,), run.Wanted(year=today.year, folder=folder), today)
    told = document.document(report)
    errors = [{"error": str(one.get("error", "")), "hint": str(one.get("hint", ""))} for one in told["errors"]]
    return {"imported": [{**one, "file": path.name} for one in told["imported"]], "errors": errors}


def plan(catalogue: Path, settings: Settings) -> dict[str, Markup | str]:
    """Return what is ahead, as `stockctl plan` works it out."""
    from stockctl.catalogue import open_catalogue
    from stockctl.plan import run, show

    with open_catalogue(catalogue) as opened:
        made = run.run(opened, settings, months=9, countries=(), agencies=(), trends=None)
    section = show.to_section(made)
    return {"heading": section.heading, "body": section.body, "note": section.note}
