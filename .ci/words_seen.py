"""Which words stand together for others: in captions, on the web, in the classes of Open Images."""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from words_parts import DEPENDENT, FREE, LISTS, VAGUE, VISIBLE, normal, stands_in

from stockctl.words.proper.names import restricted
from stockctl.words.proper.placenames import is_place
from stockctl.words.tables import entries, packed
from stockctl.words.texts.phrases import runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from words_net import WordNet

# Words that the web uses of itself, and of what no agency takes.
WEBBY = LISTS["webby"]
# Words that captions use for sizes and numbers.
SHAPES = LISTS["shapes"]
# From so much normalized pointwise mutual information on, two words of the web are a phrase.
TOGETHER = 0.5


def collocations(net: WordNet, captions: Path) -> Iterator[str]:
    """Yield what stands together in captions of many pictures far oftener than by chance: a modifier with its noun."""
    pairs: Counter[tuple[str, str]] = Counter()
    singles: Counter[str] = Counter()
    for line in captions.read_text(encoding="utf-8").splitlines():
        found, alone = set(), set()
        for caption in line.split("\t")[1:]:
            for run in runs(caption):
                alone |= set(run)
                found |= set(pairwise(run))
        pairs.update(found)
        singles.update(alone)
    pictures = sum(1 for _ in captions.open(encoding="utf-8"))
    for (first, last), count in pairs.items():
        if count < 12 or not net.is_modifier(first) or not net.is_noun(last) or first in SHAPES or last in VAGUE:
            continue
        shared = math.log2(count * pictures / (singles[first] * singles[last])) / -math.log2(count / pictures)
        if shared >= 0.3 and not first.endswith("ing"):
            yield f"{first} {last}"


def on_the_web(net: WordNet, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield pairs that stand together on the web far oftener than by chance: a modifier with what pictures show."""
    counts = dict(counted(folder / "frequency_dictionary_en_82_765.txt"))
    everything = sum(counts.values())
    english = packed("english")
    for pair, count in counted(folder / "frequency_bigramdictionary_en_243_342.txt"):
        first, last = pair.split()
        if {first, last} & (entries("stop") | entries("weak") | WEBBY | entries("offensive")) or not counts.get(first):
            continue
        if min(len(first), len(last)) < 3 or not counts.get(last) or last in VAGUE or first in SHAPES or first == last:
            continue
        if is_place(first) or is_place(last) or not (first in english and last in english):
            continue
        if not net.is_noun(last) or net.subject(last) not in VISIBLE or first.endswith("ing") or last.endswith("ing"):
            continue
        if not (first in FREE or net.base(first) in net.relational or (net.is_modifier(first) and net.is_noun(first))):
            continue
        shared = math.log2(count * everything / (counts[first] * counts[last])) / -math.log2(count / everything)
        if shared >= TOGETHER:
            yield pair, paired(first, last, net)


def counted(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the lines of a frequency list: a word or words, and how often."""
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        words, _, count = line.rpartition(" ")
        yield words, int(count)


def paired(first: str, last: str, net: WordNet) -> list[str]:
    """Return the words of a modifier and its noun that say something by themselves."""
    parts = [first] if stands_in(first, last, net.subject(last), net, listed=False) else []
    return parts if net.base(last) in DEPENDENT else [*parts, last]


def in_pictures(net: WordNet, names: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the classes of Open Images of two and three words, all of them English and none with a mark."""
    with names.open(encoding="utf-8", newline="") as file:
        for _, name in csv.reader(file):
            phrase = normal(name)
            words = phrase.split()
            if not 2 <= len(words) <= 3 or restricted(phrase) or set(words) & (entries("stop") | WEBBY):
                continue
            if all(net.base(word) in net.parts for word in words) and net.is_noun(words[-1]):
                alone = [] if net.base(words[-1]) in DEPENDENT else [words[-1]]
                yield phrase, paired(words[0], words[-1], net) if len(words) == 2 else alone
