"""The transport for a door: chosen by protocol, and imported when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stockctl.submit.transports import Door, Transport


def open_transport(door: Door) -> Transport:
    """Return a connection through `door`; nothing is said to the server yet."""
    if door.api is not None:
        from stockctl.submit.transports.esp import EspTransport

        return EspTransport(door)
    if door.protocol in {"ftp", "ftps"}:
        from stockctl.submit.transports.ftp import FtpTransport

        return FtpTransport(door)
    if door.protocol == "sftp":
        from stockctl.submit.transports.sftp import SftpTransport

        return SftpTransport(door)
    if door.protocol == "https":
        from stockctl.submit.transports.http import HttpTransport

        return HttpTransport(door)
    from stockctl.submit.transports.folder import FolderTransport

    return FolderTransport(door)
