"""Ask one server about pictures, and put up with how servers fail: what may help is tried, what is paid is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.errors import RemoteError
from stockctl.vision.answers import answer
from stockctl.vision.asking import wire
from stockctl.vision.asking.exchange import BrokenOffError, Response, TooLongError
from stockctl.vision.asking.line import Line, ServerDownError, told_wait

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from stockctl.vision.answers.answer import Answer, Bounds
    from stockctl.vision.asking.exchange import Exchange
    from stockctl.vision.asking.line import Turn

# Answers to one question that are paid for, and tries that came to nothing (5xx, no answer, broken off).
PAID, TRIES = 3, 6


@dataclass
class Cost:
    """What one question took: requests that were answered, and the tokens that the server counted for them."""

    answers: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass
class Endpoint:
    """One server and model. A key goes into a request's header and nowhere else."""

    protocol: str
    model: str
    line: Line
    where: str
    hint: str = "check `url` and `model` in its settings: stockctl vision"
    _dropped: set[str] = field(default_factory=set)

    def ask(
        self,
        exchange: Exchange,
        asked: wire.Asked,
        bounds: Bounds,
        cost: Cost,
        answers: int = 1,
    ) -> list[Answer]:
        """Return so many answers, or refusals: one, or one for each picture of a series; `cost` is added to anyway.

        Raises:
            ServerDownError: asking on makes no sense.
            RemoteError: no answer came to this question.

        """
        tries, room, wrong = 0, asked.max_tokens, "no answer"
        while True:
            sent = wire.body(self.protocol, self.model, _with_room(asked, room), self._dropped)
            turn = self.line.take()
            try:
                response = exchange.post(wire.headers(self.protocol, turn.secret), sent)
            except (TooLongError, BrokenOffError) as error:
                tries += 1
                self.line.stumbled(turn, None)
                if tries >= TRIES or (isinstance(error, TooLongError) and tries >= _SLOW):
                    raise
                continue
            except BaseException:
                self.line.unanswered(turn)
                raise
            good = 200 <= response.status < 300
            reply = wire.read(response.data) if good else wire.Reply()
            if reply.error or not good:
                if self._failed(response, reply, turn, sent):
                    tries += 1
                    if tries >= TRIES:
                        raise RemoteError(
                            _said(response, reply), where=self.where, hint="run again later: it goes on from here"
                        )
                continue
            self.line.fine(turn)
            cost.answers += 1
            cost.tokens_in += reply.tokens_in
            cost.tokens_out += reply.tokens_out
            try:
                return _answers(reply, bounds, answers)
            except answer.NoAnswerError as error:
                wrong = f"the answer was cut: {error}" if reply.cut else str(error)
            if cost.answers >= PAID:
                raise RemoteError(wrong, where=self.where, hint="try another model, or run again later")
            if reply.cut:
                room *= 2
            else:
                # Some servers take the schema and then write nothing that fits it.
                self._dropped.add("response_format")

    def _failed(self, response: Response, reply: wire.Reply, turn: Turn, sent: Mapping[str, Any]) -> bool:
        """Deal with an answer that is an error: return whether it counts as a try; raise where no other one helps."""
        status = (reply.error[0] or 500) if reply.error else response.status
        text = reply.error[1] if reply.error else response.text
        said = _said(response, reply)
        told = told_wait(response.headers, response.text[:_READ])
        if status == _BAD_KEY or _KEYLESS.search(text):
            why = ServerDownError(
                f"refuses the key: {said}", where=self.where, hint="see where the key comes from: stockctl vision"
            )
            self.line.lose(turn, why)
            return False
        if status == _NO_CREDIT or (status == _LIMITED and _BROKE.search(text)):
            self.line.lose(turn, ServerDownError(f"wants to be paid first: {said}", where=self.where, hint=_PAY))
            return False
        if status == _LIMITED:
            self.line.limited(turn, told)
            return False
        if status in _AGAIN or status >= 500:
            self.line.stumbled(turn, told)
            return True
        self.line.unanswered(turn)
        if status in {400, 422} and (named := _named(text, sent)):
            self._dropped.add(named)
            return False
        if status in {403, 404, 405} or _BLIND.search(text):
            what = "does not see pictures" if _BLIND.search(text) else "will not answer"
            raise ServerDownError(f"{self.model} {what}: {said}", where=self.where, hint=self.hint)
        raise RemoteError(said, where=self.where, hint=self.hint)


# So much of an error is read for what it says of waiting, in characters.
_READ = 8192
# A model that did not answer in its time is given one more chance.
_SLOW = 2
_BAD_KEY, _NO_CREDIT, _LIMITED = 401, 402, 429
_AGAIN = frozenset({408, 409, 425})
_PAY = "top up at the service, or use another: stockctl vision"
_KEYLESS = re.compile(
    r"api[ _-]?key (?:is )?(?:not valid|invalid|expired)|invalid[ _]api[ _]?key|API_KEY_INVALID", re.IGNORECASE
)
_BROKE = re.compile(
    r"insufficient[ _](?:quota|credit|balance|funds)|check your plan and billing|billing hard limit", re.IGNORECASE
)
_BLIND = re.compile(
    r"(?:not|n't) support (?:image|vision|multimodal)|(?:no|without) (?:vision|image) (?:support|capabilit)"
    r"|image(?:_url)? (?:input )?(?:is )?not supported|no endpoints found that support image|mmproj|text-only",
    re.IGNORECASE,
)


def _with_room(asked: wire.Asked, room: int) -> wire.Asked:
    return asked if room == asked.max_tokens else wire.Asked(asked.text, asked.pictures, asked.schema, room)


def _answers(reply: wire.Reply, bounds: Bounds, pictures: int) -> list[Answer]:
    if reply.refusal and not reply.texts:
        return answer.refused(reply.refusal, pictures)
    try:
        return answer.read(reply.texts, bounds, pictures, cut_off=reply.cut)
    except answer.NoAnswerError:
        if reply.refusal:
            return answer.refused(reply.refusal, pictures)
        raise


def _named(text: str, sent: Mapping[str, Any]) -> str:
    """Return the optional field that a refusal speaks of: by its name, or by what only that field holds."""
    for name in wire.OPTIONAL:
        if name in sent and (name in text or (name == "response_format" and "schema" in text)):
            return name
    return ""


def _said(response: Response, reply: wire.Reply) -> str:
    """Return an error in the server's words, as it may be shown."""
    status, text = (reply.error[0] or response.status, reply.error[1]) if reply.error else (response.status, "")
    if not text:
        inner = wire.read(response.data)
        text = inner.error[1] if inner.error else response.text
    return f"answered {status}: {answer.quoted(text) or 'nothing'}"
