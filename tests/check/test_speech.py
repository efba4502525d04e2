"""How `check` speaks: a thing once, a summary first, commands that can be pasted, and what scripts read."""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl.report.command import command, path_word
from stockctl.report.line import shortened, told_apart, width, wrapped
from tests.pictures import jpeg, patches, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

NAMES = ["plain.jpg", "with blanks (4).jpg", "it's.jpg", "-dash.jpg", "日本の山.jpg", 'a$b`c"d.jpg', "new\nline.jpg"]


@pytest.mark.parametrize("name", NAMES)
def test_a_command_comes_out_of_the_shell_as_it_was_meant(name: str) -> None:
    text = command("check", path_word(name))
    assert not any(unicodedata.category(sign) in {"Cc", "Cf"} for sign in text)
    if "\n" in name:
        assert text == "stockctl check $'new\\x0aline.jpg'"
    else:
        assert shlex.split(text) == ["stockctl", "check", f"./{name}" if name.startswith("-") else name]


def test_windows_gets_its_own_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stockctl.report.command.os.name", "nt")
    assert command("check", r"C:\\my photos\\a.jpg") == r'stockctl check "C:\\my photos\\a.jpg"'


def test_text_is_measured_in_cells_and_cut_at_its_beginning() -> None:
    assert [width(text) for text in ("abc", "日本の山", "e\u0301")] == [3, 8, 1]
    assert shortened("photos/日本の山.jpg", 10) == "…の山.jpg"
    assert width(shortened("日本の山" * 9, 11)) <= 11
    assert all(width(line) <= 20 for line in wrapped("日本の山 " * 9 + "and then some words more", 20))


def test_equal_names_are_told_apart_by_their_folders() -> None:
    paths = [Path("x/1/a.jpg"), Path("x/2/a.jpg"), Path("y/2/a.jpg"), Path("b.jpg")]
    assert told_apart(paths) == dict(zip(paths, ["1/a.jpg", "x/2/a.jpg", "y/2/a.jpg", "b.jpg"], strict=True))


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    """Return a folder with blanks in its name: six pictures without words, one of them too small, and other files."""
    folder = tmp_path / "my shoot (4)"
    for seed in range(5):
        put(folder / f"{seed}.jpg", jpeg(2600, 1700, seed=seed))
    put(folder / "日本" / "0.jpg", patches(9))
    for name in ("a.cr3", "b.cr3", "a.xmp", "notes.txt", "old.bak", "c.rw2"):
        put(folder / name, b"x")
    return folder


def test_what_many_files_have_is_said_once_with_a_command_to_paste(stockctl: Callable[..., Run], shoot: Path) -> None:
    run = stockctl("check", shoot, "--agency", "shutterstock", "--agency", "alamy")
    assert run.out.count("no words") == 1
    (line,) = (line for line in run.out.splitlines() if "→" in line)
    assert "6 files have no words" in line
    assert shlex.split(line.split("→")[1]) == ["stockctl", "keyword", str(shoot)]
    assert run.out.index("files checked") < run.out.index("no words") < run.out.index(f"{shoot}/日本/0.jpg")
    # The five good ones have nothing that is theirs alone.
    assert f"{shoot}/1.jpg" not in run.out
    assert re.search(r"^6 files +x +none +x  x", run.out, re.MULTILINE)


def test_what_was_skipped_adds_up(stockctl: Callable[..., Run], shoot: Path) -> None:
    run = stockctl("check", shoot)
    total, listed = re.search(r"(\d+) skipped \(([^)]*)\)", run.out.replace("\n", " ")).groups()  # type: ignore[union-attr]
    assert int(total) == 6 == sum(int(part.split()[-1]) for part in listed.split(","))


def test_picture_and_words_are_two_verdicts(stockctl: Callable[..., Run], shoot: Path) -> None:
    # The pictures are drawn: as a camera's they pass for noise.
    run = stockctl("check", shoot, "--agency", "shutterstock", "--ignore", "noise", "--json")
    found = {Path(asset["path"]).name if "日本" not in asset["path"] else "日本": asset for asset in run.json["assets"]}
    assert (found["1.jpg"]["picture"], found["1.jpg"]["words"]) == ("ready", "missing")
    assert found["1.jpg"]["verdict"] == {"shutterstock": "blocked"}
    assert (found["日本"]["picture"], found["日本"]["words"]) == ("blocked", "missing")
    assert {"rule": "no-title", "severity": "error", "files": 6} not in run.json["statistics"]
    assert {"rule": "no-words", "severity": "error", "files": 6} in run.json["statistics"]


