"""What AI files with PDF inside and EPS files are drawn with: paths counted by hand, pictures that nobody sees."""

from __future__ import annotations

import subprocess
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockctl.check.run.inspect import inspect, to_asset
from stockctl.media.vector import probe
from tests.pictures import put
from tests.programs import needs

NAMES = ("paths", "nodes", "open_filled", "stray_points", "crumbs")
IMAGE = b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 1 >>"
RESOURCES = (
    b"<< /XObject << /Im0 5 0 R /Fm0 6 0 R /Fm1 7 0 R >> /Properties << /MC0 8 0 R /MC1 9 0 R >>"
    b" /ExtGState << /Half << /ca 0.5 >> /Full << /ca 1 >> /Soft << /SMask << /S /Luminosity >> >>"
    b" /None << /SMask /None >> /Times << /BM /Multiply >> >> >>"
)


def pdf(content: bytes, *, packed: bool = True, form: bytes = b"", more: bytes = b"") -> bytes:
    """Return a PDF of one page, 1000 × 800 points, as Illustrator lays it out."""
    data = zlib.compress(content) if packed else content
    filter_ = b"/Filter /FlateDecode " if packed else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [8 0 R 9 0 R] /D << /OFF [9 0 R] >> >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 1000 800] >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources " + RESOURCES + b" >>",
        b"<< " + filter_ + b"/Length 10 0 R >>\nstream\n" + data + b"\nendstream",
        IMAGE + b"\nstream\n\x80\nendstream",
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Matrix [1 0 0 1 100 0] /Length %d >>\nstream\n" % len(form)
        + form
        + b"\nendstream",
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Group << /S /Transparency >> /Length %d >>\nstream\n"
        % len(form)
        + form
        + b"\nendstream",
        b"<< /Type /OCG /Name (art) >>",
        b"<< /Type /OCG /Name (template \\) \\( ) >>",
        b"%d" % len(data),
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.5\n% Adobe Illustrator\n" + body + more + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def eps(program: bytes, prologue: bytes = b"") -> bytes:
    return (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1000 800\n%%EndComments\n"
        + prologue
        + b"\n%%EndProlog\n"
        + program
        + b"\nshowpage\n%%EOF\n"
    )


def facts(data: bytes) -> dict[str, Any]:
    format_ = "ai" if data.startswith(b"%PDF") else "eps"
    return probe(Path(f"a.{format_}"), memoryview(data), format_).facts


def counted(data: bytes) -> tuple[int, ...]:
    found = facts(data)
    return tuple(found[name] for name in NAMES)


CONTENTS = [
    (b"0 0 m 90 0 l 90 90 l h f", (1, 3, 0, 0, 0)),
    (b"0 0 m 90 0 l 90 90 l f", (1, 3, 1, 0, 0)),
    (b"0 0 m 90 0 l 90 90 l S", (1, 3, 0, 0, 0)),
    (b"0 0 m 90 0 l 90 90 l 0 0 l f*", (1, 4, 0, 0, 0)),
    (b"0 0 m 90 0 l 90 90 l b", (1, 3, 0, 0, 0)),
    (b"0 0 m 90 0 l 90 90 l B", (1, 3, 1, 0, 0)),
    (b"10 10 m 20 0 30 0 40 10 c 50 20 60 10 v 70 0 80 10 y F", (1, 4, 1, 0, 0)),
    (b"10 10 80 60 re f", (1, 4, 0, 0, 0)),
    (b"5 5 m S", (1, 1, 0, 1, 0)),
    (b"5 5 m h f", (1, 1, 0, 1, 0)),
    (b"5 5 m 6 6 m 90 90 l S", (1, 2, 0, 0, 0)),
    (b"10 10 1 1 re f", (1, 4, 0, 0, 1)),
    (b"q 10 0 0 10 0 0 cm 10 10 1 1 re f Q", (1, 4, 0, 0, 0)),
    # What only clips is not drawn.
    (b"0 0 100 100 re W n", (0, 0, 0, 0, 0)),
    # A gradient is drawn through the path that it fills.
    (b"q 0 0 m 90 0 l 90 90 l h W n /Sh0 sh /Sh0 sh Q", (1, 3, 0, 0, 0)),
    (b"0 0 m 90 0 l 90 90 l h 5 5 m 9 5 l 9 9 l f", (2, 6, 1, 0, 0)),
    (b"BT /F1 12 Tf (0 0 m 9 0 l 9 9 l f \\) ) Tj ET", (0, 0, 0, 0, 0)),
    (b"[3 1] 0 d 0 0 m 90 0 l S % 5 5 m f\n", (1, 2, 0, 0, 0)),
    (b"", (0, 0, 0, 0, 0)),
]


