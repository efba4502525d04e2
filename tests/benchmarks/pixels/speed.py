"""How fast `check` looks at pictures: against pure decoding, and against cleanvision.

All ratios come from one run, the sides taking turns, so that other load on the
machine falls on both. `--make N` fills an empty folder with N pictures of 24
megapixels, made of the photos of another one.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

# One thread per process, as the pool of `check` has it: threads of the linear algebra would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[3]))

from stockctl.files.walk import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PEER = """
import os, sys, time, json
os.environ["TQDM_DISABLE"] = "1"
from cleanvision import Imagelab
began = time.perf_counter()
sys.stdout = sys.stderr
lab = Imagelab(data_path=sys.argv[1])
lab.find_issues(n_jobs=int(sys.argv[2]), verbose=False)
print(json.dumps({"seconds": time.perf_counter() - began}), file=sys.__stdout__)
"""


def make(source: Path, target: Path, count: int, sampling: str) -> None:
    """Write `count` pictures of 6000 × 4000 pixels, made of the photos in `source`."""
    import cv2
    import simplejpeg

    from stockctl.media.decoding.decode import decode

    target.mkdir(parents=True, exist_ok=True)
    photos = [path for path in walk([source]).files if path.suffix.lower() in {".jpg", ".jpeg"}]
    for number in range(count):
        picture = decode(photos[number % len(photos)].read_bytes(), "jpeg").pixels
        if picture.shape[0] > picture.shape[1]:
            picture = picture.swapaxes(0, 1)
        large = cv2.resize(
            picture, (6000, 4000), interpolation=cv2.INTER_AREA if picture.shape[1] > 6000 else cv2.INTER_CUBIC
        )
        data = simplejpeg.encode_jpeg(large, quality=92, colorsubsampling=sampling)
        (target / f"{number:04}.jpg").write_bytes(data)


def decoding(folder: Path, rounds: int) -> dict[str, float]:
    """Return seconds per picture of pure decoding and of decoding with all measurements, and their ratio.

    What is no JPEG that simplejpeg decodes to RGB is left out.

    Raises:
        SystemExit: nothing is left.

    """
    import cv2
    import simplejpeg

    from stockctl.check.measure import measure
    from stockctl.media.capture import Capture
    from stockctl.media.decoding.decode import decode
    from stockctl.media.decoding.picture import Memory

    cv2.setNumThreads(1)
    # As an inspection has it: pictures are decoded one after the other into the same memory.
    memory = Memory()
    pure: list[float] = []
    whole: list[float] = []
    ratios: list[float] = []
    for path in walk([folder]).files:
        data = path.read_bytes()
        try:
            simplejpeg.decode_jpeg(data)
        except ValueError:
            continue
        best: dict[str, float] = {}
        sides: dict[str, Callable[[bytes], Any]] = {
            "pure": simplejpeg.decode_jpeg,
            "whole": lambda coded: measure(decode(coded, "jpeg", memory), Capture()),
        }
        for _ in range(rounds):
            for name, run in sides.items():
                began = time.process_time()
                run(data)
                best[name] = min(best.get(name, 1e9), time.process_time() - began)
        pure.append(best["pure"])
        whole.append(best["whole"])
        ratios.append(best["whole"] / best["pure"])
    if not pure:
        sys.exit(f"{folder}: no JPEG in it that simplejpeg decodes")
    return {
        "decoded": len(pure),
        "decode_s": round(statistics.mean(pure), 4),
        "check_s": round(statistics.mean(whole), 4),
        "ratio_to_decoding": round(statistics.median(ratios), 3),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def inspect(path: str) -> None:
    """Inspect one file, as a process of the pool does."""
    from stockctl.check.run.inspect import inspect as inspect_file

    inspect_file(Path(path))


def ours(files: Sequence[Path], workers: int) -> float:
    """Return the seconds that inspecting all files takes; processes are started before the clock, as theirs are."""
    if workers == 1:
        inspect(str(files[0]))
        began = time.perf_counter()
        for path in files:
            inspect(str(path))
        return time.perf_counter() - began
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(inspect, [str(files[0])] * workers))
        began = time.perf_counter()
        list(pool.map(inspect, [str(path) for path in files]))
        return time.perf_counter() - began


def theirs(python: str, folder: Path, workers: int) -> float:
    """Return the seconds that cleanvision reports for the folder."""
    done = subprocess.run([python, "-c", PEER, str(folder), str(workers)], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.strip().splitlines()[-1])["seconds"])


def against_peer(folder: Path, python: str, workers: int, rounds: int) -> dict[str, Any]:
    """Take turns with cleanvision over the same files, at the same number of processes."""
    files = walk([folder]).files
    mine, peers = [], []
    for _ in range(rounds):
        mine.append(ours(files, workers))
        peers.append(theirs(python, folder, workers))
    return {
        "files": len(files),
        "processes": workers,
        "images_per_s": round(len(files) / min(mine), 2),
        "cleanvision_images_per_s": round(len(files) / min(peers), 2),
        "ratio_to_cleanvision": round(
            statistics.median(theirs_ / ours_ for ours_, theirs_ in zip(mine, peers, strict=True)), 2
        ),
    }


def main() -> None:
    """Run the benchmark on a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="pictures to look at; with --make, photos to make them of")
    parser.add_argument("--peer-python", help="an interpreter that has cleanvision 0.3.7")
    parser.add_argument("--make", type=int, metavar="N", help="make N pictures of 24 megapixels first")
    parser.add_argument("--sampling", choices=("444", "420"), default="420", help="of the pictures made")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, action="append", help="process counts; default 1 and 2")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder
        if options.make:
            folder = Path(made)
            make(options.folder, folder, options.make, options.sampling)
        document: dict[str, Any] = decoding(folder, options.rounds)
        for workers in options.workers or [1, 2] if options.peer_python else []:
            document[f"against_cleanvision_{workers}"] = against_peer(
                folder, options.peer_python, workers, options.rounds
            )
    print(json.dumps(document, indent=2 if options.json else None))


if __name__ == "__main__":
    main()
