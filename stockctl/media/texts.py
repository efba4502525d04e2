"""Read the text in a picture: opt-in, by RapidOCR and the models that its package brings (PP-OCRv6, Apache-2.0).

Nothing is fetched: both models are named by their paths within the package.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

# A text, how sure it is (0 to 1), and its place: x, y, width, height in upright pixels of the full size.
Text = tuple[str, float, tuple[int, int, int, int]]

# Raise it when the same picture would give other texts.
VERSION = "1"

# Text is looked for in a picture of this longest side: what cannot be read there, no thumbnail shows.
SIDE = 1280
# Below this a text is as often none: foliage, tiles, windows.
SURE = 0.7
_DETECTOR, _READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"


def available() -> bool:
    """Whether the packages that read are installed: `pip install stockctl[ocr]`."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def texts(path: Path) -> list[Text] | None:
    """Return the texts that can be read in a picture; None where it cannot be decoded."""
    import numpy as np
    from PIL import Image, ImageOps

    from stockctl.files.opening import open_bytes

    try:
        with open_bytes(path) as file, Image.open(file) as image:
            full = max(image.size)
            image.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    upright.thumbnail((SIDE, SIDE))
    back = full / max(upright.size)
    # It takes blue first, as OpenCV does.
    found = _reader()(np.ascontiguousarray(np.asarray(upright)[..., ::-1]))
    if found.boxes is None:
        return []
    return [
        (" ".join(text.split()), round(float(score), 2), _around(corners, back))
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if score >= SURE and text.strip()
    ]


def _around(corners: Any, back: float) -> tuple[int, int, int, int]:  # noqa: ANN401 - four points
    left, top = corners.min(axis=0) * back
    right, bottom = corners.max(axis=0) * back
    return round(left), round(top), round(right - left), round(bottom - top)


@cache
def _reader() -> Any:  # noqa: ANN401 - a class without types that help here
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    params = {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Det.model_path": str(models / _DETECTOR),
        "Rec.model_path": str(models / _READER),
        "Det.limit_type": "max",
        "Det.limit_side_len": SIDE,
        # One process of the pool takes one core.
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    return rapidocr.RapidOCR(params=params)
