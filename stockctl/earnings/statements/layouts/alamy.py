"""Statements of Alamy: what its columns hold is described, what they are called is not known."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Part, Provenance, RowPlan, layout, named
from stockctl.earnings.statements.shapes import in_column, money_in
from stockctl.earnings.statements.written import ask_decimal, cells_below, days_of_named, decimal_sign
from stockctl.earnings.terms.names import identifier

if TYPE_CHECKING:
    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source

# What contributors say that the columns hold, as patterns over their names.
_INVOICED, _CLEARED = re.compile(r"date.*invoice|invoice.*date|date of sale"), re.compile(r"(date )?cleared.*")
_REFERENCE = re.compile(r".*(image|alamy).*(ref|id|number).*")
_GROSS, _COMMISSION = re.compile(r".*gross.*"), re.compile(r".*commission.*")
_NET, _REGION = re.compile(r".*net\b.*"), re.compile(r".*(region|country|territory).*")


@layout(
    "alamy_net_revenue_sales_report",
    agency="alamy",
    title="Dashboard > Net Revenue Sales Report > CSV",
    provenance=Provenance.GUESS,
    source="contributors' descriptions (microstockgroup.com, discussion.alamy.com); no real header was seen",
    columns=("Date cleared", "Date of invoice", "Image reference", "Gross amount", "Commission", "Region"),
)
def net_revenue(source: Source) -> RowPlan | None:
    """Columns for the invoice's date, the image, and the net amount, or gross and commission."""
    header = source.header
    invoiced, reference = _place(header, _INVOICED), _place(header, _REFERENCE)
    net, gross, commission = _place(header, _NET), _place(header, _GROSS), _place(header, _COMMISSION)
    if invoiced is None or reference is None or (net is None and (gross is None or commission is None)):
        return None
    if not any(_CLEARED.fullmatch(cell.strip().casefold()) for cell in header):
        return None
    start = source.head.index(header) + 1
    # How Alamy writes its days is not known: whatever all of them are.
    form, language, sure = days_of_named(source, cells_below(source, start, invoiced), "dmy", "", sure=False)
    money_column = gross if net is None else net
    assert money_column is not None
    ask_decimal(source, cells_below(source, start, money_column))
    return RowPlan(
        start=start,
        names=named(header, len(header)),
        day=invoiced,
        day_form=form,
        language=language,
        sure=sure,
        agency="alamy",
        parts=partial(
            _parts,
            names=named(header, len(header)),
            reference=reference,
            net=net,
            gross=gross,
            commission=commission,
            region=_place(header, _REGION),
            decimal=decimal_sign(source, cells_below(source, start, money_column)),
        ),
        sums=False,
    )


def _place(header: Row, form: re.Pattern[str]) -> int | None:
    return next((index for index, name in enumerate(header) if form.fullmatch(name.strip().casefold())), None)


def _parts(
    row: Row,
    *,
    names: tuple[str, ...],
    reference: int,
    net: int | None,
    gross: int | None,
    commission: int | None,
    region: int | None,
    decimal: str,
) -> list[Part]:
    """Return one sale; without a net column it is the gross less the commission, whichever sign that has."""

    def amount(column: int) -> int:
        return money_in("USD", names[column], row[column], decimal)

    whole = amount(gross) if gross is not None and row[gross].strip() else None
    if net is not None:
        money = amount(net)
    else:
        assert whole is not None or gross is not None
        assert commission is not None
        whole, taken = amount(gross or 0) if whole is None else whole, abs(amount(commission))
        money = whole - taken if whole >= 0 else whole + taken
    country = row[region].strip() if region is not None else ""
    asset = in_column(names[reference], identifier, row[reference])
    return [Part("image", "", int(money >= 0), money, asset=asset, country=country, price=whole)]
