"""Small pictures made by workers on other machines: JPEG that is looked at before it is shown or sent on."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockctl.machines.far import answered
from stockctl.media.preview import Preview, preview

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from stockctl.errors import FileProblem
    from stockctl.files.fingerprint import Fingerprint
    from stockctl.media.preview import Box

# What a preview looks like; goes up where it changes.
VERSION = "preview 1"


@dataclass(frozen=True)
class Drawn:
    """What a worker made of a file; None where it could not."""

    path: Path
    preview: Preview | None


@dataclass(frozen=True)
class Previews:
    """Previews, as a job: for each file its format and the places that are shown of it; sizes as for `preview`."""

    wanted: Mapping[Path, tuple[str, Sequence[Box]]]
    overview: int
    crop: int
    version: str = VERSION

    @property
    def work(self) -> Callable[[bytes, bytes | None, Mapping[str, bytes] | None], bytes]:
        """The function of this module that a worker calls."""
        return work

    def asked(self, path: Path) -> dict[str, Any]:
        """Return what a worker must know of a file."""
        format_, boxes = self.wanted[path]
        return {"format": format_, "boxes": boxes, "overview": self.overview, "crop": self.crop}

    def examined(self, told: dict[str, Any], path: Path, now: Fingerprint) -> Drawn:  # noqa: ARG002 - as a job is asked
        """Return a preview that holds the places that were asked for, and pictures of the sizes that were."""
        boxes = [tuple(map(int, box)) for box in self.wanted[path][1]]
        crops = told["crops"]
        if len(crops) != len(boxes):
            raise ValueError("not the places that were asked for")
        shown = {box: jpeg_of(text, self.crop) for box, text in zip(boxes, crops, strict=True)}
        return Drawn(path, Preview(jpeg_of(told["overview"], self.overview), shown))  # type: ignore[arg-type]

    def failed(self, path: Path, problem: FileProblem) -> Drawn:  # noqa: ARG002 - as a job is asked
        """Return that there is no preview."""
        return Drawn(path, None)


def work(question: bytes, content: bytes | None, beside: Mapping[str, bytes] | None) -> bytes:
    """Make the preview of a file on a worker."""
    return answered(question, content, beside, VERSION, _drawn)


def _drawn(path: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    boxes = [(int(x), int(y), int(width), int(height)) for x, y, width, height in asked["boxes"]]
    made = preview(path, asked["format"], boxes, overview=asked["overview"], crop=asked["crop"])
    return {"overview": packed(made.overview), "crops": [packed(made.crops[box]) for box in boxes]}


def packed(jpeg: bytes) -> str:
    """Return bytes as a text that JSON can hold."""
    return base64.b64encode(jpeg).decode()


def jpeg_of(text: str, longest: int) -> bytes:
    """Return the JPEG that such a text holds, of at most `longest` pixels to a side.

    Raises:
        ValueError: it holds another thing.

    """
    from PIL import Image

    data = base64.b64decode(text, validate=True)
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            sides = image.size
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("a picture is none") from error
    if max(sides) > longest:
        raise ValueError("a picture is larger than was asked for")
    return data
