"""Everything that could look: what was found here, what is configured, what there is elsewhere, and in what state."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stockctl.vision.sources import local, services
from stockctl.vision.sources.presets import presets
from stockctl.vision.sources.services import CLIP, CLOUD, LOCAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stockctl.config import Settings
    from stockctl.vision.sources.services import Service

READY, NOT_RUNNING, NO_KEY, NO_MODEL = "ready", "not-running", "no-key", "no-model"


@dataclass(frozen=True)
class Source:
    """One source as `stockctl vision` lists it.

    `state` is ready, not-running, no-key or no-model; a cloud is not asked, so
    that its `ready` means no more than a key. `others` are further models that
    see, `next` is what would make it ready.
    """

    name: str
    kind: str
    url: str
    model: str
    sees: bool
    state: str
    in_use: bool
    costs: str = ""
    note: str = ""
    next: str = ""
    others: tuple[str, ...] = ()
    prices: tuple[str, str] | None = None
    each: Decimal | None = None
    source: str = ""
    checked: str = ""
    confidence: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the entry that `--json` prints."""
        return {
            "name": self.name,
            "kind": self.kind,
            "url": self.url or None,
            "model": self.model or None,
            "sees": self.sees,
            "state": self.state,
            "in_use": self.in_use,
            "models": list(self.others),
            "price_in": self.prices[0] if self.prices else None,
            "price_out": self.prices[1] if self.prices else None,
            "costs": self.costs or None,
            "note": self.note or None,
            "hint": self.next or None,
            "source": self.source or None,
            "confidence": self.confidence or None,
            "checked": self.checked or None,
        }


def sources(settings: Settings, clips: Mapping[str, tuple[str, bool]]) -> list[Source]:
    """Return every source: the person's own and those of this machine first, then the clouds, then CLIP.

    Loopback is asked, nothing else. `clips` are the models that this program runs
    itself, by name: the model, and whether its files are here.

    Raises:
        SettingsError: a section says what means nothing.

    """
    named = [name for name in services.names(settings) if not services.is_clip(name, settings)]
    all_ = [services.service(name, settings) for name in named]
    answered = {found.service.name: found for found in local.find(all_, local.ASKED_S)}
    # One server may be known by two names: by a section of the person's own, and by its preset.
    by_url = {found.service.url: found for found in answered.values()}
    chosen = settings.get("keyword", "vision", services.AUTO)
    found = [
        _local(service, by_url.get(service.url), chosen) if service.kind == LOCAL else _cloud(service, chosen)
        for service in sorted(all_, key=lambda service: service.kind != LOCAL)
    ]
    return [*found, *(_clip(name, model, chosen, here=here) for name, (model, here) in clips.items())]


def _local(service: Service, found: local.Found | None, chosen: str) -> Source:
    best = local.best([found]) if found is not None else None
    if found is None:
        state, next_ = NOT_RUNNING, f"start it: {service.preset.start}" if service.preset else "start it"
    elif best is None:
        wanted = f"{service.model} is not among its models" if service.model else "none of its models sees"
        state, next_ = NO_MODEL, f"{wanted}; for one that does: {_pull(service)}"
    else:
        state, next_ = READY, "" if chosen == service.name else f"stockctl vision use {service.name}"
    model = best[1] if best is not None else service.model
    return Source(
        name=service.name,
        kind=LOCAL,
        url=service.url,
        model=model,
        sees=best is not None,
        state=state,
        in_use=chosen == service.name,
        costs=_costs(service) or "costs nothing",
        note=service.preset.note if service.preset and found is not None else "",
        next=next_,
        others=tuple(one for one in (found.sees if found else ()) if one != model),
        **_facts(service),
    )


def _pull(service: Service) -> str:
    if service.preset is not None and service.preset.name == "ollama":
        return "ollama pull qwen3-vl:8b"
    return "load one into the server"


def _cloud(service: Service, chosen: str) -> Source:
    ready = service.has_key
    variables = " or ".join(service.variables)
    state = NO_KEY if not ready else READY if service.model else NO_MODEL
    return Source(
        name=service.name,
        kind=CLOUD,
        url=service.url,
        model=service.model,
        sees=bool(service.model),
        state=state,
        in_use=chosen == service.name,
        costs=_costs(service),
        note=service.preset.note if service.preset else "",
        next=f"set {variables} to your key" if not ready else "" if chosen == service.name else _use(service),
        **_facts(service),
    )


def _use(service: Service) -> str:
    return f"stockctl vision use {service.name}" + ("" if service.model else " --model MODEL")


def _clip(name: str, model: str, chosen: str, *, here: bool) -> Source:
    configured = chosen == name
    return Source(
        name=name,
        kind=CLIP,
        url="",
        model=model,
        sees=here,
        state=READY if here else NO_MODEL,
        in_use=configured,
        costs="costs nothing",
        each=Decimal(0),
        note="ranks words of a list; writes no title",
        next="" if here else f"stockctl models fetch {model}",
    )


def _costs(service: Service) -> str:
    """Say what a source costs, in words."""
    if service.prices is None:
        return ""
    price_in, price_out = service.prices
    if not price_in and not price_out:
        return "costs nothing"
    each = _each(service)
    assert each is not None
    unit = " USD" if service.preset is not None and str(price_in) == service.preset.price_in else ""
    thousand = f"1,000 pictures about {each * 1000:.2f}{unit}"
    return f"{price_in} and {price_out}{unit} for a million tokens in and out: {thousand}"


def _each(service: Service) -> Decimal | None:
    """Return what a picture costs about; None where the prices are not known."""
    if service.prices is None:
        return Decimal(0) if service.kind == LOCAL else None
    # A picture of 768 pixels and the question come to some 1,500 tokens, an answer to some 350.
    return (service.prices[0] * 1500 + service.prices[1] * 350) / 1_000_000


def _facts(service: Service) -> dict[str, Any]:
    prices = (str(service.prices[0]), str(service.prices[1])) if service.prices else None
    preset = presets().get(service.name)
    if preset is None:
        return {"prices": prices, "each": _each(service)}
    return {
        "prices": prices,
        "each": _each(service),
        "source": preset.source,
        "checked": preset.checked.isoformat(),
        "confidence": preset.confidence,
    }
