"""Rules of title, description and keywords: are they there, and within the agency's lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import Hit, rule
from stockctl.check.rules.weigh import weight
from stockctl.report.finding import Severity
from stockctl.words.texts.addresses import addresses
from stockctl.words.texts.forms import is_too_short
from stockctl.words.texts.language import foreign, foreign_parts, shown_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset

_SUBMIT_CUTS = "submit cuts it there after a whole word; shorten it yourself to choose the words"


def texts_for(asset: Asset, agency: Agency) -> tuple[str, str]:
    """Return title and description as they go to the agency; empty where it has no such field.

    An agency with one field alone gets the description, or the title where
    there is none.
    """
    record = asset.record
    title = record.title or record.headline
    if agency.flag("meta.title_field") is False:
        return "", record.description or title
    return title, "" if agency.flag("meta.description_field") is False else record.description


@rule(
    "TXT001",
    "no-title",
    "There is no title or description",
    Severity.ERROR,
    per_agency=True,
    needs=("meta.title_field",),
)
def no_title(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the file says in words what it shows.

    Agencies that have one field only take the description; else the title is
    asked for. Where only a description stands, `submit` makes the title of it,
    which is a warning. A title that is the file's name, or another file's, is none
    where the agency says so. Mend it with
    `stockctl keyword PATH --title TEXT`.
    """
    record = asset.record
    title = record.title or record.headline
    field = agency.limit("meta.title_field")
    if field is None:
        return
    if not title and not record.description:
        needed = field if field.value else agency.limit("meta.description_field") or field
        yield Hit("neither title nor description", _WRITE, severity=weight(needed))
    elif field.value and not title:
        yield Hit("no title, only a description", _WRITE, severity=Severity.WARNING)
    elif field.value:
        named = agency.limit("meta.title_is_file_name")
        if named is not None and not named.value and title.casefold() in _names(asset):
            yield Hit("the title is the file's name", _WRITE, severity=weight(named))
        unique = agency.limit("meta.title_unique")
        if unique is not None and unique.value and asset.facts.get("same_title"):
            yield Hit("another file has the same title", "say what sets them apart", severity=weight(unique))


def _names(asset: Asset) -> tuple[str, str]:
    return asset.path.name.casefold(), asset.path.stem.casefold()


_WRITE = "write one: stockctl keyword PATH --title TEXT --description TEXT"


