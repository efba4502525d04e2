"""FTP with explicit TLS, and plain FTP where the person asks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

import pycurl

from stockctl.submit.transports import NOT_TOLD, Fault, TransferError
from stockctl.submit.transports.curl import CurlTransport, long_listing

if TYPE_CHECKING:
    from stockctl.submit.transports import Upload, Watch

# Numbers of USE_SSL (curl.h); pycurl has not given them a name in every release.
_USE_SSL = {"none": 0, "explicit": 3}


class FtpTransport(CurlTransport):
    """One control connection; each file gets a data connection that reuses its TLS session."""

    scheme: ClassVar[str] = "ftp"
    # Whether the server may have MLSD; it has until it says that it has not.
    _mlsd = True

    def _path(self, folder: str) -> str:
        # RFC 1738: a path of an FTP address is below the login's folder; %2F makes it absolute.
        path = super()._path(folder)
        return f"/%2F{path[1:]}" if folder.startswith("/") and folder.strip("/") else path

    def _options(self, curl: pycurl.Curl) -> None:
        curl.setopt(pycurl.USE_SSL, _USE_SSL[self.door.tls])
        curl.setopt(pycurl.FTP_FILEMETHOD, pycurl.FTPMETHOD_NOCWD)
        if not self.door.passive:
            curl.setopt(pycurl.FTPPORT, "-")

    def _error(self, fault: Fault, text: str, where: str, hint: str = "") -> TransferError:
        refused = self.door.tls != "none" and not any(reply.startswith("234") for reply in self._replies)
        if fault is Fault.TLS and refused and self._replies:
            text = "the server offers no encryption (it refused AUTH TLS), and the password was not sent in clear"
            hint = (
                "ask the agency for FTPS or SFTP; where it has none and you accept that anybody on the way can read the"
                ' password, set `tls = "none"` in the settings of this agency'
            )
        return super()._error(fault, text, where, hint)

    def _fault(self, number: int) -> Fault:
        # A server that refuses a file may shut its data connection in the middle of the hello. That is no fault of the
        # server's TLS, which the control connection has shown to work.
        if number == pycurl.E_SSL_CONNECT_ERROR and any(re.match(r"22[79] ", reply) for reply in self._replies):
            return Fault.LINE
        return super()._fault(number)

    def _verdict(self, code: int, fault: Fault) -> Fault:
        if fault in {Fault.TLS, Fault.WRONG_HOST, Fault.HOST_KEY}:
            return fault
        # The code of a reply that came after libcurl had given up stands in the lines heard.
        codes = [int(match[1]) for reply in self._replies if (match := re.match(r"([45]\d\d)[ -]", reply))]
        code = code if code >= 400 else (codes or [0])[-1]
        if code == 530:
            return Fault.PASSWORD
        if 400 <= code < 500:
            return Fault.LINE
        if code >= 500 and fault is not Fault.PASSWORD and fault is not Fault.FOLDER and fault is not Fault.REFUSED:
            return Fault.REJECTED
        return fault

    def _hear(self, line: bytes) -> int | None:
        super()._hear(line)
        if line.startswith(b"230"):
            self._let_in()
        # libcurl goes on to the password when this returns; any number but the line's length ends the transfer.
        return -1 if line.startswith(b"331") and self._turned_away() else None

    def _enter(self, folder: str) -> None:
        curl = self._fresh(self.url(folder))
        curl.setopt(pycurl.FTP_FILEMETHOD, pycurl.FTPMETHOD_SINGLECWD)
        curl.setopt(pycurl.NOBODY, 1)
        self._perform(folder)

    def send(self, upload: Upload, watch: Watch, *, offset: int = 0) -> None:
        """Send a file; a server that refuses to go on with a partial one is told apart."""
        try:
            super().send(upload, watch, offset=offset)
        except TransferError as error:
            if offset and error.fault is Fault.REJECTED:
                error.fault = Fault.NO_RESUME
            raise

    def listing(self, folder: str) -> dict[str, int] | None:
        """List a folder by MLSD (RFC 3659), or by LIST where the server has no MLSD."""
        if self._mlsd:
            curl = self._fresh(self.url(folder))
            curl.setopt(pycurl.CUSTOMREQUEST, "MLSD")
            try:
                return _facts(self._listed(curl, folder))
            except TransferError as error:
                if not error.reply.startswith("5"):
                    raise
                self._mlsd = False
        try:
            return long_listing(self._listed(self._fresh(self.url(folder)), folder))
        except TransferError as error:
            if not error.reply.startswith("5"):
                raise
            return None

    def size(self, folder: str, name: str) -> int | None:
        """Ask for the size (RFC 3659)."""
        # Not by NOBODY on the file itself, which costs a second round trip for REST.
        curl = self._fresh(self.url("/"))
        curl.setopt(pycurl.NOBODY, 1)
        curl.setopt(pycurl.POSTQUOTE, ["TYPE I", f"*SIZE {_path(folder, name)}".encode()])
        self._perform(name)
        told = [reply for reply in self._replies if re.match(r"213 \d|550", reply)]
        return _size_in(told[0] if told else "")

    def make_folder(self, folder: str) -> None:
        """Make a folder."""
        curl = self._fresh(self.url("/"))
        curl.setopt(pycurl.NOBODY, 1)
        curl.setopt(pycurl.POSTQUOTE, [f"MKD {folder}".encode()])
        self._perform(folder)

    def line(self) -> str:
        """Tell that TLS is there, or whether the server offers it (FEAT, RFC 4217)."""
        if self.door.tls != "none":
            return "the line is encrypted (TLS)"
        curl = self._fresh(self.url("/"))
        curl.setopt(pycurl.NOBODY, 1)
        curl.setopt(pycurl.POSTQUOTE, [b"*FEAT"])
        self._perform("FEAT")
        offered = any(re.match(r"\s*(211-)?\s*AUTH\s.*TLS", reply, re.IGNORECASE) for reply in self._replies)
        more = 'the server offers TLS: take `tls = "none"` out' if offered else "the server names no TLS"
        return f"the password crossed the line in clear; {more}"

    def delete(self, folder: str, name: str) -> None:
        """Delete a file; a file that is not there is fine."""
        curl = self._fresh(self.url("/"))
        curl.setopt(pycurl.NOBODY, 1)
        curl.setopt(pycurl.POSTQUOTE, [f"DELE {_path(folder, name)}".encode()])
        try:
            self._perform(name)
        except TransferError:
            if not any(reply.startswith("550") for reply in self._replies):
                raise


def _path(folder: str, name: str) -> str:
    """Return a file's path as commands of FTP take it, from the folder that the login leads to.

    The commands go by POSTQUOTE: libcurl runs QUOTE before it has gone back to
    that folder from the one that `enter` looked into.
    """
    return name if not folder.strip("/") else f"{folder.rstrip('/')}/{name}"


def _size_in(reply: str) -> int | None:
    """Return the size that a reply to SIZE names, None where the file is not there."""
    found = re.match(r"213 (\d+)", reply)
    if found:
        return int(found[1])
    return None if reply.startswith("550") else NOT_TOLD


def _facts(text: str) -> dict[str, int] | None:
    """Return the files of an MLSD listing, or None where a line is not of its form."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        facts, space, name = line.partition(" ")
        known = dict(fact.lower().split("=", 1) for fact in facts.split(";") if "=" in fact)
        if not space or "type" not in known:
            return None
        if known["type"] == "file" and known.get("size", "").isdigit():
            found[name] = int(known["size"])
    return found
