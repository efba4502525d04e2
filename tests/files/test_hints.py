"""Commands in hints: what they name is quoted for the shell."""

from __future__ import annotations

import errno
import os
import shlex
from pathlib import Path

import pytest

from stockctl.errors import RefusedError
from stockctl.files.fingerprint import unreadable
from stockctl.files.writing.replace import check_writable, unwritable


@pytest.mark.parametrize("name", ["it's soft.jpg", "my shoot (4)/a.jpg", "$HOME `x`.jpg", "plain.jpg"])
def test_the_hint_for_a_file_that_may_not_be_touched_can_be_pasted(name: str) -> None:
    path = Path(name)
    hints = [unreadable(path, PermissionError(errno.EACCES, "Permission denied")).hint]
    with pytest.raises(RefusedError) as caught:
        check_writable(path, os.stat_result((0o100444, 1, 1, 1, 0, 0, 1, 0, 0, 0)))
    hints += [caught.value.hint.partition(";")[0], unwritable(path, OSError(errno.EACCES, "Permission denied")).hint]
    said = [shlex.split(hint.partition(": ")[2]) for hint in hints]
    assert said == [["chmod", "u+r", name], ["chmod", "u+w", name], ["chmod", "u+w", str(path.parent)]]
