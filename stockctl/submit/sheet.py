"""The agency's sheet: one row for each picture that arrived, exactly as the agency takes it."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
import os
import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from stockctl.errors import ChangedError
from stockctl.files.writing.attributes import flush
from stockctl.files.writing.temporary import sync_folder, take_place, temporary_for
from stockctl.words.proper.countries import name_of, two_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stockctl.agencies import Agency, Sheet
    from stockctl.catalogue.sent.ledger import Upload
    from stockctl.check.asset import Asset
    from stockctl.words.texts.forms import Texts

# A cell that begins so is run as a formula by spreadsheets.
_FORMULA = re.compile(r"^[=+\-@\t\r]")


class Row:
    """One picture as the fields of a sheet see it."""

    def __init__(self, agency: Agency, sheet: Sheet, asset: Asset, name: str, texts: Texts) -> None:
        self.agency = agency
        self.sheet = sheet
        self.asset = asset
        self.name = name
        self.texts = texts

    @property
    def categories(self) -> list[str]:
        """The chosen categories, else the suggested ones, as the agency's own ids; unknown ones are left out."""
        chosen = self.asset.choices.get(f"category.{self.agency.name}", "")
        known = {}
        for category in self.agency.categories(self.asset.kind):
            known[category.id.lower()] = known[category.name.lower()] = category.id
        wanted = [part.strip() for part in re.split(r"[,;|]", chosen) if part.strip()]
        wanted = wanted or list(suggested(self.agency, self.asset))
        if self.asset.record.generated and self.agency.limit("ai.category"):
            wanted.insert(0, self.agency.text("ai.category"))
        most = int(self.agency.number("categories.max") or 3)
        if not known:
            return wanted[:most]
        return [known[part.lower()] for part in wanted if part.lower() in known][:most]

    def category(self, number: int) -> str:
        """Return the id of the category with that number, counted from 1, or the agency's word for none."""
        return self.categories[number - 1] if len(self.categories) >= number else self.sheet.no_category

    @property
    def keywords(self) -> tuple[str, ...]:
        """The keywords; those of a generated picture begin with the agency's mark for one, where it has such a mark."""
        mark = self.agency.text("ai.keyword") if self.asset.record.generated else ""
        return (mark, *self.texts.keywords[: self._most - 1]) if mark else self.texts.keywords

    @property
    def _most(self) -> int:
        return int(self.agency.number("meta.keywords_max") or len(self.texts.keywords) + 1)

    def yes_no(self, *, yes: bool) -> str:
        """Return yes or no in the agency's words."""
        return self.sheet.yes if yes else self.sheet.no

    def released(self, kind: str) -> list[str]:
        """Return the names of the releases of one kind, `model` or `property`, or of both."""
        record = self.asset.record
        listed = {"model": list(record.model_release_ids), "property": list(record.property_release_ids)}
        for release in self.asset.facts.get("releases", ()):
            if isinstance(release, dict):
                listed.setdefault(str(release.get("kind", "")), []).append(str(release.get("name", "")))
        names = listed["model"] + listed["property"] if kind == "any" else listed.get(kind, [])
        return [name for name in dict.fromkeys(names) if name]


