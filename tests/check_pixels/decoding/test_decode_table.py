"""Every form of picture file against pixels that are known: decoded rightly, or told; never rubbish, never "damaged".

Pixels come from numpy; the files from our own writer, and from programs that are
no part of the product: ImageMagick, libjpeg-turbo's cjpeg, FFmpeg.
"""

from __future__ import annotations

import io
import itertools
import struct
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image

from stockctl.errors import UnreadableError
from stockctl.media.decoding.decode import announced_size, decode
from stockctl.media.identify import identify
from tests.check_pixels.decoding.tiffs import (
    BLACK_IS_ZERO,
    CMYK,
    DEFLATE,
    LAB,
    NONE,
    PACKBITS,
    PALETTE,
    RGB,
    WHITE_IS_ZERO,
    YCBCR,
    tiff,
)
from tests.programs import needs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Pixels = NDArray[Any]

WIDTH, HEIGHT = 70, 46
ALPHA = 0.6


@cache
def colours() -> Pixels:
    """Return a smooth picture in every part of the range, float 0 to 1, (height, width, 3)."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    third = 0.5 + 0.4 * np.sin(columns / 9) * np.cos(rows / 7)
    return np.stack([columns / (WIDTH - 1), rows / (HEIGHT - 1), third], axis=-1)


def grey() -> Pixels:
    values: Pixels = colours().mean(axis=-1, keepdims=True)
    return values


def levels(values: Pixels, kind: str) -> Pixels:
    """Return values from 0 to 1 as numbers of a kind: whole ones to their highest, floats as they are."""
    type_ = np.dtype(kind)
    if type_.kind == "f":
        return values.astype(type_)
    top = np.iinfo(type_).max
    return np.rint(values * float(top)).clip(0, float(top)).astype(type_)


def clear(values: Pixels) -> Pixels:
    """Return values with a channel of even transparency."""
    return np.concatenate([values, np.full_like(values[..., :1], ALPHA)], axis=-1)


def on_white(values: Pixels) -> Pixels:
    return values * ALPHA + 1 - ALPHA


def inks() -> Pixels:
    return np.concatenate([1 - colours(), np.zeros_like(colours()[..., :1])], axis=-1)


def assert_right_or_told(data: bytes, expected: Pixels, most: float, *, told: bool) -> None:
    """Decode, and compare with the expected values; `most` in levels of 255. Told forms keep their size."""
    format_ = identify(data[:4096])
    assert format_ is not None
    if told:
        with pytest.raises(UnreadableError, match=r"not decoded here|cannot be decoded"):
            decode(data, format_)
        # HEIC's head is not looked into: nothing here takes it.
        assert announced_size(data, format_) in {(WIDTH, HEIGHT), (0, 0) if format_ in {"heic", "jxl"} else ()}
        return
    picture = decode(data, format_)
    assert "damaged" not in picture.facts
    assert picture.pixels.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(picture.pixels - expected * 255.0).max() <= most


KINDS = ("u1", "u2", "u4", "i1", "i2", "i4", "f2", "f4", "f8")
# What of our own writer's forms is read: kind of number, channels, planes; in either byte order unless told so.
READ = {
    *itertools.product(("u1",), ("black", "rgb", "rgb+a", "cmyk"), (1, 2)),
    *itertools.product(("u1",), ("white", "black+a", "rgb+2", "cmyk+1"), (1,)),
    *itertools.product(("u2",), ("black", "rgb", "rgb+a", "cmyk"), (1, 2)),
    *itertools.product(("f4",), ("black",), (1, 2)),
}
CHANNELS: dict[str, tuple[int, Any, Any, tuple[int, ...]]] = {
    "black": (BLACK_IS_ZERO, grey, grey, ()),
    "white": (WHITE_IS_ZERO, lambda: 1 - grey(), grey, ()),
    "black+a": (BLACK_IS_ZERO, lambda: clear(grey()), lambda: on_white(grey()), (2,)),
    "rgb": (RGB, colours, colours, ()),
    "rgb+a": (RGB, lambda: clear(colours()), lambda: on_white(colours()), (2,)),
    "rgb+2": (RGB, lambda: clear(clear(colours())), colours, (0, 0)),
    "cmyk": (CMYK, inks, colours, ()),
    "cmyk+1": (CMYK, lambda: clear(inks()), colours, (0,)),
    "cmyk+a": (CMYK, lambda: clear(inks()), colours, (2,)),
}


FORMS = (("<", NONE, 0), (">", DEFLATE, 32), ("<", DEFLATE, 0), (">", NONE, 32))


@pytest.mark.parametrize("planes", [1, 2])
@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("kind", KINDS)
def test_tiff_by_bits_planes_and_channels(kind: str, channels: str, planes: int) -> None:
    photometric, pixels, expected, extra = CHANNELS[channels]
    values = levels(pixels(), kind)
    read = (kind, channels, planes) in READ
    # Each order with each packing and each way to cut; what is told is told by its head alone.
    for order, compression, tile in FORMS if read else FORMS[:2]:
        data = tiff(values, photometric, planes=planes, order=order, compression=compression, tile=tile, extra=extra)
        assert_right_or_told(data, expected(), 1.6, told=not read or (kind[0] == "f" and order == ">"))


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 10, 12, 14])
@pytest.mark.parametrize("channels", ["black", "white", "rgb", "palette"])
def test_tiff_of_packed_bits(bits: int, channels: str) -> None:
    top = (1 << bits) - 1
    values = np.rint((colours() if channels == "rgb" else grey()) * top).astype(np.uint16)
    if channels != "palette":
        photometric = {"black": BLACK_IS_ZERO, "white": WHITE_IS_ZERO, "rgb": RGB}[channels]
        data = tiff(top - values if channels == "white" else values, photometric, bits=bits)
        assert_right_or_told(data, values / top, 1.6, told=bits > 8 or (channels == "rgb" and bits < 8))
        return
    data, expected = palette(values.astype(np.uint16), bits)
    assert_right_or_told(data, expected, 1.6, told=bits > 8)


def palette(values: Pixels, bits: int) -> tuple[bytes, Pixels]:
    """Return a TIFF of indices into a palette, and the colours that they stand for."""
    table = np.random.default_rng(bits).integers(0, 256, (3, 1 << bits), dtype=np.uint16) * 257
    return tiff(values, PALETTE, bits=bits, tags={320: tuple(table.ravel().tolist())}), table[
        :, values[..., 0]
    ].transpose(1, 2, 0) / 65535


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("compression", [NONE, DEFLATE, PACKBITS])
@pytest.mark.parametrize("channels", ["black", "rgb", "cmyk"])
def test_tiff_by_order_and_packing(channels: str, compression: int, order: str, *, big: bool) -> None:
    photometric, pixels, expected, _ = CHANNELS[channels]
    # Predictors go with LZW and Deflate.
    for kind, tile, predictor in itertools.product(("u1", "u2"), (0, 32), (1, 2) if compression == DEFLATE else (1,)):
        data = tiff(
            levels(pixels(), kind),
            photometric,
            compression=compression,
            predictor=predictor,
            order=order,
            big=big,
            tile=tile,
        )
        assert_right_or_told(data, expected(), 1.6, told=big and order == ">")


@pytest.mark.parametrize("subsampling", [(1, 1), (2, 2), (2, 1), ()])
@pytest.mark.parametrize("planes", [1, 2])
def test_tiff_in_ycbcr(planes: int, subsampling: tuple[int, ...]) -> None:
    values = np.asarray(Image.fromarray(levels(colours(), "u1")).convert("YCbCr"))
    data = tiff(values, YCBCR, planes=planes, tags={530: subsampling} if subsampling else None)
    assert_right_or_told(data, colours(), 4, told=planes == 2 or subsampling != (1, 1))


def lab(kind: str) -> tuple[Pixels, Pixels]:
    """Return muted colours as CIE L*a*b* by D50 as TIFF codes it (photometric 8, a and b signed), and as sRGB."""
    muted = 0.35 + 0.3 * colours()
    linear = np.where(muted <= 0.04045, muted / 12.92, ((muted + 0.055) / 1.055) ** 2.4)
    matrix = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
    xyz = linear @ matrix.T / np.array([0.9642, 1.0, 0.8249])
    cubes = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    parts = np.stack(
        [116 * cubes[..., 1] - 16, 500 * (cubes[..., 0] - cubes[..., 1]), 200 * (cubes[..., 1] - cubes[..., 2])], -1
    )
    scale = {"u1": 1, "u2": 256}[kind]
    lightness = np.rint(parts[..., :1] * (255 * scale + (scale > 1) * 255) / 100)
    both = np.concatenate([lightness, np.rint(parts[..., 1:] * scale)], axis=-1)
    return (both.astype(np.int64) & (255 if kind == "u1" else 65535)).astype(kind), muted


@pytest.mark.parametrize("kind", ["u1", "u2"])
@pytest.mark.parametrize("photometric", [LAB, 9, 10])
@pytest.mark.parametrize("planes", [1, 2])
def test_tiff_in_lab(planes: int, photometric: int, kind: str) -> None:
    values, expected = lab(kind)
    told = (kind, photometric, planes) != ("u1", LAB, 1)
    # A step of a or b of 8 bits is three levels of blue.
    assert_right_or_told(tiff(values, photometric, planes=planes), expected, 5, told=told)


@pytest.mark.parametrize("packing", [34676, 34712, 34887, 34892, 50001, 50002, 34933, 22610])
def test_tiff_packed_as_nobody_here_unpacks_it(packing: int) -> None:
    data = tiff(levels(colours(), "u1"), RGB, compression=packing)
    assert_right_or_told(data, colours(), 0, told=True)


def test_tiff_with_its_lowest_bit_first() -> None:
    flipped = np.packbits(np.unpackbits(levels(grey(), "u1"), axis=2)[..., ::-1], axis=2)
    assert_right_or_told(tiff(flipped, BLACK_IS_ZERO, tags={266: (2,)}), grey(), 0, told=True)


def psd(values: Pixels, mode: int, *, wide: bool = False, packed: bool = False) -> bytes:
    """Return a Photoshop document of pixels (height, width, channels), without layers."""
    planes = [plane.astype(plane.dtype.newbyteorder(">")) for plane in np.moveaxis(values, -1, 0)]
    rows = [row.tobytes() for plane in planes for row in plane]
    if packed:
        pieces = [
            b"".join(bytes([len(row[at : at + 128]) - 1]) + row[at : at + 128] for at in range(0, len(row), 128))
            for row in rows
        ]
        lengths = struct.pack(f">{len(pieces)}{'I' if wide else 'H'}", *map(len, pieces))
        data = b"\0\1" + lengths + b"".join(pieces)
    else:
        data = b"\0\0" + b"".join(rows)
    head = struct.pack(
        ">4sH6xHIIHH", b"8BPS", 2 if wide else 1, len(planes), HEIGHT, WIDTH, values.dtype.itemsize * 8, mode
    )
    return head + bytes(4) + bytes(4) + bytes(8 if wide else 4) + data


DOCUMENTS: dict[str, tuple[int, Any, Any]] = {
    "grey": (1, grey, grey),
    "rgb": (3, colours, colours),
    # Photoshop lays the merged picture on white itself; a channel that is saved beside it is no transparency at all.
    "rgb, clear": (
        3,
        lambda: np.concatenate([on_white(colours()), clear(colours())[..., 3:]], -1),
        lambda: on_white(colours()),
    ),
    "grey, a selection": (1, lambda: clear(grey()), grey),
    "rgb, two selections": (3, lambda: clear(clear(colours())), colours),
    # Inks are stored as what is left of white.
    "cmyk, a spot ink": (4, lambda: clear(1 - inks()), colours),
    "cmyk": (4, lambda: 1 - inks(), colours),
    "many inks": (7, lambda: 1 - inks(), colours),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("kind", ["u1", "u2", "f4"])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_photoshop_documents(document: str, kind: str, *, wide: bool, packed: bool) -> None:
    mode, pixels, expected = DOCUMENTS[document]
    told = kind == "f4" or document == "many inks"
    assert_right_or_told(psd(levels(pixels(), kind), mode, wide=wide, packed=packed), expected(), 1.6, told=told)


@pytest.mark.parametrize("packed", [False, True])
def test_photoshop_documents_in_lab_and_with_a_palette(*, packed: bool) -> None:
    values, expected = lab("u1")
    values = np.concatenate([values[..., :1], values[..., 1:] ^ 0x80], axis=-1)
    assert_right_or_told(psd(values, 9, packed=packed), expected, 5, told=False)
    table = np.random.default_rng(0).integers(0, 256, (3, 256), np.uint8)
    index = levels(grey(), "u1")
    whole = psd(index, 2, packed=packed)
    indexed = whole[:26] + struct.pack(">I", 768) + table.tobytes() + whole[30:]
    assert_right_or_told(indexed, table[:, index[..., 0]].transpose(1, 2, 0) / 255, 0, told=False)


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
