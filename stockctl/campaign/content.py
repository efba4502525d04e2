"""A brief's points about the file itself: what can be judged of it, and what only a person sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.campaign.point import Point
from stockctl.campaign.profiles import chosen_networks
from stockctl.media.identify import Kind
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.campaign.brief import Brief
    from stockctl.campaign.profiles import Network
    from stockctl.check.asset import Asset

# Words of a content type that a file's shape or sound can contradict.
_PORTRAIT = re.compile(r"\b(vertical|portrait|reels?|shorts|stor(y|ies)|tiktok)\b", re.IGNORECASE)
_LANDSCAPE = re.compile(r"\b(horizontal|landscape|widescreen)\b", re.IGNORECASE)
_SQUARE = re.compile(r"\b(square)\b", re.IGNORECASE)
_HEARD = re.compile(
    r"\b(voice-?\s?overs?|talking|spoken|interview|testimonial|asmr|song|music|dance|podcast)\b", re.IGNORECASE
)
_FILM = re.compile(r"\b(videos?|clips?|film|vlog|unboxing|reels?|shorts|tutorial|dance)\b", re.IGNORECASE)
_STILL = re.compile(r"\b(photos?|pictures?|carousel|flat ?lay)\b", re.IGNORECASE)


def content(brief: Brief, asset: Asset) -> Iterator[Point]:
    """Yield the points about the file itself: kind, length, shape, sound, and what its type can be judged by."""
    if kinds := brief.kinds:
        if asset.kind in kinds:
            yield Point.met("content-kind", f"a {asset.kind}")
        else:
            wanted = " or ".join(kinds)
            yield Point.missed(
                "content-kind", f"this is a {asset.kind}; the brief wants {wanted}", f"make a {kinds[0]}"
            )
    yield from _duration(brief, asset)
    yield from _shape(brief, asset)
    yield from _sound(brief, asset)
    yield from _type(brief, asset)
    for network in chosen_networks(brief.networks):
        yield from _as_film(network, asset)
    for thing in brief.words("content.must_show"):
        yield Point("must-show", Severity.WARNING, f"it must show: {thing}", "nobody but you can see whether it does")


def _duration(brief: Brief, asset: Asset) -> Iterator[Point]:
    limits = brief.get("content.duration_s")
    if limits is None or asset.kind not in {Kind.VIDEO, Kind.AUDIO}:
        return
    low, high = limits
    length = asset.facts.get("duration_s")
    if not length:
        yield Point.missed("video-duration", "the file does not say how long it runs", "export it again")
    elif length < low:
        yield Point.missed(
            "video-duration", f"{length:g} s; at least {low:g} s are wanted", f"make it {low - length:.1f} s longer"
        )
    elif length > high:
        yield Point.missed(
            "video-duration", f"{length:g} s; at most {high:g} s are wanted", f"cut {length - high:.1f} s"
        )
    else:
        yield Point.met("video-duration", f"{length:g} s, within {low:g}–{high:g} s")


def _shape(brief: Brief, asset: Asset) -> Iterator[Point]:
    width, height = asset.width, asset.height
    least = brief.get("content.min_width") or 0, brief.get("content.min_height") or 0
    wanted = brief.get("content.orientation")
    if not width or not height:
        if wanted or any(least):
            yield Point.missed("resolution", "the file's size in pixels cannot be told", "export it again")
        return
    shape = _shape_of(asset)
    if wanted and shape == wanted:
        yield Point.met("orientation", f"{shape}, {width} × {height}")
    elif wanted:
        yield Point.missed(
            "orientation", f"{shape} ({width} × {height}); the brief wants {wanted}", f"crop or film it {wanted}"
        )
    if any(least):
        if width >= least[0] and height >= least[1]:
            yield Point.met("resolution", f"{width} × {height} pixels")
        else:
            said = f"{width} × {height} pixels; at least {least[0]} × {least[1]} are wanted"
            yield Point.missed("resolution", said, "export it larger from the original; enlarging does not help")


def _sound(brief: Brief, asset: Asset) -> Iterator[Point]:
    wanted = brief.get("content.sound")
    if wanted is None or asset.kind != Kind.VIDEO:
        return
    has = bool(asset.facts.get("audio"))
    if has == wanted:
        yield Point.met("sound", "it has a sound track" if has else "it is silent")
    elif wanted:
        yield Point.missed("sound", "it has no sound track; the brief wants sound", "export it with its sound")
    else:
        yield Point.missed("sound", "it has a sound track; the brief wants none", "export it without sound")


def _type(brief: Brief, asset: Asset) -> Iterator[Point]:
    """Yield what the file says against the type that the brand names; what it leaves open is a person's to see."""
    named = brief.get("content.type")
    if not named:
        return
    against = list(_against(named, asset, brief))
    for said, hint in against:
        yield Point("content-type", Severity.WARNING, f"the brief calls it {named}: {said}", hint)
    if not against:
        yield Point.met("content-type", f"{named}: nothing in the file speaks against it; the rest only you can see")


def _against(named: str, asset: Asset, brief: Brief) -> Iterator[tuple[str, str]]:
    shapes = [
        shape
        for shape, words in (("portrait", _PORTRAIT), ("landscape", _LANDSCAPE), ("square", _SQUARE))
        if words.search(named)
    ]
    shape = _shape_of(asset)
    if shapes and shape and shape not in shapes and not brief.get("content.orientation"):
        yield f"this is {shape}", f"crop or film it {shapes[0]}"
    if asset.kind == Kind.VIDEO and _HEARD.search(named) and not asset.facts.get("audio"):
        yield "this has no sound track", "export it with its sound"
    if not brief.kinds:
        if asset.kind == Kind.PHOTO and _FILM.search(named) and not _STILL.search(named):
            yield "this is a photo", "make a clip"
        if asset.kind == Kind.VIDEO and _STILL.search(named) and not _FILM.search(named):
            yield "this is a clip", "make a photo"


def _shape_of(asset: Asset) -> str:
    width, height = asset.width, asset.height
    if not width or not height:
        return ""
    return "square" if width == height else "landscape" if width > height else "portrait"


def _as_film(network: Network, asset: Asset) -> Iterator[Point]:
    """Yield a network's own limits on clips: length and shape; those that are official block, others warn."""
    if asset.kind != Kind.VIDEO:
        return
    length, limits = asset.facts.get("duration_s"), network.limit("video_s")
    if length and limits is not None:
        low, high = limits.value
        if low <= length <= high:
            yield Point.met("network-limit", f"{network.title}: {length:g} s, within {low:g}–{high:g} s")
        else:
            severity = Severity.ERROR if limits.official else Severity.WARNING
            said = f"{network.title} takes clips of {low:g} to {high:g} s; this has {length:g} s"
            hint = f"cut {length - high:.1f} s" if length > high else f"make it {low - length:.1f} s longer"
            yield Point("network-limit", severity, said, hint)
    shapes, shape = network.limit("shapes"), _shape_of(asset)
    if shapes is not None and shape and shape not in shapes.value:
        severity = Severity.ERROR if shapes.official else Severity.WARNING
        said = f"{network.title} takes {' or '.join(shapes.value)} clips; this is {shape}"
        yield Point("network-limit", severity, said, f"crop or film it {shapes.value[0]}")
