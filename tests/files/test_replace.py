"""Replacing a file: at every moment the old one or the finished new one, whatever fails."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.errors import ChangedError, FileProblem, RefusedError, UnreadableError
from stockctl.files.fingerprint import Fingerprint, fingerprint
from stockctl.files.writing import exchange as exchanging
from stockctl.files.writing import replace as files
from stockctl.files.writing import temporary
from stockctl.files.writing.splice import Splice

if TYPE_CHECKING:
    from collections.abc import Callable

    from stockctl.files.source import Source

ROOT = Path(__file__).parents[2]
OLD = bytes(range(256)) * 4096
NEW = b"head" + OLD[10:] + b"tail"
SPLICES = (Splice(0, 10, b"head"), Splice(len(OLD), len(OLD), b"tail"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.bin"
    file.write_bytes(OLD)
    return file


def test_the_new_file_has_the_old_one_s_mode_time_and_attributes(path: Path) -> None:
    path.chmod(0o640)
    os.utime(path, ns=(1, 1_234_567_890_123_456_789))
    has_attributes = True
    try:
        os.setxattr(path, "user.label", b"red")
    except OSError:
        has_attributes = False
    result = files.replace(path, SPLICES, fingerprint(path))
    assert path.read_bytes() == NEW
    assert result == fingerprint(path)
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.stat().st_mtime_ns == 1_234_567_890_123_456_789
    assert not has_attributes or os.getxattr(path, "user.label") == b"red"


STEPS = ("open", "write", "copy_file_range", "preadv", "fsync", "fchmod", "utime", "replace")


def attempt(path: Path, expected: Fingerprint, *, compare: bool) -> FileProblem | None:
    try:
        files.replace(path, SPLICES, expected, compare=compare)
    except (RefusedError, UnreadableError) as error:
        return error
    return None


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failure_at_any_step_leaves_the_old_file_and_nothing_else(
    name: str, code: int, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = fingerprint(path)
    real: Callable[..., Any] = getattr(os, name)
    calls = 0
    for failing in range(1, 50):
        calls = 0

        def fail(*arguments: Any, failing: int = failing, **options: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == failing:
                raise OSError(code, os.strerror(code))
            return real(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(os, name, fail)
            if name == "replace":
                patch.setattr(exchanging, "exchange", lambda *_: False)
            problem = attempt(path, expected, compare=name != "copy_file_range")
        if problem is None:
            break
        assert problem.where == str(path)
        assert code != errno.ENOSPC or "make room" in problem.hint or name == "open"
        assert path.read_bytes() == OLD
        assert [entry.name for entry in path.parent.iterdir()] == ["a.bin"]
    # Only the folder's own fsync, after the rename, and opening it, may fail unheard.
    assert failing > 1
    assert path.read_bytes() == NEW


def in_place(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"theirs")


def by_rename(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"theirs" + OLD[6:])
    other.rename(path)


@pytest.mark.skipif(sys.platform not in {"linux", "darwin"}, reason="the system has no such step")
@pytest.mark.parametrize("write", [in_place, by_rename])
def test_what_another_program_writes_in_the_last_moment_stands(
    write: Callable[[Path], None], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our last look and the step that puts the new file in its place."""
    real = exchanging.exchange
    calls: list[Path] = []

    def late(one: Path, other: Path) -> bool:
        if not calls:
            write(path)
        calls.append(one)
        return real(one, other)

    monkeypatch.setattr(exchanging, "exchange", late)
    with pytest.raises(ChangedError, match="another program changed"):
        files.replace(path, SPLICES, fingerprint(path))
    assert path.read_bytes() == b"theirs" + OLD[6:]
    assert [entry.name for entry in path.parent.iterdir()] == ["a.bin"]


