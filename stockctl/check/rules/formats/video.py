"""Rules of video: length, size, frame rate, codec, sound, and what its frames look like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockctl.check.rules.registry import Hit, rule
from stockctl.check.rules.weigh import said, weight
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset

_VIDEO = frozenset({"video"})

# 23.976 is written 23.98, 59.94 is 60000/1001: rates this close are one rate.
_SAME_RATE = 0.02
# A frame more or less is nobody's fault.
_SECONDS_OFF = 0.05


@rule(
    "VID001",
    "video-length",
    "Shorter or longer than the agency takes",
    Severity.ERROR,
    kinds=_VIDEO,
    per_agency=True,
    needs=("video.min_s", "video.max_s"),
)
def video_length(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the clip runs for as many seconds as the agency takes.

    Mend it by cutting it, or by cutting several clips of it.
    """
    seconds = asset.facts.get("duration_s")
    if not seconds:
        return
    least, most = agency.limit("video.min_s"), agency.limit("video.max_s")
    if least is not None and seconds < least.value - _SECONDS_OFF:
        message = f"{said(seconds)} s, needs {least.value:g} s"
        yield Hit(message, "take a longer cut", seconds, least.value, severity=weight(least))
    if most is not None and seconds > most.value + _SECONDS_OFF:
        message = f"{said(seconds)} s, at most {most.value:g} s"
        yield Hit(message, "cut it, or make several clips of it", seconds, most.value, severity=weight(most))


