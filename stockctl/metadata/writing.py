"""Write a record: work out which bytes change in a file, and check what came out before it takes the file's place."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.errors import DamagedError, RefusedError, UnreadableError
from stockctl.files import append
from stockctl.files import replace as files
from stockctl.files.source import OpenFile
from stockctl.files.splice import Splice, inverse, new_size, ordered, trimmed
from stockctl.media.identify import HEAD_BYTES, format_of
from stockctl.metadata import exif, exiftool, iim, sidecar, xmp, xmp_edit
from stockctl.metadata.containers import Edits
from stockctl.metadata.containers.registry import READERS, WRITERS
from stockctl.metadata.mapping import FIELDS, as_exif, as_iptc, projected
from stockctl.metadata.reading import per_standard, read_source
from stockctl.metadata.record import Record

if TYPE_CHECKING:
    from stockctl.files.fingerprint import Fingerprint
    from stockctl.files.source import Source
    from stockctl.metadata.containers import Blocks, Writer

EMBEDDED, SIDECAR = "embedded", "sidecar"
SIGNED = "the file is signed (C2PA), and writing into it would break the seal; a sidecar holds the words"


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for, beside the record.

    `strip_location` takes the position out; `break_c2pa` embeds although that
    makes a signed manifest invalid; `break_links` and `write_protected` allow
    what `files.replace.check_writable` refuses; `exiftool` embeds through
    ExifTool, where it is installed, in formats that get a sidecar otherwise.
    """

    sidecar: bool = False
    strip_location: bool = False
    break_c2pa: bool = False
    break_links: bool = False
    write_protected: bool = False
    exiftool: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is worked out and not yet made.

    `path` is the real file that changes; `before` its fingerprint (None: it is
    made anew) and `size` its size; `undo` makes the old bytes of the new ones.
    `expected` is what each standard must say when the new file is read back.
    """

    path: Path
    where: str
    before: Fingerprint | None
    size: int
    splices: tuple[Splice, ...]
    undo: tuple[Splice, ...]
    expected: dict[str, Record]
    format: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def new_size(self) -> int:
        """The size of the new file."""
        return new_size(self.splices, self.size)


@dataclass(frozen=True, slots=True)
class Nothing:
    """The file says already what it shall say, where it can."""

    path: Path
    where: str
    notes: tuple[str, ...] = ()


def prepare(path: Path, record: Record, options: Options | None = None) -> Change | Nothing:
    """Work out how the file at `path` comes to say `record`; nothing is written.

    Raises:
        UnreadableError: it cannot be opened.
        DamagedError: its structure, or a block in it, is broken.
        RefusedError: it must not be changed.

    """
    try:
        return _prepared(Path(os.path.realpath(path)), record.cleaned(), options or Options())
    except (DamagedError, RefusedError) as error:
        if error.where:
            raise
        raise type(error)(error.message, where=str(path), hint=error.hint or _hint(error)) from error


def _prepared(path: Path, wanted: Record, options: Options) -> Change | Nothing:
    with OpenFile(path) as source:
        format_ = format_of(path, source.head[:HEAD_BYTES])
        if format_ is None:
            raise RefusedError("this is no format that we know", hint="name pictures, vectors, videos or sounds")
        if options.sidecar:
            return _beside(path, format_, wanted, ())
        writer = WRITERS.get(format_)
        if writer is None:
            return _foreign(path, format_, source, wanted, options)
        blocks = writer.locate(source)
        if blocks.c2pa and not options.break_c2pa:
            return _beside(path, format_, wanted, (SIGNED,))
        if blocks.notes:
            raise DamagedError(blocks.notes[0])
        return _inside(path, format_, source, writer, blocks, wanted, options)


def _foreign(path: Path, format_: str, source: OpenFile, wanted: Record, options: Options) -> Change | Nothing:
    """Embed through ExifTool if that is asked for and works, else write a sidecar and say why."""
    _check_readable(format_, source)
    note = f"{format_} is not embedded into; a sidecar holds the words"
    if options.exiftool and format_ in exiftool.FORMATS and sidecar.find(path, format_) is None:
        blocks = READERS[format_].locate(source)
        if blocks.c2pa and not options.break_c2pa:
            return _beside(path, format_, wanted, (SIGNED,))
        names = xmp_edit.changed_fields(per_standard(blocks)[0].get("xmp", Record()), wanted)
        if not names:
            return Nothing(path, EMBEDDED)
        files.check_writable(
            path, source.stat, break_links=options.break_links, write_protected=options.write_protected
        )
        try:
            made = exiftool.splices(path, source, format_, _packet(blocks.xmp, wanted, names, options))
        except RefusedError as error:
            note = f"{error.message}; a sidecar holds the words"
        else:
            made = trimmed(made, source.at)
            undo = inverse(made, source.at)
            expected = {"xmp": wanted}
            return Change(path, EMBEDDED, source.fingerprint, source.size, made, undo, expected, format_)
    return _beside(path, format_, wanted, (note,))


# What our decoder reads and no writer of ours looks into.
_DECODED = frozenset({"avif", "gif", "bmp", "psd"})


def _check_readable(format_: str, source: OpenFile) -> None:
    """Refuse a picture that cannot be read: whether what is written fits to it could not be told.

    Raises:
        DamagedError: its structure or its picture is broken.

    """
    if reader := READERS.get(format_):
        reader.locate(source)
    if format_ in _DECODED:
        from stockctl.media.decode import decode

        with contextlib.suppress(UnreadableError):
            decode(source.at(0, source.size), format_)


def _hint(error: Exception) -> str:
    damaged = isinstance(error, DamagedError)
    return "open it in an image program and save it again, or write a sidecar: --sidecar" if damaged else ""


def _inside(
    path: Path, format_: str, source: OpenFile, writer: Writer, blocks: Blocks, wanted: Record, options: Options
) -> Change | Nothing:
    current, broken = per_standard(blocks)
    if "xmp" in broken:
        raise DamagedError(broken["xmp"])
    edits, expected = _edits(writer, blocks, current, wanted, options)
    if edits is None:
        return Nothing(path, EMBEDDED, tuple(broken.values()))
    files.check_writable(path, source.stat, break_links=options.break_links, write_protected=options.write_protected)
    plan = writer.splices(source, blocks, edits)
    try:
        splices = trimmed(ordered(plan.splices, source.size), source.at)
    except ValueError as error:
        # Only a file that contradicts itself puts one block inside another.
        raise DamagedError(f"its metadata blocks overlap: {error}") from error
    notes = (*plan.notes, *(why for standard, why in broken.items() if standard not in plan.left))
    if not splices:
        return Nothing(path, EMBEDDED, notes)
    for standard in plan.left:
        expected.pop(standard, None)
    return Change(
        path=path,
        where=EMBEDDED,
        before=source.fingerprint,
        size=source.size,
        splices=splices,
        undo=inverse(splices, source.at),
        expected=expected,
        format=format_,
        notes=notes,
    )


def _edits(
    writer: Writer, blocks: Blocks, current: dict[str, Record], wanted: Record, options: Options
) -> tuple[Edits | None, dict[str, Record]]:
    """Return the edits, or None where nothing changes, and what each standard says afterwards."""
    edits = Edits(strip_location=options.strip_location)
    expected: dict[str, Record] = {}
    changes = False
    if "xmp" in writer.standards:
        expected["xmp"] = wanted
        names = xmp_edit.changed_fields(current.get("xmp", Record()), wanted)
        if names or (options.strip_location and xmp.has_location(blocks.xmp)):
            edits.xmp = _packet(blocks.xmp, wanted, names, options)
            edits.extended = _rest(blocks.extended, names)
            changes = True
    if "iptc" in writer.standards or blocks.iptc is not None:
        expected["iptc"] = projected(wanted, "iptc")
        names = _changed_iptc(current.get("iptc", Record()), wanted)
        stale = blocks.digest is not None and blocks.digest != iim.digest(blocks.iptc or b"")
        if names or stale:
            edits.iptc = iim.edit(blocks.iptc, wanted, names)
            edits.more_iptc = tuple(iim.without(block, names) for block in blocks.more_iptc)
            changes = True
    if "exif" in writer.standards:
        expected["exif"] = projected(wanted, "exif")
        edits.exif = exif.values_of(wanted, _changed_exif(current.get("exif", Record()), wanted))
        changes = changes or bool(edits.exif)
    if options.strip_location and exif.has_location(blocks.exif):
        changes = True
    return (edits if changes else None), expected


def _packet(old: bytes | None, wanted: Record, names: list[str], options: Options) -> bytes:
    fresh = xmp_edit.edit(old or xmp_edit.EMPTY_PACKET, wanted, names, strip_location=options.strip_location)
    return xmp_edit.padded(fresh, len(old) if old else None)


def _rest(extended: bytes | None, names: list[str]) -> bytes | None:
    """Return the extended packet without the fields that are now in the main one; None where it stays."""
    if extended is None:
        return None
    keys = {entry.xmp.key for entry in FIELDS if entry.name in names}
    return xmp_edit.without(extended, keys)


def _changed_iptc(current: Record, wanted: Record) -> list[str]:
    return [
        entry.name
        for entry in FIELDS
        if entry.iim and _texts(getattr(current, entry.name)) != as_iptc(entry, getattr(wanted, entry.name))
    ]


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - as the field holds it
    return value if isinstance(value, tuple) else (value,) if value else ()


def _changed_exif(current: Record, record: Record) -> list[str]:
    wanted = exif.as_read(record)
    return [
        entry.name
        for entry in FIELDS
        if entry.exif and as_exif(getattr(current, entry.name)) != as_exif(getattr(wanted, entry.name))
    ]


def _beside(path: Path, format_: str, wanted: Record, notes: tuple[str, ...]) -> Change | Nothing:
    found = sidecar.find(path, format_)
    target = Path(os.path.realpath(found)) if found else sidecar.target(path)
    extra = {"SidecarForExtension": path.suffix.lstrip(".").upper()}
    if found is None:
        if wanted == Record():
            return Nothing(target, SIDECAR, notes)
        data = xmp_edit.edit(xmp_edit.EMPTY_PACKET, wanted, xmp_edit.changed_fields(Record(), wanted), extra=extra)
        return Change(target, SIDECAR, None, 0, (Splice(0, 0, data),), (), {"sidecar": wanted}, notes=notes)
    with OpenFile(target) as source:
        old = source.at(0, source.size)
        packet = xmp.parse(old)
        names = xmp_edit.changed_fields(packet.record, wanted)
        if not names:
            return Nothing(target, SIDECAR, notes)
        files.check_writable(target, source.stat)
        if packet.text(xmp.EXTENSION):
            extra = {}
        data = xmp_edit.edit(old, wanted, names, extra=extra)
        splices = trimmed((Splice(0, source.size, data),), source.at)
        undo = inverse(splices, source.at)
        return Change(target, SIDECAR, source.fingerprint, source.size, splices, undo, {"sidecar": wanted}, notes=notes)


def perform(change: Change, *, verified: bool = True) -> Fingerprint:
    """Make a prepared change, read back before it takes the file's place; return the new fingerprint.

    With `verified` off nothing is read back: for measuring what that costs.

    Raises:
        RefusedError: what was read back is not what was meant, or the file
            system refused. The old file stands.

    """

    def verify(source: Source) -> None:
        check(change, source)

    if not verified:
        return files.replace(change.path, change.splices, change.before, compare=False)
    if change.before is not None and append.fits(change.splices, change.size):
        return append.append(change.path, change.splices, change.before, verify)
    return files.replace(change.path, change.splices, change.before, verify=verify)


def check(change: Change, source: Source) -> None:
    """Compare what the new file says with what it shall say.

    Raises:
        RefusedError: a standard says something else.

    """
    if change.where == SIDECAR:
        said = {"sidecar": xmp.parse(source.at(0, source.size)).record}
    else:
        said = read_source(change.path, source, change.format, with_sidecar=False).per_standard
    for standard, wanted in change.expected.items():
        found = said.get(standard, Record())
        wrong = _changed_exif(found, wanted) if standard == "exif" else xmp_edit.changed_fields(found, wanted)
        if wrong:
            raise RefusedError(
                f"the new file, read back, says something else in {standard}: {', '.join(wrong)}; the old one stands",
                where=str(change.path),
                hint="write a sidecar instead: --sidecar",
            )
