"""A server of the tests' own on loopback, in threads of this process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import socketserver
    from http.server import ThreadingHTTPServer


class Listening:
    """Serves as long as its `with` lasts, on a free `port`."""

    def __init__(self, server: socketserver.ThreadingTCPServer | ThreadingHTTPServer) -> None:
        self._server = server
        self._server.daemon_threads = True
        self.port: int = server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
