"""What a brief owes for posts: exact, each amount with the reasons that led to it.

The rules are those that platforms publish (see `platforms/`): so much for each
thousand views, a least number of views, caps, a share of a pot, points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from stockctl.campaign.money.amounts import rounded
from stockctl.campaign.posts import APPROVED, ENDED, PAID, PENDING, REJECTED
from stockctl.errors import StatementError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from stockctl.campaign.brief import Brief, Pay
    from stockctl.campaign.posts import Post, Reading


# A thousand thousand million of any currency, in micro-units: the catalogue's whole numbers end not far above.
_MOST = 10**18


@dataclass(frozen=True)
class Claim:
    """One claim of a post: the views that it counts up to, and what those not paid before bring, in micro-units."""

    name: str
    reading: Reading
    amount: int


@dataclass(frozen=True)
class Settled:
    """One post with what it earns: `amount` and `paid` in micro-units, `why` in words.

    `amount` is None where a pot is shared whose total views are not known yet.
    `reading` is the one whose views count; `final` says that they cannot rise.
    `credited` is what approved claims brought by the rule: it stands in the
    platform's balance, whether or not the rows say what was paid.
    """

    post: Post
    reading: Reading
    amount: int | None
    points: int = 0
    final: bool = True
    why: tuple[str, ...] = ()
    problem: StatementError | None = None
    claims: tuple[Claim, ...] = ()
    credited: int = 0

    @property
    def status(self) -> str:
        """Where the post stands."""
        return self.post.status

    @property
    def paid(self) -> int:
        """What was paid: the sum of the claims' rows, else what the newest row of the post says."""
        return paid(self.post)

    @property
    def paid_views(self) -> int:
        """The views that what was paid is for: those of the last paid claim, else those that count."""
        if not self.paid:
            return 0
        return max((claim.views for claim in self.post.claims if claim.paid), default=self.reading.views)

    @property
    def hours(self) -> Fraction:
        """The work that went into it: the sum of what its rows say."""
        return sum((reading.hours for reading in self.post.readings), Fraction())

    @property
    def owed(self) -> int:
        """What is due and not paid yet; nothing while the platform has not approved the post."""
        return max((self.amount or 0) - max(self.paid, self.credited), 0) if self.status in {APPROVED, PAID} else 0


def paid(post: Post) -> int:
    """Return what a post brought so far, in micro-units."""
    claims = [claim.paid for claim in post.claims if claim.paid is not None]
    if claims:
        return sum(claims)
    return next((reading.paid for reading in reversed(post.readings) if reading.paid is not None), 0)


@dataclass
class _Room:
    """What is left under a cap that posts share; None: no cap."""

    left: int | None

    def take(self, value: Fraction) -> Fraction:
        if self.left is None or value <= self.left:
            if self.left is not None:
                self.left -= int(value)
            return value
        taken, self.left = Fraction(self.left), 0
        return taken


@dataclass
class _Sum:
    """An amount on its way: its value, and the reasons collected."""

    value: Fraction = field(default_factory=Fraction)
    why: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Shared:
    """What the posts of a brief share: the caps, and the views that reach the least number together."""

    person: _Room
    rest: _Room
    views: int


def settle(brief: Brief, posts: Sequence[Post], path: Path | str = "") -> list[Settled]:
    """Work out what each post earns, in the order in which they were posted.

    `path` names the posts' file in the problem of a post outside the window,
    which earns nothing.

    Raises:
        StatementError: a post earns more than anybody pays.

    """
    pay = brief.pay
    views = sum(
        _counted(brief, post)[0].views
        for post in posts
        if post.status != REJECTED and not _outside(brief, post.first.posted_at)
    )
    shared = _Shared(_Room(pay.cap_per_person), _Room(pay.rest), views)
    settled = [_settle(brief, post, shared, path) for post in posts]
    for one in settled:
        if max(one.amount or 0, one.points, one.paid) > _MOST:
            said = f"{one.post.url}: the amounts are too large to be true"
            where = f"{path}:{one.reading.line}"
            raise StatementError(said, where=where, hint="mend the views, what was paid, or the brief's [pay]")
    return settled


