"""Words from a model that looks at the picture: asked only when the person says so, and once per picture."""

from __future__ import annotations

import hashlib
import os
import sys
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from stockctl.catalogue import vocabulary
from stockctl.errors import FileProblem, RemoteError, SettingsError, UsageError
from stockctl.keyword.candidate import Candidate, Ground, Source
from stockctl.keyword.compose import Seen
from stockctl.keyword.report import Usage
from stockctl.keyword.sources.endpoint import QUESTION, Description, Endpoint, EndpointDownError, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.keyword.subject import Subject

# The longest side of the picture that is sent, in pixels: about 100 to 200 KB.
SIDE = 768
# How likely a person keeps the first word of an answer, and how fast that falls with its place.
_FIRST, _FALL = 0.74, 0.012
# The kinds of sources: a server that is asked, or a model on this machine.
SERVER, CLIP = "server", "clip"
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared with, not bound to
# An answer belongs to the question that was asked.
_QUESTION = hashlib.sha256(QUESTION.encode()).hexdigest()[:12]


@dataclass
class Vision:
    """One configured source: `look` asks about all pictures, then each subject's words are yielded."""

    name: str
    endpoint: Endpoint
    connections: int
    prices: tuple[Decimal, Decimal] | None = None
    answers: dict[str, Description] = field(default_factory=dict)
    usage: Usage = field(default_factory=lambda: Usage("", ""))
    messages: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, subject: Subject) -> Iterator[Candidate]:
        """Yield the answer's words, the first the likeliest."""
        answer = self.answers.get(subject.media_id)
        if answer is not None:
            for place, word in enumerate(answer.keywords):
                yield Candidate(
                    word, Source.VISION, max(0.1, _FIRST - _FALL * place), f"seen by {self.name}", Ground.SEEN
                )

    def seen(self, subject: Subject) -> Seen:
        """Return the answer's title and description."""
        answer = self.answers.get(subject.media_id)
        return Seen(answer.title.rstrip("."), answer.description) if answer else Seen()

    def look(self, catalogue: Catalogue, subjects: Sequence[Subject]) -> None:
        """Ask about every picture that has no kept answer; each answer is kept at once.

        A picture without an answer keeps its other sources; a server that is
        gone ends the asking, and the next run goes on where this one stopped.
        """
        waiting: list[Subject] = []
        new = {subject.media_id: subject for subject in subjects if subject.media_id not in self.answers}
        for subject in new.values():
            kept = vocabulary.answered(catalogue, subject.media_id, self.endpoint.model, _QUESTION)
            if kept is None:
                waiting.append(subject)
            else:
                self.answers[subject.media_id] = Description(*parse(kept.answer))
        self.usage = replace(
            self.usage,
            name=self.name,
            model=self.endpoint.model,
            cached=self.usage.cached + len(new) - len(waiting),
        )
        if waiting:
            self._ask_all(catalogue, waiting)

    def _ask_all(self, catalogue: Catalogue, waiting: list[Subject]) -> None:
        queue = iter(waiting)
        running: dict[Future[Description], Subject] = {}
        down: EndpointDownError | None = None
        before = self.usage.asked
        with httpx.Client() as client, ThreadPoolExecutor(self.connections) as pool:
            while True:
                while down is None and len(running) < self.connections and (subject := next(queue, None)) is not None:
                    running[pool.submit(self._ask, client, subject)] = subject
                if not running:
                    break
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    down = self._finished(catalogue, running.pop(done), done) or down
                self._tell(self.usage.asked - before, len(waiting))
        if down is not None:
            left = len(waiting) - (self.usage.asked - before)
            self.messages.append(
                (
                    f"vision source {self.name}: {down.message}; {left} of {len(waiting)} pictures were not looked at",
                    f"{down.hint}; what was answered is kept" if down.hint else "run this again; answers are kept",
                )
            )

    def _tell(self, done: int, total: int) -> None:
        """Tell on a terminal how far the asking is: a picture may take minutes."""
        if total > 1 and sys.stderr.isatty():
            end = "\n" if done == total else ""
            sys.stderr.write(f"\r{self.name}: {done} of {total} pictures looked at{end}")
            sys.stderr.flush()

    def _ask(self, client: httpx.Client, subject: Subject) -> Description:
        from stockctl.media.preview import preview

        return self.endpoint.ask(client, preview(subject.path, subject.format, (), overview=SIDE, crop=0).overview)

    def _finished(self, catalogue: Catalogue, subject: Subject, done: Future[Description]) -> EndpointDownError | None:
        """Keep one answer, or note its failure; return the error where the server is gone."""
        try:
            answer = done.result()
        except EndpointDownError as error:
            return error
        except (RemoteError, FileProblem) as error:
            self.usage = replace(self.usage, asked=self.usage.asked + 1, failed=self.usage.failed + 1)
            self.messages.append((f"vision source {self.name}, {subject.path}: {error.message}", error.hint))
            return None
        used = vocabulary.Answer(answer.to_json(), answer.tokens_in, answer.tokens_out)
        vocabulary.keep_answer(catalogue, subject.media_id, self.endpoint.model, _QUESTION, used)
        self.answers[subject.media_id] = answer
        tokens_in, tokens_out = (
            self.usage.tokens_in + answer.tokens_in,
            self.usage.tokens_out + answer.tokens_out,
        )
        self.usage = replace(
            self.usage,
            asked=self.usage.asked + 1,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            cost=self._cost(tokens_in, tokens_out),
        )
        return None

    def _cost(self, tokens_in: int, tokens_out: int) -> str:
        """Return what the tokens cost, exactly, in the currency of the settings' prices; empty where unknown."""
        if self.prices is None:
            return ""
        cost = (self.prices[0] * tokens_in + self.prices[1] * tokens_out) / 1_000_000
        return f"{cost.normalize():f}"


