"""The branches of other systems, called with stand-ins for their libraries."""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from stockctl.files import held
from stockctl.files.writing import attributes, exchange
from stockctl.media.render import run_closed
from tests.conftest import ROOT


class Call:
    """A function of a library: called, and told the type of what it returns."""

    restype: Any = ctypes.c_int

    def __init__(self, call: Any) -> None:
        self.call = call

    def __call__(self, *arguments: Any) -> int:
        # As ctypes does it: an int has 32 bits.
        found = int(self.call(*arguments))
        return found if self.restype is ctypes.c_void_p else found & 0xFFFF_FFFF


class Kernel:
    """`kernel32.dll` as documented: each call fails with the next code, then succeeds."""

    def __init__(self, *codes: int) -> None:
        self.codes, self.code = list(codes), 0
        self.calls: dict[str, Call] = {}
        self.closed: list[int] = []

    def ReplaceFileW(self, path: str, fresh: str, backup: str, *rest: Any) -> int:  # noqa: N802 - its name there
        assert rest == (0, None, None)
        self.code = self.codes.pop(0) if self.codes else 0
        if self.code in {0, 1177}:
            os.rename(path, backup)  # noqa: PTH104 - as the system does it
        if self.code == 0:
            os.rename(fresh, path)  # noqa: PTH104
        return not self.code

    @property
    def OpenProcess(self) -> Any:  # noqa: N802 - its name there
        """7 runs; 8 is none; 9 is another person's; 10 has ended, and somebody keeps its handle; 11 ended with 259."""

        def call(rights: int, inherit: bool, pid: int) -> int:  # noqa: FBT001 - a C call
            assert (rights, inherit) == (0x1000, False)
            self.code = {8: 87, 9: 5}.get(pid, 0)
            return 0 if self.code else 0x1_0000_0000 + pid

        return self.calls.setdefault("OpenProcess", Call(call))

    def GetExitCodeProcess(self, handle: Any, code: Any) -> int:  # noqa: N802
        code._obj.value = {7: 259, 10: 1}[handle.value - 0x1_0000_0000]
        return 1

    def CloseHandle(self, handle: Any) -> int:  # noqa: N802
        self.closed.append(handle.value)
        return 1


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, fresh = tmp_path / "a.jpg", tmp_path / ".1-2-3.stockctl-tmp"
    old.write_bytes(b"old")
    fresh.write_bytes(b"new")
    return old, fresh


def windows(monkeypatch: pytest.MonkeyPatch, *codes: int) -> Kernel:
    kernel = Kernel(*codes)
    monkeypatch.setattr(ctypes, "WinDLL", lambda *_, **__: kernel, raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: kernel.code, raising=False)
    monkeypatch.setattr(ctypes, "WinError", lambda code: OSError(code, "as Windows says"), raising=False)
    monkeypatch.setattr(attributes, "_REPLACE_PAUSE_S", 0)
    return kernel


