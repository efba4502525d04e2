"""Run the program with the stand-in for the check, as a process that a test can kill."""

from __future__ import annotations

import sys

import pytest

from stockctl.cli import main
from tests.submit import batch

if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patch:
        batch.install(patch)
        main(sys.argv[1:])
