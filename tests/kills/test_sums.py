"""A plan killed as it keeps its sums, and what changes them killed: the sums are those of what stands there."""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.refusals import damage
from tests.kills.test_kills import STATEMENTS, World, killed, some
from tests.kills.test_kills import world as world  # noqa: PLC0414 - the fixture
from tests.plan.test_own_work import by_hand, told_of

if TYPE_CHECKING:
    from tests.kills.test_kills import Moments

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace and seccomp are Linux's")

PLAN = ("plan", "--json")
# A plan anew after each; `{}` is the world's folder.
CHANGING: dict[str, tuple[str, ...]] = {
    "plan": PLAN,
    "keyword": ("keyword", "{}/photos", "--set", "lighthouse, sea"),
    "earnings": ("earnings", str(STATEMENTS[1]), "--year", "2026"),
    "submit": ("submit", "{}/photos", "--agency", "alamy", "--outbox", "{}/box"),
}
MOMENTS = [("pwrite64", 1), ("pwrite64", 3), ("fdatasync", 1)]


def summed(world: World) -> None:
    """Bring a world to where sums are kept of words, sales and uploads, and where some have changed since."""
    run = world.program.run
    assert run("keyword", world.photos, "--set", "lighthouse, fog").code == 0
    assert run("submit", world.photos, "--agency", "pond5", "--outbox", world.root / "box").code == 0
    assert run("earnings", STATEMENTS[0], "--year", "2026").code == 0
    with sqlite3.connect(world.root / "catalogue.db") as connection:
        # Sold files are pictures of this folder.
        media_ids = [row[0] for row in connection.execute("SELECT media_id FROM files WHERE media_id > ''")]
        connection.executemany("UPDATE sold SET media_id = ? WHERE id % 4 = ?", zip(media_ids, range(4), strict=False))
    connection.close()
    assert run(*PLAN).code == 0
    assert run("keyword", world.photos / "a.jpg", "--set", "fog, hill").code == 0


@pytest.mark.parametrize(
    "few", [some(more=MOMENTS), pytest.param(None, marks=pytest.mark.soak)], ids=["few", "all"]
)  # fmt: skip
@pytest.mark.parametrize("name", CHANGING)
def test_sums_are_of_what_stands_there(world: World, few: Moments | None, name: str) -> None:
    summed(world)
    command = tuple(word.replace("{}", str(world.root)) for word in CHANGING[name])
    for after, how in killed(world, command, few):
        path = after.root / "catalogue.db"
        with open_catalogue(path) as catalogue:
            told = told_of(catalogue)
            assert told == by_hand(catalogue), how
        assert after.program.run(*command).code == 0, how
        assert after.program.run(*PLAN).code == 0, how
        with open_catalogue(path) as catalogue:
            assert told_of(catalogue) == by_hand(catalogue), how
        assert damage(path) == "", how
