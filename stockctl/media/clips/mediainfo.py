"""What libmediainfo tells of video and audio, in the words that agencies' files use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from stockctl.files.opening import open_bytes
from stockctl.media.probe import MAX_BYTES

if TYPE_CHECKING:
    from pathlib import Path

# libmediainfo's name of a format → ours; its codec id decides where one name means several.
_CODECS = {
    "AVC": "h264",
    "HEVC": "h265",
    "ProRes": "prores",
    "JPEG": "mjpeg",
    "PNG": "png",
    "DV": "dv",
    "VC-1": "wmv3",
    "Sorenson 1": "svq1",
    "Sorenson Spark": "flv",
    "AV1": "av1",
    "VP8": "vp8",
    "VP9": "vp9",
}


def video_facts(file: BinaryIO) -> tuple[int, int, dict[str, Any]]:
    """Return width and height as shown (turned upright), and the facts of the first picture track.

    Facts: `container`, `codec`, `duration_s`, `fps`, `variable_rate`, `scan`,
    `bits`, `chroma` (4:2:0, …, or RGB; empty where not told), `profile` (of the
    codec), `transfer` (PQ or HLG of a picture in HDR, else empty), `bit_rate`,
    `picture_tracks`, and `audio` (None, or its `codec`, `rate_hz`, `bits`,
    `channels`); `damaged` where no picture track is found.
    """
    tracks = _tracks(file)
    general = tracks.get("General", [{}])[0]
    pictures = tracks.get("Video", [])
    facts: dict[str, Any] = {"container": str(general.get("format") or ""), "picture_tracks": len(pictures)}
    if not pictures:
        return 0, 0, facts | {"damaged": "no picture track can be found in it"}
    track = pictures[0]
    duration = _number(track.get("duration")) or _number(general.get("duration"))
    facts |= {
        "codec": _codec(track),
        "duration_s": round(duration / 1000, 3),
        "fps": _number(track.get("frame_rate")),
        "variable_rate": track.get("frame_rate_mode") == "VFR",
        "scan": {"Interlaced": "interlaced", "MBAFF": "interlaced", "PAFF": "interlaced"}.get(
            str(track.get("scan_type")), "progressive"
        ),
        "bits": int(_number(track.get("bit_depth"))) or 8,
        "chroma": "RGB" if track.get("color_space") == "RGB" else str(track.get("chroma_subsampling") or ""),
        "profile": str(track.get("format_profile") or "").partition("@")[0],
        "transfer": _hdr(track),
        "bit_rate": int(_number(track.get("bit_rate"))),
        "audio": _sound(tracks),
    }
    if str(general.get("istruncated") or "").lower() == "yes":
        facts["damaged"] = "it is cut off: the file is shorter than its index says"
    elif not facts["duration_s"]:
        facts["damaged"] = "its index is missing or broken: it does not say how long it runs"
    width, height = int(_number(track.get("width"))), int(_number(track.get("height")))
    if round(_number(track.get("rotation"))) % 180 == 90:
        width, height = height, width
    return width, height, facts


def audio_facts(path: Path) -> dict[str, Any]:
    """Return `codec`, `rate_hz`, `bits`, `channels` and `duration_s` of the first sound track.

    `damaged` is there where no sound track is found.
    """
    with open_bytes(path) as file:
        tracks = _tracks(file)
    sound = _sound(tracks)
    if sound is None:
        return {"damaged": "no sound can be found in it"}
    general = tracks.get("General", [{}])[0]
    duration = _number(tracks["Audio"][0].get("duration")) or _number(general.get("duration"))
    return {**sound, "duration_s": round(duration / 1000, 3)}


class _Bounded:
    """A file of which a library reads no more than any probe may: a damaged index can send it round for ever."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = MAX_BYTES
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int) -> bytes:
        """Return the next bytes; none when there were enough."""
        found = self._file.read(min(size, self._left))
        self._left -= len(found)
        return found


def _tracks(file: BinaryIO) -> dict[str, list[dict[str, Any]]]:
    from pymediainfo import MediaInfo

    found: dict[str, list[dict[str, Any]]] = {}
    try:
        # The lowest speed setting reads heads and indexes only, whatever the length.
        parsed = MediaInfo.parse(_Bounded(file), parse_speed=0)
    except (OSError, RuntimeError, FileNotFoundError):
        return found
    for track in parsed.tracks:
        found.setdefault(track.track_type, []).append(track.to_data())
    return found


def _sound(tracks: dict[str, list[dict[str, Any]]]) -> dict[str, Any] | None:
    if not tracks.get("Audio"):
        return None
    track = tracks["Audio"][0]
    return {
        "codec": str(track.get("format") or "").lower(),
        "rate_hz": int(_number(track.get("sampling_rate"))),
        "bits": int(_number(track.get("bit_depth"))),
        "channels": int(_number(track.get("channel_s"))),
    }


def _hdr(track: dict[str, Any]) -> str:
    """Return which transfer of HDR a picture track has (ITU-R BT.2100): PQ, HLG, or none."""
    said = " ".join(str(track.get(name) or "") for name in ("transfer_characteristics", "hdr_format"))
    return "PQ" if "PQ" in said or "2084" in said or "Dolby Vision" in said else "HLG" if "HLG" in said else ""


def _codec(track: dict[str, Any]) -> str:
    name, id_ = str(track.get("format") or ""), str(track.get("codec_id") or "")
    if name == "MPEG Video":
        return "mpeg1" if "1" in str(track.get("format_version") or "") else "mpeg2"
    if name == "MPEG-4 Visual":
        return "msmpeg4" if id_.upper() in {"MP41", "MP42", "MP43", "DIV3", "MPG4"} else "mpeg4"
    return _CODECS.get(name, (name or id_).lower().replace(" ", "-"))


def _number(value: Any) -> float:  # noqa: ANN401 - texts and numbers, as the library has them
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0
