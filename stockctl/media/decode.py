"""Decode a picture once: upright pixels in sRGB, and what its file says of them."""

from __future__ import annotations

import io
import re
import struct
import threading
import warnings
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np
import simplejpeg
from PIL import Image, ImageCms, UnidentifiedImageError

from stockctl.errors import DamagedError, UnreadableError
from stockctl.media.beyond import beyond
from stockctl.media.colour import AT_ONCE, ColourSpace, colour_space
from stockctl.media.jpeg import BrokenStructureError, Structure, structure
from stockctl.media.mapped import Reader
from stockctl.media.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

# As many pixels as a worker may hold; the largest picture that an agency takes has 200 million.
MAX_PIXELS = 400_000_000
# Bytes of pixels up to which memory is kept from one picture to the next: those of 50 megapixels.
KEPT_BYTES = 150_000_000

_HEIC = "export it as JPEG: no agency takes HEIC from a contributor"


@dataclass(frozen=True)
class Picture:
    """A decoded picture.

    `stored` are the pixels in the order and the colour space of the file,
    uint8 (height, width, 3); `pixels` the same upright and in sRGB. `facts`
    are plain values for the catalogue: `mode` (Pillow's name), `bits` per
    channel, `space`, `icc` (the profile's description), `tagged`, `alpha`,
    `orientation`, `progressive`, `quality` (of the file's own luma table, in
    libjpeg's scale), `pictures`, `layers` and `gain_map` (MPO, Ultra HDR), and
    `damaged`, in words, where a part of the picture is lost.
    """

    stored: NDArray[np.uint8]
    orientation: int = 1
    space: ColourSpace = field(default_factory=lambda: colour_space(None, "RGB"))
    facts: dict[str, Any] = field(default_factory=dict)
    tables: tuple[tuple[int, ...], ...] = ()

    @property
    def turned(self) -> bool:
        """Whether width and height change places to stand upright."""
        return self.orientation >= 5

    @property
    def width(self) -> int:
        """Width of the upright picture in pixels."""
        return int(self.stored.shape[0 if self.turned else 1])

    @property
    def height(self) -> int:
        """Height of the upright picture in pixels."""
        return int(self.stored.shape[1 if self.turned else 0])

    @property
    def is_grey(self) -> bool:
        """Whether the file has one channel only."""
        return self.space.name == "grey"

    def upright(self, stored: NDArray[Any]) -> NDArray[Any]:
        """Return an array (height, width, …) that lies as the file does, upright: a view of it."""
        return upright(stored, self.orientation)

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The whole picture, upright and in sRGB, uint8 (height, width, 3); converted when first asked for."""
        return np.ascontiguousarray(self.upright(self.space.to_srgb(self.stored)))


def upright(stored: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Turn and mirror an array (height, width, …) as EXIF 2.32 tag 0x0112 says; a view of it."""
    if orientation >= 5:
        stored = stored.swapaxes(0, 1)
    if orientation in {2, 3, 6, 7}:
        stored = stored[:, ::-1]
    if orientation in {3, 4, 7, 8}:
        stored = stored[::-1]
    return stored


class Memory(threading.local):
    """Room for the pixels of one picture after the other, in each thread.

    Clearing new pages for each would take the system a tenth of the time that
    decoding takes. Whoever decodes into it has done with the picture before.
    """

    def __init__(self) -> None:
        self._kept = np.empty(0, np.uint8)

    def room(self, size: int) -> NDArray[np.uint8]:
        """Return `size` bytes, uint8 (size,), with anything in them."""
        if size > KEPT_BYTES:
            self._kept = np.empty(0, np.uint8)
            return np.empty(size, np.uint8)
        if len(self._kept) < size:
            # The old first: both together would be a peak.
            self._kept = np.empty(0, np.uint8)
            self._kept = np.empty(size, np.uint8)
        return self._kept[:size]


