"""What the camera wrote down: when, where, with what and how, read by piexif."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import piexif


@dataclass(frozen=True)
class Capture:
    """Capture data of one file; None where the file does not say, or says nonsense.

    `taken` has a zone only where the file gives one. Exposure in seconds, focal
    length in mm, position in degrees (WGS 84), altitude in m above sea level.
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
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None

    @property
    def has_location(self) -> bool:
        """Whether the file gives away where it was taken."""
        return self.latitude is not None and self.longitude is not None


def read_capture(exif: bytes | None) -> Capture:
    r"""Read an EXIF block (a TIFF stream, with or without its `Exif\0\0` prefix).

    A block that piexif cannot read gives an empty `Capture`: capture data only
    help, and a fault in them is no fault of the picture.
    """
    tags = _tags(exif)
    if tags is None:
        return Capture()
    main, photo, gps = tags["0th"], tags["Exif"], tags["GPS"]
    return Capture(
        taken=_moment(photo, main),
        orientation=_orientation(main.get(piexif.ImageIFD.Orientation)),
        make=_text(main.get(piexif.ImageIFD.Make)),
        model=_text(main.get(piexif.ImageIFD.Model)),
        software=_text(main.get(piexif.ImageIFD.Software)),
        iso=_iso(photo.get(piexif.ExifIFD.ISOSpeedRatings)),
        exposure_s=_ratio(photo.get(piexif.ExifIFD.ExposureTime)),
        f_number=_ratio(photo.get(piexif.ExifIFD.FNumber)),
        focal_mm=_ratio(photo.get(piexif.ExifIFD.FocalLength)),
        latitude=_degrees(gps.get(piexif.GPSIFD.GPSLatitude), gps.get(piexif.GPSIFD.GPSLatitudeRef), b"S", 90),
        longitude=_degrees(gps.get(piexif.GPSIFD.GPSLongitude), gps.get(piexif.GPSIFD.GPSLongitudeRef), b"W", 180),
        altitude_m=_altitude(gps),
    )


def thumbnail_of(exif: bytes | None) -> bytes:
    """Return the small JPEG in an EXIF block (IFD1), or no bytes."""
    tags = _tags(exif)
    found = tags.get("thumbnail") if tags else None
    return found if isinstance(found, bytes) else b""


def _tags(exif: bytes | None) -> dict[str, Any] | None:
    if not exif:
        return None
    try:
        tags: dict[str, Any] = piexif.load(exif if exif.startswith(b"Exif\0\0") else b"Exif\0\0" + exif)
    except (
        ValueError,
        struct.error,
        KeyError,
        IndexError,
        TypeError,
        UnicodeDecodeError,
        piexif.InvalidImageDataError,
    ):
        return None
    return tags


def _text(value: Any) -> str:  # noqa: ANN401 - whatever the file holds
    return value.split(b"\0")[0].decode("utf-8", "replace").strip() if isinstance(value, bytes) else ""


def _orientation(value: Any) -> int:  # noqa: ANN401 - whatever the file holds
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _iso(value: Any) -> int | None:  # noqa: ANN401 - whatever the file holds
    if isinstance(value, (tuple, list)) and value:
        value = value[0]
    return value if isinstance(value, int) and value > 0 else None


def _ratio(value: Any) -> float | None:  # noqa: ANN401 - whatever the file holds
    match value:
        case (int(upper), int(lower)) if lower and upper > 0:
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


def _altitude(gps: dict[int, Any]) -> float | None:
    metres = _ratio(gps.get(piexif.GPSIFD.GPSAltitude))
    below = gps.get(piexif.GPSIFD.GPSAltitudeRef) in {1, b"\x01"}
    return -metres if metres is not None and below else metres


_DATE = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


def _moment(photo: dict[int, Any], main: dict[int, Any]) -> datetime | None:
    for value, zone in (
        (photo.get(piexif.ExifIFD.DateTimeOriginal), photo.get(piexif.ExifIFD.OffsetTimeOriginal)),
        (photo.get(piexif.ExifIFD.DateTimeDigitized), photo.get(piexif.ExifIFD.OffsetTimeDigitized)),
        (main.get(piexif.ImageIFD.DateTime), photo.get(piexif.ExifIFD.OffsetTime)),
    ):
        found = _DATE.match(_text(value))
        if not found:
            continue
        try:
            moment = datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
        except ValueError:
            continue
        offset = _OFFSET.fullmatch(_text(zone))
        if offset:
            delta = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
            moment = moment.replace(tzinfo=timezone(delta if offset[1] == "+" else -delta))
        return moment
    return None
