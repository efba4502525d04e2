"""Ask an OpenAI-compatible server about a picture, and put up with how such servers fail.

`POST {url}/chat/completions` with the picture as a data URI and a JSON schema
for the answer serves Ollama, llama.cpp, LM Studio, OpenAI and Gemini's
compatible endpoint. Known faults: the schema is ignored, the JSON comes in a
code fence or after thinking aloud, a field is refused by name (400), too many
requests (429), the server errs (5xx), the answer is cut, or does not come.
"""

from __future__ import annotations

import base64
import json
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx

from stockctl.errors import RemoteError

if TYPE_CHECKING:
    from collections.abc import Callable

QUESTION = (
    "You write metadata for stock photographs. Describe only what can be seen; name no people, brands, "
    "places or dates that are not certain. Answer with JSON: title (one factual sentence of at most 70 "
    "characters), description (one or two sentences), keywords (15 to 35 single words or short phrases in "
    "English, lower case, the most important first)."
)
SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "description": {"type": "string"},
        "keywords": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["title", "description", "keywords"],
    "additionalProperties": False,
}
# Enough for 35 keywords and two sentences; models that think aloud get twice that on a second try.
MAX_TOKENS = 1200
# Tries for one picture, and how long to wait between them, in seconds.
TRIES = 4
WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
# A keyword is at most so long, a title and a description too.
_WORD, _TITLE, _DESCRIPTION, _WORDS = 50, 200, 600, 50


class EndpointDownError(RemoteError):
    """The server is not there, or refuses the credentials: asking again makes no sense."""


@dataclass(frozen=True, slots=True)
class Description:
    """A validated answer, and the tokens that the server counted for all tries."""

    title: str
    description: str
    keywords: tuple[str, ...]
    tokens_in: int = 0
    tokens_out: int = 0

    def to_json(self) -> str:
        """Return the answer's words as the catalogue keeps them."""
        return json.dumps(
            {"title": self.title, "description": self.description, "keywords": self.keywords}, ensure_ascii=False
        )


