"""Inspect one file: open it once, and write down all that any rule may ask.

This is the work that a process of the pool does. What comes back is plain data,
ready for the catalogue; no rule and no agency is known here.
"""

from __future__ import annotations

import dataclasses
import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stockctl.check.asset import Asset
from stockctl.check.versions import MEASUREMENTS
from stockctl.errors import DamagedError, FileProblem, UnreadableError
from stockctl.files.fingerprint import Fingerprint, from_stat, unreadable
from stockctl.files.opening import open_bytes
from stockctl.media.capture import Capture
from stockctl.media.identify import Kind
from stockctl.media.mapped import contents_of
from stockctl.metadata import Record
from stockctl.metadata.sidecar import spellings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Raise it when the facts below change their shape; measurements have a version of their own.
SHAPE = 5
VERSION = f"{SHAPE}.{MEASUREMENTS}"
# Facts of these shapes hold the same of the picture itself: only its words are read anew.
_OF_THE_SAME_PICTURE = frozenset({VERSION})


def version(path: Path) -> str:
    """Return what an inspection of the file rests on beside the file: our own version, and its sidecar."""
    beside = [
        f"{os.path.basename(name)} {stat.st_size} {stat.st_mtime_ns}"  # noqa: PTH119 - no path made for what is seldom there
        for name in spellings(str(path))
        if (stat := _stat(name))
    ]
    return " ".join([VERSION, *beside])


def measured_by_us(version_: str) -> bool:
    """Whether the measurements of a kept inspection are those that we would take."""
    return version_.split(" ", maxsplit=1)[0] in _OF_THE_SAME_PICTURE


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116 - half the time of Path.stat, twice per file
    except OSError:
        return None


@dataclasses.dataclass(frozen=True)
class Inspection:
    """What was found in one file, or the problem that kept us from it.

    `facts` is JSON's own types all through; see `to_asset`. The fingerprint is
    the one that the file had before it was opened.
    """

    path: Path
    fingerprint: Fingerprint
    facts: dict[str, Any] | None = None
    problem: FileProblem | None = None


def inspect(path: Path, before: str = "") -> Inspection:
    """Inspect the file at `path`; a problem of the file is returned, not raised.

    `before` is the JSON text of what an inspection of this version found in it
    earlier: where the picture is still the same, under new words, say, it is
    not decoded again.
    """
    # Decoders and probes: a check of files that are all known does without them.
    from stockctl.check.contents import contents

    found: FileProblem
    try:
        with open_bytes(path) as file:
            stat = os.fstat(file.fileno())
            if stat.st_size == 0:
                return _problem(path, DamagedError("the file is empty", where=str(path), hint=_AGAIN))
            with contents_of(file, stat.st_size) as data:
                return Inspection(path, from_stat(stat), contents(path, data, before))
    except FileProblem as problem:
        found = problem
    except OSError as error:
        found = unreadable(path, error)
    except MemoryError:
        found = UnreadableError("it takes more memory than there is", where=str(path), hint="export it smaller")
    except Exception as error:  # noqa: BLE001 - whatever one file does to us, the others are judged
        found = DamagedError(
            f"cannot be looked into: {type(error).__name__}: {error}",
            where=str(path),
            hint="export it again; where it is sound, it is a fault of this program: send it",
        )
    return _problem(path, found)


_AGAIN = "export or copy it again"


def _problem(path: Path, problem: FileProblem) -> Inspection:
    return Inspection(path, Fingerprint(0, 0, 0), problem=problem)


def to_asset(path: Path, facts: Mapping[str, Any], choices: Mapping[str, str], known: Mapping[str, Any]) -> Asset:
    """Build the asset that rules judge from an inspection's facts.

    `choices` is what a person chose for the picture; `known` is what the
    catalogue adds to the facts (`submitted`, `releases`, `exclusive` …).
    """
    taken = facts["capture"]["taken"]
    capture = Capture(**facts["capture"] | {"taken": datetime.fromisoformat(taken) if taken else None})
    kind = facts["kind"]
    if kind == Kind.PHOTO and choices.get("illustration") == "yes":
        kind = Kind.ILLUSTRATION.value
    return Asset(
        path=path,
        media_id=facts["media_id"],
        file_sha256=facts["file_sha256"],
        kind=kind,
        format=facts["format"],
        width=facts["width"],
        height=facts["height"],
        bytes=facts["bytes"],
        record=Record.from_json(facts["record"]),
        capture=capture,
        measurements=facts["measurements"],
        places={name: tuple(box) for name, box in facts["places"].items()},
        choices=choices,
        facts={**facts["facts"], **known},
    )
