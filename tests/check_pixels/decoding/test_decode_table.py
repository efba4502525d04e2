"""Every form of picture file against pixels that are known: decoded rightly, or told; never rubbish, never "damaged".

Pixels come from numpy, the files from our own writer; what other programs write
is in `test_decode_programs`.
"""

from __future__ import annotations

import itertools
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from tests.check_pixels.decoding.forms import (
    HEIGHT,
    WIDTH,
    assert_right_or_told,
    clear,
    colours,
    grey,
    inks,
    levels,
    on_white,
)
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

if TYPE_CHECKING:
    from tests.check_pixels.decoding.forms import Pixels

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
