"""Small things laid on each other: beans, pebbles, oranges, leaves; one leaf and one vase on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rendering.field import Field, Shape, blur, fractal, grid, mix, near, ramp, sample, slopes, step

if TYPE_CHECKING:
    from collections.abc import Callable

TILE = 1024
LIGHT = np.array([-0.50, -0.60, 0.62], np.float32)


def _heap(
    rng: np.random.Generator, canvas: Field, places: Field, size: Callable[[int], tuple[float, float]],
    draw: Callable[[int, Field, Field, float], tuple[Field, Field]], shadow: float = 0.55,
) -> Field:  # fmt: skip
    """Lay things on `canvas`, back to front; `draw(i, u, v, angle)` gives colour and coverage in the unit square."""
    rows, columns = canvas.shape[:2]
    for index, (cy, cx) in enumerate(places):
        a, b = size(index)
        angle = float(rng.random() * 2 * np.pi)
        turn_x, turn_y = abs(np.cos(angle)), abs(np.sin(angle))
        tall, wide = int((a * turn_y + b * turn_x) * 1.1) + 4, int((a * turn_x + b * turn_y) * 1.1) + 4
        y0, y1 = max(int(cy) - tall, 0), min(int(cy) + tall, rows)
        x0, x1 = max(int(cx) - wide, 0), min(int(cx) + wide, columns)
        if y0 >= y1 or x0 >= x1:
            continue
        y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32)
        cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        u = ((x - cx) * cos + (y - cy) * sin) / np.float32(a)
        v = (-(x - cx) * sin + (y - cy) * cos) / np.float32(b)
        colour, cover = draw(index, u, v, angle)
        offset = 0.10
        su = u - np.float32(offset * (cos + sin) * b / a)
        sv = v - np.float32(offset * (cos - sin))
        soft = np.clip(1.22 - np.sqrt(su**2 + sv**2), 0, 0.35) / 0.35
        patch = canvas[y0:y1, x0:x1]
        patch *= (1 - shadow * soft)[..., None]
        patch += (colour - patch) * cover[..., None]
    return canvas


def _dome(u: Field, v: Field, angle: float, flat: float = 1.0) -> tuple[Field, Field]:
    """Return light and gloss on an ellipsoid."""
    radius = np.clip(u**2 + v**2, 0, 1)
    nz = np.sqrt(1 - radius) * flat + 0.15
    cos, sin = np.cos(angle), np.sin(angle)
    nx, ny = u * cos - v * sin, u * sin + v * cos
    length = np.sqrt(nx**2 + ny**2 + nz**2)
    light = np.clip((nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2]) / length, 0, 1)
    return light.astype(np.float32), (light**18).astype(np.float32)


def _scatter(rng: np.random.Generator, shape: Shape, pitch: float) -> Field:
    """Return places on a jittered grid, in random order."""
    ys, xs = np.mgrid[-pitch : shape[0] + pitch : pitch, -pitch : shape[1] + pitch : pitch]
    places = np.stack([ys.ravel(), xs.ravel()], axis=1) + (rng.random((ys.size, 2)) - 0.5) * pitch * 1.5
    return rng.permutation(places).astype(np.float32)


def _edge(radius: Field, size: float) -> Field:
    return np.clip((1 - radius) * size, 0, 1)


def beans(rng: np.random.Generator, shape: Shape) -> Field:
    """Roasted coffee beans, filling the frame."""
    skin = fractal(rng, (TILE, TILE), 0.9)
    places = np.concatenate([_scatter(rng, shape, 74), _scatter(rng, shape, 82)])
    tone = rng.random(len(places)).astype(np.float32)
    scale = 0.9 + 0.25 * rng.random(len(places))

    def size(index: int) -> tuple[float, float]:
        return 74 * scale[index], 52 * scale[index]

    def draw(index: int, u: Field, v: Field, angle: float) -> tuple[Field, Field]:
        light, gloss = _dome(u, v, angle)
        rough = near(skin, v * 62 + 131 * index, u * 88 + 57 * index)
        if tone[index] > 0.35:
            seam = np.abs(v - 0.10 * np.sin(u * 3.2)) - 0.05 * (1 - u**2)
            light = light * (0.30 + 0.70 * step(0.0, 0.09, seam)) + 0.10 * step(0.14, 0.08, np.abs(seam - 0.02))
        base = np.array([0.40, 0.215, 0.11], np.float32) * (0.72 + 0.5 * tone[index])
        colour = (
            base * (0.16 + 1.05 * light * (1 + 0.13 * rough))[..., None] + (0.42 * gloss * (1 + 0.4 * rough))[..., None]
        )
        return colour, _edge(np.sqrt(u**2 + v**2), 52)

    return _heap(rng, np.full((*shape, 3), 0.03, np.float32), places, size, draw)


def pebbles(rng: np.random.Generator, shape: Shape, coarse: float = 0.16) -> Field:
    """Wet river pebbles of many stones; `coarse` is how far a stone's grain stands out."""
    grain, veins = fractal(rng, (TILE, TILE), 0.75), fractal(rng, (TILE, TILE), 1.3)
    places = np.concatenate([_scatter(rng, shape, 60), _scatter(rng, shape, 105), _scatter(rng, shape, 210)])
    radius = 46 + 70 * rng.random(len(places)) ** 2.2
    tone = rng.random((len(places), 8)).astype(np.float32)
    stones = np.array([(0.52, 0.50, 0.47), (0.34, 0.35, 0.37), (0.62, 0.52, 0.42), (0.44, 0.33, 0.28),
                       (0.70, 0.68, 0.64), (0.30, 0.36, 0.36)], np.float32)  # fmt: skip

    def size(index: int) -> tuple[float, float]:
        return float(radius[index]), float(radius[index] * (0.62 + 0.34 * tone[index, 0]))

    def draw(index: int, u: Field, v: Field, angle: float) -> tuple[Field, Field]:
        at = np.arctan2(v, u)
        lump = 1 + 0.07 * np.sin(2 * at + 9 * tone[index, 1]) + 0.05 * np.sin(3 * at + 7 * tone[index, 2])
        light, gloss = _dome(u / lump, v / lump, angle, 1.5)
        r = float(radius[index])
        rough = near(grain, v * r + 211 * index, u * r + 83 * index)
        vein = np.exp(-np.abs(near(veins, v * r + 41 * index, u * r + 17 * index)) * 22) * (tone[index, 3] > 0.72)
        base = stones[int(tone[index, 4] * 6)] * (0.75 + 0.4 * tone[index, 5])
        colour = base * (1 + coarse * rough)[..., None] + (0.3 * vein)[..., None]
        colour = colour * (0.20 + 0.95 * light)[..., None] + (0.30 * gloss**2)[..., None]
        return colour, _edge(np.sqrt(u**2 + v**2) / lump, r * 0.8)

    return _heap(rng, np.full((*shape, 3), 0.05, np.float32), places, size, draw, 0.6)


