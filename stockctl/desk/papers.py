"""Releases at the desk: the list of them, papers that are dropped on the page, and the pictures that they cover."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.sent import releases
from stockctl.errors import UsageError
from stockctl.files.opening import read_bytes
from stockctl.files.own import make_own_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stockctl.desk.shelf.rows import Row

# A scan of a page is never near this size.
_LARGEST = 50 << 20
# What papers begin with: agencies take JPEG and PDF.
_BEGINNINGS = (b"\xff\xd8\xff", b"%PDF-")


def listed(catalogue: Path) -> list[dict[str, Any]]:
    """Return all releases, as a page offers them."""
    with open_catalogue(catalogue) as opened:
        return [_json(one) for one in releases.listed(opened)]


def _json(release: releases.Release) -> dict[str, Any]:
    return {
        "id": release.id, "kind": release.kind, "name": release.name, "expired": release.expired(),
        "expires": release.expires.isoformat() if release.expires else "", "pictures": release.pictures,
        "minor": release.minor, "paper": release.path.name,
    }  # fmt: skip


def link(catalogue: Path, rows: Sequence[Row], number: int, *, on: bool) -> dict[str, Any]:
    """Say that a release covers pictures, or no longer does.

    Raises:
        UsageError: there is no such release.

    """
    with open_catalogue(catalogue) as opened:
        release = releases.find(opened, str(number))
        change = releases.link if on else releases.unlink
        changed = change(opened, release, [row.media_id for row in rows if row.media_id])
    return {"changed": changed}


def take(catalogue: Path, paper: Path, said: Mapping[str, str]) -> dict[str, Any]:
    """Keep a paper that was dropped on the page beside the catalogue, and the release that it is.

    Raises:
        UsageError: it is no paper, or what is said of it does not go together.

    """
    data = read_bytes(paper, _LARGEST)
    if not data.startswith(_BEGINNINGS):
        raise UsageError("the paper is neither JPEG nor PDF", hint="scan it as one of these")
    # The same paper is kept once, whatever it is called.
    kept = catalogue.with_name(f"{catalogue.name}.papers") / hashlib.sha256(data).hexdigest()[:16] / paper.name
    kind = said.get("kind", "")
    release = releases.of_paper(
        kept,
        len(data),
        person=said.get("name", "") if kind == releases.MODEL else "",
        property_=said.get("name", "") if kind == releases.PROPERTY else "",
        minor=said.get("minor") == "yes",
        guardian=said.get("guardian", ""),
        expires=said.get("expires", ""),
    )
    make_own_folder(kept.parent)
    paper.chmod(0o600)
    paper.replace(kept)
    with open_catalogue(catalogue) as opened:
        return _json(releases.add(opened, release))
