"""Make the weights by which `check` tells that the camera moved, from camera photos of public repositories.

    python tests/benchmarks/pixels/train_shaken.py CLONES

CLONES holds a clone of each repository that `overexposed_photos.tsv` names, in
a folder named owner+name; a line of that table is a repository and the git
object of a photo. Each photo is measured as its camera wrote it, at 0.6 of its
size, out of focus, shaken by 9, 15 and 25 pixels, and shaken but for an object
that the camera went with, which is no fault. A logistic regression with a
penalty is fitted to all; before, repositories are left out by fifths, to tell
how well it does on photos of others.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3]))

from stockctl.check.measure import measure
from stockctl.check.measure.lens import focus, shaking
from stockctl.check.thresholds import CONDITIONAL
from stockctl.media.capture import Capture
from stockctl.media.decoding.decode import decode
from tests.benchmarks.pixels.degradations import DEGRADATIONS, HARMLESS, encoded, shaken
from tests.benchmarks.pixels.fitting import left_out, photos, read, write

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.benchmarks.pixels.degradations import Pixels

WEIGHTS = Path(shaking.__file__).with_name("shaking.json")
PRIOR = 0.3


def panned(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Return a picture shaken by 15 or 25 pixels but for an ellipse that the camera went with."""
    height, width = pixels.shape[:2]
    moved = shaken(int(random.choice([15, 25])))(pixels, random)
    tall, wide = random.uniform(0.2, 0.4, 2) * (height, width)
    y, x = random.uniform(0.35, 0.65, 2) * (height, width)
    mask = np.zeros((height, width), np.float32)
    cv2.ellipse(mask, (round(x), round(y)), (round(wide), round(tall)), 0, 0, 360, 1, -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 4), np.float32)[..., None]
    return np.asarray(np.rint(pixels * mask + moved * (1 - mask)), np.uint8)


MADE = {name: DEGRADATIONS[name][0] for name in ("blur-1.2", "motion-9", "motion-15", "motion-25")}
MADE |= {"smaller-0.6": HARMLESS["smaller-0.6"], "panned": panned}
# What a photo of a kind counts: good ones are what most people have, and a shake of 9 pixels may be meant.
COUNTS = {"good": 3.0, "motion-9": 0.6}


def signs_of(data: bytes) -> NDArray[Any] | None:
    """Return what tells a shake in a JPEG; None where it shows too little."""
    found: list[NDArray[Any]] = []

    def kept(logarithms: NDArray[np.float32], sharpness: float, detail: float) -> tuple[float, float]:
        found.append(shaking.signs(logarithms, sharpness, detail).weighed)
        return 0.0, 0.0

    with mock.patch.object(focus, "shaking", kept):
        measure(decode(data, "jpeg"), Capture())
    return found[0] if found else None


def examined(clones: Path, photo: list[str]) -> list[tuple[str, NDArray[Any] | None]]:
    """Return the signs of one photo in each of its kinds."""
    cv2.setNumThreads(1)
    data = read(clones, photo)
    pixels, random = decode(data, "jpeg").pixels, np.random.default_rng(int(photo[1][:8], 16))
    made = [(name, encoded(make(pixels, random))) for name, make in MADE.items()]
    return [(name, signs_of(each)) for name, each in (("good", data), *made)]


def main() -> None:
    """Measure, tell how well photos of unseen repositories are told, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", type=Path, help="folder of clones, each named owner+name")
    options = parser.parse_args()
    table = photos()
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(partial(examined, options.clones), table, chunksize=4))
    rows = [
        (signs, kind, photo[0])
        for photo, each in zip(table, found, strict=True)
        for kind, signs in each
        if signs is not None
    ]
    values, kinds = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    moved = np.char.startswith(kinds, "motion").astype(float)
    counts = np.array([COUNTS.get(kind, 1.0) for kind in kinds])
    odds = left_out(values, moved, counts, [row[2] for row in rows], PRIOR)
    for kind in ("good", *MADE):
        above = [f"{limit:g}: {(odds[kinds == kind] > limit).mean():.3f}" for limit in (-1, 0, 1, 2, 3)]
        print(f"{kind:14} above {', '.join(above)} of {(kinds == kind).sum()}")
    print("the limit is", CONDITIONAL["motion-blur-by-all-signs"].limit)
    write(WEIGHTS, values, moved, counts, PRIOR)


if __name__ == "__main__":
    main()
