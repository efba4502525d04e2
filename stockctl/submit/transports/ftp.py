"""FTP with explicit TLS, and plain FTP where an agency has nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

import pycurl

from stockctl.submit.transports import Fault, TransferError
from stockctl.submit.transports.curl import CurlTransport

if TYPE_CHECKING:
    from stockctl.submit.transports import Upload, Watch

# Numbers of USE_SSL (curl.h); pycurl has not given them a name in every release.
_USE_SSL = {"none": 0, "try": 1, "explicit": 3}


class FtpTransport(CurlTransport):
    """One control connection; each file gets a data connection that reuses its TLS session."""

    scheme: ClassVar[str] = "ftp"

    def _path(self, folder: str) -> str:
        # RFC 1738: a path of an FTP address is below the login's folder; %2F makes it absolute.
        path = super()._path(folder)
        return f"/%2F{path[1:]}" if folder.startswith("/") and folder.strip("/") else path

    def _options(self, curl: pycurl.Curl) -> None:
        curl.setopt(pycurl.USE_SSL, _USE_SSL[self.door.tls])
        curl.setopt(pycurl.FTP_FILEMETHOD, pycurl.FTPMETHOD_NOCWD)
        if not self.door.passive:
            curl.setopt(pycurl.FTPPORT, "-")

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

    def enter(self, folder: str) -> None:
        """Log in and change into `folder`."""
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

    def size(self, folder: str, name: str) -> int | None:
        """Ask for the size (RFC 3659)."""
        curl = self._fresh(self.url(folder, name))
        curl.setopt(pycurl.NOBODY, 1)
        try:
            self._perform(name)
        except TransferError as error:
            if any(reply.startswith("550") for reply in self._replies):
                return None
            if any(re.match(r"50[0-4][ -]", reply) for reply in self._replies):
                return -1
            raise error from error.__cause__
        return self._length()

    def delete(self, folder: str, name: str) -> None:
        """Delete a file; a file that is not there is fine."""
        curl = self._fresh(self.url("/"))
        curl.setopt(pycurl.NOBODY, 1)
        path = name if not folder.strip("/") else f"{folder.rstrip('/')}/{name}"
        curl.setopt(pycurl.QUOTE, [f"DELE {path}".encode()])
        try:
            self._perform(name)
        except TransferError:
            if not any(reply.startswith("550") for reply in self._replies):
                raise
