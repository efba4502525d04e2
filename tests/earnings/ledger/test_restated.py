"""What a later statement says of days that an earlier one told: which counts, what is kept, what is told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import Catalogue, open_catalogue
from stockctl.earnings.booking.importing import import_statement
from stockctl.errors import StatementError
from tests.earnings.ledger.by_hand import check_months
from tests.earnings.samples import GETTY_HEADER, shutterstock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.conftest import Run


def month(path: Path, days: Sequence[tuple[int, int, str]], made: int) -> Path:
    rows = [(f"08/{day:02}/2026", count or "", amount, amount) for day, count, amount in days]
    shutterstock(path, rows)
    os.utime(path, ns=(made, made))
    return path


def counted(catalogue: Catalogue) -> tuple[int, int]:
    sums = catalogue.rows("SELECT sum(downloads), sum(amount) FROM day_totals")[0]
    raw = catalogue.rows("SELECT sum(downloads), sum(amount) FROM sales")[0]
    assert tuple(sums) == tuple(raw)
    check_months(catalogue)
    return sums[0] or 0, sums[1] or 0


BEFORE = [(10, 6, "0.5"), (11, 4, "0.4")]
TAKEN_BACK = [(10, 6, "0.5"), (11, 3, "0.3")]


@pytest.mark.parametrize("later_first", [False, True])
def test_a_clawback_counts_whichever_statement_came_first(tmp_path: Path, *, later_first: bool) -> None:
    old, new = month(tmp_path / "old.csv", BEFORE, 1), month(tmp_path / "new.csv", TAKEN_BACK, 2)
    with open_catalogue(tmp_path / "c.db") as catalogue:
        notes = [import_statement(catalogue, file).notes for file in ((new, old) if later_first else (old, new))][1]
        assert counted(catalogue) == (9, 800_000)
        [note] = [note for note in notes if note.what == "restated"]
        # Both figures are shown.
        assert "4 downloads and 0.40" in note.message
        assert "3 downloads and 0.30" in note.message


def test_a_day_taken_back_whole_counts_nothing(tmp_path: Path) -> None:
    old = month(tmp_path / "old.csv", BEFORE, 1)
    new = month(tmp_path / "new.csv", [(10, 6, "0.5"), (11, 0, "")], 2)
    for number, files in enumerate(((old, new), (new, old))):
        with open_catalogue(tmp_path / f"{number}.db") as catalogue:
            for file in files:
                import_statement(catalogue, file)
            assert counted(catalogue) == (6, 500_000)


def test_the_statement_that_ends_later_counts_whenever_it_was_made(tmp_path: Path) -> None:
    short = month(tmp_path / "short.csv", BEFORE, 9)
    long = month(tmp_path / "long.csv", [*TAKEN_BACK, (12, 1, "0.1")], 1)
    for number, files in enumerate(((short, long), (long, short))):
        with open_catalogue(tmp_path / f"{number}.db") as catalogue:
            for file in files:
                import_statement(catalogue, file)
            assert counted(catalogue) == (10, 900_000)


def test_the_audit_lists_both_figures(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    stockctl("earnings", month(tmp_path / "old.csv", BEFORE, 1), month(tmp_path / "new.csv", TAKEN_BACK, 2))
    found = stockctl("earnings", "--year", "2026", "--audit", "--json").json["audit"]
    [doubt] = [one for one in found if one["rule"] == "restated"]
    assert "4 downloads and 0.40" in doubt["message"]


HEADER = ("Contract ID", "Contract Name", *GETTY_HEADER)


def contract(path: Path, number: str, royalties: Sequence[str], name: str = "iStock Non-Exclusive") -> Path:
    rows = [
        (
            number,
            name,
            "S",
            "Mar-2026",
            "14-Mar-2026",
            "E",
            "R",
            "Sub",
            "1",
            "1.jpg",
            "T",
            "Photo",
            "X",
            "2",
            "0.15",
            one,
            "",
        )
        for one in royalties
    ]
    path.write_text("\n".join("\t".join(row) for row in [HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_month_s_contracts_are_told_apart(tmp_path: Path) -> None:
    first, second = (
        contract(tmp_path / "1.txt", "7001", ["20.00", "0.36"]),
        contract(tmp_path / "2.txt", "7002", ["0.36"]),
    )
    with open_catalogue(tmp_path / "c.db") as catalogue:
        for file in (first, second):
            found = import_statement(catalogue, file)
            assert (found.known, [note.what for note in found.notes]) == (0, [])
        assert counted(catalogue) == (3, 20_720_000)
        again = import_statement(catalogue, second, replace_days=True)
        assert (again.new, again.known) == (0, 1)
        assert counted(catalogue) == (3, 20_720_000)
        # A statement of both contracts says what both said.
        both = tmp_path / "both.txt"
        both.write_text(first.read_text() + second.read_text().partition("\n")[2], encoding="utf-8")
        assert (import_statement(catalogue, both).new, counted(catalogue)) == (0, (3, 20_720_000))


def test_levels_are_left_out_where_every_contract_is_non_exclusive(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    def levels(*files: Path) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = stockctl("earnings", *files, "--year", "2026", "--json").json["levels"]
        return found

    assert levels(contract(tmp_path / "1.txt", "7001", ["0.36"])) == []
    assert len(levels(contract(tmp_path / "2.txt", "7002", ["0.36"], "iStock Exclusive"))) == 1


def test_a_month_written_day_first_is_read_or_refused(tmp_path: Path) -> None:
    def dmy(name: str, last: int) -> Path:
        rows = [(f"{day:02}/08/2026", 1, 0.1, 0.1) for day in range(1, last + 1)]
        return shutterstock(tmp_path / name, rows, (last, last / 10, last / 10))

    with open_catalogue(tmp_path / "c.db") as catalogue:
        # Days after the twelfth tell how the others are meant.
        import_statement(catalogue, dmy("2026_8_earnings_by_month.csv", 20))
        assert {row["day"][:7] for row in catalogue.rows("SELECT day FROM day_totals")} == {"2026-08"}
    with open_catalogue(tmp_path / "d.db") as catalogue:
        with pytest.raises(StatementError, match=r"2026-01, 2026-02.*day/month/year they would lie in 2026-08") as told:
            import_statement(catalogue, dmy("short.csv", 12))
        assert "--dates dmy" in (told.value.hint or "")
        assert catalogue.rows("SELECT * FROM sales") == []


def test_days_outside_the_month_of_the_file_s_name_refuse_it(tmp_path: Path) -> None:
    file = shutterstock(tmp_path / "2026_8_earnings_by_month.csv", [("09/03/2026", 1, 0.1, 0.1)], (1, 0.1, 0.1))
    with open_catalogue(tmp_path / "c.db") as catalogue, pytest.raises(StatementError, match=r"2026-09.*2026-08"):
        import_statement(catalogue, file)


def test_two_readings_of_a_day_are_asked_for(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    head = "Date cleared;Date of invoice;Image reference;Gross amount;Commission;Region\n"
    file.write_text(head + ";05/03/2026;2R1;10,00;-6,00;W\n;06/03/2026;2R1;10,00;-6,00;W\n", encoding="utf-8")
    run = stockctl("earnings", file)
    assert run.code == 2
    assert "2026-03-05" in run.err
    assert "2026-05-03" in run.err
    assert "--dates dmy" in run.err
    rows = stockctl("earnings", file, "--dates", "mdy", "--by", "month", "--year", "2026", "--json").json["rows"]
    assert [row["key"] for row in rows] == ["2026-05", "2026-06"]


def test_a_later_row_tells_which_reading_is_meant(tmp_path: Path) -> None:
    rows = ["2026;x", *(f";0{day % 9 + 1}/03/2026;2R1;10,00;-6,00;W" for day in range(60))]
    head = "Date cleared;Date of invoice;Image reference;Gross amount;Commission;Region"
    file = tmp_path / "a.csv"
    file.write_text("\n".join([head, *rows[1:], ";03/29/2026;2R1;10,00;-6,00;W"]) + "\n", encoding="utf-8")
    with open_catalogue(tmp_path / "c.db") as catalogue:
        assert import_statement(catalogue, file).problems == ()
        assert max(row["day"] for row in catalogue.rows("SELECT day FROM day_totals")) == "2026-09-03"


@pytest.mark.parametrize("asset", ["1.51E+09", "1,5123E+9"])
def test_a_number_that_a_spreadsheet_rounded_is_refused(tmp_path: Path, asset: str) -> None:
    text = "date,agency,asset,file,kind,licence,amount,currency\n"
    (tmp_path / "p.csv").write_text(
        f'{text}2026-01-05,istock_getty,"{asset}",,image,,0.10,USD\n2026-01-05,istock_getty,15,,image,,0.10,USD\n',
        encoding="utf-8",
    )
    with open_catalogue(tmp_path / "c.db") as catalogue:
        [problem] = import_statement(catalogue, tmp_path / "p.csv").problems
    assert (problem.line, problem.column, problem.value) == (2, "asset", asset)


def test_adobe_s_kind_and_file_name_are_found_without_a_heading(tmp_path: Path) -> None:
    row = "2026-05-03T01:13:34+00:00,512345678,Rice terrace,subscription,$0.38"
    (tmp_path / "before.csv").write_text(f"{row}\n", encoding="utf-8")
    (tmp_path / "after.csv").write_text(f"{row},videos,rice.mp4\n", encoding="utf-8")
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, tmp_path / "before.csv")
        # What is known already is not counted twice because more is told of it now.
        assert (found := import_statement(catalogue, tmp_path / "after.csv")).new == 0
        assert found.known == 1
        [sold] = catalogue.rows("SELECT kind, file, amount_micro FROM sale_rows")
        assert tuple(sold) == ("video", "rice.mp4", 380_000)
        assert counted(catalogue) == (1, 380_000)
        assert import_statement(catalogue, tmp_path / "after.csv", replace_days=True).new == 0
