"""What may be asked of `stockctl keyword`: its options, what cannot go together, and the wishes made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockctl.cli.asking import chooser
from stockctl.cli.context import AsJson
from stockctl.cli.outputs import Force, Output, output
from stockctl.cli.shell import completing
from stockctl.errors import UsageError
from stockctl.report import forms

if TYPE_CHECKING:
    from stockctl.cli.context import Context
    from stockctl.keyword.wishes import Wishes

Names = list[str] | None
Text = str | None


class Field(StrEnum):
    """Where a word is replaced."""

    TITLE = "title"
    DESCRIPTION = "description"
    KEYWORDS = "keywords"


class Spelling(StrEnum):
    """Which spelling suggestions come in."""

    US = "us"
    UK = "uk"
    BOTH = "both"


class Allowed(StrEnum):
    """What is refused unless a person allows it."""

    SIGNED = "signed"
    LINKS = "links"
    READ_ONLY = "read-only"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What may be asked of `stockctl keyword`."""

    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", help="Files and folders.")] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be embedded; change nothing.")] = False
    limit: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="At most N suggestions beside your own words, and none beyond 49 keywords (or N) in all.",
        ),
    ] = None
    want: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Aim at N keywords a file (default 30), and say what would help."),
    ] = None
    all_offered: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Embed guesses, too, up to --limit; no words of folders, nor other pictures' names and places.",
        ),
    ] = False
    agency: Annotated[
        Names,
        typer.Option(
            metavar="NAME",
            help="Show and validate the texts in this agency's form; repeatable.",
            autocompletion=completing.agencies,
        ),
    ] = None
    series: Annotated[
        Text,
        typer.Option(
            "--context", metavar="TEXT", help='What all pictures of the shoot show; kept until you say another, or "".'
        ),
    ] = None
    title: Annotated[Text, typer.Option(metavar="TEXT", help="Your title.")] = None
    description: Annotated[Text, typer.Option(metavar="TEXT", help="Your description.")] = None
    add: Annotated[Text, typer.Option(metavar="WORDS", help="Your own keywords, split at commas.")] = None
    remove: Annotated[Text, typer.Option(metavar="WORDS", help="Take these out, and do not suggest them.")] = None
    set_: Annotated[Text, typer.Option("--set", metavar="WORDS", help="Exactly these keywords; no suggestions.")] = None
    creator: Annotated[Names, typer.Option(metavar="NAME", help="One name as it is; repeatable.")] = None
    copyright_: Annotated[Text, typer.Option("--copyright", metavar="TEXT", help="The copyright notice.")] = None
    category: Annotated[
        Names, typer.Option(metavar="AGENCY=ID", help="A category on an agency's page; repeatable.")
    ] = None
    editorial: Annotated[bool | None, typer.Option("--editorial/--commercial", help="For editorial use.")] = None
    licence: Annotated[Text, typer.Option(metavar="TEXT", help="The licence, where an agency lets you choose.")] = None
    price: Annotated[Text, typer.Option(metavar="AMOUNT", help="The price, where an agency lets you choose.")] = None
    mature: Annotated[bool | None, typer.Option("--mature/--not-mature", help="Content for adults.")] = None
    illustration: Annotated[
        bool | None, typer.Option("--illustration/--photo", help="Drawn or rendered, not photographed.")
    ] = None
    sheet: Annotated[
        Output | None,
        output(
            "--sheet",
            forms.KEYWORD_SHEET,
            metavar="FILE.csv",
            help="Write the suggestions to a table to edit; embed nothing.",
        ),
    ] = None
    force: Force = False
    apply: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Embed an edited table.")] = None
    interactive: Annotated[
        bool,
        typer.Option("--interactive", "-i", help="Review file by file in the terminal; ? shows the keys."),
    ] = False
    vision: Annotated[
        Text,
        typer.Option(
            metavar="NAME",
            help="A model that looks at the pictures (see: stockctl vision), or none.",
            autocompletion=completing.vision,
        ),
    ] = None
    prompt: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own question to it; begin with: stockctl vision prompt.")
    ] = None
    executor: Annotated[
        Text,
        typer.Option(
            metavar="dask://HOST:PORT",
            help="Have what the model is sent made on a Dask cluster; needs stockctl[dask].",
        ),
    ] = None
    replace_: Annotated[
        Names,
        typer.Option(
            "--replace", metavar="OLD=NEW", help="Replace a word in title, description, keywords; repeatable."
        ),
    ] = None
    replace_in: Annotated[
        list[Field] | None, typer.Option("--in", help="Replace only there; repeatable; everywhere when left out.")
    ] = None
    match_case: Annotated[bool, typer.Option("--match-case", help="Replace only what has the same capitals.")] = False
    english: Annotated[
        Spelling | None, typer.Option(help="The spelling of suggestions; both adds the other one beside each.")
    ] = None
    copy_from: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Copy title, description, keywords, rights and categories of this file."),
    ] = None
    preset: Annotated[
        Text,
        typer.Option(
            metavar="NAME", help="Options from your settings: [presets.NAME].", autocompletion=completing.presets
        ),
    ] = None
    show: Annotated[
        bool, typer.Option("--show", help="Show what the files say, standard by standard; change nothing.")
    ] = False
    stats: Annotated[bool, typer.Option("--stats", help="Show how often each source's suggestions were kept.")] = False
    iptc_charset: Annotated[
        Text,
        typer.Option(metavar="NAME", help="The character set of IPTC and EXIF texts that declare none (windows-1251)."),
    ] = None
    sidecar: Annotated[bool, typer.Option("--sidecar", help="Write XMP sidecars beside the files instead.")] = False
    strip_location: Annotated[
        bool, typer.Option("--strip-location", help="Take out where the picture was taken; nothing else is stripped.")
    ] = False
    allow: Annotated[
        list[Allowed] | None,
        typer.Option(
            help="Change a file although it is signed (which breaks the C2PA seal), has links, or is read-only."
        ),
    ] = None
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show each word's score, source and reason.")] = False
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print one JSON object a line, as files are done.")] = False
    as_json: AsJson = False