def oranges(rng: np.random.Generator, shape: Shape) -> Field:
    """Oranges on a market stall: pitted peel, a green button here and there."""
    peel = fractal(rng, (TILE, TILE), 0.15)
    peel = blur(peel, 1.6)
    peel /= peel.std()
    dy, dx = slopes(peel)
    patch = fractal(rng, (TILE, TILE), 1.5)
    pitch = 300.0
    ys, xs = np.mgrid[-1:8, -1:10]
    places = np.stack([ys.ravel() * pitch * 0.86, (xs.ravel() + 0.5 * (ys.ravel() % 2)) * pitch], axis=1)
    places = (places + rng.standard_normal(places.shape) * 16).astype(np.float32)
    tone = rng.random((len(places), 4)).astype(np.float32)

    def size(index: int) -> tuple[float, float]:
        return 176 + 10 * float(tone[index, 0]), 172 + 8 * float(tone[index, 1])

    def draw(index: int, u: Field, v: Field, angle: float) -> tuple[Field, Field]:
        py, px = v * 175 + 331 * index, u * 175 + 119 * index
        bump_u, bump_v = sample(dx, py, px) * 0.11, sample(dy, py, px) * 0.11
        light, gloss = _dome(np.clip(u + bump_u, -1, 1), np.clip(v + bump_v, -1, 1), angle, 1.1)
        pit = sample(peel, py, px)
        shade = near(patch, py, px)
        base = ramp(0.5 + 0.18 * shade + 0.3 * (tone[index, 2] - 0.5), (0, (0.88, 0.38, 0.03)), (1, (0.99, 0.60, 0.08)))
        colour = base * (0.20 + 0.88 * light * (1 + 0.05 * pit))[..., None]
        colour = colour + (0.55 * gloss**2.2)[..., None]
        if tone[index, 3] > 0.45:
            at = np.hypot(u - 0.25, v + 0.2)
            star = at * (1 + 0.25 * np.cos(5 * np.arctan2(v + 0.2, u - 0.25)))
            button = np.array([0.25, 0.30, 0.10], np.float32) * (0.7 + 0.6 * light + 0.2 * pit)[..., None]
            colour = mix(colour * (1 - 0.3 * np.exp(-((at / 0.16) ** 2)))[..., None], button, step(0.085, 0.065, star))
        return colour, _edge(np.sqrt(u**2 + v**2), 170)

    return _heap(rng, np.full((*shape, 3), 0.03, np.float32), rng.permutation(places), size, draw, 0.6)


