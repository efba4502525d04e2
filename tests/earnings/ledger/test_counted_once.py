"""However statements are cut, ordered, repeated or broken off: every sale is counted, and counted once."""

from __future__ import annotations

import ast
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockctl.catalogue import Catalogue, open_catalogue
from stockctl.catalogue.sold import year_sums
from stockctl.earnings.booking.importing import import_statement
from stockctl.errors import StatementError
from tests.conftest import ROOT
from tests.earnings.ledger.by_hand import check_months
from tests.earnings.samples import getty, plain, sale, shutterstock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.conftest import Run

QUICK = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
DAYS = [(date(2026, 2, 25) + timedelta(days=number)).isoformat() for number in range(8)]
AMOUNTS = ("0.10", "0.10", "0.38", "-0.10", "12.000001")
PLAIN = st.lists(
    st.tuples(st.sampled_from(DAYS), st.sampled_from(AMOUNTS), st.sampled_from(("a.jpg", "b.jpg"))),
    min_size=1,
    max_size=40,
)
# Statement month, day of sale, asset, royalty: a later statement holds refunds of earlier days.
GETTY = st.lists(
    st.tuples(
        st.sampled_from(("Mar-2026", "Apr-2026")),
        st.sampled_from(("02-Mar-2026", "03-Mar-2026", "09-Mar-2026")),
        st.sampled_from(("11", "22")),
        st.sampled_from(AMOUNTS),
    ),
    min_size=1,
    max_size=30,
)


def ledger(catalogue: Catalogue) -> Counter[tuple[Any, ...]]:
    rows = catalogue.rows(
        "SELECT period, day, agency, kind, licence, asset, file, downloads, amount_micro FROM sale_rows"
    )
    return Counter(tuple(row) for row in rows)


def rolled_up(catalogue: Catalogue) -> tuple[list[tuple[Any, ...]], ...]:
    """Return the roll-ups and what they must equal, without groups of nothing."""
    sums = "sum(s.downloads), sum(s.amount), sum(min(s.amount, 0)) FROM sales s"
    sums += " JOIN units u ON u.id = s.unit JOIN facets f ON f.id = s.facet"
    large = "sum(CASE WHEN s.downloads = 1 AND s.amount >= 10000000 THEN s.amount ELSE 0 END)"
    shown = "(SELECT min(o.id) FROM sold o WHERE o.name = (SELECT name FROM sold d WHERE d.id = s.sold))"
    kept = "sum(downloads), sum(amount), sum(refunds) FROM"
    queries = (
        f"SELECT day, facet, sum(large), {kept} day_totals GROUP BY 1, 2",
        f"SELECT u.day, s.facet, {large}, {sums} GROUP BY 1, 2",
        f"SELECT year, currency, sold, shown, {kept} asset_totals GROUP BY 1, 2, 3, 4",
        f"SELECT CAST(substr(u.day, 1, 4) AS INTEGER), f.currency, s.sold, {shown}, {sums} GROUP BY 1, 2, 3",
    )
    return tuple(sorted(tuple(row) for row in catalogue.rows(query) if any(tuple(row)[-3:])) for query in queries)


def check_once(expected: Catalogue, found: Catalogue) -> None:
    assert ledger(found) == ledger(expected)
    days, raw_days, assets, raw_assets = rolled_up(found)
    assert days == raw_days
    assert assets == raw_assets
    check_years(found)
    check_months(found)


def check_years(catalogue: Catalogue) -> None:
    """Compare what is kept of each year in one piece with the roll-up."""
    for year, currency in catalogue.rows("SELECT year, currency FROM year_sums"):
        rows = catalogue.rows(
            "SELECT shown, sum(downloads), sum(amount) FROM asset_totals WHERE year = ? AND currency = ? GROUP BY 1",
            (year, currency),
        )
        assert year_sums.of_year(catalogue, year, currency).tolist() == [tuple(row) for row in rows]


def overlapping(rows: Sequence[Any], days: Sequence[str], data: st.DataObject, day: int) -> list[list[Any]]:
    """Cut rows into files that each hold whole days, that overlap, and that hold all days together."""
    cuts = data.draw(st.lists(st.sets(st.sampled_from(sorted(set(days)))), min_size=1, max_size=4))
    files = [[row for row in rows if row[day] in cut] for cut in cuts]
    left = set(days) - set().union(*cuts)
    files.append([row for row in rows if row[day] in left])
    files += data.draw(st.lists(st.sampled_from(files), max_size=2))
    return [data.draw(st.permutations(file)) for file in data.draw(st.permutations(files))]


