"""A small sound file of every format that is opened, by name: what the mutations start from."""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from openpyxl import Workbook

from tests.conftest import ROOT
from tests.earnings.statements import test_pdf
from tests.media_probes import test_audio, test_vector, test_video
from tests.metadata import hard, samples

# A small seed is mutated where it matters.
_LARGEST = 200_000

XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    b'<rdf:Description rdf:about=""><dc:title><rdf:Alt><rdf:li xml:lang="x-default">A lake</rdf:li></rdf:Alt>'
    b"</dc:title><dc:subject><rdf:Bag><rdf:li>lake</rdf:li><rdf:li>alps</rdf:li></rdf:Bag></dc:subject>"
    b'</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def psd(width: int = 64, height: int = 48, *, mode: int = 3, channels: int = 3, bits: int = 8) -> bytes:
    """Return a Photoshop document without layers, uncompressed (Adobe Photoshop File Formats Specification)."""
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, channels, height, width, bits, mode)
    resource = b"8BIM" + struct.pack(">HHI", 0x0424, 0, len(XMP)) + XMP + b"\0" * (len(XMP) & 1)
    plane = bytes(range(256)) * (width * height * bits // 8 // 256 + 1)
    data = b"\0\0" + plane[: width * height * bits // 8] * channels
    return head + struct.pack(">II", 0, len(resource)) + resource + struct.pack(">I", 0) + data


def _films() -> dict[str, bytes]:
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for suffix, codec in (("mp4", "mp4v"), ("mov", "mp4v"), ("avi", "MJPG"), ("mkv", "mp4v")):
            path = test_video.clip(Path(folder) / f"clip.{suffix}", 0.4, (160, 96), codec=codec)
            found[f"film.{suffix}"] = path.read_bytes()
    return found


def _sounds() -> dict[str, bytes]:
    tone = test_audio.tone(0.05)
    return {
        "sound.wav": test_audio.wav(tone),
        "float.wav": test_audio.wav(tone, 32, floating=True),
        "sound.aiff": test_audio.aiff(tone),
        "sound.flac": test_audio.flac(tone),
        "sound.ogg": test_audio.compressed(tone, "OGG", "VORBIS"),
        "sound.mp3": test_audio.compressed(tone, "MP3", "MPEG_LAYER_III"),
    }


def _pictures() -> dict[str, bytes]:
    encoded = samples.encoded
    return {
        "grey.jpg": encoded("JPEG", "L"),
        "progressive.jpg": encoded("JPEG", progressive=True),
        "cmyk.jpg": encoded("JPEG", "CMYK"),
        "deflate.tif": encoded("TIFF", compression="tiff_adobe_deflate"),
        "lzw.tif": encoded("TIFF", compression="tiff_lzw"),
        "jpeg.tif": encoded("TIFF", compression="jpeg"),
        "lab.tif": encoded("TIFF", "LAB"),
        "float.tif": encoded("TIFF", "F"),
        "bits.tif": encoded("TIFF", "1", compression="group4"),
        "palette.png": encoded("PNG", "P"),
        "deep.png": encoded("PNG", "I;16"),
        "alpha.png": encoded("PNG", "RGBA"),
        "lossless.webp": encoded("WEBP", lossless=True),
        "palette.gif": encoded("GIF", "P"),
        "plain.bmp": encoded("BMP"),
        "plain.avif": encoded("AVIF", xmp=XMP),
        # Laid out alike, under the name of what phones make.
        "phone.heic": encoded("AVIF", xmp=XMP).replace(b"avif", b"heic"),
        "plain.psd": psd(),
        "deep.psd": psd(bits=16),
        "plain.jp2": encoded("JPEG2000"),
    }


def _tables() -> dict[str, bytes]:
    statements = sorted((ROOT / "sample_assets" / "statements").iterdir())
    briefs = sorted((ROOT / "sample_assets" / "briefs").iterdir())
    sheet = 'file,title,description,keywords\r\na.jpg,A lake,A lake in the Alps,"lake, alps"\r\n'
    decisions = b"file,decision,reason,day\na.jpg,rejected,noise,2026-03-01\n"
    return {
        **{f"statement{number}{path.suffix}": path.read_bytes()[:20_000] for number, path in enumerate(statements)},
        **{path.name: path.read_bytes() for path in briefs},
        "sheet.csv": b"\xef\xbb\xbf" + sheet.encode(),
        "decisions.csv": decisions,
        "packet.xmp": XMP,
    }


def _packed() -> dict[str, bytes]:
    """Statements in other forms: a workbook, one sheet's XML by itself, a ZIP, a PDF."""
    rows = [["Date", "File ID", "Earnings"], ["2026-03-01", "1234567", "$0.25"]]
    found = {"statement.pdf": test_pdf.document([test_pdf.drawn(rows)])}
    book, sheet, packed = io.BytesIO(), "", io.BytesIO()
    made = Workbook()
    for row in rows:
        made.active.append(row)
    made.save(book)
    with zipfile.ZipFile(book) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("statement.csv", "\n".join(",".join(row) for row in rows))
    return found | {
        "statement.xlsx": book.getvalue(),
        "statement.zip": packed.getvalue(),
        "statement.sheetxml": sheet.encode(),
    }


def _answers() -> dict[str, bytes]:
    """What servers and models answer, and settings."""
    answer = '<think>a lake</think>```json\n{"title": "A lake", "keywords": ["lake", "alps",], "people": 0}\n```'
    listing = "-rw-r--r-- 1 ann users 1234 Mar  1 12:00 a.jpg\r\ntype=file;size=1234; b.jpg\r\n213 1234\r\n"
    agency = '[facts]\ntitle = "Mine"\n[limits]\n"meta.keywords_max" = 40\n'
    said = (
        "Senior couple holding hands on Lake Bled, Slovenia, in the middle of a park, no people's faces; "
        "hot dogs and ice cream at St. Basil's Cathedral, top view with copy space, 50 mm, 2026"
    )
    batch = '{"access_token": "t1", "expires_in": 1800, "id": 17, "items": [{"id": 17, "file_name": "a.jpg", '
    batch += '"submission_name": "b"}], "keywords": {"lake": [{"term": "Lake", "term_id": 4}], "alps": ["Alps"]}}'
    chat = '{"choices": [{"message": {"content": "{\\"title\\": \\"A lake\\", \\"keywords\\": [\\"lake\\"]}"}, '
    chat += '"finish_reason": "stop"}], "usage": {"prompt_tokens": 9, "completion_tokens": 8}}'
    stream = "".join(
        f'data: {{"choices": [{{"delta": {{"content": "{part}"}}, "finish_reason": null}}]}}\n\n'
        for part in ('{\\"title\\": \\"A la', 'ke\\", \\"keywords\\"', ': [\\"lake\\", \\"alps\\"]}')
    )
    return {
        "context.txt": said.encode(),
        "api.json": batch.encode(),
        "reply.json": chat.encode(),
        "reply.stream": f"{stream}data: [DONE]\n".encode(),
        "answer.json": answer.encode(),
        "listing.txt": listing.encode(),
        "agency.toml": agency.encode(),
        "settings.toml": b'[check]\nagencies = ["alamy"]\nworkers = 2\n[vision.mine]\nurl = "http://127.0.0.1:1/v1"\n',
    }


@cache
def seeds() -> dict[str, bytes]:
    """Return every seed by its name, whose ending is that of its format."""
    hard_cases = {f"{name}.{name.partition('_')[0]}": make() for name, make in hard.CASES.items()}
    vectors = {"plain.eps": test_vector.EPS, "plain.svg": test_vector.SVG, "plain.ai": test_vector.PDF}
    small = {name: data for name, data in hard_cases.items() if len(data) < _LARGEST}
    return {**small, **vectors, **_pictures(), **_films(), **_sounds(), **_tables(), **_packed(), **_answers()}
