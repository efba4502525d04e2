"""The desk's server: on loopback alone, one for each catalogue, ended by Ctrl-C or SIGTERM."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

from stockctl.errors import UsageError
from stockctl.report.terminal import echo, note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from stockctl.config import Settings

# How long open pages are waited for when the desk ends, in seconds.
_GRACE_S = 1


def run(
    catalogue: Path, settings: Settings, paths: Sequence[Path], *,
    port: int, open_browser: bool, on_bug: Callable[[], str],
) -> None:  # fmt: skip
    """Serve the desk until it is ended; its address is the first line on stdout.

    `on_bug` writes a report of the exception in flight, and returns what to say of it.

    Raises:
        UsageError: the port is taken, another desk has the catalogue, or a path does not exist.

    """
    import uvicorn

    from stockctl.desk.app import Desk

    with _only_desk(catalogue), contextlib.closing(_bound(port)) as listening:
        number = listening.getsockname()[1]
        desk = Desk(catalogue, settings, paths, number, on_bug)
        address = f"http://127.0.0.1:{number}/?token={desk.keys.address}"
        config = uvicorn.Config(
            desk.app, log_level="critical", access_log=False, server_header=False, date_header=False,
            timeout_graceful_shutdown=_GRACE_S, lifespan="off", ws="none", http="h11", loop="asyncio",
        )  # fmt: skip
        try:
            # From now on a signal is a person's way to close the desk, also before the server has begun.
            asked = _Asked()
            for one in (signal.SIGINT, signal.SIGTERM):
                signal.signal(one, asked.leave)
            echo(address)
            sys.stdout.flush()
            note("this is the desk's address, which opens once: end the desk with Ctrl-C")
            if open_browser:
                threading.Thread(target=_open, args=(address,), daemon=True).start()
            _server(config, asked).run(sockets=[listening])
        finally:
            desk.close()


class _Asked:
    """Whether somebody asked the desk to end before it served.

    An exception that a signal raises is lost where it meets a callback of the
    interpreter's own (an import's lock, a finaliser): what was asked is kept.
    """

    def __init__(self) -> None:
        self.to_leave = False

    def leave(self, *_signal: object) -> None:
        self.to_leave = True
        raise SystemExit(0)


def _server(config: Any, asked: _Asked) -> Any:  # noqa: ANN401 - of a library that is loaded late
    import uvicorn

    class Quiet(uvicorn.Server):
        """A server that SIGINT and SIGTERM end quietly: both are a person's way to close the desk."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Have the two signals end the server, and give them back afterwards."""
            before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
            self.should_exit = self.should_exit or asked.to_leave
            try:
                yield
            finally:
                for one, handler in before.items():
                    signal.signal(one, handler)

    return Quiet(config)


def _bound(port: int) -> socket.socket:
    """Return a socket that is bound to loopback, and to nothing else."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name != "nt":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        # Before the address is printed: who follows it at once is kept waiting, not refused.
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(f"port {port} cannot be had: {error}", hint="name another one, or leave --port out") from error
    return listening


@contextlib.contextmanager
def _only_desk(catalogue: Path) -> Iterator[None]:
    """Hold the lock of the catalogue's one desk; the system lets it go when the process ends, however it ends.

    Raises:
        UsageError: another desk has it.

    """
    from stockctl.files.held import lock

    path = catalogue.with_name(f"{catalogue.name}.desk")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        if not lock(descriptor, wait=False):
            raise UsageError(
                "a desk is open on this catalogue already",
                where=str(catalogue),
                hint="go on there, or end it with Ctrl-C first",
            )
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                path.unlink()
    finally:
        os.close(descriptor)


def _open(address: str) -> None:
    import webbrowser

    with contextlib.suppress(Exception):
        webbrowser.open(address)
