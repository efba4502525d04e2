"""Assets without a fault, one of each kind, and variations of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from stockctl.check.asset import Asset
from stockctl.media.capture import Capture
from stockctl.metadata import Record

WORDS = ("bridge", "river", "dawn", "city", "travel", "water", "stone", "architecture", "landmark", "tourism", "sky")

RECORD = Record(
    title="Old stone bridge over a calm river at dawn in spring",
    description="An old stone bridge crosses a calm river while the first sun of a spring day lights the towers.",
    keywords=WORDS,
    city="Prague",
    country="Czech Republic",
    date_created="2026-03-14",
)

PHOTO = Asset(
    path=Path("bridge_0042.jpg"),
    media_id="0" * 32,
    file_sha256="0" * 64,
    kind="photo",
    format="jpeg",
    width=6000,
    height=4000,
    bytes=9_000_000,
    record=RECORD,
    capture=Capture(),
    facts={
        "mode": "RGB",
        "bits": 8,
        "alpha": False,
        "quality": 95,
        "submitted": [],
        "releases": [],
    },
)

VECTOR = replace(
    PHOTO,
    path=Path("bridge_0042.eps"),
    kind="vector",
    format="eps",
    width=5000,
    height=4000,
    facts={"container": "dsc", "creator": "Adobe Illustrator(R) 10.0", "companion": True},
)

VIDEO = replace(
    PHOTO,
    path=Path("bridge_0042.mov"),
    kind="video",
    format="mov",
    width=1920,
    height=1080,
    bytes=200_000_000,
    measurements={"frames": 3.0, "black_frames": 0.0, "clipped_frames": 0.0, "soft_frames": 0.0},
    facts={
        "codec": "mjpeg",
        "fps": 25.0,
        "scan": "progressive",
        "duration_s": 20.0,
    },
)

AUDIO = replace(
    PHOTO,
    path=Path("river_0042.wav"),
    kind="audio",
    format="wav",
    width=0,
    height=0,
    bytes=30_000_000,
    measurements={"peak": 0.8, "clipped_runs": 0.0, "silence_start_s": 0.1, "silence_end_s": 0.2},
    facts={
        "codec": "pcm",
        "rate_hz": 48_000,
        "bits": 24,
        "channels": 2,
        "duration_s": 120.0,
    },
)

EVERY_KIND = (PHOTO, VECTOR, VIDEO, AUDIO)


def said(asset: Asset = PHOTO, **changes: Any) -> Asset:
    """Return the asset with other words in it."""
    return replace(asset, record=replace(asset.record, **changes))


def found(asset: Asset = PHOTO, **changes: Any) -> Asset:
    """Return the asset with other facts."""
    return replace(asset, facts={**asset.facts, **changes})


def chosen(asset: Asset = PHOTO, **changes: str) -> Asset:
    """Return the asset with what a person chose."""
    return replace(asset, choices={**asset.choices, **changes})


def release(**changes: Any) -> dict[str, Any]:
    """Return a release as the catalogue adds it to an asset's facts."""
    plain = {
        "release": 1,
        "kind": "model",
        "name": "Ana Nováková",
        "file": "/ana.jpg",
        "format": "jpeg",
        "bytes": 900_000,
    }
    return {**plain, "minor": False, "guardian": "", "expires": None, "expired": False, **changes}
