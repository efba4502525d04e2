"""Surfaces seen from above: wood, marble, linen, a pool, clouds from below, a glass front."""

from __future__ import annotations

import numpy as np

from rendering.field import Field, Shape, blur, dots, fractal, grid, mix, ramp, sample, slopes, step, unit

TILE = 1024


def wood(rng: np.random.Generator, shape: Shape, planks: int = 5) -> Field:
    """Oak planks: year rings cut at a slant, pores along the grain, dark joints."""
    rows, columns = shape
    y, x = grid(shape)
    high = rows / planks
    plank = np.floor(y / high).astype(np.int32)
    shift = rng.random(planks + 1, dtype=np.float32)
    bend = fractal(rng, shape, 2.0, (1, 6))
    middle = (plank + 0.2 + 0.6 * shift[plank]) * high
    across = (y - middle) / high + 0.055 * bend + 0.00010 * (x - columns * shift[::-1][plank]) * (shift[plank] - 0.5)
    cone = np.sqrt(across**2 + (0.03 + 0.18 * (x / columns - shift[plank]) ** 2))
    rings = cone * 34 + 0.25 * fractal(rng, shape, 1.2, (1, 10))
    late = (rings - np.floor(rings)) ** 2.2
    pores = np.clip(-fractal(rng, shape, 0.25, (1, 14)) - 1.15, 0, 1.4)
    fibre = fractal(rng, shape, 0.7, (1, 22))
    tone = 0.62 - 0.30 * late - 0.30 * pores + 0.06 * fibre + 0.09 * (shift[plank] - 0.5)
    picture = ramp(tone, (0, (0.20, 0.10, 0.05)), (0.45, (0.58, 0.38, 0.21)), (0.8, (0.86, 0.68, 0.45)))
    joint = np.minimum(y - plank * high, (plank + 1) * high - y)
    light = 1.05 - 0.25 * (np.hypot(y - rows * 0.3, x - columns * 0.3) / columns) ** 1.5
    return picture * (step(0, 6, joint + 0 * x) * 0.9 + 0.1)[..., None] * light[..., None]


def marble(rng: np.random.Generator, shape: Shape) -> Field:
    """White marble: grey veins where folded, bent noise comes near zero."""
    y, x = grid(shape)
    bend_y, bend_x = fractal(rng, shape, 1.9) * 60, fractal(rng, shape, 1.9) * 60
    veins = np.zeros(shape, np.float32)
    for power, sharp, weight in ((2.0, 26, 0.55), (1.7, 16, 0.28), (1.4, 9, 0.16)):
        tile = fractal(rng, (TILE, TILE), power)
        folded = np.abs(sample(tile, (y * 0.55 + x * 0.22) + bend_y, (x * 0.30 - y * 0.1) + bend_x))
        veins += weight * np.exp(-folded * sharp) * step(-1, 1.5, bend_x / 60)
    cloud = fractal(rng, shape, 1.6)
    crystal = fractal(rng, shape, 0.35)
    tone = 0.90 + 0.035 * cloud - 0.75 * veins + 0.011 * crystal
    return ramp(tone, (0.1, (0.22, 0.23, 0.26)), (0.6, (0.60, 0.61, 0.63)), (0.95, (0.94, 0.935, 0.925)))


def linen(rng: np.random.Generator, shape: Shape) -> Field:
    """Linen in plain weave: uneven yarns over and under, fibres, soft folds."""
    y, x = grid(shape)
    fold = fractal(rng, shape, 2.6, (1, 1.6))
    wave_y, wave_x = fractal(rng, shape, 1.5, (0.4, 4)) * 1.1, fractal(rng, shape, 1.5, (4, 0.4)) * 1.1
    pitch = 13.0
    v, u = (y + wave_y + 8 * fold) / pitch, (x + wave_x + 5 * fold) / pitch
    over = ((np.floor(v) + np.floor(u)) % 2).astype(np.float32)
    cv, cu = v - np.floor(v) - 0.5, u - np.floor(u) - 0.5
    thick_v, thick_u = (
        0.86 + 0.10 * fractal(rng, shape, 1.0, (0.3, 30)),
        0.86 + 0.10 * fractal(rng, shape, 1.0, (30, 0.3)),
    )
    weft = np.sqrt(np.clip(1 - (2 * cv / thick_v) ** 2, 0, 1)) * (0.62 + 0.38 * np.cos(np.pi * cu))
    warp = np.sqrt(np.clip(1 - (2 * cu / thick_u) ** 2, 0, 1)) * (0.62 + 0.38 * np.cos(np.pi * cv))
    height = np.where(over > 0, np.maximum(weft, warp * 0.55), np.maximum(warp, weft * 0.55))
    fibre = np.where(over > 0, fractal(rng, shape, 0.4, (1, 7)), fractal(rng, shape, 0.4, (7, 1)))
    dy, dx = slopes(blur(fold, 3) * 55)
    light = np.clip(0.84 - 0.42 * dx - 0.32 * dy, 0.3, 1.12)
    tone = (0.26 + 0.62 * height + 0.06 * fibre) * light
    return ramp(tone, (0, (0.20, 0.17, 0.13)), (0.5, (0.62, 0.56, 0.46)), (1, (0.95, 0.91, 0.82)))


