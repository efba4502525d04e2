"""Read what a file says: each standard for itself, reconciled into one record, with what they disagree on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from stockctl.errors import DamagedError
from stockctl.files.source import Memory, OpenFile
from stockctl.media.identify import HEAD_BYTES, format_of
from stockctl.metadata import sidecar
from stockctl.metadata.containers.registry import READERS
from stockctl.metadata.record import Record, hidden_in
from stockctl.metadata.standards import exif, iim, windows, xmp
from stockctl.metadata.standards.mapping import BY_NAME, FIELDS, NAMESPACES, TITLES, Field, as_iptc, as_text, of_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stockctl.files.source import Source
    from stockctl.metadata.containers import Blocks

    # By standard, the fields whose text is read by a guess at its character set.
    Unsure = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field on which standards disagree: what each says, and whose word was taken."""

    name: str
    values: dict[str, Any]
    taken: str

    def __str__(self) -> str:
        """Return the conflict as a sentence."""
        said = ", ".join(f"{TITLES[name]} says {_quoted(value)}" for name, value in self.values.items())
        return f"{BY_NAME[self.name].label}: {said}"


def _quoted(value: Any) -> str:  # noqa: ANN401 - as the field holds it
    return ", ".join(map(str, value)) if isinstance(value, tuple) else f"“{value}”"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says.

    `per_standard` has an entry for each of `sidecar`, `xmp`, `iptc`, `exif` and
    `quicktime` (a video's user data) that the file has. `exif` is the camera's block as a TIFF stream. `notes`
    tell what could not be read; a file whose structure is broken reads as far
    as it leads. `unsure` names the fields that stand only where their character
    set is guessed at; `behind` tells what a trailer behind the picture says otherwise (`notes` tell it, too).
    """

    record: Record = field(default_factory=Record)
    per_standard: dict[str, Record] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    exif: bytes | None = None
    c2pa: bool = False
    manifest: bytes | None = None
    xmp: bytes | None = None
    sidecar: Path | None = None
    format: str | None = None
    has_location: bool = False
    notes: tuple[str, ...] = ()
    unsure: frozenset[str] = frozenset()
    behind: tuple[str, ...] = ()

    @property
    def hidden(self) -> dict[str, int]:
        """How many characters that nobody can see stand in which field; of a field's copies the worst counts."""
        found: dict[str, int] = {}
        for record in self.per_standard.values():
            for name, count in record.hidden:
                found[name] = max(count, found.get(name, 0))
        return found


def read(path: Path, *, data: bytes | memoryview | None = None, format_: str | None = None) -> Reading:
    """Read the metadata of a file and of the sidecar beside it.

    With `data`, the file's bytes, the file itself is not opened; without, only
    those parts of it that hold metadata are read. Damaged metadata never raise:
    `Reading.notes` tells of them.

    Raises:
        UnreadableError: the file cannot be opened.

    """
    if data is not None:
        return read_source(path, Memory(data), format_)
    with OpenFile(path) as source:
        return read_source(path, source, format_)


def read_source(path: Path, source: Source, format_: str | None = None, *, with_sidecar: bool = True) -> Reading:
    """Read the metadata of an open file; see `read`."""
    format_ = format_ or format_of(path, source.head[:HEAD_BYTES])
    blocks, notes = locate(source, format_)
    standards, broken = per_standard(blocks)
    unsure = guessed(blocks)
    notes += [*_told(unsure, standards, blocks), *broken.values()]
    beside = sidecar.find(path, format_) if with_sidecar else None
    if beside is not None:
        try:
            standards["sidecar"] = sidecar.read(beside)
        except DamagedError as error:
            notes.append(f"{beside.name}: {error.message}")
    stale = blocks.digest is not None and blocks.iptc is not None and blocks.digest != iim.digest(blocks.iptc)
    record, conflicts = reconcile(standards, iptc_is_newer=stale, unsure=unsure)
    if blocks.iptc is not None and (late := iim.told_at_last((blocks.iptc, *blocks.more_iptc))):
        # Beside them words may have been added to the other standards.
        record = replace(record, keywords=tuple(dict.fromkeys((*record.keywords, *late))))
    trailing = behind(blocks, record)
    return Reading(
        record=record,
        per_standard=standards,
        conflicts=conflicts,
        exif=blocks.exif,
        c2pa=blocks.c2pa,
        manifest=blocks.manifest,
        xmp=blocks.xmp,
        sidecar=beside,
        format=format_,
        has_location=exif.has_location(blocks.exif),
        notes=(*notes, *trailing),
        unsure=only_guessed(unsure, standards),
        behind=trailing,
    )


def locate(source: Source, format_: str | None) -> tuple[Blocks, list[str]]:
    """Find a file's metadata blocks; where its structure is broken, none, and a note."""
    from stockctl.metadata.containers import Blocks

    reader = READERS.get(format_ or "")
    if reader is None:
        return Blocks(), []
    try:
        blocks = reader.locate(source)
    except DamagedError as error:
        return Blocks(), [error.message]
    return blocks, list(blocks.notes)


def per_standard(blocks: Blocks) -> tuple[dict[str, Record], dict[str, str]]:
    """Return what each standard's blocks say, and which are broken and why; of IPTC what comes before still counts."""
    found: dict[str, Record] = {}
    broken: dict[str, str] = {}
    try:
        if blocks.xmp is not None:
            found["xmp"] = xmp_record(blocks)
    except DamagedError as error:
        broken["xmp"] = error.message
    if blocks.iptc is not None:
        datasets = [iim.parse(block) for block in (blocks.iptc, *blocks.more_iptc)]
        found["iptc"] = iim.record_of(datasets)
        if faults := [block.fault for block in datasets if block.fault]:
            broken["iptc"] = faults[0]
    try:
        if blocks.exif is not None:
            found["exif"] = exif.record_of(blocks.exif)
    except DamagedError as error:
        broken["exif"] = error.message
    if blocks.texts:
        hidden = tuple((name, count) for name, text in blocks.texts.items() if (count := hidden_in(text)))
        said = {name: of_text(name, text) for name, text in blocks.texts.items()}
        found[blocks.texts_as] = Record(**said, hidden=hidden)
    return found, broken


def guessed(blocks: Blocks) -> Unsure:
    """Return, by standard, the fields whose text is read by a guess at its character set."""
    iptc = iim.guessed((blocks.iptc, *blocks.more_iptc)) if blocks.iptc is not None else ()
    found = {"iptc": iptc, "exif": exif.guessed(blocks.exif)}
    return {standard: names for standard, names in found.items() if names}


def only_guessed(unsure: Unsure, standards: Mapping[str, Record]) -> frozenset[str]:
    """Return the fields that stand only where their character set is guessed at."""
    return frozenset(
        name
        for name in {name for each in unsure.values() for name in each}
        if not any(getattr(record, name) and name not in unsure.get(each, ()) for each, record in standards.items())
    )


def guesses(blocks: Blocks) -> tuple[str, ...]:
    """Tell which texts are read by a guess, and what to do where it is wrong."""
    found = guessed(blocks)
    return _told(found, per_standard(blocks)[0], blocks) if found else ()


def _told(found: Unsure, said: Mapping[str, Record], blocks: Blocks) -> tuple[str, ...]:
    names = dict.fromkeys(name for each in found.values() for name in each)
    if not names:
        return ()
    # What reads as no language at all is not taken for words.
    lost = iim.lost((blocks.iptc, *blocks.more_iptc)) if blocks.iptc is not None else frozenset()
    labels = []
    for name in names:
        read = any(getattr(said[each], name) for each in found if each in said)
        part = " (of which some makes no sense, and is left out)" if name in lost else ""
        labels.append(BY_NAME[name].label.lower() + (part if read else " (which makes no sense, and is left out)"))
    where = " and ".join(TITLES[standard] for standard in found)
    what = ", ".join(labels)
    return (f"{where} in no known character set, read as Windows-1252: {what}; say another with --iptc-charset",)


def behind(blocks: Blocks, record: Record) -> tuple[str, ...]:
    """Tell of a trailer behind the picture what its IPTC says otherwise than the record, or why it cannot be read."""
    if blocks.trailing or blocks.trailing_iptc is None:
        return (blocks.trailing,) if blocks.trailing else ()
    said = iim.record_of([iim.parse(blocks.trailing_iptc)])
    other = [
        entry.label.lower()
        for entry, value, ours in zip(FIELDS, _VALUES(said), _VALUES(record), strict=True)
        if value and not _agree(entry, ours, value, "iptc")
    ]
    if not other:
        return ()
    what = f"the AFCP trailer behind the picture says something else, and is left as it is: {', '.join(other)}"
    return (f"{what}; exiftool -AFCP:all= takes it out",)


def xmp_record(blocks: Blocks) -> Record:
    """Return what the main packet says, completed by the extended one.

    Raises:
        DamagedError: a packet cannot be read.

    """
    main = xmp.parse(blocks.xmp or b"").record
    extended = blocks.extended
    # Extended packets are depth maps and the like; ours stand there only where a writer was pressed for room.
    if extended is None or not any(uri.encode() in extended for uri in NAMESPACES.values()):
        return main
    more = xmp.parse(extended).record.said()
    return replace(main, **{name: value for name, value in more.items() if not getattr(main, name)})


def reconcile(
    standards: Mapping[str, Record], *, iptc_is_newer: bool = False, unsure: Unsure | None = None
) -> tuple[Record, tuple[Conflict, ...]]:
    """Return one record of several, and the fields on which they disagree.

    A sidecar comes first, then XMP, IPTC, EXIF, a format's own texts. Where the digest shows that
    IPTC was changed after XMP, IPTC comes before it (Metadata Working Group,
    Guidelines 2.0, section 3). IPTC that is XMP's text cut to its limit agrees.
    A sidecar stands in place of the file's own words, and is in no conflict with them.
    Texts whose character set is guessed at (`unsure`) come behind all others.
    """
    unsure = unsure or {}
    order = list(TITLES)
    if iptc_is_newer:
        order.remove("iptc")
        order.insert(order.index("xmp"), "iptc")
    present = [(name, standards[name]) for name in order if name in standards]
    if len(present) == 1:
        return present[0][1], ()
    values: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    for entry, *row in zip(FIELDS, *(_VALUES(record) for _, record in present), strict=True):
        if not any(row):
            continue
        said = {name: value for (name, _), value in zip(present, row, strict=True) if value}
        taken = next((name for name in said if entry.name not in unsure.get(name, ())), next(iter(said)))
        if taken == "iptc" and "xmp" in said and _agree(entry, said["xmp"], said["iptc"], "iptc"):
            taken = "xmp"
        values[entry.name] = said[taken]
        if taken != "sidecar" and differing(entry, said, taken):
            conflicts.append(Conflict(entry.name, said, taken))
    return Record(**values), tuple(conflicts)


def differing(entry: Field, said: Mapping[str, Any], taken: str) -> list[str]:
    """Return the standards that say something else in a field than the one that is believed."""
    return [name for name, value in said.items() if not _agree(entry, said[taken], value, name)]


_VALUES = attrgetter(*(entry.name for entry in FIELDS))


def _agree(entry: Field, taken: Any, other: Any, standard: str) -> bool:  # noqa: ANN401 - as the field holds it
    if taken == other:
        return True
    if standard == "exif" and entry.name == "creators":
        return "; ".join(taken).split("; ") == list(other)
    if standard == "exif" and entry.name == "keywords":
        return bool(windows.keywords_as_read(taken) == other)
    if standard in {"quicktime", "png"}:
        return bool(of_text(entry.name, as_text(taken, standard)) == other)
    if standard == "iptc" and entry.iim:
        texts = other if isinstance(other, tuple) else (other,)
        return as_iptc(entry, taken) == as_iptc(entry, texts)
    return False
