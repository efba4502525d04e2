"""Write metadata into copies of all pictures of a folder, and tell what that did to them.

    python tests/benchmarks/metadata.py FOLDER [--exiftool PROGRAM] [--json]

ExifTool is the independent reader. The folder itself is only read. How fast it
is against ExifTool, exiv2 and copying, `make bench` measures, by the functions
at the end.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from stockctl.errors import FileProblem
from stockctl.files.writing.splice import applied
from stockctl.media.identify import HEAD_BYTES, identify
from stockctl.metadata import Record, read
from stockctl.metadata.writing import SIGNED, Change, Nothing, perform, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORMATS = ("jpeg", "tiff", "png", "webp", "eps")
RECORD = Record(
    title="Lighthouse in fog – “Faro” 😀",
    headline="Fog at dawn",
    description="A lighthouse in fog, seen from the sea.\nSecond line: über, ナイト.",
    keywords=(*(f"keyword {number}" for number in range(28)), "灯台", "منارة"),
    creators=("Ana Pérez", "Bo Li"),
    copyright="© 2026 Ana Pérez",
    credit="Ana",
    source="Own work",
    instructions="None",
    city="Tarifa",
    state="Cádiz",
    country="Spain",
    country_code="ESP",
    model_release="MR-NAP",
    property_release="PR-NAP",
    digital_source_type="digitalCapture",
)
# Tags that the record stands in, by name, and what follows from them; whatever else differs is counted.
OURS = {
    *("Title", "Headline", "Description", "Subject", "Creator", "Rights", "Credit", "Source", "Instructions", "City"),
    *("State", "Country", "CountryCode", "ModelReleaseStatus", "PropertyReleaseStatus", "DigitalSourceType"),
    *("ObjectName", "Caption-Abstract", "Keywords", "By-line", "CopyrightNotice", "SpecialInstructions"),
    *("Province-State", "Country-PrimaryLocationName", "Country-PrimaryLocationCode", "CodedCharacterSet"),
    *("ImageDescription", "Artist", "Copyright", "IPTCDigest", "CurrentIPTCDigest", "HasExtendedXMP", "XMPToolkit"),
    # What one standard says of the place, the others say after writing.
    *("Location", "Sub-location"),
}
# Where things stand in the file, and how large it is: what stands there is compared by its hash.
PLACES = {
    *("ThumbnailOffset", "StripOffsets", "TileOffsets", "MPImageStart", "MPImageLength", "PreviewImageStart"),
    *("JpgFromRawStart", "OtherImageStart", "WebP_Flags", "ContainsXMP", "FileType", "MIMEType", "ExifByteOrder"),
}
SECONDS_AT_MOST = 5.0
MEMORY = "/dev/shm"  # noqa: S108 - a folder of its own is made in it


@dataclass
class Tally:
    """What happened to the files; each list holds names."""

    valid: int = 0
    hostile: int = 0
    written: int = 0
    signed: int = 0
    sidecars: int = 0
    refused: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    maker_notes: list[str] = field(default_factory=list)
    not_the_same_again: list[str] = field(default_factory=list)
    not_undone: list[str] = field(default_factory=list)
    modified_although_refused: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)


def main() -> None:
    """Parse the call, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--exiftool", default="exiftool", metavar="PROGRAM", help="the peer; 13 or later")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    call = parser.parse_args()
    if not call.folder.is_dir():
        parser.error(f"no such folder: {call.folder}")
    base = MEMORY if Path(MEMORY).is_dir() else None
    with tempfile.TemporaryDirectory(dir=base) as scratch:
        names = sorted(path for path in call.folder.rglob("*") if path.is_file() and of_format(path))
        tally = run(names, Path(scratch), call.exiftool)
    result: dict[str, float] = {name: value for name, value in vars(tally).items() if isinstance(value, int)}
    result["written_percent"] = round(100 * tally.written / max(1, tally.valid - tally.signed), 2)
    result |= {name: len(value) for name, value in vars(tally).items() if isinstance(value, list)}
    if call.json:
        print(json.dumps({"files": result, "names": lists(tally)}, indent=2))
        return
    for name, value in result.items():
        print(f"{name.replace('_', ' '):>40}  {value}")
    for name, files in lists(tally).items():
        print(f"{name.replace('_', ' ')}:", *files, sep="\n  ")


def lists(tally: Tally) -> dict[str, list[str]]:
    """Return the names of files behind each count that is not zero."""
    return {name: value for name, value in vars(tally).items() if isinstance(value, list) and value}


def of_format(path: Path) -> bool:
    """Whether a file is one that is embedded into."""
    with path.open("rb") as file:
        return identify(file.read(HEAD_BYTES)) in FORMATS


