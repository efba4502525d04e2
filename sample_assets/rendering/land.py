"""Landscapes: a height field seen in perspective, under a sky, in haze; and the sea."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rendering.field import Field, Shape, blur, fractal, grid, mix, near, ramp, sample, slopes, step, unit

if TYPE_CHECKING:
    from collections.abc import Callable

TILE = 1024
Stops = tuple[tuple[float, tuple[float, float, float]], ...]


@dataclass(frozen=True)
class View:
    """A camera over a land: lengths in tile pixels, `horizon` and `focal` as shares of the picture's height."""

    land: Field
    horizon: float = 0.42
    focal: float = 1.1
    eye: float = 60
    closest: float = 20
    farthest: float = 2400
    at: tuple[float, float] = (0, 0)
    sun: tuple[float, float, float] = (-0.6, 0.45, 0.35)
    haze: float = 900
    sky: Stops = field(default=((0, (0.25, 0.45, 0.75)), (1, (0.85, 0.9, 0.95))))


@dataclass(frozen=True)
class Seen:
    """What each pixel shows: world place, depth, height, slopes and light; `sky` where there is no land."""

    y: Field
    x: Field
    depth: Field
    height: Field
    slope: Field
    light: Field
    pixel: Field
    sky: Field


def look(view: View, shape: Shape) -> Seen:
    """Trace the land: for each column the running horizon tells which depth each row shows."""
    rows, columns = shape
    focal, horizon = view.focal * rows, view.horizon * rows
    depth = np.geomspace(view.closest, view.farthest, 1400).astype(np.float32)
    across = ((np.arange(columns) - columns / 2) / focal).astype(np.float32)
    world_x = view.at[1] + depth[:, None] * across[None, :]
    world_y = np.broadcast_to(view.at[0] + depth[:, None], world_x.shape)
    ground = sample(view.land, world_y, world_x)
    line = horizon - (ground - view.eye) * focal / depth[:, None]
    lowest = -np.minimum.accumulate(line, axis=0)
    wanted = -np.arange(rows, dtype=np.float32)
    index = np.stack([np.searchsorted(lowest[:, x], wanted) for x in range(columns)], axis=1)
    sky = (index >= len(depth)).astype(np.float32)
    index = np.clip(index, 1, len(depth) - 1)
    every = np.arange(columns)[None, :]
    before, after = line[index - 1, every], line[index, every]
    share = np.clip((before + wanted[:, None]) / np.where(before - after == 0, 1, before - after), 0, 1)
    far = depth[index - 1] + share * (depth[index] - depth[index - 1])
    x = view.at[1] + far * across[None, :]
    y = view.at[0] + far
    dy, dx = (sample(part, y, x) for part in slopes(view.land))
    length = np.sqrt(dy**2 + dx**2 + 1)
    sx, up, sy = np.array(view.sun) / np.linalg.norm(view.sun)
    light = np.clip((-dx * sx - dy * sy + up) / length, 0, 1)
    return Seen(y, x, far, sample(view.land, y, x), 1 - 1 / length, light, far / focal, sky)


def detail(seen: Seen, tile: Field, finest: float = 0.04, octaves: int = 9) -> Field:
    """Return ground detail with equal contrast per octave, no finer than a pixel shows."""
    total = np.zeros_like(seen.depth)
    for octave in range(octaves):
        scale = finest * 2**octave
        weight = np.clip(1.6 * scale / seen.pixel - 0.6, 0, 1)
        total += weight * near(tile, seen.y / scale + 97 * octave, seen.x / scale + 31 * octave)
    return total / np.float32(np.sqrt(octaves))


