"""What the libcurl transports share: one handle with its connection, its options, its errors in plain words."""

from __future__ import annotations

import contextlib
import io
import os
import re
import ssl
import warnings
from abc import ABC, abstractmethod
from typing import ClassVar
from urllib.parse import quote

import pycurl

from stockctl.files.fingerprint import from_stat
from stockctl.files.opening import open_bytes
from stockctl.report.waiting import waiting_for
from stockctl.submit.transports import Door, Fault, Gate, TransferError, Upload, Watch
from stockctl.submit.transports.line import Line

# libcurl's codes → what they mean for us, whatever the protocol; what is not here is the line's fault.
_FAULTS = {
    pycurl.E_COULDNT_RESOLVE_PROXY: Fault.WRONG_HOST,
    pycurl.E_COULDNT_RESOLVE_HOST: Fault.WRONG_HOST,
    pycurl.E_URL_MALFORMAT: Fault.WRONG_HOST,
    pycurl.E_COULDNT_CONNECT: Fault.REFUSED,
    pycurl.E_FTP_WEIRD_SERVER_REPLY: Fault.REFUSED,
    pycurl.E_SSL_CONNECT_ERROR: Fault.TLS,
    pycurl.E_USE_SSL_FAILED: Fault.TLS,
    pycurl.E_SSL_CACERT_BADFILE: Fault.TLS,
    pycurl.E_SSL_ISSUER_ERROR: Fault.TLS,
    pycurl.E_LOGIN_DENIED: Fault.PASSWORD,
    pycurl.E_REMOTE_DISK_FULL: Fault.REJECTED,
    pycurl.E_REMOTE_FILE_EXISTS: Fault.REJECTED,
    pycurl.E_REMOTE_ACCESS_DENIED: Fault.FOLDER,
    pycurl.E_REMOTE_FILE_NOT_FOUND: Fault.FOLDER,
}

# How libcurl's texts name a proxy.
_PROXY = re.compile(r"\bproxy\b|CONNECT tunnel")
_PROXY_HINT = (
    "the way leads through the proxy that the environment names (all_proxy, ftp_proxy, https_proxy): "
    "look at its address, user and password; no_proxy names hosts that need none"
)

# How libcurl says that a connection stands, of old and since 8.16.
_CONNECTED = re.compile(rb"^(connected to|established connection)", re.IGNORECASE)

# The server said no, in its turn: its connection is in order.
_SERVERS_WORD = frozenset(
    {
        *(pycurl.E_UPLOAD_FAILED, pycurl.E_FTP_COULDNT_RETR_FILE, pycurl.E_FTP_COULDNT_USE_REST, pycurl.E_QUOTE_ERROR),
        *(pycurl.E_REMOTE_ACCESS_DENIED, pycurl.E_REMOTE_FILE_NOT_FOUND, pycurl.E_REMOTE_FILE_EXISTS),
    }
)

# The verdict of libcurl's own timers; the line was silent.
_TIMED_OUT = pycurl.E_OPERATION_TIMEDOUT

_CONNECT_SECONDS = 30
_BUFFER_BYTES = 512 * 1024
# libcurl takes no smaller one.
LEAST_BUFFER_BYTES = 16 * 1024

HINTS = {
    Fault.WRONG_HOST: "look for a typing mistake in `host`, and whether this machine is online",
    Fault.REFUSED: "look at `host` and `port`, and whether a firewall is in between",
    Fault.TLS: (
        "nothing was sent; where you know the certificate, put it into `ca_file`, "
        'and where the agency has plain FTP only, set `tls = "none"`'
    ),
    Fault.PASSWORD: "look at `user` and the password; it is not tried again, because agencies lock accounts",
    Fault.NO_FOLDER: "make it on the agency's page or with a program for FTP, or ask the agency for its name",
    Fault.FOLDER: "look at `folder` in the settings of this agency",
    Fault.STALLED: "the line went silent; run the same command again to go on",
    Fault.LINE: "run the same command again to go on",
}


