"""The steps by which the tables grew: declared by each family, applied by sqlite-utils."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlite_utils import Database
    from sqlite_utils import Migrations as Applied

    Step = Callable[[Database], None]

# Where sqlite-utils writes down what was applied.
TABLE = "_sqlite_migrations"


class Migrations:
    """The steps of one table family, in their order.

    Most commands find nothing to apply. They ask with one query, and are spared
    loading sqlite-utils, which takes longer than all else that opens a catalogue.
    """

    def __init__(self, family: str) -> None:
        self.family = family
        self.steps: dict[str, Step] = {}

    def __call__(self, step: Step) -> Step:
        """Declare a step, known by its function's name from then on."""
        self.steps[step.__name__] = step
        return step

    def applied_by(self) -> Applied:
        """Return the same steps as sqlite-utils takes them."""
        from sqlite_utils import Migrations as Applied

        applied = Applied(self.family)
        for name, step in self.steps.items():
            applied(name=name)(step)
        return applied


def pending(connection: sqlite3.Connection, families: Sequence[Migrations]) -> bool:
    """Whether any family has a step that the catalogue has not taken."""
    declared = {(family.family, name) for family in families for name in family.steps}
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [TABLE]).fetchone():
        return True
    taken = connection.execute(f"SELECT migration_set, name FROM {TABLE}")  # noqa: S608 - our own constant
    return not declared <= {tuple(row) for row in taken}


def apply(
    connection: sqlite3.Connection, families: Sequence[Migrations], tell: Callable[[str], None] = lambda _: None
) -> None:
    """Take the steps that are left, each family's in its order; `tell` hears of each family that has some."""
    from sqlite_utils import Database

    # Plugins of the sqlite-utils command are a person's own; they have no place in our transactions.
    db = Database(connection, execute_plugins=False)
    for number, family in enumerate(families, 1):
        if pending(connection, [family]):
            tell(f"tables of {family.family} ({number} of {len(families)})")
        family.applied_by().apply(db)


# A person who waits is told what for after the first of these seconds, and then as often as the second says.
_FIRST_S, _EVERY_S = 1.0, 5.0
# SQLite asks after so many of its machine's steps, some milliseconds of them.
_STEPS = 100_000


@dataclass
class Waiting:
    """What a person waits for, told by and by: nothing is where it is over within a second."""

    tell: Callable[[str], None]
    what: str = ""
    begun: float = field(default_factory=time.monotonic)
    _next: float = field(init=False)
    _told: bool = False

    def __post_init__(self) -> None:
        """Be silent for the first second."""
        self._next = self.begun + _FIRST_S

    def at(self, what: str) -> None:
        """Take in what is under way now."""
        self.what = what
        self.look()

    def look(self) -> int:
        """Tell, where it is time to; return 0, for SQLite to go on."""
        now = time.monotonic()
        if self.what and now >= self._next:
            self._next, self._told = now + _EVERY_S, True
            self.tell(f"{self.what} ({now - self.begun:.0f} s)")
        return 0

    def end(self, text: str) -> None:
        """Tell that it is over, where anything was told."""
        if self._told:
            self.tell(text)


@contextlib.contextmanager
def told(connection: sqlite3.Connection, tell: Callable[[str], None]) -> Iterator[Waiting]:
    """Let what the connection does within the block be told while it runs; it hears Ctrl-C, too."""
    waiting = Waiting(tell)
    connection.set_progress_handler(waiting.look, _STEPS)
    try:
        yield waiting
    except sqlite3.OperationalError as error:
        # Ctrl-C, heard while SQLite asked.
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise KeyboardInterrupt from error
        raise
    finally:
        connection.set_progress_handler(None, 0)