def _leaf(u: Field, v: Field, grain: Field, size: float, offset: int) -> tuple[Field, Field, Field]:
    """Return tone, relief and coverage of a leaf whose midrib runs along u from -1 to 1."""
    t = np.clip((u + 1) / 2, 0, 1)
    half = 0.95 * np.clip(np.sin(np.pi * t**0.8), 0, 1) ** 0.85 * (1 - 0.25 * t)
    inside = half - np.abs(v) * 1.05
    vein = np.abs(((u * 5.2 - np.abs(v) * 3.1 + 40) % 1) - 0.5)
    side = np.exp(-(((0.5 - vein) / 0.055) ** 2))
    rib = np.exp(-((np.abs(v) / 0.028) ** 2))
    fine = near(grain, v * size + 61 * offset, u * size + 29 * offset)
    tone = 0.45 + 0.07 * fine + 0.26 * rib + 0.14 * side * step(0, 0.15, inside)
    relief = 0.5 + 0.42 * np.sin(2 * np.pi * (u * 5.2 - np.abs(v) * 3.1)) * step(0, 0.3, inside)
    return tone, relief, np.clip(inside * size * 0.8, 0, 1)


def foliage(rng: np.random.Generator, shape: Shape) -> Field:
    """A wall of leaves, the deeper the darker."""
    grain = fractal(rng, (TILE, TILE), 0.8)
    places = np.concatenate([_scatter(rng, shape, pitch) for pitch in (120, 112, 128)])
    tone = rng.random((len(places), 3)).astype(np.float32)
    layer = np.linspace(0.22, 1.0, len(places)).astype(np.float32)

    def size(index: int) -> tuple[float, float]:
        length = 105 + 75 * float(tone[index, 0])
        return length, length * 0.46

    def draw(index: int, u: Field, v: Field, angle: float) -> tuple[Field, Field]:
        tone_, relief, cover = _leaf(u, v, grain, 100, index)
        half = np.where(v > 0, 0.08, -0.08) * np.cos(angle)
        light = (0.62 + 0.22 * relief + half + 0.25 * tone[index, 1]) * layer[index]
        green = ramp(
            tone_ + 0.25 * (tone[index, 2] - 0.5),
            (0, (0.05, 0.15, 0.03)),
            (0.5, (0.23, 0.45, 0.10)),
            (1, (0.70, 0.80, 0.40)),
        )
        return green * light[..., None], cover

    return _heap(rng, np.full((*shape, 3), 0.02, np.float32), places, size, draw, 0.5)


