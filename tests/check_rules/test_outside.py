"""Every kind of file through the whole of check: whole, broken, hostile, oddly named."""

from __future__ import annotations

import json
import struct
import time
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from stockctl.agencies import load
from tests.media_probes.test_audio import tone, wav
from tests.media_probes.test_vector import EPS, PDF, SVG, binary, tiff
from tests.media_probes.test_video import clip
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

    Checked = Callable[..., dict[str, Any]]


@pytest.fixture
def checked(stockctl: Callable[..., Run], tmp_path: Path) -> Checked:
    """Check the test's folder in this process and return the one asset that is asked for, by its file's name."""

    def run(name: str, *arguments: str) -> dict[str, Any]:
        document = stockctl("check", tmp_path / "files", "--workers", "1", "--json", *arguments).json
        assert document["errors"] == []
        return next(asset for asset in document["assets"] if asset["path"].endswith(name))

    return run


def names(asset: dict[str, Any], agency: str | None = None) -> set[str]:
    return {entry["name"] for entry in asset["findings"] if entry["agency"] == agency}


def test_a_vector_with_its_preview_and_one_without(checked: Checked, tmp_path: Path) -> None:
    put(tmp_path / "files" / "alone.eps", EPS)
    put(tmp_path / "files" / "pair.eps", binary(EPS, tiff(300, 200)))
    put(tmp_path / "files" / "pair.jpg", jpeg(2600, 1733))
    pair = checked("pair.eps")
    assert (pair["kind"], pair["format"], pair["width"], pair["height"]) == ("vector", "eps", 3000, 2000)
    assert "missing-companion" not in names(pair, "123rf")
    assert "missing-companion" in names(checked("alone.eps"), "123rf")
    # Storyblocks takes no vectors, of MotionElements it is not known: told, and left out of the verdict.
    for agency, told in (("storyblocks", "takes no vector files"), ("motionelements", "is not known")):
        (finding,) = (entry for entry in pair["findings"] if entry["agency"] == agency)
        assert (finding["name"], finding["severity"]) == ("unaccepted-format", "info")
        assert told in finding["message"]
        assert agency not in pair["verdict"]


def test_a_vector_in_cmyk_is_refused_where_rgb_is_asked_for(checked: Checked, tmp_path: Path) -> None:
    put(tmp_path / "files" / "print.eps", EPS.replace(b"%%EndComments", b"%AI9_ColorModel: 2\n%%EndComments"))
    asset = checked("print.eps")
    assert "wrong-colour-space" in names(asset, "freepik")
    assert "wrong-colour-space" not in names(asset, "vecteezy")


def test_an_svg_that_declares_entities_is_damaged_and_reads_no_file(checked: Checked, tmp_path: Path) -> None:
    secret = put(tmp_path / "secret.txt", b"do not read this")
    text = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{secret.as_uri()}">]><svg viewBox="0 0 9 9"><text>&x;</text></svg>'
    put(tmp_path / "files" / "outside.svg", text.encode())
    asset = checked("outside.svg")
    assert "damaged-file" in names(asset)
    assert "do not read" not in json.dumps(asset)
    assert set(asset["verdict"].values()) == {"blocked"}


def test_an_svg_names_what_is_refused_in_it(checked: Checked, tmp_path: Path) -> None:
    put(tmp_path / "files" / "live.svg", SVG.replace(b"</svg>", b"<text>Sale</text><script/></svg>"))
    asset = checked("live.svg")
    said = [entry["message"] for entry in asset["findings"] if entry["name"] == "vector-content"]
    assert said == ["it holds live text", "it holds scripts"]


def test_an_illustrator_file_that_is_called_eps_is_told_apart(checked: Checked, tmp_path: Path) -> None:
    put(tmp_path / "files" / "really.eps", PDF)
    asset = checked("really.eps")
    assert asset["format"] == "ai"
    assert "not-what-its-name-says" in names(asset)


def test_a_pdf_that_is_called_eps_is_no_vector_at_all(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "page.eps", b"%PDF-1.4\nhello\n%%EOF")
    run = stockctl("check", tmp_path, "--json")
    assert run.code == 1
    assert [entry["error"] for entry in run.json["errors"]] == ["this is no EPS file, whatever its name says"]


