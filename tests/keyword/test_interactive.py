"""The review in the terminal: its keys as values, and the whole program on a real pseudo-terminal."""

from __future__ import annotations

import base64
import os
import re
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from rich.cells import cell_len

from stockctl.keyword.candidate import Source
from stockctl.keyword.choosing.interactive.draft import HELP, KEYS, Draft, Event, State, press
from stockctl.keyword.choosing.interactive.keys import PASTE, keys
from stockctl.keyword.choosing.interactive.line import Line, typed
from stockctl.keyword.choosing.interactive.picture import Graphics, graphics_of, shown
from stockctl.keyword.choosing.interactive.screen import View, clean, screen
from stockctl.keyword.ranking import Keyword
from stockctl.metadata import read
from tests.conftest import ROOT
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.conftest import Run

    Program = Callable[..., Run]

WORDS = (
    Keyword.of_person("Sari"),
    Keyword("boat", Source.CAPTION, 0.9, "in the title"),
    Keyword("lake", Source.FILE, 0.7),
)
START = State(
    Draft("Boat", "A boat.", WORDS, (Keyword("fog", Source.PORTFOLIO, 0.4), Keyword("sea", Source.TIME, 0.3)))
)


def after(state: State, *pressed: str) -> State:
    for key in pressed:
        state, _ = press(state, key)
    return state


def named(words: Sequence[Keyword]) -> list[str]:
    return [word.word for word in words]


def test_words_go_out_and_in_and_change_their_places() -> None:
    state = after(START, "down", " ")
    assert (named(state.draft.keywords), named(state.draft.offered)) == (["Sari", "lake"], ["boat", "fog", "sea"])
    state = after(state, "down", "down", "x")
    assert (named(state.draft.keywords), named(state.draft.offered)) == (["Sari", "lake", "fog"], ["boat", "sea"])
    assert named(after(START, "end", "home", "J", "shift-down").draft.keywords) == ["boat", "lake", "Sari"]
    assert named(after(START, "j", "j", "f").draft.keywords) == ["lake", "Sari", "boat"]
    assert named(after(START, "j", "K", "K").draft.keywords) == ["boat", "Sari", "lake"]
    assert after(START, "tab").current == Keyword("fog", Source.PORTFOLIO, 0.4)
    assert "only keywords have an order" in after(START, "end", "K").note
    assert named(after(START, "A").draft.keywords) == ["Sari", "boat", "lake", "fog", "sea"]
    assert after(START, " ", "A", "u", "u").draft == START.draft


def test_what_is_typed_is_the_persons_own_and_stands_before_suggestions() -> None:
    state = after(START, "a", *"mist, Boats ,Sari", "enter")
    assert named(state.draft.keywords) == ["Sari", "mist", "Boats", "lake"]
    assert [word.source for word in state.draft.keywords[:3]] == [Source.PERSON] * 3
    assert "1 stood there" in state.note
    state = after(START, "down", "e", "ctrl-u", *"ship", "enter")
    assert state.draft.keywords[1] == Keyword.of_person("ship")
    assert named(after(START, "tab", "e", "s", "enter").draft.keywords) == ["Sari", "boat", "lake", "fogs"]
    assert after(START, "down", "e", "ctrl-u", *"sari", "enter").draft == START.draft
    state = after(START, "t", "home", *"Old ", "enter", "d", "ctrl-u", "enter")
    assert (state.draft.title, state.draft.description) == ("Old Boat", "")
    assert after(START, "t", *"xx", "escape").draft == START.draft
    # While something is typed, letters are letters.
    assert after(START, "a", *"q s b", "enter").draft.keywords[1].word == "q s b"


