"""`stockctl completion`: the script with which a shell completes commands, options, and names."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from stockctl.cli.context import AsJson
from stockctl.cli.shell.completing import VARIABLE
from stockctl.report.terminal import echo


class Shell(StrEnum):
    """The shells that there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


# Where each shell reads the script from, as a line to paste.
_KEPT = {
    Shell.BASH: "stockctl completion bash >> ~/.bashrc",
    Shell.ZSH: "stockctl completion zsh >> ~/.zshrc    # after the line with compinit",
    Shell.FISH: "stockctl completion fish > ~/.config/fish/completions/stockctl.fish",
    Shell.POWERSHELL: "stockctl completion powershell >> $PROFILE",
}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("completion")(completion)


def completion(
    shell: Annotated[Shell | None, typer.Argument(help="Your shell; without it, how to keep its script.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the script that completes commands, options, agencies, rules and presets in your shell.

    For the next shells, put it where yours reads it: `stockctl completion` names
    the line for each. For this one: eval "$(stockctl completion bash)", or zsh.
    """
    from stockctl.report.document import print_document

    if shell is None:
        if as_json:
            print_document({"command": "completion", "keep": {each.value: line for each, line in _KEPT.items()}})
            return
        echo("Say the line of your shell once, then open a new terminal:\n")
        for each, line in _KEPT.items():
            echo(f"{each.value:11}{line}")
        return
    from typer.completion import get_completion_script  # type: ignore[attr-defined] # it is where Typer itself takes it

    script = get_completion_script(prog_name="stockctl", complete_var=VARIABLE, shell=shell.value)
    if as_json:
        print_document({"command": "completion", "shell": shell.value, "script": script})
    else:
        echo(script)


def prepare() -> None:
    """Make the parser answer a shell that asks; called only where one does."""
    from typer.completion import completion_init  # type: ignore[attr-defined] # it is where Typer itself takes it

    completion_init()
