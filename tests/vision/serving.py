"""A server on loopback that speaks the protocol and answers as it is told, with the known faults of such servers."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

GOOD = {
    "title": "Lighthouse on a rocky shore in fog",
    "description": "A white lighthouse stands on dark rocks while fog drifts in from the sea.",
    "keywords": ["lighthouse", "fog", "rocky shore", "Sea", "Nikon", "coast"],
}


# A connection that ends in mid-answer.
BROKEN = object()
PAST = "Wed, 21 Oct 2015 07:28:00 GMT"


class Server(ThreadingHTTPServer):
    """Answers with what `script` says, one entry per request, the last one for ever."""

    models: tuple[str, ...] = ("seer",)

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Any] = [GOOD]
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.lock = threading.Lock()

    def next(self) -> Any:
        with self.lock:
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        data = json.dumps({"object": "list", "data": [{"id": name} for name in self.server.models]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        self.server.headers.append(dict(self.headers))
        self.server.paths.append(self.path)
        answer = self.server.next()
        if answer is BROKEN:
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b'{"choices": [')
            self.close_connection = True
            return
        if callable(answer):
            answer = answer(body)
        status, extra, text = 200, {}, answer
        if isinstance(answer, tuple):
            status, extra, text = answer
        if isinstance(text, dict):
            text = reply(json.dumps(text))
        data = text.encode()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        pass


def reply(content: str, finish: str = "stop") -> str:
    return json.dumps(
        {
            "choices": [{"message": {"role": "assistant", "content": content}, "finish_reason": finish}],
            "usage": {"prompt_tokens": 900, "completion_tokens": 100},
        }
    )


@contextlib.contextmanager
def running(kind: type[Server] | None = None) -> Iterator[Server]:
    """Run a server for as long as a block lasts."""
    server = (kind or Server)()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
