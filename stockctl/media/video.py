"""Look into video files: facts by libmediainfo, a few frames by OpenCV's own FFmpeg."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from stockctl.files.opening import again, open_bytes
from stockctl.media.mediainfo import video_facts
from stockctl.media.probe import Probe
from stockctl.media.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

# Where in the clip frames are looked at, and for how long in all: a seek may have to decode a whole group.
_PLACES = (0.1, 0.5, 0.9)
_SECONDS = 0.6

# Frames are judged at this width: compression noise of the full size says nothing of focus.
_WIDTH = 960

# Sharpest tile of 25 good photos at that width: 40 and more; of the same blurred by 2.5 pixels: 19 at most.
_SOFT = 20


def probe(path: Path) -> Probe:
    """Return size as shown, facts (see `mediainfo.video_facts`), and what sample frames look like.

    Measurements: `frames` looked at, and how many of them are `black_frames`,
    `clipped_frames` and `soft_frames`.
    """
    with quiet(), open_bytes(path) as file:
        width, height, facts = video_facts(file)
        if "damaged" in facts:
            return Probe(width, height, {}, facts)
        looks = [_look(frame) for frame in frames(again(file, path), facts["duration_s"])]
    if not looks:
        return Probe(width, height, {"frames": 0.0}, facts)
    black, clipped, soft = (float(sum(column)) for column in zip(*looks, strict=True))
    found = {"frames": float(len(looks)), "black_frames": black, "clipped_frames": clipped, "soft_frames": soft}
    return Probe(width, height, found, facts)


def frames(path: str, duration_s: float, within_s: float = _SECONDS) -> Iterator[NDArray[np.uint8]]:
    """Yield up to three frames (height, width, 3; BGR) from the clip, as far as `within_s` seconds allow."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    until = time.monotonic() + within_s
    capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
    try:
        for place in _PLACES:
            if not capture.isOpened() or time.monotonic() > until:
                return
            capture.set(cv2.CAP_PROP_POS_MSEC, duration_s * 1000 * place)
            there, frame = capture.read()
            if there and frame is not None and frame.ndim == 3:
                yield frame  # type: ignore[misc]  # OpenCV's own array type
    finally:
        capture.release()


def _look(frame: NDArray[np.uint8]) -> tuple[bool, bool, bool]:
    """Return whether a frame is black, clipped or soft.

    Soft is judged by the sharpest of 8 × 8 tiles (variance of the Laplacian),
    so that a shallow depth of field passes; a flat frame is not called soft.
    """
    import cv2
    import numpy as np

    height, width = frame.shape[:2]
    if width > _WIDTH:
        frame = cv2.resize(frame, (_WIDTH, max(1, height * _WIDTH // width)), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    luma = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    black = float(np.percentile(luma, 99)) < 24
    # White is 235 in a coded frame, and comes back a little below 255.
    clipped = float((luma >= 250).mean()) > 0.15
    edges = cv2.Laplacian(luma, cv2.CV_32F)
    rows, columns = luma.shape[0] // 8 * 8, luma.shape[1] // 8 * 8
    if not rows or not columns:
        return black, clipped, False
    tiles = edges[:rows, :columns].reshape(8, rows // 8, 8, columns // 8)
    sharpest = float(tiles.var(axis=(1, 3)).max())
    flat = float(luma.std()) < 8
    return black, clipped, sharpest < _SOFT and not flat and not black