def bokeh(rng: np.random.Generator, shape: Shape, colours: Field, count: int, size: tuple[float, float]) -> Field:
    """Discs of light out of focus, brighter at the rim, over a dark ground."""
    canvas = np.zeros((*shape, 3), np.float32)
    for _ in range(count):
        cy, cx = rng.random() * shape[0], rng.random() * shape[1]
        r = size[0] + (size[1] - size[0]) * rng.random()
        y0, y1, x0, x1 = max(int(cy - r - 2), 0), int(cy + r + 2), max(int(cx - r - 2), 0), int(cx + r + 2)
        y, x = np.mgrid[y0 : min(y1, shape[0]), x0 : min(x1, shape[1])].astype(np.float32)
        at = np.hypot(y - cy, x - cx) / r
        disc = np.clip((1 - at) * r * 0.35, 0, 1) * (0.72 + 0.28 * np.clip(at, 0, 1) ** 6)
        colour = colours[int(rng.random() * len(colours))] * (0.15 + 0.5 * rng.random())
        canvas[y0:y1, x0:x1] += disc[..., None] * colour
    return canvas


def single_leaf(rng: np.random.Generator, shape: Shape) -> Field:
    """One sharp leaf with dew before a garden out of focus."""
    rows, columns = shape
    greens = np.array([(0.35, 0.55, 0.16), (0.52, 0.62, 0.22), (0.20, 0.40, 0.14), (0.72, 0.70, 0.38)], np.float32)
    back = ramp(fractal(rng, shape, 2.6), (-2, (0.04, 0.12, 0.04)), (2, (0.28, 0.42, 0.14)))
    back = back + 0.55 * bokeh(rng, shape, greens, 130, (40, 120))
    y, x = grid(shape)
    angle = np.radians(-24)
    cy, cx, length = rows * 0.54, columns * 0.47, columns * 0.36
    u = ((x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)) / length
    v = (-(x - cx) * np.sin(angle) + (y - cy) * np.cos(angle)) / (length * 0.42)
    v = v - 0.10 * (1 - u**2)
    u, v = u.astype(np.float32), v.astype(np.float32)
    grain, cells = fractal(rng, (TILE, TILE), 0.7), fractal(rng, (TILE, TILE), 0.3)
    tone, relief, cover = _leaf(u, v, grain, length, 3)
    net = np.exp(-np.abs(sample(blur(cells, 2.2) * 4, v * length * 0.42, u * length)) * 5)
    tone = tone + 0.10 * net - 0.05
    green = ramp(tone, (0, (0.05, 0.16, 0.03)), (0.5, (0.22, 0.47, 0.09)), (1, (0.74, 0.84, 0.42)))
    light = 0.62 + 0.30 * relief + 0.22 * np.where(v > 0, -0.5, 0.5) + 0.20 * (0.5 - y / rows)
    leaf = green * light[..., None]
    for _ in range(150):
        du, dv = rng.random() * 1.5 - 0.75, (rng.random() - 0.5) * 1.1
        r = float(5 + 26 * rng.random() ** 3)
        py = cy + du * length * np.sin(angle) + dv * length * 0.42 * np.cos(angle)
        px = cx + du * length * np.cos(angle) - dv * length * 0.42 * np.sin(angle)
        y0, x0 = int(py - r - 3), int(px - r - 3)
        part = leaf[y0 : y0 + int(2 * r + 7), x0 : x0 + int(2 * r + 7)]
        dy, dx = np.mgrid[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]].astype(np.float32)
        dy, dx = (dy - py) / r, (dx - px) / r
        at = np.hypot(dy, dx)
        body = part * (0.72 + 0.75 * np.clip(0.5 + 0.45 * (dx + dy), 0, 1))[..., None]
        body += (np.exp(-(((dx + 0.35) ** 2 + (dy + 0.4) ** 2) / 0.03)) * 1.1)[..., None]
        shade = part * (1 - 0.45 * np.exp(-(((dx - 0.25) ** 2 + (dy - 0.3) ** 2) / 0.7)))[..., None]
        part[:] = mix(shade, body, np.clip((1 - at) * r, 0, 1))
    return mix(back, leaf, cover)


