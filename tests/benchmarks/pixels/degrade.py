"""How well `check` tells degraded photos from good ones, on any folder of good native photos.

Each good photo is measured as it is and after each degradation, full frame;
AUC is the chance that a degraded photo's measurement is worse than a good one's,
over all pairs of photos. Then the rules judge the good ones: whoever gets a
warning or an error is a false alarm. At last the files are damaged.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3]))

from stockctl.check.asset import Asset
from stockctl.check.judge import judge
from stockctl.check.measure import measure
from stockctl.check.rules.registry import rules
from stockctl.check.thresholds import CONDITIONAL, THRESHOLDS
from stockctl.errors import DamagedError
from stockctl.files.walk import walk
from stockctl.media.capture import read_capture
from stockctl.media.decoding.decode import decode
from stockctl.media.identify import HEAD_BYTES, format_of
from stockctl.metadata import Record, read
from tests.benchmarks.pixels.degradations import DAMAGES, DEGRADATIONS, HARMLESS, encoded

if TYPE_CHECKING:
    from stockctl.report.finding import Finding


def in_half(path: Path, half: str) -> bool:
    """Whether a photo belongs to a half.

    The split goes by series, which is the folder: photos of one camera and one
    place are so alike that a split by photo would show both halves the same.
    """
    odd = hashlib.sha256(path.absolute().parent.name.encode()).digest()[0] % 2
    return half == "all" or (half == "report") == bool(odd)


def examine(path: Path, names: list[str], *, damage: bool) -> dict[str, Any]:
    """Measure a photo and its degraded forms, judge it, damage it."""
    import cv2

    cv2.setNumThreads(1)
    data = path.read_bytes()
    format_ = format_of(path, data[:HEAD_BYTES]) or "jpeg"
    capture = read_capture(read(path, data=data, format_=format_).exif)
    picture = decode(data, format_)
    measured = measure(picture, capture)
    asset = Asset(
        path=path,
        media_id="",
        file_sha256="",
        kind="photo",
        format=format_,
        width=picture.width,
        height=picture.height,
        bytes=len(data),
        record=Record(),
        capture=capture,
        measurements=measured.values,
        places=measured.places,
        facts=picture.facts | measured.facts,
    )
    found = _judged(asset)
    random = np.random.default_rng(int.from_bytes(hashlib.sha256(path.name.encode()).digest()[:4], "big"))
    pixels = picture.pixels
    degraded, flagged = {}, {}
    for name in names:
        worse = decode(encoded((HARMLESS.get(name) or DEGRADATIONS[name][0])(pixels, random)), "jpeg")
        degraded[name] = measure(worse, capture).values
        # What was shaken was not exposed for as short a time as the good photo says.
        taken = replace(capture, exposure_s=None) if name.startswith("motion-") else capture
        again = replace(asset, width=worse.width, height=worse.height, measurements=degraded[name], capture=taken)
        flagged[name] = [finding.name for finding in _judged(again) if finding.severity != "info"]
    missed = [name for name in DAMAGES if damage and format_ == "jpeg" and not _is_found(name, data, random)]
    return {
        "path": str(path),
        "good": measured.values,
        "degraded": degraded,
        "flagged": flagged,
        "findings": [(finding.severity.value, finding.name) for finding in found],
        "missed": missed,
    }


def _judged(asset: Asset) -> list[Finding]:
    """Return what the rules on pixels find."""
    chosen = {rule.name for rule in rules().values() if rule.function.__module__.rsplit(".", 1)[1] in _MODULES}
    return [finding for finding in judge(asset, []) if finding.name in chosen]


# Limits that belong to a rule of another name.
_RULE_OF = {
    "chroma-noise": "noise",
    "enlarged": "upscaled",
    "overexposed-of-a-camera": "overexposed",
}
_MODULES = {"focus", "noise", "exposure", "colour", "frame", "damage"}


def _is_found(name: str, data: bytes, random: np.random.Generator) -> bool:
    try:
        return "damaged" in decode(DAMAGES[name](data, random), "jpeg").facts
    except DamagedError:
        return True


def auc(good: list[float], bad: list[float]) -> float:
    """Return the chance that a bad value is above a good one, ties counted half."""
    above = np.array(bad)[:, None] - np.array(good)[None, :]
    return float((above > 0).mean() + (above == 0).mean() / 2)


def summary(photos: list[dict[str, Any]], names: list[str], *, damage: bool) -> dict[str, Any]:
    """Return the document that `--json` prints."""
    areas, caught, told = {}, {}, {}
    for name in names:
        if name in HARMLESS:
            told[name] = round(float(np.mean([bool(p["flagged"][name]) for p in photos])), 4)
            continue
        rule = _RULE_OF.get(DEGRADATIONS[name][1], DEGRADATIONS[name][1])
        told[name] = round(float(np.mean([rule in p["flagged"][name] for p in photos])), 4)
        threshold = (THRESHOLDS | CONDITIONAL)[DEGRADATIONS[name][1]]
        sign = 1 if threshold.above else -1
        # What could not be measured (no edges, no flat place) is taken for the best.
        good, bad = (
            [sign * values.get(threshold.measurement, -sign * 1e6) for values in each]
            for each in ([p["good"] for p in photos], [p["degraded"][name] for p in photos])
        )
        areas[name] = round(auc(good, bad), 4)
        caught[name] = round(float(np.mean([value > sign * threshold.limit for value in bad])), 4)
    severities = [{severity for severity, _ in photo["findings"]} for photo in photos]
    flagged: dict[str, int] = {}
    for photo in photos:
        for name in {name for severity, name in photo["findings"] if severity != "info"}:
            flagged[name] = flagged.get(name, 0) + 1
    document = {
        "auc": areas,
        "degraded_over_the_limit": caught,
        "degraded_told_by_the_rule": told,
        "good_with_any_warning": round(float(np.mean([bool(each & {"warning", "error"}) for each in severities])), 4),
        "good_with_error": round(float(np.mean(["error" in each for each in severities])), 4),
        "good_flagged_by": dict(sorted(flagged.items(), key=lambda item: -item[1])),
        "photos": len(photos),
    }
    if damage:
        document["damaged_found"] = {
            name: round(1 - float(np.mean([name in photo["missed"] for photo in photos])), 4) for name in DAMAGES
        }
    return document


def main() -> None:
    """Run the benchmark on a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="+", help="folders of good native photos")
    parser.add_argument("--half", choices=("tune", "report", "all"), default="all", help="of a fixed split by folder")
    parser.add_argument("--only", action="append", choices=[*DEGRADATIONS, *HARMLESS], help="only this degradation")
    parser.add_argument("--good-only", action="store_true", help="only false alarms")
    parser.add_argument("--no-damage", action="store_true", help="do not damage files")
    parser.add_argument("--limit", type=int, default=None, help="at most so many photos, spread evenly")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    names = [] if options.good_only else options.only or [*DEGRADATIONS, *HARMLESS]
    damage = not (options.no_damage or options.good_only)
    files = [path for path in walk(options.folder).files if format_of(path, _head(path)) in {"jpeg", "png", "tiff"}]
    files = [path for path in files if in_half(path, options.half)]
    if options.limit and len(files) > options.limit:
        files = [files[int(i * len(files) / options.limit)] for i in range(options.limit)]
    if not files:
        parser.error("no photos there")
    photos = []
    with ProcessPoolExecutor(options.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(examine, path, names, damage=damage) for path in files]
        for number, future in enumerate(futures, 1):
            photos.append(future.result())
            if sys.stderr.isatty():
                print(f"\r{number}/{len(files)}", end="", file=sys.stderr)
    document = summary(photos, names, damage=damage)
    if options.json:
        print(json.dumps(document, indent=2))
        return
    for key, value in document.items():
        if isinstance(value, dict):
            print(key)
            for name, number in value.items():
                print(f"  {name:24} {number}")
        else:
            print(f"{key}: {value}")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


if __name__ == "__main__":
    main()
