"""Keep what opens an agency's door: the user in the settings, the password in the system's keyring."""

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

    from stockctl.config import Settings


def keep_settings(settings: Settings, agency: str, values: Mapping[str, str]) -> Settings:
    """Write texts into an agency's section of the settings file, whose other lines stay as they are.

    Raises:
        SettingsError: the file holds the section in a form that is not to be
            edited by a program.
        UsageError: it cannot be written.

    """
    path = settings.path
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    new = _with(old, f"agencies.{agency}", values)
    try:
        kept = tomllib.loads(new).get("agencies", {}).get(agency, {})
    except (ValueError, RecursionError):
        kept = {}
    if kept != settings.section(f"agencies.{agency}") | dict(values):
        lines = "; ".join(f"{key} = {_quoted(value)}" for key, value in values.items())
        raise SettingsError(
            f"[agencies.{agency}] is written in a way that is not edited here",
            where=str(path),
            hint=f"write these into it yourself: {lines}",
        )
    with write_own(path) as file:
        file.write(new)
    return load_settings(path)


def _with(text: str, section: str, values: Mapping[str, str]) -> str:
    lines = text.splitlines()
    try:
        start = next(
            at for at, line in enumerate(lines) if re.fullmatch(rf"\s*\[\s*{re.escape(section)}\s*\]\s*(#.*)?", line)
        )
    except StopIteration:
        lines += [*([""] if lines and lines[-1].strip() else []), f"[{section}]"]
        start = len(lines) - 1
    end = next((at for at in range(start + 1, len(lines)) if lines[at].lstrip().startswith("[")), len(lines))
    for key, value in values.items():
        line = f"{key} = {_quoted(value)}"
        at = next((at for at in range(start + 1, end) if re.match(rf"\s*{re.escape(key)}\s*=", lines[at])), None)
        if at is not None:
            lines[at] = line
            continue
        last = end
        while last > start + 1 and not lines[last - 1].strip():
            last -= 1
        lines.insert(last, line)
        end += 1
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a text as TOML writes it: its basic strings escape as JSON's do."""
    return json.dumps(text, ensure_ascii=False)
