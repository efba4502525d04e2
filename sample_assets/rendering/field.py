"""Fields of numbers that pictures are made of: noise with a 1/f spectrum, sampling, blurring, colour ramps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
Shape = tuple[int, int]


def fractal(rng: np.random.Generator, shape: Shape, power: float = 1.0, stretch: tuple[float, float] = (1, 1)) -> Field:
    """Return periodic noise whose amplitude falls as frequency to the power `power`: mean 0, deviation 1.

    Natural scenes have a power near 1 (Field 1987, J. Opt. Soc. Am. A 4:2379).
    `stretch` above 1 draws the noise out along y or x.
    """
    height, width = shape
    fy = np.fft.fftfreq(height)[:, None] * stretch[0] * height
    fx = np.fft.rfftfreq(width)[None, :] * stretch[1] * height
    radius = np.hypot(fy, fx).astype(np.float32)
    radius[0, 0] = 1
    phase = rng.random(radius.shape, dtype=np.float32) * np.float32(2 * np.pi)
    spectrum = np.exp(1j * phase).astype(np.complex64) * radius ** np.float32(-power)
    spectrum[0, 0] = 0
    return unit(np.fft.irfft2(spectrum, s=shape).astype(np.float32))


def unit(field: Field) -> Field:
    """Return the field shifted and scaled to mean 0 and deviation 1."""
    return ((field - field.mean()) / (field.std() + 1e-9)).astype(np.float32)


def grid(shape: Shape) -> tuple[Field, Field]:
    """Return the row and column of each pixel, as two fields that broadcast to `shape`."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return rows.astype(np.float32), columns.astype(np.float32)


def sample(tile: Field, y: Field, x: Field) -> Field:
    """Read a periodic tile at fractional places, bilinearly."""
    height, width = tile.shape
    y0, x0 = np.floor(y).astype(np.int32), np.floor(x).astype(np.int32)
    fy, fx = (y - y0).astype(np.float32), (x - x0).astype(np.float32)
    y0, x0 = y0 % height, x0 % width
    y1, x1 = (y0 + 1) % height, (x0 + 1) % width
    top = tile[y0, x0] * (1 - fx) + tile[y0, x1] * fx
    low = tile[y1, x0] * (1 - fx) + tile[y1, x1] * fx
    return top * (1 - fy) + low * fy


def near(tile: Field, y: Field, x: Field) -> Field:
    """Read a periodic tile at the nearest places."""
    return tile[y.astype(np.int32) % tile.shape[0], x.astype(np.int32) % tile.shape[1]]


def blur(field: Field, sigma: float) -> Field:
    """Return a field or picture under a Gaussian of `sigma` pixels, its edges mirrored."""
    margin = int(3 * sigma) + 1
    if field.ndim == 3:
        return np.stack([blur(field[..., band], sigma) for band in range(field.shape[2])], axis=-1)
    padded = np.pad(field, margin, mode="reflect")
    fy = np.fft.fftfreq(padded.shape[0])[:, None].astype(np.float32)
    fx = np.fft.rfftfreq(padded.shape[1])[None, :].astype(np.float32)
    filter_ = np.exp(np.float32(-2 * np.pi**2 * sigma**2) * (fy**2 + fx**2))
    out = np.fft.irfft2(np.fft.rfft2(padded) * filter_, s=padded.shape)
    return out[margin:-margin, margin:-margin].astype(np.float32)


def step(low: float, high: float, value: Field) -> Field:
    """Return a smooth step from 0 at `low` to 1 at `high`."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def ramp(value: Field, *stops: tuple[float, tuple[float, float, float]]) -> Field:
    """Colour a field: linear between stops of (value, (r, g, b))."""
    places = [place for place, _ in stops]
    bands = [np.interp(value, places, [colour[band] for _, colour in stops]) for band in range(3)]
    return np.stack(bands, axis=-1).astype(np.float32)


def mix(low: Field, high: Field, share: Field) -> Field:
    """Blend two pictures by a field of shares."""
    return low + (high - low) * share[..., None]


def slopes(height: Field) -> tuple[Field, Field]:
    """Return the periodic derivative of a height field along y and x."""
    return (
        (np.roll(height, -1, 0) - np.roll(height, 1, 0)) / 2,
        (np.roll(height, -1, 1) - np.roll(height, 1, 1)) / 2,
    )


def dots(rng: np.random.Generator, shape: Shape, cell: float) -> Field:
    """Return the distance to the nearest of scattered points, in cells of `cell` pixels (Worley 1996)."""
    rows, columns = shape
    high, wide = int(rows / cell) + 3, int(columns / cell) + 3
    py, px = rng.random((high, wide), dtype=np.float32), rng.random((high, wide), dtype=np.float32)
    y, x = grid(shape)
    y, x = y / np.float32(cell) + 1, x / np.float32(cell) + 1
    iy, ix = y.astype(np.int32), x.astype(np.int32)
    best = np.full(shape, 9, np.float32)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            near_y = py[iy + dy, ix + dx] + (iy + dy) - y
            near_x = px[iy + dy, ix + dx] + (ix + dx) - x
            np.minimum(best, near_y**2 + near_x**2, out=best)
    return np.sqrt(best)
