"""How much is measured: the short form, which is done in ten minutes, and the whole one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """The sizes of one form of the benchmark."""

    name: str
    rounds: int
    pictures: int
    """of 24 megapixels"""
    scenes: int
    copies: int
    """JPEGs that metadata is written into"""
    uploads: int
    """files of 2 MB"""
    rows: tuple[int, ...]
    """of a statement; the one but largest is taken against the peers where the largest is 10⁷"""
    files: tuple[int, ...]
    """small pictures in one folder"""

    @property
    def compared_rows(self) -> int:
        """The rows of the statement that is imported by peers too."""
        return max(rows for rows in self.rows if rows <= 1_000_000)


QUICK = Form("quick", 3, 4, 8, 40, 16, (10_000, 100_000), (100, 1_000))
WHOLE = Form("whole", 5, 8, 18, 60, 32, (10_000, 100_000, 1_000_000), (100, 1_000, 10_000))
# What only a person with hours to spare asks for.
LARGEST_ROWS, LARGEST_FILES = 10_000_000, 100_000
FORMS = {form.name: form for form in (QUICK, WHOLE)}