def decode(data: bytes | memoryview, format_: str, memory: Memory | None = None, *, at_least: int = 0) -> Picture:
    """Decode the first picture of a file, into `memory` where that is given and the decoder can.

    A damaged JPEG whose picture can still be shown is returned with
    `facts["damaged"]`. Where `at_least` pixels along the longer side will do, a
    JPEG may be scaled down on the way, in half the time.

    Raises:
        DamagedError: nothing, or only a part that cannot be trusted, can be shown.
        UnreadableError: the format cannot be decoded here, or the picture is too large.

    """
    if format_ == "heic":
        raise UnreadableError("HEIC pictures cannot be decoded", hint=_HEIC)
    if format_ == "jxl":
        raise UnreadableError("JPEG XL is not decoded here", hint="export it as JPEG: no agency takes JPEG XL")
    if found := beyond(data, format_):
        raise UnreadableError(found.why, hint="export it as JPEG, or with 8 bits per channel, to have it looked at")
    try:
        with quiet():
            if format_ == "jpeg":
                return _decode_jpeg(data, memory or Memory(), at_least)
            return _decode_other(data, format_)
    except (DamagedError, UnreadableError, MemoryError):
        raise
    except Exception as error:
        # Whatever a decoder raises is this file's problem: each has errors of its own.
        raise DamagedError(f"cannot be decoded: {error}", hint=_AGAIN) from error


def _decode_jpeg(data: bytes | memoryview, memory: Memory, at_least: int) -> Picture:
    try:
        found = structure(data)
    except (BrokenStructureError, struct.error, IndexError) as error:
        raise DamagedError(f"no JPEG picture in it: {error}", hint=_AGAIN) from error
    _guard(found.width, found.height)
    if found.coding == "lossless" or found.bits != 8:
        raise UnreadableError(
            f"{found.coding or 'lossy'} JPEG of {found.bits} bits is not decoded here", hint=_BASELINE
        )
    damaged = "" if found.end is not None else "the file ends before the picture does"
    if found.end is not None and found.pictures > 1:
        damaged = _harm_of_second(memoryview(data)[found.end :])
    if found.components not in {1, 3} or found.bits != 8:
        # What decodes it below says nothing of broken data.
        damaged = damaged or (_harm(data, "CMYK") if found.components == 4 else "")
        return _with(_decode_other(data, "jpeg"), found, damaged)
    room = memory.room(found.width * found.height * 3)
    # Nothing given means full size to this decoder.
    least = {"min_width" if found.width >= found.height else "min_height": at_least}
    try:
        pixels = simplejpeg.decode_jpeg(data, strict=True, buffer=room, **least)
    except ValueError as error:
        damaged = damaged or _in_words(str(error))
        try:
            pixels = simplejpeg.decode_jpeg(data, strict=False, buffer=room, **least)
        except ValueError:
            # Arithmetic coding, odd sampling: beyond this decoder, not beyond Pillow's.
            return _with(_decode_other(data, "jpeg"), found, damaged)
    space = colour_space(found.profile or None, "L" if found.components == 1 else "RGB")
    facts = {"mode": "L" if found.components == 1 else "RGB", "bits": 8, "alpha": False, **_space_facts(space)}
    return _with(Picture(pixels, 1, space, facts), found, damaged)


_BASELINE = "export it again as plain (baseline) JPEG, which every program reads"
_AGAIN = "copy it again from the card, or export it again"

# libjpeg's warnings of files that show as they should: an oddity of the program that wrote them.
_BENIGN = re.compile(r"Invalid SOS parameters|Unknown Adobe color transform|Unrecognized component IDs")
_WORDS = (
    (re.compile(r"premature end", re.IGNORECASE), "coded data end too early: a part of the picture is grey"),
    (re.compile(r"Huffman"), "coded data are broken: from some row on the picture is wrong"),
    (re.compile(r"extraneous bytes"), "coded data are broken: bytes are left over"),
    (re.compile(r"marker|restart", re.IGNORECASE), "coded data are broken: a marker stands where none may"),
)


def _harm_of_second(rest: memoryview) -> str:
    """Return in words what is broken of the picture behind the first one (MPO, Ultra HDR); "" of none."""
    start = bytes(rest[:4096]).find(b"\xff\xd8\xff")
    if start < 0:
        return ""
    try:
        found = structure(rest[start:])
    except (BrokenStructureError, struct.error, IndexError):
        found = None
    if found is None or found.end is None:
        return "the file ends before its second picture (preview or gain map) does"
    harm = _harm(rest[start:], "GRAY") if found.components in {1, 3} else ""
    return f"its second picture (preview or gain map): {harm}" if harm else ""


def _harm(data: bytes | memoryview, colours: str) -> str:
    """Return in words what is broken of a JPEG's coded data; "" where nothing is, or where this decoder cannot tell."""
    try:
        simplejpeg.decode_jpeg(data, colours, strict=True, min_width=1)
    except ValueError as error:
        text = str(error)
        return _in_words(text) if any(pattern.search(text) for pattern, _ in _WORDS) else ""
    return ""


