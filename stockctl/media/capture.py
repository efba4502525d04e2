"""What the camera wrote down: when, where, with what and how."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from stockctl.errors import DamagedError
from stockctl.files.source import Memory
from stockctl.media import directories

if TYPE_CHECKING:
    from stockctl.files.source import Source
    from stockctl.media.directories import Directory, Entry, Flavour


@dataclass(frozen=True)
class Capture:
    """Capture data of one file; None where the file does not say, or says nonsense.

    `taken` has a zone only where the file gives one. Exposure in seconds, focal
    length in mm, digital zoom times, position in degrees (WGS 84), altitude in m above
    sea level.
    """

    taken: datetime | None = None
    orientation: int = 1
    make: str = ""
    model: str = ""
    software: str = ""
    iso: int | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    focal_mm: float | None = None
    digital_zoom: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None

    @property
    def has_location(self) -> bool:
        """Whether the file gives away where it was taken."""
        return self.latitude is not None and self.longitude is not None

    @property
    def scanned(self) -> bool:
        """Whether what took it is a scanner of film or prints, by its maker's and its own name."""
        return _SCANNER.search(f"{self.make} {self.model}") is not None

    @property
    def from_camera(self) -> bool:
        """Whether the file names the camera that took it."""
        return bool(self.make) and not self.scanned


# Minilabs (Frontier, Noritsu), film and flatbed scanners.
_SCANNER = re.compile(
    r"scan|\bsp-?[23]000\b|frontier|noritsu|\bqss-|flextight|opticfilm|plustek|pakon|pacific image|primefilm"
    r"|reflecta|perfection|\bgt-[xf]?\d|\bls-\d{2,4}",
    re.IGNORECASE,
)
# Nikon's cameras whose lens is changed: the zoom that they write is the crop of a smaller format (DX), which enlarges
# nothing.
_CROPS = re.compile(r"nikon (d\d|df|z ?f|z ?\d)", re.IGNORECASE)


# Exif 3.0: directories, and the tags that are read of each.
_EXIF, _GPS = 0x8769, 0x8825
_MAKE, _MODEL, _ORIENTATION, _SOFTWARE, _DATE_TIME = 0x010F, 0x0110, 0x0112, 0x0131, 0x0132
_EXPOSURE, _F_NUMBER, _ISO, _FOCAL, _DIGITAL_ZOOM = 0x829A, 0x829D, 0x8827, 0x920A, 0xA404
_ORIGINAL, _DIGITIZED, _OFFSET, _OFFSET_ORIGINAL = 0x9003, 0x9004, 0x9010, 0x9011
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _ALTITUDE_REF, _ALTITUDE = range(1, 7)
_THUMBNAIL, _THUMBNAIL_LENGTH = 0x0201, 0x0202

# No camera's name and no position takes more; what claims more is not read.
_LONGEST = 4096
_LETTERS = {3: "H", 4: "I", 5: "I", 8: "h", 9: "i", 10: "i"}
_RATIONAL = frozenset({5, 10})


def read_capture(exif: bytes | None) -> Capture:
    r"""Read an EXIF block (a TIFF stream, with or without its `Exif\0\0` prefix).

    A block that cannot be read gives an empty `Capture`: capture data only
    help, and a fault in them is no fault of the picture.
    """
    found = _opened(exif)
    if found is None:
        return Capture()
    source, flavour, first = found
    main = _Tags(source, flavour, first)
    photo, gps = main.inner(_EXIF), main.inner(_GPS)
    model = _text(main.get(_MODEL))
    return Capture(
        taken=_moment(photo, main),
        orientation=_orientation(main.get(_ORIENTATION)),
        make=_text(main.get(_MAKE)),
        model=model,
        software=_text(main.get(_SOFTWARE)),
        iso=_iso(photo.get(_ISO)),
        exposure_s=_ratio(photo.get(_EXPOSURE)),
        f_number=_ratio(photo.get(_F_NUMBER)),
        focal_mm=_ratio(photo.get(_FOCAL)),
        digital_zoom=None if _CROPS.match(model) else _ratio(photo.get(_DIGITAL_ZOOM)),
        latitude=_degrees(gps.get(_LATITUDE), gps.get(_LATITUDE_REF), b"S", 90),
        longitude=_degrees(gps.get(_LONGITUDE), gps.get(_LONGITUDE_REF), b"W", 180),
        altitude_m=_altitude(gps),
    )


