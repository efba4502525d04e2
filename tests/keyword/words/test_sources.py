"""The sources one by one: earlier work and what it sold, the shoot, the picture, the text model."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from stockctl.catalogue.words.works import Work
from stockctl.keyword.candidate import Candidate, Ground, Source
from stockctl.keyword.earlier.portfolio import Pictures, portfolio_of
from stockctl.keyword.embed import ModelMissingError, embedder
from stockctl.keyword.embed.keyphrases import keyphrases
from stockctl.keyword.embed.vectors import Vectors
from stockctl.keyword.ranking import rank
from stockctl.keyword.sources import shoot
from stockctl.keyword.sources.capture import from_time, season_of
from stockctl.keyword.sources.picture import from_picture
from stockctl.keyword.sources.series import series
from stockctl.keyword.sources.shoot import shoots
from stockctl.keyword.sources.text import FromText
from stockctl.keyword.subject import Subject
from stockctl.media.capture import Capture
from stockctl.metadata import Record
from tests.conftest import ROOT
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

    Program = Callable[..., Run]

EARLIER = {
    "A brown dog runs along the beach": "pet,animal,summer,sand,fun",
    "A black dog jumps into the sea": "pet,animal,water,splash",
    "Two dogs play with a ball on the grass": "pet,animal,toy,park",
    "A child builds a castle of sand": "childhood,holiday,summer,sand",
    "Skyscrapers of a city at night": "architecture,urban,lights",
}


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return Vectors()


def works(vectors: Vectors) -> list[Work]:
    made = vectors.of(list(EARLIER)).astype(np.float16)
    return [
        Work(f"m{n}", "/w", f"w{n}.jpg", title, title, dict.fromkeys(words.split(","), 1.0), "", "m", vector.tobytes())
        for n, ((title, words), vector) in enumerate(zip(EARLIER.items(), made, strict=True))
    ]


def test_the_model_gives_the_vectors_that_its_makers_give(vectors: Vectors) -> None:
    """The kept vectors are of the weights before they were rounded to 8 bits."""
    kept = json.loads((Path(__file__).parents[1] / "vectors.json").read_text(encoding="utf-8"))
    makers = np.array([np.frombuffer(base64.b64decode(text), np.float16) for text in kept.values()], np.float32)
    ours = vectors.of(list(kept))
    assert np.linalg.norm(ours, axis=1) == pytest.approx(1, abs=1e-5)
    cosines = (makers * ours).sum(axis=1) / np.linalg.norm(makers, axis=1)
    assert cosines.min() > 0.998
    assert cosines.mean() > 0.9993
    between = makers @ makers.T - ours @ ours.T
    assert np.abs(between).max() < 0.02


def test_keybert_and_our_own_cosine_give_the_same_scores(vectors: Vectors, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("keybert")
    texts = ["A red boat lies on a quiet lake at sunrise, and mist rises from the water.", "Rice terraces in Bali."]
    with_it = keyphrases(texts, vectors)
    monkeypatch.setitem(sys.modules, "keybert", None)
    without = keyphrases(texts, vectors)
    assert [list(one) for one in without] == [list(one) for one in with_it]
    for ours, theirs in zip(without, with_it, strict=True):
        assert list(ours.values()) == pytest.approx(list(theirs.values()), abs=1.1e-4)


def test_a_vector_does_not_depend_on_its_company() -> None:
    model = embedder.load()
    alone = model.embed(["a dog on a beach"])[0]
    among = model.embed(
        ["x", "a dog on a beach", "a much longer text about mountains, lakes and boats at sunrise", ""]
    )[1]
    assert np.allclose(alone, among, atol=1e-5)


def test_a_model_with_another_hash_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder, "TOKENIZER_SHA256", "0" * 64)
    embedder.load.cache_clear()
    with pytest.raises(ModelMissingError, match="its hash differs"):
        embedder.load()
    embedder.load.cache_clear()


def test_earlier_work_votes_by_nearness(vectors: Vectors) -> None:
    votes = portfolio_of(works(vectors), {}, {}).votes(vectors.of(["A dog in the waves"])[0])
    assert votes["pet"].share > votes["childhood"].share > 0.0
    assert votes["pet"].share > votes["architecture"].share
    assert votes["pet"].works == 3
    assert portfolio_of([], {}, {}).votes(vectors.of(["A dog"])[0]) == {}


def test_habits_tell_what_goes_with_a_word_and_leave_the_picture_out(vectors: Vectors) -> None:
    portfolio = portfolio_of(works(vectors), {}, {})
    query = vectors.of(["A dog in the waves"])[0]
    usual = portfolio.usual(query, ["dog"])
    assert usual["pet"].together > usual["pet"].share > usual["architecture"].together
    assert usual["pet"].trend > usual["architecture"].trend
    assert portfolio.usual(query, ["dog"], leave_out="m1")["splash"].together < usual["splash"].together
    assert portfolio_of([], {}, {}).usual(query, ["dog"]) == {}


@pytest.mark.parametrize("tail", ["", " {}", ", 2026-05-{:02}", " (frame {} of 30)", ". {}", " No. {}"])
def test_one_text_of_a_whole_shoot_is_one_text(tail: str, vectors: Vectors) -> None:
    said = ["Old harbour with boats at sunset", "Chef cutting a fish", "Bride in a garden", "Snowy peak"]
    asked = vectors.of(["Fishing boats in a bay in the evening"])[0]

    def share(frames: int) -> float:
        texts = [*(said[0] + tail.format(n) for n in range(frames)), *said[1:]]
        made = vectors.of(texts).astype(np.float16)
        shoot = [
            Work(
                f"m{n}",
                "/w",
                f"w{n}.jpg",
                text,
                text,
                {"moody" if text.startswith(said[0]) else "busy": 1.0},
                "",
                "m",
                v.tobytes(),
            )
            for n, (text, v) in enumerate(zip(texts, made, strict=True))
        ]
        return portfolio_of(shoot, {}, {}).votes(asked)["moody"].share

    assert share(30) == pytest.approx(share(1), abs=0.1)


def test_a_picture_does_not_vote_for_itself(vectors: Vectors) -> None:
    portfolio = portfolio_of(works(vectors), {}, {})
    query = vectors.of(["A black dog jumps into the sea"])[0]
    assert portfolio.votes(query)["splash"].share > 0.3
    assert "splash" not in portfolio.votes(query, leave_out="m1")


def test_words_that_earn_rank_higher_and_the_reason_says_so(vectors: Vectors) -> None:
    made = works(vectors)
    query = Subject(Path("/DCIM/DSC_1.jpg"), "new", record=Record(title="A dog on the shore"))

    def score(sales: dict[str, int], weights: dict[str, float]) -> Candidate:
        source = FromText(portfolio_of(made, weights, sales), vectors, {})
        return next(found for found in source(query) if found.word == "splash")

    plain, sold = score({}, {}), score({"m1": 250}, {})
    assert sold.score > plain.score
    assert "sold 250 times" in sold.reason
    assert score({}, {"m1": 2.5}).score > plain.score > score({}, {"m1": 0.6}).score


def test_another_version_of_the_same_picture_lends_its_words(vectors: Vectors) -> None:
    portfolio = portfolio_of(works(vectors), {}, {})
    source = FromText(portfolio, vectors, {}, Pictures(portfolio, {"new": ["m4", "new"]}.__getitem__))
    found = {candidate.word: candidate for candidate in source(Subject(Path("/DCIM/DSC_1.jpg"), "new"))}
    assert set(found) == {"architecture", "urban", "lights"}
    assert found["urban"].score > 0.6


def test_pictures_of_one_shoot_share_what_is_true_of_all() -> None:
    start = datetime(2026, 3, 14, 6, 0)  # noqa: DTZ001 - a camera's clock
    frames = [
        Subject(Path(f"/bali/DSC_{n}.jpg"), f"m{n}", record=Record(keywords=("ubud", extra)),
                capture=Capture(taken=start + timedelta(minutes=n)))
        for n, extra in enumerate(("farmer", "palm", "dog"))
    ]  # fmt: skip
    new = Subject(Path("/bali/DSC_9.jpg"), "m9", capture=Capture(taken=start + timedelta(minutes=5)))
    source = shoots([*frames, new], [])
    scores = {found.word: found.score for found in source(new)}
    assert scores["farmer"] < 0.6
    later = replace(new, capture=Capture(taken=start + timedelta(hours=9)))
    assert list(source(later)) == []
    assert list(source(replace(new, path=Path("/java/DSC_9.jpg")))) == []


def test_in_a_folder_of_thousands_the_nearest_frames_are_asked() -> None:
    start = datetime(2026, 3, 14, 6, 0)  # noqa: DTZ001 - a camera's clock
    frames = [
        Subject(Path(f"/bali/DSC_{n:05}.jpg"), f"m{n}", record=Record(keywords=("farmer", f"place{n // 500}")),
                capture=Capture(taken=start + timedelta(seconds=n)))
        for n in range(3000)
    ]  # fmt: skip
    asked = replace(frames[1250], record=Record())
    for of in (frames, [replace(frame, capture=Capture()) for frame in frames]):
        source = shoots(of, [])
        for own in (asked, replace(asked, capture=Capture())):
            # A picture without a time is compared with the frames beside it, whether they have one or not.
            found = {one.word: one.reason for one in source(own)}
            assert found["farmer"] == f"on {shoot.MOST} of {shoot.MOST} pictures of the same shoot"
    assert {one.word for one in shoots(frames, [])(asked)} == {"farmer", "place2"}


def test_a_series_of_thousands_is_taken_in_parts() -> None:
    frames = [Subject(Path(f"/bali/{n:05}.jpg"), f"m{n}", record=Record(keywords=("farmer",))) for n in range(450)]
    frames[100] = replace(frames[100], record=Record())
    found = series(frames, dict.fromkeys((frame.media_id for frame in frames), 0))
    assert {len(found.series[frame.media_id]) for frame in frames} == {200, 50}
    assert [one.reason for one in found(frames[100])] == ["on 199 of 199 near-identical frames that have words"]


def thumbnail(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def seen(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> set[str]:
    return {found.word for found in from_picture(Subject(Path("/x.jpg"), thumbnail=thumbnail(pixels)))}


def test_the_thumbnail_tells_grey_colour_and_space() -> None:
    random = np.random.default_rng(0)
    noise = random.integers(20, 230, (120, 160, 1), np.uint8)
    assert "black and white" in seen(np.repeat(noise, 3, axis=2))
    green = np.concatenate([noise // 4, noise // 2 + 90, noise // 4], axis=2)
    assert "green" in seen(green)
    half = np.repeat(noise, 3, axis=2)
    half[:, :80] = (120, 150, 220)
    assert "copy space" in seen(half)
    assert "copy space" not in seen(np.repeat(noise, 3, axis=2))
    assert list(from_picture(Subject(Path("/x.jpg"), thumbnail=b"\xff\xd8broken"))) == []


@pytest.mark.parametrize(
    ("month", "latitude", "season"),
    [
        (1, 52.0, "winter"), (1, -33.9, "summer"), (4, -33.9, "autumn"), (7, 52.0, "summer"), (10, None, "autumn"),
        (7, 1.3, ""),
    ],
)  # fmt: skip
def test_seasons_go_by_hemisphere(month: int, latitude: float | None, season: str) -> None:
    taken = datetime(2025, month, 14, 12)  # noqa: DTZ001 - a camera's clock
    assert season_of(Capture(taken=taken, latitude=latitude, longitude=10.0)) == season


@pytest.mark.parametrize(
    ("month", "hour", "text", "offered"),
    [
        (7, 12, "Holiday by the sea", {"summer"}),
        (7, 12, "Summer by the sea", {"summer"}),
        (7, 12, "Autumn by the sea", set()),
        (7, 12, "Fall colours", set()),
        (4, 12, "Hot spring pool in winter", set()),
        (4, 2, "Pier by the sea", {"spring", "night"}),
        (4, 2, "Pier at sunrise in spring", {"spring"}),
    ],
)
def test_what_the_person_says_counts_more_than_the_cameras_clock(
    month: int, hour: int, text: str, offered: set[str]
) -> None:
    taken = datetime(2025, month, 14, hour)  # noqa: DTZ001 - a camera's clock
    capture = Capture(taken=taken, latitude=52.0, longitude=20.0)
    found = list(from_time(Subject(Path("/x.jpg"), capture=capture, context=text)))
    assert {one.word for one in found} == offered
    assert all(one.score >= 0.6 for one in found if one.word == "summer")


def test_sources_that_agree_make_a_word_likelier_and_title_words_lead() -> None:
    offers = [Candidate(f"word{chr(97 + n)}", Source.FILE, 0.9, "", Ground.SEEN) for n in range(12)]
    offers += [
        Candidate("lake", Source.CAPTION, 0.6, "", Ground.SAID),
        Candidate("lakes", Source.PORTFOLIO, 0.5, "voted"),
    ]
    ranked = rank(("own",), offers, limit=49, title=["lake"])
    assert [word.word for word in ranked.keywords][:1] == ["own"]
    (lake,) = [word for word in ranked.keywords if word.word == "lake"]
    assert lake.score == pytest.approx(0.8)
    assert ranked.keywords.index(lake) < 10
    assert ranked.offered == ()


def test_own_earlier_files_teach_the_next_one(stockctl: Program, tmp_path: Path) -> None:
    for n, (title, words) in enumerate(EARLIER.items()):
        put(tmp_path / f"DCIM/DSC_{n}.jpg", jpeg(640, 420, seed=n))
        stockctl("keyword", tmp_path / f"DCIM/DSC_{n}.jpg", "--title", title, "--set", words)
    new = put(tmp_path / "other" / "DSC_9.jpg", jpeg(640, 420, seed=9))
    (asset,) = stockctl("keyword", new, "--title", "A dog swims in the sea", "--json").json["assets"]
    voted = [entry for entry in (*asset["keywords"], *asset["offered"]) if entry["source"] == "portfolio"]
    assert voted[0]["word"] in {"pet", "animal"}
    assert "of your pictures like this one" in voted[0]["reason"]


def test_check_loads_no_model_library(home: Path, tmp_path: Path) -> None:
    assert home.is_dir()
    put(tmp_path / "a.jpg", jpeg(640, 420))
    code = (
        "import sys\nfrom stockctl.cli import main\n"
        f"try:\n    main(['check', {str(tmp_path / 'a.jpg')!r}, '--workers', '1', '--json'])\n"
        "except SystemExit:\n    pass\n"
        "print('LOADED', *sorted(name.partition('.')[0] for name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert "numpy" in loaded
    assert loaded.isdisjoint({"keybert", "sklearn", "scipy", "tokenizers", "torch", "onnxruntime"})


@pytest.mark.soak
def test_neighbours_among_50_000_works_are_found_in_time() -> None:
    random = np.random.default_rng(0)
    vectors = random.standard_normal((50_000, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    made = [
        Work(str(n), "", "", "a", "a", {"a": 1.0}, "", "m", vector.astype(np.float16).tobytes())
        for n, vector in enumerate(vectors)
    ]
    portfolio = portfolio_of(made, {}, {})
    times = []
    for query in vectors[:20]:
        began = time.perf_counter()
        near, cosines = portfolio.nearest(query)
        times.append(time.perf_counter() - began)
        assert len(near) == 200
        assert cosines[0] > 0.99
    # The best of twenty: what other programs take of the machine is not ours.
    assert min(times) < 0.020