def test_what_another_program_writes_into_a_file_that_is_taken_away_stands(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = fingerprint(path)
    real = Path.rename

    def late(self: Path, target: Path) -> Path:
        in_place(self)
        return real(self, target)

    monkeypatch.setattr(Path, "rename", late)
    with pytest.raises(ChangedError):
        files.remove(path, expected)
    assert path.read_bytes() == b"theirs" + OLD[6:]
    assert [entry.name for entry in path.parent.iterdir()] == ["a.bin"]


def test_a_file_system_that_does_not_copy_in_the_kernel_is_copied_to(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EXDEV, "not here")

    monkeypatch.setattr(os, "copy_file_range", refuse)
    files.replace(path, SPLICES, fingerprint(path), compare=False)
    assert path.read_bytes() == NEW


def test_a_system_that_cannot_read_at_a_place_copies_and_compares(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "preadv")
    monkeypatch.delattr(os, "pread")
    files.replace(path, SPLICES, fingerprint(path))
    assert path.read_bytes() == NEW


def test_a_copy_that_reads_back_wrong_is_thrown_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write

    def corrupt(target: int, data: memoryview) -> int:
        done = real(target, data)
        os.pwrite(target, bytes((data[done // 2] ^ 1,)), os.lseek(target, 0, os.SEEK_CUR) - done + done // 2)
        return done

    monkeypatch.setattr(os, "write", corrupt)
    with pytest.raises(RefusedError, match="differs"):
        files.replace(path, SPLICES, fingerprint(path))
    assert path.read_bytes() == OLD


def test_another_program_s_change_is_noticed_before_and_during_the_work(path: Path) -> None:
    expected = fingerprint(path)
    path.write_bytes(OLD + b"!")
    with pytest.raises(RefusedError, match="another program"):
        files.replace(path, SPLICES, expected)

    def meddle(_: Source) -> None:
        path.write_bytes(OLD + b"!!")

    with pytest.raises(RefusedError, match="another program"):
        files.replace(path, SPLICES, fingerprint(path), verify=meddle)
    assert path.read_bytes() == OLD + b"!!"
    with pytest.raises(RefusedError, match="another program"):
        files.replace(path, (Splice(0, 0, b"x"),), None)


def test_temporary_files_of_dead_processes_are_swept(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    dead = tmp_path / f".{temporary._HOST}-{gone.pid}-abc.stockctl-tmp"
    alive = tmp_path / f".{temporary._HOST}-{os.getpid()}-abc.stockctl-tmp"
    elsewhere = tmp_path / f".00000000-{gone.pid}-abc.stockctl-tmp"
    for file in (dead, alive, elsewhere):
        file.write_bytes(b"x")
    assert temporary.sweep(tmp_path) == 1
    assert not dead.exists()
    assert alive.exists()
    assert elsewhere.exists()


WRITER = """
import sys
from pathlib import Path
from stockctl.files.writing import exchange as exchanging
from stockctl.files.writing import replace as files
from stockctl.files.writing import temporary
from stockctl.files.fingerprint import fingerprint
from stockctl.files.writing.splice import Splice
path = Path(sys.argv[1])
print("ready", flush=True)
while True:
    files.replace(path, (Splice(0, 1, b"A"), Splice(9, 9, b"++++")), fingerprint(path))
    files.replace(path, (Splice(0, 1, b"B"), Splice(9, 13, b"")), fingerprint(path))
"""


def killed(folder: Path, times: int) -> None:
    """Kill a process that writes all the time, at random moments; look at the file each time."""
    path = folder / "a.bin"
    path.write_bytes(OLD)
    states = {b"A" + OLD[1:9] + b"++++" + OLD[9:], b"B" + OLD[1:], OLD}
    chance = random.Random(7)  # noqa: S311 - moments, no secrets
    for _ in range(times):
        command = [sys.executable, "-c", WRITER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.03))
            process.send_signal(signal.SIGKILL)
        data = path.read_bytes()
        assert data in states
        path.write_bytes(OLD)
        temporary.sweep(folder)
        assert [entry.name for entry in folder.iterdir()] == ["a.bin"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_killed_process_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    killed(tmp_path, 8)


@pytest.mark.soak
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_two_hundred_killed_processes_leave_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    killed(tmp_path, 200)


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small file system in memory")
def test_a_disk_that_is_really_full_leaves_the_old_file(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "none", str(small)], check=False)
    if mount.returncode:
        pytest.skip("mounting needs the rights of root")
    try:
        path = small / "a.bin"
        path.write_bytes(OLD)
        with pytest.raises(RefusedError, match="no space left"):
            files.replace(path, SPLICES, fingerprint(path))
        assert path.read_bytes() == OLD
        assert [entry.name for entry in small.iterdir()] == ["a.bin"]
    finally:
        subprocess.run(["umount", str(small)], check=True)
