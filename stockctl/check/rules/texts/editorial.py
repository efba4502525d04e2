"""Rules of editorial files: who takes them, and the caption that they need."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from stockctl.check.rules.registry import Hit, rule
from stockctl.check.rules.weigh import weight
from stockctl.report.finding import Severity
from stockctl.words.texts.editorial import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset

_pattern = cache(re.compile)
# A place, a dash, a day with its year, a colon: so a caption of an event begins.
_DATELINE = re.compile(r"^[^:]+ [-–—] [^:]*(?:\b\d{4}\b|(?i:circa))[^:]*: \S")


def is_editorial(asset: Asset) -> bool:
    """Whether a person or the file itself says: for editorial use only."""
    return asset.chosen("editorial") or asset.record.editorial


def _title(asset: Asset) -> str:
    """Return what becomes the title where there is no description beside it."""
    return asset.record.title or asset.record.headline or asset.record.description


@rule(
    "EDI001",
    "editorial-caption",
    "Editorial: refused here, or in need of a dateline",
    Severity.ERROR,
    per_agency=True,
    needs=("editorial.accepted", "editorial.kinds", "editorial.caption", "editorial.caption_pattern"),
)
def editorial_caption(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether an editorial file may go to the agency, and has the caption that it wants.

    Where, when, colon, what: "PRAGUE, CZECH REPUBLIC - 21 MAY 2026: People cross
    Charles Bridge." Each agency has its own order and its own field for it,
    which the hint shows; some take only some kinds, and some refuse a dateline
    in whatever title.
    Where the file says city, country and day, `submit` writes the dateline
    itself. Else mend it with `stockctl keyword PATH --description TEXT`.
    """
    caption = agency.limit("editorial.caption")
    if caption is not None and caption.value == "forbidden" and _DATELINE.search(_title(asset)):
        message = "the title is an editorial caption with day and place, which is not taken"
        yield Hit(message, "say what is seen: stockctl keyword PATH --title TEXT", severity=weight(caption))
    if not is_editorial(asset):
        return
    taken = agency.limit("editorial.accepted")
    if taken is not None and not taken.value:
        message = "files for editorial use only are not taken"
        yield Hit(message, "send it elsewhere, or with releases as creative", severity=weight(taken))
        return
    kinds = agency.limit("editorial.kinds")
    if kinds is not None and asset.kind not in kinds.value:
        message = f"as editorial only {' and '.join(f'{kind}s' for kind in kinds.value)} are taken"
        yield Hit(message, "send it elsewhere, or with releases as creative", severity=weight(kinds))
        return
    pattern = agency.limit("editorial.caption_pattern")
    if pattern is None or agency.text("editorial.caption") != "required":
        return
    field = agency.text("editorial.caption_in")
    text = asset.record.title if field == "title" else asset.record.description or asset.record.title
    if not _pattern(pattern.value).search(text):
        form = agency.text("editorial.caption_form")
        gaps = missing(asset.record, asset.capture)
        if gaps:
            message = f"the {field} has no dateline, and {', '.join(gaps)} to make one is not known"
            yield Hit(message, f"write: {form}", severity=weight(pattern))
