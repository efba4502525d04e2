"""Tables of campaigns: briefs that were met, media bound to one, and their posts as last accounted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import MAXYEAR, UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen.assets import now

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("campaigns")


@migrations
def m001_campaigns(db: Database) -> None:
    """Start with briefs, the media that were checked for them, and their posts."""
    db.table("campaign_briefs").create(
        {
            "key": str,
            "path": str,
            "title": str,
            "brand": str,
            "platform": str,
            "model": str,
            "currency": str,
            "opens": str,
            "closes": str,
            "draft_due": str,
            "exclusive_until": str,
            "wanted": int,
            "seen_at": str,
        },
        pk="key",
        not_null={"path", "title", "brand", "platform", "model", "currency", "opens", "closes", "wanted", "seen_at"},
    )
    db.table("campaign_media").create(
        {"brief": str, "media_id": str, "path": str, "verdict": str, "checked_at": str},
        pk=("brief", "media_id"),
        not_null={"path", "verdict", "checked_at"},
        foreign_keys=[("brief", "campaign_briefs", "key")],
    )
    db.table("campaign_media").create_index(["media_id"])
    db.table("campaign_posts").create(
        {
            "brief": str,
            "url": str,
            "posted_at": str,
            "status": str,
            "views": int,
            "expected": int,
            "paid": int,
            "owed": int,
            "points": int,
            "hours": str,
        },
        pk=("brief", "url"),
        not_null={"posted_at", "status", "views", "paid", "owed", "points", "hours"},
        foreign_keys=[("brief", "campaign_briefs", "key")],
    )


@migrations
def m002_counts(db: Database) -> None:
    """Keep how many posts of each kind a brief asks for (JSON), and each post's kind."""
    db.execute("ALTER TABLE campaign_briefs ADD COLUMN counts TEXT NOT NULL DEFAULT '{}'")
    db.execute("ALTER TABLE campaign_posts ADD COLUMN kind TEXT NOT NULL DEFAULT ''")


@migrations
def m003_rights(db: Database) -> None:
    """Keep what terms take of the rights, the code of a sending, a post's one address, and the views paid for."""
    db.execute("ALTER TABLE campaign_briefs ADD COLUMN rights TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE campaign_media ADD COLUMN code TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE campaign_posts ADD COLUMN link TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE campaign_posts ADD COLUMN paid_views INTEGER")
    db.execute("UPDATE campaign_posts SET paid_views = CASE WHEN paid > 0 THEN views ELSE 0 END")
    db.table("campaign_posts").create_index(["link"])


@dataclass(frozen=True)
class BriefRow:
    """A brief as the catalogue keeps it.

    `wanted` is how many posts it asks for, 0 where it does not say; `counts`
    how many of each kind, empty where it does not say; `rights` what the
    platform's terms take, empty where nothing is known.
    """

    key: str
    path: str
    title: str
    brand: str
    platform: str
    model: str
    currency: str
    opens: datetime
    closes: datetime
    wanted: int = 0
    draft_due: datetime | None = None
    exclusive_until: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    rights: str = ""

    def exclusive(self, at: datetime) -> bool:
        """Whether what was made for it may go nowhere else at that time."""
        return self.exclusive_until is not None and at <= self.exclusive_until

    @property
    def claim(self) -> str:
        """What its exclusivity says, in words."""
        until = self.exclusive_until
        end = f" until {until:%Y-%m-%d}" if until is not None and until.year < MAXYEAR else ""
        return f"exclusive to {self.brand} on {self.platform}{end}"


@dataclass(frozen=True)
class PostRow:
    """A post as last accounted.

    Amounts in micro-units, `expected` None while a pot's views are unknown;
    `kind` is empty where nothing tells it; `link` is the address by which two
    ways of writing it are the same post; `paid_views` are those that `paid` is
    for.
    """

    brief: str
    url: str
    posted_at: datetime
    status: str
    views: int
    expected: int | None
    paid: int
    owed: int
    points: int
    hours: Fraction
    kind: str = ""
    link: str = ""
    paid_views: int = 0


def keep_brief(catalogue: Catalogue, row: BriefRow) -> None:
    """Keep a brief, or what it says now."""
    with catalogue.transaction() as connection:
        connection.execute(
            "INSERT INTO campaign_briefs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET path = excluded.path, title = excluded.title, brand = excluded.brand,"
            " model = excluded.model, currency = excluded.currency, opens = excluded.opens, closes = excluded.closes,"
            " draft_due = excluded.draft_due, exclusive_until = excluded.exclusive_until, wanted = excluded.wanted,"
            " seen_at = excluded.seen_at, counts = excluded.counts, rights = excluded.rights",
            (
                *(row.key, row.path, row.title, row.brand, row.platform, row.model, row.currency),
                *map(_as_told, (row.opens, row.closes, row.draft_due, row.exclusive_until)),
                *(row.wanted, now(), json.dumps(dict(row.counts)), row.rights),
            ),
        )


def bind(catalogue: Catalogue, brief: str, media_id: str, path: str, verdict: str, code: str = "") -> None:
    """Keep that a picture or film was checked for a brief; one that was ready once is bound to it until released.

    `code` is what the platform gave for this sending, empty where none was told.
    """
    with catalogue.transaction() as connection:
        connection.execute(
            "INSERT INTO campaign_media (brief, media_id, path, verdict, checked_at, code) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (brief, media_id) DO UPDATE SET"
            " path = excluded.path, checked_at = excluded.checked_at,"
            " code = CASE excluded.code WHEN '' THEN code ELSE excluded.code END,"
            " verdict = CASE verdict WHEN 'ready' THEN 'ready' ELSE excluded.verdict END",
            (brief, media_id, path, verdict, now(), code),
        )


