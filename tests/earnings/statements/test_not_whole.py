"""A statement that may hold a part of a day adds or asks: it takes nothing out that it does not cover."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import Catalogue, open_catalogue
from stockctl.earnings.booking.importing import import_statement
from stockctl.earnings.statements.mapping import read_mapping
from tests.earnings.answers.test_levels_by_hand import alamy
from tests.earnings.ledger.test_counted_once import rolled_up
from tests.earnings.samples import getty, plain, sale, shutterstock, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DAY = "2026-01-05"
FULL = [sale(DAY, asset=str(number), file=f"{number}.jpg") for number in range(10)]


def amounts(catalogue: Catalogue) -> list[int]:
    days, raw, assets, raw_assets = rolled_up(catalogue)
    assert days == raw
    assert assets == raw_assets
    return sorted(row[0] for row in catalogue.rows("SELECT amount FROM sales"))


def made(path: Path, moment: str) -> Path:
    stamp = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()) * 10**9
    os.utime(path, ns=(stamp, stamp))
    return path


def whats(notes: Sequence[object]) -> list[str]:
    return [note.what for note in notes]  # type: ignore[attr-defined]


@pytest.mark.parametrize("replace_days", [False, True])
def test_a_few_rows_of_a_known_day_add_and_take_nothing_out(tmp_path: Path, *, replace_days: bool) -> None:
    few = [FULL[3], sale(DAY, "0.38", asset="77", file="77.jpg")]
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, plain(tmp_path / "full.csv", FULL))
        found = import_statement(catalogue, plain(tmp_path / "few.csv", few), replace_days=replace_days)
        assert (found.new, found.known) == (1, 1)
        assert amounts(catalogue) == [100_000] * 10 + [380_000]
        [note] = found.notes
        assert note.what == "beside"
        assert "9 sales on 2026-01-05 were kept" in note.message
        assert "--replace-days" not in note.message


def test_the_files_that_it_names_are_corrected_when_asked(tmp_path: Path) -> None:
    few = plain(tmp_path / "few.csv", [sale(DAY, "0.25", asset="3", file="3.jpg")])
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, plain(tmp_path / "full.csv", FULL))
        asked = import_statement(catalogue, few)
        assert whats(asked.notes) == ["missing", "beside"]
        assert "--replace-days takes them out" in asked.notes[0].message
        assert len(amounts(catalogue)) == 11
        import_statement(catalogue, few, replace_days=True)
        assert amounts(catalogue) == [100_000] * 9 + [250_000]
        # The next import of the same says that all is known.
        assert import_statement(catalogue, few, replace_days=True).notes[0].what == "beside"


def test_rows_that_name_no_file_cover_none(tmp_path: Path) -> None:
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, plain(tmp_path / "full.csv", [sale(DAY, asset="", file="")] * 3))
        few = plain(tmp_path / "few.csv", [sale(DAY, "0.30", asset="", file="")])
        import_statement(catalogue, few, replace_days=True)
        assert amounts(catalogue) == [100_000] * 3 + [300_000]


def test_a_sale_of_which_less_is_said_is_known(tmp_path: Path) -> None:
    few = [sale(DAY, asset="3", file=""), sale(DAY, asset="", file="4.jpg")]
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, plain(tmp_path / "full.csv", FULL))
        assert import_statement(catalogue, plain(tmp_path / "few.csv", few)).new == 0
        assert len(amounts(catalogue)) == 10


def test_more_and_less_said_in_one_statement_lose_nothing(tmp_path: Path) -> None:
    named, bare = sale(DAY, asset="3", file="3.jpg"), sale(DAY, asset="3", file="")
    for number, (first, second, count) in enumerate(
        (([bare, named], [named, named], 2), ([named, bare], [bare, bare], 2), ([bare], [named, bare], 2))
    ):
        with open_catalogue(tmp_path / f"{number}.db") as catalogue:
            import_statement(catalogue, plain(tmp_path / "one.csv", first))
            import_statement(catalogue, plain(tmp_path / "two.csv", second))
            assert len(amounts(catalogue)) == count


def test_it_takes_no_place_of_a_fuller_statement_of_another_kind(tmp_path: Path) -> None:
    month = shutterstock(tmp_path / "m.csv", [("01/05/2026", 3, 0.6, 0.6)], (3, 0.6, 0.6))
    few = plain(tmp_path / "few.csv", [sale(DAY)])
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, month)
        for replace_days in (False, True):
            found = import_statement(catalogue, few, replace_days=replace_days)
            assert (found.new, found.skipped) == (0, 1)
            assert "--other" in found.notes[0].message
            assert "--replace-days" not in found.notes[0].message
            assert sum(amounts(catalogue)) == 600_000


def test_it_takes_the_place_of_what_it_holds_all_of(tmp_path: Path) -> None:
    """Alamy's report (a guess) over rows written by hand, which name files where it has numbers."""
    mine = plain(tmp_path / "mine.csv", [sale("2026-07-13", "52.00", agency="alamy", asset="", file="rice.jpg")])
    report = alamy(tmp_path / "a.csv", [("13/07/2026", "130")])
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, mine)
        [left] = [note for note in import_statement(catalogue, report).notes if note.what == "told-elsewhere"]
        assert "--replace-days takes this one instead" in left.message
        import_statement(catalogue, report, replace_days=True)
        assert amounts(catalogue) == [52_000_000]
        assert catalogue.rows("SELECT price FROM sales")[0][0] == 130_000_000
        # Rows that name nothing take no place of such that do, however much they say.
        bare = plain(tmp_path / "bare.csv", [sale("2026-07-13", "99.00", agency="alamy", asset="", file="")])
        import_statement(catalogue, bare, replace_days=True)
        assert amounts(catalogue) == [52_000_000]