@QUICK
@given(rows=PLAIN, data=st.data())
def test_any_cut_in_any_order_gives_the_same_ledger(rows: list[tuple[str, str, str]], data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        base = Path(folder)
        with open_catalogue(base / "whole.db") as whole, open_catalogue(base / "cut.db") as cut:
            lines = [sale(day, amount, file=file) for day, amount, file in rows]
            first = import_statement(whole, plain(base / "whole.csv", lines))
            assert first.new == len(rows)
            for number, part in enumerate(overlapping(lines, [row[0] for row in rows], data, 0)):
                one = import_statement(cut, plain(base / f"{number}.csv", part))
                assert one.rows == one.new + one.known + one.skipped == len(part)
            check_once(whole, cut)


@QUICK
@given(rows=GETTY, data=st.data())
def test_getty_s_late_rows_are_new_in_their_own_month(
    rows: list[tuple[str, str, str, str]], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        base = Path(folder)
        with open_catalogue(base / "whole.db") as whole, open_catalogue(base / "cut.db") as cut:
            lines = [(month, day, asset, "2.40", amount) for month, day, asset, amount in rows]
            import_statement(whole, getty(base / "whole.txt", lines))
            for month in data.draw(st.permutations(("Mar-2026", "Apr-2026"))):
                mine = [line for line in lines if line[0] == month]
                for number, part in enumerate(overlapping(mine, [line[1] for line in mine] or ["none"], data, 1)):
                    import_statement(cut, getty(base / f"{month}-{number}.txt", part))
            check_once(whole, cut)


@QUICK
@given(rows=PLAIN, data=st.data())
def test_an_export_cut_within_a_day_is_healed_by_the_next(
    rows: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        base = Path(folder)
        with open_catalogue(base / "whole.db") as whole, open_catalogue(base / "cut.db") as cut:
            lines = [sale(day, amount, file=file) for day, amount, file in rows]
            import_statement(whole, plain(base / "whole.csv", lines))
            import_statement(cut, plain(base / "early.csv", lines[: data.draw(st.integers(0, len(lines)))]))
            import_statement(cut, plain(base / "late.csv", lines))
            check_once(whole, cut)


def test_a_catalogue_of_before_gets_the_same_totals(tmp_path: Path) -> None:
    lines = [sale(day, amount, file=file) for day in DAYS for amount in AMOUNTS for file in ("a.jpg", "", "b.jpg")]
    lines += [sale(day, "25.00", agency="pond5", file="a.jpg", asset="7") for day in DAYS]
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, plain(tmp_path / "m.csv", lines))
        expected = rolled_up(catalogue)
        assert expected[0] == expected[1]
        assert expected[2] == expected[3]
        # As it was before files were grouped by number.
        for statement in (
            "DROP INDEX idx_sold_name",
            "ALTER TABLE sold DROP COLUMN shown",
            "DROP TABLE worked_out",
            "DELETE FROM _sqlite_migrations WHERE name = 'm003_files_by_number'",
        ):
            catalogue.connection.execute(statement)
    with open_catalogue(tmp_path / "c.db") as catalogue:
        assert rolled_up(catalogue) == expected


def test_a_day_s_sum_is_restated_by_the_fuller_statement_in_either_order(tmp_path: Path) -> None:
    early = shutterstock(tmp_path / "early.csv", [("03/14/2026", 1, 0.1, 0.1)], (1, 0.1, 0.1))
    late = shutterstock(tmp_path / "late.csv", [("03/14/2026", 3, 0.5, 0.5)], (3, 0.5, 0.5))
    for number, files in enumerate(((early, late), (late, early))):
        with open_catalogue(tmp_path / f"{number}.db") as catalogue:
            notes = [import_statement(catalogue, file).notes for file in files]
            assert [note.what for note in notes[1]] == ["restated"]
            assert sum(row[-2] for row in ledger(catalogue).elements()) == 3


def test_a_sale_that_a_newer_statement_no_longer_has_is_kept_and_told(tmp_path: Path) -> None:
    before = plain(tmp_path / "before.csv", [sale("2026-01-05"), sale("2026-01-05", "0.38")])
    after = plain(tmp_path / "after.csv", [sale("2026-01-05", "0.38")])
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, before)
        [note] = import_statement(catalogue, after).notes
        assert note.what == "missing"
        assert ledger(catalogue).total() == 2
        import_statement(catalogue, after, replace_days=True)
        assert ledger(catalogue).total() == 1
        assert rolled_up(catalogue)[0] == rolled_up(catalogue)[1]


def test_two_kinds_of_statement_do_not_count_a_day_twice(tmp_path: Path) -> None:
    month = shutterstock(tmp_path / "m.csv", [("03/14/2026", 2, 0.2, 0.2)], (2, 0.2, 0.2))
    mine = plain(tmp_path / "mine.csv", [sale("2026-03-14"), sale("2026-03-14"), sale("2026-03-15")])
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, month)
        second = import_statement(catalogue, mine)
        assert (second.new, second.skipped) == (1, 2)
        assert [note.what for note in second.notes] == ["told-elsewhere"]
        import_statement(catalogue, mine, replace_days=True)
        assert sum(row[-2] for row in ledger(catalogue).elements()) == 3
        assert rolled_up(catalogue)[0] == rolled_up(catalogue)[1]