def vase(rng: np.random.Generator, shape: Shape) -> Field:
    """A glazed vase on white, lit from the left, with its soft shadow."""
    rows, columns = shape
    y, x = grid(shape)
    top, bottom, middle = rows * 0.14, rows * 0.86, columns * 0.5
    t = np.clip((y - top) / (bottom - top), 0, 1)
    radius = rows * (
        0.105
        - 0.055 * np.exp(-(((t - 0.13) / 0.09) ** 2))
        + 0.155 * np.sin(np.pi * np.clip(t - 0.08, 0, 1) ** 0.82) ** 1.5
    )
    across = (x - middle) / radius
    inside = np.clip((1 - np.abs(across)) * 300, 0, 1) * ((y > top) & (y < bottom))
    depth = np.sqrt(np.clip(1 - across**2, 0, 1))
    turn = np.arcsin(np.clip(across, -1, 1)) * 330
    speck, run = fractal(rng, (TILE, TILE), 0.55), fractal(rng, (TILE, TILE), 1.5)
    glaze = near(speck, y + 0 * x, turn + 400)
    edge = t + 0.045 * sample(run, y * 0.2 + 0 * x, turn + 300) + 0.02 * np.sin(turn / 37)
    body = ramp(
        edge,
        (0, (0.10, 0.30, 0.36)),
        (0.42, (0.16, 0.44, 0.48)),
        (0.56, (0.50, 0.66, 0.62)),
        (0.60, (0.82, 0.76, 0.66)),
        (1, (0.70, 0.60, 0.49)),
    )
    body *= (1 + 0.06 * glaze - 0.30 * (glaze > 2.1) * (edge > 0.58))[..., None]
    rings = 1 + 0.02 * np.sin(y * 0.55 + 0 * x)
    light = (0.30 + 0.75 * np.clip(-0.55 * across + 0.80 * depth, 0, 1)) * rings
    gloss = np.exp(-(((across + 0.46) / 0.075) ** 2)) * step(0.22, 0.35, t) * step(0.72, 0.5, t)
    picture = body * light[..., None] + (0.55 * gloss)[..., None]
    mouth = ((x - middle) / (rows * 0.083)) ** 2 + ((y - top) / (rows * 0.020)) ** 2
    rim = ramp(np.clip((x - middle) / (rows * 0.09) + 0.5, 0, 1), (0, (0.34, 0.56, 0.58)), (1, (0.12, 0.30, 0.34)))
    floor = np.exp(
        -(((x - middle - rows * 0.10) / (rows * 0.30)) ** 2) - ((y - bottom + rows * 0.006) / (rows * 0.030)) ** 2
    )
    contact = np.exp(-(((x - middle) / (rows * 0.125)) ** 4) - ((y - bottom) / (rows * 0.012)) ** 2)
    white = 0.972 - 0.02 * (y / rows) - 0.30 * floor - 0.45 * contact
    ground = white[..., None] * np.array([1.0, 0.998, 0.992], np.float32)
    out = mix(ground, picture, inside.astype(np.float32))
    out = mix(out, rim, np.clip((1.12 - mouth) * 40, 0, 1))
    return mix(
        out, np.broadcast_to(np.array([0.03, 0.07, 0.08], np.float32), out.shape), np.clip((0.86 - mouth) * 30, 0, 1)
    )
