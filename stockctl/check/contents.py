"""What is in a file: its identities, words, capture data, and what was measured or probed."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from stockctl.check.measure import measure
from stockctl.errors import DamagedError, UnreadableError
from stockctl.media import vector
from stockctl.media.capture import Capture, read_capture
from stockctl.media.clips import audio, video
from stockctl.media.decoding.beyond import beyond
from stockctl.media.decoding.decode import announced_size, decode
from stockctl.media.decoding.picture import Memory
from stockctl.media.identify import HEAD_BYTES, KINDS, SUFFIXES, Kind, format_of
from stockctl.media.identity import identities
from stockctl.media.vector.asked import asked
from stockctl.media.vector.paths import COUNTS
from stockctl.metadata import read
from stockctl.metadata.origin.credentials import credentials
from stockctl.metadata.origin.signs import sign_of_a_model
from stockctl.metadata.record import GENERATED
from stockctl.words.texts.machine import without_machine_texts

if TYPE_CHECKING:
    import mmap
    from collections.abc import Mapping
    from pathlib import Path

    from stockctl.metadata import Record
    from stockctl.metadata.origin.credentials import Credentials


# EXIF's orientations from here on turn a picture by a quarter.
_TURNED = 5

_MEMORY = Memory()


def contents(path: Path, data: bytes | mmap.mmap, before: str) -> dict[str, Any]:
    """Return what is in the bytes of a file, in JSON's own types; `before` as for `inspect`.

    Raises:
        DamagedError: the content is of no known format.

    """
    format_ = format_of(path, data[:HEAD_BYTES])
    if format_ is None:
        promised = SUFFIXES.get(path.suffix.lower())
        what = f"this is no {promised.upper()} file, whatever its name says" if promised else "no known format"
        raise DamagedError(what, where=str(path), hint="export it again from the original")
    kind = KINDS[format_]
    found: dict[str, Any] = {"width": 0, "height": 0, "measurements": {}, "places": {}, "facts": {}}
    with memoryview(data) as view:
        identity, whole = identities(view, format_)
        known = json.loads(before) if before else {}
        same = known.get("media_id") == identity and known.get("format") == format_
        reading = read(path, data=view, format_=format_)
        signed = credentials(reading.manifest, view) if reading.manifest is not None else None
        capture = read_capture(reading.exif)
        sign = sign_of_a_model(view, reading)
        if same and capture.orientation == known["capture"]["orientation"]:
            found = {name: known[name] for name in found}
        elif kind is Kind.PHOTO:
            found |= _picture(view, format_, capture)
        elif kind is Kind.VECTOR:
            found |= _vector(path, view, format_)
        elif kind is Kind.VIDEO:
            found |= _probed(video.probe(path))
        else:
            found |= _probed(audio.probe(path, view, format_))
        found |= {
            "kind": kind.value,
            "format": format_,
            "bytes": len(view),
            "media_id": identity,
            "file_sha256": whole,
            "record": _record(without_machine_texts(reading, capture.make, capture.model), signed).to_json(),
            "capture": _capture_to_json(capture),
        }
    found["facts"] |= {
        "c2pa": reading.c2pa,
        "credentials": signed.to_json() if signed else None,
        "sign_of_a_model": sign,
        "hidden": reading.hidden,
        "unsure": sorted(reading.unsure),
        "behind": list(reading.behind),
        "conflicts": [str(conflict) for conflict in reading.conflicts],
    }
    return found


def _record(record: Record, signed: Credentials | None) -> Record:
    """Return the record as all that comes after should know it: generated where only the Content Credentials say so."""
    said = [kind for kind in signed.source_types if kind in GENERATED] if signed else []
    return record if record.generated or not said else dataclasses.replace(record, digital_source_type=said[0])


def _picture(view: memoryview, format_: str, capture: Capture) -> dict[str, Any]:
    try:
        picture = decode(view, format_, _MEMORY)
    except DamagedError as error:
        return {"facts": {"damaged": error.message}}
    except UnreadableError as error:
        return _unseen(view, format_, capture, error.message)
    except MemoryError:
        return _unseen(view, format_, capture, "too large to decode in memory")
    if "damaged" in picture.facts:
        # What the missing part looks like is no finding of its own.
        return {"width": picture.width, "height": picture.height, "facts": picture.facts}
    measured = measure(picture, capture)
    return {
        "width": picture.width,
        "height": picture.height,
        "measurements": measured.values,
        "places": {name: list(box) for name, box in measured.places.items()},
        "facts": picture.facts | measured.facts,
    }


def _unseen(view: memoryview, format_: str, capture: Capture, why: str) -> dict[str, Any]:
    """Return what is known of a picture that is not decoded: its size, as its head has it."""
    width, height = announced_size(view, format_)
    if capture.orientation >= _TURNED:
        width, height = height, width
    told = beyond(view, format_)
    form = {"mode": told.mode, "bits": told.bits} if told else {}
    return {"width": width, "height": height, "facts": {"undecoded": why, **form}}


def _vector(path: Path, view: memoryview, format_: str) -> dict[str, Any]:
    found = _probed(vector.probe(path, view, format_))
    facts = found["facts"]
    if facts.get("container") in {"dsc", "binary"} and "damaged" not in facts:
        facts |= _asked(path, view, facts)
    return found


def _asked(path: Path, view: memoryview, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Ghostscript tells of an EPS beside what reading it told, where it is installed."""
    followed = "paths" in known
    # Where pictures lie is told surely only by running the program.
    board = tuple(known["bounding_box"]) if not followed or known["raster"] else None
    if board is None and known["live_text"]:
        return {}
    said = asked(path, view, board)
    found = {name: True for name in ("raster", "live_text") if said.get(name)}
    if "paths" not in said:
        return found
    found["hidden_pictures"] = said.get("hidden_pictures", [])
    # Ghostscript's own EPS files do not say any more which filled paths were closed.
    untold = {"open_filled"} if "eps2write" in known.get("creator", "") else set()
    return found | ({} if followed else {name: 0 if name in untold else said[name] for name in COUNTS})


def _probed(probe: Any) -> dict[str, Any]:  # noqa: ANN401 - one shape, three dataclasses
    return {
        "width": probe.width,
        "height": probe.height,
        "measurements": probe.measurements,
        "facts": probe.facts,
    }


def _capture_to_json(capture: Capture) -> dict[str, Any]:
    values = dataclasses.asdict(capture)
    return values | {"taken": capture.taken.isoformat() if capture.taken else None}
