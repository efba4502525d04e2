"""What is kept of all pictures' words and sales is what counting anew gives, whatever comes and goes."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import assets, keywords
from stockctl.catalogue.sold import month_sums, pictures, sales, worked_out
from stockctl.catalogue.sums import arrived, months, now, totals, words
from stockctl.earnings.booking.importing import import_statement
from stockctl.words.lemma import key, key_version
from tests.earnings.samples import plain, sale
from tests.plan.test_own_work import by_hand, seen, told_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.catalogue import Catalogue

VOCABULARY = ("Boats", "boat", "lake", "Snow", "colour", "color", "sea side", "ice", "wind", "sun")
STATES = ("queued", "sending", "prepared", "sent", "verified", "accepted", "failed")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few numbers make a block, and a few words are looked at at once."""
    for module in (keywords, pictures, arrived):
        monkeypatch.setattr(module, "_SHIFT", 2)
    monkeypatch.setattr(words, "TRACKED", 3)
    for module in (words, months):
        monkeypatch.setattr(module, "_ENTRIES", 9)
    monkeypatch.setattr(months, "_CELLS", 20)
    monkeypatch.setattr(totals, "_NEWEST", 1)


def look(catalogue: Catalogue, folder: Path, draw: random.Random) -> None:
    """Files are looked at anew, moved and changed under their path; of some pictures there are several."""
    files = [
        seen(
            folder / f"{draw.choice('ab')}{draw.randrange(12)}.jpg",
            f"m{draw.randrange(14)}",
            draw.choice([None, draw.sample(VOCABULARY, 3), draw.sample(VOCABULARY, 5)]),
        )
        for _ in range(draw.randrange(1, 5))
    ]
    for file in files:
        (folder / file.path).touch() if draw.random() < 0.7 else (folder / file.path).unlink(missing_ok=True)
    assets.record(catalogue, files)


def forget_file(catalogue: Catalogue, _folder: Path, draw: random.Random) -> None:
    for (file,) in catalogue.rows("SELECT rowid FROM files ORDER BY random() LIMIT ?", [draw.randrange(3)]):
        catalogue.connection.execute("DELETE FROM files WHERE rowid = ?", [file])


def be_another(catalogue: Catalogue, _folder: Path, draw: random.Random) -> None:
    """A file turns out to be another picture."""
    known = [row[0] for row in catalogue.rows("SELECT media_id FROM assets")]
    if known:
        catalogue.connection.execute(
            "UPDATE files SET media_id = ? WHERE rowid = (SELECT max(rowid) FROM files)", [draw.choice([*known, None])]
        )


def send(catalogue: Catalogue, _folder: Path, draw: random.Random) -> None:
    row = (draw.choice(("alamy", "pond5")), f"m{draw.randrange(18)}", draw.choice((0, 0, 0, 1)))
    connection, state = catalogue.connection, draw.choice(STATES)
    where = "agency = ? AND media_id = ? AND part = ?"
    if draw.random() < 0.2:
        connection.execute(f"DELETE FROM uploads WHERE {where}", row)  # noqa: S608 - fixed texts
    elif connection.execute(f"SELECT 1 FROM uploads WHERE {where}", row).fetchone():  # noqa: S608 - fixed texts
        connection.execute(f"UPDATE uploads SET state = ? WHERE {where}", (state, *row))  # noqa: S608 - fixed texts
    else:
        connection.execute(
            "INSERT INTO uploads (agency, media_id, part, kind, path, size, mtime_ns, inode, folder, remote, state,"
            " delivery, attempts, handed_over, why, owner, changed_at)"
            " VALUES (?, ?, ?, 'photo', '/x', 1, 1, 1, '/', ?, ?, 'ftps', 1, 1, '', '', '')",
            (*row, f"{row[1]} {row[2]}.jpg", state),
        )


def sell(catalogue: Catalogue, folder: Path, draw: random.Random) -> None:
    day = date(2026, 1, 20) + timedelta(days=draw.randrange(80))
    rows = [
        sale(
            str(day + timedelta(days=draw.randrange(30))),
            draw.choice(("0.10", "-0.10", "3.00")),
            agency=draw.choice(("alamy", "pond5")),
            file=f"{draw.randrange(25)}.jpg",
        )
        for _ in range(draw.randrange(1, 30))
    ]
    name = folder / f"{draw.random()}.csv"
    import_statement(catalogue, plain(name, rows), replace_days=draw.random() < 0.3)


def book(catalogue: Catalogue, _folder: Path, draw: random.Random) -> None:
    day = date(2026, 1, 20) + timedelta(days=draw.randrange(80))
    kind, downloads = draw.choice((("image", 1), ("image", 2), ("payout", 0)))
    entry = sales.Entry("alamy", day, 500_000, "EUR", kind=kind, file=f"{draw.randrange(25)}.jpg", downloads=downloads)
    sales.book(catalogue, [entry], source=f"source {draw.randrange(3)}")


