"""Near duplicates: what counts as one, and how fast a large portfolio is searched."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from stockctl.catalogue import Catalogue, open_catalogue
from stockctl.catalogue import hashes as index
from stockctl.check import similar
from stockctl.check.asset import Asset
from stockctl.check.forms import forms
from stockctl.check.measure.hashes import perceptual_hash as hash_of_luma
from stockctl.check.similar import VERSION, find_similar
from stockctl.media.capture import Capture
from stockctl.metadata import Record
from tests.pictures import texture

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURE = texture(900, 600, 5)


def turned(degrees: float) -> Any:
    height, width = PICTURE.shape[:2]
    move = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.06)
    return cv2.warpAffine(PICTURE, move, (width, height))


COPIES = {
    "resized": cv2.resize(PICTURE, (450, 300), interpolation=cv2.INTER_AREA),
    "grey": np.repeat(PICTURE[..., 1:2], 3, axis=2),
    "cropped by 5 %": PICTURE[15:-15, 22:-23],
    "turned by 2 degrees": turned(2),
    "mirrored": PICTURE[:, ::-1],
    "upside down": PICTURE[::-1, ::-1],
    "turned by a quarter": np.rot90(PICTURE),
    "mirrored and turned": np.rot90(PICTURE[:, ::-1], 3),
}


def perceptual_hash(pixels: Any) -> str:
    return hash_of_luma(np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY), np.uint8))


def asset(name: str, pixels: Any, *, taken: datetime | None = None) -> Asset:
    return Asset(
        path=Path(name),
        media_id=name,
        file_sha256=name,
        kind="photo",
        format="jpeg",
        width=1,
        height=1,
        bytes=1,
        record=Record(),
        capture=Capture(taken=taken),
        facts={"phash": perceptual_hash(pixels)},
    )


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with open_catalogue(tmp_path / "catalogue.db") as opened:
        yield opened


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_found(catalogue: Catalogue, name: str) -> None:
    (pair,) = find_similar(catalogue, [asset("first", PICTURE), asset("copy", COPIES[name])])
    assert pair.paths == (Path("first"), Path("copy"))
    assert pair.relation == "near"
    (finding,) = pair.findings()
    assert (finding.name, finding.severity) == ("similar-content", "warning")
    assert "nearly the same as first" in finding.message


def test_other_pictures_are_no_pairs(catalogue: Catalogue) -> None:
    assert find_similar(catalogue, [asset(str(seed), texture(900, 600, seed)) for seed in range(8)]) == []


def test_a_picture_checked_long_ago_is_found_again(catalogue: Catalogue, tmp_path: Path) -> None:
    from stockctl.catalogue.assets import Seen, record
    from stockctl.files.fingerprint import Fingerprint

    record(
        catalogue,
        [Seen(str(tmp_path / "old.jpg"), "old", "x", Fingerprint(1, 1, 1), "1", '{"kind": "photo", "format": "jpeg"}')],
    )
    assert find_similar(catalogue, [asset("old", PICTURE)]) == []
    (pair,) = find_similar(catalogue, [asset("new", COPIES["mirrored"])])
    assert pair.paths == (tmp_path / "old.jpg", Path("new"))


def test_equal_bytes_are_identical_and_equal_pictures_near_at_no_distance(catalogue: Catalogue) -> None:
    first = asset("a", PICTURE)
    twin, keyworded = replace(first, path=Path("b")), replace(first, path=Path("c"), file_sha256="other")
    pairs = find_similar(catalogue, [first, twin, keyworded])
    assert [(pair.relation, pair.distance) for pair in pairs] == [("identical", 0), ("near", 0)]


def test_frames_of_one_burst_are_told_as_such(catalogue: Catalogue) -> None:
    at = datetime(2026, 3, 14, 6, 42, 11, tzinfo=UTC)
    frames = [
        asset("one", PICTURE, taken=at),
        asset("two", COPIES["cropped by 5 %"], taken=at + timedelta(seconds=1)),
    ]
    (pair,) = find_similar(catalogue, frames)
    assert pair.burst
    assert "of one burst with one" in next(pair.findings()).message


def test_the_eight_forms_are_those_of_the_turned_pictures() -> None:
    known = {form.tobytes().hex() for form in forms([perceptual_hash(PICTURE)])[0]}
    assert len(known) == 8
    for pixels in (PICTURE[:, ::-1], PICTURE[::-1], np.rot90(PICTURE), np.rot90(PICTURE, 3)):
        own = np.frombuffer(bytes.fromhex(perceptual_hash(pixels)), np.uint8)
        nearest = min(int(np.bitwise_count(own ^ np.frombuffer(bytes.fromhex(form), np.uint8)).sum()) for form in known)
        assert nearest <= 6


@pytest.mark.soak
def test_a_thousand_pictures_against_a_million(catalogue: Catalogue) -> None:
    random = np.random.default_rng(0)
    hashes = random.integers(0, 256, (1_000_000, 32), dtype=np.uint8)
    index.add(catalogue, ((f"p{number}", row.tobytes().hex()) for number, row in enumerate(hashes)), VERSION)
    plain = asset("n", PICTURE)
    new = [
        replace(plain, media_id=f"n{number}", file_sha256=f"n{number}", facts={"phash": row.tobytes().hex()})
        for number, row in enumerate(random.integers(0, 256, (1000, 32), dtype=np.uint8))
    ]
    known = replace(plain, media_id="known", file_sha256="known", facts={"phash": hashes[77].tobytes().hex()})
    assert len(find_similar(catalogue, [known])) == 0, "its picture stands nowhere on the disk"
    began = time.perf_counter()
    assert find_similar(catalogue, new) == []
    # Two seconds is the aim on an idle machine.
    assert time.perf_counter() - began < 8


def test_a_folder_of_one_hash_is_paired_at_once(catalogue: Catalogue) -> None:
    plain = asset("n", PICTURE)
    new = [replace(plain, path=Path(f"{n:04}"), media_id=f"{n}", file_sha256=f"{n}") for n in range(3000)]
    began = time.perf_counter()
    pairs = find_similar(catalogue, new)
    # Each with each would be nine million looks, minutes of them.
    assert time.perf_counter() - began < 15
    assert {pair.paths[0] for pair in pairs} == {Path("0000")}
    assert len(pairs) == 2999


def test_a_search_is_kept_until_the_index_changes(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []

    def counted(numbers: Any, queries: Any) -> Any:
        searched.append(len(numbers))
        return search(numbers, queries)

    search = similar._search
    monkeypatch.setattr(similar, "FEW_COMPARISONS", 0)
    monkeypatch.setattr(similar, "_search", counted)
    batch = [asset(f"{seed}.jpg", texture(seed=seed % 3)) for seed in range(4)]
    first = find_similar(catalogue, batch)
    assert [(pair.paths, pair.distance) for pair in first] == [((Path("0.jpg"), Path("3.jpg")), 0)]
    assert find_similar(catalogue, batch) == first
    assert len(searched) == 1
    more = [*batch, asset("new.jpg", texture(seed=9))]
    assert find_similar(catalogue, more) == first
    assert len(searched) == 2