def with_code(catalogue: Catalogue, code: str, *, but: str) -> str:
    """Return the path of another picture or film that went out under a code, empty where none did."""
    rows = catalogue.rows("SELECT path FROM campaign_media WHERE code = ? AND media_id <> ? LIMIT 1", [code, but])
    return str(rows[0]["path"]) if rows else ""


def elsewhere(catalogue: Catalogue, links: Iterable[str], *, but: str) -> dict[str, str]:
    """Return the titles of other briefs under which these links stand, by link."""
    found = {}
    for link in links:
        rows = catalogue.rows(
            "SELECT b.title FROM campaign_posts p JOIN campaign_briefs b ON b.key = p.brief"
            " WHERE p.link = ? AND p.brief <> ? LIMIT 1",
            [link, but],
        )
        if rows:
            found[link] = str(rows[0]["title"])
    return found


def rights(catalogue: Catalogue) -> dict[str, str]:
    """Return what a platform's terms may take of pictures and films made for its briefs, by media_id."""
    rows = catalogue.rows(
        "SELECT m.media_id, b.rights FROM campaign_briefs b JOIN campaign_media m ON m.brief = b.key"
        " WHERE b.rights <> '' AND m.verdict = 'ready'"
    )
    return {row["media_id"]: row["rights"] for row in rows}


def release(catalogue: Catalogue, brief: str, media_id: str) -> bool:
    """Let a picture or film go that was bound to a brief; tell whether it was."""
    with catalogue.transaction() as connection:
        gone = connection.execute(
            "DELETE FROM campaign_media WHERE brief = ? AND media_id = ?", (brief, media_id)
        ).rowcount
    return gone > 0


def keep_posts(catalogue: Catalogue, brief: str, rows: Iterable[PostRow]) -> None:
    """Make the posts of a brief exactly `rows`."""
    with catalogue.transaction() as connection:
        connection.execute("DELETE FROM campaign_posts WHERE brief = ?", (brief,))
        connection.executemany(
            "INSERT INTO campaign_posts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(brief, row.url, row.posted_at.astimezone(UTC).isoformat(), row.status, row.views),
                    *(row.expected, row.paid, row.owed, row.points, str(row.hours), row.kind, row.link, row.paid_views),
                )
                for row in rows
            ],
        )


def briefs(catalogue: Catalogue) -> list[BriefRow]:
    """Return every brief, the one that closes first at the head."""
    rows = [_brief(row) for row in catalogue.rows("SELECT * FROM campaign_briefs")]
    return sorted(rows, key=lambda row: (row.closes, row.key))


def posts(catalogue: Catalogue) -> list[PostRow]:
    """Return every post of every brief, the oldest first."""
    return [
        PostRow(
            brief=row["brief"],
            url=row["url"],
            posted_at=datetime.fromisoformat(row["posted_at"]),
            status=row["status"],
            views=row["views"],
            expected=row["expected"],
            paid=row["paid"],
            owed=row["owed"],
            points=row["points"],
            hours=Fraction(row["hours"]),
            kind=row["kind"],
            link=row["link"],
            paid_views=row["paid_views"] or 0,
        )
        for row in catalogue.rows("SELECT * FROM campaign_posts ORDER BY posted_at, brief, url")
    ]


def bound(catalogue: Catalogue) -> dict[str, list[str]]:
    """Return the keys of the briefs that each picture or film is ready for, by media_id."""
    found: dict[str, list[str]] = {}
    for row in catalogue.rows("SELECT media_id, brief FROM campaign_media WHERE verdict = 'ready' ORDER BY brief"):
        found.setdefault(row["media_id"], []).append(row["brief"])
    return found


def ready_kinds(catalogue: Catalogue, brief: str, *, but: str = "") -> list[str]:
    """Return the kind of each picture or film that is ready for a brief; `but` leaves one out."""
    rows = catalogue.rows(
        "SELECT a.kind FROM campaign_media m JOIN assets a ON a.media_id = m.media_id"
        " WHERE m.brief = ? AND m.verdict = 'ready' AND m.media_id <> ?",
        [brief, but],
    )
    return [row["kind"] for row in rows]


def exclusive(catalogue: Catalogue, at: datetime | None = None, *, but: str = "") -> dict[str, str]:
    """Return the media that a campaign holds for itself alone, by media_id, with the claim in words.

    `at` is the time to judge for, by default now; `but` leaves one brief out.
    """
    moment = at or datetime.now(UTC)
    known = {row.key: row for row in briefs(catalogue) if row.key != but and row.exclusive(moment)}
    claims = {
        media_id: [known[key].claim for key in keys if key in known] for media_id, keys in bound(catalogue).items()
    }
    return {media_id: said[0] for media_id, said in claims.items() if said}


def _as_told(moment: datetime | None) -> str | None:
    # On the brief's own clock: in another zone the same moment may fall on another day.
    return None if moment is None else moment.isoformat()


def _brief(row: sqlite3.Row) -> BriefRow:
    def moment(name: str) -> datetime | None:
        return datetime.fromisoformat(row[name]) if row[name] else None

    opens, closes = moment("opens"), moment("closes")
    assert opens is not None
    assert closes is not None
    return BriefRow(
        key=row["key"],
        path=row["path"],
        title=row["title"],
        brand=row["brand"],
        platform=row["platform"],
        model=row["model"],
        currency=row["currency"],
        opens=opens,
        closes=closes,
        wanted=row["wanted"],
        draft_due=moment("draft_due"),
        exclusive_until=moment("exclusive_until"),
        counts=json.loads(row["counts"]),
        rights=row["rights"],
    )
