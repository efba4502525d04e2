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
from stockctl.check.measure.lens import focus, rims
from stockctl.check.thresholds import CONDITIONAL
from stockctl.media.capture import Capture
from stockctl.media.decoding.decode import decode
from tests.benchmarks.pixels.degradations import DEGRADATIONS, HARMLESS, encoded
from tests.benchmarks.pixels.fitting import left_out, photos, read, write

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = Path(rims.__file__).with_name("rims.json")
PRIOR = 0.03
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
    data = read(clones, photo)
    pixels, random = decode(data, "jpeg").pixels, np.random.default_rng(int(photo[1][:8], 16))
    made = [encoded(make(pixels, random)) for make in (HARMLESS[KINDS[1]], DEGRADATIONS[KINDS[2]][0])]
    return [signs_of(each) for each in (data, *made)]


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
        for kind, signs in zip(KINDS, each, strict=True)
        if signs is not None
    ]
    values = np.array([row[0] for row in rows])
    kinds = np.array([row[1] for row in rows])
    sharpened, counts = (kinds == KINDS[2]).astype(float), np.ones(len(rows))
    odds = left_out(values, sharpened, counts, [row[2] for row in rows], PRIOR)
    for kind in KINDS:
        above = [f"{limit:g}: {(odds[kinds == kind] > limit).sum() / len(table):.3f}" for limit in (-0.5, 0, 0.5, 1)]
        print(f"{kind:14} above {', '.join(above)} of {len(table)}")
    print("the limit is", CONDITIONAL["oversharpened-of-a-camera"].limit)
    write(WEIGHTS, values, sharpened, counts, PRIOR)


if __name__ == "__main__":
    main()
