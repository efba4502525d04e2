"""The table of sample pictures: scene, seed, size, fault, capture data and words of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from rendering.blocks import Shot, Words

WIDE, TALL = (1640, 2464), (2464, 1640)


@dataclass(frozen=True)
class Picture:
    """One picture: where it goes, what draws it, what is wrong with it, and what stands in the file.

    `rule` is the finding that it is to have; `keep` below 1 truncates the file;
    `of` names the file that it belongs to or resembles.
    """

    path: str
    scene: str
    seed: int
    shows: str = ""
    shape: tuple[int, int] = WIDE
    options: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    rule: str = ""
    crop: tuple[int, int] | None = None
    quality: int = 90
    fine_colour: bool = False
    dither: bool = True
    keep: float = 1.0
    shot: Shot | None = None
    words: Words | None = None
    of: str = ""


@dataclass(frozen=True)
class Drawing:
    """The vector drawing: its file name without suffix, size in points, and words."""

    name: str
    size: tuple[int, int]
    pitch: int
    ground: str
    shows: str
    words: Words


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


BALI, ALPS, HOME, CITY = "+08:00", "+02:00", "+07:00", "+07:00"
PHONE = ("Kanto", "Kanto Phone 12")
UBUD = (-8.4341, 115.2793, 312.0)
SANUR = (-8.7003, 115.2634, 3.0)
BATUR = (-8.2397, 115.3776, 1490.0)

PICTURES = (
    Picture(
        "bali-2026/rice-terrace-ubud-0042.jpg",
        "land.terraces",
        7,
        "rice terraces on a hill side",
        quality=88,
        shot=Shot(_at(f"2026-05-11T07:42:10{BALI}"), iso=100, seconds=Fraction(1, 200), position=UBUD),
        words=Words(
            "Rice terraces near Ubud in the morning",
            "Green rice terraces on a hill side near Ubud, Bali, in the morning light",
            (
                "rice terrace",
                "ubud",
                "bali",
                "indonesia",
                "paddy",
                "green",
                "agriculture",
                "hill",
                "landscape",
                "morning",
            ),
            city="Ubud",
            country="Indonesia",
        ),
    ),
    Picture(
        "bali-2026/sunset-sanur-beach-0107.jpg",
        "land.sea",
        7,
        "sunset over the sea",
        shot=Shot(_at(f"2026-05-12T18:05:31{BALI}"), iso=100, seconds=Fraction(1, 320), focal=50, position=SANUR),
    ),
    Picture(
        "bali-2026/sunset-sanur-beach-0108.jpg",
        "land.sea",
        7,
        "the same sunset, a breath later",
        crop=(22, 34),
        rule="similar-content",
        of="bali-2026/sunset-sanur-beach-0107.jpg",
        shot=Shot(_at(f"2026-05-12T18:05:32{BALI}"), iso=100, seconds=Fraction(1, 320), focal=50, position=SANUR),
    ),
    Picture(
        "bali-2026/sea-tilted-0119.jpg",
        "land.sea",
        19,
        "a sea whose horizon leans by four degrees",
        options={"tilt": 4.0, "sun_at": 0.3},
        rule="tilted-horizon",
        shot=Shot(_at(f"2026-05-12T18:14:02{BALI}"), iso=200, focal=50, position=SANUR),
    ),
    Picture(
        "bali-2026/mount-batur-misty-ridges-0063.jpg",
        "land.misty",
        7,
        "wooded ridges in morning fog",
        shot=Shot(_at(f"2026-05-13T06:11:48{BALI}"), iso=100, focal=85, position=BATUR),
        words=Words(
            "Misty ridges below Mount Batur",
            "Wooded ridges one behind the other in the fog at sunrise",
            ("fog", "ridge", "forest", "sunrise", "batur", "bali", "mist", "mountains", "morning"),
            country="Indonesia",
        ),
    ),
    Picture(
        "bali-2026/misty-valley-0064-date.jpg",
        "land.misty",
        23,
        "fog in a valley, the date printed on it",
        fault="date_stamp",
        rule="date-stamp",
        shot=Shot(_at(f"2026-07-19T06:14:20{BALI}"), camera=PHONE, focal=26),
    ),
    Picture(
        "bali-2026/hotel-pool-0151.jpg",
        "surface.pool",
        7,
        "light on the tiles of a pool",
        quality=84,
        shot=Shot(_at(f"2026-05-14T11:20:05{BALI}"), iso=100, seconds=Fraction(1, 800), position=SANUR),
    ),
    Picture(
        "alps-2025/mountain-peaks-0311.jpg",
        "land.alps",
        5,
        "rock and snow above a meadow",
        quality=85,
        shot=Shot(
            _at(f"2025-07-02T08:31:00{ALPS}"), iso=100, seconds=Fraction(1, 640), position=(46.0207, 7.7491, 2610.0)
        ),
    ),
    Picture(
        "bali-2026/misty-hills-framed.jpg",
        "land.misty",
        31,
        "hills inside a white frame",
        fault="border",
        rule="border",
        shot=Shot(_at(f"2026-05-13T06:35:00{BALI}"), iso=100, seconds=Fraction(1, 160)),
    ),
    Picture(
        "alps-2025/summer-clouds-0290.jpg",
        "surface.clouds",
        7,
        "cumulus clouds on a blue sky",
        shot=Shot(_at(f"2025-07-01T13:02:44{ALPS}"), iso=100, seconds=Fraction(1, 1000), focal=70),
    ),
    Picture(
        "alps-2025/clouds-overexposed-0291.jpg",
        "surface.clouds",
        31,
        "clouds burnt out to white",
        fault="clipped",
        rule="overexposed",
        shot=Shot(_at(f"2025-07-01T13:03:02{ALPS}"), iso=100, seconds=Fraction(1, 250), focal=70),
    ),
    Picture(
        "desert/sand-dunes-0512.jpg",
        "land.dunes",
        7,
        "sand dunes in low sun",
        shot=Shot(_at("2025-11-20T16:40:12+04:00"), iso=100, position=(22.4501, 58.7702, 140.0)),
    ),
    Picture(
        "desert/dunes-too-dark-0513.jpg",
        "land.dunes",
        12,
        "dunes three stops too dark",
        fault="underexposed",
        rule="underexposed",
        shot=Shot(_at("2025-11-20T17:31:55+04:00"), iso=100, seconds=Fraction(1, 2000)),
    ),
    Picture(
        "kitchen/roasted-coffee-beans-0021.jpg",
        "things.beans",
        7,
        "roasted coffee beans",
        quality=87,
        shot=Shot(_at(f"2026-02-03T10:02:10{HOME}"), iso=100, seconds=Fraction(1, 125), f_number=11, focal=90),
        words=Words(
            "Roasted coffee beans background",
            "Dark roasted coffee beans filling the frame, seen from above",
            ("coffee", "beans", "roasted", "background", "brown", "aroma", "caffeine", "texture"),
        ),
    ),
    Picture(
        "kitchen/oranges-market-0033.jpg",
        "things.oranges",
        7,
        "ripe oranges on a market stall",
        shot=Shot(_at(f"2026-02-04T09:40:51{HOME}"), iso=200, seconds=Fraction(1, 160), focal=60),
    ),
    Picture(
        "kitchen/oranges-saved-twice.jpg",
        "things.oranges",
        44,
        "oranges, saved at a low quality first",
        fault="recompressed",
        rule="compression-artefacts",
        shot=Shot(_at(f"2026-02-04T09:44:12{HOME}"), camera=PHONE, iso=200, focal=26),
    ),
    Picture(
        "kitchen/marble-worktop-lamplight-0009.jpg",
        "surface.marble",
        21,
        "a marble worktop under lamps, far too yellow",
        fault="colour_cast",
        rule="colour-cast",
        shot=Shot(_at(f"2026-02-08T20:12:40{HOME}"), iso=800, seconds=Fraction(1, 60)),
    ),
    Picture(
        "studio/ceramic-vase-white-background-0003.jpg",
        "things.vase",
        7,
        "a glazed vase on white",
        fine_colour=True,
        quality=92,
        shot=Shot(_at(f"2026-03-10T15:20:00{HOME}"), iso=64, seconds=Fraction(1, 160), f_number=13, focal=100),
    ),
    Picture(
        "studio/ceramic-vase-damaged.jpg",
        "things.vase",
        16,
        "a file cut off in the middle",
        keep=0.6,
        rule="damaged-file",
        shot=Shot(_at(f"2026-03-10T15:26:00{HOME}"), iso=64, seconds=Fraction(1, 160), f_number=13, focal=100),
    ),
    Picture(
        "garden/leaf-with-dew-0088.jpg",
        "things.single_leaf",
        7,
        "a leaf with dew, the garden behind out of focus",
        fine_colour=True,
        shot=Shot(_at(f"2026-01-18T07:10:33{HOME}"), iso=200, seconds=Fraction(1, 400), f_number=2.8, focal=105),
    ),
    Picture(
        "garden/leaf-adobe-rgb-0089.jpg",
        "things.single_leaf",
        17,
        "a leaf in Adobe RGB",
        fault="adobe_rgb",
        rule="wrong-colour-space",
        shot=Shot(_at(f"2026-01-18T07:12:09{HOME}"), iso=200, seconds=Fraction(1, 400), f_number=2.8, focal=105),
    ),
    Picture(
        "garden/hedge-0093.jpg",
        "things.foliage",
        7,
        "a wall of green leaves",
        shape=TALL,
        quality=84,
        shot=Shot(_at(f"2026-01-18T07:31:30{HOME}"), iso=400, seconds=Fraction(1, 200), focal=50),
    ),
    Picture(
        "garden/pebbles-out-of-focus-0094.jpg",
        "things.pebbles",
        15,
        "pebbles, the focus missed",
        fault="out_of_focus",
        rule="out-of-focus",
        dither=False,
        shot=Shot(_at(f"2026-01-18T07:33:12{HOME}"), iso=400, seconds=Fraction(1, 200), f_number=2.8, focal=105),
    ),
    Picture(
        "kitchen/oranges-shaken-0035.jpg",
        "things.oranges",
        15,
        "oranges, the camera moved",
        fault="motion_blur",
        rule="motion-blur",
        quality=86,
        dither=False,
        shot=Shot(_at(f"2026-02-04T09:41:40{HOME}"), iso=100, seconds=Fraction(1, 8), focal=60),
    ),
    Picture(
        "garden/river-pebbles-small.jpg",
        "things.pebbles",
        7,
        "wet pebbles, 1.5 megapixels",
        shape=(1000, 1500),
        rule="too-few-pixels",
        options={"coarse": 0.1},
        shot=Shot(_at(f"2026-01-19T09:15:00{HOME}"), camera=PHONE, iso=50, focal=26),
    ),
    Picture(
        "city-night/skyline-river-0204.jpg",
        "night.skyline",
        7,
        "towers and their lights in a river",
        quality=87,
        shot=Shot(_at(f"2026-04-02T19:05:20{CITY}"), iso=100, seconds=Fraction(4), f_number=8, focal=35),
        words=Words(
            "City skyline at night over the river",
            "Lit towers after dusk mirrored in the river",
            ("skyline", "city", "night", "lights", "river", "reflection", "towers", "dusk", "urban"),
            city="Jakarta",
            country="Indonesia",
        ),
    ),
    Picture(
        "city-night/table-bokeh-lights-0215.jpg",
        "night.table",
        7,
        "an old table before street lights out of focus",
        fine_colour=True,
        quality=88,
        shot=Shot(_at(f"2026-04-02T20:11:09{CITY}"), iso=400, seconds=Fraction(1, 80), f_number=1.8, focal=85),
    ),
    Picture(
        "bali-2026/misty-dawn-noisy-0061.jpg",
        "land.misty",
        52,
        "fog before sunrise at a very high sensitivity",
        fault="noise",
        rule="noise",
        quality=80,
        shot=Shot(_at(f"2026-05-13T05:31:09{BALI}"), iso=12800, seconds=Fraction(1, 60), f_number=2.8, focal=85),
    ),
    Picture(
        "city-night/glass-facade-0230.jpg",
        "surface.facade",
        7,
        "a glass front that mirrors the sky",
        quality=84,
        shot=Shot(_at(f"2026-04-03T09:22:17{CITY}"), iso=100, seconds=Fraction(1, 500), focal=24),
    ),
    Picture("textures/white-marble-0001.jpg", "surface.marble", 7, "white marble with grey veins"),
    Picture("textures/paper-hills-sunset.png", "flat.paper", 7, "hills cut from paper", dither=False),
    Picture(
        "textures/terrazzo-chips.tif",
        "flat.terrazzo",
        7,
        "terrazzo, chips of stone in cement",
        dither=False,
        words=Words(
            "Terrazzo surface",
            "Terrazzo with chips of coloured stone",
            ("terrazzo", "stone", "floor", "surface", "pattern"),
        ),
    ),
)

BATIK = Drawing(
    "vectors/batik-kawung-pattern",
    (2400, 1800),
    360,
    "#3a1d12",
    "batik in the kawung pattern",
    Words(
        "Batik kawung seamless pattern",
        "Batik in the kawung pattern, brown and cream, as a vector drawing",
        ("batik", "kawung", "pattern", "vector", "indonesia", "java", "textile", "brown", "traditional"),
    ),
)
