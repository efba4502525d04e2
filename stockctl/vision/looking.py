"""Look at a batch of pictures: what was answered before is used, the rest is asked, every answer is kept at once."""

from __future__ import annotations

import sys
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stockctl.catalogue.seen import sights
from stockctl.errors import FileProblem, RemoteError
from stockctl.report.terminal import is_silent, redraw
from stockctl.vision.answers.answer import Answer, Bounds
from stockctl.vision.sent.pictures import Picture, pair_of, views
from stockctl.vision.sent.question import Question
from stockctl.vision.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.vision.asking.endpoint import Cost, Endpoint
    from stockctl.vision.asking.exchange import Exchange
    from stockctl.vision.asking.line import Line
    from stockctl.vision.sources.services import Service

# So many questions in a row that fail say that the next ones will, too.
_IN_A_ROW = 5
# What is said of one picture after the other is said of so many by name.
_NAMED = 3


@dataclass(frozen=True)
class _Unit:
    """One question: the pictures that are sent, and for each the pictures (media_ids) that its answer is for."""

    pictures: tuple[Picture, ...]
    answers_for: tuple[tuple[str, ...], ...]

    @property
    def size(self) -> int:
        return sum(map(len, self.answers_for))

    def parted(self) -> list[_Unit]:
        """Return the same as a question for each picture."""
        return [_Unit((one,), (ids,)) for one, ids in zip(self.pictures, self.answers_for, strict=True)]


