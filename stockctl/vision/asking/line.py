"""The manners of a line: how often is asked, with which key, and how long everybody waits when the server says so."""

from __future__ import annotations

import math
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from stockctl.errors import RemoteError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A wait beyond this ends the run, in seconds.
PATIENCE_S = 300.0
# Waits that nobody told us double from the first to the longest: a quota that is counted by the minute opens again
# within it, and one single request asks whether it has.
FIRST_S, LONGEST_S = 0.5, 8.0
# A little slower than is let through: two clocks never agree.
_MARGIN = 1.02


class ServerDownError(RemoteError):
    """Asking again makes no sense in this run: no server, no credit, no such model, or too long a wait."""


@dataclass
class _Key:
    """One key: when it may be used next, until when it rests, and why it is of no use any more."""

    secret: str
    next_at: float = 0.0
    rests_until: float = 0.0
    refused_since: float = 0.0
    failures: int = 0
    out: int = 0
    gone: RemoteError | None = None


@dataclass(frozen=True)
class Turn:
    """Leave to send one request with this key."""

    secret: str
    number: int


@dataclass
class Line:
    """The line to one server, shared by all threads.

    `rpm` is the requests a minute that each key is good for, 0 where that is not
    known. `now` and `sleep` are the clock, in seconds; tests and the benchmark
    bring a faster one.
    """

    secrets: Sequence[str] = ("",)
    rpm: float = 0.0
    where: str = ""
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _keys: list[_Key] = field(init=False)
    _pause_until: float = 0.0
    _stumbles: int = 0
    _ended: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begin with every key fresh."""
        self._keys = [_Key(secret) for secret in self.secrets or ("",)]

    def take(self) -> Turn:
        """Wait for leave to send a request.

        Raises:
            ServerDownError: no key is of any use, or all rest for longer than `PATIENCE_S`.

        """
        while True:
            with self._lock:
                if self._ended:
                    raise ServerDownError("the asking was stopped", where=self.where)
                wait, number = self._soonest()
                if wait <= 0:
                    key = self._keys[number]
                    key.out += 1
                    key.next_at = max(key.next_at, self.now()) + (60.0 / self.rpm * _MARGIN if self.rpm else 0.0)
                    return Turn(key.secret, number)
            self.sleep(min(wait, 1.0))

    def end(self) -> None:
        """Give no more leave: the asking is over."""
        self._ended = True

    def _soonest(self) -> tuple[float, int]:
        """Return how long the key that is free first has to wait, and which it is; its turn goes on from key to key."""
        now = self.now()
        usable = [number for number, key in enumerate(self._keys) if key.gone is None]
        if not usable:
            raise self._keys[-1].gone or ServerDownError("no key is left", where=self.where)
        waits = {}
        for number in usable:
            key = self._keys[number]
            until = max(key.next_at, key.rests_until, self._pause_until)
            # After a refusal one request alone tries whether it is over.
            waits[number] = math.inf if key.failures and key.out else max(0.0, until - now)
        rested = min(max(self._keys[number].rests_until, self._pause_until) for number in usable) - now
        if rested > PATIENCE_S:
            raise self._too_long(rested)
        best = min(usable, key=lambda number: (waits[number], self._keys[number].next_at, number))
        return (0.05 if math.isinf(waits[best]) else waits[best]), best

    def _too_long(self, seconds: float) -> ServerDownError:
        when = datetime.now(UTC).astimezone() + timedelta(seconds=seconds)
        day = "" if when.date() == datetime.now(UTC).astimezone().date() else f" on {when:%Y-%m-%d}"
        return ServerDownError(
            f"lets nothing through for {_in_words(seconds)}",
            where=self.where,
            hint=f"run this again after {when:%H:%M}{day}; it goes on from here",
        )

    def fine(self, turn: Turn) -> None:
        """Note that a request was answered."""
        with self._lock:
            key = self._keys[turn.number]
            key.out -= 1
            key.failures, key.refused_since, self._stumbles = 0, 0.0, 0

    def unanswered(self, turn: Turn) -> None:
        """Note that a request came to nothing for a reason that says nothing of the line."""
        with self._lock:
            self._keys[turn.number].out -= 1

    def limited(self, turn: Turn, told: float | None) -> None:
        """Note that the server asks for patience (429): this key rests as long as it was told, or longer each time.

        Raises:
            ServerDownError: it has refused all there is for `PATIENCE_S`, and did not say until when.

        """
        with self._lock:
            key, now = self._keys[turn.number], self.now()
            key.out -= 1
            # Those that were sent at the same time are refused together: they make no longer wait of it.
            key.failures += not key.failures or now >= key.rests_until
            key.refused_since = key.refused_since or now
            wait = min(FIRST_S * 2 ** min(key.failures - 1, 9), LONGEST_S) if told is None else told
            key.rests_until = max(key.rests_until, now + wait)
            if told is None and now - key.refused_since > PATIENCE_S:
                self._lose(
                    key,
                    ServerDownError(
                        f"has let nothing through for {_in_words(now - key.refused_since)}",
                        where=self.where,
                        hint="run this again later; it goes on from here",
                    ),
                )

    def stumbled(self, turn: Turn, told: float | None) -> None:
        """Note that the server erred (5xx, no answer): everybody pauses, longer each time."""
        with self._lock:
            self._keys[turn.number].out -= 1
            now = self.now()
            self._stumbles += not self._stumbles or now >= self._pause_until
            wait = min(FIRST_S * 2 ** min(self._stumbles - 1, 9), LONGEST_S) if told is None else told
            self._pause_until = max(self._pause_until, now + wait)

    def lose(self, turn: Turn, error: RemoteError) -> None:
        """Note that a key is of no use: the others go on; the last one ends the asking.

        Raises:
            RemoteError: there is no other; it is the error given.

        """
        with self._lock:
            self._keys[turn.number].out -= 1
            self._lose(self._keys[turn.number], error)

    def _lose(self, key: _Key, error: RemoteError) -> None:
        key.gone = error
        if all(each.gone for each in self._keys):
            raise error


def _in_words(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"


# 37s, 1m2.5s, 2 minutes, 20ms, as servers write them.
_PART = re.compile(
    r"(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|hrs?|d|days?)(?![a-z])",
    re.IGNORECASE,
)
_UNITS = {"ms": 0.001, "mil": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SAID = re.compile(
    r"(?:retry|try\s+again|wait|available\s+again|resets?)\s*(?:in|after|at\s+least|for)?\s*:?\s*"
    r"((?:\d+(?:\.\d+)?\s*(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|hrs?|d|days?)(?![a-z])[\s,and]*)+)",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"\"?retry[_-]?(?:delay|after)(?:[_-]?seconds)?\"?\s*[:=]\s*\"?(\d+(?:\.\d+)?)\s*(ms|s)?", re.IGNORECASE
)
_LONGEST_TOLD_S = 30 * 86_400.0
_DAILY = re.compile(r"per[\s_-]?day|daily|perday|requests?/day|\brpd\b", re.IGNORECASE)


def told_wait(headers: Mapping[str, str], text: str) -> float | None:
    """Return how long a server asks to wait, in seconds, or None where it does not say.

    `Retry-After` holds seconds or a date (RFC 9110, 10.2.3), `retry-after-ms` milliseconds;
    Gemini says `retryDelay` in the body, others "retry in 37 s". A quota of the day that
    does not say when it opens again is taken to open at the next midnight, UTC.
    """
    found = _of_headers(headers)
    if found is None and (match := _DELAY.search(text)):
        found = float(match[1]) * (0.001 if match[2] == "ms" else 1.0)
    if found is None and (match := _SAID.search(text)):
        found = seconds_of(match[1])
    # Longer waits are all the same to a run, and dates end somewhere.
    found = found if found is None else min(found, _LONGEST_TOLD_S)
    if _DAILY.search(text) and (found is None or found < PATIENCE_S):
        now = datetime.now(UTC)
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(PATIENCE_S + 1, (midnight - now).total_seconds())
    return found


def _of_headers(headers: Mapping[str, str]) -> float | None:
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name, "")
        try:
            found = float(text) * unit
        except ValueError:
            continue
        if math.isfinite(found):
            return max(0.0, found)
    try:
        when = parsedate_to_datetime(headers.get("retry-after", ""))
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        pass
    for name in ("x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "x-ratelimit-reset"):
        # A bare number may be seconds or a moment; only a span is taken at its word.
        if (found_ := seconds_of(headers.get(name, ""))) is not None:
            return found_
    return None


def seconds_of(text: str) -> float | None:
    """Return a span such as 1m2.5s, 37s or 2 minutes in seconds; None where there is none."""
    parts = _PART.findall(text)
    if not parts:
        return None
    return sum(float(number) * _unit(name.lower()) for number, name in parts)


def _unit(name: str) -> float:
    return _UNITS.get(name) or _UNITS.get(name[:3]) or _UNITS[name[0]]
