"""Which parts of a phrase stand by themselves, by WordNet's senses and our lists (`words.toml`)."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
LISTS = {
    name: frozenset(words.split())
    for name, words in tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8")).items()
}
sys.path.insert(0, str(ROOT))

from words_net import (  # noqa: E402 - the repository is on the path now
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
)

from stockctl.words.lemma import plain, tokens  # noqa: E402
from stockctl.words.tables import entries, rows  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable

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
# Heads that only say what sort of thing the word before them names: sourdough bread, acacia tree.
SORTS = LISTS["sorts"]
# Nouns that hardly say anything.
VAGUE = LISTS["vague"]
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
    stands = (first in called and last in BROAD) or stands_in(first, last, subject, net, listed=bool(synset))
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


def stands_in(first: str, last: str, subject: str, net: WordNet, *, listed: bool) -> bool:
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


def alike(part: str, phrase: str, net: WordNet) -> bool:
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