@pytest.mark.parametrize(("content", "expected"), CONTENTS, ids=lambda value: str(value)[:30])
def test_the_paths_of_an_illustrator_file_are_counted(content: bytes, expected: tuple[int, ...]) -> None:
    assert counted(pdf(content)) == expected
    assert counted(pdf(content, packed=False)) == expected


def test_what_a_form_draws_counts_where_it_is_drawn() -> None:
    form = b"0 0 m 90 0 l 90 90 l f"
    assert counted(pdf(b"/Fm0 Do q /Fm1 Do Q", form=form)) == (2, 6, 2, 0, 0)
    assert counted(pdf(b"0 0 m 1 1 l S", form=form))[0] == 1


def test_objects_in_streams_of_objects_and_later_ones_are_found() -> None:
    page = b"<< /Type /Page /Parent 2 0 R /Contents 12 0 R /Resources << >> >>"
    inner = zlib.compress(b"3 0 " + page)
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(inner)
    more = (
        b"11 0 obj\n" + stream + inner + b"\nendstream\nendobj\n"
        b"12 0 obj\n<< /Length 22 >>\nstream\n0 0 m 90 0 l 90 90 l f\nendstream\nendobj\n"
    )
    assert counted(pdf(b"0 0 m 1 1 l S", more=more)) == (1, 3, 1, 0, 0)


PICTURE = b"q 200 0 0 100 50 60 cm /Im0 Do Q "
OVER = b"0 g 40 50 300 200 re f "
COVERED, CLIPPED, OUTSIDE, OFF = "covered", "clipped away", "outside", "switched off"
HIDDEN = [
    (PICTURE, ""),
    (PICTURE + OVER, COVERED),
    (OVER + PICTURE, ""),
    # Only a part of it, from two sides, by a circle with a hole, by a line.
    (PICTURE + b"40 50 100 200 re f", ""),
    (PICTURE + b"40 50 110 200 re f 150 50 110 200 re f", COVERED),
    (PICTURE + b"0 0 600 400 re 80 80 90 60 re f*", ""),
    (PICTURE + b"0 0 600 400 re 80 80 90 60 re f", COVERED),
    (PICTURE + b"-500 100 m -500 1000 900 1000 900 100 c 900 -900 -500 -900 -500 100 c h f", COVERED),
    (PICTURE + b"40 50 300 200 re S", ""),
    # What lets it through.
    (PICTURE + b"/Half gs " + OVER, ""),
    (PICTURE + b"q /Half gs Q " + OVER, COVERED),
    (PICTURE + b"/Half gs /Full gs " + OVER, COVERED),
    (PICTURE + b"/Soft gs " + OVER, ""),
    (PICTURE + b"/Soft gs /None gs " + OVER, COVERED),
    (PICTURE + b"/Times gs " + OVER, ""),
    (PICTURE + b"/Pattern cs /P0 scn 40 50 300 200 re f", ""),
    (PICTURE + b"/Pattern cs /P0 scn 0 0 9 9 re f " + OVER, COVERED),
    (PICTURE + b"q 0 0 90 90 re W n " + OVER + b"Q", ""),
    (PICTURE + b"q 40 50 300 200 re W n /Sh0 sh Q", COVERED),
    (PICTURE + b"/MC1 /OC BDC EMC /OC /MC1 BDC " + OVER + b"EMC", ""),
    (PICTURE + b"/Half gs /Fm1 Do", ""),
    (PICTURE + b"/Fm1 Do", COVERED),
    # Where it lies.
    (b"q 0 0 20 20 re W n " + PICTURE + b"Q", CLIPPED),
    (b"q 0 0 80 80 re W n " + PICTURE + b"Q", ""),
    (b"q 0 0 80 80 re W n 90 90 80 80 re W n " + PICTURE + b"Q", CLIPPED),
    (b"q 200 0 0 100 1200 60 cm /Im0 Do Q", OUTSIDE),
    (b"q 200 0 0 100 900 60 cm /Im0 Do Q", ""),
    (b"/OC /MC1 BDC " + PICTURE + b"EMC", OFF),
    (b"/OC /MC0 BDC " + PICTURE + b"EMC", ""),
    # Drawn twice, seen once.
    (PICTURE + OVER + b"q 200 0 0 100 500 500 cm /Im0 Do Q", ""),
    (b"q 20 0 0 10 50 60 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x80 EI Q " + OVER, COVERED),
]


@pytest.mark.parametrize(("content", "why"), HIDDEN, ids=lambda value: str(value)[:60])
def test_a_picture_that_nobody_sees_is_told_with_its_place(content: bytes, why: str) -> None:
    found = facts(pdf(content, form=OVER))
    assert found["raster"]
    hidden = found.get("hidden_pictures", [])
    assert bool(hidden) == bool(why)
    assert all(why in one[0] for one in hidden)
    if content.startswith(PICTURE) and hidden:
        # From the upper left corner of 1000 × 800 points.
        assert hidden[0][1:] == [50, 640, 200, 100]