@pytest.mark.parametrize(
    ("key", "event"),
    [("enter", Event.ACCEPT), ("s", Event.SKIP), ("b", Event.BACK), ("left", Event.BACK), ("q", Event.QUIT)],
)
def test_keys_that_ask_the_session(key: str, event: Event) -> None:
    assert press(START, key) == (START, event)
    # The help takes one key to go, and that key does nothing else.
    assert press(after(START, "?"), key) == (START, None)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "up",
                "down",
                "tab",
                " ",
                "A",
                "K",
                "J",
                "f",
                "u",
                "a",
                "e",
                "t",
                "enter",
                "escape",
                "b",
                "é",
                PASTE + "x, y",
            ]
        ),
        max_size=40,
    )
)
def test_no_order_of_keys_loses_or_doubles_a_word(pressed: list[str]) -> None:
    state = after(START, *pressed)
    words = [*named(state.draft.keywords), *named(state.draft.offered)]
    assert len(set(words)) == len(words)
    assert 0 <= state.cursor < max(1, len(words))
    assert Draft.of_json(state.draft.to_json()) == state.draft
    if not {"a", "e"} & set(pressed):
        assert set(words) == {"Sari", "boat", "lake", "fog", "sea"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\xc3\xa9\r\n\x7f\t", ["a", "é", "enter", "enter", "backspace", "tab"]),
        (b"\x1b[A\x1bOB\x1b[1;2A\x1b[3~\x1b[5~\x1b[H", ["up", "down", "shift-up", "delete", "page-up", "home"]),
        (b"\x1b[200~red, a\nq\x1b[201~q", [PASTE + "red, a\nq", "q"]),
        (b"\x1b", ["escape"]),
        (b"\x1b[99z\x01\xff", ["ctrl-a"]),
    ],
)
def test_bytes_become_keys_however_they_are_cut(data: bytes, expected: list[str]) -> None:
    assert keys(data, more=False) == (expected, b"")
    for cut in range(len(data)):
        first, rest = keys(data[:cut], more=True)
        assert first + keys(rest + data[cut:], more=False)[0] == expected


def test_a_line_is_edited_where_its_cursor_is() -> None:
    line = Line.of("rice field")
    for key in ("ctrl-w", *"terrace", "home", "delete", "R", "right", PASTE + "-\n"):
        line = typed(line, key)
    assert line == Line("Ri-ce terrace", 3)
    for key in ("backspace", "end", "left", "ctrl-h", "ctrl-k", "ctrl-left", *"big ", "f5", "up"):
        line = typed(line, key)
    assert line == Line("Rice big terra", 9)
    assert typed(line, "ctrl-u") == Line("terra", 0)


@pytest.mark.parametrize(
    ("environment", "graphics"),
    [
        ({"TERM": "xterm-kitty"}, Graphics.KITTY),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app", "COLORTERM": "truecolor"}, Graphics.ITERM),
        ({"TERM": "tmux-256color", "TMUX": "x", "KITTY_WINDOW_ID": "1"}, Graphics.COLOURS_256),
        ({"TERM": "screen-256color", "COLORTERM": "truecolor", "TERM_PROGRAM": "WezTerm"}, Graphics.TRUECOLOR),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, Graphics.NONE),
        ({"TERM": "vt100"}, Graphics.NONE),
    ],
)
def test_what_a_terminal_shows_is_told_by_its_variables(environment: dict[str, str], graphics: Graphics) -> None:
    assert graphics_of(environment) is graphics


def test_half_blocks_show_two_pixels_in_each_cell() -> None:
    picture = Image.new("RGB", (300, 200), (255, 0, 0))
    picture.paste((0, 0, 255), (0, 100, 300, 200))
    found = shown(picture, Graphics.TRUECOLOR, 30, 20)
    assert found is not None
    assert (found.width, found.height) == (30, 10)
    assert found.rows[0].startswith("\x1b[38;2;255;0;0;48;2;255;0;0m▀")
    assert found.rows[-1].startswith("\x1b[38;2;0;0;255;48;2;0;0;255m▀")
    assert all(row.count("▀") == 30 for row in found.rows)
    coarse = shown(picture, Graphics.COLOURS_256, 30, 20)
    assert coarse is not None
    assert coarse.rows[0].startswith("\x1b[38;5;196;48;5;196m▀")
    tall = shown(picture.rotate(90, expand=True), Graphics.TRUECOLOR, 30, 10)
    assert tall is not None
    assert (tall.width, tall.height) == (13, 10)


