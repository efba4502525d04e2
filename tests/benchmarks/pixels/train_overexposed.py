"""Make the weights by which `check` tells too much light, from camera photos of public repositories.

    python tests/benchmarks/pixels/train_overexposed.py CLONES

CLONES holds a clone of each repository that `overexposed_photos.tsv` names, in
a folder named owner+name; a line of that table is a repository and the git
object of a photo, none of which is burnt out itself. Each photo's thinned copy
is measured as its camera wrote it, toned in three ways, in purer colours, as
things cut out on a white ground, and by 1.5 and 2 stops too bright. A logistic
regression with a penalty is fitted to all; before, repositories are left out by
fifths, to tell how well it does on photos of others.
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

sys.path.insert(0, str(Path(__file__).parents[3]))

from stockctl.check.measure.light.exposure import signs
from stockctl.check.measure.light.tone import LITTLE, tones
from stockctl.check.measure.sample import Thin, thin
from stockctl.check.thresholds import CONDITIONAL
from stockctl.media.decoding.decode import decode
from tests.benchmarks.pixels.degradations import exposed
from tests.benchmarks.pixels.train_enlarged import fitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tests.benchmarks.pixels.degradations import Pixels

PHOTOS = Path(__file__).with_name("overexposed_photos.tsv")
WEIGHTS = Path(__file__).parents[3] / "stockctl/check/measure/light/exposure.json"
PARTS, PRIOR = 5, 3.0
# What a photo as its camera wrote it counts against one that is spoiled, and each of those that only look like it.
GOOD, TONED, CUT = 4.0, 0.5, 0.75
TONES = {"sepia": (1.1, 1.0, 0.82), "cyano": (0.82, 1.0, 1.12)}


def variants(pixels: Pixels, random: np.random.Generator) -> Iterator[tuple[str, bool, float, Pixels]]:
    """Yield what is made of a photo: a name, whether it had too much light, what it counts, and pixels."""
    yield "good", False, GOOD, pixels
    for stops in (2, 1.5):
        yield f"over-{stops:g}", True, 1.0, exposed(stops)(pixels, random)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32)
    for name, gains in TONES.items():
        yield name, False, TONED, _bounded(grey * np.array(gains, np.float32))
    yield "warm", False, TONED, _bounded(pixels * np.array((1.12, 1.0, 0.86), np.float32))
    vivid = _bounded(grey + 1.7 * (pixels - grey))
    yield "vivid", False, TONED, vivid
    for name, whole in {"": pixels, "-again": pixels, "-vivid": vivid, "-light": exposed(0.5)(pixels, random)}.items():
        yield f"cut-out{name}", False, CUT, cut_out(whole, random)


def cut_out(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Return some round parts of a picture on a white ground, most of them with a soft shadow."""
    height, width = pixels.shape[:2]
    down, across = np.mgrid[:height, :width].astype(np.float32)
    mask = np.zeros((height, width), np.float32)
    for _ in range(int(random.integers(1, 4))):
        tall, wide = random.uniform(0.08, 0.36, 2) * (height, width)
        # Some are cut off by the lower rim.
        lowest = 0.98 * height - tall if random.random() < 0.7 else height
        y, x = random.uniform(tall + 0.05 * height, lowest), random.uniform(wide + 0.04 * width, 0.96 * width - wide)
        power = random.choice([2.0, 4.0])
        mask[np.abs((across - x) / wide) ** power + np.abs((down - y) / tall) ** power < 1] = 1
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), float(random.uniform(0.3, 1.2))), np.float32)
    ground = np.full((height, width), 255, np.float32)
    if random.random() < 0.6:
        shadow = np.asarray(cv2.GaussianBlur(mask, (0, 0), float(random.uniform(0.01, 0.04)) * width), np.float32)
        ground -= np.roll(shadow, int(0.03 * height), axis=0) * float(random.uniform(15, 90))
    return _bounded(pixels * mask[..., None] + (ground * (1 - mask))[..., None])


def _bounded(levels: Any) -> Pixels:
    return np.asarray(np.clip(levels, 0, 255), np.uint8)


def main() -> None:
    """Measure, tell how well photos of unseen repositories are told, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", type=Path, help="folder of clones, each named owner+name")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rows: list[tuple[NDArray[Any], bool, float, str, str]] = []
    with PHOTOS.open(encoding="utf-8", newline="") as file:
        photos = list(csv.reader(file, delimiter="\t"))
    for number, (repository, blob) in enumerate(photos, 1):
        clone = options.clones / repository.replace("/", "+")
        asked = ["git", "-C", str(clone), "cat-file", "blob", blob]
        data = subprocess.run(asked, capture_output=True, check=True).stdout
        whole = thin(decode(data, "jpeg"))
        random = np.random.default_rng(int(blob[:8], 16))
        for name, too_bright, weighs, pixels in variants(np.ascontiguousarray(whole.srgb), random):
            made = np.ascontiguousarray(pixels)
            found = tones(Thin(made, made, whole.step, whole.close, whole.close_step))
            if found.values["clipped"] > LITTLE:
                rows.append((signs(found), too_bright, weighs, name, repository))
        print(f"{number}/{len(photos)}", end="\r", file=sys.stderr)
    values, over = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], float)
    counts = np.array([row[2] for row in rows])
    repositories = sorted({row[4] for row in rows})
    part = np.array([repositories.index(row[4]) % PARTS for row in rows])
    told = np.zeros(len(rows), bool)
    for left_out in range(PARTS):
        seen = part != left_out
        mean, spread, weights = fitted(values[seen], over[seen], counts[seen], PRIOR)
        odds = (values[~seen] - mean) / spread @ weights[:-1] + weights[-1]
        told[~seen] = odds > CONDITIONAL["overexposed-of-a-camera"].limit
    shares: dict[str, list[bool]] = defaultdict(list)
    for row, is_told in zip(rows, told, strict=True):
        shares[row[3]].append(bool(is_told))
    for name, each in shares.items():
        print(f"{name:24} {np.sum(each) / len(photos):.3f} of {len(photos)}")
    mean, spread, weights = (np.round(each, 4).tolist() for each in fitted(values, over, counts, PRIOR))
    model = {"mean": mean, "spread": spread, "weights": weights[:-1], "constant": weights[-1]}
    WEIGHTS.write_text(json.dumps(model), encoding="ascii")


if __name__ == "__main__":
    main()