class CurlTransport(ABC):
    """One libcurl handle: its connection and TLS session live from file to file."""

    scheme: ClassVar[str]
    resumes: ClassVar[bool] = True
    acknowledged: ClassVar[bool] = False
    worth_a_listing: ClassVar[int] = 4

    def __init__(self, door: Door) -> None:
        self.door = door
        self._curl = pycurl.Curl()
        self._replies: list[str] = []
        # What this connection waits at, and what it opens for the others.
        self._gate: Gate | None = None
        self._opens: Gate | None = None

    # -- what each protocol says in its own way

    @abstractmethod
    def _options(self, curl: pycurl.Curl) -> None:
        """Set what this protocol needs for every request."""

    @abstractmethod
    def _enter(self, folder: str) -> None:
        """Log in and look into `folder`."""

    @abstractmethod
    def size(self, folder: str, name: str) -> int | None:
        """Return the size over there."""

    @abstractmethod
    def delete(self, folder: str, name: str) -> None:
        """Remove a file over there."""

    @abstractmethod
    def line(self) -> str:
        """Return in words how the line is protected."""

    @abstractmethod
    def _verdict(self, code: int, fault: Fault) -> Fault:
        """Return the fault again, or a better one that the reply code gives away."""

    def _buffer_bytes(self, count: int) -> int:
        """Return how much libcurl reads ahead of `count` bytes."""
        return min(_BUFFER_BYTES, max(count, LEAST_BUFFER_BYTES))

    def _confirmed(self, code: int) -> bool:
        """Return whether a request that libcurl calls fine was fine for the server."""
        return code >= 0

    # -- what all of them share

    def enter(self, folder: str, gate: Gate | None = None) -> None:
        """Log in and look into `folder`; see the protocol."""
        self._opens = gate
        try:
            self._enter(folder)
        finally:
            self._opens = None

    def log_in(self, gate: Gate) -> None:
        """Connect, wait where the password comes next, and log in; what cannot wait in the middle waits before."""
        self._gate = gate
        try:
            self._enter("/")
        finally:
            self._gate = None

    def _overhear(self, kind: int, text: bytes) -> None:
        """Take note of libcurl's own words while the first connection logs in."""
        if kind == pycurl.INFOTYPE_TEXT and self._opens is not None and _CONNECTED.search(text):
            self._opens.placed.set()

    def _let_in(self) -> None:
        """Take note that the password was right."""
        if self._opens is not None:
            self._opens.decide(open_=True)

    def _turned_away(self) -> bool:
        """Wait where a password comes next; return whether it must not be spoken."""
        return self._gate is not None and not self._gate.passed()

    def url(self, folder: str, name: str = "") -> str:
        """Return the address of a name in a folder, `/` being the folder that the login leads to."""
        host = f"[{self.door.host}]" if ":" in self.door.host else self.door.host
        port = f":{self.door.port}" if self.door.port else ""
        return f"{self.scheme}://{host}{port}{self._path(folder)}{quote(name)}"

    def _path(self, folder: str) -> str:
        inner = folder.strip("/")
        return f"/{quote(inner)}/" if inner else "/"

    def send(self, upload: Upload, watch: Watch, *, offset: int = 0) -> None:
        """Send a file from `offset` on; see the protocol."""
        try:
            with waiting_for(upload.source):
                stream = open_bytes(upload.source)
        except OSError as error:
            raise _source_fault(upload, (error.strerror or str(error)).lower()) from error
        with stream:
            if from_stat(os.fstat(stream.fileno())) != upload.fingerprint:
                raise _source_fault(upload, "it changed since it was checked")
            line = Line(stream, upload, watch, offset, self.door.stall_seconds)
            curl = self._fresh(self.url(upload.folder, upload.name))
            curl.setopt(pycurl.UPLOAD, 1)
            curl.setopt(pycurl.UPLOAD_BUFFERSIZE, self._buffer_bytes(upload.size - offset))
            curl.setopt(pycurl.READFUNCTION, line.read)
            curl.setopt(pycurl.SEEKFUNCTION, line.seek)
            # libcurl seeks to the offset itself, through our function.
            curl.setopt(pycurl.RESUME_FROM_LARGE, offset)
            curl.setopt(pycurl.INFILESIZE_LARGE, upload.size)
            if self.door.max_rate:
                curl.setopt(pycurl.MAX_SEND_SPEED_LARGE, self.door.max_rate)
            self._perform(f"{upload.folder.rstrip('/')}/{upload.name}", line)
            if line.position != upload.size or from_stat(os.fstat(stream.fileno())) != upload.fingerprint:
                raise _source_fault(upload, "it changed while it was being sent")
        if _gone_or_replaced(upload):
            raise _source_fault(upload, "it changed while it was being sent")

    def listing(self, folder: str) -> dict[str, int] | None:
        """Return the sizes in a folder; without a way to list, they are asked for one by one."""
        assert folder
        return None

    def has_folder(self, folder: str) -> bool:
        """Whether a folder is there, by looking into it."""
        try:
            self._enter(folder)
        except TransferError as error:
            if error.fault is Fault.FOLDER:
                return False
            raise
        return True

    def make_folder(self, folder: str) -> None:
        """Folders come by themselves where nothing else is said."""
        assert folder

    def _listed(self, curl: pycurl.Curl, where: str) -> str:
        """Run a request and return what it brings."""
        brought = io.BytesIO()
        curl.setopt(pycurl.WRITEFUNCTION, brought.write)
        self._perform(where)
        return brought.getvalue().decode("utf-8", "replace")

    def close(self) -> None:
        """End the connection."""
        self._curl.close()

    def _fresh(self, url: str) -> pycurl.Curl:
        """Return the handle with the options of every request; the connection stays."""
        curl = self._curl
        curl.reset()
        self._replies.clear()
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.USERNAME, self.door.user)
        # As bytes: pycurl takes text in ASCII only.
        curl.setopt(pycurl.PASSWORD, self.door.password.encode())
        curl.setopt(pycurl.CONNECTTIMEOUT, min(_CONNECT_SECONDS, max(1, round(self.door.stall_seconds))))
        curl.setopt(pycurl.FTP_RESPONSE_TIMEOUT, max(1, round(self.door.stall_seconds)))
        curl.setopt(pycurl.TCP_KEEPALIVE, 1)
        curl.setopt(pycurl.SSL_VERIFYPEER, 1)
        curl.setopt(pycurl.SSL_VERIFYHOST, 2)
        curl.setopt(pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_2)
        curl.setopt(pycurl.CAINFO, self.door.ca_file or authorities())
        # The curve that every server has goes first. OpenSSL's own choice is newer; servers that lack it ask for
        # another hello, and with FTP that is a round trip for each file.
        with contextlib.suppress(pycurl.error):
            curl.setopt(pycurl.SSL_EC_CURVES, "P-256:X25519:P-384:P-521")
        # A proxy for FTP is asked for a tunnel; it could not upload otherwise.
        curl.setopt(pycurl.HTTPPROXYTUNNEL, 1)
        if self._opens is not None:
            curl.setopt(pycurl.VERBOSE, 1)
            curl.setopt(pycurl.DEBUGFUNCTION, self._overhear)
        curl.setopt(pycurl.HEADERFUNCTION, self._hear)
        curl.setopt(pycurl.WRITEFUNCTION, _ignore)
        self._options(curl)
        return curl

    def _hear(self, line: bytes) -> int | None:
        """Take note of a reply; None lets libcurl go on."""
        self._replies.append(line.decode("utf-8", "replace").strip())
        return None

    def _perform(self, where: str, line: Line | None = None) -> int:
        """Run the request and return the server's reply code.

        Raises:
            TransferError: it failed, in one of the ways of `Fault`.

        """
        line = line or Line.idle(self.door.stall_seconds, self._gate.over if self._gate is not None else None)
        self._curl.setopt(pycurl.NOPROGRESS, 0)
        self._curl.setopt(pycurl.XFERINFOFUNCTION, line.look)
        try:
            self._curl.perform()
        except pycurl.error as error:
            number = int(error.args[0])
            problem = self._explain(number, str(error.args[1]), where, line)
            if number not in _SERVERS_WORD:
                # An answer may still be on its way, and would be taken for that to the next request.
                self._curl.close()
                self._curl = pycurl.Curl()
            raise problem from error
        code = self._reply_code()
        if not self._confirmed(code):
            raise self._error(self._verdict(code, Fault.LINE), f"the server answered {code}", where)
        return code

    def _reply_code(self) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return int(self._curl.getinfo(pycurl.RESPONSE_CODE))

    def _length(self) -> int:
        """Return the size that the last reply named, -1 where it named none."""
        with warnings.catch_warnings():
            # The getinfo option that replaces it is not in pycurl.
            warnings.simplefilter("ignore", DeprecationWarning)
            return int(self._curl.getinfo(pycurl.CONTENT_LENGTH_DOWNLOAD))

    def _explain(self, number: int, text: str, where: str, line: Line) -> TransferError:
        if line.fault is not None:
            return self._error(line.fault, line.why, where)
        if number == _TIMED_OUT:
            fault = Fault.STALLED if self._replies else Fault.REFUSED
            return self._error(fault, "the server did not answer in time", where)
        if _PROXY.search(text):
            fault = Fault.WRONG_HOST if number == pycurl.E_COULDNT_RESOLVE_PROXY else Fault.REFUSED
            return self._error(fault, text, where, _PROXY_HINT)
        fault = self._fault(number)
        if number == pycurl.E_PEER_FAILED_VERIFICATION:
            fault = Fault.HOST_KEY if self.scheme == "sftp" else Fault.TLS
        return self._error(self._verdict(self._reply_code(), fault), text, where)

    def _fault(self, number: int) -> Fault:
        """Return what a code of libcurl means."""
        return _FAULTS.get(number, Fault.LINE)

    def _error(self, fault: Fault, text: str, where: str, hint: str = "") -> TransferError:
        reply = self._reply()
        message = text if not reply or reply in text else f"{text}; the server said: {reply}"
        hint = hint or HINTS.get(fault, "")
        return TransferError(self._without_secrets(message), where=where, hint=hint, fault=fault, reply=reply)

    def _reply(self) -> str:
        """Return the server's last line that reads like a refusal, as people need it to see why."""
        refusals = [reply for reply in self._replies if re.match(r"[45]\d\d[ -]", reply)]
        return self._without_secrets(refusals[-1]) if refusals else ""

    def _without_secrets(self, text: str) -> str:
        return text.replace(self.door.password, "***") if self.door.password else text


