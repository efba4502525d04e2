"""What is kept in the repository: files alone, no link that leads elsewhere."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.conftest import ROOT


def test_no_link_is_kept() -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    done = subprocess.run(["git", "ls-files", "-s"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no clone of the repository, or another person's")
    assert [line for line in done.stdout.splitlines() if line.startswith("120000")] == []
