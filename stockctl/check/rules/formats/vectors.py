"""Rules of vectors and their companions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.check.rules.registry import Hit, rule
from stockctl.check.rules.weigh import said, weight
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset

# A preview this much wider or narrower than its artboard shows something else.
_ASPECT_OFF = 0.02


@rule(
    "VEC001",
    "missing-companion",
    "The file that must go with it is not there",
    Severity.ERROR,
    per_agency=True,
    needs=("vector.companion", "psd.companion"),
)
def missing_companion(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the JPEG that the agency wants with a vector or a PSD file lies beside it.

    It must have the same name, but for the ending, and lie in the same folder;
    `submit` then sends both, as a ZIP or into the agency's additional folder
    where that is wanted. Its size must be the agency's, and its shape the
    artboard's. Mend it by exporting a JPEG preview.
    """
    if asset.kind == "vector":
        limit = agency.limit("vector.companion")
    elif asset.format == "psd":
        limit = agency.limit("psd.companion")
    else:
        return
    formats = agency.formats(asset.kind)
    if limit is None or limit.value == "none" or (formats and asset.format not in formats):
        return
    if not asset.facts.get("companion"):
        hint = f"export a preview: {asset.path.stem}.jpg"
        yield Hit("no JPEG of the same name lies beside it", hint, severity=weight(limit))
    elif size := asset.facts.get("companion_size"):
        if all(size):
            yield from _preview(asset, agency)
        else:
            # A broken one may have no size.
            yield Hit("its JPEG cannot be read", "export the preview again", severity=weight(limit))


def _preview(asset: Asset, agency: Agency) -> Iterator[Hit]:
    width, height = asset.facts["companion_size"]
    least = agency.limit("vector.preview_min_mp")
    if least is not None and width * height < least.value * 1e6:
        mp = width * height / 1e6
        message = f"its JPEG has {said(mp)} MP, needs {least.value:g} MP"
        yield Hit(message, "export the preview larger", round(mp, 2), least.value, severity=weight(least))
    sides = [agency.limit("vector.preview_min_width_px"), agency.limit("vector.preview_min_height_px")]
    if sides[0] is not None and sides[1] is not None:
        short, long = sorted((sides[0].value, sides[1].value))
        if min(width, height) < short or max(width, height) < long:
            message = f"its JPEG has {width}×{height} pixels, needs {long}×{short}"
            yield Hit(message, "export the preview larger", min(width, height), short, severity=weight(sides[0]))
    if asset.width and asset.height and abs(width / height / (asset.width / asset.height) - 1) > _ASPECT_OFF:
        message = f"its JPEG has another shape ({width}×{height}) than its artboard ({asset.width}×{asset.height})"
        yield Hit(message, "export the preview from the same artboard", severity=Severity.WARNING)


@rule("VEC002", "vector-content", "The vector holds what agencies refuse", Severity.WARNING, kinds={"vector"})
def vector_content(asset: Asset) -> Iterator[Hit]:
    """Whether a vector holds live text, pictures of pixels, scripts or links.

    Text needs the buyer's fonts: turn it into outlines. Pixels do not scale:
    trace them or take them out. Scripts and links are refused everywhere.
    """
    facts = asset.facts
    if facts.get("live_text"):
        yield Hit("it holds live text", "turn text into outlines")
    if facts.get("raster"):
        yield Hit("it holds a picture made of pixels", "trace it, or take it out")
    if facts.get("scripts"):
        yield Hit("it holds scripts", "take them out", severity=Severity.ERROR)
    if facts.get("links"):
        yield Hit("it points to files elsewhere", "embed or remove what is linked", severity=Severity.ERROR)


_VERSION = re.compile(r"Illustrator\D{0,6}(\d{1,2})(?:\.|\b)")
_ASKED = re.compile(r"Illustrator (?:8 or )?(\d{1,2})\b")


