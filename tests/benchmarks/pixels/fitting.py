"""What the scripts that make weights share: photos of public repositories, and a fit that leaves repositories out."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.pixels.train_enlarged import fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PHOTOS = Path(__file__).with_name("overexposed_photos.tsv")
PARTS = 5


def photos() -> list[list[str]]:
    """Return the lines of the table of photos: a repository and the git object of one of its photos."""
    with PHOTOS.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t"))


def read(clones: Path, photo: list[str]) -> bytes:
    """Return a photo's file from the clone of its repository."""
    repository, blob = photo
    asked = ["git", "-C", str(clones / repository.replace("/", "+")), "cat-file", "blob", blob]
    return subprocess.run(asked, capture_output=True, check=True).stdout


def left_out(
    values: NDArray[Any], wanted: NDArray[Any], counts: NDArray[Any], repositories: Sequence[str], prior: float
) -> NDArray[Any]:
    """Return for each row, (n,), the odds by weights that no photo of its fifth of the repositories helped to make."""
    names = sorted(set(repositories))
    part = np.array([names.index(name) % PARTS for name in repositories])
    odds = np.zeros(len(values))
    for each in range(PARTS):
        seen = part != each
        mean, spread, weights = fitted(values[seen], wanted[seen], counts[seen], prior)
        odds[~seen] = (values[~seen] - mean) / spread @ weights[:-1] + weights[-1]
    return odds


def write(path: Path, values: NDArray[Any], wanted: NDArray[Any], counts: NDArray[Any], prior: float) -> None:
    """Fit the weights to all rows and write them as JSON: mean, spread and weight of each sign, and the constant."""
    mean, spread, weights = (np.round(each, 4).tolist() for each in fitted(values, wanted, counts, prior))
    model = {"mean": mean, "spread": spread, "weights": weights[:-1], "constant": weights[-1]}
    path.write_text(json.dumps(model), encoding="ascii")
