"""Working on many files at once: one that brings its process down, or does not come back, ends nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import pytest

from stockctl.check.run import pool
from stockctl.check.run.inspect import Inspection
from stockctl.desk.pictures.hands import Hands
from stockctl.files.fingerprint import Fingerprint
from stockctl.media.identify import SUFFIXES
from tests.conftest import ROOT
from tests.media_probes import test_video
from tests.metadata.samples import encoded
from tests.pictures import jpeg, put


@dataclass(frozen=True)
class Done:
    path: Path
    what: str = ""


def work(path: Path, task: str) -> Done:
    if task == "crash":
        os.abort()
    if task == "hang":
        time.sleep(600)
    return Done(path, task)


def lost(path: Path) -> Done:
    return Done(path, "lost")


@pytest.mark.parametrize("fault", ["crash", "hang"])
def test_a_file_that_takes_its_process_with_it_is_told_and_the_rest_is_done(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "STALLED_S", 8.0)
    tasks = {Path(f"{number}.jpg"): "good" for number in range(6)} | {Path("bad.jpg"): fault}
    found = {done.path.name: done.what for done in pool.each(work, tasks, 2, lost)}
    assert found == {f"{number}.jpg": "good" for number in range(6)} | {"bad.jpg": "lost"}


def spinning(path: Path, _before: str) -> Inspection:
    """Stand in for an inspection: a decoder spins for ever on a film, and does well by all else."""
    while path.suffix == ".mp4":
        pass
    return Inspection(path, Fingerprint(0, 0, 0), problem=None, facts={"pid": os.getpid()})


@pytest.mark.parametrize("workers", [1, 2], ids=["one worker", "few files"])
def test_a_decoder_that_never_returns_is_given_up_also_with_one_worker_and_with_few_files(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = test_video.clip(tmp_path / "film.mp4", 0.4, (160, 96))
    photo = put(tmp_path / "photo.jpg", jpeg(300, 200))
    monkeypatch.setattr(pool, "STALLED_S", 6.0)
    monkeypatch.setattr(pool, "inspect", spinning)
    before = time.monotonic()
    found = {done.path: done for done in pool.inspect_all({film: "", photo: ""}, workers)}
    assert time.monotonic() - before < 60
    # What is decoded within bounds needs no process of its own.
    assert found[photo].facts == {"pid": os.getpid()}
    assert found[film].facts is None
    assert "did not come back" in str(found[film].problem)


def test_the_desk_s_processes_are_ended_where_they_do_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "STALLED_S", 1.0)
    hands = Hands(1)
    try:
        hanging = hands.submit(time.sleep, 600)
        with pytest.raises(BrokenProcessPool):
            hanging.result(60)
        monkeypatch.setattr(pool, "STALLED_S", 60.0)
        assert hands.submit(len, "abc").result(60) == 3
    finally:
        hands.shutdown(wait=False, cancel_futures=True)


def test_what_is_strange_is_told_by_what_is_in_it(tmp_path: Path) -> None:
    assert not pool.is_strange(put(tmp_path / "a.mp4", jpeg(300, 200)))
    assert pool.is_strange(put(tmp_path / "b.jpg", encoded("AVIF")))
    assert not pool.is_strange(tmp_path / "missing.avif")
    strange = {format_ for format_ in SUFFIXES.values() if format_ not in pool._PLAIN}
    assert strange == {"avif", "heic", "jp2", "jxl"} | {
        *("mp4", "mov", "avi", "mkv", "webm", "mpg", "wmv", "mxf", "wav", "aiff", "flac", "mp3", "ogg", "m4a")
    }


_INTERRUPTED = """
import os, signal, sys, time
from stockctl.check.run.pool import open_pool
if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)
    pool = open_pool(1)
    done = pool.submit(abs, -7)
    time.sleep(float(sys.argv[1]))
    os.killpg(0, signal.SIGINT)
    print(done.result(60))
    pool.shutdown()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="groups of processes are POSIX")
@pytest.mark.parametrize("after_s", ["0", "0.1"])
def test_ctrl_c_while_a_process_starts_is_left_to_who_started_it(tmp_path: Path, after_s: str) -> None:
    script = put(tmp_path / "interrupted.py", _INTERRUPTED.encode())
    done = subprocess.run(
        [sys.executable, script, after_s], capture_output=True, text=True, start_new_session=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=120,
    )  # fmt: skip
    assert (done.stdout, done.stderr, done.returncode) == ("7\n", "", 0)
