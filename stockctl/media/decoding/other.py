"""Decode what is no plain JPEG: by Pillow, in 8 bits a channel, with what its file says of it."""

from __future__ import annotations

import io
import warnings
import zlib
from functools import cache
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

from stockctl.errors import DamagedError, UnreadableError
from stockctl.media.decoding.colour import AT_ONCE, ColourSpace, colour_space
from stockctl.media.decoding.picture import AGAIN, MAX_PIXELS, Picture, guard, space_facts
from stockctl.media.decoding.planes import in_planes, read_planes
from stockctl.media.mapped import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray


# Bytes that Pillow holds for a pixel of a mode: three channels take as many as four.
_MODE_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 4, "I;16B": 4, "I": 8, "F": 10, "RGBA": 5, "LA": 5, "PA": 5, "CMYK": 5}
# Bytes that a decoder itself holds for a pixel beside Pillow's picture, as measured on pictures of 24 megapixels.
# Of channels that lie apart: all of them, one after the other in full, and the picture that they make.
_IN_PLANES = 14
_DECODER_BYTES = {"avif": 8, "webp": 12, "jp2": 14, "gif": 8}


def decode_other(data: bytes | memoryview, format_: str, held: float = 0) -> Picture:
    """Decode the first picture of a file by Pillow; see `decode.decode`.

    `held` is how many bytes its decoder holds for a pixel beside the picture.
    """
    # Our own guard stands above; Pillow's would stop at a size that agencies take.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if size := told_size(data, format_):
                guard(*size, (_MODE_BYTES["RGBA"] if format_ == "webp" else 4) + _DECODER_BYTES[format_])
            with Image.open(as_file(data)) as image:
                guard(*image.size, _MODE_BYTES.get(image.mode, 4) + _DECODER_BYTES.get(format_, 0) + held)
                if format_ == "png":
                    _check_png(memoryview(data))
                declared = _orientation(image)
                if format_ == "tiff" and in_planes(data):
                    guard(*image.size, _IN_PLANES)
                    return _from_pillow(image, _bits(image, data, format_), declared, read_planes(data))
                image.load()
                return _from_pillow(image, _bits(image, data, format_), declared, image)
    except UnidentifiedImageError as error:
        raise DamagedError("no picture can be read from it", hint=AGAIN) from error
    except Image.DecompressionBombError as error:
        # Twice our own bound: Pillow refuses it before the guard is asked.
        raise UnreadableError("too large to decode: more than 400 million pixels", hint="scale it down") from error


def told_size(data: bytes | memoryview, format_: str) -> tuple[int, int] | None:
    """Return width and height as the head of a file has them whose decoder had better not be asked; None of others."""
    found = {"webp": webp_size, "avif": avif_size}.get(format_)
    return found(memoryview(data)) if found else None


def webp_size(view: memoryview) -> tuple[int, int] | None:
    """Return a WebP picture's width and height by its first chunk (RFC 9649, sections 2.5 to 2.7); None of no such.

    Its decoder is not asked: it takes memory for two such pictures as soon as it is opened.
    """
    kind, head = bytes(view[12:16]), bytes(view[20:30])
    if kind == b"VP8X" and len(head) == 10:
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if kind == b"VP8L" and head[:1] == b"\x2f":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(head[6:8], "little") & 0x3FFF, int.from_bytes(head[8:10], "little") & 0x3FFF
    return None


