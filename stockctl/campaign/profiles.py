"""Platforms that run campaigns and the networks that posts stand on: facts as data, like agencies."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.agencies.agency import Confidence, Limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Platform:
    """A platform: `name` is its key, `facts` all that is known of it, the unknown marked as such.

    `statuses` maps its words for a film, in lower case, to ours; `claim_statuses`
    those that mean something else of a claim.
    """

    name: str
    title: str
    facts: Mapping[str, Limit]
    note: str = ""
    aliases: tuple[str, ...] = ()
    statuses: Mapping[str, str] = field(default_factory=dict)
    claim_statuses: Mapping[str, str] = field(default_factory=dict)

    def value(self, key: str) -> Any:  # noqa: ANN401 - whatever the fact holds
        """Return a fact's value, None where it is not known."""
        fact = self.facts.get(key)
        return fact.value if fact else None


@dataclass(frozen=True)
class Network:
    """A network: how long a caption may be by its own count, and its other limits."""

    name: str
    title: str
    aliases: tuple[str, ...] = ()
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
            statuses=table.get("statuses", {}),
            claim_statuses=table.get("claim_statuses", {}),
        )
    return found


@cache
def networks() -> dict[str, Network]:
    """Return every network, by its key."""
    tables = tomllib.loads((HERE / "networks.toml").read_text(encoding="utf-8"))
    return {
        name: Network(name, table.pop("title"), tuple(table.pop("aliases", ())), _facts(table))
        for name, table in tables.items()
    }


def network_named(name: str) -> Network | None:
    """Return the network of a name or an alias, however its words are joined; None where there is none."""
    plain = _joined(name)
    for network in networks().values():
        if plain in map(_joined, (network.name, network.title, *network.aliases)):
            return network
    return None


def chosen_networks(names: Iterable[str]) -> list[Network]:
    """Return the networks of these names that have a profile, each once."""
    found = [network for name in names if (network := network_named(name)) is not None]
    return list({network.name: network for network in found}.values())


def _joined(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


@cache
def platform_named(name: str) -> Platform | None:
    """Return the profile of a name or an alias, None where there is none."""
    known = platforms()
    plain = _joined(name)
    return known.get(name) or next(
        (one for one in known.values() if plain in map(_joined, (one.name, one.title, *one.aliases))), None
    )


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
