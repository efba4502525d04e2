"""What is sent of each kind of file, and how many questions it takes."""

from __future__ import annotations

import base64
import io
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from stockctl.media import render
from tests.pictures import jpeg, put
from tests.vision.serving import GOOD, Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

    Program = Callable[..., Run]

SAMPLES = Path(__file__).parents[2] / "sample_assets" / "photos"
EPS = SAMPLES / "vectors" / "batik-kawung-pattern.eps"
SVG = SAMPLES / "vectors" / "batik-kawung-pattern-tile.svg"
CLIP = SAMPLES / "campaign" / "sunset-reel-upright.mp4"


def looked(stockctl: Program, folder: Path, *more: str) -> Run:
    return stockctl("keyword", folder, "--vision", "local", "--sidecar", "--json", *more)


def sent(request: dict[str, Any]) -> list[Image.Image]:
    parts = request["messages"][0]["content"]
    data = [part["image_url"]["url"].partition(",")[2] for part in parts if part["type"] == "image_url"]
    return [Image.open(io.BytesIO(base64.b64decode(text))) for text in data]


def words(run: Run) -> list[int]:
    return [sum(entry["source"] == "vision" for entry in asset["keywords"]) for asset in run.json["assets"]]


def test_three_frames_of_a_clip_go_in_one_question(stockctl: Program, server: Server, tmp_path: Path) -> None:
    (tmp_path / "DCIM").mkdir()
    shutil.copy(CLIP, tmp_path / "DCIM" / "MOV_0001.mp4")
    run = looked(stockctl, tmp_path / "DCIM")
    assert run.code == 0, run.err
    (request,) = server.requests
    pictures = sent(request)
    assert len(pictures) == 3
    assert {picture.format for picture in pictures} == {"JPEG"}
    assert all(picture.height > picture.width and max(picture.size) <= 768 for picture in pictures)
    assert "3 pictures are frames of one clip" in request["messages"][0]["content"][0]["text"]
    assert words(run) == [5]


