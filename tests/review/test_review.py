"""`stockctl review` from outside: decisions are kept, lessons drawn, and applied only when the person says so."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.catalogue.sent.learning import Tally
from stockctl.check.thresholds import THRESHOLDS
from stockctl.review.learn import Measure, _fisher, learn, share, speaks_of
from tests.pictures import put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.catalogue.sent.decisions import Lesson
    from tests.conftest import Run


def pictures(folder: Path, count: int) -> list[Path]:
    """Files that are told apart by what follows the picture data's end."""
    return [put(folder / f"wave_{number:02}.png", _png(number)) for number in range(count)]


def _png(number: int) -> bytes:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (number * 10, 80, 120)).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_decision_is_recorded_with_its_reason(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    (path,) = pictures(tmp_path / "in", 1)
    run = stockctl("review", "--agency", "adobe_stock", "rejected", path, "--reason", "Noise", "--json")
    assert run.code == 0, run.err
    recorded = run.json["recorded"]
    assert [(one["path"], one["decision"], one["reason"]) for one in recorded] == [(str(path), "rejected", "Noise")]
    assert run.json["agency"] == "adobe_stock"
    assert run.json["learned"] == []


def test_the_last_word_counts_and_none_is_written_twice(
    stockctl: Callable[..., Run], tmp_path: Path, home: Path
) -> None:
    (path,) = pictures(tmp_path / "in", 1)
    for word in ("rejected", "rejected", "accepted"):
        assert stockctl("review", "--agency", "pond5", word, path).code == 0
    with sqlite3.connect(home / "catalogue.db") as connection:
        kept = connection.execute("SELECT decision FROM decisions ORDER BY id").fetchall()
    connection.close()
    assert kept == [("rejected",), ("accepted",)]


def test_a_table_of_decisions(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    pictures(tmp_path, 3)
    table = tmp_path / "decisions.csv"
    table.write_text(
        "﻿file,decision,reason,day\n"
        "wave_00.png,accepted,,2026-11-01\n"
        "wave_01.png,Rejected,Out of focus,2026-11-02\n"
        "nowhere.png,accepted,,\n"
        "wave_02.png,perhaps,,\n"
        "wave_02.png,accepted,,2026-13-01\n"
        ",accepted,,\n"
        "below,accepted,,\n"
        "wave_02.cr2,accepted,,\n",
        encoding="utf-8",
    )
    (tmp_path / "below").mkdir()
    (tmp_path / "wave_02.cr2").write_bytes(b"raw")
    run = stockctl("review", "--agency", "shutterstock", "--import", table, "--json")
    assert run.code == 1
    assert [one["decision"] for one in run.json["recorded"]] == ["accepted", "rejected"]
    errors = run.json["errors"]
    assert [error["path"].rpartition(":")[2] for error in errors] == ["4", "5", "6", "7", "8", "9"]
    assert "nowhere.png" in errors[0]["error"]
    assert "accepted or rejected" in errors[1]["hint"]
    assert all(error["hint"] for error in errors[1:])
    shown = stockctl("review", "--agency", "shutterstock", "--import", table)
    assert shown.err.count("hint: ") >= 5


def test_a_table_in_the_agencies_own_words(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    words = ["Approved", "Refused", "Declined", "Not Accepted", "Passed", "Failed"]
    pictures(tmp_path, len(words))
    table = tmp_path / "decisions.csv"
    lines = [f"wave_{number:02}.png;{word};" for number, word in enumerate(words)]
    table.write_text("\n".join(["File;Decision;Reason", *lines]))
    run = stockctl("review", "--agency", "alamy", "--import", table, "--json")
    assert run.code == 0, run.err
    decided = [one["decision"] for one in run.json["recorded"]]
    assert decided == ["accepted", "rejected", "rejected", "rejected", "accepted", "rejected"]


@pytest.mark.parametrize(("before", "line"), [("file,", 1), ("file,decision\nwave.png,", 2)])
def test_a_broken_table(before: str, line: int, stockctl: Callable[..., Run], tmp_path: Path) -> None:
    table = tmp_path / "decisions.csv"
    table.write_text(before + "x" * 200_000)
    run = stockctl("review", "--agency", "alamy", "--import", table)
    assert run.code == 2
    assert "the table is broken" in run.err
    assert f"{table}:{line}: " in run.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["perhaps", "."], "accepted or rejected"),
        (["accepted"], "no file is named"),
        (["accepted", "nowhere"], "no such file"),
        (["--import", "nowhere.csv"], "nowhere.csv: no such file or folder"),
        (["--apply", "noise"], "nothing is learned"),
    ],
)
def test_wrong_calls(arguments: list[str], word: str, stockctl: Callable[..., Run]) -> None:
    run = stockctl("review", "--agency", "pond5", *arguments)
    assert run.code == 2
    assert word in run.err