def run(names: Sequence[Path], scratch: Path, exiftool: str) -> Tally:
    """Write into copies of all files and compare them with the originals."""
    tally = Tally()
    folder = scratch / "files"
    folder.mkdir()
    copies = {folder / f"{number:05}{path.suffix}": path for number, path in enumerate(names)}
    for copy, path in copies.items():
        shutil.copyfile(path, copy)
    before = dump(copies, exiftool)
    valid = {copy for copy in copies if is_sound(before.get(str(copy))) and pixels(copy.read_bytes()) is not None}
    tally.valid, tally.hostile = len(valid), len(copies) - len(valid)
    written = [copy for copy, path in copies.items() if write(copy, path, tally, valid=copy in valid)]
    after = dump(written, exiftool)
    for copy in written:
        if copy in valid:
            compare(copies[copy], before[str(copy)], after.get(str(copy), {}), tally)
    return tally


def is_sound(tags: dict[str, Any] | None) -> bool:
    """Whether ExifTool finds no error in a file."""
    return tags is not None and not any(key.rpartition(":")[2] == "Error" for key in tags)


def write(copy: Path, path: Path, tally: Tally, *, valid: bool) -> bool:
    """Write into one file; return whether it was embedded."""
    old = copy.read_bytes()
    began = time.perf_counter()
    embedded: Change | None = None
    try:
        record = wanted(copy)
        change = prepare(copy, record)
        if isinstance(change, Nothing) or change.where != "embedded":
            tally.signed += valid and SIGNED in change.notes
            tally.sidecars += valid and SIGNED not in change.notes
            return False
        perform(change)
        embedded = change
        tally.written += valid
    except FileProblem as error:
        if valid:
            tally.refused.append(f"{path}: {error.message}")
        if copy.read_bytes() != old:
            tally.modified_although_refused.append(str(path))
    except Exception as error:  # noqa: BLE001 - that is what is counted
        tally.crashed.append(f"{path}: {error!r}")
    if time.perf_counter() - began > SECONDS_AT_MOST:
        tally.slow.append(str(path))
    if embedded:
        after_writing(copy, path, old, embedded, tally)
    return embedded is not None


def wanted(path: Path) -> Record:
    """Return what a file says, with our words in their places."""
    return replace(read(path).record, **RECORD.said())


def after_writing(copy: Path, path: Path, old: bytes, change: Change, tally: Tally) -> None:
    """Check the pixels, a second run, and the way back."""
    new = copy.read_bytes()
    if pixels(old) != pixels(new):
        tally.damaged.append(str(path))
    try:
        again = prepare(copy, wanted(copy))
    except FileProblem as error:
        tally.not_the_same_again.append(f"{path}: {error.message}")
    else:
        if isinstance(again, Change) or copy.read_bytes() != new:
            tally.not_the_same_again.append(str(path))
    if applied(change.undo, new) != old:
        tally.not_undone.append(str(path))


def compare(path: Path, before: dict[str, Any], after: dict[str, Any], tally: Tally) -> None:
    """Compare what ExifTool says of a file before and after."""
    lost = [key for key in before if key not in after and not ours(key)]
    changed = [key for key, value in before.items() if key in after and after[key] != value and not ours(key)]
    if any(key.endswith(":ImageDataHash") for key in changed):
        tally.damaged.append(f"{path}: ImageDataHash")
    if lost:
        tally.lost.append(f"{path}: {', '.join(lost[:5])}")
    if changed:
        tally.changed.append(f"{path}: {', '.join(changed[:5])}")
    if any(key.startswith("MakerNotes:") for key in (*lost, *changed)):
        tally.maker_notes.append(str(path))


def ours(key: str) -> bool:
    """Whether a tag (family 0, family 1, name) may differ."""
    groups, _, name = key.rpartition(":")
    return (
        name.split("-")[0] in OURS or name in OURS or name in PLACES or groups.startswith(("File:System", "ExifTool"))
    )


def dump(paths: Iterable[Path], exiftool: str) -> dict[str, dict[str, Any]]:
    """Return all tags of all files, by path."""
    with tempfile.NamedTemporaryFile("w", suffix=".args") as list_:
        list_.write("\n".join(map(str, paths)))
        list_.flush()
        options = ["-j", "-b", "-a", "-u", "-n", "-G0:1:4", "-m", "-api", "ImageHashType=SHA256"]
        options += ["-api", "RequestTags=ImageDataHash", "-all", "-error", "-@", list_.name]
        done = subprocess.run([*program(exiftool), *options], capture_output=True, check=False)
    return {entry["SourceFile"]: gathered(entry) for entry in json.loads(done.stdout or "[]")}


