"""Rules of single words: spam, names that agencies refuse, slips of spelling."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from stockctl.check.rules.registry import Hit, rule
from stockctl.check.rules.texts.editorial import is_editorial
from stockctl.report.finding import Severity
from stockctl.words import spam, spelling
from stockctl.words.lemma import key
from stockctl.words.proper import names
from stockctl.words.texts import titles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.check.asset import Asset

# So many are named; the rest is counted.
_NAMED = 5


@rule("TXT010", "keyword-spam", "Keywords that agencies call spam", Severity.WARNING)
def keyword_spam(asset: Asset) -> Iterator[Hit]:
    """Whether keywords repeat one another, describe the file instead of the picture, or are sentences.

    Singular and plural, and American and British spelling, count as one word.
    A person's words are never taken out: mend it with
    `stockctl keyword PATH --remove WORDS`.
    """
    found = _spam(asset.record.keywords)
    if found:
        yield Hit(_listed([f"{word!r} {why}" for word, why in found]), "take them out", float(len(found)))


@lru_cache(maxsize=4096)
def _spam(keywords: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((one.word, one.why) for one in spam.spam(keywords))


@rule("TXT011", "trademark", "Names that belong to somebody, and camera data", Severity.WARNING)
def trademark(asset: Asset) -> Iterator[Hit]:
    """Whether title, description or keywords hold trademarks, artists' names, camera data or insults.

    Agencies refuse them in texts that sell a licence; in an editorial file a
    mark may be named, camera data and insults may not. The list names its
    sources and is yours to change: `stockctl words ban`, `stockctl words allow`.
    """
    editorial = is_editorial(asset)
    allowed, banned = asset.facts.get("allowed_words", ()), asset.facts.get("banned_words", ())
    found: dict[str, str] = {}
    for text in (asset.record.title, asset.record.description, *asset.record.keywords):
        for word, what, why, instead in _restricted(text):
            if key(word) not in allowed and not (editorial and why in {"trademark", "artist"}):
                found.setdefault(word, f"{word!r} ({what or why}{f'; say {instead}' if instead else ''})")
    if banned:
        own = [word for word in asset.record.keywords if key(word) in banned]
        found |= {word: f"{word!r} (in your own list)" for word in own if word not in found}
    if found:
        yield Hit(_listed(list(found.values())), "say it in neutral words", float(len(found)))


@lru_cache(maxsize=65_536)
def _restricted(text: str) -> tuple[tuple[str, str, str, str], ...]:
    return tuple((hit.word, hit.what, hit.why, hit.instead) for hit in names.restricted(text))


@rule("TXT012", "spelling", "Words that look misspelt", Severity.WARNING)
def slips(asset: Asset) -> Iterator[Hit]:
    """Whether a word in the texts looks like a slip of a common word.

    Names, foreign words and what stands in your dictionary are left alone;
    nothing is ever corrected. `stockctl words allow WORD` teaches it one.
    """
    known = asset.facts.get("allowed_words", ())
    texts = (asset.record.title, asset.record.description, *asset.record.keywords)
    found = dict(pair for text in texts for pair in _slips(text) if key(pair[0]) not in known)
    if found:
        shown = [f"{word!r} (meant {meant!r}?)" for word, meant in found.items()]
        yield Hit(_listed(shown), "mend it, or: stockctl words allow WORD", float(len(found)))


@lru_cache(maxsize=65_536)
def _slips(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((slip.word, slip.meant) for slip in spelling.spelling(text)) if text else ()


@rule("TXT014", "title-form", "A title that is a list, a word or two, or decorated; a private name", Severity.WARNING)
def title_form(asset: Asset) -> Iterator[Hit]:
    """Whether title and description are sentences that a buyer can read.

    It tells of a title of one or two words, of a list of words or a file's name in its place, of "!!!"
    and emoji, of a sentence that stands twice, and in a commercial file of names of private persons;
    it informs of "stock photo of" and of double blanks. Mend it with
    `stockctl keyword PATH --title TEXT`.
    """
    record = asset.record
    for name, message, hint in _faults(record.title or record.headline, record.description, is_editorial(asset)):
        yield Hit(message, hint, severity=Severity.INFO if name in _HARMLESS else None)


@rule("TXT015", "hidden-characters", "Characters in the texts that nobody can see", Severity.WARNING)
def hidden_characters(asset: Asset) -> Iterator[Hit]:
    """Whether characters that nobody can see stand in the texts of the file: marks of direction, zero-width, controls.

    They come along when words are copied from web pages and documents. An
    agency's search does not find such a word, and a mark of direction shows the
    text that follows it turned round. They are left out wherever this program
    reads or sends the words; `stockctl keyword FILE` takes them out of the file.
    """
    hidden = asset.facts.get("hidden") or {}
    if hidden:
        count = sum(hidden.values())
        where = ", ".join(name.replace("_", " ") for name in hidden)
        stand = "character that nobody can see stands" if count == 1 else "characters that nobody can see stand"
        yield Hit(f"{count} {stand} in its {where}", "stockctl keyword FILE takes them out", float(count))


@rule("TXT016", "unknown-charset", "Texts in a character set that nothing tells", Severity.WARNING)
def unknown_charset(asset: Asset) -> Iterator[Hit]:
    """Whether texts stand in the file in bytes whose character set can only be guessed at.

    Old programs wrote IPTC and EXIF without saying in which set. An agency may
    read other letters than were meant; what makes no sense as Windows-1252 is
    not taken for words here. Mend it with `stockctl keyword FILE
    --iptc-charset NAME`, which puts all of them right into every field.
    """
    unsure = asset.facts.get("unsure") or []
    if unsure:
        stand = "stands" if len(unsure) == 1 and not unsure[0].endswith("s") else "stand"
        where = _listed([name.replace("_", " ") for name in unsure])
        hint = "say it: stockctl keyword FILE --iptc-charset windows-1251 (or windows-1250, mac-roman, …)"
        # Western European letters are most likely read as they were meant.
        lost = any(name == "keywords" or not getattr(asset.record, name) for name in unsure)
        severity = Severity.WARNING if lost else Severity.INFO
        said = f"its {where} {stand} in a character set that nothing tells"
        yield Hit(said, hint, float(len(unsure)), severity=severity)


@rule("TXT017", "words-behind", "Other words in a trailer behind the picture", Severity.INFO)
def words_behind(asset: Asset) -> Iterator[Hit]:
    """Whether an AFCP trailer, which old plug-ins put behind a JPEG, holds other words than the file itself.

    Most agencies do not look there; one that reads with ExifTool may take its
    words. This program neither believes nor changes them, and keeps the trailer
    whole: `exiftool -AFCP:all= FILE` takes it out.
    """
    for note in asset.facts.get("behind") or []:
        what, _, mend = str(note).partition("; ")
        yield Hit(what, mend)


@lru_cache(maxsize=65_536)
def _faults(title: str, description: str, editorial: bool) -> tuple[tuple[str, str, str], ...]:  # noqa: FBT001 - part of a cache's key
    found = titles.faults(title, description, editorial=editorial)
    # The language and capitals are told for each agency, and links for all, by rules of their own.
    others = {"language", "capitals", "links-in-text"}
    return tuple((one.name, one.message, one.hint) for one in found if one.name not in others)


# Of these no agency refuses a file.
_HARMLESS = frozenset(("blanks", "stock-words"))


def _listed(items: list[str]) -> str:
    more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return ", ".join(items[:_NAMED]) + more
