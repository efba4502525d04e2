"""Download and unpack, without installing, what the tests need and no machine may install beside its own servers.

ProFTPD conflicts with vsftpd; pam_wrapper gives sshd a password file of the
test's own, so that no user of the machine is touched.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tests.servers import UNPACKED

PACKAGES = (
    "proftpd-core",
    "proftpd-mod-crypto",
    "libhiredis0.14",
    "libmemcached11",
    "libmemcachedutil2",
    "libhashkit2",
    "libpcre2-posix3",
    "libpam-wrapper",
)

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "download", *PACKAGES], cwd=folder, check=True)
        UNPACKED.mkdir(parents=True, exist_ok=True)
        for package in sorted(Path(folder).glob("*.deb")):
            subprocess.run(["dpkg", "-x", str(package), str(UNPACKED)], check=True)
    print(UNPACKED)
