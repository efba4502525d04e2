"""A call that the parser refuses, told as every other error is: what, where, and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.errors import UsageError

if TYPE_CHECKING:
    import typer
    from typer.exceptions import TyperException

_SUGGESTED = re.compile(r"\.? (?:Did you mean (?P<near>.*)\?|\(Possible options: (?P<options>.*)\))$")
# The parser's words for what a value is not, in plain ones.
_PLAIN = (
    (re.compile(r"is not a valid int(?:eger)?(?: range)?\b"), "is no whole number"),
    (re.compile(r"is not a valid float(?: range)?\b"), "is no number"),
    (re.compile(r"is not in the range x>=(\S+?)\.?$"), r"is too small: \1 at least"),
    (re.compile(r"is not in the range x<=(\S+?)\.?$"), r"is too large: \1 at most"),
)


def is_help(error: TyperException) -> bool:
    """Whether the parser raised it only to show a command's help, as nothing was named."""
    return error.message.startswith("Usage: ")


def refused(error: TyperException) -> UsageError:
    """Return our error for one of the parser's: the option as the place, the nearest names as the hint."""
    context: typer.Context | None = getattr(error, "ctx", None)
    help_call = f"{context.command_path if context else 'stockctl'} --help"
    parameter, named = getattr(error, "param", None), getattr(error, "param_hint", None)
    where = ""
    message = error.format_message()
    if message.startswith("Invalid value for "):
        where, message = _parameter(parameter, named), error.message
    elif message.startswith("Missing "):
        message = f"{_parameter(parameter, named)} is missing" if parameter or named else message
        about = getattr(parameter, "help", None)
        if about:
            return UsageError(message, hint=f"{about.rstrip('.')}; see {help_call}")
    near = _SUGGESTED.search(message)
    if near is None:
        return UsageError(_sentence(message), where=where, hint=f"see {help_call}")
    names = re.findall(r"'([^']+)'", near["near"] or "") or (near["options"] or "").split(", ")
    meant = " or ".join(name for name in names if name)
    hint = f"did you mean {meant}? See {help_call}" if meant else f"see {help_call}"
    return UsageError(_sentence(message[: near.start()]), where=where, hint=hint)


def _parameter(parameter: object, named: object) -> str:
    """Return an option's or an argument's name as it is typed."""
    options: list[str] = list(getattr(parameter, "opts", ()))
    if options and options[0].startswith("-"):
        return max(options, key=len)
    return str(getattr(parameter, "human_readable_name", "") or named or "").strip("'[]. ").rstrip("]. ")


def _sentence(message: str) -> str:
    """Return a message without its capital and full stop."""
    message = " ".join(message.split())
    for pattern, plain in _PLAIN:
        message = pattern.sub(plain, message)
    message = message.rstrip(".")
    # A name in capitals stays one.
    return message[:1].lower() + message[1:] if message[1:2].islower() else message
