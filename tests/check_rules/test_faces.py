"""Faces without a release: looked for where the settings ask for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from stockctl.check.judge import judge
from stockctl.check.measure.lens.subject import sharpness_of
from stockctl.check.rules.pixels.focus import SOFT_FACE
from stockctl.media import faces
from stockctl.media.decoding.decode import decode
from tests.check_pixels.test_rules import of
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    if not faces.available():
        pytest.skip("scikit-image is not installed; it is the extra `faces`")
    from skimage.data import astronaut

    path = tmp_path / "photos" / "eileen.jpg"
    path.parent.mkdir()
    Image.fromarray(astronaut()).resize((1536, 1536)).save(path, quality=92)
    return path


def names(run: Run) -> set[str]:
    return {finding["name"] for asset in run.json["assets"] for finding in asset["findings"]}


def test_a_face_is_found_only_where_the_settings_ask_and_a_release_quiets_it(
    stockctl: Callable[..., Run], portrait: Path, home: Path, tmp_path: Path
) -> None:
    assert "face-without-release" not in names(stockctl("check", portrait, "--workers", "1", "--json"))
    put(home / "stockctl.toml", b"[check]\nfaces = true\n")
    run = stockctl("check", portrait, "--workers", "1", "--json")
    (finding,) = (entry for entry in run.json["assets"][0]["findings"] if entry["name"] == "face-without-release")
    x, y, width, height = finding["box"]
    # The face stands at 180–270, 70–160 of 512 pixels.
    assert x < 225 * 3 < x + width
    assert y < 115 * 3 < y + height
    put(tmp_path / "eileen.pdf", b"%PDF-1.4 signed")
    stockctl("release", "add", tmp_path / "eileen.pdf", "--person", "Eileen")
    stockctl("release", "link", "Eileen", portrait)
    assert "face-without-release" not in names(stockctl("check", portrait, "--workers", "1", "--json"))


def test_a_picture_that_was_looked_at_is_not_opened_again(
    stockctl: Callable[..., Run], portrait: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home / "stockctl.toml", b"[check]\nfaces = true\n")
    stockctl("check", portrait, "--workers", "1", "--json")

    def opened(path: Path) -> None:
        raise AssertionError(path)

    monkeypatch.setattr(faces, "faces", opened)
    assert "face-without-release" in names(stockctl("check", portrait, "--workers", "1", "--json"))


def test_a_turned_picture_has_its_face_where_it_stands_upright(portrait: Path, tmp_path: Path) -> None:
    ((x, y, width, height),) = faces.faces(portrait) or []
    turned = tmp_path / "turned.jpg"
    with Image.open(portrait) as image:
        exif = image.getexif()
        exif[0x0112] = 6
        image.resize((1536, 1200)).transpose(Image.Transpose.ROTATE_90).save(turned, quality=92, exif=exif)
    ((tx, ty, twidth, _),) = faces.faces(turned) or []
    assert abs(tx - x) < width / 2
    assert abs(ty - y * 1200 / 1536) < height / 2
    assert abs(twidth - width) < width / 2


def test_a_face_that_is_soft_before_a_sharp_ground_informs_and_a_sharp_one_does_not(
    stockctl: Callable[..., Run], portrait: Path, home: Path
) -> None:
    put(home / "stockctl.toml", b"[check]\nfaces = true\n")
    ground = np.random.default_rng(1).integers(60, 196, (768, 768, 3)).astype(np.uint8)
    with Image.open(portrait) as image:
        small = image.resize((768, 768))
    sharp = Image.composite(small, Image.fromarray(ground).filter(ImageFilter.GaussianBlur(0.7)), _before(small.size))
    sharp.save(portrait, quality=95)
    (sharpness,) = sharpness_of(decode(portrait.read_bytes(), "jpeg"), [(270, 105, 135, 135)])
    assert sharpness is not None
    assert sharpness > SOFT_FACE
    soft = Image.composite(sharp.filter(ImageFilter.GaussianBlur(3)), sharp, _before(sharp.size))
    soft.save(portrait, quality=95)
    run = stockctl("check", portrait, "--workers", "1", "--json")
    (finding,) = (entry for entry in run.json["assets"][0]["findings"] if entry["name"] == "focus-subject")
    x, y, width, height = finding["box"]
    assert finding["severity"] == "info"
    assert x < 337 < x + width
    assert y < 172 < y + height


def _before(size: tuple[int, int]) -> Image.Image:
    """Return a mask of the person in the middle."""
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((165, 30, 500, 800), fill=255)
    return mask.filter(ImageFilter.GaussianBlur(8))


@pytest.mark.parametrize(
    ("faces_", "told"),
    [
        ([[1300, 900, 400, 400, -30.0]], True),
        ([[1300, 900, 400, 400, -25.0]], False),
        ([[1300, 900, 400, 400, None]], False),
        ([[1300, 900, 400, 400]], False),
        ([[2500, 900, 400, 400, -30.0]], False),
        ([[1300, 1600, 400, 400, -30.0]], False),
        ([[1300, 900, 100, 100, -30.0]], False),
        ([[1300, 900, 400, 400, -30.0], [600, 900, 300, 300, -12.0]], False),
        ([[1300, 900, 400, 400, -30.0], [600, 900, 200, 200, -12.0]], True),
        ([[1300, 900, 400, 400, -30.0], [600, 900, 500, 500, None]], True),
        ([], False),
    ],
)
def test_only_faces_in_the_middle_that_are_soft_for_sure_are_told(faces_: list[list[Any]], *, told: bool) -> None:
    asset = replace(of({"sharpness": -8.0}, {}), width=3000, height=2000, facts={"faces": faces_})
    assert ("focus-subject" in {finding.name for finding in judge(asset, [])}) == told
    soft = replace(asset, measurements={"sharpness": -17.0})
    assert "focus-subject" not in {finding.name for finding in judge(soft, [])}


def test_a_file_that_is_no_picture_has_no_answer_and_a_texture_no_face(tmp_path: Path) -> None:
    if not faces.available():
        pytest.skip("scikit-image is not installed; it is the extra `faces`")
    assert faces.faces(put(tmp_path / "text.jpg", b"hello")) is None
    assert faces.faces(put(tmp_path / "ridge.jpg", jpeg(640, 480))) == []


def test_a_detector_that_is_not_installed_is_asked_for(
    stockctl: Callable[..., Run], tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home / "stockctl.toml", b"[check]\nfaces = true\n")
    photo = put(tmp_path / "ridge.jpg", jpeg(640, 480))
    monkeypatch.setattr(faces, "available", lambda: False)
    run = stockctl("check", photo, "--workers", "1")
    assert run.code == 2
    assert "stockctl[faces]" in run.err
