"""Programs that some tests need: a user's machine may lack them, CI must not."""

from __future__ import annotations

import os
import shutil

import pytest


def needs(program: str, package: str) -> str:
    """Return a program's path; skip the test where it is missing, or fail where CI runs it."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/usr/local/bin")
    if found is None:
        reason = f"{program} is not installed (Debian: {package})"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found
