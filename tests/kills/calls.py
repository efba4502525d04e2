"""Have the kernel ask before a system call of another process goes on: to count them, and to kill it at one.

The filter is seccomp's, with user notification (seccomp_unotify(2), Linux 5.0):
only the calls that are asked about stop the process, so that a command takes
hardly longer than by itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import platform
import select
import signal
import socket
import struct
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Every call by which bytes, names or times on a disk change, or are forced to it; and its number by machine
# (asm/unistd_64.h, asm-generic/unistd.h).
NUMBERS: dict[str, dict[str, int]] = {
    "x86_64": {
        "rename": 82,
        "renameat2": 316,
        "link": 86,
        "linkat": 265,
        "unlink": 87,
        "unlinkat": 263,
        "mkdir": 83,
        "fsync": 74,
        "fdatasync": 75,
        "ftruncate": 77,
        "write": 1,
        "pwrite64": 18,
        "copy_file_range": 326,
        "utimensat": 280,
        "fchmod": 91,
    },
    "aarch64": {
        "renameat": 38,
        "renameat2": 276,
        "linkat": 37,
        "unlinkat": 35,
        "mkdirat": 34,
        "fsync": 82,
        "fdatasync": 83,
        "ftruncate": 46,
        "write": 64,
        "pwrite64": 68,
        "copy_file_range": 285,
        "utimensat": 88,
        "fchmod": 52,
    },
}
HERE = NUMBERS.get(platform.machine(), {})
_SECCOMP = {"x86_64": 317, "aarch64": 277}
# linux/seccomp.h and linux/filter.h.
_SET_FILTER, _NEW_LISTENER, _NOTIFY, _ALLOW = 1, 8, 0x7FC00000, 0x7FFF0000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_RECEIVE, _SEND, _GO_ON = 0xC0502100, 0xC0182101, 1
_NO_NEW_PRIVILEGES = 38


def available() -> bool:
    """Whether this machine's calls are known here."""
    return bool(HERE)


def asked_about(place: str) -> None:
    """Have this process's calls asked about from now on, by whoever listens at an abstract socket of this name.

    Raises:
        OSError: the kernel refuses.

    """

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    numbers = list(HERE.values())
    steps = [(_LOAD, 0, 0, 0)]
    steps += [(_EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _NOTIFY)]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = Program(len(steps), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(f"\0{place}")
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        asking = libc.syscall(_SECCOMP[platform.machine()], _SET_FILTER, _NEW_LISTENER, ctypes.byref(program))
        if asking < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        socket.send_fds(wire, [b"x"], [asking])
        os.close(asking)


class Listening:
    """Waits for a process that has its calls asked about."""

    def __init__(self) -> None:
        self.place = f"stockctl-kills-{os.getpid()}-{id(self)}-{os.urandom(4).hex()}"
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(f"\0{self.place}")
        self._door.listen(1)
        self._door.settimeout(60)

    def watch(self, pid: int, let_go: Callable[[], None], call: str = "", when: int = 0) -> Counter[str]:
        """Let a command go, and count its calls to its end; kill it before it makes `call` for the `when`th time."""
        wire, _ = self._door.accept()
        with wire:
            _, (asking, *_), _, _ = socket.recv_fds(wire, 1, 1)
        self._door.close()
        names, counts = {number: name for name, number in HERE.items()}, Counter[str]()
        poll = select.poll()
        poll.register(asking, select.POLLIN)
        let_go()
        try:
            while any(happened & select.POLLIN for _, happened in poll.poll(120_000)):
                notice = bytearray(80)
                try:
                    fcntl.ioctl(asking, _RECEIVE, notice)
                except OSError as error:
                    if error.errno in {errno.ENOENT, errno.EINTR}:
                        continue  # who asked has died meanwhile
                    raise
                id_, _, _, number = struct.unpack_from("<QIIi", notice)
                name = names[number]
                counts[name] += 1
                if (name, counts[name]) == (call, when):
                    os.kill(pid, signal.SIGKILL)
                    break
                with contextlib.suppress(FileNotFoundError):
                    fcntl.ioctl(asking, _SEND, bytearray(struct.pack("<QqiI", id_, 0, 0, _GO_ON)))
        finally:
            os.close(asking)
        return counts
