"""One asset as `keyword` sees it: the file, what it says about itself, and what is known of it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from stockctl.catalogue.words.composed import Composed
from stockctl.errors import FileProblem, UnreadableError
from stockctl.files.fingerprint import from_stat, unreadable
from stockctl.files.opening import open_bytes
from stockctl.media.capture import Capture, read_capture, thumbnail_of
from stockctl.media.identify import HEAD_BYTES, KINDS, Kind, format_of
from stockctl.media.identity import media_id
from stockctl.media.mapped import contents_of
from stockctl.metadata import Record, read
from stockctl.metadata.seen import Seen, seen
from stockctl.words.texts.filenames import name_words
from stockctl.words.texts.machine import without_machine_texts
from stockctl.words.texts.trade import is_file_name

if TYPE_CHECKING:
    from pathlib import Path

    from stockctl.metadata import Conflict


@dataclass(frozen=True)
class Subject:
    """An asset to find words for.

    `context` is what the person said of the whole series, and `shares_context`
    whether that are several files; `composed` are the
    texts in the file that are our own and that nobody has looked at; `seen` is
    what was looked at; of the fields that are `unsure` only a guess tells the character
    set. So many characters that nobody can see were `hidden` in
    its words, and are left out. `thumbnail` is None where it was not kept.
    """

    path: Path
    media_id: str = ""
    format: str = ""
    kind: Kind = Kind.PHOTO
    record: Record = field(default_factory=Record)
    capture: Capture = field(default_factory=Capture)
    context: str = ""
    shares_context: bool = False
    conflicts: tuple[Conflict, ...] = ()
    hidden: int = 0
    thumbnail: bytes | None = b""
    seen: Seen | None = None
    composed: Composed = field(default_factory=Composed)
    unsure: frozenset[str] = frozenset()

    @property
    def small(self) -> bytes:
        """The thumbnail that the camera put into the file; empty where there is none, or it cannot be read now."""
        if self.thumbnail is not None:
            return self.thumbnail
        try:
            return thumbnail_of(read(self.path).exif)
        except FileProblem:
            return b""

    def told(self) -> Subject:
        """Return the subject without its thumbnail, which is read again where it is asked for."""
        return replace(self, thumbnail=None if self.thumbnail else self.thumbnail)

    @property
    def title(self) -> str:
        """The title that a person wrote; empty where there is none, or only one of ours."""
        return "" if self.record.title == self.composed.title else self.record.title

    @property
    def description(self) -> str:
        """The description that a person wrote; empty where there is none, or only one of ours."""
        return "" if self.record.description == self.composed.description else self.record.description

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What a person said of the picture, the text that weighs most first: title, headline, description, context.

        The name of a file says nothing.
        """
        parts = (self.title, self.record.headline, self.description, self.context)
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip() and not is_file_name(part)))

    @cached_property
    def text(self) -> str:
        """What a person said of the picture in words: title, description and context, as clauses."""
        return ". ".join(self.texts)

    @cached_property
    def described(self) -> str:
        """What is said of the picture, else its file's name, for comparing with other pictures; empty where nothing is.

        A folder's name makes no two pictures alike.
        """
        return self.text or " ".join(name_words(self.path))


def load(path: Path, context: str = "") -> Subject:
    """Read one file's metadata and identity.

    Raises:
        UnreadableError: it cannot be opened, is empty, or is no asset.
        DamagedError: its structure is broken.

    """
    try:
        with open_bytes(path) as file:
            stat = os.fstat(file.fileno())
            if not stat.st_size:
                raise UnreadableError("the file is empty", where=str(path), hint="copy it again from the camera")
            with contents_of(file, stat.st_size) as data:
                found = format_of(path, data[:HEAD_BYTES])
                if found is None or found not in KINDS:
                    raise UnreadableError(
                        "this is no picture, vector, clip or sound that we know",
                        where=str(path),
                        hint="look at what it really is: its content, not its name, counts",
                    )
                with memoryview(data) as view:
                    identity = media_id(view, found)
    except OSError as error:
        raise unreadable(path, error) from error
    # Before the words are read: what comes between counts as a change.
    looked = seen(path, from_stat(stat), found)
    reading = read(path)
    capture = read_capture(reading.exif)
    return Subject(
        path=path,
        media_id=identity,
        format=found,
        kind=KINDS[found],
        record=without_machine_texts(reading, capture.make, capture.model),
        capture=capture,
        context=context,
        conflicts=reading.conflicts,
        hidden=sum(reading.hidden.values()),
        thumbnail=thumbnail_of(reading.exif),
        seen=looked,
        unsure=reading.unsure,
    )
