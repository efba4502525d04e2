"""How a large portfolio weighs on `keyword`: start-up, the neighbours of one file, memory.

The works are made: each has the captions of a real line with some of another's, the
keywords of both, and the vector of its first caption, moved a little. They are kept in a
new catalogue through the same functions as a person's own. The first start after that
works out every work's words (as after a new version of the program), the second is what
a person waits for. The neighbours of a file are its nearest works, their votes, and what
is usual in the whole portfolio for a hundred words.

What it does not show: the embedding of the file's own text and of words not seen before.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.words import works as kept
from stockctl.catalogue.words.works import Work
from stockctl.keyword.earlier import experience
from stockctl.keyword.embed import DIMENSIONS, MODEL
from stockctl.keyword.embed.vectors import Vectors
from stockctl.words.lemma import key
from stockctl.words.texts import phrases
from tests.benchmarks.captions import Line, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stockctl.keyword.earlier.portfolio import Compared

T = TypeVar("T")
# Lines whose captions are really embedded; the works' vectors are theirs, moved by so much.
_EMBEDDED, _MOVED = 500, 0.5
# As many words of a file are weighed (see `sources.text`).
_WEIGHED = 100
# Files are compared with the works so many at once.
_BLOCK = 16


def made(lines: list[Line], vectors: Vectors, count: int, seed: int = 1) -> Iterator[Work]:
    """Yield `count` works made of captions."""
    draw, numbers = random.Random(seed), np.random.default_rng(seed)  # noqa: S311 - no secret
    some = draw.sample(lines, min(_EMBEDDED, len(lines)))
    embedded = vectors.of([line.captions[0] for line in some])
    for number in range(count):
        place = draw.randrange(len(some))
        one, other = some[place], draw.choice(lines)
        texts = [one.captions[0], *draw.sample(one.captions[1:], 2), draw.choice(other.captions)]
        keyworded = ". ".join((*one.captions[1:3], *other.captions[3:]))
        vector = embedded[place] + _MOVED * numbers.standard_normal(DIMENSIONS) / np.sqrt(DIMENSIONS)
        yield Work(
            media_id=f"{number:032x}",
            folder=f"/photos/{number // 400}",
            name=f"DSC_{number:05}.jpg",
            title=texts[0],
            text=". ".join(texts),
            keywords=dict.fromkeys(phrases.words(keyworded), 1.0),
            taken="",
            model=MODEL,
            vector=(vector / np.linalg.norm(vector)).astype(np.float16).tobytes(),
        )


def neighbours(compared: Compared, said: list[str], own: str) -> int:
    """Ask for all that is said of one file; return how many words were voted for."""
    votes, usual = compared.votes(leave_out=own), compared.usual(said, leave_out=own)
    for word in sorted(votes, key=lambda word: -votes[word].share)[:_WEIGHED]:
        usual.get(word)
        compared.portfolio.kept(word)
    return len(votes)


def measure(lines: list[Line], works: int, files: int, folder: Path) -> dict[str, float]:
    """Make the catalogue under `folder` and measure."""
    vectors = Vectors()
    with open_catalogue(folder / "catalogue.db") as catalogue:
        kept.remember(catalogue, made(lines, vectors, works))
        first = _timed(lambda: experience.portfolio(catalogue))[0]
        before = _resident()
        second, portfolio = _timed(lambda: experience.portfolio(catalogue))
        queries = lines[-files:]
        asked = vectors.of([line.captions[0] for line in queries])
        words = [[key(word) for word in phrases.words(line.captions[0])] for line in queries]
        alone, voted = [], 0
        for line, vector, said in zip(queries, asked, words, strict=True):
            began = time.perf_counter()
            voted += neighbours(portfolio.compared(vector[None])[0], said, line.name)
            alone.append(time.perf_counter() - began)
        began = time.perf_counter()
        for start in range(0, files, _BLOCK):
            compared = portfolio.compared(asked[start : start + _BLOCK])
            for one, said, line in zip(compared, words[start:], queries[start:], strict=False):
                neighbours(one, said, line.name)
        many = (time.perf_counter() - began) / files
        return {
            "works": len(portfolio),
            "first_start_s": round(first, 2),
            "start_s": round(second, 2),
            "first_file_ms": round(alone[0] * 1000, 1),
            "file_ms": round(statistics.median(alone) * 1000, 1),
            "file_best_ms": round(min(alone) * 1000, 1),
            "file_of_many_ms": round(many * 1000, 1),
            "words_voted": round(voted / files),
            "portfolio_mb": round((_resident() - before) / 1e6),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "catalogue_mb": round((folder / "catalogue.db").stat().st_size / 1e6),
        }


def _timed(do: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    done = do()
    return time.perf_counter() - began, done


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captions", type=Path, metavar="CAPTIONS.tsv", help="lines of a name and five captions")
    parser.add_argument("--works", type=int, default=50_000, help="how many works to make")
    parser.add_argument("--files", type=int, default=100, help="how many files to find the neighbours of")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(read(options.captions), options.works, options.files, Path(folder))
    print(json.dumps(found, indent=2) if options.json else found)


if __name__ == "__main__":
    main()