@dataclass
class Endpoint:
    """One server and model. `key` goes into the request's header and nowhere else."""

    url: str
    model: str
    key: str = ""
    timeout_s: float = 120.0
    sleep: Callable[[float], None] = time.sleep
    _dropped: set[str] = field(default_factory=set)

    def ask(self, client: httpx.Client, picture: bytes) -> Description:
        """Return what the model says of a JPEG.

        Raises:
            EndpointDownError: the server cannot be reached, or refuses us.
            RemoteError: no valid answer came after several tries.

        """
        tokens_in = tokens_out = 0
        max_tokens = MAX_TOKENS
        wrong = "no answer"
        for attempt in range(TRIES):
            reply = self._post(client, self._request(picture, max_tokens), last=attempt == TRIES - 1)
            if reply is None:
                continue
            usage = reply.get("usage") or {}
            tokens_in += _whole(usage.get("prompt_tokens"))
            tokens_out += _whole(usage.get("completion_tokens"))
            content, cut = _content(reply)
            try:
                title, description, keywords = parse(content)
            except ValueError as error:
                wrong = f"the answer was cut: {error}" if cut else str(error)
                if cut:
                    max_tokens *= 2
                else:
                    # Some servers take the schema and then write nothing that fits it.
                    self._dropped.add("response_format")
                continue
            return Description(title, description, keywords, tokens_in, tokens_out)
        raise RemoteError(wrong, where=self.url, hint="try another model, or run again later")

    def _request(self, picture: bytes, max_tokens: int) -> dict[str, Any]:
        data = "data:image/jpeg;base64," + base64.b64encode(picture).decode()
        request: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": QUESTION},
                        {"type": "image_url", "image_url": {"url": data}},
                    ],
                }
            ],
            "temperature": 0,
            "max_tokens": max_tokens,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "picture", "strict": True, "schema": SCHEMA},
            },
        }
        return {name: value for name, value in request.items() if name not in self._dropped}

    def _post(self, client: httpx.Client, request: dict[str, Any], *, last: bool) -> dict[str, Any] | None:
        """Send one request; None means that it is worth another try."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            response = client.post(
                f"{self.url.rstrip('/')}/chat/completions", json=request, headers=headers, timeout=self.timeout_s
            )
        except httpx.TimeoutException as error:
            if last:
                raise RemoteError(
                    f"no answer within {self.timeout_s:g} s", where=self.url, hint="raise `timeout` in its settings"
                ) from error
            return None
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
            # The connection broke in mid-answer: the server may be there all the same, and a new connection tells.
            if last:
                raise RemoteError(
                    f"the connection broke: {error}", where=self.url, hint="run again later: it goes on from here"
                ) from error
            return None
        except httpx.HTTPError as error:
            raise EndpointDownError(
                f"cannot be reached: {error}", where=self.url, hint="start the server, then run this again"
            ) from error
        if response.status_code == 200:
            return _document(response)
        self._refused(response, request, last=last)
        return None

    def _refused(self, response: httpx.Response, request: dict[str, Any], *, last: bool) -> None:
        """Return where another try may help; raise where it cannot."""
        status, text = response.status_code, " ".join(response.text.split())[:200]
        if status in {401, 403}:
            raise EndpointDownError(
                f"refuses us ({status}): {text}",
                where=self.url,
                hint="set the key in the variable that `key_env` names",
            )
        if status in {400, 422}:
            named = next((name for name in _OPTIONAL if name in request and _names(name, text)), "")
            if named and not last:
                self._dropped.add(named)
                return
        if status in {408, 429} or status >= 500:
            if not last:
                self.sleep(_pause(response))
                return
            raise RemoteError(
                f"answered {status}: {text}", where=self.url, hint="run again later: it goes on from here"
            )
        raise RemoteError(f"answered {status}: {text}", where=self.url, hint="check `url` and `model` in its settings")


# Fields that a server may refuse; without them it is asked in words alone.
_OPTIONAL = ("response_format", "max_tokens", "temperature")
_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|$)", re.DOTALL)


def _names(field_: str, text: str) -> bool:
    """Whether a refusal speaks of a field: by its name, or by what only that field holds."""
    return field_ in text or (field_ == "response_format" and ("json_schema" in text or "schema" in text))


def _pause(response: httpx.Response) -> float:
    """Return how many seconds to wait: Retry-After holds seconds, or a date (RFC 9110, 10.2.3)."""
    asked = response.headers.get("Retry-After", "")
    try:
        wait = float(asked)
    except ValueError:
        try:
            wait = (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            wait = WAIT_S
    return min(max(wait, 0.0), LONGEST_WAIT_S)


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        document = response.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _content(reply: dict[str, Any]) -> tuple[str, bool]:
    """Return the answer's text and whether it was cut at the token limit."""
    try:
        choice = reply["choices"][0]
        content = choice["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return "", False
    if isinstance(content, list):
        content = "".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else "", choice.get("finish_reason") == "length"


def parse(content: str) -> tuple[str, str, tuple[str, ...]]:
    """Return title, description and keywords of an answer; fences and thinking around the JSON are taken off.

    Raises:
        ValueError: there is no JSON object with these three in it.

    """
    text = _THINKING.sub("", content)
    start = text.find("{")
    if start < 0:
        raise ValueError("the answer holds no JSON")
    try:
        found, _ = json.JSONDecoder().raw_decode(text[start:])
    except json.JSONDecodeError as error:
        raise ValueError(f"the answer's JSON is broken: {error.msg}") from error
    title, description, words = (found.get(name) for name in ("title", "description", "keywords"))
    if isinstance(words, str):
        words = words.split(",")
    if not isinstance(words, list) or not isinstance(title, str) or not isinstance(description or "", str):
        raise ValueError("the answer's JSON lacks title or keywords")  # noqa: TRY004 - of the answer's form, not of our types
    clean = [" ".join(word.split()).strip("#.").lower() for word in words if isinstance(word, str)]
    kept = [word for word in dict.fromkeys(clean) if 1 < len(word) <= _WORD]
    if not kept:
        raise ValueError("the answer holds no keywords")
    return " ".join(title.split())[:_TITLE], " ".join((description or "").split())[:_DESCRIPTION], tuple(kept[:_WORDS])


def _whole(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
