"""Platforms that run campaigns and the networks that posts stand on: facts as data, like agencies."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.agencies.agency import Confidence, Limit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stockctl.campaign.brief import Brief

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Platform:
    """A platform: `name` is its key, `facts` all that is known of it, the unknown marked as such."""

    name: str
    title: str
    facts: Mapping[str, Limit]
    note: str = ""
    aliases: tuple[str, ...] = ()

    def value(self, key: str) -> Any:  # noqa: ANN401 - whatever the fact holds
        """Return a fact's value, None where it is not known."""
        fact = self.facts.get(key)
        return fact.value if fact else None


@dataclass(frozen=True)
class Network:
    """A network: how long a caption may be by its own count, and its other limits."""

    name: str
    title: str
    facts: Mapping[str, Limit] = field(default_factory=dict)

    def limit(self, key: str) -> Limit | None:
        """Return a limit that is known, None where it is not."""
        fact = self.facts.get(key)
        return fact if fact is not None and fact.value is not None else None

    @property
    def count(self) -> Callable[[str], int]:
        """The function that counts a caption as the network does."""
        from stockctl.campaign.caption import COUNTS, utf16_length

        way = self.limit("counting")
        return COUNTS[way.value] if way else utf16_length


@cache
def platforms() -> dict[str, Platform]:
    """Return every platform with a profile, by its key."""
    found = {}
    for path in sorted((HERE / "platforms").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = Platform(
            name=path.stem,
            title=table["title"],
            facts=_facts(table["facts"]),
            note=table.get("note", ""),
            aliases=tuple(table.get("aliases", ())),
        )
    return found


@cache
def networks() -> dict[str, Network]:
    """Return every network, by its key."""
    tables = tomllib.loads((HERE / "networks.toml").read_text(encoding="utf-8"))
    return {name: Network(name, table.pop("title"), _facts(table)) for name, table in tables.items()}


def platform_of(brief: Brief) -> Platform | None:
    """Return the profile of a brief's platform, None where there is none."""
    known = platforms()
    return known.get(brief.platform) or next((one for one in known.values() if brief.platform in one.aliases), None)


def nearest(name: str) -> str:
    """Return the platform whose name is nearest to one without a profile, or an empty text."""
    return next(iter(difflib.get_close_matches(name, platforms(), 1, 0.6)), "")


def _facts(table: dict[str, dict[str, Any]]) -> dict[str, Limit]:
    return {
        key: Limit(
            value=fact.get("value"),
            source=fact.get("source", ""),
            confidence=Confidence(fact["confidence"]),
            checked=fact["checked"],
            note=fact.get("note", ""),
        )
        for key, fact in table.items()
    }