def thumbnail_of(exif: bytes | None) -> bytes:
    """Return the small JPEG in an EXIF block (its second directory), or no bytes."""
    found = _opened(exif)
    if found is None or not found[2].next:
        return b""
    source, flavour, first = found
    try:
        second = directories.read(source, flavour, first.next)
        where, length = second.get(_THUMBNAIL), second.get(_THUMBNAIL_LENGTH)
        if where is None or length is None:
            return b""
        at, size = directories.number(source, flavour, where), directories.number(source, flavour, length)
        return source.at(at, size) if at else b""
    except DamagedError:
        return b""


def _opened(exif: bytes | None) -> tuple[Source, Flavour, Directory] | None:
    if not exif:
        return None
    source = Memory(exif.removeprefix(b"Exif\0\0"))
    try:
        flavour, start = directories.header(source)
        return source, flavour, directories.read(source, flavour, start)
    except DamagedError:
        return None


class _Tags:
    """The tags of one directory: bytes, or a tuple of whole numbers, or of pairs for fractions; None where absent."""

    def __init__(self, source: Source, flavour: Flavour, directory: Directory | None) -> None:
        self._source, self._flavour = source, flavour
        self._entries: dict[int, Entry] = {}
        for entry in directory.entries if directory else ():
            self._entries.setdefault(entry.tag, entry)

    def inner(self, tag: int) -> _Tags:
        """Return the tags of a directory that a tag leads to."""
        entry = self._entries.get(tag)
        try:
            at = directories.number(self._source, self._flavour, entry) if entry else 0
            found = directories.read(self._source, self._flavour, at) if at else None
        except DamagedError:
            found = None
        return _Tags(self._source, self._flavour, found)

    def get(self, tag: int) -> Any:  # noqa: ANN401 - whatever the file holds
        """Return a tag's value."""
        entry = self._entries.get(tag)
        if entry is None or not 0 < entry.size <= _LONGEST:
            return None
        try:
            data = directories.value(self._source, entry)
        except DamagedError:
            return None
        letter = _LETTERS.get(entry.type)
        if letter is None:
            return data
        numbers = self._flavour.unpack(f"{len(data) // (2 if letter in 'Hh' else 4)}{letter}", data)
        return tuple(zip(numbers[::2], numbers[1::2], strict=True)) if entry.type in _RATIONAL else numbers


def _text(value: Any) -> str:  # noqa: ANN401 - whatever the file holds
    return value.split(b"\0")[0].decode("utf-8", "replace").strip() if isinstance(value, bytes) else ""


def _whole(value: Any) -> int | None:  # noqa: ANN401 - whatever the file holds
    if isinstance(value, bytes):
        return value[0]
    return value[0] if isinstance(value, tuple) and isinstance(value[0], int) else None


def _orientation(value: Any) -> int:  # noqa: ANN401 - whatever the file holds
    found = _whole(value)
    return found if found is not None and 1 <= found <= 8 else 1


def _iso(value: Any) -> int | None:  # noqa: ANN401 - whatever the file holds
    found = _whole(value)
    return found if found is not None and found > 0 else None


def _ratio(value: Any) -> float | None:  # noqa: ANN401 - whatever the file holds
    match value:
        case ((int(upper), int(lower)), *_) if lower and upper / lower > 0:
            return upper / lower
    return None


def _degrees(value: Any, reference: Any, negative: bytes, limit: int) -> float | None:  # noqa: ANN401
    try:
        degrees, minutes, seconds = (upper / lower if lower else 0.0 for upper, lower in value)
    except (TypeError, ValueError):
        return None
    angle: float = degrees + minutes / 60 + seconds / 3600
    if not 0 <= angle <= limit:
        return None
    return -angle if isinstance(reference, bytes) and reference[:1].upper() == negative else angle


def _altitude(gps: _Tags) -> float | None:
    metres = _ratio(gps.get(_ALTITUDE))
    below = _whole(gps.get(_ALTITUDE_REF)) == 1
    return -metres if metres is not None and below else metres


_DATE = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET_FORM = re.compile(r"([+-])(\d\d):(\d\d)")


def _moment(photo: _Tags, main: _Tags) -> datetime | None:
    for value, zone in (
        (photo.get(_ORIGINAL), photo.get(_OFFSET_ORIGINAL)),
        (photo.get(_DIGITIZED), photo.get(_OFFSET_ORIGINAL)),
        (main.get(_DATE_TIME), photo.get(_OFFSET)),
    ):
        found = _DATE.match(_text(value))
        if not found:
            continue
        try:
            moment = datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
        except ValueError:
            continue
        return moment.replace(tzinfo=_zone(_text(zone)))
    return None


def _zone(text: str) -> timezone | None:
    found = _OFFSET_FORM.fullmatch(text)
    if found is None:
        return None
    delta = timedelta(hours=int(found[2]), minutes=int(found[3]))
    try:
        return timezone(delta if found[1] == "+" else -delta)
    except ValueError:  # a day and more
        return None
