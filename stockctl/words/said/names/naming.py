"""Names in a text, told by their capitals and by the places of GeoNames; a headline's capitals say nothing."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from stockctl.words.lemma import plain
from stockctl.words.proper.placenames import countries, flat, is_place, region, town, town_by_river
from stockctl.words.said.listed import phrase, phrases
from stockctl.words.said.marks import mark_of
from stockctl.words.said.nouns import is_bound, is_newer
from stockctl.words.said.tokens import WORD, Unit, is_empty, joined, shown
from stockctl.words.tables import entries, packed, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

# A text of so many words, all of the longer ones with capitals, is a headline.
_HEADLINE_WORDS = 3
# Words that stay small in headlines have so many letters; so many others that are no names make one.
_SMALL_WORD, _RAISED, _LONG_WORD = 3, 2, 6
_SMALL_IN_NAMES = frozenset(
    "of de da do del della dei delle di la el al van von bin du des dos das der na y e i".split()  # noqa: SIM905 - a table
)
# Between a small word within a name and the name these may stand: Piton de la Fournaise.
_ARTICLES = frozenset(("the", "la", "las", "los", "les"))
# Behind a word of English these lead to a name: boats of Lisbon; the others stand within one: Tour de France.
_LEADING = frozenset(("of", "y", "e", "i", "la", "el", "al", "van"))
_TITLES = frozenset(("dr", "mr", "mrs", "ms", "prof"))
# A people's name before one of these is part of a place's: the Julian Alps, the Arabian Sea.
_WATERS_AND_RANGES = frozenset(
    ("alps", "sea", "ocean", "gulf", "bay", "strait", "range", "desert", "peninsula", "coast")
)


# How a picture was taken, and no name: hyperlapse of Hong Kong.
_TAKEN = frozenset(("hyperlapse", "timelapse", "flatlay", "cinemagraph", "closeup", "footage"))
# What is called by its name alone.
_CALLED = frozenset(
    ("river", "volcano", "delta", "strait", "waterfall", "temple", "region", "glacier", "canyon", "fjord", "crater",
     "lagoon", "waterfalls", "monastery", "fortress", "shrine", "basilica", "mosque", "pagoda", "geyser")
)  # fmt: skip
_LANDFORMS = frozenset(("valley", "plateau", "desert", "gorge", "plain", "plains", "dunes", "delta"))
_ISLANDS = frozenset(("island", "islands", "archipelago", "valley", "peninsula"))
# Behind somebody's name in the genitive these are a place's: Arthur's Pass, a town of Arthur's or not.
_SIGHTS = frozenset(("pass", "peak", "seat", "point", "rock", "head", "bay", "cove", "mount", "lookout"))
# Of these a town's name behind "de" says where: Carnaval de Oruro.
_FEASTS = frozenset(
    ("carnaval", "carnival", "feria", "fiesta", "fiestas", "festival", "festa", "museo", "museu", "mercado", "catedral",
     "universidad", "plaza", "puerto")
)  # fmt: skip
# What is held, or stands, in the town before it.
_HELD_THERE = frozenset(
    ("carnival", "carnaval", "festival", "fair", "market", "marathon", "parade", "skyline", "airport", "metro",
     "biennale", "derby", "pride", "cathedral", "beach", "harbour", "harbor", "station", "university")
)  # fmt: skip
# A name and what it is the name of.
_PAIR = 2
# Jemaa el-Fnaa.
_RAISED_PART = re.compile(r"^[a-z]{1,3}[-'’][A-Z]")
# Before a place these are part of its name: South Georgia, Old Havana.
_DIRECTIONS = frozenset(
    ("north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "upper", "lower",
     "high", "old", "new", "inner", "outer", "greater", "little")
)  # fmt: skip
# These say besides how a thing is.
_AGES = frozenset(("old", "new", "little", "high", "low"))


def is_headline(text: str) -> bool:
    """Whether all words of a text but the small ones have capitals, which then say nothing.

    A line that begins with a capital and holds only names besides ("Boat on Lake Bled") is none.
    """
    words = WORD.findall(text)
    long = [word for word in words if len(word) > _SMALL_WORD]
    if text.isupper():
        return True
    if len(long) < _HEADLINE_WORDS or not all(word[0].isupper() for word in long):
        return False
    begin, _, end = _geography()
    raised = 0
    for before, word in pairwise(words):
        bare = plain(word)
        if not word[0].isupper() or plain(before) in begin or bare in begin | end or bare in packed("nations"):
            continue
        if bare in entries("stop"):
            return True
        raised += bare in packed("english") and not is_place(word)
    return raised >= _RAISED


def place_begins() -> frozenset[str]:
    """Return the words with which names of places begin: mount, lake, pura."""
    return _geography()[0]


def place_ends() -> frozenset[str]:
    """Return the words with which names of places end: park, street, cathedral."""
    return _geography()[2]


def is_placename(part: Sequence[Token]) -> bool:
    """Whether some words are a place's name: a region of several words in any letters, a town only with capitals."""
    name = flat([one.written for one in part])
    if region(name):
        return True
    if (
        part[0].written[:1].isupper()
        and part[-1].written[:1].isupper()
        and town_by_river([one.written for one in part])
    ):
        return True
    capitals = all(one.written[:1].isupper() or one.bare in _SMALL_IN_NAMES for one in part)
    return capitals and part[0].written[:1].isupper() and (bool(town(name)) or name in packed("landforms"))