def section_of(name: str, settings: Settings) -> dict[str, Any]:
    """Return the section [vision.NAME] of the settings.

    Raises:
        UsageError: there is none.
        SettingsError: its kind is unknown.

    """
    sections: dict[str, dict[str, Any]] = settings.section("vision")
    if name not in sections:
        known = ", ".join(sorted(sections)) or "none"
        raise UsageError(
            f"no vision source {name!r} in the settings; configured: {known}",
            where=str(settings.path),
            hint=f'add [vision.{name}] with url and model, for example url = "http://localhost:11434/v1"',
        )
    section = sections[name]
    if section.get("kind", SERVER) not in {SERVER, CLIP}:
        raise SettingsError(
            f"[vision.{name}]: kind must be {SERVER!r} or {CLIP!r}", where=str(settings.path), hint="mend the value"
        )
    return section


def configured(name: str, section: dict[str, Any], settings: Settings) -> Vision:
    """Return the source of a section [vision.NAME] that names a server.

    Raises:
        SettingsError: it lacks `url` or `model`, or the variable of `key_env` is not set.

    """
    for needed in ("url", "model"):
        if not section.get(needed):
            raise SettingsError(f"[vision.{name}] has no {needed}", where=str(settings.path), hint=f"add {needed}")
    variable = section.get("key_env", "")
    key = os.environ.get(variable, "") if variable else ""
    if variable and not key:
        raise SettingsError(
            f"[vision.{name}]: the variable {variable} is not set", where=str(settings.path), hint=f"export {variable}"
        )
    local = (urlsplit(section["url"]).hostname or "") in _LOCAL
    prices = [Decimal(str(section[price])) for price in ("price_in", "price_out") if price in section]
    return Vision(
        name=name,
        endpoint=Endpoint(section["url"], section["model"], key, float(section.get("timeout", 300 if local else 120))),
        connections=max(1, int(section.get("connections", 1 if local else 4))),
        prices=(prices[0], prices[1]) if len(prices) == 2 else None,
    )
