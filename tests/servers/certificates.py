"""Certificates of the tests' own authority, made by the openssl program."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.servers import program

if TYPE_CHECKING:
    from pathlib import Path


def authority(folder: Path) -> Path:
    """Return the certificate of an authority made in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate = folder / "authority.pem"
    if not certificate.exists():
        _openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
            *("-subj", "/CN=stockctl tests", "-keyout", str(folder / "authority.key"), "-out", str(certificate)),
        )
    return certificate


def certificate(folder: Path, name: str = "server", *, expired: bool = False) -> Path:
    """Return a file with key and certificate for loopback, signed by the folder's authority."""
    both = folder / f"{name}.pem"
    signer = authority(folder)
    request, key, signed, extra = (folder / f"{name}.{end}" for end in ("csr", "key", "crt", "ext"))
    extra.write_text("subjectAltName=IP:127.0.0.1,IP:127.0.0.2,IP:::1,DNS:localhost\n")
    _openssl(
        *("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-subj", "/CN=localhost", "-keyout", str(key), "-out", str(request)),
    )
    _openssl(
        *("x509", "-req", "-in", str(request), "-CA", str(signer), "-CAkey", str(folder / "authority.key")),
        *("-CAcreateserial", "-extfile", str(extra), "-out", str(signed), "-days", "-1" if expired else "2"),
    )
    both.write_text(key.read_text() + signed.read_text())
    both.chmod(0o600)
    return both


def _openssl(*arguments: str) -> None:
    subprocess.run([program("openssl"), *arguments], check=True, capture_output=True)
