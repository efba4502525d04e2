"""The words of earlier works are kept as numbers: what is kept says the same as what is worked out anew."""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import hashes as index
from stockctl.catalogue.words import works
from stockctl.keyword.earlier import experience, terms
from stockctl.keyword.earlier.portfolio import Portfolio, portfolio_of
from stockctl.keyword.embed import MODEL
from stockctl.words.lemma import key
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stockctl.catalogue import Catalogue
    from tests.conftest import Run

    Program = Callable[..., Run]

EARLIER = {
    "A brown dog runs along the beach": "pets,animal,summer,sand,golden hour",
    "A black dog jumps into the sea": "pet,animal,water,splash",
    "Skyscrapers of a city at night": "architecture,urban,lights,golden hour",
}


@pytest.fixture
def catalogue(stockctl: Program, tmp_path: Path) -> Iterator[Catalogue]:
    """Open the catalogue of a person who has keyworded three pictures."""
    for seed, (title, words) in enumerate(EARLIER.items()):
        path = put(tmp_path / "shoot" / f"DSC_{seed}.jpg", jpeg(640, 420, seed=seed))
        stockctl("keyword", path, "--title", title, "--set", words)
    with closing(open_catalogue(Path(os.environ["STOCKCTL_DB"]))) as opened:
        yield opened


def fresh(catalogue: Catalogue) -> Portfolio:
    """Return the portfolio with every word worked out anew."""
    folders = [row["folder"] for row in catalogue.rows("SELECT DISTINCT folder FROM works")]
    found = works.in_folders(catalogue, MODEL, folders)
    known = experience.portfolio(catalogue)
    return portfolio_of(found, {}, sales(known))


def sales(portfolio: Portfolio) -> dict[str, int]:
    """Return how often each work sold, by media_id."""
    worth = portfolio.worth_of(np.arange(len(portfolio)))
    return dict(zip(portfolio.media_ids, (one.sales for one in worth), strict=True))


def said(portfolio: Portfolio) -> dict[str, dict[str, object]]:
    """Return all that a portfolio says, by media_id and by word."""
    vector = np.full(384, 384**-0.5, np.float32)
    votes, usual = portfolio.votes(vector), portfolio.usual(vector, ["dog", "beach"])
    return {
        "keywords": {media_id: sorted(portfolio.keywords(at)) for media_id, at in portfolio.places.items()},
        "votes": {word: (vote.word, round(vote.share, 4), vote.works, vote.sales) for word, vote in votes.items()},
        "usual": {
            word: (round(habit.share, 4), round(habit.trend, 4), round(habit.together, 4))
            for word, habit in usual.items()
        },
        "kept": {word: portfolio.kept(word) for word in ("dog", "beach", "sea", "unheard")},
        "sales": dict[str, object](sales(portfolio)),
    }


def test_what_is_kept_says_what_is_worked_out_anew(catalogue: Catalogue) -> None:
    first = said(experience.portfolio(catalogue))
    assert set(first["votes"]) == {key(word) for words in EARLIER.values() for word in words.split(",")}
    assert first == said(fresh(catalogue))
    assert first == said(experience.portfolio(catalogue))


@pytest.mark.parametrize(
    "change",
    [
        ("keyword", "{}/DSC_1.jpg", "--add", "waves,fun"),
        ("keyword", "{}/DSC_1.jpg", "--remove", "splash"),
        ("keyword", "{}/DSC_1.jpg", "--title", "A cat sleeps", "--set", "cat,animals"),
        ("undo",),
        ("words", "ban", "animal"),
    ],
    ids=["added", "dropped", "replaced", "undone", "banned"],
)
def test_what_is_kept_follows_every_change(
    stockctl: Program, catalogue: Catalogue, tmp_path: Path, change: tuple[str, ...]
) -> None:
    before = said(experience.portfolio(catalogue))
    run = stockctl(*(part.format(tmp_path / "shoot") for part in change))
    assert run.code == 0, run.err
    after = said(experience.portfolio(catalogue))
    assert after == said(fresh(catalogue))
    # A banned word is never offered, but stays what the works were keyworded with.
    assert (after == before) == (change[0] == "words")


def test_a_sale_counts_at_the_next_start(stockctl: Program, catalogue: Catalogue, tmp_path: Path) -> None:
    experience.portfolio(catalogue)
    statement = tmp_path / "statement.csv"
    statement.write_text(
        "date,agency,asset,file,kind,licence,amount,currency\n2026-03-01,shutterstock,1,DSC_1.jpg,image,,0.10,USD\n",
        encoding="utf-8",
    )
    assert stockctl("earnings", statement).code == 0
    now = experience.portfolio(catalogue)
    assert sorted(sales(now).values()) == [0, 0, 1]
    assert said(now) == said(fresh(catalogue))


def test_new_rules_work_the_words_out_again(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    experience.portfolio(catalogue)
    assert catalogue.rows("SELECT count(*) FROM works WHERE terms IS NOT NULL")[0][0] == len(EARLIER)
    monkeypatch.setattr(terms, "_RULES", 999)
    monkeypatch.setattr(terms, "key", str.upper)
    upper = experience.portfolio(catalogue)
    assert "SPLASH" in upper.votes(np.full(384, 384**-0.5, np.float32))
    monkeypatch.undo()
    assert said(experience.portfolio(catalogue)) == said(fresh(catalogue))


def test_the_rules_number_is_raised_with_the_rules() -> None:
    """Where this fails, what words mean has changed: raise `terms._RULES`, and put the new hash here."""
    sentences = [
        "Two women's bicycles, leaning on a colour-washed wall at golden hour",
        "Black-and-white cats running; mice, geese and wolves watched the aeroplane in Café Übergrün",
        "The best photo of 3 men's gloves — copy space, close-up, top view, at night",
    ]
    work = works.Work("m", "", "", sentences[0], ". ".join(sentences), {"Jumping dogs": 1.0, "sky": 0.6}, "", "", b"")
    found = hashlib.sha256(repr(terms.words_of(work)).encode()).hexdigest()[:16]
    assert (terms._RULES, found) == (1, "f2fdc87b38fba37d")


def test_a_name_that_several_works_have_tells_of_none(stockctl: Program, catalogue: Catalogue, tmp_path: Path) -> None:
    stockctl(
        "keyword", put(tmp_path / "other" / "DSC_1.jpg", jpeg(640, 420, seed=9)), "--title", "A fox", "--set", "fox"
    )
    statement = tmp_path / "statement.csv"
    statement.write_text(
        "date,agency,asset,file,kind,licence,amount,currency\n"
        "2026-03-01,shutterstock,1,dsc_1.jpg,image,,0.10,USD\n"
        "2026-03-01,shutterstock,2,dsc_2.jpg,image,,0.10,USD\n",
        encoding="utf-8",
    )
    assert stockctl("earnings", statement).code == 0
    assert sorted(sales(experience.portfolio(catalogue)).values()) == [0, 0, 0, 1]


def test_pictures_alike_are_found_by_their_kept_hashes(catalogue: Catalogue) -> None:
    kept = {"a": "00" * 32, "b": "07" + "00" * 31, "far": "ff" * 32}
    index.add(catalogue, {name: bytes.fromhex(hash_) for name, hash_ in kept.items()}, "1")
    alike = experience.alike(catalogue)
    assert (alike("a"), alike("far"), alike("unknown")) == (["a", "b"], ["far"], [])
