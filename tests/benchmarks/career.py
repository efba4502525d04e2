"""Invent the catalogue of a whole career, for benchmarks and for tests of what a command costs.

For each asset a file, a hash, a work with its words, ten uploads and a few
decisions, choices, releases and suggestions; and a statement of sales.
Everything follows from an asset's number, so that two runs make the same.
"""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from stockctl.catalogue import Catalogue

AGENCIES = (
    *("shutterstock", "adobe_stock", "istock_getty", "alamy", "dreamstime"),
    *("depositphotos", "123rf", "pond5", "freepik", "bigstock"),
)
DECIDING = AGENCIES[:3]
REASONS = ("", "", "", "noise", "out of focus", "similar content", "trademark")
FOLDER_OF = 200
DIMENSIONS, SHOOTS_ALIKE = 384, 400
SENTENCE, KEYWORDS = 9, 25
UPLOADS = (
    *("agency", "media_id", "part", "kind", "path", "size", "mtime_ns", "inode", "folder", "remote", "state"),
    *("delivery", "attempts", "handed_over", "why", "owner", "cells", "sheet", "changed_at"),
)
AT = "2026-11-20T12:00:00+00:00"
FIRST_DAY = date(2020, 12, 1)
DAYS = 2180


def fill(catalogue: Catalogue, assets: int, uploads: int = len(AGENCIES)) -> None:
    """Invent a career of `assets` assets in a catalogue that knows one real file, whose facts all others get.

    Each asset was sent to `uploads` agencies.

    What commands work out once and keep is worked out, so that none of those measured pays for it.
    """
    connection = catalogue.connection
    template = connection.execute("SELECT * FROM files").fetchone()
    with catalogue.transaction():
        Invented(connection, assets, dict(template), uploads).write()
    learn(catalogue)


def learn(catalogue: Catalogue) -> None:
    """Work out what commands work out once and keep, or keep as they go on."""
    from stockctl.agencies import load
    from stockctl.catalogue.seen import hashes
    from stockctl.catalogue.sums import now, shown
    from stockctl.check.thresholds import THRESHOLDS
    from stockctl.keyword.earlier.terms import work_out
    from stockctl.keyword.embed import MODEL
    from stockctl.review.learn import Measure
    from stockctl.review.run import lessons
    from stockctl.words.lemma import key, key_version

    work_out(catalogue, MODEL)
    measures = {rule: Measure(one.measurement, one.limit, one.above) for rule, one in THRESHOLDS.items()}
    with catalogue.transaction() as connection:
        hashes._pack(connection, hash_version())
    now.fill(catalogue, key, key_version())
    shown.of_now(catalogue)
    agencies = load()
    for name in DECIDING:
        lessons(catalogue, agencies[name], measures)


