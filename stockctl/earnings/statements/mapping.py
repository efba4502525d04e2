"""A layout that is not known, described by the person: a small TOML file says which column is what."""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import TYPE_CHECKING, Any

from stockctl.catalogue.sold.sales import KINDS
from stockctl.config import line_of
from stockctl.earnings.statements.layout import NOTHING, Layout, Provenance, SalePlan, Text, named
from stockctl.earnings.statements.written import is_day
from stockctl.earnings.terms.days import FORMS
from stockctl.earnings.terms.kinds import kind_named, kind_of_file
from stockctl.earnings.terms.months import languages
from stockctl.earnings.terms.names import agency_named, currency_named, identifier
from stockctl.errors import SettingsError, StatementError
from stockctl.files.opening import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source

# What a column can be.
FIELDS = (
    *("date", "amount", "asset", "file", "title", "kind", "licence", "country", "downloads", "price", "rate"),
    *("month", "contract"),
)
NEEDED = ("date", "amount")
SALES, DAYS, MONTHS = "sales", "days", "months"
_KEYS = {
    *("name", "agency", "agency_column", "currency", "currency_column", "date_form", "language", "decimal"),
    *("header_row", "rows_are", "rate_in_percent", "complete", "columns", "skip", "only", "kinds", "footers"),
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
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(
            f"cannot read the mapping: {why}",
            where=str(path),
            hint="make one: stockctl earnings FILE --map-template my.toml",
        ) from error

    for key, why, known in (*_column_faults(values.get("columns", {})), *_faults(values), *_table_faults(values)):
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
    for key in NEEDED:
        if columns.get(key, "") == "":
            yield "columns", f"the mapping does not say which column is the {key}", []


def _faults(values: dict[str, Any]) -> Iterator[_Fault]:
    for key in values.keys() - _KEYS:
        yield key, f"unknown key {key!r}", sorted(_KEYS)
    choices = (
        ("date_form", list(FORMS)),
        ("language", ["", *languages()]),
        ("decimal", [".", ","]),
        ("rows_are", [SALES, DAYS, MONTHS]),
    )
    for key, allowed in choices:
        if key in values and values[key] not in allowed:
            yield f"{key}={values[key]}", f"{key} must be one of {', '.join(allowed)}, not {values[key]!r}", allowed
    if (values.get("rows_are") == MONTHS) != (values.get("date_form") == "month") and "rows_are" in values:
        yield "rows_are", 'rows_are = "months" and date_form = "month" belong together', []
    if not values.get("agency") and values.get("agency_column", "") == "":
        yield "agency", "the mapping does not name the agency", []
    if not isinstance(values.get("complete", False), bool):
        yield "complete", "complete must be true or false", ["true", "false"]
    if not isinstance(values.get("header_row", 1), int):
        yield "header_row", "header_row must be a whole number", []


def _table_faults(values: dict[str, Any]) -> Iterator[_Fault]:
    for key in ("skip", "only"):
        table = values.get(key, {})
        if not isinstance(table, dict) or not all(isinstance(one, str | list) for one in table.values()):
            yield key, f'{key} must be a section of columns and their words, as in Type = ["Withdrawal"]', []
    kinds = values.get("kinds", {})
    for word, kind in kinds.items() if isinstance(kinds, dict) else [("", kinds)]:
        if kind not in KINDS:
            yield f"kinds={kind}", f"{word or 'kinds'}: {kind!r} is no kind of asset", list(KINDS)
    footers = values.get("footers", [])
    if not isinstance(footers, list) or not all(isinstance(one, str) for one in footers):
        yield "footers", 'footers must be a list of words, as in ["Total"]', []


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

    kind = text("kind", _kinds(values)) if "kind" in found else Text(found.get("file"), read=kind_of_file)
    agency_column, currency_column = values.get("agency_column", ""), values.get("currency_column", "")
    name = values.get("name") or path.stem
    agency = agency_named(values["agency"]) if values.get("agency") else ""
    form, language = source.said.dates or values.get("date_form", "iso"), values.get("language", "")
    plan = SalePlan(
        start=header_row,
        names=named(heading, width),
        day=found["date"],
        day_form=form,
        language=source.said.language or language,
        amount=found["amount"],
        decimal=source.said.decimal or values.get("decimal", "."),
        agency=Text(column(agency_column), read=agency_named) if agency_column != "" else Text(constant=agency),
        default_currency=currency_named(values.get("currency", "USD")),
        currency_column=Text(column(currency_column), read=currency_named) if currency_column != "" else None,
        period=found.get("month"),
        asset=text("asset", identifier),
        file=text("file"),
        title=text("title"),
        kind=kind,
        licence=text("licence"),
        country=text("country"),
        downloads=found.get("downloads"),
        price=found.get("price"),
        rate=found.get("rate"),
        percent=bool(values.get("rate_in_percent", False)),
        sums=values.get("rows_are") in {DAYS, MONTHS},
        contract=found.get("contract"),
        closing=_is_total(found["date"], form, language, values.get("footers", [])),
        left_out=_left_out(values, column),
    )
    id_ = f"map-{name}"
    complete = values.get("complete", False)
    return Layout(id_, agency, name, Provenance.PERSON, str(path), "", (), id_, lambda _: plan, complete), plan


def _kinds(values: dict[str, Any]) -> Callable[[str], str]:
    """Return what reads a kind: by the mapping's own words, else as statements name them."""
    words = {word.strip().casefold(): kind for word, kind in values.get("kinds", {}).items()}
    return lambda text: words.get(text.strip().casefold()) or kind_named(text)


def _left_out(values: dict[str, Any], column: Callable[[str | int], int]) -> Callable[[Row], bool] | None:
    """Return what tells rows that the mapping leaves out; None where it leaves out none."""

    def read(key: str) -> list[tuple[int, set[str]]]:
        return [
            (column(name), {word.strip().casefold() for word in ([words] if isinstance(words, str) else words)})
            for name, words in values.get(key, {}).items()
        ]

    skip, only = read("skip"), read("only")
    if not skip and not only:
        return None

    def cell(row: Row, place: int) -> str:
        return row[place].strip().casefold() if place < len(row) else ""

    return lambda row: (
        any(cell(row, place) in words for place, words in skip)
        or any(cell(row, place) not in words for place, words in only)
    )


def _is_total(day: int, form: str, language: str, footers: list[str]) -> Callable[[Row], bool]:
    """Return what tells a closing row: a word for a total where the date should be, or one of the footers first."""
    total = re.compile(r"\s*((grand|monthly) )?totals?\b.*|\s*(jumlah|summe|sum)\b.*", re.IGNORECASE)
    own = tuple(footer.strip().casefold() for footer in footers if footer.strip())

    def closing(row: Row) -> bool:
        first = next((cell.strip().casefold() for cell in row if cell.strip()), "")
        if own and first.startswith(own):
            return True
        return not is_day(row[day], form, language) and any(total.fullmatch(cell) for cell in row[: day + 1])

    return closing
