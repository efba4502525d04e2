"""Names of private persons in texts and keywords: told, and never carried from one picture to another."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from stockctl.words.lemma import key, plain
from stockctl.words.proper.names import restricted
from stockctl.words.proper.persons import goes_by_name, is_given, is_role, is_surname
from stockctl.words.proper.placenames import flat, is_place, region, town, town_by_river
from stockctl.words.said.listed import LONGEST, is_phrase
from stockctl.words.said.marks import mark_of
from stockctl.words.said.names.naming import is_headline, place_begins, place_ends
from stockctl.words.spelling import is_known, meant
from stockctl.words.tables import entries, packed, rows
from stockctl.words.texts.addresses import without_credit

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_OWNERS = frozenset(("my", "our", "his", "her", "their"))
# Before these a name is no private person's: a saint's, a ruler's, a place's, a street's.
_NO_PERSON_BEHIND = frozenset(
    ("st", "saint", "san", "santa", "sao", "sankt", "mount", "mt", "lake", "cape", "port", "puerto", "point", "fort",
     "king", "queen", "prince", "princess", "emperor", "sultan", "president", "pope", "general", "god", "goddess",
     "lord", "lady", "the", "villa", "hotel", "place", "piazza", "plaza", "rue", "via")
)  # fmt: skip
# What follows a name in the name of a place or a thing.
_THINGS = frozenset(
    ("island", "islands", "lake", "river", "park", "street", "square", "cathedral", "church", "bridge", "falls",
     "beach", "bay", "day", "tower", "palace", "castle", "temple", "fountain", "statue", "avenue", "road", "hill",
     "mountain", "valley", "peak", "desert", "coast", "dam", "gate", "wall", "house", "hall", "museum", "airport",
     "station", "tree", "chapel", "abbey", "basilica", "monument", "memorial", "cemetery", "garden", "gardens",
     "market", "mosque", "monastery", "sea", "strait", "cape", "harbour", "harbor", "canal", "glacier", "range",
     "plaza", "quarter", "university", "college", "school", "hospital", "library", "opera", "theatre", "theater",
     "stadium", "rose", "cat", "dog", "bear", "pot", "cake", "salad", "sauce", "soup", "style", "era", "period",
     "architecture")
)  # fmt: skip
# Of whom there is one of these, is known: the Nelson Mandela statue.
_SHOWING = frozenset(("statue", "monument", "memorial", "museum", "mausoleum", "bust", "mural", "sculpture", "tomb"))
# So many words has a person's name at most.
_MOST_PARTS = 4
# So many words has a name that is known by what stands before it alone.
_WHOLE_NAME = 2
# Words between the parts of a name.
_PARTICLES = frozenset(("de", "da", "di", "del", "della", "van", "von", "der", "den", "la", "le", "bin", "al", "el"))


# Before a name these stand with a full stop that ends nothing.
_ADDRESS = re.compile(r"\b(Mr|Mrs|Ms|Dr|Prof|St|Mt)\.(?=\s)")
# Behind these a word is a name although it is a word of English, too: Mrs Jones.
_HONORIFICS = frozenset(
    ("mr", "mrs", "ms", "puan", "encik", "pak", "ibu", "ki", "nyi", "mbah", "haji", "hajah", "ustadz", "ustaz", "shri",
     "smt", "khun", "daw", "señor", "señora", "senor", "senora", "herr", "frau", "pani", "madame", "monsieur", "seu",
     "mzee", "alhaji", "alhaja", "oga", "hajj")
)  # fmt: skip
_CALLED = frozenset(("named", "called", "nicknamed"))
# Given names that are harbours, drinks and towers as often.
_THINGS_TOO = frozenset(("marina", "margarita", "derrick", "horst", "pilar", "carmen"))
# So somebody is called who is small, or loved.
_FONDLY = frozenset(("little", "young", "baby", "dear", "beloved", "sweet"))
# Behind these a word of English is a mark or a drink: Dr. Martens.
_LEARNED = frozenset(("dr", "prof"))


def private_names(text: str) -> list[str]:
    """Return what look like names of private persons in a text, each once, in order.

    A name is one behind a word of kin ("my cousin Derrick", "bride Anna"), a given name with a
    family name ("Anna Kowalski"), or a given name by itself that is neither a place nor a word.
    Who is named in a credit at the end is not in the picture.
    """
    text = without_credit(text)
    if is_headline(text):
        return []
    found: dict[str, None] = {}
    for clause in re.split(r"[,;:!?()\[\]\"“”|/\\•–—\n\t]+|\.(?=\s|$)|\s-+\s", _ADDRESS.sub(r"\1", text)):
        words = _WORD.findall(clause)
        at = 0
        while at < len(words):
            thing = _thing_at(words, at) or _called_at(words, at)
            length = 0 if thing else _name_at(words, at)
            if length:
                found.setdefault(
                    " ".join(word.removesuffix("'s").removesuffix("’s") for word in words[at : at + length])
                )
            at += thing or length or 1
    return list(found)


def _thing_at(words: list[str], at: int) -> int:
    """Return how many words from a place on are the name of a place or a thing: none of them is a person's."""
    if not words[at][:1].isupper():
        return 0
    for length in range(min(LONGEST, len(words) - at), 1, -1):
        if words[at + length - 1][:1].isupper() and is_phrase(" ".join(words[at : at + length])):
            return length
    if at + 2 < len(words) and words[at + 2][:1].isupper() and town_by_river(words[at : at + 3]):
        return 3
    length = _capitals(words, at)
    run = words[at : at + length]
    begins = _bare(words[at]) in place_begins() and not (at and _bare(words[at - 1]) in entries("kin"))
    shown = at + length < len(words) and length > 1 and _bare(words[at + length]) in _SHOWING
    known = shown or (length > 1 and (begins or _bare(run[-1]) in place_ends() or _is_known_place(run)))
    return length if known else 0


