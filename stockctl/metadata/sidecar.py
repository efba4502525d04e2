"""Sidecars: `.xmp` files beside a picture, under both names that programs give them."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.errors import DamagedError, UnreadableError
from stockctl.files.source import OpenFile
from stockctl.files.walk import ASSET_SUFFIXES
from stockctl.metadata.containers import LARGEST_BLOCK
from stockctl.metadata.standards import xmp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stockctl.metadata.record import Record

# RAW files own the sidecar that bears their stem; the JPEG beside them does not.
_RAW_SUFFIXES = frozenset(
    {*(".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".raf", ".orf", ".rw2", ".pef", ".dng")}
    | {*(".3fr", ".fff", ".iiq", ".mos", ".erf", ".mrw", ".x3f", ".srw", ".rwl", ".kdc", ".dcr", ".mef", ".gpr")}
)


def names(path: Path) -> tuple[Path, Path]:
    """Return the two names of a file's sidecar: `name.xmp` (Adobe's) and `name.ext.xmp` (darktable's)."""
    return path.with_suffix(".xmp"), path.with_name(path.name + ".xmp")


def find(path: Path, format_: str | None = None) -> Path | None:
    """Return a file's sidecar, or None.

    `name.ext.xmp` is the file's own. `name.xmp` is, unless it names another
    extension, or another picture in the folder bears the same stem.
    """
    plain, full = spellings(str(path))
    if os.path.lexists(full):
        return path.with_name(path.name + ".xmp")
    if not os.path.lexists(plain) or format_ is None:
        return None
    beside = path.with_suffix(".xmp")
    try:
        named = xmp.parse(_bytes(beside)).text(xmp.EXTENSION)
    except (DamagedError, UnreadableError):
        named = ""
    if named:
        return beside if named.casefold() == path.suffix.lstrip(".").casefold() else None
    return None if _shared(path) else beside


def spellings(text: str) -> tuple[str, str]:
    """Return `names` of a path as text, for what asks for every file of a batch."""
    stem = os.path.splitext(text)[0]  # noqa: PTH122 - a third of the time
    return stem + ".xmp", text + ".xmp"


def target(path: Path) -> Path:
    """Return where a new sidecar goes: `name.xmp`, or `name.ext.xmp` where another picture has the stem."""
    return names(path)[1 if _shared(path) else 0]


def _shared(path: Path) -> bool:
    only = _stems(path.parent).get(path.stem.casefold(), path.name.casefold())
    return only != path.name.casefold()


# Behind a change of a folder's names its time may stay as it is for so long: two seconds on FAT.
_SETTLED_NS = 3_000_000_000
# A folder of few pictures is read whenever it may have changed; a larger one, in which every sidecar that is written
# is a change, only so often that reading it takes a twentieth of the time.
_FEW, _SHARE = 500, 20


@dataclass(frozen=True)
class _Listing:
    """The pictures of a folder by stem, both in lower case; empty where several names have the stem."""

    folder: str
    changed_ns: int
    settled: bool
    read_at: float
    took_s: float
    stems: Mapping[str, str]

    def serves(self, folder: str, changed_ns: int) -> bool:
        """Whether it need not be read again."""
        if self.folder != folder:
            return False
        if self.settled and self.changed_ns == changed_ns:
            return True
        return len(self.stems) > _FEW and time.monotonic() < self.read_at + _SHARE * self.took_s


_latest: list[_Listing] = []
_one_at_a_time = threading.Lock()


def _stems(folder: Path) -> Mapping[str, str]:
    where = os.fspath(folder)
    with _one_at_a_time:
        changed_ns = os.stat(where).st_mtime_ns  # noqa: PTH116 - text
        if not _latest or not _latest[0].serves(where, changed_ns):
            begun, settled = time.monotonic(), time.time_ns() - changed_ns > _SETTLED_NS
            stems = _listed(where)
            now = time.monotonic()
            _latest[:] = [_Listing(where, changed_ns, settled, now, now - begun, stems)]
        return _latest[0].stems


def _listed(folder: str) -> dict[str, str]:
    stems: dict[str, str] = {}
    suffixes = ASSET_SUFFIXES | _RAW_SUFFIXES
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name.casefold()
            stem, suffix = os.path.splitext(name)  # noqa: PTH122 - asked for every file of the folder
            if suffix in suffixes and stems.setdefault(stem, name) != name:
                stems[stem] = ""
    return stems


def read(path: Path) -> Record:
    """Return what a sidecar says.

    Raises:
        DamagedError: it is no XMP.
        UnreadableError: it cannot be opened.

    """
    return xmp.parse(_bytes(path)).record


def _bytes(path: Path) -> bytes:
    with OpenFile(path) as source:
        if source.size > LARGEST_BLOCK:
            raise DamagedError("the sidecar is larger than any XMP", where=str(path))
        return source.at(0, source.size)
