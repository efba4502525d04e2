"""How well `keyword` orders words: nDCG@10 on captions, with a portfolio of earlier captions.

The protocol: of each line (name, five captions) the first caption is the input;
the gold are the words (lower case, lemma, stop words out) that at least two of
the other four people used; gain is binary, discount log2. A portfolio line is an
earlier work: its title is the first caption, its text all five, its keywords
the words that at least two of the other four used.

What it does not show: what buyers search for (captions name what is seen, not
what sells), phrases (the gold is single words, so phrases are left out of the
ranking here), words of place, time, mood and concept, and any language but
English. Flickr8k is people, dogs and sport; a studio's portfolio is not.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from stockctl.catalogue.words.works import Work
from stockctl.keyword.earlier.portfolio import Portfolio, portfolio_of
from stockctl.keyword.embed import MODEL
from stockctl.keyword.embed.keyphrases import keyphrases
from stockctl.keyword.embed.vectors import Vectors
from stockctl.keyword.hygiene import Dictionary, objection
from stockctl.keyword.ranking import Ranked, rank
from stockctl.keyword.sources.text import FromText
from stockctl.keyword.subject import Subject
from stockctl.keyword.wishes import DEFAULT_LIMIT
from stockctl.metadata import Record
from stockctl.words.lemma import key
from stockctl.words.tables import entries
from stockctl.words.texts import phrases

# A path that says nothing: only the caption is known.
# What is at least so likely makes the first tier here; the program itself embeds by ground, not by likelihood.
FIRST_TIER = 0.6
_NAMELESS = Path("/DCIM/DSC_0001.jpg")


@dataclass(frozen=True)
class Line:
    """One photo of a captions file."""

    name: str
    captions: tuple[str, ...]

    @property
    def gold(self) -> set[str]:
        """Lemmas that at least two of the people after the first used."""
        return {word for word, count in self.counts.items() if count >= 2}

    @property
    def counts(self) -> Counter[str]:
        """Lemma → how many of the people after the first used it."""
        return Counter(word for caption in self.captions[1:] for word in {key(word) for word in _words(caption)})


def _words(text: str) -> list[str]:
    return [word for run in phrases.runs(text) for word in run]


def read(path: Path) -> list[Line]:
    """Return the lines of a captions file that have five captions; others are counted out on stderr."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    good = [Line(cells[0], tuple(cells[1:])) for cells in lines if len(cells) == 6 and all(cells)]
    if len(good) < len(lines):
        sys.stderr.write(f"{path}: {len(lines) - len(good)} lines without five captions left out\n")
    return good


def works(lines: list[Line], vectors: Vectors) -> list[Work]:
    """Return the lines as earlier works, in their order."""
    made = vectors.of([line.captions[0] for line in lines]).astype(np.float16)
    return [
        Work(
            media_id=line.name,
            folder="",
            name=line.name,
            title=line.captions[0],
            text=". ".join(line.captions),
            keywords=dict.fromkeys(_shown(line), 1.0),
            taken="",
            model=MODEL,
            vector=vector.tobytes(),
        )
        for line, vector in zip(lines, made, strict=True)
    ]


def _shown(line: Line) -> list[str]:
    """Return the gold words as the people wrote them, the most used first."""
    counts = line.counts
    written: dict[str, Counter[str]] = {}
    for caption in line.captions[1:]:
        for word in _words(caption):
            written.setdefault(key(word), Counter())[word] += 1
    return [written[word].most_common(1)[0][0] for word, count in counts.most_common() if count >= 2]


def score(ranked: list[str], gold: set[str], depth: int = 10) -> float:
    """Return nDCG at `depth`: binary gain, log2 discount."""
    gained = sum(1 / math.log2(place + 2) for place, word in enumerate(ranked[:depth]) if key(word) in gold)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(depth, len(gold))))


def violations(ranked: Ranked) -> int:
    """Count broken rules: repeats by lemma, too many, stop words and filler, camera data, trademarks."""
    words = [word.word for word in (*ranked.keywords, *ranked.offered)]
    keys = [key(word) for word in words]
    repeats = len(keys) - len(set(keys))
    refused = sum(bool(objection(word, Dictionary())) or word.lower() in entries("stop") for word in words)
    return repeats + refused + max(0, len(words) - DEFAULT_LIMIT)


def measure(tests: list[Line], portfolio: Portfolio, vectors: Vectors, out: Path | None) -> dict[str, float]:
    """Rank the words of every test line and score them."""
    subjects = [Subject(_NAMELESS, line.name, record=Record(title=line.captions[0])) for line in tests]
    texts = [subject.text for subject in subjects]
    began = time.perf_counter()
    vectors.of([subject.described for subject in subjects])
    source = FromText(portfolio, vectors, dict(zip(texts, keyphrases(texts, vectors), strict=True)))
    gains, found, right, embedded, broken = [], [], 0, 0, 0
    rows = []
    for line, subject in zip(tests, subjects, strict=True):
        ranked = rank((), source(subject), limit=DEFAULT_LIMIT)
        words = sorted((*ranked.keywords, *ranked.offered), key=lambda word: -word.score)
        singles = [word for word in words if " " not in key(word.word)]
        order = [word.word for word in singles]
        rows.append("\t".join([line.name, *order]))
        broken += violations(ranked)
        if not line.gold:
            continue
        gains.append(score(order, line.gold))
        found.append(len({key(word) for word in order[:20]} & line.gold) / len(line.gold))
        first = [word for word in singles if word.score >= FIRST_TIER]
        embedded += len(first)
        right += sum(key(word.word) in line.gold for word in first)
    if out is not None:
        out.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return {
        "ndcg10": round(float(np.mean(gains)), 4),
        "standard_error": round(float(np.std(gains) / math.sqrt(len(gains))), 4),
        "recall20": round(float(np.mean(found)), 4),
        "first_tier_precision": round(right / embedded, 4) if embedded else 0.0,
        "first_tier_words": round(embedded / len(gains), 2),
        "violations": broken,
        "photos": len(gains),
        "ms_per_photo": round((time.perf_counter() - began) * 1000 / len(tests), 2),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captions", type=Path, metavar="CAPTIONS.tsv", help="lines to rank words for")
    parser.add_argument("--portfolio", type=Path, required=True, metavar="CAPTIONS.tsv", help="earlier works")
    parser.add_argument("--sizes", default="100,1000,6000", help="portfolio sizes: the first so many lines")
    parser.add_argument("--out", type=Path, metavar="RANKED.tsv", help="write name and ranked words (largest size)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    vectors = Vectors()
    tests, earlier = read(options.captions), read(options.portfolio)
    seen = {line.name for line in tests}
    earlier = [line for line in earlier if line.name not in seen]
    sizes = sorted({int(size) for size in options.sizes.split(",")})
    made = works(earlier[: sizes[-1]], vectors)
    results: dict[str, dict[str, float]] = {}
    for size in sizes:
        out = options.out if size == sizes[-1] else None
        results[str(size)] = measure(tests, portfolio_of(made[:size], {}, {}), vectors, out)
        if not options.json:
            print(f"{size:>6} works: {results[str(size)]}", flush=True)
    if options.json:
        print(json.dumps({"sizes": results}, indent=2))


if __name__ == "__main__":
    main()
