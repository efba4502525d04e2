"""A layout that is not known, described by the person: a small TOML file says which column is what."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from stockctl.config import line_of
from stockctl.earnings.reading.source import HEAD_ROWS
from stockctl.earnings.statements.layout import NOTHING, Layout, Provenance, SalePlan, Text, named
from stockctl.earnings.statements.shapes import is_amount, is_day
from stockctl.earnings.terms.days import FORMS
from stockctl.earnings.terms.kinds import SUFFIXES, kind_named, kind_of_file
from stockctl.earnings.terms.names import agency_named, currency_named
from stockctl.errors import SettingsError, StatementError
from stockctl.files.opening import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source

# What a column can be, and the words by which a heading tells it (English and Indonesian).
FIELDS = {
    "date": r"sale.*date|date\b|sold|tanggal|day|time|waktu",
    "amount": r"royalt|earning|net|commission|komisi|amount|income|pendapatan|revenue|jumlah|total|share",
    "asset": r"(asset|file|media|content|item|image|clip|product).*(id|number|no|ref)|^id$|^sku$",
    "file": r"file.?name|original name|nama file|^file$",
    "title": r"title|judul|description|deskripsi",
    "kind": r"(media|content|asset|file).*type|^type$|kind|jenis",
    "licence": r"licen[cs]e|lisensi|plan|subscription",
    "country": r"country|territor|region|negara|wilayah",
    "downloads": r"downloads?|sales? count|quantity|units|unduhan",
    "price": r"price|gross|license fee|harga",
    "rate": r"rate|percent|persen|%",
    "month": r"(royalty|statement).*(month|period)|bulan",
}
_NEEDED = ("date", "amount")
# Forms of a date in the order in which they are tried; where several fit as well the first is meant.
_FORMS = ("iso", "mdy", "dmy", "named", "ymd", "epoch")
_KEYS = {
    *("name", "agency", "agency_column", "currency", "currency_column", "date_form", "decimal", "header_row"),
    *("rows_are", "rate_in_percent", "columns"),
}


def read_mapping(path: Path) -> Callable[[Source], tuple[Layout, SalePlan]]:
    """Return the reader that a mapping file describes.

    Raises:
        SettingsError: the file cannot be read, or says something that means
            nothing; `where` has the line.

    """
    try:
        text = read_text(path)
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(
            f"cannot read the mapping: {why}",
            where=str(path),
            hint="make one: stockctl earnings FILE --map-template my.toml",
        ) from error

    for key, why, known in (*_column_faults(values.get("columns", {})), *_faults(values)):
        near = difflib.get_close_matches(key.partition("=")[2] or key, known, 1)
        hint = f"did you mean {near[0]}?" if near else "known: " + ", ".join(known) if known else "mend that line"
        raise SettingsError(why, where=f"{path}:{line_of(text, key.partition('=')[0])}", hint=hint)
    return lambda source: _plan(source, values, path)


# A key (or key=value), what is wrong with it, and what would be right.
_Fault = tuple[str, str, list[str]]


def _column_faults(columns: Any) -> Iterator[_Fault]:  # noqa: ANN401 - TOML's own types
    if not isinstance(columns, dict):
        yield "columns", "[columns] must be a section", []
        return
    for key, value in columns.items():
        if key not in FIELDS:
            yield key, f"unknown column {key!r}", sorted(FIELDS)
        elif not isinstance(value, str | int) or isinstance(value, bool):
            yield key, f"{key} must be a column's name, or its number counted from 1", []
    for key in _NEEDED:
        if columns.get(key, "") == "":
            yield "columns", f"the mapping does not say which column is the {key}", []


def _faults(values: dict[str, Any]) -> Iterator[_Fault]:
    for key in values.keys() - _KEYS:
        yield key, f"unknown key {key!r}", sorted(_KEYS)
    for key, allowed in (("date_form", list(FORMS)), ("decimal", [".", ","]), ("rows_are", ["sales", "days"])):
        if key in values and values[key] not in allowed:
            yield f"{key}={values[key]}", f"{key} must be one of {', '.join(allowed)}, not {values[key]!r}", allowed
    if not values.get("agency") and values.get("agency_column", "") == "":
        yield "agency", "the mapping does not name the agency", []
    if not isinstance(values.get("header_row", 1), int):
        yield "header_row", "header_row must be a whole number", []


def _plan(source: Source, values: dict[str, Any], path: Path) -> tuple[Layout, SalePlan]:
    header_row = int(values.get("header_row", 1))
    heading = source.head[header_row - 1] if header_row and header_row <= len(source.head) else []
    width = len(heading) or max(map(len, source.head), default=0)

    def column(value: str | int) -> int:
        if isinstance(value, int):
            if not 1 <= value <= width:
                raise StatementError(
                    f"{path.name} means column {value}, and there are {width}",
                    where=f"{source.path}:{max(header_row, 1)}",
                )
            return value - 1
        plain = [name.strip().casefold() for name in heading]
        if value.strip().casefold() not in plain:
            raise StatementError(
                f"{path.name} means a column {value!r}; there are: {', '.join(name.strip() for name in heading)}",
                where=f"{source.path}:{max(header_row, 1)}",
                hint="mend [columns] in the mapping: a column's name as it stands there, or its number",
            )
        return plain.index(value.strip().casefold())

    found = {name: column(value) for name, value in values["columns"].items() if value != ""}

    def text(name: str, read: Callable[[str], str] = str.strip) -> Text:
        return Text(found[name], read=read) if name in found else NOTHING

    kind = text("kind", kind_named) if "kind" in found else Text(found.get("file"), read=kind_of_file)
    agency_column, currency_column = values.get("agency_column", ""), values.get("currency_column", "")
    name = values.get("name") or path.stem
    agency = agency_named(values["agency"]) if values.get("agency") else ""
    plan = SalePlan(
        start=header_row,
        names=named(heading, width),
        day=found["date"],
        day_form=values.get("date_form", "iso"),
        amount=found["amount"],
        decimal=values.get("decimal", "."),
        agency=Text(column(agency_column), read=agency_named) if agency_column != "" else Text(constant=agency),
        default_currency=currency_named(values.get("currency", "USD")),
        currency_column=Text(column(currency_column), read=currency_named) if currency_column != "" else None,
        period=found.get("month"),
        asset=text("asset"),
        file=text("file"),
        title=text("title"),
        kind=kind,
        licence=text("licence"),
        country=text("country"),
        downloads=found.get("downloads"),
        price=found.get("price"),
        rate=found.get("rate"),
        percent=bool(values.get("rate_in_percent", False)),
        sums=values.get("rows_are") == "days",
        closing=_is_total(found["date"], values.get("date_form", "iso")),
    )
    id_ = f"map-{name}"
    return Layout(id_, agency, name, Provenance.PERSON, str(path), "", (), id_, lambda _: plan), plan


def _is_total(day: int, form: str) -> Callable[[Row], bool]:
    """Return what tells a closing row: a word for a total where the date should be."""
    total = re.compile(r"\s*((grand|monthly) )?totals?\b.*|\s*(jumlah|summe|sum)\b.*", re.IGNORECASE)
    return lambda row: not is_day(row[day], form) and any(total.fullmatch(cell) for cell in row[: day + 1])


def template(source: Source) -> str:
    """Return a mapping for a statement, filled in as far as its headings and first rows tell."""
    header_row, heading = _heading(source)
    data = [row for row in source.head[header_row:HEAD_ROWS] if any(cell.strip() for cell in row)]
    width = len(heading) or max(map(len, data), default=0)
    names = named(heading, width)
    guessed = _guess(heading, data, width)
    dots = any("." in cell for cell in _cells(data, guessed.get("date")))
    # Nobody writes the month first and points.
    form = max(_FORMS, key=lambda form: (_days(data, guessed.get("date"), form), not (dots and form == "mdy")))
    decimal = (
        ","
        if _all_amounts(data, guessed.get("amount"), ",") and not _all_amounts(data, guessed.get("amount"), ".")
        else "."
    )

    def quoted(value: str) -> str:
        escaped = re.sub(r"[\x00-\x1f\x7f]", " ", value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    lines = [
        "# Which column is what. Fill in what is missing, then: stockctl earnings FILE --map THIS_FILE",
        "# The columns, with what stands in the first row:",
    ]
    for place, name in enumerate(names):
        example = data[0][place].strip() if data and place < len(data[0]) else ""
        lines.append(f"#   {place + 1:>3}  {_one_line(name)}   {_one_line(example)[:60]}")
    lines += [
        "",
        f"name = {quoted(source.path.stem)}",
        'agency = ""              # the agency\'s name, or agency_column = "…" where a column holds it',
        'currency = "USD"         # where the amounts carry no sign; or currency_column = "…"',
        f"date_form = {quoted(form)}    # " + ", ".join(f"{name}: {example}" for name, (_, example) in FORMS.items()),
        f"decimal = {quoted(decimal)}            # the decimal sign of the amounts",
        f"header_row = {header_row}           # the row with the columns' names; 0: there is none",
        'rows_are = "sales"       # or "days": a row is the sum of a day',
        "rate_in_percent = false  # whether a rate of 15 means 15 %; else 0.15 does",
        "",
        "[columns]                # names as in the file, or numbers counted from 1; date and amount are needed",
    ]
    for name in FIELDS:
        place_ = guessed.get(name)
        value = '""' if place_ is None else quoted(heading[place_].strip()) if heading else str(place_ + 1)
        lines.append(f"{name} = {value}")
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _heading(source: Source) -> tuple[int, Row]:
    """Return the number of the heading's row and the row: the first full one in which nothing is a number."""
    for number, row in enumerate(source.head[:5], 1):
        filled = [cell for cell in row if cell.strip()]
        if (
            len(filled) > 1
            and len(filled) * 2 > len(row)
            and not any(re.search(r"\d{3}|\d[.,]\d", cell) for cell in filled)
        ):
            return number, row
    return 0, []


