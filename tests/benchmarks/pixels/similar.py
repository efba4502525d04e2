"""How well `check` finds pictures again that were changed a little, how seldom it errs, and how fast it searches.

Takes any folder of photos. Each is resized, compressed again, made grey,
mirrored, cropped, and turned by one to three degrees both ways, cut to its frame
or with filled corners. A copy counts as found where `check` would pair it with
its original, searching as in a large portfolio: when the original is in the
catalogue already (`later`), when the copy is (`earlier`), and when both are in
one folder (`together`).

Pairs among the photos themselves are counted, each with each, and listed: look
at them, frames of one scene are no error.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import simplejpeg

sys.path.insert(0, str(Path(__file__).parents[3]))

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import hashes as index
from stockctl.check.asset import Asset
from stockctl.check.measure.hashes import perceptual_hash, perceptual_hashes
from stockctl.check.measure.sample import thin
from stockctl.check.similar import nearest
from stockctl.check.similar.forms import HASH_BYTES, MOVES, moved_forms, own_forms
from stockctl.check.similar.pairs import VERSION, find_similar
from stockctl.errors import FileProblem
from stockctl.files.walk import walk
from stockctl.media.capture import Capture
from stockctl.media.decoding.decode import decode
from stockctl.media.decoding.picture import Picture
from stockctl.media.identify import HEAD_BYTES, format_of
from stockctl.metadata import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# Pictures smaller than this many pixels on a side are icons.
LEAST = 300
# Copies are made of a picture of so many pixels at most: a thinned one is all that the hashes know.
MOST_PIXELS = 2_000_000


def copies(pixels: NDArray[np.uint8]) -> Iterator[tuple[str, Any]]:
    """Yield the changed copies of a picture, each with the name of the change."""
    height, width = pixels.shape[:2]
    yield "resized", cv2.resize(pixels, (width // 3, height // 3), interpolation=cv2.INTER_AREA)
    yield "recompressed", simplejpeg.decode_jpeg(simplejpeg.encode_jpeg(pixels, quality=40))
    yield "grey", cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    yield "mirrored", pixels[:, ::-1]
    yield "quarter-turn", np.rot90(pixels)
    down, across = round(height * 0.05), round(width * 0.05)
    yield "cropped-5%", pixels[down // 2 : height - down // 2, across // 2 : width - across // 2]
    yield "cropped-5%-left", pixels[:, across:]
    yield "cropped-5%-top", pixels[down:]
    yield "cropped-5%-top-left", pixels[down:, across:]
    yield "cropped-5%-bottom-right", pixels[: height - down, : width - across]
    yield "cropped-5%-each-side", pixels[down : height - down, across : width - across]
    for degrees in (2, -2):
        yield f"turned{degrees:+}°", turned(pixels, degrees, cut=True)
        for name, grey in (("black", 0), ("white", 255)):
            yield f"turned{degrees:+}°-{name}", turned(pixels, degrees, grey)
            yield f"turned{degrees:+}°-larger-{name}", turned(pixels, degrees, grey, larger=True)
        half = cv2.resize(turned(pixels, degrees, cut=True), (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        again = simplejpeg.decode_jpeg(simplejpeg.encode_jpeg(np.ascontiguousarray(half), quality=60))
        yield f"turned{degrees:+}°-smaller-recompressed", again
        yield f"mirrored-turned{degrees:+}°", turned(pixels[:, ::-1], degrees, cut=True)
    for name, at in (("", 0.5), ("-top-left", 0.0), ("-bottom-right", 1.0)):
        top, left = (round(length * 0.2 * at) for length in (height, width))
        yield f"cropped-20%{name}", pixels[top : top + round(height * 0.8), left : left + round(width * 0.8)]
    yield "cropped-20%-left", pixels[:, round(width * 0.2) :]
    wide = round(0.08 * min(height, width))
    for name, grey in (("black", 0), ("white", 255)):
        yield f"bordered-8%-{name}", framed(pixels, wide, wide, grey)
        yield f"padded-15%-{name}", framed(pixels, 0, round(width * 0.15), grey)
    for degrees in (1, -1, 3, -3, 5, -5):
        yield f"turned{degrees:+}°", turned(pixels, degrees, cut=True)


def smaller(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture scaled down to `MOST_PIXELS`."""
    scale = (MOST_PIXELS / (pixels.shape[0] * pixels.shape[1])) ** 0.5
    if scale >= 1:
        return pixels
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def framed(pixels: NDArray[np.uint8], down: int, across: int, grey: int) -> NDArray[np.uint8]:
    """Return a picture with even bars above and below, and at its sides."""
    return np.pad(pixels, ((down, down), (across, across), (0, 0)), constant_values=grey)