def pool(rng: np.random.Generator, shape: Shape) -> Field:
    """A tiled pool through moving water: bent joints, a net of caustics, bright flecks."""
    y, x = grid(shape)
    swell = fractal(rng, shape, 2.2)
    ripple = fractal(rng, shape, 1.7)
    dy, dx = slopes(swell * 190 + ripple * 9)
    v, u = (y + 16 * dy) / 118, (x + 16 * dx) / 118
    edge = np.minimum(np.minimum(v % 1, 1 - v % 1), np.minimum(u % 1, 1 - u % 1))
    tone = np.sin(np.floor(v) * 12.9898 + np.floor(u) * 78.233) * 43758.5453
    tone = (tone - np.floor(tone)).astype(np.float32)
    tiles = ramp(tone, (0, (0.05, 0.45, 0.60)), (1, (0.12, 0.60, 0.70)))
    tiles = mix(np.broadcast_to(np.array([0.45, 0.74, 0.77], np.float32), tiles.shape), tiles, step(0.015, 0.04, edge))
    net = np.zeros(shape, np.float32)
    for cell, weight in ((260, 0.75), (150, 0.45)):
        cells = dots(rng, (shape[0] + 200, shape[1] + 200), cell)
        bent = sample(cells, y + 100 + 30 * swell + 9 * ripple, x + 100 + 30 * ripple)
        net += weight * np.clip(bent - 0.25, 0, 1) ** 3 * 3
    net *= 0.75 + 0.5 * step(-1, 1, swell)
    picture = tiles * (0.68 + 0.75 * net)[..., None] + (0.22 * net**1.5)[..., None]
    fleck = step(2.1, 3.0, -dy * 0.8 - dx * 0.6 + 0.8 * fractal(rng, shape, 0.9))
    picture = picture * (1 + 0.025 * fractal(rng, shape, 0.7))[..., None]
    return mix(picture, np.ones_like(picture), fleck * 0.85)


def clouds(rng: np.random.Generator, shape: Shape) -> Field:
    """Cumulus on a blue sky: bent noise as density, lit from the upper left."""
    rows = shape[0]
    y, x = grid(shape)
    base = unit(fractal(rng, shape, 1.75, (1.5, 1)) + 0.35 * fractal(rng, shape, 1.3))
    body = base + 1.1 * np.exp(-(((y - rows * 0.62) / (rows * 0.26)) ** 2)) - 0.75
    billow = np.zeros(shape, np.float32)
    for cell, weight in ((240, 0.62), (110, 0.36), (48, 0.20), (22, 0.11), (10, 0.06)):
        billow += weight * (0.5 - dots(rng, shape, cell))
    density = body + 1.25 * billow
    mask = step(-0.05, 0.55, density)
    thick = np.clip(density, 0, 2.2)
    lit = 0.5 + 1.5 * (billow - np.roll(blur(billow, 7), (16, 14), (0, 1))) + 0.35 * (0.6 - thick * 0.5)
    lit += 0.20 * (1 - y / rows)
    colour = ramp(lit, (-0.3, (0.50, 0.55, 0.64)), (0.35, (0.76, 0.79, 0.84)), (0.95, (0.985, 0.98, 0.965)))
    sky = ramp(y / rows + 0 * x, (0, (0.10, 0.29, 0.62)), (0.7, (0.36, 0.58, 0.83)), (1, (0.64, 0.79, 0.91)))
    return mix(sky, colour, mask)


def facade(rng: np.random.Generator, shape: Shape) -> Field:
    """A glass front seen from the street: panes that mirror the sky, each a little turned."""
    rows = shape[0]
    y, x = grid(shape)
    px, py = x / rows, y / rows
    depth = 1 + 0.62 * px + 0.42 * (1 - py)
    u, v = (px + 0.10) * depth * 6.5, (py + 0.55 * px - 0.15) * depth * 11
    iu, iv = np.floor(u), np.floor(v)
    fu, fv = u - iu, v - iv
    tilt = rng.standard_normal((128, 128)).astype(np.float32)
    ju, jv = iu.astype(np.int32) % 128, iv.astype(np.int32) % 128
    cloud = fractal(rng, (TILE, TILE), 1.7)
    bow = (fu - 0.5) ** 2 * 14 + (fv - 0.5) ** 2 * 9
    at_y, at_x = v * 34 + 26 * tilt[ju, jv] + bow, u * 38 + 26 * tilt[jv, ju] + bow
    cover = step(-0.5, 1.6, sample(cloud, at_y, at_x))
    up = np.clip(v / 22 + 0.03 * tilt[ju, jv], 0, 1)
    glass = mix(ramp(up, (0, (0.07, 0.22, 0.44)), (1, (0.40, 0.58, 0.72))),
                np.broadcast_to(np.array([0.88, 0.90, 0.92], np.float32), (*shape, 3)), cover * 0.8)  # fmt: skip
    inside = tilt[(ju * 7 + 3) % 128, (jv * 5 + 1) % 128] > 1.25
    glass = np.where(inside[..., None], glass * 0.5 + np.array([0.20, 0.17, 0.12], np.float32), glass)
    glass *= (0.94 + 0.06 * fractal(rng, shape, 1.0))[..., None]
    slab = fv > 0.84
    line = np.minimum(np.minimum(fu, 1 - fu) / 1.0, np.minimum(fv, 1 - fv) / 0.8)
    metal = (0.34 + 0.14 * np.sin(fv * 9) + 0.02 * fractal(rng, shape, 0.5))[..., None] * np.array([1, 1.02, 1.05])
    panel = (0.24 + 0.10 * (1 - fv))[..., None] * np.array([0.9, 1.0, 1.1])
    picture = np.where(slab[..., None], panel * (1 + 0.05 * fractal(rng, shape, 0.7))[..., None], glass)
    return mix(metal, picture, step(0.030, 0.048, line)).astype(np.float32)
