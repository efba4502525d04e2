"""Which container reads and writes which format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.metadata.containers.bmff import Bmff
from stockctl.metadata.containers.eps import Eps
from stockctl.metadata.containers.jpeg import Jpeg
from stockctl.metadata.containers.png import Png
from stockctl.metadata.containers.psd import Psd
from stockctl.metadata.containers.scanned import Scanned, Svg
from stockctl.metadata.containers.tiff import Tiff
from stockctl.metadata.containers.webp import Webp

if TYPE_CHECKING:
    from stockctl.metadata.containers import Reader, Writer

WRITERS: dict[str, Writer] = {"jpeg": Jpeg(), "tiff": Tiff(), "png": Png(), "webp": Webp(), "eps": Eps()}
READERS: dict[str, Reader] = {
    **WRITERS,
    **dict.fromkeys(("mp4", "mov", "m4a", "heic", "avif"), Bmff()),
    "psd": Psd(),
    "svg": Svg(),
    "ai": Scanned(last=True),
    "gif": Scanned(),
    **dict.fromkeys(("mp3", "wav", "aiff", "flac", "avi"), Scanned(ends=True)),
}