def _source_fault(upload: Upload, why: str) -> TransferError:
    return TransferError(
        f"cannot send the file: {why}",
        where=str(upload.source),
        hint="run the command again, so that the file is checked as it is now",
        fault=Fault.SOURCE,
    )


def _gone_or_replaced(upload: Upload) -> bool:
    try:
        with waiting_for(upload.source):
            return from_stat(upload.source.stat()) != upload.fingerprint
    except OSError:
        return True


def _ignore(data: bytes) -> int:
    return len(data)


def authorities() -> str:
    """Return the file of certificate authorities: the system's, else the one that certifi brings."""
    paths = ssl.get_default_verify_paths()
    if paths.cafile:
        return paths.cafile
    import certifi

    return certifi.where()


# A line as `ls -l` writes it: rights, links, owner, group, size, date, name.
_LONG = re.compile(r"(?P<type>[-dlbcps])\S{9,}\s+\d+\s+\S+\s+\S+\s+(?P<size>\d+)\s+\w{3}\s+\d+\s+[\d:]+\s(?P<name>.+)")


def long_listing(text: str) -> dict[str, int] | None:
    """Return the files of a listing in the form of `ls -l`, or None where a line has another form."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("total "):
            continue
        entry = _LONG.fullmatch(line)
        if entry is None:
            return None
        if entry["type"] == "-":
            found[entry["name"]] = int(entry["size"])
    return found
