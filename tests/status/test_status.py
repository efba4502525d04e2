"""`stockctl status`: where files stand, and a next step that leads on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.config import load_settings
from stockctl.status import standing
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

WORDS = "rice,terrace,sunrise,asia,green,field,farm,morning,palm,valley,light"
TITLE = "Terraced rice fields at sunrise"


def of(run: Run) -> dict[str, tuple[str, str]]:
    """Return stage and next step of each file, by name."""
    assert run.code == 0, run.err
    return {entry["path"].rpartition("/")[2]: (entry["stage"], entry["next"]) for entry in run.json["assets"]}


def test_a_file_that_check_refuses_is_mended_before_it_is_submitted(
    stockctl: Callable[..., Run], home: Path, tmp_path: Path
) -> None:
    (home / "stockctl.toml").write_text('[check]\nagencies = ["shutterstock", "adobe_stock"]\n')
    put(tmp_path / "small.jpg", jpeg(640, 420))
    put(tmp_path / "fine.jpg")
    for name in ("small.jpg", "fine.jpg"):
        stockctl("keyword", tmp_path / name, "--set", WORDS, "--title", TITLE)
    stockctl("check", tmp_path)
    standing = of(stockctl("status", tmp_path, "--json"))
    stage, step = standing["small.jpg"]
    assert stage == "keyworded"
    assert step.startswith("mend ")
    assert "too-few-pixels" in step
    assert "submit" not in step
    stage, step = standing["fine.jpg"]
    assert stage == "keyworded"
    assert step.startswith("stockctl submit ")
    taker = step.rpartition(" ")[2]
    # It names an agency that takes the file.
    found = stockctl("check", tmp_path / "fine.jpg", "--agency", taker, "--json").json["assets"][0]
    assert found["verdict"][taker] != "blocked"


def test_what_words_mend_is_sent_to_keyword(stockctl: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    (home / "stockctl.toml").write_text('[check]\nagencies = ["shutterstock"]\n')
    path = put(tmp_path / "few.jpg")
    stockctl("keyword", path, "--set", "rice,asia", "--title", TITLE)
    stockctl("check", path)
    (step,) = [step for _, step in of(stockctl("status", path, "--json")).values()]
    assert step == f"stockctl keyword {path}"


def test_a_finding_that_was_waived_holds_nothing(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    path = put(tmp_path / "small.jpg", jpeg(640, 420))
    stockctl("keyword", path, "--set", WORDS, "--title", TITLE)
    stockctl("check", path, "--waive", "too-few-pixels")
    ((_, step),) = of(stockctl("status", path, "--json")).values()
    assert "too-few-pixels" not in step


def test_the_sum_comes_first_and_only_what_is_to_be_done_follows(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    done, new = put(tmp_path / "done.jpg"), put(tmp_path / "a b.jpg", jpeg(seed=3))
    stockctl("check", done)
    stockctl("submit", done, "--agency", "pond5", "--mark-sent")
    shown = stockctl("status", tmp_path)
    first, *rest = shown.out.splitlines()
    assert first == "1 new, 1 sent"
    assert not any("done.jpg" in line for line in rest)
    assert any(line.strip() == f"next: stockctl check '{new}'" for line in rest)
    assert "done.jpg" in stockctl("status", tmp_path, "-v").out


def test_what_is_prepared_is_to_be_uploaded(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    path = put(tmp_path / "in" / "fine.jpg")
    stockctl("keyword", path, "--set", WORDS, "--title", TITLE, "--description", "Farmers walk in the morning light")
    run = stockctl("submit", path, "--agency", "adobe_stock", "--outbox", tmp_path / "box", "--json")
    assert [file["state"] for file in run.json["files"]] == ["prepared"], run.out
    (entry,) = stockctl("status", path, "--json").json["assets"]
    assert (entry["stage"], entry["prepared"], entry["sent"]) == ("prepared", ["adobe_stock"], [])
    assert entry["next"].endswith(f"stockctl submit {path} --agency adobe_stock --mark-sent")
    stockctl("submit", path, "--agency", "adobe_stock", "--mark-sent")
    (entry,) = stockctl("status", path, "--json").json["assets"]
    assert (entry["stage"], entry["prepared"], entry["sent"]) == ("sent", [], ["adobe_stock"])


@pytest.mark.parametrize("outcome", ["data-only", "Accepted for data licensing only", "data licensing"])
def test_a_third_outcome_is_no_refusal_and_no_acceptance(
    outcome: str, stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    path = put(tmp_path / "a.jpg")
    stockctl("check", path)
    run = stockctl("review", "--agency", "shutterstock", outcome, path, "--json")
    assert run.code == 0, run.err
    assert run.json["recorded"][0]["decision"] == "data-only"
    (entry,) = stockctl("status", path, "--json").json["assets"]
    assert entry["decided"] == {"shutterstock": "data-only"}
    assert entry["stage"] == "decided"
    assert "refused" not in entry["next"]
    assert "data licensing only" in entry["next"]


def test_many_files_are_told_as_a_few_are(
    stockctl: Callable[..., Run], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [put(tmp_path / f"{number}.jpg", jpeg(320, 200, seed=number % 2)) for number in range(5)]
    stockctl("check", *paths[:3])
    with open_catalogue(home / "catalogue.db") as catalogue:
        at_once = standing.standings(catalogue, load_settings(), paths)
        monkeypatch.setattr(standing, "_AT_ONCE", 2)
        assert standing.standings(catalogue, load_settings(), paths) == at_once
    assert [one.stage for one in at_once][3:] == [standing.Stage.NEW] * 2
