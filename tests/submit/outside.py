"""What tests from the outside share: settings that lead to a server, and what a run said and left."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers import PASSWORD, Server

if TYPE_CHECKING:
    import pytest

    from tests.conftest import Run


def configure(home: Path, server: Server, agency: str, monkeypatch: pytest.MonkeyPatch, **more: object) -> None:
    """Lead an agency to a server of the tests."""
    (home / "stockctl.toml").write_text(server.settings(agency, **more))
    monkeypatch.setenv(f"STOCKCTL_{agency.upper()}_PASSWORD", PASSWORD)


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def states(run: Run) -> dict[str, str]:
    return {Path(file["path"]).name: file["state"] for file in run.json["files"]}


def own_https_agency(home: Path) -> None:
    """Describe an agency of the person's own that takes files by HTTPS."""
    (home / "agencies").mkdir()
    (home / "agencies/own.toml").write_text(
        'name = "own"\ntitle = "Own"\n'
        "[accepts]\nphoto = true\n"
        '[sheet]\ncolumns = [["name", "upload_name"], ["title", "title"]]\n'
        '[transport]\nprotocol = "https"\nhost = "localhost"\n'
    )
