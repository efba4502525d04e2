"""Rules of a clip's form and motion: bits and colour that few can open, HDR, shake, flicker, frames twice, bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import Hit, rule
from stockctl.check.rules.weigh import said
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.check.asset import Asset

_VIDEO = frozenset({"video"})

# Thousandths of the width: of 19 real clips none moves so, of pans and sways made of photos at most 0.95; shaken by
# 3 of a thousand in the mean they have 3.2 and more.
SHAKE = 3.0
# Percent: of 19 real clips those of people, streets and drawings reach 0.19, a fire 1.8; light that goes up and down
# by 3 % has 2.0 and more.
FLICKER = 1.0
# Of 19 real clips those that were converted from another rate have 0.17 and more, others 0.07.
REPEATED = 0.1
BARS = 0.02
# Shares of a clip's time that stand still: of a moving clip that stops, and of one that holds a title or a still; and
# how much the picture that stands is like what moves beside it.
FROZEN, HELD, LIKE = 0.3, 0.2, 0.5


@rule("VID007", "video-form", "Coded in a form that few programs open, or in HDR", Severity.WARNING, kinds=_VIDEO)
def video_form(asset: Asset) -> Iterator[Hit]:
    """Whether an H.264 clip has 10 bits, 4:2:2 or 4:4:4, or a clip is in HDR (PQ or HLG).

    Browsers, televisions and many agencies' converters open H.264 only in 8
    bits and 4:2:0. HDR looks grey and flat where it is shown as ordinary
    video; its frames are not judged here. Mend it by exporting H.264 in 8 bits
    and 4:2:0, or ProRes, in Rec. 709.
    """
    facts = asset.facts
    if facts.get("transfer"):
        message = f"it is in HDR ({facts['transfer']}), which most see grey and flat; its frames are not judged here"
        yield Hit(message, "grade it in Rec. 709 and export it again")
    bits, chroma = facts.get("bits", 8), facts.get("chroma") or "4:2:0"
    if facts.get("codec") == "h264" and (bits > 8 or chroma != "4:2:0"):
        message = f"H.264 of {bits} bits in {chroma}, which many programs and browsers cannot open"
        yield Hit(message, "export it as H.264 in 8 bits and 4:2:0, or as ProRes 422 HQ")


@rule("VID008", "video-motion", "The clip shakes, flickers or shows frames twice", Severity.WARNING, kinds=_VIDEO)
def video_motion(asset: Asset) -> Iterator[Hit]:
    """Whether the clip shakes, its light flickers, or frames come twice; by up to 30 frames from its middle.

    A shake is a change of speed of the whole picture from frame to frame; even
    pans and drives have none. Frames that come twice are left by a change of the
    frame rate. A clip that stops and stands for a third of its time is told, by
    nine places evenly spread; titles and stills inform only, as flicker does:
    fire flickers too. Mend it by stabilising,
    by removing flicker, and by exporting in the rate that it was shot in.
    """
    found = asset.measurements
    shake, flicker, repeated = (found.get(name, 0.0) for name in ("shake", "flicker", "repeated"))
    if shake > SHAKE:
        message = f"it shakes: from frame to frame its speed changes by {said(shake)} thousandths of its width"
        yield Hit(message, "stabilise it, or take another cut", shake, SHAKE)
    if flicker > FLICKER:
        message = f"its brightness goes up and down by {said(flicker)} % from frame to frame"
        yield Hit(
            message, "remove the flicker, unless it is fire or the like", flicker, FLICKER, severity=Severity.INFO
        )
    if repeated > REPEATED:
        message = f"{round(repeated * 100)} % of its frames equal the one before"
        yield Hit(message, "export it in the frame rate that it was shot in", repeated, REPEATED)
    yield from _stands(asset)


def _stands(asset: Asset) -> Iterator[Hit]:
    share, moving, like = (asset.measurements.get(name, 0.0) for name in ("frozen", "moving", "frozen_like"))
    if share >= FROZEN and moving and like >= LIKE:
        message = f"it stands still for some {round(share * 100)} % of its time: the same frame again and again"
        yield Hit(message, "cut it where it stops, or export it again", share, FROZEN)
    elif share >= HELD:
        message = (
            f"it shows one still picture for some {round(share * 100)} % of its time, as titles and slide shows do"
        )
        yield Hit(message, "agencies want what moves: leave titles and stills out", share, HELD, severity=Severity.INFO)


@rule("VID009", "video-bars", "Black bars beside the picture", Severity.WARNING, kinds=_VIDEO)
def video_bars(asset: Asset) -> Iterator[Hit]:
    """Whether the picture lies between black bars, above and below or at both sides.

    Agencies want the picture to fill the frame. Mend it by cropping, or by
    exporting in the format that it was shot in.
    """
    share = asset.measurements.get("bars", 0.0)
    if share > BARS:
        message = f"black bars take {round(share * 100)} % of its frame"
        yield Hit(message, "crop it so that the picture fills the frame", share, BARS)


# Music and speech are published at -24 to -14 LUFS; below -35 a viewer hears hiss or nothing, above -7 it is pressed.
QUIET_LUFS, LOUD_LUFS = -35.0, -7.0


@rule("VID010", "video-sound", "The clip's sound is silent, very quiet or pressed loud", Severity.INFO, kinds=_VIDEO)
def video_sound(asset: Asset) -> Iterator[Hit]:
    """Whether the clip's own sound track is silent, below -35 LUFS or above -7 LUFS (EBU R 128, first two minutes).

    A track that holds nothing makes buyers search for a fault; one that is too
    loud has to be mixed again. It is listened to only where the program ffmpeg
    is installed; nothing is said elsewhere. Mend it by leaving the track out, or
    by exporting it at about -24 to -16 LUFS.
    """
    if not asset.facts.get("heard"):
        return
    loudness = asset.measurements.get("loudness")
    if loudness is None:
        yield Hit("its sound track is silent", "leave the track out, as most agencies ask")
    elif loudness < QUIET_LUFS:
        message = f"its sound is very quiet: {loudness:.1f} LUFS"
        yield Hit(message, "raise it, or leave the track out", loudness, QUIET_LUFS)
    elif loudness > LOUD_LUFS:
        message = f"its sound is pressed loud: {loudness:.1f} LUFS"
        yield Hit(message, "turn it down, at about -24 to -16 LUFS", loudness, LOUD_LUFS)
