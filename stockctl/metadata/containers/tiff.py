"""TIFF and BigTIFF: a changed first directory is appended, and the header's pointer leads to it.

By TIFF 6.0, the BigTIFF design, XMP part 3, 1.1.6 (tag 700), and Adobe's TIFF
technical notes (tags 33723 and 34377). No byte of a picture, of another page or
of a sub-directory moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.errors import DamagedError, RefusedError
from stockctl.files.writing import append
from stockctl.files.writing.splice import Splice
from stockctl.metadata.containers import LARGEST_BLOCK, Blocks, Edits, Plan, resources
from stockctl.metadata.standards import comments, exif, ifd, iim

if TYPE_CHECKING:
    from stockctl.files.source import Source
    from stockctl.metadata.standards.ifd import Directory, Flavour

XMP, IPTC, PHOTOSHOP, C2PA = 700, 33723, 34377, 52545
_OURS = frozenset({XMP, IPTC, PHOTOSHOP, *exif.OURS})
_LARGEST_CLASSIC = (1 << 32) - 1


@dataclass(slots=True)
class Place:
    """The first directory and how its numbers are written."""

    flavour: Flavour
    main: Directory


class Tiff:
    """TIFF and BigTIFF, of either byte order."""

    standards = frozenset({"xmp", "iptc", "exif"})

    def locate(self, source: Source) -> Blocks:
        """Read the first directory."""
        flavour, start = ifd.header(source)
        main = ifd.read(source, flavour, start)
        blocks = Blocks(place=Place(flavour, main), exif=exif.extracted(source, flavour, main))
        blocks.xmp = _value(source, main, XMP)
        iptc = _value(source, main, IPTC)
        packed = _value(source, main, PHOTOSHOP)
        if packed is not None:
            try:
                found = resources.parse(packed)
                resources.take_iptc(blocks, found)
            except DamagedError as error:
                blocks.notes.append(error.message)
        if iptc is not None:
            blocks.iptc = _unswapped(iptc)
        # Some take the digest with the padding of this tag, others without.
        if blocks.iptc is not None and blocks.digest not in {None, iim.digest(blocks.iptc)}:
            blocks.iptc = iim.unpadded(blocks.iptc)
        blocks.c2pa = main.get(C2PA) is not None
        try:
            blocks.manifest = _value(source, main, C2PA)
        except DamagedError as error:
            blocks.notes.append(error.message)
        return blocks

    def splices(self, source: Source, blocks: Blocks, edits: Edits) -> Plan:
        """Append the changed directory; flip the pointer."""
        place: Place = blocks.place
        flavour, main = place.flavour, place.main
        _check_pages(source, flavour, main)
        plan = Plan()
        changes: dict[int, ifd.Value | None] = dict(edits.exif or {})
        comment = changes.pop(comments.USER_COMMENT, None)
        if comment and (entry := comments.entry_of(source, flavour, main)):
            plan.splices.append(Splice(entry.offset, entry.offset + entry.size, comment.data))
        if edits.xmp is not None:
            changes[XMP] = ifd.Value(ifd.BYTE, edits.xmp)
        if edits.iptc is not None:
            stored = edits.iptc + b"\0" * (-len(edits.iptc) % 4)
            changes[IPTC] = ifd.Value(ifd.LONG, stored)
            found = resources.parse(_value(source, main, PHOTOSHOP) or b"")
            # Where the resources hold IPTC too, both copies follow; else they get the digest alone.
            if resources.get(found, resources.IPTC) is not None:
                found = resources.parse(resources.with_iptc(found, edits))
            changes[PHOTOSHOP] = ifd.Value(ifd.BYTE, resources.with_digest(found, stored))
        if edits.strip_location and main.get(exif.GPS_IFD):
            changes[exif.GPS_IFD] = None
            plan.splices += [Splice(at, end, bytes(end - at)) for at, end in exif.location(source, flavour, main)]
        if all(value is None and not main.get(tag) for tag, value in changes.items()):
            return plan
        # What is large is appended to in place, and for that nothing before the end may go.
        keep = source.size if source.size >= append.LARGE else ifd.kept(main, _OURS, source.size)
        if keep < source.size:
            changes = ifd.carried(source, main, _OURS) | changes
        at = keep + (keep & 1)
        tail = ifd.rebuilt(flavour, main, changes, at)
        if not flavour.big and at + len(tail) > _LARGEST_CLASSIC:
            raise RefusedError("the TIFF would become larger than 4 GB, which its format cannot address")
        pointer = flavour.pointer
        plan.splices += [
            Splice(pointer, pointer + flavour.word_size, flavour.pack(flavour.word, at)),
            Splice(keep, source.size, b"\0" * (at - keep) + tail),
        ]
        return plan


def _check_pages(source: Source, flavour: Flavour, main: Directory) -> None:
    """Refuse a file in which appended bytes, or a first directory elsewhere, would mean something else.

    Raises:
        DamagedError: picture data reach beyond the end of the file, or the
            pages lead back to the first one.

    """
    page, seen = main, {main.offset}
    while True:
        for pair in _PICTURES:
            ends = map(sum, zip(*(_numbers(source, flavour, page, tag) for tag in pair), strict=False))
            if max(ends, default=0) > source.size:
                raise DamagedError("the TIFF's picture data reach beyond the end of the file")
        if page.next == main.offset:
            raise DamagedError("the TIFF's pages lead in a circle")
        if not page.next or page.next in seen:
            return
        seen.add(page.next)
        try:
            page = ifd.read(source, flavour, page.next)
        except DamagedError:  # nobody reads further, and what is appended does not change that
            return


# Where strips and tiles stand, and how long they are.
_PICTURES = ((273, 279), (324, 325))


def _numbers(source: Source, flavour: Flavour, page: Directory, tag: int) -> tuple[int, ...]:
    entry = page.get(tag)
    letter = {ifd.SHORT: "H", ifd.LONG: "I", ifd.LONG8: "Q"}.get(entry.type) if entry else None
    if entry is None or letter is None or entry.size > LARGEST_BLOCK:
        return ()
    return flavour.unpack(f"{entry.values}{letter}", ifd.value(source, entry))


def _value(source: Source, main: Directory, tag: int) -> bytes | None:
    entry = main.get(tag)
    if entry is None:
        return None
    if entry.size > LARGEST_BLOCK:
        raise DamagedError(f"the TIFF's tag {tag} is larger than any metadata")
    return ifd.value(source, entry)


def _unswapped(data: bytes) -> bytes:
    """Return IPTC as bytes: some writers swapped it as if the numbers of its type LONG meant something."""
    if data[:1] != b"\x1c" and data[3:4] == b"\x1c" and len(data) % 4 == 0:
        return b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    return data