def avif_size(view: memoryview) -> tuple[int, int] | None:
    """Return the width and height of the largest picture in an AVIF, by its `ispe` (ISO/IEC 23008-12, 6.5.3).

    Its decoder knows no file of more than 16384² pixels, and says of one only that it is none of its own. None
    where no size can be found.
    """
    inner = [(0, len(view))]
    # The item properties; `meta` alone begins with a version and flags.
    for name, skipped in ((b"meta", 4), (b"iprp", 0), (b"ipco", 0), (b"ispe", 4)):
        inner = [
            (at + skipped, to) for begin, end in inner for kind, at, to in _boxes(view, begin, end) if kind == name
        ]
    sizes = [
        (int.from_bytes(view[at : at + 4], "big"), int.from_bytes(view[at + 4 : at + 8], "big"))
        for at, to in inner
        if to - at >= 8
    ]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _boxes(view: memoryview, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, begin and end of what each box within a range holds (ISO/IEC 14496-12, 4.2)."""
    while at + 8 <= end:
        size, head = int.from_bytes(view[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(view[at + 8 : at + 16], "big"), 16
        stop = at + size if size else end
        if stop > end or stop < at + head:
            return
        yield bytes(view[at + 4 : at + 8]), at + head, stop
        at = stop


def as_file(data: bytes | memoryview) -> IO[bytes]:
    """Return a file's bytes as a file, without a copy; of a memoryview `io.BytesIO` would make one."""
    return io.BytesIO(data) if isinstance(data, bytes) else cast("IO[bytes]", Reader(data))


def _check_png(view: memoryview) -> None:
    """Compare every chunk with its checksum (PNG 5.5), which Pillow does not for picture data."""
    position = 8
    while position + 12 <= len(view):
        length = int.from_bytes(view[position : position + 4], "big")
        body = view[position + 4 : position + 8 + length]
        sum_ = view[position + 8 + length : position + 12 + length]
        if len(sum_) < 4 or zlib.crc32(body) != int.from_bytes(sum_, "big"):
            raise ValueError("a part of the picture is broken")
        if bytes(body[:4]) == b"IEND":
            return
        position += 12 + length
    raise ValueError("the file ends before the picture does")


def _bits(image: Image.Image, data: bytes | memoryview, format_: str) -> int:
    """Return the bits per channel that the file holds; Pillow gives 8 of them for colour."""
    if format_ == "png":
        return data[24]
    value = getattr(image, "tag_v2", {}).get(258)
    if value is not None:
        return int(value[0] if isinstance(value, tuple) else value)
    return {"1": 1, "I;16": 16, "I;16B": 16, "I": 32, "F": 32}.get(image.mode, 8)


def _orientation(image: Image.Image) -> int:
    value = image.getexif().get(0x0112, 1)
    return value if value in range(1, 9) else 1


def _from_pillow(image: Image.Image, bits: int, declared: int, loaded: Image.Image) -> Picture:
    """Return a picture by what a file says of itself, and its pixels; both are one where Pillow loads them."""
    alpha = "A" in image.mode or "transparency" in image.info
    space = colour_space(image.info.get("icc_profile") or None, image.mode)
    facts = {
        "mode": image.mode,
        "bits": bits,
        "alpha": alpha,
        "pictures": getattr(image, "n_frames", 1),
        # Photoshop's layers in a TIFF (tag 37724, ImageSourceData).
        "layers": 37724 in getattr(image, "tag_v2", {}),
        "orientation": declared,
        **space_facts(space),
    }
    pixels = _to_rgb(loaded, space, alpha=alpha)
    # CMYK and Lab are in sRGB from here on: no measurement is defined on them.
    kept = colour_space(None, "RGB") if image.mode in {"CMYK", "LAB", "YCbCr"} else space
    # Pillow turns a TIFF while it loads it, and leaves other formats as they lie.
    return Picture(pixels, _orientation(image), kept, facts)


def _to_rgb(image: Image.Image, space: ColourSpace, *, alpha: bool) -> NDArray[np.uint8]:
    """Return uint8 (height, width, 3); what is transparent is laid on white, as agencies show it."""
    convert = _conversion(image, space, alpha=alpha)
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    # Some rows at a time: a second copy of a large picture would be most of the memory.
    step = max(1, AT_ONCE // image.width)
    for top in range(0, image.height, step):
        rows = image.crop((0, top, image.width, min(top + step, image.height)))
        pixels[top : top + step] = convert(rows)
    return pixels


def _conversion(image: Image.Image, space: ColourSpace, *, alpha: bool) -> Callable[[Image.Image], NDArray[np.uint8]]:
    """Return what turns rows of the picture into RGB."""
    if image.mode == "CMYK":
        return lambda rows: space.to_srgb(np.asarray(rows))
    if image.mode == "LAB":
        return lab_to_rgb
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        top = max(0.0, float(np.nanmax(np.asarray(image), initial=0)))
        return lambda rows: np.asarray(_to_8_bits(np.asarray(rows), top))[..., None]
    if alpha:
        return _on_white
    return lambda rows: np.asarray(rows.convert("RGB"))


def lab_to_rgb(rows: Image.Image) -> NDArray[np.uint8]:
    """Convert rows of CIE L*a*b* (by D50) to sRGB, uint8 (height, width, 3)."""
    return np.asarray(ImageCms.applyTransform(rows, _lab_transform()))


@cache
def _lab_transform() -> Any:  # noqa: ANN401 - Pillow's transform has no public type
    return ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")


def _on_white(rows: Image.Image) -> NDArray[np.uint8]:
    rows = rows.convert("RGBA")
    return np.asarray(Image.alpha_composite(Image.new("RGBA", rows.size, "white"), rows).convert("RGB"))


def _to_8_bits(values: NDArray[Any], top: float) -> NDArray[np.uint8]:
    """Scale 16-bit levels (0 to 65535) or floats (0 to 1, or to `top`, the picture's highest) to 8 bits."""
    if np.issubdtype(values.dtype, np.floating):
        return np.nan_to_num(values / max(1.0, top) * 255).clip(0, 255).astype(np.uint8)
    # A 32-bit array from a 16-bit PNG holds 16-bit levels.
    shift = 8 if top < 1 << 16 else 16
    return (values >> shift).clip(0, 255).astype(np.uint8)
