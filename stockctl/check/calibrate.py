"""Set the thresholds by a person's own files: what flags their good ones, and what would catch the bad."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockctl.check.rules.registry import PICTURES
from stockctl.check.thresholds import THRESHOLDS
from stockctl.errors import SettingsError, UsageError
from stockctl.files.opening import read_text
from stockctl.files.own import write_own

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from stockctl.check.asset import Asset
    from stockctl.config import Settings

# The folder beside the settings that keeps the profiles, one file a day.
FOLDER = "calibration"
# Fewer good files than this cannot tell a rate of a few in a hundred.
ENOUGH = 30


@dataclass(frozen=True)
class Line:
    """One rule on a person's files: shares, 0 to 1, of good files flagged and of bad ones caught.

    `limit` is the one in force, `proposed` the one at the rate asked for;
    `caught` and `proposed_caught` are None without bad files.
    """

    rule: str
    measurement: str
    limit: float
    false_alarms: float
    proposed: float
    proposed_false_alarms: float
    caught: float | None
    proposed_caught: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the line as `check --calibrate --json` prints it."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class Calibration:
    """What a calibration found: a line per rule, and the numbers of files it rests on."""

    lines: tuple[Line, ...]
    good: int
    bad: int
    rate: float

    def limits(self) -> dict[str, float]:
        """Return the proposed limits by rule."""
        return {line.rule: line.proposed for line in self.lines}

    def to_json(self) -> dict[str, Any]:
        """Return the document that `check --calibrate --json` prints."""
        return {
            "command": "check",
            "calibration": {
                "good": self.good,
                "bad": self.bad,
                "rate": self.rate,
                "rules": [line.to_json() for line in self.lines],
            },
        }


def calibrate(
    good: Sequence[Asset], bad: Sequence[Asset] = (), *, rate: float = 0.01, limits: Mapping[str, float] | None = None
) -> Calibration:
    """Compare every threshold with a person's good files, and propose one at which `rate` of them are flagged.

    `limits` are those in force where they are not the program's own. A rule
    whose measurement no good file has is left out. A stricter limit than the
    one in force is proposed only where it finds more of the bad files: that
    the good ones so far lie well below it does not make the next one bad.

    Raises:
        UsageError: too few good files, or a rate that is none.

    """
    if not 0 < rate < 0.5:
        raise UsageError(
            f"a rate of {rate:g} makes no sense", hint="give the share of good files a rule may flag: 0.01"
        )
    good, bad = ([asset for asset in assets if asset.kind in PICTURES] for assets in (good, bad))
    if len(good) < ENOUGH:
        raise UsageError(
            f"{len(good)} good pictures are too few to calibrate on",
            hint=f"give a folder of at least {ENOUGH} that agencies took",
        )
    in_force = limits or {}
    lines = []
    for rule, threshold in THRESHOLDS.items():
        sign = 1 if threshold.above else -1
        ours = _values(good, threshold.measurement, sign)
        if not ours:
            continue
        theirs = _values(bad, threshold.measurement, sign)
        limit = float(in_force.get(rule, threshold.limit))
        # A thousandth of room, so that the last good file is not a false alarm by rounding.
        edge = _at_rate(ours, rate, len(good))
        proposed = sign * (edge + 0.001 * abs(edge))
        caught, proposed_caught = (_above(theirs, sign * each, len(bad)) for each in (limit, proposed))
        if sign * proposed < sign * limit and (proposed_caught or 0) <= (caught or 0):
            proposed, proposed_caught = limit, caught
        lines.append(
            Line(
                rule,
                threshold.measurement,
                limit,
                _above(ours, sign * limit, len(good)) or 0.0,
                round(proposed, 6),
                _above(ours, sign * proposed, len(good)) or 0.0,
                caught,
                proposed_caught,
            )
        )
    return Calibration(tuple(lines), len(good), len(bad), rate)


def _values(assets: Sequence[Asset], measurement: str, sign: int) -> list[float]:
    return sorted(sign * asset.measurements[measurement] for asset in assets if measurement in asset.measurements)


def _at_rate(values: list[float], rate: float, count: int) -> float:
    """Return the value that at most `rate` of `count` files exceed."""
    allowed = int(rate * count)
    return values[max(0, len(values) - 1 - allowed)]


def _above(values: list[float], limit: float, count: int) -> float | None:
    return round(sum(value > limit for value in values) / count, 4) if count else None


def save(settings: Settings, calibration: Calibration, day: date) -> Path:
    """Write the proposed limits as the profile of a day, beside the settings, and return its path.

    The newest profile is in force from then on; `[check] calibration` names
    another one, or `none`.
    """
    folder = settings.folder / FOLDER
    path = folder / f"{day.isoformat()}.toml"
    lines = [
        f"# Calibrated on {day.isoformat()} with {calibration.good} good and {calibration.bad} bad pictures,",
        f"# so that each rule flags {calibration.rate:g} of the good ones. Delete the file to undo it.",
        "[limits]",
        *(f'"{rule}" = {limit!r}' for rule, limit in calibration.limits().items()),
    ]
    with write_own(path) as file:
        file.write("\n".join(lines) + "\n")
    return path


def limits_in_force(settings: Settings) -> dict[str, float]:
    """Return the limits of the profile in force, by rule; none without a profile.

    Raises:
        SettingsError: the profile named does not exist, or is broken.

    """
    folder = settings.folder / FOLDER
    chosen = str(settings.get("check", "calibration", ""))
    if chosen == "none":
        return {}
    profiles = {
        path.stem: path for path in sorted(folder.glob("*.toml")) if re.fullmatch(r"\d{4}-\d\d-\d\d", path.stem)
    }
    if chosen and chosen not in profiles:
        hint = f"there are: {', '.join(profiles)}" if profiles else "make one: stockctl check --calibrate FOLDER"
        raise SettingsError(f"there is no calibration of {chosen}", where=str(settings.path), hint=hint)
    if not profiles:
        return {}
    path = profiles[chosen] if chosen else profiles[max(profiles)]
    try:
        limits = tomllib.loads(read_text(path))["limits"]
        return {str(rule): float(limit) for rule, limit in limits.items() if rule in THRESHOLDS}
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError, TypeError, ValueError) as error:
        raise SettingsError(
            "this calibration cannot be read", where=str(path), hint="delete it, or calibrate again"
        ) from error