@rule(
    "TXT002",
    "too-few-keywords",
    "Fewer keywords than the agency takes",
    Severity.ERROR,
    per_agency=True,
    needs=("meta.keywords_min",),
)
def too_few_keywords(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the file has as many keywords as the agency asks for at least.

    Mend it with `stockctl keyword`, which finds some, or with
    `stockctl keyword PATH --add WORDS`.
    """
    limit = agency.limit("meta.keywords_min")
    count = len(asset.record.keywords)
    if limit is not None and count < limit.value:
        hint = "find some: stockctl keyword PATH --context TEXT"
        # Said alike for all agencies where there is none at all, so that reports say it once.
        message = f"{count}, needs {limit.value}" if count else "no keywords"
        yield Hit(message, hint, count, limit.value, severity=weight(limit))


@rule(
    "TXT003",
    "too-many-keywords",
    "More keywords than the agency takes",
    Severity.ERROR,
    per_agency=True,
    needs=("meta.keywords_max", "meta.keywords_safe_max"),
)
def too_many_keywords(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the file has no more keywords than the agency takes.

    Beyond that number keywords are lost, or the file is refused. Mend it with
    `stockctl keyword PATH --remove WORDS`; the last ones weigh least.
    """
    count = len(asset.record.keywords)
    limit = agency.limit("meta.keywords_max")
    if limit is None or count <= limit.value:
        limit = agency.limit("meta.keywords_safe_max")
    if limit is not None and count > limit.value:
        hint = "take out the weakest: stockctl keyword PATH --remove WORDS"
        yield Hit(f"{count}, at most {limit.value}", hint, count, limit.value, severity=weight(limit))


@rule(
    "TXT004",
    "text-too-long",
    "A longer title or description than the agency takes",
    Severity.WARNING,
    per_agency=True,
    needs=("meta.title_max", "meta.description_max"),
)
def text_too_long(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether title and description are within the agency's lengths, counted in characters.

    It never blocks: `submit` cuts the text after a whole word. Shorten it
    yourself to choose what stays.
    """
    for what, text in zip(("title", "description"), texts_for(asset, agency), strict=True):
        limit = agency.limit(f"meta.{what}_max")
        if limit is not None and len(text) > limit.value:
            message = f"the {what} has {len(text)} characters, at most {limit.value}"
            yield Hit(message, _SUBMIT_CUTS, len(text), limit.value)


@rule(
    "TXT005",
    "text-too-short",
    "A shorter title or description than the agency takes",
    Severity.ERROR,
    per_agency=True,
    needs=("meta.title_min", "meta.description_min", "meta.description_min_words"),
)
def text_too_short(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether title and description have the characters and words that the agency asks for.

    A missing text is `no-title`'s business. Where `submit` can lengthen a title
    with what the description says, it only warns. Mend it by saying more: who,
    what, where, when.
    """
    texts = texts_for(asset, agency)
    for what, text in zip(("title", "description"), texts, strict=True):
        limit = agency.limit(f"meta.{what}_min")
        if limit is not None and text and len(text) < limit.value:
            message = f"the {what} has {len(text)} characters, needs {limit.value}"
            severity = Severity.WARNING if _is_lengthened(asset, agency) else weight(limit)
            yield Hit(message, "say who, what, where", len(text), limit.value, severity=severity)
    limit = agency.limit("meta.description_min_words")
    if limit is not None and texts[1] and len(texts[1].split()) < limit.value:
        count = len(texts[1].split())
        message = f"the description has {count} words, needs {limit.value}"
        yield Hit(message, "make it a sentence", count, limit.value, severity=weight(limit))


def _is_lengthened(asset: Asset, agency: Agency) -> bool:
    """Whether `submit` finds enough to say in the file's other fields."""
    return not is_too_short(asset.record, agency, asset.choices, asset.capture)


@rule(
    "TXT006",
    "text-form",
    "The agency wants the text in another form",
    Severity.WARNING,
    per_agency=True,
    needs=("meta.title_commas", "meta.special_letters", "meta.forbidden_characters", "meta.all_capitals"),
)
def text_form(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether title and description are written as the agency wants them.

    No commas in the title, no letters with accents, no characters that its
    sheet cannot hold, not all in capitals, as each agency has it. It never
    blocks: `submit` writes the sheet in the agency's form.
    """
    title, description = texts_for(asset, agency)
    if "," in title and agency.flag("meta.title_commas") is False:
        yield Hit("the title has commas", "submit leaves them out in the sheet")
    both = f"{title} {description}"
    if not both.isascii() and agency.flag("meta.special_letters") is False:
        strange = "".join(dict.fromkeys(letter for letter in both if letter.isalpha() and not letter.isascii()))
        if strange:
            yield Hit(f"special letters: {strange[:10]}", "write them plainly; Latin names of species may stay")
    forbidden = agency.limit("meta.forbidden_characters")
    if forbidden is not None:
        found = sorted(set(forbidden.value) & set(both))
        if found:
            yield Hit(f"characters that get lost there: {' '.join(found)}", "leave them out")
    if agency.flag("meta.all_capitals") is False and _shouted(title):
        yield Hit("the title is all in capitals", "write it as a sentence")


def _shouted(text: str) -> bool:
    return text.isupper() and sum(letter.isalpha() for letter in text) > 8


@rule("TXT007", "links-in-text", "Links, addresses, handles or credits in the texts", Severity.WARNING)
def links_in_text(asset: Asset) -> Iterator[Hit]:
    """Whether title, description or keywords hold web or mail addresses, @names, #tags or a credit at the end.

    Agencies refuse texts that lead away from them. Mend it by taking them out.
    """
    record = asset.record
    found = [one for text in (record.title, record.description, *record.keywords) for one in addresses(text)]
    if found:
        yield Hit(f"{', '.join(dict.fromkeys(found))[:80]}", "take it out of the texts")


@rule(
    "TXT008",
    "language",
    "The texts are in another script than the agency reads",
    Severity.ERROR,
    per_agency=True,
    needs=("meta.language",),
)
def language(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether an agency that takes English only would get a text in another language or script.

    Each text that the agency gets is judged by itself; where it takes one language a file, whichever,
    the title is compared with the keywords. Names of places and dishes, and words
    that English borrows, do no harm. What is told by its words alone is a warning. Mend it by translating.
    """
    limit = agency.limit("meta.language")
    title, description = texts_for(asset, agency)
    keywords = asset.record.keywords if len(asset.record.keywords) > _FEW else ()
    if limit is not None and str(limit.value).startswith(_ONE):
        told = foreign(title)
        if title and keywords and told != foreign(", ".join(keywords)):
            what = f"in another language ({told or 'English'}) than the keywords"
            yield Hit(
                f"the title is {what}, and it takes one language a file", "translate it", severity=Severity.WARNING
            )
    if limit is None or limit.value != "en":
        return
    for what, text in (("title", title), ("description", description), ("keywords", ", ".join(keywords))):
        if told := foreign(text):
            are = "are" if what == "keywords" else "is"
            certain = told.endswith("script") or told in {"Chinese or Japanese", "Japanese", "Korean"}
            severity = weight(limit) if certain else Severity.WARNING
            yield Hit(f"the {what} {are} not in English ({told})", "translate it", severity=severity)
        elif parts := foreign_parts(text):
            are = "are" if what == "keywords" else "is"
            said = f"the {what} {are} partly not in English: {shown_parts(parts)}"
            yield Hit(said, "translate it, or take it out", severity=Severity.WARNING)


# How data say that an agency takes a file's texts in any language, but all in the same.
_ONE = "one per file"
# Of fewer keywords the language cannot be told.
_FEW = 2
