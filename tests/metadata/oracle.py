"""ExifTool, the independent reader that the tests ask."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

needs_exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="ExifTool is not installed")


def tags(path: Path, *options: str) -> dict[str, Any]:
    """Return what ExifTool reads, by `Group:Tag`."""
    command = ["exiftool", "-j", "-G1", "-struct", "-n", "-charset", "iptc=UTF8", *options, str(path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)[0]
    return found


def dump(path: Path) -> dict[str, str]:
    """Return every tag with its value as text, copies apart, without those that say where and when the file is."""
    command = ["exiftool", "-j", "-b", "-a", "-u", "-n", "-G1:4", "-m", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)[0]
    own = ("System:", "ExifTool:", "SourceFile", "File:")
    return {name: str(value) for name, value in found.items() if not name.startswith(own)}


def warnings(path: Path) -> list[str]:
    """Return what ExifTool finds wrong with a file."""
    command = ["exiftool", "-j", "-validate", "-warning", "-error", "-a", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)[0]
    texts = [*_list(found.get("Warning")), *_list(found.get("Error"))]
    return [str(text) for text in texts]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
