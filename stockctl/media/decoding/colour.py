"""Colour spaces: which one a picture is in, and from there to sRGB.

Profiles are read by LittleCMS, through Pillow (ICC.1:2022). A space is told by
its primaries and tone curve, not by the profile's name: programs name the same space in many ways.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageCms

from stockctl.media.decoding.spaces import ADOBE_RGB, CMYK, DISPLAY_P3, GREY, OTHER, PROPHOTO, SRGB

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Chromaticities x, y of the red, green and blue primaries, adapted to D50 as profiles hold them:
# IEC 61966-2-1, Adobe RGB (1998), SMPTE EG 432-1 with the sRGB curve, ISO 22028-2 (ROMM).
_PRIMARIES = {
    SRGB: ((0.648, 0.331), (0.321, 0.598), (0.156, 0.066)),
    ADOBE_RGB: ((0.648, 0.331), (0.230, 0.702), (0.156, 0.066)),
    DISPLAY_P3: ((0.682, 0.319), (0.285, 0.675), (0.155, 0.066)),
    PROPHOTO: ((0.735, 0.265), (0.160, 0.840), (0.037, 0.0001)),
}
# Profiles of one space differ in the third decimal; the nearest two spaces by 0.03.
_SAME = 0.012
# Pixels that are converted at once.
AT_ONCE = 1 << 20
# What each space's tone curve makes of a level, 0 to 1, in light: the exponent, or sRGB's own curve.
_TONES = {ADOBE_RGB: 2.19921875, PROPHOTO: 1.8, DISPLAY_P3: None}
# Levels of 255 by which tones of one space may differ: rounded curves, and gamma 2.2 in place of sRGB's curve (9, in
# the darkest); gamma 1.8 in its place is 19 levels away. Of a space that has an exponent every program writes that:
# what is left is rounding, 1, and the straight foot of ROMM, 2; gamma 2.3 in place of 2.2 is 5 levels away, 2.4 is 9.
_ROUNDING, _OF_EXPONENT = 10, 3
# Levels by which colours of a cube may differ on the mean from sRGB's own, to an agency's eye none: the old primaries
# of monitors that "Camera RGB Profile" and PAL have make 5 and 4, those of Apple RGB 7, of ColorMatch 9.
_NEAR = 5.5


@dataclass(frozen=True)
class ColourSpace:
    """The space of a picture's pixels: its name, the profile's description, and the profile itself.

    `tagged` is false where the file carries no profile, or one that cannot be
    read; the pixels are then taken for sRGB, as every agency and browser does.
    """

    name: str
    description: str = ""
    tagged: bool = False
    profile: bytes = field(default=b"", repr=False)

    @cached_property
    def _transform(self) -> Any:  # noqa: ANN401 - Pillow's transform has no public type
        if not self.tagged or self.name in {SRGB, GREY}:
            return None
        source = ImageCms.ImageCmsProfile(io.BytesIO(self.profile))
        mode = "CMYK" if self.name == CMYK else "RGB"
        try:
            return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        except ImageCms.PyCMSError:
            return None

    @property
    def is_srgb(self) -> bool:
        """Whether pixels of this space need no conversion."""
        return self._transform is None and self.name != CMYK

    def to_srgb(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Convert pixels, uint8 (…, 3) or (…, 4) for CMYK, to sRGB (…, 3), relative to white."""
        if self._transform is None and pixels.shape[-1] == 3:
            return pixels
        flat = pixels.reshape(-1, pixels.shape[-2], pixels.shape[-1])
        converted = np.empty((*flat.shape[:2], 3), np.uint8)
        # Some rows at a time: on the way each pixel takes memory four times over.
        step = max(1, AT_ONCE // max(1, flat.shape[1]))
        for start in range(0, len(flat), step):
            converted[start : start + step] = self._converted(np.ascontiguousarray(flat[start : start + step]))
        return converted.reshape(*pixels.shape[:-1], 3)

    def _converted(self, rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
        mode = "CMYK" if rows.shape[-1] == 4 else "RGB"
        image = Image.frombuffer(mode, (rows.shape[1], rows.shape[0]), rows.tobytes(), "raw", mode, 0, 1)
        converted = image.convert("RGB") if self._transform is None else ImageCms.applyTransform(image, self._transform)
        assert converted is not None
        return np.asarray(converted, dtype=np.uint8)


@lru_cache(maxsize=16)
def colour_space(profile: bytes | None, mode: str) -> ColourSpace:
    """Return the space that an ICC profile describes; `mode` is Pillow's (RGB, L, CMYK …).

    Kept between files: a folder's pictures share one or two profiles.
    """
    plain = CMYK if mode == "CMYK" else GREY if mode in {"L", "LA", "I", "I;16", "1", "F"} else SRGB
    if not profile:
        return ColourSpace(plain)
    try:
        read = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile
        space = read.xcolor_space.strip()
        description = (read.profile_description or "").strip()
    except (ImageCms.PyCMSError, OSError, ValueError):
        return ColourSpace(plain)
    if (space == "CMYK") != (plain == CMYK) or (space == "GRAY") != (plain == GREY):
        # A profile of another mode than the pixels': no program can use it.
        return ColourSpace(plain)
    if plain != SRGB:
        return ColourSpace(plain, description, tagged=True, profile=profile)
    return ColourSpace(_named(read, profile), description, tagged=True, profile=profile)


def _named(read: Any, profile: bytes) -> str:  # noqa: ANN401 - Pillow's profile has no public type
    """Return which space an RGB profile stands for, by its primaries and its tone curve."""
    name = _by_primaries(read)
    space = ColourSpace(OTHER, tagged=True, profile=profile)
    if space.is_srgb:
        # No program can convert from it.
        return OTHER
    greys = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    away = np.abs(space.to_srgb(greys).astype(int) - _tones(name)[None, :, None]).max()
    if away > (_ROUNDING if _TONES.get(name) is None else _OF_EXPONENT):
        # The same primaries under another tone curve (linear working files, gamma 2.4): another space.
        return OTHER
    if name == OTHER:
        cube = np.stack(np.meshgrid(*[np.arange(0, 256, 51, dtype=np.uint8)] * 3), axis=-1).reshape(1, -1, 3)
        return SRGB if np.abs(space.to_srgb(cube).astype(int) - cube).mean() <= _NEAR else OTHER
    return name


def _tones(name: str) -> NDArray[np.float64]:
    """Return the levels of sRGB that a space's 256 greys are."""
    levels = np.arange(256) / 255
    exponent = _TONES.get(name)
    if exponent is None:
        return levels * 255
    light = levels**exponent
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def _by_primaries(profile: Any) -> str:  # noqa: ANN401 - Pillow's profile has no public type
    found = [profile.red_primary, profile.green_primary, profile.blue_primary]
    if any(primary is None for primary in found):
        return OTHER
    for name, primaries in _PRIMARIES.items():
        distance = max(
            abs(measured - known)
            for (_, xyy), expected in zip(found, primaries, strict=True)
            for measured, known in zip(xyy[:2], expected, strict=True)
        )
        if distance < _SAME:
            return name
    return OTHER
