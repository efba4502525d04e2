"""Our own plain statement: what a person types, or another program writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Provenance, SalePlan, Text, layout, named, places
from stockctl.earnings.statements.written import ask_decimal, cells_below, days_of_named, decimal_sign
from stockctl.earnings.terms.kinds import kind_named
from stockctl.earnings.terms.names import agency_named, currency_named, identifier

if TYPE_CHECKING:
    from stockctl.earnings.reading.source import Source

COLUMNS = ("date", "agency", "asset", "file", "kind", "licence", "amount", "currency")


@layout(
    "plain",
    agency="",
    title="our own table: a row per sale, any agency",
    provenance=Provenance.OURS,
    source="stockctl help tables",
    columns=COLUMNS,
)
def plain(source: Source) -> SalePlan | None:
    """Eight named columns in any order; more may stand beside them."""
    header = source.header
    found = places(header, *COLUMNS)
    if not found:
        return None
    day, agency, asset, file, kind, licence, amount, currency = found
    start = source.head.index(header) + 1
    form, language, sure = days_of_named(source, cells_below(source, start, day), "iso", ",")
    ask_decimal(source, cells_below(source, start, amount))
    return SalePlan(
        start=start,
        names=named(header, len(header)),
        day=day,
        day_form=form,
        language=language,
        sure=sure,
        amount=amount,
        decimal=decimal_sign(source, cells_below(source, start, amount)),
        agency=Text(agency, read=agency_named),
        currency_column=Text(currency, read=currency_named),
        asset=Text(asset, read=identifier),
        file=Text(file),
        kind=Text(kind, read=kind_named),
        licence=Text(licence),
    )
