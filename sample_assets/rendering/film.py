"""A short upright film for briefs: a slow move over the sea at sunset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from rendering.land import sea

if TYPE_CHECKING:
    from pathlib import Path

PATH = "campaign/sunset-reel-upright.mp4"
SIZE = (720, 1280)
RATE, SECONDS = 24, 7


def render(path: Path) -> None:
    """Write the film as MPEG-4, upright 9:16; its codec depends on what OpenCV was built with.

    Raises:
        RuntimeError: this OpenCV cannot write the film.

    """
    width, height = SIZE
    still = sea(np.random.default_rng(7), (height + 8, width + 96))
    pixels = (np.clip(still, 0, 1) * 255 + 0.5).astype(np.uint8)[..., ::-1]
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), RATE, SIZE)
    if not writer.isOpened():
        raise RuntimeError("this OpenCV cannot write MPEG-4")
    for frame in range(RATE * SECONDS):
        left = frame * 96 // (RATE * SECONDS)
        writer.write(np.ascontiguousarray(pixels[4 : 4 + height, left : left + width]))
    writer.release()
