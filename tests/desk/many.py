"""Folders of as many pictures as wanted, which the catalogue knows: the files are real, what a check found invented."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import assets
from stockctl.files.fingerprint import fingerprint
from tests.pictures import patches

if TYPE_CHECKING:
    from pathlib import Path

# Pictures of one folder, and different ones among them.
FOLDER_OF, DRAWN = 400, 40
WORDS = (
    "harbour boat sea dawn fishing calm water travel asia coast morning island quiet blue wooden pier net sail trip"
    " nature landscape tropical sky cloud summer tourism village bay mooring rope"
).split()


def picture(number: int) -> bytes:
    """Return a small picture that no other number has: its bytes differ, and every fortieth looks the same."""
    data = patches(number % DRAWN)
    comment = b"\xff\xfe\x00\x0a" + number.to_bytes(8, "big")
    return data[:2] + comment + data[2:]


def fill(folder: Path, catalogue: Path, count: int) -> None:
    """Write `count` pictures in folders of their own, and what a check would have found of each.

    The catalogue has to know one picture, whose facts all others get; one in
    three has no words.
    """
    with open_catalogue(catalogue) as opened:
        opened.connection.execute("PRAGMA synchronous = OFF")
        (template, *_) = assets.everything(opened)
        rows = []
        for number in range(count):
            path = folder / f"shoot-{number // FOLDER_OF:03}" / f"img-{number:05}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture(number))
            facts = dict(template.facts)
            facts["media_id"] = hashlib.sha256(f"media {number}".encode()).hexdigest()[:32]
            facts["file_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
            facts.pop("phash", None)
            if number % 3:
                words = [WORDS[(number + turn * 7) % len(WORDS)] for turn in range(25)]
                facts["record"] = {"title": f"Fishing boats in harbour number {number}", "keywords": words}
            text = json.dumps(facts)
            rows.append(
                assets.Seen(
                    assets.key_of(path),
                    facts["media_id"],
                    facts["file_sha256"],
                    fingerprint(path),
                    template.version,
                    text,
                )
            )
        assets.record(opened, rows)
