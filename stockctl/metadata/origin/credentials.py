"""Content Credentials: what a C2PA manifest store says of how a picture was made.

By the C2PA specification 2.1 (manifests, claims, actions) and ISO/IEC 19566-5
(JUMBF boxes). What is said is read; what contradicts it is told (see `binding`).
Whose the signature is, and whether to trust it, is not looked at.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stockctl.errors import DamagedError
from stockctl.metadata.origin import cbor
from stockctl.metadata.origin.binding import compared
from stockctl.metadata.origin.jumbf import contents
from stockctl.metadata.record import plain_source_type

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 8
# Hard bindings (C2PA 2.1, 9.2) beside the one by ranges.
_OTHER_BINDINGS = ("c2pa.hash.bmff", "c2pa.hash.boxes")
# Names that strangers wrote are shown no longer than this, and so many of them.
_LONGEST, _MOST_NAMES = 120, 20


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the manifests in a file say, the active one first, then those of its ingredients.

    `makers` are the programs and devices that wrote the claims or did an action;
    `actions` what was done (`c2pa.created`, …); `source_types` IPTC's digital
    source types without their vocabulary's address. `fault` is what is broken
    about the store, in words, or empty; `unchecked` the assertion that binds the
    picture to what was signed, where it is in a way that is not computed here
    (a tree of hashes in `c2pa.hash.bmff.v3`, `c2pa.hash.boxes` of a TIFF), or empty.
    """

    makers: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    source_types: tuple[str, ...] = ()
    fault: str = ""
    unchecked: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        return {
            "makers": list(self.makers),
            "actions": list(self.actions),
            "source_types": list(self.source_types),
            "fault": self.fault,
            "unchecked": self.unchecked,
        }


def credentials(store: bytes, data: memoryview | None = None) -> Credentials:
    """Return what a manifest store says; what is broken in it is the `fault`, the rest is read all the same.

    `data` is the file that holds it: with it, the picture is compared with what was signed.
    """
    manifests: dict[str, _Manifest] = {}
    fault = ""
    try:
        for labels, type_, content in contents(store):
            if len(labels) < 2 or labels[0] != "c2pa":
                continue
            manifest = manifests.setdefault(labels[1], _Manifest())
            try:
                manifest.take(labels[-1], type_, content)
            except DamagedError as error:
                fault = fault or f"{labels[-1]}: {error.message}"
    except DamagedError as error:
        fault = error.message
    if not manifests and not fault:
        fault = "there is no manifest in it"
    found = compared(store, data)
    fault = fault or found.fault
    # The last manifest of a store is the active one.
    active_first = list(manifests.values())[::-1]
    return Credentials(
        makers=_unique(name for manifest in active_first for name in manifest.makers),
        actions=_unique(name for manifest in active_first for name in manifest.actions),
        source_types=_unique(name for manifest in active_first for name in manifest.source_types),
        fault=fault,
        unchecked=active_first[0].unchecked if active_first and not found.file else "",
    )


@dataclass(slots=True)
class _Manifest:
    """One manifest while its boxes are read."""

    makers: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    source_types: list[str] = field(default_factory=list)
    unchecked: str = ""

    def take(self, label: str, type_: bytes, content: bytes) -> None:
        """Take what a content box says, by the label of the box around it."""
        label = label.partition("__")[0]
        if label.startswith(_OTHER_BINDINGS):
            self.unchecked = label[:_LONGEST]
        if label in {"c2pa.claim", "c2pa.claim.v2"} and type_ == b"cbor":
            self._claim(cbor.decode(content))
        elif label in {"c2pa.actions", "c2pa.actions.v2"} and type_ == b"cbor":
            self._acts(cbor.decode(content))
        elif type_ == b"json" and label.startswith(("stds.", "c2pa.metadata", "cawg.metadata")):
            self.source_types += _source_types_in(_parsed(content), 0)

    def _claim(self, claim: Any) -> None:  # noqa: ANN401 - as CBOR has it
        claim = claim if isinstance(claim, dict) else {}
        about = claim.get("claim_generator_info")
        named = [_agent(one) for one in (about if isinstance(about, list) else [about])]
        self.makers[:0] = [name for name in named if name] or [_agent(claim.get("claim_generator"))]

    def _acts(self, assertion: Any) -> None:  # noqa: ANN401 - as CBOR has it
        actions = assertion.get("actions") if isinstance(assertion, dict) else None
        for action in actions if isinstance(actions, list) else []:
            if isinstance(action, dict):
                self.actions.append(_said(action.get("action")))
                self.makers.append(_agent(action.get("softwareAgent")))
                self.source_types.append(_source_type(action.get("digitalSourceType")))


def _parsed(content: bytes) -> Any:  # noqa: ANN401 - JSON's own types
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DamagedError("no JSON") from error


def _source_types_in(value: Any, depth: int) -> list[str]:  # noqa: ANN401 - JSON's own types
    """Return the digital source types anywhere in an assertion of IPTC or schema.org metadata."""
    if depth > _DEEPEST:
        return []
    if isinstance(value, list):
        return [found for one in value for found in _source_types_in(one, depth + 1)]
    if not isinstance(value, dict):
        return []
    found = []
    for name, one in value.items():
        if name.rpartition(":")[2].lower() == "digitalsourcetype":
            found += [_source_type(one)]
        found += _source_types_in(one, depth + 1)
    return found


def _source_type(value: Any) -> str:  # noqa: ANN401 - a text, if all is well
    return plain_source_type(_said(value))


def _agent(value: Any) -> str:  # noqa: ANN401 - a text (claims of version 1) or a map with a name
    if isinstance(value, dict):
        return " ".join(part for part in (_said(value.get("name")), _said(value.get("version"))) if part)
    return _said(value)


def _said(value: Any) -> str:  # noqa: ANN401 - a text, if all is well
    if not isinstance(value, str):
        return ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value[:_LONGEST]).split())


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_NAMES]
