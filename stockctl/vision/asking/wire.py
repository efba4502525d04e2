"""The words of each protocol: how a question is put, and where the answer stands in what comes back.

A question is put in one of two protocols; a reply is read by its shape, whoever
sent it: whole or streamed, OpenAI's, Anthropic's, Ollama's or Gemini's own.
"""

from __future__ import annotations

import base64
import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stockctl.vision.sources.presets import ANTHROPIC

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

# Fields of a request that a server may refuse by name; without them it is asked in words alone.
OPTIONAL = ("response_format", "max_completion_tokens", "max_tokens", "temperature", "tool_choice", "tools")
# The version of the Messages protocol that is spoken.
_ANTHROPIC_VERSION = "2023-06-01"
# A reply's lines are read up to so many: a stream has one for each few letters.
_MOST_LINES = 200_000


@dataclass(frozen=True)
class Asked:
    """A question as it is put: text, JPEG pictures, the JSON schema of the answer, and room for it in tokens."""

    text: str
    pictures: Sequence[bytes]
    schema: Mapping[str, Any]
    max_tokens: int


@dataclass(frozen=True)
class Reply:
    """What came back.

    `texts` hold the answer, likeliest first: what was said, what was handed to
    a tool, what was thought. `refusal` is the server's own field for one, or
    the name of its filter; `error` a status and text where the reply is one in
    disguise; `cut` says that the room for it was used up.
    """

    texts: tuple[str, ...] = ()
    refusal: str = ""
    cut: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    error: tuple[int, str] | None = None


def address(protocol: str, url: str) -> str:
    """Return where a question is sent."""
    return f"{url.rstrip('/')}/{'messages' if protocol == ANTHROPIC else 'chat/completions'}"


def headers(protocol: str, key: str) -> dict[str, str]:
    """Return the headers of a request; the key stands in one of them and nowhere else."""
    if protocol == ANTHROPIC:
        return {"anthropic-version": _ANTHROPIC_VERSION} | ({"x-api-key": key} if key else {})
    return {"Authorization": f"Bearer {key}"} if key else {}


def body(protocol: str, model: str, asked: Asked, dropped: Collection[str] = ()) -> dict[str, Any]:
    """Return the request as JSON, without the fields that the server refused before."""
    found = _messages(model, asked) if protocol == ANTHROPIC else _chat(model, asked, dropped)
    return {name: value for name, value in found.items() if name not in dropped or (name, protocol) == _NEEDED}


# The Messages protocol has no default for it.
_NEEDED = ("max_tokens", ANTHROPIC)


def _chat(model: str, asked: Asked, dropped: Collection[str]) -> dict[str, Any]:
    pictures = ("data:image/jpeg;base64," + _coded(picture) for picture in asked.pictures)
    found: dict[str, Any] = {
        "model": model,
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": asked.text},
                    *({"type": "image_url", "image_url": {"url": picture}} for picture in pictures),
                ],
            }
        ],
        "temperature": 0,
        # Newer models of OpenAI refuse the first name and ask for the second.
        ("max_completion_tokens" if "max_tokens" in dropped else "max_tokens"): asked.max_tokens,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "picture", "strict": True, "schema": asked.schema},
        },
    }
    return found


def _messages(model: str, asked: Asked) -> dict[str, Any]:
    return {
        "model": model,
        "max_tokens": asked.max_tokens,
        "messages": [
            {
                "role": "user",
                "content": [
                    *(
                        {"type": "image",
                         "source": {"type": "base64", "media_type": "image/jpeg", "data": _coded(picture)}}
                        for picture in asked.pictures
                    ),
                    {"type": "text", "text": asked.text},
                ],
            }
        ],
        "tools": [{"name": "picture", "description": "Takes what is said of a picture.", "input_schema": asked.schema}],
        "tool_choice": {"type": "tool", "name": "picture"},
    }  # fmt: skip


def _coded(picture: bytes) -> str:
    return base64.b64encode(picture).decode("ascii")


def read(data: bytes) -> Reply:
    """Read a reply's bytes, whatever their form; a reply that holds nothing has no texts."""
    gathered = _Gathered()
    text = data.decode("utf-8-sig", "replace").strip()
    # What is nested too deeply is read as far as it goes.
    with contextlib.suppress(RecursionError):
        for document in _documents(text):
            gathered.take(document)
    reply = gathered.reply()
    if not (reply.texts or reply.refusal or reply.error):
        # No envelope at all: the answer itself, or prose.
        return Reply((text,) if text else (), tokens_in=reply.tokens_in, tokens_out=reply.tokens_out)
    return reply


def _documents(text: str) -> Iterator[Any]:
    """Yield the JSON documents of a reply: one, or one for each line of a stream (server-sent events, JSON lines)."""
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        for line in text.splitlines()[:_MOST_LINES]:
            part = line.strip().removeprefix("data:").strip()
            if part.startswith(("{", "[")):
                try:
                    yield json.loads(part)
                except (ValueError, RecursionError):
                    continue


