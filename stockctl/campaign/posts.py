"""A campaign's posts: a CSV with one row for each time that a post's numbers were read."""

from __future__ import annotations

import csv
import difflib
import io
import re
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from stockctl.campaign.profiles import platform_named
from stockctl.campaign.schema import YEARS
from stockctl.earnings.terms.money import AmountError, parse_amount
from stockctl.errors import StatementError
from stockctl.files.opening import read_text
from stockctl.media.identify import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stockctl.campaign.brief import Brief

HEADER = ("url", "posted_at", "read_at", "views", "likes", "comments", "shares", "status", "paid")
# Columns that may stand beside them; others are the person's own business.
MORE = ("currency", "paid_at", "hours", "kind", "claim")
PENDING, APPROVED, REJECTED, PAID, ENDED = STATUSES = ("pending", "approved", "rejected", "paid", "ended")
# The platform takes nothing new, and still pays what it approved before.
CLOSED = "closed"
# What several platforms call the same things; a platform's own words stand in its file and come first.
SYNONYMS = {
    **dict.fromkeys(
        ("", "active", "submitted", "review", "in review", "manual_review", "flagged", "pending cpm"), PENDING
    ),
    **dict.fromkeys(("finalized", "accepted", "validated"), APPROVED),
    **dict.fromkeys(("declined", "refused", "disqualified"), REJECTED),
    **{status: status for status in STATUSES},
}
# Addresses of networks that tell what a post is (TikTok, Instagram, YouTube); Instagram's /p/ may be either.
_KINDS_BY_ADDRESS = {
    Kind.VIDEO: re.compile(r"/(video|reels?|shorts)/|youtu\.be/|/watch\?"),
    Kind.PHOTO: re.compile(r"tiktok\.com/.*/photo/"),
}
# A hundred times what the most watched post of all has; larger ones are slips of the pen.
_MOST_VIEWS = 10**12
_DIGITS = 30
_MOST_HOURS = 100_000
_WHOLE = re.compile(r"\d+|\d{1,3}([., ])\d{3}(\1\d{3})*")


@dataclass(frozen=True)
class Reading:
    """One row: a post's numbers at one time. `paid` is in micro-units, None where nothing is said.

    `said` is the platform's word for its status; `claim` the number of the
    claim that the row tells of, empty where it tells of the post itself. In a
    claim's row `paid` is what that claim brought, else what the post brought
    so far.
    """

    line: int
    url: str
    posted_at: datetime
    read_at: datetime
    views: int
    likes: int
    comments: int
    shares: int
    status: str
    paid: int | None = None
    paid_at: datetime | None = None
    hours: Fraction = field(default_factory=Fraction)
    kind: str = ""
    said: str = ""
    claim: str = ""

    @property
    def reactions(self) -> int:
        """Likes, comments and shares together."""
        return self.likes + self.comments + self.shares


@dataclass(frozen=True)
class Post:
    """A post with its readings, the oldest first."""

    url: str
    readings: tuple[Reading, ...]

    @property
    def first(self) -> Reading:
        """The oldest reading."""
        return self.readings[0]

    @property
    def last(self) -> Reading:
        """The newest reading."""
        return self.readings[-1]

    @property
    def status(self) -> str:
        """Where the post stands, by the newest row that tells of itself; a claim that was refused refuses no post."""
        told = [reading for reading in self.readings if not reading.claim]
        if not told:
            paid = any(reading.status == PAID for reading in self.readings)
            return PAID if paid else APPROVED
        standing = [reading.status for reading in told if reading.status != CLOSED]
        if told[-1].status == CLOSED:
            return standing[-1] if standing and standing[-1] in {APPROVED, PAID} else ENDED
        return told[-1].status

    @property
    def said(self) -> str:
        """The platform's word for where the post stands, as its newest row has it."""
        return next((reading.said for reading in reversed(self.readings) if not reading.claim), "")

    @property
    def claims(self) -> tuple[Reading, ...]:
        """The newest row of each claim, in their order."""
        return tuple({reading.claim: reading for reading in self.readings if reading.claim}.values())

    @property
    def kind(self) -> str:
        """What it is, a photo or a video; empty where nothing tells it."""
        return next((reading.kind for reading in self.readings if reading.kind), "")


