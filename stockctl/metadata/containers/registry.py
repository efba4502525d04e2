"""Which container reads and writes which format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.metadata.containers.jpeg import Jpeg

if TYPE_CHECKING:
    from stockctl.metadata.containers import Reader, Writer

WRITERS: dict[str, Writer] = {"jpeg": Jpeg()}
READERS: dict[str, Reader] = {**WRITERS}