def _in_words(warning: str) -> str:
    """Return what a warning of the decoder means; "" where it means nothing for the picture."""
    if _BENIGN.search(warning):
        return ""
    for pattern, words in _WORDS:
        if pattern.search(warning):
            return words
    return f"the decoder says: {warning}"


def _with(picture: Picture, found: Structure, damaged: str) -> Picture:
    facts = picture.facts | {
        "progressive": found.progressive,
        **({"coding": found.coding} if found.coding else {}),
        "quality": _quality(found.tables),
        "pictures": found.pictures,
        "gain_map": found.gain_map,
        "orientation": found.orientation,
        **({"damaged": damaged} if damaged else {}),
    }
    return Picture(picture.stored, found.orientation, picture.space, facts, found.tables)


def _space_facts(space: ColourSpace) -> dict[str, Any]:
    return {"space": space.name, "icc": space.description, "tagged": space.tagged}


# ISO/IEC 10918-1 table K.1, summed: the luma table of quality 50 in libjpeg's scale.
_K1_SUM = 3688


def _quality(tables: tuple[tuple[int, ...], ...]) -> int | None:
    """Return the quality, 1 to 100, at which libjpeg would write a luma table of the same sum."""
    if not tables:
        return None
    scale = sum(tables[0]) * 100 / _K1_SUM
    return max(1, min(100, round(5000 / scale if scale > 100 else (200 - scale) / 2)))


def _guard(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise UnreadableError(
            f"{width}×{height} pixels are more than can be decoded here", hint="scale it down before you upload it"
        )
    if not width or not height:
        raise DamagedError("the picture has no size", hint=_AGAIN)


def _decode_other(data: bytes | memoryview, format_: str) -> Picture:
    # Our own guard stands above; Pillow's would stop at a size that agencies take.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(_as_file(data)) as image:
                _guard(*image.size)
                if format_ == "png":
                    _check_png(memoryview(data))
                declared = _orientation(image)
                image.load()
                return _from_pillow(image, _bits(image, data, format_), declared)
    except UnidentifiedImageError as error:
        raise DamagedError("no picture can be read from it", hint=_AGAIN) from error
    except Image.DecompressionBombError as error:
        # Twice our own bound: Pillow refuses it before the guard is asked.
        raise UnreadableError("too large to decode: more than 400 million pixels", hint="scale it down") from error


def _as_file(data: bytes | memoryview) -> IO[bytes]:
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


def _from_pillow(image: Image.Image, bits: int, declared: int) -> Picture:
    alpha = "A" in image.mode or "transparency" in image.info
    space = colour_space(image.info.get("icc_profile") or None, image.mode)
    facts = {
        "mode": image.mode,
        "bits": bits,
        "alpha": alpha,
        "pictures": getattr(image, "n_frames", 1),
        "layers": _has_layers(image),
        "orientation": declared,
        **_space_facts(space),
    }
    pixels = _to_rgb(image, space, alpha=alpha)
    # CMYK and Lab are in sRGB from here on: no measurement is defined on them.
    kept = colour_space(None, "RGB") if image.mode in {"CMYK", "LAB", "YCbCr"} else space
    # Pillow turns a TIFF while it loads it, and leaves other formats as they lie.
    return Picture(pixels, _orientation(image), kept, facts)


def _has_layers(image: Image.Image) -> bool:
    """Whether it is a Photoshop file, or a TIFF with Photoshop's layers in it (tag 37724, ImageSourceData)."""
    return image.format == "PSD" or 37724 in getattr(image, "tag_v2", {})


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
        lab = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
        return lambda rows: np.asarray(ImageCms.applyTransform(rows, lab))
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        top = max(0.0, float(np.nanmax(np.asarray(image), initial=0)))
        return lambda rows: np.asarray(_to_8_bits(np.asarray(rows), top))[..., None]
    if alpha:
        return _on_white
    return lambda rows: np.asarray(rows.convert("RGB"))


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


def announced_size(data: bytes | memoryview, format_: str = "") -> tuple[int, int]:
    """Return width and height as a picture's head has them, undecoded and unturned; zeros where nothing tells."""
    Image.MAX_IMAGE_PIXELS = None
    try:
        if found := beyond(data, format_):
            return found.width, found.height
        if format_ == "jpeg":
            frame = structure(data)
            return frame.width, frame.height
        with quiet(), Image.open(_as_file(data)) as image:
            return image.size
    except Exception:  # noqa: BLE001 - each decoder has errors of its own, and none of them tells a size
        return 0, 0
