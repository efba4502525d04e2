"""A proxy that only knows CONNECT, as the one of an office does."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading

from tests.servers.listening import Listening


class Tunnel(Listening):
    """Leads where it is `asked` to; `answer` is what it says instead, where it is not to lead anywhere."""

    def __init__(self, answer: bytes = b"") -> None:
        self.asked: list[str] = []
        self.answer = answer
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                target = self.rfile.readline().decode().split()[1]
                while self.rfile.readline().strip():
                    pass
                outer.asked.append(target)
                if outer.answer:
                    self.wfile.write(b"HTTP/1.1 " + outer.answer + b"\r\nContent-Length: 0\r\n\r\n")
                    return
                host, _, port = target.rpartition(":")
                with socket.create_connection((host, int(port)), 5) as server:
                    self.wfile.write(b"HTTP/1.1 200 go on\r\n\r\n")
                    back = threading.Thread(target=_pipe, args=(server, self.request), daemon=True)
                    back.start()
                    _pipe(self.request, server)
                    back.join()

        super().__init__(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler))


def _pipe(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
