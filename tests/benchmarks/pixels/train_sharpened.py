"""Make the weights by which `check` tells too much sharpening, from camera photos of public repositories.

    python tests/benchmarks/pixels/train_sharpened.py CLONES

CLONES holds a clone of each repository that `overexposed_photos.tsv` names, in
a folder named owner+name; a line of that table is a repository and the git
object of a photo. Each photo is measured as its camera wrote it, at 0.6 of its
size, and sharpened by 180 % with radius 2. A logistic regression with a penalty
is fitted to all; before, repositories are left out by fifths, to tell how well
it does on photos of others.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import subprocess
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
from stockctl.check.measure.lens import focus, rims
from stockctl.check.thresholds import CONDITIONAL
from stockctl.media.capture import Capture
from stockctl.media.decoding.decode import decode
from tests.benchmarks.pixels.degradations import DEGRADATIONS, HARMLESS, encoded
from tests.benchmarks.pixels.train_enlarged import fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHOTOS = Path(__file__).with_name("overexposed_photos.tsv")
WEIGHTS = Path(rims.__file__).with_name("rims.json")
PARTS, PRIOR = 5, 0.03
KINDS = ("good", "smaller-0.6", "unsharp-180")


def signs_of(data: bytes) -> NDArray[Any] | None:
    """Return what tells sharpening in a JPEG; None where it shows too few steps."""
    found: list[NDArray[Any] | None] = [None]

    def kept(grey: NDArray[np.uint8], seen: rims.Seen) -> None:
        found[0] = rims.signs(grey, seen)

    with mock.patch.object(focus, "oversharpening", kept):
        measure(decode(data, "jpeg"), Capture())
    return found[0]


def examined(clones: Path, photo: list[str]) -> list[NDArray[Any] | None]:
    """Return the signs of one photo in each of its kinds."""
    cv2.setNumThreads(1)
    repository, blob = photo
    asked = ["git", "-C", str(clones / repository.replace("/", "+")), "cat-file", "blob", blob]
    data = subprocess.run(asked, capture_output=True, check=True).stdout
    pixels, random = decode(data, "jpeg").pixels, np.random.default_rng(int(blob[:8], 16))
    made = [encoded(make(pixels, random)) for make in (HARMLESS[KINDS[1]], DEGRADATIONS[KINDS[2]][0])]
    return [signs_of(each) for each in (data, *made)]


def main() -> None:
    """Measure, tell how well photos of unseen repositories are told, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", type=Path, help="folder of clones, each named owner+name")
    options = parser.parse_args()
    with PHOTOS.open(encoding="utf-8", newline="") as file:
        photos = list(csv.reader(file, delimiter="\t"))
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(partial(examined, options.clones), photos, chunksize=4))
    rows = [
        (signs, kind, photo[0])
        for photo, each in zip(photos, found, strict=True)
        for kind, signs in zip(KINDS, each, strict=True)
        if signs is not None
    ]
    values = np.array([row[0] for row in rows])
    kinds = np.array([row[1] for row in rows])
    sharpened, counts = (kinds == KINDS[2]).astype(float), np.ones(len(rows))
    repositories = sorted({row[2] for row in rows})
    part = np.array([repositories.index(row[2]) % PARTS for row in rows])
    odds = np.zeros(len(rows))
    for left_out in range(PARTS):
        seen = part != left_out
        mean, spread, weights = fitted(values[seen], sharpened[seen], counts[seen], PRIOR)
        odds[~seen] = (values[~seen] - mean) / spread @ weights[:-1] + weights[-1]
    for kind in KINDS:
        above = [f"{limit:g}: {(odds[kinds == kind] > limit).sum() / len(photos):.3f}" for limit in (-0.5, 0, 0.5, 1)]
        print(f"{kind:14} above {', '.join(above)} of {len(photos)}")
    print("the limit is", CONDITIONAL["oversharpened-of-a-camera"].limit)
    mean, spread, weights = (np.round(each, 4).tolist() for each in fitted(values, sharpened, counts, PRIOR))
    model = {"mean": mean, "spread": spread, "weights": weights[:-1], "constant": weights[-1]}
    WEIGHTS.write_text(json.dumps(model), encoding="ascii")


if __name__ == "__main__":
    main()
