"""What is sent of a file: an upright RGB JPEG, three frames of a clip, of a vector its companion or a drawing."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.errors import FileProblem, UnreadableError
from stockctl.files.fingerprint import unreadable
from stockctl.files.opening import LARGEST_PICTURE, again, open_bytes, read_bytes
from stockctl.media.identify import Kind
from stockctl.media.identity import media_id
from stockctl.media.pairs import preview_of
from stockctl.vision.sent.question import About

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

# The longest side of the picture that is sent, in pixels: about 100 to 200 KB.
SIDE = 768
_QUALITY = 80
# Decoding a clip may take so long, in seconds: a seek may have to decode a whole group of pictures.
_CLIP_S = 20.0
SEEN_KINDS = frozenset({Kind.PHOTO, Kind.ILLUSTRATION, Kind.VECTOR, Kind.VIDEO})


@dataclass(frozen=True)
class Picture:
    """A file to look at, and what is known of it."""

    path: Path
    media_id: str
    format: str
    kind: Kind = Kind.PHOTO
    about: About = field(default_factory=About)


def pair_of(picture: Picture) -> str:
    """Return the media_id of the JPEG that goes with a vector; empty where none does."""
    beside = preview_of(picture.path) if picture.kind is Kind.VECTOR else None
    if beside is None:
        return ""
    try:
        return media_id(memoryview(read_bytes(beside, LARGEST_PICTURE)), "jpeg")
    except (OSError, FileProblem):
        return ""


def views(picture: Picture) -> list[bytes]:
    """Return the JPEGs that are sent of a file, one, or three of a clip, of at most `SIDE` pixels.

    Raises:
        FileProblem: it cannot be read, decoded or drawn; the text says what would help.

    """
    if picture.kind is Kind.VIDEO:
        return _frames(picture.path)
    if picture.kind is Kind.VECTOR:
        beside = preview_of(picture.path)
        return [_photo(beside, "jpeg") if beside is not None else _drawing(picture)]
    if picture.kind not in SEEN_KINDS:
        raise UnreadableError("a sound has no picture to look at", where=str(picture.path))
    return [_photo(picture.path, picture.format)]


def _photo(path: Path, format_: str) -> bytes:
    from stockctl.media.preview import preview

    return preview(path, format_, (), overview=SIDE, crop=0).overview


def _frames(path: Path) -> list[bytes]:
    from stockctl.media.clips.mediainfo import video_facts
    from stockctl.media.clips.video import frames

    try:
        with open_bytes(path) as file:
            _, _, facts = video_facts(file)
            if "damaged" in facts:
                raise UnreadableError(
                    f"no frame can be seen: {facts['damaged']}", where=str(path), hint="export it again"
                )
            name, length = again(file, path), float(facts.get("duration_s") or 0)
            found = [_small(frame[:, :, ::-1]) for frame in frames(name, length, _CLIP_S)]
    except OSError as error:
        raise unreadable(path, error) from error
    if not found:
        raise UnreadableError(
            "no frame of the clip can be decoded here", where=str(path), hint="say what it shows: --title or --context"
        )
    return found


def _small(pixels: NDArray[np.uint8]) -> bytes:
    """Return pixels (height, width, 3; RGB) as a JPEG of at most `SIDE` pixels."""
    from PIL import Image

    image = Image.fromarray(pixels)
    image.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _drawing(picture: Picture) -> bytes:
    """Return a vector file drawn by a program that is installed."""
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    from stockctl.media import render, vector

    try:
        data = read_bytes(picture.path)
    except OSError as error:
        raise unreadable(picture.path, error) from error
    format_ = "ai" if data[:5] == b"%PDF-" else picture.format
    facts = vector.probe(picture.path, memoryview(data), picture.format)
    png = render.render(data, picture.path, format_, SIDE, (facts.width, facts.height))
    try:
        with Image.open(io.BytesIO(png)) as image:
            return _small(np.asarray(image.convert("RGB")))
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise UnreadableError("cannot be drawn: no picture came out", where=str(picture.path)) from error
