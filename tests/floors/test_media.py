"""What a file is, and its two identities."""

from __future__ import annotations

import io
import mmap
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import IFD
from PIL.TiffImagePlugin import IFDRational

from stockctl.media.capture import Capture, read_capture
from stockctl.media.identify import KINDS, SUFFIXES, format_of, identify
from stockctl.media.identity import file_sha256, identities, media_id


def coded(format_: str, seed: int = 0, **options: Any) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (40, 60, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format_, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"II*\0\x08\0\0\0", "tiff"),
        (b"MM\0+\0\x08\0\0", "tiff"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "wav"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "mov"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "avif"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "eps"),
        (b"\xc5\xd0\xd3\xc6", "eps"),
        (b"%!PS-Adobe-3.0\n%%Creator: Adobe Illustrator 24\n", "ai"),
        (b'<?xml version="1.0"?>\n<!-- a drawing -->\n<svg xmlns="http://www.w3.org/2000/svg">', "svg"),
        (b"\xef\xbb\xbf<svg>", "svg"),
        (b"ID3\x04", "mp3"),
        (b"this is a text file", None),
        (b"<html><svg>", None),
        (b"", None),
    ],
)
def test_content_tells_the_format(head: bytes, expected: str | None) -> None:
    assert identify(head) == expected


def test_the_name_decides_only_where_content_leaves_a_choice() -> None:
    assert format_of(Path("a.ai"), b"%PDF-1.5 ...") == "ai"
    assert format_of(Path("a.pdf"), b"%PDF-1.5 ...") is None
    assert format_of(Path("a.png"), b"\xff\xd8\xff\xe0") == "jpeg"


def test_every_suffix_promises_a_format_that_has_a_kind() -> None:
    assert set(SUFFIXES.values()) <= set(KINDS)


@given(st.binary(max_size=200))
def test_any_bytes_are_identified_without_an_error(head: bytes) -> None:
    assert identify(head) is None or identify(head) in KINDS


def _with_segment(data: bytes) -> bytes:
    comment = b"keywords, keywords"
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[2:]


def boxed(*boxes: tuple[bytes, int]) -> bytes:
    """Return an MP4 of boxes of so many megabytes."""
    random = np.random.default_rng(3)
    parts = [struct.pack(">I4s", (size << 20) + 8, name) + random.bytes(size << 20) for name, size in boxes]
    return b"\0\0\0\x14ftypmp42\0\0\0\0mp42" + b"".join(parts)


@pytest.mark.parametrize("format_", ["mp4", "avi"])
def test_a_large_file_has_the_identities_that_it_would_have_as_a_small_one(format_: str, tmp_path: Path) -> None:
    data = boxed((b"free", 1), (b"mdat", 20), (b"skip", 30), (b"mdat", 30))
    path = tmp_path / "clip"
    path.write_bytes(data)
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        memoryview(mapped) as view,
        view[:-5] as shorter,
    ):
        for whole in (data, view, shorter):
            assert identities(whole, format_) == (media_id(whole, format_), file_sha256(whole))


@given(st.binary(max_size=120), st.sampled_from(["mp4", "heic", "tiff", "png", "webp", "jpeg"]))
def test_any_bytes_have_identities(data: bytes, format_: str) -> None:
    heads = {"tiff": b"II*\0", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF", "png": b"\x89PNG\r\n\x1a\n"}
    whole = heads.get(format_, b"\0\0\0\x14ftypmp42\0\0\0\0mp42") + data
    assert identities(whole, format_) == (media_id(whole, format_), file_sha256(whole))
    identify(whole)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0, "quality": 95}])
def test_a_jpegs_media_id_survives_metadata_and_trailers(options: dict[str, Any]) -> None:
    data = coded("JPEG", **options)
    changed = _with_segment(data)
    assert media_id(changed, "jpeg") == media_id(data, "jpeg") == media_id(data + b"trailer", "jpeg")
    assert file_sha256(changed) != file_sha256(data)
    assert media_id(coded("JPEG", seed=1, **options), "jpeg") != media_id(data, "jpeg")


def test_a_pngs_media_id_is_of_its_picture_chunks() -> None:
    data = coded("PNG")
    text = struct.pack(">I", 3) + b"tEXta\0b" + b"\0\0\0\0"
    at = data.index(b"IDAT") - 4
    assert media_id(data[:at] + text + data[at:], "png") == media_id(data, "png")
    assert media_id(coded("PNG", seed=1), "png") != media_id(data, "png")


@pytest.mark.parametrize("format_", ["tiff", "webp"])
def test_a_changed_picture_is_another_media_id(format_: str) -> None:
    assert media_id(coded(format_), format_) != media_id(coded(format_, seed=1), format_)
    assert media_id(coded(format_), format_) == media_id(coded(format_), format_)


def test_a_tiffs_media_id_does_not_see_its_tags() -> None:
    assert media_id(coded("TIFF"), "tiff") == media_id(coded("TIFF", description="a title"), "tiff")


@settings(max_examples=300)
@given(st.sampled_from(["jpeg", "png", "tiff", "webp", "mp4"]), st.binary(max_size=300))
def test_damaged_files_have_a_media_id_too(format_: str, tail: bytes) -> None:
    heads = {"jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "tiff": b"II*\0", "webp": b"RIFF", "mp4": b"\0\0"}
    assert len(media_id(heads[format_] + tail, format_)) == 32


@given(st.binary(max_size=400))
def test_a_broken_exif_block_gives_no_capture_and_no_error(block: bytes) -> None:
    assert isinstance(read_capture(b"II*\0\x08\0\0\0" + block), Capture)


@pytest.mark.parametrize(("written", "zoom"), [((26, 10), 2.6), ((0, 10), None), ((0, 0), None)])
def test_digital_zoom_is_read(written: tuple[int, int], zoom: float | None) -> None:
    exif = Image.Exif()
    exif.get_ifd(IFD.Exif)[0xA404] = IFDRational(*written)
    assert read_capture(exif.tobytes()).digital_zoom == zoom


@pytest.mark.parametrize(
    ("model", "zooms"), [("NIKON D750", False), ("NIKON Z 6", False), ("COOLPIX P900", True), ("iPhone 8", True)]
)
def test_the_crop_of_a_smaller_format_is_no_digital_zoom(model: str, *, zooms: bool) -> None:
    exif = Image.Exif()
    exif[0x0110] = model
    exif.get_ifd(IFD.Exif)[0xA404] = IFDRational(3, 2)
    assert (read_capture(exif.tobytes()).digital_zoom is not None) is zooms
