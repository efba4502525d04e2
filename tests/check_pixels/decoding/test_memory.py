"""How much memory a process takes to look at one picture, whatever its form."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.pictures import texture

# VmHWM is the process's own peak; a peak of `getrusage` would hold that of its parent too.
PEAK = """
import sys
from pathlib import Path
from stockctl.check.run.inspect import inspect
found = inspect(Path(sys.argv[1]))
assert found.facts and found.facts["measurements"], found.problem
line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(line.split()[1]) // 1024)
"""
FORMS = ("444.jpg", "progressive.jpg", "cmyk.jpg", "rgb.png", "alpha.png", "rgb.tif", "16 bits.tif")
# The size in pixels, the most that a worker may take for it, MB, and the forms that are drawn.
MOST = [
    pytest.param((6000, 4000), 350, ("cmyk.jpg", "16 bits.tif")),
    pytest.param((6000, 4000), 350, FORMS, marks=pytest.mark.soak),
    pytest.param((11608, 8708), 1200, FORMS, marks=pytest.mark.soak),
]

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")


def save(path: Path, width: int, height: int) -> Path:
    picture = Image.fromarray(texture()).resize((width, height), Image.Resampling.BILINEAR)
    form = path.stem
    if form == "16 bits":
        save_16_bits(path, np.asarray(picture))
    elif form == "cmyk":
        picture.convert("CMYK").save(path, quality=90)
    elif form == "alpha":
        picture.putalpha(200)
        picture.save(path, compress_level=1)
    elif path.suffix == ".jpg":
        picture.save(path, quality=90, subsampling=0 if form == "444" else 2, progressive=form == "progressive")
    elif path.suffix == ".png":
        picture.save(path, compress_level=1)
    else:
        picture.save(path)
    return path


def save_16_bits(path: Path, pixels: np.ndarray) -> None:
    """Write a TIFF 6.0 of one strip, little endian, 16 bits per channel."""
    height, width = pixels.shape[:2]
    data = (pixels.astype("<u2") * 257).tobytes()
    entries = 9
    bits = 8 + 2 + 12 * entries + 4
    tags = [
        *((256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, bits), (259, 3, 1, 1), (262, 3, 1, 2)),
        *((273, 4, 1, bits + 6), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, len(data))),
    ]
    directory = b"".join(
        tag.to_bytes(2, "little")
        + kind.to_bytes(2, "little")
        + count.to_bytes(4, "little")
        + value.to_bytes(4, "little")
        for tag, kind, count, value in tags
    )
    head = b"II*\0" + (8).to_bytes(4, "little") + entries.to_bytes(2, "little") + directory + bytes(4)
    path.write_bytes(head + 3 * (16).to_bytes(2, "little") + data)


@pytest.mark.parametrize(("size", "most", "forms"), MOST)
def test_a_worker_takes_little_memory(tmp_path: Path, size: tuple[int, int], most: int, forms: tuple[str, ...]) -> None:
    peaks: dict[str, int] = {}
    for form in forms:
        path = save(tmp_path / form, *size)
        done = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        peaks[form] = int(done.stdout)
        path.unlink()
    assert max(peaks.values()) <= most, peaks
