"""Statements of iStock and Getty Images: a row per sale, the statement's totals repeated on every row."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import NOTHING, Provenance, SalePlan, Text, layout, named, place, places
from stockctl.earnings.statements.written import ask_decimal, cells_below, days_of_named, decimal_sign
from stockctl.earnings.terms.kinds import kind_named, kind_of_file
from stockctl.earnings.terms.names import currency_named, identifier

if TYPE_CHECKING:
    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source

_ROYALTY = re.compile(r"Gross Royalty in ([A-Z]{3})", re.IGNORECASE)
_FEE = re.compile(r"License Fee in ([A-Z]{3})", re.IGNORECASE)
_COLUMNS = (
    *("Name", "Royalty Month", "Sales Date", "Collection", "Sale Region", "Product Type", "Asset Number"),
    *("Alternate Asset Number", "Asset Description", "Sales Territory", "License Fee in USD", "Royalty Rate"),
    "Gross Royalty in USD",
)


def _matching(header: Row, form: re.Pattern[str]) -> tuple[int, str] | None:
    for index, name in enumerate(header):
        found = form.fullmatch(name.strip())
        if found:
            return index, found[1].upper()
    return None


def _text(header: Row, *names: str) -> Text:
    column = place(header, *names)
    return NOTHING if column is None else Text(column)


def _plan(source: Source, day: str) -> SalePlan | None:
    """Read by name only: layouts gained columns over the years. `StatementSummary_…` are repeated totals."""
    header = source.header
    found, royalty = places(header, day), _matching(header, _ROYALTY)
    if not found or not royalty:
        return None
    start = source.head.index(header) + 1
    written = days_of_named(source, cells_below(source, start, found[0]), "named", "\t")
    ask_decimal(source, cells_below(source, start, royalty[0]))
    fee = _matching(header, _FEE)
    content, file = place(header, "Content Type"), place(header, "Alternate Asset Number")
    return SalePlan(
        start=start,
        names=named(header, len(header)),
        day=found[0],
        day_form=written.form,
        language=written.language,
        sure=written.sure,
        period=place(header, "Royalty Month"),
        amount=royalty[0],
        # Where the months are told in another language the amounts may be, too.
        decimal=decimal_sign(source, cells_below(source, start, royalty[0])),
        agency=Text(constant="istock_getty"),
        currency=royalty[1],
        asset=replace(_text(header, "Asset Number"), read=identifier),
        file=_text(header, "Alternate Asset Number"),
        title=_text(header, "Asset Description"),
        licence=_text(header, "Product Type"),
        country=_text(header, "Sales Territory", "Sale Region"),
        kind=Text(content, read=kind_named) if content is not None else Text(file, read=kind_of_file),
        price=fee[0] if fee else None,
        rate=place(header, "Royalty Rate"),
        contract=place(header, "Contract ID"),
        terms=place(header, "Contract Name"),
        stated=place(header, "StatementSummary_Totals_Gross"),
    )


@layout(
    "getty_royalty_statement_txt_2016",
    agency="istock_getty",
    title="ESP > Royalties > Export > TXT, 65 columns",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/davidgp1701/analyzer-of-getty-txt-reports, a real statement",
    seen="2016-01",
    columns=_COLUMNS,
    family="getty_royalty_statement",
)
def royalties_2016(source: Source) -> SalePlan | None:
    """A file that begins with `Name`; no `Content Type`."""
    if place(source.header, "Content Type") is not None or place(source.header, "Royalty Month") is None:
        return None
    return _plan(source, "Sales Date")


@layout(
    "getty_royalty_statement_txt_current",
    agency="istock_getty",
    title="ESP > Royalties > Export > TXT, with Content Type",
    provenance=Provenance.THIRD_PARTY,
    source="a reader by name checked on 2026-09-30; github.com/artyomilyin/stock_stats for the two added columns",
    seen="2026-09-30",
    columns=(*_COLUMNS, "Content Type"),
    family="getty_royalty_statement",
)
def royalties(source: Source) -> SalePlan | None:
    """The same file with `Content Type` and one more column."""
    if place(source.header, "Content Type") is None or place(source.header, "Royalty Month") is None:
        return None
    return _plan(source, "Sales Date")


@layout(
    "getty_connect_txt",
    agency="istock_getty",
    title="ESP > Royalties > Export > Connect TXT",
    provenance=Provenance.THIRD_PARTY,
    source="deepmeta.com/3/userguide/statements-and-sales (only `Invoice Date` is known; the rest as in the TXT)",
    columns=("Invoice Date", "Gross Royalty in USD", "Asset Number"),
    # Micro-royalties stand on the first of the month beside that day's sales, they do not repeat them.
    family="getty_royalty_statement/connect",
)
def connect(source: Source) -> SalePlan | None:
    """Micro-royalties: an invoice date where the other file has the day of sale."""
    if place(source.header, "Sales Date") is not None:
        return None
    return _plan(source, "Invoice Date")


_CSV = ("Asset ID", "Title", "Download Date", "License Fee", "Currency", "Royalty Rate", "Royalty Amount")


@layout(
    "getty_csv_unverified",
    agency="istock_getty",
    title="a CSV that some programs expect",
    provenance=Provenance.GUESS,
    source="github.com/CreativeEngineOS/sales-report-parser, no real file seen",
    columns=_CSV,
)
def unverified_csv(source: Source) -> SalePlan | None:
    """Seven named columns; the rate is a percentage."""
    header = source.header
    found = places(header, *_CSV)
    if not found:
        return None
    asset, title, day, fee, currency, rate, amount = found
    start = source.head.index(header) + 1
    written = days_of_named(source, cells_below(source, start, day), "iso", ",")
    ask_decimal(source, cells_below(source, start, amount))
    return SalePlan(
        start=start,
        names=named(header, len(header)),
        day=day,
        day_form=written.form,
        language=written.language,
        sure=written.sure,
        amount=amount,
        decimal=decimal_sign(source, cells_below(source, start, amount)),
        agency=Text(constant="istock_getty"),
        currency_column=Text(currency, read=currency_named),
        asset=Text(asset, read=identifier),
        title=Text(title),
        kind=Text(constant="image"),
        price=fee,
        rate=rate,
        percent=True,
    )
