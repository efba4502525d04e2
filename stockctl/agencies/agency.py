"""An agency as the program knows it: facts, each with its source, and what is read off them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stockctl.media.identify import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class Confidence(StrEnum):
    """How far a fact can be trusted; `official` is a page or a file of the agency itself."""

    OFFICIAL = "official"
    THIRD_PARTY = "third-party"
    MEMORY = "memory"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Limit:
    """One fact: its value (None where unknown), where it is from, and when that was last looked at.

    `disputed` marks an official value that another source contradicts, `examples`
    a list that names some of what is taken, and closes nothing out.
    """

    value: Any
    source: str
    confidence: Confidence
    checked: date
    note: str = ""
    disputed: bool = False
    examples: bool = False

    @property
    def official(self) -> bool:
        """Whether a finding that rests on it may block a file."""
        return self.confidence is Confidence.OFFICIAL and not self.disputed

    def to_json(self) -> dict[str, Any]:
        """Return the fact as `stockctl agencies --json` prints it."""
        return {
            "value": self.value,
            "source": self.source or None,
            "confidence": self.confidence.value,
            "checked": self.checked.isoformat(),
            "disputed": self.disputed,
            "examples": self.examples,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Category:
    """A category: `id` is what the agency's sheet wants, `name` what a person reads."""

    id: str
    name: str


@dataclass(frozen=True)
class Sheet:
    """The agency's CSV: its columns in order, and how its cells are written.

    `columns` pairs the agency's column name with what fills it (`fields.py`
    lists the words); a field that begins with `=` is written as it stands,
    an empty one leaves the cell empty.
    """

    columns: tuple[tuple[str, str], ...]
    delimiter: str = ","
    quote_all: bool = False
    bom: bool = False
    line_end: str = "\r\n"
    encoding: str = "utf-8"
    keyword_separator: str = ","
    category_separator: str = ","
    no_category: str = ""
    release_separator: str = ","
    date_format: str = ""
    yes: str = "yes"
    no: str = "no"
    not_applicable: str = ""
    image_types: Mapping[str, str] = field(default_factory=dict)
    with_the_files: bool = False
    next_step: str = ""
    max_rows: int | None = None
    max_bytes: int | None = None
    formats: frozenset[str] = frozenset()

    @property
    def header(self) -> tuple[str, ...]:
        """The first line's cells."""
        return tuple(name for name, _ in self.columns)

    @property
    def delivery(self) -> str:
        """`with the files` where the agency takes the sheet in the same way, else `by hand`."""
        return "with the files" if self.with_the_files else "by hand"


@dataclass(frozen=True)
class Transport:
    """How files reach the agency. `protocol` is ftp, ftps, sftp, web, or empty where unknown.

    `folders` and `hosts` say where a kind, a companion (`additional`) or a
    release goes when that is not `folder` and `host`; `makes_folders` that a
    person may make the agency's folders there.
    """

    protocol: str = ""
    host: str = ""
    port: int | None = None
    folder: str = "/"
    passive: bool = True
    login: str = ""
    access: str = ""
    folders: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    makes_folders: bool = False

    def place_of(self, what: str) -> str:
        """Return the folder of a kind, of `additional` files or of `releases`, as seen from `folder`.

        Such folders stand beside the one for all else; where that is the one
        that the login leads to, below it.
        """
        named = self.folders.get(what, "").strip("/")
        if not named:
            return "/"
        return f"../{named}" if self.folder.strip("/") else f"/{named}"

    def host_for(self, kind: str) -> str:
        """Return the host that takes a kind."""
        return self.hosts.get(kind, self.host)


