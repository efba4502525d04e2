"""Files and records that the tests are made of, generated anew each time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from stockctl.metadata import Location, Record

if TYPE_CHECKING:
    from pathlib import Path

FULL = Record(
    title='Lighthouse "Faro" & <fog> 😀',
    headline="Fog at dawn",
    description="A lighthouse in fog.\nSecond line – über, ナイト.",
    keywords=(
        "lighthouse",
        "fog",
        "salt, water",
        "a;b",
        "灯台",
        "منارة",
        "😀",
        "x" * 80,
        *(f"word{n}" for n in range(22)),
    ),
    creators=("Ana Pérez", "Bo Li"),
    copyright="© 2026 Ana Pérez",
    credit="Ana/Agency",
    source="Own work",
    instructions="Call first",
    sublocation="Punta",
    city="Tarifa",
    state="Cádiz",
    country="Spain",
    country_code="ESP",
    location_created=Location(name="Isla", city="Tarifa", country="Spain", country_code="ES"),
    locations_shown=(Location(city="Tarifa"), Location(city="Tangier", country="Morocco")),
    people=("Eva",),
    model_release="MR-UMR",
    model_release_ids=("MR-1", "MR-2"),
    property_release="PR-UPR",
    property_release_ids=("PR-7",),
    digital_source_type="trainedAlgorithmicMedia",
    ai_system="Model X",
    ai_system_version="3",
    ai_prompt="fog, lighthouse",
    ai_prompt_writer="Ana",
    editorial=True,
    rating=4,
    date_created="2026-11-21",
)


def picture(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Return a gradient, in which every change of pixels shows."""
    image = Image.new("RGB", size)
    image.putdata([(x * 4 % 256, y * 5 % 256, (x * y) % 256) for y in range(size[1]) for x in range(size[0])])
    return image.convert(mode)


def encoded(format_: str, mode: str = "RGB", **options: Any) -> bytes:
    """Return the gradient as a file of this format."""
    out = io.BytesIO()
    picture(mode=mode).save(out, format_, **options)
    return out.getvalue()


def pixels(data: bytes) -> bytes:
    """Return the decoded pixels of the first picture in a file."""
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


def put(path: Path, data: bytes) -> Path:
    """Write a file and return its path."""
    path.write_bytes(data)
    return path
