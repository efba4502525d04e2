"""Render the sample pictures into photos/, and EXPECTED.toml: what each shows and which rule it breaks.

    python sample_assets/render.py [--only NAME]... [--out FOLDER] [--workers N]

Every picture comes from its seed alone; needs numpy and Pillow. The
video comes from `rendering/film.py`, which needs OpenCV's encoder, and is only
rendered with `--video`.
"""

from __future__ import annotations

import argparse
import importlib
import io
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pictures import BATIK, PICTURES, Picture
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2
from rendering import blocks, faults, flat

if TYPE_CHECKING:
    from rendering.field import Field

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Rendered:
    """One finished file: its path within the folder, its bytes, and how long it took."""

    path: str
    data: bytes
    size: tuple[int, int]
    seconds: float


def render(picture: Picture) -> Rendered:
    """Draw one picture, with its fault and its metadata."""
    began = time.perf_counter()
    module, function = picture.scene.split(".")
    draw = getattr(importlib.import_module(f"rendering.{module}"), function)
    rng = np.random.default_rng(picture.seed)
    drawn: Field = draw(rng, picture.shape, **picture.options)
    if picture.fault:
        drawn = getattr(faults, picture.fault)(rng, drawn)
    if picture.crop:
        top, left = picture.crop
        drawn = drawn[top : top + picture.shape[0] - 40, left : left + picture.shape[1] - 60]
    # Half a step of noise before rounding keeps skies free of bands, as a sensor does.
    dither = rng.random(drawn.shape, dtype=np.float32) if picture.dither else np.float32(0.5)
    pixels = np.clip(drawn * 255 + dither, 0, 255).astype(np.uint8)
    data = encode(picture, pixels)
    return Rendered(picture.path, data, (pixels.shape[1], pixels.shape[0]), time.perf_counter() - began)


def encode(picture: Picture, pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    """Write the pixels in the format that the name asks for, with the blocks that the table names."""
    image = Image.fromarray(pixels)
    profile = blocks.icc(adobe=picture.fault == "adobe_rgb")
    kept = io.BytesIO()
    if picture.path.endswith(".png"):
        image.save(kept, "PNG", optimize=True, icc_profile=profile, dpi=(300, 300))
        return kept.getvalue()
    if picture.path.endswith(".tif"):
        tags = ImageFileDirectory_v2()
        if picture.words:
            tags[700], tags[315], tags[270] = (
                blocks.xmp(picture.words),
                picture.words.creator,
                picture.words.description,
            )
            tags.tagtype[700] = 1
        image.save(kept, "TIFF", compression="tiff_lzw", icc_profile=profile, dpi=(300, 300), tiffinfo=tags)
        return kept.getvalue()
    subsampling = "4:4:4" if picture.fine_colour else "4:2:0"
    image.save(kept, "JPEG", quality=picture.quality, subsampling=subsampling, optimize=True)
    exif = (
        blocks.exif(picture.shot, image.size, picture.words, srgb=picture.fault != "adobe_rgb")
        if picture.shot
        else None
    )
    jpeg = blocks.into_jpeg(kept.getvalue(), exif, picture.words, profile)
    return jpeg[: int(len(jpeg) * picture.keep)]


def drawings() -> list[Rendered]:
    """Draw the batik pattern as EPS with its JPEG preview, and as SVG."""
    began = time.perf_counter()
    paths = flat.batik(BATIK.size, BATIK.pitch)
    ground = BATIK.ground
    eps = flat.as_eps(paths, BATIK.size, ground, BATIK.words.title, BATIK.words.creator)
    small = (1600, 1200)
    svg = flat.as_svg(flat.batik(small, BATIK.pitch), small, ground, BATIK.words.title)
    preview = Picture(f"{BATIK.name}.jpg", "", 0, words=BATIK.words, quality=84)
    pixels = (flat.as_picture(paths, BATIK.size, ground) * 255 + 0.5).astype(np.uint8)
    seconds = time.perf_counter() - began
    return [
        Rendered(f"{BATIK.name}.eps", eps, BATIK.size, seconds),
        Rendered(f"{BATIK.name}.jpg", encode(preview, pixels), BATIK.size, 0),
        Rendered(f"{BATIK.name}-tile.svg", svg, small, 0),
    ]


def expected(done: dict[str, Rendered]) -> str:
    """Return EXPECTED.toml: file → what it shows, its size, and the rule that `check` is to name."""
    lines = [
        "# Written by render.py; paths are within photos/. `rule` is the one fault that was put in on purpose; a file",
        "# without one has pixels that a reviewer would take. Missing titles and keywords are not counted here.",
    ]
    rows = [(p.path, p.shows, p.rule, p.of) for p in PICTURES]
    rows += [(f"{BATIK.name}.eps", BATIK.shows, "", ""), (f"{BATIK.name}.jpg", BATIK.shows, "", f"{BATIK.name}.eps"),
             (f"{BATIK.name}-tile.svg", BATIK.shows, "", "")]  # fmt: skip
    for path, shows, rule, of in sorted(rows):
        width, height = done[path].size
        lines += ["", f'["{path}"]', f'shows = "{shows}"', f"size = [{width}, {height}]"]
        lines += [f'rule = "{rule}"'] if rule else []
        lines += [f'beside = "{of}"'] if of else []
    return "\n".join(lines) + "\n"


def main() -> int:
    """Render what is asked for and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only files whose path holds this")
    parser.add_argument("--out", type=Path, default=HERE, help="the folder that holds photos/")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--video", action="store_true", help="render the video too")
    chosen = parser.parse_args()
    began = time.perf_counter()
    wanted = [p for p in PICTURES if not chosen.only or any(name in p.path for name in chosen.only)]
    done: list[Rendered] = []
    if chosen.workers == 1 or len(wanted) == 1:
        done += map(render, wanted)
    else:
        with ProcessPoolExecutor(chosen.workers, mp_context=get_context("spawn")) as pool:
            done += pool.map(render, wanted)
    if not chosen.only:
        done += drawings()
    for file in done:
        target = chosen.out / "photos" / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.data)
        print(f"{file.path}  {file.size[0]}×{file.size[1]}  {len(file.data) // 1000} kB  {file.seconds:.1f} s")
    if not chosen.only:
        (chosen.out / "EXPECTED.toml").write_text(expected({file.path: file for file in done}), encoding="utf-8")
    if chosen.video:
        film = importlib.import_module("rendering.film")
        film.render(chosen.out / "photos" / film.PATH)
    total = sum(len(file.data) for file in done)
    print(f"{len(done)} files, {total / 1e6:.1f} MB, {time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