def test_an_agency_s_own_export_takes_out_what_it_no_longer_has(tmp_path: Path) -> None:
    sales = [("Mar-2026", "02-Mar-2026", asset, "2.40", "0.36") for asset in ("1", "2", "3")]
    full = getty(tmp_path / "full.txt", sales)
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, full)
        [note] = import_statement(catalogue, getty(tmp_path / "new.txt", sales[:1])).notes
        assert "2 sales of iStock / Getty Images on 2026-03-02" in note.message
        import_statement(catalogue, tmp_path / "new.txt", replace_days=True)
        assert amounts(catalogue) == [360_000]


def test_an_export_of_a_day_that_is_not_over_takes_nothing_out(tmp_path: Path) -> None:
    sales = [("Mar-2026", "02-Mar-2026", asset, "2.40", "0.36") for asset in ("1", "2", "3")]
    early = made(getty(tmp_path / "early.txt", sales[:1]), "2026-03-02T15:00")
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, getty(tmp_path / "full.txt", sales))
        [note] = import_statement(catalogue, early, replace_days=True).notes
        assert "2 sales of iStock / Getty Images on 2026-03-02 are not in this statement: they are kept" in note.message
        assert len(amounts(catalogue)) == 3


def test_an_export_with_broken_rows_takes_nothing_out(tmp_path: Path) -> None:
    sales = [("Mar-2026", "02-Mar-2026", asset, "2.40", royalty) for asset, royalty in (("1", "0.36"), ("2", "0.36"))]
    broken = getty(tmp_path / "broken.txt", [sales[0], (*sales[1][:4], "0.3x6")])
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, getty(tmp_path / "full.txt", sales))
        found = import_statement(catalogue, broken, replace_days=True)
        assert len(found.problems) == 1
        assert amounts(catalogue) == [360_000] * 2


def test_a_layout_that_is_a_guess_takes_nothing_out(tmp_path: Path) -> None:
    full = alamy(tmp_path / "full.csv", [("13/07/2026", "130"), ("13/07/2026", "20")])
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, full)
        text = full.read_text("utf-8").splitlines()
        few = tmp_path / "few.csv"
        few.write_text("\n".join([text[0], text[1].replace(text[1].split(",")[2], "OTHER1")]) + "\n", "utf-8")
        import_statement(catalogue, few, replace_days=True)
        assert len(amounts(catalogue)) == 3


MAP = """
agency = "pond5"
rows_are = "days"
[columns]
date = "Day"
downloads = "Downloads"
amount = "Amount"
asset = "File"
"""


def mapped(tmp_path: Path, name: str, rows: Sequence[Sequence[object]]) -> Path:
    path = tmp_path / name
    path.write_text(table([("Day", "File", "Downloads", "Amount"), *rows]), encoding="utf-8")
    return path


def sums(catalogue: Catalogue) -> dict[str, tuple[int, int]]:
    amounts(catalogue)
    return {row[0]: (row[1], row[2]) for row in catalogue.rows("SELECT asset, downloads, amount_micro FROM sale_rows")}