def turned(
    pixels: NDArray[np.uint8], degrees: float, grey: int = 0, *, cut: bool = False, larger: bool = False
) -> NDArray[np.uint8]:
    """Return a picture turned: enlarged until no corner is empty, or with its corners filled; in a larger frame."""
    height, width = pixels.shape[:2]
    angle = np.radians(abs(degrees))
    scale = float(np.cos(angle) + max(width / height, height / width) * np.sin(angle)) if cut else 1
    move = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    size = width, height
    if larger:
        size = (
            round(width * np.cos(angle) + height * np.sin(angle)),
            round(height * np.cos(angle) + width * np.sin(angle)),
        )
        move[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    found = cv2.warpAffine(np.ascontiguousarray(pixels), move, size, flags=cv2.INTER_AREA, borderValue=(grey,) * 3)
    return np.asarray(found, np.uint8)


def asset(name: str, facts: dict[str, str]) -> Asset:
    """Return a picture that is known by its hashes alone."""
    return Asset(Path(name), name, name, "photo", "jpeg", 1, 1, 1, Record(), Capture(), facts=dict(facts))


def facts_of(pixels: Any) -> dict[str, str]:
    """Return the hashes that an inspection would keep."""
    return perceptual_hashes(thin(Picture(np.ascontiguousarray(pixels, np.uint8))).luma)


def photos(folder: Path) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield the name and the pixels of each photo of a folder."""
    for path in walk([folder]).files:
        data = path.read_bytes()
        format_ = format_of(path, data[:HEAD_BYTES])
        if format_ in {"jpeg", "png", "tiff", "webp"}:
            try:
                pixels = decode(data, format_).pixels
            except FileProblem:
                continue
            if min(pixels.shape[:2]) >= LEAST:
                yield str(path.relative_to(folder)), pixels


def recall(
    originals: dict[str, dict[str, str]], changed: dict[str, dict[str, dict[str, str]]], scratch: Path
) -> dict[str, dict[str, float]]:
    """Return the share of copies that are paired with their originals, by kind of change and by what came first."""
    found: dict[str, dict[str, float]] = {}
    for kind, of in changed.items():
        # What is in the catalogue already has its own hash only.
        first = [asset(name, {"phash": facts["phash"]}) for name, facts in originals.items()]
        second = [asset(f"copy {name}", facts) for name, facts in of.items()]
        before = [replace(one, facts={"phash": one.facts["phash"]}) for one in second]
        after = [asset(name, facts) for name, facts in originals.items()]
        cases = {"later": first + second, "earlier": before + after, "together": after + second}
        found[kind] = {}
        for case, batch in cases.items():
            path = scratch / f"{kind} {case}"
            with open_catalogue(path) as catalogue:
                pairs = {tuple(sorted(map(str, pair.paths))) for pair in find_similar(catalogue, batch)}
            path.unlink()
            hits = sum(tuple(sorted((name, f"copy {name}"))) in pairs for name in of)
            found[kind][case] = round(hits / max(1, len(of)), 4)
    return found


def false_pairs(originals: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Return how many of all pairs of photos are taken for copies of each other, and which."""
    names = list(originals)
    own = np.frombuffer(bytes.fromhex("".join(originals[name]["phash"] for name in names)), np.uint8)
    own = own.reshape(len(names), 1, HASH_BYTES)
    moved = np.frombuffer(bytes.fromhex("".join(originals[name]["phash_moved"] for name in names)), np.uint8)
    forms = np.concatenate([own_forms(own), moved_forms(moved.reshape(len(names), -1, HASH_BYTES))], axis=1)
    wide, hashes = forms.view(np.uint64), own.view(np.uint64)[:, 0]
    least: dict[tuple[str, str], int] = {}
    for number, several in enumerate(wide):
        coarse = np.bitwise_count(several[:, None, 0] ^ hashes[None, :, 0]) <= nearest.COARSE
        for form, other in np.argwhere(coarse).tolist():
            distance = int(np.bitwise_count(several[form] ^ hashes[other]).sum())
            if other != number and distance <= nearest.limit_of(several[[form]], hashes[[other]])[0]:
                pair = (names[min(number, other)], names[max(number, other)])
                least[pair] = min(distance, least.get(pair, distance))
    pairs = len(names) * (len(names) - 1) // 2
    return {
        "pairs": pairs,
        "taken_for_copies": len(least),
        "in_a_million": round(len(least) / max(1, pairs) * 1e6, 3),
        "which": [[*pair, distance] for pair, distance in sorted(least.items(), key=lambda item: item[1])],
    }


def hashing(pixels: NDArray[np.uint8]) -> dict[str, float]:
    """Return the milliseconds that a photo's hashes take: its own, and all."""
    luma = thin(Picture(pixels)).luma
    spent: dict[str, float] = {}
    for name, look in (("own_ms", perceptual_hash), ("all_ms", perceptual_hashes)):
        times = []
        for _ in range(50):
            began = time.perf_counter()
            look(luma)
            times.append(time.perf_counter() - began)
        spent[name] = round(min(times) * 1000, 3)
    return spent


def search(size: int, folder: int, like: list[dict[str, str]], scratch: Path) -> dict[str, Any]:
    """Return the seconds that `folder` new pictures take against `size` known ones, and the false pairs.

    The hashes are drawn; those of the turned and cropped pictures differ from
    their own as those of the photos do.
    """
    random = np.random.default_rng(1)
    with open_catalogue(scratch / "portfolio") as catalogue:
        for start in range(0, size, 100_000):
            count = min(100_000, size - start)
            hashes = random.integers(0, 256, (count, HASH_BYTES), np.uint8)
            index.add(catalogue, {f"{start + row}": hash_.tobytes() for row, hash_ in enumerate(hashes)}, VERSION)
        new = [asset(f"new {row}", _drawn(random, like[row % len(like)])) for row in range(folder)]
        times = {}
        for name in ("first_s", "again_s", "kept_s"):
            if name == "again_s":
                catalogue.connection.execute("DELETE FROM searches")
            began, cpu = time.perf_counter(), time.process_time()
            pairs = find_similar(catalogue, new)
            times[name] = round(time.perf_counter() - began, 2)
            times[name.replace("_s", "_cpu_s")] = round(time.process_time() - cpu, 2)
        return {"portfolio": size, "folder": folder, **times, "false_pairs": len(pairs)}


def _drawn(random: np.random.Generator, like: dict[str, str]) -> dict[str, str]:
    own = random.integers(0, 256, HASH_BYTES, np.uint8)
    moved = np.frombuffer(bytes.fromhex(like["phash_moved"]), np.uint8).reshape(-1, HASH_BYTES)
    apart = moved ^ np.frombuffer(bytes.fromhex(like["phash"]), np.uint8)
    return {"phash": own.tobytes().hex(), "phash_moved": (own ^ apart).tobytes().hex()}


def series(count: int, scratch: Path) -> dict[str, Any]:
    """Return the seconds that a folder takes whose pictures all have one hash, and one whose pictures are all alike."""
    random = np.random.default_rng(2)
    spent: dict[str, Any] = {"pictures": count}
    for name, bits in (("one_hash_s", 0), ("all_alike_s", 8)):
        hashes = np.tile(random.integers(0, 256, HASH_BYTES, np.uint8), (count, 1))
        for _ in range(bits):
            flipped = np.uint8(1) << random.integers(0, 8, count, np.uint8)
            hashes[np.arange(count), random.integers(0, HASH_BYTES, count)] ^= flipped
        batch = [
            asset(f"{row:06}", {"phash": text, "phash_moved": text * len(MOVES)})
            for row, text in enumerate(one.tobytes().hex() for one in hashes)
        ]
        with open_catalogue(scratch / name) as catalogue:
            began = time.perf_counter()
            pairs = find_similar(catalogue, batch)
            spent[name] = round(time.perf_counter() - began, 2)
            spent[name.replace("_s", "_pairs")] = len(pairs)
    return spent


def main() -> None:
    """Run the benchmark on a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="photos to change and to find again")
    parser.add_argument("--no-copies", action="store_true", help="count pairs among the photos only")
    parser.add_argument("--portfolio", type=int, default=1_000_000, help="hashes to search (default: %(default)s)")
    parser.add_argument("--new", type=int, default=1000, help="pictures looked up in them (default: %(default)s)")
    parser.add_argument("--alike", type=int, default=10_000, help="alike pictures (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON document, indented")
    options = parser.parse_args()
    originals: dict[str, dict[str, str]] = {}
    changed: dict[str, dict[str, dict[str, str]]] = {}
    document: dict[str, Any] = {}
    for name, pixels in photos(options.folder):
        originals[name] = facts_of(pixels)
        if not document:
            document["hashing"] = hashing(pixels)
        for kind, copy in () if options.no_copies else copies(smaller(pixels)):
            changed.setdefault(kind, {})[name] = facts_of(copy)
    if not originals:
        parser.error(f"no photo of {LEAST} pixels or more in {options.folder}")
    document["photos"] = len(originals)
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        compared, nearest.FEW = nearest.FEW, 0
        document["found"] = recall(originals, changed, scratch)
        nearest.FEW = compared
        document["false"] = false_pairs(originals)
        if options.portfolio:
            document["search"] = search(options.portfolio, options.new, list(originals.values()), scratch)
        if options.alike:
            document["series"] = series(options.alike, scratch)
    print(json.dumps(document, indent=2 if options.json else None, ensure_ascii=False))


if __name__ == "__main__":
    main()
