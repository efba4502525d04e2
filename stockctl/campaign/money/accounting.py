"""Accounting for a brief's posts: what each earns, what was paid into the ledger of sales, what is to be asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stockctl.campaign.brief import Brief, read_brief
from stockctl.campaign.links import same_post
from stockctl.campaign.money.counts import ANY, asked, missing, said
from stockctl.campaign.money.dependence import warnings
from stockctl.campaign.money.pay import Settled, Totals, settle, total
from stockctl.campaign.posts import ENDED, PAID, REJECTED, read_posts
from stockctl.campaign.profiles import platform_named
from stockctl.catalogue.sent import campaigns
from stockctl.catalogue.sold import sales

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from stockctl.campaign.posts import Reading
    from stockctl.catalogue import Catalogue
    from stockctl.errors import StatementError


@dataclass(frozen=True)
class Paid:
    """A brief's posts accounted for; `booked` rows stand in the ledger of sales."""

    brief: Brief
    posts: tuple[Settled, ...]
    totals: Totals
    booked: int
    warnings: tuple[str, ...] = ()
    missing: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[StatementError, ...] = ()

    @property
    def errors(self) -> tuple[StatementError, ...]:
        """What is wrong with single rows and posts."""
        return (*self.problems, *(post.problem for post in self.posts if post.problem is not None))


def pay(catalogue: Catalogue, brief_path: Path, posts_path: Path) -> Paid:
    """Account for a brief's posts: work out what each earns, and book what was paid.

    Accounting again replaces what stood there, so nothing is counted twice.

    Raises:
        BriefError: the brief is broken.
        StatementError: the posts are.

    """
    brief = read_brief(brief_path)
    problems: list[StatementError] = []
    settled = settle(brief, read_posts(posts_path, brief, problems), posts_path)
    with catalogue.transaction():
        campaigns.keep_brief(catalogue, brief_row(brief))
        rows = [_post_row(brief, one) for one in settled]
        twice = tuple(_twice(catalogue, brief, rows))
        campaigns.keep_posts(catalogue, brief.key, rows)
        booked = sales.book(catalogue, _entries(brief, settled), source=f"campaign:{brief.key}")
    return Paid(
        brief,
        tuple(settled),
        total(brief, settled),
        booked,
        (
            *_differences(brief, settled),
            *_untold(brief, rows),
            *_too_many(brief, rows),
            *twice,
            *_locked(brief, settled),
            *warnings(catalogue, currency=brief.pay.currency),
        ),
        missing(asked(brief.wanted, brief.counts), standing_kinds(brief_row(brief), rows)),
        tuple(problems),
    )


def _too_many(brief: Brief, rows: Sequence[campaigns.PostRow]) -> Iterator[str]:
    """Yield that more posts stand than the brief asks for: whether they are paid is the brand's word."""
    wanted = asked(brief.wanted, brief.counts)
    kinds = standing_kinds(brief_row(brief), rows)
    for kind, count in wanted.items():
        standing = len(kinds) if kind == ANY else kinds.count(kind)
        if standing > count:
            yield f"{said({kind: standing})} stand, and the brief asks for {count}: ask whether the others are paid"


def _twice(catalogue: Catalogue, brief: Brief, rows: Sequence[campaigns.PostRow]) -> Iterator[str]:
    """Yield each post that stands under two addresses, or in another campaign: platforms pay a post once."""
    seen: dict[str, str] = {}
    for row in rows:
        if row.link in seen:
            yield f"{row.url}: the same post as {seen[row.link]}; a platform pays it once"
        seen.setdefault(row.link, row.url)
    for link, title in campaigns.elsewhere(catalogue, seen, but=brief.key).items():
        yield f"{seen[link]}: it stands in “{title}” too; ask whether one post may count for two campaigns"