def gathered(entry: dict[str, Any]) -> dict[str, list[str]]:
    """Return all values of each tag; which of them ExifTool calls a copy depends on what else the file holds."""
    found: dict[str, list[str]] = {}
    for key, value in entry.items():
        name = ":".join(part for part in key.split(":") if not (part.startswith("Copy") and part[4:].isdigit()))
        found.setdefault(name, []).append(str(value))
    return {name: sorted(values) for name, values in found.items()}


def program(exiftool: str) -> list[str]:
    """Return the command; the script of an unpacked distribution is run by perl."""
    return [exiftool] if shutil.which(exiftool) else ["perl", exiftool]


def drawn(data: bytes) -> list[str] | None:
    """Return the hash of an EPS as Ghostscript draws it; None where it does not. Without Ghostscript none is drawn."""
    if shutil.which("gs") is None:
        return []
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-dEPSCrop", "-sDEVICE=ppmraw", "-r36", "-sOutputFile=-"]
    with tempfile.NamedTemporaryFile(suffix=".eps") as file:
        file.write(data)
        file.flush()
        try:
            done = subprocess.run([*command, file.name], capture_output=True, check=True, timeout=60)
        except subprocess.SubprocessError:
            return None
    return [hashlib.sha256(done.stdout).hexdigest()] if done.stdout.startswith(b"P6") else None


def pixels(data: bytes) -> list[str] | None:
    """Return hashes of the first six decoded frames, or of the drawing; None where there is none."""
    from PIL import Image

    if identify(data[:HEAD_BYTES]) == "eps":
        return drawn(data)
    found: list[str] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            Image.MAX_IMAGE_PIXELS = None
            with Image.open(io.BytesIO(data)) as image:
                for number in range(min(getattr(image, "n_frames", 1), 6)):
                    image.seek(number)
                    found.append(hashlib.sha256(image.convert("RGBA").tobytes()).hexdigest())
    except Exception:  # noqa: BLE001 - Pillow raises whatever its decoders meet
        return None
    return found


def copy_all(paths: list[Path]) -> None:
    """Copy each file beside itself and rename the copy over it."""
    for path in paths:
        other = path.with_suffix(".new")
        shutil.copyfile(path, other)
        other.replace(path)


def write_all(paths: list[Path], *, verified: bool = True) -> None:
    """Write into each file."""
    for path in paths:
        change = prepare(path, wanted(path))
        if isinstance(change, Change):
            perform(change, verified=verified)


def write_unverified(paths: list[Path]) -> None:
    """Write into each file without reading it back."""
    write_all(paths, verified=False)


def read_all(paths: list[Path]) -> None:
    """Read each file."""
    for path in paths:
        read(path)


def arguments() -> list[str]:
    """Return ExifTool's options that write the same record."""
    texts = {
        "Title": RECORD.title,
        "ObjectName": RECORD.title[:60],
        "XMP-photoshop:Headline": RECORD.headline,
        "IPTC:Headline": RECORD.headline,
        "XMP-dc:Description": RECORD.description,
        "IPTC:Caption-Abstract": RECORD.description,
        "EXIF:ImageDescription": RECORD.description,
        "XMP-dc:Rights": RECORD.copyright,
        "IPTC:CopyrightNotice": RECORD.copyright,
        "EXIF:Copyright": RECORD.copyright,
        "EXIF:Artist": "; ".join(RECORD.creators),
        "XMP-photoshop:City": RECORD.city,
        "IPTC:City": RECORD.city,
        "XMP-photoshop:Country": RECORD.country,
        "IPTC:Country-PrimaryLocationName": RECORD.country,
        "XMP-plus:ModelReleaseStatus": RECORD.model_release,
    }
    lists_ = {"XMP-dc:Subject": RECORD.keywords, "IPTC:Keywords": RECORD.keywords, "XMP-dc:Creator": RECORD.creators}
    options = [f"-{tag}={text}" for tag, text in texts.items()]
    options += [f"-{tag}={word}" for tag, words in lists_.items() for word in words]
    return ["-q", "-m", "-n", "-overwrite_original", "-P", "-codedcharacterset=utf8", *options]


def ask(exiftool: str, options: list[str]) -> None:
    """Run ExifTool once over all files."""
    subprocess.run([*program(exiftool), *options], capture_output=True, check=False)


def stay_open(exiftool: str, tags: list[str], paths: list[Path]) -> None:
    """Run one ExifTool that is sent one file after the other."""
    command = [*program(exiftool), "-stay_open", "True", "-@", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as peer:
        assert peer.stdin
        assert peer.stdout
        for path in paths:
            lines = [option.replace("\n", " ") for option in (*tags, str(path), "-execute1")]
            peer.stdin.write(("\n".join(lines) + "\n").encode())
            peer.stdin.flush()
            while not peer.stdout.readline().startswith(b"{ready"):
                pass
        peer.stdin.write(b"-stay_open\nFalse\n")


if __name__ == "__main__":
    main()
