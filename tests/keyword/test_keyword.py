"""`stockctl keyword` from outside: what stands in the files, in which order, and why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import piexif
import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import assets
from stockctl.metadata import read
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

    Program = Callable[..., Run]

TITLE = "Fishing boat on a calm lake at sunrise"
LONG = ("forest", "church", "mill", "bridge", "barn", "garden", "windmill", "meadow", "pier")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return put(tmp_path / "DCIM" / "DSC_0001.jpg", jpeg(640, 420))


def words(asset: dict[str, Any], source: str = "") -> list[str]:
    return [entry["word"] for entry in asset["keywords"] if source in {"", entry["source"]}]


def test_the_title_gives_ranked_keywords_that_are_embedded(stockctl: Program, photo: Path) -> None:
    run = stockctl("keyword", photo, "--title", TITLE, "--json")
    assert run.code == 0, run.err
    (asset,) = run.json["assets"]
    assert asset["changed"]
    assert {"boat", "lake", "sunrise"} <= set(words(asset, "caption"))
    assert all(0 < entry["score"] <= 1 for entry in asset["keywords"])
    assert {entry["ground"] for entry in asset["keywords"]} == {"said"}
    record = read(photo).record
    assert list(record.keywords) == words(asset)
    assert record.title == TITLE
    assert record.description == asset["description"] == f"{TITLE}."
    assert run.json["batch"] == 1


def test_a_dry_run_touches_nothing(stockctl: Program, photo: Path) -> None:
    before = photo.read_bytes()
    run = stockctl("keyword", photo, "--title", TITLE, "--dry-run", "--json")
    assert run.json["dry_run"]
    assert run.json["batch"] is None
    assert run.json["assets"][0]["changed"]
    assert photo.read_bytes() == before
    assert stockctl("history", "--json").json["batches"] == []


def test_a_persons_words_come_first_and_in_their_order(stockctl: Program, photo: Path) -> None:
    own = "zebra stripes,Nikon,a; b,sunrise,boats,zebra"
    run = stockctl("keyword", photo, "--title", TITLE, "--add", own, "--limit", "2", "--json")
    (asset,) = run.json["assets"]
    assert words(asset)[:6] == own.split(",")
    assert words(asset, "person") == own.split(",")
    assert len(words(asset)) == 8
    assert "boat" not in words(asset)
    assert {"trademark", "keyword-spam"} <= {finding["name"] for finding in asset["findings"]}
    again = stockctl("keyword", photo, "--json").json["assets"][0]
    assert words(again)[:6] == own.split(",")


def test_limit_never_caps_a_persons_words(stockctl: Program, photo: Path) -> None:
    own = [f"word {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(60)]
    run = stockctl("keyword", photo, "--add", ",".join(own), "--title", TITLE, "--limit", "0", "--json")
    assert words(run.json["assets"][0]) == own
    assert list(read(photo).record.keywords) == own


def test_set_replaces_all_and_asks_for_nothing(stockctl: Program, photo: Path) -> None:
    stockctl("keyword", photo, "--add", "old one,older", "--title", TITLE)
    run = stockctl("keyword", photo, "--set", " lake , boat,, lake", "--json")
    assert words(run.json["assets"][0]) == ["lake", "boat"]
    assert run.json["assets"][0]["offered"] == []
    assert read(photo).record.keywords == ("lake", "boat")
    assert read(photo).record.title == TITLE


def test_what_is_removed_is_gone_and_not_suggested_again(stockctl: Program, photo: Path) -> None:
    stockctl("keyword", photo, "--title", TITLE)
    assert "boat" in read(photo).record.keywords
    run = stockctl("keyword", photo, "--remove", "boat,Sunrise", "--json")
    kept = words(run.json["assets"][0])
    assert kept
    assert {"boat", "sunrise", "boats"}.isdisjoint(kept)


def test_options_that_contradict_each_other_are_a_wrong_call(stockctl: Program, photo: Path) -> None:
    assert stockctl("keyword", photo, "--set", "a", "--add", "b").code == 2
    assert stockctl("keyword").code == 2
    assert stockctl("keyword", photo, "--price", "cheap").code == 2
    assert stockctl("keyword", photo, "--category", "adobe_stock=99").code == 2
    unknown = stockctl("keyword", photo, "--agency", "adobe_stok")
    assert unknown.code == 2
    assert "did you mean" in unknown.err


def test_a_category_named_twice_keeps_both_and_a_third_is_refused(
    stockctl: Program, photo: Path, tmp_path: Path
) -> None:
    both = ("--category", "shutterstock=Nature", "--category", "shutterstock=Animals/Wildlife")
    stockctl("keyword", photo, "--set", "boat", *both)
    table = tmp_path / "t.csv"
    stockctl("keyword", photo, "--sheet", table)
    assert "Nature,Animals/Wildlife" in table.read_text(encoding="utf-8-sig")
    third = stockctl("keyword", photo, *both, "--category", "shutterstock=Religion")
    assert (third.code, "takes 2 categories, not 3" in third.err) == (2, True)


def test_choices_are_kept_in_the_catalogue(stockctl: Program, photo: Path, home: Path) -> None:
    run = stockctl(
        "keyword", photo, "--set", "boat", "--category", "adobe_stock=11", "--editorial", "--price", "12.50",
        "--licence", "RF", "--mature", "--illustration", "--json",
    )  # fmt: skip
    with open_catalogue(home / "catalogue.db") as catalogue:
        kept = assets.choices(catalogue, run.json["assets"][0]["media_id"])
    assert kept == {
        "category.adobe_stock": "11",
        "editorial": "yes",
        "price": "12.50",
        "licence": "RF",
        "mature": "yes",
        "illustration": "yes",
    }


def test_creator_and_copyright_come_from_the_settings_where_the_file_says_none(
    stockctl: Program, photo: Path, home: Path
) -> None:
    (home / "stockctl.toml").write_text('[defaults]\ncreator = ["Ketut, Jr."]\ncopyright = "© 2026 Ketut"\n')
    stockctl("keyword", photo, "--set", "boat")
    assert (read(photo).record.creators, read(photo).record.copyright) == (("Ketut, Jr.",), "© 2026 Ketut")
    run = stockctl("keyword", photo, "--set", "boat", "--creator", "A, B", "--creator", "C")
    assert run.code == 0, run.out + run.err
    assert read(photo).record.creators == ("A, B", "C")


def test_suggestions_are_rejected_by_name_and_a_persons_words_are_not(stockctl: Program, tmp_path: Path) -> None:
    path = put(tmp_path / "DCIM" / "nikon-frisbee-dog-on-beach.jpg", jpeg(640, 420))
    (asset,) = stockctl("keyword", path, "--all", "--json").json["assets"]
    assert {("nikon", "trademark"), ("frisbee", "trademark")} <= {
        (entry["word"], entry["why"]) for entry in asset["rejected"]
    }
    assert {"dog", "beach"} <= set(words(asset, "file"))
    stockctl("words", "allow", "frisbee")
    (asset,) = stockctl("keyword", path, "--all", "--json").json["assets"]
    assert "frisbee" in words(asset)
    stockctl("words", "ban", "beaches")
    other = put(tmp_path / "DCIM" / "cat-on-beach.jpg", jpeg(640, 420, seed=1))
    (asset,) = stockctl("keyword", other, "--json").json["assets"]
    assert {"word": "beach", "why": "banned"} in asset["rejected"]


def test_no_two_keywords_share_a_lemma(stockctl: Program, tmp_path: Path) -> None:
    path = put(tmp_path / "boats" / "colourful-boat-boats.jpg", jpeg(640, 420))
    title = "Colorful boats and a colourful boat, boating"
    (asset,) = stockctl("keyword", path, "--title", title, "--json").json["assets"]
    assert len([word for word in words(asset) if word in {"boat", "boats", "boating", "colorful", "colourful"}]) == 2


def test_place_and_season_come_from_the_file(stockctl: Program, tmp_path: Path) -> None:
    exif = piexif.dump(
        {
            "Exif": {piexif.ExifIFD.DateTimeOriginal: b"2025:01:14 12:00:00"},
            "GPS": {
                piexif.GPSIFD.GPSLatitudeRef: b"S",
                piexif.GPSIFD.GPSLatitude: ((33, 1), (55, 1), (0, 1)),
                piexif.GPSIFD.GPSLongitudeRef: b"E",
                piexif.GPSIFD.GPSLongitude: ((18, 1), (25, 1), (0, 1)),
            },
        }
    )
    path = put(tmp_path / "DCIM" / "DSC_1.jpg", jpeg(640, 420))
    piexif.insert(exif, str(path))
    (asset,) = stockctl("keyword", path, "--context", "Market hall with fruit stalls", "--json").json["assets"]
    assert words(asset, "place") == ["south africa", "western cape"]
    assert words(asset, "time") == []
    assert {("cape town", "known"), ("summer", "known")} <= {
        (entry["word"], entry["ground"]) for entry in asset["offered"]
    }
    assert asset["title"] == "Market hall with fruit stalls"
    assert asset["description"] == "Market hall with fruit stalls, Western Cape, South Africa."


def test_agencies_forms_are_shown_and_validated(stockctl: Program, photo: Path) -> None:
    run = stockctl("keyword", photo, "--title", "Boat, lake", "--set", "boat", "--agency", "adobe_stock", "--json")
    form = run.json["assets"][0]["agencies"]["adobe_stock"]
    assert form["title"] == "Boat lake"
    assert form["problems"] == ["too-few-keywords: 1, needs 5"]
    assert run.code == 1


def test_without_keybert_the_same_words_are_found(
    stockctl: Program, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = f"{TITLE}. " + " ".join(f"Behind it {word} stands near the shore." for word in LONG)
    call = ("keyword", photo, "--title", TITLE, "--description", long, "--dry-run", "--json")
    with_it = stockctl(*call)
    monkeypatch.setitem(sys.modules, "keybert", None)
    without = stockctl(*call)
    assert without.code == 0
    assert without.err == ""
    assert {"boat", "lake"} <= set(words(without.json["assets"][0])) | {
        entry["word"] for entry in without.json["assets"][0]["offered"]
    }
    assert without.json == with_it.json


def test_without_the_text_model_the_other_sources_go_on(
    stockctl: Program, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stockctl.keyword.embed import embedder

    monkeypatch.setattr(embedder, "FOLDER", tmp_path / "nothing")
    embedder.load.cache_clear()
    long = f"{TITLE}. " + " ".join(f"Behind it {word} stands near the shore." for word in LONG)
    run = stockctl("keyword", photo, "--title", TITLE, "--description", long, "--json")
    embedder.load.cache_clear()
    assert run.code == 0
    assert "the text model cannot be read" in run.err
    assert {"boat", "lake", "sunrise"} <= set(words(run.json["assets"][0]))


def test_near_identical_files_with_the_same_words_are_warned(stockctl: Program, tmp_path: Path) -> None:
    put(tmp_path / "a.jpg", jpeg(640, 420))
    put(tmp_path / "b.jpg", jpeg(640, 420, seed=1))
    run = stockctl("keyword", tmp_path, "--title", TITLE, "--set", "boat,lake", "--json")
    assert all("same-words" in {finding["name"] for finding in asset["findings"]} for asset in run.json["assets"])


def test_undo_brings_back_every_byte(stockctl: Program, photo: Path) -> None:
    before = photo.read_bytes()
    stockctl("keyword", photo, "--title", TITLE)
    assert photo.read_bytes() != before
    assert stockctl("undo", "--json").json["files"][0]["state"] == "restored"
    assert photo.read_bytes() == before


def test_a_second_run_changes_nothing(stockctl: Program, photo: Path) -> None:
    stockctl("keyword", photo, "--title", TITLE)
    after = photo.read_bytes()
    run = stockctl("keyword", photo, "--json")
    assert not run.json["assets"][0]["changed"]
    assert run.json["batch"] is None
    assert photo.read_bytes() == after


class TestBadInput:
    """What people's files really hold."""

    @pytest.mark.parametrize("joined", ["boat; lake; sunrise; calm", "boat, lake, sunrise, calm"])
    def test_all_keywords_in_one(self, stockctl: Program, photo: Path, joined: str) -> None:
        from stockctl.metadata import Record
        from stockctl.metadata.changes import history

        with open_catalogue(photo.parent / "c.db") as catalogue, history.batch(catalogue, of="keyword") as batch:
            batch.write(photo, Record(title=TITLE, keywords=(joined,)))
        (asset,) = stockctl("keyword", photo, "--limit", "0", "--json").json["assets"]
        assert words(asset) == ["boat", "lake", "sunrise", "calm"]
        assert "joined-keywords" in {finding["name"] for finding in asset["findings"]}

    def test_a_keyword_of_300_characters_is_kept_and_warned_about(self, stockctl: Program, photo: Path) -> None:
        run = stockctl("keyword", photo, "--set", f"{'x' * 300},boat", "--json")
        assert run.code == 0
        assert words(run.json["assets"][0]) == ["x" * 300, "boat"]
        assert "keyword-spam" in {finding["name"] for finding in run.json["assets"][0]["findings"]}
        assert read(photo).record.keywords == ("x" * 300, "boat")

    def test_500_keywords_are_kept_and_warned_about(self, stockctl: Program, photo: Path) -> None:
        many = [f"thing{n}" for n in range(500)]
        run = stockctl("keyword", photo, "--set", ",".join(many), "--json")
        assert words(run.json["assets"][0]) == many
        assert "too-many-keywords" in {finding["name"] for finding in run.json["assets"][0]["findings"]}

    def test_suggestions_do_not_fill_a_file_beyond_what_agencies_take(self, stockctl: Program, photo: Path) -> None:
        own = [f"thing {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(48)]
        texts = ("--title", "A farmer harvests rice beside a lake")
        (asset,) = stockctl("keyword", photo, "--add", ",".join(own), *texts, "--all", "--json").json["assets"]
        assert words(asset)[:48] == own
        assert len(words(asset)) == 49
        stockctl("undo")
        (asset,) = stockctl("keyword", photo, "--add", ",".join([*own, "z", "y"]), *texts, "--json").json["assets"]
        assert words(asset) == [*own, "z", "y"]
        (asset,) = stockctl("keyword", photo, *texts, "--limit", "60", "--all", "--json").json["assets"]
        assert len(words(asset)) > 50

    def test_of_many_slips_the_first_are_told_and_the_others_counted(self, stockctl: Program, photo: Path) -> None:
        slips = ["mountani", "rivre", "forets", "gardne", "windwo", "summre", "wintre", "yellwo", "brideg", "markte"]
        slips += ["holidya", "famiyl", "peopel"]
        (asset,) = stockctl("keyword", photo, "--set", ",".join(slips), "--json").json["assets"]
        told = [finding["message"] for finding in asset["findings"] if finding["name"] == "spelling"]
        assert len(told) == 11
        assert "3 more words may be slips" in told

    def test_standards_that_contradict_each_other_are_told(self, stockctl: Program, photo: Path) -> None:
        stockctl("keyword", photo, "--title", "Boat on a lake", "--set", "boat")
        data = photo.read_bytes()
        assert data.count(b"Boat on a lake") >= 2
        # The title's last copy is another one now: two standards disagree.
        at = data.rindex(b"Boat on a lake")
        photo.write_bytes(data[:at] + b"Goat on a lake" + data[at + 14 :])
        (asset,) = stockctl("keyword", photo, "--dry-run", "--json").json["assets"]
        assert "conflict" in {finding["name"] for finding in asset["findings"]}

    def test_a_text_file_named_jpg_is_an_error_and_the_rest_goes_on(self, stockctl: Program, photo: Path) -> None:
        put(photo.parent / "text.jpg", b"no picture at all")
        put(photo.parent / "empty.jpg", b"")
        run = stockctl("keyword", photo.parent, "--title", TITLE, "--json")
        assert run.code == 1
        assert {Path(error["path"]).name for error in run.json["errors"]} == {"text.jpg", "empty.jpg"}
        assert run.json["assets"][0]["changed"]


def test_the_first_pictures_words_are_not_those_of_every_other(stockctl: Program, tmp_path: Path) -> None:
    first = put(tmp_path / "alps" / "clouds.jpg", jpeg(640, 420))
    stockctl("keyword", first, "--title", "Clouds over the Alps", "--set", "clouds, alps, sky, peak")
    other = put(tmp_path / "food" / "oranges-at-the-market.jpg", jpeg(640, 420, seed=1))
    (asset,) = stockctl("keyword", other, "--dry-run", "--json").json["assets"]
    assert {"clouds", "alps", "sky", "peak"}.isdisjoint(entry["word"] for entry in asset["keywords"])
    assert "oranges" in [entry["word"] for entry in asset["offered"]]