@rule(
    "VID002",
    "video-resolution",
    "A frame size that the agency does not take",
    Severity.ERROR,
    kinds=_VIDEO,
    per_agency=True,
    needs=("video.resolutions", "video.min_height_px", "video.min_width_px", "video.max_width_px", "video.avoid"),
)
def video_resolution(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the clip's frame size is among those that the agency takes.

    Some agencies list the sizes, some give the least, or the least and the
    most width. Upright and square clips, where an agency asks to avoid them,
    warn. Mend it by exporting it from the original in one of the sizes;
    scaling up is refused.
    """
    if not asset.width:
        return
    size = f"{asset.width}×{asset.height}"
    listed = agency.limit("video.resolutions")
    if listed is not None and f"{asset.width}x{asset.height}" not in listed.value:
        sizes = ", ".join(listed.value).replace("x", "×")
        yield Hit(f"{size}, taken are {sizes}", "export it in one of these", severity=weight(listed))
    least = agency.limit("video.min_height_px")
    short = min(asset.width, asset.height)
    if least is not None and short < least.value:
        message = f"{size}, needs {least.value} lines"
        yield Hit(message, "export it larger from the original", short, least.value, severity=weight(least))
    yield from _width(asset, agency, size)
    avoided = agency.limit("video.avoid")
    shape = "square" if asset.width == asset.height else "vertical" if asset.height > asset.width else ""
    if avoided is not None and shape in avoided.value:
        message = f"{size}: {agency.title} asks to avoid {shape} clips"
        yield Hit(message, "send it where upright clips are wanted", severity=Severity.WARNING)


def _width(asset: Asset, agency: Agency, size: str) -> Iterator[Hit]:
    # Of an upright clip it is the longer side: agencies name widths as films have them.
    wide = max(asset.width, asset.height)
    least, most = agency.limit("video.min_width_px"), agency.limit("video.max_width_px")
    if least is not None and wide < least.value:
        message = f"{size}, needs a width of {least.value}"
        yield Hit(message, "export it larger from the original", wide, least.value, severity=weight(least))
    if most is not None and wide > most.value:
        yield Hit(f"{size}, at most {most.value} wide", "export it smaller", wide, most.value, severity=weight(most))


@rule(
    "VID003",
    "video-frame-rate",
    "A frame rate that the agency does not take",
    Severity.ERROR,
    kinds=_VIDEO,
    per_agency=True,
    needs=("video.fps",),
)
def video_frame_rate(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the clip's frames per second are among those that the agency takes.

    23.976 and 23.98 are one rate. Mend it by exporting it in a rate that is
    taken, best in the one that it was shot in.
    """
    rate, limit = asset.facts.get("fps"), agency.limit("video.fps")
    if limit is not None and rate and not any(abs(rate - taken) <= _SAME_RATE for taken in limit.value):
        message = f"{said(rate)} frames a second, taken are {', '.join(f'{taken:g}' for taken in limit.value)}"
        yield Hit(message, "export it in one of these", rate, severity=weight(limit))


@rule(
    "VID004",
    "video-codec",
    "A codec that the agency does not take",
    Severity.ERROR,
    kinds=_VIDEO,
    per_agency=True,
    needs=("video.codecs", "video.scan", "video.audio_codecs", "video.audio_hz", "video.audio_bits"),
)
def video_codec(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the clip is coded in a way that the agency takes, and progressive where that is asked for.

    Of the sound track it is the codec, the rate and the bits, where the agency
    says something of them; what is heard in it is not judged. Mend it by
    exporting it as H.264 or ProRes, which nearly all take.
    """
    codec, limit = asset.facts.get("codec"), agency.limit("video.codecs")
    if limit is not None and codec and codec not in limit.value:
        message = f"coded as {codec}, taken are {', '.join(limit.value)}"
        yield Hit(message, f"export it as {limit.value[0]}", severity=weight(limit))
    scan, wanted = asset.facts.get("scan"), agency.limit("video.scan")
    if wanted is not None and scan and scan != wanted.value:
        yield Hit(f"{scan}, {wanted.value} is asked for", "deinterlace it", severity=weight(wanted))
    yield from _sound(asset.facts.get("audio") or {}, agency)


def _sound(track: Mapping[str, Any], agency: Agency) -> Iterator[Hit]:
    for key, unit, name in (
        ("codec", "", "audio_codecs"),
        ("rate_hz", " Hz", "audio_hz"),
        ("bits", " bits", "audio_bits"),
    ):
        value, limit = track.get(key), agency.limit(f"video.{name}")
        if limit is not None and value and value not in limit.value:
            taken = ", ".join(str(one) for one in limit.value)
            hint = "export its sound so, or leave it out"
            yield Hit(f"its sound: {value}{unit}, taken is {taken}{unit}", hint, severity=weight(limit))


@rule("VID005", "video-picture", "Frames that are black, clipped or soft", Severity.WARNING, kinds=_VIDEO)
def video_picture(asset: Asset) -> Iterator[Hit]:
    """Whether frames from the beginning, the middle and the end can be looked at.

    Three frames are decoded. Black ones at the ends are fades that reviewers
    want cut off; all of them clipped or soft is a fault of the clip. Where none
    can be decoded the clip is broken, or coded in a way that only its maker reads.
    """
    found = asset.measurements
    count = int(found.get("frames", -1))
    if count == 0:
        yield Hit("no frame of it can be decoded", "play it through before you send it")
    elif count > 0:
        black, clipped, soft = (int(found[name]) for name in ("black_frames", "clipped_frames", "soft_frames"))
        if black:
            yield Hit(f"{black} of {count} frames are black", "cut the fade off", black)
        if clipped == count:
            yield Hit("its highlights are clipped all through", "grade it darker from the original", clipped)
        if soft == count:
            yield Hit("it is soft all through", "look at it at 100 %", soft)


@rule("VID006", "video-variable-rate", "Frames come at a changing rate", Severity.WARNING, kinds=_VIDEO)
def video_variable_rate(asset: Asset) -> Iterator[Hit]:
    """Whether the clip's frames come at a changing rate, as phones and screen recorders write them.

    Editors stumble over it and agencies refuse it. Mend it by exporting it in
    a constant frame rate.
    """
    if asset.facts.get("variable_rate"):
        yield Hit("its frame rate changes", "export it in a constant frame rate")
