"""Embedding through ExifTool: asked for, read back, taken back; else a sidecar."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from stockctl.catalogue import open_catalogue
from stockctl.config import catalogue_path
from stockctl.files.source import OpenFile
from stockctl.media.identity import media_id
from stockctl.metadata import exiftool, read
from stockctl.metadata.changes import history, undoing
from stockctl.metadata.containers.registry import READERS
from stockctl.metadata.standards import iim
from stockctl.metadata.writing import Options, prepare
from tests.metadata.hard.parts import dataset, resource
from tests.metadata.oracle import needs_exiftool, tags
from tests.metadata.samples import FULL, encoded, put

if TYPE_CHECKING:
    from pathlib import Path


def video(path: Path) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25, (64, 48))
    for number in range(5):
        writer.write(np.full((48, 64, 3), number * 40, np.uint8))
    writer.release()
    return path


def psd() -> bytes:
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, 4, 4, 8, 3)
    return head + bytes(12) + b"\0\0" + bytes(range(48))


def illustrator() -> bytes:
    """Return the PDF that an Illustrator file is, without a drawing."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/PieceInfo<</Illustrator<<>>>>>>",
    ]
    data = b"%PDF-1.5\n%Adobe Illustrator\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"xref\n0 4\n0000000000 65535 f \n{table}trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + tail.encode()


@needs_exiftool
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.psd", "a.avif", "a.ai"])
def test_what_gets_a_sidecar_is_embedded_where_a_person_asks(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name.endswith(("mp4", "mov")):
        video(path)
    else:
        put(path, {"a.psd": psd(), "a.ai": illustrator(), "a.avif": encoded("AVIF")}[name])
    old = path.read_bytes()
    with open_catalogue(catalogue_path()) as catalogue:
        with history.batch(catalogue, of="keyword") as batch:
            outcome = batch.write(path, FULL, exiftool=True)
            assert (outcome.where, outcome.notes) == ("embedded", ())
            assert not batch.write(path, FULL, exiftool=True).changed
        assert read(path).record == FULL
        assert tags(path)["XMP-dc:Title"] == FULL.title
        other = replace(FULL, title="Another")
        with history.batch(catalogue, of="keyword") as batch:
            assert batch.write(path, other, exiftool=True).where == "embedded"
        assert tags(path)["XMP-dc:Title"] == "Another"
        assert [file.state for file in undoing.undo(catalogue).files] == ["restored"]
        if name.endswith(("mp4", "mov")):
            assert media_id(path.read_bytes(), "mp4") == media_id(old, "mp4")
        assert [file.state for file in undoing.undo(catalogue).files] == ["restored"]
    assert path.read_bytes() == old
    assert sorted(entry.name for entry in tmp_path.iterdir() if entry.is_file()) == [name]


@pytest.mark.usefixtures("home")
def test_without_exiftool_there_is_a_sidecar_and_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "a.psd", psd())
    monkeypatch.setattr(exiftool, "program", lambda: None)
    change = prepare(path, FULL, Options(exiftool=True))
    assert change.where == "sidecar"
    assert "not installed" in change.notes[0]


@pytest.mark.parametrize("name", ["a.mp4", "a.psd"])
def test_an_exiftool_that_fails_or_lies_leaves_a_sidecar(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = video(tmp_path / name) if name == "a.mp4" else put(tmp_path / name, psd())
    broken = put(tmp_path / "exiftool", b"#!/bin/sh\necho 'Error: no such thing' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(exiftool, "program", lambda: str(broken))
    change = prepare(path, FULL, Options(exiftool=True))
    assert (change.where, "no such thing" in change.notes[0]) == ("sidecar", True)
    broken.write_text(
        '#!/bin/sh\nwhile read line; do [ "$line" = -o ] && break; done; read copy\nhead -c 3000 /dev/zero > "$copy"\n',
        encoding="utf-8",
    )
    change = prepare(path, FULL, Options(exiftool=True))
    assert (change.where, "coded data" in change.notes[0]) == ("sidecar", True)


@needs_exiftool
@pytest.mark.usefixtures("home")
def test_no_name_is_an_option_or_a_format_to_exiftool(tmp_path: Path) -> None:
    folder = tmp_path / "100%d #1 %f"
    folder.mkdir()
    path = folder / "-o %d%e.mp4"
    video(path)
    old = path.read_bytes()
    record = replace(FULL, title="Two\nlines")
    with open_catalogue(catalogue_path()) as catalogue, history.batch(catalogue, of="keyword") as batch:
        assert batch.write(path, record, exiftool=True).where == "embedded"
        assert path.read_bytes() != old
        odd = folder / "a\n-execute\n-o\nb.mp4"
        video(odd)
        outcome = batch.write(odd, FULL, exiftool=True)
        assert outcome.where == "sidecar"
        assert "line break" in outcome.notes[0]
    assert sorted(entry.name for entry in folder.iterdir() if entry.suffix != ".xmp") == sorted([path.name, odd.name])


@needs_exiftool
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("word", ["dog", "café", "собака"])
def test_iptc_in_an_unknown_character_set_is_left_alone_by_exiftool_too(tmp_path: Path, word: str) -> None:
    raw = "Собака под дождём".encode("cp1251")
    iptc = b"".join((dataset(2, 120, raw), dataset(2, 25, b"rain"), dataset(2, 122, raw)))
    data = psd()
    part = resource(0x0404, iptc) + resource(0x0425, iim.digest(iptc))
    path = put(tmp_path / "a.psd", data[:30] + len(part).to_bytes(4, "big") + part + data[34:])
    old = path.read_bytes()
    with open_catalogue(catalogue_path()) as catalogue:
        with history.batch(catalogue, of="keyword") as batch:
            wanted = replace(read(path).record, keywords=("rain", word))
            outcome = batch.write(path, wanted, exiftool=True)
            assert outcome.where == "embedded"
            assert any("no known character set" in note for note in outcome.notes)
        with OpenFile(path) as source:
            blocks = READERS["psd"].locate(source)
        assert blocks.iptc is not None
        entries = iim.parse(blocks.iptc).entries
        # Undeclared, as it was: nothing says of these bytes that they are UTF-8 where the new word needs none.
        assert (iim.declared(entries) == "utf-8") == (word != "dog")
        assert [entry.data for entry in entries if entry.number in {120, 122}] == [raw, raw]
        assert blocks.digest == iim.digest(blocks.iptc)
        found = read(path)
        assert (found.record.keywords, found.conflicts, found.record.description) == (("rain", word), (), "")
        assert [file.state for file in undoing.undo(catalogue).files] == ["restored"]
    assert path.read_bytes() == old