def _called_at(words: list[str], at: int) -> int:
    """Return how many words from a place on are a thing that is called after somebody: a Petri dish, black-eyed Susan.

    Somebody who is known to all by their works is no private person either: a Frank Lloyd Wright house.
    """
    if _bare(words[at]) in entries("kin"):
        return 0
    for length in range(min(LONGEST, len(words) - at), 0, -1):
        part = words[at : at + length]
        raised = [word[:1].isupper() for word in part]
        if not any(raised):
            return 0
        whole = " ".join(part)
        if raised[0] and plain(whole.replace("’", "'")).removesuffix("'s") in _known():
            return length
        if any(raised) and not all(raised) and not part[-1].endswith("ing") and is_phrase(whole):
            return length
    return 0


@cache
def _known() -> frozenset[str]:
    """Return the names of builders, writers and others whose works and houses are shown."""
    return frozenset(row[0] for row in rows("known"))


def _capitals(words: list[str], at: int) -> int:
    length = 1
    while at + length < len(words) and length < _MOST_PARTS and words[at + length][:1].isupper():
        length += 1
    return length


def _name_at(words: list[str], at: int) -> int:
    """Return how many words from a place on are a private person's name; 0 where none is."""
    word = words[at]
    bare = _bare(word)
    before = _bare(words[at - 1]) if at else ""
    if word.islower():
        return int(_is_small_name(word, bare, before))
    if not word[:1].isupper() or len(bare) < 3 or bare in packed("nations"):
        return 0
    length = _capitals(words, at)
    run = words[at : at + length]
    if before in _NO_PERSON_BEHIND or (length > 1 and _is_only_role(bare, _bare(run[1]))):
        return 0
    last = _bare(run[-1])
    behind_kin = before in entries("kin") and (at < 2 or words[at - 2][:1].islower() or _bare(words[at - 2]) in _OWNERS)
    if _is_introduced(words, at, length):
        return length
    one = is_role(before)
    # My niece Charlotte is neither a dish nor a town.
    owned = behind_kin and at > 1 and _bare(words[at - 2]) in _OWNERS and is_given(bare)
    wordlike = bare in packed("english") or _is_large_place(word)
    if behind_kin and bare not in entries("kin") and (owned or not wordlike):
        return length
    couple = not at and length == _WHOLE_NAME and (_with_kin(words[length:]) or _acts(run, words[length:]))
    if (couple or (one and length == _WHOLE_NAME and words[at - 1].islower())) and not any(
        _is_listed(word) for word in run
    ):
        # The geneticist Chen Weiling.
        return length
    if not is_given(bare) or bare in entries("not_private"):
        return 0
    feasts = entries("calendar") - entries("months")
    if bare in entries("calendar") or last in feasts or before in feasts:
        # Merry Christmas, Ramadan Kareem.
        return 0
    if length > 1:
        family = last in packed("family") or last not in packed("english")
        common = bare in entries("name_words") and last in packed("english")
        return length if family and not common and (one or not _is_large_place(run[-1])) else 0
    alone = (bare not in packed("english") and not is_place(word)) or _is_somebody(words, at)
    of_thing = at + 1 < len(words) and _bare(words[at + 1]) in _THINGS
    return 1 if alone or ((behind_kin or one) and not of_thing and not _is_large_place(word)) else 0


