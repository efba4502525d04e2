"""Vectors and their previews: files of one name that are one asset."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# What is drawn, and sold with a JPEG of the same name that shows it.
VECTORS = frozenset({".eps", ".ai", ".svg"})
# A layered file has such a JPEG, too.
_WITH_JPEG = VECTORS | {".psd", ".psb"}
_JPEG = (".jpg", ".jpeg", ".JPG", ".JPEG")


def preview_of(path: Path) -> Path | None:
    """Return the JPEG of the same name beside a vector or a layered file; None where there is none."""
    if path.suffix.lower() not in _WITH_JPEG:
        return None
    return next((beside for suffix in _JPEG if (beside := path.with_suffix(suffix)).is_file()), None)


def has_preview(path: Path) -> bool:
    """Whether files of this kind go together with a JPEG of the same name."""
    return path.suffix.lower() in _WITH_JPEG


def vectors_of(paths: Iterable[Path]) -> dict[Path, Path]:
    """Return the JPEGs among `paths` that show a vector among them, each with its vector; no file is looked at."""
    everything = list(paths)
    drawn = {path.with_suffix(""): path for path in everything if path.suffix.lower() in VECTORS}
    jpegs = (path for path in everything if path.suffix in _JPEG)
    return {path: drawn[stem] for path in jpegs if (stem := path.with_suffix("")) in drawn}
