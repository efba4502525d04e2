"""`check` against cleanvision and against pure decoding; near duplicates against imagededup."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import simplejpeg

from stockctl.catalogue import open_catalogue
from stockctl.check.similar.pairs import find_similar
from stockctl.files.walk import walk
from stockctl.media.decoding.decode import decode
from tests.benchmarks.bench.peers import PYTHON, ROOT
from tests.benchmarks.bench.rows import Row, faster, in_turns
from tests.benchmarks.pixels import similar, speed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.bench.form import Form

PHOTOS = ROOT / "sample_assets" / "photos"
# One sample of each scene: no two of them show the same thing.
SCENES = (
    *("kitchen/marble-worktop-lamplight-0009", "kitchen/oranges-market-0033", "kitchen/roasted-coffee-beans-0021"),
    *("alps-2025/summer-clouds-0290", "alps-2025/mountain-peaks-0311", "city-night/table-bokeh-lights-0215"),
    *("city-night/skyline-river-0204", "city-night/glass-facade-0230", "garden/river-pebbles-small"),
    *("garden/hedge-0093", "garden/leaf-with-dew-0088", "desert/sand-dunes-0512", "bali-2026/sunset-sanur-beach-0107"),
    *("bali-2026/hotel-pool-0151", "bali-2026/rice-terrace-ubud-0042", "bali-2026/mount-batur-misty-ridges-0063"),
    *("studio/ceramic-vase-white-background-0003", "vectors/batik-kawung-pattern"),
)
# Of the changes that similar.py makes, those that a contributor makes; turned and mirrored ones are no copy to a hash
# of the peer's kind, and are told apart.
CHANGES = ("resized", "recompressed", "grey", "cropped-5%", "cropped-5%-left", "cropped-5%-top-left", "cropped-20%")
HARD = ("mirrored", "quarter-turn", "turned+2°", "turned-2°", "bordered-8%-white")

# imagededup's package asks for torch as soon as it is imported, for a method that is not used here.
DEDUP = """
import json, sys, time, types
class Unused(types.ModuleType):
    def __getattr__(self, name):
        return None
for name in ("imagededup.methods.cnn", "imagededup.utils.models", "imagededup.utils.data_generator"):
    sys.modules[name] = Unused(name)