def test_graphics_carry_the_picture_in_pieces_and_ask_for_no_answer() -> None:
    random = Image.effect_noise((400, 300), 90).convert("RGB")
    kitty = shown(random, Graphics.KITTY, 30, 20)
    assert kitty is not None
    pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", kitty.graphic)
    assert "q=2" in pieces[0][0]
    assert [piece[0].rpartition("m=")[2] for piece in pieces] == [*["1"] * (len(pieces) - 1), "0"]
    assert max(len(piece[1]) for piece in pieces) <= 4096
    assert base64.b64decode("".join(piece[1] for piece in pieces)).startswith(b"\x89PNG")
    iterm = shown(random, Graphics.ITERM, 30, 20)
    assert iterm is not None
    assert base64.b64decode(iterm.graphic.partition(":")[2].rstrip("\x07")).startswith(b"\xff\xd8")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 12), (63, 30), (200, 50), (20, 5)])
def test_a_screen_fits_its_window(columns: int, rows: int) -> None:
    wide = Keyword("漢字" * 30, Source.VISION, 0.5, "x" * 300)
    state = State(Draft("Title " * 40, "Text " * 90, (*WORDS, *[wide] * 60), (wide,) * 30), cursor=40)
    for shown_state in (state, after(state, "t"), after(state, "?")):
        picture = shown(Image.new("RGB", (300, 200)), Graphics.TRUECOLOR, 30, 10)
        for part in re.split(
            r"\x1b\[(?=\d+;\d+H)", screen(View("1/2", "folder/" * 20 + "漢字.jpg", shown_state, picture), columns, rows)
        )[1:]:
            place, _, text = part.partition("H")
            row, column = map(int, place.split(";"))
            plain = re.sub(r"\x1b\[[0-9;]*[mJ]", "", text)
            assert row <= rows
            assert column - 1 + cell_len(plain) <= columns


def test_a_name_cannot_command_the_terminal() -> None:
    assert clean("a\x1b]0;owned\x07\nb\u202e") == "a�]0;owned� b�"


