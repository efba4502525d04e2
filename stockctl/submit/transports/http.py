"""HTTPS uploads: PUT, HEAD and DELETE, as WebDAV servers take them."""

from __future__ import annotations

from typing import ClassVar

import pycurl

from stockctl.submit.transports import Fault, Gate, TransferError
from stockctl.submit.transports.curl import CurlTransport


class HttpTransport(CurlTransport):
    """One kept-alive connection; a file arrives whole or not at all."""

    scheme: ClassVar[str] = "https"
    resumes: ClassVar[bool] = False

    def _options(self, curl: pycurl.Curl) -> None:
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        curl.setopt(pycurl.HTTPAUTH, pycurl.HTTPAUTH_BASIC)

    def _confirmed(self, code: int) -> bool:
        return 200 <= code < 300

    def _verdict(self, code: int, fault: Fault) -> Fault:
        if code in {401, 403}:
            return Fault.PASSWORD
        if code in {404, 405}:
            return Fault.FOLDER
        if code in {408, 429} or (code >= 500 and code not in {501, 505, 507}):
            return Fault.LINE
        return Fault.REJECTED if code >= 300 else fault

    def log_in(self, gate: Gate) -> None:
        """Wait first: the password goes with every request."""
        if gate.passed():
            self.enter("/")

    def _enter(self, folder: str) -> None:
        # The login counts, not whether the folder may be listed.
        curl = self._fresh(self.url(folder))
        curl.setopt(pycurl.CUSTOMREQUEST, "OPTIONS")
        curl.setopt(pycurl.NOBODY, 1)
        try:
            self._perform(folder)
        except TransferError as error:
            if self._reply_code() in {401, 404} or error.fault not in {Fault.PASSWORD, Fault.FOLDER, Fault.REJECTED}:
                raise

    def has_folder(self, folder: str) -> bool:
        """Say yes: an address says nothing of folders."""
        assert folder
        return True

    def size(self, folder: str, name: str) -> int | None:
        """Ask for the size by HEAD."""
        curl = self._fresh(self.url(folder, name))
        curl.setopt(pycurl.NOBODY, 1)
        try:
            self._perform(name)
        except TransferError:
            if self._reply_code() == 404:
                return None
            raise
        return self._length()

    def line(self) -> str:
        """The address begins with https."""
        return "the line is encrypted (TLS)"

    def delete(self, folder: str, name: str) -> None:
        """Delete a file; a file that is not there is fine."""
        curl = self._fresh(self.url(folder, name))
        curl.setopt(pycurl.CUSTOMREQUEST, "DELETE")
        try:
            self._perform(name)
        except TransferError:
            if self._reply_code() != 404:
                raise
