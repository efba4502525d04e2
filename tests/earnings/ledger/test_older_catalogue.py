"""A catalogue from before months were spans and contracts were told apart: nothing is counted twice in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.sold import sales
from stockctl.earnings.booking.importing import import_statement
from tests.earnings.answers.test_levels_by_hand import alamy
from tests.earnings.ledger.test_restated import contract, counted

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LATER = ("m006_spans_and_contracts", "m007_costs", "m008_linked")


def test_an_older_catalogue_takes_the_new_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = dict(sales.migrations.steps)
    monkeypatch.setattr(sales.migrations, "steps", {name: step for name, step in steps.items() if name not in LATER})
    with open_catalogue(tmp_path / "c.db") as catalogue:
        catalogue.connection.execute(
            "INSERT INTO units (agency, source, period, day, rows) VALUES ('pond5', 'plain', '', '2026-01-05', 0)"
        )
    monkeypatch.setattr(sales.migrations, "steps", steps)
    with open_catalogue(tmp_path / "c.db") as catalogue:
        [row] = catalogue.rows("SELECT contract, first, statement FROM units")
        assert tuple(row) == ("", "", None)
        assert catalogue.rows("SELECT * FROM costs") == catalogue.rows("SELECT * FROM linked") == []


def test_what_stood_there_without_contract_and_price_is_known(tmp_path: Path) -> None:
    getty = contract(tmp_path / "g.txt", "7001", ["20.00", "0.36"])
    report = alamy(tmp_path / "a.csv", [("13/07/2026", "130"), ("24/07/2026", "130")])
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, getty)
        import_statement(catalogue, report)
        before = counted(catalogue)
        # As those imports were kept once; the digests of Alamy's days were those of sales without a price.
        catalogue.connection.execute("UPDATE units SET contract = '', statement = NULL")
        catalogue.connection.execute("UPDATE units SET digest = x'00' WHERE agency = 'alamy'")
        catalogue.connection.execute(
            "UPDATE sales SET price = NULL WHERE unit IN (SELECT id FROM units WHERE agency = 'alamy')"
        )
        catalogue.connection.execute("UPDATE statements SET sha256 = sha256 || 'x', contents = NULL")
        for file in (getty, report):
            found = import_statement(catalogue, file)
            assert (found.new, found.known) == (0, 2)
        assert counted(catalogue) == before
        prices = catalogue.rows("SELECT price_micro FROM sale_rows WHERE agency = 'alamy'")
        assert [row[0] for row in prices] == [130_000_000] * 2
