"""How well `check` finds pictures again that were changed a little, how seldom it errs, and how fast it searches.

Takes any folder of photos. Each is resized, compressed again, made grey, cropped
by 5 %, turned by 2° and mirrored; a copy counts as found where `check` would pair
it with its original. Pairs among the photos themselves are counted and listed:
look at them, frames of one scene are no error.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import simplejpeg

sys.path.insert(0, str(Path(__file__).parents[2]))

from stockctl.catalogue import hashes as index
from stockctl.catalogue import open_catalogue
from stockctl.check.asset import Asset
from stockctl.check.measure.hashes import perceptual_hash
from stockctl.check.measure.sample import thin
from stockctl.check.similar import VERSION, find_similar
from stockctl.errors import FileProblem
from stockctl.files.walk import walk
from stockctl.media.capture import Capture
from stockctl.media.decode import Picture, decode
from stockctl.media.identify import HEAD_BYTES, format_of
from stockctl.metadata import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# Pictures smaller than this many pixels on a side are icons.
LEAST = 300


def copies(pixels: NDArray[np.uint8]) -> Iterator[tuple[str, Any]]:
    """Yield the changed copies of a picture, each with the name of the change."""
    height, width = pixels.shape[:2]
    yield "resized", cv2.resize(pixels, (width // 3, height // 3), interpolation=cv2.INTER_AREA)
    yield "recompressed", simplejpeg.decode_jpeg(simplejpeg.encode_jpeg(pixels, quality=40))
    yield "grey", cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    down, across = round(height * 0.025), round(width * 0.025)
    yield "cropped-5%", pixels[down : height - down, across : width - across]
    # Enlarged until no corner is empty, as an editor does.
    angle = np.radians(2)
    scale = float(np.cos(angle) + max(width / height, height / width) * np.sin(angle))
    move = cv2.getRotationMatrix2D((width / 2, height / 2), 2, scale)
    yield "turned-2°", cv2.warpAffine(pixels, move, (width, height), flags=cv2.INTER_AREA)
    yield "mirrored", pixels[:, ::-1]
    yield "quarter-turn", np.rot90(pixels)


def asset(name: str, hash_: str) -> Asset:
    """Return a picture that is known by its hash alone."""
    return Asset(Path(name), name, name, "photo", "jpeg", 1, 1, 1, Record(), Capture(), facts={"phash": hash_})


def hash_of(pixels: Any) -> str:
    """Return the hash that an inspection would keep."""
    return perceptual_hash(thin(Picture(np.ascontiguousarray(pixels, np.uint8))).luma)


def recall(folder: Path, scratch: Path) -> dict[str, Any]:
    """Return the share of copies found by kind of change, and the pairs among the originals."""
    originals: dict[str, str] = {}
    changed: dict[str, list[tuple[str, str]]] = {}
    for path in walk([folder]).files:
        data = path.read_bytes()
        format_ = format_of(path, data[:HEAD_BYTES])
        if format_ not in {"jpeg", "png", "tiff", "webp"}:
            continue
        try:
            pixels = decode(data, format_).pixels
        except FileProblem:
            continue
        if min(pixels.shape[:2]) < LEAST:
            continue
        originals[str(path)] = hash_of(pixels)
        for kind, copy in copies(pixels):
            changed.setdefault(kind, []).append((str(path), hash_of(copy)))
    firsts = [asset(name, hash_) for name, hash_ in originals.items()]
    with open_catalogue(scratch / "originals") as catalogue:
        pairs = find_similar(catalogue, firsts)
    found: dict[str, float] = {}
    for kind, hashes in changed.items():
        hits = 0
        for name, hash_ in hashes:
            with open_catalogue(scratch / "one") as catalogue:
                catalogue.connection.execute("DELETE FROM hashes")
                hits += bool(find_similar(catalogue, [asset(name, originals[name]), asset("copy", hash_)]))
        found[kind] = round(hits / len(hashes), 4)
    comparisons = len(firsts) * (len(firsts) - 1) // 2
    relations = Counter(pair.relation for pair in pairs)
    return {
        "photos": len(firsts),
        "found": found,
        "comparisons_of_originals": comparisons,
        "pairs_among_originals": sum(relations.values()),
        "pairs": [[str(path) for path in pair.paths] + [pair.distance] for pair in pairs],
    }


def search(size: int, folder: int, scratch: Path) -> dict[str, Any]:
    """Return the seconds that `folder` new pictures take against `size` known ones, and the false pairs."""
    random = np.random.default_rng(1)
    with open_catalogue(scratch / "portfolio") as catalogue:
        for start in range(0, size, 100_000):
            count = min(100_000, size - start)
            hashes = random.integers(0, 256, (count, 32), np.uint8)
            index.add(
                catalogue, ((f"{start + row}", hash_.tobytes().hex()) for row, hash_ in enumerate(hashes)), VERSION
            )
        new = [asset(f"new {row}", random.bytes(32).hex()) for row in range(folder)]
        began = time.perf_counter()
        find_similar(catalogue, new)
        first = time.perf_counter() - began
        began = time.perf_counter()
        cpu = time.process_time()
        pairs = find_similar(catalogue, new)
        return {
            "portfolio": size,
            "folder": folder,
            "first_s": round(first, 2),
            "again_s": round(time.perf_counter() - began, 2),
            "again_cpu_s": round(time.process_time() - cpu, 2),
            "false_pairs": len(pairs),
        }


def identical(count: int, scratch: Path) -> dict[str, Any]:
    """Return the seconds that a folder of pictures with one and the same hash takes."""
    with open_catalogue(scratch / "identical") as catalogue:
        began = time.perf_counter()
        pairs = find_similar(catalogue, [asset(f"{number:06}", "5a" * 32) for number in range(count)])
        return {"pictures": count, "seconds": round(time.perf_counter() - began, 2), "pairs": len(pairs)}


def main() -> None:
    """Run the benchmark on a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="photos to change and to find again")
    parser.add_argument("--portfolio", type=int, default=1_000_000, help="hashes to search (default: %(default)s)")
    parser.add_argument("--new", type=int, default=1000, help="pictures looked up in them (default: %(default)s)")
    parser.add_argument("--identical", type=int, default=10_000, help="pictures of one hash (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON document, indented")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        document = {
            **recall(options.folder, scratch),
            "search": search(options.portfolio, options.new, scratch),
            "identical": identical(options.identical, scratch),
        }
    print(json.dumps(document, indent=2 if options.json else None, ensure_ascii=False))


if __name__ == "__main__":
    main()
