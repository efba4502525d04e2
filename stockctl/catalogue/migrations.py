"""The steps by which the tables grew: declared by each family, applied by sqlite-utils."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

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
