"""Containers: where a file format keeps metadata, and which splices change them.

A container tells where the metadata of a file stand (`locate`) and answers an
edit with splices over the old file (`splices`); every byte outside of them is
copied. A format that can only be read has no `splices`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stockctl.errors import RefusedError
    from stockctl.files.source import Source
    from stockctl.files.writing.splice import Splice
    from stockctl.metadata.standards.ifd import Value

# A metadata block larger than this is not read: nobody's words are that long.
LARGEST_BLOCK = 32 * 1024 * 1024


@dataclass(slots=True)
class Blocks:
    """The metadata of a file as blocks of bytes; None where there is none.

    `exif` is a TIFF stream; of a TIFF file it is made for reading and holds the
    first directory, the camera's and the position, without picture data.
    `more_iptc` are further IPTC blocks, where a program left more than one.
    `digest` is what the file says the IPTC block's MD5 was when it was last in
    step with XMP. `texts` are words that a format has places of its own for, by
    field, and `texts_as` is what those are called among the standards; `comments`
    are more that are not read, and follow where they are copies. `c2pa` says that
    there are Content Credentials, `manifest` is their store where this format's
    is read. `trailing_iptc` is IPTC in a trailer behind the picture, which is neither believed nor changed, and
    `trailing` why a trailer cannot be read. `place` is what the container remembers for `splices`.
    """

    xmp: bytes | None = None
    extended: bytes | None = None
    iptc: bytes | None = None
    more_iptc: tuple[bytes, ...] = ()
    digest: bytes | None = None
    exif: bytes | None = None
    texts: dict[str, str] = field(default_factory=dict)
    texts_as: str = "quicktime"
    comments: list[str] = field(default_factory=list)
    c2pa: bool = False
    manifest: bytes | None = None
    trailing_iptc: bytes | None = None
    trailing: str = ""
    notes: list[str] = field(default_factory=list)
    place: Any = None


@dataclass(slots=True)
class Edits:
    """New blocks; None leaves one as it is, and `more_iptc` goes with `iptc`.

    `exif` are the changed tags of the first directory, `texts` the changed ones
    of a format's own places, by field, and `comments` new comments by the old text; an empty one goes.
    """

    xmp: bytes | None = None
    extended: bytes | None = None
    iptc: bytes | None = None
    more_iptc: tuple[bytes, ...] = ()
    exif: Mapping[int, Value | None] | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    strip_location: bool = False


@dataclass(slots=True)
class Plan:
    """The splices that make an edit, what could not be done, and the standards that were therefore left."""

    splices: list[Splice] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left: set[str] = field(default_factory=set)

    def leave(self, standard: str, why: RefusedError) -> None:
        """Note that a standard's block stays as it was."""
        self.notes.append(why.message)
        self.left.add(standard)


class Reader(Protocol):
    """A format whose metadata can be read."""

    def locate(self, source: Source) -> Blocks:
        """Find the metadata.

        Raises:
            DamagedError: the structure of the file is broken.

        """


class Writer(Reader, Protocol):
    """A format whose metadata can be replaced."""

    # The standards that are written here; IPTC in some only where it stands already.
    standards: frozenset[str]

    def splices(self, source: Source, blocks: Blocks, edits: Edits) -> Plan:
        """Say which splices make the edits.

        Raises:
            RefusedError: they would lose something.

        """