def name_length(tokens: Sequence[Token], *, begins: bool) -> int:
    """Return how many of the tokens, from the first on, make one name by their capitals; 0 where they make none."""
    length = _capitals(tokens)
    words = tokens[:length]
    if length < 2:
        return 0
    first = words[0].bare
    begin, _, end = _geography()
    owner = words[0].written.replace("’", "'").removesuffix("'s")
    if first.endswith("'s") and words[1].bare not in _SIGHTS and is_place(flat([owner])):
        return 0
    if (length == 2 and _of_a_town(words)) or _is_of_direction(words):
        # North Seymour Island.
        return _PAIR + (length > _PAIR and words[_PAIR].bare in end and words[1].bare not in end)
    while length > _PAIR and _leads_on(words[:length]):
        length -= 1
        words = words[:length]
    # A people, a faith or a weekday before a name is a word by itself, and so is a country behind one.
    if first.removesuffix("'s") in packed("nations") and words[-1].bare not in _WATERS_AND_RANGES:
        return length if _is_of_nation(words) else 0
    taken = first in packed("english") or first in _TAKEN
    if begins and taken and first not in begin and words[1].bare in _LEADING | _TITLES:
        # The dentist Dr. Petrova is a dentist.
        return length if first in end and words[1].bare == "of" else 0
    if first in begin or words[-1].bare in end:
        return length
    # Captain Olufemi Adeyinka is a captain.
    titled = begins and length > _PAIR and mark_of(first)[:1] == "p" and first in packed("english")
    if titled or region(flat([words[0].written])) or _is_city(words[0]):
        return 0
    if length == _PAIR and _lies_in(words):
        return 0
    common = packed("english")
    person = first in packed("given") and words[1].bare not in common
    how = mark_of(first)[:1] == "c" or first in entries("seen_so")
    if begins and first in common and (how or not (person or _is_strange(words[1]))):
        # A red Bernina Express.
        return 0
    return 0 if all(word.bare in common for word in words) and begins else length


def _lies_in(words: Sequence[Token]) -> bool:
    """Whether of two names the second is where the first lies: Suzdal Russia, Alberobello Puglia, Maokong Taipei."""
    first, second = (flat([word.written]) for word in words)
    if second in countries() or second in {"bali", "java"}:
        return True
    whole = f"{first} {second}"
    if town(whole) or region(whole) or whole in packed("landforms") or phrase(words) is not None:
        return False
    somebody = words[0].bare in packed("given") and not is_place(words[0].written)
    return not somebody and first not in packed("english") and (bool(region(second)) or _is_city(words[1]))


def _leads_on(words: Sequence[Token]) -> bool:
    """Whether the last word of a longer name is where it lies: Bukit Lawang Sumatra, Hotel Nacional Havana."""
    if words[-2].bare in _SMALL_IN_NAMES:
        return False
    last = flat([words[-1].written])
    if last in countries():
        return True
    name = flat([word.written for word in words])
    end = flat([word.written for word in words[-2:]])
    known = any(town(one) or region(one) or one in packed("landforms") for one in (name, end))
    return not known and (bool(region(last)) or _is_city(words[-1]))


def _is_of_direction(words: Sequence[Token]) -> bool:
    """Whether two words are a place's name with a direction: South Georgia; West Lake before Hangzhou."""
    if words[0].bare not in _DIRECTIONS:
        return False
    begin, _, end = _geography()
    lake = len(words) > _PAIR and words[1].bare in begin | end and is_place(words[2].written)
    name = flat([words[1].written])
    if words[0].bare in _AGES:
        # Old Havana; of Lada there is a village, and an old one is a car.
        whole = flat([one.written for one in words[:2]])
        return lake or bool(region(name)) or _is_city(words[1]) or bool(town(whole)) or name in countries()
    return lake or is_place(words[1].written)


