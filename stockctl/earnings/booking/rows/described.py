"""What the numbers of stored sales stand for, to tell a sale that is known from the same one with more said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

# sold, facet, downloads, amount, price, rate
_Sale = tuple[int, int, int, int, int | None, int | None]


class _Words(NamedTuple):
    asset: str
    file: str
    kind: str
    licence: str
    country: str
    currency: str


class Described:
    """The words of some files and facets, read together."""

    def __init__(self, connection: sqlite3.Connection, pairs: Iterable[tuple[int, int]]) -> None:
        pairs = list(pairs)
        files, facets = {sold for sold, _ in pairs}, {facet for _, facet in pairs}
        query = "SELECT asset, file FROM sold WHERE id = ?"
        self._files = {number: _row(connection, query, number) for number in files}
        query = "SELECT kind, licence, country, currency FROM facets WHERE id = ?"
        self._facets = {number: _row(connection, query, number) for number in facets}

    def _words(self, sale: _Sale) -> _Words:
        return _Words(*self._files[sale[0]], *self._facets[sale[1]])

    def currency(self, facet: int) -> str:
        """Return what a facet's amounts are in."""
        return str(self._facets[facet][3])

    def files(self, numbers: Iterable[int]) -> set[tuple[str, str]]:
        """Return the names of files, each as ("asset" or "file", name): two that share one are the same."""
        found = set()
        for number in numbers:
            asset, file = self._files[number]
            # Where the agency numbers its files, two may have one name.
            found |= {("asset", asset)} if asset else {("file", file)} if file else set()
        return found

    def unnamed(self, other: Described) -> set[tuple[str, str]]:
        """Return the names of files that none of another's files has.

        Where the one has agencies' numbers only and the other names only, they cannot be compared.
        """
        named = {name for names in other._files.values() for name in zip(("asset", "file"), names, strict=True)}
        kinds = {kind for kind, name in named if name}
        return {
            name
            for number, (_, file) in self._files.items()
            for name in self.files([number])
            if (not kinds or {name[0], "file" if file else name[0]} & kinds)
            and name not in named
            and not (file and ("file", file) in named)
        }

    def says_more(self, sale: _Sale, stored: _Sale) -> bool:
        """Tell whether a sale is a stored one, of which some things were not said."""
        if sale[2:4] != stored[2:4] or sale == stored:
            return False
        if any(had is not None and has != had for has, had in zip(sale[4:], stored[4:], strict=True)):
            return False
        now, before = self._words(sale), self._words(stored)
        if (now.currency, now.licence) != (before.currency, before.licence):
            return False
        # Without the agency's number a file's name tells which it is.
        if before.asset != now.asset and (before.asset or not before.file):
            return False
        # A file without a name was taken for an image.
        kind = now.kind == before.kind or (before.kind == "image" and not before.file)
        return kind and before.file in {"", now.file} and before.country in {"", now.country}


def _row(connection: sqlite3.Connection, query: str, number: int) -> tuple[str, ...]:
    return tuple(connection.execute(query, [number]).fetchone())
