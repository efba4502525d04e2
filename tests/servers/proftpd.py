"""ProFTPD: explicit FTPS with TLS 1.3 that requires session reuse."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tests.servers import LIBRARIES, PASSWORD, UNPACKED, USER, Server, free_port, program
from tests.servers.certificates import authority, certificate

if TYPE_CHECKING:
    from pathlib import Path


def proftpd(folder: Path) -> Server:
    """Return a server, not yet started, with a password file of its own."""
    drop = folder / "drop"
    drop.mkdir(parents=True)
    drop.chmod(0o777)
    command = program("proftpd", unpacked=True)
    port = free_port()
    secret = subprocess.run(
        [program("openssl"), "passwd", "-6", "-stdin"], input=PASSWORD, text=True, capture_output=True, check=True
    ).stdout.strip()
    users = folder / "users"
    uid, gid = os.getuid(), os.getgid()
    users.write_text(f"{USER}:{secret}:{uid or 65534}:{gid or 65534}::{drop}:/bin/sh\n")
    users.chmod(0o600)
    settings = folder / "proftpd.conf"
    modules = UNPACKED / "usr/lib/proftpd"
    settings.write_text(
        f"""\
ModulePath {modules}
LoadModule mod_tls.c
ServerType standalone
DefaultAddress 127.0.0.1
SocketBindTight on
Port {port}
UseIPv6 off
User {"nobody" if uid == 0 else uid}
Group {"nogroup" if uid == 0 else gid}
PidFile {folder}/proftpd.pid
ScoreboardFile {folder}/scoreboard
DelayTable none
DelayEngine off
WtmpLog off
TransferLog {folder}/transfers.log
SystemLog {folder}/system.log
AuthUserFile {users}
AuthOrder mod_auth_file.c
RequireValidShell off
AllowOverwrite on
AllowStoreRestart on
DefaultRoot ~
TLSEngine on
TLSRequired on
TLSRSACertificateFile {certificate(folder)}
TLSRSACertificateKeyFile {folder}/server.key
TLSLog {folder}/tls.log
TLSVerifyClient off
""".replace("TLSRSA", "TLSEC")
    )
    return Server(
        protocol="ftps",
        port=port,
        folder=drop,
        command=[command, "-n", "-q", "-c", str(settings)],
        tls="explicit",
        ca_file=authority(folder),
        environment={"LD_LIBRARY_PATH": str(LIBRARIES)},
        log=folder / "output.log",
    )
