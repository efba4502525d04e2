"""The manual page, from the parser's commands and the topics of `stockctl help`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typer.core import TyperCommand, TyperGroup


def manual() -> str:
    """Return the page in the man macros, to be shown by groff and mandoc alike."""
    import typer

    from stockctl import __version__
    from stockctl.cli import program
    from stockctl.cli.topics import topics

    root = program()
    above = typer.Context(root, info_name="stockctl", help_option_names=["--help", "-h"])
    lines = [
        '.\\" Made by `make docs` from the program itself; change it there.',
        f'.TH STOCKCTL 1 "" "stockctl {__version__}" "User Commands"',
        ".SH NAME",
        "stockctl \\- check, keyword, submit and account for stock pictures",
        ".SH SYNOPSIS",
        ".B stockctl",
        "[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGS\\fR]...",
        ".SH DESCRIPTION",
        *_text(root.help or ""),
        ".SH OPTIONS",
        *_options(root, above),
        ".SH COMMANDS",
    ]
    for words, command, context in _all(root, above):
        usage = " ".join(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")
        lines += [f".SS {_escaped(' '.join(('stockctl', *words)))}", *_text(command.help or "")]
        lines += [".PP", f"Arguments: {_escaped(usage)}"] if usage else []
        lines += _options(command, context)
    for text in topics().values():
        heading, _, body = text.partition("\n")
        lines += [f".SH {_escaped(heading.removeprefix('# ').upper().replace('`', ''))}", *_markdown(body)]
    return "\n".join(lines) + "\n"


def _all(
    group: TyperGroup, above: object, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], TyperCommand, object]]:
    import typer

    for name, command in group.commands.items():
        context = typer.Context(command, parent=above, info_name=name)
        yield (*path, name), command, context
        if hasattr(command, "commands"):
            yield from _all(command, context, (*path, name))


def _options(command: TyperCommand, context: object) -> Iterable[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[0] != "-h, --help":
            yield from (".TP", f"\\fB{_escaped(record[0])}\\fR", _escaped(" ".join(record[1].split())) or "\\&")


def _text(text: str) -> Iterable[str]:
    """Return the paragraphs of a help text."""
    for paragraph in filter(None, text.strip().split("\n\n")):
        yield from (".PP", _escaped(" ".join(paragraph.split())))


def _markdown(text: str) -> Iterable[str]:
    """Return the paragraphs, tables (set in by four blanks) and numbered lists of a topic."""
    for block in re.split(r"\n{2,}", text.strip("\n")):
        if block.startswith("    "):
            yield from (
                ".PP",
                ".RS 4",
                ".nf",
                *(_escaped(line[4:]) or "\\&" for line in block.splitlines()),
                ".fi",
                ".RE",
            )
        elif re.match(r"\d\. ", block):
            for item in re.split(r"\n(?=\d\. )", block):
                number, _, rest = item.partition(" ")
                yield from (f".IP {number} 4", _escaped(" ".join(rest.split())))
        else:
            yield from (".PP", _escaped(" ".join(block.split()).replace("`", "")))


def _escaped(text: str) -> str:
    """Return a text in which nothing is taken for a request or an escape, and hyphens can be searched for."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "").replace("…", "...").replace("→", "\\(->")
    text = text.replace("×", "\\(mu").replace("–", "\\(en").replace("’", "\\(cq")
    return f"\\&{text}" if text.startswith((".", "'")) else text
