"""What is sent of a photo or a clip, made by workers on other machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockctl.errors import FileProblem
from stockctl.machines.far import answered
from stockctl.machines.previews import jpeg_of, packed
from stockctl.media.identify import Kind
from stockctl.vision.sent.pictures import SIDE, Picture, views

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from stockctl.files.fingerprint import Fingerprint
    from stockctl.machines.far import Far

VERSION = "views 1"
# A vector is drawn from its companion, or by programs of this machine.
_KINDS = frozenset({Kind.PHOTO, Kind.ILLUSTRATION, Kind.VIDEO})
# Frames of a clip.
_MOST = 3


def far_views(far: Far, picture: Picture) -> list[bytes]:
    """Return the JPEGs that are sent of a file as `views` does, made by a worker where it can be.

    Raises:
        FileProblem: it cannot be read, decoded or drawn.
        RemoteError: the workers are gone, or are not what they should be.

    """
    if picture.kind not in _KINDS:
        return views(picture)
    (found,) = far.each([picture.path], _Views(picture))
    if isinstance(found, FileProblem):
        raise found
    return found


@dataclass(frozen=True)
class _Views:
    """The views of one picture, as a job."""

    picture: Picture
    version: str = VERSION

    @property
    def work(self) -> Callable[[bytes, bytes | None, Mapping[str, bytes] | None], bytes]:
        return work

    def asked(self, path: Path) -> dict[str, Any]:  # noqa: ARG002 - as a job is asked
        return {"format": self.picture.format, "kind": self.picture.kind.value}

    def examined(self, told: dict[str, Any], path: Path, now: Fingerprint) -> list[bytes] | FileProblem:  # noqa: ARG002 - as a job is asked
        found = [jpeg_of(text, SIDE) for text in told["views"]]
        if not 1 <= len(found) <= _MOST:
            raise ValueError("not one picture, nor a clip's few")
        return found

    def failed(self, path: Path, problem: FileProblem) -> list[bytes] | FileProblem:  # noqa: ARG002 - as a job is asked
        return problem


def work(question: bytes, content: bytes | None, beside: Mapping[str, bytes] | None) -> bytes:
    """Make what is sent of a file on a worker."""
    return answered(question, content, beside, VERSION, _made)


def _made(path: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    picture = Picture(path, "", asked["format"], Kind(asked["kind"]))
    return {"views": [packed(view) for view in views(picture)]}
