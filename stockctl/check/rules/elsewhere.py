"""Rules of where a picture already is: sent before, exclusive elsewhere, and what its file gives away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import Hit, rule
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset

# Those who send on to the agencies what they are given.
_DISTRIBUTORS = {"wirestock": "Wirestock"}


@rule("SUB001", "already-submitted", "The agency has this picture", Severity.INFO, per_agency=True)
def already_submitted(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether this very picture was sent to the agency before, whatever it was called then.

    `submit` leaves it out. What went to a distributor may reach the agency by
    that way: sending it again makes a duplicate, which is a warning.
    """
    sent = asset.facts.get("submitted", ())
    if agency.name in sent:
        yield Hit("sent before", "submit leaves it out; --again sends it")
        return
    for name in sent:
        if name in _DISTRIBUTORS and agency.name not in _DISTRIBUTORS:
            message = f"sent to {_DISTRIBUTORS[name]}, which may pass it on to this agency"
            yield Hit(message, "send by one of the two ways only", severity=Severity.WARNING)


@rule("SUB002", "exclusive-elsewhere", "Declared exclusive to another agency", Severity.ERROR, per_agency=True)
def exclusive_elsewhere(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether you declared the picture exclusive to another agency, or made it for a brand's campaign that wants it so.

    Selling it elsewhere breaks your word. Take the declaration back with
    `stockctl exclusive none PATH` once the agency has let it go, and let a
    campaign's picture go with `stockctl campaign drop BRIEF PATH`.
    """
    owner = asset.choices.get("exclusive", "")
    if owner and owner != agency.name:
        yield Hit(f"exclusive to {owner}", "stockctl exclusive none PATH takes it back")
    if claim := asset.facts.get("campaign"):
        yield Hit(claim, "stockctl campaign drop BRIEF PATH lets it go")


@rule("SUB003", "campaign-rights", "A campaign's terms may take rights in it", Severity.WARNING)
def campaign_rights(asset: Asset) -> Iterator[Hit]:
    """Whether you made the picture or clip for a campaign on a platform whose terms take rights in it.

    An agency asks you to warrant that the rights are yours to license. Read the
    platform's terms (`stockctl campaign platforms NAME` names the source) before
    you sell the same clip as stock, or make another one for the agencies.
    """
    if taken := asset.facts.get("campaign_rights"):
        yield Hit(f"made for a campaign: {taken}", "read the platform's terms before you sell it as stock")


@rule("EXF001", "location-in-exif", "The file gives away where it was taken", Severity.INFO)
def location_in_exif(asset: Asset) -> Iterator[Hit]:
    """Whether the file's EXIF data hold the position where it was taken.

    Agencies may show it, and buyers get the file. For a landmark that is
    welcome; for a home, a child or a rare animal it is not. Export it without
    the position where you mind.
    """
    if asset.capture.has_location:
        place = f"{asset.capture.latitude:.4f}, {asset.capture.longitude:.4f}"
        yield Hit(f"taken at {place}", "export it without the position where you mind")
