"""vsftpd: explicit FTPS that requires the data connection to reuse the TLS session, or plain FTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers import PASSWORD, Server, free_port, program
from tests.servers.certificates import authority, certificate

if TYPE_CHECKING:
    from pathlib import Path


def vsftpd(folder: Path, *, tls: bool = True, more: str = "", expired: bool = False) -> Server:
    """Return a server, not yet started. Its one user is `ftp`: logins of its own would need the machine's PAM."""
    drop = folder / "drop"
    drop.mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "passwords").write_text(PASSWORD + "\n")
    port = free_port()
    lines = [
        "listen=YES",
        "listen_address=127.0.0.1",
        f"listen_port={port}",
        "background=NO",
        "seccomp_sandbox=NO",
        "anonymous_enable=YES",
        f"anon_root={folder}",
        "secure_email_list_enable=YES",
        f"email_password_file={folder}/passwords",
        "write_enable=YES",
        "anon_upload_enable=YES",
        "anon_mkdir_write_enable=YES",
        "anon_other_write_enable=YES",
        "anon_world_readable_only=NO",
        "anon_umask=022",
        "xferlog_enable=YES",
        f"vsftpd_log_file={folder}/vsftpd.log",
        f"secure_chroot_dir={folder}/empty",
        "chown_uploads=NO",
        "utf8_filesystem=YES",
        more,
    ]
    if tls:
        lines += [
            "ssl_enable=YES",
            "allow_anon_ssl=YES",
            "force_anon_logins_ssl=YES",
            "force_anon_data_ssl=YES",
            "require_ssl_reuse=YES",
            "ssl_ciphers=HIGH",
            f"rsa_cert_file={certificate(folder, expired=expired)}",
        ]
    settings = folder / "vsftpd.conf"
    settings.write_text("\n".join(line for line in lines if line) + "\n")
    drop.chmod(0o777)
    return Server(
        protocol="ftps" if tls else "ftp",
        port=port,
        folder=drop,
        command=[program("vsftpd"), str(settings)],
        user="ftp",
        remote="drop",
        tls="explicit" if tls else "none",
        ca_file=authority(folder) if tls else None,
        log=folder / "output.log",
    )
