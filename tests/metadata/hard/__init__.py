"""Files that broke other writers: every row of the hard-case table, generated."""

from tests.metadata.hard import jpeg, others
from tests.metadata.hard.parts import CASES

__all__ = ["CASES", "jpeg", "others"]
