"""A series of near-identical frames: shared words, and each frame's own."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import piexif
import pytest
from PIL import Image

from stockctl.keyword.candidate import Candidate, Source
from stockctl.keyword.sources.series import series
from stockctl.keyword.subject import Subject
from stockctl.media.capture import Capture
from stockctl.metadata import Record, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Run

    Program = Callable[..., Run]

MORNING = datetime(2026, 3, 14, 6, 42)  # noqa: DTZ001 - camera time has no zone


def picture(scene: int, frame: int = 0, size: tuple[int, int] = (480, 320)) -> Image.Image:
    """Return a frame of a scene of soft patches: the camera moved by a pixel, and the noise is another."""
    random = np.random.default_rng(scene)
    patches = Image.fromarray(random.integers(20, 235, (6, 8, 3), np.uint8)).resize(
        (500, 340), Image.Resampling.BICUBIC
    )
    pixels = np.asarray(patches.crop((frame, frame, frame + size[0], frame + size[1])), np.int16)
    noise = np.random.default_rng(scene * 100 + frame).integers(-6, 7, pixels.shape)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


def jpeg(image: Image.Image, **options: bytes) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90, **options)
    return buffer.getvalue()


def thumbnail(scene: int, frame: int = 0) -> bytes:
    return jpeg(picture(scene, frame).resize((160, 106)))


def framed(name: str, scene: int, frame: int, *words: str, seconds: float | None = 0) -> Subject:
    taken = None if seconds is None else MORNING + timedelta(seconds=seconds)
    return Subject(
        Path("/shoot") / name,
        media_id=name,
        record=Record(keywords=words),
        capture=Capture(taken=taken),
        thumbnail=thumbnail(scene, frame),
    )


def offered(subjects: list[Subject], to: str) -> dict[str, float]:
    source = series(subjects, {})
    return {found.word: found.score for found in source(next(each for each in subjects if each.media_id == to))}


def test_what_the_only_worded_frame_says_holds_for_its_series_but_for_its_own_facts() -> None:
    frames = [
        framed("kiss-0001.jpg", 1, 0, "couple", "beach", "kiss", "spring"),
        framed("DSC_2.jpg", 1, 1, seconds=3),
        framed("DSC_3.jpg", 1, 2, seconds=500),
        framed("DSC_4.jpg", 2, 0, seconds=505),
    ]
    # Its name's word, and the season, which the camera's clock tells of each, stay.
    assert offered(frames, "DSC_2.jpg") == {"couple": 0.62, "beach": 0.62}
    assert offered(frames, "DSC_3.jpg") == {"couple": 0.62, "beach": 0.62}
    assert offered(frames, "DSC_4.jpg") == {}


def test_frames_that_differ_are_not_made_equal() -> None:
    frames = [
        framed("a.jpg", 1, 0, "couple", "beach", "smiling"),
        framed("b.jpg", 1, 1, "couple", "beach", "serious", seconds=2),
        framed("c.jpg", 1, 2, seconds=4),
    ]
    found = offered(frames, "c.jpg")
    assert found["couple"] == found["beach"] == pytest.approx(0.8)
    assert found["smiling"] == found["serious"] < 0.57
    assert set(offered(frames, "a.jpg")) == {"serious"}
    assert offered(frames, "a.jpg")["serious"] < 0.57


@pytest.mark.parametrize(
    ("seconds", "scene", "together"), [(2, 1, True), (599, 1, True), (700, 1, False), (2, 3, False), (None, 1, False)]
)
def test_a_series_is_alike_and_near_in_time(seconds: float | None, scene: int, together: bool) -> None:  # noqa: FBT001
    frames = [framed("a.jpg", 1, 0, "couple"), framed("b.jpg", scene, 1, seconds=seconds)]
    assert bool(offered(frames, "b.jpg")) is together


def test_without_times_and_thumbnails_the_kept_hashes_tell() -> None:
    one, two = (
        Subject(Path("/s") / name, media_id=name, record=Record(keywords=words))
        for name, words in (("a.jpg", ("couple",)), ("b.jpg", ()))
    )
    assert [found.word for found in series([one, two], {"a.jpg": 0b1011, "b.jpg": 0b1000})(two)] == ["couple"]
    assert list(series([one, two], {"a.jpg": 0, "b.jpg": 2**64 - 1})(two)) == []
    assert list(series([one, two], {})(two)) == []


def test_what_was_seen_in_most_frames_holds_for_all() -> None:
    frames = [framed(f"{name}.jpg", 1, place, seconds=place) for place, name in enumerate("abcd")]
    seen = {"a.jpg": ("boat", "sea"), "b.jpg": ("boat", "sea"), "c.jpg": ("boat", "gull"), "d.jpg": ()}

    def vision(subject: Subject) -> Iterator[Candidate]:
        for word in seen[subject.media_id]:
            yield Candidate(word, Source.VISION, 0.7)

    found = {each.word: each.score for each in series(frames, {}, None, vision)(frames[3])}
    assert found["boat"] == pytest.approx(0.8)
    assert found["gull"] < found["sea"] < 0.57


def put(path: Path, frame: int, second: int) -> Path:
    exif = piexif.dump(
        {
            "0th": {piexif.ImageIFD.Make: b"Nikon"},
            "Exif": {piexif.ExifIFD.DateTimeOriginal: f"2026:03:14 06:42:{second:02}".encode()},
            "1st": {piexif.ImageIFD.Compression: 6},
            "thumbnail": thumbnail(1, frame),
        }
    )
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(jpeg(picture(1, frame), exif=exif))
    return path


def test_one_frame_is_worded_and_the_others_follow(stockctl: Program, tmp_path: Path) -> None:
    frames = [put(tmp_path / "DCIM" / f"DSC_{place}.jpg", place, place) for place in range(3)]
    stockctl("keyword", frames[0], "--title", "Couple on a beach", "--set", "couple, beach, love")
    run = stockctl("keyword", tmp_path / "DCIM", "--json")
    assert run.code == 0, run.err
    for frame in frames[1:]:
        assert {"couple", "beach", "love"} <= set(read(frame).record.keywords)
    second = run.json["assets"][1]
    reasons = {entry["word"]: entry["reason"] for entry in second["keywords"]}
    assert "near-identical frames" in reasons["love"]
    # Suggestions that nobody looked at are no reason for more of them.
    again = stockctl("keyword", tmp_path / "DCIM", "--dry-run", "--json").json["assets"][2]
    assert all("on 2 of 2" not in entry["reason"] for entry in (*again["keywords"], *again["offered"]))
    assert stockctl("undo").code == 0
    assert read(frames[1]).record.keywords == ()


def test_a_word_taken_out_of_the_frame_that_had_it_leaves_the_others_too(stockctl: Program, tmp_path: Path) -> None:
    frames = [put(tmp_path / "DCIM" / f"DSC_{place}.jpg", place, place) for place in range(2)]
    stockctl("keyword", frames[0], "--title", "Couple on a beach", "--set", "couple, beach, love")
    stockctl("keyword", tmp_path / "DCIM")
    stockctl("keyword", frames[0], "--remove", "love")
    stockctl("keyword", tmp_path / "DCIM")
    assert {"couple", "beach"} <= set(read(frames[1]).record.keywords)
    assert "love" not in read(frames[1]).record.keywords
    # By itself it is asked of no frame, and keeps what it has.
    frames[0].unlink()
    stockctl("keyword", frames[1])
    assert {"couple", "beach"} <= set(read(frames[1]).record.keywords)
