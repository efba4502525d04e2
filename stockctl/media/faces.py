"""Find faces that look at the camera: opt-in, for it misses some and invents others.

The detector is scikit-image's cascade of local binary patterns with OpenCV's
training for frontal faces (Liao et al., "Learning Multi-scale Block Local
Binary Patterns for Face Recognition", ICB 2007), which comes with that package.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# x, y, width, height in upright pixels.
Box = tuple[int, int, int, int]

# Raise it when the same picture would give other faces.
VERSION = "1"

# Faces are looked for in a picture of this longest side; smaller ones than this there cannot be recognised.
SIDE = 640
SMALLEST = 36

# So many overlapping windows must agree before they count as a face.
_AGREEING = 5


def available() -> bool:
    """Whether the package with the detector is installed: `pip install stockctl[faces]`."""
    return importlib.util.find_spec("skimage") is not None


def faces(path: Path) -> list[Box] | None:
    """Return the faces in a picture, in upright pixels of its full size; None where it cannot be decoded."""
    import numpy as np
    from PIL import Image, ImageOps

    from stockctl.files.opening import open_bytes

    try:
        with open_bytes(path) as file, Image.open(file) as image:
            full = image.size
            image.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    small = upright.resize(_within(upright.size))
    # Turned or not, the longer side is the longer side.
    back = max(full) / max(small.size)
    found = _cascade().detect_multi_scale(
        img=np.asarray(small),
        scale_factor=1.15,
        step_ratio=1,
        min_size=(SMALLEST, SMALLEST),
        max_size=(SIDE, SIDE),
        min_neighbor_number=_AGREEING,
    )
    return [
        (round(face["c"] * back), round(face["r"] * back), round(face["width"] * back), round(face["height"] * back))
        for face in found
    ]


@cache
def _cascade() -> Any:  # noqa: ANN401 - a class without types
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    return Cascade(lbp_frontal_face_cascade_filename())


def _within(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