@dataclass
class Invented:
    """Writes the rows of an invented career; everything follows from the number of an asset."""

    connection: sqlite3.Connection
    assets: int
    template: dict[str, Any]
    uploads: int = len(AGENCIES)

    def write(self) -> None:
        """Write every table, some hundred thousand rows at a time."""
        tables: tuple[tuple[str, Callable[[], Iterable[tuple[Any, ...]]]], ...] = (
            ("assets (media_id, kind, format, first_seen)", self.of_assets),
            ("files (path, media_id, file_sha256, size, mtime_ns, inode, version, facts, seen_at)", self.of_files),
            ("hashes (media_id, coarse, fine, version)", self.of_hashes),
            ("works (media_id, folder, name, title, text, keywords, taken, model, vector, at)", self.of_works),
            (f"uploads ({', '.join(UPLOADS)})", self.of_uploads),
            ("sendings (agency, media_id, kind, remote, at)", self.of_sendings),
            ("decisions (agency, media_id, decision, reason, day, at)", self.of_decisions),
            ("choices (media_id, name, value, at)", self.of_choices),
            ("waivers (media_id, rule, at)", self.of_waivers),
            ("release_links (media_id, release_id, at)", self.of_releases),
            ("faces (media_id, version, boxes)", self.of_faces),
            ("offers (media_id, word, source, shown, score, embedded, kept, at)", self.of_offers),
            ("batches (of, command, at)", self.of_batches),
            (
                "changes (batch, path, state, created, old_size, new_size, mtime_ns, digest, splices)",
                self.of_changes,
            ),
        )
        self.connection.execute(
            "INSERT INTO releases (kind, name, path, bytes, minor, guardian, added_at)"
            " VALUES ('model', 'Ani', '/papers/ani.pdf', 90000, 0, '', ?)",
            [AT],
        )
        for columns, rows in tables:
            marks = ", ".join("?" * (columns.count(",") + 1))
            self.connection.executemany(f"INSERT INTO {columns} VALUES ({marks})", rows())  # noqa: S608 - our own words

    def each(self, step: int = 1) -> Iterator[tuple[int, str]]:
        """Yield the number of each asset (or of every `step`th) with its media_id."""
        return ((number, media_id(number)) for number in range(0, self.assets, step))

    def of_assets(self) -> Iterable[tuple[Any, ...]]:
        """One row for each picture."""
        return ((name, "photo", "jpeg", AT) for _, name in self.each())

    def of_files(self) -> Iterable[tuple[Any, ...]]:
        """One file for each picture, with the facts of a real one under its own words and hash."""
        facts = json.loads(self.template["facts"])
        for number, name in self.each():
            title, words = text_of(number)
            facts |= {
                "media_id": name,
                "file_sha256": digest(number, "file"),
                "phash": digest(number, "hash"),
                "record": facts["record"] | {"title": title, "keywords": words},
            }
            path = f"{folder_of(number)}/{file_of(number)}"
            row = (path, name, facts["file_sha256"], 9_000_000 + number, number, number, self.template["version"])
            yield (*row, json.dumps(facts, ensure_ascii=False), AT)

    def of_hashes(self) -> Iterable[tuple[Any, ...]]:
        """One perceptual hash for each picture, nothing like any other."""
        version = hash_version()
        for number, name in self.each():
            hash_ = bytes.fromhex(digest(number, "hash"))
            yield name, hash_[:8], hash_[8:], version

    def of_works(self) -> Iterable[tuple[Any, ...]]:
        """One work for each picture; vectors lie in clusters, as those of shoots do."""
        import numpy as np

        from stockctl.keyword.embed import MODEL

        draw = np.random.default_rng(5)
        centres = draw.standard_normal((SHOOTS_ALIKE, DIMENSIONS)).astype(np.float32)
        for start in range(0, self.assets, 1000):
            count = min(1000, self.assets - start)
            vectors = centres[(np.arange(start, start + count) // 50) % SHOOTS_ALIKE]
            vectors = vectors + 0.7 * draw.standard_normal(vectors.shape).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            for number, vector in zip(range(start, start + count), vectors.astype(np.float16), strict=True):
                title, words = text_of(number)
                keywords = json.dumps(dict.fromkeys(words, 1.0))
                row = (media_id(number), folder_of(number), file_of(number), title, title, keywords, "")
                yield (*row, MODEL, vector.tobytes(), AT)

    def of_uploads(self) -> Iterable[tuple[Any, ...]]:
        """Every picture at so many agencies, nearly all arrived."""
        states = ("accepted",) * 60 + ("verified",) * 38 + ("failed", "queued")
        for number, name in self.each():
            path = f"{folder_of(number)}/{file_of(number)}"
            cells = json.dumps({"Filename": file_of(number), "Description": text_of(number)[0]})
            for agency in AGENCIES[: self.uploads]:
                state = states[(number * 7 + len(agency)) % 100]
                sheet = "sheet.csv" if state in {"accepted", "verified"} else None
                row = (agency, name, 0, "photo", path, 9_000_000 + number, number, number, "/", file_of(number))
                yield (*row, state, "ftps", 1, 1, "", "", cells, sheet, AT)

    def of_sendings(self) -> Iterable[tuple[Any, ...]]:
        """What a quota counts: each picture at so many agencies, spread over six years."""
        for number, name in self.each():
            at = f"{day_of(number, self.assets)}T12:00:00+00:00"
            yield from ((agency, name, "photo", file_of(number), at) for agency in AGENCIES[: self.uploads])

    def of_decisions(self) -> Iterable[tuple[Any, ...]]:
        """What three agencies said of each picture."""
        for number, name in self.each():
            for agency in DECIDING:
                reason = REASONS[(number + len(agency)) % len(REASONS)]
                said = "rejected" if reason else "accepted"
                yield agency, name, said, reason, day_of(number, self.assets), AT

    def of_choices(self) -> Iterable[tuple[Any, ...]]:
        """A category for every second picture."""
        return ((name, "category.shutterstock", "Nature", AT) for _, name in self.each(2))

    def of_waivers(self) -> Iterable[tuple[Any, ...]]:
        """A finding accepted for every tenth picture."""
        return ((name, "noise", AT) for _, name in self.each(10))

    def of_releases(self) -> Iterable[tuple[Any, ...]]:
        """A release for every tenth picture."""
        return ((name, 1, AT) for _, name in self.each(10))

    def of_faces(self) -> Iterable[tuple[Any, ...]]:
        """A face in every tenth picture; the others were looked at."""
        from stockctl.media.faces import VERSION

        return ((name, VERSION, "[]" if number % 10 else "[[10, 10, 90, 90]]") for number, name in self.each())

    def of_offers(self) -> Iterable[tuple[Any, ...]]:
        """Five suggestions for each picture; of half of them it is known whether they were kept."""
        for number, name in self.each():
            for place, word in enumerate(text_of(number)[1][:5]):
                kept = None if place % 2 else int(place != 2)
                yield name, word, "caption", word, 0.7, 1, kept, AT

    def of_batches(self) -> Iterable[tuple[Any, ...]]:
        """One batch of changes for each folder."""
        return (("keyword", "stockctl keyword", AT) for _ in range(0, self.assets, FOLDER_OF))

    def of_changes(self) -> Iterable[tuple[Any, ...]]:
        """One change to each file, with some bytes of what stood there."""
        from stockctl.catalogue.history import packed
        from stockctl.files.writing.splice import Splice

        first = self.connection.execute("SELECT max(batch) FROM batches").fetchone()[0]
        first -= len(range(0, self.assets, FOLDER_OF)) - 1
        old = packed([Splice(0, 10, bytes(300))])
        for number, _ in self.each():
            path = f"{folder_of(number)}/{file_of(number)}"
            yield first + number // FOLDER_OF, path, "done", 0, 9_000_000, 9_002_000, 1, "0" * 64, old


def hash_version() -> str:
    """Return the version of perceptual hashes that `check` compares."""
    from stockctl.check.similar.pairs import VERSION

    return VERSION


def digest(number: int, of: str) -> str:
    """Return 64 hex digits that are always the same, and nobody else's."""
    return hashlib.sha256(f"{of} {number}".encode()).hexdigest()


def media_id(number: int) -> str:
    """Return the media_id of an asset."""
    return digest(number, "media")


def folder_of(number: int) -> str:
    """Return the folder of an asset: a shoot."""
    return f"/photos/shoot-{number // FOLDER_OF:05}"


def file_of(number: int) -> str:
    """Return the name of an asset's file."""
    return f"img_{number:07}.jpg"


def day_of(number: int, assets: int) -> str:
    """Return the day on which an asset was sent."""
    return (FIRST_DAY + timedelta(days=number * DAYS // assets)).isoformat()


_LETTERS = ("ba", "do", "ke", "li", "mu", "na", "po", "ra", "se", "ti", "va", "wo", "za", "shi", "gre", "lon")
VOCABULARY = tuple(first + second + third for first in _LETTERS for second in _LETTERS for third in _LETTERS)


def text_of(number: int) -> tuple[str, list[str]]:
    """Return a title and keywords; some words are frequent and most are rare, as in a language."""
    draw = random.Random(number)  # noqa: S311 - invented
    ranks = [int(len(VOCABULARY) ** draw.random()) - 1 for _ in range(KEYWORDS)]
    words = list(dict.fromkeys(VOCABULARY[rank] for rank in ranks))
    return " ".join(words[:SENTENCE]).capitalize(), words


def invent_sales(path: Path, assets: int, sales: int, first: date = FIRST_DAY, days: int = DAYS) -> None:
    """Write a plain statement of `sales` sales of the assets over some years: few sell often, one in 200 comes back."""
    draw = random.Random(8)  # noqa: S311 - invented
    with path.open("w", encoding="utf-8") as file:
        file.write("date,agency,asset,file,kind,licence,amount,currency\n")
        for number in range(sales):
            day = first + timedelta(days=number * days // sales)
            asset = int(assets * draw.random() ** 2)
            agency = draw.choice(DECIDING)
            licence = draw.choice(("subscription", "subscription", "on demand", "enhanced"))
            amount = draw.choice(("0.10", "0.25", "0.33", "0.38", "1.24", "12.40"))
            sign = "" if draw.randrange(200) else "-"
            file.write(f"{day},{agency},{1_000_000 + asset},{file_of(asset)},image,{licence},{sign}{amount},USD\n")
