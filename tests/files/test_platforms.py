"""The branches of other systems, called with stand-ins for their libraries."""

from __future__ import annotations

import ctypes
import os
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.files import attributes

if TYPE_CHECKING:
    from pathlib import Path


class Kernel:
    """`kernel32.dll` as documented: each call fails with the next code, then succeeds."""

    def __init__(self, *codes: int) -> None:
        self.codes, self.code = list(codes), 0

    def ReplaceFileW(self, path: str, fresh: str, backup: str, *rest: Any) -> int:  # noqa: N802 - its name there
        assert rest == (0, None, None)
        self.code = self.codes.pop(0) if self.codes else 0
        if self.code in {0, 1177}:
            os.rename(path, backup)  # noqa: PTH104 - as the system does it
        if self.code == 0:
            os.rename(fresh, path)  # noqa: PTH104
        return not self.code

    def OpenProcess(self, _rights: int, _inherit: bool, pid: int) -> int:  # noqa: FBT001, N802
        return pid if pid == 7 else 0

    def CloseHandle(self, handle: int) -> int:  # noqa: N802
        return handle


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, fresh = tmp_path / "a.jpg", tmp_path / ".1-2-3.stockctl-tmp"
    old.write_bytes(b"old")
    fresh.write_bytes(b"new")
    return old, fresh


def windows(monkeypatch: pytest.MonkeyPatch, *codes: int) -> None:
    kernel = Kernel(*codes)
    monkeypatch.setattr(ctypes, "WinDLL", lambda *_, **__: kernel, raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: kernel.code, raising=False)
    monkeypatch.setattr(ctypes, "WinError", lambda code: OSError(code, "as Windows says"), raising=False)
    monkeypatch.setattr(attributes, "_REPLACE_PAUSE_S", 0)


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
    windows(monkeypatch)
    assert attributes.windows_process_runs(7)
    assert not attributes.windows_process_runs(8)


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
