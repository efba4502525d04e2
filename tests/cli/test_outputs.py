"""Options that name an output: what may stand there, over every command that the program has."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sqlite3
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.cli import outputs, program
from stockctl.report import forms
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Run

SAMPLES = Path(__file__).parents[2] / "sample_assets"
STATEMENT = "date,agency,asset,file,kind,licence,amount,currency\n2026-01-02,alamy,A1,a.jpg,image,RF,1.00,USD\n"
UNKNOWN = "Tag,Erlös\n02.01.2026,1.00\n"

# Options whose file or folder is read, or is one that we keep. All others that take a file are outputs.
INPUTS = {
    ("", "--db"),
    ("keyword", "--apply"),
    ("keyword", "--copy-from"),
    ("keyword", "--prompt"),
    ("vision test", "--prompt"),
    ("check", "--calibrate"),
    ("check", "--bad"),
    ("submit", "--outbox"),
    ("review", "--import"),
    ("earnings", "--map"),
    ("earnings", "--rates"),
    ("campaign check", "--caption"),
    ("plan", "--trends"),
}

# How each option with an output is called so that it writes one: the call without the option and its file.
CALLS: dict[tuple[str, str], tuple[str, ...]] = {
    ("check", "--report"): ("check", "photo.jpg"),
    ("check", "--csv"): ("check", "photo.jpg"),
    ("keyword", "--sheet"): ("keyword", "photo.jpg", "--set", "tree, hill"),
    ("earnings", "--map-template"): ("earnings", "unknown.csv"),
    ("earnings", "--report"): ("earnings",),
    ("earnings", "--csv"): ("earnings",),
    ("earnings", "--letter"): ("earnings",),
    ("plan", "--ics"): ("plan", "--country", "ID"),
    ("db backup", "--to"): ("db", "backup"),
}


def _options(command: Any, name: str = "") -> Iterator[tuple[str, str, Any]]:
    for option in command.params:
        if option.param_type_name == "option":
            yield name, option.opts[0], option
    for below, each in getattr(command, "commands", {}).items():
        yield from _options(each, f"{name} {below}".strip())


ALL = list(_options(program()))
OUTPUTS = [(command, name) for command, name, option in ALL if getattr(option.type, "func", None) is outputs._named]
each_output = pytest.mark.parametrize("which", OUTPUTS, ids=" ".join)


@pytest.fixture
def folder(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a photo and a statement that nobody knows, to work in, and a catalogue."""
    open_catalogue(home / "catalogue.db").close()
    put(tmp_path / "photo.jpg", patches(1))
    (tmp_path / "unknown.csv").write_text(UNKNOWN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept(path: Path) -> tuple[bytes, int, int]:
    return path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns


def test_every_option_that_takes_a_file_says_which_way_it_goes() -> None:
    """A new option fails here until it is declared by `cli.outputs.output`, or named among the inputs."""
    for command, name, option in ALL:
        takes_a_file = type(option.type).__name__ == "TyperPath" or "FILE" in str(option.metavar)
        if takes_a_file and (command, name) not in OUTPUTS:
            assert (command, name) in INPUTS, f"stockctl {command} {name}: declare it with cli.outputs.output"


def test_every_command_with_an_output_has_force() -> None:
    forced = {command for command, name, _ in ALL if name == "--force"}
    assert {command for command, _ in OUTPUTS} <= forced


def test_every_output_is_tried_here() -> None:
    assert sorted(CALLS) == sorted(OUTPUTS)


def _never(folder: Path) -> dict[str, Path]:
    """Return what never gives way: each kind of thing, by what it is."""
    sounds = shutil.copy(next((SAMPLES / "photos").rglob("*.jpg")), folder / "named wrongly.html")
    database = folder / "mine.sqlite"
    with sqlite3.connect(database) as made:
        made.execute("CREATE TABLE t (a)")
    made.close()
    texts = {
        "vector": ("drawing.svg", '<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
        "clip": ("clip.mp4", "\0\0\0\x18ftypmp42\0\0\0\0mp42isom"),
        "sound": ("sound.wav", "RIFF\x24\0\0\0WAVEfmt "),
        "damaged": ("broken.JPG", "no picture any more"),
        "raw": ("raw.nef", "whatever"),
        "sidecar": ("photo.xmp", "<x:xmpmeta/>"),
        "statement": ("sales.csv", STATEMENT),
    }
    found = {"picture": folder / "photo.jpg", "picture under another name": Path(sounds), "database": database}
    for what, (name, text) in texts.items():
        found[what] = folder / name
        found[what].write_text(text, encoding="utf-8")
    return found


@each_output
def test_what_cannot_be_had_back_never_gives_way(
    which: tuple[str, str], stockctl: Callable[..., Run], folder: Path
) -> None:
    for what, path in _never(folder).items():
        before = kept(path)
        for more in ((), ("--force",)):
            run = stockctl(*CALLS[which], which[1], path, *more)
            assert run.code == 2, what
            assert str(path) in run.err
            assert "hint:" in run.err
            assert kept(path) == before, what


@each_output
def test_what_the_program_keeps_never_gives_way(
    which: tuple[str, str], stockctl: Callable[..., Run], folder: Path, home: Path
) -> None:
    stockctl("status")
    settings = home / "stockctl.toml"
    settings.write_text("[defaults]\n", encoding="utf-8")
    shutil.copy(home / "catalogue.db", folder / "other.db")
    (folder / "link.csv").symlink_to(home / "catalogue.db")
    for path in (
        *(home / "catalogue.db", home / "catalogue.db-wal", home / "catalogue.db.backup-1"),
        *(settings, folder / "other.db", folder / "link.csv"),
    ):
        before = path.read_bytes() if path.exists() else None
        assert stockctl(*CALLS[which], which[1], path, "--force").code == 2, path
        assert (path.read_bytes() if path.exists() else None) == before, path


@each_output
def test_a_file_of_another_kind_gives_way_to_force_only(
    which: tuple[str, str], stockctl: Callable[..., Run], folder: Path
) -> None:
    path = folder / "notes.txt"
    path.write_text("mine", encoding="utf-8")
    run = stockctl(*CALLS[which], which[1], path)
    assert run.code == 2
    assert "--force" in run.err
    assert path.read_text(encoding="utf-8") == "mine"
    assert stockctl("--db", os.environ["STOCKCTL_DB"], *CALLS[which], "--force", which[1], path).code in {0, 1}
    assert path.read_bytes() != b"mine"


@each_output
def test_a_report_of_ours_is_known_by_its_kind(
    which: tuple[str, str], stockctl: Callable[..., Run], folder: Path
) -> None:
    path = folder / "out"
    assert stockctl(*CALLS[which], which[1], path).code in {0, 1}
    before = kept(path)
    again = stockctl(*CALLS[which], which[1], path)
    if which in {("earnings", "--map-template"), ("db backup", "--to")}:
        assert again.code == 2
        assert kept(path) == before
    else:
        assert again.code in {0, 1}
        assert path.stat().st_ino != before[1]
    before = kept(path)
    for command, name in OUTPUTS:
        if (command, name) != which:
            assert stockctl(*CALLS[command, name], name, path).code == 2, (command, name)
            assert kept(path) == before
    assert not [left for left in folder.iterdir() if left.name.endswith(".stockctl-tmp")]


@each_output
def test_no_folder_is_made_on_the_way(which: tuple[str, str], stockctl: Callable[..., Run], folder: Path) -> None:
    run = stockctl(*CALLS[which], which[1], folder / "no" / "such" / "report")
    assert run.code == 2
    assert "does not exist" in run.err
    assert not (folder / "no").exists()


@pytest.mark.skipif(os.name == "nt", reason="these kinds of file are those of POSIX")
@each_output
def test_what_is_no_plain_file_is_written_to_or_refused(
    which: tuple[str, str], stockctl: Callable[..., Run], folder: Path
) -> None:
    call = CALLS[which]
    # A pipe with a reader, and one without.
    os.mkfifo(folder / "pipe")
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append((folder / "pipe").read_bytes()))
    reader.start()
    assert stockctl(*call, which[1], folder / "pipe").code in {0, 1}
    reader.join(60)
    assert found[0]
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    assert stockctl(*call, which[1], folder / "pipe").code == 2
    # Devices are written to.
    assert stockctl(*call, which[1], "/dev/null").code in {0, 1}
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    run = stockctl(*call, which[1], "/dev/full")
    assert run.code == 2
    assert "no space left" in run.err
    # A socket and a folder are refused.
    with socket.socket(socket.AF_UNIX) as door:
        door.bind("door")
        assert stockctl(*call, which[1], folder / "door", "--force").code == 2
    (folder / "sub").mkdir()
    assert stockctl(*call, which[1], folder / "sub", "--force").code == 2
    # A link stays one, and what it leads to is judged.
    (folder / "link").symlink_to("photo.jpg")
    before = kept(folder / "photo.jpg")
    assert stockctl(*call, which[1], folder / "link", "--force").code == 2
    (folder / "to new").symlink_to("new")
    assert stockctl(*call, which[1], folder / "to new").code in {0, 1}
    assert (folder / "to new").is_symlink()
    assert (folder / "new").stat().st_size
    # A second name of a file is not parted from the first.
    os.link(folder / "new", folder / "second name")
    assert stockctl(*call, which[1], folder / "second name", "--force").code == 2
    assert (folder / "new").samefile(folder / "second name")
    assert kept(folder / "photo.jpg") == before


def test_the_report_s_name_forgotten(program: Callable[..., Run], folder: Path) -> None:
    """`stockctl check --report *.jpg`, as a shell hands it over."""
    put(folder / "second.jpg", patches(2))
    before = kept(folder / "photo.jpg")
    run = program("check", "--report", folder / "photo.jpg", folder / "second.jpg")
    assert run.code == 2
    assert "photo.jpg" in run.err
    assert kept(folder / "photo.jpg") == before


def test_the_shell_s_own_files_are_written_to(program: Callable[..., Run]) -> None:
    run = program("earnings", "--csv", "/dev/stdout")
    assert run.code == 0
    assert "agency,currency,downloads,amount,per_download" in run.out


def test_no_output_goes_where_an_input_of_the_same_call_is(stockctl: Callable[..., Run], folder: Path) -> None:
    for name in ("unknown.csv", "./unknown.csv"):
        run = stockctl("earnings", "unknown.csv", "--csv", folder / name, "--force")
        assert run.code == 2
        assert "reads this file" in run.err
    assert (folder / "unknown.csv").read_text(encoding="utf-8") == UNKNOWN


def test_a_statement_that_was_imported_is_known_by_its_bytes(stockctl: Callable[..., Run], folder: Path) -> None:
    file, mapping = folder / "mine.csv", folder / "map.toml"
    file.write_text("Tag;Erlös\n02.01.2026;1,00\n", encoding="utf-8")
    mapping.write_text(
        'agency = "own_shop"\ncurrency = "EUR"\ndate_form = "dmy"\ndecimal = ","\n'
        '[columns]\ndate = "Tag"\namount = "Erlös"\n',
        encoding="utf-8",
    )
    assert stockctl("earnings", file, "--map", mapping).code == 0
    run = stockctl("earnings", "--csv", file, "--force")
    assert run.code == 2
    assert "statement" in run.err


def test_two_outputs_of_a_call_do_not_share_a_file(stockctl: Callable[..., Run], folder: Path) -> None:
    run = stockctl("earnings", "--csv", folder / "one", "--report", folder / "one")
    assert run.code == 2
    assert not (folder / "one").exists()


def test_what_another_program_writes_meanwhile_is_kept(folder: Path) -> None:
    from stockctl.errors import UsageError

    for begun in (None, "file,findings\r\n"):
        path = folder / "report.csv"
        path.unlink(missing_ok=True)
        if begun:
            path.write_text(begun, encoding="utf-8")
        place = forms.claim(path, forms.VERDICTS)
        with contextlib.ExitStack() as stack:
            stack.enter_context(place.text()).write("ours")
            path.write_text("theirs, and longer than it was", encoding="utf-8")
            with pytest.raises(UsageError, match="another program"):
                stack.close()
        assert path.read_text(encoding="utf-8") == "theirs, and longer than it was"


def test_a_report_keeps_the_rights_that_a_person_gave_it(stockctl: Callable[..., Run], folder: Path) -> None:
    path = folder / "earnings.csv"
    stockctl("earnings", "--csv", path)
    path.chmod(0o600)
    stockctl("earnings", "--csv", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_keyword_sheet_that_a_person_edited_is_kept(stockctl: Callable[..., Run], folder: Path) -> None:
    sheet = folder / "words.csv"
    assert stockctl("keyword", folder / "photo.jpg", "--set", "tree", "--sheet", sheet).code == 0
    assert (
        stockctl("keyword", folder / "photo.jpg", "--set", "tree", "--sheet", sheet, "--title", "A second try").code
        == 0
    )
    edited = sheet.read_bytes().replace(b"second", b"third")
    sheet.write_bytes(edited)
    run = stockctl("keyword", folder / "photo.jpg", "--set", "tree", "--sheet", sheet)
    assert run.code == 2
    assert "what you wrote" in run.err
    assert sheet.read_bytes() == edited
    assert stockctl("keyword", folder / "photo.jpg", "--set", "tree", "--sheet", sheet, "--force").code == 0
