"""Given names and surnames, and which words of a text are one behind a word of what somebody is: nurse Olga."""

from __future__ import annotations

from stockctl.words.lemma import plain
from stockctl.words.proper.placenames import is_place
from stockctl.words.said.marks import mark_of
from stockctl.words.tables import entries, packed

# Before these and behind them a name is no private person's: apostles, kings, gods.
_EXALTED = frozenset(
    ("saint", "st", "san", "santa", "sao", "sankt", "virgin", "mother", "father", "apostle", "evangelist", "disciple",
     "prophet", "archangel", "angel",
     "king", "queen", "prince", "princess", "emperor", "empress", "sultan", "pharaoh", "tsar", "president", "premier",
     "pope", "god", "goddess", "lord", "lady", "martyr", "messiah", "child", "baby", "infant", "general",
     "explorer", "composer", "philosopher", "poet", "inventor", "senator", "minister", "duke", "duchess")
)  # fmt: skip
# What somebody is, by words that are things, verbs or none of the list, too.
_ROLES = frozenset(
    ("ceo", "cfo", "cto", "guide", "pilot",
     "judge", "tailor", "volunteer", "model", "cook", "barista", "neighbor", "intern", "lieutenant",
     "corporal", "sheriff", "constable", "influencer", "blogger", "vlogger", "biker", "dj", "host", "hostess", "vet",
     "mate", "coworker", "caregiver", "pensioner", "retiree", "veteran", "survivor", "freelancer", "apprentice")
)  # fmt: skip
# Behind these a surname stands alone, though it is a word of English: Officer Brown.
_TITLES = frozenset(
    ("doctor", "professor", "prof", "dr", "nurse", "officer", "captain", "sergeant", "lieutenant", "colonel", "judge",
     "mayor", "coach", "pastor", "reverend", "sheriff", "detective", "inspector", "constable", "agent", "teacher",
     "principal", "major", "surgeon", "commander", "corporal", "deputy", "attorney")
)  # fmt: skip
# Given names that are somebody's else only in faith and history.
_OF_ALL = frozenset(
    ("ali", "adam", "mark", "mary", "peter", "eve", "abraham", "jackson", "catrina", "valentine", "kali", "sita",
     "indra")
)  # fmt: skip
_SHORTEST = 3


def is_given(bare: str) -> bool:
    """Whether a word, lower case and without accents, is somebody's given name; it may be a word of English, too."""
    return bare in packed("given") or bare in entries("given_more")


def is_surname(word: str) -> bool:
    """Whether a word is somebody's surname; it may be a word of English, too."""
    bare = plain(word)
    return bare in packed("family") or bare in entries("surnames")


def is_role(word: str) -> bool:
    """Whether a word in plain letters says what somebody is, so that a name behind it is theirs: the fisherman Joao."""
    mark = mark_of(word)
    trade = not mark and word.endswith("ist") and word in packed("english")
    return mark[:1] == "p" or "~" in mark or trade or word in _ROLES


def goes_by_name(role: str, name: str) -> bool:
    """Whether a word with a capital behind what somebody is, both in plain letters, is a private name's begin.

    It may be a name that elsewhere is a saint's (farmer Joseph), or a surname (Doctor Kowalski).
    """
    if not (is_role(role) or role in _TITLES) or role in _EXALTED or len(name) < _SHORTEST:
        return False
    if is_given(name) and (name in entries("given") or name in _OF_ALL):
        return True
    if not is_surname(name):
        return False
    return role in _TITLES or not (is_given(name) or name in packed("english"))


def stands_before_name(word: str, after: str, *, long: bool) -> bool:
    """Whether a word is what somebody is, and no part of the name behind it: Doctor | Kowalski, Fisherman | Inle Lake.

    Both are in plain letters; `long` says that the name goes on.
    """
    if word in _EXALTED or not is_role(word) or word in {"dr", "prof"}:
        return False
    strange = word in packed("english") and after not in packed("english") and (long or not is_place(after))
    return strange or goes_by_name(word, after)
