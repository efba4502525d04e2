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

    import numpy as np
    from numpy.typing import NDArray

# x, y, width, height in upright pixels.
Box = tuple[int, int, int, int]

# Raise it when the same picture would give other faces.
VERSION = "2"

# Faces are looked for in a picture of this longest side; smaller ones than this there cannot be recognised.
SIDE = 640
SMALLEST = 36

# So many overlapping windows must agree before they count as a face.
_AGREEING = 5

# A face is looked for once more mirrored, at these widths in pixels, with so much around it, as a share of its width:
# what is one is found again at most of them, blurred chairs and books are not.
_WIDTHS, _AROUND, _AGAIN = (90, 110, 130), 0.6, 2


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
    found = _detect(np.asarray(small), SMALLEST, SIDE)
    return [
        (round(face["c"] * back), round(face["r"] * back), round(face["width"] * back), round(face["height"] * back))
        for face in found
    ]


def is_certain(upright: NDArray[np.uint8], face: Box) -> bool:
    """Whether what was taken for a face in an upright sRGB picture (height, width, 3) is found again, mirrored."""
    import numpy as np
    from PIL import Image

    left, top, width, height = face
    margin = round(_AROUND * width)
    cut = upright[max(0, top - margin) : top + height + margin, max(0, left - margin) : left + width + margin]
    around = Image.fromarray(np.ascontiguousarray(cut[:, ::-1]))
    times = 0
    for wanted in _WIDTHS:
        scaled = around.resize([max(1, round(side * wanted / width)) for side in around.size])
        times += bool(_detect(np.asarray(scaled), round(0.6 * wanted), round(1.6 * wanted)))
    return times >= _AGAIN


def _detect(pixels: NDArray[np.uint8], smallest: int, largest: int) -> Any:  # noqa: ANN401 - dictionaries of numbers
    return _cascade().detect_multi_scale(
        img=pixels,
        scale_factor=1.15,
        step_ratio=1,
        min_size=(smallest, smallest),
        max_size=(largest, largest),
        min_neighbor_number=_AGREEING,
    )


@cache
def _cascade() -> Any:  # noqa: ANN401 - a class without types
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    return Cascade(lbp_frontal_face_cascade_filename())


def _within(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
