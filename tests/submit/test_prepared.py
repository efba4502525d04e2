"""What lies in the outbox is prepared, not sent, until the person says that it was uploaded."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.servers.moody import Moody
from tests.submit import batch
from tests.submit.outside import configure, states

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.conftest import Run


def prepare(stockctl: Callable[..., Run], tmp_path: Path, *more: str) -> Run:
    box = tmp_path / "box"
    return stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--outbox", box, "--json", *more)


def standing(stockctl: Callable[..., Run]) -> tuple[int, int, int]:
    """How many are sent and prepared, and what the quota counts."""
    (one,) = stockctl("submit", "--status", "--agency", "shutterstock", "--json").json["status"]
    return one["sent"], one["prepared"], one["quota"]["used"]


def test_what_is_prepared_is_sent_when_the_person_says_so(
    stockctl: Callable[..., Run], check: batch.Check, tmp_path: Path
) -> None:
    batch.files(tmp_path / "in", "a.jpg", "b.jpg", "c.jpg")
    assert set(states(prepare(stockctl, tmp_path)).values()) == {"prepared"}
    assert standing(stockctl) == (0, 3, 3)
    again = prepare(stockctl, tmp_path)
    assert set(states(again).values()) == {"skipped"}
    assert "--mark-sent" in again.json["files"][0]["why"][0]
    one = stockctl("submit", tmp_path / "in/a.jpg", "--agency", "shutterstock", "--mark-sent", "--json")
    assert states(one) == {"a.jpg": "sent"}
    assert standing(stockctl) == (1, 2, 3)
    rest = stockctl("submit", "--agency", "shutterstock", "--mark-sent", "--json")
    assert states(rest) == {"b.jpg": "sent", "c.jpg": "sent"}
    # Uploading what was prepared takes no second place in the quota.
    assert standing(stockctl) == (3, 0, 3)
    assert set(states(prepare(stockctl, tmp_path)).values()) == {"skipped"}
    assert check.calls == 5


def test_a_batch_is_marked_although_its_files_have_gone(
    stockctl: Callable[..., Run], check: batch.Check, tmp_path: Path
) -> None:
    batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    prepare(stockctl, tmp_path)
    (tmp_path / "in/a.jpg").unlink()
    run = stockctl("submit", "--agency", "shutterstock", "--mark-sent", "--json")
    assert states(run) == {"b.jpg": "sent"}
    assert any(note.startswith("1 more") for note in run.json["notes"])
    assert standing(stockctl) == (2, 0, 2)
    assert check.calls == 2


def test_an_outbox_that_was_deleted_is_told_with_the_way_on(
    stockctl: Callable[..., Run], check: batch.Check, tmp_path: Path
) -> None:
    batch.files(tmp_path / "in", "a.jpg")
    prepare(stockctl, tmp_path)
    shutil.rmtree(tmp_path / "box")
    run = prepare(stockctl, tmp_path)
    (why,) = run.json["files"][0]["why"]
    assert "no longer in" in why
    assert "--again" in why
    assert states(prepare(stockctl, tmp_path, "--again")) == {"a.jpg": "prepared"}
    assert len(list((tmp_path / "box").rglob("a.jpg"))) == 1
    assert standing(stockctl) == (0, 1, 1)
    assert check.calls == 3


def test_what_is_prepared_goes_through_the_door_when_there_is_one(
    stockctl: Callable[..., Run], check: batch.Check, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = batch.files(tmp_path / "in", "a.jpg")
    stockctl("submit", tmp_path / "in", "--agency", "pond5", "--outbox", tmp_path / "box")
    with Moody(tmp_path / "drop") as moody:
        configure(home, moody.server, "pond5", monkeypatch)
        run = stockctl("submit", tmp_path / "in", "--agency", "pond5", "--json")
    assert states(run) == {"a.jpg": "sent"}
    assert (moody.folder / "a.jpg").read_bytes() == path.read_bytes()
    (one,) = stockctl("submit", "--status", "--agency", "pond5", "--json").json["status"]
    assert (one["sent"], one["prepared"]) == (1, 0)
    assert check.calls == 2


def test_a_jpeg_that_shows_a_vector_waits_with_it(
    stockctl: Callable[..., Run], check: batch.Check, tmp_path: Path
) -> None:
    batch.files(tmp_path / "in", "logo.eps", "logo.jpg", "wave.jpg")
    check.held["logo.eps"] = ("vector-modes: it is in RGB",)
    run = stockctl("submit", tmp_path / "in", "--agency", "adobe_stock", "--dry-run", "--json")
    assert states(run) == {"logo.eps": "held", "logo.jpg": "held", "wave.jpg": "planned"}
    assert "logo.eps" in run.json["files"][1]["why"][0]
    check.held.clear()
    run = stockctl("submit", tmp_path / "in", "--agency", "adobe_stock", "--dry-run", "--json")
    assert states(run) == {"logo.eps": "planned", "logo.jpg": "skipped", "wave.jpg": "planned"}
    alone = stockctl("submit", tmp_path / "in/logo.jpg", "--agency", "adobe_stock", "--dry-run", "--json")
    assert states(alone) == {"logo.jpg": "planned"}


def test_an_agency_that_takes_the_jpeg_too_gets_it(
    stockctl: Callable[..., Run], check: batch.Check, home: Path, tmp_path: Path
) -> None:
    (home / "agencies").mkdir()
    (home / "agencies/adobe_stock.toml").write_text("[vector]\npreview_too = true\n")
    batch.files(tmp_path / "in", "logo.eps", "logo.jpg")
    run = stockctl("submit", tmp_path / "in", "--agency", "adobe_stock", "--dry-run", "--json")
    assert states(run) == {"logo.eps": "planned", "logo.jpg": "planned"}
    assert check.calls == 1