@dataclass(frozen=True, eq=False)
class Agency:
    """An agency: `name` is its key everywhere, `limits` every fact about it by dotted key.

    `initials` stand for it where a table is narrow; `own` says that a file of
    the person's own made or changed it. Of a `profile` too little is known to
    judge files by: it takes part only where it is named. `package` is that of
    others which brought it.
    """

    name: str
    title: str
    initials: str
    limits: Mapping[str, Limit]
    order: int = 0
    note: str = ""
    aliases: tuple[str, ...] = ()
    closed: bool = False
    own: bool = False
    profile: bool = False
    package: str = ""

    @cached_property
    def _known(self) -> dict[str, Limit]:
        return {key: limit for key, limit in self.limits.items() if limit.value is not None}

    def limit(self, key: str) -> Limit | None:
        """Return a fact whose value is known, or None."""
        return self._known.get(key)

    def text(self, key: str, default: str = "") -> str:
        """Return a fact's value as text."""
        found = self.limit(key)
        return default if found is None else str(found.value)

    def number(self, key: str) -> float | None:
        """Return a fact's value as a number, or None where it is unknown."""
        found = self.limit(key)
        return None if found is None else float(found.value)

    def flag(self, key: str) -> bool | None:
        """Return a fact that is true or false, or None where it is unknown."""
        found = self._known.get(key)
        return None if found is None else bool(found.value)

    def items(self, key: str) -> tuple[Any, ...]:
        """Return a fact that is a list; empty where it is unknown."""
        found = self.limit(key)
        return () if found is None else tuple(found.value)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a fact that is a list of texts; empty where it is unknown."""
        return self.items(key)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a fact that is a list of numbers; empty where it is unknown."""
        return self.items(key)

    @cached_property
    def accepts(self) -> frozenset[str]:
        """The kinds that the agency takes: photo, illustration, vector, video, audio."""
        return frozenset(kind.value for kind in Kind if self.flag(f"accepts.{kind}"))

    @cached_property
    def _formats(self) -> dict[str, frozenset[str]]:
        return {kind.value: frozenset(self.words(f"formats.{kind}")) for kind in Kind}

    def knows(self, kind: str) -> bool:
        """Whether anything is known of what the agency asks of files of a kind, beside that it takes them."""
        room = "image" if kind in {Kind.PHOTO, Kind.ILLUSTRATION} else kind
        return any(key.partition(".")[0] in {room, "meta"} or key == f"formats.{kind}" for key in self._known)

    def formats(self, kind: str) -> frozenset[str]:
        """Return the formats taken for a kind; empty where that is unknown."""
        return self._formats[kind]

    def categories(self, kind: str = Kind.PHOTO) -> tuple[Category, ...]:
        """Return the categories for a kind; empty where the agency has none or they are unknown."""
        key = f"categories.{kind}" if f"categories.{kind}" in self.limits else "categories.all"
        items = (item if isinstance(item, list) else (item, item) for item in self.items(key))
        return tuple(Category(id_, name) for id_, name in items)

    def category_name(self, id_: str, kind: str = Kind.PHOTO) -> str:
        """Return what a person reads for a category's id; the id where it is unknown."""
        return next((category.name for category in self.categories(kind) if category.id == id_), id_)

    @property
    def sheet(self) -> Sheet | None:
        """The sheet for photos, or None where the agency's columns are unknown."""
        return self.sheet_for(Kind.PHOTO)

    def sheet_for(self, kind: str, *, ai: bool = False) -> Sheet | None:
        """Return the sheet for a kind, and for generated pictures where those have one of their own."""
        variants = (["ai"] if ai else []) + [kind]
        columns = next((found for name in variants if (found := self.items(f"sheet.{name}.columns"))), None)
        columns = columns or self.items("sheet.columns")
        if not columns:
            return None
        rows, size = self.number("sheet.max_rows"), self.number("sheet.max_mb")
        yes, no = self.words("sheet.yes_no") or ("yes", "no")
        return Sheet(
            columns=tuple((name, filling) for name, filling in columns),
            delimiter=self.text("sheet.delimiter", ","),
            quote_all=bool(self.flag("sheet.quote_all")),
            bom=bool(self.flag("sheet.bom")),
            line_end=self.text("sheet.line_end", "\r\n"),
            encoding=self.text("sheet.encoding", "utf-8"),
            keyword_separator=self.text("sheet.keyword_separator", ","),
            category_separator=self.text("sheet.category_separator", ","),
            no_category=self.text("sheet.no_category"),
            release_separator=self.text("sheet.release_separator", ","),
            date_format=self.text("sheet.date_format"),
            yes=yes,
            no=no,
            not_applicable=self.text("sheet.not_applicable"),
            image_types=dict(self.items("sheet.image_types")),
            with_the_files=bool(self.flag("sheet.with_the_files")),
            next_step=self.text("sheet.next_step"),
            max_rows=None if rows is None else int(rows),
            max_bytes=None if size is None else int(size * 1_000_000),
            formats=frozenset(self.words("sheet.formats")),
        )

    @cached_property
    def transport(self) -> Transport:
        """How files reach the agency."""
        port = self.number("transport.port")
        return Transport(
            protocol=self.text("transport.protocol"),
            host=self.text("transport.host"),
            port=None if port is None else int(port),
            folder=self.text("transport.folder", "/"),
            passive=self.flag("transport.passive") is not False,
            login=self.text("transport.login"),
            access=self.text("transport.access"),
            folders=self._below("transport.folders."),
            hosts=self._below("transport.hosts."),
            makes_folders=self.flag("transport.makes_folders") is True,
        )

    def _below(self, prefix: str) -> dict[str, str]:
        keys = [key for key in self.limits if key.startswith(prefix)]
        return {key.removeprefix(prefix): self.text(key) for key in keys if self.limit(key)}
