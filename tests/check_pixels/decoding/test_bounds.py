"""A picture that would take more than 1.5 GB is told by what its head says, and not decoded; one that fits is."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from stockctl.errors import UnreadableError
from stockctl.media.decoding.other import avif_size, webp_size
from stockctl.media.decoding.picture import guard
from stockctl.media.jpeg import structure
from tests.conftest import ROOT
from tests.metadata.samples import encoded
from tests.pictures import put

if TYPE_CHECKING:
    from pathlib import Path

# More than this an address space of 1.5 GB beside the libraries' own (0.7 GB) cannot hold.
LOOK = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2200 << 20, 2200 << 20))
from pathlib import Path
from stockctl.check.run.inspect import inspect
found = inspect(Path(sys.argv[1]))
line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
facts = found.facts or {"facts": {}}
print(json.dumps([facts["facts"].get("undecoded"), facts.get("width"), facts.get("height"),
                  str(found.problem or facts["facts"].get("damaged")), int(line.split()[1]) >> 10]))
"""
SIDE = 19_000


def jpeg(width: int, height: int, **how: object) -> bytes:
    """Return a JPEG whose head says that it is as large as this."""
    data = io.BytesIO()
    Image.new("RGB", (64, 64)).save(data, "JPEG", **how)
    whole = data.getvalue()
    at = whole.index(b"\xff\xc2" if how.get("progressive") else b"\xff\xc0") + 5
    return whole[:at] + struct.pack(">HH", height, width) + whole[at + 4 :]


def png(width: int, height: int, kind: int) -> bytes:
    """Return a PNG of black, colour type `kind`, as large as it says: its rows shrink to a thousandth."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    row = bytes(1 + width * {2: 3, 6: 4}[kind])
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def sparse(path: Path, head: bytes, size: int) -> Path:
    """Write a file that is zeros behind its head, and takes no room on the disk."""
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    return path


def tiff(path: Path, width: int, height: int) -> Path:
    tags = [
        *((256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, 122), (259, 3, 1, 1), (262, 3, 1, 2)),
        *((273, 4, 1, 128), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, width * height * 3)),
    ]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + struct.pack("<HHH", 8, 8, 8)
    return sparse(path, head, 128 + width * height * 3)


def psd(path: Path, width: int, height: int) -> Path:
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 4, height, width, 8, 4) + struct.pack(">III", 0, 0, 0) + b"\0\0"
    return sparse(path, head, len(head) + width * height * 4)


def made(folder: Path, form: str) -> Path:
    path = folder / form
    if form.endswith(".png"):
        return put(path, png(SIDE, SIDE, 6 if form.startswith("alpha") else 2))
    if form.endswith(".tif"):
        return tiff(path, SIDE, SIDE)
    if form.endswith(".psd"):
        return psd(path, SIDE, SIDE)
    if form.endswith(".webp"):
        # VP8X: the canvas's size, in 24 bits each, less one.
        data = encoded("WEBP", "RGBA", lossless=True, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0")
        at = data.index(b"VP8X") + 12
        return put(path, data[:at] + (15_999).to_bytes(3, "little") * 2 + data[at + 6 :])
    if form.endswith(".avif"):
        data = encoded("AVIF")
        at = data.index(b"ispe") + 8
        return put(path, data[:at] + struct.pack(">II", SIDE, SIDE) + data[at + 8 :])
    how = {"progressive.jpg": {"progressive": True, "subsampling": 0}, "baseline.jpg": {}}[form]
    return put(path, jpeg(SIDE, SIDE, **how))


@pytest.mark.skipif(sys.platform != "linux", reason="the bound and the peak are Linux's to tell")
@pytest.mark.parametrize(
    "form",
    [
        "progressive.jpg",
        "alpha.png",
        "canvas.webp",
        "large.avif",
        # A gigabyte of zeros each, which takes seconds to read.
        pytest.param("rgb.tif", marks=pytest.mark.soak),
        pytest.param("cmyk.psd", marks=pytest.mark.soak),
        pytest.param("rgb.png", marks=pytest.mark.soak),
    ],
)
def test_a_picture_that_takes_too_much_is_told_and_not_decoded(form: str, tmp_path: Path) -> None:
    path = made(tmp_path, form)
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    why, width, height, problem, peak = json.loads(done.stdout)
    assert why is not None, problem
    assert "too large to look at" in why
    assert (width, height) == ((16_000, 16_000) if form == "canvas.webp" else (SIDE, SIDE))
    assert peak < 500


@pytest.mark.parametrize(
    ("size", "decoding", "fits"),
    [
        ((20_000, 20_000), 0, True),  # a JPEG of 400 megapixels, of one pass
        ((20_000, 10_000), 4, True),  # PNG and TIFF of the largest size that an agency takes
        ((20_000, 10_000), 3, True),  # a progressive JPEG of them, 4:2:0
        ((20_000, 10_000), 6, False),
        ((20_000, 20_000), 4, False),
        ((8_000, 6_000), 18, True),
    ],
)
def test_what_fits_is_looked_at(size: tuple[int, int], decoding: float, fits: bool) -> None:  # noqa: FBT001 - one of a table
    if fits:
        guard(*size, decoding)
        return
    with pytest.raises(UnreadableError, match="too large to look at"):
        guard(*size, decoding)


@pytest.mark.parametrize(
    ("how", "held"),
    [
        ({"subsampling": 0}, 0.0),
        ({"subsampling": 0, "progressive": True}, 6.0),
        ({"subsampling": 1, "progressive": True}, 4.0),
        ({"subsampling": 2, "progressive": True}, 3.0),
    ],
)
def test_what_a_decoder_of_jpeg_holds_is_known_from_the_frame(how: dict[str, object], held: float) -> None:
    assert structure(jpeg(640, 480, **how)).held == held


def test_the_size_of_an_avif_is_read_without_its_decoder() -> None:
    data = io.BytesIO()
    Image.new("RGB", (123, 45)).save(data, "AVIF")
    assert avif_size(memoryview(data.getvalue())) == (123, 45)
    # Cut off, it tells none, and is read no further.
    for end in range(len(data.getvalue())):
        assert avif_size(memoryview(data.getvalue()[:end])) in {None, (123, 45)}


@pytest.mark.parametrize("how", [{"lossless": True}, {}, {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"}])
def test_the_size_of_a_webp_is_read_without_its_decoder(how: dict[str, Any]) -> None:
    data = io.BytesIO()
    Image.new("RGB", (123, 45)).save(data, "WEBP", **how)
    assert webp_size(memoryview(data.getvalue())) == (123, 45)
    assert webp_size(memoryview(b"RIFF")) is None
