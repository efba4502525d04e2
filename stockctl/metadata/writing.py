"""Write a record: work out which bytes change in a file, and check what came out before it takes the file's place."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.errors import DamagedError, RefusedError, UnreadableError
from stockctl.files.source import OpenFile
from stockctl.files.writing import append
from stockctl.files.writing import replace as files
from stockctl.files.writing.splice import Splice, inverse, new_size, ordered, trimmed
from stockctl.media.identify import HEAD_BYTES, format_of
from stockctl.metadata import exiftool, sidecar
from stockctl.metadata.containers.registry import READERS, WRITERS
from stockctl.metadata.deciding import changed_exif, edits_of, held_fields, through_exiftool
from stockctl.metadata.following import Turn, with_headline
from stockctl.metadata.reading import behind, guessed, guesses, locate, per_standard, read_source, reconcile
from stockctl.metadata.record import Record
from stockctl.metadata.seen import check_unchanged
from stockctl.metadata.standards import xmp, xmp_edit
from stockctl.metadata.standards.mapping import FIELDS

if TYPE_CHECKING:
    from collections.abc import Collection

    from stockctl.files.fingerprint import Fingerprint
    from stockctl.files.source import Source
    from stockctl.metadata.containers import Blocks, Writer
    from stockctl.metadata.seen import Seen

EMBEDDED, SIDECAR = "embedded", "sidecar"
SIGNED = "the file is signed (C2PA), and writing into it would break the seal; a sidecar holds the words"


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for, beside the record.

    `strip_location` takes the position out; `break_c2pa` embeds although that
    makes a signed manifest invalid; `break_links` and `write_protected` allow
    what `files.replace.check_writable` refuses; `exiftool` embeds through
    ExifTool, where it is installed, in formats that get a sidecar otherwise.
    `seen` is what the record was worked out from: a file that another program
    changed since is left; `ours` are the files that we changed ourselves.
    Of the fields that are `replaced` as a whole nothing stays, nor what cannot
    be read for its character set.
    """

    sidecar: bool = False
    strip_location: bool = False
    break_c2pa: bool = False
    break_links: bool = False
    write_protected: bool = False
    exiftool: bool = False
    seen: Seen | None = None
    ours: Collection[Path] = ()
    replaced: Collection[str] = ()


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
        return _prepared(Path(os.path.realpath(path)), replace(record.cleaned(), hidden=()), options or Options())
    except (DamagedError, RefusedError) as error:
        if error.where:
            raise
        raise type(error)(error.message, where=str(path), hint=error.hint or _hint(error)) from error


def prepare_beside(path: Path, record: Record, options: Options | None = None) -> Change | None:
    """Work out how the sidecar beside a file that is embedded into follows it; None where none has to.

    A sidecar is believed before the file: what it says already would bring old words back. What it does not
    say is not added to it.

    Raises:
        UnreadableError: it cannot be opened.
        RefusedError: it must not be changed.

    """
    options, path = options or Options(), Path(os.path.realpath(path))
    if options.sidecar or not any(map(os.path.lexists, sidecar.spellings(str(path)))):
        return None
    with OpenFile(path) as source:
        format_ = format_of(path, source.head[:HEAD_BYTES])
    found = sidecar.find(path, format_)
    if found is None or format_ is None:
        return None
    try:
        said = sidecar.read(found)
    except DamagedError:
        return None
    wanted = record.cleaned()
    spoken = {field.name: getattr(wanted, field.name) for field in FIELDS if getattr(said, field.name)}
    change = _beside(path, format_, replace(said, hidden=(), **spoken), ())
    return change if isinstance(change, Change) else None


