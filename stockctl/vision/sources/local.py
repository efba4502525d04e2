"""Find what runs on this machine: the known ports of loopback are asked, briefly, for models that see."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from stockctl.vision.sources.presets import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from stockctl.vision.sources.services import Service

# How long all ports together are waited for, in seconds: for a hint in passing, and where a person asks.
IN_PASSING_S, ASKED_S = 0.2, 2.0
# A list of models is shorter than this, in bytes; and so many models are asked about one by one.
_MOST_BYTES, _MOST_MODELS = 1 << 20, 40
# No model's name is longer, in characters.
_LONGEST = 200
# Names of models that see, where the server does not say; from the lists of models of these servers.
_SEES = re.compile(
    r"(?:^|[^a-z])(?:vl|vlm|v)(?:$|[^a-z])|vision|llava|moondream|minicpm-?v|pixtral|internvl|qwen[\d.]*-?vl|gemma-?3(?!n)"
    r"|gemma-?4|smolvlm|florence|cogvlm|glm-4[\d.]*v|mistral-small-?3\.[1-9]|llama-?4|granite[\d.]*-vision|idefics|paligemma"
    r"|molmo|phi-?[34](?:\.\d)?-(?:vision|multimodal)|gpt-4|gemini|claude|kimi-vl|bakllava|ovis|step3",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """What answers at a service's address: all its models, and those that see (or may, where it does not say)."""

    service: Service
    models: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()


def find(services: Iterable[Service], within_s: float = IN_PASSING_S) -> list[Found]:
    """Return which of these services on loopback answer within a time, in their order; no other address is asked."""
    asked = [service for service in services if is_loopback(service.url)]
    found: dict[int, Found] = {}
    until = time.monotonic() + within_s

    def ask(number: int, service: Service) -> None:
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException, RecursionError):
            result = _ask(service, until)
            if result is not None:
                found[number] = result

    # Not a pool: a thread whose server dawdles must not keep the program from ending.
    threads = [threading.Thread(target=ask, args=each, daemon=True) for each in enumerate(asked)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    # Two presets may share an address by a person's settings: one answer is enough.
    answered: dict[str, Found] = {}
    for number in sorted(found):
        answered.setdefault(asked[number].url, found[number])
    return list(answered.values())


def _ask(service: Service, until: float) -> Found | None:
    name = service.preset.name if service.preset is not None else ""
    special = _SPECIAL.get(name)
    models = special(service, until) if special is not None else None
    if models is None:
        models = _listed(_get(service, "/models", until))
    if models is None:
        return None
    sees = tuple(model for model, seeing in models if seeing or (seeing is None and _SEES.search(model)))
    return Found(service, tuple(model for model, _ in models), sees)


# A model's name, and whether it sees; None where the server does not say.
_Models = list[tuple[str, bool | None]]


def _ollama(service: Service, until: float) -> _Models | None:
    tags = _get(service, "/../api/tags", until)
    if not isinstance(tags, dict) or not isinstance(tags.get("models"), list):
        return None
    names = [model["name"] for model in tags["models"] if isinstance(model, dict) and _is_name(model.get("name"))]
    sees: dict[str, bool | None] = dict.fromkeys(names)

    def ask(model: str) -> None:
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
            shown = _get(service, "/../api/show", until, {"model": model})
            capabilities = shown.get("capabilities") if isinstance(shown, dict) else None
            if isinstance(capabilities, list):
                sees[model] = "vision" in capabilities

    threads = [threading.Thread(target=ask, args=(name,), daemon=True) for name in names[:_MOST_MODELS]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic() - 0.01))
    return list(dict(sees).items())


def _lmstudio(service: Service, until: float) -> _Models | None:
    listed = _get(service, "/../api/v0/models", until)
    data = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(data, list):
        return None
    # The one that is loaded first: another one would have to be loaded for the first picture.
    models = sorted((each for each in data if isinstance(each, dict)), key=lambda each: each.get("state") != "loaded")
    return [(each["id"], each.get("type") == "vlm") for each in models if _is_name(each.get("id"))]


def _llamacpp(service: Service, until: float) -> _Models | None:
    models = _listed(_get(service, "/models", until))
    props = _get(service, "/../props", until) if models else None
    modalities = props.get("modalities") if isinstance(props, dict) else None
    if models and isinstance(modalities, dict):
        return [(model, bool(modalities.get("vision"))) for model, _ in models]
    return models


def _koboldcpp(service: Service, until: float) -> _Models | None:
    version = _get(service, "/../api/extra/version", until)
    models = _listed(_get(service, "/models", until))
    if models and isinstance(version, dict) and isinstance(version.get("vision"), bool):
        return [(model, version["vision"]) for model, _ in models]
    return models


_SPECIAL: dict[str, Callable[[Service, float], _Models | None]] = {
    "ollama": _ollama,
    "lmstudio": _lmstudio,
    "llamacpp": _llamacpp,
    "koboldcpp": _koboldcpp,
}


def _listed(document: Any) -> _Models | None:  # noqa: ANN401 - whatever JSON came
    """Return the models of OpenAI's list; None where it is none, as of a web page that happens to be at the port."""
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, list):
        return None
    return [(each["id"], None) for each in data if isinstance(each, dict) and _is_name(each.get("id"))]


def _is_name(value: Any) -> bool:  # noqa: ANN401 - whatever JSON came
    """Whether a server's word for a model can be one: it is shown, and sent back to it."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable()


def _get(service: Service, path: str, until: float, body: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON at a path below a service's address (`/../` is beside its `/v1`), or None where it has none.

    Raises:
        OSError: nobody answers there in time.

    """
    parts = urlsplit(service.url)
    base = parts.path.rstrip("/")
    if path.startswith("/../"):
        base, path = base.rpartition("/")[0], path[3:]
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=left)
    try:
        if body is None:
            connection.request("GET", base + path)
        else:
            connection.request("POST", base + path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        data = response.read(_MOST_BYTES)
    finally:
        connection.close()
    return json.loads(data) if response.status == 200 else None


def best(found: Sequence[Found]) -> tuple[Service, str] | None:
    """Return the first service found with a model that sees, and that model; None where there is none."""
    for each in found:
        wanted = each.service.model
        if wanted in each.sees or (wanted and not each.sees and wanted in each.models):
            return each.service, wanted
        if each.sees and not wanted:
            return each.service, each.sees[0]
    return None
