"""Pictures that tests make: textures with a natural spectrum, sharp and clean unless asked otherwise."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import piexif
from PIL import Image, ImageCms

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@lru_cache(maxsize=8)
def texture(width: int = 2600, height: int = 1700, seed: int = 0) -> NDArray[np.uint8]:
    """Return an RGB picture (height, width, 3) with amplitudes that fall as 1/f, and hard edges in it."""
    random = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    frequency[0, 0] = 1
    phase = np.exp(2j * np.pi * random.random(frequency.shape))
    field = np.fft.irfft2(phase / frequency, (height, width))
    field = (field - field.mean()) / field.std()
    # Ridges: an edge at full contrast wherever the field passes a level, as branches or roofs have.
    ridges = np.sign(np.sin(field * 6)) * 22
    luma = np.clip(125 + 42 * field + ridges, 4, 250)
    tint = np.array([1.04, 1.0, 0.95])
    picture: NDArray[np.uint8] = np.clip(luma[..., None] * tint, 0, 255).astype(np.uint8)
    return picture


@lru_cache(maxsize=16)
def jpeg(width: int = 2600, height: int = 1700, seed: int = 0, quality: int = 92) -> bytes:
    """Return the texture as a JPEG with an sRGB profile and a camera's EXIF."""
    exif = piexif.dump(
        {
            "0th": {piexif.ImageIFD.Make: b"Nikon", piexif.ImageIFD.Model: b"Z 6"},
            "Exif": {
                piexif.ExifIFD.DateTimeOriginal: b"2026:03:14 06:42:11",
                piexif.ExifIFD.ISOSpeedRatings: 100,
                piexif.ExifIFD.ExposureTime: (1, 250),
                piexif.ExifIFD.FNumber: (8, 1),
            },
        }
    )
    buffer = io.BytesIO()
    Image.fromarray(texture(width, height, seed)).save(buffer, "JPEG", quality=quality, icc_profile=SRGB, exif=exif)
    return buffer.getvalue()


def put(path: Path, data: bytes | None = None) -> Path:
    """Write a picture (a good JPEG by default) and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jpeg() if data is None else data)
    return path


def patches(seed: int, width: int = 400, height: int = 300) -> bytes:
    """Return a small JPEG of soft patches, unlike that of any other seed; a thousand take seconds."""
    colours = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(colours).resize((width, height), Image.Resampling.BICUBIC).save(buffer, "JPEG")
    return buffer.getvalue()