def test_a_clip_is_judged_by_length_size_and_codec(checked: Checked, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    clip(tmp_path / "files" / "short.mp4", 2)
    asset = checked("short.mp4")
    assert asset["kind"] == "video"
    assert {"video-length", "video-resolution"} <= names(asset, "adobe_stock")
    assert asset["verdict"]["adobe_stock"] == "blocked"
    assert "alamy" not in asset["verdict"]


def test_a_clip_that_is_cut_off_is_damaged(checked: Checked, tmp_path: Path) -> None:
    whole = clip(tmp_path / "whole.mp4").read_bytes()
    put(tmp_path / "files" / "half.mp4", whole[: len(whole) // 2])
    assert "damaged-file" in names(checked("half.mp4"))


def test_a_sound_is_judged_by_its_rate_and_a_lying_one_is_damaged(checked: Checked, tmp_path: Path) -> None:
    put(tmp_path / "files" / "low.wav", wav(tone()).replace(struct.pack("<I", 48_000), struct.pack("<I", 22_050), 1))
    put(tmp_path / "files" / "lies.wav", wav(tone(), promise=1_000_000))
    low = checked("low.wav")
    (finding,) = (
        entry for entry in low["findings"] if entry["name"] == "audio-format" and entry["agency"] == "dreamstime"
    )
    assert (finding["severity"], finding["value"], finding["limit"]) == ("error", 22_050, 44_100)
    assert "damaged-file" in names(checked("lies.wav"))


def test_names_in_other_scripts_and_of_any_length_are_judged_and_told(checked: Checked, tmp_path: Path) -> None:
    for name in (f"{'ю' * 124}.jpg", "🌅🌊.jpg", "a  'b'.jpg"):
        put(tmp_path / "files" / name, jpeg(640, 480, seed=len(name)))
        asset = checked(name)
        assert "bad-file-name" in names(asset, "shutterstock")
        assert asset["verdict"]["shutterstock"] == "blocked"


def test_the_table_of_verdicts_and_its_legend_fit_eighty_columns(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "files" / f"{'long-name-' * 9}.jpg", jpeg(640, 480))
    lines = stockctl("check", tmp_path / "files", "--workers", "1").out.splitlines()
    table = lines[next(at for at, line in enumerate(lines) if line.split()[:2] == ["picture", "words"]) :]
    assert max(len(line) for line in table) <= 80
    assert "WS Wirestock" in " ".join(table)


def test_two_files_that_would_meet_under_one_name_are_told(checked: Checked, tmp_path: Path) -> None:
    put(tmp_path / "files" / "a" / "img 1.jpg", jpeg(640, 480, seed=1))
    put(tmp_path / "files" / "b" / "img-1.jpg", jpeg(640, 480, seed=2))
    asset = checked("img 1.jpg")
    told = {entry["message"]: entry["hint"] for entry in asset["findings"] if entry["agency"] == "shutterstock"}
    assert told["img-1.jpg would have the same name there"] == "submit calls the later of the two img_1_2.jpg"
    assert "submit uploads it as img_1.jpg" in told["the name has ' ', which is not taken"]


def test_a_file_of_ones_own_changes_the_verdict_without_opening_a_file(
    stockctl: Callable[..., Run], tmp_path: Path, home: Path
) -> None:
    put(tmp_path / "files" / "small.jpg", jpeg(1600, 1200))
    before = stockctl("check", tmp_path / "files", "--agency", "alamy", "--json").json["assets"][0]
    assert "too-few-pixels" in names(before, "alamy")
    put(home / "agencies" / "alamy.toml", b"[image]\nmin_mp = 1\n")
    after = stockctl("check", tmp_path / "files", "--agency", "alamy", "--json").json["assets"][0]
    assert "too-few-pixels" not in names(after, "alamy")


def test_a_linked_release_quiets_its_rule_and_an_expired_one_speaks(
    stockctl: Callable[..., Run], checked: Checked, tmp_path: Path
) -> None:
    photo = put(tmp_path / "files" / "ana.jpg", jpeg(640, 480))
    stockctl(
        "keyword", photo, "--set", "woman, bridge, river, dawn, city, stone, sky", "--title", "A woman on a bridge"
    )
    assert "missing-release" in names(checked("ana.jpg"))
    paper = put(tmp_path / "ana.pdf", b"%PDF-1.4 signed")
    stockctl("release", "add", paper, "--person", "Ana", "--expires", "2020-01-01")
    stockctl("release", "link", "Ana", photo)
    asset = checked("ana.jpg")
    assert "missing-release" not in names(asset)
    assert "release-invalid" in names(asset)
    assert "release-form" in names(asset, "shutterstock")


def test_a_tiff_of_a_hundred_pages_and_a_picture_of_900_megapixels_end_in_a_clear_word(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    page = Image.new("RGB", (64, 48), "teal")
    (tmp_path / "files").mkdir()
    page.save(tmp_path / "files" / "pages.tif", save_all=True, append_images=[page] * 99)
    Image.new("1", (30_000, 30_000)).save(tmp_path / "files" / "vast.png")
    began = time.monotonic()
    document = stockctl("check", tmp_path / "files", "--workers", "1", "--json").json
    assert time.monotonic() - began < 30
    pages, vast = document["assets"]
    assert "it holds 100 pictures" in {entry["message"] for entry in pages["findings"]}
    assert "not-decoded" in names(vast)
    assert (vast["width"], vast["height"]) == (30_000, 30_000)
    assert "too-many-pixels" in names(vast, "adobe_stock")
    assert "ready" not in vast["verdict"].values()
    assert vast["verdict"]["adobe_stock"] == "blocked"


def test_a_thousand_files_would_be_judged_in_a_second_or_two() -> None:
    """A quarter of them, against all agencies, beside plain counting, of which a million take .06 s when idle."""
    from dataclasses import replace
    from pathlib import Path

    from stockctl.check.judge import judge, verdicts
    from tests.check_rules.good import PHOTO, WORDS

    agencies = list(load().values())
    began = time.process_time()
    assert sum(one * one for one in range(1_000_000))
    counting = time.process_time() - began
    for number in range(251):
        # Behind the first, which reads the lists of words.
        began = time.process_time() if number == 1 else began
        words = (*WORDS, f"word{number}", f"other{number}")
        record = replace(PHOTO.record, title=f"{PHOTO.record.title} {number}", keywords=words)
        asset = replace(PHOTO, path=Path(f"img_{number}.jpg"), width=1500 + number, record=record)
        assert verdicts(asset, judge(asset, agencies), agencies)
    assert time.process_time() - began < 25 * counting