def test_the_finding_says_why_and_where(tmp_path: Path) -> None:
    from stockctl.check.rules.formats.vectors import hidden_picture, vector_paths

    path = put(tmp_path / "a.ai", pdf(PICTURE + OVER + b"0 0 m 90 0 l 90 90 l f"))
    found = inspect(path).facts
    assert found is not None
    (hit,) = hidden_picture(to_asset(path, found, {}, {}))
    assert "covered by what is drawn after it (200×100 points at 50, 640)" in hit.message
    assert hit.box == (50, 640, 200, 100)
    (open_,) = vector_paths(to_asset(path, found, {}, {}))
    assert "1 of 2 paths are filled and not closed" in open_.message


# By PostScript's names, by names that the program gives (cairo, Illustrator 9 and later), by Illustrator's older ones.
CAIRO = (
    b"/q { gsave } bind def /Q { grestore } bind def /cm { 6 array astore concat } bind def /m { moveto } bind def"
    b" /l { lineto } bind def /c { curveto } bind def /h { closepath } bind def /f { fill } bind def"
    b" /S { stroke } bind def /re { exch dup neg 3 1 roll 5 3 roll moveto 0 rlineto } bind def"
)
AGM = (
    b"/mo /moveto ldf /li /lineto ldf /cv /curveto ldf /cp /closepath ldf /ef /eofill ldf /f /fill ldf /ct /concat ldf"
)
OLD = b"%AI5_FileFormat 3\n"


@pytest.mark.parametrize(
    ("prologue", "program", "expected"),
    [
        (b"", b"newpath 0 0 moveto 90 0 lineto 90 90 lineto fill", (1, 3, 1, 0, 0)),
        (b"", b"newpath 0 0 moveto 90 0 rlineto 0 90 rlineto closepath fill", (1, 3, 0, 0, 0)),
        (b"", b"10 10 100 100 rectfill 10 10 100 100 rectstroke", (2, 8, 0, 0, 0)),
        (b"", b"newpath 500 400 100 0 360 arc fill", (1, 5, 0, 0, 0)),
        (b"", b"100 100 scale 0 0 moveto 1 0 lineto 1 1 lineto closepath fill", (1, 3, 0, 0, 0)),
        (b"", b"[.01 0 0 .01 0 0] concat 0 0 moveto 90 0 lineto 90 90 lineto closepath fill", (1, 3, 0, 0, 1)),
        (b"", b"/a { 0 0 moveto 9 9 lineto stroke } def (0 0 moveto) 0 0 moveto 9 9 lineto fill", (1, 2, 0, 0, 0)),
        (b"/f {closepath fill} bind def", b"0 0 moveto 90 0 lineto 90 90 lineto f", (1, 3, 0, 0, 0)),
        (CAIRO, b"q 0 0 m 90 0 l 90 90 l h f 10 10 80 60 re f 0 0 m 90 0 l 90 90 l f Q", (3, 10, 1, 0, 0)),
        (AGM, b"0 0 mo 90 0 li 50 50 60 60 90 90 cv f 0 0 mo 90 0 li 90 90 li cp ef", (2, 6, 1, 0, 0)),
        (OLD, b"0 0 m 90 0 L 90 90 L f 0 0 m 90 0 L 90 90 L F 0 0 m 90 0 99 9 v 1 1 2 2 y N", (3, 9, 1, 0, 0)),
    ],
)  # fmt: skip
def test_the_paths_of_an_eps_are_counted(prologue: bytes, program: bytes, expected: tuple[int, ...]) -> None:
    assert counted(eps(program, prologue)) == expected


EPS_PICTURE = b"gsave 50 60 translate 200 100 scale 1 1 8 [1 0 0 1 0 0] {<80>} image grestore "


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (EPS_PICTURE, ""),
        (EPS_PICTURE + b"newpath 0 0 400 300 rectfill", COVERED),
        (b"gsave 0 0 20 20 rectclip " + EPS_PICTURE + b"grestore", CLIPPED),
        (b"2000 0 translate " + EPS_PICTURE, OUTSIDE),
        (b"/pic {" + EPS_PICTURE + b"} def pic 0 0 400 300 rectfill", COVERED),
    ],
)
def test_a_hidden_picture_in_an_eps_is_told_by_ghostscript(program: bytes, why: str, tmp_path: Path) -> None:
    needs("gs", "ghostscript")
    for name, body in (("plain", program), ("packed", packed(program))):
        found = inspect(put(tmp_path / f"{name}.eps", eps(body))).facts
        assert found is not None
        hidden = found["facts"].get("hidden_pictures", [])
        assert [why in one[0] for one in hidden] == ([True] if why else [])


