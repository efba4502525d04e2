"""The registry of rules: each is one function, explained by its own docstring."""

from __future__ import annotations

import difflib
import functools
import importlib
import inspect
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from stockctl import plugins
from stockctl.errors import UsageError
from stockctl.report.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset
    from stockctl.report.finding import Box

ANY_KIND = frozenset({"photo", "illustration", "vector", "video", "audio"})
PICTURES = frozenset({"photo", "illustration"})
# What only a photograph can be judged for: grain, halos, burnt ground, softness. A drawing has its own ways.
PHOTOS = frozenset({"photo"})


@dataclass(frozen=True)
class Hit:
    """What a rule found: in words, with what mends it, and with the number and the place it rests on.

    `severity` overrides the rule's own: a limit that is not official only warns.
    """

    message: str
    hint: str = ""
    value: float | None = None
    limit: float | None = None
    box: Box | None = None
    severity: Severity | None = None


@dataclass(frozen=True)
class Rule:
    """A rule: its id and fixed name, when it applies, and the function that judges.

    The function of a rule `per_agency` is called with the asset and one agency
    at a time, where that agency says something under one of the keys `needs`
    (all agencies, where none is listed); any other is called once with the
    asset, and its findings hold everywhere. `package` is that of others which
    brought it; id and name begin with it then.
    """

    id: str
    name: str
    title: str
    severity: Severity
    kinds: frozenset[str]
    per_agency: bool
    function: Callable[..., Iterator[Hit]]
    needs: tuple[str, ...] = ()
    package: str = ""

    def concerns(self, agency: Agency) -> bool:
        """Whether the agency's data give the rule any ground."""
        return not self.needs or any(agency.limit(key) is not None for key in self.needs)

    @property
    def of_photographs(self) -> bool:
        """Whether it judges what only a photograph is judged for; a picture that is plainly drawn is spared it."""
        return self.kinds == PHOTOS

    @property
    def explanation(self) -> str:
        """What the rule looks at, why an agency minds, and how to mend it."""
        return inspect.cleandoc(self.function.__doc__ or "")

    def judge(self, asset: Asset, agency: Agency | None = None) -> Iterator[Finding]:
        """Yield what the rule finds in `asset`, for `agency` where it is a rule of agencies."""
        for hit in self.function(asset, agency) if self.per_agency else self.function(asset):
            yield self.finding(hit, agency.name if agency is not None else None)

    def finding(self, hit: Hit, agency: str | None) -> Finding:
        """Return a hit as reports show it; `agency` is None where it holds everywhere."""
        return Finding(
            rule=self.id,
            name=self.name,
            severity=hit.severity or self.severity,
            message=hit.message,
            hint=hit.hint,
            agency=agency,
            value=hit.value,
            limit=hit.limit,
            box=hit.box,
        )


_RULES: dict[str, Rule] = {}

# Names that scripts may filter by and that no rule bears, with the reason.
NOT_IMPLEMENTED: dict[str, str] = {
    "watermark": "a repeated pattern is a façade or a fabric far more often than a mark: of pictures under a veil of "
    "letters one in twenty-two was told, and as many without",
}


def rule(
    id_: str,
    name: str,
    title: str,
    severity: Severity,
    *,
    kinds: frozenset[str] | set[str] = ANY_KIND,
    per_agency: bool = False,
    needs: tuple[str, ...] = (),
) -> Callable[[Callable[..., Iterator[Hit]]], Callable[..., Iterator[Hit]]]:
    """Declare a function a rule; its docstring is the explanation that people read."""

    def declare(function: Callable[..., Iterator[Hit]]) -> Callable[..., Iterator[Hit]]:
        package = plugins.owner(function)
        if package:
            theirs = Rule(
                f"{package}/{id_}",
                f"{package}/{name.strip().lower().replace('_', '-')}",
                *(title, Severity(severity), frozenset(kinds), per_agency, _guarded(package, name, function), needs),
                package=package,
            )
            _RULES[theirs.name] = theirs
            return function
        taken = _RULES.get(name)
        if taken is not None and taken.function.__qualname__ != function.__qualname__:
            msg = f"two rules are called {name}"
            raise ValueError(msg)
        _RULES[name] = Rule(id_, name, title, severity, frozenset(kinds), per_agency, function, needs)
        return function

    return declare


def _guarded(package: str, name: str, function: Callable[..., Iterator[Hit]]) -> Callable[..., Iterator[Hit]]:
    """Wrap a rule of others: where it fails it finds nothing, and that is told once."""

    @functools.wraps(function)
    def guarded(*arguments: Any) -> Iterator[Hit]:  # noqa: ANN401 - as the rule has it
        try:
            found = list(function(*arguments))
        except Exception as error:  # noqa: BLE001 - whatever is in a package of others
            plugins.fail(package, f"rule {name}: {type(error).__name__}: {error}")
            return iter(())
        sound = [hit for hit in found if isinstance(hit, Hit) and isinstance(hit.message, str)]
        if len(sound) < len(found):
            plugins.fail(package, f"rule {name}: it gives something else than Hit")
        return iter(sound)

    return guarded


@cache
def rules() -> dict[str, Rule]:
    """Return all rules by name, in the order of their ids."""
    package = importlib.import_module("stockctl.check.rules")
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    plugins.load(plugins.RULES)
    # Those of others stand after ours.
    return dict(sorted(_RULES.items(), key=lambda item: (item[1].package, item[1].id)))


def named(names: Any) -> set[str]:  # noqa: ANN401 - any iterable of texts
    """Return the names of the rules that `names` (names or ids) stand for.

    Raises:
        UsageError: one of them is no rule's; the nearest one is offered.

    """
    known = rules()
    by_id = {found.id.lower(): found.name for found in known.values()}
    chosen: set[str] = set()
    for name in names:
        key = name.strip().lower().replace("_", "-")
        key = by_id.get(key, key)
        if key not in known and key not in NOT_IMPLEMENTED:
            near = difflib.get_close_matches(key, [*known, *by_id], 1)
            hint = f"did you mean {near[0]}?" if near else "see them all: stockctl check --rules"
            raise UsageError(f"there is no rule called {name!r}", hint=hint)
        chosen.add(key)
    return chosen
