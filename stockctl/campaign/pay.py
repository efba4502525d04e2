"""What a brief owes for posts: exact, each amount with the reasons that led to it.

The rules are those that platforms publish (see `platforms/`): so much for each
thousand views, a least number of views, caps, a share of a pot, points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from stockctl.campaign.posts import APPROVED, PAID, PENDING, REJECTED
from stockctl.earnings.terms.money import format_amount
from stockctl.errors import StatementError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from stockctl.campaign.brief import Brief, Pay
    from stockctl.campaign.posts import Post, Reading


# A thousand thousand million of any currency, in micro-units: the catalogue's whole numbers end not far above.
_MOST = 10**18


@dataclass(frozen=True)
class Settled:
    """One post with what it earns: `amount` and `paid` in micro-units, `why` in words.

    `amount` is None where a pot is shared whose total views are not known yet.
    `reading` is the one whose views count; `final` says that they cannot rise.
    """

    post: Post
    reading: Reading
    amount: int | None
    points: int = 0
    final: bool = True
    why: tuple[str, ...] = ()
    problem: StatementError | None = None

    @property
    def status(self) -> str:
        """The platform's word on the post."""
        return self.post.last.status

    @property
    def paid(self) -> int:
        """What was paid, as the newest row that says so has it."""
        return next((reading.paid for reading in reversed(self.post.readings) if reading.paid is not None), 0)

    @property
    def hours(self) -> Fraction:
        """The work that went into it: the sum of what its rows say."""
        return sum((reading.hours for reading in self.post.readings), Fraction())

    @property
    def owed(self) -> int:
        """What is due and not paid yet; nothing while the platform has not approved the post."""
        return max((self.amount or 0) - self.paid, 0) if self.status in {APPROVED, PAID} else 0


@dataclass
class _Room:
    """What is left under the cap for one person; None: no cap."""

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


def settle(brief: Brief, posts: Sequence[Post], path: Path | str = "") -> list[Settled]:
    """Work out what each post earns, in the order in which they were posted.

    `path` names the posts' file in the problem of a post outside the window,
    which earns nothing.

    Raises:
        StatementError: a post earns more than anybody pays.

    """
    room = _Room(brief.pay.cap_per_person)
    settled = [_settle(brief, post, room, path) for post in posts]
    for one in settled:
        if max(one.amount or 0, one.points, one.paid) > _MOST:
            said = f"{one.post.url}: the amounts are too large to be true"
            where = f"{path}:{one.reading.line}"
            raise StatementError(said, where=where, hint="mend the views, what was paid, or the brief's [pay]")
    return settled


def _settle(brief: Brief, post: Post, room: _Room, path: Path | str) -> Settled:
    reading, final, why = _counted(brief, post)
    outside = _outside(brief, post.first.posted_at)
    if outside:
        problem = StatementError(
            f"{post.url} was {outside}",
            where=f"{path}:{post.first.line}",
            hint="ask the platform whether it counts; mend posted_at if it is wrong",
        )
        return Settled(post, reading, 0, final=final, why=(f"{outside} (line {post.first.line})",), problem=problem)
    if post.last.status == REJECTED:
        return Settled(post, reading, 0, final=final, why=(*why, "rejected by the platform"))
    if short := _short(brief.pay, reading):
        return Settled(post, reading, 0, final=final, why=(*why, short))
    if brief.pay.in_points:
        points = _points(brief.pay, reading, room)
        amount = _rounded(points.value * brief.pay.point_value, brief.pay.unit)
        return Settled(post, reading, amount, int(points.value), final, (*why, *points.why))
    if brief.pay.pot is not None and brief.pay.pot_views is None:
        unknown = "the share of the pot is known once pay.pot_views has the views of all who took part"
        return Settled(post, reading, None, final=False, why=(*why, unknown))
    money = _money(brief.pay, reading, room)
    return Settled(post, reading, int(money.value), final=final, why=(*why, *money.why))


def _counted(brief: Brief, post: Post) -> tuple[Reading, bool, list[str]]:
    """Return the reading whose views count, whether it is final, and what is to be said of it."""
    days = brief.pay.measured_days
    if days is None:
        return post.last, post.last.status in {PAID, REJECTED}, []
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


def _short(pay: Pay, reading: Reading) -> str:
    if reading.views < pay.min_views:
        return f"{reading.views:,} views; the brief wants {pay.min_views:,}"
    if reading.reactions < pay.min_engagement * reading.views:
        share = Fraction(100 * reading.reactions, reading.views or 1)
        return f"engagement {float(share):.1f} %; the brief wants {float(pay.min_engagement * 100):g} %"
    return ""


def _money(pay: Pay, reading: Reading, room: _Room) -> _Sum:
    total = _Sum(Fraction(pay.flat))
    if pay.rate:
        total.value += Fraction(pay.rate * reading.views, pay.per_views)
        total.why.append(f"{reading.views:,} views at {format_amount(pay.rate)} for {pay.per_views:,}")
    if pay.pot is not None and pay.pot_views:
        total.value += Fraction(pay.pot * min(reading.views, pay.pot_views), pay.pot_views)
        total.why.append(f"{reading.views:,} of {pay.pot_views:,} views share {format_amount(pay.pot)}")
    if pay.flat and total.why:
        total.why.insert(0, f"{format_amount(pay.flat)} flat")
    total.value = Fraction(_rounded(total.value, pay.unit))
    return _capped(pay, total, room, lambda value: format_amount(int(value)))


def _points(pay: Pay, reading: Reading, room: _Room) -> _Sum:
    for_views = pay.points * reading.views // pay.per_views
    total = _Sum(Fraction(pay.points_per_post + for_views))
    total.why.append(f"{pay.points_per_post:,} points and {for_views:,} for {reading.views:,} views")
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


def _rounded(value: Fraction, unit: int) -> int:
    """Round to the smallest amount that is paid, halves up, as a cashier does."""
    return (value / unit + Fraction(1, 2)).__floor__() * unit


@dataclass(frozen=True)
class Totals:
    """A brief's sums in micro-units of one currency; points beside them.

    `expected` is what all posts that were not rejected earn by the rule;
    `pending` the part of it that the platform has not approved. `views` are
    all, `approved_views` those of the posts that make `approved`.
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


def total(brief: Brief, settled: Sequence[Settled]) -> Totals:
    """Add the posts up."""

    def amounts(*statuses: str) -> int:
        return sum(one.amount or 0 for one in settled if one.status in statuses)

    return Totals(
        currency=brief.pay.currency,
        expected=amounts(PENDING, APPROVED, PAID),
        approved=amounts(APPROVED, PAID),
        pending=amounts(PENDING),
        paid=sum(one.paid for one in settled),
        owed=sum(one.owed for one in settled),
        points=sum(one.points for one in settled),
        views=sum(one.reading.views for one in settled),
        hours=sum((one.hours for one in settled), Fraction()),
        approved_views=sum(one.reading.views for one in settled if one.status in {APPROVED, PAID}),
    )
