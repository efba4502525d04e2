"""Statements of Envato Market: a row per movement of the balance, sales and fees apart."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from stockctl.catalogue.sold.sales import PAYOUT, TAX
from stockctl.earnings.statements.layout import Part, Provenance, RowPlan, layout, named, place, places
from stockctl.earnings.statements.shapes import in_column, money_in
from stockctl.earnings.statements.written import ask_decimal, cells_below, days_of_named, decimal_sign
from stockctl.earnings.terms.names import identifier

if TYPE_CHECKING:
    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source

_DATE, _ORDER, _TYPE, _DETAIL, _ITEM, _AMOUNT = "Date", "Order ID", "Type", "Detail", "Item ID", "Amount"
_COLUMNS = (
    *("Date", "Order ID", "Type", "Detail", "Item ID", "Document", "Price", "EU VAT", "US RWT", "US BWT", "Amount"),
    *("Site", "Other Party Country", "Other Party Region", "Other Party City", "Other Party Zipcode"),
)
# A sale and the fee that is taken from it are told in two rows of one order; so are their refunds.
_SALE, _BACK = (
    frozenset(("sale", "author fee")),
    frozenset(("sale reversal", "author fee reversal", "sale refund", "author fee refund")),
)
# Money that moved between the account and the person: no income, no refund.
_PAID_OUT = frozenset(("withdrawal", "payout", "balance transfer"))
_TAXES = frozenset(("us rwt", "us bwt", "withholding tax", "tax withheld"))
# What the person bought or paid in is no income either.
_NO_INCOME = frozenset(("purchase", "deposit", "buyer fee", "handling fee", "purchase refund"))
# Which site sells what.
_KINDS = {
    "videohive": "video",
    "audiojungle": "audio",
    "photodune": "image",
    "graphicriver": "image",
    "3docean": "other",
}


@layout(
    "envato_market_statement_csv",
    agency="envato_market",
    title="Statement > Download CSV: a row per movement",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/dtbaker/dashboard-plus for the columns, public code for the types;"
    " support.envato.com for what they mean; that days are year first, and that the amount is before tax, is a guess",
    seen="2017-01",
    columns=_COLUMNS,
)
def statement(source: Source) -> RowPlan | None:
    """Sixteen named columns; the older seven of them are read as well."""
    header = source.header
    found = places(header, _DATE, _ORDER, _TYPE, _DETAIL, _ITEM, _AMOUNT)
    if not found:
        return None
    start, day, amount = source.head.index(header) + 1, found[0], found[5]
    form, language, sure = days_of_named(source, cells_below(source, start, day), "iso", ",")
    ask_decimal(source, cells_below(source, start, amount))
    return RowPlan(
        start=start,
        names=named(header, len(header)),
        day=day,
        day_form=form,
        language=language,
        sure=sure,
        agency="envato_market",
        parts=partial(
            _parts,
            columns=dict(zip((_DATE, _ORDER, _TYPE, _DETAIL, _ITEM, _AMOUNT), found, strict=True)),
            price=place(header, "Price"),
            site=place(header, "Site"),
            country=place(header, "Other Party Country"),
            decimal=decimal_sign(source, cells_below(source, start, amount)),
        ),
        sums=False,
    )


def _parts(
    row: Row,
    *,
    columns: dict[str, int],
    price: int | None,
    site: int | None,
    country: int | None,
    decimal: str,
) -> list[Part]:
    """Return what a row brings; the rows of one order and item are put together afterwards."""

    def text(place_: int | None) -> str:
        return row[place_].strip() if place_ is not None else ""

    def money(place_: int | None, name: str) -> int:
        return money_in("USD", name, text(place_), decimal) if text(place_) not in {"", "-"} else 0

    what = " ".join(text(columns[_TYPE]).casefold().split())
    amount = money(columns[_AMOUNT], _AMOUNT)
    if what in _NO_INCOME or not (amount or text(columns[_ITEM])):
        return []
    if what in _PAID_OUT:
        return [Part(PAYOUT, text(columns[_TYPE]), 0, -amount)]
    if what in _TAXES:
        return [Part(TAX, text(columns[_TYPE]), 0, -amount)]
    item, order = in_column(_ITEM, identifier, text(columns[_ITEM])), text(columns[_ORDER])
    if what not in _SALE | _BACK:
        # Referrals, adjustments, bonuses.
        return [Part("other", text(columns[_TYPE]), 0, amount, asset=item)]
    # "GraphicRiver (graphicriver.net)", or the address alone.
    kind = next((kind for name, kind in _KINDS.items() if name in text(site).casefold()), "image")
    sold = Part(
        kind,
        "",
        int(what == "sale" and "support" not in text(columns[_DETAIL]).casefold()),
        amount,
        asset=item,
        title=text(columns[_DETAIL]) if what == "sale" else "",
        country=text(country) if what in {"sale", "sale refund", "sale reversal"} else "",
        price=money(price, "Price") if what == "sale" and price is not None else None,
        key=f"{order}/{item}/{'sale' if what in _SALE else 'back'}" if order else "",
    )
    return [sold]
