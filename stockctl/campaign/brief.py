"""A campaign's brief: what to make, what to write, when to post, and how it pays."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from stockctl.agencies.load import line_of
from stockctl.campaign.money.amounts import unit_of, withdrawal, written
from stockctl.campaign.profiles import platform_named
from stockctl.campaign.schema import HYBRID, KEYS, PAY_KEYS, PAY_NEEDS, PERFORMANCE, POINTS, REQUIRED, SECTIONS, wrong
from stockctl.earnings.terms.money import parse_amount
from stockctl.errors import BriefError
from stockctl.files.opening import read_text
from stockctl.media.identify import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from stockctl.campaign.money.amounts import Withdrawal
    from stockctl.campaign.profiles import Platform

# Indonesia's clocks by the names that its people write.
_ZONES = {"WIB": ["Asia/Jakarta"], "WITA": ["Asia/Makassar"], "WIT": ["Asia/Jayapura"]}
# A brand's pot in the smallest of currencies: a hundred thousand million rupiah, in micro-units.
_LARGEST_POT = 10**17
_LONGEST_MEASURED_DAYS = 3650
_COUNTS = "content.counts."
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Pay:
    """How posts are paid. Amounts are micro-units of `currency`; None where the brief does not name one.

    `measured_days` after the post its views are frozen; None: they count as
    long as they are read. `unit` is the smallest amount paid. `whole_units`:
    only whole `per_views` are paid, views above them wait for more. `rest` is
    what is left of the campaign's budget. `min_views_of_campaign`: the views of
    all its clips together reach `min_views`. `by_platform` names the rules that
    the brief does not say and its platform does.
    """

    model: str
    currency: str
    unit: int
    flat: int = 0
    rate: int = 0
    per_views: int = 1000
    pot: int | None = None
    pot_views: int | None = None
    points_per_post: int = 0
    points: int = 0
    point_value: int = 0
    min_views: int = 0
    min_engagement: Fraction = Fraction(0)
    measured_days: int | None = None
    cap_per_post: int | None = None
    cap_per_person: int | None = None
    whole_units: bool = False
    rest: int | None = None
    min_views_of_campaign: bool = False
    withdrawal: Withdrawal | None = None
    by_platform: tuple[str, ...] = ()

    def text(self, micro: int) -> str:
        """Write an amount as its currency is written: rupiah and yen without decimals."""
        return written(micro, self.unit)

    @property
    def in_points(self) -> bool:
        """Whether points are earned, and the caps count points."""
        return self.model == POINTS


@dataclass(frozen=True)
class Brief:
    """A brief that was read and found sound. Times carry the brief's zone.

    `values` holds every key as the file has it, by its dotted name.
    """

    path: Path
    title: str
    platform: str
    brand: str
    opens: datetime
    closes: datetime
    pay: Pay
    networks: tuple[str, ...] = ()
    draft_due: datetime | None = None
    exclusive_until: datetime | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The brief's name in the catalogue: it outlives a file that was moved."""
        return ":".join(
            re.sub(r"\W+", "-", part.casefold()).strip("-") for part in (self.platform, self.brand, self.title)
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many posts of each kind are asked for, in the file's order; empty where it does not say."""
        return {key.removeprefix(_COUNTS): value for key, value in self.values.items() if key.startswith(_COUNTS)}

    @property
    def wanted(self) -> int:
        """How many posts are asked for, 0 where it does not say."""
        return self.get("content.posts") or sum(self.counts.values())

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that are taken, empty where it does not say."""
        return self.words("content.kinds") or tuple(self.counts)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where the brief has none."""
        return tuple(self.values.get(key, ()))

    def get(self, key: str) -> Any:  # noqa: ANN401 - TOML's own types
        """Return a key's value, None where the brief has none."""
        return self.values.get(key)


def read_brief(path: Path) -> Brief:
    """Read and check a brief.

    Raises:
        BriefError: not TOML, an unknown key, a value that means nothing, or two
            that contradict each other; `where` names file and line.

    """
    return _File(path).brief()


class _File:
    """A brief's file while it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.text = read_text(path, "utf-8-sig")
            self.values = dict(self._flat(tomllib.loads(self.text)))
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
            where = f"{path}:{place[1]}:{place[2]}" if place else str(path)
            what = re.sub(r" \(at .*\)", "", str(error))
            raise BriefError(f"not valid TOML: {what}", where=where, hint="mend that line") from error
        # What tomllib raises, too: of a number of thousands of digits, of arrays in arrays without end.
        except (OSError, ValueError, RecursionError) as error:
            hint = "a brief is UTF-8 text; see sample_assets/briefs"
            raise BriefError(f"cannot read the brief: {error}", where=str(path), hint=hint) from error

    def _flat(self, table: dict[str, Any], above: str = "") -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        for name, value in table.items():
            key = above + name
            if key not in SECTIONS:
                found.append((key, value))
            elif isinstance(value, dict):
                found += self._flat(value, f"{key}.")
            else:
                raise self.refused(f"{key} must be a section", key, f"write [{key}]")
        return found

    def refused(self, message: str, key: str, hint: str) -> BriefError:
        line = line_of(self.text, key)
        # A key within { } has no line of its own: the one that holds it is shown.
        while line == 1 and "." in key:
            key = key.rpartition(".")[0]
            line = line_of(self.text, key)
        return BriefError(message, where=f"{self.path}:{line}", hint=hint)

    def brief(self) -> Brief:
        self._keys()
        zone = self._zone()
        opens, closes = self._moment("window.opens", zone), self._moment("window.closes", zone, end=True)
        assert opens is not None
        assert closes is not None
        if closes <= opens:
            said = f"the window closes at {closes:%Y-%m-%d %H:%M}, before it opens at {opens:%Y-%m-%d %H:%M}"
            raise self.refused(said, "window.closes", "swap or mend the two times")
        until = self._moment("rights.exclusive_until", zone, end=True)
        exclusive = self.values.get("rights.exclusive")
        if exclusive is False and until:
            said = "exclusive is false, and exclusive_until names a day"
            raise self.refused(said, "rights.exclusive_until", "keep one of them")
        self._kinds()
        return Brief(
            path=self.path,
            title=self.values["title"],
            platform=self._platform(),
            brand=self.values["brand"],
            opens=opens,
            closes=closes,
            pay=self._pay(),
            networks=tuple(name.strip().lower() for name in self.values.get("networks", ())),
            draft_due=self._moment("window.draft_due", zone, end=True),
            exclusive_until=until or (FOREVER if exclusive else None),
            zone=zone,
            values=self.values,
        )

    def _platform(self) -> str:
        return re.sub(r"[\s-]+", "_", self.values["platform"].strip().lower())

    def _keys(self) -> None:
        for key, value in self.values.items():
            if key not in KEYS:
                near = difflib.get_close_matches(key, [*KEYS, *SECTIONS], 1)
                above = key.rpartition(".")[0]
                known = [name for name in [*KEYS, *sorted(SECTIONS)] if name.rpartition(".")[0] == above]
                hint = f"did you mean {near[0]}?" if near else "known: " + ", ".join(known)
                raise self.refused(f"unknown key {key!r}", key, hint)
            if said := wrong(value, KEYS[key]):
                raise self.refused(f"{key} {said}", key, "mend the value")
        for key in REQUIRED:
            if key not in self.values:
                hint = f"write {key.split('.')[-1]} = {KEYS[key]}"
                raise self.refused(f"{key} is missing", key.split(".")[0], hint)

    def _zone(self) -> ZoneInfo:
        name = self.values.get("zone", "UTC")
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            near = _ZONES.get(name.upper()) or difflib.get_close_matches(name, available_timezones(), 1)
            hint = f"did you mean {near[0]}?" if near else "write a zone such as Asia/Jakarta, Europe/London or UTC"
            raise self.refused(f"there is no time zone {name!r}", "zone", hint) from error

    def _moment(self, key: str, zone: ZoneInfo, *, end: bool = False) -> datetime | None:
        """Return a time in the brief's zone; a bare day begins at midnight, or ends before the next one."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, datetime):
            assert isinstance(value, date)
            return datetime.combine(value, time.max if end else time.min, zone)
        return value.astimezone(zone) if value.tzinfo else value.replace(tzinfo=zone)

    def _kinds(self) -> None:
        for kind in self.values.get("content.kinds", ()):
            if kind not in set(Kind):
                hint = "known: " + ", ".join(Kind)
                raise self.refused(f"content.kinds has no such kind: {kind!r}", "content.kinds", hint)
        self._counts()
        low, high = self.values.get("caption.min_length"), self.values.get("caption.max_length")
        if low and high and low > high:
            said = f"caption.min_length {low} is more than max_length {high}"
            raise self.refused(said, "caption.min_length", "swap or mend the two")

    def _counts(self) -> None:
        counts = {key: value for key, value in self.values.items() if key.startswith(_COUNTS)}
        kinds = self.values.get("content.kinds")
        for key, count in counts.items():
            if not count:
                raise self.refused(f"{key} must not be zero", key, "leave out the kind that is not asked for")
            if kinds is not None and key.removeprefix(_COUNTS) not in kinds:
                raise self.refused(f"{key} is not among content.kinds", key, "add it there, or take it out here")
        posts, together = self.values.get("content.posts"), sum(counts.values())
        if counts and posts is not None and posts != together:
            said = f"content.posts is {posts}, and content.counts make {together}"
            raise self.refused(said, "content.posts", "leave it out: the counts say it")

    def _pay(self) -> Pay:
        given = {key.removeprefix("pay."): value for key, value in self.values.items() if key.startswith("pay.")}
        model, currency = given["model"], given["currency"]
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise self.refused(f"{currency!r} is no currency", "pay.currency", "write its three letters, such as IDR")
        for key in given:
            if key not in PAY_KEYS[model]:
                fits = [name for name, keys in PAY_KEYS.items() if key in keys]
                raise self.refused(f"pay.{key} means nothing where the model is {model}", f"pay.{key}",
                                   f"take it out, or write model = {' or '.join(fits)}")  # fmt: skip
        for group in PAY_NEEDS[model]:
            if not any(key in given for key in group):
                raise self.refused(f"a {model} brief needs pay.{' or pay.'.join(group)}", "pay", "add it")
        if model in {HYBRID, PERFORMANCE}:
            self._either(given)
        if given.get("per_views") == 0 or given.get("pot_views") == 0:
            key = "pay.per_views" if given.get("per_views") == 0 else "pay.pot_views"
            raise self.refused(f"{key} must not be zero", key, "write a number of views, such as 1000")
        if given.get("measured_days", 0) > _LONGEST_MEASURED_DAYS:
            said = f"pay.measured_days is {given['measured_days']:,}"
            raise self.refused(said, "pay.measured_days", f"write {_LONGEST_MEASURED_DAYS:,} or less, or leave it out")
        if given.get("decimals", 0) > 6:
            raise self.refused("pay.decimals must be 6 or less", "pay.decimals", "most currencies have 2")
        money = {key: parse_amount(given[key], largest=_LARGEST_POT)[0] for key in _MONEY if key in given}
        points = "_points" if model == POINTS else ""
        numbers = {key: given[key] for key in _NUMBERS if key in given}
        profile = platform_named(self._platform())
        rules = _of_platform(profile, given)
        fact = profile.value("withdraw") if profile and profile.value("currency") == currency else None
        return Pay(
            model=model,
            currency=currency,
            unit=unit_of(currency, given.get("decimals")),
            whole_units=given.get("whole_units", "whole_units" in rules),
            min_views_of_campaign="min_views_of" in rules or given.get("min_views_of") == "campaign",
            withdrawal=withdrawal(fact or {}, given),
            by_platform=rules,
            min_engagement=Fraction(str(given.get("min_engagement_pct", 0))) / 100,
            cap_per_post=given.get("cap_points_per_post") if points else money.pop("cap_per_post", None),
            cap_per_person=given.get("cap_points_per_person") if points else money.pop("cap_per_person", None),
            **money,
            **numbers,
        )

    def _either(self, given: dict[str, Any]) -> None:
        if "rate" in given and "pot" in given:
            raise self.refused("pay has a rate and a pot", "pay.pot", "a post is paid by one of them: keep one")


def _of_platform(profile: Platform | None, given: dict[str, Any]) -> tuple[str, ...]:
    """Return the rules of counting that the platform has and the brief leaves open; they hold in its own currency."""
    if profile is None or profile.value("currency") != given["currency"]:
        return ()
    found = []
    if profile.value("whole_units") and "whole_units" not in given and "rate" in given:
        found.append("whole_units")
    # A brief that asks for the platform's own least number of views means it as the platform counts it.
    own = "min_views" in given and given["min_views"] == profile.value("min_views")
    if own and profile.value("min_views_of") == "campaign" and "min_views_of" not in given:
        found.append("min_views_of")
    return tuple(found)


_MONEY = ("flat", "rate", "pot", "point_value", "cap_per_post", "cap_per_person", "rest")
_NUMBERS = ("per_views", "pot_views", "points_per_post", "points", "min_views", "measured_days")