def take_out(catalogue: Catalogue, _folder: Path, draw: random.Random) -> None:
    if units := catalogue.rows("SELECT id FROM units"):
        with catalogue.transaction() as connection:
            sales.forget_unit(connection, draw.choice(units)[0])


def link(catalogue: Catalogue, _folder: Path, draw: random.Random) -> None:
    """It is found out which picture a sold file is."""
    for _ in range(draw.randrange(6)):
        media_id = draw.choice((None, *(f"m{draw.randrange(16)}" for _ in range(4))))
        catalogue.connection.execute("UPDATE sold SET media_id = ? WHERE id = ?", (media_id, draw.randrange(1, 40)))


def ask(catalogue: Catalogue, _folder: Path, draw: random.Random) -> None:
    """Others keep what they ask for."""
    if draw.random() < 0.5:
        month_sums.fill(catalogue)
    if draw.random() < 0.5:
        pictures.fill(catalogue)
    if draw.random() < 0.5:
        arrived.fill(catalogue)
    if draw.random() < 0.5:
        with keywords.packed(catalogue, key, key_version()):
            pass
    if draw.random() < 0.1:
        # The rules by which two words are one have changed, and change back.
        now.fill(catalogue, str.upper, "other")


# Those of the sums.
TABLES = (
    *("word_sums", "month_words", "month_added", "sold_totals", "sold_counted", "sold_before", "several_files"),
    *("arrived_files", "arrived_moved", "arrived_lost", "shown_files", "shown_moved", "shoots_shown", "linked_sold"),
)

STEPS: tuple[Callable[[Catalogue, Path, random.Random], None], ...] = (
    *(look, look, look, forget_file, be_another, send, send, send, sell, sell, book, take_out, link, link, ask),
)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_and_goes_the_sums_are_those_of_now(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - invented
    path = tmp_path / "c.db"
    with open_catalogue(path) as catalogue, open_catalogue(path) as other:
        for turn in range(120):
            # Sometimes another command writes.
            by = other if draw.random() < 0.2 else catalogue
            done = []
            for _ in range(draw.choice((1, 1, 2, 8))):
                step = draw.choice(STEPS)
                done.append(step.__name__)
                step(by, tmp_path, draw)
            if draw.random() < 0.3:
                now.fill(catalogue, key, key_version())
            if draw.random() < 0.7:
                assert told_of(catalogue) == by_hand(catalogue), (turn, done)
            linked = catalogue.rows("SELECT count(*) FROM sold WHERE media_id IS NOT NULL")[0][0]
            assert catalogue.rows("SELECT files FROM linked_sold")[0][0] == linked


def test_sums_of_a_moment_that_is_over_are_not_kept(tmp_path: Path) -> None:
    """Another command writes between the reading and the keeping."""
    draw = random.Random(1)  # noqa: S311 - invented
    path = tmp_path / "c.db"
    with open_catalogue(path) as catalogue, open_catalogue(path) as other:
        look(catalogue, tmp_path, draw)
        before = worked_out.version(catalogue)
        with keywords.packed(catalogue, key, key_version()):
            sums = now.of_now(catalogue.connection)
        look(other, tmp_path, draw)
        now.keep_if(catalogue, sums, before)
        assert not now.are_kept(catalogue)
        assert told_of(catalogue) == by_hand(catalogue)
        assert now.are_kept(catalogue)
        # While another command is writing nothing is kept, and all is told.
        look(other, tmp_path, draw)
        with other.transaction():
            now.fill(catalogue, key, key_version())
        assert told_of(catalogue) == by_hand(catalogue)


def test_an_update_sums_up_what_is_there(tmp_path: Path) -> None:
    draw = random.Random(2)  # noqa: S311 - invented
    path = tmp_path / "c.db"
    with open_catalogue(path) as catalogue:
        for step in (look, look, send, send, send, sell, link, link, look, ask):
            step(catalogue, tmp_path, draw)
        now.fill(catalogue, key, key_version())
        expected = by_hand(catalogue)
        connection = catalogue.connection
        # As it was before.
        made = "SELECT name, sql FROM sqlite_master WHERE type = ?"
        triggers = connection.execute(made, ["trigger"]).fetchall()
        for name in [row[0] for row in triggers if any(table in row[1] for table in TABLES)]:
            connection.execute(f"DROP TRIGGER {name}")
        for table in TABLES:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM words_summed")
        connection.execute("DELETE FROM _sqlite_migrations WHERE migration_set = 'sums'")
    with open_catalogue(path) as catalogue:
        assert now.are_kept(catalogue)
        assert told_of(catalogue) == by_hand(catalogue) == expected
