"""Title, description and keywords in the form that an agency's sheet takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset


@dataclass(frozen=True)
class Texts:
    """What the sheet says of a picture."""

    title: str
    description: str
    keywords: tuple[str, ...]


def texts(agency: Agency, asset: Asset) -> Texts:
    """Return a picture's texts within the agency's lengths, words kept whole."""
    record = asset.record
    title = record.title or record.headline or record.description
    description = record.description or title
    if agency.flag("meta.title_commas") is False:
        title = " ".join(title.replace(",", " ").split())
    most = agency.number("meta.keywords_max")
    return Texts(
        title=_cut(title, agency.number("meta.title_max")),
        description=_cut(description, agency.number("meta.description_max")),
        keywords=record.keywords[: int(most)] if most else record.keywords,
    )


def _cut(text: str, longest: float | None) -> str:
    if longest is None or len(text) <= longest:
        return text
    kept = text[: int(longest) + 1]
    whole = kept.rsplit(maxsplit=1)[0] if " " in kept else kept[:-1]
    return whole[: int(longest)].rstrip(" ,;:-")