def _is_somebody(words: list[str], at: int) -> bool:
    """Whether a given name that English or a small place has, too, is somebody's: little Emma, Emma smiling."""
    bare = _bare(words[at])
    if bare not in entries("given") or bare in _THINGS_TOO or bare in entries("not_private"):
        return False
    after = words[at + 1] if at + 1 < len(words) else ""
    acts = after.islower() and after.endswith("ing") and not _is_large_place(words[at])
    return acts or (at > 0 and _bare(words[at - 1]) in _FONDLY)


def _is_introduced(words: list[str], at: int, length: int) -> bool:
    """Whether what stands before a word with a capital says that a name begins: nurse, Dr., Mrs, a dog called."""
    word = words[at]
    bare = _bare(word)
    before = _bare(words[at - 1]) if at else ""
    if _is_strange_one(words, at, length) or (
        goes_by_name(before, bare) and _goes_on(before, words[at : at + length], words[at + length :])
    ):
        return True
    if before in _LEARNED and bare not in packed("english") and not _is_large_place(word):
        return True
    if before in _CALLED and at > 1 and is_role(_bare(words[at - 2])) and not _is_large_place(word):
        return True
    return before in _HONORIFICS and bare not in entries("stop") | entries("kin")


def _is_strange_one(words: list[str], at: int, length: int) -> bool:
    """Whether a word that nobody knows is the name of who acts: skier Johansson racing, photographer Ansel with."""
    after = words[at + length] if length == 1 and at + length < len(words) else ""
    if not at or not is_role(_bare(words[at - 1])) or _is_listed(words[at]):
        return False
    return (after.islower() and after.endswith("ing")) or (after == "with" and not is_place(words[at]))


def _is_only_role(bare: str, after: str) -> bool:
    """Whether a word before a name is none, though some are called so: Pastor John, King Charles, Young Boxer."""
    if bare in entries("given") or not (is_given(after) or (is_role(after) and after in packed("english"))):
        return False
    if bare == "major" or mark_of(bare)[:1] == "a":
        return True
    return bare in _NO_PERSON_BEHIND or (bare in packed("english") and is_role(bare))


def _goes_on(before: str, run: list[str], after: list[str]) -> bool:
    """Whether words with capitals behind what somebody is are a name: no place, no thing, and no title of a feast."""
    last = _bare(run[-1])
    if restricted(" ".join((before, *run))):
        # Dr. Martens are boots.
        return False
    if (_is_large_place(run[-1]) and last not in entries("given")) or any(
        last in ends for ends in (_THINGS, packed("nations"), entries("calendar"), place_ends())
    ):
        return False
    strange = _bare(run[0]) not in packed("english") or is_given(_bare(run[0]))
    return strange or (len(run) == 1 and bool(after) and after[0].islower() and _bare(after[0]) not in _THINGS)


def _with_kin(words: list[str]) -> bool:
    """Whether a text goes on with somebody of theirs: and his wife."""
    return len(words) > 1 and words[0] == "and" and words[1] in {"his", "her", "their"}


def _acts(run: list[str], after: list[str]) -> bool:
    """Whether of two names the one is somebody's and the text goes on with what they do: Chen Meiling soldering."""
    names = [_bare(word) for word in run]
    if is_role(names[0]) and not is_surname(names[0]):
        return False
    somebody = any(is_given(name) or name in packed("family") for name in names)
    return somebody and bool(after) and after[0].endswith("ing") and after[0].islower()


def _is_listed(word: str) -> bool:
    """Whether a word with a capital is one of English, a people's, a feast's or a large place's."""
    bare = _bare(word)
    lists = (
        packed("english"),
        packed("nations"),
        entries("calendar"),
        entries("loanwords"),
        place_begins(),
        place_ends(),
    )
    return any(bare in one for one in lists) or _is_large_place(word)


