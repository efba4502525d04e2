"""AFCP trailers behind a JPEG: kept whole, their places set right, and told where they say something else."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pytest

from stockctl.metadata import read
from stockctl.metadata.writing import perform, prepare
from tests.metadata.hard.parts import dataset, photoshop, resource, with_segments
from tests.metadata.oracle import dump, needs_exiftool
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.metadata.record import Record
    from tests.conftest import Run

ORDERS: dict[bytes, Literal["big", "little"]] = {b"AXS!": "big", b"AXS*": "little"}
IPTC = dataset(2, 5, b"Old title") + dataset(2, 25, b"harbour")
PREVIEW = b"PrVw" + bytes(6) + b"\0\0\0\0\0\0\0\0" + encoded("JPEG")


def trailed(jpeg: bytes, sign: bytes = b"AXS!", *, moved: int = 0, iptc: bytes = IPTC) -> bytes:
    """Return a JPEG with an AFCP trailer behind it, which was written when the file was `moved` bytes shorter."""
    order, start = ORDERS[sign], len(jpeg) - moved
    parts = {b"IPTC": iptc, b"PrVw": PREVIEW}
    table, data = b"", b""
    for tag, part in parts.items():
        at = start + 12 + 12 * len(parts) + len(data)
        table += tag + len(part).to_bytes(4, order) + at.to_bytes(4, order)
        data += part
    head = sign + (1).to_bytes(2, order) + len(parts).to_bytes(2, order) + b"sums"
    return jpeg + head + table + data + sign + start.to_bytes(4, order) + b"sums"


def become(path: Path, record: Record) -> tuple[str, ...]:
    change = prepare(path, record)
    perform(change)  # type: ignore[arg-type]
    return change.notes


def warnings(path: Path) -> str:
    command = ["exiftool", "-warning", "-a", "-s3", "-AFCP:all", str(path)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60, text=True).stdout


def in_trailer(path: Path) -> dict[str, str]:
    """Return what ExifTool reads in the trailer, however many copies of that stand elsewhere."""
    found = {name: value for name, value in dump(path).items() if name.split(":")[0] in {"AFCP", "IPTC2"}}
    return {name.replace(":Copy1", ""): value for name, value in found.items()}


def parts_of(path: Path) -> list[bytes]:
    """Return the parts that the trailer's own table leads to."""
    data = path.read_bytes()
    order = ORDERS[data[-12:-8]]
    start = int.from_bytes(data[-8:-4], order)
    assert data[start : start + 4] == data[-12:-8]
    table = data[start + 12 : start + 36]
    places = [
        (int.from_bytes(table[at + 4 : at + 8], order), int.from_bytes(table[at + 8 : at + 12], order))
        for at in (0, 12)
    ]
    return [data[at : at + size] for size, at in places]


@needs_exiftool
@pytest.mark.parametrize("sign", ORDERS)
@pytest.mark.parametrize("moved", [0, 300, -40])
def test_the_trailer_stays_whole_and_its_places_are_set_right(tmp_path: Path, sign: bytes, moved: int) -> None:
    path = put(tmp_path / "a.jpg", trailed(encoded("JPEG"), sign, moved=moved))
    before = in_trailer(path)
    assert "Adjusted AFCP" in warnings(path) if moved else "Adjusted" not in warnings(path)
    for keywords in (("boat", "harbour at dawn" * 20), ("boat",)):
        become(path, replace(read(path).record, title="Boats", keywords=keywords))
        assert parts_of(path) == [IPTC, PREVIEW]
        assert in_trailer(path) == before
        assert "Adjusted" not in warnings(path)


def test_what_the_trailer_says_otherwise_is_told_and_not_believed(tmp_path: Path) -> None:
    main = photoshop(resource(0x0404, dataset(2, 5, b"Boats") + dataset(2, 25, b"harbour")))
    path = put(tmp_path / "a.jpg", trailed(with_segments(encoded("JPEG"), main)))
    reading = read(path)
    assert (reading.record.title, reading.conflicts) == ("Boats", ())
    assert any("AFCP trailer" in note and note.split("as it is: ")[1].startswith("title;") for note in reading.notes)
    assert any("keywords" in note for note in become(path, replace(reading.record, keywords=("boat",))))
    same = put(tmp_path / "b.jpg", trailed(with_segments(encoded("JPEG"), main), iptc=dataset(2, 5, b"Boats")))
    assert read(same).notes == ()


def test_a_trailer_that_cannot_be_read_is_told_and_left_alone(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG") + b"something AXS!" + bytes(8))
    assert "cannot be read" in read(path).notes[0]
    assert "cannot be read" in become(path, replace(read(path).record, keywords=("boat",)))[0]
    assert path.read_bytes().endswith(b"something AXS!" + bytes(8))


def test_check_tells_what_it_says_otherwise_and_of_the_same_words_nothing(
    tmp_path: Path, stockctl: Callable[..., Run]
) -> None:
    main = photoshop(resource(0x0404, dataset(2, 5, b"Boats")))
    other = put(tmp_path / "a.jpg", trailed(with_segments(encoded("JPEG"), main)))
    same = put(tmp_path / "b.jpg", trailed(with_segments(encoded("JPEG"), main), iptc=dataset(2, 5, b"Boats")))
    told = [
        [(one["severity"], "title" in one["message"]) for one in asset["findings"] if one["name"] == "words-behind"]
        for asset in stockctl("check", other, same, "--json").json["assets"]
    ]
    assert told == [[("info", True)], []]


def test_a_run_tells_of_it_and_an_undo_brings_back_every_byte(tmp_path: Path, stockctl: Callable[..., Run]) -> None:
    data = trailed(encoded("JPEG"), moved=77)
    path = put(tmp_path / "a.jpg", data)
    run = stockctl("keyword", path, "--title", "Boats", "--add", "boat", "--json")
    assert any("AFCP" in finding["message"] for finding in run.json["assets"][0]["findings"])
    assert parts_of(path) == [IPTC, PREVIEW]
    assert stockctl("undo").code == 0
    assert path.read_bytes() == data
