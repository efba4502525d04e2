"""Ask Ghostscript, where it is installed, what an EPS paints: a program's compressed parts tell nothing unless run.

It runs in the closed room of `media.render`, in SAFER mode, on a device that
draws nothing; the operators that paint pixels and set type say that they were called.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.errors import UnreadableError
from stockctl.media.render import program_for, run_closed

if TYPE_CHECKING:
    from collections.abc import Mapping

# How long it may run, seconds, and how much of what it says is read, bytes.
_SECONDS, _MOST_SAID = 10, 1 << 20
# What is larger is not handed over.
_LARGEST = 200 << 20
_OPERATORS = {
    "raster": ("image", "colorimage", "imagemask"),
    "live_text": (
        *("show", "ashow", "widthshow", "awidthshow", "kshow", "cshow", "xshow", "yshow", "xyshow", "glyphshow"),
    ),
}
_MARK = "@painted"


def asked(path: Path, data: memoryview) -> Mapping[str, bool]:
    """Return which of `raster` and `live_text` an EPS paints when it is run; nothing where it cannot be told."""
    program = program_for("eps")
    if not program or len(data) > _LARGEST:
        return {}
    # Each operator's name becomes a procedure that says so and goes on to the operator.
    tell = " ".join(
        f"userdict /{name} {{ ({_MARK} {fact}\\n) print systemdict /{name} get exec }} put"
        for fact, names in _OPERATORS.items()
        for name in names
    )
    with tempfile.TemporaryDirectory(prefix="stockctl-ask-") as folder:
        room = Path(folder)
        source, answer = room / "asked.eps", room / "answer"
        source.write_bytes(data)
        command = [
            program, "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dNOPROMPT", "-dLastPage=1", "-sDEVICE=nullpage",
            f"--permit-file-read={source}", "-c", tell, "-f", str(source),
        ]  # fmt: skip
        try:
            with answer.open("wb") as said:
                run_closed(command, room, path, seconds=_SECONDS, stdout=said)
        except UnreadableError:
            return {}
        with answer.open("rb") as said:
            text = said.read(_MOST_SAID)
    return {fact: f"{_MARK} {fact}\n".encode() in text for fact in _OPERATORS}
