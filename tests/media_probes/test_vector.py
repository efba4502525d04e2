"""Vectors: what EPS, SVG and Illustrator files say of themselves, whole, broken and hostile."""

from __future__ import annotations

import struct
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockctl.media.identify import identify
from stockctl.media.vector import postscript, probe

if TYPE_CHECKING:
    from stockctl.media.probe import Probe

EPS = (
    b"%!PS-Adobe-3.0 EPSF-3.0\n%%Creator: Adobe Illustrator(R) 10.0\n%%LanguageLevel: 2\n"
    b"%%BoundingBox: 10 20 3010 2020\n%%HiResBoundingBox: 10.5 20.5 3010.5 2020.5\n%%EndComments\n"
    b"newpath 10 20 moveto 3010 2020 lineto stroke\nshowpage\n%%EOF\n"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="3000"><path d="M0 0h9v9z"/></svg>'
PDF = (
    b"%PDF-1.5\n% Adobe Illustrator\n<xmp:CreatorTool>Adobe Illustrator 27.0</xmp:CreatorTool>\n"
    b"<< /Type /Page /MediaBox [0 0 5000 4000] /ArtBox [0 0 4800 3600] >>\n%%EOF\n"
)


def look(data: bytes, format_: str = "eps") -> Probe:
    return probe(Path(f"file.{format_}"), memoryview(data), format_)


def test_an_eps_tells_its_artboard_and_who_wrote_it() -> None:
    found = look(EPS)
    assert (found.width, found.height) == (3000, 2000)
    assert found.facts["creator"] == "Adobe Illustrator(R) 10.0"
    assert found.facts["languagelevel"] == "2"
    assert found.facts["container"] == "dsc"
    assert not found.facts["live_text"]
    assert not found.facts["raster"]
    assert "damaged" not in found.facts


@pytest.mark.parametrize("end", [b"\r", b"\r\n"])
def test_line_ends_of_other_systems_are_read(end: bytes) -> None:
    assert look(EPS.replace(b"\n", end)).width == 3000


def test_a_box_at_the_end_is_found() -> None:
    late = EPS.replace(b"%%BoundingBox: 10 20 3010 2020\n%%HiResBoundingBox: 10.5 20.5 3010.5 2020.5\n", b"")
    late = late.replace(b"%%EndComments", b"%%BoundingBox: (atend)\n%%EndComments") + b"% filler\n" * 60_000
    found = look(late + b"%%Trailer\n%%BoundingBox: 0 0 640 480\n%%EOF\n")
    assert (found.width, found.height) == (640, 480)


@pytest.mark.parametrize("box", [b"%%BoundingBox: 0 0 0 0", b"%%BoundingBox: 0 0 1e999 9", b"%%Boundingbox: 0 0 5 5"])
def test_an_eps_without_a_box_is_broken(box: bytes) -> None:
    head, _, tail = EPS.partition(b"%%BoundingBox: 10 20 3010 2020\n%%HiResBoundingBox: 10.5 20.5 3010.5 2020.5")
    assert "bounding box" in look(head + box + tail).facts["damaged"]


def test_text_and_pixels_in_an_eps_are_noticed() -> None:
    assert look(EPS.replace(b"%%EndComments", b"%%DocumentFonts: Helvetica\n%%EndComments")).facts["live_text"]
    assert look(EPS.replace(b"%%EndComments", b"%%DocumentNeededResources: font Arial\n%%EndComments")).facts[
        "live_text"
    ]
    pixels = EPS.replace(b"showpage", b"640 480 8 [640 0 0 -480 0 480] {currentfile s readstring pop} image\nshowpage")
    assert look(pixels).facts["raster"]
    assert look(EPS.replace(b"showpage", b"%AI5_BeginRaster\nshowpage")).facts["raster"]


RGB_SWATCH, CMYK_SWATCH = b"% <xmpG:mode>RGB</xmpG:mode>\n", b"% <xmpG:mode>CMYK</xmpG:mode>\n"


@pytest.mark.parametrize(
    ("comments", "body", "mode"),
    [
        (b"%AI9_ColorModel: 1\n%%DocumentProcessColors: Cyan Magenta Yellow Black\n", b"", "rgb"),
        (b"%AI9_ColorModel: 2\n", b"1 0 0 setrgbcolor\n", "cmyk"),
        (b"%%RGBProcessColor: 0 0 0 ([Registration])\n", b"", "rgb"),
        (b"%%CMYKProcessColor: 1 1 1 1 ([Registration])\n", b"", "cmyk"),
        (RGB_SWATCH * 3, b"", "rgb"),
        (RGB_SWATCH + CMYK_SWATCH, b"", None),
        (b"", b"0.5 .25 0 setrgbcolor fill\n", "rgb"),
        (b"", b"0 0 0 1 k\n", "cmyk"),
        (b"", b"1 0 0 rg\n0 0 0 1 setcmykcolor\n", None),
        (b"%%DocumentProcessColors: Cyan Black\n", b"", "cmyk"),
        (b"%%DocumentProcessColors: Black\n", b"", None),
        (b"", b"/rg { setrgbcolor } bind def /k { setcmykcolor } bind def\n", None),
    ],
)
def test_an_eps_tells_its_colour_mode_or_nothing(comments: bytes, body: bytes, mode: str | None) -> None:
    data = EPS.replace(b"%%EndComments\n", comments + b"%%EndComments\n").replace(b"showpage", body + b"showpage")
    assert look(data).facts.get("mode") == mode


def test_swatches_tell_the_colour_mode_of_an_illustrator_file() -> None:
    assert look(PDF.replace(b"<< /Type", CMYK_SWATCH + b"<< /Type"), "ai").facts["mode"] == "cmyk"
    assert "mode" not in look(PDF, "ai").facts


def tiff(width: int, height: int) -> bytes:
    entries = struct.pack("<HHIHHHHIHH", 256, 3, 1, width, 0, 257, 3, 1, height, 0)
    return struct.pack("<2sHIH", b"II", 42, 8, 2) + entries + b"\0" * 4


def binary(postscript: bytes, preview: bytes = b"", *, promise: int = 0) -> bytes:
    start = 30
    at = start + len(postscript) if preview else 0
    lengths = (start, len(postscript) + promise, 0, 0, at, len(preview))
    return b"\xc5\xd0\xd3\xc6" + struct.pack("<6IH", *lengths, 0xFFFF) + postscript + preview


def test_a_binary_eps_is_read_with_its_preview() -> None:
    found = look(binary(EPS, tiff(300, 200)))
    assert (found.width, found.height) == (3000, 2000)
    assert found.facts["container"] == "binary"
    assert found.facts["preview"] == [300, 200]


def test_a_binary_eps_that_promises_more_than_it_holds_is_broken() -> None:
    assert "promises PostScript" in look(binary(EPS, promise=10_000)).facts["damaged"]
    assert "cut off" in look(binary(EPS)[:12]).facts["damaged"]


def test_an_illustrator_file_tells_its_artboard() -> None:
    found = look(PDF, "ai")
    assert (found.width, found.height) == (4800, 3600)
    assert found.facts["creator"] == "Adobe Illustrator 27.0"
    assert "damaged" not in found.facts
    assert "cut off" in look(PDF.replace(b"%%EOF", b""), "ai").facts["damaged"]


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        (b'width="4000" height="3000"', (4000, 3000)),
        (b'viewBox="0 0 800 600"', (800, 600)),
        (b'viewBox="0,0,800,600" width="100%" height="100%"', (800, 600)),
        (b'width="10in" height="254mm"', (960, 960)),
        (b'width="72pt" height="6pc"', (96, 96)),
        (b'width="1e3px" height=" 500 "', (1000, 500)),
    ],
)
def test_an_svg_tells_its_size_in_any_unit(attributes: bytes, size: tuple[int, int]) -> None:
    found = look(b'<svg xmlns="http://www.w3.org/2000/svg" ' + attributes + b"/>", "svg")
    assert (found.width, found.height) == size
    assert "damaged" not in found.facts


