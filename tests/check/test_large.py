"""A catalogue of ten thousand files: judged soon, and again at once, without opening a file."""

from __future__ import annotations

import json
import random
import resource
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import assets as table
from stockctl.check.run import inspect as inspection
from stockctl.files.fingerprint import fingerprint
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

FILES = 10_000
# CPU seconds of the whole command on a machine that has much else to do; a quiet one takes half or less.
FIRST_S = 30
# What of the first judging the second one may take.
AGAIN = 0.5


@pytest.mark.soak
def test_ten_thousand_catalogued_files(program: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    """What is judged cannot be opened: the files hold no picture, only the catalogue knows of one."""
    facts = inspection.inspect(put(tmp_path / "one.jpg", jpeg(1000, 700))).facts
    assert facts is not None
    drawn = random.Random(1)  # noqa: S311 - a drawing that can be repeated
    rows = []
    for number in range(FILES):
        path = put(tmp_path / "files" / f"img_{number:05}.jpg", b"no picture")
        own = facts | {"media_id": f"{number:032x}", "file_sha256": f"{number:064x}"}
        own["facts"] = facts["facts"] | {"phash": f"{drawn.getrandbits(256):064x}"}
        own["record"] = {"title": f"A quiet morning at the lake {number}", "keywords": ["lake", "mist", "water"]}
        row = table.Seen(str(path), None, None, fingerprint(path), inspection.version(path), json.dumps(own))
        rows.append(replace(row, media_id=own["media_id"], file_sha256=own["file_sha256"]))
    with open_catalogue(home / "catalogue.db") as catalogue:
        table.record(catalogue, rows)

    spent = [_children_s()]
    # All is judged, little is printed: it is the judging that is timed.
    first = program("check", tmp_path / "files", "--json", "--select", "noise")
    spent.append(_children_s())
    again = program("check", tmp_path / "files", "--json", "--select", "noise")
    spent.append(_children_s())
    assert len(first.json["assets"]) == FILES
    assert first.json["errors"] == []
    assert again.out == first.out
    assert spent[1] - spent[0] < FIRST_S
    assert spent[2] - spent[1] < AGAIN * (spent[1] - spent[0])


def _children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
