"""Run the program as a process that a test can kill."""

from __future__ import annotations

import sys

import pytest

from tests.kills import inside

if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patch:
        inside(patch, sys.argv[1:])