def _locked(brief: Brief, settled: Sequence[Settled]) -> Iterator[str]:
    """Yield each post with so many refused claims in a row that the platform locks it."""
    profile = platform_named(brief.platform)
    most = profile.value("refused_claims") if profile else None
    for one in settled:
        refused = 0
        for claim in one.post.claims:
            refused = refused + 1 if claim.status == REJECTED else 0
        if profile is not None and most and refused >= most:
            yield f"{one.post.url}: {refused} claims in a row were refused; {profile.title} locks a clip after {most}"


def standing_kinds(brief: campaigns.BriefRow, posts: Sequence[campaigns.PostRow]) -> list[str]:
    """Return the kind of each post that stands: not rejected, and posted within the window."""
    return [
        post.kind
        for post in posts
        if post.status not in {REJECTED, ENDED} and brief.opens <= post.posted_at <= brief.closes
    ]


def _untold(brief: Brief, posts: Sequence[campaigns.PostRow]) -> Iterator[str]:
    if brief.counts:
        for post in posts:
            if not post.kind:
                yield f"{post.url}: nothing tells whether it is a {' or a '.join(brief.kinds)}; add a column kind"


def _entries(brief: Brief, settled: Sequence[Settled]) -> Iterator[sales.Entry]:
    """Yield what was paid, each on the day of payment; where that is not said, of the row that tells it."""

    def entry(one: Settled, row: Reading, amount: int) -> sales.Entry:
        day = (row.paid_at or row.read_at).astimezone(brief.zone).date()
        return sales.Entry(brief.platform, day, amount, brief.pay.currency, sales.CAMPAIGN, brief.brand, one.post.url)

    for one in settled:
        claims = [claim for claim in one.post.claims if claim.paid]
        if claims:
            yield from (entry(one, claim, claim.paid or 0) for claim in claims)
            continue
        telling = next((row for row in reversed(one.post.readings) if row.paid is not None), None)
        if telling is not None and one.paid:
            first = next(row for row in one.post.readings if row.paid == telling.paid)
            yield entry(one, replace(first, paid_at=telling.paid_at or first.paid_at), one.paid)


def _differences(brief: Brief, settled: Sequence[Settled]) -> Iterator[str]:
    """Yield where what was paid is not what the brief promises: claim by claim where there are some."""
    for one in settled:
        for claim in one.claims:
            if claim.reading.paid is not None and claim.reading.status == PAID:
                about = f"{one.post.url}, claim {claim.name}"
                yield from _difference(brief, about, claim.reading.paid, claim.amount)
        if not one.claims and one.paid and one.amount is not None:
            yield from _difference(brief, one.post.url, one.paid, one.amount)


def _difference(brief: Brief, about: str, paid: int, promised: int) -> Iterator[str]:
    if paid != promised:
        less = "less" if paid < promised else "more"
        text = brief.pay.text
        yield f"{about}: paid {text(paid)}, {text(abs(paid - promised))} {less} than the brief promises"


def _post_row(brief: Brief, one: Settled) -> campaigns.PostRow:
    return campaigns.PostRow(
        brief=brief.key,
        url=one.post.url,
        posted_at=one.post.first.posted_at,
        status=one.status,
        views=one.reading.views,
        expected=one.amount,
        paid=one.paid,
        owed=one.owed,
        points=one.points,
        hours=one.hours,
        kind=one.post.kind,
        link=same_post(one.post.url),
        paid_views=one.paid_views,
    )


def brief_row(brief: Brief) -> campaigns.BriefRow:
    """Return a brief as the catalogue keeps it."""
    return campaigns.BriefRow(
        key=brief.key,
        path=str(brief.path.absolute()),
        title=brief.title,
        brand=brief.brand,
        platform=brief.platform,
        model=brief.pay.model,
        currency=brief.pay.currency,
        opens=brief.opens,
        closes=brief.closes,
        wanted=brief.wanted,
        counts=brief.counts,
        draft_due=brief.draft_due,
        exclusive_until=brief.exclusive_until,
        rights=_rights(brief),
    )


def _rights(brief: Brief) -> str:
    profile = platform_named(brief.platform)
    taken = profile.value("rights") if profile else None
    return f"{profile.title}: {taken}" if profile and taken else ""