def test_windows_replaces_once_nobody_holds_the_file(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    old, fresh = files
    windows(monkeypatch, 32, 33, 32)
    attributes.windows_replace(fresh, old)
    assert [(path.name, path.read_bytes()) for path in old.parent.iterdir()] == [("a.jpg", b"new")]


@pytest.mark.parametrize("code", [5, 1175, 1176, 1177, 32])
def test_windows_leaves_the_old_file_when_it_fails(
    code: int, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, fresh = files
    windows(monkeypatch, *[code] * 30)
    with pytest.raises(OSError, match=r"as Windows says|holds the file open"):
        attributes.windows_replace(fresh, old)
    assert old.read_bytes() == b"old"
    assert sorted(path.name for path in old.parent.iterdir()) == sorted([fresh.name, old.name])


def test_windows_is_asked_whether_a_process_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = windows(monkeypatch)
    assert attributes.windows_process_runs(7)
    assert not attributes.windows_process_runs(8)
    assert attributes.windows_process_runs(9)
    assert not attributes.windows_process_runs(10)
    assert kernel.closed == [0x1_0000_0007, 0x1_0000_000A]


class Runtime(SimpleNamespace):
    """`msvcrt` as documented: LK_LOCK gives up after ten tries, LK_NBLCK at once; both lock at the file's position."""

    LK_LOCK, LK_NBLCK = 1, 2

    def __init__(self, *, busy: int = 0, code: int = errno.EDEADLK) -> None:
        super().__init__(busy=busy, code=code, places=[])

    def locking(self, descriptor: int, mode: int, count: int) -> None:
        assert count == 1
        self.places.append(os.lseek(descriptor, 0, os.SEEK_CUR))
        if self.busy:
            self.busy -= 1
            raise OSError(self.code if mode == self.LK_LOCK else errno.EACCES, "busy")


def test_windows_waits_for_a_lock_longer_than_ten_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Runtime(busy=3)
    monkeypatch.setitem(sys.modules, "msvcrt", runtime)
    monkeypatch.setattr(sys, "platform", "win32")
    descriptor = held.take(tmp_path / "lock")
    assert descriptor is not None
    os.write(descriptor, b"noted")
    # Nobody is kept from reading what stands in it, and writing goes on where it was.
    assert runtime.places == [0x7FFF_FFFF] * 4
    assert (tmp_path / "lock").read_bytes() == b"noted"
    runtime.busy = 1
    assert not held.lock(descriptor, wait=False)
    runtime.busy, runtime.code = 1, errno.ENOLCK
    assert not held.lock(descriptor)
    assert held.lock(descriptor, wait=False)
    os.close(descriptor)


def test_macos_falls_back_where_a_network_knows_no_full_sync(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    calls: list[Any] = []

    def refused(*_: Any) -> None:
        raise OSError(errno.ENOTSUP, "not on a network")

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", refused)
    monkeypatch.setattr(os, "fsync", calls.append)
    with files[0].open("rb") as file:
        attributes.flush(file.fileno())
        assert calls == [file.fileno()]


@pytest.mark.parametrize(
    ("code", "expected"), [(0, True), (errno.ENOTSUP, False), (errno.EINVAL, False), (errno.EACCES, None)]
)
def test_macos_swaps_two_names_in_one_step(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, code: int, *, expected: bool | None
) -> None:
    calls: list[Any] = []

    def swap(*arguments: Any) -> int:
        calls.append(arguments)
        return -1 if code else 0

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: SimpleNamespace(renamex_np=swap))
    monkeypatch.setattr(ctypes, "get_errno", lambda: code)
    exchange._call.cache_clear()
    try:
        if expected is None:
            with pytest.raises(PermissionError):
                exchange.exchange(*files)
        else:
            assert exchange.exchange(*files) is expected
    finally:
        exchange._call.cache_clear()
    # sys/stdio.h: RENAME_SWAP is 2.
    assert calls == [(os.fsencode(files[0]), os.fsencode(files[1]), 2)]


def test_systems_without_such_a_step_are_told_apart(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for platform in ("win32", "darwin"):
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: SimpleNamespace())
        exchange._call.cache_clear()
        assert not exchange.exchange(*files)
    exchange._call.cache_clear()


def test_macos_copies_what_a_file_bears_and_empties_the_drive(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    old, fresh = files
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    library = SimpleNamespace(fcopyfile=lambda *values: calls.append(values))
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: library)
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda *values: calls.append(values))
    monkeypatch.setattr(os, "fsync", lambda _: calls.append(("fsync",)))
    with old.open("rb") as source, fresh.open("r+b") as target:
        stat = os.fstat(source.fileno())
        attributes.carry_over(source.fileno(), target.fileno(), fresh, stat)
        attributes.flush(target.fileno())
        # copyfile.h: COPYFILE_ACL is 1, COPYFILE_XATTR is 4.
        assert calls == [(source.fileno(), target.fileno(), None, 5), (target.fileno(), 51)]
    assert fresh.stat().st_mtime_ns == stat.st_mtime_ns


ASKS = "import resource as r; print(*(r.getrlimit(each)[0] for each in (r.RLIMIT_CPU, r.RLIMIT_FSIZE)))"
# A process that somebody started with lower bounds than ours.
LOWER = f"""
import resource, sys
from pathlib import Path
from stockctl.media.render import run_closed
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
with open(sys.argv[1] + "/out", "wb") as out:
    run_closed([sys.executable, "-c", {ASKS!r}], Path(sys.argv[1]), Path("a.eps"), stdout=out)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bounds")
def test_macos_refuses_a_bound_of_memory_and_the_others_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    real = resource.setrlimit

    def refuse(what: int, most: tuple[int, int]) -> None:
        if what == resource.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")
        real(what, most)

    monkeypatch.setattr(resource, "setrlimit", refuse)
    with (tmp_path / "out").open("wb") as out:
        run_closed([sys.executable, "-c", ASKS], tmp_path, Path("a.eps"), stdout=out)
    assert (tmp_path / "out").read_text().split() == ["20", str(64 << 20)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bounds")
def test_a_lower_bound_of_whoever_started_us_stays(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", LOWER, str(tmp_path)], check=True, cwd=ROOT)
    assert (tmp_path / "out").read_text().split() == ["20", str(1 << 20)]
