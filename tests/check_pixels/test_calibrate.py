"""Thresholds set by a person's own files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from stockctl.check.asset import Asset
from stockctl.check.calibrate import calibrate, limits_in_force, save
from stockctl.check.thresholds import THRESHOLDS, judge
from stockctl.config import Settings, load_settings
from stockctl.errors import SettingsError, UsageError
from stockctl.media.capture import Capture
from stockctl.metadata import Record

if TYPE_CHECKING:
    from collections.abc import Mapping


def asset(measurements: Mapping[str, float], limits: Mapping[str, float] | None = None) -> Asset:
    return Asset(
        path=Path("a.jpg"),
        media_id="",
        file_sha256="",
        kind="photo",
        format="jpeg",
        width=1,
        height=1,
        bytes=1,
        record=Record(),
        capture=Capture(),
        measurements=measurements,
        facts={"limits": dict(limits or {})},
    )


# Noise around the limit, whatever it is.
LESS = 1.5 - THRESHOLDS["noise"].limit
GOOD = [asset({"noise": value - LESS, "sharpness": -value}) for value in np.linspace(1, 2, 100).tolist()]
BAD = [asset({"noise": value - LESS, "sharpness": -value}) for value in np.linspace(1.9, 2.9, 50).tolist()]


def test_a_limit_is_proposed_at_the_rate_asked_for() -> None:
    found = calibrate(GOOD, BAD, rate=0.05)
    noise = next(line for line in found.lines if line.rule == "noise")
    assert noise.limit == THRESHOLDS["noise"].limit
    assert noise.false_alarms == 0.5
    assert 0.03 <= noise.proposed_false_alarms <= 0.05
    assert noise.proposed_caught is not None
    assert 0.9 < noise.proposed_caught <= 1.0
    focus = next(line for line in found.lines if line.rule == "out-of-focus")
    assert -2 < focus.proposed < -1.9
    assert {line.rule for line in found.lines} == {"noise", "out-of-focus"}


def test_a_stricter_limit_is_proposed_only_where_it_finds_more_of_the_bad() -> None:
    focus = next(line for line in calibrate(GOOD, rate=0.05).lines if line.rule == "out-of-focus")
    assert focus.proposed == focus.limit == THRESHOLDS["out-of-focus"].limit
    alike = calibrate(GOOD, GOOD[:40], rate=0.01)
    assert next(line for line in alike.lines if line.rule == "out-of-focus").proposed == focus.limit


def test_a_profile_is_kept_beside_the_settings_and_the_newest_is_in_force(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "stockctl.toml")
    assert limits_in_force(settings) == {}
    save(settings, calibrate(GOOD, rate=0.2), date(2026, 1, 1))
    path = save(settings, calibrate(GOOD, rate=0.05), date(2026, 11, 21))
    assert path.name == "2026-11-21.toml"
    limits = limits_in_force(settings)
    assert 1.9 - LESS < limits["noise"] < 2 - LESS
    assert judge(asset({"noise": 1.7 - LESS}), "noise") is not None
    assert judge(asset({"noise": 1.7 - LESS}, limits), "noise") is None


def test_a_profile_is_chosen_by_its_day(tmp_path: Path) -> None:
    path = tmp_path / "stockctl.toml"
    save(Settings(path), calibrate(GOOD, rate=0.2), date(2026, 1, 1))
    path.write_text('[check]\ncalibration = "none"\n')
    assert limits_in_force(load_settings(path)) == {}
    path.write_text('[check]\ncalibration = "2025-01-01"\n')
    with pytest.raises(SettingsError, match="2025-01-01") as caught:
        limits_in_force(load_settings(path))
    assert "2026-01-01" in caught.value.hint


def test_a_broken_profile_says_what_to_do(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "stockctl.toml")
    path = save(settings, calibrate(GOOD), date(2026, 1, 1))
    path.write_text("limits = 3")
    with pytest.raises(SettingsError, match="cannot be read") as caught:
        limits_in_force(settings)
    assert caught.value.where == str(path)


def test_too_few_files_and_senseless_rates_are_refused() -> None:
    with pytest.raises(UsageError, match="too few"):
        calibrate(GOOD[:5])
    with pytest.raises(UsageError, match="no sense"):
        calibrate(GOOD, rate=2)
