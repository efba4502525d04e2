"""Kinds of asset as statements name them."""

from __future__ import annotations

from pathlib import PurePath

from stockctl.catalogue.sold.sales import KINDS

# The beginnings of the words that statements use, English and Indonesian.
_WORDS = {
    **dict.fromkeys(("image", "photo", "foto", "gambar", "picture", "still", "jpeg", "jpg", "rf image"), "image"),
    **dict.fromkeys(("vector", "vektor", "illustration", "ilustrasi", "drawing", "icon", "eps", "png"), "image"),
    **dict.fromkeys(("video", "footage", "clip", "film", "motion", "mov", "mp4"), "video"),
    **dict.fromkeys(("audio", "music", "musik", "sound", "sfx", "track"), "audio"),
    **dict.fromkeys(("other", "lain", "template", "3d", "font", "bonus", "fund", "referral"), "other"),
}
SUFFIXES = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".eps", ".ai", ".svg", ".psd"), "image"),
    **dict.fromkeys((".mp4", ".mov", ".m4v", ".avi", ".mpg", ".mxf", ".webm"), "video"),
    **dict.fromkeys((".mp3", ".wav", ".aif", ".aiff", ".flac"), "audio"),
}


def kind_named(text: str) -> str:
    """Return the kind that a word of a statement means; empty means image.

    Raises:
        ValueError: the word means none of them.

    """
    plain = text.strip().casefold()
    if not plain:
        return "image"
    if plain in KINDS:
        return plain
    # The whole text first, then what its later words say: an editorial video is a video.
    for text_ in (plain, *plain.split()):
        for word, kind in _WORDS.items():
            if text_.startswith(word):
                return kind
    raise ValueError(f"{text!r} is no kind of asset; known: {', '.join(KINDS)}")


def is_kind(text: str) -> bool:
    """Tell whether a text is a word for a kind of asset."""
    try:
        return bool(text.strip()) and bool(kind_named(text))
    except ValueError:
        return False


def kind_of_file(name: str) -> str:
    """Return the kind that a file's name tells: image unless its suffix says video or audio."""
    return SUFFIXES.get(PurePath(name.strip()).suffix.casefold(), "image")
