"""What the tests of models that look share: a server, and settings that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.vision.asking import line
from tests.vision.serving import Server, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that no server asked for are short."""
    monkeypatch.setattr(line, "FIRST_S", 0.01)
    monkeypatch.setattr(line, "LONGEST_S", 0.04)


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    """A server on loopback, which the settings call `local`."""
    with running() as found:
        (home / "stockctl.toml").write_text(
            f'[vision.local]\nurl = "{found.url}"\nmodel = "seer"\ntimeout = 1.0\nprice_in = 0.15\nprice_out = 0.6\n'
        )
        yield found