def test_a_statement_in_no_order_is_sorted_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [sale(day, amount) for day in DAYS for amount in AMOUNTS for _ in range(40)]
    shuffled = random.Random(7).sample(rows, len(rows))  # noqa: S311 - an order, no secret
    monkeypatch.setattr("stockctl.earnings.booking.ledger._TOGETHER", 64)
    monkeypatch.setattr("stockctl.earnings.reading.source._TEXT", 512)
    with open_catalogue(tmp_path / "sorted.db") as whole, open_catalogue(tmp_path / "shuffled.db") as other:
        import_statement(whole, plain(tmp_path / "sorted.csv", rows))
        one = import_statement(other, plain(tmp_path / "shuffled.csv", shuffled))
        assert one.new == len(rows)
        check_once(whole, other)


def test_an_import_that_fails_leaves_the_catalogue_as_it_was(tmp_path: Path) -> None:
    good = plain(tmp_path / "good.csv", [sale("2026-01-05")])
    bad = tmp_path / "bad.csv"
    bad.write_text(good.read_text("utf-8") + '2026-01-06,shutterstock,"1\n' + "x" * 300_000, encoding="utf-8")
    with open_catalogue(tmp_path / "c.db") as catalogue:
        with pytest.raises(StatementError, match="broken"):
            import_statement(catalogue, bad)
        assert not catalogue.rows("SELECT * FROM statements")
        assert not ledger(catalogue)
        assert import_statement(catalogue, good).new == 1


def test_a_killed_import_is_as_if_it_had_not_been(program: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    rows = [sale((date(2020, 1, 1) + timedelta(days=number // 100)).isoformat()) for number in range(120_000)]
    file = plain(tmp_path / "large.csv", rows)
    for delay in (0.4, 0.7, 1.0):
        with subprocess.Popen(
            [sys.executable, "-m", "stockctl", "earnings", str(file), "--json"],
            cwd=ROOT,
            env=dict(os.environ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as running:
            time.sleep(delay)
            running.send_signal(signal.SIGKILL)
    run = program("earnings", file, "--year", "2020", "--json")
    assert run.code == 0
    assert run.json["totals"][0]["downloads"] == 36_600
    with open_catalogue(home / "catalogue.db") as catalogue:
        assert ledger(catalogue).total() == len(rows)
        assert rolled_up(catalogue)[0] == rolled_up(catalogue)[1]


def test_no_float_stands_in_the_money_path() -> None:
    package = ROOT / "stockctl"
    # A workbook keeps its numbers in binary, of which `reading` makes texts; likeness of names is no money.
    apart = ("reading", "asked.py", "recognise.py")
    earnings = [path for path in (package / "earnings").rglob("*.py") if not {path.name, path.parent.name} & {*apart}]
    assert len(earnings) > 40
    for path in [*(package / "catalogue").glob("sales*.py"), *earnings]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
            assert "float" not in name, f"{path.name}:{getattr(node, 'lineno', 0)}"
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), f"{path.name}:{node.lineno}"
            # True division of whole numbers makes a float; Decimal's does not, and says so.
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                text = ast.unparse(node)
                known = (
                    "Decimal",
                    "mean",
                    "folder",
                    "_TEMPLATES",
                    "parent",
                    "rates[",
                    "earned",
                    "shares",
                    "sum(",
                    "ln()",
                )
                assert any(word in text for word in known), f"{path.name}:{node.lineno}: {text}"


def test_no_amount_in_the_catalogue_is_a_float(stockctl: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    stockctl(
        "earnings", plain(tmp_path / "m.csv", [sale("2026-01-05", "0.333333")]), "--other", "x:1.5 USD 2026-01-05 y"
    )
    with open_catalogue(home / "catalogue.db") as catalogue:
        for name, columns in (
            ("sales", ("amount", "price", "rate")),
            ("day_totals", ("amount", "refunds")),
            ("asset_totals", ("amount", "refunds")),
        ):
            for column in columns:
                kinds = {row[0] for row in catalogue.rows(f"SELECT DISTINCT typeof({column}) FROM {name}")}  # noqa: S608
                assert kinds <= {"integer", "null"}


def test_connect_royalties_stand_beside_the_sales_of_that_day(tmp_path: Path) -> None:
    connect = tmp_path / "connect.txt"
    connect.write_text("Invoice Date\tAsset Number\tGross Royalty in USD\n01-Mar-2026\t1\t0.00123\n", encoding="utf-8")
    sales = [("Mar-2026", "01-Mar-2026", "1", "2.40", "0.36")]
    with open_catalogue(tmp_path / "c.db") as catalogue:
        for file in (connect, getty(tmp_path / "g.txt", sales)):
            assert import_statement(catalogue, file).new == 1
