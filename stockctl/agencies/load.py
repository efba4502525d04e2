"""Read the agencies' files, ours and then the person's own, and check every key in them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl import plugins
from stockctl.agencies.agency import Agency, Confidence, Limit
from stockctl.agencies.kept import kept
from stockctl.agencies.schema import FLAG, PARTS, TEXT, WHOLE, WORDS, fault, kind_of, known_keys
from stockctl.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATA = Path(__file__).parent / "data"

# What stands at the head of a file, before its facts.
HEAD = {"name": TEXT, "title": TEXT, "initials": TEXT, "order": WHOLE, "note": TEXT, "aliases": WORDS, "profile": FLAG}

# An agency of the person's own stands after ours.
_LAST = 1000


def load(settings_folder: Path | None = None) -> dict[str, Agency]:
    """Return every agency by its key, in a fixed order; closed ones are included and marked.

    Without a settings folder: ours alone. A package of others adds agencies, and
    changes none of ours. A file `agencies/*.toml` in the settings folder changes the facts that it
    names, or adds an agency. There a fact may be its bare value; it then counts
    as official, for the person answers for it.

    Raises:
        SettingsError: a file is not TOML, or holds a key, value, source or
            confidence that means nothing; `where` names file and line.

    """
    agencies = {agency.name: agency for agency in _ours(DATA)}
    if settings_folder is not None:
        agencies |= _of_others(agencies)
        for path in sorted((settings_folder / "agencies").glob("*.toml")):
            agency = _File(path, own=True).agency(agencies)
            agencies[agency.name] = agency
    return {agency.name: agency for agency in sorted(agencies.values(), key=lambda one: (one.order, one.name))}


@cache
def _ours(folder: Path) -> list[Agency]:
    """Return the agencies of our files, read once in a process."""
    return kept(sorted(folder.glob("*.toml")), lambda path: _File(path).agency())


def _of_others(ours: Mapping[str, Agency]) -> dict[str, Agency]:
    """Return the agencies that packages of others bring; a file that is wrong is noted, and the rest goes on."""
    found: dict[str, Agency] = {}
    for plugin in plugins.installed(plugins.AGENCIES):
        try:
            # What is brought is data: no module of the package is run.
            folder = Path(str(plugin.entry.dist.locate_file(plugin.entry.module.replace(".", "/"))))  # type: ignore[union-attr]
            files = sorted(folder.glob("*.toml"))
        except Exception as error:  # noqa: BLE001 - whatever is in a package of others
            plugins.fail(plugin.name, f"agencies: cannot be looked into: {type(error).__name__}: {error}")
            continue
        if not files:
            plugins.fail(plugin.name, f"agencies: no NAME.toml in {plugin.entry.module}")
        for path in files:
            try:
                agency = replace(_File(path).agency(), package=plugin.package)
            except SettingsError as error:
                plugins.fail(plugin.name, f"agencies: {error}")
                continue
            if agency.name in ours or agency.name in found:
                plugins.fail(plugin.name, f"agencies: {agency.name} is there already, and stays as it is")
            else:
                found[agency.name] = agency
    return found


def resolve(name: str, agencies: Mapping[str, Agency]) -> Agency:
    """Return the agency that a name or one of its aliases means.

    Raises:
        UsageError: nobody goes by that name; the hint has the nearest one.

    """
    wanted = name.strip().lower().replace(" ", "_").replace("-", "_")
    if wanted in agencies:
        return agencies[wanted]
    names = {alias: agency for agency in agencies.values() for alias in agency.aliases}
    if wanted in names:
        return names[wanted]
    near = difflib.get_close_matches(wanted, [*agencies, *names], 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else "known: " + ", ".join(agencies)
    raise UsageError(f"unknown agency {name!r}", hint=hint)


@dataclass
class _File:
    """One agency's file while it is read; `own` marks a person's."""

    path: Path
    own: bool = False

    def agency(self, known: Mapping[str, Agency] | None = None) -> Agency:
        """Return the agency that the file describes, laid over the known one of that name."""
        values = self._read()
        sources = values.pop("sources", {})
        head = {key: values.pop(key) for key in HEAD if key in values}
        for key, value in head.items():
            if wrong := fault(value, HEAD[key]):
                raise self._refused(f"{key} {wrong}", key, "mend the value")
        name = head.pop("name", self.path.stem)
        limits = {key: self._fact(key, entry, sources) for key, entry in self._facts(values, "")}
        head["aliases"] = tuple(head.get("aliases", ()))
        base = (known or {}).get(name)
        if base is None:
            title = head.pop("title", name)
            initials = head.pop("initials", name[:2].upper())
            order = head.pop("order", _LAST)
            agency = Agency(name=name, title=title, initials=initials, order=order, limits=limits, own=self.own, **head)
        else:
            head["aliases"] = base.aliases + head["aliases"]
            # What a person adds to a profile is meant to be judged by.
            agency = replace(base, limits={**base.limits, **limits}, own=True, **{"profile": False, **head})
        return replace(agency, closed="closed" in agency.limits)

    def _read(self) -> dict[str, Any]:
        import tomllib

        try:
            self.text = self.path.read_text(encoding="utf-8")
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
            where = f"{self.path}:{place[1]}:{place[2]}" if place else str(self.path)
            what = re.sub(r" \(at .*\)", "", str(error))
            raise SettingsError(f"not valid TOML: {what}", where=where, hint="mend that line") from error
        # What tomllib raises, too: of a number of thousands of digits, of arrays in arrays without end.
        except (OSError, ValueError, RecursionError) as error:
            hint = "it must be UTF-8 text, with numbers and lists as a person writes them"
            raise SettingsError(f"cannot read the agency's file: {error}", where=str(self.path), hint=hint) from error

    def _facts(self, table: dict[str, Any], above: str) -> Iterator[tuple[str, Any]]:
        """Yield dotted key and entry of every fact, sections gone through."""
        for name, entry in table.items():
            key = above + name
            if kind_of(key) is not None:
                yield key, entry
            elif isinstance(entry, dict) and any(one.startswith(f"{key}.") for one in known_keys()):
                yield from self._facts(entry, f"{key}.")
            else:
                near = difflib.get_close_matches(key, [*known_keys(), *HEAD], 1)
                hint = f"did you mean {near[0]}?" if near else "see the keys in the files of stockctl/agencies/data"
                raise self._refused(f"unknown key {key!r}", key, hint)

    def _fact(self, key: str, entry: Any, sources: dict[str, str]) -> Limit:  # noqa: ANN401 - TOML's own types
        kind = kind_of(key)
        assert kind is not None
        if not isinstance(entry, dict):
            if not self.own:
                raise self._refused(f"{key} has no source", key, "write { value, source, confidence, checked }")
            entry = {"value": entry}
        for part in entry:
            if part not in PARTS:
                near = difflib.get_close_matches(part, PARTS, 1)
                hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(PARTS)}"
                raise self._refused(f"unknown part {part!r} of {key}", key, hint)
        if self.own:
            entry = {"source": str(self.path), "confidence": "official", "checked": self._written()} | entry
        return self._limit(key, kind, entry, sources)

    def _limit(self, key: str, kind: str, entry: dict[str, Any], sources: dict[str, str]) -> Limit:
        value, confidence, checked = entry.get("value"), entry.get("confidence"), entry.get("checked")
        if confidence not in set(Confidence):
            raise self._refused(f"{key} has no such confidence: {confidence!r}", key, f"one of {', '.join(Confidence)}")
        if (value is None) != (confidence == Confidence.UNKNOWN):
            raise self._refused(f"{key} must have a value, or the confidence unknown", key, "give one of them")
        if value is not None and (wrong := fault(value, kind)):
            raise self._refused(f"{key} {wrong}", key, "mend the value")
        if not isinstance(checked, date) or isinstance(checked, datetime):
            raise self._refused(f"{key} does not say when it was checked", key, "write checked = 2026-11-21")
        source = entry.get("source", [])
        named = [source] if isinstance(source, str) else source
        for one in named:
            if one not in sources and not re.search(r"[/ ]", one):
                raise self._refused(f"unknown source {one!r} of {key}", key, "name it under [sources]")
        if not named and confidence in {Confidence.OFFICIAL, Confidence.THIRD_PARTY}:
            raise self._refused(f"{key} has no source", key, "name one, or lower the confidence to memory")
        return Limit(
            value=value,
            source="; ".join(sources.get(one, one) for one in named),
            confidence=Confidence(confidence),
            checked=checked,
            note=str(entry.get("note", "")),
            disputed=entry.get("disputed") is True,
            examples=entry.get("examples") is True,
        )

    def _written(self) -> date:
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC).date()

    def _refused(self, message: str, key: str, hint: str) -> SettingsError:
        return SettingsError(message, where=f"{self.path}:{line_of(self.text, key)}", hint=hint)


_SECTION = re.compile(r"^\s*\[([^\[\]]+)\]\s*(#.*)?$")
_KEY = re.compile(r"^\s*([\w.\"'-]+(?:\s*\.\s*[\w\"'-]+)*)\s*=")


def line_of(text: str, key: str) -> int:
    """Return the line, counted from 1, where a dotted key of a TOML text stands."""
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _SECTION.match(line):
            section = _plain(found[1])
            if section == key:
                return number
        elif (found := _KEY.match(line)) and f"{section}.{_plain(found[1])}".removeprefix(".") == key:
            return number
    return 1


def _plain(name: str) -> str:
    return re.sub(r"[\s\"']", "", name)