class Played:
    """The program on a pseudo-terminal of 80 × 24, with what it has drawn so far."""

    def __init__(self, *arguments: str | Path) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name not in {"TMUX", "COLUMNS", "LINES"}}
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        # The pseudo-terminal is the program's own, so that Ctrl-C and a closed window reach it.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stockctl", *map(str, arguments)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no thread of ours runs here
        )
        os.close(slave)
        self.raw = ""

    @property
    def drawn(self) -> str:
        """What was drawn since the last `until`, without colours and places."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.raw)

    def until(self, text: str, seconds: float = 90) -> str:
        """Wait until `text` is drawn; return what was drawn since the last call, without colours."""
        end = time.monotonic() + seconds
        while text not in self.drawn:
            assert time.monotonic() < end, f"{text!r} was not drawn: {self.drawn[-3000:]!r}"
            if select.select([self.master], [], [], 0.1)[0]:
                try:
                    data = os.read(self.master, 65536)
                except OSError:
                    data = b""
                assert data, f"it ended without {text!r}: {self.drawn[-3000:]!r}"
                self.raw += data.decode("utf-8", "replace")
        drawn, self.raw = self.drawn, ""
        return drawn

    def type(self, keys_: str) -> None:
        os.write(self.master, keys_.encode())

    def end(self) -> int:
        while True:
            try:
                if not os.read(self.master, 65536):
                    break
            except OSError:
                break
        return self.process.wait(30)

    def close(self) -> None:
        """Close the window, as a person does who has had enough."""
        os.close(self.master)
        self.master = -1
        self.process.wait(30)


@pytest.fixture
def play(home: Path) -> Iterator[Callable[..., Played]]:
    assert home.is_dir()
    if sys.platform == "win32":
        pytest.skip("pseudo-terminals are POSIX")
    started: list[Played] = []

    def start(*arguments: str | Path) -> Played:
        started.append(Played(*arguments))
        return started[-1]

    yield start
    for played in started:
        if played.process.poll() is None:
            played.process.kill()
            played.process.wait()
        if played.master >= 0:
            os.close(played.master)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "DCIM"
    for seed, name in enumerate(("boat-on-calm-lake", "dog-runs-on-beach", "red-roof-tiles")):
        put(folder / f"{name}.jpg", jpeg(640, 420, seed=seed))
    return folder


def test_a_review_writes_what_is_accepted_goes_on_later_and_can_be_undone(
    play: Callable[..., Played], stockctl: Program, photos: Path
) -> None:
    before = {path.name: path.read_bytes() for path in photos.iterdir()}
    first, second = photos / "boat-on-calm-lake.jpg", photos / "dog-runs-on-beach.jpg"
    played = play("keyword", photos, "--interactive", "--all")
    assert "▀▀▀▀▀▀▀▀" in played.until("q quit")
    played.type("a")
    played.until("add words")
    played.type("mist, =1+1\r")
    played.until("mist")
    played.type("\r")
    assert "2/3 (1 accepted)" in played.until("dog-runs-on-beach")
    record = read(first).record
    assert record.keywords[:2] == ("mist", "=1+1")
    assert "boat" in record.keywords
    # The window is closed in the middle of the second file: the word typed there is not lost.
    played.type("asand\r")
    played.until("1 sand")
    played.close()
    assert second.read_bytes() == before[second.name]

    again = play("keyword", photos, "--interactive", "--all")
    assert "2/3" in again.until("1 sand")
    again.type("s")
    again.until("3/3")
    again.type("bb")
    again.until("1/3")
    again.type("q")
    again.until("1 of 3 files accepted, 1 skipped")
    assert again.end() == 0
    sources = {entry["source"]: entry for entry in stockctl("keyword", "--stats", "--json").json["sources"]}
    assert sources["file"]["kept"] >= 2

    assert stockctl("undo", "--json").code == 0
    assert {path.name: path.read_bytes() for path in photos.iterdir()} == before
    # What was undone is no longer accepted.
    third = play("keyword", photos, "--interactive", "--json")
    third.until("1/3")
    third.type("q")
    assert '"assets": []' in third.until('"errors"')
    assert third.end() == 0


def test_a_file_that_cannot_be_written_stays_and_is_reported(play: Callable[..., Played], photos: Path) -> None:
    (photos / "boat-on-calm-lake.jpg").chmod(0o444)
    played = play("keyword", photos, "--interactive")
    played.until("1/3")
    played.type("\r")
    played.until("read-only")
    played.type("q")
    played.until("could not be worked on")
    assert played.end() == 1


def test_ctrl_c_leaves_the_terminal_as_it_was(play: Callable[..., Played], photos: Path) -> None:
    import termios

    played = play("keyword", photos, "--interactive")
    played.until("1/3")
    assert not termios.tcgetattr(played.master)[3] & termios.ECHO
    played.type("\x03")
    assert played.end() == 130
    assert termios.tcgetattr(played.master)[3] & termios.ECHO


def test_without_a_terminal_it_says_what_to_use_instead(program: Program, stockctl: Program, photos: Path) -> None:
    run = program("keyword", photos, "--interactive")
    assert run.code == 2
    assert "--sheet" in run.err
    assert stockctl("keyword", photos, "--interactive", "--dry-run").code == 2


def test_the_help_names_every_key() -> None:
    told = {part for names, _ in HELP for part in re.split(r"[ ,]+", names)}
    assert {key for key in KEYS if len(key) == 1 and key.isalpha()} <= told


def test_words_that_were_suggested_before_a_review_are_so_after_its_undo(
    play: Callable[..., Played], stockctl: Program, photos: Path
) -> None:
    def grounds() -> dict[str, str]:
        (asset,) = stockctl("keyword", photo, "--dry-run", "--json").json["assets"]
        return {entry["word"]: entry["ground"] for entry in asset["keywords"]}

    photo = photos / "boat-on-calm-lake.jpg"
    stockctl("keyword", photo, "--context", "Old lighthouse on a cliff in fog")
    before = grounds()
    assert before["cliff"] == "said"
    played = play("keyword", photo, "--interactive")
    played.until("q quit")
    played.type("a")
    played.until("add words")
    played.type("mist\r")
    played.until("mist")
    played.type("\r")
    played.until("batch 2")
    played.close()
    assert grounds()["cliff"] == "person"
    assert stockctl("undo").code == 0
    assert grounds() == before
