"""A proxy between client and server that spoils the line on purpose: cuts it, silences it, delays it."""

from __future__ import annotations

import contextlib
import selectors
import socket
import sys
import threading
import time
from collections import deque
from typing import Self


class Proxy:
    """Forwards loopback connections to `port`.

    `after` bytes of what the client sent, all connections together, the line is
    `cut` or falls `silent`, for as many times as `times` says. `delay` holds
    back what passes, in seconds each way. It listens on a free port, or where
    `listen` says.
    """

    def __init__(
        self,
        port: int,
        *,
        after: int | None = None,
        how: str = "cut",
        times: int = 1,
        delay: float = 0.0,
        listen: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        self.target = port
        self.after = after
        self.how = how
        self.left = times
        self.delay = delay
        self.seen = 0
        self.silent = threading.Event()
        self._ended = threading.Event()
        self._listener = socket.create_server(listen)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._listener.close()
        with self._lock:
            for one in list(self._open):
                self._close(one)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target), 5)
            except OSError:
                client.close()
                continue
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open.add(one)
            threading.Thread(target=self._pump, args=(client, server), daemon=True).start()

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        """Forward both ways, each piece when its time has come."""
        waiting: dict[socket.socket, deque[tuple[float, bytes]]] = {client: deque(), server: deque()}
        other = {client: server, server: client}
        open_ = {client, server}
        with selectors.DefaultSelector() as selector, contextlib.suppress(OSError, ValueError, KeyError):
            for one in (client, server):
                selector.register(one, selectors.EVENT_READ)
            while not self._ended.is_set() and (open_ or any(waiting.values())):
                due = [queue[0][0] for queue in waiting.values() if queue]
                pause = max(0.0, min(due) - time.monotonic()) if due else 0.2
                for key, _ in selector.select(min(pause, 0.2)):
                    source = key.fileobj
                    assert isinstance(source, socket.socket)
                    data = source.recv(65536)
                    if source is client and self._spoilt(len(data)):
                        if self.how == "cut":
                            return
                        self.silent.set()
                    if not data:
                        selector.unregister(source)
                        open_.discard(source)
                    waiting[other[source]].append((time.monotonic() + self.delay, data))
                if self.silent.is_set() and self.how == "silent":
                    self._ended.wait(0.1)
                    continue
                for target, queue in waiting.items():
                    while queue and queue[0][0] <= time.monotonic():
                        data = queue.popleft()[1]
                        if data:
                            target.sendall(data)
                        else:
                            target.shutdown(socket.SHUT_WR)
        with self._lock:
            self._close(client)
            self._close(server)

    def _spoilt(self, count: int) -> bool:
        with self._lock:
            self.seen += count
            if self.after is None or self.left < 1 or self.seen < self.after:
                return False
            self.left -= 1
            self.seen = 0
            return True

    def _close(self, one: socket.socket) -> None:
        self._open.discard(one)
        with contextlib.suppress(OSError):
            # Reset, not closed in good order: that is what a cut line looks like.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        one.close()


def main() -> None:
    """Delay what goes from ports of 127.0.0.2 to those of 127.0.0.1: `python -m tests.servers.proxy 0.03 PORT…`."""
    delay, *ports = sys.argv[1:]
    with contextlib.ExitStack() as stack:
        for port in ports:
            stack.enter_context(Proxy(int(port), delay=float(delay), listen=("127.0.0.2", int(port))))
        sys.stdin.read()


if __name__ == "__main__":
    main()