def test_words_are_judged_by_what_stands_in_them(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg")
    words = "mountain,ridge,rock,summit,peak,alps,sky,summer,nature,landscape"
    stockctl("keyword", path, "--title", "Ridge of a mountain under a summer sky", "--set", words, "--vision", "none")
    (asset,) = stockctl("check", path, "--agency", "shutterstock", "--ignore", "noise", "--json").json["assets"]
    assert (asset["picture"], asset["words"]) == ("ready", "ready")


def test_an_agency_whose_rules_are_unknown_is_never_ready(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    run = stockctl("check", put(tmp_path / "a.jpg"), "--agency", "wirestock", "--ignore", "noise", "--json")
    (asset,) = run.json["assets"]
    assert asset["verdict"] == {"wirestock": "warning"}
    assert "unknown-rules" in {finding["name"] for finding in asset["findings"]}
    assert asset["picture"] == "ready"


@pytest.mark.parametrize("cells", [40, 55, 71, 72, 80])
def test_the_table_of_verdicts_fits_the_terminal(
    cells: int, stockctl: Callable[..., Run], shoot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(cells))
    out = stockctl("check", shoot).out
    asset, *_ = stockctl("check", shoot / "日本", "--json").json["assets"]
    said = {"ready": "ok", "warning": "!", "blocked": "x"}
    table, legend = out[out.index(" " * 16) :].split("ok ready, ! look first")
    parts = [part.splitlines() for part in table.rstrip().split("\n\n")]
    assert (len(parts) == 1) == (cells >= 72)
    assert all(width(line) <= cells for part in parts for line in part)
    # Every agency has its place once, and the last row is that of the file with a name of its own.
    heads = [name for part in parts for name in part[0].split() if name.isupper()]
    assert heads == re.findall(r"\b([A-Z0-9]{2}) (?=[A-Zi0-9])", legend.replace("\n", " "))
    signs = [sign for number, part in enumerate(parts) for sign in part[-1].split()[1 if number else 3 :]]
    assert sorted(sign for sign in signs if sign != "-") == sorted(said[one] for one in asset["verdict"].values())


def test_statistics_are_counts_alone(stockctl: Callable[..., Run], shoot: Path) -> None:
    run = stockctl("check", shoot, "--agency", "shutterstock", "--statistics")
    assert re.search(r"^ +6 +error +no-words$", run.out, re.MULTILINE)
    assert ".jpg" not in run.out


def test_quiet_is_findings_alone_a_line_each(stockctl: Callable[..., Run], shoot: Path) -> None:
    put(shoot / "broken.jpg", jpeg()[:900])
    run = stockctl("check", shoot, "--agency", "shutterstock", "--quiet")
    assert run.err == ""
    assert all(re.match(r".+: (error|warning) [a-z-]+: ", line) for line in run.out.splitlines())
    assert f"{shoot}/broken.jpg: error damaged-file: " in run.out


def test_jsonl_is_one_object_a_line_and_the_last_line_is_the_rest(stockctl: Callable[..., Run], shoot: Path) -> None:
    put(shoot / "copy.jpg", (shoot / "0.jpg").read_bytes())
    whole = stockctl("check", shoot, "--json").json
    run = stockctl("check", shoot, "--jsonl")
    *assets, rest = [json.loads(line) for line in run.out.splitlines()]
    last = {asset["path"]: asset for asset in assets}
    assert last == {asset["path"]: asset for asset in whole["assets"]}
    assert rest["command"] == "check"
    assert rest["similar"] == whole["similar"]
    # The copy was judged by itself first, and again once its like was known.
    assert [asset["path"] for asset in assets].count(str(shoot / "copy.jpg")) == 2


def test_a_page_shows_two_tiles_a_command_to_copy_and_each_reason_once(
    stockctl: Callable[..., Run], shoot: Path, tmp_path: Path
) -> None:
    out = tmp_path / "sheet.html"
    stockctl("check", shoot, "--agency", "alamy", "--report", out)
    page = out.read_text(encoding="utf-8")
    assert "pictures ready" in page
    assert "words ready" in page
    assert page.count("no words yet") == 1
    copied = re.findall(r'data-copy="([^"]+)"', page)
    assert f"stockctl keyword &#39;{shoot}&#39;" in copied
    assert page.count('<div class="frame"') == 6


def test_a_name_does_not_reach_the_terminal_unexamined(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "a\x1b]0;owned\x07.jpg", patches(1))
    for options in ((), ("--quiet",), ("-v",)):
        assert "\x1b" not in stockctl("check", tmp_path, *options).out
