"""`stockctl keyword`: titles, descriptions and ranked keywords, embedded into the files."""

from __future__ import annotations

import os
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockctl.cli import completing
from stockctl.cli.asking import chooser
from stockctl.cli.context import AsJson
from stockctl.cli.outputs import Force, Output, output
from stockctl.errors import UsageError
from stockctl.report import forms
from stockctl.report.terminal import echo, note
from stockctl.report.visible import visible

if TYPE_CHECKING:
    from stockctl.cli.context import Context
    from stockctl.keyword.report import Report
    from stockctl.keyword.wishes import Wishes

# So many files are few.
_FEW = 4

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


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("keyword")(keyword)


def keyword(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", help="Files and folders.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be embedded; change nothing.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="At most N suggestions beside your own words, and none beyond 49 keywords (or N) in all.",
        ),
    ] = None,
    want: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Aim at N keywords a file (default 30), and say what would help."),
    ] = None,
    all_offered: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Embed guesses, too, up to --limit; no words of folders, nor other pictures' names and places.",
        ),
    ] = False,
    agency: Annotated[
        Names,
        typer.Option(
            metavar="NAME",
            help="Show and validate the texts in this agency's form; repeatable.",
            autocompletion=completing.agencies,
        ),
    ] = None,
    series: Annotated[
        Text,
        typer.Option(
            "--context", metavar="TEXT", help='What the whole series shows; kept until you say another, or "".'
        ),
    ] = None,
    title: Annotated[Text, typer.Option(metavar="TEXT", help="Your title.")] = None,
    description: Annotated[Text, typer.Option(metavar="TEXT", help="Your description.")] = None,
    add: Annotated[Text, typer.Option(metavar="WORDS", help="Your own keywords, split at commas.")] = None,
    remove: Annotated[Text, typer.Option(metavar="WORDS", help="Take these out, and do not suggest them.")] = None,
    set_: Annotated[
        Text, typer.Option("--set", metavar="WORDS", help="Exactly these keywords; no suggestions.")
    ] = None,
    creator: Annotated[Names, typer.Option(metavar="NAME", help="One name as it is; repeatable.")] = None,
    copyright_: Annotated[Text, typer.Option("--copyright", metavar="TEXT", help="The copyright notice.")] = None,
    category: Annotated[
        Names, typer.Option(metavar="AGENCY=ID", help="A category on an agency's page; repeatable.")
    ] = None,
    editorial: Annotated[bool | None, typer.Option("--editorial/--commercial", help="For editorial use.")] = None,
    licence: Annotated[Text, typer.Option(metavar="TEXT", help="The licence, where an agency lets you choose.")] = None,
    price: Annotated[Text, typer.Option(metavar="AMOUNT", help="The price, where an agency lets you choose.")] = None,
    mature: Annotated[bool | None, typer.Option("--mature/--not-mature", help="Content for adults.")] = None,
    illustration: Annotated[
        bool | None, typer.Option("--illustration/--photo", help="Drawn or rendered, not photographed.")
    ] = None,
    sheet: Annotated[
        Output | None,
        output(
            "--sheet",
            forms.KEYWORD_SHEET,
            metavar="FILE.csv",
            help="Write the suggestions to a table to edit; embed nothing.",
        ),
    ] = None,
    force: Force = False,  # noqa: ARG001 - the options that name outputs go by it
    apply: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Embed an edited table.")] = None,
    interactive: Annotated[
        bool,
        typer.Option("--interactive", "-i", help="Review file by file in the terminal; ? shows the keys."),
    ] = False,
    vision: Annotated[
        Text,
        typer.Option(
            metavar="NAME",
            help="A model that looks at the pictures (see: stockctl vision), or none.",
            autocompletion=completing.vision,
        ),
    ] = None,
    prompt: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own question to it; begin with: stockctl vision prompt.")
    ] = None,
    replace_: Annotated[
        Names,
        typer.Option(
            "--replace", metavar="OLD=NEW", help="Replace a word in title, description, keywords; repeatable."
        ),
    ] = None,
    replace_in: Annotated[
        list[Field] | None, typer.Option("--in", help="Replace only there; repeatable; everywhere when left out.")
    ] = None,
    match_case: Annotated[bool, typer.Option("--match-case", help="Replace only what has the same capitals.")] = False,
    english: Annotated[
        Spelling | None, typer.Option(help="The spelling of suggestions; both adds the other one beside each.")
    ] = None,
    copy_from: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Copy title, description, keywords, rights and categories of this file."),
    ] = None,
    preset: Annotated[
        Text,
        typer.Option(
            metavar="NAME", help="Options from your settings: [presets.NAME].", autocompletion=completing.presets
        ),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Show what the files say, standard by standard; change nothing.")
    ] = False,
    stats: Annotated[bool, typer.Option("--stats", help="Show how often each source's suggestions were kept.")] = False,
    iptc_charset: Annotated[
        Text,
        typer.Option(metavar="NAME", help="The character set of IPTC and EXIF texts that declare none (windows-1251)."),
    ] = None,
    sidecar: Annotated[bool, typer.Option("--sidecar", help="Write XMP sidecars beside the files instead.")] = False,
    strip_location: Annotated[
        bool, typer.Option("--strip-location", help="Take out where the picture was taken; nothing else is stripped.")
    ] = False,
    allow: Annotated[
        list[Allowed] | None,
        typer.Option(
            help="Change a file although it is signed (which breaks the C2PA seal), has links, or is read-only."
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show each word's score, source and reason.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find titles, descriptions and ranked keywords, and embed them.

    What you wrote yourself is kept as it is and comes first. Every other word stands
    on a ground: what you said of the picture, what was seen in it, what a near-identical
    frame has and what the camera knows are embedded, guesses only offered.
    `stockctl undo` takes the whole run back.
    """
    # The products of matrices here are small: more threads than one only turn in circles.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from stockctl.keyword.ranking import DEFAULT_WANT
    from stockctl.keyword.texts.english import chosen
    from stockctl.keyword.wishes import DEFAULT_LIMIT, Wishes, record_to_copy, replacement, split_words, with_preset

    if iptc_charset:
        from stockctl.metadata.standards.charset import assume

        assume(iptc_charset)
    if stats:
        _stats(context.obj, as_json=as_json)
        return
    if not paths and not apply:
        raise UsageError("no files named", hint="stockctl keyword FOLDER")
    if show:
        _show(paths or [], as_json=as_json)
        return
    if set_ is not None and (add or remove):
        raise UsageError("--set gives all keywords; --add and --remove edit them", hint="use one or the other")
    if apply is not None and sheet is not None:
        raise UsageError("--sheet writes a table and --apply embeds one", hint="use one after the other")
    if interactive and (dry_run or apply is not None or sheet is not None):
        raise UsageError(
            "--interactive writes each file as you accept it", hint="leave out --dry-run, --sheet and --apply"
        )
    state: Context = context.obj
    flags = {"editorial": editorial, "mature": mature, "illustration": illustration}
    texts = {"licence": licence, "price": _price(price)}
    choices = {name: "yes" if value else "no" for name, value in flags.items() if value is not None}
    choices |= {name: value for name, value in texts.items() if value is not None}
    wishes = Wishes(
        title=title,
        description=description,
        context=series or "",
        forget_context=series == "",
        add=split_words(add or ""),
        remove=split_words(remove or ""),
        set_words=None if set_ is None else split_words(set_),
        replacements=tuple(replacement(pair) for pair in replace_ or ()),
        replace_in=frozenset(each.value for each in replace_in or Field),
        match_case=match_case,
        copied_from=copy_from,
        copied=record_to_copy(copy_from) if copy_from else None,
        creators=creator or (),
        copyright=copyright_,
        choices=choices | _categories(category or [], state),
        limit=state.settings.get("keyword", "limit", DEFAULT_LIMIT) if limit is None else limit,
        want=state.settings.get("keyword", "want", DEFAULT_WANT) if want is None else want,
        all_offered=all_offered,
        agencies=agency or (),
        vision=vision or "",
        prompt=prompt,
        choose=None if as_json or interactive else chooser(),
        sidecar=sidecar,
        strip_location=strip_location,
        allow=tuple(each.value for each in allow or ()),
        dry_run=dry_run,
        command="stockctl keyword",
    )
    preset_: dict[str, Any] = {}
    if preset:
        wishes = with_preset(wishes, preset, state.settings)
        preset_ = state.settings.section("presets")[preset]
        wishes = replace(wishes, choices={**_categories(preset_.get("category", []), state), **wishes.choices})
        if limit is None:
            wishes = replace(wishes, limit=preset_.get("limit", wishes.limit))
    wishes = replace(wishes, english=chosen(state.settings, preset_.get("english"), english))
    report = _review(state, paths or [], wishes) if interactive else _run(state, paths or [], wishes, sheet, apply)
    _finish(report, as_json=as_json, verbose=verbose)


def _review(state: Context, paths: list[Path], wishes: Wishes) -> Report:
    from stockctl.keyword.choosing.interactive.session import review
    from stockctl.keyword.choosing.interactive.terminal import open_terminal

    with open_terminal() as terminal, state.catalogue() as catalogue:
        return review(catalogue, state.settings, paths, wishes, terminal)


def _run(state: Context, paths: list[Path], wishes: Wishes, sheet: Output | None, apply: Path | None) -> Report:
    if len(paths) <= _FEW and all(path.is_file() for path in paths):
        # For so little the threads of the linear algebra would only wait for each other. Read when numpy is loaded.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from stockctl.keyword.choosing.applying import apply as apply_table
    from stockctl.keyword.run import run

    with state.catalogue() as catalogue:
        if apply is not None:
            return apply_table(catalogue, state.settings, apply, paths, wishes)
        return run(catalogue, state.settings, paths, wishes, sheet)


def _finish(report: Report, *, as_json: bool, verbose: bool) -> None:
    from stockctl.keyword import show
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    for text, hint in report.messages:
        note(text, hint)
    if as_json:
        print_document(show.to_json(report))
    else:
        show.to_terminal(report, results(), verbose=verbose)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def _stats(state: Context, *, as_json: bool) -> None:
    from stockctl.keyword.earlier.stats import acceptance, to_json, to_text
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    with state.catalogue() as catalogue:
        lines = acceptance(catalogue)
    if as_json:
        print_document(to_json(lines))
    else:
        results().print(to_text(lines))


def _show(paths: list[Path], *, as_json: bool) -> None:
    """Show metadata as it stands; a file that cannot be read makes the exit code 1."""
    from stockctl.errors import FileProblem
    from stockctl.files.walk import walk
    from stockctl.metadata import read
    from stockctl.metadata.show import document, tables
    from stockctl.report.document import print_document
    from stockctl.report.terminal import results

    found = walk(paths)
    problems: list[FileProblem] = list(found.errors)
    shown = []
    for path in found.files:
        try:
            shown.append((path, read(path)))
        except FileProblem as problem:
            problems.append(problem)
    if as_json:
        print_document(
            {
                "command": "keyword",
                "assets": [{"path": str(path), **document(reading)} for path, reading in shown],
                "errors": [{"path": one.where, "error": one.message} for one in problems],
            }
        )
    else:
        for path, reading in shown:
            results().print(f"{visible(str(path))}\n{tables(reading)}\n")
        for one in problems:
            echo(f"error: {visible(str(one))}", err=True)
    if problems:
        raise typer.Exit(1)


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
