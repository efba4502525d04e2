"""Rules of the file itself: its format, its size in pixels and bytes, its name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from stockctl.agencies.names import upload_name
from stockctl.check.rules.registry import PICTURES, Hit, rule
from stockctl.check.rules.weigh import MB, MIB, said, weight
from stockctl.media.identify import SUFFIXES
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency, Limit
    from stockctl.check.asset import Asset

_SIZED = PICTURES | {"vector"}


@rule("AGY001", "unaccepted-format", "The agency does not take this format", Severity.ERROR, per_agency=True)
def unaccepted_format(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the agency takes files of this format for this kind.

    It goes by what the file is, not by its name. PNG pictures are taken by some
    agencies only where they have transparency, TIFF files only without layers.
    Mend it by exporting in a format that the agency takes.
    """
    limit = agency.limit(f"formats.{asset.kind}")
    if limit is not None and asset.format not in limit.value:
        yield Hit(f"{asset.format} is not taken", f"export it as {' or '.join(limit.value)}", severity=weight(limit))
    elif asset.format == "png":
        limit = agency.limit("image.png_transparency")
        if limit is not None and limit.value == "required" and asset.facts.get("alpha") is False:
            message = "PNG is taken only where it has transparency"
            yield Hit(message, "export it as jpeg, or cut the subject out", severity=weight(limit))
    elif asset.facts.get("layers"):
        limit = agency.limit("image.layers")
        if limit is not None and limit.value is False:
            yield Hit("layers are not taken", "flatten it", severity=weight(limit))


