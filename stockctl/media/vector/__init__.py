"""Look into vector files: EPS as PostScript, Illustrator files as PDF, SVG as XML. Nothing is run in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.media.vector import pdf, postscript, svg

if TYPE_CHECKING:
    from pathlib import Path

    from stockctl.media.probe import Probe


def probe(path: Path, data: memoryview, format_: str) -> Probe:  # noqa: ARG001 - one call for every kind of probe
    """Return size (1 pt = 1 px, as the agencies count an artboard) and what is in the file.

    Facts: `container` (dsc, binary, pdf or xml), `creator`, `bounding_box`,
    `mode` (rgb or cmyk, where the file tells), `live_text`, `raster`, `scripts`,
    `links`, `preview` (width and height of the TIFF preview in a binary EPS),
    and `damaged` where the file is broken. Where the drawing could be followed:
    `paths`, `nodes`, `open_filled` (parts of filled paths that are not closed),
    `stray_points`, `crumbs`, and `hidden_pictures` (each why, then x, y, width
    and height in points from the artboard's upper left corner; not of SVG).
    """
    if format_ == "svg":
        return svg.look(data)
    if bytes(data[:5]) == b"%PDF-":
        return pdf.look(data)
    return postscript.look(data)