def refuse(options: Options) -> None:
    """Refuse options that cannot go together.

    Raises:
        UsageError: two options say what one run cannot do.

    """
    if options.set_ is not None and (options.add or options.remove):
        raise UsageError("--set gives all keywords; --add and --remove edit them", hint="use one or the other")
    if options.apply is not None and options.sheet is not None:
        raise UsageError("--sheet writes a table and --apply embeds one", hint="use one after the other")
    if options.executor and (options.vision == "none" or options.apply is not None):
        raise UsageError(
            "--executor makes what a model that looks is sent, and none is to look",
            hint="say --vision NAME, or leave it out",
        )
    if options.interactive and (options.dry_run or options.apply is not None or options.sheet is not None):
        raise UsageError(
            "--interactive writes each file as you accept it", hint="leave out --dry-run, --sheet and --apply"
        )


def wishes_of(options: Options, state: Context) -> Wishes:
    """Return the options as the stage takes them, over those of a preset and of the settings.

    Raises:
        UsageError: an option holds what it cannot.

    """
    from stockctl.keyword.texts.english import chosen
    from stockctl.keyword.wishes import with_preset

    wishes = _typed(options, state)
    preset_: dict[str, Any] = {}
    if options.preset:
        wishes = with_preset(wishes, options.preset, state.settings)
        preset_ = state.settings.section("presets")[options.preset]
        wishes = replace(wishes, choices={**_categories(preset_.get("category", []), state), **wishes.choices})
        if options.limit is None:
            wishes = replace(wishes, limit=preset_.get("limit", wishes.limit))
    return replace(wishes, english=chosen(state.settings, preset_.get("english"), options.english))


def _typed(options: Options, state: Context) -> Wishes:
    """Return the wishes of what was typed alone."""
    from stockctl.keyword.ranking import DEFAULT_WANT
    from stockctl.keyword.wishes import DEFAULT_LIMIT, Wishes, record_to_copy, replacement, split_words

    flags = {"editorial": options.editorial, "mature": options.mature, "illustration": options.illustration}
    texts = {"licence": options.licence, "price": _price(options.price)}
    choices = {name: "yes" if value else "no" for name, value in flags.items() if value is not None}
    choices |= {name: value for name, value in texts.items() if value is not None}
    return Wishes(
        title=options.title,
        description=options.description,
        context=options.series or "",
        forget_context=options.series == "",
        add=split_words(options.add or ""),
        remove=split_words(options.remove or ""),
        set_words=None if options.set_ is None else split_words(options.set_),
        replacements=tuple(replacement(pair) for pair in options.replace_ or ()),
        replace_in=frozenset(each.value for each in options.replace_in or Field),
        match_case=options.match_case,
        copied_from=options.copy_from,
        copied=record_to_copy(options.copy_from) if options.copy_from else None,
        creators=options.creator or (),
        copyright=options.copyright_,
        choices=choices | _categories(options.category or [], state),
        limit=state.settings.get("keyword", "limit", DEFAULT_LIMIT) if options.limit is None else options.limit,
        want=state.settings.get("keyword", "want", DEFAULT_WANT) if options.want is None else options.want,
        all_offered=options.all_offered,
        agencies=options.agency or (),
        vision=options.vision or "",
        prompt=options.prompt,
        choose=None if options.as_json or options.jsonl or options.interactive else chooser(),
        sidecar=options.sidecar,
        strip_location=options.strip_location,
        allow=tuple(each.value for each in options.allow or ()),
        dry_run=options.dry_run,
        command="stockctl keyword",
    )


def _categories(given: list[str], state: Context) -> dict[str, str]:
    """Return `category.AGENCY` → id for each `AGENCY=ID`."""
    if not given:
        return {}
    from stockctl.agencies import load, resolve

    agencies = load(state.settings.folder)
    chosen: dict[str, str] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not value.strip():
            raise UsageError(f"--category {pair!r}: no id", hint="write AGENCY=ID, for example adobe_stock=11")
        agency = resolve(name.strip(), agencies)
        known = {category.id for category in agency.categories()}
        wanted = [part.strip() for part in value.split(",")]
        unknown = [part for part in wanted if known and part not in known]
        if unknown:
            raise UsageError(
                f"{agency.title} has no category {unknown[0]!r}", hint=f"see: stockctl agencies {agency.name}"
            )
        before = chosen.get(f"category.{agency.name}", "")
        both = list(dict.fromkeys([*filter(None, before.split(",")), *wanted]))
        most = agency.number("categories.max")
        if most is not None and len(both) > most:
            takes = f"{most:g} categor{'y' if most == 1 else 'ies'}"
            message = f"{agency.title} takes {takes}, not {len(both)}: {', '.join(both)}"
            raise UsageError(message, hint="leave some out")
        chosen[f"category.{agency.name}"] = ",".join(both)
    return chosen


def _price(text: str | None) -> str | None:
    if text is None:
        return None
    from decimal import Decimal, InvalidOperation

    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise UsageError(f"--price {text!r} is no amount", hint="write it like 12.50") from error
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"--price {text!r} is no amount", hint="write it like 12.50")
    return text