@pytest.mark.parametrize(
    ("inside", "fact"),
    [
        (b"<text>Sale</text>", "live_text"),
        (b'<image href="data:image/png;base64,AAAA"/>', "raster"),
        (b"<script>alert(1)</script>", "scripts"),
        (b'<path onclick="x()"/>', "scripts"),
        (b'<a xlink:href="javascript:x()"/>', "scripts"),
        (b'<image href="https://example.com/a.png"/>', "links"),
        (b'<use xlink:href="file:///etc/passwd"/>', "links"),
    ],
)
def test_what_agencies_refuse_in_an_svg_is_noticed(inside: bytes, fact: str) -> None:
    start = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
    assert look(start + inside + b"</svg>", "svg").facts[fact]
    assert not look(SVG, "svg").facts[fact]


def test_a_billion_laughs_and_outside_entities_are_stopped_at_their_declaration() -> None:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE svg [<!ENTITY l0 "ha">{lines}]><svg viewBox="0 0 9 9"><text>&l9;</text></svg>'.encode()
    outside = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg viewBox="0 0 9 9">&x;</svg>'
    began = time.monotonic()
    for data in (laughs, outside):
        assert "entities" in look(data, "svg").facts["damaged"]
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<svg><path></svg>", "not well-formed"),
        (b"<svg", "not well-formed"),
        (b"<svg/>", "neither a size nor a viewBox"),
        (b'<html width="9" height="9"/>', "its root is <html>"),
        (SVG.decode().encode("utf-16")[:-3], "not well-formed"),
    ],
)
def test_a_broken_svg_is_said_to_be_broken(data: bytes, what: str) -> None:
    assert what in look(data, "svg").facts["damaged"]


