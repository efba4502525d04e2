"""Faults, one at a time: what a reviewer would refuse a picture for."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from rendering.field import Field, blur


def _linear(picture: Field) -> Field:
    return np.clip(picture, 0, None) ** np.float32(2.2)


def _coded(light: Field) -> Field:
    return np.clip(light, 0, 1) ** np.float32(1 / 2.2)


def out_of_focus(_rng: np.random.Generator, picture: Field) -> Field:
    """The focus lay elsewhere."""
    return blur(picture, 1.8)


def motion_blur(_rng: np.random.Generator, picture: Field) -> Field:
    """The camera moved 15 pixels while the shutter was open."""
    return sum((np.roll(picture, step, 1) for step in range(15)), np.zeros_like(picture)) / np.float32(15)


def noise(rng: np.random.Generator, picture: Field) -> Field:
    """High sensitivity: grain as demosaicing leaves it, with coarse blotches of colour."""
    picture = np.clip(picture, 0, 1)
    grain = _unit_bands(rng.standard_normal(picture.shape, dtype=np.float32), 0.6)
    blotch = _unit_bands(rng.standard_normal(picture.shape, dtype=np.float32), 2.0)
    return picture + (0.10 * grain + 0.05 * blotch) * (0.6 + 0.5 * np.sqrt(picture))


def _unit_bands(noise_: Field, sigma: float) -> Field:
    soft = blur(noise_, sigma)
    return soft / soft.std()


def underexposed(_rng: np.random.Generator, picture: Field) -> Field:
    """Three stops too dark."""
    return _coded(_linear(picture) / 8)


def clipped(_rng: np.random.Generator, picture: Field) -> Field:
    """Two stops too bright: the highlights are gone."""
    return _coded(_linear(picture) * 4)


def colour_cast(_rng: np.random.Generator, picture: Field) -> Field:
    """White balance set for daylight under lamps."""
    return _coded(_linear(picture) * np.array([1.0, 0.68, 0.30], np.float32))


def border(_rng: np.random.Generator, picture: Field) -> Field:
    """A white frame."""
    framed = picture.copy()
    framed[:70] = framed[-70:] = framed[:, :70] = framed[:, -70:] = 1
    return framed


def recompressed(_rng: np.random.Generator, picture: Field) -> Field:
    """Saved once at quality 25, then again."""
    kept = io.BytesIO()
    _image(picture).save(kept, "JPEG", quality=25)
    return np.asarray(Image.open(kept), np.float32) / 255


# Segments of each digit: top, upper left, upper right, middle, lower left, lower right, bottom.
_SEGMENTS = {"0": "1110111", "1": "0010010", "2": "1011101", "6": "1101111", "7": "1010010", "9": "1111011"}


def date_stamp(_rng: np.random.Generator, picture: Field) -> Field:
    """The camera printed the date into the corner, in glowing digits of seven segments."""
    rows, columns = picture.shape[:2]
    light = np.zeros((rows, columns), np.float32)
    left, top, wide, high = columns - 620, rows - 190, 44, 92
    for place, digit in enumerate("26 7 19"):
        x = left + place * (wide + 34)
        bars = [
            (0, 0, 10, wide), (0, 0, high // 2, 10), (0, wide - 10, high // 2, 10), (high // 2 - 5, 0, 10, wide),
            (high // 2, 0, high // 2, 10), (high // 2, wide - 10, high // 2, 10), (high - 10, 0, 10, wide),
        ]  # fmt: skip
        for on, (y, dx, tall, broad) in zip(_SEGMENTS.get(digit, "0000000"), bars, strict=True):
            if on == "1":
                light[top + y : top + y + tall, x + dx : x + dx + broad] = 1
    light = np.clip(blur(light, 1.2) + 0.25 * blur(light, 8), 0, 1)
    return picture + (np.array([1.0, 0.52, 0.10], np.float32) - picture) * light[..., None]


def adobe_rgb(_rng: np.random.Generator, picture: Field) -> Field:
    """The same colours in Adobe RGB (1998) numbers (its annex: matrix and gamma 563/256)."""
    matrix = np.array([[0.71513, 0.28487, 0.0], [0.0, 1.0, 0.0], [0.0, 0.04117, 0.95883]], np.float32)
    coded = np.clip(picture, 0, 1)
    light = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return (light @ matrix.T) ** np.float32(256 / 563)


def _image(picture: Field) -> Image.Image:
    return Image.fromarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8))