def _capitals(tokens: Sequence[Token]) -> int:
    """Return how many words with capitals, and small ones within a name, stand together from the first on."""
    length = 0
    while length < len(tokens) and (
        _capital(tokens[length])
        or (
            0 < length < len(tokens) - 1
            and tokens[length].bare in _SMALL_IN_NAMES | {"the"}
            and (
                _capital(tokens[length + 1])
                or (tokens[length + 1].bare in _ARTICLES and length + 2 < len(tokens) and _capital(tokens[length + 2]))
            )
            and (tokens[length].bare != "the" or tokens[length - 1].bare == "of")
        )
    ):
        length += 1
    return length


def _is_of_nation(words: Sequence[Token]) -> bool:
    """Whether a people's name and a word of English with a capital are one name: Scottish Highlands, Roman Forum."""
    if len(words) != 2:
        return False
    name = flat([words[1].written])
    listed = (
        is_place(name) or region(name) or words[1].bare in packed("nations") or words[1].bare in entries("calendar")
    )
    bare = words[1].bare
    small = bare in entries("lands") or (bare in packed("english") and bare not in packed("capitals"))
    people = words[0].bare in packed("nations")
    return people and small and not listed and words[1].written[:1].isupper() and not _shouts(words)


def _shouts(words: Sequence[Token]) -> bool:
    return all(word.written.isupper() for word in words)


def _of_a_town(words: Sequence[Token]) -> bool:
    """Whether two words name a thing of a town: London Underground, Boston Marathon."""
    what = words[1].bare
    thing = what in packed("english") and not is_place(words[1].written) and what not in packed("nations")
    return thing and _is_city(words[0])


def _is_city(token: Token) -> bool:
    """Whether a word is a large town's name and none of English."""
    name = flat([token.written])
    return name in packed("cities") and name not in packed("english")


def _is_strange(token: Token) -> bool:
    """Whether a word is neither English nor the name of a place, a people or a person."""
    bare, name = token.bare, flat([token.written])
    listed = bare in packed("english") or bare in packed("nations") or bare in packed("given")
    return not (listed or bare in entries("given_more") or is_place(name) or region(name) or town(name))


def _capital(token: Token) -> bool:
    raised = token.written[:1].isupper() or bool(_RAISED_PART.search(token.written))
    return raised and (not is_empty(token.bare) or token.bare in entries("name_begins"))


def land_length(tokens: Sequence[Token], *, begins: bool) -> int:
    """Return 2 where the tokens begin with a name and, in small letters, what land it is: Gayo highlands; else 0.

    `begins` says that the clause does, so that a capital letter tells nothing of a word of English.
    """
    if len(tokens) < 2 or not _capital(tokens[0]) or not tokens[1].free or tokens[1].bare not in entries("lands"):
        return 0
    first = tokens[0].bare
    if phrase(tokens[1:3]) is not None:
        # Durban street food lies in no street.
        return 0
    return 0 if (begins and first in packed("english")) or first in packed("nations") else 2