def packed(program: bytes) -> bytes:
    data = zlib.compress(program).hex().encode()
    return b"currentfile /ASCIIHexDecode filter /FlateDecode filter cvx exec\n" + data + b">\n"


def test_the_paths_of_a_packed_eps_are_told_by_ghostscript(tmp_path: Path) -> None:
    needs("gs", "ghostscript")
    program = b"0 0 moveto 90 0 lineto 90 90 lineto fill 5 5 90 90 rectfill 0 0 moveto 9 0 90 0 90 90 curveto stroke"
    found = inspect(put(tmp_path / "a.eps", eps(packed(program)))).facts
    assert found is not None
    assert tuple(found["facts"][name] for name in NAMES) == (3, 9, 1, 0, 0)


def test_what_ghostscript_writes_is_not_said_to_be_open(tmp_path: Path) -> None:
    program = needs("gs", "ghostscript")
    source = put(tmp_path / "a.ps", b"%!PS\n0 0 moveto 90 0 lineto 90 90 lineto closepath fill showpage")
    for device, name in (("eps2write", "b.eps"), ("pdfwrite", "b.pdf")):
        subprocess.run([program, "-q", "-o", str(tmp_path / name), f"-sDEVICE={device}", str(source)], check=True)
    found = inspect(tmp_path / "b.eps").facts
    assert found is not None
    inside = facts((tmp_path / "b.pdf").read_bytes())
    for one in (found["facts"], inside):
        assert (one["paths"], one["nodes"], one["open_filled"]) == (1, 3, 0)


LONG = 300_000


@pytest.mark.parametrize(
    "data",
    [
        pdf(b"0 0 m " * (LONG // 6)),
        pdf(b"1 " * (LONG // 2)),
        pdf(b"q " * (LONG // 2) + PICTURE),
        pdf(b"(" * LONG),
        pdf(b"1" * LONG + b" m"),
        pdf(b"BI " * (LONG // 3)),
        pdf((PICTURE * 100) + b"0 0 m " + b"900 7 l 3 800 l " * (LONG // 40) + b"f " + OVER * 300),
        pdf((PICTURE + b"0 0 90 90 re W n ") * 2_000),
        pdf(b"/Fm0 Do " * 300, form=b"/Fm0 Do " * 9),
        b"%PDF-1.5 Illustrator\n" + b"1 0 obj" * (LONG // 7),
        b"%PDF-1.5 Illustrator\n1 0 obj " + b"[" * LONG,
        b"%PDF-1.5 Illustrator\n1 0 obj " + b"<</A" * (LONG // 4),
        b"%PDF-1.5 Illustrator\n" + b"1 0 obj<</Length 9>>stream\n" * (LONG // 80),
        b"%PDF-1.5 Illustrator\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R 1 0 R 1 0 R]>>endobj",
        eps(b"0 0 moveto " * (LONG // 11)),
        eps(b"/a{b}" * (LONG // 5)),
        eps(b"[1 0 0 1 0 0] concat " * (LONG // 30)),
    ],
    ids=range(17),
)
def test_time_goes_with_the_length_of_a_drawing(data: bytes) -> None:
    began = time.process_time()
    facts(data)
    assert time.process_time() - began < 8


def test_a_bomb_is_unpacked_as_far_as_is_bounded() -> None:
    began = time.process_time()
    assert facts(pdf(b"0 0 m 9 9 l S" + b" " * (80 << 20)))["paths"] == 1
    assert time.process_time() - began < 5


WHOLE = pdf(PICTURE + OVER + b"/Fm0 Do", packed=False, form=OVER)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=8), st.integers(1, len(WHOLE)))
def test_no_change_of_bytes_brings_it_down(changes: list[tuple[int, int]], length: int) -> None:
    data = bytearray(WHOLE)
    for place, value in changes:
        data[place] = value
    assert isinstance(facts(b"%PDF" + bytes(data[4:length])), dict)


@pytest.mark.parametrize("writing", [b"(OUT) false charpath fill", b"(Live) show", b"10 0 (ab) ashow", b"/a glyphshow"])
@pytest.mark.parametrize("after", [b"", b" 5 5 moveto 9 9 lineto stroke", b" newpath 5 5 moveto 9 9 lineto stroke"])
def test_where_letters_stand_is_no_stray_point(writing: bytes, after: bytes) -> None:
    triangle = b"0 0 moveto 90 0 lineto 90 90 lineto closepath fill "
    assert (
        facts(eps(triangle + b"200 200 moveto /F findfont 30 scalefont setfont " + writing + after))["stray_points"]
        == 0
    )
    assert facts(eps(triangle + b"200 200 moveto stroke"))["stray_points"] == 1
