"""Listen to a clip's own sound track, by the program ffmpeg where it is installed: no library here decodes AAC.

It runs in the closed room of `media.render`, is told what kind of file it has
to expect and reads no other, and decodes the first minutes of the first track.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from stockctl.errors import UnreadableError
from stockctl.media.clips.loudness import Meter
from stockctl.media.render import run_closed

# libmediainfo's name of a container → the reader that ffmpeg is told to use; other files are not handed over.
_READERS = {
    "MPEG-4": "mov", "QuickTime": "mov", "AVI": "avi", "Matroska": "matroska", "WebM": "matroska", "MPEG-PS": "mpeg",
    "MXF": "mxf", "Windows Media": "asf",
}  # fmt: skip
# How much is listened to, seconds; what the program may take, seconds; frames measured at once.
_HEARD, _SECONDS, _AT_ONCE = 120, 10, 1 << 18
_RATE, _CHANNELS = 48_000, 2


def loudness(path: Path, container: str) -> tuple[bool, float | None]:
    """Return whether the track could be listened to, and how loud it is, LUFS (EBU R 128); None of silence."""
    import numpy as np

    program, reader = shutil.which("ffmpeg"), _READERS.get(container)
    if not program or not reader:
        return False, None
    with tempfile.TemporaryDirectory(prefix="stockctl-hear-") as folder:
        room = Path(folder)
        target = room / "heard"
        command = [
            program, "-nostdin", "-v", "error", "-threads", "1", "-protocol_whitelist", "file,pipe", "-f", reader,
            "-i", f"file:{path.resolve()}", "-map", "0:a:0", "-vn", "-sn", "-dn", "-t", str(_HEARD),
            "-ac", str(_CHANNELS), "-ar", str(_RATE), "-f", "s16le", "pipe:1",
        ]  # fmt: skip
        try:
            with target.open("wb") as heard:
                run_closed(command, room, path, seconds=_SECONDS, stdout=heard)
        except UnreadableError:
            return False, None
        if not target.stat().st_size:
            return False, None
        meter = Meter(_RATE, _CHANNELS)
        with target.open("rb") as heard:
            while len(block := np.fromfile(heard, "<i2", _AT_ONCE * _CHANNELS)):
                whole = block[: len(block) // _CHANNELS * _CHANNELS]
                meter.take(whole.reshape(-1, _CHANNELS).astype(np.float32) / np.float32(32768))
        return True, meter.loudness()
