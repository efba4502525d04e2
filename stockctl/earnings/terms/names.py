"""Names of agencies and currencies as people and statements write them."""

from __future__ import annotations

import re
from functools import cache

_NO_WORD = re.compile(r"[^\w]+")
# How a spreadsheet shows a long number; the digits that it left out are lost.
_ROUNDED = re.compile(r"[+-]?\d([.,]\d+)?E[+-]?\d+", re.IGNORECASE | re.ASCII)


@cache
def _aliases() -> dict[str, str]:
    """Return every name of every agency; a statement may name one that has no profile."""
    from stockctl.agencies.load import load

    agencies = load(None).values()
    titles = {_plain(agency.title): agency.name for agency in agencies}
    return titles | {_plain(alias): agency.name for agency in agencies for alias in (agency.name, *agency.aliases)}


def _plain(text: str) -> str:
    return _NO_WORD.sub("_", text.strip().casefold()).strip("_")


def known_agencies() -> frozenset[str]:
    """Return the keys of the agencies that have a profile."""
    return frozenset(_aliases().values())


@cache
def agency_named(text: str) -> str:
    """Return the name under which the catalogue knows an agency: its key, or the name given where it has no profile.

    Raises:
        ValueError: the text is empty.

    """
    plain = _plain(text)
    if not plain:
        raise ValueError("the agency is missing")
    return _aliases().get(plain) or _aliases().get(plain.replace("_", "")) or plain


def currency_named(text: str) -> str:
    """Return an ISO currency code.

    Raises:
        ValueError: the text is none.

    """
    plain = text.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", plain):
        raise ValueError(f"{text!r} is no currency code like USD")
    return plain


def identifier(text: str) -> str:
    """Return the number by which an agency knows a file.

    Raises:
        ValueError: a spreadsheet rounded it, so that it may be any of many files'.

    """
    plain = text.strip()
    if _ROUNDED.fullmatch(plain):
        raise ValueError(f"{plain!r} is a file's number that a spreadsheet rounded: take the export as it came")
    return plain


# Agencies of which statements are read and nothing else is known.
_TITLES = {
    "canstockphoto": "Can Stock Photo",
    "envato_market": "Envato Market",
    "pixta": "PIXTA",
    "vectorstock": "VectorStock",
}


@cache
def titled(agency: str) -> str:
    """Return an agency's own name; that under which it is kept where it has no profile."""
    from stockctl.agencies.load import load

    found = load(None).get(agency)
    return found.title if found else _TITLES.get(agency, agency)
