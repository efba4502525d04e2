"""What no suggestion may be; of a person's own words the same things are only said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.words.lemma import key, tokens
from stockctl.words.proper.names import restricted
from stockctl.words.spam import MAX_CHARACTERS, MAX_WORDS, is_filler, leaf_of_path, parts_of_list, parts_of_path
from stockctl.words.spelling import spelling
from stockctl.words.texts.language import foreign, foreign_parts, shown_parts
from stockctl.words.texts.people import is_person, private_names
from stockctl.words.texts.titles import faults, untidy

if TYPE_CHECKING:
    from collections.abc import Sequence

# Of fewer keywords their language cannot be told.
_FEW = 2
# Shortened words that say something beside others only: 5 pm, approx. 300 m.
_SHORTENED = frozenset(
    (
        "am",
        "a.m",
        "approx",
        "ca",
        "cf",
        "e.g",
        "eg",
        "etc",
        "excl",
        "i.e",
        "incl",
        "misc",
        "nr",
        "p.m",
        "pm",
        "resp",
        "vs",
    )
)
# So many slips of one file are told one by one.
_MOST_SLIPS = 10


@dataclass(frozen=True)
class Dictionary:
    """A person's own dictionary, by key: words added, banned, and allowed although we refuse them."""

    added: frozenset[str] = frozenset()
    banned: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()

    @property
    def known(self) -> frozenset[str]:
        """Words that spelling leaves alone."""
        return self.added | self.allowed


@dataclass(frozen=True, slots=True)
class Rejected:
    """A suggestion that was turned down: `why` is one word or a short phrase, for scripts."""

    word: str
    why: str


def objection(word: str, dictionary: Dictionary) -> str:
    """Return why a suggestion is turned down, or an empty text.

    `banned`, `trademark`, `artist`, `camera`, `offensive`, `filler`, `number`, `too long`.
    """
    itself = key(word)
    if itself in dictionary.banned or word.lower() in dictionary.banned:
        return "banned"
    if itself in dictionary.allowed:
        return ""
    for hit in restricted(word):
        if key(hit.word) not in dictionary.allowed:
            return hit.why
    parts = tokens(word)
    if not any(letter.isalpha() for part in parts for letter in part):
        return "number"
    if is_filler(word) or word.lower() in _SHORTENED:
        return "filler"
    return "too long" if len(word) > MAX_CHARACTERS or len(parts) > MAX_WORDS else ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of a person's own words: the rule's name, a sentence, what to do."""

    rule: str
    message: str
    hint: str = ""


@dataclass
class _Remarks:
    found: list[Remark] = field(default_factory=list)

    def add(self, rule: str, message: str, hint: str = "") -> None:
        self.found.append(Remark(rule, message, hint))


def _instead(word: str) -> str:
    """Return what to add instead of a keyword that holds several, as the end of a hint; nothing where it holds none."""
    leaf = leaf_of_path(word)
    parts = [leaf] if leaf and not is_person(leaf) else [] if parts_of_path(word) else parts_of_list(word)
    return f"; what you mean: --add {', '.join(parts)!r}" if parts and parts != [word.strip()] else ""


def _of_language(keywords: Sequence[str], said: _Remarks) -> str:
    """Say where keywords are not in English; return the language of them all, empty where it is English."""
    together = ", ".join(keywords)
    language = foreign(together) if len(keywords) > _FEW else ""
    if language:
        said.add("language", f"the keywords are not in English ({language})", "agencies want English: translate them")
    elif parts := foreign_parts(together):
        said.add(
            "language",
            f"keywords in another language: {shown_parts(parts)}",
            f"agencies want English: --remove {', '.join(part for part, _ in parts)!r}, and say it in English",
        )
    return language


def remarks(
    texts: tuple[str, str, str], keywords: Sequence[str], dictionary: Dictionary, *, editorial: bool = False
) -> list[Remark]:
    """Return what agencies will object to in a person's own texts (title, description, context) and keywords."""
    from stockctl.words.spam import spam

    said = _Remarks()
    for text in (*texts, *keywords):
        for hit in restricted(text):
            if key(hit.word) not in dictionary.allowed:
                instead = f"say {hit.instead!r} instead, or " if hit.instead else ""
                what = hit.what or {"artist": "an artist's name", "offensive": "offensive"}.get(hit.why, hit.why)
                said.add(
                    "trademark",
                    f"{hit.word!r} is refused by agencies ({what})",
                    f"{instead}send it as editorial; to keep it quiet: stockctl words allow {hit.word!r}",
                )
    for entry in spam(keywords):
        shown = entry.word if len(entry.word) <= MAX_CHARACTERS else f"{entry.word[:40]}…"
        said.add(
            "keyword-spam",
            f"keyword {shown!r} {entry.why}",
            f"take it out: --remove{_instead(entry.word)}",
        )
    for fault in faults(*texts, editorial=editorial):
        said.add(fault.name, fault.message, fault.hint)
    for word in keywords:
        if why := untidy(word):
            said.add(
                "untidy-keyword", f"keyword {word!r} {why}", "write it plainly: agencies change or lose such signs"
            )
        if not editorial and " " in word and private_names(word):
            said.add(
                "private-name", f"keyword {word!r} looks like a private person's name",
                "agencies refuse private names: take it out, or send it as editorial",
            )  # fmt: skip
    language = _of_language(keywords, said)
    english = [text for text in texts if text and not foreign(text)]
    slips = spelling([*([] if language else keywords), *english], dictionary.known)
    if len(slips) > _MOST_SLIPS:
        said.add(
            "spelling",
            f"{len(slips) - _MOST_SLIPS} more words may be slips",
            "they are looked at once these are mended, or added: stockctl words add WORD",
        )
    for slip in slips[:_MOST_SLIPS]:
        said.add(
            "spelling",
            f"{slip.word!r} may be a slip of {slip.meant!r}",
            f"if it is right: stockctl words add {slip.word!r}",
        )
    return list(dict.fromkeys(said.found))
