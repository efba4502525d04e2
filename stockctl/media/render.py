"""Draw vector files by a program that is installed: resvg for SVG, Ghostscript for EPS and PDF-based AI.

A vector file is a program, or nearly one, so that it is drawn in a closed room:
Ghostscript's SAFER mode, which is told the one file it may read; an empty folder
to work in; no environment; bounds on time, memory and what is written. What comes
out is a picture of a bounded size, which is decoded here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from stockctl.errors import UnreadableError
from stockctl.files.bounds import bound
from stockctl.files.writing.temporary import scratch_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

# How long a drawing may take, in seconds, and how much memory and output, in bytes.
SECONDS = 20
_MEMORY, _OUTPUT = 1 << 30, 64 << 20
_BOUNDED = partial(bound, memory=_MEMORY, seconds=SECONDS, output=_OUTPUT)
# What can be drawn by what; Windows has Ghostscript under another name.
_PROGRAMS: dict[str, tuple[str, ...]] = {
    "svg": ("resvg",),
    "eps": ("gs", "gswin64c"),
    "ai": ("gs", "gswin64c"),
    "pdf": ("gs", "gswin64c"),
}


def program_for(format_: str) -> str:
    """Return the path of the program that draws a format here; empty where none is installed."""
    found = (shutil.which(name) for name in _PROGRAMS.get(format_, ()))
    return next((path for path in found if path), "")


def render(data: bytes, path: Path, format_: str, side: int, size: tuple[float, float]) -> bytes:
    """Draw a vector file's bytes on white and return PNG bytes, the longer side about `side` pixels.

    `path` is named in errors, `size` is the artboard in points, as `vector.probe` has it.

    Raises:
        UnreadableError: no program for it is installed, or the program cannot draw it within the bounds.

    """
    program = program_for(format_)
    if not program:
        wanted = " or ".join(_PROGRAMS.get(format_, ())[:1]) or "nothing known"
        raise UnreadableError(
            f"cannot be drawn here: no {wanted} is installed",
            where=str(path),
            hint=f"install it, or put a JPEG of the same name beside it: {path.stem}.jpg",
        )
    with scratch_folder() as room:
        source, target = room / f"drawn.{format_}", room / "drawn.png"
        # Under a name of ours: a file's own name may mean something to the program.
        source.write_bytes(data)
        draw = _resvg if format_ == "svg" else _ghostscript
        run_closed([program, *draw(source, target, side, size)], room, path)
        try:
            if not 0 < target.stat().st_size <= _OUTPUT:
                raise _undrawn(path, "nothing came out")
            return target.read_bytes()
        except OSError as error:
            raise _undrawn(path, "nothing came out") from error


def _resvg(source: Path, target: Path, side: int, size: tuple[float, float]) -> list[str]:
    direction = "--width" if size[0] >= size[1] else "--height"
    # Nothing beside the file is read: its own folder is the empty one.
    files = ("--resources-dir", source.parent, source, target)
    return [direction, str(side), "--background", "white", *map(str, files)]


def _ghostscript(source: Path, target: Path, side: int, size: tuple[float, float]) -> list[str]:
    longest = max(1.0, *size)
    # Dots an inch, so that a point of 1/72 inch gives `side` pixels along the longer side.
    dots = max(1.0, min(600.0, 72.0 * side / longest))
    return [
        "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dNOPROMPT", "-dNOCACHE", "-dFirstPage=1", "-dLastPage=1",
        "-sDEVICE=png16m", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-dEPSCrop", f"-r{dots:.3f}",
        f"-sOutputFile={target}", "-f", str(source),
    ]  # fmt: skip


def run_closed(
    command: Sequence[str],
    room: Path,
    path: Path,
    *,
    seconds: int = 0,
    stdout: IO[bytes] | int = subprocess.DEVNULL,
) -> None:
    """Run a program in an empty folder, without an environment, within bounds of time, memory and output.

    `seconds` are `SECONDS` where none are given.

    Raises:
        UnreadableError: it does not start, fails, or takes longer than `seconds`; `path` is named in it.

    """
    seconds = seconds or SECONDS
    try:
        done = subprocess.run(  # noqa: S603 - a program found on the person's own PATH, and a file of our name
            command,
            cwd=room,
            # Its own temporary files stay in the room, too.
            env={"PATH": os.defpath, "TMPDIR": str(room), "TEMP": str(room), "HOME": str(room), **_windows()},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            preexec_fn=_BOUNDED if sys.platform != "win32" else None,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise _undrawn(path, f"it takes longer than {seconds} s") from error
    except OSError as error:
        raise _undrawn(path, f"{Path(command[0]).name} does not start: {error.strerror}") from error
    if done.returncode != 0:
        raise _undrawn(path, f"{Path(command[0]).name} ended with {done.returncode}")


def _windows() -> dict[str, str]:
    return {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}


def _undrawn(path: Path, why: str) -> UnreadableError:
    return UnreadableError(
        f"cannot be drawn: {why}", where=str(path), hint=f"put a JPEG of the same name beside it: {path.stem}.jpg"
    )
