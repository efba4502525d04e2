"""Files inspected by workers on other machines: what they find is examined before it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockctl.check.run.inspect import VERSION, Inspection, inspect, to_asset
from stockctl.errors import DamagedError
from stockctl.files.fingerprint import Fingerprint
from stockctl.machines.far import answered
from stockctl.media.identity import MEDIA_ID_HEX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from stockctl.errors import FileProblem
    from stockctl.machines.far import Far


def inspect_all(far: Far, paths: Mapping[Path, str]) -> Iterator[Inspection]:
    """Inspect files in the order in which they get done; `paths` gives with each what was found earlier.

    Raises:
        RemoteError: the workers are gone, or are not what they should be.

    """
    return far.each(paths, _Inspecting(paths))


def work(question: bytes, content: bytes | None, beside: Mapping[str, bytes] | None) -> bytes:
    """Inspect a file on a worker."""
    return answered(question, content, beside, VERSION, _inspected)


def _inspected(path: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    done = inspect(path, asked["before"])
    if done.facts is None:
        raise done.problem or DamagedError("nothing found in it", where=str(path))
    return {"facts": done.facts}


@dataclass(frozen=True)
class _Inspecting:
    """Measuring, as a job; `before` is what was found earlier of each file."""

    before: Mapping[Path, str]
    version: str = VERSION

    @property
    def work(self) -> Callable[[bytes, bytes | None, Mapping[str, bytes] | None], bytes]:
        return work

    def asked(self, path: Path) -> dict[str, Any]:
        return {"before": self.before[path]}

    def examined(self, told: dict[str, Any], path: Path, now: Fingerprint) -> Inspection:
        facts = told["facts"]
        _examine(facts, path, now)
        return Inspection(path, now, facts)

    def failed(self, path: Path, problem: FileProblem) -> Inspection:
        return Inspection(path, Fingerprint(0, 0, 0), problem=problem)


def _examine(facts: dict[str, Any], path: Path, now: Fingerprint) -> None:
    """Raise ValueError, KeyError or TypeError where facts are not what an inspection writes down."""
    asset = to_asset(path, facts, {}, {})
    if not all(
        isinstance(one, str) and len(one) == length and set(one) <= set("0123456789abcdef")
        for one, length in ((asset.media_id, MEDIA_ID_HEX), (asset.file_sha256, 64))
    ):
        raise ValueError("a hash is none")
    if asset.bytes != now.size:
        raise ValueError("it is of another file")
    numbers = (
        asset.width,
        asset.height,
        *asset.measurements.values(),
        *(n for box in asset.places.values() for n in box),
    )
    if not all(isinstance(number, int | float) for number in numbers):
        raise TypeError("a measurement is no number")
    if not isinstance(asset.kind, str) or not isinstance(asset.format, str):
        raise TypeError("a kind or format is no text")