from imagededup.methods import PHash
began = time.perf_counter()
method = PHash(verbose=False)
hashes = method.encode_images(image_dir=sys.argv[1], num_enc_workers=0)
found = method.find_duplicates(encoding_map=hashes, max_distance_threshold=10, num_dist_workers=0)
print(json.dumps({"seconds": time.perf_counter() - began, "found": found}))
"""


def against_cleanvision(form: Form, work: Path) -> Iterator[Row]:
    """Yield a row for one process and one for two, over pictures of 24 megapixels."""
    folder = pictures(work, form.pictures, "420")
    files = walk([folder]).files
    for workers in (1, 2):
        sides = in_turns(
            form.rounds,
            lambda count=workers: speed.ours(files, count),  # type: ignore[misc]
            lambda count=workers: speed.theirs(str(PYTHON), folder, count),  # type: ignore[misc]
        )
        what = f"check {len(files)} JPEGs of 24 MP, {workers} process{'es' * (workers > 1)}"
        yield faster(f"check-cleanvision-{workers}", what, "cleanvision", sides)


def against_decoding(form: Form, work: Path) -> Iterator[Row]:
    """Yield a row for 4:2:0 and one for 4:4:4: all measurements with their decoding, against decoding alone."""
    for sampling in ("420", "444"):
        found = speed.decoding(pictures(work, max(2, form.pictures // 2), sampling), form.rounds)
        ratio = 1 / found["ratio_to_decoding"]
        name = ":".join(sampling)
        note = f"takes {found['ratio_to_decoding']:.2f} × the time of decoding; peak {found['peak_memory_mb']:.0f} MB"
        what = f"measure a 24 MP JPEG, {name}, processor time"
        ours, theirs = [found["check_s"]], [found["decode_s"]]
        yield Row(f"check-decoding-{sampling}", what, "decoding alone", "s", ours, theirs, [ratio], note)


def pictures(work: Path, count: int, sampling: str) -> Path:
    """Return a folder with pictures of 24 megapixels, made once."""
    folder = work / f"24mp-{sampling}-{count}"
    if not folder.exists():
        speed.make(PHOTOS, folder, count, sampling)
    return folder


def near_duplicates(form: Form, work: Path) -> Iterator[Row]:
    """Yield rows for recall, false pairs and time, over changed copies of the sample scenes."""
    folder = work / "copies"
    kinds = (*CHANGES, *HARD)
    made = copies_in(folder, form.scenes, kinds)
    mine, theirs, ours_found, peer_found = [], [], set(), set()
    for _ in range(form.rounds):
        began = time.perf_counter()
        ours_found = pairs_of(folder, work)
        mine.append(time.perf_counter() - began)
        done = subprocess.run([str(PYTHON), "-c", DEDUP, str(folder)], capture_output=True, text=True, check=True)
        told = json.loads(done.stdout.strip().splitlines()[-1])
        theirs.append(told["seconds"])
        peer_found = {tuple(sorted((name, other))) for name, others in told["found"].items() for other in others}
    note = "imagededup's PHash, distance up to 10; both in one process, from files to pairs"
    yield faster("near-time", f"near duplicates among {len(made)} pictures", "imagededup", (mine, theirs), note)
    groups_ours, groups_peer = groups(ours_found), groups(peer_found)
    for key, what, of in (("near-recall", "copies found", CHANGES), ("near-recall-hard", "turned copies found", HARD)):
        wanted = [(name, scene) for name, (scene, kind) in made.items() if kind in of]
        ours, peer = (
            sum(found.get(name, name) == found.get(scene, scene) for name, scene in wanted) / len(wanted)
            for found in (groups_ours, groups_peer)
        )
        told = f"in one group with the original: {', '.join(of)}"
        work_ = f"{what} of {len(wanted)}"
        yield Row(key, work_, "imagededup", "share", [ours], [peer], [ours / max(peer, 0.01)], told)
    scenes = {name: scene for name, (scene, _kind) in made.items()}
    false_ours, false_peer = (
        sum(scenes[first] != scenes[second] for first, second in found) for found in (ours_found, peer_found)
    )
    what = "pairs of different scenes taken for copies"
    ratio = [(1 + false_peer) / (1 + false_ours)]
    yield Row("near-false", what, "imagededup", "pairs", [float(false_ours)], [float(false_peer)], ratio)


def groups(pairs: set[tuple[str, ...]]) -> dict[str, str]:
    """Return for each picture that is in a pair the first name of its group: pairs that share a picture are one."""
    first: dict[str, str] = {}

    def of(name: str) -> str:
        while first.get(name, name) != name:
            name = first[name]
        return name

    for one, other in sorted(pairs):
        low, high = sorted((of(one), of(other)))
        first[high] = low
    return {name: of(name) for pair in pairs for name in pair}


def copies_in(folder: Path, scenes: int, kinds: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Write scenes and their changed copies; return by file name the original's name and the kind of change."""
    folder.mkdir(exist_ok=True)
    made: dict[str, tuple[str, str]] = {}
    for scene in SCENES[:scenes]:
        name = f"{Path(scene).name}.jpg"
        pixels = similar.smaller(decode((PHOTOS / f"{scene}.jpg").read_bytes(), "jpeg").pixels)
        made[name] = (name, "")
        write(folder / name, pixels)
        for kind, copy in similar.copies(pixels):
            if kind in kinds:
                file = f"{Path(scene).name}--{kind.replace('%', 'pc').replace('°', 'deg')}.jpg"
                made[file] = (name, kind)
                write(folder / file, copy)
    return made


def write(path: Path, pixels: np.ndarray) -> None:
    """Write a picture once."""
    if not path.exists():
        path.write_bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality=90))


def pairs_of(folder: Path, work: Path) -> set[tuple[str, ...]]:
    """Return the pairs that `check` finds among the pictures of a folder, decoding and hashing them first."""
    cv2.setNumThreads(1)
    batch = []
    for path in walk([folder]).files:
        facts = similar.facts_of(decode(path.read_bytes(), "jpeg").pixels)
        batch.append(similar.asset(path.name, facts))
    database = work / "near.db"
    with open_catalogue(database) as catalogue:
        found = {tuple(sorted(Path(path).name for path in pair.paths)) for pair in find_similar(catalogue, batch)}
    for path in work.glob("near.db*"):
        path.unlink()
    return found
