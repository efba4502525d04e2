"""What a plan says of one's own work is what counting it by hand gives, in catalogues of any shape."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import assets, keywords
from stockctl.catalogue.sent import ledger
from stockctl.catalogue.sold import sales, worked_out
from stockctl.catalogue.sums import now
from stockctl.files.fingerprint import Fingerprint
from stockctl.plan import niches, seasons
from stockctl.plan import own as own_module
from stockctl.plan import table as table_module
from stockctl.plan.coverage import Works, works
from stockctl.plan.events import Event
from stockctl.plan.own import _monthly, _sold, own_work
from stockctl.plan.table import Monthly, Table, of_catalogue, of_works
from stockctl.words.lemma import key, key_version

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from stockctl.catalogue import Catalogue


def test_words_that_meet_are_counted_as_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "AT_ONCE", 7)
    draw = random.Random(3)  # noqa: S311 - invented
    vocabulary = [f"w{number}" for number in range(12)]
    words = {f"m{number}": tuple(draw.sample(vocabulary, draw.randrange(9))) for number in range(60)}
    table, _ = of_works(Works(words, {}), {})
    numbers = list(range(9))
    common = [table.spelt[number] for number in numbers]
    found = niches._likeness(table, numbers)
    for one, other in combinations(range(len(common)), 2):
        both = sum(common[one] in own and common[other] in own for own in words.values())
        either = sum(common[one] in own or common[other] in own for own in words.values())
        assert found[one, other] == found[other, one] == both / either


def test_a_catalogue_without_words_has_no_niches() -> None:
    assert niches.niches(of_works(Works({"a": ()}, {}), {})[0]) == []


def test_sales_of_pictures_without_words_are_no_season() -> None:
    months = {f"{year}-{month:02d}": 9 for year in (2023, 2024, 2025) for month in range(1, 13)}
    assert seasons.seasons(*of_works(Works({}, {}), {}, {"a": months})).found == ()


def test_months_of_words_are_summed_as_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "AT_ONCE", 16)
    draw = random.Random(8)  # noqa: S311 - invented
    vocabulary = [f"w{number:02}" for number in range(15)]
    words = {f"m{number}": tuple(draw.sample(vocabulary, draw.randrange(9))) for number in range(90)}
    months = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
    sold = {one: {month: draw.choice((1, 2, -1, 9)) for month in draw.sample(months, 9)} for one in [*words, "none"]}
    table, by_month = of_works(Works(words, {}), {}, sold)
    assert by_month.sales == sum(sum(counts.values()) for counts in sold.values())
    # One month is not counted.
    expected = {}
    for word in vocabulary:
        own = [one for one, held in words.items() if word in held]
        expected[word] = [sum(sold[one].get(month, 0) for one in own) for month in months[1:]]
    least = sorted(map(sum, expected.values()))[3]
    numbers, found = by_month.of(months[1:], least)
    told_ = {table.spelt[number]: row for number, row in zip(numbers.tolist(), found.tolist(), strict=True)}
    assert told_ == {word: row for word, row in expected.items() if sum(row) >= least}


def test_a_season_is_told_of_many_words_as_of_each() -> None:
    """Words that cannot have one are left out before each is looked at."""
    draw = random.Random(9)  # noqa: S311 - invented
    months = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)]
    words = {f"m{number}": (f"w{number:02}",) for number in range(60)}
    sold = {}
    for one in words:
        top = draw.choice((1, 4, 9, 20, 60))
        sold[one] = {month: draw.choice((0, 3, top)) for month in months}
    table, by_month = of_works(Works(words, {}), {}, sold)
    found = seasons.seasons(table, by_month).found
    by_hand = []
    for one, (word,) in words.items():
        # December 2025 may not be over: the two whole years end a month before.
        every = [sold[one][month] for month in months]
        years = [every[-25:-13], every[-13:-1]]
        if (season := seasons._season(word, years, 11)) is not None:
            by_hand.append(season)
    assert found
    assert sorted(found, key=lambda one: one.word) == sorted(by_hand, key=lambda one: one.word)


def filled(catalogue: Catalogue) -> None:
    draw = random.Random(7)  # noqa: S311 - invented
    entries = [
        sales.Entry(
            agency=draw.choice(("alamy", "pond5")),
            day=date(2023, 1, 1) + timedelta(days=draw.randrange(1000)),
            amount=draw.choice((330_000, -330_000)),
            currency=draw.choice(("USD", "EUR")),
            kind="image",
            file=f"f{draw.randrange(30)}.jpg",
            downloads=draw.choice((1, 1, 2, 0, -1)),
        )
        for _ in range(300)
    ]
    sales.book(catalogue, entries, source="first")
    with catalogue.transaction() as connection:
        # Two sold files in three are pictures of the catalogue, some of them the same one.
        connection.execute("UPDATE sold SET media_id = 'm' || (id % 11) WHERE id % 3 > 0")


def told(table: Table, sold: Monthly) -> tuple[list[Any], Any]:
    """Return what is told of each picture that is online: its words, whether it was sent, and all that it brought.

    Beside it stands what is told of all words: how many pictures have each, and how they sold by month.
    """
    words: dict[int, list[str]] = defaultdict(list)
    for part in map(table.keyed, table.parts()):
        for owner, word in zip(part.owner.tolist(), part.words.tolist(), strict=True):
            words[owner].append(table.spelt[word])
    found = []
    for number in {*words, *np.flatnonzero(table.online).tolist()}:
        earned_ = {currency: int(sums[number]) for currency, sums in table.earned.items() if sums[number]}
        found.append(
            (sorted(words[number]), bool(table.sent[number]), int(table.downloads[number]), sorted(earned_.items()))
        )
    counts = Counter(word for held in words.values() for word in held)
    having = np.flatnonzero(table.counts).tolist()
    assert {table.spelt[number]: int(table.counts[number]) for number in having} == counts
    assert table.worded == sum(bool(held) for held in words.values())
    order = sorted(having, key=lambda number: table.spelt[number])
    together = Counter(pair for held in words.values() for pair in combinations(sorted(held), 2))
    meeting = table.meeting(order)
    for (at, one), (other_at, other) in combinations(enumerate(table.spelt[number] for number in order), 2):
        assert meeting[at, other_at] == meeting[other_at, at] == together[one, other]
    by_month = [
        sorted((table.spelt[key_], downloads) for key_, downloads in sold.columns[month].tolist())
        for month in sold.months
    ]
    return sorted(found), (sold.months, sold.sales, by_month)


def told_of(catalogue: Catalogue) -> tuple[list[Any], Any]:
    """Return what the catalogue tells through its sums, and keep these sometimes."""
    before = worked_out.version(catalogue)
    with keywords.packed(catalogue, key, key_version()):
        sums = now.of_now(catalogue.connection)
        found = told(*of_catalogue(catalogue.connection, sums))
    now.keep_if(catalogue, sums, before)
    return found


def by_hand(catalogue: Catalogue) -> tuple[list[Any], Any]:
    """Return the same from all files, uploads and sales."""
    downloads, income = _sold(catalogue)
    sent = dict.fromkeys(ledger.arrived_anywhere(catalogue), ("any",))
    return told(*of_works(works(catalogue, sent, downloads), income, _monthly(catalogue)))


def test_sales_are_summed_by_picture_as_by_hand(tmp_path: Path) -> None:
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        assert _monthly(catalogue) == {}
        assert _sold(catalogue) == ({}, {})
        filled(catalogue)
        months: dict[str, Counter[str]] = defaultdict(Counter)
        downloads: Counter[str] = Counter()
        earned: dict[str, Counter[str]] = defaultdict(Counter)
        for day, count, media_id, currency, amount in catalogue.rows(
            "SELECT day, downloads, media_id, currency, amount_micro FROM sale_rows WHERE media_id IS NOT NULL"
        ):
            downloads[media_id] += count
            earned[media_id][currency] += amount
            if count:
                months[media_id][day[:7]] += count
        assert {media_id: dict(counts) for media_id, counts in _monthly(catalogue).items()} == months
        assert _sold(catalogue) == (downloads, earned)
        assert told_of(catalogue) == told(*of_works(Works({}, {}, {}, downloads), earned, months))


def test_of_several_files_of_a_picture_the_first_by_path_tells_its_words(tmp_path: Path) -> None:
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        with catalogue.transaction() as connection:
            connection.execute("INSERT INTO assets VALUES ('m', 'photo', 'jpeg', ''), ('n', 'photo', 'jpeg', '')")
            for path, media_id, words in (
                ("/b", "m", ["Boats"]),
                ("/z", "n", ["Snow"]),
                ("/a", "m", ["Lake", "lake"]),
                ("/0", "m", None),
            ):
                facts = json.dumps({"record": {"keywords": words}} if words else {})
                connection.execute("INSERT INTO files VALUES (?, ?, 'f', 1, 1, 1, '1', ?, '')", (path, media_id, facts))
        own = works(catalogue, {}, {})
        assert list(own.words.items()) == [("m", ("lake",)), ("n", ("snow",))]


def seen(path: Path, media_id: str, words: list[str] | None) -> assets.Seen:
    facts = {"kind": "photo", "format": "jpeg", "record": {} if words is None else {"keywords": words}}
    return assets.Seen(str(path), media_id, "f", Fingerprint(1, 1, 1), "1", json.dumps(facts))


def test_packed_keywords_are_those_that_stand_in_the_files(tmp_path: Path) -> None:
    draw = random.Random(5)  # noqa: S311 - invented
    vocabulary = ["Boats", "boat", "lake", "Snow", "colour", "color", "sea side"]
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        for turn in range(30):
            # Files are looked at anew, moved and changed under their path; of some pictures there are several.
            files = [
                seen(
                    tmp_path / f"{draw.choice('ab')}{draw.randrange(12)}.jpg",
                    f"m{draw.randrange(9)}",
                    # What a file does not say is left out of what is known of it.
                    draw.choice([None, draw.sample(vocabulary, 3)]),
                )
                for _ in range(3)
            ]
            for file in files:
                (tmp_path / file.path).touch() if draw.random() < 0.7 else (tmp_path / file.path).unlink(
                    missing_ok=True
                )
            assets.record(catalogue, files)
            with keywords.packed(catalogue, key, key_version()):
                found = keywords.with_keys(catalogue, [key(word) for word in vocabulary])
            assert told_of(catalogue) == by_hand(catalogue), turn
            expected: dict[str, set[str]] = defaultdict(set)
            for media_id, words in works(catalogue, {}, {}).words.items():
                for word in words:
                    expected[word].add(media_id)
            assert {word: pictures for word, pictures in found.items() if pictures} == expected, turn
        # Other rules make other keys.
        with keywords.packed(catalogue, str.upper, "other"):
            assert keywords.with_keys(catalogue, ["LAKE"]).keys() == {"LAKE"}


def test_a_file_that_comes_between_takes_no_block_away(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    with open_catalogue(path) as catalogue, open_catalogue(path) as other:
        assets.record(catalogue, [seen(tmp_path / "a.jpg", "a", ["lake"])])
        with keywords.packed(catalogue, key, key_version()):
            assets.record(other, [seen(tmp_path / "b.jpg", "b", ["lake"])])
            # It is of the moment in which all was packed.
            assert keywords.with_keys(catalogue, ["lake"]) == {"lake": {"a"}}
        with keywords.packed(catalogue, key, key_version()):
            assert keywords.with_keys(catalogue, ["lake"]) == {"lake": {"a", "b"}}
        with other.transaction(), keywords.packed(catalogue, key, key_version()):
            # Nothing is to be packed: who writes holds nobody up.
            assert keywords.with_keys(catalogue, ["lake"]) == {"lake": {"a", "b"}}


def test_of_a_large_catalogue_the_files_for_an_event_are_of_now_and_the_rest_nearly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_module, "_FEW_FILES", 0)
    event = Event("Lake day", date(2026, 12, 1), date(2026, 12, 1), ("lakes",))
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        assets.record(
            catalogue, [seen(tmp_path / f"{n:03}.jpg", f"m{n}", ["lake", "boat"][: 1 + n % 2]) for n in range(300)]
        )
        first = own_work(catalogue, [event])
        assert (first.coverage[event.words].files, first.files, first.since) == (300, 300, (0, 0))
        assets.record(catalogue, [seen(tmp_path / f"{n:03}.jpg", f"m{n}", ["lake", "boat"]) for n in range(300, 302)])
        then = own_work(catalogue, [event])
        assert (then.coverage[event.words].files, then.files, then.since) == (302, 300, (2, 0))
        with open_catalogue(tmp_path / "catalogue.db") as other:
            assets.record(catalogue, [seen(tmp_path / "302.jpg", "m302", ["lake"])])
            catalogue.connection.execute("BEGIN IMMEDIATE")
            # Another command is writing: nothing can be kept, and all is told.
            while_writing = own_work(other, [event])
            catalogue.connection.execute("COMMIT")
        assert while_writing == own_work(catalogue, [event])
        assets.record(catalogue, [seen(tmp_path / "303.jpg", "m303", ["lake"])])
        last = own_work(catalogue, [event])
        assert (last.coverage[event.words].files, last.files, last.since) == (304, 304, (0, 0))
        assert list(last.niches) == niches.niches(of_works(works(catalogue, {}, {}), {})[0]) != list(then.niches)
