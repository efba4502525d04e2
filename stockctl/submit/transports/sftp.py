"""SFTP, with the host's key held against the file of known hosts."""

from __future__ import annotations

import base64
import hashlib
from typing import ClassVar

import pycurl

from stockctl.files.own import create_private, make_own_folder
from stockctl.submit.transports import Fault, TransferError
from stockctl.submit.transports.curl import LEAST_BUFFER_BYTES, CurlTransport, long_listing

_MATCH, _MISMATCH = 0, 1
# libssh2 sends ahead only within one buffer, and waits until all of it was answered. OpenSSH takes 2 MiB at once, less
# what it has not yet said to have read; a buffer beyond that costs one more round trip.
_WINDOW_BYTES = 2 * 1024 * 1024 - 2 * 32 * 1024


class SftpTransport(CurlTransport):
    """One SSH connection with one SFTP channel."""

    scheme: ClassVar[str] = "sftp"
    # libssh2 reports a write when the server has answered it.
    acknowledged: ClassVar[bool] = True
    # libcurl opens and closes a file to tell its size: three round trips, and a listing has four.
    worth_a_listing: ClassVar[int] = 2
    _host_key_words = ""

    def _path(self, folder: str) -> str:
        # `/~/` is the folder that the login leads to.
        path = super()._path(folder)
        return path if folder.startswith("/") and folder.strip("/") else f"/~{path}"

    def _buffer_bytes(self, count: int) -> int:
        # Equal pieces: a short last one would wait for its answer like a full one.
        pieces = max(1, -(-count // _WINDOW_BYTES))
        return max(LEAST_BUFFER_BYTES, -(-count // pieces))

    def _options(self, curl: pycurl.Curl) -> None:
        assert self.door.known_hosts is not None
        try:
            make_own_folder(self.door.known_hosts.parent)
            create_private(self.door.known_hosts)
        except OSError as error:
            why = f"cannot write the file of known hosts: {(error.strerror or str(error)).lower()}"
            hint = "name another in known_hosts"
            raise TransferError(why, where=str(self.door.known_hosts), hint=hint, fault=Fault.HOST_KEY) from error
        self._host_key_words = ""
        curl.setopt(pycurl.SSH_KNOWNHOSTS, str(self.door.known_hosts))
        curl.setopt(pycurl.SSH_KEYFUNCTION, self._host_key)
        curl.setopt(pycurl.SSH_AUTH_TYPES, pycurl.SSH_AUTH_PASSWORD | pycurl.SSH_AUTH_KEYBOARD)

    def _host_key(self, _known: object, found: tuple[bytes, int] | None, match: int) -> int:
        key = found[0] if found else b""
        if self._gate is not None:
            # A host that is not known yet is the first connection's business; the others only see that it is the same.
            same = self._gate.passed() and (match == _MATCH or key == self._gate.host_key != b"")
            return int(pycurl.KHSTAT_FINE if same else pycurl.KHSTAT_REJECT)
        verdict = self._first_look(found, match)
        if self._opens is not None and verdict != pycurl.KHSTAT_REJECT:
            self._opens.host_key = key
        return verdict

    def _first_look(self, found: tuple[bytes, int] | None, match: int) -> int:
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

    def _overhear(self, kind: int, text: bytes) -> None:
        super()._overhear(kind, text)
        if kind == pycurl.INFOTYPE_TEXT and b"authentication complete" in text.lower():
            self._let_in()

    def _error(self, fault: Fault, text: str, where: str, hint: str = "") -> TransferError:
        if text == "Error in the SSH layer":
            # All that libcurl has to say of a failed write.
            text = "the server took no more of it: its disk may be full, or the line broke"
        if not self._host_key_words:
            return super()._error(fault, text, where, hint)
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

    def _enter(self, folder: str) -> None:
        # Only a listing opens the folder; NOBODY would end with the login.
        curl = self._fresh(self.url(folder))
        # The folder that the login leads to is there.
        curl.setopt(pycurl.DIRLISTONLY if folder.strip("/") else pycurl.NOBODY, 1)
        # SSH has no replies to hear; libcurl only talks about the login.
        curl.setopt(pycurl.VERBOSE, 1)
        curl.setopt(pycurl.DEBUGFUNCTION, self._overhear)
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

    def line(self) -> str:
        """SSH has nothing else."""
        return "the line is encrypted (SSH)"

    def delete(self, folder: str, name: str) -> None:
        """Delete a file; a file that is not there is fine."""
        if self.size(folder, name) is None:
            return
        curl = self._fresh(self.url(folder))
        curl.setopt(pycurl.NOBODY, 1)
        curl.setopt(pycurl.QUOTE, [f"rm {_quoted(folder, name)}".encode()])
        self._perform(name)

    def make_folder(self, folder: str) -> None:
        """Make a folder."""
        curl = self._fresh(self.url("/"))
        curl.setopt(pycurl.NOBODY, 1)
        curl.setopt(pycurl.QUOTE, [f"mkdir {_quoted(folder)}".encode()])
        self._perform(folder)


def _quoted(folder: str, name: str = "") -> str:
    """Return a path as libcurl's commands of SFTP take it; one without / in front is below the login's folder."""
    inner = folder.strip("/")
    above = f"/{inner}" if inner and folder.startswith("/") else inner
    path = f"{above}/{name}" if above and name else above or name
    quoted = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def _shown(key: bytes) -> str:
    """Return a key's fingerprint as ssh-keygen shows it."""
    digest = hashlib.sha256(key).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