@dataclass
class _Gathered:
    """What is collected from one document, or from the many of a stream."""

    said: list[str] = field(default_factory=list)
    handed: list[str] = field(default_factory=list)
    thought: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    finish: str = ""
    tokens: dict[str, int] = field(default_factory=dict)
    error: tuple[int, str] | None = None

    def take(self, document: Any) -> None:  # noqa: ANN401 - whatever JSON came
        if isinstance(document, list):
            for each in document:
                self.take(each)
        if not isinstance(document, dict):
            return
        self._usage(document)
        self._error(document.get("error"))
        for choice in _dicts(document.get("choices")):
            self._error(choice.get("error"))
            self._message(choice.get("message") or choice.get("delta") or choice)
            self._finished(choice.get("finish_reason"))
        for candidate in _dicts(document.get("candidates")):
            self._message(candidate.get("content"))
            self._finished(candidate.get("finishReason"))
        feedback = document.get("promptFeedback")
        self._finished(feedback.get("blockReason") if isinstance(feedback, dict) else None)
        if "choices" not in document and "candidates" not in document:
            self._message(document)
            for name in ("message", "delta", "content_block"):
                part = document.get(name)
                if isinstance(part, dict):
                    self._usage(part)
                    self._message(part)
                    self._finished(part.get("stop_reason"))
            for output in _dicts(document.get("output")):
                self._message(output)
            self._finished(document.get("stop_reason") or document.get("done_reason"))

    def _message(self, message: Any) -> None:  # noqa: ANN401 - whatever JSON came
        if not isinstance(message, dict):
            return
        for name, where in _TEXTS:
            value = message.get(name)
            if isinstance(value, str):
                getattr(self, where).append(value)
        content = message.get("content", message.get("parts"))
        for part in [content] if isinstance(content, str | dict) else content if isinstance(content, list) else ():
            if isinstance(part, str):
                self.said.append(part)
            elif isinstance(part, dict) and not part.keys() & _PART_NAMES:
                # The answer itself, where a text with it should stand.
                self.said.append(json.dumps(part))
            elif isinstance(part, dict):
                self._message({name: value for name, value in part.items() if name != "content"})
        if message.get("type") == "tool_use" and isinstance(message.get("input"), dict) and message["input"]:
            self.handed.append(json.dumps(message["input"]))
        for call in _dicts(message.get("tool_calls")):
            function = call.get("function")
            arguments = function.get("arguments") if isinstance(function, dict) else None
            if arguments:
                self.handed.append(arguments if isinstance(arguments, str) else json.dumps(arguments))

    def _finished(self, reason: Any) -> None:  # noqa: ANN401 - whatever JSON came
        if isinstance(reason, str) and reason:
            self.finish = reason.lower()

    def _error(self, error: Any) -> None:  # noqa: ANN401 - whatever JSON came
        if not error or self.error:
            return
        status = 0
        text = error if isinstance(error, str) else json.dumps(error)
        if isinstance(error, dict):
            status = next((n for n in (error.get("code"), error.get("status")) if isinstance(n, int)), 0)
            text = next((t for t in (error.get("message"), error.get("type")) if isinstance(t, str)), text)
        self.error = (status, text)

    def _usage(self, document: dict[str, Any]) -> None:
        for found in (document, document.get("usage"), document.get("usageMetadata")):
            if isinstance(found, dict):
                for name, where in _TOKENS.items():
                    value = found.get(name)
                    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 40:
                        # A stream repeats its count as it grows.
                        self.tokens[where] = max(value, self.tokens.get(where, 0))

    def reply(self) -> Reply:
        texts = ("".join(part) for part in (self.said, self.handed, self.thought))
        refusal = "".join(self.refusals).strip()
        if not refusal and self.finish in _FILTERS:
            refusal = f"stopped by the server's filter ({self.finish})"
        return Reply(
            texts=tuple(text for text in texts if text.strip()),
            refusal=refusal,
            cut=self.finish in {"length", "max_tokens", "max_output_tokens"},
            tokens_in=self.tokens.get("in", 0),
            tokens_out=self.tokens.get("out", 0),
            error=self.error,
        )


# Where a message holds texts: what was said, what was thought, and what was handed to a tool in pieces.
_TEXTS = (
    ("text", "said"), ("response", "said"), ("output_text", "said"), ("refusal", "refusals"),
    ("reasoning", "thought"), ("reasoning_content", "thought"), ("thinking", "thought"), ("partial_json", "handed"),
)  # fmt: skip
_PART_NAMES = frozenset({"type", "text", "input", "thinking", "image_url", "source", "content"})
_TOKENS = {
    "prompt_tokens": "in", "input_tokens": "in", "promptTokenCount": "in", "prompt_eval_count": "in",
    "completion_tokens": "out", "output_tokens": "out", "candidatesTokenCount": "out", "eval_count": "out",
}  # fmt: skip
# How servers call an answer that their filter held back.
_FILTERS = frozenset(
    {"content_filter", "content-filter", "safety", "refusal", "blocklist", "prohibited_content", "spii", "recitation",
     "image_safety"}
)  # fmt: skip


def _dicts(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - whatever JSON came
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))