def _settle(brief: Brief, post: Post, shared: _Shared, path: Path | str) -> Settled:
    pay = brief.pay
    reading, final, why = _counted(brief, post)
    outside = _outside(brief, post.first.posted_at)
    if outside:
        problem = StatementError(
            f"{post.url} was {outside}",
            where=f"{path}:{post.first.line}",
            hint="ask the platform whether it counts; mend posted_at if it is wrong",
        )
        return Settled(post, reading, 0, final=final, why=(f"{outside} (line {post.first.line})",), problem=problem)
    if post.status == REJECTED:
        return Settled(post, reading, 0, final=final, why=(*why, _rejected(post)))
    if post.status == ENDED:
        word = post.said or ENDED
        said = f"{word}: nothing more is paid" + ("" if paid(post) else "; ask the platform if it was approved before")
        return Settled(post, reading, paid(post), final=True, why=(*why, said))
    if short := _short(pay, reading, shared.views):
        return Settled(post, reading, 0, final=final, why=(*why, short))
    if pay.in_points:
        points = _points(pay, reading, shared.person)
        amount = _within_rest(pay, points, rounded(points.value * pay.point_value, pay.unit), post, shared.rest)
        return Settled(post, reading, amount, int(points.value), final, (*why, *points.why))
    if pay.pot is not None and pay.pot_views is None:
        unknown = "the share of the pot is known once pay.pot_views has the views of all who took part"
        return Settled(post, reading, None, final=False, why=(*why, unknown))
    claims = tuple(_claims(pay, post))
    money = _money(pay, reading, shared.person)
    amount = _within_rest(pay, money, int(money.value), post, shared.rest)
    credited = min(amount, sum(claim.amount for claim in claims if claim.reading.status == PAID))
    return Settled(post, reading, amount, 0, final, (*why, *money.why), claims=claims, credited=credited)


def _rejected(post: Post) -> str:
    word = next((row.said for row in reversed(post.readings) if row.status == REJECTED and not row.claim), "")
    plain = word.lower() in {"", REJECTED}
    return "rejected by the platform" if plain else f"rejected by the platform ({word})"


def _within_rest(pay: Pay, total: _Sum, amount: int, post: Post, rest: _Room) -> int:
    """Return the amount, where what is not paid yet is no more than what is left of the campaign's budget."""
    due = max(amount - paid(post), 0)
    allowed = int(rest.take(Fraction(due)))
    if allowed < due:
        total.why.append(
            f"{pay.text(pay.rest or 0)} was left of the campaign's budget: {pay.text(allowed)} of {pay.text(due)};"
            " what exceeds it is lost"
        )
    return amount - due + allowed


def _claims(pay: Pay, post: Post) -> Iterator[Claim]:
    """Yield each claim with what it brings: what its views earn, less what claims before it were paid for."""
    before = 0
    for reading in post.claims:
        earned = int(_money(pay, reading, _Room(None)).value)
        yield Claim(reading.claim, reading, 0 if reading.status == REJECTED else max(earned - before, 0))
        if reading.status != REJECTED:
            before = max(before, earned)


def _counted(brief: Brief, post: Post) -> tuple[Reading, bool, list[str]]:
    """Return the reading whose views count, whether it is final, and what is to be said of it."""
    days = brief.pay.measured_days
    if days is None:
        return post.last, post.status in {PAID, REJECTED, ENDED} and not post.claims, []
    freeze = post.first.posted_at + timedelta(days=days)
    within = [reading for reading in post.readings if reading.read_at <= freeze]
    if not within:
        late = (post.first.read_at - freeze).days
        return post.first, True, [f"nobody read the views by day {days}: those of {late} days later are taken"]
    chosen = within[-1]
    if chosen is not post.last:
        said = (
            f"frozen on day {days}: {chosen.views:,} views of {post.last.views:,}"
            if chosen.views != post.last.views
            else ""
        )
        return chosen, True, [said] if said else []
    # Read within the last day: what platforms that read once a day would take.
    final = freeze - chosen.read_at < timedelta(days=1)
    return chosen, final, [] if final else [f"views count until {freeze:%Y-%m-%d %H:%M}; read again then"]


def _outside(brief: Brief, posted: datetime) -> str:
    local = posted.astimezone(brief.zone)
    if posted < brief.opens:
        return f"posted on {local:%Y-%m-%d %H:%M}, before the window opened on {brief.opens:%Y-%m-%d %H:%M}"
    if posted > brief.closes:
        return f"posted on {local:%Y-%m-%d %H:%M}, after the window closed on {brief.closes:%Y-%m-%d %H:%M}"
    return ""