def sky_over(view: View, shape: Shape, clouds: Field | None = None, amount: float = 0.5) -> Field:
    """Return the sky by height above the horizon, with clouds drawn out towards it."""
    rows, columns = shape
    y, x = grid(shape)
    up = np.clip(1 - y / (view.horizon * rows), 0, 1) + 0 * x
    picture = ramp(1 - up, *view.sky)
    if clouds is None:
        return picture
    far = 1 / (up + 0.09)
    cover = sample(clouds, far * 60, (x - columns / 2) / rows * far * 75)
    lit = sample(clouds, far * 60 + 5, (x - columns / 2) / rows * far * 75 - 6)
    mask = step(0.1, 1.6, cover + 0.5) * amount * step(0.02, 0.25, up)
    bright = np.clip(0.86 + 0.16 * (cover - lit), 0, 1)[..., None] * np.array([1, 0.97, 0.94], np.float32)
    return mix(picture, np.clip(bright * (0.35 + 0.75 * ramp(np.ones_like(up), *view.sky)), 0, 1), mask)


def scene(view: View, shape: Shape, ground: Callable[[Seen], Field], clouds: Field | None = None) -> Field:
    """Put land, haze and sky together."""
    seen = look(view, shape)
    picture = ground(seen)
    haze = ramp(np.ones(shape, np.float32), *view.sky)
    picture = mix(picture, haze, 1 - np.exp(-((seen.depth / view.haze) ** 1.3)))
    return mix(picture, sky_over(view, shape, clouds), blur(seen.sky, 0.6))


def ridges(rng: np.random.Generator, height: float, power: float = 2.1) -> Field:
    """Return mountains: noise folded at its zero line, so that crests are sharp."""
    folded = 1 - np.abs(fractal(rng, (TILE, TILE), power)) * 0.9
    rough = fractal(rng, (TILE, TILE), 1.7)
    return (unit(folded + 0.16 * rough) * height).astype(np.float32)


def terraces(rng: np.random.Generator, shape: Shape) -> Field:
    """Rice terraces: a valley whose height goes in steps, each with its bank and its paddy."""
    base = fractal(rng, (TILE, TILE), 2.4) * 26 + fractal(rng, (TILE, TILE), 2.0) * 5
    level = base / 5.2
    part = level - np.floor(level)
    land = ((np.floor(level) + step(0.72, 0.97, part) + 0.10 * step(0.5, 0.72, part)) * 5.2).astype(np.float32)
    grain, patches = fractal(rng, (TILE, TILE), 0.75), fractal(rng, (TILE, TILE), 1.6)
    kind = near(rng.random((64, 64), dtype=np.float32), np.floor(level) * 7, np.floor(patches * 0.8) * 5 + 0 * level)

    def ground(seen: Seen) -> Field:
        bank = step(0.12, 0.4, seen.slope)
        crop = sample(kind, seen.y, seen.x)
        rows_ = 0.5 + 0.5 * np.sin(sample(base, seen.y, seen.x) * 16)
        rough = detail(seen, grain, 0.02, 10)
        green = ramp(crop, (0, (0.16, 0.33, 0.06)), (0.5, (0.34, 0.47, 0.10)), (1, (0.52, 0.55, 0.17)))
        dark = np.array([0.13, 0.17, 0.05], np.float32)
        close = np.clip(1 - seen.pixel / 0.22, 0, 1)
        picture = green * (0.86 + 0.14 * rows_ * close + 0.20 * rough)[..., None]
        picture = mix(picture, dark * (1 + 0.5 * rough)[..., None], bank * 0.85)
        picture *= (0.42 + 0.8 * seen.light)[..., None]
        return picture * np.array([1.08, 1.0, 0.85], np.float32)

    view = View(
        land, horizon=0.26, eye=float(land.max()) * 0.98, closest=14, farthest=1300, at=(70, 300), haze=750,
        sky=((0, (0.36, 0.56, 0.78)), (1, (0.90, 0.90, 0.84))),
    )  # fmt: skip
    return scene(view, shape, ground, fractal(rng, (TILE, TILE), 1.6))