@dataclass
class Looker:
    """One source over one run. `answers` go by media_id; `messages` are texts with hints, on what went wrong.

    Without a `service` nobody is asked: what was answered before is all there is.
    `make_line` brings another clock, for tests and the benchmark; `views` makes what
    is sent of a file.
    """

    service: Service | None
    question: Question = field(default_factory=Question)
    bounds: Bounds = field(default_factory=Bounds)
    answers: dict[str, Answer] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    messages: list[tuple[str, str]] = field(default_factory=list)
    usage: Usage = field(default_factory=lambda: Usage("", ""))
    make_line: Callable[[Service], Line] | None = None
    views: Callable[[Picture], list[bytes]] = views
    _problems: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _one_at_a_time: bool = False
    _line: Line | None = None

    def recall(self, catalogue: Catalogue, media_ids: Sequence[str]) -> None:
        """Use what was answered before: by this model to this question, else by any model to any."""
        wanted = [media_id for media_id in media_ids if media_id not in self.answers]
        model = self.service.model if self.service is not None else ""
        for media_id, kept in sights.answers(catalogue, wanted, model, self.question.identity).items():
            answer = Answer.of_json(kept.answer)
            if answer is not None:
                self.answers[media_id], self.models[media_id] = answer, kept.model

    def look(self, catalogue: Catalogue, pictures: Sequence[Picture], series: Sequence[Sequence[str]] = ()) -> None:
        """Ask about every picture that this model has not answered this question for.

        `series` lists the media_ids of near-identical frames. A picture without an
        answer keeps its other sources; where asking on makes no sense, it ends, and the next run goes on.
        """
        if self.service is None or not pictures:
            return
        name, model = self.service.name, self.service.model
        self.usage = replace(self.usage, name=name, model=model)
        ids = list(dict.fromkeys(picture.media_id for picture in pictures))
        known = sights.answered(catalogue, ids, model, self.question.identity)
        for media_id, kept in known.items():
            answer = Answer.of_json(kept.answer)
            if answer is not None:
                self.answers[media_id], self.models[media_id] = answer, model
                self.usage = replace(self.usage, cached=self.usage.cached + 1)
                if answer.refusal:
                    self._refused(answer, next(one for one in pictures if one.media_id == media_id))
        left = [one for one in pictures if one.media_id not in known]
        units = list(self._units(catalogue, left, series))
        if units:
            self._ask_all(catalogue, units)
        self._tell_problems()

    def _units(self, catalogue: Catalogue, left: Sequence[Picture], series: Sequence[Sequence[str]]) -> Iterator[_Unit]:
        """Part pictures into questions: a vector goes with its JPEG, near-identical frames go together."""
        assert self.service is not None
        each = {picture.media_id: picture for picture in left}
        together: dict[str, list[str]] = {media_id: [media_id] for media_id in each}
        for picture in each.values():
            pair = pair_of(picture)
            if pair and pair not in self.answers:
                self.recall(catalogue, [pair])
            if pair and pair in together and pair != picture.media_id:
                together[pair].append(picture.media_id)
                together.pop(picture.media_id, None)
            elif pair and pair in self.answers and self.models.get(pair) == self.service.model:
                self._keep(catalogue, (picture.media_id,), self.answers[pair])
                self.usage = replace(self.usage, cached=self.usage.cached + 1)
                together.pop(picture.media_id, None)
        room = 1 if self._one_at_a_time else self.service.pictures
        done: set[str] = set()
        for frames in series if room > 1 else ():
            # A clip takes its question for itself.
            apart = [one for one in dict.fromkeys(frames) if one in together and one not in done]
            apart = [one for one in apart if each[one].about.kind != "video"]
            for start in range(0, len(apart), room):
                part = apart[start : start + room]
                done.update(part)
                yield _Unit(tuple(each[one] for one in part), tuple(tuple(together[one]) for one in part))
        for media_id, ids in together.items():
            if media_id not in done:
                yield _Unit((each[media_id],), (tuple(ids),))

    def _ask_all(self, catalogue: Catalogue, units: list[_Unit]) -> None:
        # Drawn in late: most runs ask nobody.
        from stockctl.vision.asking import wire
        from stockctl.vision.asking.endpoint import Endpoint
        from stockctl.vision.asking.exchange import Exchange

        service = self.service
        assert service is not None
        self._line = self._line or (self.make_line or line_of)(service)
        start = service.preset.start if service.preset is not None and service.preset.local else ""
        hint = f"start it: {start}" if start else "check `url` and `model` in its settings: stockctl vision"
        endpoint = Endpoint(service.protocol, service.model, self._line, service.url, hint)
        total = sum(unit.size for unit in units)
        done, in_a_row = 0, 0
        down: RemoteError | None = None
        running: dict[Future[tuple[list[Answer], Cost, Exception | None]], _Unit] = {}
        with (
            Exchange(wire.address(service.protocol, service.url), service.timeout_s) as exchange,
            ThreadPoolExecutor(service.connections) as pool,
        ):
            try:
                while units or running:
                    while down is None and units and len(running) < service.connections:
                        unit = units.pop(0)
                        running[pool.submit(self._ask, endpoint, exchange, unit)] = unit
                    if not running:
                        break
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        unit = running.pop(future)
                        answers, cost, error = future.result()
                        self._count(cost)
                        tokens = (cost.tokens_in, cost.tokens_out)
                        down = self._settled(catalogue, unit, answers, error, units, tokens) or down
                        in_a_row = in_a_row + 1 if isinstance(error, RemoteError) and not answers else 0
                        if in_a_row >= _IN_A_ROW and down is None:
                            assert isinstance(error, RemoteError)
                            down = RemoteError(
                                f"failed {in_a_row} times in a row, the last time: {error.message}",
                                where=error.where,
                                hint=error.hint,
                            )
                        done = total - sum(unit.size for unit in (*units, *running.values()))
                        self._tell(done, total)
            except BaseException:
                self._line.end()
                exchange.abort()
                raise
        if down is not None:
            self._ended(down, sum(unit.size for unit in units), total)

    def _ask(self, endpoint: Endpoint, exchange: Exchange, unit: _Unit) -> tuple[list[Answer], Cost, Exception | None]:
        """Ask one question; runs in a thread, so that what went wrong comes back as a value beside what it cost."""
        from stockctl.vision.asking import wire
        from stockctl.vision.asking.endpoint import Cost

        cost = Cost()
        try:
            sent = [view for picture in unit.pictures for view in self.views(picture)]
            about, count = unit.pictures[0].about, len(unit.pictures)
            about = replace(about, frames=len(sent)) if count == 1 else about
            asked = wire.Asked(
                self.question.text(about, count), sent, self.question.schema(count), self.question.room(count)
            )
            return endpoint.ask(exchange, asked, self.bounds, cost, answers=count), cost, None
        except (RemoteError, FileProblem) as error:
            return [], cost, error

    def _count(self, cost: Cost) -> None:
        assert self.service is not None
        tokens_in, tokens_out = self.usage.tokens_in + cost.tokens_in, self.usage.tokens_out + cost.tokens_out
        self.usage = replace(
            self.usage,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            requests=self.usage.requests + cost.answers,
            cost=self.service.cost(tokens_in, tokens_out),
        )

    def _settled(
        self,
        catalogue: Catalogue,
        unit: _Unit,
        answers: list[Answer],
        error: Exception | None,
        units: list[_Unit],
        tokens: tuple[int, int],
    ) -> RemoteError | None:
        """Keep the answers of a question, or note what went wrong; return the error where asking on makes no sense."""
        from stockctl.vision.asking.line import ServerDownError

        if isinstance(error, ServerDownError):
            units.append(unit)
            return error
        if error is not None and len(unit.pictures) > 1:
            # A server that takes one picture at a time says so in as many ways as there are servers.
            self._one_at_a_time = True
            units[:] = [part for each in (unit, *units) for part in each.parted()]
            return None
        self.usage = replace(self.usage, asked=self.usage.asked + unit.size)
        if error is not None:
            assert isinstance(error, RemoteError | FileProblem)
            self._failed(unit, error.message, error.hint)
            return None
        for picture, ids, answer in zip(unit.pictures, unit.answers_for, answers, strict=True):
            self._keep(catalogue, ids, answer, tokens)
            tokens = (0, 0)  # counted once for all pictures of a question
            if answer.refusal:
                for _ in ids:
                    self._refused(answer, picture)
        return None

    def _keep(
        self, catalogue: Catalogue, ids: Collection[str], answer: Answer, tokens: tuple[int, int] = (0, 0)
    ) -> None:
        assert self.service is not None
        kept = {media_id: sights.Answer(answer.to_json(), *tokens) for media_id in ids}
        sights.keep_answers(catalogue, kept, self.service.model, self.question.identity)
        for media_id in ids:
            self.answers[media_id], self.models[media_id] = answer, self.service.model

    def _failed(self, unit: _Unit, message: str, hint: str) -> None:
        self.usage = replace(self.usage, failed=self.usage.failed + unit.size)
        for picture in unit.pictures:
            self._problems.setdefault((message, hint), []).append(str(picture.path))

    def _refused(self, answer: Answer, picture: Picture) -> None:
        self.usage = replace(self.usage, failed=self.usage.failed + 1)
        what = f"the model declines: {answer.refusal}"
        self._problems.setdefault((what, "say what it shows: --title or --context"), []).append(str(picture.path))

    def unseen(self, pictures: Sequence[Picture], message: str, hint: str = "") -> None:
        """Note pictures that cannot be looked at whoever is asked."""
        for picture in pictures:
            self._problems.setdefault((message, hint), []).append(str(picture.path))
        self._tell_problems()

    def absent(self, count: int) -> None:
        """Note that the service itself is not there, or has no model that sees; `count` pictures wait for it."""
        assert self.service is not None
        preset = self.service.preset
        self.usage = replace(self.usage, name=self.service.name, failed=self.usage.failed + count)
        hint = f"start it: {preset.start}" if preset is not None and preset.start else "set `model` in its settings"
        message = f"no model that sees answers at {self.service.url}; {count} pictures were not looked at"
        self.messages.append((f"vision source {self.service.name}: {message}", hint))

    def _ended(self, down: RemoteError, left: int, total: int) -> None:
        self.usage = replace(self.usage, failed=self.usage.failed + left)
        name = self.usage.name
        self.messages.append(
            (
                f"vision source {name}: {down}; {left} of {total} pictures were not looked at",
                f"{down.hint}; what was answered is kept" if down.hint else "run this again; answers are kept",
            )
        )

    def _tell_problems(self) -> None:
        """Say each problem once, with the pictures that it concerns."""
        for (message, hint), paths in self._problems.items():
            named = ", ".join(paths[:_NAMED]) + (f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else "")
            self.messages.append((f"vision source {self.usage.name}, {named}: {message}", hint))
        self._problems.clear()

    def _tell(self, done: int, total: int) -> None:
        """Tell on a terminal how far the asking is: a picture may take minutes."""
        if total > 1 and sys.stderr.isatty() and not is_silent():
            redraw(f"{self.usage.name}: {done} of {total} pictures looked at", last=done == total)


def line_of(service: Service) -> Line:
    """Return the line to a service, with its keys and its pace.

    Raises:
        SettingsError: it needs a key, and there is none.

    """
    from stockctl.vision.asking.line import Line

    return Line(service.secrets(), service.rpm, service.url)
