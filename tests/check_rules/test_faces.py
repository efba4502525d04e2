"""Faces without a release: looked for where the settings ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from stockctl.media import faces
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