def test_a_million_nested_elements_are_read_in_bounded_time() -> None:
    began = time.process_time()
    found = look(b'<svg viewBox="0 0 9 9">' + b"<g>" * 500_000, "svg")
    assert "not well-formed" in found.facts["damaged"]
    assert time.process_time() - began < 5


FORMATS = {"eps": [EPS, binary(EPS, tiff(30, 20))], "svg": [SVG], "ai": [PDF, EPS]}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_change_of_bytes_brings_a_probe_down(data: st.DataObject) -> None:
    format_ = data.draw(st.sampled_from(sorted(FORMATS)))
    whole = bytearray(data.draw(st.sampled_from(FORMATS[format_])))
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=8)):
        whole[place] = value
    found = look(bytes(whole[: data.draw(st.integers(1, len(whole)))]), format_)
    assert 0 <= found.width <= 1_000_000
    assert 0 <= found.height <= 1_000_000


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=1, max_size=300), st.sampled_from(["eps", "svg", "ai"]))
def test_any_bytes_are_looked_at_without_a_crash(data: bytes, format_: str) -> None:
    assert isinstance(look(data, format_).facts, dict)
    assert isinstance(look(b"\xc5\xd0\xd3\xc6" + data, "eps").facts, dict)


HEAD = EPS.split(b"newpath")[0]
LONG = 8_000_000


