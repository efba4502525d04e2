"""What a model is sent, made by workers on other machines."""

from __future__ import annotations

import base64
import contextlib
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from stockctl.errors import FileProblem
from stockctl.machines.far import Far
from stockctl.machines.previews import packed
from stockctl.media.identify import Kind
from stockctl.vision.sent import far
from stockctl.vision.sent.pictures import Picture, views
from tests.pictures import patches, put
from tests.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Run
    from tests.vision.serving import Server


def test_workers_make_what_is_made_here(tmp_path: Path) -> None:
    picture = Picture(put(tmp_path / "a.jpg", patches(1)), "", "jpeg")
    workers = Workers(far.work)
    assert far.far_views(Far(workers, 1), picture) == views(picture)
    assert workers.sent == [0]

    def elsewhere(question: bytes, content: bytes | None, beside: Any) -> bytes:
        return far.work(question, content, beside) if content is not None else b'{"state": "elsewhere"}'

    workers = Workers(elsewhere)
    assert far.far_views(Far(workers, 1), picture) == views(picture)
    assert workers.sent == [0, picture.path.stat().st_size]


def test_a_picture_that_a_worker_cannot_decode_is_told_by_its_name_here(tmp_path: Path) -> None:
    picture = Picture(put(tmp_path / "a.jpg", b"\xff\xd8\xff\xe0 no more"), "", "jpeg")
    with pytest.raises(FileProblem) as told:
        far.far_views(Far(Workers(far.work), 1), picture)
    assert told.value.where == str(picture.path)


@pytest.mark.parametrize(
    "said", [[], [packed(b"<svg/>")], ["!"], 3, None, {"a": 1}, [3], [packed(b"\xff\xd8\xff\xe0")]]
)
def test_what_is_no_picture_is_not_sent_to_a_model(tmp_path: Path, said: Any) -> None:
    picture = Picture(put(tmp_path / "a.jpg", patches(1)), "", "jpeg")
    with pytest.raises(FileProblem, match="means nothing"):
        far.far_views(Far(Workers(lambda *_: json.dumps({"views": said}).encode()), 1), picture)


def test_a_vector_is_drawn_here(tmp_path: Path) -> None:
    put(tmp_path / "a.jpg", patches(1))
    picture = Picture(put(tmp_path / "a.svg", b"<svg/>"), "", "svg", Kind.VECTOR)
    workers = Workers(far.work)
    assert far.far_views(Far(workers, 1), picture) == views(picture)
    assert workers.sent == []


def test_keyword_sends_the_model_what_the_cluster_made(
    stockctl: Callable[..., Run], server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers(far.work)
    reached: list[str] = []

    @contextlib.contextmanager
    def cluster(text: str) -> Iterator[Far]:
        reached.append(text)
        yield Far(workers, 1)

    monkeypatch.setattr("stockctl.machines.cluster.cluster", cluster)
    photo = put(tmp_path / "a.jpg", patches(1, 1600, 1200))
    run = stockctl("keyword", photo, "--vision", "local", "--executor", "dask://127.0.0.1:8786", "--json")
    assert run.code == 0, run.err
    assert (run.json["vision"]["asked"], reached, workers.sent) == (1, ["dask://127.0.0.1:8786"], [0])
    _, picture = server.requests[0]["messages"][0]["content"]
    with Image.open(io.BytesIO(base64.b64decode(picture["image_url"]["url"].partition(",")[2]))) as sent:
        assert max(sent.size) == 768


def test_workers_for_nothing_are_refused(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    photo = put(tmp_path / "a.jpg", patches(1))
    assert stockctl("keyword", photo, "--vision", "none", "--executor", "dask://127.0.0.1:8786").code == 2
    assert "names no scheduler" in stockctl("keyword", photo, "--executor", "dask://").err