def alps(rng: np.random.Generator, shape: Shape) -> Field:
    """Snow on ridges, rock where it is steep, meadow in the foreground."""
    land = ridges(rng, 40, 1.95) + 34 * fractal(rng, (TILE, TILE), 2.6)
    land = (land + 0.004 * np.clip(land, 0, None) ** 2).astype(np.float32)
    grain = fractal(rng, (TILE, TILE), 0.8)

    def ground(seen: Seen) -> Field:
        rough = detail(seen, grain)
        rock = np.array([0.36, 0.33, 0.31], np.float32) * (1 + 0.34 * rough)[..., None]
        snow = np.array([0.93, 0.95, 0.98], np.float32) * (1 + 0.04 * rough)[..., None]
        grass = ramp(rough, (-2, (0.10, 0.15, 0.05)), (2, (0.33, 0.36, 0.14)))
        white = step(-8, 22, seen.height + 10 * rough - 60 * seen.slope + 4)
        picture = mix(mix(rock, grass, step(-30, -60, seen.height + 6 * rough + 30 * seen.slope)), snow, white)
        shade = np.array([0.30, 0.36, 0.48], np.float32)
        sun = np.array([0.98, 0.91, 0.78], np.float32)
        return picture * (shade + sun * (seen.light**1.2)[..., None])

    at = _overlook(land)
    eye = float(land[at[0] - 10 : at[0] + 100, at[1] - 50 : at[1] + 50].max()) + 6
    view = View(land, horizon=0.55, eye=eye, closest=20, farthest=2000, at=at, haze=2600, sun=(-0.8, 0.5, -0.25),
                sky=((0, (0.16, 0.36, 0.68)), (1, (0.74, 0.83, 0.93))))  # fmt: skip
    return scene(view, shape, ground, fractal(rng, (TILE, TILE), 1.7))


def _overlook(land: Field) -> tuple[int, int]:
    """Return a low place with high ground well before it."""
    view = np.roll(blur(land, 30), -260, 0) - 1.5 * blur(land, 40) - np.roll(blur(land, 50), -90, 0)
    view[:40] = view[860:] = view[:, :90] = view[:, -90:] = -1e9
    y, x = np.unravel_index(int(view.argmax()), view.shape)
    return int(y), int(x)


def dunes(rng: np.random.Generator, shape: Shape) -> Field:
    """Sand dunes: long crests, wind ripples, low sun."""
    wide = fractal(rng, (TILE, TILE), 2.6, (1, 0.5))
    fold = np.abs(fractal(rng, (TILE, TILE), 2.5, (1, 0.6)))
    land = blur((unit(-fold) * 22 + wide * 10).astype(np.float32), 2.0)
    grain, bend = fractal(rng, (TILE, TILE), 0.5), fractal(rng, (TILE, TILE), 1.8)

    def ground(seen: Seen) -> Field:
        rough = detail(seen, grain, 0.01, 10)
        phase = seen.y * 3.1 + seen.x * 1.2 + 5 * sample(bend, seen.y * 2, seen.x * 2)
        ripples = np.sin(phase) * np.clip(1.3 - seen.pixel * 6, 0, 1)
        picture = ramp(seen.light, (0, (0.25, 0.13, 0.09)), (0.35, (0.62, 0.36, 0.19)), (0.9, (0.97, 0.72, 0.44)))
        return picture * (1 + 0.055 * rough + 0.07 * ripples)[..., None]

    view = View(land, horizon=0.30, eye=52, closest=26, farthest=1500, at=(400, 200), haze=1800, sun=(-0.85, 0.33, 0.1),
                sky=((0, (0.30, 0.50, 0.74)), (1, (0.93, 0.84, 0.72))))  # fmt: skip
    return scene(view, shape, ground)


def misty(rng: np.random.Generator, shape: Shape) -> Field:
    """Wooded ridges one behind the other, in morning fog."""
    land = ridges(rng, 30, 2.2)
    grain = fractal(rng, (TILE, TILE), 0.6)
    trees = np.maximum(fractal(rng, (TILE, TILE), 0.35), -0.5)
    land = (land + 1.1 * trees).astype(np.float32)

    def ground(seen: Seen) -> Field:
        rough = detail(seen, grain, 0.03, 9)
        picture = ramp(rough, (-2.5, (0.012, 0.03, 0.03)), (2.5, (0.12, 0.17, 0.12)))
        low = np.exp(-np.clip(seen.height + 30, 0, None) / 20) * step(90, 500, seen.depth)
        warm = np.array([0.90, 0.78, 0.68], np.float32)
        return mix(picture * (0.55 + seen.light)[..., None], np.broadcast_to(warm, picture.shape), 0.75 * low)

    view = View(land, horizon=0.34, eye=62, closest=60, farthest=1700, at=(40, 800), haze=640, sun=(0.3, 0.35, 0.9),
                sky=((0, (0.42, 0.50, 0.66)), (0.6, (0.86, 0.70, 0.62)), (1, (0.98, 0.86, 0.72))))  # fmt: skip
    return scene(view, shape, ground, fractal(rng, (TILE, TILE), 1.8))


