"""What Ghostscript tells of an EPS whose program is packed: pictures and text that no reading of it shows."""

from __future__ import annotations

import subprocess
import time
import zlib
from typing import TYPE_CHECKING

import pytest

from stockctl.check.run.inspect import inspect
from stockctl.media.vector.asked import asked
from tests.media_probes.test_vector import EPS
from tests.pictures import put
from tests.programs import needs

if TYPE_CHECKING:
    from pathlib import Path

BODIES = {
    "plain": (b"0 0 moveto 9 9 lineto stroke", set()),
    "picture": (b"8 8 8 [8 0 0 8 0 0] {(abcdefgh)} image", {"raster"}),
    "mask": (b"8 8 true [8 0 0 8 0 0] {(abcdefgh)} imagemask", {"raster"}),
    "text": (b"/Helvetica findfont 9 scalefont setfont 5 5 moveto (Sale) show", {"live_text"}),
    "bound": (b"/S { show } bind def /Helvetica findfont 9 scalefont setfont 5 5 moveto (Sale) S", {"live_text"}),
}


def packed(body: bytes) -> bytes:
    """Return an EPS whose program is compressed, as Ghostscript and Illustrator write theirs."""
    data = zlib.compress(body).hex().encode()
    return EPS.replace(
        b"showpage", b"currentfile /ASCIIHexDecode filter /FlateDecode filter cvx exec\n" + data + b">\nshowpage"
    )


@pytest.mark.parametrize("name", BODIES)
def test_what_a_packed_program_paints_is_seen(name: str, tmp_path: Path) -> None:
    needs("gs", "ghostscript")
    body, painted = BODIES[name]
    found = inspect(put(tmp_path / "a.eps", packed(body))).facts
    assert found is not None
    assert {fact for fact in ("raster", "live_text") if found["facts"][fact]} == painted


def test_a_photo_that_ghostscript_saved_as_eps_is_no_clean_vector(tmp_path: Path) -> None:
    program = needs("gs", "ghostscript")
    source = put(
        tmp_path / "a.ps",
        b"%!PS\n/DeviceRGB setcolorspace 100 100 scale 8 8 8 [8 0 0 8 0 0] {(abcdefgh)} false 3 colorimage showpage",
    )
    target = tmp_path / "a.eps"
    subprocess.run(
        [program, "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=eps2write", f"-sOutputFile={target}", str(source)], check=True
    )
    found = inspect(target).facts
    assert found is not None
    assert found["facts"]["raster"]


def test_a_program_that_never_ends_or_reaches_out_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("gs", "ghostscript")
    monkeypatch.setattr("stockctl.media.vector.asked._SECONDS", 2)
    began = time.monotonic()
    assert asked(tmp_path / "a.eps", memoryview(packed(b"{ 1 pop } loop"))) == {}
    assert time.monotonic() - began < 8
    secret = put(tmp_path / "secret", b"(read) print")
    target = tmp_path / "written"
    reading = b"(%s) run" % str(secret).encode()
    writing = b"(%s) (w) file (x) writestring" % str(target).encode()
    for body in (reading, writing):
        assert asked(tmp_path / "a.eps", memoryview(packed(body))) == {}
    assert not target.exists()


def test_without_ghostscript_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert asked(tmp_path / "a.eps", memoryview(EPS)) == {}
