"""What a person asks of one run of `keyword`, apart from the paths."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stockctl.errors import UsageError
from stockctl.keyword.ranking import DEFAULT_WANT
from stockctl.metadata import Record, read
from stockctl.report.visible import composed
from stockctl.words.lemma import key
from stockctl.words.spam import parts_of_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from stockctl.config import Settings
    from stockctl.keyword.texts.english import English
    from stockctl.machines.far import Far

DEFAULT_LIMIT = 49
# Where words can be replaced.
TEXT_FIELDS = ("title", "description", "keywords")
# Options that a preset may hold which are kept in the catalogue: as they are, and as yes or no.
_CHOICES, _FLAGS = ("licence", "price"), ("editorial", "mature", "illustration")


@dataclass(frozen=True)
class Wishes:
    """The options. None means that nothing was said of a field; `set_words` replaces all keywords.

    `choices` are kept in the catalogue (see `catalogue.assets.choices`);
    `prompt` is a template for the question to a model that looks, `far` are workers that make
    what is sent to it, `choose` asks the person
    whether one that was found may look (see `sources.vision`); `forget_context` drops
    what was said of the series in earlier runs. With
    `table_only` the files are not even asked whether they could be written.
    """

    title: str | None = None
    description: str | None = None
    context: str = ""
    forget_context: bool = False
    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    set_words: Sequence[str] | None = None
    replacements: Sequence[tuple[str, str]] = ()
    replace_in: frozenset[str] = frozenset(TEXT_FIELDS)
    match_case: bool = False
    copied: Record | None = None
    copied_from: Path | None = None
    creators: Sequence[str] = ()
    copyright: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    limit: int = DEFAULT_LIMIT
    want: int = DEFAULT_WANT
    all_offered: bool = False
    agencies: Sequence[str] = ()
    vision: str = ""
    prompt: Path | None = None
    far: Far | None = None
    choose: Callable[[str], str] | None = None
    english: English | None = None
    sidecar: bool = False
    strip_location: bool = False
    allow: tuple[str, ...] = ()
    dry_run: bool = False
    table_only: bool = False
    command: str = ""

    def composed(self) -> Wishes:
        """Return them with each letter and its accent as one sign (NFC), as records have them."""
        return replace(
            self,
            title=None if self.title is None else composed(self.title),
            description=None if self.description is None else composed(self.description),
            context=composed(self.context),
            add=tuple(dict.fromkeys(map(composed, self.add))),
            remove=tuple(map(composed, self.remove)),
            set_words=None if self.set_words is None else tuple(dict.fromkeys(map(composed, self.set_words))),
            replacements=tuple((composed(old), composed(new)) for old, new in self.replacements),
        )

    @property
    def suggests(self) -> bool:
        """Whether suggestions are asked for: not where the person gives all words, or only edits them."""
        return self.set_words is None and not self.replacements and self.copied is None

    @property
    def replaced(self) -> frozenset[str]:
        """The fields that the person writes anew, as a whole."""
        copied = set() if self.copied is None else {name for name in _COPIED if getattr(self.copied, name)}
        given = {"title": self.title, "description": self.description, "keywords": self.set_words}
        return frozenset(copied | {name for name, value in given.items() if value is not None})

    @property
    def asked_for(self) -> frozenset[str]:
        """The fields that the person asks to change, as a whole or in part."""
        edited = self.replace_in if self.replacements else frozenset[str]()
        return self.replaced | edited | ({"keywords"} if self.add or self.remove else frozenset[str]())


def with_preset(wishes: Wishes, name: str, settings: Settings) -> Wishes:
    """Return the wishes with what a preset says where the call said nothing; words to add are joined.

    Raises:
        UsageError: there is no such preset.

    """
    presets = settings.section("presets")
    if name not in presets:
        known = ", ".join(sorted(presets)) or "none"
        raise UsageError(
            f"no preset {name!r} in the settings; there are: {known}",
            where=str(settings.path),
            hint=f"add a section [presets.{name}]",
        )
    preset = presets[name]
    choices = {name: preset[name] for name in _CHOICES if name in preset}
    choices |= {name: "yes" if preset[name] else "no" for name in _FLAGS if name in preset}
    return replace(
        wishes,
        title=preset.get("title") if wishes.title is None else wishes.title,
        description=preset.get("description") if wishes.description is None else wishes.description,
        remove=tuple(dict.fromkeys((*wishes.remove, *preset.get("remove", ())))),
        vision=wishes.vision or preset.get("vision", ""),
        context=wishes.context or preset.get("context", ""),
        add=tuple(dict.fromkeys((*wishes.add, *preset.get("add", ())))),
        creators=wishes.creators or tuple(preset.get("creator", ())),
        copyright=preset.get("copyright") if wishes.copyright is None else wishes.copyright,
        agencies=wishes.agencies or tuple(preset.get("agency", ())),
        choices={**choices, **wishes.choices},
    )


def split_words(text: str) -> tuple[str, ...]:
    """Split what a person typed at its commas only; trimmed, empty ones left out, each once."""
    return tuple(dict.fromkeys(word for word in (part.strip() for part in text.split(",")) if word))


def split_joined(record: Record) -> tuple[Record, str]:
    """Split a file's only keyword where it is a whole list; return the record, and what was done or an empty text.

    Some programs write all keywords into one, joined by semicolons or commas.
    """
    if len(record.keywords) != 1:
        return record, ""
    joined = record.keywords[0]
    if parts_of_path(joined):
        return record, ""
    separator = next((mark for mark in (";", ",", "|") if joined.count(mark) >= 2), "")
    if not separator:
        return record, ""
    words = tuple(dict.fromkeys(word for word in (part.strip() for part in joined.split(separator)) if word))
    return replace(record, keywords=words), f"one keyword held {len(words)}, joined by {separator!r}: split"


def with_wishes(record: Record, wishes: Wishes, defaults: Record) -> Record:
    """Return the record as the person wants it, before anything is suggested.

    `defaults` holds creators and copyright of the settings; they fill what is empty.
    """
    if wishes.copied is not None:
        record = copied_onto(record, wishes.copied)
    for old, new in wishes.replacements:
        record = replaced(record, old, new, fields=wishes.replace_in, match_case=wishes.match_case)
    words = list(record.keywords if wishes.set_words is None else wishes.set_words)
    known = {word.lower() for word in words}
    words += [word for word in wishes.add if word.lower() not in known]
    removed = {word.lower() for word in wishes.remove}
    words = [word for word in words if word.lower() not in removed]
    title = record.title if wishes.title is None else wishes.title
    return replace(
        record,
        title=title,
        # A headline that was the title says what is true no more.
        headline=title if record.headline and record.headline == record.title else record.headline,
        description=record.description if wishes.description is None else wishes.description,
        keywords=tuple(dict.fromkeys(words)),
        creators=tuple(wishes.creators) or record.creators or defaults.creators,
        copyright=wishes.copyright if wishes.copyright is not None else record.copyright or defaults.copyright,
    ).cleaned()


def replacement(pair: str) -> tuple[str, str]:
    """Return old and new of `OLD=NEW`; an empty NEW takes the word out.

    Raises:
        UsageError: there is no equals sign, or nothing before it.

    """
    old, equals, new = pair.partition("=")
    if not equals or not old.strip():
        raise UsageError(f"--replace {pair!r}: nothing to replace", hint="write OLD=NEW")
    return old.strip(), new.strip()


def replaced(
    record: Record, old: str, new: str, *, fields: Collection[str] = TEXT_FIELDS, match_case: bool = False
) -> Record:
    """Replace a word or phrase, whole words only, in the fields named.

    A keyword that is the word becomes `new` as typed; within texts and longer
    keywords a capital stays one. With an empty `new` only whole keywords go;
    longer ones keep their words. `match_case` leaves other capitals alone.
    """
    whole = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)", 0 if match_case else re.IGNORECASE)

    def instead(match: re.Match[str]) -> str:
        raised = not match_case and match[0][:1].isupper() and not old[:1].isupper()
        return new[:1].upper() + new[1:] if raised else new

    def in_text(text: str) -> str:
        if not whole.search(text):
            return text
        text = whole.sub(instead, text)
        # What was taken out leaves no gap behind.
        return text if new else re.sub(r"^ | (?=[ ,.;:!?]|$)", "", text)

    def in_keyword(word: str) -> str:
        if whole.fullmatch(word):
            return new
        return whole.sub(instead, word) if new else word

    words = dict.fromkeys(map(in_keyword, record.keywords)) if "keywords" in fields else record.keywords
    known: dict[str, str] = {}
    for word in words:
        known.setdefault(word.lower(), word)
    return replace(
        record,
        title=in_text(record.title) if "title" in fields else record.title,
        description=in_text(record.description) if "description" in fields else record.description,
        keywords=tuple(word for word in known.values() if word) if "keywords" in fields else record.keywords,
    )


def record_to_copy(path: Path) -> Record:
    """Read the record that `--copy-from` names.

    Raises:
        UnreadableError: the file cannot be opened.

    """
    return read(path).record


def copied_onto(record: Record, source: Record) -> Record:
    """Return a record with another's title, description, keywords and rights; what that leaves empty stays."""
    return replace(record, **{name: getattr(source, name) for name in _COPIED if getattr(source, name)})


_COPIED = ("title", "headline", "description", "keywords", "creators", "copyright", "credit", "source")


def removed_keys(wishes: Wishes) -> frozenset[str]:
    """Return the keys of what the person took out: it is not suggested again in this run."""
    return frozenset(key(word) for word in wishes.remove)
