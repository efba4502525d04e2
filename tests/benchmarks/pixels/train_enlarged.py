"""Make the weights by which `check` tells an enlarged picture, from photos of public repositories.

    python tests/benchmarks/pixels/train_enlarged.py CLONES

CLONES holds a clone of each repository that `enlarged_photos.tsv` names, in a
folder named owner+name; a line of that table is a repository, the git object
of a photo, and which of its variants are made. Each photo is measured as its
camera wrote it, enlarged in several ways, and made soft, smooth or smaller, or
saved anew. A logistic regression with a penalty is fitted to all (iteratively
reweighted least squares); before, cameras are left out by fifths, to tell how
well it does on cameras that it has not seen.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import simplejpeg
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[3]))

from stockctl.check.measure.lens.focus import focus
from stockctl.check.measure.light.noise import noise
from stockctl.check.measure.sample import tiles
from stockctl.check.measure.traces.enlarged import signs
from stockctl.check.thresholds import THRESHOLDS
from stockctl.media.capture import read_capture
from stockctl.media.decoding.decode import decode
from stockctl.metadata import read
from tests.benchmarks.pixels.degradations import DEGRADATIONS, HARMLESS, encoded, enlarged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tests.benchmarks.pixels.degradations import Pixels

PHOTOS = Path(__file__).with_name("enlarged_photos.tsv")
WEIGHTS = Path(__file__).parents[3] / "stockctl/check/measure/traces/enlarged.json"
# Of a larger photo only its middle is used.
LARGEST = 12_500_000
# What a photo as its camera wrote it counts against a variant, the variance of a weight before the data, and parts.
GOOD, PRIOR, PARTS = 4.0, 0.3, 5
KINDS = [f"upscaled-{times}-{kernel}" for times in ("2", "1.5") for kernel in ("cubic", "lanczos", "linear")]
OURS = {"cubic": cv2.INTER_CUBIC, "lanczos": cv2.INTER_LANCZOS4, "linear": cv2.INTER_LINEAR, "area": cv2.INTER_AREA}
PILLOW = {
    "pcubic": Image.Resampling.BICUBIC,
    "planczos": Image.Resampling.LANCZOS,
    "plinear": Image.Resampling.BILINEAR,
}
KERNELS = [*(name for name in OURS if name != "area"), *PILLOW]


def resized(pixels: Pixels, size: tuple[int, int], kernel: str) -> Pixels:
    """Return a picture at another size (width, height)."""
    if kernel in OURS:
        return np.asarray(cv2.resize(pixels, size, interpolation=OURS[kernel]), np.uint8)
    return np.asarray(Image.fromarray(pixels).resize(size, PILLOW[kernel]))


def saved(pixels: Pixels, quality: int, sampling: str = "420") -> bytes:
    """Return a JPEG."""
    return bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality=quality, colorsubsampling=sampling))


def variants(data: bytes, pixels: Pixels, random: np.random.Generator, which: str) -> Iterator[tuple[str, bool, bytes]]:
    """Yield what is made of a photo: a name, whether it is enlarged, and its JPEG."""
    yield "good", False, data
    for name in KINDS:
        yield name, True, encoded(DEGRADATIONS[name][0](pixels, random))
    for times, kernel in ((2, "linear"), (2, "cubic"), (1.5, "cubic")):
        native = enlarged(times, OURS[kernel], halved=False)(pixels, random)
        yield f"native-{times}-{kernel}", True, encoded(native)
    yield "smaller-0.6", False, encoded(HARMLESS["smaller-0.6"](pixels, random))
    yield "saved-anew", False, saved(pixels[3:, 5:], int(random.integers(88, 99)))
    if which == "few":
        return
    for _ in range(2):
        yield "enlarged", True, _enlarged(pixels, random)
    for _ in range(2):
        yield "smaller", False, _smaller(pixels, random)
    soft = cv2.GaussianBlur(pixels[2:, 6:], (0, 0), float(random.uniform(0.4, 0.75)))
    yield "soft", False, saved(np.asarray(soft, np.uint8), int(random.integers(90, 99)))
    part = np.ascontiguousarray(pixels[1:, 1:])
    if random.random() < 0.6:
        smooth = cv2.bilateralFilter(part, 5, float(random.uniform(8, 25)), 1.5)
    else:
        smooth = cv2.medianBlur(part, 3)
    yield "smooth", False, saved(np.asarray(smooth, np.uint8), int(random.integers(88, 99)))


def _enlarged(pixels: Pixels, random: np.random.Generator) -> bytes:
    """Return the picture made smaller, or cut, and enlarged to its size by any factor and kernel; some sharpened."""
    height, width = pixels.shape[:2]
    times, kernel = float(random.uniform(1.3, 3)), str(random.choice(KERNELS))
    before = str(random.choice(["area", "cut", "planczos"]))
    size = (round(width / times), round(height / times))
    small = np.ascontiguousarray(pixels[: size[1], : size[0]]) if before == "cut" else resized(pixels, size, before)
    large = resized(small, (width, height), kernel)
    if random.random() < 0.25:
        amount = float(random.uniform(0.3, 1.0))
        large = np.asarray(cv2.addWeighted(large, 1 + amount, cv2.GaussianBlur(large, (0, 0), 1.0), -amount, 0))
    return saved(large, int(random.integers(90, 99)), _sampling(random))


def _smaller(pixels: Pixels, random: np.random.Generator) -> bytes:
    height, width = pixels.shape[:2]
    share, kernel = float(random.uniform(0.45, 0.95)), str(random.choice([*KERNELS, "area"]))
    small = resized(pixels, (round(width * share), round(height * share)), kernel)
    return saved(small, int(random.integers(86, 99)), _sampling(random))


def _sampling(random: np.random.Generator) -> str:
    return "420" if random.random() < 0.7 else "444"


def told(data: bytes) -> NDArray[np.float64] | None:
    """Return the signs of a JPEG, as `measure` has them; None where it has too little detail."""
    found = tiles(decode(data, "jpeg"))
    _, _, everywhere = noise(found)
    sharp, _, spectrum = focus(found, everywhere)
    return None if spectrum is None else signs(found, spectrum, sharp)


def middle(pixels: Pixels) -> Pixels:
    """Return a photo, or where that is too large its middle, in whole blocks."""
    rows, columns = pixels.shape[:2]
    share = (LARGEST / (rows * columns)) ** 0.5
    if share >= 1:
        return pixels
    height, width = int(rows * share) // 8 * 8, int(columns * share) // 8 * 8
    top, left = (rows - height) // 16 * 8, (columns - width) // 16 * 8
    return np.ascontiguousarray(pixels[top : top + height, left : left + width])


def fitted(
    signs_: NDArray[Any], is_enlarged: NDArray[Any], counts: NDArray[Any], prior: float = PRIOR
) -> tuple[NDArray[Any], ...]:
    """Return mean and spread of each sign, (n,), and the weights with the constant, (n + 1,).

    `prior` is the variance of a weight before the data.
    """
    mean, spread = signs_.mean(axis=0), signs_.std(axis=0) + 1e-6
    scaled = np.c_[(signs_ - mean) / spread, np.ones(len(signs_))]
    penalty = np.full(scaled.shape[1], 1 / prior)
    penalty[-1] = 1e-6
    weights = np.zeros(scaled.shape[1])
    for _ in range(25):
        odds = 1 / (1 + np.exp(-np.clip(scaled @ weights, -30, 30)))
        slope = scaled.T @ (counts * (odds - is_enlarged)) + penalty * weights
        curve = (scaled * (counts * odds * (1 - odds) + 1e-9)[:, None]).T @ scaled + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < 1e-4:
            break
    return mean, spread, weights


def main() -> None:
    """Measure, tell how well unseen cameras are told, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", type=Path, help="folder of clones, each named owner+name")
    parser.add_argument("--limit", type=int, help="only so many photos, as a try; nothing is written")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rows: list[tuple[NDArray[Any], bool, str, str]] = []
    with PHOTOS.open(encoding="utf-8", newline="") as file:
        photos = list(csv.reader(file, delimiter="\t"))[: options.limit]
    for number, (repository, blob, which) in enumerate(photos, 1):
        clone = options.clones / repository.replace("/", "+")
        asked = ["git", "-C", str(clone), "cat-file", "blob", blob]
        data = subprocess.run(asked, capture_output=True, check=True).stdout
        capture = read_capture(read(Path("photo.jpg"), data=data, format_="jpeg").exif)
        pixels = np.ascontiguousarray(decode(data, "jpeg").pixels)
        random = np.random.default_rng(int(blob[:8], 16))
        for name, large, coded in variants(data, pixels if which == "few" else middle(pixels), random, which):
            found = told(coded)
            if found is not None:
                rows.append((found, large, name, capture.make + capture.model))
        print(f"{number}/{len(photos)}", end="\r", file=sys.stderr)
    values, is_enlarged = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], float)
    counts = np.array([GOOD if row[2] == "good" else 1.0 for row in rows])
    cameras = sorted({row[3] for row in rows})
    part = np.array([cameras.index(row[3]) % PARTS for row in rows])
    over = np.zeros(len(rows), bool)
    if len(cameras) < PARTS:
        parser.exit(message=f"{len(rows)} measured, of too few cameras\n")
    for left_out in range(PARTS):
        seen = part != left_out
        mean, spread, weights = fitted(values[seen], is_enlarged[seen], counts[seen])
        odds = (values[~seen] - mean) / spread @ weights[:-1] + weights[-1]
        over[~seen] = odds > THRESHOLDS["enlarged"].limit
    shares: dict[str, list[bool]] = defaultdict(list)
    for row, is_over in zip(rows, over, strict=True):
        shares[row[2]].append(bool(is_over))
    for name, each in shares.items():
        print(f"{name:24} {np.mean(each):.3f} of {len(each)}")
    if options.limit is None:
        mean, spread, weights = (np.round(each, 4).tolist() for each in fitted(values, is_enlarged, counts))
        model = {"mean": mean, "spread": spread, "weights": weights[:-1], "constant": weights[-1]}
        WEIGHTS.write_text(json.dumps(model), encoding="ascii")


if __name__ == "__main__":
    main()
