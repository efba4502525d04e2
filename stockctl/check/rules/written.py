"""Rules of text that was read in the picture, where the settings ask for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from stockctl.check.rules.registry import PICTURES, Hit, rule
from stockctl.check.rules.texts.editorial import is_editorial
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.check.asset import Asset

_FEW, _LONGEST = 5, 40
# Fewer letters and digits than this in a whole picture are a mark or a house number.
_LEAST = 3

# Plates whose form nothing else has: Britain, France and Italy, Germany, Russia, India, China, California, Brazil.
_PLATE = re.compile(
    r"[A-Z]{2}\d{2}[ ]?[A-Z]{3}|[A-Z]{2}[-· ]\d{3}[-· ][A-Z]{2}|[A-ZÄÖÜ]{1,3}[-·:][ ]?[A-Z]{1,2}[ ]?\d{2,4}[EH]?"
    r"|[ABEKMHOPCTYX]\d{3}[ABEKMHOPCTYX]{2}[ ]?\d{2,3}|[A-Z]{2}[- ]?\d{2}[- ]?[A-Z]{1,2}[- ]?\d{4}"
    r"|[\u4e00-\u9fff][A-Z][·. ]?[A-Z0-9]{5}|\d[A-Z]{3}\d{3}|[A-Z]{3}\d[A-Z]\d{2}"
)
# Plates that look like many other things: Spain, Poland, the States, Indonesia and others; only where there are cars.
_LIKE_A_PLATE = re.compile(
    r"\d{4}[ ]?[A-Z]{3}|[A-Z]{2}[ ]?\d{3}[ ]?[A-Z]{2}|[A-Z]{2,3}[- ]?\d{3,5}|[A-Z]{1,2}[ ]?\d{3,4}[ ]?[A-Z]{2,3}"
    r"|[A-Z0-9]{1,3}-[A-Z0-9]{2,3}-[A-Z0-9]{1,3}"
)
_TRAFFIC = re.compile(
    r"\b(?:cars?|vehicles?|taxis?|cabs?|bus(?:es)?|trucks?|vans?|lorr(?:y|ies)|motor(?:cycle|bike|way)s?|scooters?"
    r"|automobiles?|traffic|parking|garage|streets?|roads?|driving|suv|limousine)\b",
    re.IGNORECASE,
)
# How many times as wide as high a plate is, with the slant that it may be seen at; two lines stand apart.
_SHAPE = (1.6, 8.0)


@rule("SEE005", "text-in-picture", "Text can be read in the picture", Severity.INFO, kinds=PICTURES)
def text_in_picture(asset: Asset) -> Iterator[Hit]:
    """Whether text can be read in the picture: signs, labels, screens, names.

    Text may name somebody, or be somebody's mark; in a picture for commercial
    use agencies look at it closely. It is read only where you ask for it:
    `[check] ocr = true`, and `pip install 'stockctl[ocr]'`; nothing leaves your
    machine. Text that is small in the picture is not read. Mend it by
    retouching it, or send the picture as editorial.
    """
    plates = _plates(asset)
    found = [one for one in _texts(asset) if one not in plates]
    if sum(sum(map(str.isalnum, text)) for text, _, _ in found) < _LEAST:
        return
    largest = max(found, key=lambda one: one[2][2] * one[2][3])
    shown = ", ".join(f"'{text[:_LONGEST]}'" for text, _, _ in found[:_FEW])
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    hint = "see that it names nobody and is nobody's mark; retouch it, or: stockctl keyword PATH --editorial"
    yield Hit(f"text in it: {shown}{more}", hint, len(found), box=_box(largest))


@rule("SEE006", "number-plate", "A number plate can be read in the picture", Severity.WARNING, kinds=PICTURES)
def number_plate(asset: Asset) -> Iterator[Hit]:
    """Whether a text in the picture is written as a vehicle's number plate is.

    A plate leads to a person; agencies refuse pictures for commercial use with
    one. Text is read only where you ask for it, see `text-in-picture`. Forms
    that nothing else has are told always, those that look like model numbers
    only where the words speak of vehicles or streets. Editorial files are left
    alone. Mend it by retouching the plate.
    """
    for one in _plates(asset):
        yield Hit(f"a number plate: {_plain(one[0])}", "retouch it", box=_box(one))


def _plates(asset: Asset) -> list[Any]:
    """Return the texts that are plates; none of a file for editorial use."""
    if is_editorial(asset):
        return []
    record = asset.record
    traffic = _TRAFFIC.search(" ".join((record.title, record.description, *record.keywords))) is not None
    found = []
    for one in _texts(asset):
        text = _plain(one[0])
        width, height = one[2][2:]
        shaped = height > 0 and _SHAPE[0] <= width / height <= _SHAPE[1]
        if shaped and (_PLATE.fullmatch(text) or (traffic and _LIKE_A_PLATE.fullmatch(text))):
            found.append(one)
    return found


def _plain(text: str) -> str:
    return text.upper().strip(" .,·-")


def _texts(asset: Asset) -> list[Any]:
    return list(asset.facts.get("texts") or ())


def _box(one: Any) -> tuple[int, int, int, int]:  # noqa: ANN401 - as the catalogue has it
    x, y, width, height = one[2]
    return (max(0, x), max(0, y), width, height)
