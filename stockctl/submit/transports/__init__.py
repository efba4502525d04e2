"""Ways to an agency: one small protocol, one module per way, one conformance suite over all of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

from stockctl.errors import RemoteError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from stockctl.files.fingerprint import Fingerprint

# A line on which no byte moved for so long is given up, in seconds.
STALL_SECONDS = 30.0

# What a person must know who uses an agency's API.
UNTESTED = "the API is spoken as its public clients of 2016 speak it; this was never tested against the real service"

# A size that is none: the server does not tell.
NOT_TOLD = -1


class Fault(StrEnum):
    """Why a transfer failed, as far as what to do next depends on it."""

    WRONG_HOST = "wrong-host"
    REFUSED = "refused"
    TLS = "tls"
    HOST_KEY = "host-key"
    PASSWORD = "password"  # noqa: S105 - the name of a fault
    FOLDER = "folder"
    # One of the folders beside or below the account's own is not there.
    NO_FOLDER = "no-folder"
    # The server said no to this file, and would again.
    REJECTED = "rejected"
    # The server cannot go on with a partial file.
    NO_RESUME = "no-resume"
    # The line or the server failed in a way that passes.
    LINE = "line"
    STALLED = "stalled"
    # The file on our side changed, shrank or vanished.
    SOURCE = "source"
    # The person stopped the run.
    STOPPED = "stopped"

    @property
    def passes(self) -> bool:
        """Whether trying again may help."""
        return self in {Fault.LINE, Fault.STALLED, Fault.REFUSED, Fault.NO_RESUME}

    @property
    def ends_all(self) -> bool:
        """Whether no other file can get through either, so that going on would do harm."""
        return self in {Fault.WRONG_HOST, Fault.TLS, Fault.HOST_KEY, Fault.PASSWORD, Fault.FOLDER}


class TransferError(RemoteError):
    """A transfer failed: `fault` says in which way, `reply` is the server's last word."""

    def __init__(
        self, message: str, *, where: str = "", hint: str = "", fault: Fault = Fault.LINE, reply: str = ""
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.fault = fault
        self.reply = reply


@dataclass(frozen=True)
class Api:
    """What an agency's API wants beside host, user and password.

    `key` and `secret` are the two halves of the person's key; `batch_types`
    our word for a batch's type → the API's; `upload_url` is the person's own
    web folder, written to by PUT, from which the API fetches the files.
    """

    key: str
    secret: str = field(repr=False)
    batch_types: Mapping[str, str]
    upload_url: str
    upload_user: str = ""
    upload_password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Door:
    """Where and how an agency takes files. `password` never shows in its repr.

    `tls` is `explicit` (required) or `none` (in clear, as the person asked);
    `max_rate` is bytes per second for one connection, 0 for no limit.
    """

    protocol: str
    host: str
    port: int | None
    user: str
    password: str = field(repr=False)
    folder: str = "/"
    tls: str = "explicit"
    ca_file: str = ""
    known_hosts: Path | None = None
    accept_new_host_key: bool = False
    ask_about_host_key: Callable[[str], bool] | None = field(default=None, repr=False)
    passive: bool = True
    max_rate: int = 0
    stall_seconds: float = STALL_SECONDS
    api: Api | None = None


@dataclass(frozen=True)
class Upload:
    """One file on its way: from `source`, as its fingerprint says, to `folder` and `name` over there.

    `kind`, `row`, the agency's column → the cell, and `papers`, the files of its
    releases with their kind (model or property), are for ways that take a file's
    texts with it.
    """

    source: Path
    fingerprint: Fingerprint
    folder: str
    name: str
    kind: str = ""
    row: Mapping[str, str] = field(default_factory=dict)
    papers: Sequence[tuple[Path, str]] = ()

    @property
    def size(self) -> int:
        """How many bytes there are to send."""
        return self.fingerprint.size


class Watch:
    """What looks on while a file is sent, and can stop it.

    `moved` is called with the bytes that have left so far, the part that stood
    there before included; `handed_over` once, when the last one has left and
    the server's word is still out.
    """

    def __init__(
        self,
        moved: Callable[[int], None] = lambda _: None,
        handed_over: Callable[[], None] = lambda: None,
        stop: threading.Event | None = None,
    ) -> None:
        self.moved = moved
        self.handed_over = handed_over
        self.stop = stop or threading.Event()


class Gate:
    """What further connections wait at until the first one has shown that something is right: the password, the folder.

    `host_key` is the key of the host that the first one has found right, where there is such a thing. `placed` is set
    when the first one has its place at the server, so that no other one takes the only one there is; `over` when
    nothing is left to do, so that those who still stand at the server's door turn round.
    """

    def __init__(self) -> None:
        self._decided = threading.Event()
        self._open = False
        self.host_key = b""
        self.placed = threading.Event()
        self.over = threading.Event()

    def decide(self, *, open_: bool) -> None:
        """Let those who wait go on, or turn them away; only the first word counts."""
        if not self._decided.is_set():
            self._open = open_
            self._decided.set()
        self.placed.set()

    @property
    def is_open(self) -> bool:
        """Whether the first connection has been through."""
        return self._open

    def passed(self) -> bool:
        """Wait, and return whether to go on."""
        self._decided.wait()
        return self._open


class Transport(Protocol):
    """One connection to one agency, used by one thread at a time."""

    # Whether a partial file can be gone on with; whether a byte counts as sent only when the server had it.
    resumes: ClassVar[bool]
    acknowledged: ClassVar[bool]
    # From so many files on one listing of their folder is quicker than a question for each.
    worth_a_listing: ClassVar[int]

    def enter(self, folder: str, gate: Gate | None = None) -> None:
        """Log in and look into `folder`; `gate` opens as soon as the password was taken, where that can be told.

        Raises:
            TransferError: what is wrong: host, port, TLS, host key, password or folder.

        """

    def log_in(self, gate: Gate) -> None:
        """Get ready to send, with no password spoken before the gate opens.

        Raises:
            TransferError: it did not work, the gate stayed shut, or there was nothing left to do.

        """

    def send(self, upload: Upload, watch: Watch, *, offset: int = 0) -> None:
        """Send a file's bytes from `offset` on, directly under its final name.

        Returning means that the server confirmed it and that as many bytes
        were sent as the file has.

        Raises:
            TransferError: it did not get through, or nobody knows whether it did.

        """

    def size(self, folder: str, name: str) -> int | None:
        """Return how many bytes stand under a name, None where nothing does.

        `NOT_TOLD` where the server does not tell.

        Raises:
            TransferError: the server could not be asked.

        """

    def listing(self, folder: str) -> dict[str, int] | None:
        """Return the size of every file in a folder by its name, or None where that cannot be told for all of them.

        Raises:
            TransferError: the server could not be asked.

        """

    def has_folder(self, folder: str) -> bool:
        """Whether a folder is there; True where that cannot be told.

        Raises:
            TransferError: the server could not be asked.

        """

    def make_folder(self, folder: str) -> None:
        """Make a folder whose parent is there.

        Raises:
            TransferError: the server did not do it.

        """

    def delete(self, folder: str, name: str) -> None:
        """Remove what stands under a name; nothing there is fine.

        Raises:
            TransferError: the server did not do it.

        """

    def line(self) -> str:
        """Return in words how the line is protected, and what the server offers beyond that; after `enter`.

        Raises:
            TransferError: the server could not be asked.

        """

    def close(self) -> None:
        """End the connection."""


def join(base: str, folder: str) -> str:
    """Return a remote folder below another one, or beside it (`../`); `/` is the folder that the login leads to."""
    above, below = base.rstrip("/"), folder.strip("/")
    while below == ".." or below.startswith("../"):
        above, below = above.rpartition("/")[0], below[3:]
    absolute = base.startswith("/") and base.strip("/")
    path = "/".join(part for part in (above.strip("/"), below) if part)
    return f"/{path}" if absolute and path else path or "/"
