"""Photoshop documents: XMP, IPTC and EXIF among the image resources; read only.

By Adobe Photoshop File Formats Specification, "File Header Section" and "Image
Resources Section".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.errors import DamagedError
from stockctl.metadata.containers import LARGEST_BLOCK, Blocks, resources

if TYPE_CHECKING:
    from stockctl.files.source import Source

_HEADER = 26


class Psd:
    """PSD and PSB."""

    def locate(self, source: Source) -> Blocks:
        """Read the image resources."""
        start = _HEADER + 4 + int.from_bytes(source.at(_HEADER, 4), "big")
        length = int.from_bytes(source.at(start, 4), "big")
        if length > LARGEST_BLOCK:
            raise DamagedError("the PSD's resources are larger than any metadata")
        found = resources.parse(source.at(start + 4, length))
        blocks = Blocks(xmp=resources.get(found, resources.XMP), exif=resources.get(found, resources.EXIF))
        resources.take_iptc(blocks, found)
        return blocks