@rule(
    "VEC003",
    "vector-version",
    "Written by a newer Illustrator than asked for",
    Severity.WARNING,
    kinds={"vector"},
    per_agency=True,
    needs=("vector.eps",),
)
def vector_version(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether an EPS file was saved for the version of Illustrator that the agency asks for.

    The version is the one that the file's Creator comment names. Mend it in
    Illustrator: Save as EPS, Version: Illustrator 10.
    """
    limit = agency.limit("vector.eps")
    if limit is None or asset.format != "eps":
        return
    asked, found = _ASKED.search(limit.value), _VERSION.search(str(asset.facts.get("creator", "")))
    # Files saved for an older version name their own maker, too: only a warning, whatever the source.
    if asked and found and int(found[1]) > int(asked[1]):
        message = f"saved by Illustrator {found[1]}, {limit.value} is asked for"
        yield Hit(message, "save as EPS, version Illustrator 10", int(found[1]), int(asked[1]))


# An illustration of a hundred thousand nodes is drawn by hand by nobody, and slow to open; crumbs that are a third of
# several hundred paths are what tracing a photo leaves.
MANY_NODES, MANY_PATHS, CRUMBS = 100_000, 300, 0.33


@rule("VEC004", "vector-paths", "Open paths, stray points or a tracing's crumbs", Severity.INFO, kinds={"vector"})
def vector_paths(asset: Asset) -> Iterator[Hit]:
    """Whether a vector holds open paths that are filled, stray points, very many nodes, or a tracing's crumbs.

    Reviewers look at the outlines. An open path that is filled shows gaps when
    it is stroked; stray points enlarge the artboard. Mend them in Illustrator:
    Object > Path > Clean Up, Join, Simplify. It goes by SVG's paths, by the
    pages of an AI file saved with PDF inside, and by an EPS's operators; of an
    EPS whose program is packed only where Ghostscript is installed. Which paths
    were closed is not told of files that Ghostscript wrote.
    """
    facts = asset.facts
    paths, nodes = facts.get("paths", 0), facts.get("nodes", 0)
    if facts.get("open_filled"):
        message = f"{facts['open_filled']:,} of {paths:,} paths are filled and not closed"
        yield Hit(message, "close them (Object > Path > Join)", facts["open_filled"], 0)
    if facts.get("stray_points"):
        message = f"{facts['stray_points']:,} stray points"
        yield Hit(message, "remove them (Object > Path > Clean Up)", facts["stray_points"], 0)
    if nodes > MANY_NODES:
        yield Hit(f"{nodes:,} nodes", "simplify it (Object > Path > Simplify)", nodes, MANY_NODES)
    if paths > MANY_PATHS and facts.get("crumbs", 0) > CRUMBS * paths:
        message = f"{facts['crumbs']:,} of {paths:,} paths are crumbs, as tracing a photo leaves them"
        yield Hit(message, "clean it up by hand, or trace it with fewer details", facts["crumbs"], CRUMBS * paths)


@rule("VEC005", "hidden-picture", "A picture of pixels that nobody sees", Severity.WARNING, kinds={"vector"})
def hidden_picture(asset: Asset) -> Iterator[Hit]:
    """Whether an AI, EPS or SVG file holds a picture made of pixels that the drawing hides.

    A photo that was traced is often left behind the drawing. Reviewers open the
    outlines and see it, and refuse the file: for pixels, and for a photo that
    may be somebody else's. It is hidden where it is covered by what is drawn
    after it, clipped away, outside of the artboard, or on a layer that is
    switched off. Places are in points from the artboard's upper left corner. Of
    an EPS it is surely told only where Ghostscript is installed. Mend it by
    deleting the picture (Window > Links shows them all).
    """
    for why, x, y, width, height in asset.facts.get("hidden_pictures") or ():
        message = f"a picture of pixels is hidden: {why} ({width}×{height} points at {x}, {y})"
        box = (x, y, width, height) if min(x, y) >= 0 and width > 0 and height > 0 else None
        yield Hit(message, "delete it: Window > Links shows it", box=box)
