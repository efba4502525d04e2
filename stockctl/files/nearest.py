"""What a path that is not there may have meant."""

from __future__ import annotations

import difflib
import os
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def nearest(path: Path) -> str:
    """Return what to do about a path that is not there: the nearest name beside it, where one is near.

    A link that is there leads nowhere. The first part of the path that does not exist is the one that is looked
    for, in the folder that does.
    """
    missing, parent = path, path.parent
    while missing != parent and not os.path.isdir(parent):  # noqa: PTH112 - also of a name longer than any
        missing, parent = parent, parent.parent
    if os.path.islink(missing):  # noqa: PTH114 - also of a name longer than any
        return f"it is a link that leads nowhere: to {shlex.quote(str(missing.readlink()))}"
    try:
        there = sorted(entry.name for entry in parent.iterdir())
    except OSError:
        there = []
    names = {name.casefold(): name for name in there if not name.startswith(".")}
    near = difflib.get_close_matches(missing.name.casefold(), names, 1)
    if not near:
        return (
            f"look for a typing mistake, or whether it was moved; the folder is {shlex.quote(str(parent.absolute()))}"
        )
    found = parent / names[near[0]]
    whole = found / path.relative_to(missing)
    return f"did you mean {shlex.quote(str(whole if whole.exists() else found))}?"
