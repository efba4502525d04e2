"""Countries by name and code: ISO 3166-1, with the names that pictures bear."""

from __future__ import annotations

import unicodedata
from functools import cache

from stockctl.words.tables import rows


def two_letters(code: str, name: str = "") -> str:
    """Return a country's two letters by its code of two or three, else by its name; empty where neither is known."""
    wanted = code.strip().upper()
    by_code, by_name = _tables()
    return by_code.get(wanted, "") or by_name.get(_plain(name), "")


def name_of(code: str) -> str:
    """Return a country's English name by its code of two or three letters; empty where there is none."""
    letters = two_letters(code)
    return next((row[2] for row in rows("countries") if row[0] == letters), "")


@cache
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for two, three, *known in rows("countries"):
        codes |= {two: two, three: two}
        names |= {_plain(name): two for name in known}
    # What photographers write in either field.
    return codes | {"UK": "GB"}, names | {_plain(three): two for three, two in codes.items() if len(three) == 3}


def _plain(text: str) -> str:
    """Return a name in small letters without accents and points."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(one for one in letters if not unicodedata.combining(one) and one != ".").split())
