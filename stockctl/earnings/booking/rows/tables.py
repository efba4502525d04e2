"""What the cells of a statement's columns mean as numbers: amounts, rates, counts, and the catalogue's own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.catalogue.sold.sales import facet_id
from stockctl.earnings.booking.rows.blocks import NONE
from stockctl.earnings.statements.shapes import count
from stockctl.earnings.terms.money import Amounts, parse_amount

if TYPE_CHECKING:
    import sqlite3


class SoldFiles:
    """The catalogue's numbers of sold files: an agency's are read once, new ones written together by `write`.

    `nameless` holds the numbers of what has neither an agency's number nor a file's name.
    """

    def __init__(self, connection: sqlite3.Connection, *, few: bool = False) -> None:
        """Take whether the statement is short: its files are then looked up one by one."""
        self.connection, self.few = connection, few
        self.nameless: set[int] = set()
        self._next = int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM sold").fetchone()[0])
        self._known: dict[str, dict[tuple[str, str], int]] = {}
        self._untitled: set[int] = set()
        self._shown: dict[str, int] = {}
        self._new: list[tuple[int | str, ...]] = []

    def number(self, agency: str, asset: str, file: str, title: str = "") -> int:
        """Return the number of a file as one agency names it; a later title fills an empty one."""
        known = self._known.get(agency)
        if self.few:
            known = self._known.setdefault(agency, {})
            self._look_up(agency, asset, file, known)
        elif known is None:
            query = "SELECT asset, file, id, title FROM sold WHERE agency = ?"
            rows = _plain(self.connection).execute(query, [agency]).fetchall()
            known = self._known[agency] = {(row[0], row[1]): row[2] for row in rows}
            self._untitled |= {row[2] for row in rows if not row[3]}
        found = known.get((asset, file))
        if found is None:
            found = known[asset, file] = self._next
            self._next += 1
            name = file or asset
            self._look_up_shown(name)
            self._new.append((found, agency, asset, file, title, name, self._shown.setdefault(name, found)))
        elif title and found in self._untitled:
            self._untitled.discard(found)
            self.connection.execute("UPDATE sold SET title = ? WHERE id = ?", (title, found))
        if not asset and not file:
            self.nameless.add(found)
        return found

    def _look_up(self, agency: str, asset: str, file: str, known: dict[tuple[str, str], int]) -> None:
        if (asset, file) not in known:
            query = "SELECT id, title FROM sold WHERE agency = ? AND asset = ? AND file = ?"
            for number, title in _plain(self.connection).execute(query, (agency, asset, file)):
                known[asset, file] = number
                if not title:
                    self._untitled.add(number)

    def _look_up_shown(self, name: str) -> None:
        """Find the number under which files of a name are shown."""
        if not self.few:
            if not self._shown:
                self._shown = dict(_plain(self.connection).execute("SELECT name, shown FROM sold").fetchall())
        elif name not in self._shown:
            shown = _plain(self.connection).execute("SELECT min(shown) FROM sold WHERE name = ?", [name]).fetchone()[0]
            if shown is not None:
                self._shown[name] = shown

    def write(self) -> None:
        """Put the new ones into the catalogue."""
        self.connection.executemany(
            "INSERT INTO sold (id, agency, asset, file, title, name, shown) VALUES (?, ?, ?, ?, ?, ?, ?)", self._new
        )
        self._new = []


def _plain(connection: sqlite3.Connection) -> sqlite3.Cursor:
    """Return a cursor that gives tuples, which are made faster than rows with names."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor


class Facets:
    """The catalogue's numbers of what sales have in common, and to whom each belongs.

    `owners` lists (agency, suffix of the source, contract): what has no conflict
    with a day's sales from another statement has a suffix. `income` holds the numbers
    of what is no sale of an image, a video or a sound.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.owners: list[tuple[str, str, str]] = []
        self.income: set[int] = set()
        self._known: dict[tuple[str, ...], int] = {}
        self._owner: dict[int, tuple[str, str]] = {}
        self._places: dict[tuple[str, str, str], int] = {}
        self._contracts: list[str] = []
        self._terms: dict[tuple[str, str], str] = {}

    def number(self, agency: str, kind: str, licence: str, country: str, currency: str) -> int:
        """Return the number of a facet."""
        key = (agency, kind, licence, country, currency)
        if key not in self._known:
            number = self._known[key] = facet_id(self.connection, *key)
            if kind == "other":
                self.income.add(number)
            self._owner[number] = (agency, "" if kind != "other" else "other")
            if not self._contracts:
                self.owner(number)
        return self._known[key]

    def contract(self, contract: str, terms: str = "") -> int:
        """Return the number of a contract."""
        if contract not in self._contracts:
            self._contracts.append(contract)
        self._terms.setdefault(("", contract), terms)
        return self._contracts.index(contract)

    def owner_of(self, agency: str, suffix: str, contract: str = "") -> int:
        """Return the place of an owner in `owners`."""
        key = (agency, suffix, contract)
        if key not in self._places:
            self._places[key] = len(self.owners)
            self.owners.append(key)
        return self._places[key]

    def owner(self, facet: int, contract: int | None = None) -> int:
        """Return the place in `owners` of whom a facet's sales under a contract belong to."""
        agency, suffix = self._owner[facet]
        if contract is None:
            return self.owner_of(agency, suffix)
        name = self._contracts[contract]
        if terms := self._terms.get(("", name)):
            self._terms[agency, name] = terms
        return self.owner_of(agency, suffix, name)

    def write_terms(self) -> None:
        """Keep what contracts are called."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO contracts VALUES (?, ?, ?)",
            [(agency, contract, terms) for (agency, contract), terms in self._terms.items() if agency],
        )


class Rates(dict[str, int]):
    """Royalty rates as millionths; empty cells as none."""

    def __init__(self, *, percent: bool, decimal: str) -> None:
        super().__init__()
        self.percent, self.decimal = percent, decimal

    def __missing__(self, text: str) -> int:
        """Read a text that was not met before."""
        plain = text.strip()
        percent = self.percent or plain.endswith("%")
        micro = parse_amount(plain.rstrip("% "), self.decimal)[0] if plain else NONE
        self[text] = micro // 100 if percent and plain else micro
        return self[text]


class Prices(Amounts):
    """Prices that a buyer paid; empty cells as none."""

    def __missing__(self, text: str) -> int:
        """Read a text that was not met before."""
        if not text.strip():
            self[text] = NONE
            return NONE
        return super().__missing__(text)


class Counts(dict[str, int]):
    """Numbers of downloads."""

    def __missing__(self, text: str) -> int:
        """Read a text that was not met before."""
        self[text] = count(text, "downloads")
        return self[text]