def _short(pay: Pay, reading: Reading, together: int) -> str:
    if pay.min_views_of_campaign:
        if together < pay.min_views:
            return f"{together:,} views of all posts together; the brief wants {pay.min_views:,}"
    elif reading.views < pay.min_views:
        return f"{reading.views:,} views; the brief wants {pay.min_views:,}"
    if reading.reactions < pay.min_engagement * reading.views:
        share = Fraction(100 * reading.reactions, reading.views or 1)
        return f"engagement {float(share):.1f} %; the brief wants {float(pay.min_engagement * 100):g} %"
    return ""


def _views(pay: Pay, reading: Reading) -> tuple[Fraction, str]:
    """Return how many times `per_views` a reading has, whole ones only where the rule says so, and that in words."""
    if not pay.whole_units:
        return Fraction(reading.views, pay.per_views), f"{reading.views:,} views"
    units, over = divmod(reading.views, pay.per_views)
    told = f"{units * pay.per_views:,} of {reading.views:,} views (whole {pay.per_views:,})"
    return Fraction(units), told if over else f"{reading.views:,} views"


def _money(pay: Pay, reading: Reading, room: _Room) -> _Sum:
    total = _Sum(Fraction(pay.flat))
    if pay.rate:
        units, told = _views(pay, reading)
        total.value += pay.rate * units
        total.why.append(f"{told} at {pay.text(pay.rate)} for {pay.per_views:,}")
    if pay.pot is not None and pay.pot_views:
        total.value += Fraction(pay.pot * min(reading.views, pay.pot_views), pay.pot_views)
        total.why.append(f"{reading.views:,} of {pay.pot_views:,} views share {pay.text(pay.pot)}")
    if pay.flat and total.why:
        total.why.insert(0, f"{pay.text(pay.flat)} flat")
    total.value = Fraction(rounded(total.value, pay.unit))
    return _capped(pay, total, room, lambda value: pay.text(int(value)))


def _points(pay: Pay, reading: Reading, room: _Room) -> _Sum:
    units, told = _views(pay, reading)
    for_views = int(pay.points * units)
    total = _Sum(Fraction(pay.points_per_post + for_views))
    total.why.append(f"{pay.points_per_post:,} points and {for_views:,} for {told}")
    return _capped(pay, total, room, lambda value: f"{int(value):,} points")


def _capped(pay: Pay, total: _Sum, room: _Room, shown: Callable[[Fraction | int], str]) -> _Sum:
    if pay.cap_per_post is not None and total.value > pay.cap_per_post:
        total.why.append(f"capped at {shown(pay.cap_per_post)} per post, from {shown(total.value)}")
        total.value = Fraction(pay.cap_per_post)
    allowed = room.take(total.value)
    if allowed < total.value:
        total.why.append(
            f"capped at {shown(pay.cap_per_person or 0)} per person: {shown(allowed)} of {shown(total.value)} was left"
        )
        total.value = allowed
    return total


@dataclass(frozen=True)
class Totals:
    """A brief's sums in micro-units of one currency; points beside them.

    `expected` is what all posts that were not rejected earn by the rule;
    `pending` the part of it that the platform has not approved. `views` are
    all, `approved_views` those of the posts that make `approved`, `paid_views`
    those of the posts that were paid.
    """

    currency: str
    expected: int
    approved: int
    pending: int
    paid: int
    owed: int
    points: int
    views: int
    hours: Fraction
    approved_views: int = 0
    paid_views: int = 0


def total(brief: Brief, settled: Sequence[Settled]) -> Totals:
    """Add the posts up."""

    def amounts(*statuses: str) -> int:
        return sum(one.amount or 0 for one in settled if one.status in statuses)

    return Totals(
        currency=brief.pay.currency,
        expected=amounts(PENDING, APPROVED, PAID, ENDED),
        approved=amounts(APPROVED, PAID, ENDED),
        pending=amounts(PENDING),
        paid=sum(one.paid for one in settled),
        owed=sum(one.owed for one in settled),
        points=sum(one.points for one in settled),
        views=sum(one.reading.views for one in settled),
        hours=sum((one.hours for one in settled), Fraction()),
        approved_views=sum(one.reading.views for one in settled if one.status in {APPROVED, PAID, ENDED}),
        paid_views=sum(one.paid_views for one in settled),
    )
