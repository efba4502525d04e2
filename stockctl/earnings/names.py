"""Names of agencies and currencies as people and statements write them."""

from __future__ import annotations

import re

# Other names of agencies that have statements; any name that is not here is kept, in lower case.
_ALIASES = {
    **dict.fromkeys(("adobe", "adobestock", "fotolia"), "adobe_stock"),
    **dict.fromkeys(
        ("istock", "getty", "istockphoto", "gettyimages", "getty_images", "istock_getty_images"), "istock_getty"
    ),
    **dict.fromkeys(("shutter", "shutterstock_com"), "shutterstock"),
    **dict.fromkeys(("magnific", "freepik_magnific"), "freepik"),
    **dict.fromkeys(("deposit_photos",), "depositphotos"),
    **dict.fromkeys(("123_rf",), "123rf"),
}
_WORDS = re.compile(r"[^\w]+")


def agency_named(text: str) -> str:
    """Return the name under which the catalogue knows an agency.

    Raises:
        ValueError: the text is empty.

    """
    plain = _WORDS.sub("_", text.strip().casefold()).strip("_")
    if not plain:
        raise ValueError("the agency is missing")
    return _ALIASES.get(plain, plain)


def currency_named(text: str) -> str:
    """Return an ISO currency code.

    Raises:
        ValueError: the text is none.

    """
    plain = text.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", plain):
        raise ValueError(f"{text!r} is no currency code like USD")
    return plain
