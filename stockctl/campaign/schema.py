"""Every key that a brief may hold, and what its value must be."""

from __future__ import annotations

from datetime import date
from typing import Any

from stockctl.agencies.schema import FLAG, NUMBER, TEXT, WHOLE, WORDS, fault, one_of
from stockctl.earnings.terms.money import AmountError, parse_amount
from stockctl.media.identify import Kind

MONEY = "an amount in quotes"
RANGE = "two numbers, the smaller first"
# Larger numbers are slips of the pen; the catalogue's whole numbers end at 2^63.
MOST = 10**9
YEARS = range(2000, 3000)
MOMENT = "a day or a time (2026-05-15 or 2026-05-15T18:00:00)"

FLAT, PERFORMANCE, HYBRID, POINTS = MODELS = ("flat", "performance", "hybrid", "points")

# Dotted key → what the value must be.
KEYS: dict[str, str] = {
    "title": TEXT,
    "platform": TEXT,
    "brand": TEXT,
    "zone": TEXT,
    "networks": WORDS,
    "content.type": TEXT,
    "content.kinds": WORDS,
    "content.posts": WHOLE,
    **{f"content.counts.{kind}": WHOLE for kind in Kind},
    "content.duration_s": RANGE,
    "content.orientation": one_of("portrait", "landscape", "square"),
    "content.min_width": WHOLE,
    "content.min_height": WHOLE,
    "content.sound": FLAG,
    "content.must_show": WORDS,
    "caption.must_contain": WORDS,
    "caption.must_not_contain": WORDS,
    "caption.min_length": WHOLE,
    "caption.max_length": WHOLE,
    "caption.language": TEXT,
    "caption.code": FLAG,
    "hashtags.required": WORDS,
    "hashtags.forbidden": WORDS,
    "hashtags.most": WHOLE,
    "mentions.required": WORDS,
    "disclosure.any_of": WORDS,
    "window.opens": MOMENT,
    "window.closes": MOMENT,
    "window.draft_due": MOMENT,
    "rights.usage": TEXT,
    "rights.exclusive": FLAG,
    "rights.exclusive_until": MOMENT,
    "pay.model": one_of(*MODELS),
    "pay.currency": TEXT,
    "pay.decimals": WHOLE,
    "pay.flat": MONEY,
    "pay.rate": MONEY,
    "pay.per_views": WHOLE,
    "pay.pot": MONEY,
    "pay.pot_views": WHOLE,
    "pay.points_per_post": WHOLE,
    "pay.points": WHOLE,
    "pay.point_value": MONEY,
    "pay.whole_units": FLAG,
    "pay.rest": MONEY,
    "pay.min_views": WHOLE,
    "pay.min_views_of": one_of("post", "campaign"),
    "pay.min_engagement_pct": NUMBER,
    "pay.measured_days": WHOLE,
    "pay.cap_per_post": MONEY,
    "pay.cap_per_person": MONEY,
    "pay.cap_points_per_post": WHOLE,
    "pay.cap_points_per_person": WHOLE,
    "pay.withdraw_min": MONEY,
    "pay.withdraw_fee": MONEY,
    "pay.withdraw_fee_pct": NUMBER,
}
REQUIRED = ("title", "platform", "brand", "window.opens", "window.closes", "pay.model", "pay.currency")

_BY_VIEWS = frozenset({"rate", "per_views", "pot", "pot_views", "whole_units"})
_CAPS = frozenset({"cap_per_post", "cap_per_person", "rest"})
_ALWAYS = frozenset(
    {
        *("model", "currency", "decimals", "min_views", "min_views_of", "min_engagement_pct", "measured_days"),
        *("withdraw_min", "withdraw_fee", "withdraw_fee_pct"),
    }
)
# Model → the keys of [pay] that mean something in it.
PAY_KEYS: dict[str, frozenset[str]] = {
    FLAT: _ALWAYS | _CAPS | {"flat"},
    PERFORMANCE: _ALWAYS | _CAPS | _BY_VIEWS,
    HYBRID: _ALWAYS | _CAPS | _BY_VIEWS | {"flat"},
    POINTS: _ALWAYS
    | {
        *("points_per_post", "points", "per_views", "point_value", "cap_points_per_post", "cap_points_per_person"),
        *("whole_units", "rest"),
    },
}
# Model → groups of keys; of each group at least one must be there.
PAY_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    FLAT: (("flat",),),
    PERFORMANCE: (("rate", "pot"),),
    HYBRID: (("flat",), ("rate", "pot")),
    POINTS: (("points_per_post", "points"), ("point_value",)),
}
SECTIONS = frozenset(key.rpartition(".")[0] for key in KEYS if "." in key)


def wrong(value: Any, kind: str) -> str:  # noqa: ANN401 - TOML's own types
    """Return what is wrong with a key's value, or an empty text."""
    if kind == MONEY:
        return _wrong_amount(value)
    if kind == RANGE:
        ends = isinstance(value, list) and len(value) == 2 and not any(fault(end, NUMBER) for end in value)
        return "" if ends and value[0] <= value[1] else f"must be {kind}, not {value!r}"
    if kind == MOMENT:
        if not isinstance(value, date):
            return f"must be {kind}, not {value}"
        return "" if value.year in YEARS else f"lies in the year {value.year}"
    if kind == WHOLE and isinstance(value, int) and value > MOST:
        return f"is too large: {value:,}"
    return fault(value, kind)


def _wrong_amount(value: Any) -> str:  # noqa: ANN401 - TOML's own types
    if not isinstance(value, str):
        return f'must be {MONEY}, so that it stays exact: "{value}"'
    try:
        micro, currency = parse_amount(value)
    except AmountError as error:
        return f"is no amount: {error}"
    if currency:
        return f"must be a bare number; the currency stands in pay.currency, not in {value!r}"
    return "must not be negative" if micro < 0 else ""
