"""Names of agencies and currencies as people and statements write them."""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from stockctl.agencies.agency import Agency

_NO_WORD = re.compile(r"[^\w]+")
# How a spreadsheet shows a long number; the digits that it left out are lost.
_ROUNDED = re.compile(r"[+-]?\d([.,]\d+)?E[+-]?\d+", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class _Names:
    """The agencies that are known: by key, and the keys by all their names as `_plain` writes them."""

    agencies: Mapping[str, Agency]
    keys: Mapping[str, str]
    found: dict[str, str] = field(default_factory=dict)


@cache
def _ours() -> _Names:
    from stockctl.agencies.load import load

    agencies = load(None)
    return _Names(agencies, _keys(agencies.values()))


def _keys(agencies: Iterable[Agency]) -> dict[str, str]:
    """Return the key of each agency by its title, its key and its other names."""
    agencies = list(agencies)
    titles = {_plain(agency.title): agency.name for agency in agencies}
    return titles | {_plain(alias): agency.name for agency in agencies for alias in (agency.name, *agency.aliases)}


_KNOWN: ContextVar[_Names | None] = ContextVar("_KNOWN", default=None)


def know(folder: Path | None, kept: Collection[str]) -> None:
    """Know, from now on, the agencies of the settings in `folder` and of packages of others by all their names.

    `kept` are the agencies of whom the catalogue has sales. A name under which it keeps some already, from
    before the agency was described, stays that name: else the same statement would be counted twice.

    Raises:
        SettingsError: a file of an agency is wrong.

    """
    from stockctl.agencies.load import load

    if folder is None:
        _KNOWN.set(None)
        return
    agencies, ours = load(folder), _ours()
    as_kept = {name: name for name in kept if name not in agencies}
    _KNOWN.set(_Names(agencies, {**_keys(agencies.values()), **as_kept, **ours.keys}))


def _names() -> _Names:
    return _KNOWN.get() or _ours()


def _plain(text: str) -> str:
    return _NO_WORD.sub("_", text.strip().casefold()).strip("_")


def known_agencies() -> frozenset[str]:
    """Return the keys of the agencies that have a profile."""
    return frozenset(_names().agencies)


def profile(agency: str) -> Agency | None:
    """Return what is known of an agency, by its key; None where it has no profile."""
    return _names().agencies.get(agency)


def agency_named(text: str) -> str:
    """Return the name under which the catalogue knows an agency: its key, or the name given where it has no profile.

    Raises:
        ValueError: the text is empty.

    """
    names = _names()
    # A statement asks for every file that it names.
    if found := names.found.get(text):
        return found
    plain = _plain(text)
    if not plain:
        raise ValueError("the agency is missing")
    names.found[text] = names.keys.get(plain) or names.keys.get(plain.replace("_", "")) or plain
    return names.found[text]


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


def titled(agency: str) -> str:
    """Return an agency's own name; that under which it is kept where it has no profile."""
    found = profile(agency)
    return found.title if found else _TITLES.get(agency, agency)
