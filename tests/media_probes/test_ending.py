"""EPS files that break off are told, and those of programs that write no %%EOF are not."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from stockctl.media.render import program_for
from stockctl.media.vector import postscript
from stockctl.media.vector.ending import broken_off
from tests.media_probes.test_vector import binary, tiff

if TYPE_CHECKING:
    from pathlib import Path

HEAD = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 3000 2000\n"
PROLOG = b"%%BeginProlog\n/l {lineto} bind def\n%%EndProlog\n%%Page: 1 1\n"
DRAWN = b"gsave 0 0 moveto 100 0 l 50 80 l closepath fill grestore\n"
END = b"showpage\n%%Trailer\n%%EOF\n"
WHOLE = HEAD + b"%%EndComments\n" + PROLOG + DRAWN + END
LATE = WHOLE.replace(b"Box: 0 0 3000 2000", b"Box: (atend)").replace(
    b"%%Trailer\n", b"%%Trailer\n%%BoundingBox: 0 0 3000 2000\n"
)
# A file that stands whole within another, whose own end is no end of the other's.
PLACED = WHOLE.replace(DRAWN, b"%%BeginDocument: a.eps\n" + WHOLE + b"%%EndDocument\n" + DRAWN * 3)
PRIVATE = WHOLE + b"%AI9_PrivateDataBegin\n" + b"%AI9_Data " * 90 + b"\n%AI9_PrivateDataEnd\n"


def harm(data: bytes) -> str:
    return str(postscript.look(memoryview(data)).facts.get("damaged", ""))


@pytest.mark.parametrize(
    "data",
    [
        WHOLE,
        WHOLE.replace(b"\n", b"\r"),
        WHOLE.replace(b"\n", b"\r\n") + b"\x04",
        LATE,
        PLACED,
        PRIVATE,
        # As matplotlib, Dia, HiJaak and hand-written ones end, and some that paint without showpage.
        HEAD + PROLOG + DRAWN + b"end\nshowpage\n",
        HEAD + PROLOG + DRAWN + b"showpage\r\n\x04",
        HEAD + PROLOG + DRAWN + b"%%Trailer\n",
        HEAD + DRAWN,
        HEAD + b"0 0 10 10 rectfill",
        HEAD + b"/draw { 0 0 10 10 rectfill } def\ndraw\n",
        HEAD + b"1 1 9 { pop 0 0 10 10 rectfill } for\n",
        HEAD + b"%%DocumentFonts: (atend)\n%%EndComments\n" + PROLOG + DRAWN + b"showpage\n%%EPS Trailer\n",
    ],
)
def test_a_whole_eps_does_not_break_off(data: bytes) -> None:
    assert harm(data) == ""


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (WHOLE[: WHOLE.index(b"0 l 50")], "middle of its program"),
        (WHOLE[: WHOLE.index(b"eto 100")], "middle of its program"),
        (WHOLE[: WHOLE.index(b" closepath")], "middle of its program"),
        (WHOLE[: WHOLE.index(b" bind")], "%%BeginProlog has no %%EndProlog"),
        (LATE[: LATE.index(b"%%Trailer") + 10], "promises %%BoundingBox"),
        (LATE[: LATE.index(b"showpage")], "promises %%BoundingBox"),
        (PLACED[: PLACED.index(b"%%EOF") + 5], "%%BeginDocument has no %%EndDocument"),
        (PLACED[: PLACED.index(b"%%EndDocument") + 150], "middle of its program"),
        (PRIVATE[:-60], "Illustrator's own data"),
        (WHOLE.replace(b"%%EndC", b"%%Creator: cairo 1.18.0\n%%EndC")[: -len(END)], "cairo (Inkscape) ends its files"),
        (HEAD + DRAWN + b"%%BeginData: 90 Hex Bytes\n00ff00ff", "%%BeginData has no %%EndData"),
    ],
)
def test_an_eps_that_breaks_off_is_damaged(data: bytes, word: str) -> None:
    assert "cut off" in harm(data)
    assert word in harm(data)


def test_a_binary_eps_without_the_end_of_its_preview_is_damaged() -> None:
    whole = binary(WHOLE, tiff(300, 200))
    assert harm(whole) == ""
    assert "its preview is cut off" in harm(whole[:-20])
    assert "middle of its program" in harm(binary(WHOLE[: WHOLE.index(b"0 l 50")], tiff(300, 200)))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_ghostscript_eps_cut_anywhere_is_told(share: float, tmp_path: Path) -> None:
    program = program_for("eps")
    if program is None:
        pytest.skip("no Ghostscript")
    source, target = tmp_path / "a.ps", tmp_path / "a.eps"
    source.write_bytes(b"%!\n/l {lineto} bind def\n" + DRAWN * 50 + b"showpage\n")
    subprocess.run(
        [program, "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=eps2write", f"-sOutputFile={target}", source], check=True
    )
    data = target.read_bytes()
    assert broken_off(memoryview(data)) == ""
    assert "cut off" in broken_off(memoryview(data)[: int(len(data) * share)])
