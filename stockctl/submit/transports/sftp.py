"""SFTP, with the host's key held against the file of known hosts."""

from __future__ import annotations

import base64
import hashlib
from typing import ClassVar

import pycurl

from stockctl.submit.transports import Fault, TransferError
from stockctl.submit.transports.curl import CurlTransport, long_listing

_MATCH, _MISMATCH = 0, 1


class SftpTransport(CurlTransport):
    """One SSH connection with one SFTP channel."""

    scheme: ClassVar[str] = "sftp"
    # libssh2 reports a write when the server has answered it.
    acknowledged: ClassVar[bool] = True
    buffer_bytes: ClassVar[int] = 2 * 1024 * 1024
    _host_key_words = ""

    def _path(self, folder: str) -> str:
        # `/~/` is the folder that the login leads to.
        path = super()._path(folder)
        return path if folder.startswith("/") and folder.strip("/") else f"/~{path}"

    def _options(self, curl: pycurl.Curl) -> None:
        assert self.door.known_hosts is not None
        self.door.known_hosts.parent.mkdir(parents=True, exist_ok=True)
        self.door.known_hosts.touch()
        self._host_key_words = ""
        curl.setopt(pycurl.SSH_KNOWNHOSTS, str(self.door.known_hosts))
        curl.setopt(pycurl.SSH_KEYFUNCTION, self._host_key)
        curl.setopt(pycurl.SSH_AUTH_TYPES, pycurl.SSH_AUTH_PASSWORD | pycurl.SSH_AUTH_KEYBOARD)

    def _host_key(self, _known: object, found: tuple[bytes, int] | None, match: int) -> int:
        if self._turned_away() or (self._gate is not None and match != _MATCH):
            # The first connection has settled it with the person meanwhile: the next try reads the file anew.
            return int(pycurl.KHSTAT_REJECT)
        if match == _MATCH:
            return int(pycurl.KHSTAT_FINE)
        shown = _shown(found[0]) if found else "unknown"
        if match == _MISMATCH:
            self._host_key_words = f"the host's key is not the one it had before; it is now {shown}"
            return int(pycurl.KHSTAT_REJECT)
        ask = self.door.ask_about_host_key
        if self.door.accept_new_host_key or (ask is not None and ask(f"{self.door.host} has the key {shown}")):
            return int(pycurl.KHSTAT_FINE_ADD_TO_FILE)
        self._host_key_words = f"the host is not known yet; its key is {shown}"
        return int(pycurl.KHSTAT_REJECT)

    def _error(self, fault: Fault, text: str, where: str) -> TransferError:
        if not self._host_key_words:
            return super()._error(fault, text, where)
        if "not known yet" in self._host_key_words:
            hint = "compare it with what the agency publishes, then run again with --accept-new-host-key"
        else:
            hint = (
                f"somebody may be in between: ask the agency; if the change is real, take the line of "
                f"{self.door.host} out of {self.door.known_hosts}"
            )
        return TransferError(self._host_key_words, where=where, hint=hint, fault=Fault.HOST_KEY)

    def _verdict(self, code: int, fault: Fault) -> Fault:
        # SFTP has no reply codes of its own: libcurl's number says it all.
        assert code >= 0
        return fault

    def enter(self, folder: str) -> None:
        """Log in and open `folder`."""
        # Only a listing opens the folder; NOBODY would end with the login.
        curl = self._fresh(self.url(folder))
        # The folder that the login leads to is there.
        curl.setopt(pycurl.DIRLISTONLY if folder.strip("/") else pycurl.NOBODY, 1)
        self._perform(folder)

    def listing(self, folder: str) -> dict[str, int] | None:
        """List a folder."""
        return long_listing(self._listed(self._fresh(self.url(folder)), folder))

    def size(self, folder: str, name: str) -> int | None:
        """Ask for the size."""
        curl = self._fresh(self.url(folder, name))
        curl.setopt(pycurl.NOBODY, 1)
        try:
            self._perform(name)
        except TransferError as error:
            if error.fault is Fault.FOLDER:
                return None
            raise
        return self._length()

    def delete(self, folder: str, name: str) -> None:
        """Delete a file; a file that is not there is fine."""
        if self.size(folder, name) is None:
            return
        curl = self._fresh(self.url(folder))
        curl.setopt(pycurl.NOBODY, 1)
        inner = folder.strip("/")
        # A path that does not begin with / is below the login's folder.
        above = f"/{inner}/" if inner and folder.startswith("/") else f"{inner}/" if inner else ""
        path = above + name
        quoted = path.replace("\\", "\\\\").replace('"', '\\"')
        curl.setopt(pycurl.QUOTE, [f'rm "{quoted}"'.encode()])
        self._perform(name)


def _shown(key: bytes) -> str:
    """Return a key's fingerprint as ssh-keygen shows it."""
    digest = hashlib.sha256(key).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
