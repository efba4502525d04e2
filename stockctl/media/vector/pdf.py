"""Look into Illustrator files as the PDF that they are (ISO 32000-1, 14.11.2)."""

from __future__ import annotations

import re
from typing import Any

from stockctl.media.probe import MAX_BYTES, Probe
from stockctl.media.vector.numbers import FOUR, box, side
from stockctl.media.vector.postscript import SWATCH

_BOX = re.compile(rb"/(ArtBox|CropBox|MediaBox)[ \t\r\n]{0,20}\[[ \t\r\n]{0,20}" + FOUR)
_CREATOR = re.compile(rb"<(?:xmp|xap):CreatorTool>([^<]{1,200})<|/Creator[ \t\r\n]{0,20}\(([^)]{1,200})\)")
_IMAGE = re.compile(rb"/Subtype[ \t\r\n]{0,20}/Image\b")


def look(data: memoryview) -> Probe:
    """Return size and what is in the file; see `vector.probe`."""
    part = bytes(data[: MAX_BYTES // 4])
    boxes = {name: sides for name, *sides in _BOX.findall(part)}
    facts: dict[str, Any] = {"container": "pdf"}
    creator = _CREATOR.search(part)
    if creator:
        facts["creator"] = (creator[1] or creator[2]).decode("utf-8", "replace").strip()
    if len(swatches := set(SWATCH.findall(part))) == 1:
        facts["mode"] = swatches.pop().decode().lower()
    facts["live_text"] = b"stFnt:fontName" in part or b"/BaseFont" in part
    facts["raster"] = _IMAGE.search(part) is not None
    facts["scripts"] = b"/JavaScript" in part
    width = height = 0
    for name in (b"ArtBox", b"CropBox", b"MediaBox"):
        if name in boxes:
            left, bottom, right, top = sides = box(boxes[name])
            width, height = side(right - left), side(top - bottom)
            facts |= {"bounding_box": sides} if width and height else {}
            break
    tail = bytes(data[-2048:])
    if b"%%EOF" not in tail:
        facts["damaged"] = "the PDF inside has no end: it is cut off"
    return Probe(width, height, {}, facts)
