"""What strangers wrote is shown, and does nothing: names, metadata, statements, servers' answers."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from stockctl.metadata import Record, read
from stockctl.metadata.record import clean_text
from stockctl.metadata.writing import Change, perform, prepare
from stockctl.report.terminal import results
from stockctl.report.visible import clean, in_json, visible
from tests.conftest import ROOT
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

CLEAR, TURN, CSI = "\x1b[2J\x1b[1;31m", "\u202e", "\x9b2J"
HOSTILE = f"a{CLEAR}b{TURN}gpj.c{CSI}\u200b\u2028"


def bare(text: str) -> bool:
    """Whether nothing in a text moves the cursor or hides a part."""
    return not set(text) & set("\x1b\x9b\u202e\u200b\u2028\r\x07\x08")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Sea at dawn, 日本の山 – “gold”", "Sea at dawn, 日本の山 – “gold”"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\u202egpj", "a\\u202egpj"),
        ("two\nlines\tand\r", "two\\nlines\\tand\\r"),
        ("\x9b", "\\x9b"),
        ("\udcff", "\\xff"),
        ("\U000e0041", "\\U000e0041"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🌾", "👩\u200d🌾"),
        ("a\u200db", "a\\u200db"),
    ],
)
def test_what_cannot_be_seen_is_shown_by_its_code(text: str, printed: str) -> None:
    assert visible(text) == printed
    assert visible(visible(text)) == visible(text)


def test_json_means_the_same_and_has_nothing_hidden_in_it() -> None:
    document = json.dumps({"path": HOSTILE, "plain": "日本"}, ensure_ascii=False)
    assert bare(in_json(document))
    assert json.loads(in_json(document)) == {"path": HOSTILE, "plain": "日本"}


def test_a_console_shows_what_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    console = results()
    console.print(f"{HOSTILE}\nsecond line", style="red")
    out = capsys.readouterr().out
    assert bare(out)
    assert "\\x1b[2J" in out
    assert out.endswith("second line\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures with hostile names, one that is sound and one that cannot be read."""
    shoot = tmp_path / "shoot"
    put(shoot / f"good{CLEAR}{TURN}gpj.jpg", jpeg(1000, 700))
    put(shoot / f"bad{CSI}\nnew line.jpg", b"no picture")
    return shoot


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--workers", "1"),
        ("check", "--workers", "1", "--json"),
        ("keyword", "--dry-run", "--vision", "none"),
        ("keyword", "--add", "sea", "--vision", "none"),
        ("keyword", "--show"),
        ("submit", "--dry-run", "--agency", "dreamstime"),
        ("status",),
        ("status", "-v"),
        ("review", "--agency", "dreamstime", "rejected"),
        ("earnings",),
    ],
    ids=" ".join,
)
def test_names_of_files_are_printed_with_nothing_hidden(
    command: tuple[str, ...], stockctl: Callable[..., Run], folder: Path
) -> None:
    paths = sorted(folder.iterdir()) if command[0] in {"earnings", "review"} else [folder]
    run = stockctl(*command, *paths)
    assert run.out + run.err
    assert bare(run.out), run.out
    assert bare(run.err), run.err
    assert "\nnew line" not in run.out + run.err


def test_words_in_a_file_are_printed_with_nothing_hidden_and_not_kept(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    path = put(tmp_path / "a.jpg", jpeg(1000, 700))
    change = prepare(path, Record(title="A lake", keywords=("lake",)))
    assert isinstance(change, Change)
    perform(change)
    hidden = path.read_bytes().replace(b"A lake", "A\u202eke".encode())
    path.write_bytes(hidden)
    run = stockctl("keyword", path, "--add", "sea", "--vision", "none")
    assert bare(run.out + run.err)
    assert "\u202e" not in read(path).record.title
    run = stockctl("keyword", path, "--title", f"The{TURN} lake{CSI}", "--vision", "none")
    assert "\u202e".encode() not in path.read_bytes()
    assert read(path).record.title == "The lake2J"
    assert clean_text(f"The{TURN} lake") == clean(f"The{TURN} lake") == "The lake"


def test_a_hostile_statement_and_an_argument_are_shown(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    table = tmp_path / f"sales{CLEAR}.csv"
    table.write_text(f"date,agency,asset{TURN},file\n2026-03-14,pond5{CLEAR},1,a.mp4\n", encoding="utf-8")
    run = stockctl("earnings", table)
    assert run.code in {1, 2}
    assert bare(run.out + run.err)
    run = stockctl("check", f"missing{CLEAR}")
    assert run.code == 2
    assert bare(run.err)
    run = stockctl("check", "--agency", f"none{CLEAR}", put(tmp_path / "a.jpg", jpeg(1000, 700)))
    assert run.code == 2
    assert bare(run.err)


def test_a_hostile_brief_is_shown(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    brief = tmp_path / "brief.toml"
    shutil.copy(min((ROOT / "sample_assets" / "briefs").glob("*.toml")), brief)
    brief.write_text(f'"odd{TURN}\\u001b[2J" = 1\n' + brief.read_text(encoding="utf-8"), encoding="utf-8")
    run = stockctl("campaign", "check", brief, put(tmp_path / "a.jpg", jpeg(1000, 700)), "--caption", f"x{CLEAR}")
    assert bare(run.out + run.err), run.out + run.err


def test_a_report_shows_what_is_hidden(stockctl: Callable[..., Run], folder: Path, tmp_path: Path) -> None:
    stockctl("check", folder, "--report", tmp_path / "report.html", "--workers", "1")
    assert bare((tmp_path / "report.html").read_text(encoding="utf-8"))
