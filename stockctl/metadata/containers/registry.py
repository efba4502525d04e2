"""Which container reads and writes which format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.metadata.containers.jpeg import Jpeg
from stockctl.metadata.containers.png import Png
from stockctl.metadata.containers.tiff import Tiff
from stockctl.metadata.containers.webp import Webp

if TYPE_CHECKING:
    from stockctl.metadata.containers import Reader, Writer

WRITERS: dict[str, Writer] = {"jpeg": Jpeg(), "png": Png(), "tiff": Tiff(), "webp": Webp()}
READERS: dict[str, Reader] = {**WRITERS}
