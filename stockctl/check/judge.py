"""Judge an asset from its numbers: once for what holds everywhere, once for each agency."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from importlib.resources import files as resources
from typing import TYPE_CHECKING, Any

import msgspec

from stockctl import plugins
from stockctl.check.rules.registry import rules
from stockctl.check.versions import VERDICTS
from stockctl.report.finding import BLOCKED, MISSING, OUTCOMES, READY, WARNING, Finding, Severity, outcomes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset
    from stockctl.check.rules.registry import Rule

# The ids of the rules that judge what stands in the file's texts begin with one of these.
_OF_WORDS = ("TXT", "EDI")
# What decides: the rules and the words that they use. A change there makes kept verdicts void.
_SOURCES = ("stockctl.check.rules", "stockctl.words", "stockctl.agencies")


def judge(asset: Asset, agencies: Sequence[Agency]) -> list[Finding]:
    """Return all findings of all rules: of the file itself, then of each agency that takes its kind."""
    found: list[Finding] = []
    # The inner loop of ten thousand files against all agencies: no layer between it and the rule.
    for rule, takers in _plan(asset.kind, tuple(agencies), drawn=asset.drawn):
        function = rule.function
        if rule.per_agency:
            for agency in takers:
                for hit in function(asset, agency):
                    found.append(rule.finding(hit, agency.name))  # noqa: PERF401 - a generator more costs more
        else:
            found += [rule.finding(hit, None) for hit in function(asset)]
    return found


@lru_cache(maxsize=64)
def _plan(kind: str, agencies: tuple[Agency, ...], *, drawn: bool) -> tuple[tuple[Rule, tuple[Agency, ...]], ...]:
    """Return the rules for a kind, each with the agencies that it concerns; `drawn` leaves out those of photographs."""
    takers = [agency for agency in agencies if kind in agency.accepts and not agency.closed]
    return tuple(
        (rule, tuple(agency for agency in takers if rule.concerns(agency)) if rule.per_agency else ())
        for rule in rules().values()
        if kind in rule.kinds and not (drawn and rule.of_photographs)
    )


def not_taken(asset: Asset, agencies: Iterable[Agency]) -> list[Finding]:
    """Tell of each agency that takes no files of the asset's kind, or none at all any more."""
    found: list[Finding] = []
    for agency in agencies:
        if agency.closed:
            why = f"{agency.title} is closed"
        elif asset.kind not in agency.accepts:
            known = agency.flag(f"accepts.{asset.kind}") is not None
            why = (
                f"{agency.title} takes no {asset.kind} files from individual contributors"
                if known
                else f"whether {agency.title} takes {asset.kind} files is not known"
            )
        else:
            continue
        found.append(Finding("AGY001", "unaccepted-format", Severity.INFO, why, "nothing to do", agency.name))
    return found


def verdicts(asset: Asset, findings: Iterable[Finding], agencies: Sequence[Agency]) -> dict[str, str]:
    """Sum findings up for each agency that takes the asset's kind: ready, warning or blocked."""
    return outcomes(
        findings, [agency.name for agency in agencies if asset.kind in agency.accepts and not agency.closed]
    )


def picture(asset: Asset, findings: Iterable[Finding], agencies: Sequence[Agency]) -> str:
    """Return the worst of the agencies' verdicts by what the file is and shows: ready, warning or blocked."""
    return _worst(asset, (one for one in findings if not one.rule.startswith(_OF_WORDS)), agencies)


def words(asset: Asset, findings: Iterable[Finding], agencies: Sequence[Agency]) -> str:
    """Return the worst of the agencies' verdicts by the file's texts, or that there is no title and no keyword."""
    record = asset.record
    if not (record.title or record.headline or record.keywords):
        return MISSING
    return _worst(asset, (one for one in findings if one.rule.startswith(_OF_WORDS)), agencies)


def _worst(asset: Asset, findings: Iterable[Finding], agencies: Sequence[Agency]) -> str:
    takers = {agency.name for agency in agencies if asset.kind in agency.accepts and not agency.closed}
    outcomes = {OUTCOMES.get(one.severity) for one in findings if one.agency is None or one.agency in takers}
    return next((outcome for outcome in (BLOCKED, WARNING) if outcome in outcomes), READY)


@cache
def rules_digest() -> str:
    """Return the hash of everything but the asset that a judgement rests on and that we ship."""
    digest = hashlib.sha256()
    for package in _SOURCES:
        for part in _walk(resources(package)):
            digest.update(part)
    digest.update(resources("stockctl.check").joinpath("thresholds.py").read_bytes())
    digest.update(plugins.digest().encode())
    return digest.hexdigest()


def _walk(folder: Any) -> Iterable[bytes]:  # noqa: ANN401 - importlib's Traversable
    for entry in sorted(folder.iterdir(), key=lambda item: str(item.name)):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _walk(entry)
        elif entry.is_file() and entry.name.endswith((".py", ".toml")):
            yield entry.name.encode()
            yield entry.read_bytes()


def verdict_key(facts: str, context: Mapping[str, Any], shared: str) -> str:
    """Return the key under which a judgement is kept: the hash of all that it rests on.

    `facts` is the inspection's JSON text, `context` what a person and the
    catalogue add, `shared` the digest of what all files are judged with: the
    agencies' data, the person's own limits and words.
    """
    digest = hashlib.sha256(facts.encode())
    digest.update(msgspec.json.encode(context, order="deterministic"))
    digest.update(f"\0{shared}\0{rules_digest()}\0{VERDICTS}".encode())
    return digest.hexdigest()[:32]
