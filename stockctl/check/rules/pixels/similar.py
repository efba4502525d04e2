"""The rule of repetition: pictures so alike that an agency takes one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import PICTURES, Hit, rule
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.check.asset import Asset


@rule("IMG070", "similar-content", "Too much like another picture", Severity.WARNING, kinds=PICTURES)
def similar_content(asset: Asset) -> Iterator[Hit]:
    """The picture is nearly the same as another one of the batch, or as one that was submitted before.

    Scaled, recompressed, cropped, framed, slightly turned, mirrored and
    black-and-white copies count. Agencies refuse them as similar content, and count repeated
    refusals against the account. The first of a set passes; frames of one burst
    (within seconds, by EXIF time) are told as such.

    To mend: choose the best of the set and leave the others out.
    """
    twin = asset.facts.get("twin")
    if twin is None:
        return
    sent = f", sent to {', '.join(twin['submitted'])}" if twin["submitted"] else ""
    what = "identical to" if twin["identical"] else "of one burst with" if twin["burst"] else "nearly the same as"
    yield Hit(
        f"{what} {twin['name']}{sent}",
        "submit the best one of the set and leave the others out",
        float(twin["distance"]),
        float(twin["limit"]),
    )