def _guess(heading: Row, data: list[Row], width: int) -> dict[str, int]:
    """Guess columns by their headings, date and amount by what stands in them."""
    found: dict[str, int] = {}
    for field, pattern in FIELDS.items():
        for place, name in enumerate(heading):
            if place not in found.values() and re.search(pattern, name.strip().casefold()):
                found[field] = place
                break
    for field, fits in (("date", _any_day), ("amount", _any_amount), ("file", _any_file)):
        if field not in found or not fits(data, found[field]):
            place_ = next((place for place in range(width) if place not in found.values() and fits(data, place)), None)
            if place_ is not None:
                found[field] = place_
    return found


def _any_file(data: list[Row], place: int) -> bool:
    return any(PurePath(cell.strip()).suffix.casefold() in SUFFIXES for cell in _cells(data, place))


def _cells(data: list[Row], place: int | None) -> list[str]:
    return [row[place] for row in data if place is not None and place < len(row) and row[place].strip()]


def _days(data: list[Row], place: int | None, form: str) -> int:
    return sum(is_day(cell, form) for cell in _cells(data, place))


def _any_day(data: list[Row], place: int) -> bool:
    return any(_most(_days(data, place, form), len(_cells(data, place))) for form in _FORMS)


def _most(fit: int, cells: int) -> bool:
    """Tell whether a column is what its cells are: one may be a word for the total, and a tenth something else."""
    return fit > 0 and cells - fit <= max(1, cells // 10)


def _all_amounts(data: list[Row], place: int | None, decimal: str) -> bool:
    cells = _cells(data, place)
    return _most(sum(is_amount(cell, decimal) for cell in cells), len(cells))


def _any_amount(data: list[Row], place: int) -> bool:
    return any(re.search(r"\d", cell) for cell in _cells(data, place)) and (
        _all_amounts(data, place, ".") or _all_amounts(data, place, ",")
    )
