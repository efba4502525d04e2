"""What pictures earned, for the stages that choose by it: by picture, by keyword, and how often each sold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.assets import everything

if TYPE_CHECKING:
    from stockctl.catalogue import Catalogue


@dataclass(frozen=True)
class Earned:
    """What something brought in one currency: downloads, and an amount in micro-units."""

    currency: str
    downloads: int
    amount: int


def earned_by_picture(catalogue: Catalogue) -> dict[str, tuple[Earned, ...]]:
    """Return what each picture of the catalogue earned, at all agencies and in all years, by media_id."""
    found: dict[str, list[Earned]] = {}
    for row in catalogue.rows(
        "SELECT d.media_id, t.currency, sum(t.downloads) AS downloads, sum(t.amount) AS amount FROM asset_totals t"
        " JOIN sold d ON d.id = t.sold WHERE d.media_id IS NOT NULL GROUP BY d.media_id, t.currency ORDER BY 1, 2"
    ):
        found.setdefault(row["media_id"], []).append(Earned(row["currency"], row["downloads"], row["amount"]))
    return {media_id: tuple(earned) for media_id, earned in found.items()}


def earned_by_word(catalogue: Catalogue) -> dict[str, tuple[Earned, ...]]:
    """Return what the pictures earned that bear each keyword (lower case); a sale counts whole for every word."""
    sums: dict[str, dict[str, list[int]]] = {}
    by_picture = earned_by_picture(catalogue)
    for media_id, words in keywords(catalogue).items():
        for earned in by_picture.get(media_id, ()):
            for word in words:
                sum_ = sums.setdefault(word, {}).setdefault(earned.currency, [0, 0])
                sum_[0] += earned.downloads
                sum_[1] += earned.amount
    return {
        word: tuple(Earned(currency, *sum_) for currency, sum_ in sorted(by_currency.items()))
        for word, by_currency in sums.items()
    }


def keywords(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return the keywords of every picture in the catalogue, in lower case, by media_id."""
    found: dict[str, tuple[str, ...]] = {}
    for seen in everything(catalogue):
        record = seen.facts.get("record")
        if seen.media_id and isinstance(record, dict):
            words = (str(word).casefold() for word in record.get("keywords") or ())
            found.setdefault(seen.media_id, tuple(dict.fromkeys(words)))
    return found


def counts(catalogue: Catalogue) -> dict[str, int]:
    """Return how often each picture in the catalogue was sold, at all agencies, by media_id."""
    rows = catalogue.rows(
        "SELECT d.media_id, sum(t.downloads) AS downloads FROM asset_totals t JOIN sold d ON d.id = t.sold"
        " WHERE d.media_id IS NOT NULL GROUP BY d.media_id"
    )
    return {row["media_id"]: row["downloads"] for row in rows}
