"""A small FTP server that answers as a test tells it to: the replies that no real server gives on demand."""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import threading
from typing import TYPE_CHECKING

from tests.servers import PASSWORD, USER, Server
from tests.servers.listening import Listening

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Moody(Listening):
    """Plain FTP on loopback; `moods` gives, for a command, the replies to use instead, one each time.

    An empty reply closes the connection. `size` "none" takes SIZE away,
    `takes_in` removes what has arrived, as an agency does; `full_after` bytes
    the disk is full, which it says by `full_disk`; a `sink` keeps the sizes only.
    Of so many files it `loses_last` bytes and confirms them; from a number on it
    `renames` what arrives. It takes `places` connections
    at once, and refuses more as `full` says: with a reply at the door (421), after
    the password (530), or not at all, in silence (an empty one).
    """

    def __init__(
        self,
        folder: Path,
        moods: dict[str, list[str]] | None = None,
        *,
        size: str = "yes",
        takes_in: bool = False,
        full_after: int | None = None,
        sink: bool = False,
        full_disk: str = "452 No space left on device",
        loses_last: int = 0,
        renames: int = 0,
        places: int | None = None,
        full: str = "421 Too many connections from the same IP address.",
    ) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.moods = moods or {}
        self.has_size = size == "yes"
        self.takes_in = takes_in
        self.full_after = full_after
        self.sink = sink
        self.full_disk = full_disk
        self.loses_last = loses_last
        self.lost = 0
        self.renames = renames
        self.places = places
        self.full = full
        self.inside = 0
        self.most_inside = 0
        self.sizes: dict[str, int] = {}
        self.heard: list[str] = []
        self.taken_in: list[tuple[str, bytes]] = []
        self.lock = threading.Lock()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                session = _Session(outer, self)
                try:
                    with contextlib.suppress(OSError):
                        session.run()
                finally:
                    with outer.lock:
                        outer.inside -= session.counted
                    if session.passive is not None:
                        session.passive.close()

        super().__init__(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler))

    @property
    def server(self) -> Server:
        """How to reach it."""
        return Server("ftp", self.port, self.folder, (), user=USER, password=PASSWORD, tls="none")


class _Session:
    def __init__(self, moody: Moody, handler: socketserver.StreamRequestHandler) -> None:
        self.moody = moody
        self.read = handler.rfile.readline
        self.socket: socket.socket = handler.request
        self.passive: socket.socket | None = None
        self.at = 0
        self.counted = 0

    def take_place(self) -> bool:
        """Count this connection, where there is a place for it; return whether there was."""
        with self.moody.lock:
            if self.moody.places is not None and self.moody.inside >= self.moody.places:
                return False
            self.counted = 1
            self.moody.inside += 1
            self.moody.most_inside = max(self.moody.most_inside, self.moody.inside)
        return True

    def log_in(self, password: str) -> None:
        if password != PASSWORD:
            self.say("530 Login incorrect.")
        elif self.counted or self.take_place():
            self.say("230 in")
        else:
            self.say(self.moody.full)

    def say(self, reply: str) -> None:
        self.socket.sendall(reply.encode() + b"\r\n")

    def run(self) -> None:
        if not self.moody.full.startswith("530") and not self.take_place():
            if self.moody.full:
                self.say(self.moody.full)
            else:
                # Until the other side gives up.
                self.read()
            return
        if not self._mood("HELLO", lambda: self.say("220 hello")):
            return
        while line := self.read():
            word, _, rest = line.decode().strip().partition(" ")
            with self.moody.lock:
                self.moody.heard.append(f"{word} {rest}".strip())
            if not self._mood(word.upper(), lambda word=word, rest=rest: self._answer(word.upper(), rest)):  # type: ignore[misc]
                return
            if word.upper() == "QUIT":
                return

    def _mood(self, word: str, otherwise: Callable[[], None]) -> bool:
        with self.moody.lock:
            replies = self.moody.moods.get(word, [])
            reply = replies.pop(0) if replies else None
        if reply is None or reply == "as usual":
            otherwise()
        elif not reply:
            return False
        else:
            self.say(reply)
            return not reply.startswith("421")
        return True

    def _answer(self, word: str, rest: str) -> None:
        path = self.moody.folder / rest.lstrip("/")
        answers: dict[str, Callable[[], None]] = {
            "USER": lambda: self.say("331 password?"),
            "PASS": lambda: self.log_in(rest),
            "PWD": lambda: self.say('257 "/"'),
            "CWD": lambda: self.say("250 ok" if path.is_dir() else "550 no such folder"),
            "TYPE": lambda: self.say("200 ok"),
            "QUIT": lambda: self.say("221 bye"),
            "EPSV": self._epsv,
            "SIZE": lambda: self._size(path),
            "DELE": lambda: self._delete(path),
            "STOR": lambda: self._store(path, "wb"),
            "APPE": lambda: self._store(path, "ab"),
            "MKD": lambda: self._make(path),
            "REST": lambda: self.say("350 ok"),
        }
        answers.get(word, lambda: self.say("502 not here"))()

    def _epsv(self) -> None:
        if self.passive is not None:
            self.passive.close()
        self.passive = socket.create_server(("127.0.0.1", 0))
        self.say(f"229 ok (|||{self.passive.getsockname()[1]}|)")

    def _size(self, path: Path) -> None:
        if self.moody.sink:
            known = self.moody.sizes.get(path.name)
            self.say("550 no such file" if known is None else f"213 {known}")
        elif not self.moody.has_size:
            self.say("500 SIZE not understood")
        elif path.is_file():
            self.say(f"213 {path.stat().st_size}")
        else:
            self.say("550 no such file")

    def _delete(self, path: Path) -> None:
        there = path.is_file()
        path.unlink(missing_ok=True)
        self.say("250 gone" if there else "550 no such file")

    def _make(self, path: Path) -> None:
        path.mkdir()
        self.say(f'257 "{path.name}" made')

    def _store(self, path: Path, mode: str) -> None:
        assert self.passive is not None
        if not path.parent.is_dir():
            self.say("553 Could not create file.")
            return
        self.say("150 go on")
        data, _ = self.passive.accept()
        self.passive.close()
        if self.moody.sink:
            buffer = bytearray(1 << 20)
            total = 0
            with data:
                while count := data.recv_into(buffer):
                    total += count
            self.moody.sizes[path.name] = total
            self.say("226 done")
            return
        full = False
        with data, path.open(mode) as file:
            written = 0
            while piece := data.recv(65536):
                written += len(piece)
                if self.moody.full_after is not None and written > self.moody.full_after:
                    full = True
                    break
                file.write(piece)
        if full:
            self.say(self.moody.full_disk)
            return
        if self.moody.loses_last and self.moody.lost < self.moody.loses_last:
            self.moody.lost += 1
            os.truncate(path, path.stat().st_size - 1)
        if self.moody.renames:
            path.rename(path.with_name(f"9{self.moody.renames}-{path.name}"))
            self.moody.renames += 1
        if self.moody.takes_in:
            with self.moody.lock:
                self.moody.taken_in.append((path.name, path.read_bytes()))
            path.unlink()
        self.say("226 done")
