"""Our own phrases: what is one thing in captions, and which parts of it stand by themselves.

They are written by trade in `.ci/phrases`, as compounds and set phrases in the tables of the language.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "stockctl" / "words" / "tables"
sys.path.insert(0, str(ROOT))

from words_net import ANIMAL, BODY, OBJECT, PERSON, PLACE  # noqa: E402 - the repository is on the path now
from words_parts import BROAD, LISTS, normal  # noqa: E402

from stockctl.words.tables import entries, packed, rows  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from words_net import WordNet

# Stands in the lists for the parts of what is no phrase, though another list has it.
_NONE = "!"
# Before the parts of a phrase it says that no other part stands.
_EXACT = "="
# Qualities that show whatever they are said of; all others may make a name of another thing with it: a red panda.
QUALITIES = LISTS["shown"]


def add_trades(found: dict[str, list[str]], kinds: dict[str, str], net: WordNet) -> set[str]:
    """Add the phrases by trade to those found elsewhere, whose parts they overrule, and to what they are one of.

    Return those whose list names all parts that stand.
    """
    exact: set[str] = set()
    for phrase, parts in lines():
        if parts == [_NONE]:
            found.pop(phrase, None)
    known = {*found, *(phrase for phrase, _ in lines()), *(normal(row[0]) for row in rows("set_phrases"))}
    for phrase, parts in lines():
        if parts == [_NONE]:
            continue
        first, _, rest = phrase.partition(" ")
        if rest in kinds:
            kinds.setdefault(phrase, kinds[rest])
        if parts and parts[0].startswith(_EXACT):
            exact.add(phrase)
            found[phrase] = [part for one in parts if (part := one.removeprefix(_EXACT).strip())]
            continue
        before = _before(first, rest, known, net, found)
        found[phrase] = list(dict.fromkeys([*before, *_within(phrase, known, net), *parts]))
    return exact


def close(found: dict[str, list[str]], but: Collection[str]) -> None:
    """Add to the parts of each phrase what stands by itself in those parts: of a copper mine, copper and mine.

    So does the first word where it stands in what the phrase begins with: university in a university graduation party.
    No part stands that cuts a phrase within asunder, unless our lists name it. The parts of what `but` holds are all
    that stand.
    """
    written = dict(lines())
    for phrase in sorted(found.keys() - but, key=lambda one: (one.count(" "), one)):
        named = written.get(phrase, ())
        parts = list(_uncut(phrase, named, found))
        inner = [one for part in parts if " " in part for one in found.get(part, ())]
        first, short = phrase.split()[0], phrase.rpartition(" ")[0]
        begins = [first] if " " in short and first in found.get(short, ()) else []
        found[phrase] = list(dict.fromkeys([*begins, *parts, *inner]))


def _uncut(phrase: str, named: Collection[str], found: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield the parts of a phrase that cut no other one within it, and the last word of those that do."""
    last = phrase.rpartition(" ")[2]
    for part in found[phrase]:
        if part in named or not _is_cut(part, phrase, found):
            yield part
        elif last in found.get(part, ()):
            yield last


def _is_cut(part: str, phrase: str, found: Mapping[str, list[str]]) -> bool:
    """Whether a part begins within another phrase, in which its words do not stand: estate market of real estate."""
    words, own = phrase.split(), part.split()
    at = next((at for at in range(len(words)) if words[at : at + len(own)] == own), 0)
    end = at + len(own)
    for begin in range(at):
        for behind in range(at + 1, min(end + 1, len(words))):
            other = found.get(" ".join(words[begin:behind]))
            if other is not None and (len(own) > 1 or begin == 0) and behind - begin > 1:
                stands = {word for one in other for word in one.split()}
                if stands.isdisjoint(words[at:behind]):
                    return True
    return False


def lines() -> Iterator[tuple[str, list[str]]]:
    """Yield the phrases of all trades, each with the parts that its list names."""
    for path in sorted((ROOT / ".ci" / "phrases").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                phrase, _, parts = line.partition("|")
                yield phrase.strip(), [part.strip() for part in parts.split(",") if part.strip()]


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


def _before(first: str, rest: str, known: set[str], net: WordNet, found: dict[str, list[str]]) -> list[str]:
    """Return the first word where it shows whatever it stands before.

    Frozen lakes are frozen; Vietnamese spring rolls are Vietnamese, and a French fry is not French.
    """
    last = rest.rpartition(" ")[2]
    dish = (rest in known and (net.subject(last) != ANIMAL or last == "egg")) or rest in entries("loanwords")
    # A French bulldog puppy is a French bulldog's.
    kind = found.get(f"{first} {rest.split(maxsplit=1)[0]}", [first]) if " " in rest else [first]
    nation = first in packed("nations") and first in kind and (dish or net.subject(last) in {OBJECT, PLACE, PERSON})
    # A frozen shoulder is none, and of a quiet state nothing is seen.
    quality = first in QUALITIES and net.subject(last) not in {BODY, "26"}
    feast = first in entries("calendar") and first in kind
    return [first] if nation or quality or feast else []


def _within(phrase: str, known: set[str], net: WordNet) -> list[str]:
    """Return the phrases that begin or end a longer one and stand by themselves."""
    rest, (short, _, last) = phrase.partition(" ")[2], phrase.rpartition(" ")
    # A fly agaric mushroom is a fly agaric.
    stands = [short] if " " in short and short in known and last in BROAD else []
    if " " in rest and rest in known:
        # A red double decker bus is a double decker bus.
        stands.append(rest)
    elif " " in short and short in known and net.subject(last) != ANIMAL:
        # A barbed wire fence has barbed wire.
        stands.append(short)
    return stands
