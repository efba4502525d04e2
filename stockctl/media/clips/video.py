"""Look into video files: facts by libmediainfo, a few frames by OpenCV's own FFmpeg."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from stockctl.files.opening import again, open_bytes
from stockctl.media.clips.mediainfo import video_facts
from stockctl.media.decoding.quiet import quiet
from stockctl.media.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

# Where in the clip frames are looked at, and for how long in all: a seek may have to decode a whole group.
_MIDDLE = 0.5
_PLACES = (0.1, _MIDDLE, 0.9)
_SECONDS = 0.6

# Frames are judged at this width: compression noise of the full size says nothing of focus.
_WIDTH = 960

# Sharpest tile of 25 good photos at that width: 40 and more; of the same blurred by 2.5 pixels: 19 at most.
_SOFT = 20


# At the other places so many that follow are read, to see whether the picture stands still. Where it does at some, more
# places are looked at, evenly spread, for so long.
_FEW, _FEW_SECONDS = 4, 0.15
_EVENLY, _MORE_SECONDS = tuple(number / 10 for number in range(1, 10)), 2.0
# Frames that follow one another in the middle of the clip, and for how long they are read.
_RUN, _RUN_SECONDS = 30, 0.8


def probe(path: Path) -> Probe:
    """Return size as shown, facts (see `mediainfo.video_facts`), and what sample frames look like.

    Measurements: `frames` looked at, and how many of them are `black_frames`,
    `clipped_frames` and `soft_frames`; `bars`, the share that black bars take;
    and those of `motion.motion`; where some of it stands still, those of
    `motion.frozen`. None of a picture in HDR: its frames are not
    decoded, since turning them into ordinary ones takes ten seconds. Where
    ffmpeg is installed, `facts["heard"]` says whether its sound track could be
    listened to, and `loudness` how loud it is (LUFS; none of silence).
    """
    with quiet(), open_bytes(path) as file:
        width, height, facts = video_facts(file)
        if "damaged" in facts:
            return Probe(width, height, {}, facts)
        heard = _heard(path, facts)
        if facts["transfer"]:
            return Probe(width, height, heard, facts)
        seen, run, still = _watched(again(file, path), facts["duration_s"])
        stopped = _stopped(again(file, path), facts["duration_s"]) if any(still) else {}
    if not seen:
        return Probe(width, height, heard | {"frames": 0.0}, facts)
    from stockctl.media.clips.motion import bars, motion

    black, clipped, soft = (float(sum(column)) for column in zip(*map(_look, seen), strict=True))
    found = {"frames": float(len(seen)), "black_frames": black, "clipped_frames": clipped, "soft_frames": soft}
    found |= {"bars": round(bars(seen), 4)} | motion(run) | stopped
    return Probe(width, height, heard | found, facts)


def _heard(path: Path, facts: dict[str, Any]) -> dict[str, float]:
    """Return the loudness of the sound track, and write down whether it was heard."""
    from stockctl.media.clips.track import loudness

    if not facts["audio"]:
        return {}
    facts["heard"], found = loudness(path, facts["container"])
    return {} if found is None else {"loudness": found}


def _watched(path: str, duration_s: float) -> tuple[list[NDArray[np.uint8]], list[NDArray[np.float32]], list[bool]]:
    """Return frames from three places, small ones that follow those in the middle, and whether each place stands."""
    from stockctl.media.clips.motion import small, stands

    seen: list[NDArray[np.uint8]] = []
    middle: list[NDArray[np.float32]] = []
    still: list[bool] = []
    for place, frame, more in _places(path, duration_s, _SECONDS):
        seen.append(frame)
        many, seconds = (_RUN, _RUN_SECONDS) if place == _MIDDLE else (_FEW, _FEW_SECONDS)
        run = _run(small(frame), more, many, seconds)
        still.append(stands(run))
        if place == _MIDDLE:
            middle = run
    return seen, middle, still


def _run(
    first: NDArray[np.float32], more: Callable[[], NDArray[np.uint8] | None], many: int, seconds: float
) -> list[NDArray[np.float32]]:
    """Return small frames that follow one another, the first among them, as many as come within some seconds."""
    from stockctl.media.clips.motion import small

    run, until = [first], time.monotonic() + seconds
    while len(run) < many and time.monotonic() < until and (following := more()) is not None:
        run.append(small(following))
    return run


def _stopped(path: str, duration_s: float) -> dict[str, float]:
    """Return for how much of its time a clip stands still, see `motion.frozen`, by evenly spread places."""
    from stockctl.media.clips.motion import frozen, small, stands

    found = []
    for _, frame, more in _places(path, duration_s, _MORE_SECONDS, _EVENLY):
        run = _run(small(frame), more, _FEW, _FEW_SECONDS)
        found.append((run[0], stands(run)))
    return frozen(found)


def frames(path: str, duration_s: float, within_s: float = _SECONDS) -> Iterator[NDArray[np.uint8]]:
    """Yield up to three frames (height, width, 3; BGR) from the clip, as far as `within_s` seconds allow."""
    return (frame for _, frame, _ in _places(path, duration_s, within_s))


def _places(
    path: str, duration_s: float, within_s: float, places: tuple[float, ...] = _PLACES
) -> Iterator[tuple[float, NDArray[np.uint8], Callable[[], NDArray[np.uint8] | None]]]:
    """Yield each place, its frame, and what reads the frame that follows; time is counted between them."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    left = within_s
    capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG)

    def read() -> NDArray[np.uint8] | None:
        there, frame = capture.read()
        return frame if there and frame is not None and frame.ndim == 3 else None  # type: ignore[return-value]

    try:
        for place in places:
            if not capture.isOpened() or left < 0:
                return
            began = time.monotonic()
            capture.set(cv2.CAP_PROP_POS_MSEC, duration_s * 1000 * place)
            frame = read()
            left -= time.monotonic() - began
            if frame is not None:
                yield place, frame, read
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
