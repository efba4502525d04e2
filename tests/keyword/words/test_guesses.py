"""What is only guessed does no harm: other pictures' words, the camera's clock, names of folders and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import piexif
import pytest

from stockctl.keyword.earlier.travel import travels
from stockctl.metadata.standards.exif import is_placeholder
from stockctl.words.texts.machine import is_machine
from tests.keyword.words.test_grounds import assets, grounds, offered
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

    Program = Callable[..., Run]

VECTOR = b'<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="4000"><path d="M0 0h4000v4000z"/></svg>'


@pytest.mark.parametrize(
    ("words", "context"),
    [
        ("batik,textile,java,seamless pattern", "Seamless batik pattern from Java"),
        ("sneaker,nike,rubber sole", "Pair of running shoes on a white background"),
        ("ramadan,lantern,crescent", "Ramadan lantern with crescent moon"),
    ],
)
def test_words_of_an_unlike_picture_are_not_even_on_offer(
    words: str, context: str, stockctl: Program, tmp_path: Path
) -> None:
    folder = tmp_path / "work"
    vector = put(folder / "pattern.svg", VECTOR)
    stockctl("keyword", vector, "--context", context, "--add", words)
    mountains = [put(folder / f"DSC_{n}.jpg", jpeg(320, 210, seed=n)) for n in range(6)]
    called = ("keyword", *mountains, "--context", "Mountain range above a green valley at sunrise")
    for options in ((), ("--all",)):
        for asset in assets(stockctl(*called, *options, "--json")):
            had = {*grounds(asset), *offered(asset)}
            assert {"mountain range", "valley", "sunrise"} <= had
            assert set(words.split(",")).isdisjoint(had)


@pytest.mark.parametrize(
    ("earlier", "words", "vector", "said"),
    [
        ("Christmas tree card with snowflakes", "christmas,card,santa", True, "Desert road with cactus at noon"),
        ("Camouflage army pattern", "camouflage,army", True, "Hunter walking through a forest in autumn"),
        ("Zodiac signs set with stars", "horoscope,astrology", True, "Night sky with the Milky Way over a lake"),
        ("Human heart anatomy drawing", "anatomy,artery", True, "Red paper hearts on a string for Valentine's Day"),
        ("Halloween pumpkin and bats", "bat,witch", True, "Pumpkin soup in a bowl with bread"),
        ("Surgeon in an operating room", "surgery,scalpel", False, "Chef cutting a fish in a restaurant kitchen"),
        ("Lion with cubs in the savanna", "lion,safari", False, "Cat sleeping on a windowsill"),
    ],
)
def test_another_theme_that_shares_a_word_or_a_light_is_no_like_picture(
    *, earlier: str, words: str, vector: bool, said: str, stockctl: Program, tmp_path: Path
) -> None:
    first = tmp_path / "work" / ("one.svg" if vector else "one.jpg")
    put(first, VECTOR if vector else jpeg(320, 210, seed=99))
    stockctl("keyword", first, "--title", earlier, "--add", words)
    photo = put(tmp_path / "work" / "DSC_1.jpg", jpeg(320, 210))
    for options in ((), ("--all",)):
        (asset,) = assets(stockctl("keyword", photo, "--context", said, *options, "--json"))
        assert set(words.split(",")).isdisjoint({*grounds(asset), *offered(asset)})


@pytest.mark.parametrize(
    ("earlier", "words", "said", "embedded"),
    [
        ("Bride throwing her bouquet", "bride,wedding", "Woman arranging flowers in a shop", set()),
        ("Easter eggs in a basket with a bunny", "bunny,spring", "Farmer collecting eggs in a hen house", set()),
        ("Wedding couple in a garden", "wedding,groom", "Bride and groom cutting the cake", {"wedding"}),
        ("Barista making latte art", "coffee,drink", "Cup of espresso with beans", {"coffee", "drink"}),
        ("Surfer riding a wave", "surfing,sea", "Man with a surfboard walking on a beach", {"surfing", "sea"}),
    ],
)
def test_a_guess_is_embedded_by_all_where_its_word_says_something_of_the_text(
    earlier: str, words: str, said: str, embedded: set[str], stockctl: Program, tmp_path: Path
) -> None:
    first = put(tmp_path / "one" / "DSC_1.jpg", jpeg(320, 210, seed=99))
    stockctl("keyword", first, "--title", earlier, "--add", words)
    photo = put(tmp_path / "two" / "DSC_2.jpg", jpeg(320, 210))
    called = ("keyword", photo, "--context", said, "--dry-run", "--json")
    (asset,) = assets(stockctl(*called))
    had = {*grounds(asset), *offered(asset)}
    assert set(words.split(",")) <= had
    (asset,) = assets(stockctl(*called, "--all"))
    assert set(words.split(",")) & grounds(asset).keys() == embedded | (
        set(words.split(",")) & set(said.lower().split())
    )


def dated(path: Path, *, latitude: int | None = None) -> Path:
    exif: dict[str, dict[int, object]] = {"Exif": {piexif.ExifIFD.DateTimeOriginal: b"2025:01:14 12:00:00"}}
    if latitude is not None:
        exif["GPS"] = {
            piexif.GPSIFD.GPSLatitudeRef: b"N" if latitude > 0 else b"S",
            piexif.GPSIFD.GPSLatitude: ((abs(latitude), 1), (0, 1), (0, 1)),
            piexif.GPSIFD.GPSLongitudeRef: b"E",
            piexif.GPSIFD.GPSLongitude: ((18, 1), (25, 1), (0, 1)),
        }
    put(path, jpeg(320, 210))
    piexif.insert(piexif.dump(exif), str(path))
    return path


@pytest.mark.parametrize(
    ("latitude", "said", "embedded", "on_offer"),
    [
        (None, "Market hall with fruit stalls", "", "winter"),
        (-34, "Market hall with fruit stalls", "summer", ""),
        (45, "Market hall with fruit stalls", "winter", ""),
        (45, "Market hall in summer", "summer", ""),
        (-7, "Market hall with fruit stalls", "", ""),
    ],
)
def test_a_season_is_embedded_where_the_hemisphere_is_known(
    latitude: int | None, said: str, embedded: str, on_offer: str, stockctl: Program, tmp_path: Path
) -> None:
    path = dated(tmp_path / "DCIM" / "DSC_1.jpg", latitude=latitude)
    (asset,) = assets(stockctl("keyword", path, "--context", said, "--all", "--json"))
    seasons = {"spring", "summer", "autumn", "winter"}
    assert seasons & grounds(asset).keys() == ({embedded} if embedded else set())
    assert seasons & offered(asset) == ({on_offer} if on_offer else set())


@pytest.mark.parametrize(
    ("text", "make", "model"),
    [
        ("KODAK Digital Still Camera", "EASTMAN KODAK COMPANY", "DX3900"),
        ("Minolta DSC", "Minolta Co., Ltd.", "DiMAGE"),
        ("SAMSUNG CSC", "SAMSUNG", "NX1"),
        ("SAMSUNG CAMERA PICTURES", "SAMSUNG", "ES80"),
        ("hdr", "HUAWEI", "P20"),
        ("oznor", "HUAWEI", "P20"),
        ("M2E1L0-0R336B386", "", ""),
        ("Processed with VSCO with a6 preset", "", ""),
        ("Created with GIMP", "", ""),
        ("LEAD Technologies Inc. V1.01", "", ""),
        ("picture", "", ""),
        ("Screenshot", "", ""),
        ("OLYMPUS DIGITAL CAMERA", "OLYMPUS", "E-M1"),
        ("DCIM\\100MEDIA\\DJI_0012.JPG", "DJI", "FC220"),
        ("Digital StillCamera", "Canon", ""),
        ("File source: https://example.org/wiki/File:Foo.jpg", "", ""),
        ("CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90", "", ""),
        ("Exported from Capture One", "", ""),
        ("Default Description", "", ""),
        ("Enter description here", "", ""),
        ("Tagged with the Flickr Uploadr", "", ""),
        ("AI Generated", "", ""),
    ],
)
def test_what_a_camera_or_an_editor_wrote_is_no_text_of_a_person(text: str, make: str, model: str) -> None:
    assert is_machine(text, make, model) or is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "Digital camera on a desk",
        "Digital image of human brain",
        "My picture of grandma baking cookies",
        "Photo editor working at her desk",
        "AI generated portrait of a woman",
        "Optimized for speed: runner on a track",
        "Screenshot of a phone in hand",
        "Lightroom at a museum",
        "Shot from a drone",
        "Exported from Brazil, coffee beans in sacks",
        "Apple on a wooden table",
    ],
)
def test_what_a_person_wrote_is_no_machine_s(text: str) -> None:
    assert not is_machine(text, "Apple", "iPhone 12")


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("Edited JPEG", "Boats on a lake"),
        ("kunde mueller", "Boats on a lake"),
        ("To delete", "Boats on a lake"),
        ("Uploaded to Adobe", "Boats on a lake"),
        ("Canon R5 card 2", "Boats on a lake"),
        ("Trump rally", "People in a street"),
        ("Sarah and Tom wedding", "Rings on a table"),
    ],
)
def test_a_folder_s_name_stays_out_of_the_picture(folder: str, said: str, stockctl: Program, tmp_path: Path) -> None:
    path = put(tmp_path / folder / "DSC_1.jpg", jpeg(320, 210))
    (asset,) = assets(stockctl("keyword", path, "--context", said, "--all", "--json"))
    names = {part.lower() for part in folder.split() if len(part) > 2}
    assert names.isdisjoint(grounds(asset))


@pytest.mark.parametrize(
    ("said", "never"),
    [
        (
            "My sister Katarzyna and her husband Piotr cutting the wedding cake",
            {"katarzyna", "piotr", "sister katarzyna"},
        ),
        ("Portrait of my neighbour Pak Slamet, rice farmer, with a straw hat", {"slamet", "pak slamet"}),
        ("Our daughter Mia's birthday, candles on a cake", {"mia", "daughter mia"}),
    ],
)
def test_a_private_name_is_on_offer_at_most(said: str, never: set[str], stockctl: Program, tmp_path: Path) -> None:
    path = put(tmp_path / "DCIM" / "DSC_1.jpg", jpeg(320, 210))
    (asset,) = assets(stockctl("keyword", path, "--context", said, "--all", "--json"))
    assert never.isdisjoint(grounds(asset))
    assert "private-name" in {finding["name"] for finding in asset["findings"]}


@pytest.mark.parametrize(
    "words",
    [
        "lisbon, lisbon tram, bali beach, santorini sunset, mount fuji, tanah lot, borobudur temple, eiffel tower",
        "balinese, javanese, asian, indonesian food, thai massage, sydney opera house, london eye, oktoberfest munich",
        "anna, john, derrick, mr lee, mbak sari, pope francis, jokowi, putin, messi, Siti Nurhaliza",
        "gojek, klm, coca cola, siemens, indomie, ים, 猫",
    ],
)
def test_a_place_a_person_and_a_brand_stay_with_their_picture(words: str) -> None:
    assert [word for word in words.split(", ") if travels(word)] == []


def test_things_and_their_names_go_from_picture_to_picture() -> None:
    words = (
        "tomato, copy space, french fries, german shepherd, panama hat, christmas tree, nasi goreng, batik, "
        "muslim family, modern house, lake house, t-shirt, 5g network, no people, rose, summer, golden retriever"
    )
    assert [word for word in words.split(", ") if not travels(word)] == []


def shot(path: Path, minute: int) -> Path:
    put(path, jpeg(320, 210, seed=minute))
    piexif.insert(piexif.dump({"Exif": {piexif.ExifIFD.DateTimeOriginal: f"2026:08:01 10:{minute:02}:00"}}), str(path))
    return path


def test_a_neighbour_of_the_same_hour_speaks_only_where_the_scene_is_alike(stockctl: Program, tmp_path: Path) -> None:
    first, second, like = (shot(tmp_path / "DCIM" / f"DSC_{at}.jpg", at) for at in range(3))
    stockctl("keyword", first, "--title", "Surgeon operating in a hospital theatre", "--add", "surgery,scalpel")
    said = "Mountain landscape with a lake at dawn"
    for options in ((), ("--all",)):
        (asset,) = assets(stockctl("keyword", second, "--context", said, *options, "--json"))
        assert {"surgery", "scalpel"}.isdisjoint({*grounds(asset), *offered(asset)})
    (asset,) = assets(stockctl("keyword", like, "--context", "Doctors in a hospital during an operation", "--json"))
    assert {"surgery", "scalpel"} <= offered(asset)


def test_a_folders_name_makes_no_two_pictures_alike(stockctl: Program, tmp_path: Path) -> None:
    vector = put(tmp_path / "mount" / "batik.svg", VECTOR)
    stockctl("keyword", vector, "--title", "Seamless batik pattern from Java", "--add", "batik,textile")
    photo = put(tmp_path / "mount" / "DSC_1.jpg", jpeg(320, 210))
    (asset,) = assets(stockctl("keyword", photo, "--all", "--json"))
    assert {"batik", "textile", "pattern"}.isdisjoint({*grounds(asset), *offered(asset)})


def test_all_is_named_only_where_it_embeds_something(stockctl: Program, tmp_path: Path) -> None:
    photo = put(tmp_path / "forest" / "DSC_1.jpg", jpeg(320, 210))
    of_folder = stockctl("keyword", photo, "--title", "Red apples on a wooden table")
    assert "choose from what is on offer: --interactive or --sheet FILE.csv\n" in of_folder.out
    named = put(tmp_path / "forest" / "red-apples-wooden-table.jpg", jpeg(320, 210, seed=2))
    assert "--all" in stockctl("keyword", named).out


def test_a_name_with_an_accent_is_no_word_of_a_folder(stockctl: Program, tmp_path: Path) -> None:
    photo = put(tmp_path / "Hochzeit Müller" / "DSC_1.jpg", jpeg(320, 210))
    (asset,) = assets(stockctl("keyword", photo, "--title", "Red apples on a wooden table", "--json"))
    assert "müller" not in offered(asset)


def test_a_keyword_that_was_typed_untidily_is_offered_tidy(stockctl: Program, tmp_path: Path) -> None:
    first, second = (put(tmp_path / "DCIM" / f"DSC_{at}.jpg", jpeg(320, 210, seed=at)) for at in range(2))
    stockctl("keyword", first, "--title", "Red apples on a wooden table", "--add", "“ripe”,green  leaf")
    (asset,) = assets(stockctl("keyword", second, "--title", "Green apples on a wooden table", "--json"))
    assert {"ripe", "green leaf"} <= offered(asset) | grounds(asset).keys()
    assert {"“ripe”", "green  leaf"}.isdisjoint(offered(asset))


@pytest.mark.parametrize(
    "words",
    [
        "trump, modi, macron, musk, madonna, lady gaga, bad bunny, u2, the millers, anna's wedding, client weber",
        "mayo clinic, bayer, nestle, android, amazon, coke, under armour, paw patrol, premier league, bolt, arsenal",
        "pike place, borough market, bran castle, phi phi, half dome, k2, broadway, grandma rose, müller, piccadilly",
        "puma, sap, aperol spritz, ford, dodge, visa, oracle, big mac, pizza hut, star trek, angry birds, new balance",
        "berlin, blue lagoon, boston, warsaw, accra, marseille, genoa, malacca, berlin wall",
    ],
)
def test_a_name_made_of_english_words_stays_with_its_picture(words: str) -> None:
    assert [word for word in words.split(", ") if travels(word)] == []


def test_what_is_like_a_name_goes_from_picture_to_picture() -> None:
    words = (
        "the end, valentine's day, farmer's market, bull's eye, family dinner, client meeting, chef hat, shell, "
        "jaguar, apple, orange, target, boston terrier, ford crossing, tree sap, martini, matchbox, peanuts, cars"
    )
    assert [word for word in words.split(", ") if not travels(word)] == []
