"""Metadata written and read against ExifTool (a batch, and stay_open), exiv2 and copying."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from tests.benchmarks import metadata
from tests.benchmarks.bench.looking import pictures
from tests.benchmarks.bench.peers import missing
from tests.benchmarks.bench.rows import Missing, Row, faster, in_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.benchmarks.bench.form import Form


def write_and_read(form: Form, work: Path) -> Iterator[Row | Missing]:
    """Yield the rows of writing and reading, each over fresh copies of one JPEG of 24 megapixels."""
    original = min(pictures(work, max(2, form.pictures // 2), "420").iterdir())
    folder = work / "metadata"
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number:04}.jpg" for number in range(form.copies)]

    def fresh(command: Callable[[list[Path]], object]) -> float:
        for path in paths:
            shutil.copyfile(original, path)
        return timed(lambda: command(paths))

    size = f"{form.copies} JPEGs of {original.stat().st_size / 1e6:.0f} MB"
    copying = in_turns(form.rounds, lambda: fresh(metadata.write_all), lambda: fresh(metadata.copy_all))
    note = "ours reads every file back before it takes the old one's place"
    yield faster("write-copying", f"write metadata into {size}", "copying the file", copying, note)
    if why := missing("exiftool"):
        yield Missing("write-exiftool", why)
    else:
        yield from against_exiftool(form, size, fresh, paths)
    if why := missing("exiv2"):
        yield Missing("write-exiv2", why)
    else:
        sides = in_turns(form.rounds, lambda: fresh(metadata.write_unverified), lambda: fresh(exiv2))
        note = "ours without reading back, which exiv2 does not do"
        yield faster("write-exiv2", f"write metadata into {size}", "exiv2", sides, note)
        sides = in_turns(
            form.rounds, lambda: timed(lambda: metadata.read_all(paths)), lambda: timed(lambda: shown(paths))
        )
        yield faster("read-exiv2", f"read metadata of {size}", "exiv2", sides)


def against_exiftool(
    form: Form, size: str, fresh: Callable[[Callable[[list[Path]], object]], float], paths: list[Path]
) -> Iterator[Row]:
    """Yield the rows against ExifTool."""
    tags = metadata.arguments()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(metadata.write_all, [[], []]))
        sides = in_turns(
            form.rounds,
            lambda: fresh(lambda them: list(pool.map(metadata.write_all, [them[::2], them[1::2]]))),
            lambda: fresh(lambda them: metadata.ask("exiftool", [*tags, *map(str, them)])),
        )
    work = f"write metadata into {size}"
    yield faster("write-exiftool-batch", f"{work}, two processes", "ExifTool, one batch", sides, "ours reads back")
    sides = in_turns(
        form.rounds,
        lambda: fresh(metadata.write_all),
        lambda: fresh(lambda them: metadata.stay_open("exiftool", tags, them)),
    )
    yield faster("write-exiftool-open", f"{work}, one process", "ExifTool, stay_open", sides, "ours reads back")
    wanted = ["-j", "-Title", "-Description", "-Subject", "-Creator", "-Rights", "-IPTC:all", "-DateTimeOriginal"]
    sides = in_turns(
        form.rounds,
        lambda: timed(lambda: metadata.read_all(paths)),
        lambda: timed(lambda: metadata.ask("exiftool", [*wanted, *map(str, paths)])),
    )
    yield faster("read-exiftool", f"read metadata of {size}", "ExifTool, one batch", sides)


def timed(command: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    began = time.perf_counter()
    command()
    return time.perf_counter() - began


def exiv2(paths: list[Path]) -> None:
    """Write our record's main fields by one run of exiv2."""
    record = metadata.RECORD
    commands = [
        f"set Xmp.dc.title lang=x-default {record.title}",
        f"set Iptc.Application2.ObjectName {record.title}",
        f"set Iptc.Application2.Caption {record.description.replace(chr(10), ' ')}",
        *(f"set Xmp.dc.subject XmpBag {word}" for word in record.keywords),
        *(f"add Iptc.Application2.Keywords {word}" for word in record.keywords),
        f"set Exif.Image.Copyright {record.copyright}",
    ]
    options = [option for command in commands for option in ("-M", command)]
    subprocess.run(["exiv2", *options, *map(str, paths)], capture_output=True, check=True)


def shown(paths: list[Path]) -> None:
    """Read all of IPTC and XMP by one run of exiv2."""
    subprocess.run(["exiv2", "-PIXkyct", *map(str, paths)], capture_output=True, check=False)
