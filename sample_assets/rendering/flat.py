"""Flat art: layered paper hills, terrazzo, and a batik pattern as a drawing."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from rendering.field import Field, Shape, blur, fractal, grid

Curve = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
Path = tuple[str, tuple[float, float], tuple[Curve, ...]]


def paper(rng: np.random.Generator, shape: Shape) -> Field:
    """Hills cut from coloured paper, each casting a soft shadow on the next."""
    rows, columns = shape
    y, x = grid(shape)
    sheets = np.array([(0.99, 0.90, 0.76), (0.98, 0.76, 0.52), (0.93, 0.56, 0.40), (0.72, 0.38, 0.40),
                       (0.46, 0.27, 0.40), (0.25, 0.19, 0.34), (0.13, 0.13, 0.25)], np.float32)  # fmt: skip
    picture = np.broadcast_to(sheets[0], (*shape, 3)).copy()
    sun = np.hypot(y - rows * 0.30, x - columns * 0.66) < rows * 0.13
    picture[sun] = (0.99, 0.97, 0.88)
    for index, colour in enumerate(sheets[1:], 1):
        line = fractal(rng, (4, columns), 1.5)[0] * rows * 0.035 + rows * (0.26 + 0.105 * index)
        line -= _trees(rng, columns, 26 * index)
        sheet = (y > line[None, :]).astype(np.float32)
        shadow = blur(np.roll(sheet, -14, 0), 16) * (1 - sheet)
        picture *= (1 - 0.30 * shadow)[..., None]
        picture = np.where(sheet[..., None] > 0, colour, picture)
    return picture.astype(np.float32)


def _trees(rng: np.random.Generator, columns: int, count: int) -> Field:
    """Return the outline of firs along a ridge: their height over each column."""
    x = np.arange(columns, dtype=np.float32)
    outline = np.zeros(columns, np.float32)
    for _ in range(count):
        wide, high = 9 + 9 * rng.random(), 40 + 70 * rng.random()
        np.maximum(outline, high * (1 - np.abs(x - rng.random() * columns) / np.float32(wide)), out=outline)
    return outline


def terrazzo(rng: np.random.Generator, shape: Shape) -> Field:
    """Terrazzo: chips of stone, flat colours, in cement."""
    rows, columns = shape
    image = Image.new("RGB", (columns * 2, rows * 2), (236, 231, 222))
    pen = ImageDraw.Draw(image)
    stones = [(197, 110, 84), (70, 92, 98), (224, 184, 122), (150, 160, 148), (52, 50, 56), (214, 150, 138)]
    for _ in range(900):
        cy, cx = rng.random() * rows * 2, rng.random() * columns * 2
        size = 14 + 95 * rng.random() ** 2
        corners = np.sort(rng.random(int(5 + 4 * rng.random()))) * 2 * np.pi
        reach = size * (0.6 + 0.5 * rng.random(len(corners)))
        outline = [
            (float(cx + r * np.cos(a)), float(cy + 0.8 * r * np.sin(a))) for r, a in zip(reach, corners, strict=True)
        ]
        pen.polygon(outline, fill=stones[int(rng.random() * 6)])
    return np.asarray(image.resize((columns, rows), Image.Resampling.BOX), np.float32) / 255


def batik(size: tuple[int, int], pitch: int) -> list[Path]:
    """Return the kawung pattern as closed Bézier paths: (fill colour, start, curves)."""
    paths: list[Path] = []
    petal, core = pitch * 0.43, pitch * 0.06
    for row in range(-1, 2 * size[1] // pitch + 2):
        for column in range(-1, size[0] // pitch + 2):
            cx, cy = (column + 0.5 * (row % 2)) * pitch, row * pitch * 0.5
            for angle in (45, 135, 225, 315):
                paths.append(_petal(cx, cy, angle, petal * 0.78, petal * 0.36, "#e9d8b4"))
                paths.append(_petal(cx, cy, angle, petal * 0.62, petal * 0.15, "#7a3e1d"))
            paths.append(_petal(cx - core, cy, 0, core * 2, core * 1.3, "#d9a441"))
    return paths


def _petal(cx: float, cy: float, angle: float, length: float, width: float, colour: str) -> Path:
    cos, sin = float(np.cos(np.radians(angle))), float(np.sin(np.radians(angle)))

    def at(u: float, v: float) -> tuple[float, float]:
        return round(cx + u * cos - v * sin, 2), round(cy + u * sin + v * cos, 2)

    there = (at(length * 0.2, width), at(length * 0.8, width), at(length, 0))
    back = (at(length * 0.8, -width), at(length * 0.2, -width), at(length * 0.06, 0))
    return colour, at(length * 0.06, 0), (there, back)


def as_eps(paths: list[Path], size: tuple[int, int], ground: str, title: str, creator: str) -> bytes:
    """Write the paths as an EPS of level 2 with its structuring comments (EPSF 3.0, DSC 3.0)."""
    width, height = size

    def colour(value: str) -> str:
        return " ".join(f"{int(value[i : i + 2], 16) / 255:.3f}" for i in (1, 3, 5)) + " setrgbcolor"

    lines = [
        "%!PS-Adobe-3.0 EPSF-3.0", f"%%BoundingBox: 0 0 {width} {height}", f"%%HiResBoundingBox: 0 0 {width} {height}",
        f"%%Title: ({title})", f"%%Creator: ({creator})", "%%CreationDate: (2026-05-14 10:12:00)", "%%LanguageLevel: 2",
        "%%DocumentData: Clean7Bit", "%%Pages: 1", "%%EndComments", "%%BeginProlog",
        "/m {moveto} bind def /c {curveto} bind def /f {closepath fill} bind def", "%%EndProlog", "%%Page: 1 1",
        "gsave", f"0 0 {width} {height} rectclip", colour(ground), f"0 0 {width} {height} rectfill",
    ]  # fmt: skip
    last = ""
    for fill, (x, y), curves in paths:
        if fill != last:
            lines.append(colour(fill))
            last = fill
        lines.append(f"{x} {y} m " + " ".join(" ".join(f"{a} {b}" for a, b in curve) + " c" for curve in curves) + " f")
    lines += ["grestore", "showpage", "%%Trailer", "%%EOF", ""]
    return "\n".join(lines).encode("ascii")


def as_svg(paths: list[Path], size: tuple[int, int], ground: str, title: str) -> bytes:
    """Write the paths as SVG 1.1; its y axis points down."""
    width, height = size
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg" version="1.1"',
        f'  width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"<title>{title}</title>",
        f'<rect width="{width}" height="{height}" fill="{ground}"/>',
    ]
    for fill, (x, y), curves in paths:
        parts = " ".join("C" + " ".join(f"{a},{round(height - b, 2)}" for a, b in curve) for curve in curves)
        lines.append(f'<path fill="{fill}" d="M{x},{round(height - y, 2)} {parts}Z"/>')
    return ("\n".join([*lines, "</svg>"]) + "\n").encode()


def as_picture(paths: list[Path], size: tuple[int, int], ground: str, scale: int = 2) -> Field:
    """Draw the paths as a picture, smoothed by drawing larger."""
    width, height = size
    image = Image.new("RGB", (width * scale, height * scale), ground)
    pen = ImageDraw.Draw(image)
    t = np.linspace(0, 1, 14)[:, None]
    for fill, start, curves in paths:
        points = [np.array([start])]
        for curve in curves:
            p0, (p1, p2, p3) = points[-1][-1], (np.array(point) for point in curve)
            points.append((1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t**2 * p2 + t**3 * p3)
        every = np.concatenate(points) * scale
        pen.polygon([(float(a), float(height * scale - b)) for a, b in every], fill=fill)
    return np.asarray(image.resize(size, Image.Resampling.BOX), np.float32) / 255
