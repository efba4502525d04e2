"""WordNet as `words.py` reads it: nouns by what they are a kind of, and what part of speech a word mostly is."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

# WordNet's files of nouns by subject (lexnames(5WN)).
ACT, ANIMAL, ARTIFACT, BODY, EVENT, FOOD, PLACE, OBJECT, PERSON, PHENOMENON, PLANT, SUBSTANCE, TIME = (
    "04", "05", "06", "08", "11", "13", "15", "17", "18", "19", "20", "27", "28"
)  # fmt: skip
# Fewer words than that in the tagged texts say nothing of how often a word is what.
FEW = 4


@cache
def doubtful() -> frozenset[str]:
    """Return the nouns and phrases of which WordNet says what they are one of in a sense that pictures seldom have."""
    lines = (Path(__file__).parent / "kinds.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@dataclass
class WordNet:
    """The nouns, verbs, adjectives and adverbs of WordNet."""

    folder: Path

    @cached_property
    def synsets(self) -> dict[str, tuple[str, list[str], list[str], bool]]:
        """Noun synsets by offset: file of the subject, words, hypernyms, whether it is a single thing by name."""
        found = {}
        for line in (self.folder / "data.noun").read_text().splitlines():
            if line.startswith("  "):
                continue
            cells = line.split(" | ")[0].split()
            count = int(cells[3], 16)
            words = [cells[4 + 2 * at] for at in range(count)]
            at = 4 + 2 * count
            pointers = [cells[at + 1 + 4 * n : at + 4 + 4 * n] for n in range(int(cells[at]))]
            up = [target for kind, target, part in pointers if kind in {"@", "@i"} and part == "n"]
            found[cells[0]] = (cells[1], words, up, any(kind == "@i" for kind, *_ in pointers))
        return found

    @cached_property
    def nouns(self) -> dict[str, list[str]]:
        """Noun → its synsets, the commonest sense first."""
        found = {}
        for line in (self.folder / "index.noun").read_text().splitlines():
            if not line.startswith("  "):
                cells = line.split()
                found[cells[0]] = cells[-int(cells[2]) :]
        return found

    @cached_property
    def parts(self) -> dict[str, set[str]]:
        """Word → the parts of speech that it has: n, v, a, r."""
        found: dict[str, set[str]] = defaultdict(set)
        for part, name in (("n", "noun"), ("v", "verb"), ("a", "adj"), ("r", "adv")):
            for line in (self.folder / f"index.{name}").read_text().splitlines():
                if not line.startswith("  "):
                    found[line.split()[0]].add(part)
        return found

    @cached_property
    def counts(self) -> dict[str, Counter[str]]:
        """Word → how often each part of speech was counted in the tagged texts."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for line in (self.folder / "cntlist.rev").read_text().splitlines():
            sense, _, count = line.split()
            word, rest = sense.split("%")
            found[word]["_nvara"[int(rest[0])]] += int(count)
        return found

    @cached_property
    def relational(self) -> set[str]:
        """Adjectives that only say to what a thing belongs: industrial, nuclear (the pertainyms of WordNet)."""
        found = set()
        for line in (self.folder / "data.adj").read_text().splitlines():
            if not line.startswith("  "):
                cells = line.split(" | ")[0].split()
                count = int(cells[3], 16)
                if any(cell == "\\" for cell in cells[4 + 2 * count :]):
                    found |= {cells[4 + 2 * at] for at in range(count)}
        return found

    def base(self, word: str) -> str:
        """Return a noun's singular as WordNet has it."""
        for ending, instead in (("", ""), ("ies", "y"), ("es", ""), ("es", "e"), ("s", "")):
            if word.endswith(ending) and (made := word[: len(word) - len(ending)] + instead) in self.parts:
                return made
        return word

    def is_noun(self, word: str) -> bool:
        """Whether a word is a noun at least as often as not."""
        base = self.base(word)
        counted = self.counts.get(base)
        few = not counted or ("v" not in self.parts.get(base, ()) and sum(counted.values()) < FEW)
        return "n" in self.parts.get(base, ()) and (few or counted["n"] >= 0.4 * sum(counted.values()))

    def is_modifier(self, word: str) -> bool:
        """Whether a word can stand before a noun: an adjective or a noun, and no verb first of all."""
        base = self.base(word)
        counted = self.counts.get(base, Counter())
        parts = self.parts.get(word, set()) | self.parts.get(base, set())
        return bool(parts & {"n", "a"}) and counted["v"] <= counted["n"] + counted["a"] and not word.endswith("ly")

    @cached_property
    def irregular(self) -> set[str]:
        """Irregular past forms of verbs."""
        lines = (line.split()[:2] for line in (self.folder / "verb.exc").read_text().splitlines())
        return {word for word, base in lines if word.isalpha() and word != base}

    def verb(self, word: str) -> str:
        """Return the verb that a word in -ing is a form of, or nothing."""
        stem = word[:-3]
        return next((verb for verb in (stem, f"{stem}e", stem[:-1]) if "v" in self.parts.get(verb, ())), "")

    def is_quality(self, word: str) -> bool:
        """Whether a word is an adjective at least as often as all else."""
        counted = self.counts.get(word, Counter())
        return "a" in self.parts.get(word, ()) and 2 * counted["a"] >= sum(counted.values())

    def subject(self, word: str) -> str:
        """Return the file of a noun's commonest sense, or nothing."""
        senses = self.nouns.get(self.base(word), ())
        return self.synsets[senses[0]][0] if senses else ""

    def above(self, synset: str) -> set[str]:
        """Return the words of all that a synset is a kind of."""
        found: set[str] = set()
        waiting, seen = [synset], set()
        while waiting:
            for up in self.synsets[waiting.pop()][2]:
                if up not in seen:
                    seen.add(up)
                    waiting.append(up)
                    found |= {word.lower() for word in self.synsets[up][1]}
        return found

    def ancestors(self, synset: str) -> set[str]:
        """Return all synsets that a synset is a kind of, and itself."""
        found, waiting = {synset}, [synset]
        while waiting:
            more = [up for up in self.synsets[waiting.pop()][2] if up not in found]
            found |= set(more)
            waiting += more
        return found

    def noun_share(self, word: str) -> float:
        """Return how often a verb's form is rather a noun, 0 to 1, by tagged texts; a half where they say little."""
        counted, noun = self.counts.get(word, Counter()), "n" in self.parts.get(word, ())
        every = counted["n"] + counted["v"]
        if every < FEW:
            return 0.5 if noun else 0.0
        return (counted["n"] + 0.5 * noun) / (every + noun)

    def is_verb(self, word: str) -> bool:
        """Whether a word is a verb, and no adverb or adjective more often."""
        counted = self.counts.get(word, Counter())
        return "v" in self.parts.get(word, ()) and counted["a"] + counted["r"] <= counted["v"]