def read_posts(path: Path, brief: Brief, problems: list[StatementError] | None = None) -> list[Post]:
    """Read the posts of a brief, in the order in which they were posted.

    Times without a zone are the brief's; amounts without a currency too. A
    status that is not known is taken as pending, and added to `problems`.

    Raises:
        StatementError: another header, a cell that means nothing, an amount in
            another currency, or views that shrink; `where` names file and line.

    """
    try:
        text = read_text(path, "utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        hint = "posts are a CSV in UTF-8 with the header " + ",".join(HEADER)
        raise StatementError(f"cannot read the posts: {error}", where=str(path), hint=hint) from error
    table = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
    try:
        rows = [(table.line_num, cells) for cells in table]
    except csv.Error as error:
        where = f"{path}:{table.line_num}"
        raise StatementError(f"not a CSV: {error}", where=where, hint="mend that line") from error
    return _posts(path, brief, rows, [] if problems is None else problems)


def _delimiter(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(",;\t", key=head.count)


def _posts(path: Path, brief: Brief, rows: list[tuple[int, list[str]]], problems: list[StatementError]) -> list[Post]:
    header = [name.strip().lower() for name in (rows[0][1] if rows else [])]
    if tuple(header[: len(HEADER)]) != HEADER:
        missing = [name for name in HEADER if name not in header]
        said = "lacks " + ", ".join(missing) if missing else "has the columns in another order"
        raise StatementError(f"the header {said}", where=f"{path}:1", hint="begin it with " + ",".join(HEADER))
    for name in set(header) - {*HEADER, *MORE}:
        if near := difflib.get_close_matches(name, MORE, 1, 0.8):
            raise StatementError(f"unknown column {name!r}", where=f"{path}:1", hint=f"did you mean {near[0]}?")
    by_url: dict[str, list[Reading]] = {}
    for line, cells in rows[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        row = _Row(path, line, brief, dict(zip(header, cells, strict=False)), problems)
        if len(cells) < len(HEADER) or any(cell.strip() for cell in cells[len(header) :]):
            hint = "one cell for each column; a comma within a number or a text needs quotes around it"
            raise row.refused(f"{len(cells)} cells, the header has {len(header)}", hint)
        reading = row.reading()
        by_url.setdefault(reading.url, []).append(reading)
    posts = [_post(path, url, readings) for url, readings in by_url.items()]
    return sorted(posts, key=lambda post: post.first.posted_at)


def _post(path: Path, url: str, readings: list[Reading]) -> Post:
    ordered = sorted(readings, key=lambda reading: (reading.read_at, reading.line))
    for before, after in pairwise(ordered):
        where = f"{path}:{max(before.line, after.line)}"
        if after.posted_at != before.posted_at:
            said = f"{url} is posted at another time than in line {min(before.line, after.line)}"
            raise StatementError(said, where=where, hint="one post has one time; mend posted_at")
        if before.kind and after.kind and after.kind != before.kind:
            said = f"{url} is a {after.kind} in line {after.line}, a {before.kind} in line {before.line}"
            raise StatementError(said, where=where, hint="one post is of one kind; mend kind")
        if after.views < before.views:
            said = (
                f"the views of {url} shrink: {before.views} in line {before.line}, {after.views} in line {after.line}"
            )
            hint = "mend the number; where the platform took false views away, leave out the earlier reading"
            raise StatementError(said, where=f"{path}:{after.line}", hint=hint)
    return Post(url, tuple(ordered))


@dataclass(frozen=True)
class _Row:
    """One row while it is read."""

    path: Path
    line: int
    brief: Brief
    cells: Mapping[str, str]
    problems: list[StatementError]

    def refused(self, message: str, hint: str) -> StatementError:
        return StatementError(message, where=f"{self.path}:{self.line}", hint=hint)

    def cell(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    def reading(self) -> Reading:
        url = self.cell("url")
        if not url:
            raise self.refused("the url is empty", "write the post's address: it is what tells posts apart")
        posted, read = self.moment("posted_at"), self.moment("read_at")
        if posted is None or read is None:
            missing = "posted_at" if posted is None else "read_at"
            raise self.refused(f"{missing} is empty", "write a time such as 2026-05-16T18:20:00+08:00")
        if read < posted:
            raise self.refused("read_at is before posted_at", "mend one of the two times")
        return Reading(
            line=self.line,
            url=url,
            posted_at=posted,
            read_at=read,
            views=self.whole("views"),
            likes=self.whole("likes"),
            comments=self.whole("comments"),
            shares=self.whole("shares"),
            status=self.status(),
            paid=self.paid(),
            paid_at=self.moment("paid_at"),
            hours=self.hours(),
            kind=self.kind(url),
            said=self.cell("status"),
            claim=self.cell("claim"),
        )

    def kind(self, url: str) -> str:
        """Return what the row says it is, else what the brief or the address leaves no doubt of."""
        text = self.cell("kind").lower()
        if text and text not in set(Kind):
            raise self.refused(f"there is no kind {text!r}", "known: " + ", ".join(Kind))
        if not text and len(self.brief.kinds) == 1:
            return self.brief.kinds[0]
        return text or next((kind for kind, address in _KINDS_BY_ADDRESS.items() if address.search(url)), "")

    def moment(self, name: str) -> datetime | None:
        text = self.cell(name)
        if not text:
            return None
        try:
            value = datetime.fromisoformat(text)
        except ValueError as error:
            raise self.refused(f"{name} is no time: {text!r}", "write it as 2026-05-16T18:20:00+08:00") from error
        if value.year not in YEARS:
            raise self.refused(f"{name} lies in the year {value.year}", "mend the year")
        return value if value.tzinfo else value.replace(tzinfo=self.brief.zone)

    def whole(self, name: str) -> int:
        text = self.cell(name)
        if not text and name != "views":
            return 0
        if not _WHOLE.fullmatch(text):
            raise self.refused(f"{name} is no whole number: {text!r}", "write it out: 15800, not 15.8K")
        number = int(re.sub(r"\D", "", text[:_DIGITS]))
        if len(text) > _DIGITS or number > _MOST_VIEWS:
            raise self.refused(f"{name} is too large: {text[:_DIGITS]}", "mend the number")
        return number

    def status(self) -> str:
        text = self.cell("status").lower()
        platform = platform_named(self.brief.platform)
        known: dict[str, str] = dict(SYNONYMS)
        if platform is not None:
            known |= platform.statuses
            if self.cell("claim"):
                known |= platform.claim_statuses
        if text in known:
            return known[text]
        near = difflib.get_close_matches(text, known, 1, 0.8)
        words = dict.fromkeys((*STATUSES, *sorted(filter(None, known))))
        hint = f"did you mean {near[0]}?" if near else "known: " + ", ".join(words)
        self.problems.append(self.refused(f"there is no status {text!r}; taken as pending", hint))
        return PENDING

    def paid(self) -> int | None:
        text = self.cell("paid")
        named = self.cell("currency").upper()
        wanted = self.brief.pay.currency
        try:
            micro, currency = parse_amount(text) if text else (0, "")
        except AmountError as error:
            raise self.refused(f"paid is no amount: {error}", "write it as 66.00") from error
        for one in (currency, named):
            if one and one != wanted:
                said = f"paid is in {one}, and the brief pays in {wanted}"
                raise self.refused(said, "keep one file for each currency; amounts of two are never added")
        if micro < 0:
            raise self.refused("paid must not be negative", "what was taken back is left out of paid")
        return micro if text else None

    def hours(self) -> Fraction:
        text = self.cell("hours").replace(",", ".")
        try:
            hours = Fraction(text or 0)
        except (ValueError, ZeroDivisionError) as error:
            raise self.refused(f"hours is no number: {text!r}", "write it as 2.5") from error
        if not 0 <= hours <= _MOST_HOURS:
            raise self.refused(f"hours must not be {'negative' if hours < 0 else 'so many'}", "write it as 2.5")
        return hours
