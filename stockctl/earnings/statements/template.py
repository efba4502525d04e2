"""A mapping for a statement whose layout is not known, filled in as far as its headings and first rows tell."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING

from stockctl.earnings.reading.source import HEAD_ROWS
from stockctl.earnings.statements.layout import named
from stockctl.earnings.statements.mapping import DAYS, FIELDS, MONTHS, SALES
from stockctl.earnings.statements.written import is_amount, is_day
from stockctl.earnings.terms.days import FORMS, OTHER
from stockctl.earnings.terms.kinds import SUFFIXES

if TYPE_CHECKING:
    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source

# The words by which a heading tells what its column holds, in the languages of most contributors.
_WORDS = {
    "date": r"sale.*date|date\b|sold|tanggal|day\b|time\b|waktu|datum|tag\b|fecha|data\b|jour|дата|päivä|dato",
    "amount": r"royalt|earning|net\b|commission|komisi|amount|income|pendapatan|revenue|jumlah|total|share|erl[öo]s"
    r"|betrag|umsatz|einnahme|verg[üu]tung|honorar|verdienst|montant|gains|revenu|importe|ganancia|ingreso|importo"
    r"|guadagn|valor|ganho|bedrag|inkomst|kwota|zarob|сумма|доход",
    "asset": r"(asset|file|media|content|item|image|clip|product|bild).*(id|number|no|ref|nr|nummer)\b|^id$|^sku$",
    "file": r"file.?name|original name|nama file|^file$|dateiname|^datei$|nom du fichier|archivo",
    "title": r"title|judul|description|deskripsi|titel|titre|t[íi]tulo|titolo|beschreibung",
    "kind": r"(media|content|asset|file).*type|^type$|kind|jenis|^art$|medientyp|^tipo$",
    "licence": r"licen[cs]e|lisensi|plan\b|subscription|lizenz|licencia|licenza|licença",
    "country": r"country|territor|region|negara|wilayah|^land$|pays|pa[íi]s|paese",
    "downloads": r"downloads?|sales? count|quantity|units|unduhan|anzahl|menge|st[üu]ck|nombre|quantit|cantidad"
    r"|descargas|quantidade|aantal|ilo[śs][ćc]|количество|^count$|^sales$|verk[äa]ufe|ventes|ventas",
    "price": r"price|gross|license fee|harga|preis|prix|precio|prezzo|preço|brutto",
    "rate": r"rate\b|percent|persen|%|prozent|satz",
    "month": r"(royalty|statement).*(month|period)|bulan",
    "contract": r"contract.*(id|number|no)\b",
}
# Forms of a date in the order in which they are tried; where several fit as well the first is meant.
_FORMS = ("iso", "mdy", "dmy", "named", "ymd", "epoch", "month")
# Rows above which a heading is looked for.
_ABOVE = 20
_NUMBER = re.compile(r"\d{3}|\d[.,]\d")
_DECIMALS = re.compile(r"\b0[.,]\d|\d[.,]\d{1,2}(?!\d)|\d[.,]\d{4,}|[$€£¥₹₩]|\b[A-Z]{3}\b|\bRp|zł|kr\b")


def template(source: Source) -> str:
    """Return the mapping's text; what cannot be told is left empty."""
    header_row, heading = _heading(source)
    data = [row for row in source.head[header_row:HEAD_ROWS] if any(cell.strip() for cell in row)]
    width = len(heading) or max(map(len, data), default=0)
    names = named(heading, width)
    guessed = _guess(heading, data, width)
    form, both = _form(data, guessed.get("date"))
    amounts = _cells(data, guessed.get("amount"))
    comma = _all_amounts(amounts, ",") and not _all_amounts(amounts, ".")
    rows_are = _rows_are(data, guessed, form)
    lines = [
        "# Which column is what. Fill in what is missing, then: stockctl earnings FILE --map THIS_FILE",
        "# The columns, with what stands in the first row:",
    ]
    for place, name in enumerate(names):
        example = data[0][place].strip() if data and place < len(data[0]) else ""
        lines.append(f"#   {place + 1:>3}  {_one_line(name)}   {_one_line(example)[:60]}")
    forms = ", ".join(f"{name}: {example}" for name, (_, example) in FORMS.items())
    lines += [
        "",
        f"name = {_quoted(source.path.stem)}",
        'agency = ""              # the agency\'s name, or agency_column = "…" where a column holds it',
        'currency = "USD"         # where the amounts carry no sign; or currency_column = "…"',
        f"date_form = {_quoted(form)}    # {forms}",
        *([f"# The days can be read as {' or '.join(both)}: make sure of it."] if both else []),
        f"decimal = {_quoted(',' if comma else '.')}            # the decimal sign of the amounts",
        f"header_row = {header_row}           # the row with the columns' names; 0: there is none",
        f'rows_are = "{rows_are}"       # "sales"; or "days", "months": a row is the sum of a day or month',
        "rate_in_percent = false  # whether a rate of 15 means 15 %; else 0.15 does",
        "complete = false         # true: such a file holds every sale of its days; what is no longer in it may go",
        'footers = []             # how rows at the end begin that are no sales, as in ["Total"]',
        "",
        "[columns]                # names as in the file, or numbers counted from 1; date and amount are needed",
    ]
    for name in FIELDS:
        place_ = guessed.get(name)
        value = '""' if place_ is None else _quoted(heading[place_].strip()) if heading else str(place_ + 1)
        lines.append(f"{name} = {value}")
    lines += [
        "",
        '# [skip]                 # rows to leave out: a column and its words, as in Type = ["Withdrawal"]',
        '# [only]                 # or the only rows to read, as in Status = ["Paid"]',
        "# [kinds]                # what words in the column `kind` mean: image, video, audio or other",
    ]
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    escaped = re.sub(r"[\x00-\x1f\x7f]", " ", value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _is_data(row: Row) -> bool:
    """Tell whether a row holds a day, and a number beside it."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return any(is_day(cell, form) for cell in cells for form in _FORMS) and any(
        is_amount(cell, ".") or is_amount(cell, ",") for cell in cells
    )


def _heading(source: Source) -> tuple[int, Row]:
    """Return the number of the heading's row and the row: the last one of words above the first day and number.

    Lines of a banner above it are narrower than the table.
    """
    rows = source.head[:_ABOVE]
    first = next((number for number, row in enumerate(rows) if _is_data(row)), len(rows))
    width = max((sum(bool(cell.strip()) for cell in row) for row in rows[first:]), default=0)
    for number in range(first, 0, -1):
        row = rows[number - 1]
        filled = [cell for cell in row if cell.strip()]
        if len(filled) > 1 and len(filled) * 2 > width and not any(map(_NUMBER.search, filled)):
            return number, row
    return (0, []) if first < len(rows) else _first_words(rows)


def _first_words(rows: tuple[Row, ...]) -> tuple[int, Row]:
    """Return the first row of words of a table in which no day was found."""
    for number, row in enumerate(rows[:5], 1):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) > 1 and not any(map(_NUMBER.search, filled)):
            return number, row
    return 0, []


def _guess(heading: Row, data: list[Row], width: int) -> dict[str, int]:
    """Guess columns by their headings, day and amount by what stands in them."""
    found: dict[str, int] = {}
    days = [place for place in range(width) if _any_day(data, place)]
    money = [place for place in range(width) if place not in days and _is_money(_cells(data, place))]
    whole = [place for place in range(width) if _is_count(_cells(data, place))]
    fitting = {"date": days, "price": money, "downloads": whole}
    for field, pattern in _WORDS.items():
        if field == "amount":
            continue
        for place, name in enumerate(heading):
            fits = place in fitting[field] if field in fitting else True
            if place not in found.values() and fits and re.search(pattern, name.strip().casefold()):
                found[field] = place
                break
    if "date" not in found and len(days) == 1:
        found["date"] = days[0]
    amount = _amount(heading, data, [place for place in money if place not in found.values()], found)
    if amount is not None:
        found["amount"] = amount
    if "file" not in found:
        place_ = next((place for place in range(width) if place not in found.values() and _any_file(data, place)), None)
        if place_ is not None:
            found["file"] = place_
    return found


def _amount(heading: Row, data: list[Row], money: list[int], found: dict[str, int]) -> int | None:
    """Return the column of what was earned; None where several can be, or none is.

    Money has decimals or a sign; where no column has, a heading that says so will do for whole numbers.
    """
    if len(money) == 1:
        return money[0]
    said = [place for place, name in enumerate(heading) if re.search(_WORDS["amount"], name.strip().casefold())]
    if money:
        named_so = [place for place in money if place in said]
        return named_so[0] if len(named_so) == 1 else None
    free = [place for place in said if place not in found.values()]
    fits = [place for place in free if _all_amounts(_cells(data, place), ".") and not _is_running(_cells(data, place))]
    return fits[0] if len(fits) == 1 else None


def _rows_are(data: list[Row], guessed: dict[str, int], form: str) -> str:
    """Tell what a row is: a month's sum, a day's where each day stands once and has several downloads, else a sale."""
    if form == "month":
        return MONTHS
    counts = [cell.strip() for cell in _cells(data, guessed.get("downloads"))]
    days = [cell.strip() for cell in _cells(data, guessed.get("date"))]
    several = any(cell.isdecimal() and int(cell) > 1 for cell in counts)
    return DAYS if several and len(set(days)) == len(days) and "asset" not in guessed else SALES


def _form(data: list[Row], place: int | None) -> tuple[str, tuple[str, ...]]:
    """Return the form of a column's days, and the two that it can be where nothing tells them apart."""
    cells = _cells(data, place)
    dots = any("." in cell for cell in cells)
    # Nobody writes the month first and points.
    form = max(_FORMS, key=lambda form: (_days(cells, form), not (dots and form == "mdy")))
    other = OTHER.get(form)
    both = bool(cells) and not dots and other is not None and _days(cells, other) == _days(cells, form)
    return form, (form, other) if both and other else ()


def _any_file(data: list[Row], place: int) -> bool:
    return any(PurePath(cell.strip()).suffix.casefold() in SUFFIXES for cell in _cells(data, place))


def _cells(data: list[Row], place: int | None) -> list[str]:
    return [row[place] for row in data if place is not None and place < len(row) and row[place].strip()]


def _days(cells: list[str], form: str) -> int:
    return sum(is_day(cell, form) for cell in cells)


def _any_day(data: list[Row], place: int) -> bool:
    cells = _cells(data, place)
    return any(_most(_days(cells, form), len(cells)) for form in _FORMS)


def _most(fit: int, cells: int) -> bool:
    """Tell whether a column is what its cells are: one may be a word for the total, and a tenth something else."""
    return fit > 0 and cells - fit <= max(1, cells // 10)


def _all_amounts(cells: list[str], decimal: str) -> bool:
    return _most(sum(is_amount(cell, decimal) for cell in cells), len(cells))


def _is_money(cells: list[str]) -> bool:
    """Tell whether a column holds amounts with decimals or a sign of currency."""
    amounts = _all_amounts(cells, ".") or _all_amounts(cells, ",")
    return amounts and any(_DECIMALS.search(cell) for cell in cells)


def _is_count(cells: list[str]) -> bool:
    return _most(sum(cell.strip().isdecimal() for cell in cells), len(cells)) and not _is_running(cells)


def _is_running(cells: list[str]) -> bool:
    """Tell whether a column only counts its rows."""
    numbers = [int(cell) for cell in cells if cell.strip().isdecimal()]
    return len(numbers) > 1 and all(after - before == 1 for before, after in pairwise(numbers))
