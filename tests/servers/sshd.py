"""OpenSSH's sshd with its internal SFTP server, and a password file of the test's own by pam_wrapper."""

from __future__ import annotations

import getpass
import os
import subprocess
from pathlib import Path

from tests.servers import LIBRARIES, PASSWORD, Server, free_port, missing, program


def sshd(folder: Path) -> Server:
    """Return a server, not yet started; its user is whoever runs the tests."""
    drop = folder / "drop"
    drop.mkdir(parents=True)
    wrapper = LIBRARIES / "libpam_wrapper.so"
    if not wrapper.exists():
        missing("pam_wrapper")
    matrix = LIBRARIES / "pam_wrapper/pam_matrix.so"
    services = folder / "pam"
    services.mkdir()
    users = folder / "users"
    user = getpass.getuser()
    users.write_text(f"{user}:{PASSWORD}:sshd\n")
    (services / "sshd").write_text(
        f"auth required {matrix} passdb={users}\n"
        f"account required {matrix} passdb={users}\n"
        "password required pam_deny.so\nsession required pam_permit.so\n"
    )
    new_host_key(folder)
    port = free_port()
    settings = folder / "sshd_config"
    settings.write_text(
        f"""\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile none
UsePAM yes
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
PubkeyAuthentication no
StrictModes no
MaxAuthTries 2
MaxStartups 100
Subsystem sftp internal-sftp -d {drop}
"""
    )
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    return Server(
        protocol="sftp",
        port=port,
        folder=drop,
        command=[program("sshd"), "-D", "-e", "-f", str(settings)],
        user=user,
        environment={
            "LD_PRELOAD": str(wrapper),
            "PAM_WRAPPER": "1",
            "PAM_WRAPPER_SERVICE_DIR": str(services),
        },
        log=folder / "sshd.log",
    )


def new_host_key(folder: Path) -> None:
    """Make the server's host key, or another one in its place."""
    key = folder / "host_key"
    key.unlink(missing_ok=True)
    subprocess.run([program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
