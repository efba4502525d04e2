"""The files of a run: of few all is held that is known of them, of many a portion at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from stockctl.catalogue.seen import assets as table
from stockctl.check.run import inspect as inspection
from stockctl.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue

# What an inspection found is some kilobytes of each file: of more files than these it stays in the catalogue.
PORTION = 500


def in_portions(files: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """Yield the files in their order, so many at a time."""
    return (files[start : start + PORTION] for start in range(0, len(files), PORTION))


class Batch:
    """The files of which is known what is in them, in the walk's order; those that are gone meanwhile are `gone`."""

    def __init__(self, catalogue: Catalogue, files: Sequence[Path]) -> None:
        self._catalogue = catalogue
        self._files = files
        self._known: set[Path] = set()
        self.many = len(files) > PORTION
        self._rows: dict[Path, table.Seen] | None = None if self.many else {}
        self._gone: dict[Path, None] = {}

    def add(self, path: Path, row: table.Seen) -> None:
        """Take a file up whose row is in the catalogue, or will be before `portions` is asked for."""
        self._known.add(path)
        if self._rows is not None:
            self._rows[path] = row

    def __contains__(self, path: object) -> bool:
        """Whether a file was taken up."""
        return path in self._known

    def portions(self) -> Iterator[list[tuple[Path, table.Seen]]]:
        """Yield the files with their rows, a portion at a time."""
        for part in in_portions(self._files):
            paths = [path for path in part if path in self._known]
            if self._rows is not None:
                yield [(path, self._rows[path]) for path in paths]
                continue
            rows, keys = table.seen(self._catalogue, paths), table.keys_of(paths)
            self._gone |= dict.fromkeys(path for path in paths if keys[path] not in rows)
            yield [(path, rows[keys[path]]) for path in paths if keys[path] in rows]

    def gone(self) -> list[UnreadableError]:
        """Return a problem for each file that another run found elsewhere between two goes through the portions."""
        return [
            UnreadableError("it was moved while it was checked", where=str(path), hint="check it again")
            for path in self._gone
        ]


class Fresh(Mapping["Path", str]):
    """The files to inspect, with what was found in each earlier: where they are many, read when it is asked for."""

    def __init__(self, catalogue: Catalogue, *, many: bool) -> None:
        self._catalogue = catalogue
        self._many = many
        self._before: dict[Path, str | None] = {}

    def add(self, path: Path, row: table.Seen | None) -> None:
        """Take a file up; `row` is what the catalogue has of it."""
        if row is None or not inspection.measured_by_us(row.version):
            self._before[path] = ""
        else:
            self._before[path] = None if self._many else row.text

    def __getitem__(self, path: Path) -> str:
        """Return the JSON text of what was found in a file earlier; empty where nothing was, or in another way."""
        text = self._before[path]
        if text is None:
            return next((row.text for row in table.seen(self._catalogue, [path]).values()), "")
        return text

    def __iter__(self) -> Iterator[Path]:
        """Go through the files."""
        return iter(self._before)

    def __len__(self) -> int:
        """Count the files."""
        return len(self._before)
