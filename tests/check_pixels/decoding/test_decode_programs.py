"""Files of pictures that are known, by programs that are no part of the product: decoded rightly, or told.

ImageMagick, libjpeg-turbo's cjpeg, FFmpeg, and Pillow for palettes.
"""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image

from stockctl.media.decoding.decode import decode
from tests.check_pixels.decoding.forms import HEIGHT, WIDTH, assert_right_or_told, clear, colours, levels
from tests.programs import needs

if TYPE_CHECKING:
    from pathlib import Path

    from tests.check_pixels.decoding.forms import Pixels

PNGS = {
    "grey": (0, (1, 2, 4, 8, 16)),
    "rgb": (2, (8, 16)),
    "grey+a": (4, (8, 16)),
    "rgb+a": (6, (8, 16)),
}
FILES: dict[str, tuple[str, tuple[str, ...], float]] = {
    **{
        f"PNG, {name}, {bits} bits{', interlaced' if laced else ''}": (
            "png",
            (
                "-interlace",
                "PNG" if laced else "none",
                "-define",
                f"png:color-type={kind}",
                "-define",
                f"png:bit-depth={bits}",
            ),
            1.6,
        )
        for name, (kind, depths) in PNGS.items()
        for bits in depths
        for laced in (False, True)
    },
    **{f"TIFF, {name}": ("tif", ("-depth", "8", "-compress", name), 1.6) for name in ("LZW", "RLE", "ZSTD", "LZMA")},
    **{
        f"TIFF of 16 bits, {name}": ("tif", ("-depth", "16", "-compress", name), 1.6)
        for name in ("LZW", "ZSTD", "LZMA")
    },
    "TIFF, JPEG": ("tif", ("-depth", "8", "-compress", "JPEG", "-quality", "98"), 8),
    **{
        f"TIFF, {name}": ("tif", ("-threshold", "50%", "-type", "bilevel", "-compress", name), 1.6)
        for name in ("Group4", "Fax")
    },
    "WebP, lossless": ("webp", ("-define", "webp:lossless=true"), 1.6),
    "WebP": ("webp", ("-quality", "98"), 16),
    **{
        f"JPEG, {sampling}, {lacing}": (
            "jpg",
            ("-quality", "98", "-sampling-factor", sampling, "-interlace", lacing),
            12,
        )
        for sampling in ("4:4:4", "4:2:2", "4:2:0", "4:1:1", "4:4:0")
        for lacing in ("none", "JPEG")
    },
    "JPEG, grey": ("jpg", ("-quality", "98", "-colorspace", "Gray"), 6),
    "JPEG, CMYK": ("jpg", ("-quality", "98", "-colorspace", "CMYK"), 8),
    "JPEG 2000": ("jp2", ("-depth", "8", "-quality", "100"), 3),
    "JPEG 2000, bare": ("j2k", ("-depth", "8", "-quality", "100"), 3),
    "JPEG 2000 of 12 bits": ("jp2", ("-depth", "12", "-quality", "100"), -1),
    "JPEG 2000 of 16 bits, bare": ("j2k", ("-depth", "16", "-quality", "100"), -1),
    "AVIF": ("avif", ("-quality", "100"), 12),
    "HEIC": ("heic", ("-quality", "100"), -1),
    "GIF": ("gif", ("-colors", "200", "+dither"), 24),
    "BMP": ("bmp", (), 1.6),
}


def programmed(program: str, package: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [needs(program, package), *arguments], input=stdin, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-500:]
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return all files that ImageMagick writes, by one run of it."""
    folder = tmp_path_factory.mktemp("made")
    for name, values in (("plain", colours()), ("clear", clear(colours()))):
        done, coded = cv2.imencode(".png", levels(values, "u2")[..., [2, 1, 0, 3][: values.shape[-1]]])
        assert done
        (folder / f"{name}.png").write_bytes(coded.tobytes())
    files = {form: folder / f"{number}.{FILES[form][0]}" for number, form in enumerate(FILES)}
    command = ["-respect-parentheses"]
    for form, path in files.items():
        source = folder / ("clear.png" if "+a" in form else "plain.png")
        grey_first = ("-colorspace", "Gray") if "grey" in form or "Group4" in form or "Fax" in form else ()
        command += ["(", str(source), *grey_first, *FILES[form][1], "-write", str(path), "+delete", ")"]
    programmed("convert", "imagemagick", *command, str(folder / "plain.png"), "null:")
    return files


@pytest.fixture(scope="module")
def as_imagemagick_sees_them(made: dict[str, Path]) -> dict[str, Pixels]:
    """Return what ImageMagick reads in those that are read here, by one run of it."""
    read = [form for form in made if FILES[form][2] >= 0]
    found = programmed(
        "convert", "imagemagick", *(f"{made[form]}[0]" for form in read), "-background", "white", "-alpha", "remove",
        "-colorspace", "sRGB", "-type", "TrueColor", "-depth", "8", "rgb:-",
    ).stdout  # fmt: skip
    pixels = np.frombuffer(found, np.uint8).reshape(len(read), HEIGHT, WIDTH, 3) / 255
    return dict(zip(read, pixels, strict=True))


@pytest.mark.parametrize("form", FILES)
def test_files_that_imagemagick_writes(
    form: str, made: dict[str, Path], as_imagemagick_sees_them: dict[str, Pixels]
) -> None:
    most = FILES[form][2]
    data = made[form].read_bytes()
    if most < 0:
        assert_right_or_told(data, colours(), 0, told=True)
        return
    # Two decoders may differ by what their own rounding and up-sampling of colour do.
    assert_right_or_told(data, as_imagemagick_sees_them[form], most, told=False)
    if form.startswith("PNG"):
        head = [data[24], data[25], data[28]]
        kind, bits = next(
            (kind, bits)
            for name, (kind, _) in PNGS.items()
            for bits in (1, 2, 4, 8, 16)
            if f" {name}, {bits} bits" in form
        )
        assert head == [bits, kind, "interlaced" in form]


@pytest.mark.parametrize("count", [2, 4, 16, 200])
def test_png_with_a_palette(count: int) -> None:
    indexed = Image.fromarray(levels(colours(), "u1")).quantize(count)
    buffer = io.BytesIO()
    indexed.save(buffer, "PNG")
    assert_right_or_told(buffer.getvalue(), np.asarray(indexed.convert("RGB")) / 255, 0, told=False)


def test_jpeg_coded_arithmetically() -> None:
    ppm = b"P6 %d %d 255\n" % (WIDTH, HEIGHT) + levels(colours(), "u1").tobytes()
    coded = programmed(
        "cjpeg", "libjpeg-turbo-progs", "-arithmetic", "-quality", "98", "-sample", "1x1", stdin=ppm
    ).stdout
    assert_right_or_told(coded, colours(), 8, told=False)
    assert decode(coded, "jpeg").facts["coding"] == "arithmetic"


@pytest.mark.parametrize(
    ("codec", "format_"), [("ljpeg", "bgr24"), ("ljpeg", "yuvj444p"), ("jpegls", "rgb24"), ("jpegls", "gray16le")]
)
def test_jpeg_without_loss_is_told(codec: str, format_: str) -> None:
    coded = programmed(
        "ffmpeg", "ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-i", "-",
        "-pix_fmt", format_, "-strict", "-1", "-c:v", codec, "-frames:v", "1", "-f", "image2pipe", "-",
        stdin=levels(colours(), "u1").tobytes(),
    ).stdout  # fmt: skip
    assert_right_or_told(coded, colours(), 0, told=True)
