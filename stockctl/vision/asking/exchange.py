"""One request and what comes back, within bounds of bytes, time and hosts: a key goes to its own host only."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import httpx

from stockctl.errors import RemoteError
from stockctl.vision.asking.line import ServerDownError
from stockctl.vision.sources.presets import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType
    from typing import Self

MAX_BYTES = 4 << 20
_REDIRECTS = frozenset({301, 302, 307, 308})
_MOST_REDIRECTS = 3


class TooLongError(RemoteError):
    """No whole answer within the time set."""


class BrokenOffError(RemoteError):
    """The connection broke in mid-answer; the server may be there all the same."""


@dataclass(frozen=True)
class Response:
    """A whole answer: status, headers (names in small letters), body."""

    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode("utf-8", "replace")


@dataclass
class Exchange:
    """Sends requests to one server; use it in a `with` block. Proxies are for servers elsewhere."""

    url: str
    timeout_s: float
    _client: httpx.Client = field(init=False)
    _under_way: set[_Watch] = field(default_factory=set)

    def __enter__(self) -> Self:
        """Open the client; each request has a connection of its own."""
        self._client = httpx.Client(
            trust_env=not is_loopback(self.url),
            timeout=httpx.Timeout(self.timeout_s, connect=min(self.timeout_s, 15.0)),
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the client."""
        self._client.close()

    def abort(self) -> None:
        """Break off all requests that are under way, from another thread."""
        for watch in list(self._under_way):
            watch.end()

    def post(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> Response:
        """Send one request and return the answer, whatever its status.

        Raises:
            TooLongError: no whole answer within the time set.
            BrokenOffError: the connection broke in mid-answer.
            ServerDownError: the server cannot be reached, or sends us where we do not go.
            RemoteError: the answer is larger than `MAX_BYTES`.

        """
        address, sent = self.url, dict(headers)
        content = json.dumps(body).encode()
        until = time.monotonic() + self.timeout_s
        for _ in range(_MOST_REDIRECTS + 1):
            response = self._once(address, sent, content, until)
            target = response.headers.get("location", "")
            if response.status not in _REDIRECTS or not target:
                return response
            address, sent = self._redirected(address, target, sent)
        raise ServerDownError("sends us in circles", where=self.url, hint="check `url` in its settings")

    def _redirected(self, address: str, target: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
        """Return where a redirect leads and with what headers: the key stays with the host that it was made for."""
        try:
            there = urljoin(address, target)
            old, new = urlsplit(address), urlsplit(there)
            _ = new.port
        except ValueError as error:
            raise ServerDownError(
                "sends us to what is no address", where=self.url, hint="check `url` in its settings"
            ) from error
        lower = old.scheme == "https" and new.scheme != "https"
        if new.scheme not in {"http", "https"} or lower or (is_loopback(address) and not is_loopback(there)):
            raise ServerDownError(
                f"sends us on to {new.scheme}://{new.hostname or '?'}: not followed",
                where=self.url,
                hint="set that address as `url` where you trust it",
            )
        if (old.scheme, old.hostname, old.port) != (new.scheme, new.hostname, new.port):
            headers = {name: value for name, value in headers.items() if name.lower() not in _SECRET}
        return there, headers

    def _once(self, address: str, headers: Mapping[str, str], content: bytes, until: float) -> Response:
        with _watched(until) as watch:
            self._under_way.add(watch)
            try:
                with self._client.stream(
                    "POST",
                    address,
                    content=content,
                    headers={"Content-Type": "application/json", "Accept-Encoding": "identity", **headers},
                    extensions={"trace": watch.note},
                ) as response:
                    data = bytearray()
                    for part in response.iter_bytes(65_536):
                        data += part
                        if len(data) > MAX_BYTES:
                            raise RemoteError(
                                f"the answer is too large: more than {MAX_BYTES >> 20} MB",
                                where=self.url,
                                hint="check `url` and `model` in its settings: this is no answer of a model",
                            )
                        if time.monotonic() > until:
                            raise self._too_long()
                    names = {name.lower(): value for name, value in response.headers.items()}
                    return Response(response.status_code, names, bytes(data))
            except httpx.ConnectError as error:
                raise ServerDownError(
                    f"cannot be reached: {error}", where=self.url, hint="start the server, then run this again"
                ) from error
            except httpx.TimeoutException as error:
                raise self._too_long() from error
            except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError, httpx.DecodingError) as error:
                if watch.expired:
                    raise self._too_long() from error
                raise BrokenOffError(
                    f"the connection broke: {error}", where=self.url, hint="run again later: it goes on from here"
                ) from error
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                raise ServerDownError(
                    f"cannot be asked: {error}", where=self.url, hint="check `url` in its settings"
                ) from error
            finally:
                self._under_way.discard(watch)

    def _too_long(self) -> TooLongError:
        return TooLongError(
            f"no answer within {self.timeout_s:g} s", where=self.url, hint="raise `timeout` in its settings"
        )


_SECRET = frozenset({"authorization", "x-api-key", "cookie", "proxy-authorization"})


@dataclass(eq=False)
class _Watch:
    """Closes a connection when its time is up, also where it sends a byte now and then."""

    expired: bool = False
    _socket: socket.socket | None = None

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        """Take the connection's socket from the client's trace of events."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            stream = info.get("return_value")
            found = stream.get_extra_info("socket") if stream is not None else None
            self._socket = found if isinstance(found, socket.socket) else self._socket

    def end(self) -> None:
        """Close the connection now."""
        self.expired = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def _watched(until: float) -> Iterator[_Watch]:
    watch = _Watch()
    timer = threading.Timer(max(0.01, until - time.monotonic()), watch.end)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