def test_a_vector_and_its_jpeg_take_one_question_and_get_the_same_words(
    stockctl: Program, server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "DCIM"
    folder.mkdir()
    shutil.copy(EPS, folder / "A0001.eps")
    shutil.copy(EPS.with_suffix(".jpg"), folder / "A0001.jpg")
    run = looked(stockctl, folder)
    assert run.code == 0, run.err
    assert len(server.requests) == 1
    assert words(run) == [5, 5]


def test_a_vector_takes_the_answer_that_its_jpeg_got_before(stockctl: Program, server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "DCIM"
    folder.mkdir()
    shutil.copy(EPS, folder / "A0001.eps")
    shutil.copy(EPS.with_suffix(".jpg"), folder / "A0001.jpg")
    assert looked(stockctl, folder / "A0001.jpg").code == 0
    run = looked(stockctl, folder / "A0001.eps")
    assert (words(run), len(server.requests)) == ([5], 1)


@pytest.mark.skipif(not render.program_for("eps"), reason="Ghostscript is not installed")
def test_a_vector_without_a_jpeg_is_drawn(stockctl: Program, server: Server, tmp_path: Path) -> None:
    (tmp_path / "DCIM").mkdir()
    shutil.copy(EPS, tmp_path / "DCIM" / "A0001.eps")
    run = looked(stockctl, tmp_path / "DCIM")
    assert run.code == 0, run.err
    (picture,) = sent(server.requests[0])
    assert max(picture.size) == pytest.approx(768, abs=2)
    extremes = picture.convert("L").getextrema()
    assert extremes != (255, 255)


@pytest.mark.skipif(not render.program_for("eps"), reason="Ghostscript is not installed")
@pytest.mark.parametrize(
    "program",
    ["(/etc/passwd) (r) file pop", "(out.txt) (w) file pop", "{} loop", "(%pipe%id) (r) file pop"],
    ids=["reads", "writes", "has no end", "starts a program"],
)
def test_a_vector_that_is_a_program_does_no_harm(
    stockctl: Program, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(render, "SECONDS", 2)
    head = "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\n"
    put(tmp_path / "DCIM" / "A0001.eps", f"{head}{program}\nshowpage\n%%EOF\n".encode())
    run = looked(stockctl, tmp_path / "DCIM")
    assert run.code == 1
    assert "cannot be drawn" in run.err
    assert "A0001.jpg" in run.err
    assert (server.requests, list(tmp_path.rglob("out.txt"))) == ([], [])


def test_what_cannot_be_drawn_is_said_and_counted(
    stockctl: Program, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    (tmp_path / "DCIM").mkdir()
    shutil.copy(SVG, tmp_path / "DCIM" / "A0001.svg")
    run = looked(stockctl, tmp_path / "DCIM")
    assert (run.code, run.json["vision"]["failed"], server.requests) == (1, 1, [])
    assert "no resvg is installed" in run.err
    assert "A0001.jpg" in run.err


def test_a_sound_is_said_and_no_failure(stockctl: Program, server: Server, tmp_path: Path) -> None:
    import numpy as np
    import soundfile

    (tmp_path / "DCIM").mkdir()
    soundfile.write(tmp_path / "DCIM" / "REC_0001.wav", np.zeros(44_100, np.float32), 44_100)
    run = looked(stockctl, tmp_path / "DCIM")
    assert (run.code, server.requests) == (0, [])
    assert "a sound has nothing to look at" in run.err


def burst(folder: Path, count: int) -> None:
    """Lay down near-identical frames, a second apart, as `check` tells them."""
    base = Image.open(io.BytesIO(jpeg(1200, 800, seed=5)))
    for number in range(count):
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = f"2026:06:01 10:00:{number:02d}"
        frame = base.copy()
        frame.paste((10 * number, 0, 0), (0, 0, 4, 4))
        folder.mkdir(exist_ok=True)
        frame.save(folder / f"DSC_{number:04d}.jpg", quality=90, exif=exif)


def test_near_identical_frames_are_asked_in_one_question_where_the_server_takes_several(
    stockctl: Program, server: Server, tmp_path: Path, home: Path
) -> None:
    burst(tmp_path / "DCIM", 3)
    (home / "stockctl.toml").write_text(f'[vision.local]\nurl = "{server.url}"\nmodel = "m"\npictures = 4\n')
    assert stockctl("check", tmp_path / "DCIM", "--agency", "alamy").code in {0, 1}
    others = [{"title": "Lighthouse with a gull", "keywords": ["gull"], "without": ["fog"], "people": 0},
              {"title": "", "keywords": [], "without": [], "people": 0}]  # fmt: skip
    server.script = [{**GOOD, "others": others}]
    run = looked(stockctl, tmp_path / "DCIM")
    (request,) = server.requests
    assert len(sent(request)) == 3
    assert "others" in request["response_format"]["json_schema"]["schema"]["required"]
    seen = [{entry["word"] for entry in asset["keywords"]} for asset in run.json["assets"]]
    assert [asset["title"] for asset in run.json["assets"]] == [GOOD["title"], "Lighthouse with a gull", GOOD["title"]]
    assert "gull" in seen[1]
    assert "fog" in seen[0]
    assert run.json["vision"]["asked"] == 3


def test_a_server_that_takes_one_picture_gets_one_at_a_time(
    stockctl: Program, server: Server, tmp_path: Path, home: Path
) -> None:
    burst(tmp_path / "DCIM", 3)
    (home / "stockctl.toml").write_text(f'[vision.local]\nurl = "{server.url}"\nmodel = "m"\npictures = 4\n')
    stockctl("check", tmp_path / "DCIM", "--agency", "alamy")

    def one(body: dict[str, Any]) -> Any:
        return GOOD if len(sent(body)) == 1 else (400, {}, "at most one image is allowed")

    server.script = [one]
    run = looked(stockctl, tmp_path / "DCIM")
    assert (run.code, words(run)) == (0, [5, 5, 5])
    assert [len(sent(request)) for request in server.requests] == [3, 1, 1, 1]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_an_svg_is_drawn_by_resvg_where_that_is_installed(
    stockctl: Program, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, said = tmp_path / "drawn.png", tmp_path / "said"
    Image.new("RGB", (768, 700), (200, 40, 40)).save(drawn)
    program = put(
        tmp_path / "bin" / "resvg",
        f'#!/bin/sh\necho "$@" > {said}\nfor last; do :; done\ncp {drawn} "$last"\n'.encode(),
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    (tmp_path / "DCIM").mkdir()
    shutil.copy(SVG, tmp_path / "DCIM" / "--width.svg")
    run = looked(stockctl, tmp_path / "DCIM")
    assert run.code == 0, run.err
    (picture,) = sent(server.requests[0])
    assert picture.size == (768, 700)
    # Of the file's own name the program hears nothing.
    assert said.read_text().split()[-2].endswith("/drawn.svg")
    assert "--background white" in said.read_text()
