"""Rules of grain and of coding: noise, compression artefacts, banding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import PHOTOS, PICTURES, Hit, rule
from stockctl.check.thresholds import judge
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.check.asset import Asset


# Sensors' own noise shows from this ISO on.
HIGH_ISO = 800
# Luma, levels, below which a room's light on the screen hides grain.
BLACK = 8


@rule("IMG020", "noise", "Noise in flat areas", Severity.WARNING, kinds=PHOTOS)
def noise(asset: Asset) -> Iterator[Hit]:
    """Grain or coloured blotches show in the flattest places of the picture.

    Only flat places are asked, so leaves, sand and skin are not taken for
    noise. Where the file names no camera and no ISO of 800 and more, it has to
    be more: drawings and film have a grain that is meant; where it names a
    scanner, which takes film, it informs only. Where half of the
    picture is black, a camera's grain shows in the rest only, and more of it
    passes. Brightness and colour are measured apart, because they are mended
    apart: colour noise is refused sooner, and costs nothing to remove.

    To mend: colour noise reduction 25 to 50, luminance noise reduction 20 to
    40 with detail kept at 50; or scale down by a third.
    """
    iso = f" at ISO {asset.capture.iso}" if asset.capture.iso else ""
    grain, colour = judge(asset, "noise"), judge(asset, "chroma-noise")
    taken = asset.capture.from_camera or (asset.capture.iso or 0) >= HIGH_ISO
    if taken and "noise" not in asset.facts.get("limits", {}):
        low_key = asset.measurements.get("median", BLACK) < BLACK
        grain = grain or judge(asset, "noise-in-low-key" if low_key else "noise-of-a-camera")
    severity = Severity.INFO if asset.capture.scanned else None
    if colour:
        yield Hit(
            f"coloured noise in flat areas{iso}",
            "raise colour noise reduction to 25–50; it costs hardly any detail",
            *colour,
            asset.places.get("chroma_noise") or asset.places.get("noise"),
            severity=severity,
        )
    elif grain:
        yield Hit(
            f"noise in flat areas{iso}",
            "raise luminance noise reduction to 20–40, or scale down by a third",
            *grain,
            asset.places.get("noise"),
            severity=severity,
        )


# As coarse as a camera's own setting may be, as a multiple of quality 50: some reach 1.12 (quality 45).
CAMERA = 1.25
# Share of new colours below which a drawing has so few tones that they make combs of their own.
FEW_TONES = 0.03


@rule("IMG021", "compression-artefacts", "Compressed too hard, now or before", Severity.WARNING, kinds=PICTURES)
def compression_artefacts(asset: Asset) -> Iterator[Hit]:
    """The picture was once quantised as coarsely as a JPEG of quality 50 or less.

    The trace stays when it is saved again at a high quality: blocks and
    mosquito noise along edges are then part of the picture. A file that was
    saved once, at a camera's own coarse setting (quality 40 and more), passes.
    Of what is plainly drawn only the file's own setting is judged: its few
    tones make a rhythm of their own.

    To mend: export again from the raw file or the original at quality 95 and more.
    """
    found = judge(asset, "compression-artefacts")
    if found:
        value, limit = found
        now = asset.facts.get("quality")
        before = _quality(value)
        saved_once = now is not None and now <= before + 10
        if (saved_once and value <= CAMERA) or (_few_tones(asset) and not saved_once):
            return
        where = "saved" if saved_once else "once saved, before it was saved again,"
        yield Hit(
            f"{where} as a JPEG of about quality {before}",
            "export again from the raw file at quality 95 or more; saving again does not help",
            value,
            limit,
            asset.places.get("coding_step"),
        )


def _few_tones(asset: Asset) -> bool:
    return asset.drawn and asset.measurements.get("colours", 1.0) < FEW_TONES


def _quality(step: float) -> int:
    """Return libjpeg's quality for a step given as a multiple of that of quality 50."""
    return max(1, min(100, round(100 - 50 * step if step <= 1 else 50 / step)))


@rule("IMG022", "banding", "Steps in smooth tones", Severity.WARNING, kinds=PHOTOS)
def banding(asset: Asset) -> Iterator[Hit]:
    """Tones stand in steps instead of running smoothly, as after heavy editing in 8 bits.

    To mend: edit the raw file or a 16-bit TIFF, and convert to 8 bits last.
    """
    found = judge(asset, "banding")
    if found:
        value, limit = found
        yield Hit(
            "tones stand in steps: skies and walls show bands",
            "edit in 16 bits and convert to 8 bits last; a little grain hides what is left",
            value,
            limit,
            asset.places.get("banding"),
        )
