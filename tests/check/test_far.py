"""Files looked into on many machines: as the local pool does, whatever workers see, say or die of."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.check.run import far as inspecting
from stockctl.check.run.inspect import inspect
from stockctl.errors import DamagedError, RemoteError, UnreadableError, UsageError
from stockctl.machines import far, previews
from stockctl.machines.cluster import address
from stockctl.media.preview import preview
from tests.pictures import patches, put
from tests.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def pictures(tmp_path: Path) -> dict[Path, str]:
    tmp_path /= "pictures"
    for number in range(6):
        put(tmp_path / f"{number}.jpg", patches(number))
    put(tmp_path / "broken.jpg", patches(9)[:600])
    (tmp_path / "empty.jpg").touch()
    shutil.copy(next((ROOT / "sample_assets" / "photos").rglob("*.jpg")), tmp_path / "real.jpg")
    (tmp_path / "real.xmp").write_text(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>"
        "</x:xmpmeta>",
        encoding="utf-8",
    )
    return dict.fromkeys(sorted(tmp_path.glob("*.jpg")), "")


def _plain(found: Any) -> dict[str, Any]:
    return {
        one.path.name: (
            one.fingerprint,
            one.facts,
            one.problem and (type(one.problem), str(one.problem), one.problem.hint),
        )
        for one in found
    }


def test_files_that_workers_see_are_read_where_they_lie(pictures: dict[Path, str]) -> None:
    workers = Workers(inspecting.work)
    found = _plain(inspecting.inspect_all(far.Far(workers, 2), pictures))
    assert found == _plain(inspect(path) for path in pictures)
    assert set(workers.sent) == {0}


def test_files_that_workers_do_not_see_are_sent(pictures: dict[Path, str]) -> None:
    def elsewhere(question: bytes, content: bytes | None, beside: Any) -> bytes:
        return inspecting.work(question, content, beside) if content is not None else b'{"state": "elsewhere"}'

    workers = Workers(elsewhere)
    found = _plain(inspecting.inspect_all(far.Far(workers, 2), pictures))
    assert found == _plain(inspect(path) for path in pictures)
    assert sum(workers.sent) == sum(path.stat().st_size for path in pictures)


def test_another_file_under_the_same_path_is_not_taken_for_it(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", patches(1))
    stat = path.stat()

    def swapped(question: bytes, content: bytes | None, beside: Any) -> bytes:
        if content is None:  # the worker's own file of that path, size and time
            kept = path.read_bytes()
            path.write_bytes(b"x" * len(kept))
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
            said = inspecting.work(question, content, beside)
            path.write_bytes(kept)
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
            return said
        return inspecting.work(question, content, beside)

    workers = Workers(swapped)
    (found,) = inspecting.inspect_all(far.Far(workers, 1), {path: ""})
    assert workers.sent == [0, stat.st_size]
    assert found.facts == inspect(path).facts


def test_what_is_too_large_to_be_sent_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far, "SENT_BYTES", 1000)
    path = put(tmp_path / "a.jpg", patches(1))
    (found,) = inspecting.inspect_all(far.Far(Workers(lambda *_: b'{"state": "elsewhere"}'), 1), {path: ""})
    assert isinstance(found.problem, UnreadableError)
    assert "too large to be sent" in found.problem.message
    assert "--executor" in found.problem.hint


@pytest.mark.parametrize(
    "said",
    [
        b"", b"{", b"[]", b"null", b"{}", b'{"facts": []}', b'{"facts": {}}', b'{"problem": 3}', b"\xff\xfe",
        b'{"state": 7}', b"[" * 100_000, object(), 12, "text", None, b" " * (17 << 20),
    ],
)  # fmt: skip
def test_an_answer_that_means_nothing_is_a_problem_of_its_file(tmp_path: Path, said: Any) -> None:
    path = put(tmp_path / "a.jpg", patches(1))
    (found,) = inspecting.inspect_all(far.Far(Workers(lambda *_: said), 1), {path: ""})
    assert found.facts is None
    assert found.problem is not None
    assert "means nothing" in found.problem.message
    assert found.problem.where == str(path)


@pytest.mark.parametrize(
    "change",
    [
        {"media_id": "x"}, {"media_id": 5}, {"file_sha256": "../../etc"}, {"bytes": 1}, {"width": "wide"},
        {"kind": ["a"]},
        {"measurements": {"noise": "much"}}, {"measurements": {"noise": float("nan")}}, {"capture": {"what": 1}},
        {"places": {"noise": [1, 2, "x", 4]}}, {"record": 3}, {"facts": 3},
    ],
)  # fmt: skip
def test_facts_that_are_not_what_an_inspection_writes_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    path = put(tmp_path / "a.jpg", patches(1))

    def say(*arguments: Any) -> bytes:
        told = json.loads(inspecting.work(*arguments))
        told["facts"] |= change
        return json.dumps(told).encode()

    (found,) = inspecting.inspect_all(far.Far(Workers(say), 1), {path: ""})
    assert found.facts is None
    assert found.problem is not None


def test_a_worker_of_another_version_ends_the_run(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", patches(1))
    with pytest.raises(RemoteError, match="another version"):
        list(inspecting.inspect_all(far.Far(Workers(lambda *_: b'{"version": "0.1"}'), 1), {path: ""}))
    with pytest.raises(RemoteError, match="lacks a module: stockctl"):
        list(inspecting.inspect_all(far.Far(Workers(_lacks), 1), {path: ""}))


def _lacks(*_: Any) -> bytes:
    raise ModuleNotFoundError(name="stockctl")


def test_a_task_that_kills_its_workers_is_a_problem_of_its_file(pictures: dict[Path, str]) -> None:
    def die(question: bytes, content: bytes | None, beside: Any) -> bytes:
        if b"/3.jpg" in question:
            raise RuntimeError("KilledWorker")
        return inspecting.work(question, content, beside)

    found = {one.path.name: one for one in inspecting.inspect_all(far.Far(Workers(die), 2), pictures)}
    assert isinstance(found["3.jpg"].problem, DamagedError)
    assert found["4.jpg"].facts is not None


def test_workers_that_are_all_gone_are_told(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", patches(1))
    hangs = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(hangs.wait)
        try:
            with pytest.raises(RemoteError, match="no worker was done"):
                list(inspecting.inspect_all(far.Far(pool, 1, alive=lambda: False, stalled_s=0.2), {path: ""}))
        finally:
            hangs.set()


@pytest.mark.parametrize(
    "text", ["", "dask:", "dask://", "dask://x", "dask://x:0", "dask://x:99999", "ray://x:1", "dask://a b:1"]
)
def test_what_names_no_scheduler_is_refused(text: str, stockctl: Callable[..., Run]) -> None:
    with pytest.raises(UsageError, match="names no scheduler"):
        address(text)
    if text:
        assert stockctl("check", "--executor", text).code == 2


def test_addresses() -> None:
    assert address("dask://localhost:8786") == "tcp://localhost:8786"
    assert address("dask+tls://[::1]:1/") == "tls://[::1]:1"


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """A real scheduler, and workers as processes of their own; gives the address and a function that starts more."""
    if os.environ.get("CI"):
        import distributed
    else:
        distributed = pytest.importorskip("distributed")
    assert distributed
    folder = tmp_path / "dask"
    folder.mkdir()
    told = folder / "scheduler.json"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
        with (folder / f"{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=folder, env=environment | more, stdout=log, stderr=log)
        started.append(process)
        return process

    start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told))
    for _ in range(600):
        if told.exists() and told.stat().st_size:
            break
        time.sleep(0.1)
    place = json.loads(told.read_text())["address"].replace("tcp", "dask")

    def worker() -> subprocess.Popen[bytes]:
        return start(
            *("dask_worker", "--scheduler-file", str(told), "--nthreads", "1", "--nworkers", "1", "--no-nanny"),
            *("--no-dashboard", "--local-directory", str(folder)),
        )

    start.place, start.worker = place, worker  # type: ignore[attr-defined]
    try:
        yield start
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


@pytest.mark.timeout(300)
def test_a_cluster_finds_what_the_local_pool_finds_byte_for_byte(
    scheduler: Any, pictures: dict[Path, str], program: Callable[..., Run], home: Path
) -> None:
    folder = str(next(iter(pictures)).parent)
    local = program("check", folder, "--json", "--workers", "2")
    (home / "catalogue.db").unlink()
    scheduler.worker()
    scheduler.worker()
    there = program("check", folder, "--json", "--executor", scheduler.place, "--report", str(home / "sheet.html"))
    assert there.err == ""
    assert there.out == local.out
    assert there.code == local.code
    assert program("check", folder, "--json", "--report", str(home / "here.html")).out == local.out
    assert shown(home / "sheet.html") == shown(home / "here.html")


def shown(page: Path) -> list[str]:
    """Return the pictures of a contact sheet."""
    found = re.findall(r"data:image/jpeg;base64,[^\"')]+", page.read_text(encoding="utf-8"))
    assert len(found) > 6
    return found


@pytest.mark.timeout(300)
def test_workers_that_die_are_survived(scheduler: Any, tmp_path: Path, program: Callable[..., Run], home: Path) -> None:
    folder = tmp_path / "many"
    for number in range(24):
        put(folder / f"{number}.jpg", patches(number, 1600, 1200))
    first = scheduler.worker()
    scheduler.worker()

    def kill() -> None:
        for _ in range(600):
            time.sleep(0.1)
            with open_catalogue_count(home) as count:
                if count:
                    break
        first.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    run = program("check", folder, "--json", "--executor", scheduler.place)
    killer.join()
    assert first.wait(10) != 0
    assert run.json["errors"] == []
    assert len(run.json["assets"]) == 24


def open_catalogue_count(home: Path) -> Any:
    """Give the number of files that the catalogue knows by now."""
    import contextlib
    import sqlite3

    @contextlib.contextmanager
    def counted() -> Iterator[int]:
        try:
            with contextlib.closing(sqlite3.connect(f"file:{home / 'catalogue.db'}?mode=ro", uri=True)) as connection:
                yield int(connection.execute("SELECT count(*) FROM files").fetchone()[0])
        except sqlite3.Error:
            yield 0

    return counted()


def test_a_scheduler_that_is_not_there_is_told(program: Callable[..., Run], pictures: dict[Path, str]) -> None:
    if not os.environ.get("CI"):
        pytest.importorskip("distributed")
    run = program("check", next(iter(pictures)), "--executor", "dask://127.0.0.1:1")
    assert run.code == 1
    assert "no Dask scheduler answers" in run.err
    assert "Traceback" not in run.err


def test_previews_are_those_that_are_made_here(pictures: dict[Path, str]) -> None:
    def elsewhere(question: bytes, content: bytes | None, beside: Any) -> bytes:
        return previews.work(question, content, beside) if content is not None else b'{"state": "elsewhere"}'

    wanted: dict[Path, Any] = {path: ("jpeg", [(900, 500, 40, 40), (0, 0, 9, 9)]) for path in pictures}
    job = previews.Previews(wanted, 640, 320)
    for say in (previews.work, elsewhere):
        found = {one.path: one.preview for one in far.Far(Workers(say), 2).each(wanted, job)}
        assert found.keys() == wanted.keys()
        for path, (format_, boxes) in wanted.items():
            if path.name in {"broken.jpg", "empty.jpg"}:
                assert found[path] is None or path.name == "broken.jpg"
            else:
                assert found[path] == preview(path, format_, boxes, overview=640, crop=320)


def test_a_preview_that_is_no_picture_or_not_the_one_asked_for_is_none(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", patches(1, 1600, 1200))
    job = previews.Previews({path: ("jpeg", [(0, 0, 9, 9)])}, 640, 320)
    good = previews.packed(preview(path, "jpeg", (), overview=320, crop=0).overview)
    large = previews.packed(preview(path, "jpeg", (), overview=700, crop=0).overview)
    page = previews.packed(b"<script>alert(1)</script>")

    def told(**answer: Any) -> Any:
        workers = Workers(lambda *_: json.dumps(answer).encode())
        (found,) = far.Far(workers, 1).each([path], job)
        return found.preview

    assert told(overview=good, crops=[good]) is not None
    for answer in (
        {"overview": page, "crops": [good]},
        {"overview": good, "crops": [page]},
        {"overview": large, "crops": [good]},
        {"overview": good, "crops": []},
        {"overview": good, "crops": [good, good]},
        {"overview": "!", "crops": [good]},
        {"overview": good},
        {"crops": 3, "overview": 3},
    ):
        assert told(**answer) is None, answer
