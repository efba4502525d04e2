"""Night: a skyline over water, a table before lights out of focus."""

from __future__ import annotations

import numpy as np

from rendering.field import Field, Shape, blur, fractal, grid, mix, ramp, sample
from rendering.surface import wood
from rendering.things import bokeh

TILE = 1024


def skyline(rng: np.random.Generator, shape: Shape) -> Field:
    """Towers with lit windows after dusk, and their mirror image in a river."""
    rows, columns = shape
    y, x = grid(shape)
    shore = int(rows * 0.66)
    city = ramp(y / shore + 0 * x, (0, (0.02, 0.03, 0.10)), (0.6, (0.11, 0.10, 0.24)), (1, (0.42, 0.24, 0.28)))
    city += (0.025 * fractal(rng, shape, 1.7))[..., None] * np.array([1, 0.8, 1], np.float32)
    warm = np.array([(1.0, 0.80, 0.46), (1.0, 0.88, 0.64), (0.80, 0.90, 1.0), (1.0, 0.66, 0.34)], np.float32)
    for layer in range(3):
        left = -40
        while left < columns:
            wide = int(70 + 130 * rng.random())
            centre = np.exp(-(((left - columns * 0.45) / (columns * 0.26)) ** 2))
            high = int(shore * (0.14 + 0.20 * rng.random() + 0.42 * centre * rng.random()) * (1.35 - 0.3 * layer))
            _tower(rng, city, (left, shore - high, wide, high), 0.55 + 0.22 * layer, warm)
            left += int(wide * (0.75 + 0.5 * rng.random()))
    glow = blur(city, 9)
    city = city + 0.35 * glow
    wave = fractal(rng, (TILE, TILE), 1.1)
    below = np.clip(y - shore, 0, None)
    near_ = below / (rows - shore)
    bend = sample(wave, 900 / (below + 30) * 40, x * 0.12 / (0.15 + near_)) * (3 + 44 * near_)
    mirror_y = np.clip(shore - below * 1.25 + bend, 0, shore - 1)
    mirror_x = np.clip(x + 0.18 * bend, 0, columns - 1)
    soft = np.stack([_smear(city[..., band]) for band in range(3)], axis=-1)
    water = soft[mirror_y.astype(np.int32), mirror_x.astype(np.int32)] * (0.62 - 0.2 * near_)[..., None]
    water += np.array([0.008, 0.014, 0.035], np.float32)
    quay = np.abs(y - shore) < 5
    out = np.where((y > shore)[..., None], water, city)
    return np.where(quay[..., None], np.array([0.03, 0.03, 0.04], np.float32), out).astype(np.float32)


def _smear(band: Field) -> Field:
    return (band + np.roll(band, 5, 0) + np.roll(band, -5, 0) + np.roll(band, 10, 0)) / 4


def _tower(rng: np.random.Generator, city: Field, box: tuple[int, int, int, int], bright: float, warm: Field) -> None:
    left, top, wide, high = box
    x0, x1 = max(left, 0), min(left + wide, city.shape[1])
    top = max(top, 4)
    if x1 <= x0:
        return
    y, x = np.mgrid[0:high, x0 - left : x1 - left]
    y = y[: city.shape[0] - top]
    x = x[: y.shape[0]]
    pitch_y, pitch_x = int(11 + 6 * rng.random()), int(9 + 8 * rng.random())
    lit = rng.random((high // pitch_y + 2, wide // pitch_x + 2)).astype(np.float32)
    share = 0.30 + 0.35 * rng.random()
    glow = np.where(lit < share, 0.35 + 0.75 * (lit / share), 0.025)
    window = (y % pitch_y > pitch_y * 0.35) & (x % pitch_x > 2) & (x > 3) & (x < wide - 4) & (y > 5)
    kind = warm[int(rng.random() * 4)]
    tint = np.where((lit * 97 % 1)[..., None] > 0.8, warm[2], kind)
    face = np.array([0.05, 0.055, 0.085], np.float32) * (0.7 + 0.7 * (x / wide))[..., None]
    panes = (glow[..., None] * tint)[y // pitch_y, x // pitch_x] * bright
    city[top : top + y.shape[0], x0:x1] = np.where(window[..., None], panes, face)


def table(rng: np.random.Generator, shape: Shape) -> Field:
    """An old table top, sharp, before the lights of a street out of focus."""
    rows, columns = shape
    y, x = grid(shape)
    lamps = np.array(
        [(1.0, 0.62, 0.22), (1.0, 0.80, 0.45), (0.95, 0.30, 0.20), (0.30, 0.55, 0.95), (0.45, 0.85, 0.60)], np.float32
    )
    lights = 0.02 + bokeh(rng, shape, lamps, 170, (34, 84))
    lights *= (0.35 + 0.65 * np.exp(-(((y / rows - 0.38) / 0.30) ** 2)) + 0 * x)[..., None]
    lights += ramp(y / rows + 0 * x, (0, (0.02, 0.02, 0.05)), (0.6, (0.10, 0.06, 0.07)), (1, (0.02, 0.01, 0.01)))
    board = np.clip(wood(rng, (1400, 2600), 7), 0, 1)
    edge = rows * 0.64
    depth = (rows * 0.60) / np.clip(y - edge + rows * 0.30, 1, None)
    from_y, from_x = (2.2 - depth) * 900, (x - columns / 2) * depth * 0.72 + 1300
    surface = np.stack(
        [
            sample(np.ascontiguousarray(board[..., band]).astype(np.float32), from_y + 0 * x, from_x)
            for band in range(3)
        ],
        axis=-1,
    )
    shine = blur(np.ascontiguousarray(lights[::-1]), 30)
    surface = surface * (0.30 + 0.45 * np.clip((y - edge) / (rows - edge), 0, 1) + 0 * x)[..., None] + 0.30 * shine
    return mix(lights, surface, np.clip((y - edge) * 0.4 + 0 * x, 0, 1))
