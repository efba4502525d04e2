"""Look into Illustrator files as the PDF that they are (ISO 32000-1)."""

from __future__ import annotations

import re
from typing import Any

from stockctl.media.probe import MAX_BYTES, Probe
from stockctl.media.vector.canvas import Canvas, Sides, told
from stockctl.media.vector.content import Budget, Page
from stockctl.media.vector.numbers import FOUR, box, side
from stockctl.media.vector.objects import Objects, Ref, Stream
from stockctl.media.vector.paths import Tally
from stockctl.media.vector.postscript import SWATCH

_BOX = re.compile(rb"/(ArtBox|CropBox|MediaBox)[ \t\r\n]{0,20}\[[ \t\r\n]{0,20}" + FOUR)
_CREATOR = re.compile(rb"<(?:xmp|xap):CreatorTool>([^<]{1,200})<|/Creator[ \t\r\n]{0,20}\(([^)]{1,200})\)")
# Its pages do not say any more which filled paths were closed.
_GHOSTSCRIPT = re.compile(rb"/Producer[ \t\r\n]{0,20}\(GPL Ghostscript")
_IMAGE = re.compile(rb"/Subtype[ \t\r\n]{0,20}/Image\b")
# Pages, which are artboards, and nodes of their tree that are looked at.
_MOST_PAGES, _MOST_NODES = 30, 1000
_TAIL = 64 << 10


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
    return Probe(width, height, {}, facts | _drawn(data))


def _drawn(data: memoryview) -> dict[str, Any]:
    """Return what its pages are drawn with: see `vector.probe`; nothing of a file whose pages cannot be read."""
    objects = Objects(data[: 4 * MAX_BYTES])
    objects.read()
    catalog: dict[bytes, Any] = next((one for one in reversed(objects.found.values()) if _is(one, b"Catalog")), {})
    pages = _pages(objects, catalog)
    if not pages or objects.encrypted:
        return {}
    streams = [one for one in objects.found.values() if isinstance(one, Stream)]
    pictures = any(one.facts.get(b"Subtype") == b"Image" for one in streams)
    said = objects.facts(objects.facts(catalog.get(b"OCProperties")).get(b"D")).get(b"OFF")
    off = frozenset(one.number for one in objects.items(said) if isinstance(one, Ref))
    tally, budget, seen = Tally(), Budget(), []
    for page in pages:
        contents = [objects.of(one) for one in objects.items(page.get(b"Contents"))]
        parts = [objects.unpack(one) for one in contents if isinstance(one, Stream)]
        if None in parts:
            return {}
        content = b"\n".join(part for part in parts if part)
        canvas = Canvas(_board(objects, page), tally, pictures=pictures or b"BI" in content)
        Page(canvas, objects, off, budget).follow(content, objects.facts(page.get(b"Resources")))
        seen += canvas.hidden()
    found: dict[str, Any] = dict(tally.facts())
    if _GHOSTSCRIPT.search(data[-_TAIL:]) or _GHOSTSCRIPT.search(data[:_TAIL]):
        found["open_filled"] = 0
    if budget.left < 0:
        found["operators_seen"] = True
    if hidden := told(seen):
        found["hidden_pictures"] = hidden
    if seen:
        found["raster"] = True
    return found


def _is(value: Any, type_: bytes) -> bool:  # noqa: ANN401 - objects are of any kind
    return isinstance(value, dict) and value.get(b"Type") == type_


def _pages(objects: Objects, catalog: dict[bytes, Any]) -> list[dict[bytes, Any]]:
    """Return the pages in order, each with what it inherits (7.7.3)."""
    waiting: list[tuple[dict[bytes, Any], dict[bytes, Any]]] = [(objects.facts(catalog.get(b"Pages")), {})]
    found: list[dict[bytes, Any]] = []
    for _ in range(_MOST_NODES):
        if not waiting or len(found) >= _MOST_PAGES:
            break
        node, above = waiting.pop()
        node = above | node
        if b"Kids" in node:
            handed: dict[bytes, Any] = {
                name: node[name] for name in (b"Resources", b"MediaBox", b"CropBox") if name in node
            }
            waiting += [(objects.facts(kid), handed) for kid in objects.items(node[b"Kids"])[::-1]]
        elif node:
            found.append(node)
    return found


def _board(objects: Objects, page: dict[bytes, Any]) -> Sides:
    """Return what of a page is shown: left, bottom, right, top."""
    for name in (b"CropBox", b"MediaBox"):
        numbers = [objects.of(one) for one in objects.items(page.get(name))]
        if len(numbers) == 4 and all(isinstance(one, float) for one in numbers):
            (left, right), (low, high) = sorted(numbers[::2]), sorted(numbers[1::2])
            return left, low, right, high
    return 0.0, 0.0, 612.0, 792.0
