"""The runs of `campaign`: judge a file for a brief, and list what is due and owed."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.campaign.brief import Brief, read_brief
from stockctl.campaign.judge import judge
from stockctl.campaign.money.accounting import brief_row, standing_kinds
from stockctl.campaign.money.counts import ANY, asked, missing, said
from stockctl.campaign.money.dependence import warnings
from stockctl.campaign.point import Point
from stockctl.campaign.posts import PENDING
from stockctl.campaign.profiles import nearest, platform_named
from stockctl.catalogue.sent import campaigns, ledger
from stockctl.errors import UsageError
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.check.run.judged import Judged
    from stockctl.config import Settings

READY, BLOCKED = "ready", "blocked"
# Families of `check`'s rules that look at the picture or film itself; texts for agencies are no business of a brand.
_MEDIA_RULES = ("IMG", "VID", "AUD", "VEC", "FIL")


@dataclass(frozen=True)
class Checked:
    """A file judged for a brief: every point, and whether it may be posted."""

    brief: Brief
    path: Path
    points: tuple[Point, ...]
    bound: str = ""

    @property
    def verdict(self) -> str:
        """`ready`, or `blocked` where a point is missed."""
        return BLOCKED if any(point.severity is Severity.ERROR for point in self.points) else READY


@dataclass(frozen=True)
class Due:
    """One brief in the list: what is next, what is posted, what came in. Amounts in micro-units."""

    brief: campaigns.BriefRow
    next: str
    posts: tuple[campaigns.PostRow, ...] = field(default_factory=tuple)

    @property
    def posted(self) -> int:
        """How many posts stand: not rejected, and posted within the window."""
        return len(standing_kinds(self.brief, self.posts))

    @property
    def missing(self) -> dict[str, int]:
        """What is still to be posted, by kind."""
        return missing(asked(self.brief.wanted, self.brief.counts), standing_kinds(self.brief, self.posts))

    @property
    def paid(self) -> int:
        """What was paid."""
        return sum(post.paid for post in self.posts)

    @property
    def owed(self) -> int:
        """What is approved and not paid."""
        return sum(post.owed for post in self.posts)


@dataclass(frozen=True)
class Listing:
    """Every brief, the one that closes first at the head, and what to beware of."""

    briefs: tuple[Due, ...]
    warnings: tuple[str, ...]


def check(
    catalogue: Catalogue, settings: Settings, brief_path: Path, path: Path, *,
    caption: str | None, post_on: date | datetime | None, code: str | None = None, now: datetime | None = None,
) -> Checked:  # fmt: skip
    """Judge a picture or clip for a brief; one that is ready is bound to a brief that wants it for itself.

    Raises:
        BriefError: the brief is broken.
        UsageError: there is no such file, or it is a folder.
        FileProblem: the file cannot be read.

    """
    brief = read_brief(brief_path)
    now = now or datetime.now(UTC)
    judged = _inspected(catalogue, settings, path)
    points = (
        *judge(brief, judged.asset, caption, post_on, now, code),
        *_code_again(catalogue, judged, code),
        *_counts(catalogue, brief, judged),
        *_media(judged),
        *_exclusive(catalogue, brief, judged, now),
        *_platform(brief),
    )
    checked = Checked(brief, path, points)
    campaigns.keep_brief(catalogue, brief_row(brief))
    campaigns.bind(catalogue, brief.key, judged.asset.media_id, str(path.absolute()), checked.verdict, code or "")
    if checked.verdict == READY and brief_row(brief).exclusive(now):
        return Checked(brief, path, points, bound=brief_row(brief).claim)
    return checked


def drop(catalogue: Catalogue, settings: Settings, brief: str, path: Path) -> bool:
    """Let a file go that was bound to a brief, named by its file or its title; tell whether it was.

    Raises:
        UsageError: no brief of that name was ever checked, or several were.

    """
    return campaigns.release(catalogue, _key(catalogue, brief), _inspected(catalogue, settings, path).asset.media_id)


def _key(catalogue: Catalogue, text: str) -> str:
    """Return the key of a brief by its file, also one that is gone, its key, its title, or its brand."""
    path, name = Path(text), text.strip().casefold()
    if os.path.isfile(path):  # noqa: PTH113 - a title may be longer than any name
        return read_brief(path).key
    known = campaigns.briefs(catalogue)
    found = [row for row in known if name in {row.key, row.title.casefold()} or row.path == str(path.absolute())]
    found = found or [row for row in known if row.brand.casefold() == name]
    if len(found) == 1:
        return found[0].key
    if found:
        hint = "say which: " + ", ".join(row.key for row in found)
        raise UsageError(f"{len(found)} campaigns go by {text!r}", hint=hint)
    titles = [row.title for row in known]
    near = difflib.get_close_matches(text, titles, 1)
    hint = f"did you mean “{near[0]}”?" if near else "known: " + (", ".join(titles) or "none was checked yet")
    raise UsageError(f"there is no brief file and no campaign {text!r}", hint=hint)


def _inspected(catalogue: Catalogue, settings: Settings, path: Path) -> Judged:
    if path.is_dir():
        raise UsageError("a folder; a brief is checked against one file", where=str(path), hint="name the file")
    from stockctl.check.run import pipeline

    report = pipeline.run(catalogue, settings, [path], workers=1)
    for problem in report.errors:
        raise problem
    if not report.assets:
        raise UsageError("no picture, clip or sound", where=str(path), hint="name the file that is to be posted")
    return report.assets[0]


def _media(judged: Judged) -> Iterator[Point]:
    """Yield what `check` finds in the file itself, whoever takes it."""
    found = [
        finding
        for finding in judged.findings
        if finding.agency is None and finding.rule.startswith(_MEDIA_RULES) and finding.severity is not Severity.INFO
    ]
    yield from (Point(one.name, one.severity, one.message, one.hint) for one in found)
    if not any(one.severity is Severity.ERROR for one in found):
        yield Point.met("media", "the file is sound" if not found else "the file is sound, with warnings")


def _counts(catalogue: Catalogue, brief: Brief, judged: Judged) -> Iterator[Point]:
    """Yield which of the pieces that the brief asks for this one is, and what is still to be made."""
    wanted = asked(brief.wanted, brief.counts)
    if not wanted:
        return
    kind = judged.asset.kind if brief.counts else ANY
    ready = campaigns.ready_kinds(catalogue, brief.key, but=judged.asset.media_id)
    number = 1 + (len(ready) if kind == ANY else ready.count(kind))
    left = missing(wanted, [*ready, judged.asset.kind])
    rest = f"; still to be made: {said(left)}" if left else ""
    if number <= wanted.get(kind, 0):
        yield Point.met("content-count", f"{kind} {number} of {wanted[kind]}{rest}")
    else:
        told = f"{said({kind: number})}; asked for: {said(wanted)}{rest}"
        yield Point("content-count", Severity.WARNING, told, "ask whether one more counts, before you make it")


def _code_again(catalogue: Catalogue, judged: Judged, code: str | None) -> Iterator[Point]:
    """Yield that a code was another clip's: platforms give a new one for each sending."""
    if code and (other := campaigns.with_code(catalogue, code, but=judged.asset.media_id)):
        said = f"the code {code} went out with another file, {other}"
        yield Point("verification-code", Severity.WARNING, said, "take the code that was given for this one")


