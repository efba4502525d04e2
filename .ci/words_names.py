"""Names of persons and of lands and waters, from public lists; see `words.py` for the sources."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from stockctl.words.lemma import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def given_names(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield given names in plain letters, each with the number of countries that have it."""
    counts: Counter[str] = Counter()
    for path in sorted((folder / "faker/providers/person").glob("*/__init__.py")):
        if path.parent.name == "en":
            continue
        found: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(target, ast.Name) and target.id.startswith("first_names") for target in targets):
                    found |= {
                        plain(text.value)
                        for text in ast.walk(node)
                        if isinstance(text, ast.Constant) and isinstance(text.value, str)
                    }
        counts.update(name for name in found if name.isascii() and name.isalpha() and len(name) > 2)
    for kind in ("female", "male"):
        for line in (folder / f"names-0.3.0/names/dist.{kind}.first").read_text().splitlines():
            counts[line.split()[0].lower()] += 1
    yield from sorted(counts.items())


def family_names(folder: Path, most: int) -> list[str]:
    """Return the commonest family names of the US census."""
    lines = (folder / "names-0.3.0/names/dist.all.last").read_text().splitlines()
    return [line.split()[0].lower() for line in lines[:most]]


# Layers of Natural Earth whose names are read.
LAYERS = ("geography_*", "glaciated_areas", "lakes*", "rivers_*", "playas", "parks_and_protected_lands_*")
# What its regions are called in short.
SHORT = {"mts": "mountains", "mtn": "mountain", "pen": "peninsula", "is": "islands", "np": "national park"}


def landforms(folder: Path) -> set[str]:
    """Return the names of two words and more of Natural Earth's seas, mountains, lakes, rivers, islands and parks."""
    found = set()
    for layer in LAYERS:
        for path in sorted((folder / "natural_earth").glob(f"ne_10m_{layer}.json")):
            for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
                known = {field.lower(): value for field, value in feature["properties"].items()}
                for field in ("name", "name_en", "name_alt", "namealt", "label", "unit_name"):
                    for name in re.split(r"[,;/]| - ", known.get(field) or ""):
                        words = flat(name.replace(".", " ")).split()
                        whole = [SHORT.get(word, word) for word in words]
                        if 2 <= len(words) <= MOST_WORDS and not re.search(r"[()\d?]|--|[A-Z]{2}$", name.strip()):
                            found.add(" ".join(whole))
    return found


# Longer names are not looked for in texts.
MOST_WORDS = 5


def flat(name: str) -> str:
    """Return a name as texts are searched for it: its words in plain letters, lower case."""
    return " ".join(plain(word) for word in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", name))
