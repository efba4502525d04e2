"""Packages of others that add agencies, statements and rules: found by their entry points, loaded when needed.

See docs/plugins.md. A package that fails is left out and told once; what one
contributes bears its name wherever it is shown.
"""

from __future__ import annotations

import contextlib
import os
import re
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint

AGENCIES, STATEMENTS, RULES = "agencies", "statements", "rules"
GROUPS = (AGENCIES, STATEMENTS, RULES)
# `none` leaves all packages of others out.
SWITCH = "STOCKCTL_PLUGINS"

_PLAIN = re.compile(r"[^a-z0-9]+")
_CURRENT: ContextVar[str] = ContextVar("_CURRENT", default="")


@dataclass(frozen=True)
class Plugin:
    """One entry point: its group (`agencies`, `statements` or `rules`), the package's name and version."""

    group: str
    package: str
    version: str
    entry: EntryPoint

    @property
    def name(self) -> str:
        """The package and its version, as reports name it."""
        return f"{self.package} {self.version}".strip()


@dataclass(frozen=True)
class Failure:
    """A package that was left out, whole or with one thing, and why."""

    package: str
    what: str


# Told at the end of a command, each once.
_failures: dict[Failure, None] = {}


def failures() -> list[Failure]:
    """Return what failed so far in this process, each once."""
    return list(_failures)


def fail(package: str, what: str) -> None:
    """Note that a package failed; the run goes on without what it was to give."""
    _failures.setdefault(Failure(package, " ".join(what.split())[:300]))


@cache
def installed(group: str) -> tuple[Plugin, ...]:
    """Return the entry points of a group, by the names of their packages; nothing of theirs is loaded."""
    if os.environ.get(SWITCH, "").strip().lower() == "none" or not _any_named():
        return ()
    from importlib.metadata import entry_points

    found = []
    for entry in entry_points(group=f"stockctl.{group}"):
        package = normal(entry.dist.name if entry.dist is not None else entry.module)
        version = entry.dist.version if entry.dist is not None else ""
        found.append(Plugin(group, package, version, entry))
    return tuple(sorted(found, key=lambda one: (one.package, one.entry.name)))


def _any_named() -> bool:
    """Whether any installed package names one of our groups: asked of the files, before what reads them is loaded."""
    import sys

    for folder in sys.path:
        with contextlib.suppress(OSError), os.scandir(folder or ".") as entries:
            for one in entries:
                if one.name.endswith((".dist-info", ".egg-info")) or one.name.endswith((".zip", ".egg", ".whl")):
                    with contextlib.suppress(OSError), open(f"{one.path}/entry_points.txt", "rb") as file:  # noqa: PTH123 - hundreds of them at each start
                        if b"[stockctl." in file.read():
                            return True
    return False


def normal(name: str) -> str:
    """Return a package's name as it is shown: small letters, digits and dashes (as PEP 503 writes names)."""
    return _PLAIN.sub("-", name.lower()).strip("-")


@contextlib.contextmanager
def of(package: str) -> Iterator[None]:
    """Let what is declared in a block count as this package's."""
    token = _CURRENT.set(package)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def owner(function: Any) -> str:  # noqa: ANN401 - whatever bears a module's name
    """Return the package that declares a function just now; "" of our own."""
    module = str(getattr(function, "__module__", ""))
    if module == "stockctl" or module.startswith("stockctl."):
        return ""
    return _CURRENT.get() or normal(module.partition(".")[0])


@cache
def load(group: str) -> None:
    """Import the modules of a group's entry points, once; one that fails is noted and left out."""
    for plugin in installed(group):
        try:
            with of(plugin.package):
                plugin.entry.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever is in a package of others
            fail(plugin.name, f"{group}: cannot be loaded: {type(error).__name__}: {error}")


def digest() -> str:
    """Return what tells one set of loaded rules from another: packages, versions and the bytes of their modules."""
    import hashlib
    import sys

    hashed = hashlib.sha256()
    for plugin in installed(RULES):
        hashed.update(f"{plugin.name} {plugin.entry.value}\0".encode())
        with contextlib.suppress(OSError, AttributeError, TypeError):
            file = sys.modules[plugin.entry.module].__file__ if plugin.entry.module in sys.modules else None
            with open(file or "", "rb") as source:  # noqa: PTH123 - may be no path
                hashed.update(source.read())
    return hashed.hexdigest() if installed(RULES) else ""