def _is_small_name(word: str, bare: str, before: str) -> bool:
    """Whether a word in small letters is a given name: no word besides, or a common one behind a word of kin."""
    if len(bare) < 4 or bare in entries("not_private") | entries("calendar") | entries("loanwords"):
        return False
    if before in entries("kin") - {"named", "called", "model", "student"} and bare in entries("given"):
        return True
    return (
        (bare in entries("given") or bare in entries("given_more"))
        and not is_known(bare)
        and bare not in packed("capitals")
        and not is_place(word)
    )


def persons(text: str) -> list[str]:
    """Return the names of persons in a text in any case of letters, as they stand: "Anna Kowalska", or "anna" alone.

    It is for what a model wrote, whose capitals say nothing. A given name counts by itself; one that is a word, too
    (Rose, Mark), counts before a surname only. Names of places and things that are called after somebody
    (Lake Victoria, St. Peter's Square) do not count.
    """
    words = _WORD.findall(text)
    found: list[str] = []
    at = 0
    while at < len(words):
        length = _spoken_at(words, at)
        if length:
            found.append(" ".join(words[at : at + length]))
        at += length or 1
    return found


def _spoken_at(words: list[str], at: int) -> int:
    """Return how many words from a place on are a person's name, whatever their letters; 0 where none is."""
    word = words[at]
    bare = plain(word)
    certain, possible = bare in entries("given"), bare in entries("givenwords")
    if not (certain or possible) or (at and _bare(words[at - 1]) in _NO_PERSON_BEHIND):
        return 0
    end = at + 1
    while end + 1 < len(words) and plain(words[end]) in _PARTICLES:
        end += 1
    surname = words[end] if end < len(words) else ""
    if _bare(surname) in _THINGS or bare.endswith(("'s", "’s")):
        return 0
    both = surname[:1].isupper() and word[:1].isupper()
    stranger = len(surname) > 2 and not is_known(surname.lower())
    if (both and (certain or stranger)) or (stranger and certain):
        return end + 1 - at
    return int(certain)


def _is_known_place(run: list[str]) -> bool:
    return is_place(" ".join(run)) or bool(town(flat(run)))


def _is_large_place(word: str) -> bool:
    name = flat([word])
    return bool(region(name)) or name in packed("cities")


def _bare(word: str) -> str:
    return plain(word.replace("’", "'")).removesuffix("'s")


# A strange word of so few letters is no name for sure.
_SHORT_NAME = 3
# Given names before which a word tells when or where something is: summer house, forest hill.
_SETTINGS = frozenset(("autumn", "country", "forest", "garden", "happy", "paris", "river", "summer", "winter", "young"))


def is_called(one: str, other: str) -> bool:
    """Whether two words in small letters are a given name and a surname: kate bush, bill gates; not olive wood."""
    given, family = plain(one), plain(other)
    words = entries("givenwords") | entries("name_words")
    # Of the given names that are words those are meant that somebody is likely called (bill), not long or lady.
    if given in packed("english") and given not in entries("given") | words:
        return False
    if (
        not is_given(given)
        or given in _SETTINGS | entries("stop") | entries("calendar") | entries("delicate")
        or is_place(one)
    ):
        return False
    # So is a word that nobody knows: max verstappen.
    strange = len(family) > _SHORT_NAME and not is_known(family) and not is_place(other) and not meant(family)
    if not (is_surname(family) or strange) or is_phrase(f"{one} {other}"):
        return False
    known = (mark_of(family) or mark_of(key(family)))[:1]
    return strange or family in entries("surnames") or known in {"", "p"} or given not in words


@lru_cache(maxsize=20_000)
def is_person(keyword: str) -> bool:
    """Whether a keyword may be somebody's name: such a word holds for one picture only.

    Lower case is how keywords are written, so that more words are held for names than `private_names` tells.
    """
    words = _WORD.findall(keyword)
    bare = [_bare(word) for word in words]
    english = packed("english")
    if not bare or is_phrase(keyword) or any(word in entries("loanwords") for word in bare):
        return False
    if len(bare) == 1:
        return (
            bare[0] not in entries("calendar")
            and is_given(bare[0])
            and (words[0][:1].isupper() or bare[0] not in english)
        )
    unknown = [word not in english and word not in packed("nations") for word in bare]
    if all(unknown) or (all(word[:1].isupper() for word in words) and any(unknown)):
        return True
    family = bare[-1] in packed("family") and bare[0] not in entries("name_words")
    return is_given(bare[0]) and (unknown[-1] or family)
