"""Write one setting into a person's settings file, and leave every other line as it stands."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from stockctl.config import load_settings
from stockctl.errors import SettingsError
from stockctl.files.own import write_own

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_HEADER = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")


def put(path: Path, section: str, values: Mapping[str, str]) -> None:
    """Set texts in a section of the settings file at `path`, which is made where there is none.

    A line that sets one of them is replaced, its comment with it; new ones follow the
    section's header. Comments and all else stay as they are. The file is replaced whole,
    and only by one that reads back with these values.

    Raises:
        SettingsError: what stands there is no valid settings file, or cannot be written so.

    """
    load_settings(path)
    # The file itself, where the name is a link to it.
    path = path.resolve()
    before = path.read_bytes().decode("utf-8") if path.exists() else ""
    after = _with(before, section, values)
    try:
        found = tomllib.loads(after)
        for part in section.split("."):
            found = found[part]
        written = all(found[key] == value for key, value in values.items())
    except (ValueError, RecursionError, KeyError, TypeError):
        written = False
    if not written:
        lines = "; ".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
        raise SettingsError(
            f"cannot set {', '.join(values)} in [{section}] there",
            where=str(path),
            hint=f"write it yourself, under [{section}]: {lines}",
        )
    with write_own(path) as file:
        file.write(after)


def _with(text: str, section: str, values: Mapping[str, str]) -> str:
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if _names(line, section)), None)
    if start is None:
        gap = [""] if lines and lines[-1].strip() else []
        lines += [*gap, f"[{section}]"]
        start = len(lines) - 1
    end = next(
        (number for number in range(start + 1, len(lines)) if lines[number].lstrip().startswith("[")), len(lines)
    )
    new: list[str] = []
    for key, value in values.items():
        # JSON's texts are TOML's basic strings.
        line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
        at = next(
            (n for n in range(start + 1, end) if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", lines[n])), None
        )
        if at is None:
            new.append(line)
        else:
            lines[at] = line
    lines[start + 1 : start + 1] = new
    return ending.join(lines) + ending


def _names(line: str, section: str) -> bool:
    match = _HEADER.match(line)
    return match is not None and [part.strip(" \"'") for part in match[1].split(".")] == section.split(".")