def _exclusive(catalogue: Catalogue, brief: Brief, judged: Judged, now: datetime) -> Iterator[Point]:
    """Yield whether somebody else has the picture, or has it for himself alone."""
    media_id = judged.asset.media_id
    claim = campaigns.exclusive(catalogue, now, but=brief.key).get(media_id)
    owner = judged.asset.choices.get("exclusive", "")
    if claim:
        yield Point.missed("exclusivity", f"it is {claim}", "make another one for this brief")
    if owner:
        yield Point.missed("exclusivity", f"it is declared exclusive to {owner}", "make another one for this brief")
    if not brief_row(brief).exclusive(now):
        return
    agencies = sorted(ledger.given(catalogue, [media_id]).get(media_id, ()))
    if agencies:
        said = f"the brief wants it for itself, and it was sent to {', '.join(agencies)}"
        yield Point.missed("exclusivity", said, "make another one for this brief")
    elif not claim and not owner:
        yield Point.met("exclusivity", f"nobody else has it; it will be {brief_row(brief).claim}")


def _platform(brief: Brief) -> Iterator[Point]:
    profile = platform_named(brief.platform)
    if profile is None:
        near = nearest(brief.platform)
        hint = f"did you mean {near}?" if near else "it is kept under its name"
        yield Point("platform-unknown", Severity.WARNING, f"there is no profile of {brief.platform}", hint)
        return
    supported = profile.value("pays")
    if supported and brief.pay.model not in supported:
        said = f"{profile.title} is known to pay {', '.join(supported)}; the brief says {brief.pay.model}"
        yield Point("pay-model", Severity.WARNING, said, "read the platform's terms again")


def listing(catalogue: Catalogue, now: datetime | None = None) -> Listing:
    """Return every brief that was checked or accounted for: what is next, posted, paid and owed."""
    now = now or datetime.now(UTC)
    rows = campaigns.posts(catalogue)
    due = []
    for brief in campaigns.briefs(catalogue):
        own = tuple(row for row in rows if row.brief == brief.key)
        due.append(Due(brief, _next(brief, own, now), own))
    return Listing(tuple(due), tuple(warnings(catalogue)))


def _next(brief: campaigns.BriefRow, posts: Sequence[campaigns.PostRow], now: datetime) -> str:
    """Return the next step for a brief, in a few words."""
    standing = standing_kinds(brief, posts)
    lacking = missing(asked(brief.wanted or 1, brief.counts), standing)
    left = said(lacking) if brief.counts else sum(lacking.values())
    if left and now <= brief.closes:
        if brief.draft_due and now <= brief.draft_due:
            return f"hand in the draft by {brief.draft_due:%Y-%m-%d}"
        if now < brief.opens:
            return f"post {left} from {brief.opens:%Y-%m-%d} on"
        return f"post {left} by {brief.closes:%Y-%m-%d}"
    if any(post.owed for post in posts):
        return "ask for what is owed"
    if any(post.status == PENDING for post in posts):
        return "wait for the platform's word"
    if left:
        return f"closed; {left} not posted" if posts else "closed; nothing posted"
    return "done"