def _created(row: Row) -> str:
    taken = row.asset.capture.taken
    text = row.asset.record.date_created
    moment = taken or (datetime.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", text) else None)
    if moment is None:
        return ""
    return moment.strftime(row.sheet.date_format or "%Y-%m-%d").strip()


def _model_release(row: Row) -> str:
    """Return yes or no in the agency's words, or its word for neither where the file says that none is needed."""
    if row.released("model") or row.asset.record.model_release in {"MR-UMR", "MR-LMR"}:
        return row.sheet.yes
    return row.sheet.no if row.asset.record.model_release == "MR-NON" else row.sheet.not_applicable


def _country(row: Row) -> tuple[str, str]:
    """Return the country's name and its two letters, the one from the other where the file has one of them."""
    record = row.asset.record
    places = [each for each in (record.location_created, *record.locations_shown) if each is not None]
    said = ((record.country, record.country_code), *((each.country, each.country_code) for each in places))
    name, code = next((pair for pair in said if any(pair)), ("", ""))
    return name or name_of(code), two_letters(code, name)


def _licence(row: Row) -> str:
    chosen = row.asset.choices.get("licence", "")
    if row.asset.chosen("editorial") and not chosen:
        editorial = [one for one in row.agency.words("price.licences") if "editorial" in one.lower() or one == "RF-E"]
        return editorial[0] if editorial else ""
    return chosen


# Field of `agencies.fields` → the cell. A test holds that both name the same fields.
FILLERS: dict[str, Callable[[Row], str]] = {
    "": lambda _: "",
    "upload_name": lambda row: row.name,
    "upload_stem": lambda row: PurePath(row.name).stem,
    "title": lambda row: row.texts.title,
    "description": lambda row: row.texts.description,
    "keywords": lambda row: row.sheet.keyword_separator.join(row.keywords),
    "super_keywords": lambda row: row.sheet.keyword_separator.join(
        row.texts.keywords[: int(row.agency.number("meta.super_keywords_max") or 0)]
    ),
    "categories": lambda row: row.sheet.category_separator.join(row.categories),
    "category_1": lambda row: row.category(1),
    "category_2": lambda row: row.category(2),
    "category_3": lambda row: row.category(3),
    "editorial": lambda row: row.yes_no(yes=row.asset.chosen("editorial") or row.asset.record.editorial),
    "mature": lambda row: row.yes_no(yes=row.asset.chosen("mature")),
    "illustration": lambda row: row.yes_no(
        yes=row.asset.chosen("illustration") or row.asset.kind in {"illustration", "vector"}
    ),
    "licence": _licence,
    "price": lambda row: row.asset.choices.get("price", ""),
    "exclusive": lambda row: row.yes_no(yes=row.agency.name in row.asset.facts.get("exclusive", ())),
    "releases": lambda row: row.sheet.release_separator.join(row.released("any")),
    "model_releases": lambda row: row.sheet.release_separator.join(row.released("model")),
    "property_releases": lambda row: row.sheet.release_separator.join(row.released("property")),
    "has_model_release": lambda row: row.yes_no(yes=bool(row.released("model"))),
    "model_release": _model_release,
    "image_type": lambda row: row.sheet.image_types.get(row.asset.kind, ""),
    "has_property": lambda row: row.yes_no(yes=bool(row.released("property"))),
    "created": _created,
    "country": lambda row: _country(row)[0],
    "country_code": lambda row: _country(row)[1],
    "location": lambda row: ", ".join(
        part for part in (row.asset.record.city, row.asset.record.state, row.asset.record.country) if part
    ),
    "creator": lambda row: ", ".join(row.asset.record.creators),
    "copyright": lambda row: row.asset.record.copyright,
    "ai_prompt": lambda row: row.asset.record.ai_prompt,
    "ai_model": lambda row: row.asset.record.ai_system,
}


def suggested(agency: Agency, asset: Asset) -> tuple[str, ...]:
    """Return the categories that a model suggests for a picture, as the agency's ids, where the person chose none."""
    if asset.choices.get(f"category.{agency.name}"):
        return ()
    found = asset.facts.get("suggested", {}).get(agency.name, ())
    return tuple(found)[: int(agency.number("categories.max") or 3)]


def sheet_of(agency: Agency, asset: Asset) -> Sheet | None:
    """Return the sheet in which a picture's row stands, or None where the agency has none for its kind."""
    return agency.sheet_for(asset.kind, ai=asset.record.generated)


def cells(agency: Agency, asset: Asset, name: str, texts: Texts) -> tuple[str, ...] | None:
    """Return a picture's row under its upload name, as cells; None where the agency has no sheet for it."""
    sheet = sheet_of(agency, asset)
    if sheet is None:
        return None
    row = Row(agency, sheet, asset, name, texts)
    return tuple(
        _one_line(filling[1:] if filling.startswith("=") else FILLERS[filling](row)) for _, filling in sheet.columns
    )


def left_empty(agency: Agency, asset: Asset, row: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that the agency asks for and that are empty: to be filled in on its page."""
    sheet = sheet_of(agency, asset)
    if sheet is None:
        return ()
    required = {name.lower() for name in agency.words("sheet.required")}
    needed = required | ({"category", "categories", "category 1"} if agency.flag("categories.required") else set())
    none = {"", sheet.no_category}
    return tuple(name for name, cell in zip(sheet.header, row, strict=True) if cell in none and name.lower() in needed)


def _one_line(text: str) -> str:
    """Return a cell on one line, and never as a formula.

    A space in front is trimmed by the agencies, and keeps spreadsheets from
    running the cell; a quotation mark would end up in the title.
    """
    flat = re.sub(r"\s*[\r\n]+\s*", " ", text).strip(" \n\r")
    return f" {flat.strip()}" if _FORMULA.match(flat) else flat


@dataclass(frozen=True)
class Page:
    """One file of a sheet: its bytes, whose rows stand in it, and the batch's folder where the agency takes batches."""

    data: bytes
    media_ids: tuple[str, ...]
    folder: str = ""


def pages(agency: Agency, owed: Sequence[Upload]) -> list[Page]:
    """Return the files for these pictures' rows: one, or several where columns differ or a limit is passed."""
    found: list[Page] = []
    batches = agency.limit("transport.batch_files") is not None
    groups: dict[tuple[str, ...], tuple[Sheet, list[tuple[str, list[str]]]]] = {}
    for upload in owed:
        entry = json.loads(upload.cells or "{}")
        form = agency.sheet_for(entry["kind"], ai=entry["ai"])
        if form is not None:
            # An agency that takes batches wants a sheet for each.
            key = (upload.folder if batches else "", *entry["header"])
            groups.setdefault(key, (form, []))[1].append((upload.media_id, entry["cells"]))
    for (folder, *header), (form, rows) in groups.items():
        found += [replace(page, folder=folder.strip("/")) for page in _split(header, form, rows)]
    return found


def _split(header: Sequence[str], form: Sheet, rows: Sequence[tuple[str, Sequence[str]]]) -> Iterator[Page]:
    """Yield as few files as the agency's limits of rows and bytes allow."""
    head = (b"\xef\xbb\xbf" if form.bom else b"") + _line(header, form)
    body = bytearray(head)
    names: list[str] = []
    for media_id, row in rows:
        line = _line(row, form)
        full = form.max_rows is not None and len(names) >= form.max_rows
        if names and (full or (form.max_bytes is not None and len(body) + len(line) > form.max_bytes)):
            yield Page(bytes(body), tuple(names))
            body, names = bytearray(head), []
        body += line
        names.append(media_id)
    if names:
        yield Page(bytes(body), tuple(names))


def _line(row: Sequence[str], sheet: Sheet) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(
        buffer,
        delimiter=sheet.delimiter,
        quoting=csv.QUOTE_ALL if sheet.quote_all else csv.QUOTE_MINIMAL,
        lineterminator=sheet.line_end,
    )
    writer.writerow(row)
    # What an encoding cannot hold is shown as a question mark; all agencies known take UTF-8.
    return buffer.getvalue().encode(sheet.encoding, "replace")


def keep(asset: Asset, sheet: Sheet, row: Sequence[str]) -> str:
    """Return what the ledger keeps of a row until its picture has arrived, whatever happens in between."""
    papers = [
        [str(release["file"]), str(release["kind"])]
        for release in asset.facts.get("releases", ())
        if not release.get("expired")
    ]
    entry = {"kind": asset.kind, "ai": asset.record.generated, "header": list(sheet.header), "cells": list(row)}
    return json.dumps(entry | ({"papers": papers} if papers else {}), ensure_ascii=False)


def kept(cells: str | None) -> dict[str, str]:
    """Return a row that the ledger keeps, as column → cell; empty where it keeps none."""
    entry = json.loads(cells or "{}")
    return dict(zip(entry.get("header", ()), entry.get("cells", ()), strict=True))


def papers(cells: str | None) -> list[tuple[Path, str]]:
    """Return the files of a picture's releases, with their kind, that the ledger keeps with its row."""
    return [(Path(file), kind) for file, kind in json.loads(cells or "{}").get("papers", ())]


def write(folder: Path, stem: str, page: Page, intend: Callable[[Path], None]) -> Path:
    """Write a page as `STEM-N.csv`, under the first number that is free, and return where.

    `intend` is told the name before the file appears under it, so that a run
    that dies in between leaves word of it. The file appears whole or not at
    all, and none that is there is replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    partial = temporary_for(folder / stem)
    try:
        with partial.open("xb") as file:
            file.write(page.data)
            file.flush()
            flush(file.fileno())
        for number in itertools.count(1):
            path = folder / f"{stem}-{number}.csv"
            if os.path.lexists(path):
                continue
            intend(path)
            # It never takes the place of a file that another run has just written.
            with contextlib.suppress(ChangedError):
                take_place(partial, path, None)
                sync_folder(folder)
                return path
        raise AssertionError  # the numbers have no end
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()
