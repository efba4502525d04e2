"""What `stockctl help` explains beside the commands: one Markdown file per topic, its heading first."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def topics() -> dict[str, str]:
    """Return all topics: name → text, by name."""
    found = [file for file in files(__package__).iterdir() if file.name.endswith(".md")]
    return {
        file.name.removesuffix(".md"): file.read_text(encoding="utf-8").strip()
        for file in sorted(found, key=lambda file: file.name)
    }


def titles() -> dict[str, str]:
    """Return what each topic is about: name → heading."""
    return {name: text.partition("\n")[0].removeprefix("# ") for name, text in topics().items()}
