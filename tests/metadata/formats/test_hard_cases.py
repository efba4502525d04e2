"""Every hard case: all fields right, nothing else touched, the same bytes again, undone byte for byte."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.metadata import Record, read
from stockctl.metadata.standards.mapping import projected
from stockctl.metadata.writing import Change, Nothing, perform, prepare
from tests.metadata.hard import CASES
from tests.metadata.oracle import needs_exiftool
from tests.metadata.samples import FULL, pixels

if TYPE_CHECKING:
    from pathlib import Path

# What an edit may change: our fields, and what follows from them.
_OURS = frozenset(
    {
        *(f"{group}:{tag}" for group in ("IPTC", "IPTC2") for tag in ("Keywords", "ObjectName", "CodedCharacterSet")),
        *("XMP-dc:Title", "XMP-dc:Subject", "XMP-photoshop:City", "XMP-xmpNote:HasExtendedXMP"),
        # Latin-1 that was taken for UTF-8 where nothing said which: the name is read rightly now.
        "IPTC:Contact",
        *("Photoshop:IPTCDigest", "PostScript:ContainsXMP", "RIFF:WebP_Flags", "SourceFile"),
        # Places in the file: what stands there is compared.
        *("IFD1:ThumbnailOffset", "IFD0:StripOffsets", "MPImage1:MPImageLength"),
        *("MPImage2:MPImageStart", "MPImage3:MPImageStart"),
    }
)
_ABOUT_THE_FILE = ("File:", "System:", "ExifTool:", "Composite:")


@dataclass(frozen=True)
class Written:
    """A case before and after."""

    path: Path
    old: bytes
    change: Change
    new: bytes


def _ours(key: str) -> bool:
    return key in _OURS or key.startswith(_ABOUT_THE_FILE)


def dumps(folder: Path) -> dict[str, dict[str, str]]:
    command = ["exiftool", "-j", "-b", "-a", "-u", "-n", "-G1", "-m", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return {
        entry["SourceFile"].rsplit("/", 1)[-1]: {key: str(value) for key, value in entry.items()} for entry in found
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Written], Path, Path]:
    before, after = tmp_path_factory.mktemp("before"), tmp_path_factory.mktemp("after")
    found: dict[str, Written] = {}
    for name, make in CASES.items():
        suffix = name.split("_")[0]
        old = make()
        (before / f"{name}.{suffix}").write_bytes(old)
        path = after / f"{name}.{suffix}"
        path.write_bytes(old)
        change = prepare(path, FULL)
        assert isinstance(change, Change), name
        perform(change)
        found[name] = Written(path, old, change, path.read_bytes())
    return found, before, after


@pytest.mark.parametrize("name", CASES)
def test_the_whole_record_stands_in_the_file(name: str, written: tuple[dict[str, Written], Path, Path]) -> None:
    one = written[0][name]
    assert one.change.where == "embedded"
    reading = read(one.path)
    assert reading.record == FULL
    assert reading.conflicts == ()
    for standard, record in reading.per_standard.items():
        if standard not in one.change.expected:
            assert "exif" in standard, "only a block that is full may be left"
            assert one.change.notes
        elif standard != "exif":
            assert record == projected(FULL, standard)


@pytest.mark.parametrize("name", CASES)
def test_a_second_run_changes_nothing(name: str, written: tuple[dict[str, Written], Path, Path]) -> None:
    one = written[0][name]
    assert isinstance(prepare(one.path, FULL), Nothing)
    assert one.path.read_bytes() == one.new


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("eps")])
def test_the_pixels_are_the_same(name: str, written: tuple[dict[str, Written], Path, Path]) -> None:
    one = written[0][name]
    assert pixels(one.new) == pixels(one.old)


@pytest.mark.parametrize("name", CASES)
def test_the_kept_bytes_make_the_old_file(name: str, written: tuple[dict[str, Written], Path, Path]) -> None:
    from stockctl.files.writing.splice import applied

    one = written[0][name]
    assert applied(one.change.undo, one.new) == one.old


@needs_exiftool
def test_exiftool_finds_every_other_tag_unchanged(written: tuple[dict[str, Written], Path, Path]) -> None:
    _, before, after = written
    old, new = dumps(before), dumps(after)
    assert len(old) == len(CASES)
    wrong = {
        name: {key: (value, new[name].get(key)) for key, value in tags.items() if new[name].get(key) != value}
        for name, tags in old.items()
    }
    told = {
        name: found
        for name, tags in wrong.items()
        if (found := {key: values for key, values in tags.items() if not _ours(key)})
    }
    assert told == {}


@needs_exiftool
def test_exiftool_reads_what_we_wrote_and_finds_nothing_wrong(
    written: tuple[dict[str, Written], Path, Path],
) -> None:
    _, before, after = written
    command = ["exiftool", "-j", "-G1", "-struct", "-n", "-a", "-validate", "-warning", "-error"]
    command += ["-XMP:all", "-IPTC:all", "-IFD0:all"]

    def ask(folder: Path) -> dict[str, dict[str, Any]]:
        done = subprocess.run([*command, str(folder)], capture_output=True, check=False, timeout=120)
        return {entry["SourceFile"].rsplit("/", 1)[-1]: entry for entry in json.loads(done.stdout)}

    old, new = ask(before), ask(after)
    for name, tags in new.items():
        assert tags["XMP-dc:Title"] == FULL.title, name
        assert tags["XMP-dc:Description"] == FULL.description, name
        assert tags["XMP-dc:Subject"] == list(FULL.keywords), name
        assert tags["XMP-dc:Creator"] == list(FULL.creators), name
        assert tags["XMP-dc:Rights"] == FULL.copyright, name
        assert tags["XMP-photoshop:City"] == FULL.city, name
        assert tags["XMP-plus:ModelReleaseStatus"] == FULL.model_release, name
        assert tags["XMP-plus:ModelReleaseID"] == list(FULL.model_release_ids), name
        assert tags["XMP-iptcExt:DigitalSourceType"].endswith("/" + FULL.digital_source_type), name
        assert tags["XMP-iptcExt:LocationCreated"][0]["City"] == FULL.city, name
        assert tags["XMP-xmp:Rating"] == FULL.rating, name
        if name.endswith((".jpg", ".tif")):
            short = projected(FULL, "iptc")
            assert tags["IPTC:ObjectName"] == short.title, name
            assert tags["IPTC:Keywords"] == list(short.keywords), name
            assert tags["IPTC:By-line"] == list(short.creators), name
            assert tags["IPTC:CodedCharacterSet"] == "\x1b%G", name
        if not name.startswith(("eps", "jpg_exif_nearly_full")):
            assert tags["IFD0:ImageDescription"] == FULL.description, name
            assert tags["IFD0:Artist"] == "; ".join(FULL.creators), name
        told = {tags.get("ExifTool:Warning", ""), tags.get("ExifTool:Error", "")}
        serious = {text for text in told if text and not text.startswith("[minor]")}
        assert serious <= {old[name].get("ExifTool:Warning"), old[name].get("ExifTool:Error")}, name


def test_nothing_of_ours_is_left_when_all_is_emptied(tmp_path: Path) -> None:
    for name, make in CASES.items():
        path = tmp_path / f"{name}.{name.split('_')[0]}"
        path.write_bytes(make())
        for record in (FULL, Record()):
            change = prepare(path, record)
            if isinstance(change, Change):
                perform(change)
        assert read(path).record == Record(), name
