"""The contact sheet's pictures: an overview of each file, and each finding's place at 100 %."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import piexif
import pytest
from PIL import Image

from stockctl.media.decoding.decode import decode
from tests.check_pixels.decoding.profiles import ADOBE_RGB, profile
from tests.pictures import put, texture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

TURNED = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}})


def soft(seed: int, **options: Any) -> bytes:
    """Return a JPEG that is out of focus everywhere."""
    pixels = cv2.GaussianBlur(texture(2600, 1700, seed), (0, 0), 3)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=93, **options)
    return buffer.getvalue()


def pictures_of(page: str) -> dict[str, list[Any]]:
    """Return by file name the overview of each card and the crops after it, uint8 (height, width, 3)."""
    cards = re.findall(r"<article.*?</article>", page, re.DOTALL)
    return {
        re.findall(r"<h3>(.*?)</h3>", card)[0]: [
            np.asarray(Image.open(io.BytesIO(base64.b64decode(code))))
            for code in re.findall(r'src="data:image/jpeg;base64,([^"]+)"', card)
        ]
        for card in cards
    }


@pytest.mark.parametrize("workers", [1, 2])
def test_each_card_shows_its_file_and_each_finding_its_place(
    stockctl: Callable[..., Run], tmp_path: Path, workers: int
) -> None:
    files = {
        "a.jpg": soft(1),
        "b.jpg": soft(2, exif=TURNED),
        "c.jpg": soft(3, icc_profile=profile(ADOBE_RGB, "Adobe RGB (1998)")),
        "d.jpg": soft(4)[:90_000],
    }
    for name, data in files.items():
        put(tmp_path / "photos" / name, data)
    out = tmp_path / "out.html"
    run = stockctl(
        *("check", tmp_path / "photos", "--select", "out-of-focus", "--select", "damaged-file"),
        *("--report", out, "--workers", workers, "--json"),
    )
    shown = pictures_of(out.read_text(encoding="utf-8"))
    # The worst first: what is damaged.
    assert list(shown) == ["d.jpg", "a.jpg", "b.jpg", "c.jpg"]
    assert shown["d.jpg"] == []
    for asset in run.json["assets"][:3]:
        name = asset["path"].rsplit("/", maxsplit=1)[-1]
        overview, crop = shown[name]
        whole = decode(files[name], "jpeg").pixels
        assert max(overview.shape) == 480
        assert distance(overview, cv2.resize(whole, overview.shape[1::-1], interpolation=cv2.INTER_AREA)) < 3
        (finding,) = asset["findings"]
        x, y, width, height = finding["box"]
        left = max(0, min(x + width // 2 - 120, whole.shape[1] - 240))
        top = max(0, min(y + height // 2 - 120, whole.shape[0] - 240))
        assert distance(crop, whole[top : top + 240, left : left + 240]) < 3


def distance(one: Any, other: Any) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other.astype(int)).mean())
