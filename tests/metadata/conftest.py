"""What the tests of metadata share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="package")
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Hundreds of small files are written here; that they reach the disk is tested in tests/files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield
