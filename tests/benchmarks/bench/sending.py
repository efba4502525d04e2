"""Uploads against lftp and rclone, on this machine and at 60 ms."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks import upload
from tests.benchmarks.bench.peers import missing
from tests.benchmarks.bench.rows import Missing, Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.benchmarks.bench.form import Form

MEGABYTES = 2


def uploads(form: Form, work: Path) -> Iterator[Row | Missing]:
    """Yield a row for each protocol and line."""
    if why := missing("lftp", "rclone", "vsftpd", "sshd"):
        yield Missing("upload", why)
        return
    home = work / "upload"
    source = home / "files"
    source.mkdir(parents=True)
    # The servers run as another user, who has to come as far as their folders.
    for folder in (work, home):
        folder.chmod(0o755)
    for number in range(form.uploads):
        (source / f"{number:03}.jpg").write_bytes(os.urandom(MEGABYTES * 1_000_000))
    try:
        table = upload.compare(home, sorted(source.iterdir()), 4, min(form.rounds, 3))
    except pytest.skip.Exception as lacking:
        yield Missing("upload", str(lacking))
        return
    for protocol, lines in table.items():
        for line, found in lines.items():
            what = f"upload {form.uploads} files of {MEGABYTES} MB by {protocol.upper()}, {line}"
            peer = next(name for name in found["rounds"] if name != "ours")
            mine, theirs = found["rounds"]["ours"], found["rounds"][peer]
            ratios = [their / my for my, their in zip(mine, theirs, strict=True)]
            yield Row(f"upload-{protocol}-{line}", what, peer, "s", mine, theirs, ratios, "4 connections each")