def test_a_table_with_another_header(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    table = tmp_path / "d.csv"
    table.write_text("name;decision\n")
    run = stockctl("review", "--agency", "pond5", "--import", table)
    assert run.code == 2
    assert "file,decision,reason,day" in run.err


def test_check_shows_what_was_learned_and_blocks_only_when_told(
    stockctl: Callable[..., Run], tmp_path: Path, home: Path
) -> None:
    paths = [put(tmp_path / "in" / f"{name}.png", _png(number)) for number, name in enumerate("abcdefghijkl")]
    stockctl("check", tmp_path / "in", "--workers", "1")
    usual = THRESHOLDS["noise"].limit
    # As if the first four had been measured noisier than the rest, below the usual limit.
    with sqlite3.connect(home / "catalogue.db") as connection:
        for number, path in enumerate(paths):
            noise = usual * (0.7 + number / 100 if number < 4 else 0.2 + number / 100)
            connection.execute(
                "UPDATE files SET facts = json_set(facts, '$.measurements', json(?)) WHERE path = ?",
                (json.dumps({"noise": noise}), str(path)),
            )
    connection.close()
    stockctl("review", "--agency", "adobe_stock", "accepted", *paths[4:])
    run = stockctl("review", "--agency", "adobe_stock", "rejected", *paths[:3], "--reason", "Noise / grain", "--json")
    (lesson,) = run.json["learned"]
    assert (lesson["rule"], lesson["agency"], lesson["from"]) == ("noise", "adobe_stock", usual)
    assert 0.31 * usual < lesson["to"] < 0.7 * usual
    assert lesson["evidence"].startswith(
        f"Adobe Stock refused 3 of your 3 files with noise above {lesson['to']:.2f}"[:-1]
    )
    noisy = paths[3]
    found = stockctl("check", noisy, "--agency", "adobe_stock", "--agency", "pond5", "--json").json["assets"][0]
    (shown,) = [finding for finding in found["findings"] if finding["name"] == "refused-before"]
    assert (shown["severity"], shown["agency"]) == ("info", "adobe_stock")
    assert f"this one has {usual * 0.73:.3g}" in shown["message"]
    assert "this one has" in stockctl("check", noisy, "--agency", "adobe_stock").out
    applied = stockctl("review", "--agency", "adobe_stock", "--apply", "noise", "--json")
    assert applied.json["learned"][0]["applied"] is True
    held = stockctl("check", noisy, "--agency", "adobe_stock", "--json").json["assets"][0]
    assert ("refused-before", "error") in {(finding["name"], finding["severity"]) for finding in held["findings"]}
    assert held["verdict"]["adobe_stock"] == "blocked"
    stockctl("review", "--agency", "adobe_stock", "--forget", "noise")
    free = stockctl("check", noisy, "--agency", "adobe_stock", "--json").json["assets"][0]
    assert ("refused-before", "info") in {(finding["name"], finding["severity"]) for finding in free["findings"]}


NOISE = {"noise": Measure("noise", 1.6), "underexposed": Measure("peak", 90.0, above=False)}


def learned(refused: list[float], accepted: list[float], reason: str = "noise") -> list[Lesson]:
    """Learn from pictures refused and accepted with these values."""
    shares = [share(NOISE, "rejected", reason, {"noise": value, "peak": value}) for value in refused]
    shares += [share(NOISE, "accepted", "", {"noise": value, "peak": value}) for value in accepted]
    tallies: dict[str, list[Tally]] = {}
    for one in shares:
        for rule, value in one.values.items():
            tallies.setdefault(rule, []).append(Tally(value, int(one.taken), int(not one.taken)))
    return learn("a", "A", tallies, NOISE)


def test_what_chance_would_do_teaches_nothing() -> None:
    assert learned([1.0, 0.5, 0.2], [1.1, 0.9, 0.4, 0.3, 0.1]) == []
    assert learned([1.0, 1.1], [0.1] * 50) == []


def test_a_reason_of_another_kind_teaches_nothing() -> None:
    assert learned([1.0, 1.1, 1.2], [0.1] * 50, "trademark") == []


def test_a_measurement_of_which_less_is_worse() -> None:
    (lesson,) = learned([100.0, 105.0, 110.0], [200.0 + n for n in range(20)], "too dark")
    assert lesson.rule == "underexposed"
    assert 110 < lesson.learned < 200
    assert "below" in lesson.evidence


def test_no_lesson_is_laxer_than_the_usual_limit() -> None:
    assert learned([3.0, 3.1, 3.2], [2.0] * 20) == []


@given(st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_fisher_is_a_probability(table: list[int]) -> None:
    p = _fisher(*table)
    assert -1e-9 <= p <= 1 + 1e-9


def test_fisher_against_the_tea_lady() -> None:
    """The known example: all eight cups told apart is 1 in 70, three of four each 17 in 70."""
    assert _fisher(4, 0, 0, 4) == pytest.approx(1 / 70)
    assert _fisher(3, 1, 1, 3) == pytest.approx(17 / 70)


@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        ("Noise / Film Grain / Artifacts", "noise"),
        ("Focus: subject is blurry", "out-of-focus"),
        ("Overexposed highlights", "clipped-highlights"),
        ("chroma-noise", "chroma-noise"),
        ("Purple fringing", "fringing"),
    ],
)
def test_reasons_as_reviewers_write_them(reason: str, rule: str) -> None:
    assert rule in speaks_of(reason)