def _prepared(path: Path, wanted: Record, options: Options) -> Change | Nothing:
    with OpenFile(path) as source:
        format_ = format_of(path, source.head[:HEAD_BYTES])
        if format_ is None:
            raise RefusedError("this is no format that we know", hint="name pictures, vectors, videos or sounds")
        if options.seen is not None:
            check_unchanged(path, source, format_, options.seen, options.ours)
        if options.sidecar:
            return _beside(path, format_, *_but_guesses(path, source, format_, wanted, options))
        writer = WRITERS.get(format_)
        if writer is None:
            return _foreign(path, format_, source, wanted, options)
        blocks = writer.locate(source)
        if blocks.c2pa and not options.break_c2pa:
            return _beside(path, format_, *_but_guesses(path, source, format_, wanted, options, SIGNED))
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
            return _beside(path, format_, *_but_guesses(path, source, format_, wanted, options, SIGNED))
        edits, expected, more = through_exiftool(
            blocks, wanted, strip_location=options.strip_location, replaced=options.replaced
        )
        if edits is None:
            return Nothing(path, EMBEDDED)
        files.check_writable(
            path, source.stat, break_links=options.break_links, write_protected=options.write_protected
        )
        try:
            made = exiftool.splices(path, source, format_, edits, more)
        except RefusedError as error:
            note = f"{error.message}; a sidecar holds the words"
        else:
            made = trimmed(made, source.at)
            return Change(
                path,
                EMBEDDED,
                source.fingerprint,
                source.size,
                made,
                inverse(made, source.at),
                expected,
                format_,
                guesses(blocks),
            )
    return _beside(path, format_, *_but_guesses(path, source, format_, wanted, options, note))


def _but_guesses(
    path: Path, source: OpenFile, format_: str, wanted: Record, options: Options, *notes: str
) -> tuple[Record, tuple[str, ...]]:
    """Return what a sidecar shall say: no guess at what the file's own words are, which nobody changes; and notes."""
    blocks, _ = locate(source, format_)
    unsure = guessed(blocks)
    if not unsure:
        return wanted, notes
    current, _ = per_standard(blocks)
    if (beside := sidecar.find(path, format_)) is not None:
        with contextlib.suppress(DamagedError):
            current |= {"sidecar": sidecar.read(beside)}
    held = held_fields(unsure, current, wanted, options.replaced)
    empty = Record()
    return replace(wanted, **{name: getattr(empty, name) for name in held}), (*guesses(blocks), *notes)


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
        from stockctl.media.decoding.decode import decode

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
    wanted = with_headline(reconcile(current, unsure=guessed(blocks))[0], current, wanted)
    told = (*guesses(blocks), *behind(blocks, wanted))
    edits, expected = edits_of(
        writer, blocks, current, wanted, strip_location=options.strip_location, replaced=options.replaced
    )
    if edits is None:
        return Nothing(path, EMBEDDED, (*told, *broken.values()))
    files.check_writable(path, source.stat, break_links=options.break_links, write_protected=options.write_protected)
    plan = writer.splices(source, blocks, edits)
    try:
        splices = trimmed(ordered(plan.splices, source.size), source.at)
    except ValueError as error:
        # Only a file that contradicts itself puts one block inside another.
        raise DamagedError(f"its metadata blocks overlap: {error}") from error
    notes = (*told, *plan.notes, *(why for standard, why in broken.items() if standard not in plan.left))
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
        said = {"sidecar": packet.record}
        wanted = with_headline(packet.record, said, wanted)
        turn = Turn(said, wanted)
        names = xmp_edit.changed_fields(packet.record, wanted)
        defaults = xmp_edit.due(old, turn)
        if not names and defaults is None:
            return Nothing(target, SIDECAR, notes)
        files.check_writable(target, source.stat)
        if packet.text(xmp.EXTENSION):
            extra = {}
        data = xmp_edit.edit(old, wanted, [*names, *(defaults or ())], extra=extra, turn=turn)
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
        wrong = changed_exif(found, wanted) if standard == "exif" else xmp_edit.changed_fields(found, wanted)
        if wrong:
            raise RefusedError(
                f"the new file, read back, says something else in {standard}: {', '.join(wrong)}; the old one stands",
                where=str(change.path),
                hint="write a sidecar instead: --sidecar",
            )
