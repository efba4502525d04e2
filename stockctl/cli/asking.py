"""Ask the person at the terminal, where there is one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from stockctl.report.terminal import ask

if TYPE_CHECKING:
    from collections.abc import Callable

_ANSWERS = {"y": "yes", "a": "always", "n": "never"}


def chooser() -> Callable[[str], str] | None:
    """Return what asks whether a model that was found may look; None where nobody is there to answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return _choose


def _choose(what: str) -> str:
    """Ask once; anything but an answer is no, for this time."""
    ask(f"{what}.\nLet it look? [y]es, [a]lways, [n]ever; Enter: not now > ")
    return _ANSWERS.get(sys.stdin.readline().strip()[:1].lower(), "")
