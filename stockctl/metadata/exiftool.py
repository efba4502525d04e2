"""Embedding through ExifTool, where it is installed and a person asks for it, in formats that we only read.

ExifTool writes a copy beside; what differs between the two becomes a splice, so
that reading back, history and undo are the same as for our own writers. A copy
in which coded pictures or sounds differ is thrown away.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from stockctl.errors import RefusedError
from stockctl.files.source import OpenFile
from stockctl.files.writing.splice import Splice
from stockctl.files.writing.temporary import temporary_folder
from stockctl.metadata.containers import LARGEST_BLOCK, bmff, packets
from stockctl.metadata.standards import iim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from stockctl.files.source import Source

_BMFF = frozenset({"mp4", "mov", "m4a", "heic", "avif"})
FORMATS = frozenset({*_BMFF, "psd", "ai"})
# ExifTool amends a PDF, which Illustrator files are, behind its end, and its own amendment it replaces.
_AMENDED = b"%BeginExifToolUpdate"
TIMEOUT_S = 120
_CHUNK = 1 << 20


def program() -> str | None:
    """Return where ExifTool is, or None."""
    return shutil.which("exiftool")


# What ExifTool calls EXIF's tags of ours.
_TAGS = {
    0x010E: "ImageDescription", 0x013B: "Artist", 0x8298: "Copyright",
    0x9C9B: "XPTitle", 0x9C9C: "XPComment", 0x9C9D: "XPAuthor", 0x9C9E: "XPKeywords", 0x9C9F: "XPSubject",
}  # fmt: skip


Assignment = tuple[str, str | bytes]


def iptc(block: bytes) -> list[Assignment]:
    """Return the assignments that put an IPTC block in place of the old one, byte for byte, with its digest.

    Tag by tag ExifTool would declare UTF-8 over texts that nobody can tell the character set of.
    """
    return [("IPTC", block), ("Photoshop:IPTCDigest", iim.digest(block).hex())]


def exif(values: Mapping[int, str]) -> list[Assignment]:
    """Return the assignments that make the first directory hold these texts by tag; an empty one goes."""
    return [(f"IFD0:{_TAGS[tag]}", text) for tag, text in values.items()]


def texts(values: Mapping[str, str], places: Mapping[str, Sequence[str]]) -> list[Assignment]:
    """Return the assignments that make a film's own texts, at all of their places, say these; an empty one goes."""
    return [(place, text) for name, text in values.items() for place in dict.fromkeys(places[name])]


def _lines(assignments: Iterable[Assignment], folder: Path) -> Iterator[str]:
    """Yield assignments as lines of ExifTool's input; a text of several lines goes by a file of its own."""
    for number, (tag, text) in enumerate(assignments):
        if isinstance(text, bytes) or "\n" in text:
            written = folder / f"{number}.txt"
            written.write_bytes(text if isinstance(text, bytes) else text.encode())
            yield f"-{tag}<={written.name}"
        else:
            yield f"-{tag}={text}"


def splices(
    path: Path, source: Source, format_: str, packet: bytes, more: Sequence[Assignment] = ()
) -> tuple[Splice, ...]:
    """Return what ExifTool would change in a file, to hold this XMP packet, and what `more` assigns.

    Raises:
        RefusedError: it fails, takes too long, or would touch coded data.

    """
    found = program()
    if found is None:
        raise RefusedError("ExifTool is not installed", hint="install it, or use sidecars")
    if re.search(r"[\r\n]", str(path)):
        # Each line of its input is one argument.
        raise RefusedError("ExifTool takes no name with a line break in it", hint="rename the file or its folder")
    # Beside the file: a copy of a video may not fit into the system's temporary folder.
    with temporary_folder(path) as folder:
        words, copy = folder / "new.xmp", folder / f"copy.{format_}"
        words.write_bytes(packet)
        # By names of ours from within the folder: in those of the person's, ExifTool would read %d as its own sign.
        lines = ["-q", "-m", "-charset", "iptc=utf8", "-o", copy.name, f"-XMP<={words.name}"]
        lines += [*_lines(more, folder), str(path)]
        try:
            done = subprocess.run(  # noqa: S603 - a program of the person's, with paths passed as lines of its input
                [found, "-charset", "filename=utf8", "-@", "-"],
                input="\n".join(lines).encode(errors="surrogateescape"),
                capture_output=True,
                timeout=TIMEOUT_S,
                check=False,
                cwd=folder,
            )
        except (subprocess.TimeoutExpired, OSError) as error:
            raise RefusedError(f"ExifTool did not finish: {error}") from error
        if not copy.exists():
            lines = done.stderr.decode(errors="replace").splitlines()
            raise RefusedError(f"ExifTool refused: {lines[0] if lines else 'without a reason'}")
        with OpenFile(copy) as new:
            kept = _coded(source, format_)
            return difference(source, new, kept, kept if format_ == "ai" else _coded(new, format_))


Range = tuple[int, int]


def difference(old: Source, new: Source, kept: list[Range], found: list[Range]) -> tuple[Splice, ...]:
    """Return the splices that make `new` of `old`, in which the ranges `kept` are copied.

    `found` are the ranges of the new file among which those must stand again,
    in their order, whatever stands between them.

    Raises:
        RefusedError: one is missing or differs, or more changed than metadata.

    """
    made: list[Splice] = []
    at_old = at_new = 0
    rest = iter(found)
    for start, end in kept:
        place = next((each for each in rest if each[1] - each[0] == end - start and _same(old, start, new, each)), None)
        if place is None:
            raise RefusedError("ExifTool would change coded data")
        made.append(_between((at_old, start), new, (at_new, place[0])))
        at_old, at_new = end, place[1]
    made.append(_between((at_old, old.size), new, (at_new, new.size)))
    return tuple(splice for splice in made if splice.end > splice.start or splice.data)


def _same(old: Source, start: int, new: Source, place: Range) -> bool:
    return all(
        old.at(start + at, min(_CHUNK, place[1] - place[0] - at))
        == new.at(place[0] + at, min(_CHUNK, place[1] - place[0] - at))
        for at in range(0, place[1] - place[0], _CHUNK)
    )


def _between(gone: Range, new: Source, come: Range) -> Splice:
    length = come[1] - come[0]
    if length > LARGEST_BLOCK:
        raise RefusedError("ExifTool would change more than metadata")
    return Splice(gone[0], gone[1], new.at(come[0], length))


def _coded(source: Source, format_: str) -> list[Range]:
    """Return the ranges that must stay as they are: media data; layers and pixels."""
    if format_ in _BMFF:
        return bmff.coded(source)
    if format_ == "psd":
        colours = 30 + int.from_bytes(source.at(26, 4), "big")
        end = colours + 4 + int.from_bytes(source.at(colours, 4), "big")
        return [(0, colours), (end, source.size)]
    at = packets.find(source, max(0, source.size - LARGEST_BLOCK), _AMENDED)
    return [(0, at - 1 if at > 0 else source.size)]  # before the marker stands a line end
