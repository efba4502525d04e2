"""The same picture in every form that a file may take: measured alike, shown at the same place, its space named."""

from __future__ import annotations

import io
import struct
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from stockctl.check.run.inspect import inspect
from tests.check_pixels.decoding.profiles import ADOBE_RGB, DISPLAY_P3, PROPHOTO, profile
from tests.pictures import put, texture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.conftest import Run

WIDTH, HEIGHT = 1440, 960
SPACES = {"Adobe RGB": ADOBE_RGB, "Display P3": DISPLAY_P3, "ProPhoto RGB": PROPHOTO}


@cache
def subject() -> Any:
    """Return a picture with a sharp part, a sky with grain and dust, a horizon, and clipped lights; uint8, sRGB."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    picture = cv2.GaussianBlur(texture(WIDTH, HEIGHT, 3), (0, 0), 5).astype(np.float32) * 0.6
    picture[600:920, 960:1400] = texture(440, 320, 6) * 0.6
    sky = (150 + 40 * rows / HEIGHT + 15 * columns / WIDTH)[..., None] * np.array([0.92, 1.0, 1.06])
    grain = np.random.default_rng(1).normal(0, 1.2, (HEIGHT, WIDTH, 1)) + np.random.default_rng(2).normal(
        0, 0.5, (HEIGHT, WIDTH, 3)
    )
    above = rows < 430 + columns * np.tan(np.deg2rad(1.5))
    picture = np.where(above[..., None], sky + grain, picture)
    spots = np.zeros((HEIGHT, WIDTH), np.float32)
    for column in range(100, 1400, 160):
        # One is clearer than the others, in every form.
        cv2.circle(spots, (column, 120), 6, 1.4 if column == 420 else 0.8, -1)
    picture *= (1 - 0.1 * cv2.GaussianBlur(spots, (0, 0), 1))[..., None]
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def lying(orientation: int, pixels: Any) -> Any:
    """Return how a camera stores the upright picture under an EXIF orientation."""
    return {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        5: pixels.swapaxes(0, 1),
        6: np.rot90(pixels, 1),
        7: np.rot90(pixels, 2).swapaxes(0, 1),
        8: np.rot90(pixels, -1),
    }[orientation]


def saved(format_: str, pixels: Any = None, mode: str | None = None, **options: Any) -> bytes:
    image = Image.fromarray(np.ascontiguousarray(subject() if pixels is None else pixels))
    buffer = io.BytesIO()
    (image.convert(mode) if mode else image).save(buffer, format_, **options)
    return buffer.getvalue()


def jpeg(**options: Any) -> bytes:
    return saved("JPEG", **{"quality": 97, "subsampling": 0} | options)


def deep(suffix: str) -> bytes:
    """Return the picture with 16 bits per channel, PNG or TIFF."""
    coded: NDArray[np.uint8]
    done, coded = cv2.imencode(suffix, (subject().astype(np.uint16) * 257)[..., ::-1])
    assert done
    return coded.tobytes()


def turned(format_: str, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options: dict[str, Any] = {"quality": 97, "subsampling": 0} if format_ == "JPEG" else {}
    return saved(format_, lying(orientation, subject()), exif=exif, **options)


def in_space(name: str) -> tuple[Any, bytes]:
    """Return the picture's pixels in another colour space, uint8, and that space's profile."""
    icc = profile(SPACES[name], name)
    converted = ImageCms.profileToProfile(
        Image.fromarray(subject()), ImageCms.createProfile("sRGB"), ImageCms.ImageCmsProfile(io.BytesIO(icc))
    )
    assert converted is not None
    return np.asarray(converted), icc


def deep_tiff(name: str) -> bytes:
    """Return the picture as programs hand over their best: 16 bits, in a wide space, with its profile (TIFF 6.0)."""
    icc = profile(SPACES[name], name)
    source = np.asarray(subject(), np.float64) / 255
    linear = np.where(source <= 0.04045, source / 12.92, ((source + 0.055) / 1.055) ** 2.4)
    srgb_to_xyz = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
    primaries, gamma = SPACES[name]
    wide = linear @ (np.linalg.inv(np.array(primaries).T) @ srgb_to_xyz).T
    data: bytes = np.rint(np.clip(wide, 0, 1) ** (1 / gamma) * 65535).astype("<u2").tobytes()
    after = 8 + 2 + 11 * 12 + 4
    entries = [
        (256, 4, 1, WIDTH),
        (257, 4, 1, HEIGHT),
        (258, 3, 3, after),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, after + 6 + len(icc)),
        (274, 3, 1, 1),
        (277, 3, 1, 3),
        (278, 4, 1, HEIGHT),
        (279, 4, 1, len(data)),
        (34675, 7, len(icc), after + 6),
    ]
    directory: bytes = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = struct.pack("<2sHIH", b"II", 42, 8, len(entries))
    return head + directory + bytes(4) + struct.pack("<3H", 16, 16, 16) + icc + data


def mpo() -> bytes:
    first, second = (Image.fromarray(part) for part in (subject(), 255 - subject()))
    buffer = io.BytesIO()
    first.save(buffer, "MPO", save_all=True, append_images=[second], quality=97, subsampling=0)
    return buffer.getvalue()


def with_gain_map() -> bytes:
    note = b"http://ns.adobe.com/xap/1.0/\0<x xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/' hdrgm:Version='1.0'/>"
    segment = b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note
    main = jpeg()
    return main[:2] + segment + main[2:] + saved("JPEG", subject()[::4, ::4, 1], quality=80)


def with_alpha() -> bytes:
    return saved("PNG", np.dstack([subject(), np.full((HEIGHT, WIDTH), 255, np.uint8)]))


def grey(pixels: Any) -> Any:
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


# What a form changes on the way: nothing; what JPEG's or a space's rounding does; colour besides.
EXACT, ROUNDED = 0.0, 1.0
FORMS: dict[str, tuple[str, Callable[[], bytes], float]] = {
    "TIFF": ("tif", lambda: saved("TIFF"), EXACT),
    "TIFF, LZW": ("tif", lambda: saved("TIFF", compression="tiff_lzw"), EXACT),
    "TIFF, 16 bits": ("tif", lambda: deep(".tif"), EXACT),
    "PNG, 16 bits": ("png", lambda: deep(".png"), EXACT),
    "PNG with alpha": ("png", with_alpha, EXACT),
    "WebP": ("webp", lambda: saved("WEBP", lossless=True), EXACT),
    "JPEG": ("jpg", jpeg, ROUNDED),
    "progressive": ("jpg", lambda: jpeg(progressive=True), ROUNDED),
    "restart markers": ("jpg", lambda: jpeg(restart_marker_rows=1), ROUNDED),
    "MPO": ("jpg", mpo, ROUNDED),
    "gain map": ("jpg", with_gain_map, ROUNDED),
    "CMYK": ("jpg", lambda: jpeg(mode="CMYK"), ROUNDED),
    **{f"EXIF {n}": ("jpg", lambda n=n: turned("JPEG", n), ROUNDED) for n in range(1, 9)},  # type: ignore[misc]
    **{f"TIFF, EXIF {n}": ("tif", lambda n=n: turned("TIFF", n), ROUNDED) for n in (3, 6, 8)},  # type: ignore[misc]
    **{
        name: ("png", lambda name=name: saved("PNG", in_space(name)[0], icc_profile=in_space(name)[1]), ROUNDED)  # type: ignore[misc]
        for name in ("Adobe RGB", "Display P3")
    },
    **{f"{name}, 16 bits": ("tif", lambda name=name: deep_tiff(name), ROUNDED) for name in SPACES},  # type: ignore[misc]
}
# By how much a measurement may differ where a form rounds, in its own unit. Most of it is the widest space's: of
# its 16 bits 8 are read, and the darkest colours lie far apart there.
ROUNDING = {
    "sharpness": 1.2,
    "detail_db": 0.8,
    "shake": 2,
    "shaken": 2,
    "doubling": 1.0,
    "interpolation": 1.0,
    "grain": 0.15,
    "grey_ground": 0,
    "halos": 0.05,
    "oversharpening": 1.5,
    "enlarged": 6.0,
    "noise": 0.35,
    "chroma_noise": 0.45,
    "fringing_px": 0.12,
    "coding_step": 0.2,
    "dust_spots": 1,
    "black_point": 2,
    "dark": 2,
    "median": 2,
    "white_point": 2,
    "peak": 3,
    "contrast": 3,
    "cast": 4,
    "cast_warm": 4,
    "horizon_degrees": 0.2,
    "horizon_tilt": 0.2,
    "bright": 0.01,
    "blocked": 0.001,
    "border_share": 0,
    "stamp_characters": 0,
}
# These are read in the file's own space, in which a level is another tone.
OF_THE_FILE = {"clipped", "lost", "clipped_colour", "pure_colour", "burnt", "exposure", "banding", "colours"}
# Below this it is chance.
FAINT = {"shake": 6.0, "shaken": -3.0}
# It is told only where there are enough steps, and the picture has as many as are just enough.
AT_TIMES = {"oversharpening"}
# How far apart, pixels, the middles of two places may be: the raster of tiles begins where the file's rows begin, so
# of two tiles side by side the other may be the sharpest.
PLACES = {"sharpness": 72, "detail_db": 72, "dust_spots": 6, "horizon_degrees": 12}


def facts(data: bytes, suffix: str, folder: Path) -> dict[str, Any]:
    found = inspect(put(folder / f"picture.{suffix}", data)).facts
    assert found is not None
    return found


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return facts(saved("PNG"), "png", tmp_path_factory.mktemp("reference"))


def _seen(name: str, value: float) -> float:
    return max(value, FAINT.get(name, value))


def assert_alike(found: dict[str, Any], expected: dict[str, Any], rounded: float) -> None:
    assert (found["width"], found["height"]) == (expected["width"], expected["height"])
    assert set(found["measurements"]) <= set(ROUNDING) | OF_THE_FILE
    away = {
        name: (found["measurements"].get(name), value)
        for name, value in expected["measurements"].items()
        if name not in OF_THE_FILE
        and not (name in AT_TIMES and name not in found["measurements"])
        and abs(_seen(name, found["measurements"].get(name, 1e9)) - _seen(name, value))
        > rounded * ROUNDING[name] + 1e-9
    }
    assert away == {}
    for name, allowed in PLACES.items():
        (x, y, width, height), (left, top, across, down) = found["places"][name], expected["places"][name]
        apart = max(abs(x + width / 2 - left - across / 2), abs(y + height / 2 - top - down / 2))
        assert apart <= rounded * allowed, name


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_measured_alike(form: str, reference: dict[str, Any], tmp_path: Path) -> None:
    suffix, make, rounded = FORMS[form]
    assert_alike(facts(make(), suffix, tmp_path), reference, rounded)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "PNG, 16 bits"])
def test_grey_is_measured_as_grey_in_three_channels(form: str, tmp_path: Path) -> None:
    plane = grey(subject())
    expected = facts(saved("PNG", np.dstack([plane] * 3)), "png", tmp_path)
    data = {
        "JPEG": lambda: jpeg(pixels=plane),
        "PNG": lambda: saved("PNG", plane),
        "PNG, 16 bits": lambda: saved("PNG", plane.astype(np.uint16) * 257),
    }[form]()
    found = facts(data, "jpg" if form == "JPEG" else "png", tmp_path / "grey")
    for name in ("cast", "cast_warm", "fringing_px"):
        # Colour has none; one channel is not asked.
        assert expected["measurements"].pop(name, 0) == 0
    assert_alike(found, expected, ROUNDED if form == "JPEG" else EXACT)


def test_what_is_not_srgb_is_said(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    forms = {"Adobe RGB": "Adobe RGB", "Display P3": "Display P3", "ProPhoto RGB, 16 bits": "ProPhoto RGB"}
    for form in (*forms, "CMYK", "JPEG"):
        suffix, make, _ = FORMS[form]
        put(tmp_path / "photos" / f"{form}.{suffix}", make())
    put(tmp_path / "photos" / "grey.jpg", jpeg(pixels=grey(subject())))
    run = stockctl("check", tmp_path / "photos", "--select", "wrong-colour-space", "--json")
    said = {
        asset["path"].rsplit("/", maxsplit=1)[-1].split(".", maxsplit=1)[0]: {
            finding["message"] for finding in asset["findings"]
        }
        for asset in run.json["assets"]
    }
    for form, name in forms.items():
        assert any(f"the profile is {name}" in message for message in said[form]), form
    assert any("CMYK" in message for message in said["CMYK"])
    assert any("greyscale" in message for message in said["grey"])
    assert said["JPEG"] == set()
