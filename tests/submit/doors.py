"""Doors and files for the tests of transports."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from stockctl.files.fingerprint import fingerprint
from stockctl.submit.transports import Door, Upload

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server


def door(server: Server, tmp_path: Path, **more: Any) -> Door:
    """Return the door to a server of the tests."""
    values: dict[str, Any] = {
        "protocol": server.protocol,
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "password": server.password,
        "folder": server.remote or "/",
        "tls": server.tls or "explicit",
        "ca_file": str(server.ca_file or ""),
        "known_hosts": tmp_path / "known_hosts",
        "accept_new_host_key": True,
    }
    return Door(**values | more)


def upload(path: Path, server: Server, size: int = 300_000, name: str = "") -> Upload:
    """Return a file of random bytes, ready to send."""
    path.write_bytes(os.urandom(size))
    return Upload(path, fingerprint(path), server.remote or "/", name or path.name)