def sea(rng: np.random.Generator, shape: Shape, tilt: float = 0.0, sun_at: float = 0.62) -> Field:
    """The sea at sunset: waves mirror the sky by Fresnel's law; `tilt` in degrees turns the horizon."""
    rows, columns = shape
    y, x = grid(shape)
    horizon = rows * 0.46
    drop = y - horizon + np.float32(np.tan(np.radians(tilt))) * (x - columns / 2)
    clouds, waves = fractal(rng, (TILE, TILE), 1.7), fractal(rng, (TILE, TILE), 1.15)
    sun = (rows * 0.37, columns * sun_at)
    sky = _evening(np.clip(-drop / horizon, 0, 1) + 0 * x, clouds, x, shape)
    glow = np.hypot(y - sun[0], x - sun[1]) / rows
    sky += np.exp(-((glow / 0.25) ** 1.0))[..., None] * np.array([0.50, 0.26, 0.05], np.float32)
    disc = step(0.036, 0.0335, glow)
    sky = mix(sky, np.broadcast_to(np.array([1.0, 0.93, 0.72], np.float32), sky.shape), disc)
    depth = 900 / np.clip(drop, 0.5, None)
    wx, wy = (x - columns / 2) / rows * depth, depth
    lift, side = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    dy, dx = slopes(waves)
    for scale, weight in ((0.030, 0.5), (0.010, 0.8), (0.0035, 0.9), (0.0011, 0.7)):
        seen = np.clip(scale * 700 / depth, 0, 1) * weight
        lift += seen * sample(dy, wy / scale * 2.2, wx / scale)
        side += seen * sample(dx, wy / scale * 2.2 + 300, wx / scale)
    mirror = np.clip(drop / horizon * 0.55 + 0.17 * np.abs(lift) + 0.04, 0, 1)
    fresnel = np.clip(0.86 - 0.7 * mirror, 0.1, 1)
    water = mix(np.broadcast_to(np.array([0.02, 0.07, 0.12], np.float32), sky.shape),
                _evening(mirror, clouds, x + side * 400, shape) * 0.9, fresnel)  # fmt: skip
    path = np.exp(-(((x - sun[1]) / rows / (0.05 + 0.16 * drop / rows)) ** 2)) * step(-0.3, 1.4, lift - 0.2)
    water += (path * 0.95)[..., None] * np.array([1.0, 0.66, 0.30], np.float32)
    out = np.clip(mix(sky, water, np.clip(drop + 0.5, 0, 1)), 0, None)
    # A film's shoulder: the brightest light comes near white and is not cut off.
    return out / (1 + out**6) ** np.float32(1 / 6)


def _evening(up: Field, clouds: Field, x: Field, shape: Shape) -> Field:
    rows = shape[0]
    base = ramp(
        up, (0, (0.96, 0.60, 0.30)), (0.25, (0.86, 0.45, 0.36)), (0.6, (0.44, 0.33, 0.48)), (1, (0.18, 0.22, 0.42))
    )
    far = 1 / (up + 0.12)
    cover = sample(clouds, far * 90, x / rows * far * 50)
    edge = sample(clouds, far * 90 + 8, x / rows * far * 50)
    mask = step(0.0, 1.5, cover) * 0.85
    lit = np.clip(0.5 + 0.45 * (edge - cover), 0, 1)
    colour = ramp(lit, (0, (0.26, 0.18, 0.27)), (0.6, (0.72, 0.36, 0.30)), (1, (1.0, 0.66, 0.42)))
    return mix(base, colour, mask)
