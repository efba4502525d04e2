"""A file system that stalls: one folder with files of which reads never come back, as on a network that is gone.

It speaks FUSE's protocol itself (linux/fuse.h, version 7.31), over `/dev/fuse`,
mounted with the rights of root. As with NFS, nothing but a kill ends a read that waits.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import stat
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_HEAD = struct.Struct("<IIQQIIII")
_LOOKUP, _FORGET, _GETATTR, _OPEN, _READ, _STATFS, _RELEASE = 1, 2, 3, 14, 15, 17, 18
_GETXATTR, _FLUSH, _INIT, _OPENDIR, _READDIR, _RELEASEDIR, _INTERRUPT, _BATCH_FORGET = 22, 25, 26, 27, 28, 29, 36, 42
_ROOT = 1
_NODEV, _NOSUID = 4, 2


def available() -> bool:
    """Whether it can be mounted here: as root, on Linux."""
    return Path("/dev/fuse").exists() and hasattr(os, "geteuid") and os.geteuid() == 0


class Stalling:
    """A folder of files by name, mounted for a block; `stalls` are the names whose bytes never come."""

    def __init__(self, place: Path, files: Mapping[str, bytes], stalls: frozenset[str]) -> None:
        self.place = place
        self._names = sorted(files)
        self._files, self._stalls = files, set(stalls)
        self._libc = ctypes.CDLL(None, use_errno=True)
        # Set once a read waits that will never be answered.
        self.waited_for = threading.Event()
        # The reads that wait, and the threads that do.
        self._waiting: dict[int, int] = {}
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self.place.mkdir()
        self._wire = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        how = f"fd={self._wire},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
        if self._libc.mount(b"stalling", bytes(self.place), b"fuse", _NODEV | _NOSUID, how):
            code = ctypes.get_errno()
            os.close(self._wire)
            raise OSError(code, os.strerror(code))
        for work in (self._serve, self._let_go_of_killed):
            threading.Thread(target=work, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        # MNT_DETACH: also where something waits there.
        self._libc.umount2(bytes(self.place), 2)
        os.close(self._wire)

    def stall(self, name: str) -> None:
        """Have no more bytes of a file come, from the next time that it is opened on."""
        self._stalls.add(name)

    def _serve(self) -> None:
        while True:
            try:
                request = os.read(self._wire, 1 << 20)
            except OSError:
                return
            _, code, unique, node, _, _, thread, _ = _HEAD.unpack_from(request)
            answer = self._answer(code, node, request[_HEAD.size :])
            if answer is not None:
                self._tell(unique, answer)
            elif code == _READ:
                self._waiting[unique] = thread
                self.waited_for.set()

    def _tell(self, unique: int, answer: bytes | int) -> None:
        failed, data = (answer, b"") if isinstance(answer, int) else (0, answer)
        # Who asked may be gone.
        with contextlib.suppress(OSError):
            os.write(self._wire, struct.pack("<IiQ", 16 + len(data), -failed, unique) + data)

    def _let_go_of_killed(self) -> None:
        """Have killed processes end, for which FUSE, other than NFS, wants an answer; all, once this is unmounted."""
        while not self._ended.wait(0.1):
            for unique, thread in list(self._waiting.items()):
                if _killed(thread):
                    del self._waiting[unique]
                    self._tell(unique, errno.EINTR)

    def _answer(self, code: int, node: int, body: bytes) -> bytes | int | None:
        """Return what is answered, the number of an error, or None where nothing is."""
        if code == _INIT:
            return struct.pack("<IIIIHHIIHHI7I", 7, 31, 1 << 17, 0, 8, 8, 1 << 17, 1, 32, 0, 0, *[0] * 7)
        if code == _LOOKUP:
            name = body.rstrip(b"\0").decode()
            if name not in self._files:
                return errno.ENOENT
            found = 2 + self._names.index(name)
            return struct.pack("<QQQQII", found, 0, 1, 1, 0, 0) + self._attributes(found)
        if code == _GETATTR:
            return struct.pack("<QII", 1, 0, 0) + self._attributes(node)
        if code in {_OPEN, _OPENDIR}:
            return struct.pack("<QII", node, 0, 0)
        if code == _READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            name = self._names[node - 2]
            if name in self._stalls:
                return None
            return self._files[name][offset : offset + size]
        if code == _READDIR:
            return self._listed(struct.unpack_from("<QQI", body)[1])
        if code in {_FLUSH, _RELEASE, _RELEASEDIR}:
            return b""
        return None if code in {_FORGET, _BATCH_FORGET, _INTERRUPT} else errno.ENOSYS

    def _attributes(self, node: int) -> bytes:
        folder = node == _ROOT
        size = 0 if folder else len(self._files[self._names[node - 2]])
        mode = stat.S_IFDIR | 0o755 if folder else stat.S_IFREG | 0o644
        moment = 1_700_000_000
        return struct.pack(
            "<6Q10I", node, size, size // 512 + 1, moment, moment, moment, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0
        )

    def _listed(self, begin: int) -> bytes:
        found = b""
        for number, name in list(enumerate(self._names))[begin:]:
            data = name.encode()
            entry = struct.pack("<QQII", number + 2, number + 1, len(data), 8) + data
            found += entry + bytes(-len(entry) % 8)
        return found


def _killed(thread: int) -> bool:
    try:
        lines = Path(f"/proc/{thread}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return True
    pending = [int(line.split()[1], 16) for line in lines if line.startswith(("SigPnd:", "ShdPnd:"))]
    return any(one >> (signal.SIGKILL - 1) & 1 for one in pending)