@pytest.mark.parametrize(
    ("format_", "data"),
    [
        ("eps", HEAD + b"0123456789" * (LONG // 10)),
        ("eps", HEAD + b" 1 1 1 setrgbcolo" * (LONG // 17)),
        ("eps", HEAD + b" setrgbcolor" * (LONG // 12)),
        ("eps", HEAD + b"(\\" * (LONG // 2)),
        ("eps", HEAD + b"/a{" * (LONG // 3)),
        ("eps", HEAD + b"%%BeginData\n" * (LONG // 12)),
        ("eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: " + b"1" * LONG),
        ("ai", b"%PDF-1.4 Illustrator /MediaBox [" + b"1" * LONG),
        ("ai", b"%PDF-1.4 Illustrator " + b"/MediaBox[" * (LONG // 10)),
        ("svg", b'<svg viewBox="0 0 9 9">' + b"<a/>" * (LONG // 4)),
        ("svg", b'<svg width="' + b"1" * LONG + b'!"/>'),
        ("svg", b'<svg viewBox="' + b" " * LONG + b'"/>'),
    ],
    ids=lambda value: value[-12:].decode() if isinstance(value, bytes) else value,
)
def test_time_goes_with_the_length_of_a_file_whatever_is_in_it(format_: str, data: bytes) -> None:
    began = time.process_time()
    look(data, format_)
    # A tenth of what is allowed for a hundred megabytes; what is worse than linear takes minutes here.
    assert time.process_time() - began < 4


def test_the_head_of_a_file_tells_its_format_in_no_time() -> None:
    began = time.process_time()
    for prologue in (b"<!-- -->" * 500, b"<!DOCTYPE svg [" * 200, b"<?xml" + b" " * 4000):
        assert identify(prologue) is None
    assert identify(b"<?xml version='1.0'?>\n<!-- a --><!DOCTYPE svg [<!ENTITY a '>'>]>\n<svg >") == "svg"
    assert time.process_time() - began < 0.5


PIXELS = b"640 480 8 [640 0 0 -480 0 480] {currentfile s readstring pop} "


@pytest.mark.parametrize(
    "body",
    [
        PIXELS + b"image",
        PIXELS + b"false 3 colorimage",
        b"/paint {" + PIXELS + b"{ image } if } bind def\npaint",
        b"/i /colorimage load def i",
        b"<< /ImageType 1 /Width 4 >> draw",
        b'%ImageData: 4000 3000 8 3 1 4000 2 "beginimage"\nbeginimage\n',
        b"%BeginPhotoshop: 1000\n%EndPhotoshop",
        b"/DisplayImage {" + PIXELS + b"image} def\n%%BeginData: 100 Binary Bytes\nDisplayImage\n\1\2{{((\n%%EndData",
        b"%AI5_BeginRaster",
    ],
)
def test_pixels_in_an_eps_are_seen_where_they_are_painted(body: bytes) -> None:
    found = look(EPS.replace(b"showpage", body + b"\nshowpage"))
    assert found.facts["raster"]
    assert not found.facts["live_text"]


@pytest.mark.parametrize(
    "body",
    [
        b"/Helvetica findfont 12 scalefont setfont (Hello \\( (world)) show",
        b"/S { moveto show } bind def (a) 1 1 S",
        b"/S /ashow load def (a) 1 1 S",
        b"8 dict begin /FontType 3 def end",
    ],
)
def test_type_in_an_eps_is_seen_where_it_is_set(body: bytes) -> None:
    found = look(EPS.replace(b"showpage", body + b"\nshowpage"))
    assert found.facts["live_text"]
    assert not found.facts["raster"]


@pytest.mark.parametrize(
    "body",
    [
        b"/paint {" + PIXELS + b" image } bind def",
        b"/S { show } bind def /T { S } def",
        b"(image show) pop % colorimage show",
        b"/image_of 3 def /shows {1} def shows",
        b"%%BeginData: 20 Binary Bytes\n\1 image show\n%%EndData",
    ],
)
def test_what_is_defined_and_never_called_is_not_in_the_drawing(body: bytes) -> None:
    found = look(EPS.replace(b"showpage", body + b"\nshowpage"))
    assert not found.facts["raster"]
    assert not found.facts["live_text"]


@pytest.mark.parametrize("seed", range(20))
def test_names_between_numbers_are_taken_at_once_as_they_are_one_by_one(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)  # noqa: S311 - a draw, no secret
    words = [
        b"12",
        b"m",
        b"image",
        b"show",
        b"[1 2]",
        b"/x",
        b"{",
        b"}",
        b"{ image }",
        b"load",
        b"(a b)",
        b"% c\n",
        b"\n",
    ]
    body = b"".join(random.choice(words) + random.choice((b" ", b"\n")) for _ in range(200)) + b"\n" + b"1 l\n" * 400
    called = []
    for at_once in (1, 1 << 60):
        monkeypatch.setattr(postscript, "_AT_ONCE", at_once)
        called.append(postscript._called(body))
    assert called[0] == called[1]


def picture_in(after: str, around: str = "") -> list[list[object]]:
    image = '<image x="20" y="10" width="40" height="30" href="data:image/png;base64,AA=="/>'
    root = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><rect width="200" height="100"/>'
    svg = f"{root}<g {around}>{image}</g>{after}</svg>"
    found: list[list[object]] = look(svg.encode(), "svg").facts.get("hidden_pictures", [])
    return found


@pytest.mark.parametrize(
    ("after", "around", "why"),
    [
        ('<rect x="10" y="5" width="80" height="60" fill="#fff"/>', "", "covered"),
        ('<path d="M10 5h80v60H10z"/>', "", "covered"),
        ('<g transform="translate(10 5) scale(2)"><polygon points="0,0 40,0 40,30 0,30"/></g>', "", "covered"),
        ('<circle cx="40" cy="25" r="40"/>', "", "covered"),
        ('<path d="M40-20q40 0 60 45t-60 50t-60-50t60-45z"/>', "", "covered"),
        ("", 'style="display:none"', "switched off"),
        ("", 'transform="translate(500,0)"', "outside"),
    ],
)
def test_a_picture_that_an_svg_hides_is_told(after: str, around: str, why: str) -> None:
    ((told, *place),) = picture_in(after, around)
    assert why in str(told)
    if why == "covered":
        assert place == [20, 10, 40, 30]


@pytest.mark.parametrize(
    "after",
    [
        "",
        '<rect x="10" y="5" width="80" height="60" fill="none"/>',
        '<rect x="10" y="5" width="80" height="60" opacity=".5"/>',
        '<rect x="10" y="5" width="80" height="60" style="fill-opacity:0.9"/>',
        '<rect x="10" y="5" width="80" height="60" fill="url(#a)"/>',
        '<g opacity="0.4"><rect x="10" y="5" width="80" height="60"/></g>',
        '<g clip-path="url(#c)"><rect x="10" y="5" width="80" height="60"/></g>',
        '<rect x="30" y="5" width="80" height="60"/>',
        '<defs><rect x="10" y="5" width="80" height="60"/></defs>',
        '<g style="display:none"><rect x="10" y="5" width="80" height="60"/></g>',
    ],
)
def test_a_picture_that_is_seen_in_an_svg_is_not_told(after: str) -> None:
    assert picture_in(after) == []