@rule(
    "IMG001",
    "too-few-pixels",
    "Fewer pixels than the agency takes",
    Severity.ERROR,
    kinds=_SIZED,
    per_agency=True,
    needs=("image.min_mp", "vector.min_mp", "image.min_long_px", "image.min_width_px"),
)
def too_few_pixels(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the picture, or a vector's artboard, has the pixels that the agency asks for.

    Megapixels are width × height / 10^6; a vector's artboard counts one pixel
    for a point. Go back to the original and export it larger: pixels that are
    made by scaling up are refused too. An artboard may be enlarged without loss.
    """
    if not asset.width:
        return
    part = "vector" if asset.kind == "vector" else "image"
    larger = "enlarge the artboard" if part == "vector" else "export it larger from the original, without scaling up"
    limit = agency.limit(f"{part}.min_mp")
    # A drawing of scalable units has no pixels of its own: SVG is not held to an artboard.
    if limit is not None and asset.format != "svg" and asset.width * asset.height < limit.value * 1e6:
        mp = asset.megapixels
        yield Hit(f"{said(mp)} MP, needs {limit.value:g} MP", larger, round(mp, 2), limit.value, severity=weight(limit))
    if part == "image":
        yield from _too_short(asset, agency)


def _too_short(asset: Asset, agency: Agency) -> Iterator[Hit]:
    long, short = max(asset.width, asset.height), min(asset.width, asset.height)
    needed = agency.limit("image.min_long_px")
    if needed is not None and long < needed.value:
        hint = "export it larger from the original"
        message = f"its longer side has {long} pixels, needs {needed.value}"
        yield Hit(message, hint, long, needed.value, severity=weight(needed))
    width, height = agency.limit("image.min_width_px"), agency.limit("image.min_height_px")
    if width is not None and height is not None:
        sides = sorted((width.value, height.value))
        if short < sides[0] or long < sides[1]:
            message = f"{asset.width}×{asset.height}, needs {sides[1]}×{sides[0]} pixels"
            yield Hit(message, "export it larger from the original", short, sides[0], severity=weight(width))


@rule(
    "IMG002",
    "too-many-pixels",
    "More pixels than the agency takes",
    Severity.ERROR,
    kinds=_SIZED,
    per_agency=True,
    needs=("image.max_mp", "vector.max_mp", "image.max_long_px"),
)
def too_many_pixels(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the picture, or a vector's artboard, is within the largest size that the agency takes.

    Mend it by exporting it smaller.
    """
    if not asset.width:
        return
    part = "vector" if asset.kind == "vector" else "image"
    limit = agency.limit(f"{part}.max_mp")
    if limit is not None and asset.width * asset.height > limit.value * 1e6 and asset.format != "svg":
        mp = asset.megapixels
        message = f"{said(mp)} MP, at most {limit.value:g} MP"
        yield Hit(message, "export it smaller", round(mp, 2), limit.value, severity=weight(limit))
    limit = agency.limit("image.max_long_px")
    if part == "image" and limit is not None and max(asset.width, asset.height) > limit.value:
        long = max(asset.width, asset.height)
        message = f"its longer side has {long} pixels, at most {limit.value}"
        yield Hit(message, "export it smaller", long, limit.value, severity=weight(limit))


@rule(
    "AGY002",
    "file-too-large",
    "More bytes than the agency takes",
    Severity.ERROR,
    per_agency=True,
    needs=("image.max_mb", "image.max_mb_tiff", "psd.max_mb", "vector.max_mb", "video.max_mb", "audio.max_mb"),
)
def file_too_large(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the file is within the agency's size in megabytes.

    Agencies do not say whether their megabyte has 1,000,000 or 1,048,576 bytes:
    between the two it is a warning. Mend it with a higher compression, or with
    fewer seconds of video.
    """
    limit = _most_bytes(asset, agency)
    if limit is None or asset.bytes <= limit.value * MB:
        return
    severity = weight(limit) if asset.bytes > limit.value * MIB else Severity.WARNING
    size = asset.bytes / MB
    hint = "export it with a higher compression"
    yield Hit(f"{said(size)} MB, at most {limit.value:g} MB", hint, round(size, 2), limit.value, severity=severity)


def _most_bytes(asset: Asset, agency: Agency) -> Limit | None:
    if asset.kind not in PICTURES:
        return agency.limit(f"{asset.kind}.max_mb")
    own = {"tiff": "image.max_mb_tiff", "psd": "psd.max_mb"}.get(asset.format)
    return (own and agency.limit(own)) or agency.limit("image.max_mb")


@rule(
    "AGY003",
    "file-too-small",
    "Fewer bytes than the agency takes",
    Severity.WARNING,
    kinds=PICTURES,
    per_agency=True,
    needs=("image.min_mb", "psd.min_mb"),
)
def file_too_small(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the file has the least size in megabytes that the agency asks for.

    A small file of many pixels has been compressed hard. Mend it by exporting
    it in a higher quality. Nothing is said of a file that breaks off: what is
    there of it is no measure.
    """
    if asset.facts.get("damaged"):
        return
    limit = agency.limit("psd.min_mb" if asset.format == "psd" else "image.min_mb")
    if limit is not None and asset.bytes < limit.value * MB:
        size = asset.bytes / MB
        message = f"{said(size)} MB, needs {limit.value:g} MB"
        yield Hit(message, "export it in a higher quality", round(size, 2), limit.value, severity=weight(limit))


@rule(
    "AGY004",
    "jpeg-quality",
    "A JPEG in a lower quality or another form than the agency takes",
    Severity.WARNING,
    kinds=PICTURES,
    per_agency=True,
    needs=("image.jpeg_quality_min", "image.jpeg_baseline"),
)
def jpeg_quality(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the JPEG was saved in the quality that the agency asks for, and as a baseline JPEG where it wants that.

    The quality is read off the file's own tables and given in libjpeg's scale,
    which other programs' percent do not quite follow: so it only warns. Mend it
    by exporting it again from the original, without "progressive".
    """
    limit = agency.limit("image.jpeg_quality_min")
    quality = asset.facts.get("quality")
    if limit is not None and quality and asset.format == "jpeg" and quality < limit.value:
        message = f"saved in quality {quality:.0f}, needs {limit.value:g}"
        yield Hit(message, "export it again from the original, in a higher quality", quality, limit.value)
    if asset.facts.get("progressive") and agency.flag("image.jpeg_baseline"):
        yield Hit("a progressive JPEG, baseline is asked for", "export it again without 'progressive'")


# One family by their insides: a file of one that is called like another is read all the same.
_SAME_INSIDE = frozenset({"mp4", "mov", "m4a"})


@rule("FIL001", "not-what-its-name-says", "The name's ending promises another format", Severity.ERROR)
def not_what_its_name_says(asset: Asset) -> Iterator[Hit]:
    """Whether the file is of the format that its name's ending promises.

    Agencies sort files by their ending and refuse what is something else
    inside. Mend it by giving it the right ending, or by exporting it again.
    """
    suffix = asset.path.suffix.lower()
    promised = SUFFIXES.get(suffix)
    if promised == asset.format:
        return
    if promised is None:
        message = f"its name has no ending that says {asset.format}"
        yield Hit(message, "rename it", severity=Severity.WARNING)
        return
    severity = Severity.WARNING if {promised, asset.format} <= _SAME_INSIDE else Severity.ERROR
    yield Hit(f"it is called {suffix} and is {asset.format} inside", "give it the right ending", severity=severity)


@rule("FIL002", "several-pictures", "More than one picture in the file", Severity.WARNING, kinds=PICTURES)
def several_pictures(asset: Asset) -> Iterator[Hit]:
    """Whether a TIFF has several pages, or the picture moves.

    Agencies take the first picture or refuse the file; only the first is
    judged here. Mend it by exporting each page as a file of its own.
    """
    count = asset.facts.get("pictures", 1)
    # A JPEG's further pictures are previews and gain maps, a PSD's its layers.
    if count > 1 and asset.format not in {"jpeg", "psd"}:
        yield Hit(f"it holds {count} pictures", "export each as a file of its own", count, 1)


@rule("FIL003", "not-decoded", "The picture could not be looked at", Severity.WARNING, kinds=PICTURES)
def not_decoded(asset: Asset) -> Iterator[Hit]:
    """Whether the picture could be decoded here.

    Where it is too large or in a format that cannot be read, its pixels are not
    judged, and an agency may fail on it too. Mend it by exporting it as JPEG,
    smaller where its size is the reason.
    """
    why = asset.facts.get("undecoded")
    if why:
        yield Hit(f"not looked at: {why}", "export it as jpeg, smaller if need be")


@rule("FIL004", "unusual-coding", "A JPEG that most programs cannot open", Severity.WARNING, kinds=PICTURES)
def unusual_coding(asset: Asset) -> Iterator[Hit]:
    """Whether a JPEG is coded arithmetically, which the standard allows and browsers do not read.

    Mend it by exporting it again as plain JPEG.
    """
    if asset.facts.get("coding"):
        yield Hit(
            f"its coding is {asset.facts['coding']}: browsers and agencies cannot open it", "export it again as jpeg"
        )


# What a file system, a server or a sheet stumbles over, whatever the agency.
_TROUBLE = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*]|^[ .-]|[ .]$")


_PLAIN = re.compile("[A-Za-z0-9_][A-Za-z0-9_-]*")


@rule("NAM001", "bad-file-name", "The agency takes other file names", Severity.INFO, per_agency=True)
def bad_file_name(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the agency takes the file's name: its characters, its length, no other file of that name.

    Nothing has to be done: `stockctl submit` uploads it under the name that the
    hint proposes, with a number where that is another file's there, and leaves
    the file on disk as it is. Rename it only where you upload by hand.
    """
    name, stem = asset.path.name, asset.path.stem
    longest, allowed = agency.limit("filename.max"), agency.limit("filename.characters")
    if allowed is not None and allowed.disputed:
        allowed = None
    namesakes = asset.facts.get("same_name")
    # Most names are plain and short, and what an agency makes of them need not be asked.
    plain = _PLAIN.fullmatch(stem) if allowed is None else not _outside(allowed.value).search(stem)
    if plain and not namesakes and (longest is None or len(name) <= longest.value):
        return
    fit = upload_name(agency, asset.path, asset.format, asset.media_id)
    hint = f"submit uploads it as {fit}; rename it where you upload by hand"
    if longest is not None and len(name) > longest.value:
        message = f"the name has {len(name)} characters, at most {longest.value}"
        yield Hit(message, hint, len(name), longest.value)
    if allowed is not None:
        strange = "".join(dict.fromkeys(_outside(allowed.value).findall(stem)))
        if strange:
            yield Hit(f"the name has {_shown(strange)}, which is not taken", hint)
    elif _TROUBLE.search(stem) or not stem.isascii():
        yield Hit("the name has characters that servers spoil", hint)
    for other in namesakes or ():
        if upload_name(agency, PurePath(other), asset.format, "").lower() == fit.lower():
            second = upload_name(agency, asset.path, asset.format, asset.media_id, {fit.lower()})
            yield Hit(f"{other} would have the same name there", f"submit calls the later of the two {second}")


@cache
def _outside(allowed: str) -> re.Pattern[str]:
    return re.compile(f"[^{allowed}]")


def _shown(characters: str) -> str:
    """Return the first few characters in quotation marks, what cannot be seen by its number."""
    shown = [f"'{one}'" if one.isprintable() else f"U+{ord(one):04X}" for one in characters[:5]]
    return " ".join(shown) + (" …" if len(characters) > 5 else "")