def test_a_map_s_sums_lower_nothing_unasked(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MAP, encoding="utf-8")
    read = read_mapping(tmp_path / "m.toml")
    full = mapped(tmp_path, "full.csv", [(DAY, "a", 5, "5.00"), (DAY, "b", 3, "3.00")])
    part = mapped(tmp_path, "part.csv", [(DAY, "a", 4, "4.00"), (DAY, "c", 1, "1.00"), ("2026-01-06", "a", 1, "1.00")])
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, full, mapping=read)
        found = import_statement(catalogue, part, mapping=read)
        assert sums(catalogue)["b"] == (3, 3_000_000)
        kept = catalogue.rows("SELECT asset, downloads FROM sale_rows WHERE day = ? ORDER BY asset", [DAY])
        assert [tuple(row) for row in kept] == [("a", 5), ("b", 3), ("c", 1)]
        [restated] = [note for note in found.notes if note.what == "restated"]
        assert "may not be whole" in restated.message
        assert "--replace-days" in restated.message
        import_statement(catalogue, part, mapping=read, replace_days=True)
        kept = catalogue.rows("SELECT asset, downloads FROM sale_rows WHERE day = ? ORDER BY asset", [DAY])
        assert [tuple(row) for row in kept] == [("a", 4), ("b", 3), ("c", 1)]
        amounts(catalogue)


def test_a_map_may_say_that_its_files_are_whole(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(f"complete = true\n{MAP}", encoding="utf-8")
    read = read_mapping(tmp_path / "m.toml")
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(
            catalogue, mapped(tmp_path, "1.csv", [(DAY, "a", 5, "5.00"), (DAY, "b", 3, "3.00")]), mapping=read
        )
        import_statement(catalogue, mapped(tmp_path, "2.csv", [(DAY, "a", 4, "4.00")]), mapping=read)
        assert sums(catalogue) == {"a": (4, 4_000_000)}


def test_a_month_s_days_to_come_say_nothing(tmp_path: Path) -> None:
    rows = [("08/10/2026", 1, 0.1, 0.1), ("08/11/2026", "", ""), ("08/20/2026", "", "")]
    early = made(shutterstock(tmp_path / "early.csv", rows, (1, 0.1, 0.1)), "2026-08-11T10:00")
    late = made(
        shutterstock(tmp_path / "late.csv", [*rows[:1], ("08/12/2026", 2, 0.2, 0.2)], (3, 0.3, 0.3)), "2026-08-13T10:00"
    )
    for number, files in enumerate(((early, late), (late, early))):
        with open_catalogue(tmp_path / f"{number}.db") as catalogue:
            for file in files:
                import_statement(catalogue, file)
            assert sum(amounts(catalogue)) == 300_000
            assert catalogue.rows("SELECT max(last_day) FROM statements")[0][0] == "2026-08-12"


@pytest.mark.parametrize("days_first", [True, False])
def test_a_month_s_sum_and_its_days_under_one_map_are_counted_once(tmp_path: Path, *, days_first: bool) -> None:
    head = 'name = "mine"\nagency = "pond5"\ncomplete = true\n'
    columns = '[columns]\ndate = "Day"\ndownloads = "Downloads"\namount = "Amount"\n'
    (tmp_path / "days.toml").write_text(f'{head}rows_are = "days"\n{columns}', encoding="utf-8")
    (tmp_path / "months.toml").write_text(
        f'{head}rows_are = "months"\ndate_form = "month"\n{columns}', encoding="utf-8"
    )
    days = [("2026-01-01", "", 1, "1.00"), ("2026-01-31", "", 2, "2.00")]
    files = [
        (mapped(tmp_path, "d.csv", days), read_mapping(tmp_path / "days.toml")),
        (mapped(tmp_path, "m.csv", [("2026-01", "", 3, "3.00")]), read_mapping(tmp_path / "months.toml")),
    ]
    with open_catalogue(tmp_path / "c.db") as catalogue:
        for file, read in files if days_first else reversed(files):
            found = import_statement(catalogue, file, mapping=read)
        assert sum(amounts(catalogue)) == 3_000_000
        assert whats(found.notes)[0] in {"told-elsewhere", "empty"}
        assert "told-elsewhere" in whats(found.notes)
        # The month covers its days, and takes their place when asked; a day never takes that of its month.
        import_statement(catalogue, files[0][0], mapping=files[0][1], replace_days=True)
        import_statement(catalogue, files[1][0], mapping=files[1][1], replace_days=True)
        assert amounts(catalogue) == [3_000_000]
        import_statement(catalogue, files[0][0], mapping=files[0][1], replace_days=True)
        assert amounts(catalogue) == [3_000_000]
