"""Amounts and days as statements write them: exact, in several languages, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.earnings.terms.days import DayError, parse_day
from stockctl.earnings.terms.money import AmountError, Amounts, format_amount, in_currency, parse_amount, per
from stockctl.earnings.terms.months import months_named

MICRO = st.integers(-(10**14), 10**14)


@given(MICRO)
def test_what_is_written_is_read_back_exactly(micro: int) -> None:
    text = format_amount(micro)
    assert parse_amount(text) == (micro, "")
    assert Decimal(text) * 1_000_000 == micro
    assert parse_amount(text.replace(".", ","), ",") == (micro, "")
    assert parse_amount(f"€ {text}0000") == (micro, "EUR")


@given(MICRO, st.integers(1, 10**6))
def test_an_amount_per_piece_is_right_to_four_decimals(micro: int, count: int) -> None:
    each = per(micro, count)
    assert each is not None
    assert abs(Decimal(each) - Decimal(micro) / count / 1_000_000) <= Decimal("0.00005")


@pytest.mark.parametrize(
    ("micro", "currency", "places", "text"),
    [
        (1_500_000_000, "JPY", 2, "1500"),
        (1_500_500_000, "JPY", 2, "1500"),
        (1_501_500_000, "JPY", 2, "1502"),
        (-400_000, "JPY", 2, "0"),
        (1_500_500_000, "JPY", 6, "1500.5"),
        (43_333_300, "JPY", 4, "43.33"),
        (43_000_000, "JPY", 4, "43"),
        (25_000_000_000, "IDR", 6, "25000"),
        (1_234_567, "KWD", 2, "1.235"),
        (1_000_000, "KWD", 4, "1.000"),
        (1_234_567, "USD", 2, "1.23"),
        (1_234_567, "USD", 6, "1.234567"),
        (1_000_000, "", 6, "1.00"),
    ],
)
def test_an_amount_is_shown_in_the_decimals_of_its_currency(micro: int, currency: str, places: int, text: str) -> None:
    assert in_currency(micro, currency, places) == text


@pytest.mark.parametrize(
    ("text", "decimal", "micro", "currency"),
    [
        ("$1,234.56", ".", 1_234_560_000, "USD"),
        ("1.234,56 €", ",", 1_234_560_000, "EUR"),
        ("(0.36)", ".", -360_000, ""),
        ("\N{MINUS SIGN}0.5", ".", -500_000, ""),
        ("$-0.5", ".", -500_000, "USD"),
        ("0.5-", ".", -500_000, ""),
        ("0.360000000", ".", 360_000, ""),
        ("Rp 25.000", ",", 25_000_000_000, "IDR"),
        ("12 345,6 zł", ",", 12_345_600_000, "PLN"),
        (".5", ".", 500_000, ""),
        ("7", ".", 7_000_000, ""),
    ],
)
def test_amounts(text: str, decimal: str, micro: int, currency: str) -> None:
    assert parse_amount(text, decimal) == (micro, currency)


@pytest.mark.parametrize(
    "text", ["", "-", "$", "0.1x", "--1", "1.2.3", "1,23", "0.1234567", "1e3", "٣", "1,2345", "9" * 20, "NaN"]
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(AmountError):
        parse_amount(text)


def test_a_column_has_one_currency() -> None:
    amounts = Amounts()
    assert amounts["$1.00"] == 1_000_000
    with pytest.raises(AmountError, match="earlier rows are in USD"):
        amounts["€1.00"]


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("2026-03-14T23:59:59+00:00", "iso", "2026-03-14"),
        ("03/14/2026", "mdy", "2026-03-14"),
        ("14/03/2026, 08:21:44 AM", "dmy", "2026-03-14"),
        ("14.3.2026", "dmy", "2026-03-14"),
        ("04-ene-2016", "named", "2016-01-04"),
        ("17 Agustus 2026", "named", "2026-08-17"),
        ("5 Mei 2026", "named", "2026-05-05"),
        ("1-Okt-2026", "named", "2026-10-01"),
        ("31 Desember 2026", "named", "2026-12-31"),
        ("3. März 2026", "named", "2026-03-03"),
        ("12 août 2026", "named", "2026-08-12"),
        ("Sep.19, 2020", "named", "2020-09-19"),
        ("Sat Mar 20 2021", "named", "2021-03-20"),
        ("1605916800000", "epoch", "2020-11-21"),
        ("Feb-2026", "month", "2026-02-01"),
        ("2026-02", "month", "2026-02-01"),
    ],
)
def test_days(text: str, form: str, day: str) -> None:
    assert parse_day(text, form) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2026-02-30", "iso"),
        ("14/03/2026", "mdy"),
        ("", "iso"),
        ("Monthly totals", "mdy"),
        ("31-Xyz-2026", "named"),
        ("1850-01-01", "iso"),
        ("99999999999999", "epoch"),
        ("Feb", "month"),
    ],
)
def test_what_is_no_day(text: str, form: str) -> None:
    with pytest.raises(DayError):
        parse_day(text, form)


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("marras", 11),
        ("marraskuu", 11),
        ("stu", 11),
        ("listopadu", 11),
        ("Θεού", 0),
        ("mrt", 3),
        ("gru", 12),
        ("жовтня", 10),
        ("Φεβρουαρίου", 2),
        ("พ.ค.", 5),
        ("Kas", 11),
        ("AOÛT", 8),
    ],
)
def test_months_have_their_names_in_every_language(name: str, month: int) -> None:
    assert months_named(name) == (frozenset((month,)) if month else frozenset())


@pytest.mark.parametrize("name", ["lis", "lip", "srp", "listopad"])
def test_a_name_of_two_months_needs_its_language(name: str) -> None:
    assert len(months_named(name)) == 2
    with pytest.raises(DayError, match="can be month"):
        parse_day(f"5 {name} 2026", "named")
    assert parse_day(f"5 {name} 2026", "named", "hr") < parse_day(
        f"5 {name} 2026", "named", "cs" if name == "srp" else "pl"
    )


def test_no_weekday_is_a_month() -> None:
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"):
        assert not months_named(day)


def test_a_small_amount_with_a_comma_is_no_thousand() -> None:
    assert parse_amount("0,216", ",")[0] == 216_000
    with pytest.raises(AmountError, match="decimal comma"):
        parse_amount("0,216")
