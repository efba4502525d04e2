"""The presets: servers and clouds by name, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from datetime import date

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
OPENAI, ANTHROPIC = "openai", "anthropic"


@dataclass(frozen=True)
class Preset:
    """One server or cloud, see the head of `presets.toml` for what each field holds."""

    name: str
    title: str
    protocol: str
    url: str
    source: str
    confidence: str
    checked: date
    model: str = ""
    local: bool = False
    key: tuple[str, ...] = ()
    rpm: float = 0
    price_in: str = ""
    price_out: str = ""
    pictures: int = 1
    start: str = ""
    note: str = ""


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return False
    return host in _LOOPBACK


@cache
def presets() -> dict[str, Preset]:
    """Return all presets by name, local ones first, in the file's order."""
    text = files(__package__ or "stockctl.vision.sources").joinpath("presets.toml").read_text(encoding="utf-8")
    return {name: _preset(name, table) for name, table in tomllib.loads(text).items()}


def _preset(name: str, table: dict[str, Any]) -> Preset:
    return Preset(name=name, **{**table, "key": tuple(table.get("key", ()))})