def of_place(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a listed thing behind a name that nobody knows: Borgund stave church."""
    part = tokens[at : at + 3]
    if len(part) < 3 or not part[0].free or not part[0].written[:1].isupper() or part[0].bare in packed("nations"):
        return None
    if part[0].bare in packed("english") or is_empty(part[0].bare):
        return None
    thing = phrase(part[1:]) if all(one.free and one.written.islower() for one in part[1:]) else None
    if thing is None or not part[0].bare.isalpha() or not is_bound(tokens[at + 3 : at + 4]):
        return None
    name = (shown(part[0].written),)
    return Unit(joined(part), tuple(dict.fromkeys((*name, thing.word, *thing.parts))), thing.kind), 3


def named(part: Sequence[Token]) -> Unit:
    """Return a name as a unit; what kind of place it is stands by itself."""
    kinds, written = _geography()[1], [shown(one.written) for one in part]
    tail = part[-1].bare
    parts: tuple[str, ...] = ()
    if tail in kinds or tail in entries("lands") or tail in _CALLED:
        double = " ".join(one.bare for one in part[-2:])
        if double in phrases() and len(part) > 2:
            parts = (double,) if tail == "park" else (double, written[-1])
        elif (
            len(part) == _PAIR
            and written[1] == part[1].written
            and tail in _CALLED
            and part[0].bare not in packed("english")
        ):
            # The Douro river is called the Douro; of Inle Lake and the Ping river that says little.
            parts = (written[0], written[-1])
        else:
            parts = (written[-1],)
    elif part[0].bare in {"lake", "river"}:
        parts = (written[0] if part[0].bare == "lake" else joined(part[1:]),)
    if len(part) > 2 and part[-1].written.islower() and all(one.written[:1].isupper() for one in part[:-1]):
        parts = (joined(part[:-1]), *parts)
    parts = (*place_within(part), *parts)
    if _is_of_nation(part):
        parts = ()
    water = flat([one.written for one in part]) in packed("landforms")
    bare = [one.bare for one in part]
    of = bare.index("of") if "of" in bare else 0
    if of and not water:
        # Horseshoe Bend of Colorado River; the Church of the Good Shepherd.
        before = (joined(part[:of]),) if of > 1 else (written[0],) if bare[0] in kinds or _is_many(part[0]) else ()
        parts = (*before, *parts)
    if of and not water and town(flat([one.written for one in part[of + 1 :]])):
        kind = (written[of - 1],) if of > 1 and bare[of - 1] in kinds else ()
        parts = (*kind, *parts, " ".join(written[of + 1 :]))
    if _is_thing(part[0]) and all(_is_strange(one) and one.bare not in _SMALL_IN_NAMES for one in part[1:]):
        # Waterfall Skogafoss.
        parts = (written[0], joined(part[1:]), *parts)
    if len(part) == _PAIR and flat([part[0].written]) in countries():
        # The Lesotho highlands lie in Lesotho.
        parts = (written[0], *parts)
    parts = (*parts, *_where(part))
    if len(part) == 2 and tail != "river" and _of_a_town(part):
        parts = (written[0], *parts)
    # A town that begins as a river does is none: Rio de Janeiro.
    one_of = "" if any(town(one) for one in parts) else _kinds_of_places().get(part[0].bare, "")
    return Unit(joined(part), tuple(dict.fromkeys(parts)), one_of)


def _where(part: Sequence[Token]) -> tuple[str, ...]:
    """Return the land or town that a name ends with: Antigua Guatemala, Carnaval de Oruro."""
    if len(part) == _PAIR and flat([part[1].written]) in countries() and part[0].bare not in _DIRECTIONS:
        return (shown(part[1].written),)
    if len(part) == _PAIR and part[1].written in _ISLANDS and region(flat([part[0].written])):
        # Sumba island is Sumba.
        return (shown(part[0].written),)
    if len(part) == _PAIR and part[0].bare in packed("nations") and region(flat([part[1].written])):
        # Swedish Lapland.
        return (shown(part[1].written),)
    if len(part) == _PAIR and part[1].bare in _LANDFORMS and part[0].bare not in packed("english"):
        # Yosemite Valley is Yosemite, too.
        name = flat([part[0].written])
        return (shown(part[0].written),) if region(name) or name in packed("landforms") or town(name) else ()
    feast = len(part) > _PAIR and part[0].bare in _FEASTS and part[1].bare in _SMALL_IN_NAMES
    return (joined(part[2:]),) if feast and town(flat([one.written for one in part[2:]])) else ()


def _is_many(token: Token) -> bool:
    """Whether a word that nobody knows is a plural: the sapeurs of Brazzaville."""
    return token.bare.endswith("s") and token.bare not in packed("english") and not is_place(token.written)


def _is_thing(token: Token) -> bool:
    """Whether a word with a capital is a thing by itself, and no maker's name."""
    mark = mark_of(token.bare)
    thing = mark[:1] == "n" or (not mark and len(token.bare) > _LONG_WORD and is_newer(token.bare))
    return thing and token.bare not in place_begins() and token.bare not in entries("cameras")


def place_within(part: Sequence[Token]) -> tuple[str, ...]:
    """Return the place that a thing's name begins with: Serengeti of its park, Victoria Falls of its bridge."""
    if len(part) < 3:
        return ()
    if any(one.bare in _SMALL_IN_NAMES for one in part):
        # Rio de Janeiro Carnival.
        name = flat([one.written for one in part[:-1]])
        return (joined(part[:-1]),) if part[-1].bare in _HELD_THERE and (town(name) or region(name)) else ()
    if part[-2].bare == "national" and part[-1].bare in {"park", "memorial", "monument", "forest", "reserve"}:
        return (joined(part[:-2]),)
    before = part[:-1]
    known = len(before) > 1 and all(one.written[:1].isupper() for one in part) and part[-1].bare in _geography()[2]
    name = flat([one.written for one in before])
    return (joined(before),) if known and (town(name) or name in packed("landforms")) else ()


@cache
def _geography() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the words with which names of places begin, those that end one and say its kind, and all that end one."""
    table = {row[0]: frozenset(row[1].split()) for row in rows("geography")}
    return table["begin"], table["end+"], table["end+"] | table["end"]


@cache
def _kinds_of_places() -> dict[str, str]:
    """Return what a place is by the word that its name begins with: mount → mountain, pura → temple."""
    return {word: row[0] for row in rows("beginnings") for word in row[1].split()}
