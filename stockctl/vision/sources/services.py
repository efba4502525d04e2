"""Whom to ask: what a preset says, overruled by a person's own section [vision.NAME]."""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stockctl.errors import SettingsError, UsageError
from stockctl.passwords import by_command, by_keyring
from stockctl.vision.sources.presets import ANTHROPIC, OPENAI, is_loopback, presets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.config import Settings
    from stockctl.vision.sources.presets import Preset

# Kinds of sources: a server on this machine, one elsewhere, a model that this program runs itself.
LOCAL, CLOUD, CLIP = "local", "cloud", "clip"
# What [keyword] vision may say beside a name.
AUTO, NONE = "auto", "none"
# Seconds to wait for an answer: a model on a processor takes minutes.
_TIMEOUT_S = {LOCAL: 300.0, CLOUD: 120.0}
_AT_ONCE = {LOCAL: 1, CLOUD: 4}


@dataclass(frozen=True)
class Service:
    """One source that can be asked; `prices` are for a million tokens in and out, None where they are not known.

    `variables` are where a key is looked for; the keys themselves are fetched
    by `secrets`, when they are needed.
    """

    name: str
    kind: str
    protocol: str
    url: str
    model: str
    settings: Settings
    preset: Preset | None = None
    variables: tuple[str, ...] = ()
    key_command: str = ""
    connections: int = 1
    timeout_s: float = 120.0
    rpm: float = 0.0
    prices: tuple[Decimal, Decimal] | None = None
    pictures: int = 1

    @property
    def needs_key(self) -> bool:
        """Whether it asks for a key at all."""
        return bool(self.variables or self.key_command)

    def secrets(self) -> tuple[str, ...]:
        """Return the keys: of the variables that are set, else of the command, else of the keyring; ("",) of none.

        Raises:
            SettingsError: it needs one, and there is none.

        """
        found = tuple(dict.fromkeys(value for name in self.variables if (value := os.environ.get(name, "").strip())))
        if found and self.preset is not None and self.variables == self.preset.key:
            # The variables of a preset are other names of one key.
            found = found[:1]
        if not found and self.key_command:
            found = (by_command(self.key_command, f"{self.settings.path}: [vision.{self.name}] key_command"),)
        if not found and (kept := by_keyring(entry(self.name))):
            found = (kept,)
        if found or not self.needs_key:
            return found or ("",)
        raise SettingsError(
            f"[vision.{self.name}]: the variable {' or '.join(self.variables)} is not set",
            where=str(self.settings.path),
            hint=f"export {self.variables[0]}, or set key_command in [vision.{self.name}], "
            f"or store it: python -m keyring set stockctl {entry(self.name)!r}",
        )

    @property
    def has_key(self) -> bool:
        """Whether a key would be found, without running a command."""
        if not self.needs_key or self.key_command or any(os.environ.get(name) for name in self.variables):
            return True
        return by_keyring(entry(self.name)) is not None

    def cost(self, tokens_in: int, tokens_out: int) -> str:
        """Return what tokens cost, exactly, in the currency of the prices; empty where those are not known."""
        if self.prices is None:
            return ""
        cost = (self.prices[0] * tokens_in + self.prices[1] * tokens_out) / 1_000_000
        return f"{cost.normalize():f}"


def entry(name: str) -> str:
    """Return the name under which the keyring keeps a key."""
    return f"vision {name}"


def names(settings: Settings) -> list[str]:
    """Return every source that can be named: the person's own, then the presets."""
    return list(dict.fromkeys([*settings.section("vision"), *presets()]))


def section_of(name: str, settings: Settings) -> dict[str, Any]:
    """Return the section [vision.NAME] of the settings; an empty one for a preset that has none.

    Raises:
        UsageError: there is neither section nor preset.
        SettingsError: its kind is unknown.

    """
    sections: dict[str, dict[str, Any]] = settings.section("vision")
    if name not in sections and name not in presets():
        known = ", ".join(sorted(sections)) or "none"
        raise UsageError(
            f"no vision source {name!r}; configured: {known}; presets: {', '.join(presets())}",
            where=str(settings.path),
            hint="see what there is: stockctl vision",
        )
    section = sections.get(name, {})
    if section.get("kind", "server") not in {"server", CLIP}:
        raise SettingsError(
            f"[vision.{name}]: kind must be 'server' or 'clip'", where=str(settings.path), hint="mend the value"
        )
    return section


def is_clip(name: str, settings: Settings) -> bool:
    """Whether a source is a model that this program runs itself."""
    return section_of(name, settings).get("kind") == CLIP


def service(name: str, settings: Settings) -> Service:
    """Return a source by name: a section of the settings, a preset, or both.

    Raises:
        UsageError: there is no such source.
        SettingsError: a section of its own lacks `url`, or says what means nothing.

    """
    section = section_of(name, settings)
    preset = presets().get(section.get("preset", name))
    if section.get("preset") and preset is None:
        raise SettingsError(
            f"[vision.{name}]: there is no preset {section['preset']!r}",
            where=str(settings.path),
            hint=f"presets: {', '.join(presets())}",
        )
    url = section.get("url") or (_own_address(preset) if preset else "")
    if not url:
        raise SettingsError(f"[vision.{name}] has no url", where=str(settings.path), hint="add url")
    protocol = section.get("protocol") or (preset.protocol if preset else OPENAI)
    if protocol not in {OPENAI, ANTHROPIC}:
        raise SettingsError(
            f"[vision.{name}]: protocol must be {OPENAI!r} or {ANTHROPIC!r}",
            where=str(settings.path),
            hint="leave it out for a server that speaks OpenAI's",
        )
    kind = LOCAL if is_loopback(url) else CLOUD
    own = section.get("key_env")
    variables = (own,) if isinstance(own, str) else tuple(own or (preset.key if preset else ()))
    return Service(
        name=name,
        kind=kind,
        protocol=protocol,
        url=url,
        model=section.get("model") or (preset.model if preset else ""),
        settings=settings,
        preset=preset,
        variables=tuple(variable for variable in variables if variable),
        key_command=section.get("key_command", ""),
        connections=max(1, int(section.get("connections", _AT_ONCE[kind]))),
        timeout_s=float(section.get("timeout", _TIMEOUT_S[kind])),
        rpm=max(0.0, float(section.get("rpm", preset.rpm if preset else 0))),
        prices=_prices([section.get(side, getattr(preset, side, "")) for side in ("price_in", "price_out")]),
        pictures=max(1, int(section.get("pictures", preset.pictures if preset else 1))),
    )


def _prices(found: Sequence[Any]) -> tuple[Decimal, Decimal] | None:
    if any(price == "" for price in found):
        return None
    return Decimal(str(found[0])), Decimal(str(found[1]))


def _own_address(preset: Preset) -> str:
    """Return a preset's address; where Ollama was moved on this machine, the one that its own variable says."""
    if preset.name == "ollama" and (moved := os.environ.get("OLLAMA_HOST", "")):
        url = moved if "//" in moved else f"http://{moved}"
        url = url.replace("//0.0.0.0", "//127.0.0.1")
        port = "" if ":" in url.split("//", 1)[1] else ":11434"
        if is_loopback(url):
            return f"{url.rstrip('/')}{port}/v1"
    return preset.url
