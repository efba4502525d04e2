"""No module imports another that imports it back, by whatever way round; imports for types alone count too."""

from __future__ import annotations

import ast
from pathlib import Path

import stockctl

ROOT = Path(stockctl.__file__).parent


def test_no_import_goes_in_a_circle() -> None:
    modules = {name_of(path): path for path in ROOT.rglob("*.py")}
    imports = {name: imported(path, modules) - {name} for name, path in modules.items()}
    assert sum(map(len, imports.values())) > len(modules)
    assert circle_in(imports) == []


def test_a_circle_is_found() -> None:
    circle = circle_in({"a": {"b"}, "b": {"c", "d"}, "c": set(), "d": {"a"}})
    assert circle[0] == circle[-1]
    assert set(circle) == {"a", "b", "d"}


def name_of(path: Path) -> str:
    """Return the dotted name of a module."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, modules: dict[str, Path]) -> set[str]:
    """Return which of these modules a file imports, wherever in it that stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            # `from package import module` needs the module; the package's face is run as well, but hands on no names.
            found |= inner & modules.keys() or {node.module}
    return found & modules.keys()


def circle_in(imports: dict[str, set[str]]) -> list[str]:
    """Return one way that comes back to where it began; empty where there is none."""
    done: set[str] = set()
    for start in sorted(imports):
        way: list[str] = []
        if (found := _walk(start, imports, done, way)) is not None:
            return found
    return []


def _walk(name: str, imports: dict[str, set[str]], done: set[str], way: list[str]) -> list[str] | None:
    if name in way:
        return [*way[way.index(name) :], name]
    if name in done:
        return None
    way.append(name)
    for other in sorted(imports[name]):
        if (found := _walk(other, imports, done, way)) is not None:
            return found
    way.pop()
    done.add(name)
    return None
