"""The manners of the line, by a clock that only moves when somebody waits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from stockctl.errors import RemoteError
from stockctl.vision.asking import line as manners
from stockctl.vision.asking.line import Line, ServerDownError, seconds_of, told_wait


class Clock:
    """A clock whose time passes by sleeping."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture(autouse=True)
def _usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manners, "FIRST_S", 0.5)
    monkeypatch.setattr(manners, "LONGEST_S", 8.0)


def line(secrets: tuple[str, ...] = ("a",), rpm: float = 0) -> tuple[Line, Clock]:
    clock = Clock()
    return Line(secrets, rpm, "http://host", clock.now, clock.sleep), clock


def test_requests_a_minute_are_kept_to() -> None:
    asked, clock = line(rpm=15)
    begun = clock.at
    for _ in range(31):
        asked.fine(asked.take())
    assert 120 <= clock.at - begun < 1.05 * 120


def test_each_key_has_its_own_pace() -> None:
    asked, clock = line(("a", "b"), rpm=15)
    begun = clock.at
    used = []
    for _ in range(32):
        turn = asked.take()
        used.append(turn.secret)
        asked.fine(turn)
    assert used[:4] == ["a", "b", "a", "b"]
    assert 60 <= clock.at - begun < 1.1 * 60


def test_a_wait_that_was_told_is_waited_and_not_longer() -> None:
    asked, clock = line()
    asked.limited(asked.take(), 37.0)
    begun = clock.at
    asked.fine(asked.take())
    assert 37 <= clock.at - begun < 38


def test_waits_that_nobody_told_double_up_to_a_bound_and_end_in_five_minutes() -> None:
    asked, clock = line()
    waits: list[float] = []

    def refuse() -> None:
        while True:
            before = clock.at
            turn = asked.take()
            waits.append(clock.at - before)
            asked.limited(turn, None)

    with pytest.raises(ServerDownError, match="let nothing through"):
        refuse()
    assert waits[1:6] == pytest.approx([0.5, 1, 2, 4, 8])
    assert max(waits) == pytest.approx(8)
    assert 300 <= sum(waits) < 320


def test_threads_that_are_refused_together_wait_once_and_one_alone_tries_again() -> None:
    asked, clock = line()
    turns = [asked.take() for _ in range(4)]
    for turn in turns:
        asked.limited(turn, None)
    before = clock.at
    first = asked.take()
    assert clock.at - before == pytest.approx(0.5)
    got: list[bool] = []
    other = threading.Thread(target=lambda: got.append(bool(asked.take())), daemon=True)
    asked.sleep = lambda _seconds: other_waits.set()
    other_waits = threading.Event()
    other.start()
    assert other_waits.wait(5)
    assert got == []
    asked.fine(first)
    other.join(5)
    assert got == [True]


def test_a_key_that_is_exhausted_rests_and_the_others_go_on() -> None:
    asked, clock = line(("a", "b"))
    asked.limited(asked.take(), 3600.0)
    begun = clock.at
    assert {asked.take().secret for _ in range(5)} == {"b"}
    assert clock.at == begun


def test_a_wait_beyond_five_minutes_ends_the_run_and_says_until_when() -> None:
    asked, clock = line(("a", "b"))
    for _ in range(2):
        asked.limited(asked.take(), 3600.0)
    begun = clock.at
    with pytest.raises(ServerDownError, match="60 minutes") as raised:
        asked.take()
    assert clock.at == begun
    until = datetime.now(UTC).astimezone() + timedelta(hours=1)
    assert any(f"{until + timedelta(minutes=off):%H:%M}" in raised.value.hint for off in (-1, 0))


def test_a_key_that_is_refused_gives_way_and_the_last_one_ends_the_asking() -> None:
    asked, _ = line(("a", "b"))
    asked.lose(asked.take(), ServerDownError("wrong key"))
    turn = asked.take()
    assert turn.number == 1
    with pytest.raises(RemoteError, match="wrong key"):
        asked.lose(turn, ServerDownError("wrong key"))


@pytest.mark.parametrize(
    ("headers", "text", "seconds"),
    [
        ({"retry-after": "7"}, "", 7),
        ({"retry-after-ms": "250"}, "", 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, "", 0),
        ({"x-ratelimit-reset-requests": "1m2.5s"}, "", 62.5),
        ({"x-ratelimit-reset": "1761000000"}, "", None),
        ({"retry-after": "nonsense"}, "", None),
        ({"retry-after": "1e300"}, "", 30 * 86_400),
        ({"retry-after": "inf"}, "", None),
        ({"retry-after": "-5"}, "", 0),
        ({}, f"retryDelay: {'9' * 400}s", 30 * 86_400),
        ({}, '{"error": {"details": [{"retryDelay": "37s"}]}}', 37),
        ({}, '{"retry_after": 12}', 12),
        ({}, "Please retry in 37.5s.", 37.5),
        ({}, "Rate limit reached. Please try again in 6m0s.", 360),
        ({}, "try again in 20ms", 0.02),
        ({}, "Please wait 2 minutes and 5 seconds", 120),
        ({}, "slow down", None),
        ({"retry-after": "2"}, "retry in 60s", 2),
    ],
)
def test_a_wait_is_read_in_every_form(headers: dict[str, str], text: str, seconds: float | None) -> None:
    found = told_wait(headers, text)
    if text.startswith("Please wait"):
        assert found in {120.0, 125.0}
    else:
        assert found == (None if seconds is None else pytest.approx(seconds))


def test_a_date_is_read_too() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert told_wait({"retry-after": soon}, "") == pytest.approx(90, abs=2)


def test_the_quota_of_a_day_opens_at_midnight() -> None:
    wait = told_wait({}, "Quota exceeded for GenerateRequestsPerDayPerProject, retryDelay: '41s'")
    assert wait is not None
    assert 300 < wait <= 86_400


def test_spans_are_read() -> None:
    assert [seconds_of(text) for text in ("1h2m3s", "90", "", "2 minutes")] == [3723.0, None, None, 120.0]
